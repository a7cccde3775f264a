package anonymize

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// KeyID names a key of a ring; tokens carry it. 1 to 32 ASCII letters, digits,
// "_" and "-". It says nothing of the key.
type KeyID string

// Valid reports whether the id can stand in a token.
func (id KeyID) Valid() bool {
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return 1 <= len(id) && len(id) <= 32
}

// Key is a root secret with a name. No data is treated with it: for every method,
// domain and field a key of its own is derived.
type Key struct {
	ID      KeyID
	Secret  Secret
	Created time.Time // zero when not known
}

// NewKey makes a key of 32 random bytes.
func NewKey(id KeyID, created time.Time) (Key, error) {
	if !id.Valid() {
		return Key{}, errors.New("anonymize: malformed key id")
	}
	b := make([]byte, minSecret)
	rand.Read(b) // never fails, see crypto/rand
	return Key{ID: id, Secret: hold(b), Created: created}, nil
}

// Fingerprint identifies the key without giving it away: 128 bits that are derived
// from it (HKDF-SHA-256) and used for nothing else, in hexadecimal.
func (k Key) Fingerprint() string {
	if k.Secret.IsZero() {
		return ""
	}
	b, err := k.derive("fingerprint", Domain{}, "", 16)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(b)
}

// derive makes the key for one use: HKDF-SHA-256 (RFC 5869) over the secret without
// salt, with info = "grondslag anonymize 1" and then method, recipient, purpose and
// field, each after its length in 4 bytes, big endian; no two uses have the same info.
func (k Key) derive(method string, d Domain, field string, n int) ([]byte, error) {
	info := []byte("grondslag anonymize 1")
	for _, part := range []string{method, string(d.Recipient), string(d.Purpose), field} {
		info = appendPart(info, part)
	}
	b, err := hkdf.Key(sha256.New, k.Secret.bytes(), nil, string(info), n)
	if err != nil {
		return nil, errors.New("anonymize: a key can't be derived")
	}
	return b, nil
}

// Keyring has one primary key, with which everything new is made, and older ones
// under which tokens and ciphertexts are still found. It does not change: to rotate
// make a new one with [Keyring.Rotate]. It prints as its key ids.
type Keyring struct{ keys []Key }

// NewKeyring makes a ring. Ids and secrets are distinct.
func NewKeyring(primary Key, older ...Key) (*Keyring, error) {
	r := &Keyring{keys: slices.Concat([]Key{primary}, older)}
	for i, k := range r.keys {
		switch {
		case !k.ID.Valid():
			return nil, errors.New("anonymize: malformed key id")
		case len(k.Secret.bytes()) < minSecret:
			return nil, fmt.Errorf("anonymize: key %s has no secret", k.ID)
		}
		for _, other := range r.keys[:i] {
			if other.ID == k.ID || other.Secret.Equal(k.Secret) {
				return nil, fmt.Errorf("anonymize: key %s is in the ring twice", k.ID)
			}
		}
	}
	return r, nil
}

// Primary returns the key with which everything new is made.
func (r *Keyring) Primary() Key { return r.keys[0] }

// Keys returns all, the primary first.
func (r *Keyring) Keys() []Key { return slices.Clone(r.keys) }

// Key returns the key with the id.
func (r *Keyring) Key(id KeyID) (Key, bool) {
	i := slices.IndexFunc(r.keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return r.keys[i], true
}

// Rotate returns a ring in which the key given is primary and all of r are older.
func (r *Keyring) Rotate(primary Key) (*Keyring, error) { return NewKeyring(primary, r.keys...) }

// Without returns a ring without the older key: what was made with it can't be
// found or opened any more.
func (r *Keyring) Without(id KeyID) (*Keyring, error) {
	i := slices.IndexFunc(r.keys, func(k Key) bool { return k.ID == id })
	if i < 1 {
		return nil, errors.New("anonymize: no such older key")
	}
	return &Keyring{keys: slices.Concat(r.keys[:i], r.keys[i+1:])}, nil
}

// String returns the ids, the primary first.
func (r *Keyring) String() string {
	ids := make([]KeyID, len(r.keys))
	for i, k := range r.keys {
		ids[i] = k.ID
	}
	return fmt.Sprintf("keys %v", ids)
}

// LogValue implements slog.LogValuer.
func (r *Keyring) LogValue() slog.Value { return slog.StringValue(r.String()) }
