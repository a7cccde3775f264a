package holiday

import (
	"math"
	"testing"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/stretchr/testify/require"
)

func named(s string) basis.Text { return basis.Text{En: s, Nl: s} }

func days(c *Calendar, year int) (out []string) {
	for d := range c.Days(year) {
		out = append(out, d.String())
	}
	return out
}

// Days as a calendar on the wall shows them.
func TestRules(t *testing.T) {
	t.Parallel()
	n := named("x")
	for _, tt := range []struct {
		rule Rule
		year int
		want []string
	}{
		{On(time.February, 29, n), 2024, []string{"2024-02-29"}},
		{On(time.February, 29, n), 2026, nil},
		{Nth(1, time.Monday, time.June, n), 2026, []string{"2026-06-01"}},
		{Nth(1, time.Sunday, time.June, n), 2026, []string{"2026-06-07"}},
		{Nth(4, time.Thursday, time.November, n), 2026, []string{"2026-11-26"}},
		{Last(time.Monday, time.August, n), 2026, []string{"2026-08-31"}},
		{Last(time.Tuesday, time.February, n), 2028, []string{"2028-02-29"}},
		{OnOrAfter(time.Saturday, time.June, 20, n), 2026, []string{"2026-06-20"}},
		{OnOrAfter(time.Saturday, time.June, 20, n), 2027, []string{"2027-06-26"}},
		{OnOrAfter(time.Saturday, time.October, 31, n), 2026, []string{"2026-10-31"}},
		{OnOrAfter(time.Monday, time.February, 29, n), 2026, []string{"2026-03-02"}},
		{OnOrAfter(time.Monday, time.February, 29, n).From(2026).Until(2026), 2026, []string{"2026-03-02"}},
		{OnOrAfter(time.Monday, time.December, 31, n), 2027, []string{"2027-01-04"}}, // of 2026; that of 2027 is 2028-01-03
		{Easter(0, n), 2026, []string{"2026-04-05"}},
		{Easter(-47, n), 2026, []string{"2026-02-17"}},
		{Easter(-80, n), 2285, []string{"2285-01-01"}},
		{Easter(250, n), 2038, []string{"2038-12-31"}},
		{Once(2026, time.May, 15, n), 2026, []string{"2026-05-15"}},
		{Once(2026, time.May, 15, n), 2027, nil},
		{On(time.May, 4, n).From(2020), 2019, nil},
		{On(time.May, 4, n).From(2020), 2020, []string{"2020-05-04"}},
		{On(time.May, 4, n).Until(2020), 2020, []string{"2020-05-04"}},
		{On(time.May, 4, n).Until(2020), 2021, nil},
		{On(time.May, 4, n).Except(2020).Except(2021, 2022), 2020, nil},
		{On(time.May, 4, n).Except(2020).Except(2021, 2022), 2022, nil},
		{On(time.May, 4, n).Except(2020).Except(2021, 2022), 2023, []string{"2023-05-04"}},
		// 1 January 2023 is a Sunday; the day of 2023 lies in 2022, where 2022's own is too.
		{On(time.January, 1, n).Moved(Shift{time.Sunday: -1}), 2022, []string{"2022-01-01", "2022-12-31"}},
		{On(time.January, 1, n).Moved(Shift{time.Sunday: -1}), 2023, nil},
		{On(time.January, 1, n).Moved(Shift{time.Sunday: -1}).From(2023).Until(2023), 2022, []string{"2022-12-31"}},
		{On(time.December, 31, n).Moved(Shift{time.Saturday: 2, time.Sunday: 1}), 2023, []string{"2023-01-02"}},
		// The same beyond the table.
		{On(time.January, 1, n).Moved(Shift{time.Sunday: -1}), 2422, []string{"2422-01-01", "2422-12-31"}},
		{On(time.December, 31, n).Moved(Shift{time.Sunday: 1}), 1933, nil},
		{On(time.December, 31, n).Moved(Shift{time.Sunday: 1}), 1934, []string{"1934-01-01", "1934-12-31"}},
		{OnOrAfter(time.Monday, time.December, 31, n).Moved(Shift{time.Monday: 6}), 1940, []string{"1940-01-07"}},
	} {
		c, err := New(tt.rule)
		require.NoError(t, err)
		require.Equal(t, tt.want, days(c, tt.year), "%+v in %d", tt.rule, tt.year)
	}
}

