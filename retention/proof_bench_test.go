package retention_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func TestProofAllocations(t *testing.T) {
	l := anEraseList(t)
	k := proofKey(t)
	subject := basis.Subject(strings.Repeat("s", 190))
	var c retention.Chain
	var least, full retention.Entry = leastCertificate(t), fullCertificate(t)
	for name, tc := range map[string]struct {
		f    func()
		most float64
	}{
		"Contains, listed":   {func() { l.Contains("customer", "c-3") }, 0},
		"Contains, unlisted": {func() { l.Contains("customer", "c-99") }, 0},
		"Contains, long":     {func() { l.Contains("customer", subject) }, 0},
		"ForCertificate":     {func() { _, _ = k.ForCertificate("customer", "c-3") }, 0},
		"Add, listed":        {func() { _ = l.Add("customer", "c-3", 738000) }, 0},
		"Append, least":      {func() { _, _ = c.Append(io.Discard, least) }, 0},
		"Append, full":       {func() { _, _ = c.Append(io.Discard, full) }, 12},
	} {
		require.LessOrEqual(t, testing.AllocsPerRun(100, tc.f), tc.most, name)
	}
}

func BenchmarkChainAppend(b *testing.B) {
	for name, e := range map[string]retention.Entry{"least": leastCertificate(b), "full": fullCertificate(b)} {
		b.Run(name, func(b *testing.B) {
			var c retention.Chain
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.Append(io.Discard, e)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, e := range map[string]retention.Entry{"least": leastCertificate(b), "full": fullCertificate(b)} {
		b.Run(name, func(b *testing.B) {
			const entries = 1000
			var c retention.Chain
			var out strings.Builder
			for range entries {
				_, err := c.Append(&out, e)
				require.NoError(b, err)
			}
			log := out.String()
			b.ReportAllocs()
			b.SetBytes(int64(len(log)))
			for b.Loop() {
				if _, err := retention.Verify(strings.NewReader(log), retention.Head{}, c.Head()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/entries, "ns/entry")
		})
	}
}

func BenchmarkEraseListContains(b *testing.B) {
	l := manyErased(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		l.Contains("customer", "c-4711")
	}
}

func BenchmarkEraseListReplay(b *testing.B) {
	l := manyErased(b, 100_000)
	var restored []retention.Restored
	for i := range 10_000 {
		restored = append(restored, retention.Restored{Class: "customer", Subject: basis.Subject(fmt.Sprint("c-", 90_000+i*10))})
	}
	b.ReportAllocs()
	for b.Loop() {
		found := 0
		for range l.Replay(slices.Values(restored)) {
			found++
		}
		if found != 1000 {
			b.Fatal(found)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(restored)), "ns/record")
}

func BenchmarkParseEraseList(b *testing.B) {
	const entries = 100_000
	text := []byte(eraseText(b, manyErased(b, entries)))
	k := proofKey(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := retention.ParseEraseList(text, k); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/entries, "ns/entry")
}

func manyErased(b *testing.B, n int) *retention.EraseList {
	l, err := retention.NewEraseList(proofKey(b), retention.Backup{Window: proofPeriod(b, "P35D")})
	require.NoError(b, err)
	for i := range n {
		require.NoError(b, l.Add("customer", basis.Subject(fmt.Sprint("c-", i)), proofDay(b, "2024-03-01")))
	}
	return l
}
