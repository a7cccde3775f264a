package retention

import (
	"log/slog"
	"sort"
)

// Span is a run of days, both included. From is no day where it has no beginning.
type Span struct {
	From Date `json:"from,omitzero"`
	To   Date `json:"to"`
}

// IsZero reports whether nothing is stated.
func (s Span) IsZero() bool { return s == Span{} }

// String is "2020-01-01..2025-12-31", without a beginning "..2025-12-31".
func (s Span) String() string { return s.From.String() + ".." + s.To.String() }

// LogValue implements [slog.LogValuer].
func (s Span) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Holds reports whether the day lies in the span.
func (s Span) Holds(d Date) bool {
	// No day becomes the greatest number: one comparison instead of two, for sweeps.
	return d >= s.From && uint32(d-1) < uint32(s.To)
}

// Cutoff is the inverse of LastDay: the last event day for which the period has
// ended before today, under the law in force today. Every event on or before it is
// due and every later one is not, so that a sweep is one comparison per rule:
//
//	event <= cutoff
//
// The result is no day when nothing can be due. ok is false for a rule whose old
// records are under another law that keeps them longer ([Term.ByCutoff]): use
// [Rule.Due], which has several spans then. It takes about a microsecond, to be spent once per
// rule and day, and does not allocate.
func (r *Rule) Cutoff(today Date, fy FinancialYear) (cutoff Date, ok bool) {
	for s := range r.spans(today, fy) {
		if s.From > firstDate && s.From != cutoff+1 {
			return 0, false
		}
		cutoff = s.To
	}
	return cutoff, true
}

// Due returns the event days for which the period has ended before today, as spans
// in order of time that do not touch: the inverse of LastDay for every rule.
func (r *Rule) Due(today Date, fy FinancialYear) []Span {
	var out []Span
	for s := range r.spans(today, fy) {
		if n := len(out); n > 0 && s.From == out[n-1].To+1 {
			out[n-1].To = s.To
			continue
		}
		if s.From <= firstDate {
			s.From = 0
		}
		out = append(out, s)
	}
	return out
}

// spans yields the due days of each term, in order of time.
func (r *Rule) spans(today Date, fy FinancialYear) func(yield func(Span) bool) {
	return func(yield func(Span) bool) {
		for i := range r.Terms {
			t := &r.Terms[i]
			if t.Open || !t.ByCutoff && !t.holds(today) {
				continue
			}
			from, to := firstDate, today
			if t.ByCutoff {
				// The events whose cut-off lies within the bounds of the term.
				if t.From != 0 {
					from = first(from, to, func(e Date) bool { c := t.Cut.of(e, fy); return c == 0 || c >= t.From })
				}
				if t.Until != 0 {
					to = first(from, to, func(e Date) bool { c := t.Cut.of(e, fy); return c == 0 || c > t.Until }) - 1
				}
			}
			to = first(from, to, func(e Date) bool {
				cut := t.Cut.of(e, fy)
				if cut == 0 {
					return true
				}
				last := r.extend(t, cut, t.after(cut))
				return last == 0 && e > firstDate || last >= today
			}) - 1
			if from <= to && !yield(Span{From: from, To: to}) {
				return
			}
		}
	}
}

// first returns the first day of from..to for which late holds, or to+1. Late must
// not cease to hold on a later day.
func first(from, to Date, late func(Date) bool) Date {
	n := sort.Search(int(to-from)+1, func(i int) bool { return late(from + Date(i)) })
	return from + Date(n)
}
