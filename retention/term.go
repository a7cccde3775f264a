package retention

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// Count is a way of counting a period, when no cut-off decides it.
type Count string

const (
	// EventDay does not count the day of the event: it ends on the day of the same
	// number (Regulation 1182/71 Art. 3(1), (2)(c); BGB 187(1), 188(2)).
	EventDay Count = "event"
	// WholeDay counts the first day, since its beginning decides: it ends on the day
	// before the one of the same number (BGB 187(2), 188(2)).
	WholeDay Count = "whole"
)

// Cut is a cut-off: the end of the unit of time that holds the event, from which
// the period is counted in whole days. The records of one unit then fall due together.
type Cut string

const (
	// CutNone: there is no cut-off; the period runs from the event.
	CutNone Cut = "none"
	// CutDay: from the start of the day after the event (BW 3:307).
	CutDay Cut = "day"
	// CutMonth is the last day of the month.
	CutMonth Cut = "month"
	// CutQuarter is the last day of the quarter of the calendar year.
	CutQuarter Cut = "quarter"
	// CutYear is 31 December.
	CutYear Cut = "year"
	// CutFinancialYear is the last day of the financial year.
	CutFinancialYear Cut = "fy"
	// CutYearOfFinancialYear is 31 December of the calendar year in which the financial year ends (BAO 132(1), BFL 7:2).
	CutYearOfFinancialYear Cut = "fy_year"
)

// financial reports whether the cut-off depends on the financial year.
func (c Cut) financial() bool { return c == CutFinancialYear || c == CutYearOfFinancialYear }

// FinancialYear says when the controller closes the books each year. The zero value
// is 31 December. The last day of February is 28 or 29 February, whichever is written.
// As text and in JSON it is 06-30.
type FinancialYear struct {
	Month time.Month
	Day   int
}

// ParseFinancialYear reads the last day as 06-30.
func ParseFinancialYear(s string) (FinancialYear, error) {
	// 2000 is a leap year, so that 02-29 exists.
	if len(s) != 5 {
		return FinancialYear{}, errors.New("retention: want the last day of the financial year as 06-30")
	}
	d, err := civil.Parse("2000-" + s)
	if err != nil {
		return FinancialYear{}, errors.New("retention: want the last day of the financial year as 06-30, a day that exists")
	}
	_, m, day := d.Split()
	return FinancialYear{Month: m, Day: day}, nil
}

// String returns the last day as 06-30.
func (f FinancialYear) String() string {
	f = f.orDefault()
	return fmt.Sprintf("%02d-%02d", int(f.Month), f.Day)
}

// Valid reports whether it is the zero value or a day of the year.
func (f FinancialYear) Valid() bool {
	return f == FinancialYear{} || f.Month >= 1 && f.Month <= 12 && f.Day >= 1 && f.Day <= civil.DaysIn(2000, f.Month)
}

// IsZero reports whether it is the zero value, which closes on 31 December.
func (f FinancialYear) IsZero() bool { return f == FinancialYear{} }

