package anonymize

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strings"
	"sync"
	"unicode/utf8"
)

// Tokens replaces values by keyed one-way tokens: HMAC-SHA-256 (RFC 2104) of the
// normalised value, cut to Bits. Equal values have equal tokens within one domain
// and field under one key, and nowhere else. Nobody without the key can make or
// test them, however few values there may be; who has the key can, so keep it apart
// (GDPR Art. 4(5)). Equality and frequency stay visible.
//
// Safe for concurrent use. A token takes one allocation.
type Tokens struct {
	form  Form
	bytes int
	macs  []*mac // of the keys of the ring, the primary first
}

// TokenBits is the length of a token unless said otherwise: with 128 bits a
// collision among 2^40 values has a chance below 2^-48.
const TokenBits = 128

// Tokens makes the tokens of one field in one domain, of bits length: 96 to 256, a
// multiple of 8; 0 is [TokenBits].
func (r *Keyring) Tokens(d Domain, field string, form Form, bits int) (*Tokens, error) {
	if bits == 0 {
		bits = TokenBits
	}
	if bits < 96 || bits > 256 || bits%8 != 0 {
		return nil, OutOfRange
	}
	macs, err := r.macs(MethodToken, d, field)
	if err != nil {
		return nil, err
	}
	return &Tokens{form: form, bytes: bits / 8, macs: macs}, nil
}

// Append appends the token of value: "v1.", the id of the key, "." and the bytes of
// the token in base64url without padding. On an error dst is returned as it was.
func (t *Tokens) Append(dst []byte, value string) ([]byte, error) {
	return t.append(dst, value, t.macs[0])
}

func (t *Tokens) append(dst []byte, value string, m *mac) ([]byte, error) {
	s := m.state()
	var err error
	if s.in, err = appendNormal(s.in[:0], value, t.form); err == nil {
		dst = appendPayload(append(dst, m.prefix...), s.sum(s.in)[:t.bytes])
	}
	m.pool.Put(s)
	return dst, err
}

// Token returns the token of value.
func (t *Tokens) Token(value string) (string, error) {
	var buf [96]byte
	b, err := t.Append(buf[:0], value)
	if err != nil {
		return "", err
	}
	return string(b), nil
}

// Find returns the tokens that value has under the keys of the ring, the primary
// key's first: look all of them up, since a table may hold tokens of older keys.
func (t *Tokens) Find(value string) ([]string, error) {
	out := make([]string, len(t.macs))
	for i, m := range t.macs {
		b, err := t.append(nil, value, m)
		if err != nil {
			return nil, err
		}
		out[i] = string(b)
	}
	return out, nil
}

// Match reports whether token is that of value under any key of the ring. The
// comparison takes the same time wherever they differ.
func (t *Tokens) Match(token, value string) (bool, error) {
	tokens, err := t.Find(value)
	if err != nil {
		return false, err
	}
	found := false
	for _, candidate := range tokens {
		found = hmac.Equal([]byte(candidate), []byte(token)) || found
	}
	return found, nil
}

// TokenKey returns the id of the key that a token or a ciphertext of this package
// was made with.
func TokenKey(token string) (KeyID, error) {
	id, _, err := cutVersion(token)
	return id, err
}

// version begins what carries a key id.
const version = "v1."

func cutVersion[T ~string | ~[]byte](token T) (KeyID, T, error) {
	if len(token) < len(version) || string(token[:len(version)]) != version {
		return "", token, Malformed
	}
	rest := token[len(version):]
	for i := range len(rest) {
		if rest[i] == '.' {
			id := KeyID(rest[:i])
			if !id.Valid() {
				break
			}
			return id, rest[i+1:], nil
		}
	}
	return "", token, Malformed
}

func keyPrefix(id KeyID) string { return version + string(id) + "." }

func appendPayload(dst, payload []byte) []byte {
	return base64.RawURLEncoding.AppendEncode(dst, payload)
}

// appendDecoded reads what appendPayload wrote, and no other writing of it.
func appendDecoded(dst []byte, payload string) ([]byte, error) {
	out, err := base64.RawURLEncoding.Strict().AppendDecode(dst, []byte(payload))
	if err != nil || strings.ContainsAny(payload, "\r\n") { // which the decoder skips
		return dst, Malformed
	}
	return out, nil
}

// appendNormal appends the normalised value, which must be valid UTF-8 and not empty.
func appendNormal(dst []byte, value string, form Form) ([]byte, error) {
	if form.Norm == NormNone {
		if !utf8.ValidString(value) {
			return dst, Malformed
		}
		return append(dst, value...), nil
	}
	n := len(dst)
	dst = append(dst, value...)
	out, err := form.Append(dst, dst[n:])
	if err != nil {
		return dst[:n], Malformed
	}
	return append(out[:n], out[n+len(value):]...), nil
}

// mac computes HMAC-SHA-256 under one key of a ring. The states are kept: starting
// one costs more than using it.
type mac struct {
	id     KeyID
	prefix string
	key    []byte
	pool   sync.Pool
}

type macState struct {
	hash    hash.Hash
	in, out []byte
}

func (r *Keyring) macs(method Method, d Domain, field string) ([]*mac, error) {
	return derived(r, method, d, field, sha256.Size, func(id KeyID, key []byte) (*mac, error) {
		return &mac{id: id, prefix: keyPrefix(id), key: key}, nil
	})
}

// derived makes what a method needs under each key of the ring, the primary first.
func derived[T any](r *Keyring, method Method, d Domain, field string, n int, build func(KeyID, []byte) (T, error)) ([]T, error) {
	if !d.Valid() || field == "" {
		return nil, Malformed
	}
	out := make([]T, len(r.keys))
	for i, k := range r.keys {
		key, err := k.derive(string(method), d, field, n)
		if err != nil {
			return nil, err
		}
		if out[i], err = build(k.ID, key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *mac) state() *macState {
	if s, ok := m.pool.Get().(*macState); ok {
		return s
	}
	return &macState{hash: hmac.New(sha256.New, m.key)}
}

// sum returns the mac of in, valid until the next use of s.
func (s *macState) sum(in []byte) []byte {
	s.hash.Reset()
	s.hash.Write(in)
	s.out = s.hash.Sum(s.out[:0])
	return s.out
}

// tokenTreatment: token[,bits=N][,per=record]
func (r Rule) tokenTreatment(path string, form Form, set *Setting) (*treatment, error) {
	bits, err := r.number("bits", 0)
	if err != nil {
		return nil, err
	}
	if per, ok := r.Option("per"); ok {
		if per != "record" {
			return nil, optionError("per")
		}
		return recordTokens(set.Keys, bits)
	}
	tokens, err := set.Keys.Tokens(set.Domain, r.field(path), form, bits)
	if err != nil {
		return nil, err
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) { return tokens.Append(dst, in) }}, nil
}

// recordTokens makes a fresh random token for each value, a transaction pseudonym:
// no two records can be joined by it, and nothing can be found again.
func recordTokens(ring *Keyring, bits int) (*treatment, error) {
	if bits == 0 {
		bits = TokenBits
	}
	if bits < 96 || bits > 256 || bits%8 != 0 {
		return nil, OutOfRange
	}
	prefix := keyPrefix(ring.Primary().ID)
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) {
		var b [32]byte
		rand.Read(b[:bits/8])
		return appendPayload(append(dst, prefix...), b[:bits/8]), nil
	}}, nil
}
