package civil

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// day is the naive reference: days since 1970 by way of package time.
func day(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

func TestEveryDay(t *testing.T) {
	t.Parallel()
	check := func(at time.Time) {
		y, m, d := at.Date()
		want := day(y, m, d)
		if y < 1970 { // integer division rounds towards zero
			want = Date((at.Unix() - secondsPerDay + 1) / secondsPerDay)
		}
		got := Of(y, m, d)
		if got != want {
			t.Fatalf("Of(%d, %d, %d) = %d, want %d", y, m, d, got, want)
		}
		gy, gm, gd := got.Split()
		if gy != y || gm != m || gd != d {
			t.Fatalf("Split(%d) = %d-%d-%d, want %d-%d-%d", got, gy, gm, gd, y, m, d)
		}
		if s := at.Format(time.DateOnly); got.String() != s {
			t.Fatalf("String(%d) = %s, want %s", got, got, s)
		}
		if p, err := Parse(at.Format(time.DateOnly)); err != nil || p != got {
			t.Fatalf("Parse(%s) = %d, %v, want %d", got, p, err, got)
		}
		if got != In(at, time.UTC) {
			t.Fatalf("In(%s) = %d, want %d", at, In(at, time.UTC), got)
		}
	}
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 2150; at = at.AddDate(0, 0, 1) {
		check(at)
	}
	// The whole range, in steps of 13 days so that every month and day is met, and its ends.
	for at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 9999; at = at.AddDate(0, 0, 13) {
		check(at)
	}
	check(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
}

// Each of the 3,652,059 days follows the one before.
func TestNextDay(t *testing.T) {
	t.Parallel()
	year, month, d := 1, time.January, 0
	for next := day(1, time.January, 1); next <= day(9999, time.December, 31); next++ {
		if d++; d > DaysIn(year, month) {
			d = 1
			if month++; month > time.December {
				year, month = year+1, time.January
			}
		}
		if y, m, dd := next.Split(); y != year || m != month || dd != d {
			t.Fatalf("Split(%d) = %d-%d-%d, want %d-%d-%d", next, y, m, dd, year, month, d)
		}
		if Of(year, month, d) != next {
			t.Fatalf("Of(%d, %d, %d) = %d, want %d", year, month, d, Of(year, month, d), next)
		}
	}
}

func TestDaysIn(t *testing.T) {
	t.Parallel()
	for y := 1; y <= 9999; y++ {
		for m := time.January; m <= time.December; m++ {
			if want := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day(); DaysIn(y, m) != want {
				t.Fatalf("DaysIn(%d, %s) = %d, want %d", y, m, DaysIn(y, m), want)
			}
		}
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2023-01-31", 1, "2023-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"1900-01-31", 1, "1900-02-28"}, // no leap year
		{"2000-01-31", 1, "2000-02-29"}, // a leap year
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", -12, "2023-02-28"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2024-08-31", 1, "2024-09-30"},
		{"2024-12-31", 1, "2025-01-31"},
		{"2024-12-31", 2, "2025-02-28"},
		{"2024-01-31", -1, "2023-12-31"},
		{"2024-01-15", 0, "2024-01-15"},
		{"0001-02-28", -1, "0001-01-28"},
		{"9999-11-30", 1, "9999-12-30"},
	} {
		require.Equal(t, tc.want, must(t, tc.from).AddMonths(tc.n).String(), "%s %+d months", tc.from, tc.n)
	}
}

// Adding once clamps once: 31 January + 2 months is 31 March, although February has fewer days.
func TestAddMonthsAgainstSearch(t *testing.T) {
	t.Parallel()
	for d := Of(1999, 1, 1); d <= Of(2005, 1, 1); d++ {
		y, m, dd := d.Split()
		for n := -30; n <= 30; n++ {
			// The reference: the first of that month, then as many days as it has, up to dd.
			first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
			want := first
			for want.Day() < dd && want.AddDate(0, 0, 1).Month() == first.Month() {
				want = want.AddDate(0, 0, 1)
			}
			if got := d.AddMonths(n); got.String() != want.Format(time.DateOnly) {
				t.Fatalf("%s %+d months = %s, want %s", d, n, got, want.Format(time.DateOnly))
			}
		}
	}
}

func TestYearsUntil(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		born, at string
		want     int
	}{
		{"2008-06-15", "2024-06-14", 15},
		{"2008-06-15", "2024-06-15", 16},
		{"2008-06-15", "2024-06-16", 16},
		{"2008-02-29", "2024-02-28", 15},
		{"2008-02-29", "2024-02-29", 16},
		{"2008-02-29", "2025-02-28", 16},
		{"2008-02-29", "2025-03-01", 17},
		{"1900-03-01", "2000-02-29", 99},
		{"2024-06-15", "2024-06-15", 0},
		{"2024-12-31", "2025-01-01", 0},
		{"2024-06-15", "2024-06-14", -1},
	} {
		require.Equal(t, tc.want, must(t, tc.born).YearsUntil(must(t, tc.at)), "born %s, at %s", tc.born, tc.at)
	}
}

