package anonymize

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// KeyStore keeps a key ring: the additional information of GDPR Art. 4(5), apart from
// the data. [MemoryKeys], [FileKeys] and [EnvKeys] are stores; others pass
// anonymizetest.TestKeyStore. Safe for concurrent use.
//
// A key that is lost takes with it all that only it can read, so Save loses none: only
// Drop removes a key, one at a time and by name.
type KeyStore interface {
	// Load returns the ring, [ErrNoKeys] when there is none.
	Load(ctx context.Context) (*Keyring, error)
	// Save keeps the ring, whole or not at all. A ring in which a stored key is missing,
	// or has another secret, is [ErrDropsKey]: somebody else rotated meanwhile, so load
	// and rotate again. What cannot be written to is [ErrReadOnly].
	Save(ctx context.Context, ring *Keyring) error
	// Drop removes an older key for good; see [Policy.Rotation] for what is to be done
	// before. The primary key and one that is not there are errors.
	Drop(ctx context.Context, id KeyID) error
}

// KMS wraps secrets under a key that never leaves a key management service, so that a
// stolen file is of no use without the right to call it. One call is made for each key
// of the ring when it is loaded, two when it is saved (what was wrapped is unwrapped
// again before it is relied on), none while data is treated.
//
// With AWS KMS, Wrap is Encrypt and Unwrap is Decrypt of a symmetric key, with a fixed
// encryption context; with Google Cloud KMS they are Encrypt and Decrypt of a crypto
// key, with fixed additional authenticated data; with Azure Key Vault wrapKey and
// unwrapKey (RSA-OAEP-256, or A256KW of a managed HSM); with HashiCorp Vault encrypt and
// decrypt of the transit engine, whose text "vault:v1:..." is the wrapped form as it
// is. The secret is 32 bytes unless it came from elsewhere, which is below the limit
// of each. What is wrapped names the version of its key in all four, so that the
// service's own rotation needs nothing here.
//
// Implementations are safe for concurrent use, and their errors hold no secret.
type KMS interface {
	// Wrap encrypts a secret, which it does not keep, into at most 16,384 bytes.
	Wrap(ctx context.Context, secret []byte) ([]byte, error)
	// Unwrap decrypts what Wrap made.
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
}

// What a [KeyStore] answers for callers to branch on.
var (
	// ErrNoKeys: nothing was stored yet.
	ErrNoKeys = errors.New("anonymize: there are no keys")
	// ErrReadOnly: the store can't be written to.
	ErrReadOnly = errors.New("anonymize: the key store is read-only")
	// ErrDropsKey: the ring to be saved lacks a stored key, or has another secret under its id.
	ErrDropsKey = errors.New("anonymize: the ring to be saved lacks a stored key")
)

// MemoryKeys is a [KeyStore] in memory. The zero value is empty.
type MemoryKeys struct {
	mu   sync.Mutex
	ring *Keyring
}

var _ KeyStore = (*MemoryKeys)(nil)

// Load implements [KeyStore].
func (m *MemoryKeys) Load(ctx context.Context) (*Keyring, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case m.ring == nil:
		return nil, ErrNoKeys
	}
	return m.ring, nil
}

// Save implements [KeyStore].
func (m *MemoryKeys) Save(ctx context.Context, ring *Keyring) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	var stored []keyRow
	if m.ring != nil {
		stored = keyRows(m.ring)
	}
	if err := keepsAll(ring, stored); err != nil {
		return err
	}
	m.ring = ring
	return nil
}

// Drop implements [KeyStore].
func (m *MemoryKeys) Drop(ctx context.Context, id KeyID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case m.ring == nil:
		return ErrNoKeys
	}
	ring, err := m.ring.Without(id)
	if err == nil {
		m.ring = ring
	}
	return err
}

// keepsAll reports whether the ring has each stored key.
func keepsAll(ring *Keyring, stored []keyRow) error {
	if ring == nil || len(ring.keys) == 0 {
		return errors.New("anonymize: no ring to be saved")
	}
	rows := keyRows(ring)
	for _, s := range stored {
		if !slices.ContainsFunc(rows, func(r keyRow) bool { return r.id == s.id && r.fingerprint == s.fingerprint }) {
			return fmt.Errorf("%w: %s", ErrDropsKey, s.id)
		}
	}
	return nil
}

func keyRows(ring *Keyring) []keyRow {
	rows := make([]keyRow, len(ring.keys))
	for i, k := range ring.keys {
		rows[i] = keyRow{id: k.ID, fingerprint: k.Fingerprint(), created: k.Created}
	}
	return rows
}
