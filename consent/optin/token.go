package optin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

const (
	confirmHead = "c1"
	// confirmText is the length of what rand.Text returns: 26 of the 32 characters
	// A-Z and 2-7, 130 random bits.
	confirmText = 26
	confirmHash = "grondslag optin confirmation 1\n"
)

// Hash is the SHA-256 under which a request is stored, or the keyed hash of an address.
// As text it is 64 hexadecimal digits in lower case.
type Hash [sha256.Size]byte

// newToken returns a confirmation token and the hash that is stored of it.
func newToken() (string, Hash) {
	token := confirmHead + rand.Text()
	return token, hashOf(token)
}

func hashOf(token string) Hash { return sha256.Sum256([]byte(confirmHash + token)) }

// tokenHash returns the hash of a confirmation token; ok is false for a text that
// does not have the form of one.
func tokenHash(token string) (h Hash, ok bool) {
	s, ok := strings.CutPrefix(token, confirmHead)
	if !ok || len(s) != confirmText {
		return Hash{}, false
	}
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return Hash{}, false
		}
	}
	return hashOf(token), true
}

// String returns the text.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements [encoding.TextMarshaler].
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

var errHash = errors.New("optin: want a hash, 64 hexadecimal digits in lower case")

// UnmarshalText implements [encoding.TextUnmarshaler]. On error h is left as it was.
func (h *Hash) UnmarshalText(text []byte) error {
	var v Hash
	if len(text) != 2*len(v) || strings.ContainsAny(string(text), "ABCDEF") {
		return errHash
	}
	if _, err := hex.Decode(v[:], text); err != nil {
		return errHash
	}
	*h = v
	return nil
}
