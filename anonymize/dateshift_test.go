package anonymize

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDateShift(t *testing.T) {
	t.Parallel()
	d, err := testRing(t).DateShifter(testDomain(), "dates", 30)
	require.NoError(t, err)
	born := time.Date(1984, 2, 29, 23, 30, 0, 0, time.FixedZone("", 3600))
	count := map[int]int{}
	const n = 30_000
	for i := range n {
		subject := fmt.Sprintf("c-%d", i)
		a, err := d.Shift(subject, born)
		require.NoError(t, err)
		b, err := d.Shift(subject, born.Add(1000*time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1000*time.Hour, b.Sub(a), "the interval stays")
		moved := a.Sub(born)
		require.Zero(t, moved%(24*time.Hour))
		count[int(moved/(24*time.Hour))]++
	}
	// Every shift from -30 to 30 but 0, evenly: chi-squared with 59 degrees of freedom.
	require.Len(t, count, 60)
	require.NotContains(t, count, 0)
	chi := 0.0
	for days, k := range count {
		require.LessOrEqual(t, days, 30)
		require.GreaterOrEqual(t, days, -30)
		chi += math.Pow(float64(k)-n/60, 2) / (n / 60)
	}
	require.Less(t, chi, 59+6*math.Sqrt(2*59))
}

func TestDateShiftRefuses(t *testing.T) {
	t.Parallel()
	for _, max := range []int{-1, 0, 3651} {
		_, err := testRing(t).DateShifter(testDomain(), "dates", max)
		require.ErrorIs(t, err, OutOfRange)
	}
	d, err := testRing(t).DateShifter(testDomain(), "dates", 3650)
	require.NoError(t, err)
	_, err = d.Shift("", time.Unix(0, 0))
	require.ErrorIs(t, err, NoSubject)
	for i := range 100 { // some go forward, some back
		for _, edge := range []time.Time{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
			out, err := d.Shift(fmt.Sprint(i), edge)
			if err != nil {
				require.ErrorIs(t, err, OutOfRange)
				require.True(t, out.IsZero())
				continue
			}
			require.True(t, out.Year() >= 1 && out.Year() <= 9999)
		}
	}
}

// The choice is even also where limit does not divide 2^64, and ends where it does.
func TestBelow(t *testing.T) {
	t.Parallel()
	macs, err := testRing(t).macs("test", testDomain(), "f")
	require.NoError(t, err)
	for _, limit := range []uint64{1, 2, 3, 7, 10, 64, 1 << 20, 1 << 63, 1<<63 + 1, math.MaxUint64} {
		for i := range 200 {
			require.Less(t, macs[0].below(fmt.Sprint(i), limit), limit)
		}
	}
	// Above 2^63 half of all draws are repeated; what is kept is even over both halves.
	const n, limit = 20_000, 3 << 62
	low := 0
	for i := range n {
		if macs[0].below(fmt.Sprint(i), limit) < limit/2 {
			low++
		}
	}
	require.InDelta(t, n/2, low, 6*math.Sqrt(n)/2)
}

func TestSurrogates(t *testing.T) {
	t.Parallel()
	list := namesInside("given")[:7]
	s, err := testRing(t).Surrogates(testDomain(), "name", Form{}, list)
	require.NoError(t, err)
	const n = 14_000
	count := map[string]int{}
	for i := range n {
		name, err := s.Choose(fmt.Sprint(i))
		require.NoError(t, err)
		again, err := s.Choose(fmt.Sprint(i))
		require.NoError(t, err)
		require.Equal(t, name, again)
		count[name]++
	}
	chi := 0.0
	for _, name := range list {
		chi += math.Pow(float64(count[name])-n/7, 2) / (n / 7)
	}
	require.Less(t, chi, 6+6*math.Sqrt(2*6))
	for _, bad := range [][]string{nil, {"a"}, {"a", "a"}, {"a", ""}, {"a", "\xff"}} {
		_, err := testRing(t).Surrogates(testDomain(), "name", Form{}, bad)
		require.Error(t, err)
	}
	_, err = s.Choose("\xff")
	require.ErrorIs(t, err, Malformed)
}

// The lists are part of what was stored: they never change.
func TestNamesInside(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"given", "family"} {
		_, err := testRing(t).Surrogates(testDomain(), "name", Form{}, namesInside(list))
		require.NoError(t, err, list)
	}
	s, err := testRing(t).Surrogates(testDomain(), "name", Form{}, namesInside("given"))
	require.NoError(t, err)
	name, err := s.Choose("Jan")
	require.NoError(t, err)
	require.Equal(t, "Eline", name)
	require.Nil(t, namesInside("others"))
}
