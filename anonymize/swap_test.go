package anonymize

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// Every one of the 4! orders comes as often as any other: chi-squared with 23 degrees
// of freedom exceeds 80 once in 10^7 draws; the seed is fixed, and crypto/rand beside it.
func TestSwapValuesEven(t *testing.T) {
	t.Parallel()
	for _, source := range []io.Reader{seeded(), nil} {
		const n = 24_000
		in := []int{1, 2, 3, 4}
		count := map[string]float64{}
		for range n {
			out, err := SwapValues(in, source)
			require.NoError(t, err)
			count[fmt.Sprint(out)]++
		}
		require.Len(t, count, 24)
		chi := 0.0
		for _, c := range count {
			chi += (c - n/24) * (c - n/24) / (n / 24)
		}
		require.Less(t, chi, 80.0)
		require.Equal(t, []int{1, 2, 3, 4}, in)
	}
}

func TestSwapWithin(t *testing.T) {
	t.Parallel()
	values := make([]string, 300)
	for i := range values {
		values[i] = fmt.Sprint(i%3, "-", i)
	}
	before := slices.Clone(values)
	out, err := SwapWithin(values, func(i int) int { return i % 3 }, seeded())
	require.NoError(t, err)
	require.Equal(t, before, values)
	require.ElementsMatch(t, values, out)
	moved := 0
	for i, v := range out {
		require.True(t, strings.HasPrefix(v, fmt.Sprint(i%3, "-")), "%d has %s", i, v)
		if v != values[i] {
			moved++
		}
	}
	require.Greater(t, moved, 250)
	again, err := SwapWithin(values, func(i int) int { return i % 3 }, seeded())
	require.NoError(t, err)
	require.Equal(t, out, again, "one source, one result")
	alone, err := SwapWithin(values, func(i int) int { return i }, nil)
	require.NoError(t, err)
	require.Equal(t, values, alone)

	for _, empty := range [][]string{nil, {}} {
		out, err := SwapValues(empty, nil)
		require.NoError(t, err)
		require.Equal(t, empty, out)
	}
	failing := iotest.ErrReader(io.ErrClosedPipe)
	out, err = SwapValues(values, failing)
	require.Error(t, err)
	require.Nil(t, out)
	out, err = SwapWithin(values, func(i int) int { return i % 3 }, failing)
	require.Error(t, err)
	require.Nil(t, out)
}

func TestSample(t *testing.T) {
	t.Parallel()
	// Each of the 10 choices of 3 from 5 as often: chi-squared, 9 degrees of freedom.
	const n = 10_000
	count := map[string]float64{}
	source := seeded()
	for range n {
		out, err := Sample([]int{1, 2, 3, 4, 5}, 3, source)
		require.NoError(t, err)
		require.True(t, slices.IsSorted(out))
		count[fmt.Sprint(out)]++
	}
	require.Len(t, count, 10)
	chi := 0.0
	for _, c := range count {
		chi += (c - n/10) * (c - n/10) / (n / 10)
	}
	require.Less(t, chi, 50.0)
	for _, size := range []int{0, 5} {
		out, err := Sample([]int{1, 2, 3, 4, 5}, size, nil)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2, 3, 4, 5}[:size], out)
	}
	for _, size := range []int{-1, 6} {
		out, err := Sample([]int{1, 2, 3, 4, 5}, size, nil)
		require.ErrorIs(t, err, OutOfRange)
		require.Nil(t, out)
	}
	out, err := Sample([]int{1, 2}, 1, iotest.ErrReader(io.ErrClosedPipe))
	require.Error(t, err)
	require.Nil(t, out)
}

func ExampleSwapValues() {
	salaries := []int{30_000, 42_000, 55_000, 120_000}
	swapped, err := SwapValues(salaries, nil)
	slices.Sort(swapped) // the values are the same ones
	fmt.Println(swapped, err)
	// Output: [30000 42000 55000 120000] <nil>
}

func ExampleSwapWithin() {
	regions := []string{"north", "south", "north", "south"}
	salaries := []int{1, 2, 1, 2}
	swapped, err := SwapWithin(salaries, func(i int) string { return regions[i] }, nil)
	fmt.Println(swapped, err)
	// Output: [1 2 1 2] <nil>
}

func ExampleSample() {
	sample, err := Sample([]string{"a", "b", "c", "d"}, 2, nil)
	fmt.Println(len(sample), err)
	// Output: 2 <nil>
}
