package civil

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/stretchr/testify/require"
)

// search is the slow reference of Start: the first instant whose civil day is d or
// later, minute by minute and then second by second.
func search(d Date, loc *time.Location) time.Time {
	const day = secondsPerDay
	from := int64(d)*day - 2*day
	for s := from; ; s += 60 {
		if In(time.Unix(s, 0), loc) >= d {
			for s--; s >= from && In(time.Unix(s, 0), loc) >= d; s-- {
			}
			return time.Unix(s+1, 0).In(loc)
		}
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ zone, day, want string }{
		{"UTC", "2024-02-29", "2024-02-29T00:00:00Z"},
		{"Europe/Amsterdam", "2024-03-31", "2024-03-31T00:00:00+01:00"}, // changes at 02:00
		{"Europe/Amsterdam", "2024-10-27", "2024-10-27T00:00:00+02:00"}, // changes at 03:00
		// No midnight: clocks go from 24:00 to 01:00.
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"Asia/Beirut", "2022-03-27", "2022-03-27T01:00:00+03:00"},
		{"Africa/Cairo", "2023-04-28", "2023-04-28T01:00:00+03:00"},
		{"America/Havana", "2023-03-12", "2023-03-12T01:00:00-04:00"},
		{"Asia/Amman", "2021-03-26", "2021-03-26T01:00:00+03:00"},
		{"America/Asuncion", "2023-10-01", "2023-10-01T01:00:00-03:00"},
		// Midnight twice: clocks go from 01:00 back to 00:00.
		{"America/Havana", "2023-11-05", "2023-11-05T00:00:00-04:00"},
		{"Asia/Amman", "2021-10-29", "2021-10-29T00:00:00+03:00"},
		{"Atlantic/Azores", "2023-10-29", "2023-10-29T00:00:00Z"},
		// From 24:00 back to 23:00: the day before gets longer.
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00:00-03:00"},
		{"Asia/Beirut", "2022-10-30", "2022-10-30T00:00:00+02:00"},
		// From 00:01 back to 23:01: the day begins, ends, and begins again.
		{"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30"},
		// A day that doesn't exist begins where it would have.
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
		// Changes by half an hour.
		{"Australia/Lord_Howe", "2024-10-06", "2024-10-06T00:00:00+10:30"},
		{"Asia/Pyongyang", "2018-05-05", "2018-05-05T00:00:00+09:00"}, // from 23:30 to 24:00
		// An offset with seconds, until 1972.
		{"Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:30Z"},
	} {
		loc, d := load(t, tc.zone), must(t, tc.day)
		got := d.Start(loc)
		require.Equal(t, tc.want, got.Format(time.RFC3339), "%s in %s", tc.day, tc.zone)
		require.True(t, got.Equal(search(d, loc)), "%s in %s", tc.day, tc.zone)
	}
}

var zones = []string{
	"UTC", "Europe/Amsterdam", "Europe/Lisbon", "America/Sao_Paulo", "America/Havana", "America/Asuncion", "America/St_Johns",
	"America/Santiago", "America/Godthab", "America/Scoresbysund", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca",
	"Africa/Monrovia", "Asia/Amman", "Asia/Beirut", "Asia/Damascus", "Asia/Gaza", "Asia/Tehran", "Asia/Pyongyang",
	"Asia/Manila", "Antarctica/Troll", "Antarctica/Casey", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Kiritimati",
}

// Around every clock change since 1970, Start is what the slow search finds.
func TestStartAroundEveryChange(t *testing.T) {
	t.Parallel()
	for _, zone := range zones {
		loc := load(t, zone)
		changes, until := 0, time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
		at := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).In(loc)
		for {
			_, end := at.ZoneBounds()
			if end.IsZero() || end.After(until) {
				break
			}
			changes++
			for d := In(end, loc) - 1; d <= In(end, loc)+1; d++ {
				if got, want := d.Start(loc), search(d, loc); !got.Equal(want) {
					t.Errorf("%s starts at %s in %s, want %s", d, got, zone, want)
				}
			}
			at = end
		}
		require.True(t, changes > 0 || zone == "UTC" || zone == "Africa/Monrovia", zone)
	}
}

func TestStartOfFixedZone(t *testing.T) {
	t.Parallel()
	for _, offset := range []int{0, 5*3600 + 1800, -12 * 3600, 14 * 3600, 17} {
		loc := time.FixedZone("", offset)
		for _, d := range []Date{Of(1, 1, 2), Of(1969, 12, 31), 0, Of(2024, 2, 29), Of(9999, 12, 30)} {
			require.True(t, d.Start(loc).Equal(search(d, loc)), "%s at offset %d", d, offset)
		}
	}
}

func FuzzStart(f *testing.F) {
	for i := range zones {
		f.Add(uint8(i), int16(0))
		f.Add(uint8(i), int16(17840)) // 2018-11-05
	}
	f.Fuzz(func(t *testing.T, zone uint8, days int16) {
		loc, d := load(t, zones[int(zone)%len(zones)]), Date(days)
		got := d.Start(loc)
		if want := search(d, loc); !got.Equal(want) {
			t.Fatalf("%s starts at %s in %s, want %s", d, got, loc, want)
		}
		if before := In(got.Add(-time.Nanosecond), loc); before >= d {
			t.Fatalf("%s in %s: the instant before the start is of %s", d, loc, before)
		}
	})
}
