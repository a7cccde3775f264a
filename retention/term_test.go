package retention

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The naive reference: it walks the calendar of package time, a day at a time.

type civilDay struct {
	y int
	m time.Month
	d int
}

func naive(d Date) time.Time {
	y, m, dd := d.Split()
	return time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)
}

// cutByWalking walks forward until a day is the last of its unit.
func cutByWalking(c Cut, event time.Time, fy FinancialYear) time.Time {
	for d := event; ; d = d.AddDate(0, 0, 1) {
		next := d.AddDate(0, 0, 1)
		newMonth := next.Month() != d.Month()
		closes := fy == FinancialYear{} && d.Month() == 12 && d.Day() == 31 ||
			fy != FinancialYear{} && d.Month() == fy.Month && d.Day() == fy.Day && !(fy.Month == 2 && fy.Day >= 28) ||
			fy.Month == 2 && fy.Day >= 28 && d.Month() == 2 && newMonth
		switch c {
		case CutMonth:
			if newMonth {
				return d
			}
		case CutQuarter:
			if newMonth && d.Month()%3 == 0 {
				return d
			}
		case CutYear:
			if next.Year() != d.Year() {
				return d
			}
		case CutFinancialYear:
			if closes {
				return d
			}
		case CutYearOfFinancialYear:
			if closes {
				return cutByWalking(CutYear, d, fy)
			}
		default:
			return d
		}
	}
}

