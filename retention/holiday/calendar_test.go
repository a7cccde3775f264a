package holiday

import (
	"sync"
	"testing"
	"time"

	"github.com/grondslag/grondslag/retention"
	"github.com/stretchr/testify/require"
)

// The table begins and ends where its constants say.
func TestTable(t *testing.T) {
	t.Parallel()
	require.Equal(t, first, date(firstYear, time.January, 1))
	require.Equal(t, first+span-1, date(lastYear, time.December, 31))
	c, err := New(On(time.January, 1, named("first")), On(time.December, 31, named("last")))
	require.NoError(t, err)
	for _, year := range []int{1949, 1950, 2199, 2200} {
		require.Len(t, days(c, year), 2)
	}
	bare := &Calendar{rules: c.rules} // a table without days shows which days come from it
	require.True(t, bare.Holiday(first-1))
	require.False(t, bare.Holiday(first))
	require.False(t, bare.Holiday(first+span-1))
	require.True(t, bare.Holiday(first+span))
}

// When two holidays fall together the earlier rule names the day, and it comes once.
func TestTwoOnOneDay(t *testing.T) {
	t.Parallel()
	// 9 May 2024 is Europe Day and Ascension, 5 May 2016 is Ascension after Liberation Day in the list.
	for _, tt := range []struct {
		c    *Calendar
		day  string
		want string
	}{
		{LU(), "2024-05-09", "Europe Day"},
		{NL(), "2016-05-05", "Liberation Day"},
		{FR(), "2008-05-01", "Labor Day"},
		{UK(), "2021-12-25", "Christmas Day"},
		{UK(), "2021-12-27", "Christmas Day (substitute day)"},
		{UK(), "2021-12-28", "Boxing Day (substitute day)"},
		{UK(), "2022-12-26", "Boxing Day"},
		{UK(), "2022-12-27", "Christmas Day (substitute day)"},
	} {
		d := parse(t, tt.day)
		name, ok := tt.c.Name(d)
		require.True(t, ok)
		require.Equal(t, tt.want, name.En, tt.day)
		year, _, _ := d.Split()
		n := 0
		for at := range tt.c.Days(year) {
			if at == d {
				n++
			}
		}
		require.Equal(t, 1, n)
	}
}

func TestDaysStops(t *testing.T) {
	t.Parallel()
	n := 0
	for range NL().Days(2026) {
		if n++; n == 3 {
			break
		}
	}
	require.Equal(t, 3, n)
}

func TestWith(t *testing.T) {
	t.Parallel()
	nl := NL()
	before := days(nl, 2026)
	c, err := nl.With(Once(2026, time.May, 15, named("office closed")), On(time.April, 27, named("second name")))
	require.NoError(t, err)
	require.Equal(t, before, days(nl, 2026), "what With adds stays out of the original")
	require.Len(t, days(c, 2026), len(before)+1)
	require.Equal(t, nl.Source(), c.Source())
	name, ok := c.Name(parse(t, "2026-04-27"))
	require.True(t, ok)
	require.Equal(t, "King's Day", name.En)
	same, err := nl.With()
	require.NoError(t, err)
	require.Equal(t, nl, same)
}

func TestSources(t *testing.T) {
	t.Parallel()
	for name, c := range calendars() {
		s := c.Source()
		require.NotEmpty(t, s.Law, name)
		require.Equal(t, "2026-11-24", s.Checked.String(), name)
		years := [2]int{1990, 0}
		switch name {
		case "Termijnenwet":
			years = [2]int{2005, 2028}
		case "IE":
			years[0] = 1996
		}
		require.Equal(t, years, [2]int{s.From, s.Until}, name)
	}
	c, err := New()
	require.NoError(t, err)
	require.Zero(t, c.Source())
}

func TestLookUpsDoNotAllocate(t *testing.T) {
	c := UK()
	var h retention.Holidays = c
	for _, s := range []string{"2026-12-25", "2026-12-24", "1900-12-25", "1900-01-01", "9999-12-31", "2200-01-01"} {
		d := parse(t, s)
		require.Zero(t, testing.AllocsPerRun(100, func() { h.Holiday(d) }), s)
		require.Zero(t, testing.AllocsPerRun(100, func() { c.Name(d) }), s)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { h.Holiday(-1) }))
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := NL()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for d := range c.Days(2026) {
				c.Holiday(d)
				c.Holiday(d + 200000)
				_, _ = c.With(On(time.May, 1, named("x")))
			}
		})
	}
	wg.Wait()
}

func TestFor(t *testing.T) {
	t.Parallel()
	all := calendars()
	for _, code := range []string{"AT", "BE", "DE", "DK", "ES", "FR", "IE", "IT", "LU", "NL", "PL", "SE", "UK"} {
		c, err := For(code)
		require.NoError(t, err)
		require.Equal(t, all[code], c)
	}
	gb, err := For("GB")
	require.NoError(t, err)
	require.Equal(t, UK(), gb)
	for code, want := range map[string]string{
		"EU": "holiday: the Union has no list of its own: name the Member State in which the act is done",
		"":   `holiday: no list of holidays for country ""`,
		"nl": `holiday: no list of holidays for country "nl"`,
		"US": `holiday: no list of holidays for country "US"`,
	} {
		c, err := For(code)
		require.EqualError(t, err, want)
		require.Nil(t, c)
	}
}
