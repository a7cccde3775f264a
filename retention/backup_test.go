package retention_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

func TestBackupLastCopy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ window, erased, want string }{
		{"P35D", "2024-03-01", "2024-04-05"},
		{"P0D", "2024-03-01", "2024-03-01"}, // no backups: gone the day after, as everywhere a last day is included
		{"P1M", "2024-01-31", "2024-02-29"}, // clamped once
		{"P1Y", "2024-02-29", "2025-02-28"},
		{"P1M3D", "2023-01-31", "2023-03-03"}, // months first
		{"P35D", "9999-12-31", ""},            // beyond the calendar
		{"P9999Y", "2024-01-01", ""},
	} {
		b := retention.Backup{Window: proofPeriod(t, tc.window)}
		require.Equal(t, tc.want, b.LastCopy(proofDay(t, tc.erased)).String(), "%s from %s", tc.window, tc.erased)
	}
	require.Zero(t, retention.Backup{}.LastCopy(0))
	require.Zero(t, retention.Backup{Window: retention.Period{Days: -1}}.LastCopy(proofDay(t, "2024-01-01")))
}

func proofDay(t testing.TB, text string) retention.Date {
	t.Helper()
	d, err := retention.ParseDate(text)
	require.NoError(t, err)
	return d
}

func proofPeriod(t testing.TB, text string) retention.Period {
	t.Helper()
	p, err := retention.ParsePeriod(text)
	require.NoError(t, err)
	return p
}
