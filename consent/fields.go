package consent

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
)

// The names of the disclosures. There are as many as a body has digests, so that an
// event with every one of them has room.
const (
	fieldSubject  = "subject"
	fieldWith     = "with"
	fieldPoint    = "point"
	fieldOccurred = "occurred"
	fieldRecorded = "recorded"
	fieldActor    = "actor"
	fieldUntil    = "until"
	fieldOf       = "of"
	fieldBinding  = "binding"
	fieldAction   = "action"
	fieldSession  = "session"
	fieldTerms    = "terms"
	fieldChild    = "child"
	fieldRequest  = "request"
	fieldRefresh  = "refresh_by"
	fieldSource   = "source"
	fieldLost     = "lost" // of an erasure, which has few others
)

type occurredValue struct {
	At   string `json:"at"`
	Zone string `json:"zone,omitzero"`
}

type termsValue struct {
	Bundled        YesNo `json:"bundled,omitzero"`
	Conditional    YesNo `json:"conditional,omitzero"`
	Necessary      YesNo `json:"necessary,omitzero"`
	WithdrawalTold YesNo `json:"withdrawal_told,omitzero"`
	Imbalance      YesNo `json:"imbalance,omitzero"`
	Explicit       YesNo `json:"explicit,omitzero"`
	TransferTold   YesNo `json:"transfer_told,omitzero"`
}

type childValue struct {
	BirthDate    string `json:"birth_date,omitzero"`
	Guardian     string `json:"guardian,omitzero"`
	Verification string `json:"verification,omitzero"`
}

type requestValue struct {
	IP        string `json:"ip,omitzero"`
	UserAgent string `json:"user_agent,omitzero"`
}

type sourceValue struct {
	Grade  Grade  `json:"grade,omitzero"`
	File   string `json:"file,omitzero"`
	SHA256 string `json:"sha256,omitzero"`
	Row    int    `json:"row,omitzero"`
}

// fieldWriter collects fields without an allocation for each.
type fieldWriter struct {
	text   []byte
	fields [proof.Digests]proof.Field
	ends   [proof.Digests]int
	n      int
}

func (w *fieldWriter) end(name string) {
	w.fields[w.n].Name = name
	w.ends[w.n] = len(w.text)
	w.n++
}

// add writes a text, unless it is empty.
func (w *fieldWriter) add(name, value string) {
	if value != "" {
		w.text = appendString(w.text, value)
		w.end(name)
	}
}

// member begins or goes on with an object.
func (w *fieldWriter) member(open *bool, name, value string) {
	if value == "" {
		return
	}
	if *open {
		w.text = append(w.text, ',')
	} else {
		w.text = append(w.text, '{')
		*open = true
	}
	w.text = append(w.text, '"')
	w.text = append(w.text, name...)
	w.text = append(w.text, '"', ':')
	w.text = appendString(w.text, value)
}

// object ends an object that was begun.
func (w *fieldWriter) object(name string, open bool) {
	if open {
		w.text = append(w.text, '}')
		w.end(name)
	}
}

// list returns the fields, once all are written.
func (w *fieldWriter) list() []proof.Field {
	from := 0
	for i := range w.n {
		w.fields[i].Value = w.text[from:w.ends[i]:w.ends[i]]
		from = w.ends[i]
	}
	return w.fields[:w.n]
}

// appendString appends a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...) // json quotes any string
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// write writes what of the event is disclosed, but for the request it came with.
func (w *fieldWriter) write(e *Event) {
	w.text, w.n = w.text[:0], 0
	v := &e.Evidence
	w.add(fieldSubject, string(e.Subject))
	w.add(fieldWith, string(e.With))
	w.add(fieldPoint, v.Point)
	open := false
	w.member(&open, "at", instant(e.Occurred))
	w.member(&open, "zone", e.Zone)
	w.object(fieldOccurred, open)
	w.add(fieldRecorded, instant(e.Recorded))
	w.add(fieldActor, string(e.Actor))
	w.add(fieldUntil, instant(e.Until))
	w.add(fieldOf, e.Of.String())
	w.add(fieldBinding, string(v.Binding))
	w.add(fieldAction, string(v.Action))
	w.add(fieldSession, v.Session)
	open = false
	w.member(&open, "bundled", string(v.Bundled))
	w.member(&open, "conditional", string(v.Conditional))
	w.member(&open, "necessary", string(v.Necessary))
	w.member(&open, "withdrawal_told", string(v.WithdrawalTold))
	w.member(&open, "imbalance", string(v.Imbalance))
	w.member(&open, "explicit", string(v.Explicit))
	w.member(&open, "transfer_told", string(v.TransferTold))
	w.object(fieldTerms, open)
	open = false
	w.member(&open, "birth_date", v.BirthDate)
	w.member(&open, "guardian", v.Guardian)
	w.member(&open, "verification", v.Verification)
	w.object(fieldChild, open)
	w.add(fieldRefresh, instant(v.RefreshBy))
	if src := (sourceValue{v.Grade, v.File, v.SHA256, v.Row}); src != (sourceValue{}) {
		b, err := json.Marshal(src)
		if err == nil {
			w.text = append(w.text, b...)
			w.end(fieldSource)
		}
	}
	if e.Lost > 0 {
		w.text = strconv.AppendInt(w.text, int64(e.Lost), 10)
		w.end(fieldLost)
	}
	open = false
	w.member(&open, "ip", v.IP)
	w.member(&open, "user_agent", v.UserAgent)
	w.object(fieldRequest, open) // the last one: see [Ledger.seal]
}

