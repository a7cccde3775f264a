package holiday

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A program links the calendars that it names and no other; one that calls For links all.
func TestProgramsLinkOnlyWhatTheyUse(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds two programs")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command: ", err)
	}
	const pkg = "github.com/grondslag/grondslag/retention/holiday"
	symbols := func(t *testing.T, call string) (names map[string]bool, binary []byte) {
		t.Helper()
		dir := t.TempDir()
		src, bin := filepath.Join(dir, "main.go"), filepath.Join(dir, "program.exe")
		require.NoError(t, os.WriteFile(src, fmt.Appendf(nil, "package main\n\nimport %q\n\nfunc main() { println(%s) }\n", pkg, call), 0o600))
		// Without inlining, so that a function that is linked has a name.
		out, err := exec.CommandContext(t.Context(), tool, "build", "-gcflags="+pkg+"=-l", "-o", bin, src).CombinedOutput()
		require.NoError(t, err, "%s", out)
		out, err = exec.CommandContext(t.Context(), tool, "tool", "nm", bin).Output()
		require.NoError(t, err)
		names = map[string]bool{}
		for line := range strings.Lines(string(out)) {
			f := strings.Fields(line)
			if name, ok := strings.CutPrefix(f[len(f)-1], pkg+"."); ok {
				names[name] = true
			}
		}
		binary, err = os.ReadFile(bin)
		require.NoError(t, err)
		return names, binary
	}
	countries := []string{"AT", "BE", "DE", "DK", "ES", "FR", "IE", "IT", "LU", "PL", "SE", "UK"}
	one := []byte("Hervormingsdag") // a name that only one country uses

	names, binary := symbols(t, "holiday.NL().Holiday(1)")
	require.True(t, names["NL"])
	for _, c := range append(countries, "Termijnenwet", "For", "New") {
		require.False(t, names[c], "%s is linked, though only NL is used", c)
	}
	require.False(t, bytes.Contains(binary, one))
	require.True(t, bytes.Contains(binary, []byte("Bevrijdingsdag")))

	names, binary = symbols(t, `holiday.For("NL")`)
	for _, c := range append(countries, "NL") {
		require.True(t, names[c], c)
	}
	require.True(t, bytes.Contains(binary, one))
}
