// Package ff1 is FF1, format-preserving encryption of strings of numerals (NIST SP
// 800-38G): the ciphertext has the length and the alphabet of the plaintext.
//
// The number of possible strings, radix^length, is at least 1,000,000, as revision 1
// of the standard demands; there is no way around it. FF3 and FF3-1, which that
// revision withdraws, are not offered.
//
// FF1 is deterministic and has no authentication: every string is the ciphertext of
// some other. The tweak, such as the name of a field, tells uses apart. A [Cipher]
// is safe for concurrent use. This implementation is not in a FIPS-validated module;
// it is built on crypto/aes.
package ff1

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/bits"
	"slices"
	"sync"
)

const (
	// MinDomain is the least number of possible strings.
	MinDomain = 1_000_000
	// MaxLength is the largest number of numerals. The standard goes to 2^32.
	MaxLength = 4096
	// MaxTweak is the largest number of bytes of a tweak. The standard goes to 2^32.
	MaxTweak = 4096
	// MaxRadix is the largest number of numerals in an alphabet.
	MaxRadix = 1 << 16
)

var (
	// ErrLength: too few numerals for [MinDomain], or more than [MaxLength].
	ErrLength = errors.New("ff1: too short or too long for this alphabet")
	// ErrAlphabet: a numeral that is not below the radix, a character that is not in the alphabet.
	ErrAlphabet = errors.New("ff1: a character is not in the alphabet")
	// ErrTweak: more than [MaxTweak] bytes.
	ErrTweak = errors.New("ff1: the tweak is too long")
)

const (
	rounds = 10
	size   = aes.BlockSize
)

// Cipher encrypts strings of one radix under one key.
type Cipher struct {
	block cipher.Block
	radix uint64
	min   int // numerals for MinDomain
	small int // numerals of the longest half that fits in 64 bits
	pool  sync.Pool
}

// scratch is what a call needs besides its result.
type scratch struct {
	// What the length and the tweak's length fix, kept for the next call with the same.
	n, t, u, v, b int
	modU, modV    uint64
	p             [size]byte // the encryption of P

	in, out  [size]byte
	q        []byte
	s        []byte
	numerals []uint16
}

// Format implements fmt.Formatter: no verb shows what the key gave.
func (*Cipher) Format(f fmt.State, _ rune) { io.WriteString(f, "ff1.Cipher") }

// New makes a cipher of an AES key of 16, 24 or 32 bytes for a radix of 2 to [MaxRadix].
func New(key []byte, radix int) (*Cipher, error) {
	if radix < 2 || radix > MaxRadix {
		return nil, errors.New("ff1: the radix is not between 2 and 65,536")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("ff1: a key has 16, 24 or 32 bytes")
	}
	c := &Cipher{block: block, radix: uint64(radix)}
	c.pool.New = func() any { return &scratch{} }
	for domain := uint64(1); domain < MinDomain; domain *= c.radix {
		c.min++
	}
	c.min = max(c.min, 2)
	for power, over := uint64(1), uint64(0); over == 0; c.small++ {
		over, power = bits.Mul64(power, c.radix)
	}
	c.small-- // the last one was over
	return c, nil
}

// Radix returns the number of numerals.
func (c *Cipher) Radix() int { return int(c.radix) }

// Encrypt appends the ciphertext of src to dst; dst may be src[:0]. Each numeral is
// below the radix. Errors are [ErrLength], [ErrAlphabet] and [ErrTweak]; dst is then
// returned as it was. Up to 38 decimal digits (halves of 64 bits) it does not allocate
// beyond dst and takes 11 AES blocks, and one more per 16 bytes of tweak; above, time
// grows with the square of the length.
func (c *Cipher) Encrypt(dst, src []uint16, tweak []byte) ([]uint16, error) {
	return c.convert(dst, src, tweak, false)
}

// Decrypt is the inverse of Encrypt.
func (c *Cipher) Decrypt(dst, src []uint16, tweak []byte) ([]uint16, error) {
	return c.convert(dst, src, tweak, true)
}

func (c *Cipher) convert(dst, src []uint16, tweak []byte, decrypt bool) ([]uint16, error) {
	if err := c.check(src, tweak); err != nil {
		return dst, err
	}
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	s.numerals = append(s.numerals[:0], src...)
	c.crypt(s, s.numerals, tweak, decrypt)
	return append(dst, s.numerals...), nil
}

