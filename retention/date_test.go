package retention

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	_ encoding.TextAppender    = Date(0)
	_ encoding.TextMarshaler   = Date(0)
	_ encoding.TextUnmarshaler = (*Date)(nil)
	_ sql.Scanner              = (*Date)(nil)
	_ driver.Valuer            = Date(0)
	_ slog.LogValuer           = Date(0)

	_ encoding.TextAppender    = Period{}
	_ encoding.TextMarshaler   = Period{}
	_ encoding.TextUnmarshaler = (*Period)(nil)
)

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	require.NoError(t, err, s)
	return d
}

func TestDate(t *testing.T) {
	t.Parallel()
	require.Equal(t, Date(1), day(t, "0001-01-01"))
	require.Equal(t, firstDate, day(t, "0001-01-01"))
	require.Equal(t, lastDate, day(t, "9999-12-31"))
	require.Equal(t, Date(epoch), day(t, "1970-01-01"))
	require.Equal(t, gdprApplies, day(t, "2018-05-25"))
	for at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 9999; at = at.AddDate(0, 0, 97) {
		y, m, d := at.Date()
		got, err := DateOf(y, m, d)
		require.NoError(t, err)
		require.Equal(t, at.Format(time.DateOnly), got.String())
		require.Equal(t, at.Weekday(), got.Weekday())
		if !at.IsZero() { // which is no time at all
			require.Equal(t, got, DateIn(at, time.UTC))
		}
		gy, gm, gd := got.Split()
		require.Equal(t, [3]int{y, int(m), d}, [3]int{gy, int(gm), gd})
	}
}

func TestDateRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31", "0000-01-01", "10000-01-01", "2024-1-1", "2024-01-01 ", "2024-01-01T00:00:00Z", "24-01-01", "\u0662024-01-01", "+2024-01-01", "-001-01-01"} {
		_, err := ParseDate(s)
		require.Error(t, err, s)
	}
	for _, d := range [][3]int{{0, 1, 1}, {10000, 1, 1}, {2023, 2, 29}, {2023, 13, 1}, {2023, 0, 1}, {2023, 1, 0}, {2023, 1, 32}} {
		_, err := DateOf(d[0], time.Month(d[1]), d[2])
		require.Error(t, err, d)
	}
	require.Zero(t, DateIn(time.Time{}, time.UTC))
	require.Zero(t, DateIn(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC))
	_, err := (lastDate + 1).MarshalText()
	require.Error(t, err)
}

// 23:30Z on 31 December is next year in Amsterdam.
func TestDateIn(t *testing.T) {
	t.Parallel()
	at := time.Date(2018, 12, 31, 23, 30, 0, 0, time.UTC)
	require.Equal(t, day(t, "2019-01-01"), DateIn(at, location(t, "Europe/Amsterdam")))
	require.Equal(t, day(t, "2018-12-31"), DateIn(at, time.UTC))
}

// Every day of 2000 to 2029 ends where the next one starts, also in zones whose
// clocks change at midnight: Azores and Santiago skip it on some days.
func TestEnd(t *testing.T) {
	t.Parallel()
	skipped := 0
	for _, zone := range []string{"Atlantic/Azores", "America/Santiago", "Europe/Amsterdam", "Europe/Lisbon", "Asia/Beirut", "Africa/Cairo", "America/Havana"} {
		loc := location(t, zone)
		for d := dateOf(2000, 1, 1); d <= dateOf(2029, 12, 31); d++ {
			end := d.End(loc)
			require.Equal(t, (d + 1).Start(loc), end)
			if DateIn(end, loc) != d+1 || DateIn(end.Add(-1), loc) != d {
				t.Fatalf("%s: %s ends at %s", zone, d, end)
			}
			if end.Hour() != 0 {
				skipped++
			}
		}
	}
	require.Greater(t, skipped, 50, "no zone without a midnight was met")
	require.True(t, Date(0).End(time.UTC).IsZero())
	require.True(t, Date(0).Start(time.UTC).IsZero())
	require.Equal(t, 10000, lastDate.End(time.UTC).Year())
}

func TestDateStored(t *testing.T) {
	t.Parallel()
	d := day(t, "2024-02-29")
	for _, src := range []any{"2024-02-29", []byte("2024-02-29"), time.Date(2024, 2, 29, 23, 0, 0, 0, location(t, "America/New_York"))} {
		var got Date
		require.NoError(t, got.Scan(src))
		require.Equal(t, d, got)
	}
	v, err := d.Value()
	require.NoError(t, err)
	require.Equal(t, "2024-02-29", v)
	got := d
	require.NoError(t, got.Scan(nil))
	require.Zero(t, got)
	v, err = got.Value()
	require.NoError(t, err)
	require.Nil(t, v)
	got = d
	for _, src := range []any{"2024-02-30", 7, time.Time{}} {
		require.Error(t, got.Scan(src))
		require.Equal(t, d, got)
	}
	b, err := json.Marshal(map[string]Date{"on": d, "none": 0})
	require.NoError(t, err)
	require.JSONEq(t, `{"on":"2024-02-29","none":""}`, string(b))
	var m map[string]Date
	require.NoError(t, json.Unmarshal(b, &m))
	require.Equal(t, d, m["on"])
	require.Error(t, json.Unmarshal([]byte(`{"on":20240229}`), &m))
	require.Equal(t, "date", d.GormDataType())
	require.Equal(t, "2024-02-29", d.LogValue().String())
}

func FuzzParseDate(f *testing.F) {
	f.Add("2024-02-29")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		want, naive := time.Parse(time.DateOnly, s)
		if naive != nil || want.Year() < 1 {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, s, d.String())
	})
}
