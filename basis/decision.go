package basis

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Decision is the answer of a [Gate] and the record of it: a plain value that
// holds names and references, no personal data. The zero value allows nothing.
// The manual specifies its JSON.
type Decision struct {
	Question Question
	// Ground of the purpose; zero when the purpose is unknown.
	Ground Ground
	// Fields has the verdict on each field of the question, in its order.
	Fields []Verdict
	// Heard has what was said, silence aside, in the order of asking.
	Heard []Heard
	// Denials has every reason against, in the order of finding; none when allowed.
	Denials []Denial
	// Until is the first instant at which something that the answer rests on has
	// ended: ask again by then. Zero: no end is known.
	Until time.Time
}

// Heard is a testimony on one field.
type Heard struct {
	Field Field `json:"field"`
	Role  Role  `json:"role"`
	Testimony
}

// Denial is one reason against a use.
type Denial struct {
	// Code is one of this package, or the one that the denying witness gave.
	Code Code `json:"code"`
	Role Role `json:"role"`
	// Field is empty for a reason against the question as a whole.
	Field   Field  `json:"field,omitzero"`
	Article string `json:"article,omitzero"`
	Ref     string `json:"ref,omitzero"`
	Text    Text   `json:"text"`
}

// Error returns the code, field and article. The evidence is left out.
func (d Denial) Error() string {
	s := string(d.Code)
	if d.Field != "" {
		s = fmt.Sprintf("field %q: ", d.Field) + s
	}
	if d.Article != "" {
		s += " (" + d.Article + ")"
	}
	return s
}

// Allowed reports whether all fields of the question may be used as it says.
func (d Decision) Allowed() bool {
	if len(d.Denials) > 0 || len(d.Fields) == 0 || len(d.Fields) != len(d.Question.Fields) || d.Ground.Basis == "" {
		return false
	}
	for i, v := range d.Fields {
		if v.Field != d.Question.Fields[i] || v.Necessity != Needed && v.Necessity != Optional && v.Necessity != NotPersonal {
			return false
		}
	}
	return true
}

// Err returns nil when the use is allowed. Otherwise it returns an error that
// lists every [Denial] with its field and article, and unwraps to them. It does
// not name the subject.
func (d Decision) Err() error {
	if d.Allowed() {
		return nil
	}
	denials := d.Denials
	if len(denials) == 0 {
		denials = []Denial{{Code: CodeNotAsked, Role: RolePurposes, Article: CodeNotAsked.article(), Text: CodeNotAsked.text()}}
	}
	e := &deniedError{purpose: d.Question.Purpose, denials: make([]error, len(denials))}
	for i, denial := range denials {
		e.denials[i] = denial
	}
	return e
}

type deniedError struct {
	purpose PurposeID
	denials []error
}

func (e *deniedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "basis: not allowed for purpose %q", e.purpose)
	sep := ": "
	for _, d := range e.denials {
		b.WriteString(sep + d.Error())
		sep = "; "
	}
	return b.String()
}

func (e *deniedError) Unwrap() []error { return e.denials }

// LogValue implements [slog.LogValuer], without the subject.
func (d Decision) LogValue() slog.Value {
	attrs := []slog.Attr{slog.Bool("allowed", d.Allowed()), slog.String("purpose", string(d.Question.Purpose))}
	if err := d.Err(); err != nil {
		attrs = append(attrs, slog.String("reason", err.Error()))
	}
	return slog.GroupValue(attrs...)
}

// decisionVersion is written into each encoded decision.
const decisionVersion = 1

type decisionJSON struct {
	Version  int       `json:"version"`
	Allowed  bool      `json:"allowed"`
	Question Question  `json:"question"`
	Ground   Ground    `json:"ground,omitzero"`
	Fields   []Verdict `json:"fields,omitzero"`
	Heard    []Heard   `json:"heard,omitzero"`
	Denials  []Denial  `json:"denials,omitzero"`
	Until    time.Time `json:"until,omitzero"`
}

// MarshalJSON writes the format that the manual specifies, instants in UTC.
func (d Decision) MarshalJSON() ([]byte, error) {
	j := decisionJSON{
		Version: decisionVersion, Allowed: d.Allowed(), Question: d.Question, Ground: d.Ground,
		Fields: d.Fields, Heard: make([]Heard, len(d.Heard)), Denials: d.Denials, Until: d.Until.UTC(),
	}
	if j.Question.Fields == nil {
		j.Question.Fields = []Field{}
	}
	if !j.Question.Channel.Valid() {
		j.Question.Channel = "" // denied for it, and yet to be recorded
	}
	j.Question.At = d.Question.At.UTC()
	for i, h := range d.Heard {
		h.Until = h.Until.UTC()
		j.Heard[i] = h
	}
	if len(j.Heard) == 0 {
		j.Heard = nil
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads the format that the manual specifies. Another version, or
// an "allowed" that the rest of the decision contradicts, is an error, and leaves
// d as it was.
func (d *Decision) UnmarshalJSON(data []byte) error {
	var j decisionJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("basis: decision: %w", err)
	}
	if j.Version != decisionVersion {
		return fmt.Errorf("basis: decision of version %d, want %d", j.Version, decisionVersion)
	}
	read := Decision{
		Question: j.Question, Ground: j.Ground, Fields: j.Fields, Heard: j.Heard, Denials: j.Denials, Until: j.Until,
	}
	if read.Allowed() != j.Allowed {
		return errors.New("basis: decision contradicts itself")
	}
	*d = read
	return nil
}
