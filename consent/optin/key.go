package optin

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
)

// minSecret is the least length of a secret, in bytes: the strength of HMAC-SHA256.
const minSecret = 32

// Key is a secret with a number. The zero value signs nothing. It prints as redacted.
type Key struct {
	id      uint8
	unsub   [sha256.Size]byte // of unsubscribe tokens
	request [sha256.Size]byte // of stored requests
	address [sha256.Size]byte // of addresses, for the limits
	ip      [sha256.Size]byte // of addresses of requests, under [consent.IPKeyed]
}

// NewKey makes a key of a secret of 32 bytes or more, from crypto/rand. The number, 1
// to 255, stands in every token: give each secret its own, and never again.
func NewKey(id uint8, secret []byte) (Key, error) {
	if id == 0 {
		return Key{}, errors.New("optin: a key has a number from 1 to 255")
	}
	if len(secret) < minSecret {
		return Key{}, fmt.Errorf("optin: a secret has %d bytes or more", minSecret)
	}
	k := Key{id: id}
	for _, d := range [...]struct {
		use string
		to  *[sha256.Size]byte
	}{{"unsubscribe", &k.unsub}, {"request", &k.request}, {"address", &k.address}, {"ip", &k.ip}} {
		b, err := hkdf.Key(sha256.New, secret, nil, "grondslag optin "+d.use+" 1", sha256.Size)
		if err != nil {
			return Key{}, fmt.Errorf("optin: a key can't be derived: %w", err)
		}
		copy(d.to[:], b)
	}
	return k, nil
}

// ID returns the number of the key, 0 for none.
func (k Key) ID() uint8 { return k.id }

const redacted = "[redacted]"

// Format prints no secret, whatever the verb.
func (k Key) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue implements [slog.LogValuer]: no secret.
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler]: no secret. It can't be read back.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Keys is the ring: the key that signs now, and older ones whose tokens still hold. An
// old key is never taken out, since a link in an old mail works for as long as its key
// is known; take one out only when its secret leaked. The zero value signs nothing and
// opens nothing. It prints as redacted.
type Keys struct {
	primary Key
	older   []Key
}

// NewKeys returns a ring. All numbers differ.
func NewKeys(primary Key, older ...Key) (Keys, error) {
	ring := Keys{primary: primary}
	seen := map[uint8]bool{}
	for i, k := range append([]Key{primary}, older...) {
		switch {
		case k.id == 0:
			return Keys{}, errors.New("optin: the zero key signs nothing")
		case seen[k.id]:
			return Keys{}, fmt.Errorf("optin: two keys have the number %d", k.id)
		}
		seen[k.id] = true
		if i > 0 {
			ring.older = append(ring.older, k)
		}
	}
	return ring, nil
}

// find returns the key with the number.
func (r *Keys) find(id uint8) (*Key, bool) {
	if id == 0 {
		return nil, false
	}
	if r.primary.id == id {
		return &r.primary, true
	}
	for i := range r.older {
		if r.older[i].id == id {
			return &r.older[i], true
		}
	}
	return nil, false
}

// IsZero reports whether the ring has no key.
func (r Keys) IsZero() bool { return r.primary.id == 0 }

// Format prints no secret, whatever the verb.
func (r Keys) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue implements [slog.LogValuer]: no secret.
func (r Keys) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements [encoding.TextMarshaler]: no secret. It can't be read back.
func (r Keys) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// mac returns HMAC-SHA256 of the label and the parts, one after the other.
func mac(key *[sha256.Size]byte, label string, parts ...[]byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(label))
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}
