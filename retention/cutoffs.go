package retention

import (
	"fmt"
	"slices"
)

// Cutoffs is what is due of some classes on one day, as comparisons of event days
// with cut-offs: the fast half of a sweep, which asks no rule per record. It agrees
// with [Schedule.Decide] on every record of those classes without holds, erasure or
// events after that day (an event in the future makes it wait, never hurry). It is
// immutable and safe for concurrent use.
type Cutoffs struct {
	today   Date
	classes []ClassID
	events  []Event
	all     []clause // each must hold
}

// clause holds when one of its bounds does.
type clause []bound

// bound holds when the latest of the events lies in one of the spans; with absent
// set, when none of them has happened.
type bound struct {
	events []int
	spans  []Span
	absent bool
}

// Cutoffs computes what is due before today of data that are in each of the classes;
// one class is the usual case. Data are due when every purpose of every one of the
// classes has ended. It takes some microseconds per rule: once per day, for any
// number of records.
func (s *Schedule) Cutoffs(today Date, classes ...ClassID) (*Cutoffs, error) {
	if !today.Valid() {
		return nil, fmt.Errorf("retention: no day to compute cut-offs for")
	}
	if len(classes) == 0 {
		return nil, fmt.Errorf("retention: cut-offs of no class")
	}
	c := &Cutoffs{today: today, classes: slices.Clone(classes)}
	var blocks clause
	for _, id := range classes {
		class, ok := s.byClass[id]
		if !ok {
			return nil, fmt.Errorf("retention: unknown class %q", id)
		}
		for i := range s.lines {
			if l := &s.lines[i]; l.class == class {
				c.line(s, l)
				for _, b := range l.blocks {
					blocks = append(blocks, c.bound(s, b.rule))
				}
			}
		}
	}
	if len(c.all) == 0 {
		// Nothing but blocks: one must have begun, or nothing says how long.
		c.all = append(c.all, slices.Clone(blocks))
	}
	for _, b := range blocks {
		b.absent = true
		c.all = append(c.all, clause{b})
	}
	return c, nil
}

// line adds that a line has ended: all that keeps has, and the first of what ends.
func (c *Cutoffs) line(s *Schedule, l *line) {
	for _, k := range l.keeps {
		c.all = append(c.all, clause{c.bound(s, k.rule)})
	}
	if len(l.ends) == 0 {
		return
	}
	var any clause
	for _, e := range l.ends {
		any = append(any, c.bound(s, e.rule))
	}
	c.all = append(c.all, any)
}

func (c *Cutoffs) bound(s *Schedule, rule int) bound {
	r := &s.rules[rule]
	b := bound{spans: r.Due(c.today, s.fy)}
	for _, e := range r.Events {
		i := slices.Index(c.events, e)
		if i < 0 {
			i = len(c.events)
			c.events = append(c.events, e)
		}
		b.events = append(b.events, i)
	}
	return b
}

// Events are those that the comparisons look at, in the order of the argument of [Cutoffs.Due].
func (c *Cutoffs) Events() []Event { return slices.Clone(c.events) }

// Due reports whether a record is due of which the events last happened on these
// days, in the order of [Cutoffs.Events]; no day for one that has not. It takes a few
// nanoseconds per rule and does not allocate.
func (c *Cutoffs) Due(on []Date) bool {
	if len(on) != len(c.events) {
		return false
	}
	for _, cl := range c.all {
		if !cl.holds(on) {
			return false
		}
	}
	return len(c.all) > 0
}

func (cl clause) holds(on []Date) bool {
	for i := range cl {
		if cl[i].holds(on) {
			return true
		}
	}
	return false
}

func (b *bound) holds(on []Date) bool {
	var last Date
	for _, e := range b.events {
		last = max(last, on[e])
	}
	if b.absent && last == 0 {
		return true
	}
	for _, s := range b.spans {
		if s.Holds(last) {
			return true
		}
	}
	return false
}

// History returns the due test for a record's history, for callers that keep no columns.
// It does not allocate for up to 16 events.
func (c *Cutoffs) History(h History) bool {
	var buf [16]Date
	on := buf[:0]
	for _, e := range c.events {
		var last Date
		for i := range h {
			if h[i].Event == e {
				last = max(last, h[i].On)
			}
		}
		on = append(on, last)
	}
	return c.Due(on)
}
