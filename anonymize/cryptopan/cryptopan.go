// Package cryptopan is Crypto-PAn, encryption of IP addresses that keeps prefixes:
// two addresses that share their first n bits share them after encryption too, so
// that networks can still be told apart without being named (Xu, Fan, Ammar and Moon,
// "Prefix-Preserving IP Address Anonymization", 2002).
//
// IPv4 follows the original program bit by bit; IPv6 is the same construction over
// 128 bits, as in the ports that have it, but for one network of 96 bits: what would
// become "::ffff:0:0/96", where IPv4 addresses stand, is encrypted twice. Who can have addresses of their own
// choice put through it learns prefixes of others, and the encryption can be
// reversed with the key: the result is pseudonymised, not anonymous.
//
// A [Cipher] is safe for concurrent use and does not allocate. Crypto-PAn is no
// FIPS-approved method; it is built on AES-128 of crypto/aes.
package cryptopan

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"sync"
)

// KeySize of a key in bytes: an AES-128 key and the 16 bytes of which the padding is made.
const KeySize = 32

// ErrAddress: the address is not valid, or has a zone.
var ErrAddress = errors.New("cryptopan: no address, or one with a zone")

// Cipher encrypts under one key.
type Cipher struct {
	aes    cipher.Block
	hi, lo uint64    // the padding
	pool   sync.Pool // *scratch
	// top holds, for each prefix of less than topBits bits, the bit that is added to
	// the next one: these are needed for every address. Prefix p of n bits is at 1<<n + p.
	top [1 << topBits]byte
}

const topBits = 12

// scratch holds the block of each bit, and what it is encrypted to.
type scratch struct{ in, out [128][16]byte }

// Format implements fmt.Formatter: no verb shows what the key gave.
func (*Cipher) Format(f fmt.State, _ rune) { io.WriteString(f, "cryptopan.Cipher") }

// New makes a cipher of a key of [KeySize] bytes. It takes 4,096 encryptions.
func New(key []byte) (*Cipher, error) {
	if len(key) != KeySize {
		return nil, errors.New("cryptopan: a key has 32 bytes")
	}
	block, err := aes.NewCipher(key[:16])
	if err != nil {
		return nil, errors.New("cryptopan: the key is refused")
	}
	c := &Cipher{aes: block}
	c.pool.New = func() any { return new(scratch) }
	var pad [16]byte
	block.Encrypt(pad[:], key[16:])
	c.hi, c.lo = binary.BigEndian.Uint64(pad[:8]), binary.BigEndian.Uint64(pad[8:])
	for n := range topBits {
		for p := range uint64(1) << n {
			c.block(&pad, p<<(63-n)<<1, 0, n)
			block.Encrypt(pad[:], pad[:])
			c.top[1<<n+p] = pad[0] >> 7
		}
	}
	return c, nil
}

// Anonymize encrypts the address. An IPv4 address in IPv6 ("::ffff:192.0.2.1") is
// treated as the IPv4 address and stays in IPv6.
func (c *Cipher) Anonymize(a netip.Addr) (netip.Addr, error) { return c.convert(a, false) }

// Reveal decrypts the address; it is the inverse of Anonymize.
func (c *Cipher) Reveal(a netip.Addr) (netip.Addr, error) { return c.convert(a, true) }

func (c *Cipher) convert(a netip.Addr, reveal bool) (netip.Addr, error) {
	if !a.IsValid() || a.Zone() != "" {
		return netip.Addr{}, ErrAddress
	}
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	if a.Is4() || a.Is4In6() {
		four := a.Unmap().As4()
		hi, _ := c.bits(s, uint64(binary.BigEndian.Uint32(four[:]))<<32, 0, 32, reveal)
		binary.BigEndian.PutUint32(four[:], uint32(hi>>32))
		out := netip.AddrFrom4(four)
		if a.Is4In6() {
			out = netip.AddrFrom16(out.As16())
		}
		return out, nil
	}
	b := a.As16()
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	// One network of 2^96 becomes that of IPv4 in IPv6, and would be revealed as IPv4.
	for walk := true; walk; walk = hi == 0 && lo>>32 == 0xffff {
		hi, lo = c.bits(s, hi, lo, 128, reveal)
	}
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return netip.AddrFrom16(b), nil
}

// bits converts the first n bits of hi and lo. The bit added to bit i depends on
// the i bits before it of the plain address.
func (c *Cipher) bits(s *scratch, hi, lo uint64, n int, reveal bool) (uint64, uint64) {
	if reveal {
		// Each bit found is needed for the next.
		for i := range n {
			var add uint64
			if i < topBits {
				add = c.first(hi, i)
			} else {
				c.block(&s.in[i], hi, lo, i)
				c.aes.Encrypt(s.out[i][:], s.in[i][:])
				add = uint64(s.out[i][0] >> 7)
			}
			if i < 64 {
				hi ^= add << (63 - i)
			} else {
				lo ^= add << (127 - i)
			}
		}
		return hi, lo
	}
	// All blocks are known beforehand: writing, encrypting and reading them in passes of their
	// own lets the processor work on several at once, and takes half the time.
	for i := topBits; i < n; i++ {
		c.block(&s.in[i], hi, lo, i)
	}
	for i := topBits; i < n; i++ {
		c.aes.Encrypt(s.out[i][:], s.in[i][:])
	}
	var addHi, addLo uint64
	for i := range topBits {
		addHi |= c.first(hi, i) << (63 - i)
	}
	for i := topBits; i < min(n, 64); i++ {
		addHi |= uint64(s.out[i][0]>>7) << (63 - i)
	}
	for i := 64; i < n; i++ {
		addLo |= uint64(s.out[i][0]>>7) << (127 - i)
	}
	return hi ^ addHi, lo ^ addLo
}

// first returns the bit added to bit i, for one of the first.
func (c *Cipher) first(hi uint64, i int) uint64 { return uint64(c.top[1<<i+hi>>1>>(63-i)]) }

// block writes the first i bits of the address followed by the padding.
func (c *Cipher) block(b *[16]byte, hi, lo uint64, i int) {
	maskHi, maskLo := ^uint64(0), uint64(0) // where the address stands
	if i < 64 {
		maskHi = ^(^uint64(0) >> i)
	} else {
		maskLo = ^(^uint64(0) >> (i - 64))
	}
	binary.BigEndian.PutUint64(b[:8], hi&maskHi|c.hi&^maskHi)
	binary.BigEndian.PutUint64(b[8:], lo&maskLo|c.lo&^maskLo)
}
