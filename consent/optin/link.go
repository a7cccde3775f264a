package optin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/normalize"
)

// Link is what an unsubscribe token withdraws: the purposes of one mail, over its
// channel. Without purposes it is for every purpose over that channel.
type Link struct {
	// Subject is a reference, 1 to 255 bytes, never an address: the token shows it to
	// whoever has the mail.
	Subject basis.Subject
	// Channel is that of the message.
	Channel basis.Channel
	// Purposes are at most 16, 1 to 255 bytes each, in any order.
	Purposes []basis.PurposeID
}

const (
	unsubHead = "u1"
	// unsubTail ends a token, so that no mail program takes a "-" at the end of a link
	// for punctuation, and a token that was cut off shows.
	unsubTail = "e"
	unsubSign = "grondslag optin unsubscribe 1\n"

	maxPurposes = 16
	maxField    = 255 // one byte of length
	// maxLink is the most bytes of a token before encoding: with an address of 200
	// characters the header stays below the 998 of RFC 5322, 2.1.1.
	maxLink = 540
)

var errLink = errors.New("optin: not an unsubscribe token of ours")

// check reports what is wrong with a link; it holds no content of it.
func (l *Link) check() error {
	switch {
	case !text(string(l.Subject)):
		return errors.New("optin: link: want a subject of 1 to 255 bytes")
	case normalize.LooksLikeEmail(l.Subject):
		return errors.New("optin: link: the subject is an address, want a reference")
	case !l.Channel.Valid():
		return errors.New("optin: link: want a channel")
	case len(l.Purposes) > maxPurposes:
		return errors.New("optin: link: more than 16 purposes")
	}
	for i, p := range l.Purposes {
		if !text(string(p)) {
			return errors.New("optin: link: want purposes of 1 to 255 bytes")
		}
		if slices.Contains(l.Purposes[:i], p) {
			return errors.New("optin: link: a purpose is there twice")
		}
	}
	return nil
}

// text reports whether s is UTF-8 of 1 to 255 bytes without control characters.
func text(s string) bool {
	return s != "" && len(s) <= maxField && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Sign returns the unsubscribe token of the link, by the primary key. The same link
// has the same token, whatever the order of its purposes. It takes a few microseconds.
func (r Keys) Sign(l Link) (string, error) {
	if r.IsZero() {
		return "", errors.New("optin: no key to sign with")
	}
	if err := l.check(); err != nil {
		return "", err
	}
	var buf [maxLink]byte
	b := append(buf[:0], r.primary.id)
	b = appendField(b, string(l.Subject))
	b = appendField(b, string(l.Channel))
	b = append(b, byte(len(l.Purposes)))
	purposes := l.Purposes
	if !slices.IsSorted(purposes) {
		purposes = slices.Sorted(slices.Values(purposes))
	}
	for _, p := range purposes {
		b = appendField(b, string(p))
	}
	if len(b)+sha256.Size > maxLink {
		return "", errors.New("optin: link: subject and purposes are too long for a mail header together")
	}
	sum := mac(&r.primary.unsub, unsubSign, b)
	b = append(b, sum[:]...)
	return unsubHead + base64.RawURLEncoding.EncodeToString(b) + unsubTail, nil
}

func appendField(b []byte, s string) []byte {
	return append(append(b, byte(len(s))), s...)
}

// Open returns what an unsubscribe token of any key in the ring withdraws. It needs
// no store, and knows no expiry. Every other text has the same error.
func (r Keys) Open(token string) (Link, error) {
	s, head := strings.CutPrefix(token, unsubHead)
	s, tail := strings.CutSuffix(s, unsubTail)
	if !head || !tail || len(s) > base64.RawURLEncoding.EncodedLen(maxLink) || strings.ContainsAny(s, "\r\n") {
		return Link{}, errLink
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) <= sha256.Size {
		return Link{}, errLink
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	key, ok := r.find(body[0])
	if !ok {
		return Link{}, errLink
	}
	if want := mac(&key.unsub, unsubSign, body); !hmac.Equal(sum, want[:]) {
		return Link{}, errLink
	}
	return parseLink(body[1:])
}

// parseLink reads what Sign wrote after the number of the key, in its one form.
func parseLink(b []byte) (Link, error) {
	field := func() string {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			b = nil
			return ""
		}
		s := string(b[1 : 1+int(b[0])])
		b = b[1+len(s):]
		return s
	}
	l := Link{Subject: basis.Subject(field()), Channel: basis.Channel(field())}
	if len(b) == 0 {
		return Link{}, errLink
	}
	n := int(b[0])
	b = b[1:]
	for range min(n, maxPurposes+1) {
		l.Purposes = append(l.Purposes, basis.PurposeID(field()))
	}
	if len(b) != 0 || l.check() != nil || !slices.IsSorted(l.Purposes) {
		return Link{}, errLink
	}
	return l, nil
}
