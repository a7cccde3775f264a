package anonymize

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// ones and zeros are sources whose every bit is the same: the ends of the distributions.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xff
	}
	return len(p), nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// seeded is a reproducible source: moments then have one value, and the test can't be flaky.
func seeded() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func TestNoiseMoments(t *testing.T) {
	t.Parallel()
	const n = 200_000
	for _, source := range []io.Reader{seeded(), nil} {
		for _, c := range []struct {
			noise           Noise
			deviation, tail float64 // tail: the share beyond two scales
		}{
			{Noise{Distribution: Laplace, Scale: 3}, 3 * math.Sqrt2, math.Exp(-2)},
			{Noise{Distribution: Gauss, Scale: 3}, 3, math.Erfc(2 / math.Sqrt2)},
		} {
			c.noise.Random = source
			if source != nil {
				c.noise.Random = seeded()
			}
			var sum, square, beyond, same float64
			for range n {
				x, err := c.noise.Float(100)
				require.NoError(t, err)
				d := x - 100
				sum += d
				square += d * d
				if math.Abs(d) > 6 {
					beyond++
				}
				if d == 0 {
					same++
				}
			}
			// Ten standard errors: with crypto/rand it fails less than once in 10^20 runs.
			require.InDelta(t, 0, sum/n, 10*c.deviation/math.Sqrt(n), c.noise.Distribution)
			require.InEpsilon(t, c.deviation*c.deviation, square/n, 10*math.Sqrt(5./n), c.noise.Distribution)
			require.InDelta(t, c.tail, beyond/n, 10*math.Sqrt(c.tail/n), c.noise.Distribution)
			require.Less(t, same/n, 0.002, "the grid is fine beside the scale")
		}
	}
}

func TestNoiseInteger(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for distribution, variance := range map[Distribution]float64{Laplace: 2 * 9, Gauss: 9} {
		noise := Noise{Distribution: distribution, Scale: 3, Random: seeded()}
		var sum, square float64
		for range n {
			x, err := noise.Integer(1 << 60) // beyond 2^53: no detour by a float
			require.NoError(t, err)
			d := float64(x - 1<<60)
			sum += d
			square += d * d
		}
		require.InDelta(t, 0, sum/n, 0.15)
		require.InEpsilon(t, variance+1./12, square/n, 0.1) // a twelfth is that of the rounding
	}
	for _, source := range []io.Reader{ones{}, zeros{}, seeded()} {
		for _, d := range []Distribution{Laplace, Gauss} {
			for _, x := range []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, math.MaxInt64 - 1, math.MaxInt64} {
				for _, scale := range []float64{1, 1e18, 1e19, 1e300, math.MaxFloat64} {
					_, err := Noise{Distribution: d, Scale: scale, Random: source}.Integer(x)
					require.NoError(t, err)
				}
			}
		}
	}
	got, err := Noise{Distribution: Laplace, Scale: 1e19, Random: ones{}}.Integer(math.MaxInt64 - 1)
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64), got, "it stays at the end")
	got, err = Noise{Distribution: Laplace, Scale: 1e19, Random: zeros{}}.Integer(-5)
	require.NoError(t, err)
	require.Equal(t, int64(math.MinInt64), got)
	got, err = Noise{Distribution: Laplace, Scale: 1e19, Min: -10, Max: 10.5, Random: ones{}}.Integer(0)
	require.NoError(t, err)
	require.EqualValues(t, 10, got)
}

// Results lie on the grid, so that their low bits say nothing of the noise (Mironov, 2012).
func TestNoiseGrid(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-300, 1e-9, 0.3, 1, 3, 1024, 1e6} {
		grid := math.Exp2(math.Floor(math.Log2(scale)) - 10)
		require.LessOrEqual(t, grid, scale/1024)
		require.Greater(t, grid, scale/2048)
		noise := Noise{Distribution: Laplace, Scale: scale, Random: seeded()}
		for range 1000 {
			x, err := noise.Float(scale * 1.2345678)
			require.NoError(t, err)
			require.Zero(t, math.Mod(x, grid))
			require.False(t, x == 0 && math.Signbit(x))
		}
	}
}

