package reconsent

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every outcome goes on, asks, stops, or waits for someone to look, and only one of these.
func TestOutcomesAreOneOfFour(t *testing.T) {
	t.Parallel()
	for _, name := range Outcome("").Values() {
		o := Outcome(name)
		n := 0
		for _, is := range []bool{o.Keeps(), o.Asks(), o.Stops(), o == Review || o == AssessInterest} {
			if is {
				n++
			}
		}
		require.Equal(t, 1, n, name)
	}
	require.False(t, Outcome("").Keeps() || Outcome("keep").Keeps() || Outcome("").Asks() || Outcome("").Stops())
	require.Empty(t, Outcome("keep").Title())
	require.Empty(t, Code("x").Title())
	require.Empty(t, Code("x").Cites())
}

func TestSetsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	require.Equal(t, Gap("").Values(), textsOf(slices.Collect((1<<len(gapOrder) - 1 + Gaps(0)).All())))
	codes := textsOf(slices.Collect((1<<len(codeOrder) - 1 + Codes(0)).All()))
	require.True(t, slices.IsSorted(codes))
	require.ElementsMatch(t, Code("").Values(), codes)
	require.False(t, Gaps(1).Has("x") || Codes(1).Has("x") || Gaps(0).Has(GapTime))
	for range Gaps(3).All() { // stops when told to
		break
	}
	for range Codes(3).All() {
		break
	}
}

func textsOf[T ~string](list []T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}
