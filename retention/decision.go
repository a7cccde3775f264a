package retention

import (
	"math/bits"
	"slices"

	"github.com/grondslag/grondslag/basis"
)

// State is where data stand in their life.
type State string

const (
	// Pending: nothing that still keeps the data has begun to run.
	Pending State = "pending"
	// Active: some purpose has full use of the data; or only duties or claims were ever declared, and one runs.
	Active State = "active"
	// Restricted: only duties and claims are left, each for its own purpose alone.
	Restricted State = "restricted"
	// Held: every period has ended, and a hold is in force.
	Held State = "held"
	// Due: every period has ended, and nothing justifies the data any more.
	Due State = "due"
	// Done: they have been disposed of.
	Done State = "done"
)

// Record is what a schedule needs to know of one record. It holds no personal data.
type Record struct {
	Subject basis.Subject
	// Classes are those that apply to the record: an invoice class only to a customer
	// who was invoiced. Nil is every class of the schedule.
	Classes []ClassID
	History History
	// Erasure is the day from which the person's right to erasure took effect
	// (GDPR Art. 17(1)): uses without a ground of Art. 17(3) have ended by then.
	Erasure Date
	// Done are the fields that were disposed of, and when.
	Done map[basis.Field]Date
}

// Decision is the state of one field of one record on one day.
type Decision struct {
	Field basis.Field
	State State
	// KeepUntil is the last day on which anything justifies the field, that day included;
	// no day while an end is unknown.
	KeepUntil Date
	// DeleteFrom is the first day on which it may go: the one after KeepUntil. No day
	// while an end is unknown, or in state Held.
	DeleteFrom Date
	// DeleteBy is the last day by which it must be gone: KeepUntil when a maximum alone
	// decides, which is the day before the sweep that finds it due; else, when a minimum, an
	// exact period or erasure decides, the day after KeepUntil.
	DeleteBy Date
	// Overdue is the number of days that a field which is due stays beyond DeleteBy.
	Overdue int
	// Rule is the key of the rule that decides: the last to end, or the one that keeps it without a known end.
	Rule string
	// Holds is the number of holds in force over the field, whether or not they change its state.
	Holds int

	live uint64
	s    *Schedule
	rule *Rule
}

// Allows reports whether the purpose may use the field, as far as periods and erasure
// are concerned. Where the day of an event that must have happened is unknown it
// still does, and [Schedule.Standing] and the witness do not.
func (d *Decision) Allows(p basis.PurposeID) bool {
	i := -1
	if d.s != nil {
		i = slices.Index(d.s.purposes, p)
	}
	return i >= 0 && d.live&(1<<i) != 0
}

// Purposes are those that may use the field, in the order of the policy. None may
// use a field that is held, due or done. It allocates.
func (d *Decision) Purposes() []basis.PurposeID {
	if d.s == nil || d.live == 0 {
		return nil
	}
	out := make([]basis.PurposeID, 0, bits.OnesCount64(d.live))
	for i, p := range d.s.purposes {
		if d.live&(1<<i) != 0 {
			out = append(out, p)
		}
	}
	return out
}

// Law is the provision behind the deciding rule.
func (d *Decision) Law() string {
	if d.rule == nil {
		return ""
	}
	return d.rule.Law
}

// Decide appends to dst a decision for each field that is in a class of the record,
// in the order of their names, as things stood on day at, and returns the result.
// Rules are computed once each; with room in dst it does not allocate.
//
// Of one purpose of one class the minimum, if any, keeps the field until it ends; the
// earliest of its maxima ends the rest. A field stays as long as one purpose has it:
// for that purpose alone.
func (s *Schedule) Decide(dst []Decision, r *Record, at Date, holds *Holds) []Decision {
	if s == nil {
		return dst
	}
	var c calculation
	c.begin(s, r, at)
	var known [8]Decision // of the first groups; most schedules have no more
	for i := range s.fields {
		f := &s.fields[i]
		g := &s.groups[f.group]
		if g.classes&c.classes == 0 {
			continue
		}
		if f.group >= len(known) {
			dst = append(dst, c.decide(g))
		} else {
			d := &known[f.group]
			if d.State == "" {
				*d = c.decide(g)
			}
			dst = append(dst, *d)
		}
		finish(&dst[len(dst)-1], &c, f, holds)
	}
	return dst
}

// Field decides one field, or the closest declared field that it lies in. ok is
// false when it is in no class of the record.
func (s *Schedule) Field(f basis.Field, r *Record, at Date, holds *Holds) (d Decision, ok bool) {
	plan := s.find(f)
	if plan == nil {
		return Decision{}, false
	}
	var c calculation
	c.begin(s, r, at)
	g := &s.groups[plan.group]
	if g.classes&c.classes == 0 {
		return Decision{}, false
	}
	d = c.decide(g)
	finish(&d, &c, plan, holds)
	d.Field = f
	return d, true
}

