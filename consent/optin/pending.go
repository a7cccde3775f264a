package optin

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Ask is one decision that is asked for: a purpose over a channel, under the notice
// that was shown.
type Ask struct {
	Purpose basis.PurposeID    `json:"purpose"`
	Channel basis.Channel      `json:"channel"`
	Notice  consent.NoticeHash `json:"notice"`
	// Until is the first instant at which the consent has ended; zero: it lasts.
	Until time.Time `json:"until,omitzero"`
}

// Asked is an ask with the event by which it was recorded.
type Asked struct {
	Ask
	Request consent.EventID `json:"request"`
}

// Pending is a request that waits for its mailbox. It holds personal data, and is gone
// once it is confirmed, purged or forgotten. Stored, it is JSON: see [Pending.Encode].
type Pending struct {
	// Version is 1.
	Version int           `json:"v"`
	Subject basis.Subject `json:"subject"`
	// Point is the address as it was typed, Address its keyed hash in normal form.
	Point   string  `json:"point"`
	Address Hash    `json:"address"`
	Asked   []Asked `json:"asked"`
	// Actor is who will confirm: the person or a guardian.
	Actor consent.Actor `json:"actor"`
	// Evidence is what the form showed and was told; see [Request].
	Evidence consent.Evidence `json:"evidence"`
	Language string           `json:"language,omitzero"`
	// Requested and Expires are whole seconds in UTC; at Expires it can't be confirmed any more.
	Requested time.Time `json:"requested"`
	Expires   time.Time `json:"expires"`
	// Key is the number of the key, Seal what binds all of the above to the token.
	Key  uint8 `json:"key"`
	Seal Hash  `json:"seal"`
}

// maxPending bounds what is read back: 16 asks and the evidence of a form stay far below it.
const maxPending = 64 << 10

// Encode returns the JSON to store: one object, at most 64 KiB.
func (p Pending) Encode() ([]byte, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, errors.New("optin: the request can't be encoded")
	}
	if len(b) > maxPending {
		return nil, errors.New("optin: the request is longer than 64 KiB")
	}
	return b, nil
}

// ParsePending reads what Encode wrote, also after a database changed its white space
// or the order of its members. Unknown members are refused. Errors hold no content.
func ParsePending(text []byte) (Pending, error) {
	if len(text) > maxPending {
		return Pending{}, errors.New("optin: the request is longer than 64 KiB")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var p Pending
	if err := d.Decode(&p); err != nil {
		return Pending{}, errors.New("optin: the stored request is malformed")
	}
	if _, err := d.Token(); err != io.EOF {
		return Pending{}, errors.New("optin: something follows the stored request")
	}
	if p.Version != 1 {
		return Pending{}, fmt.Errorf("optin: the stored request has version %d, want 1", p.Version)
	}
	return p, nil
}

const pendingSign = "grondslag optin request 1\n"

// seal binds the request to the token: HMAC-SHA256 over the hash of the token and the
// JSON of all but Seal.
func (p Pending) seal(key *Key, h Hash) (Hash, error) {
	p.Seal = Hash{}
	b, err := p.Encode()
	if err != nil {
		return Hash{}, err
	}
	return mac(&key.request, pendingSign, h[:], b), nil
}

var errAltered = errors.New("optin: the stored request was altered")

// sealed reports whether the request is the one that the token was made for.
func (p *Pending) sealed(keys *Keys, h Hash) bool {
	key, ok := keys.find(p.Key)
	if !ok {
		return false
	}
	want, err := p.seal(key, h)
	return err == nil && hmac.Equal(p.Seal[:], want[:])
}
