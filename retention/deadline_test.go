package retention_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
)

// The worked examples of requests in the Netherlands, under the Regulation and under
// the Termijnenwet, each reckoned by hand with a calendar.
func TestSubjectRequest(t *testing.T) {
	t.Parallel()
	eu, atw := holiday.NL(), holiday.Termijnenwet()
	dutch := retention.SubjectRequest()
	dutch.Regime = retention.Termijnenwet
	for _, tc := range []struct{ received, eu, atw string }{
		{"2026-03-05", "2026-04-07", "2026-04-07"}, // Easter Sunday, and Monday
		{"2026-08-31", "2026-09-30", "2026-09-30"},
		{"2026-01-31", "2026-03-02", "2026-03-02"}, // a Saturday
		{"2024-01-31", "2024-02-29", "2024-02-29"},
		{"2025-01-29", "2025-02-28", "2025-02-28"},
		{"2025-03-26", "2025-04-28", "2025-04-28"}, // King's Day on Saturday 26 April
		{"2025-03-27", "2025-04-28", "2025-04-28"}, // 27 April is a Sunday
		{"2026-04-05", "2026-05-06", "2026-05-06"}, // 5 May, in no lustrum
		{"2026-04-14", "2026-05-15", "2026-05-18"}, // Ascension, and the day equated by decree
		{"2027-04-05", "2027-05-07", "2027-05-10"}, // 5 May and Ascension
		{"2028-03-28", "2028-04-28", "2028-05-01"},
		{"2026-11-25", "2026-12-28", "2026-12-28"},
		{"2026-12-01", "2027-01-04", "2027-01-04"},
		{"2024-02-29", "2024-04-02", "2024-04-02"}, // Good Friday to Easter Monday
	} {
		last, err := retention.SubjectRequest().LastDay(day(t, tc.received), eu)
		require.NoError(t, err)
		require.Equal(t, tc.eu, last.String(), tc.received)
		last, err = dutch.LastDay(day(t, tc.received), atw)
		require.NoError(t, err)
		require.Equal(t, tc.atw, last.String(), tc.received)
	}
	last, err := retention.SubjectRequest().LastDayExtended(day(t, "2026-01-31"), eu)
	require.NoError(t, err)
	require.Equal(t, "2026-04-30", last.String(), "one month and two months would be 28 April")
}

// Regulation 1182/71 Art. 3(5), Atw Art. 2: at least two working days.
func TestLeastWorkingDays(t *testing.T) {
	t.Parallel()
	three := retention.Period{Days: 3}
	first, last := day(t, "2026-12-25"), day(t, "2026-12-27")
	require.Equal(t, "2026-12-29", retention.Regulation1182.Extend(first, last, three, holiday.NL()).String())
	require.Equal(t, "2026-12-29", retention.Termijnenwet.Extend(first, last, three, holiday.Termijnenwet()).String())
	require.Equal(t, "2026-12-28", retention.BGB193.Extend(first, last, three, holiday.NL()).String())
	require.Equal(t, "2026-12-27", retention.Plain.Extend(first, last, three, holiday.NL()).String())
	// One day under the Regulation, two under the Termijnenwet, are too short for that.
	one, two := retention.Period{Days: 1}, retention.Period{Days: 2}
	require.Equal(t, "2026-12-28", retention.Regulation1182.Extend(last, last, one, holiday.NL()).String())
	require.Equal(t, "2026-12-29", retention.Regulation1182.Extend(first+1, last, two, holiday.NL()).String())
	require.Equal(t, "2026-12-28", retention.Termijnenwet.Extend(first+1, last, two, holiday.Termijnenwet()).String())
}

// Atw Art. 4: not for periods above 90 days, 12 weeks or three months, nor of years.
func TestTermijnenwetLeavesLongPeriodsAlone(t *testing.T) {
	t.Parallel()
	sunday := day(t, "2026-11-22")
	for p, moved := range map[string]bool{
		"P4W": true, "P12W": true, "P13W": false, "P90D": true, "P91D": false, "P1M": true, "P3M": true, "P3M1D": false, "P4M": false, "P1Y": false, "P7Y": false,
	} {
		got := retention.Termijnenwet.Extend(sunday-20, sunday, period(t, p), holiday.Termijnenwet())
		require.Equal(t, moved, got != sunday, p)
	}
}

