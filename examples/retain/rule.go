package main

import (
	"slices"
	"strings"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

// find returns the rule of -rule.
func (a *arguments) find() (retention.Rule, error) {
	r, err := statute.Find(a.value("rule"))
	if err != nil {
		return r, usagef("-rule %q is not in the catalogue; -list has all rules", a.value("rule"))
	}
	return r, nil
}

// rule answers how long by one rule, for one event.
func (p *program) rule() error {
	r, err := p.find()
	if err != nil {
		return err
	}
	loc, err := p.location(r.Zone)
	if err != nil {
		return err
	}
	fy, err := p.financialYear()
	if err != nil {
		return err
	}
	holds, err := p.spans("hold")
	if err != nil {
		return err
	}
	at, err := p.today(loc)
	if err != nil {
		return err
	}
	event, err := p.day("event", loc)
	if err != nil {
		return err
	}
	var history retention.History
	if event != 0 {
		history = retention.History{{Event: r.Events[0], On: event}}
	}
	l := r.At(history, at, fy)
	held := slices.ContainsFunc(holds, func(s span) bool { return s.holds(at) })
	a := answer{Rule: r.Key(), Law: r.Law, State: r.State(l, at, held), LastDay: l.LastDay}
	if a.LastDay != 0 && a.State != retention.Held && (a.LastDay + 1).Valid() {
		a.DeleteFrom = a.LastDay + 1
	}
	why := []string{r.Why(l, fy).In(p.lang)}
	if event > at {
		why = []string{p.in("Pending: the event of "+event.String()+" lies after "+at.String()+", and has not happened.",
			"In afwachting: de gebeurtenis van "+event.String()+" ligt na "+at.String()+" en is niet gebeurd.")}
	}
	if a.LastDay != 0 {
		why = append(why, p.demand(r.Kind))
	}
	if a.State == retention.Active && held {
		why = append(why, p.in("A hold is in force too: while it lasts the data stay, also after that day.",
			"Ook zijn de gegevens vastgehouden: zolang dat duurt blijven zij, ook na die dag."))
	}
	if a.State == retention.Held {
		why = append(why, p.in("The period has ended, and a hold is in force: the data stay for it alone until it ends.",
			"De termijn is verstreken en de gegevens zijn vastgehouden: zij blijven daarvoor alleen, totdat dat eindigt."))
	}
	a.Why = p.remarks(why, &r)
	return p.reply(a)
}

// remarks adds to an explanation what must be known of the rule.
func (w words) remarks(why []string, r *retention.Rule) string {
	if r.Confidence == retention.Unverified {
		why = append(why, w.in("This rule is unverified (confidence C).", "Deze regel is niet geverifieerd (betrouwbaarheid C)."))
	}
	if note := r.Note.In(w.lang); note != "" {
		why = append(why, w.in("Note: ", "Let op: ")+note)
	}
	return strings.Join(why, " ")
}

// cutoff answers which events are due by one rule.
func (p *program) cutoff() error {
	r, err := p.find()
	if err != nil {
		return err
	}
	loc, err := p.location(r.Zone)
	if err != nil {
		return err
	}
	fy, err := p.financialYear()
	if err != nil {
		return err
	}
	at, err := p.today(loc)
	if err != nil {
		return err
	}
	a := answer{Rule: r.Key(), Law: r.Law}
	cutoff, single := r.Cutoff(at, fy)
	what, on := r.Trigger().In(p.lang), at.String()
	var why string
	switch {
	case !single:
		a.Spans = r.Due(at, fy)
		why = p.in("The law depends on the day of the event, so that one comparison does not do: on "+on+" the period has ended when the day on which "+what+" lies in one of these spans.",
			"De wet hangt af van de dag van de gebeurtenis, zodat één vergelijking niet volstaat: op "+on+" is de termijn verstreken als de dag waarop "+what+" in een van deze reeksen van dagen valt.")
	case cutoff == 0:
		why = p.in("On "+on+" the period can't have ended for any event.", "Op "+on+" kan de termijn voor geen enkele gebeurtenis zijn verstreken.")
	default:
		a.Cutoff = cutoff
		why = p.in("On "+on+" the period has ended when the day on which "+what+" is "+cutoff.String()+" or earlier, and for no later day.",
			"Op "+on+" is de termijn verstreken als de dag waarop "+what+" "+cutoff.String()+" is of eerder, en voor geen latere dag.")
	}
	a.Why = p.remarks([]string{why}, &r)
	return p.reply(a)
}
