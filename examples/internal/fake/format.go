package fake

import (
	"fmt"
	"io"
	"strings"
)

// Format is a kind of export.
type Format string

const (
	HubSpot               Format = "hubspot"
	HubSpotHistory        Format = "hubspot-history"
	Mailchimp             Format = "mailchimp"
	MailchimpUnsubscribed Format = "mailchimp-unsubscribed"
	MailchimpCleaned      Format = "mailchimp-cleaned"
	Salesforce            Format = "salesforce"
	SalesforceIndividual  Format = "salesforce-individual"
	SalesforceConsent     Format = "salesforce-consent"
	Brevo                 Format = "brevo"
	Listmonk              Format = "listmonk"
	Google                Format = "google"
	Outlook               Format = "outlook"
	Substack              Format = "substack"
	Facts                 Format = "facts"
)

// Formats lists the formats in the order of the manual.
func Formats() []Format {
	return []Format{
		HubSpot, HubSpotHistory, Mailchimp, MailchimpUnsubscribed, MailchimpCleaned,
		Salesforce, SalesforceIndividual, SalesforceConsent,
		Brevo, Listmonk, Google, Outlook, Substack, Facts,
	}
}

// layout is the form of a format's file and what writes its rows.
type layout struct {
	header []string
	sheet  sheet // separator, quoting and line ends
	mark   bool  // begins with a byte order mark
	// again: every fourth row is about the contact of the row before.
	again bool
	row   func(*maker)
}

func (f Format) layout() (layout, bool) {
	switch f {
	case HubSpot:
		return hubSpot(), true
	case HubSpotHistory:
		return hubSpotHistory(), true
	case Mailchimp, MailchimpUnsubscribed, MailchimpCleaned:
		return mailchimp(f), true
	case Salesforce:
		return salesforceContact(), true
	case SalesforceIndividual:
		return salesforceIndividual(), true
	case SalesforceConsent:
		return salesforceConsent(), true
	case Brevo:
		return brevo(), true
	case Listmonk:
		return listmonk(), true
	case Google:
		return google(), true
	case Outlook:
		return outlook(), true
	case Substack:
		return substack(), true
	case Facts:
		return factsCSV(), true
	}
	return layout{}, false
}

// columns splits the header of a real export.
func columns(header string) []string { return strings.Split(header, ",") }

// flushAt is how many bytes are collected before they are written.
const flushAt = 64 << 10

// Write writes an export of that format with a header and n >= 0 rows. It returns
// the first error of w, after which it writes nothing more.
func Write(w io.Writer, format Format, n int, seed uint64) error {
	l, ok := format.layout()
	if !ok {
		return fmt.Errorf("fake: unknown format %q", format)
	}
	if n < 0 {
		return fmt.Errorf("fake: %d rows", n)
	}
	m := newMaker(format, seed, l.sheet)
	if l.mark {
		m.buf = append(m.buf, "\uFEFF"...)
	}
	for _, name := range l.header {
		m.text(name)
	}
	m.end()
	for row := 1; row <= n; row++ {
		contact := row
		if l.again && row%4 == 0 {
			contact--
		}
		m.begin(uint64(row), uint64(contact))
		l.row(m)
		m.end()
		if len(m.buf) >= flushAt {
			if _, err := w.Write(m.buf); err != nil {
				return err
			}
			m.buf = m.buf[:0]
		}
	}
	if len(m.buf) == 0 {
		return nil
	}
	_, err := w.Write(m.buf)
	return err
}

// maker makes the rows of one file, each from its own dice.
type maker struct {
	sheet
	*census
	dice
	person
	seed uint64
	salt uint64 // of the format: else all formats would throw the same
	line uint64 // number of the row, from 1
}

func newMaker(f Format, seed uint64, s sheet) *maker {
	s.buf = make([]byte, 0, flushAt+8<<10)
	return &maker{sheet: s, census: newCensus(), seed: seed, salt: salt(string(f))}
}

// begin meets the contact, and then takes the dice of the row.
func (m *maker) begin(row, contact uint64) {
	m.dice.seed(m.seed, contact)
	m.meet(contact, &m.dice, &m.person)
	m.dice.seed(m.seed+m.salt, row)
	m.line = row
}

func salt(name string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// name writes first and last name as one field.
func (m *maker) name() {
	m.tmp = m.fullName(m.tmp[:0])
	m.field(m.tmp)
}

func (m *maker) fullName(b []byte) []byte {
	if m.first == "" {
		return append(b, m.company...)
	}
	return append(append(append(b, m.first...), ' '), m.last...)
}
