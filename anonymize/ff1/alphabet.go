package ff1

import (
	"errors"
	"unicode/utf8"
)

// Alphabet says which character stands for which numeral: the first for 0. Capital
// and small letters are different characters.
type Alphabet struct {
	runes []rune
	ascii [utf8.RuneSelf]int32 // numeral+1
	other map[rune]int32       // numeral+1 of the rest
	one   bool                 // all are ASCII
}

// NewAlphabet takes 2 to [MaxRadix] distinct characters.
func NewAlphabet(chars string) (*Alphabet, error) {
	if !utf8.ValidString(chars) {
		return nil, errors.New("ff1: the alphabet is no valid UTF-8")
	}
	a := &Alphabet{runes: []rune(chars), other: map[rune]int32{}}
	if len(a.runes) < 2 || len(a.runes) > MaxRadix {
		return nil, errors.New("ff1: an alphabet has 2 to 65,536 characters")
	}
	for i, r := range a.runes {
		if a.numeral(r) >= 0 {
			return nil, errors.New("ff1: a character is in the alphabet twice")
		}
		if r < utf8.RuneSelf {
			a.ascii[r] = int32(i) + 1
		} else {
			a.other[r] = int32(i) + 1
		}
	}
	a.one = len(a.other) == 0
	return a, nil
}

// Radix returns the number of characters.
func (a *Alphabet) Radix() int { return len(a.runes) }

// numeral returns the numeral of r, -1 when it has none.
func (a *Alphabet) numeral(r rune) int32 {
	if r >= 0 && r < utf8.RuneSelf {
		return a.ascii[r] - 1
	}
	return a.other[r] - 1
}

// EncryptString returns the ciphertext of text, whose alphabet has the radix of the
// cipher. It takes one allocation for a result of up to 64 bytes.
func (c *Cipher) EncryptString(a *Alphabet, text string, tweak []byte) (string, error) {
	return c.convertString(a, text, tweak, false)
}

// DecryptString is the inverse of EncryptString.
func (c *Cipher) DecryptString(a *Alphabet, text string, tweak []byte) (string, error) {
	return c.convertString(a, text, tweak, true)
}

func (c *Cipher) convertString(a *Alphabet, text string, tweak []byte, decrypt bool) (string, error) {
	if a.Radix() != c.Radix() {
		return "", ErrAlphabet
	}
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	s.numerals = s.numerals[:0]
	for _, r := range text {
		n := a.numeral(r)
		if n < 0 || r == utf8.RuneError && !utf8.ValidString(text) {
			return "", ErrAlphabet
		}
		if len(s.numerals) == MaxLength {
			return "", ErrLength
		}
		s.numerals = append(s.numerals, uint16(n))
	}
	if err := c.check(s.numerals, tweak); err != nil {
		return "", err
	}
	c.crypt(s, s.numerals, tweak, decrypt)
	var buf [64]byte
	out := buf[:0]
	if a.one {
		for _, n := range s.numerals {
			out = append(out, byte(a.runes[n]))
		}
	} else {
		for _, n := range s.numerals {
			out = utf8.AppendRune(out, a.runes[n])
		}
	}
	return string(out), nil
}
