package retention

import (
	"slices"

	"github.com/grondslag/grondslag/basis"
)

// Standing is where one purpose stands with one field of a record.
type Standing struct {
	// Code is [CodeWithin] or [CodeNotBegun] when the purpose may use the field; else it says why not.
	Code basis.Code
	// LastDay is the last day on which it may; no day while that is unknown.
	LastDay Date
	// Rule is the key of the rule that decides, and Law its provision.
	Rule, Law string
}

// Standing tells where a purpose stands with a field, or with the closest declared
// field that it lies in. Holds and disposals play no part in it. ok is false when the
// field serves no such purpose in the classes of the record.
func (s *Schedule) Standing(f basis.Field, p basis.PurposeID, r *Record, at Date) (st Standing, ok bool) {
	plan := s.find(f)
	purpose := slices.Index(s.purposesOf(), p)
	if plan == nil || purpose < 0 {
		return Standing{}, false
	}
	var c calculation
	c.begin(s, r, at)
	rank := -1
	for _, i := range s.groups[plan.group].lines {
		l := &s.lines[i]
		if l.purpose != purpose || c.classes&(1<<l.class) == 0 {
			continue
		}
		one, worth := c.standing(l)
		// The class that lets the purpose use the field longest counts.
		if worth > rank || worth == rank && st.LastDay != 0 && (one.LastDay == 0 || one.LastDay > st.LastDay) {
			st, rank = one, worth
		}
	}
	return st, rank >= 0
}

func (s *Schedule) purposesOf() []basis.PurposeID {
	if s == nil {
		return nil
	}
	return s.purposes
}

// standing is that of one line; worth ranks it: 0 denied, 1 not begun, 2 within its period.
func (c *calculation) standing(l *line) (st Standing, worth int) {
	keeps, ends := c.latest(l.keeps), c.earliest(l.ends)
	one := ends
	if keeps.any && (!ends.any || keeps.outlasts(ends)) {
		one = keeps
	}
	blocks := c.latest(l.blocks)
	if !one.any || !one.live && blocks.live {
		// Blocked, or with nothing but a block to come.
		st = Standing{Code: CodeRestricted, LastDay: one.last}
		if blocks.any {
			st.Rule, st.Law = c.s.keys[blocks.rule], c.s.rules[blocks.rule].Law
		}
		return st, 0
	}
	st = Standing{LastDay: one.last, Rule: c.s.keys[one.rule], Law: c.s.rules[one.rule].Law}
	switch {
	case !one.live && c.r.Erasure != 0 && one.last == c.r.Erasure-1:
		st.Code = CodeErased
	case !one.live:
		st.Code = CodeEnded
	case c.anchorless(l.keeps), ends.live && c.anchorless(l.ends):
		st.Code = CodeNoAnchor
	case keeps.live && !keeps.pending, ends.live && !ends.pending:
		st.Code, worth = CodeWithin, 2
	default:
		st.Code, worth = CodeNotBegun, 1
	}
	return st, worth
}

// anchorless reports whether a limit that lives waits for an event that must have happened.
func (c *calculation) anchorless(limits []limit) bool {
	return slices.ContainsFunc(limits, func(l limit) bool {
		return c.of(&l).live && c.course(l.rule).start == 0 && slices.ContainsFunc(c.s.rules[l.rule].Events, Event.Inherent)
	})
}

// outlasts reports whether a ends after b. An unknown end comes last.
func (a reach) outlasts(b reach) bool {
	switch {
	case a.live != b.live:
		return a.live
	case a.live && (a.last == 0 || b.last == 0):
		return a.last == 0 && b.last != 0
	}
	return a.last > b.last
}