// monthsByWalking walks whole months ahead by their first days, and then to the day
// of the same number, or the last day of the month.
func monthsByWalking(from time.Time, months int32) (day time.Time, exists bool) {
	at := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	for ; months > 0; months-- {
		month := at.Month()
		for at.Month() == month {
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

func lastDayByWalking(t *Term, event Date, fy FinancialYear) time.Time {
	cut := cutByWalking(t.Cut, naive(event), fy)
	start, whole := cut, t.Count == WholeDay
	if t.Cut != "" && t.Cut != CutNone {
		start, whole = cut.AddDate(0, 0, 1), true
	}
	last, exists := monthsByWalking(start, t.Period.Months)
	days := int(t.Period.Days)
	if whole && exists {
		days--
	}
	return last.AddDate(0, 0, days)
}

var (
	somePeriods = []string{"P0D", "P1D", "P4W", "P90D", "P1M", "P6M", "P11M", "P1Y", "P1Y1M", "P1M1D", "P2Y6M15D", "P5Y", "P7Y", "P10Y", "P20Y"}
	someYears   = []FinancialYear{{}, {time.June, 30}, {time.February, 28}, {time.February, 29}, {time.March, 31}, {time.April, 5}, {time.December, 31}, {time.January, 1}}
	allCuts     = []Cut{"", CutNone, CutDay, CutMonth, CutQuarter, CutYear, CutFinancialYear, CutYearOfFinancialYear}
)

// Every kind of term against the walk, for every day of five years with the leap
// year 2000 and a century that is none, and at random from 1950 to 2150 in the fuzz target.
func TestLastDayByWalking(t *testing.T) {
	t.Parallel()
	for _, cut := range allCuts {
		for _, count := range []Count{"", WholeDay} {
			t.Run(fmt.Sprintf("%s/%s", cut, count), func(t *testing.T) {
				t.Parallel()
				for _, p := range somePeriods[:11] {
					term := Term{Period: period(t, p), Cut: cut, Count: count}
					years := someYears
					if !cut.financial() {
						years = years[:1]
					}
					for i, fy := range years {
						for _, from := range []Date{dateOf(1999, 2, 1), dateOf(2099, 12, 1)} {
							for e := from; e < from+800; e += Date(1 + 12*min(i, 1)) {
								if got, want := term.LastDay(e, fy), lastDayByWalking(&term, e, fy); got.String() != want.Format(time.DateOnly) {
									t.Fatalf("%s of %s after %s (fy %s): %s, want %s", p, e, cut, fy, got, want.Format(time.DateOnly))
								}
							}
						}
					}
				}
			})
		}
	}
}

func FuzzLastDay(f *testing.F) {
	f.Add(uint16(100), uint8(3), uint8(7), uint8(5), uint8(1), false)
	f.Add(uint16(27087), uint8(1), uint8(1), uint8(0), uint8(2), true)
	f.Fuzz(func(t *testing.T, event uint16, cut, months, days, year uint8, whole bool) {
		e := dateOf(1950, 1, 1) + Date(event)
		if e > dateOf(2150, 12, 31) {
			e = dateOf(2150, 12, 31)
		}
		term := Term{Period: Period{Months: int32(months), Days: int32(days)}, Cut: allCuts[int(cut)%len(allCuts)]}
		if whole {
			term.Count = WholeDay
		}
		fy := someYears[int(year)%len(someYears)]
		got, want := term.LastDay(e, fy), lastDayByWalking(&term, e, fy)
		require.Equal(t, want.Format(time.DateOnly), got.String())
		require.GreaterOrEqual(t, term.LastDay(e+1, fy), got, "moves back when the event moves ahead")
	})
}

// Section by section: the sources of the expectations.
func TestLastDay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, period string
		cut          Cut
		count        Count
		fy, want     string
		source       string
	}{
		{"2024-02-29", "P1Y", "", "", "", "2025-02-28", "Reg. 1182/71 3(2)(c)"},
		{"2024-02-29", "P4Y", "", "", "", "2028-02-29", "Reg. 1182/71 3(2)(c)"},
		{"2000-02-29", "P100Y", "", "", "", "2100-02-28", "2100 is no leap year"},
		{"2024-02-29", "P1Y1M", "", "", "", "2025-03-29", "added once, clamped once"},
		{"2026-01-31", "P1M", "", "", "", "2026-02-28", "Reg. 1182/71 3(2)(c)"},
		{"2026-01-31", "P3M", "", "", "", "2026-04-30", "three months from receipt, not one and two"},
		{"2024-08-31", "P1M", "", "", "", "2024-09-30", "CJEU C-171/03"},
		{"2018-03-15", "P7Y", CutYear, "", "", "2025-12-31", "AWR 52(4)"},
		{"2018-09-10", "P7Y", CutYearOfFinancialYear, "", "06-30", "2026-12-31", "BAO 132(1), BFL 7:2"},
		{"2018-09-10", "P5Y", CutFinancialYear, "", "06-30", "2024-06-30", "Bogføringsloven"},
		{"2018-09-10", "P6Y", CutFinancialYear, "", "06-30", "2025-06-30", "CA 2014 s285"},
		{"2018-09-10", "P10Y", CutFinancialYear, "", "06-30", "2029-06-30", "C. com. L123-22"},
		{"2023-02-28", "P5Y", CutFinancialYear, "", "02-28", "2028-02-29", "counted from 1 March"},
		{"2023-02-28", "P5Y", CutDay, "", "", "2028-02-29", "BW 3:307"},
		{"2023-04-30", "P1M", CutMonth, "", "", "2023-05-31", "counted from 1 May"},
		{"2023-01-31", "P1M", "", WholeDay, "", "2023-02-28", "BGB 188(2), (3): nothing is taken off"},
		{"2023-01-29", "P1M", "", WholeDay, "", "2023-02-28", "BGB 188(3)"},
		{"2023-01-28", "P1M", "", WholeDay, "", "2023-02-27", "BGB 188(2)"},
		{"2023-01-31", "P1M5D", "", WholeDay, "", "2023-03-05", "months first, then the days"},
		{"2023-01-15", "P1M5D", "", WholeDay, "", "2023-02-19", "months first, then the days"},
		{"2023-01-15", "P0D", "", WholeDay, "", "2023-01-14", "an empty period ends before its first day"},
		{"2023-01-15", "P0D", "", "", "", "2023-01-15", ""},
		{"2023-01-15", "P0D", CutYear, "", "", "2023-12-31", ""},
		{"2023-05-15", "P1Y", CutQuarter, "", "", "2024-06-30", ""},
		{"2024-02-29", "P1Y", CutFinancialYear, "", "02-28", "2025-02-28", "the last day of February closes, leap year or not"},
		{"2024-03-01", "P1Y", CutFinancialYear, "", "02-29", "2026-02-28", ""},
	} {
		fy := FinancialYear{}
		if tc.fy != "" {
			var err error
			fy, err = ParseFinancialYear(tc.fy)
			require.NoError(t, err)
		}
		term := Term{Period: period(t, tc.period), Cut: tc.cut, Count: tc.count}
		require.Equal(t, tc.want, term.LastDay(day(t, tc.from), fy).String(), "%+v", tc)
	}
}

func TestLastDayBeyondTheCalendar(t *testing.T) {
	t.Parallel()
	for _, cut := range allCuts {
		term := Term{Period: Period{Months: 12}, Cut: cut}
		require.Zero(t, term.LastDay(lastDate, FinancialYear{}), "%s", cut)
		require.Zero(t, term.LastDay(lastDate, FinancialYear{Month: 6, Day: 30}), "%s", cut)
		require.Zero(t, term.LastDay(0, FinancialYear{}))
		require.Zero(t, term.LastDay(-5, FinancialYear{}))
		require.Zero(t, term.LastDay(lastDate+5, FinancialYear{}))
		term.Period = Period{Months: maxMonths, Days: maxDays}
		require.Zero(t, term.LastDay(firstDate, FinancialYear{}))
	}
	open := Term{Open: true}
	require.Zero(t, open.LastDay(dateOf(2020, 1, 1), FinancialYear{}))
}

func TestParseFinancialYear(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "6-30", "06-31", "13-01", "00-10", "06-00", "02-30", "06/30", "2020-06-30", "06-3", "\u06600-30"} {
		_, err := ParseFinancialYear(s)
		require.Error(t, err, s)
	}
	fy, err := ParseFinancialYear("06-30")
	require.NoError(t, err)
	require.Equal(t, "06-30", fy.String())
	require.Equal(t, "12-31", FinancialYear{}.String())
	require.False(t, FinancialYear{Month: 6, Day: 31}.Valid())
	require.False(t, FinancialYear{Month: 6}.Valid())
	require.False(t, FinancialYear{Day: 1}.Valid())
}
