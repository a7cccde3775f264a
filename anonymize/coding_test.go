package anonymize

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

var inf = math.Inf(1)

func TestBounds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Bounds{
		"0..100": {0, 100}, "..90": {-inf, 90}, "18..": {18, inf}, "-2.5..2.5": {-2.5, 2.5}, "5..5": {5, 5},
	} {
		b, err := ParseBounds(text)
		require.NoError(t, err, text)
		require.Equal(t, want, b)
	}
	for _, text := range []string{"", "..", "5", "5..4", "a..b", "1e3..", "..NaN", "..inf", "0x1..", "+1..2", "1...2", "1..2..3", " 1..2", "1_0..", ".5..1", "1...", "-..1"} {
		b, err := ParseBounds(text)
		require.Error(t, err, text)
		require.Zero(t, b)
	}
	b := Bounds{-2.5, 90.5}
	for _, c := range [][2]float64{{-inf, -2.5}, {-3, -2.5}, {-2.5, -2.5}, {0, 0}, {90.25, 90.25}, {91, 90.5}, {inf, 90.5}} {
		got, err := b.Float(c[0])
		require.NoError(t, err)
		require.Equal(t, c[1], got)
	}
	for _, c := range [][2]int64{{math.MinInt64, -2}, {-3, -2}, {-2, -2}, {90, 90}, {91, 90}, {math.MaxInt64, 90}} {
		got, err := b.Integer(c[0])
		require.NoError(t, err)
		require.Equal(t, c[1], got)
	}
	for _, n := range []int64{math.MinInt64, -1, 0, math.MaxInt64, 1<<53 + 1} { // no detour by a float
		got, err := Bounds{-inf, inf}.Integer(n)
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
	for _, b := range []Bounds{{0.2, 0.8}, {1e19, inf}, {-inf, -1e19}, {math.NaN(), 1}, {0, math.NaN()}, {2, 1}} {
		_, err := b.Integer(0)
		require.ErrorIs(t, err, OutOfRange, b)
	}
	for _, b := range []Bounds{{math.NaN(), 1}, {0, math.NaN()}, {2, 1}} {
		_, err := b.Float(0)
		require.ErrorIs(t, err, OutOfRange)
	}
	_, err := b.Float(math.NaN())
	require.ErrorIs(t, err, OutOfRange)
}

func FuzzParseBounds(f *testing.F) {
	f.Add("0..100", 5.0)
	f.Add("-1.5..", math.Inf(-1))
	f.Fuzz(func(t *testing.T, text string, x float64) {
		b, err := ParseBounds(text)
		if err != nil {
			require.Zero(t, b)
			return
		}
		got, err := b.Float(x)
		if math.IsNaN(x) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.True(t, got >= b.Bottom && got <= b.Top && (got == x || got == b.Bottom || got == b.Top))
	})
}

func TestRounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ to, in, want float64 }{
		{5, 12.5, 15}, {5, 12.4, 10}, {5, -12.5, -15}, {10, 4, 0}, {10, -4, 0}, {10, 5, 10}, {10, -5, -10},
		{0.01, 2.675, 2.68}, {0.01, 1.005, 1.01}, {0.1, 0.15, 0.2}, {0.1, 0.3, 0.3}, {0.1, 0.25, 0.3}, {0.05, 1.02, 1}, {0.05, 1.025, 1.05},
		{0.25, 0.125, 0.25}, {1, 0.49999999999999994, 0}, {1, 4503599627370497.5, 4503599627370498}, {1000, 1e15 + 500, 1e15 + 1000},
		{1e300, 4e299, 0}, {1e300, 6e299, 1e300}, {1, 1e300, 1e300}, {1e-300, 1.5e-300, 2e-300}, {3, 1e17, 99999999999999999},
	} {
		got, err := Rounding{c.to}.Float(c.in)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%v to %v", c.in, c.to)
		require.False(t, got == 0 && math.Signbit(got), "%v to %v is -0", c.in, c.to)
	}
	for _, c := range [][2]float64{{0, 1}, {-1, 1}, {math.NaN(), 1}, {inf, 1}, {1, math.NaN()}, {1, inf}, {1.5e308, 1.7e308 + 0.0}} {
		if c[0] == 1.5e308 { // rounds down, in range
			continue
		}
		_, err := Rounding{c[0]}.Float(c[1])
		require.ErrorIs(t, err, OutOfRange, c)
	}
	_, err := Rounding{1.2e308}.Float(1.79e308) // 2.4e308 is no float64... and nearer is 1.2e308
	require.NoError(t, err)
	_, err = Rounding{1.1e308}.Float(1.79e308)
	require.ErrorIs(t, err, OutOfRange)

	for _, c := range [][3]int64{
		{10, 14, 10}, {10, 15, 20}, {10, -15, -20}, {10, -14, -10}, {1, math.MaxInt64, math.MaxInt64}, {1, math.MinInt64, math.MinInt64},
		{7, 10, 7}, {7, 11, 14}, {2, 1, 2}, {2, -1, -2}, {1 << 61, math.MinInt64, math.MinInt64},
	} {
		got, err := Rounding{float64(c[0])}.Integer(c[1])
		require.NoError(t, err)
		require.Equal(t, c[2], got, "%d to %d", c[1], c[0])
	}
	for _, c := range []struct {
		to float64
		in int64
	}{{1000, math.MaxInt64}, {1000, math.MinInt64}, {0.5, 1}, {1.5, 3}, {0, 1}, {-1, 1}, {math.NaN(), 1}, {inf, 1}, {1 << 62, 1}} {
		_, err := Rounding{c.to}.Integer(c.in)
		require.ErrorIs(t, err, OutOfRange, c)
	}
}

// naiveRound rounds decimal numbers as fractions.
func naiveRound(x, to string) *big.Rat {
	n, _ := new(big.Rat).SetString(x)
	unit, _ := new(big.Rat).SetString(to)
	q := new(big.Rat).Quo(n, unit)
	half := big.NewRat(int64(q.Sign()), 2)
	q.Add(q, half)
	whole := new(big.Int).Quo(q.Num(), q.Denom()) // toward zero
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), unit)
}

func FuzzRounding(f *testing.F) {
	f.Add(2.675, 0.01, int64(7))
	f.Add(-12.5, 5.0, int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, x, to float64, n int64) {
		if got, err := (Rounding{to}).Float(x); err == nil {
			want, _ := naiveRound(strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(to, 'f', -1, 64)).Float64()
			require.Equal(t, want, got)
		}
		if got, err := (Rounding{to}).Integer(n); err == nil {
			want := naiveRound(strconv.FormatInt(n, 10), strconv.FormatFloat(to, 'f', -1, 64))
			require.Zero(t, want.Cmp(new(big.Rat).SetInt64(got)))
		}
	})
}

func TestRoundingNaive(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		to := []float64{0.01, 0.05, 0.1, 0.25, 0.3, 1, 3, 5, 10, 1000, 1e6}[r.IntN(11)]
		x := math.Round((r.Float64()-0.5)*1e7) / 1000
		got, err := Rounding{to}.Float(x)
		require.NoError(t, err)
		want, _ := naiveRound(strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(to, 'f', -1, 64)).Float64()
		require.Equal(t, want, got, "%v to %v", x, to)
		if n := int64(r.Uint64()); to >= 1 {
			got, err := Rounding{to}.Integer(n)
			want := naiveRound(strconv.FormatInt(n, 10), strconv.FormatFloat(to, 'f', -1, 64))
			require.Equal(t, want.Num().IsInt64(), err == nil)
			require.True(t, err != nil || want.Num().Int64() == got)
		}
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	b, err := NewBuckets(-1.5, 0, 18, 65)
	require.NoError(t, err)
	for _, c := range []struct {
		x    float64
		want string
	}{
		{-inf, "<-1.5"}, {-1.6, "<-1.5"}, {-1.5, "-1.5-0"}, {math.Copysign(0, -1), "0-18"}, {0, "0-18"}, {17.999, "0-18"},
		{18, "18-65"}, {64.9, "18-65"}, {65, ">=65"}, {inf, ">=65"},
	} {
		got, err := b.Label(c.x)
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.x)
	}
	_, err = b.Label(math.NaN())
	require.ErrorIs(t, err, OutOfRange)
	_, err = Buckets{}.Label(1)
	require.ErrorIs(t, err, OutOfRange)
	one, err := NewBuckets(math.Copysign(0, -1))
	require.NoError(t, err)
	got, err := one.Label(-1)
	require.NoError(t, err)
	require.Equal(t, "<0", got)
	edges := []float64{1, 2}
	b, err = NewBuckets(edges...)
	require.NoError(t, err)
	edges[0] = 5
	got, err = b.Label(1.5)
	require.NoError(t, err)
	require.Equal(t, "1-2", got, "the edges are copied")
	many := make([]float64, 1001)
	for i := range many {
		many[i] = float64(i)
	}
	for _, edges := range [][]float64{{}, {1, 1}, {2, 1}, {0, math.Copysign(0, -1)}, {math.NaN()}, {1, math.NaN()}, {inf}, {-inf, 0}, many} {
		_, err := NewBuckets(edges...)
		require.Error(t, err)
	}
	for _, text := range []string{"", ":", "1:", ":1", "1,2", "1:1", "a", "1e3", "NaN", "1: 2", "inf"} {
		b, err := ParseBuckets(text)
		require.Error(t, err, text)
		require.Zero(t, b)
	}
}

