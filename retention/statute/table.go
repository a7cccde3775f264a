package statute

import (
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// Table holds the rules of a country, or of several, in the order of their law. It
// is the caller's own: what is changed in it changes nowhere else.
type Table []retention.Rule

// Default returns the rules to start from: those of which a source was read
// (confidence A or B), one for each ID. The variants, and what nobody
// has verified, are asked for by name with [Table.Get].
func (t Table) Default() Table {
	var out Table
	for _, r := range t {
		if r.Variant == "" && r.Confidence != retention.Unverified {
			out = append(out, r)
		}
	}
	return out
}

// Get returns the rule of that key, an ID or ID/variant, whatever its confidence.
func (t Table) Get(key string) (retention.Rule, bool) {
	for i := range t {
		if t[i].Key() == key {
			return t[i], true
		}
	}
	return retention.Rule{}, false
}

// of fills in what the rules of a country share.
func (t Table) of(country, zone string) Table {
	for i := range t {
		t[i].Country, t[i].Zone, t[i].Checked = country, zone, day(2026, time.November, 24)
	}
	return t
}

// day is for days that the calendar has.
func day(year int, month time.Month, d int) retention.Date {
	date, err := retention.DateOf(year, month, d)
	if err != nil {
		panic(err) // the arguments are constants, and the tests build every table
	}
	return date
}

func years(n int32) retention.Period  { return months(12 * n) }
func months(n int32) retention.Period { return retention.Period{Months: n} }
func weeks(n int32) retention.Period  { return retention.Period{Days: 7 * n} }

// one is a law with a single version, without bounds in time.
func one(p retention.Period, c retention.Cut) []retention.Term {
	return []retention.Term{{Period: p, Cut: c}}
}

func on(events ...retention.Event) []retention.Event { return events }

func text(en, nl string) basis.Text { return basis.Text{En: en, Nl: nl} }
