package anonymize

import (
	"slices"
	"sync"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/grondslag/grondslag/anonymize/siv"
)

// Deterministic encrypts values so that equal ones have equal ciphertexts, which
// can be looked up, and can be revealed: AES-256-SIV (RFC 5297, a key of 64 bytes).
// A ciphertext is bound to its domain, field and key, and a changed one is refused.
// Equality, frequency and length stay visible. Safe for concurrent use.
type Deterministic struct {
	form    Form
	ciphers []*sivCipher
}

type sivCipher struct {
	id     KeyID
	prefix string
	*siv.Cipher
	pool sync.Pool // *sivBuffers
}

type sivBuffers struct{ plain, sealed []byte }

func (c *sivCipher) buffers() *sivBuffers {
	if b, ok := c.pool.Get().(*sivBuffers); ok {
		return b
	}
	return &sivBuffers{}
}

// Deterministic makes the encryption of one field in one domain.
func (r *Keyring) Deterministic(d Domain, field string, form Form) (*Deterministic, error) {
	ciphers, err := derived(r, MethodSIV, d, field, 64, func(id KeyID, key []byte) (*sivCipher, error) {
		c, err := siv.New(key)
		return &sivCipher{id: id, prefix: keyPrefix(id), Cipher: c}, err
	})
	if err != nil {
		return nil, err
	}
	return &Deterministic{form: form, ciphers: ciphers}, nil
}

// Append appends the ciphertext: "v1.", the id of the primary key, "." and synthetic
// IV and ciphertext in base64url without padding. On an error dst is returned as it was.
func (c *Deterministic) Append(dst []byte, value string) ([]byte, error) {
	return c.append(dst, value, c.ciphers[0])
}

func (c *Deterministic) append(dst []byte, value string, under *sivCipher) ([]byte, error) {
	b := under.buffers()
	defer under.pool.Put(b)
	var err error
	if b.plain, err = appendNormal(b.plain[:0], value, c.form); err != nil {
		return dst, err
	}
	b.sealed = under.Seal(b.sealed[:0], b.plain)
	return appendPayload(append(dst, under.prefix...), b.sealed), nil
}

// Seal returns the ciphertext of value.
func (c *Deterministic) Seal(value string) (string, error) {
	var buf [128]byte
	b, err := c.Append(buf[:0], value)
	if err != nil {
		return "", err
	}
	return string(b), nil
}

// Find returns the ciphertexts that value has under the keys of the ring, the
// primary key's first.
func (c *Deterministic) Find(value string) ([]string, error) {
	out := make([]string, len(c.ciphers))
	for i, under := range c.ciphers {
		b, err := c.append(nil, value, under)
		if err != nil {
			return nil, err
		}
		out[i] = string(b)
	}
	return out, nil
}

// Reveal returns the normalised value. Errors are [Malformed], [UnknownKey],
// [Tampered] (also of another domain or field) and [NotPermitted].
func (c *Deterministic) Reveal(permit reidentify.Capability, ciphertext string) (string, error) {
	if !permit.Permits() {
		return "", NotPermitted
	}
	b, err := c.open(nil, ciphertext)
	return string(b), err
}

// Rotate returns the ciphertext under the primary key, without showing the value.
func (c *Deterministic) Rotate(ciphertext string) (string, error) {
	plain, err := c.open(nil, ciphertext)
	if err != nil {
		return "", err
	}
	under := c.ciphers[0]
	return string(appendPayload([]byte(under.prefix), under.Seal(nil, plain))), nil
}

func (c *Deterministic) open(dst []byte, ciphertext string) ([]byte, error) {
	id, payload, err := cutVersion(ciphertext)
	if err != nil {
		return dst, err
	}
	i := slices.IndexFunc(c.ciphers, func(k *sivCipher) bool { return k.id == id })
	if i < 0 {
		return dst, UnknownKey
	}
	sealed, err := appendDecoded(nil, payload)
	if err != nil {
		return dst, err
	}
	out, err := c.ciphers[i].Open(dst, sealed)
	if err != nil {
		return dst, Tampered
	}
	return out, nil
}

func (r Rule) sivTreatment(path string, form Form, set *Setting) (*treatment, error) {
	c, err := set.Keys.Deterministic(set.Domain, r.field(path), form)
	if err != nil {
		return nil, err
	}
	return &treatment{
		text: func(_ *scope, dst []byte, in string) ([]byte, error) { return c.Append(dst, in) },
		back: &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) { return c.open(dst, in) }},
	}, nil
}
