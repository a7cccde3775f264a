// Package fpe encrypts values into values of the same format: a citizen service
// number into nine digits, an account number into an account number, a number plate
// into letters and digits at the same places. It is FF1 (NIST SP 800-38G) over the
// rank of a value among all of its format.
//
// # What to expect
//
// Equal values have equal results, so frequencies show, and so does all that a
// format keeps. There is no authentication: but for check digits every text of the
// format can be decrypted. A result has no room for a key id. Each domain of a
// value has at least 1,000,000 members, or it is refused ([ErrMalformed]): a house
// number, a year or a PIN can't be protected by a permutation of so few. Prefer a
// token or authenticated encryption where the format need not stay.
//
// The result of a format with check digits fails its check on purpose, since a valid
// one may be somebody's; no system takes it for real, and the check digit is how
// Decrypt tells a result from anything else. [Options].Valid makes results valid.
//
//	format     domain                          what stays
//	digits     10^n, n >= 6                    the number of digits
//	bsn        10^8                            nothing; 11-test fails, unless Valid
//	iban       all accounts of the country     the country; mod 97 fails, unless Valid
//	luhn       10^(n-1), n >= 7                the number of digits; check fails, unless Valid
//	phone      10^n of the national number     country calling code, number of digits
//	postcode   9,000 x 26 x 26                 nothing (Dutch postcodes)
//	shape      the product of its classes      which characters are digits, capitals, small letters; all others
//	alphabet   radix^n                         the number of characters
//
// Values are in normal form: capitals, no spaces, "+31612345678". Nothing else is
// read. A [Cipher] is safe for concurrent use.
package fpe

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/grondslag/grondslag/anonymize/ff1"
)

// Format names what a value is.
type Format string

const (
	// Digits: ASCII digits, at least 6.
	Digits Format = "digits"
	// BSN: a Dutch citizen service number of nine digits.
	BSN Format = "bsn"
	// IBAN: an international bank account number.
	IBAN Format = "iban"
	// Luhn: digits with Luhn's check digit at the end, as on payment cards; at least 7.
	Luhn Format = "luhn"
	// Phone: a telephone number in the form E.164.
	Phone Format = "phone"
	// Postcode: a Dutch postcode, "1234AB".
	Postcode Format = "postcode"
	// Shape: ASCII digits stay digits, capitals capitals, small letters small letters;
	// other ASCII characters stay what they are. It is the format unless one is given.
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
	// Alphabet of the format alphabet: distinct characters, at least two.
	Alphabet string
}

// Cipher encrypts values of one format under one key.
type Cipher struct {
	key     []byte
	format  Format
	valid   bool
	letters *ff1.Alphabet
	decimal *ff1.Alphabet
	radixes sync.Map // int to *ff1.Cipher
}

// New makes a cipher of a key of 32 bytes; "" is [Shape].
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
	var err error
	if c.decimal, err = ff1.NewAlphabet("0123456789"); err != nil {
		return nil, err
	}
	if o.Alphabet != "" {
		if c.letters, err = ff1.NewAlphabet(o.Alphabet); err != nil {
			return nil, errors.New("fpe: the alphabet has a character twice, fewer than two, or is no UTF-8")
		}
	}
	return c, nil
}

// Format implements fmt.Formatter: no verb shows the key.
func (*Cipher) Format(f fmt.State, _ rune) { io.WriteString(f, "fpe.Cipher") }

// Encrypt returns the value in its format. The error is [ErrMalformed].
func (c *Cipher) Encrypt(value string) (string, error) { return c.convert(value, false) }

// Decrypt is the inverse of Encrypt. The error is [ErrMalformed] for what is not of
// the format and [ErrTampered] for what Encrypt can't have made.
func (c *Cipher) Decrypt(value string) (string, error) { return c.convert(value, true) }

func (c *Cipher) convert(value string, decrypt bool) (string, error) {
	if len(value) > MaxLength || !utf8.ValidString(value) {
		return "", ErrMalformed
	}
	switch c.format {
	case Digits:
		return c.crypt(c.decimal, value, nil, decrypt)
	case Alphabet:
		return c.crypt(c.letters, value, nil, decrypt)
	case BSN:
		return c.bsn(value, decrypt)
	case Luhn:
		return c.luhn(value, decrypt)
	case IBAN:
		return c.iban(value, decrypt)
	case Phone:
		return c.phone(value, decrypt)
	case Postcode:
		return c.pattern([]byte("Nnnnuu"), []byte(value), nil, decrypt)
	}
	return c.shape(value, decrypt)
}

// crypt is plain FF1 over the alphabet.
func (c *Cipher) crypt(a *ff1.Alphabet, text string, tweak []byte, decrypt bool) (string, error) {
	f, err := c.ff1(a.Radix())
	if err != nil {
		return "", ErrMalformed
	}
	var out string
	if decrypt {
		out, err = f.DecryptString(a, text, tweak)
	} else {
		out, err = f.EncryptString(a, text, tweak)
	}
	if err != nil {
		return "", ErrMalformed
	}
	return out, nil
}

func (c *Cipher) ff1(radix int) (*ff1.Cipher, error) {
	if f, ok := c.radixes.Load(radix); ok {
		return f.(*ff1.Cipher), nil
	}
	f, err := ff1.New(c.key, radix)
	if err != nil {
		return nil, err
	}
	kept, _ := c.radixes.LoadOrStore(radix, f)
	return kept.(*ff1.Cipher), nil
}

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Format
