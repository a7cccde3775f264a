package retention

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"sync"

	"github.com/grondslag/grondslag/basis"
)

// Pseudonym stands for a subject of one class: an HMAC-SHA256, see [PseudonymKey].
// Whoever holds the key can tell whose it is, so that until the key is destroyed it
// is personal data (GDPR Art. 4(5)). The zero value is none.
//
// As text, in JSON and in databases it is 64 digits of lower case hexadecimal; none
// is the empty text, or NULL.
type Pseudonym [sha256.Size]byte

var errPseudonym = errors.New("retention: want a pseudonym of 64 lower case hexadecimal digits, not all 0")

// ParsePseudonym reads the text of a pseudonym and nothing else. The error does not
// repeat the text.
func ParsePseudonym(s string) (Pseudonym, error) {
	p, ok := parseHash(s)
	if !ok || p == (Pseudonym{}) {
		return Pseudonym{}, errPseudonym
	}
	return p, nil
}

// parseHash reads 64 lower case hexadecimal digits.
func parseHash[T ~string | ~[]byte](s T) (sum [sha256.Size]byte, ok bool) {
	if len(s) != 2*len(sum) {
		return sum, false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		default:
			return [sha256.Size]byte{}, false
		}
		sum[i/2] = sum[i/2]<<4 | c
	}
	return sum, true
}

// IsZero reports whether there is none.
func (p Pseudonym) IsZero() bool { return p == Pseudonym{} }

// String returns the hexadecimal digits, or the empty string.
func (p Pseudonym) String() string {
	b, _ := p.AppendText(nil)
	return string(b)
}

// AppendText implements [encoding.TextAppender].
func (p Pseudonym) AppendText(b []byte) ([]byte, error) {
	if p.IsZero() {
		return b, nil
	}
	return hex.AppendEncode(b, p[:]), nil
}

// MarshalText implements [encoding.TextMarshaler].
func (p Pseudonym) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error p is left as it was.
func (p *Pseudonym) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Pseudonym{}
		return nil
	}
	v, err := ParsePseudonym(string(text))
	if err == nil {
		*p = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: the text, as string or []byte. NULL is
// none. On error p is left as it was.
func (p *Pseudonym) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*p = Pseudonym{}
		return nil
	case string:
		return p.UnmarshalText([]byte(v))
	case []byte:
		return p.UnmarshalText(v)
	}
	return fmt.Errorf("retention: a Pseudonym can't be read from %T", src)
}

// Value implements [driver.Valuer]: the text, or NULL for none.
func (p Pseudonym) Value() (driver.Value, error) {
	if p.IsZero() {
		return nil, nil
	}
	return p.String(), nil
}

// LogValue implements [slog.LogValuer].
func (p Pseudonym) LogValue() slog.Value { return slog.StringValue(p.String()) }

// GormDataType names the column type for gorm, without importing it.
func (Pseudonym) GormDataType() string { return "string" }

// PseudonymKey makes the pseudonyms of certificates and erase lists. Every way to
// print, log or encode it shows "redacted". It is safe for concurrent use. The zero
// value is no key, and makes none.
//
// # Pseudonyms
//
// A pseudonym is HMAC-SHA256 (RFC 2104) under the 32-byte key of three parts, each
// preceded by its length in bytes as 8 bytes, big-endian:
//
//	label    ASCII: grondslag/retention/erase-list/1 or grondslag/retention/certificate/1
//	class    the retention class
//	subject  the reference to the person
//
// The lengths make "a", "bc" and "ab", "c" two different subjects. The label keeps a
// certificate and an erase list from being joined without the key. Pseudonyms of
// these labels will be computed in this way by every later version.
type PseudonymKey struct {
	// A function, because nothing that prints by reflection can look into one.
	hidden func() *keyed
}

const (
	keySize = 32

	labelEraseList   = "grondslag/retention/erase-list/1"
	labelCertificate = "grondslag/retention/certificate/1"
	labelKeyCheck    = "grondslag/retention/key-check/1"
	labelEraseFile   = "grondslag/retention/erase-list-file/1"
)

type keyed struct {
	secret [keySize]byte

	mu  sync.Mutex // guards what follows
	mac hash.Hash
	buf []byte
	sum []byte
}

// NewPseudonymKey takes a key of 32 bytes from a cryptographic source of randomness,
// as crypto/rand is. It is copied. Keep it where backups of the data do not go.
func NewPseudonymKey(secret []byte) (PseudonymKey, error) {
	if len(secret) != keySize {
		return PseudonymKey{}, fmt.Errorf("retention: want a key of %d bytes, got %d", keySize, len(secret))
	}
	k := &keyed{secret: [keySize]byte(secret), buf: make([]byte, 0, 256), sum: make([]byte, 0, sha256.Size)}
	if k.secret == [keySize]byte{} {
		return PseudonymKey{}, errors.New("retention: the key is all zeros")
	}
	k.mac = hmac.New(sha256.New, k.secret[:])
	return PseudonymKey{hidden: func() *keyed { return k }}, nil
}

// IsZero reports whether there is no key.
func (k PseudonymKey) IsZero() bool { return k.hidden == nil }

// ForCertificate returns the pseudonym for [Certificate.Subject].
func (k PseudonymKey) ForCertificate(class string, s basis.Subject) (Pseudonym, error) {
	return k.pseudonym(labelCertificate, class, s)
}

// ForEraseList returns the pseudonym for [EraseList.AddPseudonym], where the one who
// erases has the key and the one who keeps the list need not know whom it holds.
func (k PseudonymKey) ForEraseList(class string, s basis.Subject) (Pseudonym, error) {
	return k.pseudonym(labelEraseList, class, s)
}

var (
	errNoKey     = errors.New("retention: no key for pseudonyms")
	errNoClass   = errors.New("retention: a pseudonym needs a class")
	errNoSubject = errors.New("retention: a pseudonym needs a subject")
)

func (k PseudonymKey) pseudonym(label, class string, s basis.Subject) (Pseudonym, error) {
	switch {
	case k.IsZero():
		return Pseudonym{}, errNoKey
	case class == "":
		return Pseudonym{}, errNoClass
	case s == "":
		return Pseudonym{}, errNoSubject
	}
	return k.hidden().of(label, class, string(s)), nil
}

// of returns the HMAC of the parts, each with its length. It does not allocate for
// parts of 232 bytes or less in all.
func (k *keyed) of(parts ...string) Pseudonym {
	k.mu.Lock()
	defer k.mu.Unlock()
	b := k.buf[:0]
	for _, p := range parts {
		b = appendPart(b, p)
	}
	k.mac.Reset()
	k.mac.Write(b)
	k.sum = k.mac.Sum(k.sum[:0])
	clear(b) // names the subject
	return Pseudonym(k.sum)
}

// stream returns an HMAC to which the label has been written.
func (k *keyed) stream(label string) hash.Hash {
	h := hmac.New(sha256.New, k.secret[:])
	h.Write(appendPart(nil, label))
	return h
}

func appendPart(b []byte, part string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
	return append(b, part...)
}

const redacted = "redacted"

// String returns "redacted".
func (k PseudonymKey) String() string { return redacted }

// Format implements [fmt.Formatter]: "redacted" under every verb.
func (k PseudonymKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText implements [encoding.TextMarshaler], so that encoders write "redacted".
func (k PseudonymKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (k PseudonymKey) LogValue() slog.Value { return slog.StringValue(redacted) }
