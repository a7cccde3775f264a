package fake

import (
	"math/bits"
	"math/rand/v2"
)

// dice are what is thrown for one row. They give the same on every platform.
type dice struct{ pcg rand.PCG }

func (d *dice) seed(seed, row uint64) { d.pcg.Seed(seed, row) }

// below returns a number in [0, n); n > 0.
func (d *dice) below(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between returns a number in [a, b]; a <= b.
func (d *dice) between(a, b int64) int64 {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(b-a)+1)
	return a + int64(hi)
}

// percent is true in p of 100 throws.
func (d *dice) percent(p int) bool { return d.below(100) < p }

// one picks any of the texts, which are not none.
func (d *dice) one(of []string) string { return of[d.below(len(of))] }

// share is a text and how many of 100 throws give it.
type share struct {
	percent int
	text    string
}

// shares lays the texts out for [dice.one]. They add up to 100.
func shares(of ...share) []string {
	var out []string
	for _, s := range of {
		for range s.percent {
			out = append(out, s.text)
		}
	}
	if len(out) != 100 {
		panic("fake: shares do not add up to 100")
	}
	return out
}

// hex appends width hexadecimal digits.
func (d *dice) hex(b []byte, width int) []byte {
	const digits = "0123456789abcdef"
	n := d.pcg.Uint64()
	for i := range width {
		if i > 0 && i%16 == 0 {
			n = d.pcg.Uint64()
		}
		b = append(b, digits[n&15])
		n >>= 4
	}
	return b
}
