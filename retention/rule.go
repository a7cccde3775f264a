package retention

import (
	"errors"
	"fmt"

	"github.com/grondslag/grondslag/basis"
)

// Kind is what a rule on time asks.
type Kind string

const (
	// Minimum: the data must be kept at least so long.
	Minimum Kind = "min"
	// Maximum: the data may be kept at most so long.
	Maximum Kind = "max"
	// Exact: keep so long, then delete (Regulation 2024/1624 Art. 77).
	Exact Kind = "exact"
	// Guidance is a maximum that a supervisory authority holds reasonable: choosing a longer one needs a reason on
	// record. Where the purpose has a maximum or an exact period of its own, that counts alone.
	Guidance Kind = "max-guidance"
	// MinimumGuidance is a minimum that an authority advises: a maximum below it needs a reason on record, and then counts alone.
	MinimumGuidance Kind = "min-guidance"
	// Suspension stops the minima of its purpose from ending, until its event (AO 147(3) sentence 5).
	Suspension Kind = "suspension"
	// PurposeLimit permits keeping for a purpose, such as the limitation of claims, and orders nothing.
	PurposeLimit Kind = "purpose-limit"
	// Restriction: what would be erased is blocked, for authorities and claims alone (LOPDGDD 32).
	Restriction Kind = "restrict"
)

// keeps reports whether the data must, or should, stay until the last day.
func (k Kind) keeps() bool {
	return k == Minimum || k == Exact || k == MinimumGuidance || k == Suspension || k == Restriction
}

// ends reports whether the data must, or should, be gone after the last day.
func (k Kind) ends() bool { return k == Maximum || k == Exact || k == Guidance || k == PurposeLimit }

// operational reports whether the purpose has full use of the data until the last
// day; the others allow what the duty or the claim needs.
func (k Kind) operational() bool { return k == Maximum || k == Guidance }

// Confidence says how well a rule is known.
type Confidence string

const (
	// StatuteRead: the text of the law was read.
	StatuteRead Confidence = "A"
	// SecondarySource: a professional source was read.
	SecondarySource Confidence = "B"
	// Unverified: still to be verified. Such a rule is never a default.
	Unverified Confidence = "C"
)

// Rule says how long records of one kind must or may be kept, and under which law.
// Its terms are the versions of that law, so that what held on any day can be
// computed again. Rules are values: those of package statute, or your own. In JSON the
// calendar of holidays is left out.
type Rule struct {
	// ID is a stable name, such as NL-TAX; Variant tells apart rules of one provision for different cases.
	ID      string `json:"id"`
	Variant string `json:"variant,omitzero"`
	// Country is ISO 3166-1 alpha-2 as of the Union (UK for the United Kingdom), EU, or empty for a rule of one's own.
	Country string `json:"country,omitzero"`
	// About says which records.
	About basis.Text `json:"about,omitzero"`
	Kind  Kind       `json:"kind"`
	// Events start the period, each anew: the latest counts. There is at least one; the
	// first is the one that the law names.
	Events []Event `json:"events"`
	// When is the clause for what starts it, if those of the events, joined, do not read well.
	When basis.Text `json:"when,omitzero"`
	// Terms are the versions in order of time, without overlap.
	Terms []Term `json:"terms"`
	// Regime moves a last day off a weekend or holiday, by the calendar in Holidays. Only a
	// rule that keeps may have one: it rolls forward, and a maximum never does.
	Regime   Regime   `json:"regime,omitzero"`
	Holidays Holidays `json:"-"`
	// Law is the provision; Source where it was read, on Checked.
	Law        string     `json:"law,omitzero"`
	Source     string     `json:"source,omitzero"`
	Checked    Date       `json:"checked,omitzero"`
	Confidence Confidence `json:"confidence,omitzero"`
	// Zone is the IANA name of the zone whose civil days count.
	Zone string `json:"zone,omitzero"`
	// Note is a limit or a reading that the user must know of.
	Note basis.Text `json:"note,omitzero"`
}

// Key is the ID, or ID/variant.
func (r *Rule) Key() string {
	if r.Variant == "" {
		return r.ID
	}
	return r.ID + "/" + r.Variant
}