// Counting birthdays one by one gives the same age.
func TestYearsUntilAgainstCount(t *testing.T) {
	t.Parallel()
	for born := Of(2003, 12, 1); born <= Of(2004, 4, 1); born++ {
		y, m, d := born.Split()
		age := 0
		for at := born; at <= Of(2013, 5, 1); at++ {
			// time.Date moves 29 February to 1 March in a year without one.
			if at > born && at.String() == time.Date(y+age+1, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) {
				age++
			}
			if got := born.YearsUntil(at); got != age {
				t.Fatalf("born %s, at %s: %d years, want %d", born, at, got, age)
			}
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2024-1-1", "2024-01-1", "24-01-01", "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
		"2024-01-00", "2024-04-31", "0000-01-01", "2024/01/01", "20240101", "2024-01-01T", " 2024-01-01", "2024-01-01 ",
		"+024-01-01", "-024-01-01", "2024-0a-01", "2024-01-0\x00", "２024-1-1", "10000-1-01",
	} {
		d, err := Parse(text)
		require.ErrorIs(t, err, errDate, "%q", text)
		require.Zero(t, d, "%q", text)
		_, err = Parse([]byte(text))
		require.ErrorIs(t, err, errDate, "%q", text)
	}
	d, err := Parse([]byte("2024-02-29"))
	require.NoError(t, err)
	require.Equal(t, Of(2024, 2, 29), d)
}

func TestParseErrorKeepsTheTextOut(t *testing.T) {
	t.Parallel()
	_, err := Parse("jan@ex.nl!")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "jan")
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31", "0001-01-01", "2024-1-01", "-001-01-01", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, want := time.Parse(time.DateOnly, s)
		if want == nil && at.Year() < 1 {
			want = fmt.Errorf("year %d", at.Year())
		}
		d, err := Parse(s)
		b, errBytes := Parse([]byte(s))
		if (err == nil) != (want == nil) || (errBytes == nil) != (err == nil) || b != d {
			t.Fatalf("%q: %v, %v, reference %v", s, err, errBytes, want)
		}
		if err == nil && (d.String() != s || d != In(at, time.UTC)) {
			t.Fatalf("%q: %s", s, d)
		}
		if err != nil && s != "" && len(s) > 3 && strings.Contains(err.Error(), s) && !strings.Contains(errDate.Error(), s) {
			t.Fatalf("the error contains the text %q", s)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	loc := load(t, "Europe/Amsterdam")
	d, at, buf, text := Of(2024, 3, 31), time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC), make([]byte, 0, 16), []byte("2024-03-31")
	for name, f := range map[string]func(){
		"Of, Split":    func() { _ = Of(d.Split()) },
		"In":           func() { In(at, loc) },
		"Start":        func() { d.Start(loc) },
		"AddMonths":    func() { _ = d.AddMonths(13) },
		"YearsUntil":   func() { _ = d.YearsUntil(d) },
		"Parse string": func() { _, _ = Parse("2024-03-31") },
		"Parse bytes":  func() { _, _ = Parse(text) },
		"Parse error":  func() { _, _ = Parse("2024-03-32") },
		"Append":       func() { d.Append(buf) },
	} {
		require.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	d := Of(2024, 1, 1)
	for b.Loop() {
		d = Of(d.Split()) + 1
	}
}

func BenchmarkOfByTime(b *testing.B) { // the standard library, for comparison
	b.ReportAllocs()
	t := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		y, m, d := t.Date()
		t = time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
	}
}

func BenchmarkSplit(b *testing.B) {
	d := Of(2026, time.November, 24)
	for b.Loop() {
		if _, _, day := d.Split(); day != 24 {
			b.Fatal(day)
		}
	}
}

func BenchmarkAddMonths(b *testing.B) {
	b.ReportAllocs()
	d := Of(2024, 1, 31)
	for b.Loop() {
		d.AddMonths(84)
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Parse("2024-02-29")
	}
}

func BenchmarkParseByTime(b *testing.B) { // the standard library, for comparison
	b.ReportAllocs()
	for b.Loop() {
		_, _ = time.Parse(time.DateOnly, "2024-02-29")
	}
}

func BenchmarkStart(b *testing.B) {
	loc := load(b, "Europe/Amsterdam")
	d := Of(2024, 3, 31)
	b.ReportAllocs()
	for b.Loop() {
		d.Start(loc)
	}
}

func must(t *testing.T, text string) Date {
	t.Helper()
	d, err := Parse(text)
	require.NoError(t, err)
	return d
}

func load(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}
