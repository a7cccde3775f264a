package retention

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
)

// Certificate states that a disposition was carried out, and why, without personal
// data: proof that outlives what it is about (GDPR Art. 5(2)). A [Chain] keeps
// certificates so that a later change shows.
//
// It says what was done and no more. One without records, or with an action that
// does nothing to them, is an error.
//
// Names and references (Rule, Law, Class, Fields, recipients) are plain: 1 to 128
// bytes of UTF-8 (Law up to 256), without quotation marks ", backslashes, @, control
// or bidirectional characters, and without a space at either end. That keeps addresses
// out, not names of persons: take them from the declaration, never from the record.
type Certificate struct {
	// Number is its place in the log, which [Chain.Append] gives.
	Number int64 `json:"number,omitzero"`
	// Rule is [Rule.Key]; Term the version of it, from 1, or 0 when none was in force;
	// Law the provision, empty for a rule of one's own.
	Rule string `json:"rule"`
	Term int    `json:"term,omitzero"`
	Law  string `json:"law,omitzero"`
	// Class is the retention class of the records. Fields are those that the action
	// touched, in any order; none is the whole record.
	Class  string        `json:"class"`
	Fields []basis.Field `json:"fields,omitzero"`
	// Start is the event that started the period and LastDay its computed end; empty
	// when there was none, as for an erasure on request, or when records of several days
	// went together.
	Start   Occurrence `json:"start,omitzero"`
	LastDay Date       `json:"last_day,omitzero"`
	// DueBy is the last day on which it had to be done; no day when there was none.
	DueBy Date `json:"due_by,omitzero"`
	// Decided is the instant of the decision, to the second. Done is the civil day on
	// which it was carried out, where the law of the rule counts days.
	Decided time.Time   `json:"decided"`
	Done    Date        `json:"done"`
	Action  Disposition `json:"action"`
	// Count is how many records it was done to: those that are gone or changed, not those
	// that were selected. 1 <= Count < 1<<53.
	Count int64 `json:"count"`
	// Subject is whose they were, see [PseudonymKey.ForCertificate]; leave it out unless
	// it must be shown for one person.
	Subject Pseudonym `json:"subject,omitzero"`
	// Executor is the role or job that did it, such as nightly-sweep, never a person: 1
	// to 128 ASCII letters, digits and _-.:/ with at least one letter.
	Executor string `json:"executor"`
	// BackupsUntil is the last day on which a backup may hold what was removed, see
	// [Backup.LastCopy]. No day is not stated: it may be in backups for ever.
	BackupsUntil Date `json:"backups_until,omitzero"`
	// Recipients are all to whom the data were disclosed (GDPR Art. 19), in any order. It
	// is either these, or the statement that there are none.
	Recipients   []Notification `json:"recipients,omitzero"`
	NoRecipients bool           `json:"no_recipients,omitzero"`
}

const (
	maxName   = 128
	maxLaw    = 256
	maxList   = 200
	maxNumber = 1<<53 - 1 // what every reader of JSON can hold
)

// NewCertificate returns a certificate with what the rule and its computation say.
// The caller adds what was done.
func NewCertificate(r *Rule, l Lapse) Certificate {
	return Certificate{Rule: r.Key(), Term: l.Term, Law: r.Law, Start: l.Start, LastDay: l.LastDay}
}

