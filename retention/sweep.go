package retention

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Candidate is a record that may be due: a source may offer more than are, never fewer.
type Candidate struct {
	// Key is that of the row. It is no personal data.
	Key string
	// Place is where a source goes on after this candidate, in an order of its own; empty is the key.
	Place  string
	Record Record
	// Children: something still refers to the record, so that it can't be removed.
	Children bool
	// Notified is the day on which the person was told, under NotifyThenDelete.
	Notified Date
}

// place is Place, or the key.
func (c *Candidate) place() string {
	if c.Place != "" {
		return c.Place
	}
	return c.Key
}

// Source finds candidates. [Selection] has all that one in a database needs.
type Source interface {
	// Candidates returns the next ones of the class, at most limit, after that place; ""
	// is the beginning, and none are returned when there are no more. The order is the
	// source's own, and what was disposed of must not change it. It must come to every record
	// that is due on day today, and may be asked again for what it returned before.
	Candidates(ctx context.Context, class ClassID, today Date, after string, limit int) ([]Candidate, error)
}

// SourceFunc is a function as [Source].
type SourceFunc func(ctx context.Context, class ClassID, today Date, after string, limit int) ([]Candidate, error)

// Candidates calls f.
func (f SourceFunc) Candidates(ctx context.Context, class ClassID, today Date, after string, limit int) ([]Candidate, error) {
	if f == nil {
		return nil, errors.New("retention: source is a nil func")
	}
	return f(ctx, class, today, after, limit)
}

// Disposal is the order to dispose of a record, or of some of its fields. It names
// things and holds no personal data.
type Disposal struct {
	// ID is the same whenever the same is ordered, so that an executor that keeps the
	// IDs it has carried out does nothing twice.
	ID      string        `json:"id"`
	Class   ClassID       `json:"class"`
	Key     string        `json:"key"`
	Subject basis.Subject `json:"subject"`
	// Fields are those that are due, in order; empty means the record as such, for a
	// schedule that declares no fields in the class.
	Fields []basis.Field `json:"fields,omitzero"`
	// Whole: nothing of the record stays, so that the row itself may go.
	Whole bool `json:"whole"`
	// Action is what to do. NotifyThenDelete means to tell the person now, and to note the day.
	Action Disposition `json:"action"`
	// Rule and Law decided; Start is the event that its period ran from, and LastDay the last day that it allowed.
	Rule    string     `json:"rule"`
	Law     string     `json:"law,omitzero"`
	Term    int        `json:"term"`
	Start   Occurrence `json:"start"`
	LastDay Date       `json:"last_day"`
	DueBy   Date       `json:"due_by"`
	Overdue int        `json:"overdue,omitzero"`
	Today   Date       `json:"today"`
	Policy  string     `json:"policy,omitzero"`
}

// Certificate returns what the order says of a certificate that it was carried out on
// that many records. Executor, recipients and backups are the caller's to add; look
// at [Certificate.Check] before the data are gone.
func (o *Disposal) Certificate(decided time.Time, records int64) Certificate {
	c := Certificate{
		Rule: o.Rule, Term: o.Term, Law: o.Law, Class: string(o.Class), Fields: o.Fields,
		Start: o.Start, LastDay: o.LastDay, DueBy: o.DueBy,
		Decided: decided, Done: o.Today, Action: o.Action, Count: records,
	}
	if c.Start.On == 0 || c.Term == 0 {
		c.Start, c.LastDay = Occurrence{}, 0 // an erasure on request
	}
	return c
}

// Cursor is where a sweep stands; keep it to go on from there after a break. The
// zero value is the beginning.
type Cursor struct {
	Today Date    `json:"today,omitzero"`
	Class ClassID `json:"class,omitzero"`
	After string  `json:"after,omitzero"`
	Done  bool    `json:"done,omitzero"`
}

// Summary counts what a sweep met.
type Summary struct {
	// Seen is the number of candidates. Each is counted once more below.
	Seen int `json:"seen"`
	// Disposed were ordered and carried out (in a dry run: would be ordered); Notified were told.
	Disposed int `json:"disposed"`
	Notified int `json:"notified"`
	// Held stay under a hold; Graced became due by the new policy alone, whose grace
	// runs; Waiting have children, or the time to answer a notice runs.
	Held    int `json:"held"`
	Graced  int `json:"graced"`
	Waiting int `json:"waiting"`
	// Kept were not due after all; Failed could not be carried out, and come again in the next sweep.
	Kept   int `json:"kept"`
	Failed int `json:"failed"`
}

