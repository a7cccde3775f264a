// Package siv is AES-SIV, deterministic authenticated encryption (RFC 5297): the same
// plaintext under the same key and associated data has the same ciphertext, and
// nothing but that equality and the length shows.
//
// A key is two AES keys in one: 32, 48 or 64 bytes for AES-128, AES-192 or AES-256.
// A [Cipher] is safe for concurrent use. A ciphertext is the synthetic IV of 16
// bytes and then as many bytes as the plaintext has.
//
// AES-SIV is no FIPS-approved mode; it is built on crypto/aes.
package siv

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Overhead is how much longer than its plaintext a ciphertext is, in bytes.
const Overhead = aes.BlockSize

// MaxAssociated is the largest number of strings of associated data (RFC 5297,
// section 2.6 and 7: 126 besides the plaintext).
const MaxAssociated = 126

// ErrOpen: the ciphertext was not made with this key and associated data, or was changed.
var ErrOpen = errors.New("siv: message authentication failed")

const size = aes.BlockSize

// Cipher encrypts under one key.
type Cipher struct {
	mac, ctr cipher.Block
	k1, k2   [size]byte // subkeys of CMAC, RFC 4493
	zero     [size]byte // CMAC of a block of zeros, with which each S2V begins
	pool     sync.Pool  // *scratch
}

// scratch are the buffers that calls through cipher.Block would else put on the heap each time.
type scratch struct{ d, x, t, q, pad [size]byte }

// Format implements fmt.Formatter: no verb shows what the key gave.
func (*Cipher) Format(f fmt.State, _ rune) { io.WriteString(f, "siv.Cipher") }

// New makes a cipher of a key of 32, 48 or 64 bytes.
func New(key []byte) (*Cipher, error) {
	switch len(key) {
	case 32, 48, 64:
	default:
		return nil, errors.New("siv: a key has 32, 48 or 64 bytes")
	}
	c := &Cipher{}
	c.pool.New = func() any { return new(scratch) }
	var err error
	if c.mac, err = aes.NewCipher(key[:len(key)/2]); err != nil {
		return nil, errors.New("siv: the key is refused")
	}
	if c.ctr, err = aes.NewCipher(key[len(key)/2:]); err != nil {
		return nil, errors.New("siv: the key is refused")
	}
	c.mac.Encrypt(c.k1[:], c.k1[:])
	double(&c.k1)
	c.k2 = c.k1
	double(&c.k2)
	s := new(scratch)
	c.cmac(s, &c.zero, make([]byte, size))
	return c, nil
}

// Seal appends the ciphertext of plaintext to dst, which must not overlap it. More
// than [MaxAssociated] strings of associated data is a mistake of the caller and
// panics. It does not allocate beyond dst.
func (c *Cipher) Seal(dst, plaintext []byte, associated ...[]byte) []byte {
	if len(associated) > MaxAssociated {
		panic("siv: more than 126 strings of associated data")
	}
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	c.s2v(s, plaintext, associated)
	n := len(dst)
	dst = slices.Grow(dst, Overhead+len(plaintext))[:n+Overhead+len(plaintext)]
	copy(dst[n:], s.d[:])
	c.stream(s, dst[n+Overhead:], plaintext)
	return dst
}

// Open appends the plaintext of sealed to dst, which must not overlap it. On
// [ErrOpen] dst is returned as it was, and nothing of the plaintext is left behind it.
func (c *Cipher) Open(dst, sealed []byte, associated ...[]byte) ([]byte, error) {
	if len(sealed) < Overhead || len(associated) > MaxAssociated {
		return dst, ErrOpen
	}
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	n := len(dst)
	out := slices.Grow(dst, len(sealed)-Overhead)[:n+len(sealed)-Overhead]
	copy(s.d[:], sealed)
	c.stream(s, out[n:], sealed[Overhead:])
	c.s2v(s, out[n:], associated)
	if subtle.ConstantTimeCompare(s.d[:], sealed[:Overhead]) != 1 {
		clear(out[n:])
		return dst, ErrOpen
	}
	return out, nil
}

