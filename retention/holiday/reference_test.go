package holiday

import (
	"slices"
	"testing"
	"time"

	"github.com/grondslag/grondslag/retention"
	"github.com/stretchr/testify/require"
)

// A day of the reference: time.Time, and its distance from Easter Sunday.
type day struct {
	time.Time
	easter int
}

// paschal finds Easter Sunday by the tables of 1582: the epact of the golden number
// gives the fourteenth day of the moon, and Easter is the first Sunday after it.
func paschal(year int) time.Time {
	golden := year%19 + 1
	century := year/100 + 1
	solar := 3*century/4 - 12
	lunar := (8*century+5)/25 - 5
	epact := ((11*golden+20+lunar-solar)%30 + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	full := 44 - epact // in days of March
	if full < 21 {
		full += 30
	}
	t := time.Date(year, time.March, full+1, 0, 0, 0, 0, time.UTC)
	for t.Weekday() != time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

func (d day) is(month time.Month, days ...int) bool {
	for _, n := range days {
		if d.Month() == month && d.Day() == n {
			return true
		}
	}
	return false
}

// in: is it that weekday, on a day of the month within the bounds?
func (d day) in(w time.Weekday, month time.Month, from, to int) bool {
	return d.Weekday() == w && d.Month() == month && d.Day() >= from && d.Day() <= to
}

func (d day) on(year int, month time.Month, n int) bool { return d.Year() == year && d.is(month, n) }

func (d day) dist(days ...int) bool {
	return slices.Contains(days, d.easter)
}

// references say in one expression what the rules of each country say in a list.
func references() map[string]func(day) bool {
	const jan, feb, mar, apr, may, jun = 1, 2, 3, 4, 5, 6
	const jul, aug, sep, oct, nov, dec = 7, 8, 9, 10, 11, 12
	nl := func(d day) bool {
		y, sun := d.Year(), d.Weekday() == time.Sunday
		king := y >= 2014 && (d.is(apr, 27) && !sun || d.in(time.Saturday, apr, 26, 26))
		queen := y >= 1949 && y <= 2013 && d.is(apr, 30) && !sun ||
			y >= 1949 && y <= 1979 && d.in(time.Monday, may, 1, 1) ||
			y >= 1980 && y <= 2013 && d.in(time.Saturday, apr, 29, 29)
		return d.is(jan, 1) || d.dist(-2, 1, 39, 50) || king || queen || d.is(may, 5) || d.is(dec, 25, 26)
	}
	equated := map[string]bool{}
	for _, s := range equatedDays() {
		equated[s] = true
	}
	return map[string]func(day) bool{
		"NL":           nl,
		"Termijnenwet": func(d day) bool { return nl(d) || equated[d.Format(time.DateOnly)] },
		"DE": func(d day) bool {
			y := d.Year()
			return d.is(jan, 1) || d.dist(-2, 1, 39, 50) || d.is(may, 1) || d.is(dec, 25, 26) ||
				y >= 1954 && y <= 1990 && d.is(jun, 17) || y >= 1990 && d.is(oct, 3) || d.on(2017, oct, 31) ||
				y >= 1981 && y <= 1994 && d.in(time.Wednesday, nov, 16, 22)
		},
		"BE": func(d day) bool {
			return d.is(jan, 1) || d.dist(1, 39, 50) || d.is(may, 1) || d.is(jul, 21) || d.is(aug, 15) || d.is(nov, 1, 11) || d.is(dec, 25) ||
				d.on(2008, may, 2)
		},
		"FR": func(d day) bool {
			return d.is(jan, 1) || d.dist(1, 39, 50) || d.is(may, 1) || d.Year() >= 1982 && d.is(may, 8) ||
				d.is(jul, 14) || d.is(aug, 15) || d.is(nov, 1, 11) || d.is(dec, 25)
		},
		"AT": func(d day) bool {
			return d.is(jan, 1, 6) || d.dist(1, 39, 50, 60) || d.is(may, 1) || d.is(aug, 15) ||
				d.Year() >= 1967 && d.is(oct, 26) || d.is(nov, 1) || d.is(dec, 8, 25, 26)
		},
		"LU": func(d day) bool {
			return d.is(jan, 1) || d.dist(1, 39, 50) || d.is(may, 1) || d.Year() >= 2019 && d.is(may, 9) ||
				d.is(jun, 23) || d.is(aug, 15) || d.is(nov, 1) || d.is(dec, 25, 26)
		},
		"IE": func(d day) bool {
			y, sun, mon := d.Year(), d.Weekday() == time.Sunday, d.Weekday() == time.Monday
			brigid := y >= 2023 && (d.in(time.Friday, feb, 1, 1) || d.in(time.Monday, feb, 1, 7) && d.Day() != 4)
			fixed := d.is(mar, 17) || d.is(dec, 25, 26)
			if y <= 1996 {
				fixed = fixed && !sun || mon && (d.is(mar, 18) || d.is(dec, 27)) || d.Weekday() == time.Tuesday && d.is(dec, 27)
			}
			return y >= 1975 && d.is(jan, 1) || brigid || fixed || d.dist(1) || d.on(2022, mar, 18) || d.on(1999, dec, 31) ||
				y >= 1994 && d.in(time.Monday, may, 1, 7) || y >= 1974 && d.in(time.Monday, jun, 1, 7) ||
				d.in(time.Monday, aug, 1, 7) || y >= 1977 && d.in(time.Monday, oct, 25, 31)
		},
		"UK": func(d day) bool {
			y, mon := d.Year(), d.Weekday() == time.Monday
			return y >= 1974 && (d.is(jan, 1) || mon && d.is(jan, 2, 3)) || d.dist(-2, 1) ||
				y >= 1978 && y != 1995 && y != 2020 && d.in(time.Monday, may, 1, 7) || d.on(1995, may, 8) || d.on(2020, may, 8) ||
				y >= 1971 && y != 2002 && y != 2012 && y != 2022 && d.in(time.Monday, may, 25, 31) ||
				d.on(2002, jun, 4) || d.on(2012, jun, 4) || d.on(2022, jun, 2) ||
				y >= 1971 && d.in(time.Monday, aug, 25, 31) || d.is(dec, 25, 26) ||
				d.is(dec, 27, 28) && substitutes(d) ||
				d.on(1981, jul, 29) || d.on(1999, dec, 31) || d.on(2002, jun, 3) || d.on(2011, apr, 29) ||
				d.on(2012, jun, 5) || d.on(2022, jun, 3) || d.on(2022, sep, 19) || d.on(2023, may, 8)
		},
		"ES": func(d day) bool {
			return d.is(jan, 1, 6) || d.dist(-2) || d.is(may, 1) || d.is(aug, 15) || d.is(oct, 12) || d.is(nov, 1) || d.is(dec, 6, 8, 25)
		},
		"IT": func(d day) bool {
			y := d.Year()
			return d.is(jan, 1) || y >= 1986 && d.is(jan, 6) || d.on(2011, mar, 17) || d.dist(1) || d.is(apr, 25) || d.is(may, 1) ||
				y >= 2001 && d.is(jun, 2) || d.is(aug, 15) || y >= 2026 && d.is(oct, 4) || d.is(nov, 1) || d.is(dec, 8, 25, 26)
		},
		"PL": func(d day) bool {
			y := d.Year()
			return d.is(jan, 1) || y >= 2011 && d.is(jan, 6) || d.dist(1, 60) || d.is(may, 1) || y >= 1990 && d.is(may, 3) ||
				y >= 1989 && (d.is(aug, 15) || d.is(nov, 11)) || d.is(nov, 1) || d.on(2018, nov, 12) ||
				y >= 2025 && d.is(dec, 24) || d.is(dec, 25, 26)
		},
		"SE": func(d day) bool {
			y := d.Year()
			return d.is(jan, 1, 6) || d.dist(-2, 1, 39) || y <= 2004 && d.dist(50) || d.is(may, 1) || y >= 2005 && d.is(jun, 6) ||
				d.in(time.Saturday, jun, 20, 26) || d.in(time.Saturday, oct, 31, 31) || d.in(time.Saturday, nov, 1, 6) || d.is(dec, 25, 26)
		},
		"DK": func(d day) bool {
			return d.is(jan, 1) || d.dist(-3, -2, 1, 39, 50) || d.Year() <= 2023 && d.dist(26) || d.is(dec, 25, 26)
		},
	}
}

// substitutes: 27 and 28 December stand in for what fell on the weekend before.
func substitutes(d day) bool {
	before := d.AddDate(0, 0, -2)
	return before.Weekday() == time.Saturday || before.Weekday() == time.Sunday
}

func calendars() map[string]*Calendar {
	return map[string]*Calendar{
		"NL": NL(), "Termijnenwet": Termijnenwet(), "DE": DE(), "BE": BE(), "FR": FR(), "AT": AT(), "LU": LU(),
		"IE": IE(), "UK": UK(), "ES": ES(), "IT": IT(), "PL": PL(), "SE": SE(), "DK": DK(),
	}
}

// TestReference holds each calendar against another computation of the same law, on
// every day of the table, and on the days around it that are computed by rule.
func TestReference(t *testing.T) {
	t.Parallel()
	refs := references()
	for name, c := range calendars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ref := refs[name]
			require.NotNil(t, ref)
			for year := 1940; year <= 2209; year++ {
				sunday := paschal(year)
				for at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == year; at = at.AddDate(0, 0, 1) {
					d := retention.DateIn(at, time.UTC)
					want := ref(day{at, int(at.Sub(sunday).Hours()) / 24})
					if got := c.Holiday(d); got != want {
						require.Equal(t, want, got, d.String())
					}
					if _, ok := c.Name(d); ok != want {
						require.Equal(t, want, ok, d.String())
					}
				}
			}
		})
	}
}

func TestEaster(t *testing.T) {
	t.Parallel()
	for year := 1583; year <= 9999; year++ {
		if want := retention.DateIn(paschal(year), time.UTC); want != easter(year) {
			require.Equal(t, want.String(), easter(year).String())
		}
	}
	// The earliest and latest days that there can be, and the exceptions of the tables.
	for _, want := range []string{"1818-03-22", "2285-03-22", "1943-04-25", "2038-04-25", "1954-04-18", "1981-04-19", "2049-04-18", "2076-04-19"} {
		d, err := retention.ParseDate(want)
		require.NoError(t, err)
		year, _, _ := d.Split()
		require.Equal(t, want, easter(year).String())
	}
	// Before the reform the tables are extended backwards; it is a Sunday of the season.
	for year := 1; year < 1583; year++ {
		d := easter(year)
		require.Equal(t, time.Sunday, d.Weekday())
		require.GreaterOrEqual(t, d, date(year, time.March, 22))
		require.LessOrEqual(t, d, date(year, time.April, 25))
	}
}
