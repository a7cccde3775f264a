package anonymize

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSuppressRecords(t *testing.T) {
	t.Parallel()
	in := []string{"a1", "b1", "a2", "c1", "b2", "a3"}
	first := func(s string) byte { return s[0] }
	for k, want := range map[int]string{2: "a1 b1 a2 b2 a3", 3: "a1 a2 a3", 4: ""} {
		kept, n, err := SuppressRecords(in, k, first)
		require.NoError(t, err)
		require.Equal(t, want, strings.Join(kept, " "))
		require.Equal(t, len(in)-len(kept), n)
	}
	require.Equal(t, []string{"a1", "b1", "a2", "c1", "b2", "a3"}, in)
	for _, k := range []int{1, 0, -1} {
		kept, n, err := SuppressRecords(in, k, first)
		require.ErrorIs(t, err, OutOfRange)
		require.Nil(t, kept)
		require.Zero(t, n)
	}
	kept, n, err := SuppressRecords(nil, 2, first)
	require.NoError(t, err)
	require.Empty(t, kept)
	require.Zero(t, n)
}

func TestSuppressCells(t *testing.T) {
	t.Parallel()
	in := [][]string{{"M", "12", "x"}, {"M", "12", "y"}, {"M", "34", "z"}, {"M", "56", "z"}, {"V", "12", "x"}}
	before := fmt.Sprint(in)
	out, cells, suppressed, err := SuppressCells(in, []int{0, 1}, 2, "*")
	require.NoError(t, err)
	require.Equal(t, [][]string{{"M", "12", "x"}, {"M", "12", "y"}, {"M", "*", "z"}, {"M", "*", "z"}}, out)
	require.Equal(t, 2, cells)
	require.Equal(t, 1, suppressed)
	require.Equal(t, before, fmt.Sprint(in))

	for _, c := range []struct {
		columns []int
		k       int
		with    string
		want    error
	}{
		{[]int{0, 1}, 1, "*", OutOfRange}, {nil, 2, "*", OutOfRange}, {[]int{3}, 2, "*", OutOfRange}, {[]int{-1}, 2, "*", OutOfRange}, {[]int{0}, 2, "M", Collision},
	} {
		out, cells, suppressed, err := SuppressCells(in, c.columns, c.k, c.with)
		require.ErrorIs(t, err, c.want)
		require.Nil(t, out)
		require.Zero(t, cells+suppressed)
	}
	_, _, _, err = SuppressCells([][]string{{"a", "b"}, {"a"}}, []int{1}, 2, "*")
	require.ErrorIs(t, err, OutOfRange)
}

// Whatever the data: every combination left is that of k rows or more, cells are the
// original or empty, and what is counted is what happened.
func TestSuppressCellsReachesK(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		k := 2 + r.IntN(4)
		in := make([][]string, r.IntN(40))
		for i := range in {
			// "1","1" and "11","" must not run together.
			in[i] = []string{fmt.Sprint(i), strings.Repeat("1", r.IntN(3)), strings.Repeat("1", r.IntN(3)), fmt.Sprint(r.IntN(3))}
		}
		out, cells, suppressed, err := SuppressCells(in, []int{3, 1, 2}, k, "*")
		require.NoError(t, err)
		require.Equal(t, len(in), len(out)+suppressed)
		count := map[[3]string]int{}
		emptied := 0
		for _, row := range out {
			count[[3]string(row[1:])]++
			var i int
			_, err := fmt.Sscan(row[0], &i)
			require.NoError(t, err)
			for c := range row {
				if row[c] != in[i][c] {
					require.Equal(t, "*", row[c])
					emptied++
				}
			}
		}
		require.Equal(t, cells, emptied)
		for key, n := range count {
			require.GreaterOrEqual(t, n, k, key)
		}
	}
}

func ExampleSuppressRecords() {
	type visit struct{ Postcode, Age string }
	visits := []visit{{"12", "30-34"}, {"12", "30-34"}, {"98", "85-89"}}
	kept, suppressed, err := SuppressRecords(visits, 2, func(v visit) visit { return v })
	fmt.Println(kept, suppressed, err)
	// Output: [{12 30-34} {12 30-34}] 1 <nil>
}

func ExampleSuppressCells() {
	rows := [][]string{{"12", "30-34"}, {"12", "30-34"}, {"12", "85-89"}, {"12", "70-74"}}
	out, cells, suppressed, err := SuppressCells(rows, []int{0, 1}, 2, "*")
	fmt.Println(out, cells, suppressed, err)
	// Output: [[12 30-34] [12 30-34] [12 *] [12 *]] 2 0 <nil>
}
