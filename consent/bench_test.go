package consent

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// crowd returns an index of n people with that many events each.
func crowd(b *testing.B, n, each int) *Index {
	b.Helper()
	x, _, notice := newIndex(b)
	rng := rand.New(rand.NewPCG(1, 2))
	types := []Type{Given, Given, Renewed, Withdrawn, Requested}
	for i := range n {
		s := basis.Subject(fmt.Sprintf("c-%d", i))
		for j := range each {
			e := event(types[rng.IntN(len(types))], s, j, notice)
			e.Evidence.Point = ""
			x.Add(e)
		}
	}
	return x
}

func BenchmarkAudience(b *testing.B) {
	for _, each := range []int{2, 8} {
		b.Run(fmt.Sprintf("1000000x%d", each), func(b *testing.B) {
			if testing.Short() {
				b.Skip("a million people")
			}
			x := crowd(b, 1_000_000, each)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = 0
				for range x.Audience("newsletter", basis.Email, hour(each)) {
					n++
				}
			}
			b.ReportMetric(float64(n), "consenting")
			require.NotZero(b, n)
		})
	}
}

// The memory that an index takes for a million events, of 250,000 people with four each.
func BenchmarkIndexMemory(b *testing.B) {
	if testing.Short() {
		b.Skip("a million events")
	}
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := crowd(b, 250_000, 4)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/million")
		runtime.KeepAlive(x)
	}
}

// One event with eight disclosures, into a store in memory and into the log, in batches of a thousand.
func BenchmarkRecord(b *testing.B) {
	l := newLedger(b, func(c *Config) { c.Standings = false })
	e := Event{
		Type: Given, Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, Notice: l.notice, Actor: Person,
		Evidence: Evidence{Point: "piet@example.com", Binding: Mailbox, Action: Active, Session: "/sign-up"},
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		e.Subject = basis.Subject(names[n%len(names)])
		if _, err := l.Record(b.Context(), e); err != nil {
			b.Fatal(err)
		}
		if n++; n%1000 == 0 {
			l.grow(b)
		}
	}
	l.grow(b)
}

var names = func() (out [4096]string) {
	for i := range out {
		out[i] = fmt.Sprintf("c-%d", i)
	}
	return out
}()

func (b *bench) grow(t testing.TB) {
	for {
		s, err := b.Sequence(t.Context())
		require.NoError(t, err)
		if s.Leaves == 0 {
			return
		}
	}
}

func BenchmarkLedgerDecide(b *testing.B) {
	l := newLedger(b)
	for i := range 1000 {
		for range 8 {
			l.record(b, l.yes(basis.Subject(fmt.Sprintf("c-%d", i)), "piet@example.com"))
		}
	}
	at := l.clock.now()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d, err := l.Decide(b.Context(), Query{Subject: basis.Subject(names[i%1000]), Purpose: "newsletter", Channel: basis.Email, At: at})
		if err != nil || !d.Consented() {
			b.Fatal(err)
		}
	}
}
