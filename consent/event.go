package consent

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Type is what happened. The first nine are the consent statuses of the Data
// Privacy Vocabulary, one to one.
type Type string

const (
	// Requested: the person was asked, and has not answered. With a mail to confirm, it waits for Confirmed.
	Requested Type = "requested"
	// Given: the person consented.
	Given Type = "given"
	// Renewed: the person consented again.
	Renewed Type = "renewed"
	// Refused: the person said no.
	Refused Type = "refused"
	// Deferred: the person put the question off.
	Deferred Type = "deferred"
	// Withdrawn: the person withdrew (Art. 7(3)).
	Withdrawn Type = "withdrawn"
	// Revoked: someone else ended it.
	Revoked Type = "revoked"
	// Expired: its time has passed.
	Expired Type = "expired"
	// Invalidated: it turned out not to have been valid.
	Invalidated Type = "invalidated"

	// Objected: the person objected (Art. 21), a complaint about spam included.
	Objected Type = "objected"
	// Confirmed: the person confirmed from the mailbox what was requested.
	Confirmed Type = "confirmed"
	// Imported: it was taken over from elsewhere, with a grade.
	Imported Type = "imported"
	// Merged and Unmerged: two subjects are one person, or turned out not to be.
	Merged   Type = "merged"
	Unmerged Type = "unmerged"
	// Erased: what identifies the person was destroyed.
	Erased Type = "erased"
)

// grants reports whether an event of the type may carry consent.
func (t Type) grants() bool {
	return t == Given || t == Renewed || t == Confirmed || t == Imported
}

// ends reports whether an event of the type ends consent.
func (t Type) ends() bool {
	switch t {
	case Refused, Withdrawn, Revoked, Expired, Invalidated, Objected:
		return true
	}
	return false
}

// widens reports whether an event of the type may be about every purpose or channel.
func (t Type) widens() bool { return t.ends() }

// Status is the term of the Data Privacy Vocabulary 2.3 for the state that an event of
// the type leads to; the empty string for the types beyond it.
func (t Type) Status() string {
	switch t {
	case Requested:
		return "ConsentRequested"
	case Given, Confirmed, Imported:
		return "ConsentGiven"
	case Renewed:
		return "RenewedConsentGiven"
	case Refused:
		return "ConsentRefused"
	case Deferred:
		return "ConsentRequestDeferred"
	case Withdrawn:
		return "ConsentWithdrawn"
	case Revoked:
		return "ConsentRevoked"
	case Expired:
		return "ConsentExpired"
	case Invalidated:
		return "ConsentInvalidated"
	}
	return ""
}

// Actor is who acted.
type Actor string

const (
	// Person is the person concerned.
	Person Actor = "person"
	// Guardian holds parental responsibility (Art. 8).
	Guardian Actor = "guardian"
	// Agent acts with the person's authority.
	Agent Actor = "agent"
	// Operator is staff of the controller.
	Operator Actor = "operator"
	// System is a program of the controller.
	System Actor = "system"
)

// acts reports whether the actor can give consent for the person.
func (a Actor) acts() bool { return a == Person || a == Guardian || a == Agent }

// EventID names an event: 128 random bits, as 32 hexadecimal digits. It says nothing of anyone.
type EventID [16]byte

// NewEventID returns one from the system's source of randomness.
func NewEventID() EventID {
	var id EventID
	rand.Read(id[:])
	return id
}

var errEventID = errors.New("consent: want the id of an event, 32 hexadecimal digits in lower case")

// ParseEventID reads 32 hexadecimal digits in lower case.
func ParseEventID(s string) (id EventID, err error) {
	if len(s) != 2*len(id) {
		return EventID{}, errEventID
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return EventID{}, errEventID
		}
	}
	_, err = hex.Decode(id[:], []byte(s))
	return id, err
}

// IsZero reports whether it is no event.
func (id EventID) IsZero() bool { return id == EventID{} }

// String returns the text, empty for no event.
func (id EventID) String() string {
	if id.IsZero() {
		return ""
	}
	return hex.EncodeToString(id[:])
}

// MarshalText implements [encoding.TextMarshaler].
func (id EventID) MarshalText() ([]byte, error) { return id.AppendText(nil) }

