package anonymize

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

const redactedText = "[redacted]"

// minSecret is the least number of bytes of a secret.
const minSecret = 32

// Secret is key material. It prints as [redacted] under every verb, in slog, in
// text and in JSON; comparing takes the same time whatever the contents.
type Secret struct{ get func() []byte }

// hold keeps the bytes in a closure: fmt calls no method of an unexported field of
// somebody's struct but prints what is in it, pointers followed too under a verb
// that does not fit; of a function it prints the address alone.
func hold(b []byte) Secret { return Secret{func() []byte { return b }} }

func (s Secret) bytes() []byte {
	if s.get == nil {
		return nil
	}
	return s.get()
}

// NewSecret takes a copy of at least 32 random bytes.
func NewSecret(b []byte) (Secret, error) {
	if len(b) < minSecret {
		return Secret{}, errors.New("anonymize: a secret has at least 32 bytes")
	}
	return hold(append([]byte(nil), b...)), nil
}

// Equal compares in constant time. Two zero secrets are not equal.
func (s Secret) Equal(other Secret) bool {
	return len(s.bytes()) > 0 && subtle.ConstantTimeCompare(s.bytes(), other.bytes()) == 1
}

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return len(s.bytes()) == 0 }

// Bytes returns a copy, for a key store. Without a reason it returns nil.
func (s Secret) Bytes(c reidentify.Capability) []byte {
	if !c.Permits() {
		return nil
	}
	return append([]byte(nil), s.bytes()...)
}

// String implements fmt.Stringer.
func (Secret) String() string { return redactedText }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redactedText }

// Format implements fmt.Formatter: every verb prints [redacted].
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redactedText) }

// MarshalText implements encoding.TextMarshaler, and through it JSON and XML.
func (Secret) MarshalText() ([]byte, error) { return []byte(redactedText), nil }

// MarshalBinary keeps gob and its like from writing the bytes.
func (Secret) MarshalBinary() ([]byte, error) { return []byte(redactedText), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redactedText) }

// The values that hold derived keys print as their type: no verb shows a key.

// Format implements fmt.Formatter.
func (*Tokens) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.Tokens") }

// Format implements fmt.Formatter.
func (*Tokenizer) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.Tokenizer") }

// Format implements fmt.Formatter.
func (*Deterministic) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.Deterministic") }

// Format implements fmt.Formatter.
func (*Sealer) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.Sealer") }

// Format implements fmt.Formatter.
func (*BlindIndex) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.BlindIndex") }

// Format implements fmt.Formatter.
func (*DateShifter) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.DateShifter") }

// Format implements fmt.Formatter.
func (*Surrogates) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.Surrogates") }