// Each look for the next working day ends, whatever a plugged-in list says.
func TestAllDaysHolidays(t *testing.T) {
	t.Parallel()
	always := retention.HolidayFunc(func(retention.Date) bool { return true })
	d := day(t, "2026-11-24")
	require.Equal(t, d, retention.Regulation1182.Extend(d-5, d, retention.Period{Days: 5}, always))
	require.Equal(t, "9999-12-31", retention.BGB193.Extend(1, day(t, "9999-12-31"), retention.Period{Days: 5}, always).String())
	require.False(t, retention.HolidayFunc(nil).Holiday(d))
	require.True(t, retention.Working(d, nil))
}

func TestDeadlineErrors(t *testing.T) {
	t.Parallel()
	d := day(t, "2026-11-24")
	for _, err := range []error{
		second(retention.SubjectRequest().LastDay(0, holiday.NL())),
		second(retention.SubjectRequest().LastDay(d, nil)),
		second(retention.SubjectRequest().LastDay(day(t, "9999-12-15"), holiday.NL())),
		second(retention.BreachNotification().LastDay(d, holiday.NL())),
		second(retention.BreachCommunication().LastDay(d, holiday.NL())),
		second(retention.IndirectNotice().LastDayExtended(d, holiday.NL())),
		second(retention.SubjectRequest().Instant(time.Now())),
		second(retention.BreachNotification().Instant(time.Time{})),
		second(retention.NoticeDay(0, 0, 0, holiday.NL())),
		second(retention.NoticeDay(d, -1, 0, holiday.NL())),
		second(retention.ReceiptAfter(0)),
		second(retention.ReceiptAfter(d, retention.Pause{From: d - 1, Until: d})),
		second(retention.ReceiptAfter(d, retention.Pause{From: d + 5, Until: d + 4})),
	} {
		require.Error(t, err)
		require.Contains(t, err.Error(), "retention: ")
	}
}

func second[T any](_ T, err error) error { return err }

func TestBreach(t *testing.T) {
	t.Parallel()
	aware := time.Date(2020, 12, 22, 12, 17, 0, 0, time.FixedZone("", 3600))
	until, err := retention.BreachNotification().Instant(aware)
	require.NoError(t, err)
	require.Equal(t, "2020-12-25T13:00:00+01:00", until.Format(time.RFC3339))
}

// Art. 12(6): the period starts anew when the person has shown who asks.
func TestReceiptAfter(t *testing.T) {
	t.Parallel()
	d := day(t, "2026-03-05")
	counts, err := retention.ReceiptAfter(d)
	require.NoError(t, err)
	require.Equal(t, d, counts)
	counts, err = retention.ReceiptAfter(d, retention.Pause{From: d + 2, Until: d + 9}, retention.Pause{From: d + 3, Until: d + 6})
	require.NoError(t, err)
	require.Equal(t, d+9, counts)
	counts, err = retention.ReceiptAfter(d, retention.Pause{From: d, Until: d + 9}, retention.Pause{From: d + 20})
	require.NoError(t, err)
	require.Zero(t, counts)
}

// Art. 14(3): the earliest of a month, the first message and the first disclosure.
func TestNoticeDay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ contacted, disclosed, want string }{
		{"", "", "2026-04-07"},
		{"2026-03-20", "", "2026-03-20"},
		{"", "2026-03-19", "2026-03-19"},
		{"2026-03-20", "2026-03-19", "2026-03-19"},
		{"2026-06-01", "2026-05-01", "2026-04-07"},
		{"2026-03-01", "", "2026-03-05"}, // an earlier message can't have carried it
	} {
		var contacted, disclosed retention.Date
		require.NoError(t, contacted.UnmarshalText([]byte(tc.contacted)))
		require.NoError(t, disclosed.UnmarshalText([]byte(tc.disclosed)))
		got, err := retention.NoticeDay(day(t, "2026-03-05"), contacted, disclosed, holiday.NL())
		require.NoError(t, err)
		require.Equal(t, tc.want, got.String(), "%+v", tc)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	for i, want := range []string{"GDPR 12(3)", "GDPR 14(3)", "GDPR 33(1)", "GDPR 34(1)"} {
		d := retention.Deadlines()[i]
		require.Equal(t, want, d.Article)
		require.Equal(t, "2018-05-25", d.From.String())
		require.NotEmpty(t, d.Text.En)
		require.NotEmpty(t, d.Text.Nl)
	}
	require.Len(t, retention.Deadlines(), 4)
}
