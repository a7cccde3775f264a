package anonymize

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Bounds cuts numbers off (ISO/IEC 20889: top and bottom coding): what is below
// Bottom becomes Bottom, what is above Top becomes Top. NaN is refused.
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
	if math.IsNaN(x) {
		return 0, OutOfRange
	}
	return min(max(x, b.Bottom), b.Top), nil
}

// Integer cuts x off, at the whole numbers within the bounds.
func (b Bounds) Integer(x int64) (int64, error) {
	bottom, top := math.Ceil(b.Bottom), math.Floor(b.Top)
	if bottom > top || bottom >= math.MaxInt64 || top < math.MinInt64 {
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

// Rounding rounds numbers to multiples of To, which is above 0, halves away from zero
// (ISO/IEC 20889: rounding).
type Rounding struct{ To float64 }

// Float rounds x. NaN and infinities are refused.
func (r Rounding) Float(x float64) (float64, error) {
	out := math.Round(x/r.To) * r.To
	if !(r.To > 0) || math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(out) || math.IsInf(out, 0) {
		return 0, OutOfRange
	}
	return out, nil
}

// Integer rounds x; To must be a whole number.
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
	b := Buckets{edges: append([]float64(nil), edges...)}
	for i, e := range edges {
		if math.IsNaN(e) || math.IsInf(e, 0) || i > 0 && e <= edges[i-1] {
			return Buckets{}, errors.New("anonymize: edges of buckets are numbers, ascending")
		}
		label := "<" + formatNumber(e)
		if i > 0 {
			label = formatNumber(edges[i-1]) + "-" + formatNumber(e)
		}
		b.labels = append(b.labels, label)
	}
	if len(edges) == 0 || len(edges) > 1000 {
		return Buckets{}, errors.New("anonymize: buckets have 1 to 1,000 edges")
	}
	b.labels = append(b.labels, ">="+formatNumber(edges[len(edges)-1]))
	return b, nil
}

// ParseBuckets reads edges with ":" between them.
func ParseBuckets(text string) (Buckets, error) {
	var edges []float64
	for part := range strings.SplitSeq(text, ":") {
		e, err := parseNumber(part)
		if err != nil {
			return Buckets{}, errors.New("anonymize: malformed edges of buckets, want edge:edge:...")
		}
		edges = append(edges, e)
	}
	return NewBuckets(edges...)
}

// Label returns the interval of x; NaN is refused. The zero Buckets has none.
func (b Buckets) Label(x float64) (string, error) {
	if math.IsNaN(x) || len(b.edges) == 0 {
		return "", OutOfRange
	}
	i := 0
	for i < len(b.edges) && x >= b.edges[i] {
		i++
	}
	return b.labels[i], nil
}

// parseNumber reads a decimal number as people write it: no exponent, no hexadecimal,
// no NaN, no "+", no blank, at most 300 characters.
func parseNumber(text string) (float64, error) {
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
	if digits == 0 || len(text) > 300 {
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
