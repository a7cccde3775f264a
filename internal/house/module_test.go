package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/grondslag/grondslag"
	root   = "../.."
)

// A pkg is what go list says of a package.
type pkg struct {
	ImportPath, Name, Dir, Export string
	Standard                      bool
	GoFiles                       []string
	Imports, TestImports          []string
	XTestImports, Deps            []string
}

// listed is the root module and all that it links, tests excluded.
var listed = sync.OnceValues(func() (map[string]pkg, error) { return list("./...") })

func list(patterns ...string) (map[string]pkg, error) {
	out, err := run(root, "go", append([]string{
		"list", "-deps", "-export",
		"-json=ImportPath,Name,Dir,Export,Standard,GoFiles,Imports,TestImports,XTestImports,Deps",
	}, patterns...)...)
	if err != nil {
		return nil, err
	}
	pkgs := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, err
		}
		pkgs[p.ImportPath] = p
	}
}

func packages(t *testing.T) map[string]pkg {
	t.Helper()
	pkgs, err := listed()
	require.NoError(t, err)
	require.Contains(t, pkgs, module+"/basis")
	return pkgs
}

// ours are the packages of the root module among pkgs.
func ours(pkgs map[string]pkg) []pkg {
	var out []pkg
	for _, p := range pkgs {
		if within(p.ImportPath, module) {
			out = append(out, p)
		}
	}
	return out
}

// within reports whether a slash-separated path is dir or lies below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+"/")
}

// conformance reports whether the package is a suite for others' tests, such as basistest.
func conformance(p pkg) bool { return strings.HasSuffix(p.Name, "test") }

func run(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out, nil
}

// files lists the files below the root, slash-separated, without dot folders and testdata.
func files(fsys fs.FS) ([]string, error) {
	var out []string
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.Type().IsRegular():
			out = append(out, path)
		}
		return nil
	})
	return out, err
}

// houseFiles are the files of the checkout.
func houseFiles(t *testing.T) (fs.FS, []string) {
	t.Helper()
	fsys := os.DirFS(root)
	names, err := files(fsys)
	require.NoError(t, err)
	return fsys, names
}

// report fails the test with one line per finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, f := range findings {
		t.Error(f)
	}
}
