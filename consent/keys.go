package consent

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/internal/normalize"
)

// Keys are the secrets of a ledger: one in present use, and older ones under which
// marks and capsules may still be kept. For each use a key of its own is derived (HKDF, RFC 5869),
// so that no mark says anything of another. Who has them can test whether an address
// or a reference is marked: keep them apart from the database. To rotate, put a new secret in
// front; an older one can go when no mark or capsule under it is needed any more.
// They print as [redacted].
type Keys struct {
	ring []*derived
}

// derived are the keys that are made of one secret.
type derived struct {
	address, person, once keyed
	request               []byte
	pepper                proof.Pepper
}

// keyed makes marks with one key; the states of HMAC are kept, since starting one costs more than using it.
type keyed struct {
	key  []byte
	pool sync.Pool
}

func (k *keyed) mark(text string) (m Mark) {
	h, _ := k.pool.Get().(hash.Hash)
	if h == nil {
		h = hmac.New(sha256.New, k.key)
	}
	h.Reset()
	io.WriteString(h, text)
	h.Sum(m[:0])
	k.pool.Put(h)
	return m
}

// NewKeys takes the present secret and older ones, each of at least 32 random bytes.
func NewKeys(present []byte, older ...[]byte) (Keys, error) {
	var k Keys
	for _, secret := range slices.Concat([][]byte{present}, older) {
		if len(secret) < 32 {
			return Keys{}, errors.New("consent: a secret has at least 32 bytes")
		}
		d := &derived{}
		for use, key := range map[string]*[]byte{"address": &d.address.key, "person": &d.person.key, "once": &d.once.key, "request": &d.request} {
			b, err := hkdf.Key(sha256.New, secret, nil, "grondslag consent "+use+" 1", sha256.Size)
			if err != nil {
				return Keys{}, errors.New("consent: a key can't be derived")
			}
			*key = b
		}
		var err error
		if d.pepper, err = proof.NewPepper(secret); err != nil {
			return Keys{}, err
		}
		k.ring = append(k.ring, d)
	}
	return k, nil
}

// IsZero reports whether there are none.
func (k Keys) IsZero() bool { return len(k.ring) == 0 }

// Format writes [redacted], whatever the verb.
func (Keys) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("[redacted]")) }

// LogValue implements [slog.LogValuer].
func (Keys) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// MarshalText writes [redacted].
func (Keys) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Address returns the marks of an address under every key, the present one's first: an
// e-mail address in any writing of it, or a telephone number.
func (k Keys) Address(address string) []Mark {
	form := addressForm(address)
	marks := make([]Mark, len(k.ring))
	for i, d := range k.ring {
		marks[i] = d.address.mark(form)
	}
	return marks
}

// Person returns the marks of a reference under every key, the present one's first.
func (k Keys) Person(s basis.Subject) []Mark {
	marks := make([]Mark, len(k.ring))
	for i, d := range k.ring {
		marks[i] = d.person.mark(string(s))
	}
	return marks
}

// point is the number by which the index tells contact points apart.
func (m Mark) point() (n uint64) {
	for _, b := range m[:8] {
		n = n<<8 | uint64(b)
	}
	return max(n, 1) // 0 is unknown
}

// addressForm is the one writing of an address under which it is compared. What is neither an e-mail
// address nor a number, such as a postal address, is compared without the case of its letters and with single spaces.
func addressForm(address string) string {
	switch {
	case normalize.LooksLikeEmail(address):
		if b := normalize.AppendEmail(nil, []byte(address)); len(b) > 0 {
			return "mailto:" + string(b)
		}
	case normalize.LooksLikePhone(address):
		if b := normalize.AppendPhone(nil, []byte(address)); len(b) > 0 {
			return "tel:" + string(b)
		}
	}
	return "text:" + strings.ToLower(strings.Join(strings.Fields(address), " "))
}
