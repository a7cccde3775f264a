package anonymize

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Bounds cuts numbers off (ISO/IEC 20889: top and bottom coding): what is below
// Bottom becomes Bottom, what is above Top becomes Top; infinity is no bound. NaN, and
// bounds of which Bottom is not at or below Top, are [OutOfRange].
type Bounds struct{ Bottom, Top float64 }

// ParseBounds reads "bottom..top"; a side left out has no bound.
func ParseBounds(text string) (Bounds, error) {
	bottom, top, ok := strings.Cut(text, "..")
	b := Bounds{math.Inf(-1), math.Inf(1)}
	var err error
	if bottom != "" {
		b.Bottom, err = parseNumber(bottom)
	}
	if top != "" && err == nil {
		b.Top, err = parseNumber(top)
	}
	if !ok || err != nil || bottom+top == "" || b.Bottom > b.Top {
		return Bounds{}, errors.New("anonymize: malformed bounds, want bottom..top")
	}
	return b, nil
}

// Float cuts x off.
func (b Bounds) Float(x float64) (float64, error) {
	if math.IsNaN(x) || !(b.Bottom <= b.Top) {
		return 0, OutOfRange
	}
	return min(max(x, b.Bottom), b.Top), nil
}

// Integer cuts x off, at the whole numbers within the bounds.
func (b Bounds) Integer(x int64) (int64, error) {
	bottom, top := math.Ceil(b.Bottom), math.Floor(b.Top)
	if !(bottom <= top) || bottom >= math.MaxInt64 || top < math.MinInt64 {
		return 0, OutOfRange
	}
	if bottom > math.MinInt64 {
		x = max(x, int64(bottom))
	}
	if top < math.MaxInt64 {
		x = min(x, int64(top))
	}
	return x, nil
}

// Rounding rounds numbers to multiples of To, which is above 0 and finite, halves away
// from zero (ISO/IEC 20889: rounding).
type Rounding struct{ To float64 }

// Float rounds x, as the decimal numbers that x and To are written as: 2.675 to
// hundredths is 2.68, although the float is a little less than 2.675. NaN, infinities, and a result that
// no float64 holds are [OutOfRange].
func (r Rounding) Float(x float64) (float64, error) {
	if !(r.To > 0) || math.IsInf(r.To, 0) || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, OutOfRange
	}
	if const53 := float64(1 << 53); math.Abs(x) <= const53 && x == math.Trunc(x) && r.To <= const53 && r.To == math.Trunc(r.To) {
		n, err := r.Integer(int64(x))
		return float64(n), err
	}
	n, unit := decimalOf(x), decimalOf(r.To)
	for ; n.scale < unit.scale; n.scale++ {
		n.coefficient.Mul(n.coefficient, big.NewInt(10))
	}
	for ; unit.scale < n.scale; unit.scale++ {
		unit.coefficient.Mul(unit.coefficient, big.NewInt(10))
	}
	times, rest := new(big.Int).QuoRem(n.coefficient, unit.coefficient, new(big.Int))
	if rest.Lsh(rest, 1).CmpAbs(unit.coefficient) >= 0 {
		times.Add(times, big.NewInt(int64(n.coefficient.Sign())))
	}
	text := times.Mul(times, unit.coefficient).Append(make([]byte, 0, 32), 10)
	out, err := strconv.ParseFloat(string(strconv.AppendInt(append(text, "e-"...), int64(n.scale), 10)), 64)
	if err != nil {
		return 0, OutOfRange
	}
	return out, nil
}

// exactDecimal is coefficient / 10^scale.
type exactDecimal struct {
	coefficient *big.Int
	scale       int
}

// decimalOf returns the shortest decimal number that reads back as f.
func decimalOf(f float64) exactDecimal {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	c, _ := new(big.Int).SetString(whole+fraction, 10)
	return exactDecimal{c, len(fraction)}
}

// Integer rounds x; a To that is no whole number, and a result beyond an int64, are [OutOfRange].
func (r Rounding) Integer(x int64) (int64, error) {
	to := int64(r.To)
	if !(r.To >= 1) || r.To >= 1<<62 || float64(to) != r.To {
		return 0, OutOfRange
	}
	rest := x % to
	down := x - rest
	switch {
	case rest >= to-rest && rest > 0:
		if down > math.MaxInt64-to {
			return 0, OutOfRange
		}
		return down + to, nil
	case rest < 0 && -rest >= to+rest:
		if down < math.MinInt64+to {
			return 0, OutOfRange
		}
		return down - to, nil
	}
	return down, nil
}

