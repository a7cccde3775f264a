package retention_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/internal/walk"
)

func day(t testing.TB, s string) retention.Date {
	t.Helper()
	d, err := retention.ParseDate(s)
	require.NoError(t, err)
	return d
}

func period(t testing.TB, s string) retention.Period {
	t.Helper()
	p, err := retention.ParsePeriod(s)
	require.NoError(t, err)
	return p
}

var (
	somePeriods = []string{"P0D", "P1D", "P4W", "P90D", "P1M", "P6M", "P11M", "P1Y", "P1Y1M", "P1M1D", "P2Y6M15D", "P5Y", "P7Y", "P10Y", "P20Y"}
	someYears   = []retention.FinancialYear{{}, {time.June, 30}, {time.February, 28}, {time.February, 29}, {time.March, 31}, {time.April, 5}, {time.December, 31}, {time.January, 1}}
	allCuts     = []retention.Cut{
		"", retention.CutNone, retention.CutDay, retention.CutMonth, retention.CutQuarter,
		retention.CutYear, retention.CutFinancialYear, retention.CutYearOfFinancialYear,
	}
)

// Every kind of term against the walk, for the days around every end of a month of five years
// with the leap year 2000 and a century that is none, where nothing but the number of the day
// makes a difference; and at random from 1950 to 2150 in the fuzz target.
func TestLastDayByWalking(t *testing.T) {
	t.Parallel()
	for _, cut := range allCuts {
		for _, count := range []retention.Count{"", retention.WholeDay} {
			t.Run(fmt.Sprintf("%s/%s", cut, count), func(t *testing.T) {
				t.Parallel()
				for n, p := range somePeriods[:11] {
					term := retention.Term{Period: period(t, p), Cut: cut, Count: count}
					years := someYears
					if cut != retention.CutFinancialYear && cut != retention.CutYearOfFinancialYear {
						years = years[:1]
					}
					for i, fy := range years {
						if i > 0 && n%5 > 0 {
							continue // another financial year moves the cut-off, whatever the period
						}
						for _, from := range []retention.Date{day(t, "1999-02-01"), day(t, "2099-12-01")} {
							for e := from; e < from+800; e += retention.Date(1 + 12*min(i, 1)) {
								if _, _, number := e.Split(); i == 0 && number > 2 && number < 27 && number != 15 {
									continue
								}
								if got, want := term.LastDay(e, fy), walk.LastDay(&term, e, fy); got != want {
									t.Fatalf("%s of %s after %s (fy %s): %s, want %s", p, e, cut, fy, got, want)
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
		e := day(t, "1950-01-01") + retention.Date(event)
		if last := day(t, "2150-12-31"); e > last {
			e = last
		}
		term := retention.Term{Period: retention.Period{Months: int32(months), Days: int32(days)}, Cut: allCuts[int(cut)%len(allCuts)]}
		if whole {
			term.Count = retention.WholeDay
		}
		fy := someYears[int(year)%len(someYears)]
		got, want := term.LastDay(e, fy), walk.LastDay(&term, e, fy)
		require.Equal(t, want, got)
		require.GreaterOrEqual(t, term.LastDay(e+1, fy), got, "moves back when the event moves ahead")
	})
}
