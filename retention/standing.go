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
	c := calculation{s: s, r: r, at: at, classes: s.applicable(r)}
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
	if !one.any {
		// A restriction that has nothing to block yet.
		return Standing{Code: CodeRestricted}, 0
	}
	rule := &c.s.rules[one.rule]
	st = Standing{LastDay: one.last, Rule: c.s.keys[one.rule], Law: rule.Law}
	switch {
	case !one.live && c.r.Erasure != 0 && one.last == c.r.Erasure-1:
		st.Code = CodeErased
	case !one.live:
		st.Code = CodeEnded
	case rule.Kind == Restriction:
		st.Code = CodeRestricted
	case !one.pending:
		st.Code, worth = CodeWithin, 2
	case c.lapse(one.rule).Start.On == 0 && rule.Events[0].Inherent():
		st.Code = CodeNoAnchor
	default:
		st.Code, worth = CodeNotBegun, 1
	}
	return st, worth
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
