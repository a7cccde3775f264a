package optin

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func BenchmarkSign(b *testing.B) {
	keys := testKeys(b, 2, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Sign(newsletter); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	keys := testKeys(b, 2, 1)
	token, err := keys.Sign(newsletter)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Open(token); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPage is what a scanner costs.
func BenchmarkPage(b *testing.B) {
	k := newBench(b)
	h, target := k.Unsubscription(), k.target(b, newsletter)
	b.ReportAllocs()
	for b.Loop() {
		if w := do(h, "GET", target, ""); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}

// BenchmarkLimiter is over ever new addresses, with what is idle cleared away.
func BenchmarkLimiter(b *testing.B) {
	var m MemoryLimiter
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := m.Allow(b.Context(), numbered(i), noon.Add(time.Duration(i)*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
}
