package anonymize

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/fips140"
	"crypto/rand"
	"slices"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"golang.org/x/crypto/chacha20poly1305"
)

// Algorithm is how a [Sealer] encrypts.
type Algorithm string

const (
	// AESGCM is AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D): at most
	// 2^32 values under one key, domain and field; then rotate.
	AESGCM Algorithm = "gcm"
	// XChaCha is XChaCha20-Poly1305 with a random nonce of 192 bits: no practical limit
	// on the number of values. Not FIPS-approved.
	XChaCha Algorithm = "xchacha"
)

// Sealer encrypts values with a random nonce: equal values have different
// ciphertexts, and only their length shows. A ciphertext is bound to its domain,
// field and key, and a changed one is refused. Safe for concurrent use.
type Sealer struct{ ciphers []sealCipher }

type sealCipher struct {
	id     KeyID
	prefix string
	aead   cipher.AEAD
	nonce  int // of the nonce that we put in front; 0 when aead does so itself
}

// Sealer makes the encryption of one field in one domain; "" is [AESGCM].
func (r *Keyring) Sealer(d Domain, field string, alg Algorithm) (*Sealer, error) {
	switch {
	case alg == "":
		alg = AESGCM
	case !alg.Valid():
		return nil, Unsupported
	case alg == XChaCha && fips140.Enforced():
		return nil, NotApproved
	}
	// The algorithm is part of the method for which the key is derived: no key serves two.
	ciphers, err := derived(r, MethodSeal+"/"+Method(alg), d, field, 32, func(id KeyID, key []byte) (sealCipher, error) {
		c := sealCipher{id: id, prefix: keyPrefix(id)}
		var err error
		if alg == XChaCha {
			c.nonce = chacha20poly1305.NonceSizeX
			c.aead, err = chacha20poly1305.NewX(key)
			return c, err
		}
		c.aead, err = newGCM(key)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	return &Sealer{ciphers}, nil
}

// newGCM puts a random nonce in front of each ciphertext by itself.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// AppendSealed appends the bare ciphertext under the primary key, for a column of
// bytes that says elsewhere which key that was: nonce (12 bytes, XChaCha 24),
// ciphertext, tag (16 bytes). It does not allocate beyond dst. The additional data
// is not stored, and [Sealer.OpenSealed] wants the same.
func (s *Sealer) AppendSealed(dst, value, additional []byte) []byte {
	return s.ciphers[0].seal(dst, value, additional)
}

func (c *sealCipher) seal(dst, value, additional []byte) []byte {
	if c.nonce == 0 {
		return c.aead.Seal(dst, nil, value, additional)
	}
	dst = slices.Grow(dst, c.nonce+len(value)+c.aead.Overhead())
	n := len(dst)
	dst = dst[:n+c.nonce]
	rand.Read(dst[n:])
	return c.aead.Seal(dst, dst[n:], value, additional)
}

// OpenSealed appends the value of what AppendSealed made under the key named.
func (s *Sealer) OpenSealed(permit reidentify.Capability, key KeyID, dst, sealed, additional []byte) ([]byte, error) {
	if !permit.Permits() {
		return dst, NotPermitted
	}
	return s.open(key, dst, sealed, additional)
}

func (s *Sealer) open(key KeyID, dst, sealed, additional []byte) ([]byte, error) {
	i := slices.IndexFunc(s.ciphers, func(c sealCipher) bool { return c.id == key })
	if i < 0 {
		return dst, UnknownKey
	}
	c := &s.ciphers[i]
	if len(sealed) < c.nonce {
		return dst, Tampered
	}
	out, err := c.aead.Open(dst, sealed[:c.nonce:c.nonce], sealed[c.nonce:], additional)
	if err != nil {
		return dst, Tampered
	}
	return out, nil
}

// Append appends the ciphertext of value as text: "v1.", the id of the primary key,
// "." and what AppendSealed makes, in base64url without padding.
func (s *Sealer) Append(dst []byte, value string) []byte {
	c := &s.ciphers[0]
	var out [128]byte
	return appendPayload(append(dst, c.prefix...), c.seal(out[:0], []byte(value), nil))
}

// Seal returns the ciphertext of value as text.
func (s *Sealer) Seal(value string) string { return string(s.Append(nil, value)) }

// Reveal returns the value of a text that Append made. Errors are [Malformed],
// [UnknownKey], [Tampered] (also of another domain or field) and [NotPermitted].
func (s *Sealer) Reveal(permit reidentify.Capability, ciphertext string) (string, error) {
	if !permit.Permits() {
		return "", NotPermitted
	}
	b, err := s.openText(nil, ciphertext)
	return string(b), err
}

// Rotate returns the value sealed under the primary key, without showing it.
func (s *Sealer) Rotate(ciphertext string) (string, error) {
	b, err := s.openText(nil, ciphertext)
	if err != nil {
		return "", err
	}
	return s.Seal(string(b)), nil
}

func (s *Sealer) openText(dst []byte, ciphertext string) ([]byte, error) {
	id, payload, err := cutVersion(ciphertext)
	if err != nil {
		return dst, err
	}
	sealed, err := appendDecoded(nil, payload)
	if err != nil {
		return dst, err
	}
	return s.open(id, dst, sealed, nil)
}

// sealTreatment: seal[,alg=gcm|xchacha] or seal,shred
func (r Rule) sealTreatment(path string, form Form, set *Setting) (*treatment, error) {
	alg, hasAlg := r.Option("alg")
	if _, shred := r.Option("shred"); shred {
		if hasAlg {
			return nil, optionError("alg")
		}
		return r.shredTreatment(path, form, set)
	}
	s, err := set.Keys.Sealer(set.Domain, r.field(path), Algorithm(alg))
	if err != nil {
		return nil, err
	}
	return &treatment{
		text: normalised(form, func(_ *scope, dst []byte, in string) ([]byte, error) { return s.Append(dst, in), nil }),
		back: &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) { return s.openText(dst, in) }},
	}, nil
}

// shredTreatment seals under the key of the subject, which [SubjectKeys.Shred]
// destroys; the domain and field are bound as additional data.
func (r Rule) shredTreatment(path string, form Form, set *Setting) (*treatment, error) {
	if set.Subjects == nil {
		return nil, settingError("subject keys")
	}
	additional := bindField(set.Domain, r.field(path))
	return &treatment{
		needsSubject: true,
		text: normalised(form, func(s *scope, dst []byte, in string) ([]byte, error) {
			sealed, err := set.Subjects.seal(s.ctx, s.subject, nil, []byte(in), additional)
			if err != nil {
				return dst, err
			}
			return appendPayload(append(dst, shredPrefix...), sealed), nil
		}),
		back: &treatment{needsSubject: true, text: func(s *scope, dst []byte, in string) ([]byte, error) {
			if len(in) < len(shredPrefix) || in[:len(shredPrefix)] != shredPrefix {
				return dst, Malformed
			}
			sealed, err := appendDecoded(nil, in[len(shredPrefix):])
			if err != nil {
				return dst, err
			}
			return set.Subjects.open(s.ctx, s.subject, dst, sealed, additional)
		}},
	}, nil
}

// shredPrefix begins what is sealed under the key of a subject. It names no key:
// the wrapped key of the subject does.
const shredPrefix = "s1."
