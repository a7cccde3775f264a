package peers

import (
	"testing"
	"time"
	_ "time/tzdata" // Amsterdam on machines that have no zones

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/nl"
	"github.com/sosodev/duration"
	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
)

// dutch is the calendar of rickar/cal: without its cache, which no two goroutines may share.
func dutch() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(nl.Holidays...)
	return c
}

// days are the days of some years, as a date and as a time at noon.
func days(from, to int) (dates []retention.Date, times []time.Time) {
	for at := time.Date(from, time.January, 1, 12, 0, 0, 0, time.UTC); at.Year() <= to; at = at.AddDate(0, 0, 1) {
		dates, times = append(dates, retention.DateIn(at, time.UTC)), append(times, at)
	}
	return dates, times
}

var periods = []string{"P7Y", "P18M", "P1Y6M", "P4W", "P90D"}

// The same days are holidays and working days in both, and the same periods are read.
func TestSameWork(t *testing.T) {
	theirs, ours := dutch(), holiday.NL()
	dates, times := days(2015, 2060)
	holidays := 0
	for i, d := range dates {
		_, observed, _ := theirs.IsHoliday(times[i])
		require.Equal(t, observed, ours.Holiday(d), "%s", d)
		require.Equal(t, theirs.IsWorkday(times[i]), retention.Working(d, ours), "%s", d)
		if observed {
			holidays++
		}
	}
	require.Greater(t, holidays, 9*(2060-2015))
	for _, s := range periods {
		ours, err := retention.ParsePeriod(s)
		require.NoError(t, err)
		theirs, err := duration.Parse(s)
		require.NoError(t, err)
		require.Equal(t, theirs.Years*12+theirs.Months, float64(ours.Months), s)
		require.Equal(t, theirs.Weeks*7+theirs.Days, float64(ours.Days), s)
	}
}

func BenchmarkHoliday(b *testing.B) {
	dates, times := days(2026, 2026)
	b.Run("grondslag", func(b *testing.B) {
		c, i := holiday.NL(), 0
		b.ReportAllocs()
		for b.Loop() {
			c.Holiday(dates[i])
			i = (i + 1) % len(dates)
		}
	})
	b.Run("rickar-cal", func(b *testing.B) {
		c, i := dutch(), 0
		b.ReportAllocs()
		for b.Loop() {
			c.IsHoliday(times[i])
			i = (i + 1) % len(times)
		}
	})
}

func BenchmarkWorkday(b *testing.B) {
	dates, times := days(2026, 2026)
	b.Run("grondslag", func(b *testing.B) {
		c, i := holiday.NL(), 0
		b.ReportAllocs()
		for b.Loop() {
			retention.Working(dates[i], c)
			i = (i + 1) % len(dates)
		}
	})
	b.Run("rickar-cal", func(b *testing.B) {
		c, i := dutch(), 0
		b.ReportAllocs()
		for b.Loop() {
			c.IsWorkday(times[i])
			i = (i + 1) % len(times)
		}
	})
}

func BenchmarkParsePeriod(b *testing.B) {
	for _, s := range periods {
		b.Run("grondslag/"+s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := retention.ParsePeriod(s); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("sosodev-duration/"+s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := duration.Parse(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The last day of seven years: in civil days, and by the time package in a zone with
// daylight saving, which is what libraries of durations come down to.
func BenchmarkSevenYears(b *testing.B) {
	dates, times := days(2016, 2016)
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(b, err)
	b.Run("grondslag", func(b *testing.B) {
		term, i := retention.Term{Period: retention.Period{Months: 84}}, 0
		b.ReportAllocs()
		for b.Loop() {
			term.LastDay(dates[i], retention.FinancialYear{})
			i = (i + 1) % len(dates)
		}
	})
	b.Run("time", func(b *testing.B) {
		i := 0
		b.ReportAllocs()
		for b.Loop() {
			times[i].In(amsterdam).AddDate(7, 0, 0)
			i = (i + 1) % len(times)
		}
	})
}