// MarshalText implements [encoding.TextMarshaler].
func (f FinancialYear) MarshalText() ([]byte, error) {
	if !f.Valid() {
		return nil, errors.New("retention: the financial year ends on a day that does not exist")
	}
	return []byte(f.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. On error f is left as it was.
func (f *FinancialYear) UnmarshalText(text []byte) error {
	v, err := ParseFinancialYear(string(text))
	if err == nil {
		*f = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text; NULL is the zero value. On error f is left as it was.
func (f *FinancialYear) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*f = FinancialYear{}
		return nil
	case string:
		return f.UnmarshalText([]byte(v))
	case []byte:
		return f.UnmarshalText(v)
	}
	return fmt.Errorf("retention: a FinancialYear can't be read from %T", src)
}

// Value implements [driver.Valuer] as a text.
func (f FinancialYear) Value() (driver.Value, error) {
	b, err := f.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// LogValue implements [slog.LogValuer].
func (f FinancialYear) LogValue() slog.Value { return slog.StringValue(f.String()) }

// GormDataType names the column type for gorm, without importing it.
func (FinancialYear) GormDataType() string { return "string" }

func (f FinancialYear) orDefault() FinancialYear {
	if f == (FinancialYear{}) {
		return FinancialYear{Month: time.December, Day: 31}
	}
	return f
}

// closes returns the month and day on which the books close in the year.
func (f FinancialYear) closes(year int) (time.Month, int) {
	f = f.orDefault()
	if f.Month == time.February && f.Day >= 28 {
		return time.February, civil.DaysIn(year, time.February)
	}
	return f.Month, f.Day
}

// Close returns the last day of the financial year that holds d. A day beyond the
// calendar is no day, and so is every day of a financial year that is not [FinancialYear.Valid].
func (f FinancialYear) Close(d Date) Date {
	if !d.Valid() || !f.Valid() {
		return 0
	}
	y, m, day := d.Split()
	cm, cd := f.closes(y)
	if m > cm || m == cm && day > cd {
		y++
		cm, cd = f.closes(y)
	}
	return inCalendar(y, cm, cd)
}

func inCalendar(y int, m time.Month, d int) Date {
	if y > 9999 {
		return 0
	}
	return dateOf(y, m, d)
}

// of returns the cut-off of an event: its own day when there is none.
func (c Cut) of(event Date, fy FinancialYear) Date {
	switch c {
	case CutYear:
		y, _, _ := event.Split()
		return dateOf(y, time.December, 31)
	case CutFinancialYear:
		return fy.Close(event)
	case CutYearOfFinancialYear:
		y, _, _ := fy.Close(event).Split()
		if y == 0 {
			return 0
		}
		return dateOf(y, time.December, 31)
	case CutMonth:
		y, m, _ := event.Split()
		return dateOf(y, m, civil.DaysIn(y, m))
	case CutQuarter:
		y, m, _ := event.Split()
		m += (3 - m%3) % 3
		return dateOf(y, m, civil.DaysIn(y, m))
	}
	return event
}

// Term is what one version of a rule says about time: a period, where it starts,
// and for which days the version holds.
type Term struct {
	Period Period `json:"period,omitzero"`
	// Open: there is no end of its own; another rule or a person ends it. Period is then P0D.
	Open bool `json:"open,omitzero"`
	// Cut, empty for none, is the cut-off after which whole days are counted.
	Cut Cut `json:"cut,omitzero"`
	// Count, empty for EventDay, is how days are counted without a cut-off.
	Count Count `json:"count,omitzero"`
	// From and Until are the first and last day on which the version holds; no day
	// is without bound. What holds on the day of evaluation is applied.
	From  Date `json:"from,omitzero"`
	Until Date `json:"until,omitzero"`
	// ByCutoff: From and Until bound the day of the cut-off, or of the event without
	// one, instead of the day of evaluation: old records stay under old law.
	ByCutoff bool `json:"by_cutoff,omitzero"`
}

// errors names what is wrong with the term, in order.
func (t Term) errors() (errs []error) {
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !t.Period.Valid() {
		fail("period of %d months and %d days is out of bounds", t.Period.Months, t.Period.Days)
	}
	if t.Open && !t.Period.IsZero() {
		fail("an open term has no period, found %s", t.Period)
	}
	if t.Cut != "" && !t.Cut.Valid() {
		fail("unknown cut-off %q", string(t.Cut))
	}
	if t.Count != "" && !t.Count.Valid() {
		fail("unknown way of counting %q", string(t.Count))
	}
	if t.Cut != "" && t.Cut != CutNone && t.Count == EventDay {
		fail("after a cut-off whole days are counted")
	}
	for _, d := range [...]Date{t.From, t.Until} {
		if d != 0 && !d.Valid() {
			fail("a bound of the validity is no day")
		}
	}
	if t.From != 0 && t.Until != 0 && t.Until < t.From {
		fail("validity ends %s, before it begins %s", t.Until, t.From)
	}
	return errs
}

// holds reports whether the version covers the day.
func (t *Term) holds(d Date) bool {
	return (t.From == 0 || d >= t.From) && (t.Until == 0 || d <= t.Until)
}

// LastDay returns the last day of the period, that day included: data that may go
// after it may go from the next day on, and data that must go by then goes on that
// day at the latest. Years and months are added once and clamped once to the end of
// the month, then days. It never decreases when the event moves to a later day.
//
// The result is no day when event is none, the term is open, or the day lies after
// the year 9999. Validity plays no part here. It does not allocate.
func (t *Term) LastDay(event Date, fy FinancialYear) Date {
	if t.Open || !event.Valid() {
		return 0
	}
	cut := t.Cut.of(event, fy)
	if cut == 0 {
		return 0
	}
	return t.after(cut)
}

// after is LastDay once the cut-off is known.
func (t *Term) after(cut Date) Date {
	switch {
	case t.Cut != "" && t.Cut != CutNone:
		return wholeDays(cut+1, t.Period)
	case t.Count == WholeDay:
		return wholeDays(cut, t.Period)
	}
	last, _ := addMonths(cut, t.Period.Months)
	return addDays(last, t.Period.Days)
}

// wholeDays counts the first day: the last one is the day before the same number,
// or the end of the month when that has no such day (BGB 188(2), (3)).
func wholeDays(first Date, p Period) Date {
	if first > lastDate {
		return 0
	}
	last, clamped := addMonths(first, p.Months)
	if last == 0 {
		return 0
	}
	if clamped {
		return addDays(last, p.Days)
	}
	return addDays(last, p.Days-1)
}

// addMonths returns the same day of a later month, or the end of that month when it
// has no such day; no day beyond the calendar.
func addMonths(d Date, months int32) (sum Date, clamped bool) {
	if months == 0 {
		return d, false
	}
	y, m, day := d.civil().Split()
	total := y*12 + int(m) - 1 + int(months)
	y, m = total/12, time.Month(total%12+1)
	if y > 9999 {
		return 0, false
	}
	if day > 28 {
		if end := civil.DaysIn(y, m); day > end {
			day, clamped = end, true
		}
	}
	return dateOf(y, m, day), clamped
}

func addDays(d Date, days int32) Date {
	if sum := d + Date(days); d != 0 && sum.Valid() { // no overflow: both are far below 1<<30
		return sum
	}
	return 0
}