// readFields reads disclosures into an event.
func readFields(e *Event, sealed []byte) error {
	for _, d := range proof.Disclosures(sealed) {
		name, value, err := d.Open()
		if err == nil {
			err = readField(e, name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readField(e *Event, name string, value json.RawMessage) error {
	v := &e.Evidence
	var err error
	switch name {
	case fieldSubject:
		err = read(value, &e.Subject)
	case fieldWith:
		err = read(value, &e.With)
	case fieldPoint:
		err = read(value, &v.Point)
	case fieldOccurred:
		var o occurredValue
		if err = read(value, &o); err == nil {
			e.Zone = o.Zone
			e.Occurred, err = readInstant(o.At)
		}
	case fieldRecorded:
		err = readTime(value, &e.Recorded)
	case fieldActor:
		err = read(value, &e.Actor)
	case fieldUntil:
		err = readTime(value, &e.Until)
	case fieldOf:
		err = read(value, &e.Of)
	case fieldBinding:
		err = read(value, &v.Binding)
	case fieldAction:
		err = read(value, &v.Action)
	case fieldSession:
		err = read(value, &v.Session)
	case fieldTerms:
		var t termsValue
		err = read(value, &t)
		v.Bundled, v.Conditional, v.Necessary, v.WithdrawalTold = t.Bundled, t.Conditional, t.Necessary, t.WithdrawalTold
		v.Imbalance, v.Explicit, v.TransferTold = t.Imbalance, t.Explicit, t.TransferTold
	case fieldChild:
		var c childValue
		err = read(value, &c)
		v.BirthDate, v.Guardian, v.Verification = c.BirthDate, c.Guardian, c.Verification
	case fieldRequest:
		var r requestValue
		err = read(value, &r)
		v.IP, v.UserAgent = r.IP, r.UserAgent
	case fieldRefresh:
		err = readTime(value, &v.RefreshBy)
	case fieldSource:
		var s sourceValue
		err = read(value, &s)
		v.Grade, v.File, v.SHA256, v.Row = s.Grade, s.File, s.SHA256, s.Row
	case fieldLost:
		err = read(value, &e.Lost)
	default:
		err = errors.New("unknown")
	}
	if err != nil {
		// The error of json can hold the value.
		return fmt.Errorf("consent: the disclosure %q can't be read", name)
	}
	return nil
}

// read decodes strictly: no member that the value does not have.
func read(value json.RawMessage, into any) error {
	d := json.NewDecoder(strings.NewReader(string(value)))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func readTime(value json.RawMessage, into *time.Time) error {
	var s string
	if err := read(value, &s); err != nil {
		return err
	}
	t, err := readInstant(s)
	*into = t
	return err
}

func readInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, err
	}
	return t.UTC(), nil
}

// open reads an event as it is stored. What was erased is empty.
func (s *Stored) open() (Event, error) {
	b, err := proof.ParseBody(s.Body)
	if err != nil {
		return Event{}, err
	}
	if EventID(b.ID) != s.ID {
		return Event{}, errors.New("consent: the body is of another event")
	}
	e := Event{
		ID: s.ID, Type: Type(b.Type), Purpose: basis.PurposeID(b.Purpose), Channel: basis.Channel(b.Channel), Notice: b.Notice,
	}
	disclosed, _, err := splitCapsule(s.Disclosures)
	if err != nil {
		return Event{}, err
	}
	for _, sealed := range [...][]byte{disclosed, s.Short} {
		if err := readFields(&e, sealed); err != nil {
			return Event{}, err
		}
	}
	return e, nil
}

// capsulePrefix begins the last line of the disclosures, which has the salt of the capsule.
const capsulePrefix = "capsule "

var errCapsuleLine = errors.New("consent: the salt of the capsule can't be read")

// splitCapsule takes the line with the salt from the disclosures; nil when there is none.
func splitCapsule(sealed []byte) (disclosed []byte, salt *proof.Salt, err error) {
	at := bytes.Index(sealed, []byte(capsulePrefix)) // base64url has no spaces
	if at < 0 {
		return sealed, nil, nil
	}
	line := sealed[at+len(capsulePrefix):]
	salt = new(proof.Salt)
	if len(line) != 2*len(salt)+1 || line[len(line)-1] != '\n' || at > 0 && sealed[at-1] != '\n' {
		return nil, nil, errCapsuleLine
	}
	if _, err := hex.Decode(salt[:], line[:len(line)-1]); err != nil || string(bytes.ToLower(line)) != string(line) {
		return nil, nil, errCapsuleLine
	}
	return sealed[:at], salt, nil
}
