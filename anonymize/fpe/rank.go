package fpe

import (
	"maps"
	"math/big"

	"github.com/grondslag/grondslag/anonymize/ff1"
)

// digit returns the place of b in the class p of a pattern, and the size of that: n
// digits, N digits but 0, u capitals, l small letters, a digits and then capitals.
// ok is false when b is not in the class.
func digit(p, b byte) (d, size uint32, ok bool) {
	switch p {
	case 'n':
		return uint32(b - '0'), 10, '0' <= b && b <= '9'
	case 'N':
		return uint32(b - '1'), 9, '1' <= b && b <= '9'
	case 'u':
		return uint32(b - 'A'), 26, 'A' <= b && b <= 'Z'
	case 'l':
		return uint32(b - 'a'), 26, 'a' <= b && b <= 'z'
	case 'a':
		if '0' <= b && b <= '9' {
			return uint32(b - '0'), 36, true
		}
		return uint32(b-'A') + 10, 36, 'A' <= b && b <= 'Z'
	}
	return 0, 0, false
}

// sizeOf returns the size of the class p.
func sizeOf(p byte) uint32 {
	switch p {
	case 'n':
		return 10
	case 'N':
		return 9
	case 'a':
		return 36
	}
	return 26
}

// split is the inverse of digit: it takes the character of class p off the end of
// rank. Constant divisors are several times faster than sizeOf.
func split(p byte, rank uint32) (b byte, rest uint32) {
	switch p {
	case 'n':
		return '0' + byte(rank%10), rank / 10
	case 'N':
		return '1' + byte(rank%9), rank / 9
	case 'u':
		return 'A' + byte(rank%26), rank / 26
	case 'l':
		return 'a' + byte(rank%26), rank / 26
	}
	d := rank % 36
	if d < 10 {
		return '0' + byte(d), rank / 36
	}
	return 'A' + byte(d-10), rank / 36
}

// classes counts the characters of a pattern by the size of their class; its domain
// follows from that.
type classes struct{ ten, nine, letters, both uint16 }

// A ranking says how the ranks of a pattern are written as numerals: n of radix r,
// where n is the least even number with 65536^n >= domain and r the least with
// r^n >= domain. So nearly every string of numerals is a rank, and walks are rare.
type ranking struct {
	cipher *ff1.Cipher
	radix  uint32
	last   []uint16 // the greatest rank
}

// maxRankings bounds what a cipher keeps, since shapes come with the data; beyond,
// a ranking is worked out each time.
const maxRankings = 256

// ranking returns ErrMalformed for a domain below [ff1.MinDomain].
func (c *Cipher) ranking(k classes) (*ranking, error) {
	if r, ok := (*c.rankings.Load())[k]; ok {
		return r, nil
	}
	r, err := newRanking(c.key, k)
	if err != nil {
		return nil, err
	}
	for {
		old := c.rankings.Load()
		if len(*old) >= maxRankings {
			return r, nil
		}
		kept := make(map[classes]*ranking, len(*old)+1)
		maps.Copy(kept, *old)
		kept[k] = r
		if c.rankings.CompareAndSwap(old, &kept) {
			return r, nil
		}
	}
}

