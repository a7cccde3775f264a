package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// The report names at most so many of each; the rest is counted.
const (
	maxLanes    = 40 // records of the timeline
	maxListed   = 20 // records that are due, in text
	maxSubjects = 20 // of one hold
	maxBroken   = 20 // rows with errors
)

// item is the decision on one group of fields of a record.
type item struct {
	group int
	retention.Decision
	holds []retention.Hold // in force over the fields
}

// states counts decisions by state.
type states struct{ Due, Overdue, Held, Restricted, Active, Pending, Done int }

func (s *states) add(d *retention.Decision) {
	switch d.State {
	case retention.Due:
		s.Due++
		if d.Overdue > 0 {
			s.Overdue++
		}
	case retention.Held:
		s.Held++
	case retention.Restricted:
		s.Restricted++
	case retention.Active:
		s.Active++
	case retention.Pending:
		s.Pending++
	default:
		s.Done++
	}
}

// seat is a group of fields in one of its classes.
type seat struct {
	class retention.ClassID
	group int
}

// tally is what a report says of a file, in memory that does not grow with it.
type tally struct {
	s  *schedule
	at retention.Date

	records, dueRecords int
	worst               int // days overdue
	total               states
	seats               map[seat]*states
	restricted          map[string]int // by the purposes that are left
	held                map[string]*heldBy
	months              []month
	until               retention.Date // end of the months
	broken              []rowError
	brokenRows          int
	dues                []dueRecord // biggest overdue first
	lanes               []lane      // the same, and after them the others
	decisions           []retention.Decision
}

// heldBy is whom a hold keeps.
type heldBy struct {
	hold      retention.Hold
	subjects  []basis.Subject // those with something that only the hold keeps
	more      int
	alsoLater int // groups of fields that it covers and that are not due yet
	last      int // the row that was counted last
}

// month counts what becomes due in it, by group.
type month struct {
	Name   string
	Count  int
	groups []int
}

// dueRecord is a record with something due.
type dueRecord struct {
	subject basis.Subject
	overdue int
	items   []item
	classes []retention.ClassID
}

func newTally(s *schedule, at retention.Date) *tally {
	t := &tally{s: s, at: at, seats: map[seat]*states{}, restricted: map[string]int{}, held: map[string]*heldBy{}}
	year := retention.Term{Period: retention.Period{Months: 12}}
	if t.until = year.LastDay(at, retention.FinancialYear{}); t.until == 0 {
		t.until = at
	}
	for d := at + 1; d <= t.until; d++ {
		if name := monthOf(d); len(t.months) == 0 || t.months[len(t.months)-1].Name != name {
			t.months = append(t.months, month{Name: name, groups: make([]int, len(s.groups))})
		}
	}
	return t
}

// monthOf is the year and month of a day.
func monthOf(d retention.Date) string { return d.String()[:7] }

// items decides each group of fields of a record that is in one of its classes; the
// first of its fields stands for all.
func (t *tally) items(dst []item, r *retention.Record) []item {
	t.decisions = t.s.Decide(t.decisions[:0], r, t.at, t.s.holds)
	for _, d := range t.decisions {
		i, ok := t.s.first[d.Field]
		if !ok {
			continue
		}
		one := item{group: i, Decision: d}
		if d.Holds > 0 {
			one.holds = t.s.holds.On(t.at, r.Subject, t.s.groups[i].classes, d.Field)
		}
		dst = append(dst, one)
	}
	return dst
}

// add counts a record.
func (t *tally) add(row int, r *retention.Record, items []item) {
	t.records++
	due := dueRecord{subject: r.Subject, classes: r.Classes}
	for i := range items {
		one := &items[i]
		t.total.add(&one.Decision)
		for _, class := range t.classes(r, one.group) {
			at := seat{class, one.group}
			if t.seats[at] == nil {
				t.seats[at] = &states{}
			}
			t.seats[at].add(&one.Decision)
		}
		switch one.State {
		case retention.Due:
			due.overdue = max(due.overdue, one.Overdue)
			due.items = append(due.items, *one)
		case retention.Restricted:
			t.restricted[join(one.Purposes())]++
		}
		t.hold(row, r, one)
		if from := one.DeleteFrom; from > t.at && from <= t.until && one.State != retention.Done {
			m := slices.IndexFunc(t.months, func(m month) bool { return m.Name == monthOf(from) })
			t.months[m].Count++
			t.months[m].groups[one.group]++
		}
	}
	t.worst = max(t.worst, due.overdue)
	if len(due.items) > 0 {
		t.dueRecords++
		due.classes = slices.Clone(r.Classes)
		t.dues = rank(t.dues, due, maxListed, func(a, b dueRecord) int { return b.overdue - a.overdue })
	}
	t.addLane(r, items)
}

// hold counts an item under the holds that are in force over it.
func (t *tally) hold(row int, r *retention.Record, one *item) {
	for _, h := range one.holds {
		by := t.held[h.ID]
		if by == nil {
			by = &heldBy{hold: h}
			t.held[h.ID] = by
		}
		switch {
		case one.State != retention.Held:
			by.alsoLater++
		case by.last == row:
		default:
			if by.last = row; len(by.subjects) < maxSubjects {
				by.subjects = append(by.subjects, r.Subject)
			} else {
				by.more++
			}
		}
	}
}

// broke counts a row that could not be used.
func (t *tally) broke(e *rowError) {
	if t.brokenRows++; len(t.broken) < maxBroken {
		t.broken = append(t.broken, *e)
	}
}

// classes are those of the record that the group is in.
func (t *tally) classes(r *retention.Record, group int) []retention.ClassID {
	if r.Classes == nil {
		return t.s.groups[group].classes
	}
	var out []retention.ClassID
	for _, id := range t.s.groups[group].classes {
		if slices.Contains(r.Classes, id) {
			out = append(out, id)
		}
	}
	return out
}

// actions are what the classes of the record do with the fields in the end.
func (t *tally) actions(classes []retention.ClassID, group int) (out []retention.Disposition) {
	for _, id := range t.classes(&retention.Record{Classes: classes}, group) {
		d := t.s.class(id).Disposition
		if d == "" {
			d = retention.Delete
		}
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// rank puts one among at most limit, in order; equals stay in the order in which they came.
func rank[T any](list []T, one T, limit int, order func(a, b T) int) []T {
	at, _ := slices.BinarySearchFunc(list, one, func(a, b T) int { return cmp.Or(order(a, b), -1) })
	if at == limit {
		return list
	}
	if len(list) == limit {
		list = list[:limit-1]
	}
	return slices.Insert(list, at, one)
}

// join lists purposes.
func join(purposes []basis.PurposeID) string {
	parts := make([]string, len(purposes))
	for i, p := range purposes {
		parts[i] = string(p)
	}
	return strings.Join(parts, ", ")
}

// names lists the fields of a group, at most so many.
func (g *group) names(most int) string {
	parts := make([]string, 0, len(g.fields))
	for _, f := range g.fields {
		parts = append(parts, string(f))
	}
	if len(parts) > most {
		parts = append(parts[:most-1], "…")
	}
	return strings.Join(parts, ", ")
}