// Sweep disposes of what is due, class by class, children before parents. A record
// that is held, waits or fails stops nothing. The zero value of what is optional serves.
type Sweep struct {
	Schedule *Schedule
	Source   Source
	// Dispose carries out an order. It is called for one order at a time, may be called
	// again for the same, and returns an error when it did not do all of it. Its
	// error is passed on, and should hold no personal data.
	Dispose func(context.Context, Disposal) error

	// Holds are those to respect; nil is none.
	Holds *Holds
	// Previous is the schedule before the policy changed on day Changed. What only the new one makes
	// due waits until Grace has passed, the day of the change not counted; no Grace is one day.
	Previous *Schedule
	Changed  Date
	Grace    Period
	// Batch is how many candidates are asked for at a time; 0 is 1,000.
	Batch int
	// DryRun orders nothing and counts what it would.
	DryRun bool
	// Progress, if any, is called after each batch with where the sweep stands. Its error stops the sweep.
	Progress func(Cursor, Summary) error
}

const maxFailures = 8 // that the error of a sweep lists

// Run sweeps from the cursor on, which must be of the same day or the zero value; one
// of another day starts at the beginning. It stops early when ctx is done, or when the
// source or Progress fails, and returns then where to go on from. Orders that failed
// are counted and joined in the error, the first eight of them; the sweep goes on.
//
// Every candidate is decided again by the schedule before anything is ordered, so
// that a source that is wrong disposes of nothing too early.
func (w *Sweep) Run(ctx context.Context, today Date, from Cursor) (Cursor, Summary, error) {
	var sum Summary
	if w.Schedule == nil || w.Source == nil || w.Dispose == nil && !w.DryRun {
		return from, sum, errors.New("retention: a sweep needs a schedule, a source and a way to dispose")
	}
	if err := w.Schedule.CheckHolds(w.Holds); err != nil {
		return from, sum, err
	}
	if !today.Valid() || !w.Grace.Valid() || w.Previous != nil && !w.Changed.Valid() {
		return from, sum, errors.New("retention: a sweep needs the day of today, and the day on which the policy changed if one came before")
	}
	if from.Today != today {
		from = Cursor{}
	}
	at := Cursor{Today: today}
	var failures []error
	skip := from.Class != ""
	for _, class := range w.Schedule.Order() {
		if from.Done {
			return from, sum, nil
		}
		if skip && class != from.Class {
			continue
		}
		at.Class, at.After = class, ""
		if skip {
			skip, at.After = false, from.After
		}
		begin := "" // of the batch before
		for {
			list, err := w.candidates(ctx, &at, begin)
			if err != nil {
				return at, sum, errors.Join(append(failures, err)...)
			}
			if len(list) == 0 {
				break
			}
			begin = list[0].place()
			for i := range list {
				if err := ctx.Err(); err != nil {
					return at, sum, errors.Join(append(failures, err)...)
				}
				if err := w.dispose(ctx, class, today, &list[i], &sum); err != nil {
					if len(failures) < maxFailures {
						failures = append(failures, err)
					}
					if ctx.Err() != nil {
						return at, sum, errors.Join(failures...) // cut off: the next run begins with this one
					}
				}
				at.After = list[i].place()
			}
			if w.Progress != nil {
				if err := w.Progress(at, sum); err != nil {
					return at, sum, errors.Join(append(failures, fmt.Errorf("retention: progress of the sweep: %w", err))...)
				}
			}
		}
	}
	if skip {
		return from, sum, fmt.Errorf("retention: the cursor is at the unknown class %q", from.Class)
	}
	at.Done = true
	return at, sum, errors.Join(failures...)
}

// candidates asks for the next batch, which must not begin as the one before did.
func (w *Sweep) candidates(ctx context.Context, at *Cursor, begin string) ([]Candidate, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := w.Batch
	if n <= 0 {
		n = 1000
	}
	list, err := w.Source.Candidates(ctx, at.Class, at.Today, at.After, n)
	if err != nil {
		return nil, fmt.Errorf("retention: candidates of class %s: %w", at.Class, err)
	}
	if len(list) > 0 && list[0].place() == begin {
		return nil, fmt.Errorf("retention: candidates of class %s do not go on after their place", at.Class)
	}
	return list, nil
}

