package basis_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func TestNoticeClock(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		require.NoError(t, err)
		return at
	}
	tests := []struct {
		name                 string
		p                    basis.Provenance
		at                   string
		article, day         string
		given, late, overdue bool
	}{
		{"subject, told at collection", basis.Provenance{Source: basis.FromSubject, Obtained: day("2026-01-31 12:00"), Informed: day("2026-01-31 12:00")},
			"2026-02-01 00:00", "GDPR 13(1)", "2026-01-31", true, false, false},
		{"subject, told earlier", basis.Provenance{Source: basis.FromSubject, Obtained: day("2026-01-31 12:00"), Informed: day("2025-01-31 12:00")},
			"2026-02-01 00:00", "GDPR 13(1)", "2026-01-31", true, false, false},
		{"subject, told later", basis.Provenance{Source: basis.FromSubject, Obtained: day("2026-01-31 12:00"), Informed: day("2026-01-31 12:01")},
			"2026-02-01 00:00", "GDPR 13(1)", "2026-01-31", true, true, false},
		{"subject, not told", basis.Provenance{Source: basis.FromSubject, Obtained: day("2026-01-31 12:00")},
			"2026-01-31 12:01", "GDPR 13(1)", "2026-01-31", false, false, true},
		{"subject, told after the question", basis.Provenance{Source: basis.FromSubject, Obtained: day("2026-01-31 12:00"), Informed: day("2026-03-01 12:00")},
			"2026-02-01 00:00", "GDPR 13(1)", "2026-01-31", false, false, true},
		// One month, clamped to the last day; the whole day counts (Regulation 1182/71 Art. 3).
		{"third party, last minute", basis.Provenance{Source: basis.FromThirdParty, Obtained: day("2026-01-31 12:00")},
			"2026-02-28 23:59", "GDPR 14(3)(a)", "2026-02-28", false, false, false},
		{"third party, a minute later", basis.Provenance{Source: basis.FromThirdParty, Obtained: day("2026-01-31 12:00")},
			"2026-03-01 00:00", "GDPR 14(3)(a)", "2026-02-28", false, false, true},
		{"leap year", basis.Provenance{Source: basis.FromPublic, Obtained: day("2028-01-31 12:00")},
			"2028-02-29 23:59", "GDPR 14(3)(a)", "2028-02-29", false, false, false},
		{"the day of the zone", basis.Provenance{Source: basis.FromThirdParty, Obtained: time.Date(2026, 5, 31, 22, 30, 0, 0, time.UTC)},
			"2026-06-10 00:00", "GDPR 14(3)(a)", "2026-07-01", false, false, false},
		{"first message", basis.Provenance{Source: basis.FromThirdParty, Obtained: day("2026-01-10 12:00"), Contacted: day("2026-01-20 12:00")},
			"2026-01-21 00:00", "GDPR 14(3)(b)", "2026-01-20", false, false, true},
		{"first message, told in it", basis.Provenance{Source: basis.FromThirdParty, Obtained: day("2026-01-10 12:00"),
			Contacted: day("2026-01-20 12:00"), Informed: day("2026-01-20 12:00")},
			"2026-01-21 00:00", "GDPR 14(3)(b)", "2026-01-20", true, false, false},
		{"first disclosure", basis.Provenance{Source: basis.Derived, Obtained: day("2026-01-10 12:00"),
			Contacted: day("2026-01-20 12:00"), Disclosed: day("2026-01-15 12:00")},
			"2026-01-15 12:00", "GDPR 14(3)(c)", "2026-01-15", false, false, false},
		{"message after the month", basis.Provenance{Source: basis.FromThirdParty, Obtained: day("2026-01-10 12:00"), Contacted: day("2026-05-20 12:00")},
			"2026-02-11 00:00", "GDPR 14(3)(a)", "2026-02-10", false, false, true},
		{"nothing is known", basis.Provenance{}, "2026-01-15 12:00", "GDPR 14(3)(a)", "", false, false, true},
		{"unknown when", basis.Provenance{Source: basis.FromThirdParty, Contacted: day("2026-05-20 12:00")},
			"2026-01-15 12:00", "GDPR 14(3)(a)", "", false, false, true},
	}
	for _, test := range tests {
		c := test.p.NoticeClock(day(test.at), zone)
		require.Equal(t, test.article, c.Article, test.name)
		require.Equal(t, test.day, c.Day, test.name)
		require.Equal(t, []bool{test.given, test.late, test.overdue}, []bool{c.Given, c.Late, c.Overdue}, test.name)
		require.NotEmpty(t, c.Text.En)
		require.NotEmpty(t, c.Text.Nl)
	}
}
