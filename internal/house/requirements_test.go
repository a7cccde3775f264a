package house

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What we require lifts the versions of everyone who requires us.
var requirable = []string{
	"github.com/go-playground/validator/v10", // basis/validation
	"github.com/stretchr/testify",            // tests
	"golang.org/x/crypto",                    // anonymize
	"golang.org/x/mod",                       // consent
	"golang.org/x/net",                       // anonymize: internationalized domain names
	"golang.org/x/text",                      // internal/normalize
}

// A goMod is what go mod edit -json prints.
type goMod struct {
	Module struct{ Path string }
	Go     string
	// Toolchain, Replace, Exclude and Tool have no place in the root module.
	Toolchain string
	Require   []struct {
		Path, Version string
		Indirect      bool
	}
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
	Exclude, Tool []struct{ Path string }
}

func parseGoMod(dir string) (m goMod, err error) {
	out, err := run(dir, "go", "mod", "edit", "-json")
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	m, err := parseGoMod(root)
	require.NoError(t, err)
	report(t, requirementFindings(m))
}

func requirementFindings(m goMod) (out []string) {
	if m.Module.Path != module {
		out = append(out, "module is "+m.Module.Path)
	}
	if m.Go != "1.26.0" {
		out = append(out, "go line is "+m.Go)
	}
	if m.Toolchain != "" {
		out = append(out, "toolchain line "+m.Toolchain)
	}
	for _, r := range m.Require {
		if !r.Indirect && !slices.Contains(requirable, r.Path) {
			out = append(out, "requires "+r.Path)
		}
	}
	for _, r := range m.Replace {
		out = append(out, "replaces "+r.Old.Path)
	}
	for _, e := range m.Exclude {
		out = append(out, "excludes "+e.Path)
	}
	for _, e := range m.Tool {
		out = append(out, "has tool "+e.Path)
	}
	return out
}

func TestRequirementsCanFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(`module github.com/grondslag/grondslag

go 1.26.1

toolchain go1.26.8

tool example.com/tool

require (
	golang.org/x/text v0.30.0
	github.com/jackc/pgx/v5 v5.7.0
	github.com/davecgh/go-spew v1.1.1 // indirect
)

replace golang.org/x/text => ../text

exclude golang.org/x/mod v0.1.0
`), 0o644))
	m, err := parseGoMod(dir)
	require.NoError(t, err)
	require.Equal(t, []string{
		"go line is 1.26.1",
		"toolchain line go1.26.8",
		"requires github.com/jackc/pgx/v5",
		"replaces golang.org/x/text",
		"excludes golang.org/x/mod",
		"has tool example.com/tool",
	}, requirementFindings(m))
}

// A workspace file would hide what a module lacks from everyone but its users.
func TestNoWorkspaceInGit(t *testing.T) {
	t.Parallel()
	out, err := run(root, "git", "ls-files")
	if err != nil {
		t.Skip("not a git checkout: ", err)
	}
	report(t, workspaceFindings(strings.Fields(string(out))))
}

func workspaceFindings(tracked []string) (out []string) {
	for _, name := range tracked {
		if base := filepath.Base(name); base == "go.work" || base == "go.work.sum" {
			out = append(out, name+" is in git")
		}
	}
	return out
}

func TestNoWorkspaceInGitCanFail(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"examples/go.work is in git"}, workspaceFindings([]string{"go.mod", "examples/go.work"}))
}
