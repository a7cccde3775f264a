package anonymize

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDatePart(t *testing.T) {
	t.Parallel()
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	at := time.Date(2024, 5, 17, 23, 30, 0, 7, amsterdam)
	for part, want := range map[DatePart][2]string{
		Month:   {"2024-05-01T00:00:00+02:00", "2024-05"},
		Quarter: {"2024-04-01T00:00:00+02:00", "2024-Q2"},
		Year:    {"2024-01-01T00:00:00+01:00", "2024"},
		Decade:  {"2020-01-01T00:00:00+01:00", "2020s"},
	} {
		start, err := part.Start(at)
		require.NoError(t, err)
		require.Equal(t, want[0], start.Format(time.RFC3339Nano))
		require.Same(t, amsterdam, start.Location())
		text, err := part.Append([]byte("x"), at)
		require.NoError(t, err)
		require.Equal(t, "x"+want[1], string(text))
	}
	start, err := Month.Start(time.Now())
	require.NoError(t, err)
	require.NotContains(t, start.String(), "m=", "the monotonic clock is dropped")

	// IANA tzdata: summer time in Damascus began on 1 April 1999 at 0:00, so that day has no midnight.
	damascus, err := time.LoadLocation("Asia/Damascus")
	require.NoError(t, err)
	start, err = Month.Start(time.Date(1999, 4, 9, 12, 0, 0, 0, damascus))
	require.NoError(t, err)
	require.Equal(t, "1999-04-01T01:00:00+03:00", start.Format(time.RFC3339))
}

// Each day of 30 years lies in its period, and the period begins with its first day.
func TestDatePartEveryDay(t *testing.T) {
	t.Parallel()
	first := map[string]time.Time{}
	for day := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2025; day = day.AddDate(0, 0, 1) {
		for _, part := range []DatePart{Month, Quarter, Year, Decade} {
			text, err := part.Append(nil, day)
			require.NoError(t, err)
			if first[string(text)].IsZero() {
				first[string(text)] = day
			}
			start, err := part.Start(day)
			require.NoError(t, err)
			if part != Decade || day.Year() >= 2000 { // the 1990s began earlier
				require.Equal(t, first[string(text)], start)
			}
		}
	}
}

