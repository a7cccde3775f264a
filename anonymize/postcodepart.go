package anonymize

import (
	"errors"

	"github.com/grondslag/grondslag/internal/normalize"
)

// PostcodePart cuts a Dutch postcode to its first 4, 3 or 2 digits (ISO/IEC 20889:
// generalization). The six characters stand for about 17 addresses, four digits for
// some thousand, two for a region.
type PostcodePart int

// Append appends the digits that stay of a postcode in any writing that [NormPostcode] reads.
func (p PostcodePart) Append(dst []byte, text string) ([]byte, error) {
	if p < 2 || p > 4 {
		return dst, OutOfRange
	}
	var in, out [32]byte
	code, ok := normalize.AppendPostcode(out[:0], append(in[:0], text...), "NL")
	if !ok {
		return dst, Malformed
	}
	return append(dst, code[:p]...), nil
}

// postcodeTreatment: postcode[=4|3|2]
func (r Rule) postcodeTreatment() (*treatment, error) {
	n, err := integerArgument(r.Argument, 4)
	if err != nil || n < 2 || n > 4 {
		return nil, errors.New("anonymize: want 4, 3 or 2 digits of the postcode")
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) { return PostcodePart(n).Append(dst, in) }}, nil
}