func TestRuleErrors(t *testing.T) {
	t.Parallel()
	n := named("Party")
	for _, tt := range []struct {
		rule Rule
		want string
	}{
		{Rule{}, "holiday: rule 1 (): the zero Rule names no day"},
		{Rule{}.From(2020), "holiday: rule 1 (): the zero Rule names no day"},
		{On(time.May, 1, basis.Text{En: "Party"}), "holiday: rule 1 (Party): a holiday needs an English and a Dutch name"},
		{On(time.May, 1, basis.Text{Nl: "Feest"}), "holiday: rule 1 (): a holiday needs an English and a Dutch name"},
		{On(0, 1, n), "holiday: rule 1 (Party): there is no month 0"},
		{On(13, 1, n), "holiday: rule 1 (Party): there is no month 13"},
		{On(time.April, 31, n), "holiday: rule 1 (Party): April has no day 31"},
		{On(time.April, 0, n), "holiday: rule 1 (Party): April has no day 0"},
		{OnOrAfter(time.Monday, time.February, 30, n), "holiday: rule 1 (Party): February has no day 30"},
		{Once(2026, time.February, 29, n), "holiday: rule 1 (Party): February has no day 29"},
		{Once(0, time.February, 1, n), "holiday: rule 1 (Party): a year is not in 1 to 9999"},
		{Once(10000, time.February, 1, n), "holiday: rule 1 (Party): a year is not in 1 to 9999"},
		{Nth(0, time.Monday, time.May, n), "holiday: rule 1 (Party): want the first to the fourth weekday of the month, or Last, found 0"},
		{Nth(5, time.Monday, time.May, n), "holiday: rule 1 (Party): want the first to the fourth weekday of the month, or Last, found 5"},
		{Nth(1, 7, time.May, n), "holiday: rule 1 (Party): there is no weekday 7"},
		{Last(-1, time.May, n), "holiday: rule 1 (Party): there is no weekday -1"},
		{Last(time.Monday, -1, n), "holiday: rule 1 (Party): there is no month -1"},
		{Easter(-81, n), "holiday: rule 1 (Party): -81 days from Easter are not within -80 to 250"},
		{Easter(251, n), "holiday: rule 1 (Party): 251 days from Easter are not within -80 to 250"},
		{On(time.May, 1, n).From(-1), "holiday: rule 1 (Party): a year is not in 1 to 9999"},
		{On(time.May, 1, n).Until(10000), "holiday: rule 1 (Party): a year is not in 1 to 9999"},
		{On(time.May, 1, n).Except(0), "holiday: rule 1 (Party): a year is not in 1 to 9999"},
		{On(time.May, 1, n).From(2021).Until(2020), "holiday: rule 1 (Party): it holds until 2020, before it does from 2021"},
		{On(time.May, 1, n).Moved(Shift{time.Friday: 7}), "holiday: rule 1 (Party): from a Friday it moves by 7 days, more than six"},
		{On(time.May, 1, n).Moved(Shift{-7}), "holiday: rule 1 (Party): from a Sunday it moves by -7 days, more than six"},
	} {
		c, err := New(tt.rule)
		require.EqualError(t, err, tt.want)
		require.Nil(t, c)
		c, err = NL().With(tt.rule)
		require.EqualError(t, err, "holiday: rule 12"+tt.want[len("holiday: rule 1"):])
		require.Nil(t, c)
	}

	_, err := New(On(time.May, 1, n), Rule{}, On(13, 1, basis.Text{}))
	require.EqualError(t, err, "holiday: rule 2 (): the zero Rule names no day\n"+
		"holiday: rule 3 (): a holiday needs an English and a Dutch name\nthere is no month 13")
	require.Len(t, err.(interface{ Unwrap() []error }).Unwrap(), 2)

	for name, c := range calendars() {
		for _, r := range c.rules {
			require.NoError(t, r.err(), name)
		}
	}
}

