package anonymize

import (
	"crypto/fips140"
	"crypto/sha256"
	"math"

	"golang.org/x/crypto/argon2"
)

// BlindIndex makes short keyed hashes for a column beside a sealed one, to find the
// few rows that may hold a value: HMAC-SHA-256 cut to so few bits that values share
// an index, so that a reader of the column learns less than equality. The caller
// opens the rows found and compares. Safe for concurrent use.
//
// Choose bits with [Coincidences]: too many make the index as telling as a token.
type BlindIndex struct {
	form  Form
	bits  int
	macs  []*mac
	salts [][]byte // of Argon2id, nil without
}

// BlindIndex makes the index of one field in one domain, of 4 to 64 bits.
func (r *Keyring) BlindIndex(d Domain, field string, form Form, bits int) (*BlindIndex, error) {
	return r.blindIndex(MethodBlindIndex, d, field, form, bits)
}

// SlowIndex is a BlindIndex that first stretches the value with Argon2id (RFC 9106:
// 64 MiB, one pass, one lane; about 65 ms and 64 MiB for each value). It serves a
// single look-up of a value with little entropy, such as a citizen service number,
// when the key may leak: who has the key still pays for each guess. It is no tool
// for a table. Not FIPS-approved.
func (r *Keyring) SlowIndex(d Domain, field string, form Form, bits int) (*BlindIndex, error) {
	if fips140.Enforced() {
		return nil, NotApproved
	}
	b, err := r.blindIndex(MethodSlowIndex, d, field, form, bits)
	if err != nil {
		return nil, err
	}
	b.salts, err = derived(r, MethodSlowIndex+"/salt", d, field, 16, func(_ KeyID, salt []byte) ([]byte, error) { return salt, nil })
	return b, err
}

func (r *Keyring) blindIndex(method Method, d Domain, field string, form Form, bits int) (*BlindIndex, error) {
	if bits < 4 || bits > 64 {
		return nil, OutOfRange
	}
	macs, err := r.macs(method, d, field)
	if err != nil {
		return nil, err
	}
	return &BlindIndex{form: form, bits: bits, macs: macs}, nil
}

// Append appends the index of value: "v1.", the id of the primary key, "." and the
// bits, filled up with zeros to whole bytes, in base64url without padding.
func (b *BlindIndex) Append(dst []byte, value string) ([]byte, error) { return b.append(dst, value, 0) }

func (b *BlindIndex) append(dst []byte, value string, key int) ([]byte, error) {
	m := b.macs[key]
	s := m.state()
	defer m.pool.Put(s)
	var err error
	if s.in, err = appendNormal(s.in[:0], value, b.form); err != nil {
		return dst, err
	}
	sum := s.sum(s.in)
	if b.salts != nil {
		sum = s.sum(argon2.IDKey(sum, b.salts[key], 1, 64<<10, 1, sha256.Size))
	}
	cut := sum[:(b.bits+7)/8]
	if rest := b.bits % 8; rest != 0 {
		cut[len(cut)-1] &= 0xff << (8 - rest)
	}
	return appendPayload(append(dst, m.prefix...), cut), nil
}

// Index returns the index of value.
func (b *BlindIndex) Index(value string) (string, error) {
	out, err := b.Append(nil, value)
	return string(out), err
}

// Find returns the indexes that value has under the keys of the ring, the primary
// key's first.
func (b *BlindIndex) Find(value string) ([]string, error) {
	out := make([]string, len(b.macs))
	for i := range b.macs {
		text, err := b.append(nil, value, i)
		if err != nil {
			return nil, err
		}
		out[i] = string(text)
	}
	return out, nil
}

// Coincidences returns how many of n different values are to be expected to share
// the index of one of them besides itself, (n-1)/2^bits, and how many pairs share an
// index in all, n(n-1)/2^(bits+1). For privacy others should be well above 1, for
// speed well below what a query may fetch.
func Coincidences(n, bits int) (others, pairs float64) {
	if n < 2 {
		return 0, 0
	}
	others = math.Ldexp(float64(n-1), -bits)
	return others, others * float64(n) / 2
}

// blindIndexTreatment: blindindex,bits=N or slowindex,bits=N
func (r Rule) blindIndexTreatment(path string, form Form, set *Setting) (*treatment, error) {
	bits, err := r.number("bits", 0)
	if err != nil {
		return nil, err
	}
	build := set.Keys.BlindIndex
	if r.Method == MethodSlowIndex {
		build = set.Keys.SlowIndex
	}
	b, err := build(set.Domain, r.field(path), form, bits)
	if err != nil {
		return nil, err
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) { return b.Append(dst, in) }}, nil
}