func newRanking(key []byte, k classes) (*ranking, error) {
	domain, power, size := big.NewInt(1), new(big.Int), new(big.Int)
	for _, class := range []struct {
		size  int64
		count uint16
	}{{10, k.ten}, {9, k.nine}, {26, k.letters}, {36, k.both}} {
		domain.Mul(domain, power.Exp(size.SetInt64(class.size), power.SetInt64(int64(class.count)), nil))
	}
	if domain.Cmp(size.SetInt64(ff1.MinDomain)) < 0 {
		return nil, ErrMalformed
	}
	greatest := domain.Sub(domain, big.NewInt(1))
	n := (greatest.BitLen() + 31) / 32 * 2
	low, high := uint64(2), uint64(ff1.MaxRadix)
	for exponent := big.NewInt(int64(n)); low < high; {
		mid := (low + high) / 2
		if power.Exp(size.SetUint64(mid), exponent, nil).Cmp(greatest) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	f, err := ff1.New(key, int(low))
	if err != nil {
		return nil, ErrMalformed
	}
	r := &ranking{cipher: f, radix: uint32(low), last: make([]uint16, n)}
	radix := new(big.Int).SetUint64(low)
	for i := n - 1; i >= 0; i-- {
		greatest.QuoRem(greatest, radix, size)
		r.last[i] = uint16(size.Uint64())
	}
	return r, nil
}

// push makes the number in x the number times size, plus d. Both are at most 1<<16.
func (r *ranking) push(x []uint16, size, d uint32) {
	for i := len(x) - 1; i >= 0; i-- {
		d += uint32(x[i]) * size // at most 65,535 * 65,536 + 65,535: 32 bits
		x[i] = uint16(d % r.radix)
		d /= r.radix
	}
}

// pop divides the number in x by size and returns the remainder.
func (r *ranking) pop(x []uint16, size uint32) (rest uint32) {
	for i := range x {
		rest = rest*r.radix + uint32(x[i]) // below size * radix, which is at most 1<<32
		x[i] = uint16(rest / size)
		rest %= size
	}
	return rest
}

// beyond reports whether x is no rank.
func (r *ranking) beyond(x []uint16) bool {
	for i, d := range r.last {
		if x[i] != d {
			return x[i] > d
		}
	}
	return false
}

// maxGroup is what the sizes of classes may multiply to for characters to be pushed
// or popped together: 36^3 and 10^4 are below.
const maxGroup = 1 << 16

// pattern converts text in place by its rank among all texts of the pattern, and
// walks on while the result is none of them (cycle walking, Black and Rogaway 2002).
// On an error text is as it was.
func (c *Cipher) pattern(pattern, text, tweak []byte, decrypt bool) error {
	var k classes
	for i, p := range pattern {
		switch _, size, ok := digit(p, text[i]); {
		case !ok:
			return ErrMalformed
		case size == 10:
			k.ten++
		case size == 9:
			k.nine++
		case size == 26:
			k.letters++
		default:
			k.both++
		}
	}
	r, err := c.ranking(k)
	if err != nil {
		return err
	}
	var buf [16]uint16
	x := buf[:]
	if len(r.last) > len(buf) {
		x = make([]uint16, len(r.last))
	}
	x = x[:len(r.last)]
	size, d := uint32(1), uint32(0)
	for i, p := range pattern {
		more, s, _ := digit(p, text[i])
		if size*s > maxGroup {
			r.push(x, size, d)
			size, d = 1, 0
		}
		size, d = size*s, d*s+more
	}
	r.push(x, size, d)
	for walk := true; walk; walk = r.beyond(x) {
		if decrypt {
			_, err = r.cipher.Decrypt(x[:0], x, tweak)
		} else {
			_, err = r.cipher.Encrypt(x[:0], x, tweak)
		}
		if err != nil {
			return ErrMalformed
		}
	}
	for end := len(pattern); end > 0; {
		begin, size := end, uint32(1)
		for begin > 0 {
			s := sizeOf(pattern[begin-1])
			if size*s > maxGroup {
				break
			}
			begin, size = begin-1, size*s
		}
		rest := r.pop(x, size)
		for i := end - 1; i >= begin; i-- {
			text[i], rest = split(pattern[i], rest)
		}
		end = begin
	}
	return nil
}

// decimals converts ASCII digits in place by FF1 itself.
func (c *Cipher) decimals(text, tweak []byte, decrypt bool) error {
	var buf [64]uint16
	x := buf[:0]
	for _, b := range text {
		if b < '0' || b > '9' {
			return ErrMalformed
		}
		x = append(x, uint16(b-'0'))
	}
	var err error
	if decrypt {
		x, err = c.decimal.Decrypt(x[:0], x, tweak)
	} else {
		x, err = c.decimal.Encrypt(x[:0], x, tweak)
	}
	if err != nil {
		return ErrMalformed
	}
	for i, d := range x {
		text[i] = '0' + byte(d)
	}
	return nil
}
