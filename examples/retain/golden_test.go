package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// TestGoldenAnswers holds what each form says, as text in both languages and as JSON.
func TestGoldenAnswers(t *testing.T) {
	var b strings.Builder
	for _, line := range []string{
		"-rule NL-TAX -event 2018-03-15 -at 2026-01-01",
		"-rule NL-TAX -event 2018-03-15 -at 2026-03-01 -hold 2026-02-01..2027-03-10",
		"-rule NL-TAX -event 2026-12-01",
		"-rule NL-APPL -event 2026-11-01",
		"-rule NL-WWFT -event 2021-05-31T23:30:00Z",
		"-rule NL-WGBO",
		"-rule AT-BAO -event 2018-09-10 -fy-end 06-30",
		"-rule FR-ACC -event 2026-09-10 -fy-end 06-30",
		"-rule DE-STAY -event 2026-01-10",
		"-rule NL-LIM -event 2020-02-28",
		"-rule ES-BLOCK -event 2026-01-10",
		"-period P1Y1M -from 2024-02-29",
		"-period P5Y -from 2023-01-10 -cut fy -fy-end 02-28",
		"-period P1M -from 2023-01-31 -count whole",
		"-cutoff -rule NL-TAX -at 2025-12-31",
		"-cutoff -rule EU-AMLR",
		"-due request -received 2026-03-05 -country NL",
		"-due request -received 2026-08-31 -country NL",
		"-due request -received 2026-04-14 -country NL -regime atw",
		"-due request -received 2026-01-31 -country UK -extended",
		"-due request -received 2026-03-02 -country NL -identity 2026-03-03..2026-03-05",
		"-due request -received 2026-03-02 -country NL -identity 2026-03-03..",
		"-due notice -obtained 2026-03-05 -country NL",
		"-due notice -obtained 2026-03-05 -country NL -contacted 2026-03-20",
		"-due notice -obtained 2026-03-05 -country NL -disclosed 2026-03-10",
		"-due breach -aware 2026-03-27T14:18:30+01:00",
		"-due breach_persons",
		"-list -country NL",
	} {
		for _, more := range []string{"", " -lang nl", " -json"} {
			status, out, errs := call(t, strings.Fields(line+more)...)
			require.Zero(t, status, errs)
			b.WriteString("$ retain " + line + more + "\n" + out + "\n")
		}
	}
	golden(t, "answers.golden", b.String())
	_, out, _ := call(t, "-h")
	golden(t, "help.golden", out)
}
