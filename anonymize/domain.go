package anonymize

import (
	"errors"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
)

// Domain is a pseudonymisation domain (EDPB Guidelines 01/2025): who receives the
// data, and for which purpose. Each domain has keys of its own, so that two
// recipients, or one recipient with two purposes, can't join what they received.
// Recipient is required; an empty Purpose is one domain for all purposes of the recipient.
type Domain struct {
	Recipient basis.Recipient
	Purpose   basis.PurposeID
}

// ParseDomain reads "mailer" or "mailer/newsletter".
func ParseDomain(text string) (Domain, error) {
	recipient, purpose, has := strings.Cut(text, "/")
	d := Domain{Recipient: basis.Recipient(recipient), Purpose: basis.PurposeID(purpose)}
	if !d.Valid() || has && purpose == "" {
		return Domain{}, errors.New("anonymize: malformed domain, want recipient or recipient/purpose")
	}
	return d, nil
}

// Valid reports whether the recipient is there, and both parts are printable,
// without spaces or "/", of at most 255 bytes.
func (d Domain) Valid() bool {
	return d.Recipient != "" && domainPart(string(d.Recipient)) && domainPart(string(d.Purpose))
}

func domainPart(s string) bool {
	return len(s) <= 255 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '/' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
}

// IsZero reports whether there is no domain.
func (d Domain) IsZero() bool { return d == Domain{} }

// String returns the form that [ParseDomain] reads.
func (d Domain) String() string {
	if d.Purpose == "" {
		return string(d.Recipient)
	}
	return string(d.Recipient) + "/" + string(d.Purpose)
}

// MarshalText implements encoding.TextMarshaler; the zero Domain is "".
func (d Domain) MarshalText() ([]byte, error) {
	if !d.IsZero() && !d.Valid() {
		return nil, errors.New("anonymize: malformed domain")
	}
	return []byte(d.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Domain) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Domain{}
		return nil
	}
	read, err := ParseDomain(string(text))
	if err == nil {
		*d = read
	}
	return err
}

// LogValue implements slog.LogValuer.
func (d Domain) LogValue() slog.Value { return slog.StringValue(d.String()) }