// Check returns every error in the rule, joined, or nil. A rule of one's own needs
// an ID, a kind, an event and a term.
func (r *Rule) Check() error {
	var errs []error
	fail := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("retention: rule %s: %w", r.Key(), fmt.Errorf(format, args...)))
	}
	if r.ID == "" {
		fail("no ID")
	} else if !plain(r.Key(), maxName) || r.Law != "" && !plain(r.Law, maxLaw) {
		fail("the ID or the law is no plain name, so that no certificate can state it")
	}
	if !r.Kind.Valid() {
		fail("unknown kind %q", string(r.Kind))
	}
	if len(r.Events) == 0 {
		fail("no event starts it")
	}
	for _, e := range r.Events {
		if err := e.restarts(); err != nil {
			fail("%w", err)
		}
	}
	if len(r.Terms) == 0 {
		fail("no term")
	}
	for i := range r.Terms {
		t := &r.Terms[i]
		for _, err := range t.errors() {
			fail("term %d: %w", i+1, err)
		}
		if i == 0 {
			continue
		}
		before := &r.Terms[i-1]
		if before.Until == 0 || t.From == 0 || t.From <= before.Until {
			fail("term %d begins before term %d ends", i+1, i)
		}
		if t.ByCutoff != before.ByCutoff {
			fail("terms %d and %d differ in what bounds them", i, i+1)
		} else if t.ByCutoff && t.cut() != before.cut() {
			fail("terms %d and %d have different cut-offs", i, i+1)
		}
	}
	switch {
	case r.Regime == "" || r.Regime == Plain:
	case !r.Regime.Valid():
		fail("unknown regime %q", string(r.Regime))
	case r.Kind.ends() || !r.Kind.keeps():
		fail("a rule of kind %s does not roll forward (regime %s)", r.Kind, r.Regime)
	case r.Holidays == nil:
		fail("regime %s needs a calendar of holidays", r.Regime)
	}
	return errors.Join(errs...)
}

func (t *Term) cut() Cut {
	if t.Cut == "" {
		return CutNone
	}
	return t.Cut
}

// Lapse is how one rule computes for one record. It is a plain value without text;
// [Rule.Why] has the words.
type Lapse struct {
	// Start is the event that started the period; without a day when none has happened.
	Start Occurrence
	// Cutoff is the day after which whole days are counted; the day of the event without a cut-off.
	Cutoff Date
	// LastDay is the last day of the period, that day included; no day while pending or open.
	LastDay Date
	// Term is the version of the law, counted from 1; 0 when none was in force.
	Term int
	// Pending: the period has not begun (the event has not happened, the financial year
	// has not closed), or no version of the law was in force. Never taken for ended: a rule
	// that is no longer law keeps what it covers until it is taken out of the policy.
	Pending bool
	// Open: it has begun and has no end of its own, or one after the year 9999.
	Open bool
}

// Ended reports whether the period ended before the day.
func (l Lapse) Ended(at Date) bool { return l.LastDay != 0 && l.LastDay < at }

// At computes the rule for a record as things stood on day at: events after it have
// not happened, and the law is the one in force on it. It takes some 50 ns and does
// not allocate. The rule must pass [Rule.Check].
func (r *Rule) At(h History, at Date, fy FinancialYear) Lapse {
	start, ok := h.Latest(at, r.Events)
	if !ok {
		return Lapse{Pending: true}
	}
	return r.lapse(start, at, fy)
}

// lapse is At for the event that starts the period.
func (r *Rule) lapse(start Occurrence, at Date, fy FinancialYear) Lapse {
	l := Lapse{Start: start}
	l.Term, l.Cutoff = r.term(start.On, at, fy)
	l.LastDay, l.Pending = r.end(l.Term, l.Cutoff, start.On, at, fy)
	l.Open = l.LastDay == 0 && !l.Pending
	return l
}

// term returns which version of the law holds for an event of that day, counted from
// 1, and its cut-off; 0 when none does.
func (r *Rule) term(event, at Date, fy FinancialYear) (term int, cut Date) {
	for i := range r.Terms {
		t := &r.Terms[i]
		cut := t.Cut.of(event, fy)
		day := at
		if t.ByCutoff {
			day = cut
		}
		if cut != 0 && t.holds(day) {
			return i + 1, cut
		}
	}
	return 0, 0
}

// end returns the last day under a term, with that cut-off of the event, or whether
// the period is pending; neither when it is open.
func (r *Rule) end(term int, cut, event, at Date, fy FinancialYear) (last Date, pending bool) {
	if term == 0 {
		return 0, true
	}
	t := &r.Terms[term-1]
	switch {
	case t.Cut.financial() && fy.Close(event) >= at:
		return 0, true // the books are still open
	case t.Open:
		return 0, false
	}
	// Beyond the calendar there is no last day, and the record is kept.
	return r.extend(t, cut, t.after(cut)), false
}

// extend moves a last day as the regime has it.
func (r *Rule) extend(t *Term, cut, last Date) Date {
	if r.Regime == "" || r.Regime == Plain || last == 0 {
		return last
	}
	first := cut + 1
	if t.cut() == CutNone && t.Count == WholeDay {
		first = cut
	}
	return r.Regime.Extend(first, last, t.Period, r.Holidays)
}

// LastDay returns the last day of the period for an event of that day under the law
// in force on day at; no day when the rule has none, see [Lapse].
func (r *Rule) LastDay(event, at Date, fy FinancialYear) Date {
	if !event.Valid() || event > at {
		return 0
	}
	return r.lapse(Occurrence{On: event}, at, fy).LastDay
}
