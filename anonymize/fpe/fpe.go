package fpe

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/grondslag/grondslag/anonymize/ff1"
)

// Format names what a value is.
type Format string

const (
	// Digits: ASCII digits, at least 6.
	Digits Format = "digits"
	// BSN: a Dutch citizen service number of nine digits.
	BSN Format = "bsn"
	// IBAN: an international bank account number of a country in the registry.
	IBAN Format = "iban"
	// Luhn: digits with Luhn's check digit at the end, as on payment cards; at least 7.
	Luhn Format = "luhn"
	// Phone: a telephone number in the form E.164, at least 6 digits behind the
	// country calling code.
	Phone Format = "phone"
	// Postcode: a Dutch postcode, "1234AB".
	Postcode Format = "postcode"
	// Shape: ASCII digits stay digits, capitals capitals, small letters small letters;
	// other printable ASCII characters stay what they are. It is the format unless one is given.
	Shape Format = "shape"
	// Alphabet: any text over the alphabet given.
	Alphabet Format = "alphabet"
)

// MaxLength is the largest number of bytes of a value.
const MaxLength = 1000

var (
	// ErrMalformed: the value is not of the format, or one of too few.
	ErrMalformed = errors.New("fpe: the value is not of the format, or the format has too few values")
	// ErrTampered: what is to be decrypted was not made by Encrypt with this key.
	ErrTampered = errors.New("fpe: the value was not made with this key")
)

// Options of a format.
type Options struct {
	// Valid makes results of bsn, iban and luhn pass their check: they can't be told
	// from those of real people. Decrypt then reads any valid value.
	Valid bool
	// Alphabet of the format alphabet: 2 to 65,536 distinct characters.
	Alphabet string
}

// Cipher encrypts values of one format under one key. Make it with [New].
type Cipher struct {
	key      []byte
	format   Format
	valid    bool
	letters  *ff1.Alphabet // of the format alphabet
	plain    *ff1.Cipher   // over letters
	decimal  *ff1.Cipher
	rankings atomic.Pointer[map[classes]*ranking] // the map in it is never written
}

// New makes a cipher of a key of 32 bytes; "" is [Shape], or [Alphabet] if there is one.
func New(key []byte, format Format, o Options) (*Cipher, error) {
	if format == "" {
		format = Shape
		if o.Alphabet != "" {
			format = Alphabet
		}
	}
	switch {
	case len(key) != 32:
		return nil, errors.New("fpe: a key has 32 bytes")
	case !format.Valid():
		return nil, errors.New("fpe: unknown format")
	case o.Valid && format != BSN && format != IBAN && format != Luhn:
		return nil, errors.New("fpe: the format has no check digit that could be valid")
	case (o.Alphabet != "") != (format == Alphabet):
		return nil, errors.New("fpe: the format alphabet, and no other, needs one")
	}
	c := &Cipher{key: append([]byte(nil), key...), format: format, valid: o.Valid}
	c.rankings.Store(&map[classes]*ranking{})
	var err error
	if c.decimal, err = ff1.New(key, 10); err != nil {
		return nil, err
	}
	if format != Alphabet {
		return c, nil
	}
	if c.letters, err = ff1.NewAlphabet(o.Alphabet); err != nil {
		return nil, errors.New("fpe: the alphabet has a character twice, fewer than 2 or more than 65,536, or is no UTF-8")
	}
	if c.plain, err = ff1.New(key, c.letters.Radix()); err != nil {
		return nil, err
	}
	return c, nil
}

// Format implements fmt.Formatter: no verb shows the key.
func (*Cipher) Format(f fmt.State, _ rune) { io.WriteString(f, "fpe.Cipher") }

// Encrypt returns the value in its format. The error is [ErrMalformed]. For values of
// up to 64 bytes it takes one allocation, and little more time than FF1 does.
func (c *Cipher) Encrypt(value string) (string, error) { return c.convert(value, false) }

// Decrypt is the inverse of Encrypt. The error is [ErrMalformed] for what is not of
// the format and [ErrTampered] for what Encrypt can't have made.
func (c *Cipher) Decrypt(value string) (string, error) { return c.convert(value, true) }

func (c *Cipher) convert(value string, decrypt bool) (string, error) {
	if len(value) > MaxLength {
		return "", ErrMalformed
	}
	if c.format == Alphabet {
		return c.alphabet(value, decrypt)
	}
	var buf [64]byte
	text := append(buf[:0], value...)
	var err error
	switch c.format {
	case Digits:
		err = c.decimals(text, nil, decrypt)
	case BSN:
		if len(text) != 9 {
			return "", ErrMalformed
		}
		err = c.elevens(text, decrypt)
	case Luhn:
		err = c.luhn(text, decrypt)
	case IBAN:
		err = c.iban(text, decrypt)
	case Phone:
		err = c.phone(text, decrypt)
	case Postcode:
		err = c.postcode(text, decrypt)
	default:
		err = c.shape(text, decrypt)
	}
	if err != nil {
		return "", err
	}
	return string(text), nil
}

// alphabet is FF1 itself over the alphabet.
func (c *Cipher) alphabet(value string, decrypt bool) (out string, err error) {
	if decrypt {
		out, err = c.plain.DecryptString(c.letters, value, nil)
	} else {
		out, err = c.plain.EncryptString(c.letters, value, nil)
	}
	if err != nil {
		return "", ErrMalformed
	}
	return out, nil
}

// tweak returns what tells formats apart under one key: the text, and after it
// " valid" with that option, since the results of both are by one permutation otherwise. None
// can be the tweak of a shape, which has no letters but those of its classes.
func (c *Cipher) tweak(dst []byte, text string) []byte {
	dst = append(dst, text...)
	if c.valid {
		dst = append(dst, " valid"...)
	}
	return dst
}

// postcode: PostNL gives out no SA, SD and SS, but they are in the domain.
func (c *Cipher) postcode(text []byte, decrypt bool) error {
	const pattern = "Nnnnuu"
	if len(text) != len(pattern) {
		return ErrMalformed
	}
	return c.pattern([]byte(pattern), text, []byte("postcode"), decrypt)
}

// shape enciphers the letters and digits of a text, whose shape is the tweak.
func (c *Cipher) shape(value []byte, decrypt bool) error {
	var patternBuf, textBuf, tweakBuf [64]byte
	pattern, text, tweak := patternBuf[:0], textBuf[:0], tweakBuf[:0]
	for _, b := range value {
		p := classOf(b)
		if p == 0 {
			if b < ' ' || b >= 0x7f {
				return ErrMalformed
			}
			tweak = append(tweak, b)
			continue
		}
		pattern, text, tweak = append(pattern, p), append(text, b), append(tweak, p)
	}
	if err := c.pattern(pattern, text, tweak, decrypt); err != nil {
		return err
	}
	at := 0
	for i, b := range value {
		if classOf(b) != 0 {
			value[i] = text[at]
			at++
		}
	}
	return nil
}

// classOf returns the class of a letter or digit in a pattern, 0 for anything else.
func classOf(b byte) byte {
	switch {
	case '0' <= b && b <= '9':
		return 'n'
	case 'A' <= b && b <= 'Z':
		return 'u'
	case 'a' <= b && b <= 'z':
		return 'l'
	}
	return 0
}