// AppendText implements [encoding.TextAppender].
func (id EventID) AppendText(b []byte) ([]byte, error) { return append(b, id.String()...), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error id is left as it was.
func (id *EventID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = EventID{}
		return nil
	}
	v, err := ParseEventID(string(text))
	if err == nil {
		*id = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text; NULL is no event. On error id is left as it was.
func (id *EventID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = EventID{}
		return nil
	case string:
		return id.UnmarshalText([]byte(v))
	case []byte:
		return id.UnmarshalText(v)
	}
	return fmt.Errorf("consent: an EventID can't be read from %T", src)
}

// Value implements [driver.Valuer]: text, or NULL for no event.
func (id EventID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.String(), nil
}

// GormDataType names the column type for gorm, without importing it.
func (EventID) GormDataType() string { return "string" }

// LogValue implements [slog.LogValuer].
func (id EventID) LogValue() slog.Value { return slog.StringValue(id.String()) }

// Event is one thing that happened with one person's consent to one purpose over one
// channel. Events are facts: they are added and never changed.
type Event struct {
	ID   EventID `json:"id"`
	Type Type    `json:"type"`
	// Subject is a reference to the person, never an address.
	Subject basis.Subject `json:"subject"`
	// Purpose and Channel are what it is about. What ends consent may leave them empty:
	// every purpose, every channel.
	Purpose basis.PurposeID `json:"purpose,omitzero"`
	Channel basis.Channel   `json:"channel,omitzero"`
	// Notice is what was shown. Who grants quotes one.
	Notice NoticeHash `json:"notice,omitzero"`
	Actor  Actor      `json:"actor"`
	// Occurred is when it happened, with its zone by IANA name; Recorded when the
	// ledger learned of it.
	Occurred time.Time `json:"occurred"`
	Zone     string    `json:"zone"`
	Recorded time.Time `json:"recorded"`
	// Until is the first instant at which what was granted has ended; zero: it lasts.
	Until time.Time `json:"until,omitzero"`
	// Of is the event that it is about: the request that is confirmed, the merger that is undone.
	Of EventID `json:"of,omitzero"`
	// With is the other reference of a merger.
	With     basis.Subject `json:"with,omitzero"`
	Evidence Evidence      `json:"evidence,omitzero"`
	// Lost is how many events an erasure took the values of.
	Lost int `json:"lost,omitzero"`
	// Key, when set, is the caller's own name for the event: a ledger records one event for
	// each key, and gives the id of the first for those after it. It keeps a keyed hash.
	Key string `json:"-"`
}

// invalid is what is wrong with an event itself. Any other error of recording one is of the store, and says nothing
// of the event.
type invalid string

func (e invalid) Error() string { return "consent: event: " + string(e) }

// Check returns every error in the form of the event, joined, or nil. Whether the
// consent is valid is another question: see [Event.Validate]. Errors hold no content.
func (e *Event) Check() error { return e.check(loadZone) }

func (e *Event) check(zone func(string) (*time.Location, error)) error {
	var errs []error
	fail := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, invalid(text))
		}
	}
	fail(e.ID.IsZero(), "no id")
	fail(!e.Type.Valid(), "unknown type")
	fail(e.Lost != 0 && e.Type != Erased, "only an erasure says how many events it took the values of")
	fail(e.Subject == "" && e.Type != Erased, "no subject")
	fail(e.Channel != "" && !e.Channel.Valid(), "unknown channel")
	fail(!e.Actor.Valid(), "unknown actor")
	fail(e.Occurred.IsZero() || e.Recorded.IsZero(), "no time at which it happened, or was recorded")
	if e.Zone != "" {
		_, err := zone(e.Zone)
		fail(err != nil, "unknown zone")
	}
	fail(!e.Until.IsZero() && !e.Until.After(e.Occurred), "it ends before it begins")
	switch e.Type {
	case Merged, Unmerged:
		fail(e.With == "" || e.With == e.Subject, "a merger is of two subjects")
		fail(e.Type == Unmerged && e.Of.IsZero(), "it does not say which merger is undone")
	case Erased:
	default:
		fail(e.With != "", "only a merger has another subject")
		fail(!e.Type.widens() && e.Purpose == "", "no purpose")
		fail(!e.Type.widens() && e.Channel == "", "no channel")
	}
	grants := e.Type.grants() || e.Type == Requested
	fail(grants && e.Type != Imported && e.Notice.IsZero(), "it quotes no notice (EDPB 05/2020, 108)")
	fail(e.Type == Confirmed && e.Of.IsZero(), "it does not say which request is confirmed")
	fail((e.Type == Given || e.Type == Renewed || e.Type == Withdrawn) && !e.Actor.acts(), "only the person, or who acts for the person, gives and withdraws")
	fail(e.Type == Confirmed && e.Actor != Person && e.Actor != Guardian, "only the mailbox confirms, never an operator")
	fail(e.Type == Imported && !e.Evidence.Grade.Valid(), "an import has a grade")
	return errors.Join(errs...)
}