// Check returns every error in the certificate, joined, or nil. Errors hold no
// content. A certificate that can't be written is found out best before the data
// are gone.
func (c Certificate) Check() error {
	var errs []error
	fail := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New(text))
		}
	}
	fail(!plain(c.Rule, maxName), "the rule is not a plain name")
	fail(c.Law != "" && !plain(c.Law, maxLaw), "the law is not a plain name")
	fail(c.Term < 0 || int64(c.Term) > maxNumber, "the term is out of bounds")
	fail(!plain(c.Class, maxName), "the class is not a plain name")
	fail(len(c.Fields) > maxList, "there are more than 200 fields")
	for i, f := range c.Fields {
		fail(!plain(string(f), maxName), "a field is not a plain name")
		fail(slices.Contains(c.Fields[:i], f), "a field is named twice")
	}
	fail((c.Start.Event == "") != (c.Start.On == 0), "the event and its day go together")
	fail(c.Start.Event != "" && !c.Start.Event.Valid(), "the event is malformed")
	for _, d := range [...]Date{c.Start.On, c.LastDay, c.DueBy, c.BackupsUntil} {
		fail(d != 0 && !d.Valid(), "a day is not in the calendar")
	}
	fail(c.LastDay != 0 && (c.Start.On == 0 || c.Term == 0), "a last day needs the event and the term that it was computed from")
	fail(!instant(c.Decided), "no instant of the decision, or one outside years 1 to 9999")
	fail(!c.Done.Valid(), "no day on which it was done")
	// West of Greenwich the day of the decision may still be the one before.
	fail(c.Done.Valid() && c.Done < DateIn(c.Decided, time.UTC)-1, "it was done before it was decided")
	fail(c.Done.Valid() && c.Start.On > c.Done, "the event comes after what was done")
	switch c.Action {
	case Delete, Anonymize, Pseudonymize, Restrict, Transfer:
	case Review:
		fail(true, "a review does nothing to the records: certify what it led to")
	case NotifyThenDelete:
		fail(true, "a notice is no deletion: certify delete when the records are gone")
	default:
		fail(true, "unknown action")
	}
	fail(c.Count < 1 || c.Count > maxNumber, "nothing was done: want a count of 1 or more")
	fail(!roleName(c.Executor), errExecutor.Error())
	fail(c.Action == Restrict && c.BackupsUntil != 0, "a restriction removes nothing from backups")
	fail(c.BackupsUntil != 0 && c.BackupsUntil < c.Done, "the backups end before it was done")
	fail(c.NoRecipients && len(c.Recipients) > 0, "there are recipients, and there are said to be none")
	fail(!c.NoRecipients && len(c.Recipients) == 0, "the recipients are not stated, nor that there are none")
	fail(len(c.Recipients) > maxList, "there are more than 200 recipients")
	for i, n := range c.Recipients {
		errs = append(errs, n.errors()...)
		fail(slices.ContainsFunc(c.Recipients[:i], func(m Notification) bool { return m.Recipient == n.Recipient }), "a recipient is named twice")
	}
	return joined("certificate", errs)
}

var errExecutor = errors.New("the executor is no name of a role or job: ASCII letters, digits and _-.:/")

func joined(what string, errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("retention: %s: %w", what, errors.Join(errs...))
}

// Complete reports whether nothing is left to do towards recipients: each has
// acknowledged or can't be told, or it is stated that there are none.
func (c *Certificate) Complete() bool {
	if len(c.Recipients) == 0 {
		return c.NoRecipients
	}
	return !slices.ContainsFunc(c.Recipients, func(n Notification) bool { return !n.Settled() })
}

// Overdue returns by how many days it was done late, 0 when in time or without a
// day by which it had to be.
func (c *Certificate) Overdue() int {
	if c.DueBy == 0 || c.Done <= c.DueBy {
		return 0
	}
	return int(c.Done - c.DueBy)
}

// FullyErased returns the first day on which nothing is left in backups either. It
// is false when the window of the backups is not stated, and for an action that
// leaves personal data with someone: pseudonymize, restrict, transfer.
func (c *Certificate) FullyErased() (Date, bool) {
	if c.BackupsUntil == 0 || c.Action != Delete && c.Action != Anonymize {
		return 0, false
	}
	d := addDays(c.BackupsUntil, 1)
	return d, d != 0
}

