package main

import (
	"cmp"
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// lane is one record in the timeline.
type lane struct {
	subject basis.Subject
	state   retention.State // the most urgent of its fields
	overdue int
	items   []item
	classes []retention.ClassID
	bars    []bar
}

// barKind is what a bar stands for.
type barKind string

const (
	barFull    barKind = "full"    // the purpose has full use
	barLimited barKind = "limited" // kept for a duty or a claim alone
	barEnded   barKind = "ended"
	barNone    barKind = "none" // it has not begun
	barHold    barKind = "hold"
	barOverdue barKind = "overdue" // kept although it should be gone
)

// bar is a run of days of a lane. Without an end it goes on.
type bar struct {
	kind        barKind
	name        string // the purpose, the hold, or the fields
	rule        string
	code        basis.Code
	from, until retention.Date
}

// urgency orders the states.
func urgency(s retention.State) int {
	return slices.Index([]retention.State{retention.Due, retention.Held, retention.Restricted, retention.Active, retention.Pending, retention.Done}, s)
}

// addLane keeps the record for the timeline when it is among the most urgent.
func (t *tally) addLane(r *retention.Record, items []item) {
	l := lane{subject: r.Subject, state: retention.Done}
	for i := range items {
		if urgency(items[i].State) < urgency(l.state) {
			l.state = items[i].State
		}
		l.overdue = max(l.overdue, items[i].Overdue)
	}
	order := func(a, b lane) int {
		return cmp.Or(b.overdue-a.overdue, urgency(a.state)-urgency(b.state))
	}
	if n := len(t.lanes); n == maxLanes && order(t.lanes[n-1], l) <= 0 {
		return
	}
	l.items, l.classes = slices.Clone(items), slices.Clone(r.Classes)
	l.bars = t.bars(r, items)
	t.lanes = rank(t.lanes, l, maxLanes, order)
}

// bars are the periods of the purposes, the holds, and what is kept too long.
func (t *tally) bars(r *retention.Record, items []item) (out []bar) {
	add := func(b bar) {
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	for i := range items {
		g := &t.s.groups[items[i].group]
		for _, id := range t.classes(r, items[i].group) {
			for _, u := range t.s.class(id).Uses {
				if b, ok := t.purposeBar(r, g.fields[0], u.Purpose); ok {
					add(b)
				}
			}
		}
	}
	for i := range items {
		for _, h := range items[i].holds {
			add(bar{kind: barHold, name: h.ID, from: h.From, until: h.Until})
		}
	}
	return append(out, t.overdueBars(items)...)
}

// overdueBars are what is kept too long, in one bar for all that should have gone by the same day.
func (t *tally) overdueBars(items []item) (out []bar) {
	var late []group
	for i := range items {
		one := &items[i]
		if one.Overdue == 0 {
			continue
		}
		at := slices.IndexFunc(out, func(b bar) bool { return b.from == one.DeleteBy+1 })
		if at < 0 {
			at = len(out)
			out, late = append(out, bar{kind: barOverdue, from: one.DeleteBy + 1, until: t.at}), append(late, group{})
		}
		late[at].fields = append(late[at].fields, t.s.groups[one.group].fields...)
	}
	for i := range out {
		out[i].name = late[i].names(5)
	}
	return out
}

// purposeBar is where a purpose stands with a field.
func (t *tally) purposeBar(r *retention.Record, f basis.Field, p basis.PurposeID) (bar, bool) {
	st, ok := t.s.Standing(f, p, r, t.at)
	if !ok || st.Rule == "" {
		return bar{}, false
	}
	rule := t.s.rules[st.Rule]
	b := bar{name: string(p), rule: st.Rule, code: st.Code, from: rule.At(r.History, t.at, t.s.fy).Start.On, until: st.LastDay}
	switch st.Code {
	case retention.CodeWithin:
		b.kind = barFull
		if rule.Kind != retention.Maximum && rule.Kind != retention.Guidance {
			b.kind = barLimited
		}
	case retention.CodeRestricted:
		b.kind = barLimited
	case retention.CodeEnded, retention.CodeErased:
		b.kind = barEnded
	default:
		b.kind = barNone
	}
	return b, true
}
