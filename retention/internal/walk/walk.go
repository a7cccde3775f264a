// Package walk computes the last day of a period the slow and obvious way, by walking
// the calendar of package time a day at a time: the reference that tests hold the
// fast computation against.
package walk

import (
	"time"

	"github.com/grondslag/grondslag/retention"
)

// LastDay is [retention.Term.LastDay] for events in years 1 to 9000 and periods below 900 years.
func LastDay(t *retention.Term, event retention.Date, fy retention.FinancialYear) retention.Date {
	y, m, d := event.Split()
	cut := cutoff(t.Cut, time.Date(y, m, d, 0, 0, 0, 0, time.UTC), fy)
	start, whole := cut, t.Count == retention.WholeDay
	if t.Cut != "" && t.Cut != retention.CutNone {
		start, whole = cut.AddDate(0, 0, 1), true
	}
	last, exists := months(start, t.Period.Months)
	days := int(t.Period.Days)
	if whole && exists {
		days--
	}
	return retention.DateIn(last.AddDate(0, 0, days), time.UTC)
}

// Cutoff is the day after which a term counts whole days; the event without a cut-off.
func Cutoff(c retention.Cut, event retention.Date, fy retention.FinancialYear) retention.Date {
	y, m, d := event.Split()
	return retention.DateIn(cutoff(c, time.Date(y, m, d, 0, 0, 0, 0, time.UTC), fy), time.UTC)
}

// cutoff walks forward until a day is the last of its unit.
func cutoff(c retention.Cut, event time.Time, fy retention.FinancialYear) time.Time {
	if fy == (retention.FinancialYear{}) {
		fy = retention.FinancialYear{Month: time.December, Day: 31}
	}
	for d := event; ; d = d.AddDate(0, 0, 1) {
		next := d.AddDate(0, 0, 1)
		newMonth := next.Month() != d.Month()
		closes := d.Month() == fy.Month && d.Day() == fy.Day
		if fy.Month == time.February && fy.Day >= 28 {
			closes = d.Month() == time.February && newMonth
		}
		switch c {
		case retention.CutMonth:
			if newMonth {
				return d
			}
		case retention.CutQuarter:
			if newMonth && d.Month()%3 == 0 {
				return d
			}
		case retention.CutYear:
			if next.Year() != d.Year() {
				return d
			}
		case retention.CutFinancialYear:
			if closes {
				return d
			}
		case retention.CutYearOfFinancialYear:
			if closes {
				return cutoff(retention.CutYear, d, fy)
			}
		default:
			return d
		}
	}
}

// months walks whole months ahead by their first days, and then to the day of the
// same number, or to the last day of the month.
func months(from time.Time, n int32) (day time.Time, exists bool) {
	at := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	for ; n > 0; n-- {
		for month := at.Month(); at.Month() == month; {
			at = at.AddDate(0, 0, 1)
		}
	}
	for at.Day() < from.Day() {
		next := at.AddDate(0, 0, 1)
		if next.Month() != at.Month() {
			return at, false
		}
		at = next
	}
	return at, true
}