// Follow applies an entry that came later. The highest state that was ever on record
// holds, in this order: not told, told, impossible, acknowledged. A recipient that
// the certificate lacks is added, since it too must be told. The list is changed in
// a copy; c is left as it was on error.
func (c *Certificate) Follow(f FollowUp) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.Of != c.Number {
		return errors.New("retention: the follow-up is of another certificate")
	}
	list := slices.Clone(c.Recipients)
	i := slices.IndexFunc(list, func(n Notification) bool { return n.Recipient == f.Recipient })
	switch {
	case i < 0:
		list = append(list, f.Notification)
	case f.rank() > list[i].rank():
		list[i] = f.Notification
	}
	c.Recipients, c.NoRecipients = list, false
	return nil
}

// Text is the certificate in one sentence.
func (c Certificate) Text() basis.Text {
	en, nl := done(c.Action)
	var e, n strings.Builder
	add := func(en, nl string, args ...any) {
		fmt.Fprintf(&e, en, args...)
		fmt.Fprintf(&n, nl, args...)
	}
	add("Records of class %s (%d) were ", "Gegevens van klasse %s (%d) zijn ", c.Class, c.Count)
	e.WriteString(en)
	n.WriteString(nl)
	add(" on %s under rule %s", " op %s volgens regel %s", c.Done, c.Rule)
	if c.Law != "" {
		add(" (%s)", " (%s)", c.Law)
	}
	if c.LastDay != 0 {
		add(", whose last day was %s", ", waarvan de laatste dag %s was", c.LastDay)
	}
	switch d := c.Overdue(); d {
	case 0:
	case 1:
		add(", one day late", ", een dag te laat")
	default:
		add(", %d days late", ", %d dagen te laat", d)
	}
	if c.BackupsUntil != 0 {
		add("; backups may hold copies through %s", "; in reservekopieën kunnen ze nog staan tot en met %s", c.BackupsUntil)
	} else if c.Action != Restrict {
		add("; how long backups hold copies is not stated", "; hoelang reservekopieën ze nog bevatten is niet vermeld")
	}
	open := 0
	for _, r := range c.Recipients {
		if !r.Settled() {
			open++
		}
	}
	switch {
	case c.NoRecipients:
		add("; there are no recipients to tell", "; er zijn geen ontvangers om in te lichten")
	case len(c.Recipients) == 0:
		add("; recipients are not stated", "; ontvangers zijn niet vermeld")
	default:
		add("; recipients that must still confirm: %d of %d (GDPR 19)", "; ontvangers die nog moeten bevestigen: %d van %d (AVG 19)", open, len(c.Recipients))
	}
	add(".", ".")
	return basis.Text{En: e.String(), Nl: n.String()}
}

// done is the action as a participle.
func done(d Disposition) (en, nl string) {
	switch d {
	case Delete:
		return "deleted", "verwijderd"
	case Anonymize:
		return "anonymized", "geanonimiseerd"
	case Pseudonymize:
		return "pseudonymized", "gepseudonimiseerd"
	case Restrict:
		return "restricted", "beperkt"
	case Transfer:
		return "transferred and removed here", "overgedragen en hier verwijderd"
	}
	return "left as they were", "ongewijzigd gebleven"
}

// String returns the sentence in English.
func (c Certificate) String() string { return c.Text().En }

// LogValue implements [slog.LogValuer].
func (c Certificate) LogValue() slog.Value { return slog.StringValue(c.String()) }

// instant reports whether the time has a form in the log.
func instant(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	y := t.UTC().Year()
	return y >= 1 && y <= 9999
}

// plain reports whether s is a plain name of at most limit bytes, see [Certificate].
// The ranges are fixed, so that no table of a later Unicode changes what is stored.
func plain(s string, limit int) bool {
	if s == "" || len(s) > limit || s[0] == ' ' || s[len(s)-1] == ' ' || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r < ' ', r == '"', r == '\\', r == '@', r >= 0x7f && r <= 0x9f, r == 0x061c,
			r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return false
		}
	}
	return true
}

// roleName reports whether s can name a role or job.
func roleName(s string) bool {
	letter := false
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letter = true
		case c >= '0' && c <= '9', c == '_', c == '-', c == '.', c == ':', c == '/':
		default:
			return false
		}
	}
	return letter && len(s) <= maxName
}
