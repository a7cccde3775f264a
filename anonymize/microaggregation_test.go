package anonymize

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// spread is the sum of squared differences from the original.
func spread(in, out []float64) (s float64) {
	for i := range in {
		s += (in[i] - out[i]) * (in[i] - out[i])
	}
	return s
}

// leastSpread tries every division of the sorted numbers into runs of at least k.
func leastSpread(sorted []float64, k int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	best := math.Inf(1)
	for n := k; n <= len(sorted); n++ {
		if rest := len(sorted) - n; rest > 0 && rest < k {
			continue
		}
		mean, s := 0.0, 0.0
		for _, x := range sorted[:n] {
			mean += x / float64(n)
		}
		for _, x := range sorted[:n] {
			s += (x - mean) * (x - mean)
		}
		best = min(best, s+leastSpread(sorted[n:], k))
	}
	return best
}

func TestMicroaggregateValues(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		k := 2 + r.IntN(3)
		in := make([]float64, k+r.IntN(12))
		for i := range in {
			in[i] = float64(r.IntN(50)) + 1e6*float64(r.IntN(2))
		}
		before := slices.Clone(in)
		out, err := MicroaggregateValues(in, k)
		require.NoError(t, err)
		require.Equal(t, before, in)
		require.InDelta(t, leastSpread(slices.Sorted(slices.Values(in)), k), spread(in, out), 0.1, "%v in %d", in, k)
		count := map[float64]int{}
		sumIn, sumOut := 0.0, 0.0
		for i := range out {
			count[out[i]]++
			sumIn += in[i]
			sumOut += out[i]
		}
		for _, n := range count {
			require.GreaterOrEqual(t, n, k)
		}
		require.InEpsilon(t, sumIn+1, sumOut+1, 1e-12)
	}
	out, err := MicroaggregateValues([]float64{7, 7, 7}, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{7, 7, 7}, out)
	// Large and near: sums of squares alone would lose all digits.
	out, err = MicroaggregateValues([]float64{1e15 + 1, 1e15 + 9, 1e15 + 2, 1e15 + 8}, 2)
	require.NoError(t, err)
	require.Equal(t, []float64{1e15 + 1.5, 1e15 + 8.5, 1e15 + 1.5, 1e15 + 8.5}, out)
}

func TestMicroaggregateRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		k      int
	}{
		{nil, 2}, {[]float64{1}, 2}, {[]float64{1, 2}, 3}, {[]float64{1, 2}, 1}, {[]float64{1, 2}, 0}, {[]float64{1, 2}, -1}, {[]float64{1, 2}, math.MaxInt},
		{[]float64{1, math.NaN()}, 2}, {[]float64{1, math.Inf(1)}, 2}, {[]float64{-1.7e308, 1.7e308}, 2}, {[]float64{0, 1e200, 2e200}, 2},
	} {
		out, err := MicroaggregateValues(c.values, c.k)
		require.ErrorIs(t, err, OutOfRange, "%v in %d", c.values, c.k)
		require.Nil(t, out)
		records := make([][]float64, len(c.values))
		for i, v := range c.values {
			records[i] = []float64{v, 1}
		}
		all, err := MicroaggregateRecords(records, c.k)
		require.ErrorIs(t, err, OutOfRange, "%v in %d", c.values, c.k)
		require.Nil(t, all)
	}
	for _, records := range [][][]float64{{{}, {}}, {{1}, {1, 2}}, {{1}, nil}} {
		_, err := MicroaggregateRecords(records, 2)
		require.ErrorIs(t, err, OutOfRange)
	}
}

// naiveMDAV is the algorithm as Domingo-Ferrer and Torra (2005) write it, sorting for each group.
func naiveMDAV(records [][]float64, k int) [][]float64 {
	scaled, _ := standardised(records)
	left := make([]int, len(records))
	for i := range left {
		left[i] = i
	}
	out := make([][]float64, len(records))
	group := func(around []float64, n int) {
		slices.SortStableFunc(left, func(a, b int) int {
			return cmp.Compare(distance(scaled[a], around), distance(scaled[b], around))
		})
		members := slices.Sorted(slices.Values(left[:n]))
		mean := meanOf(records, members)
		for _, i := range members {
			out[i] = mean
		}
		left = slices.Sorted(slices.Values(left[n:]))
	}
	farthestFrom := func(point []float64) []float64 {
		return scaled[slices.MaxFunc(left, func(a, b int) int {
			return cmp.Or(cmp.Compare(distance(scaled[a], point), distance(scaled[b], point)), cmp.Compare(b, a))
		})]
	}
	for len(left) >= 3*k {
		far := farthestFrom(meanOf(scaled, left))
		opposite := farthestFrom(far)
		group(far, k)
		group(opposite, k)
	}
	if len(left) >= 2*k {
		group(farthestFrom(meanOf(scaled, left)), k)
	}
	if len(left) > 0 {
		group(scaled[left[0]], len(left))
	}
	return out
}

func TestMicroaggregateRecords(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		k := 2 + r.IntN(4)
		records := make([][]float64, k+r.IntN(60))
		for i := range records {
			records[i] = []float64{r.NormFloat64() * 1000, float64(r.IntN(4)), 5}
		}
		before := fmt.Sprint(records)
		out, err := MicroaggregateRecords(records, k)
		require.NoError(t, err)
		require.Equal(t, before, fmt.Sprint(records))
		want := naiveMDAV(records, k)
		count := map[string]int{}
		for i := range out {
			require.InDeltaSlice(t, want[i], out[i], 1e-9)
			count[fmt.Sprint(out[i])]++
		}
		for _, n := range count {
			require.GreaterOrEqual(t, n, k)
			require.Less(t, n, 2*k)
		}
		for c := range 3 {
			sumIn, sumOut := 0.0, 0.0
			for i := range out {
				sumIn += records[i][c]
				sumOut += out[i][c]
			}
			require.InDelta(t, sumIn, sumOut, 1e-6)
		}
	}
	same, err := MicroaggregateRecords([][]float64{{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}}, 2)
	require.NoError(t, err)
	for _, r := range same {
		require.Equal(t, []float64{1, 2}, r)
	}
	same[0][0] = 9
	require.Equal(t, 1.0, same[1][0], "no two records share their numbers")
}

func ExampleMicroaggregateValues() {
	fmt.Println(MicroaggregateValues([]float64{18, 44, 19, 20, 46, 45}, 3))
	// Output: [19 45 19 19 45 45] <nil>
}

func ExampleMicroaggregateRecords() {
	ageAndIncome := [][]float64{{20, 20_000}, {60, 70_000}, {22, 22_000}, {62, 74_000}}
	fmt.Println(MicroaggregateRecords(ageAndIncome, 2))
	// Output: [[21 21000] [61 72000] [21 21000] [61 72000]] <nil>
}

func BenchmarkMicroaggregate(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 10_000)
	records := make([][]float64, len(values))
	for i := range values {
		values[i] = r.NormFloat64()
		records[i] = []float64{values[i], r.NormFloat64()}
	}
	b.Run("values", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			MicroaggregateValues(values, 5)
		}
	})
	b.Run("records", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			MicroaggregateRecords(records, 5)
		}
	})
}