func TestDatePartRefuses(t *testing.T) {
	t.Parallel()
	for _, year := range []int{-1, 0, 10_000} {
		out, err := Year.Append(nil, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		require.ErrorIs(t, err, OutOfRange)
		require.Nil(t, out)
	}
	_, err := DatePart("week").Start(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorIs(t, err, Unsupported)
	set := &Setting{}
	rule, err := ParseRule("date=month")
	require.NoError(t, err)
	treat, err := rule.compile("born", set)
	require.NoError(t, err)
	for in, want := range map[string]string{
		"2024-05-17": "2024-05", "0001-01-01": "0001-01", "2024-05-17T23:30:00+02:00": "2024-05",
		"2024-05-31T23:30:00-05:00":      "2024-05", // in its own offset; in UTC it is June
		"2024-05-17T10:00:00.123456789Z": "2024-05",
	} {
		out, err := treat.text(nil, nil, in)
		require.NoError(t, err, in)
		require.Equal(t, want, string(out))
	}
	for _, in := range []string{
		"", "2024", "2024-05", "2024-5-17", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-05-17 ", " 2024-05-17",
		"17-05-2024", "20240517", "+2024-05-17", "2024-05-17T", "2024-05-17T10:00", "2024-05-17T10:00:00", "2024-05-17 10:00:00Z",
		"2024-05-17T1:00:00Z", "2024-05-17T10:00:00,5Z", "2024-05-17T10:00:00+24:00", "2024-05-17T24:00:00Z", "2024-05-17T10:00:00Zjunk",
		"２０２４-05-17", "0000-01-01", "0000-01-01T00:00:00Z", "2024-05-17T10:00:00.Z",
	} {
		_, err := treat.text(nil, nil, in)
		require.Error(t, err, in)
	}
}

func TestAgeBand(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		require.NoError(t, err)
		return d
	}
	for _, c := range []struct {
		band           AgeBand
		born, on, want string
	}{
		{AgeBand{}, "1986-05-17", "2024-05-16", "35-39"}, // the day before turning 38
		{AgeBand{Width: 1}, "1986-05-17", "2024-05-16", "37"},
		{AgeBand{Width: 1}, "1986-05-17", "2024-05-17", "38"},
		{AgeBand{}, "1984-05-17", "2024-05-16", "35-39"},
		{AgeBand{}, "1984-05-17", "2024-05-17", "40-44"},
		{AgeBand{}, "2024-05-17", "2024-05-17", "0-4"},
		// Born on 29 February: a year older on 1 March of a common year, on the day itself in a leap year.
		{AgeBand{Width: 1}, "2004-02-29", "2022-02-28", "17"},
		{AgeBand{Width: 1}, "2004-02-29", "2022-03-01", "18"},
		{AgeBand{Width: 1}, "2004-02-29", "2024-02-28", "19"},
		{AgeBand{Width: 1}, "2004-02-29", "2024-02-29", "20"},
		{AgeBand{Width: 1}, "1896-02-29", "1900-02-28", "3"}, // 1900 is no leap year
		{AgeBand{Width: 1}, "1896-02-29", "1900-03-01", "4"},
		{AgeBand{}, "1934-05-18", "2024-05-17", "85-89"},
		{AgeBand{}, "1934-05-17", "2024-05-17", "90+"},
		{AgeBand{}, "1894-05-17", "2024-05-17", "90+"},
		{AgeBand{Width: 10}, "1934-05-18", "2024-05-17", "80-89"},
		{AgeBand{Width: 7}, "1940-05-17", "2024-05-17", "84+"}, // the multiple of 7 at or below 90
		{AgeBand{Width: 18, Top: 18}, "2006-05-17", "2024-05-17", "18+"},
		{AgeBand{Width: 18, Top: 18}, "2006-05-18", "2024-05-17", "0-17"},
		{AgeBand{Width: 50}, "1974-05-17", "2024-05-17", "50+"},
	} {
		got, err := c.band.Append([]byte("x"), day(c.born), day(c.on))
		require.NoError(t, err)
		require.Equal(t, "x"+c.want, string(got), "%+v born %s on %s", c.band, c.born, c.on)
	}
	for _, c := range [][2]string{{"2024-05-18", "2024-05-17"}, {"1893-05-17", "2024-05-17"}, {"0001-01-01", "2024-05-17"}} {
		out, err := AgeBand{}.Append(nil, day(c[0]), day(c[1]))
		require.ErrorIs(t, err, OutOfRange)
		require.Nil(t, out)
	}
	for _, b := range []AgeBand{{Width: -1}, {Width: 51}, {Width: 5, Top: 91}, {Width: 5, Top: -5}, {Width: 5, Top: 125}, {Width: 10, Top: 5}} {
		_, err := b.Append(nil, day("2000-01-01"), day("2024-01-01"))
		require.Error(t, err)
	}
	// The day is that of the location: half past midnight in Amsterdam is the birthday, in UTC not yet.
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	on := time.Date(2024, 5, 17, 0, 30, 0, 0, amsterdam)
	got, err := AgeBand{Width: 1}.Append(nil, day("2006-05-17"), on)
	require.NoError(t, err)
	require.Equal(t, "18", string(got))
	got, err = AgeBand{Width: 1}.Append(nil, day("2006-05-17"), on.UTC())
	require.NoError(t, err)
	require.Equal(t, "17", string(got))
}

func ExampleDatePart() {
	at := time.Date(2024, 5, 17, 10, 0, 0, 0, time.UTC)
	start, err := Quarter.Start(at)
	fmt.Println(start, err)
	text, err := Quarter.Append(nil, at)
	fmt.Println(string(text), err)
	// Output:
	// 2024-04-01 00:00:00 +0000 UTC <nil>
	// 2024-Q2 <nil>
}

func ExampleAgeBand() {
	born := time.Date(1986, 5, 17, 0, 0, 0, 0, time.UTC)
	on := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	text, err := AgeBand{}.Append(nil, born, on)
	fmt.Println(string(text), err)
	// Output: 35-39 <nil>
}
