package statute_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A program contains the countries that it calls and no others.
func TestLinker(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds programs")
	}
	const pkg = "github.com/grondslag/grondslag/retention/statute"
	var all []string
	for code := range countries() {
		all = append(all, code)
	}
	slices.Sort(all)
	for _, c := range []struct {
		name, call string
		want       []string
	}{
		{"one", `statute.NL().Default()`, []string{"NL"}},
		{"two", `append(statute.DE(), statute.AT()...)`, []string{"AT", "DE"}},
		{"all", `statute.All()`, all},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			src := filepath.Join(dir, "main.go")
			require.NoError(t, os.WriteFile(src, []byte("package main\n\nimport \""+pkg+"\"\n\nfunc main() { println(len("+c.call+")) }\n"), 0o644))
			out := filepath.Join(dir, "main.exe")
			build := exec.CommandContext(t.Context(), "go", "build", "-o", out, src)
			build.Env = append(os.Environ(), "GOWORK=off")
			text, err := build.CombinedOutput()
			require.NoError(t, err, string(text))
			symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", out).Output()
			require.NoError(t, err)
			var linked []string
			for line := range strings.Lines(string(symbols)) {
				if i := strings.Index(line, pkg+"."); i >= 0 {
					if code := strings.TrimSpace(line[i+len(pkg)+1:]); slices.Contains(all, code) {
						linked = append(linked, code)
					}
				}
			}
			slices.Sort(linked)
			require.Equal(t, c.want, linked)
		})
	}
}