// Buckets replaces numbers by the interval they lie in, such as "18-65" for 18 <= x <
// 65, "<18" and ">=65" (ISO/IEC 20889: generalization).
type Buckets struct {
	edges  []float64
	labels []string
}

// NewBuckets takes 1 to 1,000 edges, ascending.
func NewBuckets(edges ...float64) (Buckets, error) {
	if len(edges) == 0 || len(edges) > 1000 {
		return Buckets{}, errors.New("anonymize: buckets have 1 to 1,000 edges")
	}
	b := Buckets{edges: slices.Clone(edges)}
	for i, e := range edges {
		if math.IsNaN(e) || math.IsInf(e, 0) || i > 0 && e <= edges[i-1] {
			return Buckets{}, errors.New("anonymize: edges of buckets are numbers, ascending")
		}
		e += 0 // -0 is 0
		label := "<" + formatNumber(e)
		if i > 0 {
			label = formatNumber(edges[i-1]+0) + "-" + formatNumber(e)
		}
		b.labels = append(b.labels, label)
	}
	b.labels = append(b.labels, ">="+formatNumber(edges[len(edges)-1]+0))
	return b, nil
}

// ParseBuckets reads edges with ":" between them.
func ParseBuckets(text string) (Buckets, error) {
	var edges []float64
	for part := range strings.SplitSeq(text, ":") {
		e, err := parseNumber(part)
		if err != nil {
			return Buckets{}, errors.New("anonymize: malformed edges of buckets, want edges with : between them")
		}
		edges = append(edges, e)
	}
	return NewBuckets(edges...)
}

// Label returns the interval of x; NaN is [OutOfRange], and so is all for the zero Buckets.
func (b Buckets) Label(x float64) (string, error) {
	if math.IsNaN(x) || len(b.edges) == 0 {
		return "", OutOfRange
	}
	i, at := slices.BinarySearch(b.edges, x)
	if at {
		i++ // an edge is in the interval above it
	}
	return b.labels[i], nil
}

// parseNumber reads a decimal number as people write it: no exponent, no hexadecimal,
// no NaN, no "+", no blank, at most 300 characters.
func parseNumber(text string) (float64, error) {
	if len(text) > 300 {
		return 0, Malformed
	}
	digits := 0
	for i, c := range []byte(text) {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '-' && i == 0:
		case c == '.' && digits > 0 && strings.Count(text, ".") == 1 && i < len(text)-1:
		default:
			return 0, Malformed
		}
	}
	if digits == 0 {
		return 0, Malformed
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, Malformed
	}
	return f, nil
}

func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// numberTreatment treats numbers, in text too: whole ones as such, without the
// detour of a float that would change those beyond 2^53.
func numberTreatment(integer func(int64) (int64, error), float func(float64) (float64, error)) *treatment {
	return &treatment{
		integer: func(_ *scope, in int64) (int64, error) { return integer(in) },
		float:   func(_ *scope, in float64) (float64, error) { return float(in) },
		text: func(_ *scope, dst []byte, in string) ([]byte, error) {
			f, err := parseNumber(in)
			if err != nil {
				return dst, err
			}
			if n, err := strconv.ParseInt(in, 10, 64); err == nil {
				if out, err := integer(n); err == nil {
					return strconv.AppendInt(dst, out, 10), nil
				}
			}
			if f, err = float(f); err != nil {
				return dst, err
			}
			return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
		},
	}
}

// boundTreatment: bound=bottom..top
func (r Rule) boundTreatment() (*treatment, error) {
	b, err := ParseBounds(r.Argument)
	if err != nil {
		return nil, err
	}
	return numberTreatment(b.Integer, b.Float), nil
}

// roundTreatment: round=unit
func (r Rule) roundTreatment() (*treatment, error) {
	to, err := parseNumber(r.Argument)
	if err != nil || to <= 0 {
		return nil, errors.New("anonymize: want the unit to round to, above 0")
	}
	round := Rounding{to}
	t := numberTreatment(round.Integer, round.Float)
	if to != math.Trunc(to) || to >= 1<<62 {
		t.integer = nil // a whole number can't be a multiple
	}
	return t, nil
}

// bucketTreatment: bucket=edge:edge:...; the result is text.
func (r Rule) bucketTreatment() (*treatment, error) {
	b, err := ParseBuckets(r.Argument)
	if err != nil {
		return nil, err
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) {
		f, err := parseNumber(in)
		if err != nil {
			return dst, err
		}
		label, err := b.Label(f)
		return append(dst, label...), err
	}}, nil
}