// Class decides the data of one class as such, whatever their fields: a row of
// invoices, say. ok is false when the class is unknown or none of the record's. Holds on fields count as on all of it.
func (s *Schedule) Class(id ClassID, r *Record, at Date, holds *Holds) (d Decision, ok bool) {
	i, known := s.byClass[id]
	var c calculation
	c.begin(s, r, at)
	if !known || c.classes&(1<<i) == 0 {
		return Decision{}, false
	}
	g := &s.single[i]
	d = c.decide(g)
	holds.each(at, r.Subject, func(h *Hold) bool {
		if h.coversClass(s, g.classes) {
			d.Holds++
		}
		return true
	})
	d.settle(at)
	return d, true
}

// finish makes the decision of a group that of a field.
func finish(d *Decision, c *calculation, f *fieldPlan, holds *Holds) {
	d.Field = f.name
	if c.r.Done != nil {
		if on := c.r.Done[f.name]; on != 0 && on <= c.at {
			*d = Decision{Field: f.name, State: Done, Rule: d.Rule, KeepUntil: d.KeepUntil, s: d.s, rule: d.rule}
			return
		}
	}
	set := c.s.groups[f.group].classes & c.classes
	holds.each(c.at, c.r.Subject, func(h *Hold) bool {
		if h.coversClass(c.s, set) && h.coversField(f.name) {
			d.Holds++
		}
		return true
	})
	d.settle(c.at)
}

// settle gives a hold its effect, or counts how long the data are overdue.
func (d *Decision) settle(at Date) {
	switch {
	case d.State != Due:
	case d.Holds > 0:
		d.State, d.DeleteFrom = Held, 0
	default:
		d.Overdue = max(0, int(at-d.DeleteBy))
	}
}

// applicable returns the set of the record's classes.
func (s *Schedule) applicable(r *Record) uint64 {
	if r.Classes == nil {
		return ^uint64(0)
	}
	var set uint64
	for _, id := range r.Classes {
		if i, ok := s.byClass[id]; ok {
			set |= 1 << i
		}
	}
	return set
}

// calculation computes each rule once for one record and day.
type calculation struct {
	s       *Schedule
	r       *Record
	at      Date
	classes uint64
	on      [maxEvents]Date // the last day of each event of the schedule, as things stood
	known   uint64          // the rules whose course was computed
	courses [maxRules]course
}

// course is what a calculation needs of a [Lapse].
type course struct {
	start   Date // of the event; no day when none has happened
	last    Date // no day while pending or open
	pending bool
}

// begin looks each event of the history up once, for all rules.
func (c *calculation) begin(s *Schedule, r *Record, at Date) {
	c.s, c.r, c.at, c.classes = s, r, at, s.applicable(r)
	for i := range r.History {
		o := &r.History[i]
		if o.On > at {
			continue
		}
		if e, ok := s.byEvent[o.Event]; ok {
			c.on[e] = max(c.on[e], o.On)
		}
	}
}

// course computes the rule as [Rule.At] does.
func (c *calculation) course(rule int) *course {
	to := &c.courses[rule]
	if c.known&(1<<rule) != 0 {
		return to
	}
	c.known |= 1 << rule
	for events := c.s.starts[rule]; events != 0; events &= events - 1 {
		to.start = max(to.start, c.on[bits.TrailingZeros64(events)])
	}
	if to.pending = to.start == 0; !to.pending {
		r := &c.s.rules[rule]
		term, cut := r.term(to.start, c.at, c.s.fy)
		to.last, to.pending = r.end(term, cut, to.start, c.at, c.s.fy)
	}
	return to
}

// reach is how far some limits reach together.
type reach struct {
	any     bool // there are limits
	live    bool // they have not ended
	pending bool // none that lives has begun
	full    bool // one that lives gives the purpose full use
	erased  bool // erasure ended it
	last    Date // the day on which they end; no day when that is unknown
	own     Date // the same without erasure
	rule    int
}

// of returns where one limit stands.
func (c *calculation) of(l *limit) reach {
	course, rule := c.course(l.rule), &c.s.rules[l.rule]
	if rule.Kind == Restriction && course.start == 0 {
		return reach{} // there is nothing to block yet
	}
	out := reach{
		any: true, rule: l.rule, pending: course.pending, last: course.last, own: course.last,
		live: course.last == 0 || course.last >= c.at, full: rule.Kind.operational(),
	}
	if e := c.r.Erasure; e != 0 && e <= c.at && !c.withstands(l, course) && (out.last == 0 || out.last >= e) {
		out.last, out.live, out.pending, out.erased = e-1, false, false, true
	}
	return out
}