// dispose decides one candidate, counts it and carries the order out.
func (w *Sweep) dispose(ctx context.Context, class ClassID, today Date, c *Candidate, sum *Summary) error {
	sum.Seen++
	order, state, graced := w.Schedule.order(class, c, today, w.Holds, w.gracing(today))
	switch {
	case graced && state != Due:
		sum.Graced++
		return nil
	case state == Held:
		sum.Held++
		return nil
	case state != Due:
		sum.Kept++
		return nil
	}
	cl := &w.Schedule.classes[w.Schedule.byClass[class]]
	order.Action = cl.Disposition
	// A notice of before the period ended was about another one.
	if cl.Disposition == NotifyThenDelete && c.Notified > order.LastDay {
		answer := Term{Period: cl.Notice}
		if until := answer.LastDay(c.Notified, FinancialYear{}); until == 0 || until >= today {
			sum.Waiting++
			return nil
		}
		order.Action = Delete
	}
	if order.Whole && order.Action.removes() && order.Action != NotifyThenDelete && c.Children {
		sum.Waiting++
		return nil
	}
	order.ID = order.identity()
	if !w.DryRun {
		if err := w.Dispose(ctx, order); err != nil {
			sum.Failed++
			return fmt.Errorf("retention: disposal %s: %w", order.ID, err)
		}
	}
	if order.Action == NotifyThenDelete {
		sum.Notified++
	} else {
		sum.Disposed++
	}
	return nil
}

// gracing returns the schedule that must find the same due, nil when no grace runs.
func (w *Sweep) gracing(today Date) *Schedule {
	if w.Previous == nil {
		return nil
	}
	grace := Term{Period: w.Grace}
	if w.Grace.IsZero() {
		grace.Period.Days = 1
	}
	if until := grace.LastDay(w.Changed, FinancialYear{}); until != 0 && until < today {
		return nil
	}
	return w.Previous
}

// order says what is due of a candidate in the class. Its state is Due when something
// is, Held when something would be without a hold, else that of what stays. What
// previous, if any, does not find due stays too, and graced is true then.
func (s *Schedule) order(class ClassID, c *Candidate, today Date, holds *Holds, previous *Schedule) (o Disposal, state State, graced bool) {
	r := &c.Record
	o = Disposal{Class: class, Key: c.Key, Subject: r.Subject, Whole: true, Today: today, Policy: s.version}
	i, ok := s.byClass[class]
	if !ok || s.applicable(r)&(1<<i) == 0 {
		return o, Pending, false
	}
	var deciding *Decision
	state = Pending
	fields := false
	decisions := s.Decide(nil, r, today, holds)
	for n := range decisions {
		d := &decisions[n]
		in := s.groups[s.find(d.Field).group].classes&(1<<i) != 0
		fields = fields || in
		if in && d.State == Due && previous != nil {
			if before, ok := previous.Field(d.Field, r, today, nil); !ok || before.State != Due {
				o.Whole, graced = false, true
				continue
			}
		}
		o.Whole = o.Whole && (d.State == Due || d.State == Done)
		switch {
		case !in:
		case d.State == Due:
			o.Fields = append(o.Fields, d.Field)
			if deciding == nil || d.KeepUntil > deciding.KeepUntil {
				deciding = d
			}
			state = Due
		case state != Due && state != Held:
			state = d.State
		}
	}
	if !fields {
		// Nothing of the class is declared by field: the record as such is in it.
		d, _ := s.Class(class, r, today, holds)
		o.Whole = len(decisions) == 0
		deciding, state = &d, d.State
		if state == Due && previous != nil && !previous.due(class, r, today) {
			return o, Pending, true
		}
	}
	if state == Due {
		lapse := deciding.rule.At(r.History, today, s.fy)
		o.Rule, o.Law, o.Term, o.Start = deciding.Rule, deciding.Law(), lapse.Term, lapse.Start
		o.LastDay, o.DueBy, o.Overdue = deciding.KeepUntil, deciding.DeleteBy, deciding.Overdue
	}
	return o, state, graced
}

// identity is a hash of what is ordered, each part with its length before it.
func (o *Disposal) identity() string {
	h := sha256.New()
	part := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	part(string(o.Class))
	part(o.Key)
	part(string(o.Action))
	part(o.LastDay.String())
	for _, f := range o.Fields {
		part(string(f))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Order lists the classes as a sweep takes them: children before the parents that they
// refer to, otherwise in the order of the policy.
func (s *Schedule) Order() []ClassID {
	depth := func(c *Class) (n int) {
		for c.Parent != "" {
			n++
			c = &s.classes[s.byClass[c.Parent]]
		}
		return n
	}
	list := make([]int, len(s.classes))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int { return depth(&s.classes[b]) - depth(&s.classes[a]) })
	out := make([]ClassID, len(list))
	for i, n := range list {
		out[i] = s.classes[n].ID
	}
	return out
}