func TestNoiseRange(t *testing.T) {
	t.Parallel()
	for _, source := range []io.Reader{ones{}, zeros{}, seeded()} {
		for _, d := range []Distribution{Laplace, Gauss} {
			for _, scale := range []float64{1e-300, 1, 1e300, math.MaxFloat64} {
				noise := Noise{Distribution: d, Scale: scale, Random: source}
				for _, x := range []float64{0, 5e-324, -1, scale, -scale, math.MaxFloat64, -math.MaxFloat64} {
					got, err := noise.Float(x)
					if math.Abs(x)/scale > 1<<50 {
						require.ErrorIs(t, err, OutOfRange)
						continue
					}
					require.NoError(t, err)
					require.False(t, notFinite(got), "%s %v of %v", d, scale, x)
				}
			}
		}
	}
	// The end of the range must not give back what went in.
	got, err := Noise{Distribution: Laplace, Scale: 1e307, Random: ones{}}.Float(1.7e308)
	require.NoError(t, err)
	require.Equal(t, math.MaxFloat64, got)
	bounded := Noise{Distribution: Laplace, Scale: 100, Min: 0, Max: 10, Random: seeded()}
	for range 1000 {
		got, err := bounded.Float(5)
		require.NoError(t, err)
		require.True(t, got >= 0 && got <= 10)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := bounded.Float(x)
		require.ErrorIs(t, err, OutOfRange)
	}
	for _, n := range []Noise{
		{}, {Distribution: Laplace}, {Distribution: "cauchy", Scale: 1}, {Distribution: Gauss, Scale: -1}, {Distribution: Gauss, Scale: math.NaN()},
		{Distribution: Gauss, Scale: math.Inf(1)}, {Distribution: Gauss, Scale: 1e-301}, {Distribution: Gauss, Scale: 1, Min: 2, Max: 1},
		{Distribution: Gauss, Scale: 1, Max: math.NaN()}, {Distribution: Gauss, Scale: 1, Min: math.NaN(), Max: 1},
	} {
		_, err := n.Float(1)
		require.Error(t, err)
		_, err = n.Integer(1)
		require.Error(t, err)
	}
	for _, d := range []Distribution{Laplace, Gauss} {
		for _, source := range []io.Reader{bytes.NewReader([]byte("short")), iotest.ErrReader(io.ErrClosedPipe)} {
			x, err := Noise{Distribution: d, Scale: 1, Random: source}.Float(53)
			require.ErrorContains(t, err, "anonymize: ")
			require.Zero(t, x)
			n, err := Noise{Distribution: d, Scale: 1, Random: source}.Integer(53)
			require.Error(t, err)
			require.Zero(t, n)
		}
	}
}

func TestNoiseRule(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"noise=laplace", "noise=cauchy,scale=1", "noise=gauss,scale=0", "noise=gauss,scale=1e3", "noise=gauss,scale=1,min=1", "noise=gauss,scale=1,min=2,max=1"} {
		r, err := ParseRule(rule)
		if err == nil {
			_, err = r.compile("n", &Setting{})
		}
		require.Error(t, err, rule)
	}
}

func TestEvenly(t *testing.T) {
	t.Parallel()
	// 2^64 mod 3 is 1, so the one value above the last whole multiple is drawn again.
	i, err := evenly(io.MultiReader(bytes.NewReader(bytes.Repeat([]byte{0xff}, 8)), zeros{}), 3)
	require.NoError(t, err)
	require.Zero(t, i)
	i, err = evenly(ones{}, 4) // a power of two refuses none
	require.NoError(t, err)
	require.Equal(t, 3, i)
	_, err = evenly(bytes.NewReader(bytes.Repeat([]byte{0xff}, 12)), 3)
	require.Error(t, err)
}

func ExampleNoise() {
	n := Noise{Distribution: Laplace, Scale: 1000, Min: 0, Max: 200_000}
	income, err := n.Integer(42_000)
	fmt.Println(income != 0, err)
	// Output: true <nil>
}

func BenchmarkNoise(b *testing.B) {
	for _, d := range []Distribution{Laplace, Gauss} {
		b.Run(string(d), func(b *testing.B) {
			b.ReportAllocs()
			n := Noise{Distribution: d, Scale: 3}
			for b.Loop() {
				n.Float(42)
			}
		})
	}
}
