package anonymize

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBlindIndex(t *testing.T) {
	t.Parallel()
	ring, err := testRing(t).Rotate(testKey(t, "k2", 'b'))
	require.NoError(t, err)
	for _, bits := range []int{4, 7, 8, 9, 12, 20, 63, 64} {
		b, err := ring.BlindIndex(testDomain(), "bsn", Form{}, bits)
		require.NoError(t, err)
		seen := map[string]bool{}
		for i := range 2000 {
			index, err := b.Index(fmt.Sprint(i))
			require.NoError(t, err)
			p := payloadOf(t, index)
			require.Len(t, p, (bits+7)/8)
			if rest := bits % 8; rest != 0 {
				require.Zero(t, p[len(p)-1]<<rest, "bits beyond are zero")
			}
			seen[index] = true
			found, err := b.Find(fmt.Sprint(i))
			require.NoError(t, err)
			require.Len(t, found, 2)
			require.Equal(t, index, found[0])
		}
		// 2,000 draws from 2^bits leave about this many different ones.
		n := math.Ldexp(1, bits)
		want := n * -math.Expm1(2000*math.Log1p(-1/n))
		require.InDelta(t, want, len(seen), 6*math.Sqrt(2000)/2+1, "%d bits", bits)
	}
	for _, bits := range []int{-1, 0, 3, 65, 128} {
		_, err := ring.BlindIndex(testDomain(), "bsn", Form{}, bits)
		require.ErrorIs(t, err, OutOfRange)
	}
}

func TestSlowIndex(t *testing.T) {
	t.Parallel()
	slow, err := testRing(t).SlowIndex(testDomain(), "bsn", Form{}, 16)
	require.NoError(t, err)
	a, err := slow.Index("111222333")
	require.NoError(t, err)
	again, err := slow.Index("111222333")
	require.NoError(t, err)
	require.Equal(t, a, again)
	fast, err := testRing(t).BlindIndex(testDomain(), "bsn", Form{}, 16)
	require.NoError(t, err)
	b, err := fast.Index("111222333")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}

// The calculator against counting: of n values, over all of them, how many others share the index.
func TestCoincidences(t *testing.T) {
	t.Parallel()
	const n, bits = 4000, 12
	b, err := testRing(t).BlindIndex(testDomain(), "f", Form{}, bits)
	require.NoError(t, err)
	count := map[string]int{}
	for i := range n {
		index, err := b.Index(fmt.Sprint(i))
		require.NoError(t, err)
		count[index]++
	}
	pairs := 0
	for _, k := range count {
		pairs += k * (k - 1) / 2
	}
	others, want := Coincidences(n, bits)
	require.InDelta(t, want, pairs, 6*math.Sqrt(want))
	require.InDelta(t, 3999.0/4096, others, 1e-12)
	for _, n := range []int{-5, 0, 1} {
		others, pairs := Coincidences(n, 8)
		require.Zero(t, others)
		require.Zero(t, pairs)
	}
}