func (c *Cipher) check(src []uint16, tweak []byte) error {
	if len(src) < c.min || len(src) > MaxLength {
		return ErrLength
	}
	if len(tweak) > MaxTweak {
		return ErrTweak
	}
	for _, x := range src {
		if uint64(x) >= c.radix {
			return ErrAlphabet
		}
	}
	return nil
}

// crypt converts x in place. Names are those of the standard's algorithms 7 and 8.
func (c *Cipher) crypt(s *scratch, x []uint16, tweak []byte, decrypt bool) {
	c.prepare(s, len(x), len(tweak))
	if s.v <= c.small {
		c.cryptSmall(s, x, tweak, decrypt)
	} else {
		c.cryptBig(s, x, tweak, decrypt)
	}
}

func (c *Cipher) prepare(s *scratch, n, t int) {
	if s.n == n && s.t == t {
		return
	}
	s.n, s.t, s.u, s.v = n, t, n/2, n-n/2
	if s.v <= c.small {
		s.modU = 1
		for range s.u {
			s.modU *= c.radix
		}
		s.modV = s.modU
		if s.v > s.u {
			s.modV *= c.radix
		}
		s.b = (bits.Len64(s.modV-1) + 7) / 8
	} else {
		power := new(big.Int).Exp(new(big.Int).SetUint64(c.radix), big.NewInt(int64(s.v)), nil)
		s.b = (power.Sub(power, big.NewInt(1)).BitLen() + 7) / 8
	}
	s.in = [size]byte{1, 2, 1, byte(c.radix >> 16), byte(c.radix >> 8), byte(c.radix), rounds, byte(s.u)}
	binary.BigEndian.PutUint32(s.in[8:], uint32(n))
	binary.BigEndian.PutUint32(s.in[12:], uint32(t))
	c.block.Encrypt(s.p[:], s.in[:])
}

// tweaked leaves in s.q the string Q with zeros for round and number, and in s.out
// the CBC-MAC of P and of the blocks of Q before the one where those begin.
func (c *Cipher) tweaked(s *scratch, tweak []byte) {
	length := (len(tweak) + s.b + 1 + size - 1) / size * size
	s.q = slices.Grow(s.q[:0], length)[:length]
	clear(s.q[copy(s.q, tweak):])
	s.out = s.p
	for at := 0; at+size <= length-s.b-1; at += size {
		c.chain(s, s.q[at:])
	}
}

// chain adds one block to the CBC-MAC in s.out.
func (c *Cipher) chain(s *scratch, block []byte) {
	hi := binary.BigEndian.Uint64(s.out[:]) ^ binary.BigEndian.Uint64(block)
	lo := binary.BigEndian.Uint64(s.out[8:]) ^ binary.BigEndian.Uint64(block[8:])
	binary.BigEndian.PutUint64(s.in[:], hi)
	binary.BigEndian.PutUint64(s.in[8:], lo)
	c.block.Encrypt(s.out[:], s.in[:])
}

// cryptSmall: both halves fit in 64 bits, so b <= 8, the round and the number are in
// the last block of Q, and S is the first 8 or 12 bytes of one block.
func (c *Cipher) cryptSmall(s *scratch, x []uint16, tweak []byte, decrypt bool) {
	c.tweaked(s, tweak)
	last := s.q[len(s.q)-size:]
	hi0 := binary.BigEndian.Uint64(last) ^ binary.BigEndian.Uint64(s.out[:])
	lo0 := binary.BigEndian.Uint64(last[8:]) ^ binary.BigEndian.Uint64(s.out[8:])
	a, b := c.number(x[:s.u]), c.number(x[s.u:])
	modA, modB := s.modU, s.modV
	if decrypt {
		a, b = b, a
		modA, modB = modB, modA
	}
	for round := range rounds {
		i := uint64(round)
		if decrypt {
			i = rounds - 1 - i
		}
		// [i] stands in front of the b bytes of the number.
		hi, lo := hi0, lo0^b
		if s.b == 8 {
			hi ^= i
		} else {
			lo ^= i << (8 * s.b)
		}
		binary.BigEndian.PutUint64(s.in[:], hi)
		binary.BigEndian.PutUint64(s.in[8:], lo)
		c.block.Encrypt(s.out[:], s.in[:])
		yHi, yLo := uint64(0), binary.BigEndian.Uint64(s.out[:])
		if s.b > 4 { // d = 12
			yHi, yLo = yLo>>32, yLo<<32|uint64(binary.BigEndian.Uint32(s.out[8:]))
		}
		y := yLo
		if yHi == 0 {
			y %= modA
		} else {
			y = bits.Rem64(yHi, yLo, modA)
		}
		var next uint64
		if decrypt {
			next = a - y
			if a < y {
				next += modA
			}
		} else {
			next = a + y
			if next < a || next >= modA {
				next -= modA
			}
		}
		a, b = b, next
		modA, modB = modB, modA
	}
	if decrypt {
		a, b = b, a
	}
	c.numeralsOf(x[:s.u], a)
	c.numeralsOf(x[s.u:], b)
}

