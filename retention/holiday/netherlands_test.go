package holiday

import (
	"testing"
	"time"

	"github.com/grondslag/grondslag/retention"
	"github.com/stretchr/testify/require"
)

// equatedDays are the days of the decrees, written as in their titles: one line each.
func equatedDays() []string {
	return []string{
		"2005-05-06", "2006-05-26", "2007-05-18", "2007-12-27", "2007-12-28", "2007-12-31", // 26 November 2003
		"2007-12-24", "2008-05-02", "2009-01-02", "2009-05-01", "2009-05-04", "2009-05-22", "2010-05-14", // 27 September 2007
		"2011-05-06", "2011-06-03", "2012-05-18", "2012-12-24", "2012-12-31", "2013-04-29", "2013-05-10", "2013-12-27", // 7 June 2010
		"2014-05-30", "2015-01-02", "2015-05-04", "2015-05-15", "2016-05-06", // 17 June 2013
		"2017-04-28", "2017-05-26", "2018-05-11", "2018-12-24", "2018-12-31", "2019-05-31", "2019-12-27", // 24 October 2016
		"2020-05-22", "2021-05-14", "2022-05-27", // 20 September 2019
		"2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30",
		"2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26",
	}
}

func parse(t testing.TB, s string) retention.Date {
	t.Helper()
	d, err := retention.ParseDate(s)
	require.NoError(t, err)
	return d
}

// Equated days are working days that stand between a holiday and a weekend, or another
// equated day; the Friday after Ascension is always one.
func TestEquatedDays(t *testing.T) {
	t.Parallel()
	eu, atw := NL(), Termijnenwet()
	for _, s := range equatedDays() {
		d := parse(t, s)
		require.True(t, retention.Working(d, eu), "%s is a working day under Regulation 1182/71", s)
		require.False(t, retention.Working(d, atw), s)
		require.False(t, retention.Working(d-1, atw) && retention.Working(d+1, atw), "%s is no bridge", s)
		name, ok := atw.Name(d)
		require.True(t, ok)
		require.Equal(t, "Gelijkgestelde dag", name.Nl)
	}
	extra := 0
	for year := 1950; year <= 2199; year++ {
		for d := range atw.Days(year) {
			if !eu.Holiday(d) {
				extra++
			}
		}
		for d := range eu.Days(year) {
			require.True(t, atw.Holiday(d))
		}
		friday := easter(year) + 40
		require.Equal(t, year >= 2005 && year <= 2028 || eu.Holiday(friday), atw.Holiday(friday), friday)
	}
	require.Equal(t, len(equatedDays()), extra)
}

// Royal decree of 30 January 2013 for King's Day; for Queen's Day the Sundays of 30
// April since 1949 and what was kept instead.
func TestKingsDay(t *testing.T) {
	t.Parallel()
	c := NL()
	for _, tt := range []struct {
		day, en string // no name: no holiday
	}{
		{"1948-04-30", ""}, {"1949-04-30", "Queen's Day"},
		{"1950-04-30", ""}, {"1950-05-01", "Queen's Day"}, {"1950-04-29", ""},
		{"1961-04-30", ""}, {"1961-05-01", "Queen's Day"},
		{"1967-04-30", ""}, {"1967-05-01", "Queen's Day"},
		{"1972-04-30", ""}, {"1972-05-01", "Queen's Day"},
		{"1978-04-30", ""}, {"1978-05-01", "Queen's Day"},
		{"1979-04-30", "Queen's Day"}, {"1980-04-30", "Queen's Day"},
		{"1989-04-30", ""}, {"1989-04-29", "Queen's Day"}, {"1989-05-01", ""},
		{"1995-04-30", ""}, {"1995-04-29", "Queen's Day"},
		{"2000-04-30", ""}, {"2000-04-29", "Queen's Day"},
		{"2006-04-30", ""}, {"2006-04-29", "Queen's Day"},
		{"2010-04-30", "Queen's Day"}, {"2010-04-27", ""},
		{"2013-04-30", "Queen's Day"}, {"2013-04-27", ""}, {"2013-04-26", ""},
		{"2014-04-26", "King's Day"}, {"2014-04-27", ""}, {"2014-04-30", ""},
		{"2015-04-27", "King's Day"}, {"2015-04-26", ""},
		{"2024-04-27", "King's Day"}, // a Saturday stays
		{"2025-04-26", "King's Day"}, {"2025-04-27", ""},
		{"2031-04-26", "King's Day"}, {"2031-04-27", ""},
		{"2036-04-26", "King's Day"}, {"2042-04-26", "King's Day"},
	} {
		name, ok := c.Name(parse(t, tt.day))
		require.Equal(t, tt.en != "", ok, tt.day)
		require.Equal(t, tt.en, name.En, tt.day)
	}
}

