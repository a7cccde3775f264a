package fpe

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/grondslag/grondslag/anonymize/ff1"
)

// class returns the characters that a letter of a pattern stands for: n digits, N
// digits but 0, u capitals, l small letters, a capitals and digits. Anything else
// stands for itself.
func class(p byte) string {
	switch p {
	case 'n':
		return "0123456789"
	case 'N':
		return "123456789"
	case 'u':
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	case 'l':
		return "abcdefghijklmnopqrstuvwxyz"
	case 'a':
		return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	return ""
}

// digit returns the place of b in the class of p and the size of that, 0 for a
// character that stands for itself; ok is false when b is not what p wants.
func digit(p, b byte) (d, size uint64, ok bool) {
	switch p {
	case 'n':
		return uint64(b - '0'), 10, '0' <= b && b <= '9'
	case 'N':
		return uint64(b - '1'), 9, '1' <= b && b <= '9'
	case 'u':
		return uint64(b - 'A'), 26, 'A' <= b && b <= 'Z'
	case 'l':
		return uint64(b - 'a'), 26, 'a' <= b && b <= 'z'
	case 'a':
		if '0' <= b && b <= '9' {
			return uint64(b - '0'), 36, true
		}
		return uint64(b-'A') + 10, 36, 'A' <= b && b <= 'Z'
	}
	return 0, 0, false
}

// pattern converts text of a pattern by its rank among all texts of that pattern,
// and walks on while the result is none of them (cycle walking, Black and Rogaway 2002).
func (c *Cipher) pattern(pattern, text, tweak []byte, decrypt bool) (string, error) {
	if len(pattern) != len(text) {
		return "", ErrMalformed
	}
	rank, domain, fits := uint64(0), uint64(1), true
	for i := range len(text) {
		d, size, ok := digit(pattern[i], text[i])
		if !ok {
			return "", ErrMalformed
		}
		over, next := bits.Mul64(domain, size)
		if over != 0 {
			fits = false
		}
		rank, domain = rank*size+d, next
	}
	if !fits {
		return c.bigPattern(pattern, text, tweak, decrypt)
	}
	if domain < ff1.MinDomain {
		return "", ErrMalformed
	}
	// The fewest numerals, an even number of them, with the smallest radix: nearly
	// every number is then a rank, and walking is rare.
	n := 2
	if domain > 1<<32 {
		n = 4
	}
	radix := root(domain, n)
	f, err := c.ff1(int(radix))
	if err != nil {
		return "", ErrMalformed
	}
	var numerals [4]uint16
	x := numerals[:n]
	for walk := true; walk; walk = rank >= domain { // radix^n is at most 2^64
		for i := n - 1; i >= 0; i-- {
			x[i] = uint16(rank % radix)
			rank /= radix
		}
		if err := step(f, x, tweak, decrypt); err != nil {
			return "", err
		}
		for _, d := range x {
			rank = rank*radix + uint64(d)
		}
	}
	out := make([]byte, len(text))
	for i := len(text) - 1; i >= 0; i-- {
		chars := class(pattern[i])
		out[i] = chars[rank%uint64(len(chars))]
		rank /= uint64(len(chars))
	}
	return string(out), nil
}

// step converts the numerals in place.
func step(f *ff1.Cipher, x []uint16, tweak []byte, decrypt bool) error {
	var err error
	if decrypt {
		_, err = f.Decrypt(x[:0], x, tweak)
	} else {
		_, err = f.Encrypt(x[:0], x, tweak)
	}
	if err != nil {
		return ErrMalformed
	}
	return nil
}

// root returns the least r with r^n >= domain.
func root(domain uint64, n int) uint64 {
	r := uint64(math.Pow(float64(domain), 1/float64(n)))
	for r > 2 && !below(r-1, n, domain) {
		r--
	}
	for below(r, n, domain) {
		r++
	}
	return r
}

// below reports whether r^n < domain.
func below(r uint64, n int, domain uint64) bool {
	power := uint64(1)
	for range n {
		over, next := bits.Mul64(power, r)
		if over != 0 {
			return false
		}
		power = next
	}
	return power < domain
}

// bigPattern is pattern for domains of more than 64 bits.
func (c *Cipher) bigPattern(pattern, text, tweak []byte, decrypt bool) (string, error) {
	rank, domain, t := new(big.Int), big.NewInt(1), new(big.Int)
	for i := range len(text) {
		d, size, _ := digit(pattern[i], text[i])
		t.SetUint64(size)
		rank.Mul(rank, t)
		domain.Mul(domain, t)
		rank.Add(rank, t.SetUint64(d))
	}
	n := (domain.BitLen() + 15) / 16
	n += n % 2
	radix := bigRoot(domain, n)
	f, err := c.ff1(int(radix))
	if err != nil {
		return "", ErrMalformed
	}
	x, r, m := make([]uint16, n), new(big.Int).SetUint64(radix), new(big.Int)
	for i := n - 1; i >= 0; i-- {
		rank.QuoRem(rank, r, m)
		x[i] = uint16(m.Uint64())
	}
	for walk := true; walk; walk = rank.Cmp(domain) >= 0 {
		if err := step(f, x, tweak, decrypt); err != nil {
			return "", err
		}
		rank.SetUint64(0)
		for _, d := range x {
			rank.Mul(rank, r).Add(rank, m.SetUint64(uint64(d)))
		}
	}
	out := make([]byte, len(text))
	for i := len(text) - 1; i >= 0; i-- {
		chars := class(pattern[i])
		rank.QuoRem(rank, t.SetInt64(int64(len(chars))), m)
		out[i] = chars[m.Uint64()]
	}
	return string(out), nil
}

// bigRoot returns the least r with r^n >= domain; n is so large that it is at most 65,536.
func bigRoot(domain *big.Int, n int) uint64 {
	low, high := uint64(2), uint64(ff1.MaxRadix)
	for low < high {
		mid := (low + high) / 2
		power := new(big.Int).Exp(new(big.Int).SetUint64(mid), big.NewInt(int64(n)), nil)
		if power.Cmp(domain) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
