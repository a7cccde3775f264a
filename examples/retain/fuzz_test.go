package main

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzArguments runs the program on any arguments: it must not panic, and writes
// nothing exactly when it refuses them. A plan would read and write files; see FuzzSchedule.
func FuzzArguments(f *testing.F) {
	for _, line := range []string{
		"-rule NL-TAX -event 2018-03-15 -at 2026-01-01 -hold 2026-02-01..2027-03-10 -json",
		"-rule FR-ACC -event 2018-09-10T23:30:00.5+14:00 -fy-end 02-29 -zone Pacific/Apia -lang nl",
		"-period P1Y1M -from 2024-02-29 -count whole -cut none",
		"-period P9998Y11M30D -from 0001-01-01 -cut fy -fy-end 06-30",
		"-cutoff -rule BE-TAX -at 2025-12-31",
		"-due request -received 2026-03-05 -country NL -regime atw -extended -identity 2026-03-06..",
		"-due notice -obtained 9999-12-01 -country SE -contacted 2026-03-01 -disclosed 2026-02-28",
		"-due breach -aware 9999-12-28T23:59:59-23:59 -zone Asia/Kolkata",
		"-due breach_persons", "-list -country UK -at 0001-01-01", "-h", "-json=true -list", "--list -- x", "-rule",
	} {
		f.Add(strings.ReplaceAll(line, " ", "\x1f"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "\x1f")
		if slices.ContainsFunc(args, func(s string) bool { return strings.Contains(s, "plan") }) {
			t.Skip("a plan reads files")
		}
		var out, errs bytes.Buffer
		status := run(args, clock, &out, &errs)
		require.Contains(t, []int{done, badUsage}, status, errs.String())
		require.Equal(t, status == badUsage, out.Len() == 0, "%q", args)
		require.Equal(t, status == badUsage, errs.Len() > 0, "%q", args)
	})
}

// FuzzInstant holds the reader of instants against the standard library's, which takes more.
func FuzzInstant(f *testing.F) {
	for _, s := range []string{"2026-03-27T14:18:30+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59", "2024-02-29T12:00:00,5Z", "2024-01-01T1:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := instant(s)
		if err != nil {
			return
		}
		want, err := time.Parse(time.RFC3339, s)
		require.NoError(t, err, "%q", s)
		require.True(t, want.Truncate(time.Second).Equal(got), "%q: %s, %s", s, want, got)
		require.Equal(t, want.Truncate(time.Second).Format(time.RFC3339), got.Format(time.RFC3339))
	})
}

func BenchmarkAnswer(b *testing.B) {
	args := strings.Fields("-rule NL-TAX -event 2018-03-15 -at 2026-01-01 -json")
	b.ReportAllocs()
	for b.Loop() {
		require.Zero(b, run(args, clock, io.Discard, io.Discard))
	}
}
