package retention_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/internal/walk"
	"github.com/grondslag/grondslag/retention/statute"
)

var calendarYears = []retention.FinancialYear{{}, {Month: 6, Day: 30}, {Month: 2, Day: 28}}

// The cut-off is the inverse of the last day: for every statutory rule and every day
// of 1990 to 2059, it is due and the next day is not; and in between nothing is out of order.
func TestCutoffIsTheInverse(t *testing.T) {
	t.Parallel()
	from, to := day(t, "1990-01-01"), day(t, "2059-12-31")
	for _, r := range statute.All() {
		t.Run(r.Key(), func(t *testing.T) {
			t.Parallel()
			for _, fy := range calendarYears {
				for today := from; today <= to; today++ {
					c, ok := r.Cutoff(today, fy)
					if !ok {
						inverse(t, &r, today, fy)
						continue
					}
					if c == 0 {
						require.False(t, ended(&r, today-40*366, today, fy))
						continue
					}
					if !ended(&r, c, today, fy) || c < today && ended(&r, c+1, today, fy) {
						t.Fatalf("on %s the cut-off is %s, which ends %s, and %s the day after", today, c, r.LastDay(c, today, fy), r.LastDay(c+1, today, fy))
					}
				}
				if !financial(&r) {
					break
				}
			}
		})
	}
}

func financial(r *retention.Rule) bool {
	return slices.ContainsFunc(r.Terms, func(t retention.Term) bool {
		return t.Cut == retention.CutFinancialYear || t.Cut == retention.CutYearOfFinancialYear
	})
}

// ended asks the rule itself.
func ended(r *retention.Rule, event, today retention.Date, fy retention.FinancialYear) bool {
	last := r.LastDay(event, today, fy)
	return last != 0 && last < today
}

// inverse compares every event day of 45 years with the spans that are due.
func inverse(t *testing.T, r *retention.Rule, today retention.Date, fy retention.FinancialYear) {
	t.Helper()
	if today%97 != 0 {
		return
	}
	spans := r.Due(today, fy)
	for e := today - 45*366; e <= today+3; e++ {
		in := slices.ContainsFunc(spans, func(s retention.Span) bool { return s.Holds(e) })
		if in != ended(r, e, today, fy) {
			t.Fatalf("on %s an event of %s ends %s; due are %v", today, e, r.LastDay(e, today, fy), spans)
		}
	}
}

// A law that shortens the period for new records alone breaks the order, and there
// are several spans then.
func TestDueOfLawByRecord(t *testing.T) {
	t.Parallel()
	shorter := retention.Rule{
		ID: "x", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted},
		Terms: []retention.Term{
			{Period: period(t, "P10Y"), Cut: retention.CutYear, Until: day(t, "2029-12-31"), ByCutoff: true},
			{Period: period(t, "P5Y"), Cut: retention.CutYear, From: day(t, "2030-01-01"), ByCutoff: true},
		},
	}
	require.NoError(t, shorter.Check())
	today := day(t, "2037-06-01")
	_, ok := shorter.Cutoff(today, retention.FinancialYear{})
	require.False(t, ok)
	require.Equal(t, []retention.Span{
		{To: day(t, "2026-12-31")},
		{From: day(t, "2030-01-01"), To: day(t, "2031-12-31")},
	}, shorter.Due(today, retention.FinancialYear{}))
	for today := day(t, "2025-01-01"); today < day(t, "2050-01-01"); today++ {
		inverse(t, &shorter, today, retention.FinancialYear{})
	}

	longer, ok := statute.BE().Get("BE-TAX")
	require.True(t, ok)
	for today := day(t, "2020-01-01"); today < day(t, "2045-01-01"); today++ {
		for _, fy := range calendarYears {
			_, ok := longer.Cutoff(today, fy)
			require.True(t, ok, "%s: old law is shorter, so that one comparison does", today)
			inverse(t, &longer, today, fy)
		}
	}
}

// Before any event can be due there is no cut-off, and no law no due record.
func TestCutoffOfNothing(t *testing.T) {
	t.Parallel()
	amlr, err := statute.Find("EU-AMLR")
	require.NoError(t, err)
	c, ok := amlr.Cutoff(day(t, "2027-07-09"), retention.FinancialYear{})
	require.True(t, ok)
	require.Zero(t, c)
	c, _ = amlr.Cutoff(day(t, "2027-07-10"), retention.FinancialYear{})
	require.Equal(t, "2022-07-09", c.String())
	tax, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	c, ok = tax.Cutoff(day(t, "0005-01-01"), retention.FinancialYear{})
	require.True(t, ok)
	require.Zero(t, c)
	require.Empty(t, tax.Due(day(t, "0005-01-01"), retention.FinancialYear{}))
	stay, err := statute.Find("ES-BLOCK")
	require.NoError(t, err)
	require.Empty(t, stay.Due(day(t, "2050-01-01"), retention.FinancialYear{}))
}

// Every statutory rule against the walk over the calendar, events of 1950 to 2150,
// the day before and after each last day, and its cut-off on both.
func FuzzRules(f *testing.F) {
	rules := statute.All()
	f.Add(uint8(0), uint32(20000), uint8(0))
	f.Add(uint8(31), uint32(24807), uint8(1))
	f.Fuzz(func(t *testing.T, n uint8, event uint32, year uint8) {
		r := &rules[int(n)%len(rules)]
		fy := calendarYears[int(year)%len(calendarYears)]
		e := day(t, "1950-01-01") + retention.Date(event%73414) // through 2150
		for i := range r.Terms {
			term := &r.Terms[i]
			if term.Open {
				continue
			}
			want := walk.LastDay(term, e, fy)
			require.Equal(t, want, term.LastDay(e, fy))
			for _, at := range []retention.Date{want, want + 1} {
				l := r.At(retention.History{{Event: r.Events[0], On: e}}, at, fy)
				if l.Term != i+1 || l.Pending {
					continue // another version, or the books are open
				}
				require.Equal(t, want, l.LastDay)
				require.Equal(t, at > want, l.Ended(at))
				c, ok := r.Cutoff(at, fy)
				if ok {
					require.Equal(t, at > want, e <= c, "on %s the cut-off is %s", at, c)
				}
			}
		}
	})
}
