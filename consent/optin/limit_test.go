package optin

import (
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func numbered(i int) (h Hash) {
	binary.BigEndian.PutUint64(h[:], uint64(i))
	return h
}

func TestMemoryLimiter(t *testing.T) {
	t.Parallel()
	var m MemoryLimiter
	allow := func(i int, at time.Duration, want bool) {
		t.Helper()
		ok, err := m.Allow(t.Context(), numbered(i), noon.Add(at))
		require.NoError(t, err)
		require.Equal(t, want, ok)
	}
	allow(1, 0, true)
	allow(1, time.Minute, true)
	allow(1, 2*time.Minute, true)
	allow(1, 3*time.Minute, false)
	allow(2, 3*time.Minute, true)
	allow(1, time.Hour-1, false)
	allow(1, time.Hour, true)
	allow(1, time.Hour, false)
	for i := range 6 { // 10 in a day
		allow(1, time.Duration(3+2*i)*time.Hour, true)
	}
	allow(1, 23*time.Hour, false)
	allow(1, 24*time.Hour, true)
	none := MemoryLimiter{Limits: []Limit{{0, time.Hour}}}
	ok, err := none.Allow(t.Context(), numbered(1), noon)
	require.NoError(t, err)
	require.False(t, ok)
}

// Against a list of everything that was allowed.
func FuzzMemoryLimiter(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 200, 1, 0, 0, 0, 9, 80, 1})
	f.Fuzz(func(t *testing.T, steps []byte) {
		m := MemoryLimiter{Limits: []Limit{{2, 10 * time.Minute}, {3, time.Hour}}}
		var all [4][]time.Time
		at := noon
		for _, s := range steps {
			a := int(s & 3)
			at = at.Add(time.Duration(s>>2) * time.Minute)
			want := true
			for _, l := range m.Limits {
				n := 0
				for _, u := range all[a] {
					if at.Sub(u) < l.Per {
						n++
					}
				}
				want = want && n < l.Count
			}
			ok, err := m.Allow(t.Context(), numbered(a), at)
			require.NoError(t, err)
			require.Equal(t, want, ok)
			if ok {
				all[a] = append(all[a], at)
			}
		}
	})
}

// Memory has a bound, and room comes back with time.
func TestMemoryLimiterFull(t *testing.T) {
	t.Parallel()
	m := MemoryLimiter{Limits: []Limit{{1, time.Hour}}}
	for i := range maxAddresses {
		ok, _ := m.Allow(t.Context(), numbered(i), noon)
		require.True(t, ok, i)
	}
	for i := range 1000 {
		ok, _ := m.Allow(t.Context(), numbered(maxAddresses+i), noon)
		require.False(t, ok)
	}
	require.Len(t, m.sent, maxAddresses)
	ok, _ := m.Allow(t.Context(), numbered(-1), noon.Add(time.Hour))
	require.True(t, ok)
	require.Len(t, m.sent, 1)
}

func TestMemoryLimiterConcurrent(t *testing.T) {
	t.Parallel()
	var m MemoryLimiter
	var wg sync.WaitGroup
	results := make(chan bool, 64)
	for range cap(results) {
		wg.Go(func() {
			ok, _ := m.Allow(t.Context(), numbered(1), noon)
			results <- ok
		})
	}
	wg.Wait()
	close(results)
	n := 0
	for ok := range results {
		if ok {
			n++
		}
	}
	require.Equal(t, 3, n)
}
