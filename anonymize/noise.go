package anonymize

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"sync"
)

// Distribution is that of random noise.
type Distribution string

const (
	// Laplace has density exp(-|x|/scale)/(2 scale) and standard deviation 1.41 scale.
	Laplace Distribution = "laplace"
	// Gauss has standard deviation scale.
	Gauss Distribution = "gauss"
)

// Noise adds random noise to numbers (ISO/IEC 20889: noise addition). Sums and
// means over many records stay about right; a single number does not.
//
// It is no differentially private mechanism: nothing bounds what one person
// contributes, each call spends anew, and the low bits of a floating-point result
// can give the noise away (Mironov, 2012). To close the last of these the result is
// rounded to a grid of the power of two at or below a 1,024th of the scale. For whole numbers take a scale
// of 1 or more: of less, most stay what they are.
type Noise struct {
	Distribution Distribution
	Scale        float64 // from 1e-300, finite
	Min, Max     float64 // the result is cut off here; both 0: not at all
	// Random is the source of the noise; nil is crypto/rand. A call takes 8 bytes from
	// it for each try, Gauss 16.
	Random io.Reader
}

func (n Noise) check() error {
	if !n.Distribution.Valid() || !(n.Scale >= 1e-300) || math.IsInf(n.Scale, 0) || n.Min > n.Max || math.IsNaN(n.Min) || math.IsNaN(n.Max) {
		return errors.New("anonymize: noise wants laplace or gauss, a scale of 1e-300 or more, and min not above max")
	}
	return nil
}

// Float adds noise to x. NaN, infinities and an x of more than 2^50 scales, beside which
// noise is nothing, are [OutOfRange]; a failing source is an error. The result is
// finite: beyond the range of a float64 it stays at the end of it.
func (n Noise) Float(x float64) (float64, error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > n.Scale*(1<<50) {
		return 0, OutOfRange
	}
	noise, err := n.draw()
	if err != nil {
		return 0, err
	}
	out := x + noise
	_, exponent := math.Frexp(n.Scale)
	grid := math.Ldexp(1, exponent-11)
	if math.Abs(out) < grid*(1<<53) { // or else it is on the grid, as every float of that size
		out = math.Round(out/grid) * grid
	}
	out = min(max(out, -math.MaxFloat64), math.MaxFloat64)
	if n.Min != 0 || n.Max != 0 {
		out = min(max(out, n.Min), n.Max)
	}
	return out + 0, nil // no -0, which would show a sign
}

// Integer adds noise to x and rounds to a whole number; beyond the range of an int64
// it stays at the end of it.
func (n Noise) Integer(x int64) (int64, error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	noise, err := n.draw()
	if err != nil {
		return 0, err
	}
	noise = math.Round(noise)
	var out int64
	switch {
	case noise >= math.MaxInt64 || noise > 0 && x > math.MaxInt64-int64(noise):
		out = math.MaxInt64
	case noise <= math.MinInt64 || noise < 0 && x < math.MinInt64-int64(noise):
		out = math.MinInt64
	default:
		out = x + int64(noise)
	}
	if n.Min != 0 || n.Max != 0 {
		return Bounds{n.Min, n.Max}.Integer(out)
	}
	return out, nil
}

// draw returns noise by the inverse of the distribution, or Box and Muller's method.
func (n Noise) draw() (float64, error) {
	u, err := n.uniform()
	if err != nil {
		return 0, err
	}
	if n.Distribution == Laplace {
		if u < 0.5 {
			return n.Scale * math.Log(2*u), nil
		}
		return -n.Scale * math.Log(2*(1-u)), nil
	}
	v, err := n.uniform()
	if err != nil {
		return 0, err
	}
	return n.Scale * math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v), nil
}

// uniform returns an odd multiple of 2^-53 between 0 and 1, never either: each as
// likely as any other. With a bit more the sum would not be exact, and could be 1.
func (n Noise) uniform() (float64, error) {
	x, err := random64(n.Random)
	return (float64(x>>12) + 0.5) * (1.0 / (1 << 52)), err
}

// random64 returns 64 bits from the source, nil is crypto/rand: that without an allocation.
func random64(source io.Reader) (uint64, error) {
	if source == nil {
		var b [8]byte
		rand.Read(b[:]) // never fails, see crypto/rand
		return binary.LittleEndian.Uint64(b[:]), nil
	}
	b := make([]byte, 8)
	if _, err := io.ReadFull(source, b); err != nil {
		return 0, errors.New("anonymize: the source of randomness has failed")
	}
	return binary.LittleEndian.Uint64(b), nil
}

// evenly returns an even choice of 0 <= i < limit from the source.
func evenly(source io.Reader, limit int) (int, error) {
	for l := uint64(limit); ; {
		x, err := random64(source)
		if err != nil {
			return 0, err
		}
		if x <= math.MaxUint64-(-l)%l {
			return int(x % l), nil
		}
	}
}

// buffered reads the source in blocks: a call of the system for every 8 bytes takes
// longer than all the rest.
type buffered struct {
	mu sync.Mutex
	r  *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return io.ReadFull(b.r, p)
}

// noiseTreatment: noise=laplace|gauss,scale=x[,min=x][,max=x]
func (r Rule) noiseTreatment(set *Setting) (*treatment, error) {
	n := Noise{Distribution: Distribution(r.Argument), Random: set.Random}
	if n.Random != nil {
		n.Random = &buffered{r: bufio.NewReader(set.Random)}
	}
	if _, ok := r.Option("scale"); !ok {
		return nil, optionError("scale")
	}
	_, hasMin := r.Option("min")
	_, hasMax := r.Option("max")
	if hasMin != hasMax {
		return nil, errors.New("anonymize: want both min and max, or neither")
	}
	for name, x := range map[string]*float64{"scale": &n.Scale, "min": &n.Min, "max": &n.Max} {
		text, ok := r.Option(name)
		if !ok {
			continue
		}
		var err error
		if *x, err = parseNumber(text); err != nil {
			return nil, optionError(name)
		}
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	return numberTreatment(n.Integer, n.Float), nil
}
