package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

// keeping says, for the purposes that name a rule, how long an answer's data may be kept.
type keeping struct {
	rules map[string]*retention.Rule // by purpose
	fy    retention.FinancialYear
	at    retention.Date
	zone  *time.Location
}

// kept is how long the data behind one answer may be kept.
type kept struct {
	State   retention.State
	LastDay retention.Date
	Rule    string
}

// newKeeping returns nil when no purpose names a rule.
func newKeeping(p *policy, at time.Time) *keeping {
	if len(p.rules) == 0 {
		return nil
	}
	return &keeping{rules: p.rules, fy: p.financialYear, at: retention.DateIn(at, at.Location()), zone: at.Location()}
}

// parseRetention finds the rule that each purpose names: one of the policy's own, or
// one of a statute.
func (p *policy) parseRetention() error {
	own := map[string]*retention.Rule{}
	for i := range p.Retention {
		r := &p.Retention[i]
		if err := r.Check(); err != nil {
			return fmt.Errorf("/retention/%d: %w", i, err)
		}
		if _, err := statute.Find(r.Key()); err == nil || own[r.Key()] != nil {
			return fmt.Errorf("/retention/%d: there is another rule %s", i, r.Key())
		}
		own[r.Key()] = r
	}
	if end := p.Controller.FinancialYearEnd; end != "" {
		var err error
		if p.financialYear, err = retention.ParseFinancialYear(end); err != nil {
			return fmt.Errorf("/controller/financial_year_end: %w", err)
		}
	}
	for i, pp := range p.Purposes {
		if pp.Retention == "" {
			continue
		}
		r := own[pp.Retention]
		if r == nil {
			found, err := statute.Find(pp.Retention)
			if err != nil {
				return fmt.Errorf("/purposes/%d/retention: %w", i, err)
			}
			r = &found
		}
		if !slices.ContainsFunc(r.Events, func(e retention.Event) bool { return moment(&reconsent.Facts{}, e) != nil }) {
			return fmt.Errorf("/purposes/%d/retention: no column of an export tells when the period of %s starts (%s)", i, r.Key(), r.Events[0])
		}
		if p.rules == nil {
			p.rules = map[string]*retention.Rule{}
		}
		p.rules[string(pp.ID)] = r
	}
	return nil
}

// moment is the fact that tells when an event happened; nil when no fact does. The
// last sale is taken for the day on which its invoice was drawn up.
func moment(f *reconsent.Facts, e retention.Event) *reconsent.When {
	switch e {
	case retention.Collected, retention.Applied:
		return &f.AcquiredAt
	case retention.Ordered, retention.Transacted, retention.Drafted:
		return &f.SaleAt
	case retention.ConsentGiven:
		return &f.ConsentAt
	case retention.Objected:
		return &f.ObjectedAt
	}
	return nil
}

// of judges one contact; nothing for a purpose without a rule. It does not allocate.
func (k *keeping) of(f *reconsent.Facts) (out kept) {
	if k == nil {
		return kept{}
	}
	r := k.rules[f.Purpose]
	if r == nil {
		return kept{}
	}
	var buf [8]retention.Occurrence
	h := retention.History(buf[:0])
	for _, e := range r.Events {
		if w := moment(f, e); w != nil && len(h) < len(buf) {
			if t, ok := w.Latest(k.zone); ok {
				h = append(h, retention.Occurrence{Event: e, On: retention.DateIn(t, k.zone)})
			}
		}
	}
	l := r.At(h, k.at, k.fy)
	return kept{State: r.State(l, k.at, false), LastDay: l.LastDay, Rule: r.ID}
}

// stateTitle says a state in words.
func (w words) stateTitle(s retention.State) string {
	t := map[retention.State]basis.Text{
		retention.Pending:    {En: "the period has not begun, or its day is unknown", Nl: "de termijn is niet begonnen, of de dag is onbekend"},
		retention.Active:     {En: "within the period", Nl: "binnen de termijn"},
		retention.Restricted: {En: "blocked, for authorities and claims alone", Nl: "geblokkeerd, alleen voor overheid en claims"},
		retention.Due:        {En: "the period has ended: erase or anonymize", Nl: "de termijn is verstreken: wis of anonimiseer"},
	}[s]
	return t.In(w.lang)
}