// withstands reports whether a limit withstands erasure: it must be a ground of
// Art. 17(3), and have begun. A duty or claim that may arise one day is none. A
// suspension is one until its event, once a minimum that it prolongs has begun.
func (c *calculation) withstands(l *limit, to *course) bool {
	if !l.exempt || c.s.rules[l.rule].Kind != Suspension {
		return l.exempt && to.start != 0
	}
	return len(l.prolongs) == 0 || slices.ContainsFunc(l.prolongs, func(rule int) bool { return c.course(rule).start != 0 })
}

// latest combines what keeps: the last to end counts.
func (c *calculation) latest(limits []limit) (sum reach) {
	for i := range limits {
		one := c.of(&limits[i])
		switch {
		case !one.any:
		case !sum.any:
			sum = one
		case one.outlasts(sum):
			one.pending = one.pending && (sum.pending || !sum.live)
			sum = one
		default:
			sum.pending = sum.pending && (one.pending || !one.live)
		}
	}
	return sum
}

// earliest combines what ends: the first to end counts. What withstands erasure is
// still ended by the own last days of what does not, so that erasure prolongs nothing.
func (c *calculation) earliest(limits []limit) (sum reach) {
	var own Date // the earliest of the own last days of what erasure ended
	pending, full := true, false
	for i := range limits {
		one := c.of(&limits[i])
		if one.erased {
			if one.own != 0 && (own == 0 || one.own < own) {
				own = one.own
			}
		} else {
			pending = pending && one.pending
			full = full || one.full && one.live
		}
		switch {
		case !sum.any, sum.erased && !one.erased:
			sum = one
		case one.erased && !sum.erased:
		case one.last != 0 && (sum.last == 0 || one.last < sum.last):
			sum = one
		}
	}
	if !sum.erased && own != 0 && (sum.last == 0 || own < sum.last) {
		sum.last, sum.live = own, own >= c.at
	}
	sum.pending, sum.full = pending && !sum.erased, full && sum.live
	return sum
}

// decide weighs the lines of a group.
func (c *calculation) decide(g *group) Decision {
	d := Decision{s: c.s}
	var counted, operational, operating, blocked, begun, unknown bool
	var maximum bool // what ends last is a maximum
	var lastRule, openRule, blocking = -1, -1, -1
	for _, i := range g.lines {
		l := &c.s.lines[i]
		if c.classes&(1<<l.class) == 0 {
			continue
		}
		const keeps, blocks, ends = 0, 1, 2
		var reaches [3]reach
		reaches[keeps] = c.latest(l.keeps)
		reaches[blocks] = c.latest(l.blocks)
		reaches[ends] = c.earliest(l.ends)
		if blocking < 0 && len(l.blocks) > 0 {
			blocking = l.blocks[0].rule
		}
		operational = operational || l.operational
		operating = operating || reaches[ends].full
		for k := range reaches {
			one := &reaches[k]
			if !one.any {
				continue
			}
			counted = true
			if one.live {
				if k == blocks {
					blocked = true
				} else {
					d.live |= 1 << l.purpose
				}
				begun = begun || !one.pending
				if one.last == 0 {
					unknown, openRule = true, one.rule
				}
			}
			switch {
			case one.last > d.KeepUntil:
				d.KeepUntil, lastRule, maximum = one.last, one.rule, k == ends && !one.erased
			case one.last == d.KeepUntil && one.last != 0 && (k != ends || one.erased):
				lastRule, maximum = one.rule, false
			}
		}
	}
	erased := c.r.Erasure != 0 && c.r.Erasure <= c.at
	if !counted && erased {
		// Blocks alone, none of which has begun, withstand nothing.
		d.KeepUntil, lastRule, maximum = c.r.Erasure-1, blocking, false
	}
	if unknown {
		d.KeepUntil, lastRule = 0, openRule
	}
	if lastRule >= 0 {
		d.rule = &c.s.rules[lastRule]
		d.Rule = c.s.keys[lastRule]
	}
	if d.KeepUntil != 0 {
		d.DeleteFrom, d.DeleteBy = d.KeepUntil+1, d.KeepUntil+1
		if maximum {
			d.DeleteBy = d.KeepUntil
		}
	}
	switch {
	case !counted && !erased:
		d.State = Pending
	case d.live == 0 && !blocked:
		d.State = Due
	case d.live == 0, operational && !operating:
		d.State = Restricted
	case !begun:
		d.State = Pending
	default:
		d.State = Active
	}
	return d
}
