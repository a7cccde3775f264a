package retention

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var allCuts = []Cut{"", CutNone, CutDay, CutMonth, CutQuarter, CutYear, CutFinancialYear, CutYearOfFinancialYear}

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

func FuzzParseFinancialYear(f *testing.F) {
	f.Add("06-30")
	f.Add("02-29")
	f.Fuzz(func(t *testing.T, s string) {
		fy, err := ParseFinancialYear(s)
		if err != nil {
			require.Zero(t, fy)
			return
		}
		require.True(t, fy.Valid())
		require.Equal(t, s, fy.String())
	})
}