// A rule is a value: what one use of it adds stays out of another.
func TestRulesAreValues(t *testing.T) {
	t.Parallel()
	base := On(time.May, 1, named("x")).Except(2020)
	a, b := base.Except(2021), base.Except(2022)
	ca, err := New(a)
	require.NoError(t, err)
	cb, err := New(b)
	require.NoError(t, err)
	require.Empty(t, days(ca, 2021))
	require.Len(t, days(ca, 2022), 1)
	require.Len(t, days(cb, 2021), 1)
	require.Empty(t, days(cb, 2022))

	rules := []Rule{On(time.May, 1, named("x"))}
	c, err := New(rules...)
	require.NoError(t, err)
	rules[0] = On(time.May, 2, named("y"))
	require.Equal(t, []string{"2300-05-01"}, days(c, 2300), "the slow path sees the rules as they were given")
}

func TestDaysThatDoNotExist(t *testing.T) {
	t.Parallel()
	var zero Calendar
	var none *Calendar
	every, err := New(On(time.January, 1, named("first")), On(time.December, 31, named("last")),
		On(time.January, 1, named("moved")).Moved(Shift{-6, -6, -6, -6, -6, -6, -6}),
		On(time.December, 31, named("moved")).Moved(Shift{6, 6, 6, 6, 6, 6, 6}),
		OnOrAfter(time.Monday, time.December, 31, named("on or after")), Easter(0, named("Easter")))
	require.NoError(t, err)
	for _, d := range []retention.Date{0, -1, math.MinInt32, math.MaxInt32, 3652060, first - math.MaxInt32} {
		for _, c := range []*Calendar{every, &zero, none} {
			require.False(t, c.Holiday(d), d)
			name, ok := c.Name(d)
			require.False(t, ok)
			require.Zero(t, name)
		}
	}
	require.Equal(t, "0001-01-01", days(every, 1)[0])
	last := days(every, 9999)
	require.Equal(t, "9999-12-31", last[len(last)-1])
	for _, year := range []int{math.MinInt, -1, 0, 10000, math.MaxInt} {
		require.Empty(t, days(every, year))
	}
	require.Empty(t, days(none, 2026))
	require.Empty(t, days(&zero, 2026))
	require.Zero(t, none.Source())
	c, err := none.With(On(time.May, 1, named("x")))
	require.NoError(t, err)
	require.Equal(t, []string{"2026-05-01"}, days(c, 2026))
}

// FuzzTable: whatever the rules, the table and the rules say the same of each day, and
// a rule that has no error names at most one day for each year.
func FuzzTable(f *testing.F) {
	f.Add(uint8(1), int8(12), int16(31), uint8(0), int16(0), int16(0), int8(6), int8(-6))
	f.Add(uint8(4), int8(12), int16(31), uint8(1), int16(0), int16(0), int8(6), int8(6))
	f.Add(uint8(1), int8(1), int16(1), uint8(0), int16(1950), int16(2199), int8(-6), int8(-6))
	f.Add(uint8(2), int8(2), int16(4), uint8(6), int16(0), int16(0), int8(1), int8(0))
	f.Add(uint8(3), int8(2), int16(0), uint8(6), int16(0), int16(0), int8(0), int8(0))
	f.Add(uint8(5), int8(0), int16(-80), uint8(0), int16(0), int16(0), int8(-6), int8(0))
	f.Add(uint8(5), int8(0), int16(250), uint8(0), int16(0), int16(0), int8(6), int8(0))
	f.Fuzz(func(t *testing.T, k uint8, month int8, n int16, w uint8, from, until int16, even, odd int8) {
		r := Rule{kind: kind(k % 6), name: named("x"), month: time.Month(month), n: int(n), weekday: time.Weekday(w)}.
			From(int(from)).Until(int(until)).Moved(Shift{int(even), int(odd), int(even), int(odd), int(even), int(odd), int(even)})
		c, err := New(r)
		if err != nil {
			require.Nil(t, c)
			return
		}
		want := map[retention.Date]bool{}
		for year := 1945; year <= 2205; year++ {
			want[r.falls(year)] = true
		}
		for _, years := range [...][2]int{{1948, 1953}, {2020, 2030}, {2197, 2202}} {
			for d := date(years[0], time.January, 1); d < date(years[1], time.January, 1); d++ {
				require.Equal(t, want[d], c.Holiday(d), d)
			}
		}
	})
}
