package retention

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

// conflicts compares the rules on each purpose of each class, and of the classes that a
// field is in together. A maximum below a minimum can't be obeyed. Rules that begin with different events can't be compared
// beforehand; when they collide in a record, the minimum decides.
func (s *Schedule) conflicts() (errs []error, findings []basis.Finding) {
	for i := range s.classes {
		c := &s.classes[i]
		for j := range c.Uses {
			a := &c.Uses[j]
			if a.Rule.Confidence == Unverified {
				findings = append(findings, finding(c, a, CodeUnverified, basis.SeverityWarning, text(CodeUnverified)))
			}
			for k := range c.Uses {
				b := &c.Uses[k]
				if a.Purpose != b.Purpose || j == k {
					continue
				}
				switch {
				case a.Rule.Kind.mustEnd() && b.Rule.Kind.mustKeep():
					if day, shorter := s.below(&a.Rule, &b.Rule); shorter {
						errs = append(errs, fmt.Errorf(
							"retention: class %q, purpose %s: rule %s would end before rule %s, which must be kept: an event of %s",
							c.ID, a.Purpose, a.Rule.Key(), b.Rule.Key(), day))
					}
				case a.Rule.Kind == Guidance && b.Rule.Kind == Maximum:
					if day, shorter := s.below(&a.Rule, &b.Rule); shorter {
						errs, findings = depart(errs, findings, c, b, a, day, "beyond")
					}
				case a.Rule.Kind.mustEnd() && b.Rule.Kind == MinimumGuidance:
					if day, shorter := s.below(&a.Rule, &b.Rule); shorter {
						errs, findings = depart(errs, findings, c, a, b, day, "below")
					}
				}
			}
		}
	}
	for i := range s.groups {
		errs = append(errs, s.across(&s.groups[i])...)
	}
	return errs, findings
}

// across compares a maximum in one class of a group with the minima for the same
// purpose in its other classes.
func (s *Schedule) across(g *group) (errs []error) {
	for _, i := range g.lines {
		for _, j := range g.lines {
			a, b := &s.lines[i], &s.lines[j]
			if a.class == b.class || a.purpose != b.purpose {
				continue
			}
			for _, end := range a.ends {
				for _, keep := range b.keeps {
					x, y := &s.rules[end.rule], &s.rules[keep.rule]
					if !x.Kind.mustEnd() || !y.Kind.mustKeep() {
						continue
					}
					if day, shorter := s.below(x, y); shorter {
						errs = append(errs, fmt.Errorf(
							"retention: fields in classes %q and %q, purpose %s: rule %s would end before rule %s, which must be kept: an event of %s",
							s.classes[a.class].ID, s.classes[b.class].ID, s.purposes[a.purpose], s.keys[end.rule], s.keys[keep.rule], day))
					}
				}
			}
		}
	}
	return errs
}

// mustEnd and mustKeep leave guidance and permissions out.
func (k Kind) mustEnd() bool  { return k == Maximum || k == Exact }
func (k Kind) mustKeep() bool { return k == Minimum || k == Exact }

// depart notes that chosen departs from guidance: an error without a reason.
func depart(errs []error, findings []basis.Finding, c *Class, chosen, guidance *Use, day Date, how string) ([]error, []basis.Finding) {
	if strings.TrimSpace(chosen.Reason) == "" {
		return append(errs, fmt.Errorf(
			"retention: class %q, purpose %s: rule %s goes %s guidance %s without a reason on record: an event of %s",
			c.ID, chosen.Purpose, chosen.Rule.Key(), how, guidance.Rule.Key(), day)), findings
	}
	return errs, append(findings, finding(c, chosen, CodeBeyondGuidance, basis.SeverityWarning, basis.Text{
		En: fmt.Sprintf("The period departs from guidance %s, for the reason on record.", guidance.Rule.Key()),
		Nl: fmt.Sprintf("De termijn wijkt af van richtsnoer %s, om de vastgelegde reden.", guidance.Rule.Key()),
	}))
}

func finding(c *Class, u *Use, code basis.Code, severity basis.Severity, text basis.Text) basis.Finding {
	return basis.Finding{
		Code: code, Severity: severity, Path: string(c.ID) + "/" + string(u.Purpose) + "/" + u.Rule.Key(),
		Article: u.Rule.Law, Text: text,
	}
}

// below looks for an event day on which rule a ends before rule b, under any
// version of the two laws. It looks at every day of 28 years, in which the calendar
// takes each of its forms, from before and after each change of law.
func (s *Schedule) below(a, b *Rule) (Date, bool) {
	if !slices.ContainsFunc(a.Events, func(e Event) bool { return slices.Contains(b.Events, e) }) {
		return 0, false
	}
	var ats []Date
	starts := []Date{dateOf(2000, 1, 1)}
	for _, r := range [...]*Rule{a, b} {
		for i := range r.Terms {
			t := &r.Terms[i]
			for _, d := range [...]Date{t.From, t.Until, t.Until + 1} {
				if d > 1 {
					ats = append(ats, d)
					starts = append(starts, d)
				}
			}
		}
	}
	ats = append(ats, dateOf(9000, 1, 1))
	const span = 28*365 + 7
	calendar := len(a.Terms)+len(b.Terms) == 2 && !a.Regime.moves() && !b.Regime.moves()
	for _, at := range ats {
		for _, from := range starts {
			for e := max(from-400, firstDate); e < min(from+span, at+1); e++ {
				// The event has happened by that day, and the version of the law of it counts.
				la, lb := a.versionAt(e, at, s.fy), b.versionAt(e, at, s.fy)
				if la != 0 && lb != 0 && la < lb {
					return e, true
				}
				if calendar && e == from+4*366 {
					break // nothing but leap years can make a difference
				}
			}
		}
	}
	return 0, false
}

// versionAt is LastDay in the version of that day; the day after the calendar when it
// has no end, and no day when the law does not hold.
func (r *Rule) versionAt(event, at Date, fy FinancialYear) Date {
	for i := range r.Terms {
		t := &r.Terms[i]
		cut := t.Cut.of(event, fy)
		day := at
		if t.ByCutoff {
			day = cut
		}
		if cut == 0 || !t.holds(day) {
			continue
		}
		if last := r.extend(t, cut, t.after(cut)); last != 0 && !t.Open {
			return last
		}
		return lastDate + 1
	}
	return 0
}
