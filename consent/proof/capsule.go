package proof

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

const (
	pepperSalt    = "grondslag consent capsule 1"
	keyInfo       = "capsule key 1"
	commitHeader  = "grondslag capsule 1\n"
	minPepper     = 32
	maxAddress    = 1024
	redactedValue = "[redacted]"
)

// Pepper is the secret that keys all capsules of one tenant. Keep it apart from the database; when it is destroyed
// no capsule can be linked to an address any more. It prints as [redacted] under every verb, in slog and in JSON.
// The zero Pepper is no pepper: [Pepper.Key] panics on it.
type Pepper struct {
	prk *[32]byte // a pointer, so that fmt cannot reach the bytes through an unexported field of a caller's struct
}

// NewPepper derives a pepper from at least 32 bytes of key: HKDF-Extract with SHA-256 (RFC 5869).
func NewPepper(key []byte) (Pepper, error) {
	if len(key) < minPepper {
		return Pepper{}, errors.New("proof: pepper has fewer than 32 bytes")
	}
	prk, err := hkdf.Extract(sha256.New, key, []byte(pepperSalt))
	if err != nil {
		return Pepper{}, errors.New("proof: pepper cannot be derived")
	}
	return Pepper{prk: (*[32]byte)(prk)}, nil
}

// IsZero reports whether the pepper was never set.
func (p Pepper) IsZero() bool { return p.prk == nil }

// Key is the key of one event. Shown in a claim it lets the reader test addresses against this event and no other.
func (p Pepper) Key(id [16]byte) [32]byte {
	if p.prk == nil {
		panic("proof: the pepper is not set")
	}
	key, err := hkdf.Expand(sha256.New, p.prk[:], keyInfo+string(id[:]), 32)
	if err != nil {
		panic("proof: HKDF-Expand of 32 bytes failed") // only lengths over 255 blocks can
	}
	return [32]byte(key)
}

// String returns [redacted].
func (Pepper) String() string { return redactedValue }

// GoString returns [redacted].
func (Pepper) GoString() string { return redactedValue }

// Format writes [redacted], whatever the verb.
func (Pepper) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redactedValue)) }

// LogValue returns [redacted].
func (Pepper) LogValue() slog.Value { return slog.StringValue(redactedValue) }

// MarshalJSON writes "[redacted]".
func (Pepper) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedValue + `"`), nil }

// MarshalText writes [redacted].
func (Pepper) MarshalText() ([]byte, error) { return []byte(redactedValue), nil }

// Tag is the keyed pseudonym of an address: HMAC-SHA256 under the key of one event. The caller normalizes the address,
// the same way when the event is recorded and when it is disputed.
func Tag(key [32]byte, address string) [32]byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(address))
	return [32]byte(mac.Sum(nil))
}

// Capsule is what is kept of an event under Art. 17(3)(e) GDPR after the person was erased, beside the body.
// It is pseudonymized personal data.
type Capsule struct {
	Salt Salt
	Time int64 // Unix seconds; never negative in a claim
}

// NewCapsule draws a salt from crypto/rand.
func NewCapsule(unix int64) Capsule {
	c := Capsule{Time: unix}
	_, _ = rand.Read(c.Salt[:])
	return c
}

// BlankCapsule is the commitment of an event without an address: 32 random bytes, like any other to a reader.
func BlankCapsule() [32]byte {
	var blank [32]byte
	_, _ = rand.Read(blank[:])
	return blank
}

// Commit binds the pseudonym to what the body says and to the time it keeps to itself. The result is [Body.Capsule].
func Commit(salt Salt, tag [32]byte, unix int64, notice [32]byte, purpose string) [32]byte {
	var buf [len(commitHeader) + len(Salt{}) + 32 + 8 + 32 + 8 + maxPurpose]byte
	text := append(buf[:0], commitHeader...)
	text = append(text, salt[:]...)
	text = append(text, tag[:]...)
	text = binary.BigEndian.AppendUint64(text, uint64(unix))
	text = append(text, notice[:]...)
	text = binary.BigEndian.AppendUint64(text, uint64(len(purpose)))
	text = append(text, purpose...)
	return sha256.Sum256(text)
}

// Claim is what settles a dispute about one event: the claimant shows the address, the controller key, salt and time.
// It prints as [redacted]; only a statement shows what is in it.
type Claim struct {
	Key     [32]byte
	Address string // normalized, 1 to 1024 bytes
	Capsule
}

// Check recomputes the commitment and compares it with that of the body, in constant time.
func (c *Claim) Check(b *Body) error {
	if err := c.checkForm(); err != nil {
		return err
	}
	want := Commit(c.Salt, Tag(c.Key, c.Address), c.Time, b.Notice, b.Purpose)
	if !hmac.Equal(want[:], b.Capsule[:]) {
		return fault(PartCapsule, "key, salt, time and address do not open the capsule of this event")
	}
	return nil
}

func (c *Claim) checkForm() error {
	if c.Address == "" || len(c.Address) > maxAddress {
		return fault(PartCapsule, "address is empty or longer than 1024 bytes")
	}
	if c.Time < 0 {
		return fault(PartCapsule, "time is negative")
	}
	return nil
}

// String returns [redacted].
func (Claim) String() string { return redactedValue }

// Format writes [redacted], whatever the verb.
func (Claim) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redactedValue)) }

// LogValue returns [redacted].
func (Claim) LogValue() slog.Value { return slog.StringValue(redactedValue) }

// MarshalJSON writes "[redacted]".
func (Claim) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedValue + `"`), nil }
