package reconsent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/internal/civil"
)

// zonesOfTrouble have a midnight that does not exist, comes twice, or a day that is missing.
var zonesOfTrouble = []struct{ zone, day string }{
	{"UTC", "2024-02-29"},
	{"Europe/Amsterdam", "2026-03-29"},
	{"Europe/Amsterdam", "2026-10-25"},
	{"America/Sao_Paulo", "2018-11-04"}, // from 24:00 to 01:00
	{"America/Sao_Paulo", "2018-02-17"}, // from 24:00 back to 23:00
	{"Asia/Beirut", "2022-03-27"},
	{"America/Havana", "2023-11-05"},   // from 01:00 back to 00:00
	{"America/St_Johns", "2010-11-07"}, // from 00:01 back to 23:01
	{"Pacific/Apia", "2011-12-29"},     // no 30 December
	{"Pacific/Kiritimati", "2026-01-01"},
}

// A consent is later than a denial exactly when it lies after the last instant that the
// denial can stand for; and it has happened exactly when its civil day has come.
func TestMomentsAroundMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range zonesOfTrouble {
		loc := zone(t, c.zone)
		noon, err := civil.Parse(c.day)
		require.NoError(t, err)
		for d := noon - 2; d <= noon+2; d++ {
			start := d.Start(loc)
			limit := newDayLimit(d, loc)
			for _, off := range []time.Duration{
				-49 * time.Hour, -25 * time.Hour, -time.Hour, -time.Millisecond, -1, 0, 1, time.Millisecond, time.Minute, time.Hour,
				23 * time.Hour, 24*time.Hour - 1, 24 * time.Hour, 25*time.Hour - 1, 25 * time.Hour, 49 * time.Hour,
			} {
				at := start.Add(off)
				w := Instant(at)
				// St John's has its 6 November twice; the limit is where the day after first begins.
				if c.zone != "America/St_Johns" {
					require.Equal(t, civil.In(at, loc) <= d, limit.reached(w), "%s %s: %s", c.zone, d, at)
				}
				for _, denial := range []When{dayOf(d - 1), dayOf(d), dayOf(d + 1), Instant(start), Instant(at)} {
					end, ok := denial.Latest(loc)
					require.True(t, ok)
					require.Equal(t, at.After(end), w.laterThan(denial, loc), "%s: %s after %s", c.zone, at, denial)
				}
				require.False(t, w.laterThan(Undated(), loc))
				require.False(t, w.laterThan(When{}, loc))
				require.False(t, Undated().laterThan(w, loc))
				require.False(t, dayOf(d+9).laterThan(w, loc), "a date alone proves no order")
			}
		}
	}
}

// In Beirut 27 March 2022 began at 01:00, which was 26 March 22:00 UTC.
func TestDenialBeforeMissingMidnight(t *testing.T) {
	t.Parallel()
	tab, err := NewTable(Controller{Country: "NL"}, time.Date(2022, 4, 1, 12, 0, 0, 0, zone(t, "Asia/Beirut")))
	require.NoError(t, err)
	for at, keeps := range map[string]bool{"2022-03-26T21:59:59.999999999Z": false, "2022-03-26T22:00:00Z": true} {
		f := consented(func(f *Facts) { f.ConsentAt, f.ObjectedAt = when(t, at), Day(2022, 3, 26) })
		require.Equal(t, keeps, tab.Decide(&f).Outcome.Keeps(), at)
	}
}

// A term in months has passed on the first day that lies more than that long after, for
// every day around leap years: 31 January + 1 month ends with February.
func TestTermsInMonths(t *testing.T) {
	t.Parallel()
	for at := civil.Of(2023, 1, 1); at <= civil.Of(2025, 4, 1); at++ {
		for _, n := range []int{1, 36} {
			limit := lastDayPast(at, n)
			for d := limit - 40; d <= limit+40; d++ {
				require.Equal(t, d.AddMonths(n) < at, d <= limit, "%s + %d months, on %s", d, n, at)
			}
		}
	}
	// At the beginning of time nothing lies so far back.
	for y := 2; y <= 6; y++ {
		tab, err := NewTable(Controller{Country: "NL"}, time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		require.Equal(t, y >= 5, tab.saleLimit.reached(Day(1, 1, 1)), y)
		require.True(t, tab.monthAgo.reached(Day(1, 1, 1)), y)
	}
}

// Go's zero time is "not set", never a moment that is long past: a consent that a CRM
// left unset must not become proven, nor an unset objection binding.
func TestInstantOutsideTheCalendar(t *testing.T) {
	t.Parallel()
	tab := tableOn(t, today)
	for _, at := range []time.Time{{}, time.Time{}.In(zone(t, "Asia/Tokyo")), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(1<<60, 0)} {
		require.Equal(t, When{}, Instant(at), at)
	}
	for _, at := range []time.Time{time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC), time.Unix(-1<<60, 0)} {
		require.Equal(t, Undated(), Instant(at), at)
	}
	f := consented(func(f *Facts) { f.ConsentAt = Instant(time.Time{}) })
	a := tab.Decide(&f)
	require.Equal(t, AskOtherChannel, a.Outcome)
	require.True(t, a.Gaps.Has(GapTime))
	f = consented(func(f *Facts) { f.ObjectedAt = Instant(time.Time{}) })
	require.Equal(t, KeepConsent, tab.Decide(&f).Outcome)

	for _, s := range []string{
		"0001-01-01T00:00:00Z", // Go's zero time
		"0001-01-01T00:59:59+01:00", "9999-12-31T23:00:00-01:00",
	} {
		_, err := ParseWhen(s)
		require.Error(t, err, s)
	}
	for _, s := range []string{"0001-01-01T00:00:00.000000001Z", "9999-12-31T23:59:59.999999999Z"} {
		require.Equal(t, s, when(t, s).String())
	}
}

// An undated consent has no moment: the gap is time, and without a wording it is none at all.
func TestUndatedConsent(t *testing.T) {
	t.Parallel()
	f := consented(func(f *Facts) { f.ConsentAt = Undated() })
	grade, gaps := tableOn(t, today).Evidence(&f)
	require.Equal(t, Partial, grade)
	require.Equal(t, gapTime, gaps)
	f.ConsentText = ""
	grade, gaps = tableOn(t, today).Evidence(&f)
	require.Equal(t, NoEvidence, grade)
	require.Equal(t, gapTime|gapText, gaps)
}