// s2v leaves the synthetic IV in s.d (RFC 5297, section 2.4).
func (c *Cipher) s2v(s *scratch, plaintext []byte, associated [][]byte) {
	s.d = c.zero
	for _, a := range associated {
		double(&s.d)
		c.cmac(s, &s.t, a)
		subtle.XORBytes(s.d[:], s.d[:], s.t[:])
	}
	if len(plaintext) >= size {
		// xorend: the last 16 bytes of the plaintext get D added.
		c.cmacEnd(s, plaintext)
		return
	}
	double(&s.d)
	subtle.XORBytes(s.d[:], s.d[:], plaintext)
	s.d[len(plaintext)] ^= 0x80
	s.t = s.d
	subtle.XORBytes(s.t[:], s.t[:], c.k1[:])
	c.mac.Encrypt(s.d[:], s.t[:])
}

// cmac leaves AES-CMAC (RFC 4493) of m in out.
func (c *Cipher) cmac(s *scratch, out *[size]byte, m []byte) {
	clear(s.x[:])
	for len(m) > size {
		subtle.XORBytes(s.x[:], s.x[:], m[:size])
		c.mac.Encrypt(s.x[:], s.x[:])
		m = m[size:]
	}
	subtle.XORBytes(s.x[:], s.x[:], m)
	if len(m) == size {
		subtle.XORBytes(s.x[:], s.x[:], c.k1[:])
	} else {
		s.x[len(m)] ^= 0x80
		subtle.XORBytes(s.x[:], s.x[:], c.k2[:])
	}
	c.mac.Encrypt(s.x[:], s.x[:])
	*out = s.x
}

// cmacEnd leaves in s.d the CMAC of m with s.d added to its last 16 bytes, without a copy of m.
func (c *Cipher) cmacEnd(s *scratch, m []byte) {
	end := len(m) - size // where D is added
	clear(s.x[:])
	at := 0
	for ; len(m)-at > size; at += size {
		subtle.XORBytes(s.x[:], s.x[:], m[at:at+size])
		if over := at + size - end; over > 0 { // this block holds the first bytes of D
			subtle.XORBytes(s.x[size-over:], s.x[size-over:], s.d[:over])
		}
		c.mac.Encrypt(s.x[:], s.x[:])
	}
	rest := len(m) - at
	subtle.XORBytes(s.x[:], s.x[:], m[at:])
	subtle.XORBytes(s.x[:rest], s.x[:rest], s.d[size-rest:])
	if rest == size {
		subtle.XORBytes(s.x[:], s.x[:], c.k1[:])
	} else {
		s.x[rest] ^= 0x80
		subtle.XORBytes(s.x[:], s.x[:], c.k2[:])
	}
	c.mac.Encrypt(s.d[:], s.x[:])
}

// stream encrypts or decrypts with the IV in s.d (RFC 5297, section 2.5).
func (c *Cipher) stream(s *scratch, dst, src []byte) {
	s.q = s.d
	s.q[8] &= 0x7f
	s.q[12] &= 0x7f
	if len(src) > 16*size { // here the library's stream is worth its allocation
		cipher.NewCTR(c.ctr, s.q[:]).XORKeyStream(dst, src)
		return
	}
	for len(src) > 0 {
		c.ctr.Encrypt(s.pad[:], s.q[:])
		n := subtle.XORBytes(dst, src, s.pad[:])
		dst, src = dst[n:], src[n:]
		// The counter is all of q; below 2^31 blocks only its last word moves.
		binary.BigEndian.PutUint32(s.q[12:], binary.BigEndian.Uint32(s.q[12:])+1)
	}
}

// double multiplies by x in GF(2^128) (RFC 5297, section 2.3), in constant time.
func double(b *[size]byte) {
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	carry := hi >> 63
	binary.BigEndian.PutUint64(b[:8], hi<<1|lo>>63)
	binary.BigEndian.PutUint64(b[8:], lo<<1^carry*0x87)
}