func (c *Cipher) number(x []uint16) (n uint64) {
	for _, d := range x {
		n = n*c.radix + uint64(d)
	}
	return n
}

func (c *Cipher) numeralsOf(x []uint16, n uint64) {
	if c.radix == 10 { // a constant divisor is several times faster
		for i := len(x) - 1; i >= 0; i-- {
			x[i] = uint16(n % 10)
			n /= 10
		}
		return
	}
	for i := len(x) - 1; i >= 0; i-- {
		x[i] = uint16(n % c.radix)
		n /= c.radix
	}
}

// cryptBig works for any length.
func (c *Cipher) cryptBig(s *scratch, x []uint16, tweak []byte, decrypt bool) {
	radix := new(big.Int).SetUint64(c.radix)
	modU := new(big.Int).Exp(radix, big.NewInt(int64(s.u)), nil)
	modV := new(big.Int).Exp(radix, big.NewInt(int64(s.v)), nil)
	a, b := c.bigNumber(x[:s.u]), c.bigNumber(x[s.u:])
	modA, modB := modU, modV
	if decrypt {
		a, b = b, a
		modA, modB = modB, modA
	}
	c.tweaked(s, tweak)
	start, fixed := s.out, (len(s.q)-s.b-1)/size*size
	d := 4*((s.b+3)/4) + 4
	y := new(big.Int)
	for round := range rounds {
		i := byte(round)
		if decrypt {
			i = rounds - 1 - i
		}
		s.q[len(s.q)-s.b-1] = i
		b.FillBytes(s.q[len(s.q)-s.b:])
		s.out = start
		for at := fixed; at < len(s.q); at += size {
			c.chain(s, s.q[at:])
		}
		s.s = append(s.s[:0], s.out[:]...)
		r := s.out
		for j := uint64(1); len(s.s) < d; j++ {
			s.in = r
			binary.BigEndian.PutUint64(s.in[8:], binary.BigEndian.Uint64(r[8:])^j)
			c.block.Encrypt(s.out[:], s.in[:])
			s.s = append(s.s, s.out[:]...)
		}
		y.SetBytes(s.s[:d])
		if decrypt {
			a.Sub(a, y)
		} else {
			a.Add(a, y)
		}
		a.Mod(a, modA) // Euclidean: never negative
		a, b = b, a
		modA, modB = modB, modA
	}
	if decrypt {
		a, b = b, a
	}
	c.bigNumerals(x[:s.u], a)
	c.bigNumerals(x[s.u:], b)
}

// bigNumber and bigNumerals go by groups of numerals that fit in 64 bits.
func (c *Cipher) bigNumber(x []uint16) *big.Int {
	n, power, group := new(big.Int), new(big.Int), new(big.Int)
	for len(x) > 0 {
		k := min(len(x), c.small)
		power.Exp(group.SetUint64(c.radix), power.SetInt64(int64(k)), nil)
		n.Mul(n, power).Add(n, group.SetUint64(c.number(x[:k])))
		x = x[k:]
	}
	return n
}

func (c *Cipher) bigNumerals(x []uint16, n *big.Int) {
	power, group := new(big.Int), new(big.Int)
	power.Exp(group.SetUint64(c.radix), power.SetInt64(int64(c.small)), nil)
	for len(x) > 0 {
		k := min(len(x), c.small)
		n.QuoRem(n, power, group)
		c.numeralsOf(x[len(x)-k:], group.Uint64())
		x = x[:len(x)-k]
	}
}