// months is the last day of a period of months from the day of an event, before any
// move: the same number, or the end of the month (Regulation 1182/71 Art. 3(2)(c)).
func months(t testing.TB, event retention.Date, n int) retention.Date {
	y, m, day := event.Split()
	at := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	if end := at.AddDate(0, 1, -1).Day(); day > end {
		day = end
	}
	d, err := retention.DateOf(at.Year(), at.Month(), day)
	require.NoError(t, err)
	return d
}

// The month of GDPR Art. 12(3) for a controller in the Netherlands, under the Union's
// own law, and, as a contrast, under the Dutch law on terms.
func TestMonthToAnswer(t *testing.T) {
	t.Parallel()
	eu, atw := NL(), Termijnenwet()
	for _, tt := range []struct {
		received    string
		months      int
		union, home string // home: empty when the same
	}{
		{"2026-03-05", 1, "2026-04-07", ""}, // Easter, Easter Monday
		{"2026-08-31", 1, "2026-09-30", ""},
		{"2026-01-31", 1, "2026-03-02", ""}, // a Saturday
		{"2024-01-31", 1, "2024-02-29", ""},
		{"2025-01-29", 1, "2025-02-28", ""},
		{"2025-03-26", 1, "2025-04-28", ""},           // King's Day moved to Saturday
		{"2025-03-27", 1, "2025-04-28", ""},           // Sunday 27 April is not King's Day
		{"2026-04-05", 1, "2026-05-06", ""},           // 5 May, in no round year
		{"2026-04-14", 1, "2026-05-15", "2026-05-18"}, // Ascension
		{"2027-04-05", 1, "2027-05-07", "2027-05-10"}, // 5 May and Ascension
		{"2028-03-28", 1, "2028-04-28", "2028-05-01"},
		{"2026-11-25", 1, "2026-12-28", ""}, // Christmas and a weekend
		{"2026-12-01", 1, "2027-01-04", ""},
		{"2026-01-31", 3, "2026-04-30", ""},
		{"2024-02-29", 1, "2024-04-02", ""}, // Good Friday to Easter Monday
	} {
		event := parse(t, tt.received)
		p := retention.Period{Months: int32(tt.months)}
		last := months(t, event, tt.months)
		require.Equal(t, tt.union, retention.Regulation1182.Extend(event+1, last, p, eu).String(), tt.received)
		if tt.home == "" {
			tt.home = tt.union
		}
		require.Equal(t, tt.home, retention.Termijnenwet.Extend(event+1, last, p, atw).String(), tt.received)
	}
	// Three days, of which two must be working days, after an event on Thursday 24
	// December 2026: Christmas and a weekend, and then the 28th and 29th.
	event := parse(t, "2026-12-24")
	for r, h := range map[retention.Regime]retention.Holidays{retention.Regulation1182: eu, retention.Termijnenwet: atw} {
		got := r.Extend(event+1, event+3, retention.Period{Days: 3}, h)
		require.Equal(t, "2026-12-29", got.String(), r)
	}
}