func FuzzParseBuckets(f *testing.F) {
	f.Add("18:65", 40.0)
	f.Add("-1.5:0:3", 0.0)
	f.Fuzz(func(t *testing.T, text string, x float64) {
		b, err := ParseBuckets(text)
		if err != nil {
			require.Zero(t, b)
			return
		}
		if math.IsNaN(x) {
			return
		}
		naive := 0
		for _, e := range b.edges {
			if x >= e {
				naive++
			}
		}
		got, err := b.Label(x)
		require.NoError(t, err)
		require.Equal(t, b.labels[naive], got)
	})
}

// Numbers in text: exact where they are whole, refused where they are not numbers as people write them.
func TestNumbersInText(t *testing.T) {
	t.Parallel()
	for rule, cases := range map[string]map[string]string{
		"bound=..90":    {"91": "90", "-5": "-5", "12.50": "12.5", "9007199254740993": "90", "90.1": "90"},
		"bound=0..":     {"-0.5": "0", "9007199254740993": "9007199254740993", "9223372036854775807": "9223372036854775807"},
		"round=10":      {"14": "10", "-15": "-20", "14.9": "10", "-4": "0", "9007199254740995": "9007199254741000"},
		"round=0.05":    {"1.02": "1", "1.03": "1.05", "7": "7"},
		"bucket=18:65":  {"17": "<18", "18": "18-65", "64.99": "18-65", "65": ">=65"},
		"bound=0.2..07": {"5": "5", "0": "1"},
	} {
		r, err := ParseRule(rule)
		require.NoError(t, err, rule)
		treat, err := r.compile("n", &Setting{})
		require.NoError(t, err, rule)
		for in, want := range cases {
			out, err := treat.text(nil, nil, in)
			require.NoError(t, err, "%s of %s", rule, in)
			require.Equal(t, want, string(out), "%s of %s", rule, in)
		}
		for _, in := range []string{"", " 1", "1 ", "+1", "1e3", "0x10", "NaN", "Inf", "-", ".", "1.", ".5", "1.2.3", "1,5", "--1", "1-", "１", "433942a"} {
			_, err := treat.text(nil, nil, in)
			require.ErrorIs(t, err, Malformed, "%s of %q", rule, in)
		}
	}
}

func ExampleParseBounds() {
	b, err := ParseBounds("..90")
	fmt.Println(b, err)
	fmt.Println(b.Integer(97))
	fmt.Println(b.Float(42.5))
	// Output:
	// {-Inf 90} <nil>
	// 90 <nil>
	// 42.5 <nil>
}

func ExampleRounding() {
	fmt.Println(Rounding{To: 0.05}.Float(1.025))
	fmt.Println(Rounding{To: 1000}.Integer(37_500))
	// Output:
	// 1.05 <nil>
	// 38000 <nil>
}

func ExampleBuckets() {
	b, err := ParseBuckets("18:65")
	if err != nil {
		fmt.Println(err)
	}
	for _, age := range []float64{17, 18, 65} {
		fmt.Println(b.Label(age))
	}
	// Output:
	// <18 <nil>
	// 18-65 <nil>
	// >=65 <nil>
}

func BenchmarkRounding(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Rounding{0.05}.Float(12.34)
	}
}
