package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// rooms are the packages that stand beside each other on basis.
var rooms = []string{"consent", "retention", "anonymize", "processor"}

// links says which modules besides the standard library a package may link. A
// package that is not named, and what it imports, may link none but those of common.
var links = map[string][]string{
	"basis":                {},
	"basis/reconsent":      {},
	"retention":            {},
	"retention/holiday":    {},
	"retention/statute":    {},
	"basis/validation":     {"github.com/go-playground/", "github.com/gabriel-vasile/", "github.com/leodido/", "golang.org/x/"},
	"processor":            {},
	"consent":              {"golang.org/x/mod", "golang.org/x/text", "golang.org/x/net"}, // the last two to compare addresses
	"consent/proof":        {"golang.org/x/mod"},
	"anonymize":            {"golang.org/x/crypto", "golang.org/x/sys", "golang.org/x/text", "golang.org/x/net"},
	"anonymize/siv":        {},
	"anonymize/ff1":        {},
	"anonymize/cryptopan":  {},
	"anonymize/reidentify": {},
}

// common also holds x/sys, through which x/crypto learns what the processor can.
var common = []string{"golang.org/x/crypto", "golang.org/x/mod", "golang.org/x/text", "golang.org/x/net", "golang.org/x/sys"}

func TestLinks(t *testing.T) {
	t.Parallel()
	report(t, linkFindings(packages(t)))
}

func linkFindings(pkgs map[string]pkg) (out []string) {
	for _, p := range ours(pkgs) {
		if conformance(p) {
			continue
		}
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, named := links[name]
		if !named {
			allowed = common
		}
		for _, dep := range p.Deps {
			d := pkgs[dep]
			if d.Standard || dep == "C" || dep == "unsafe" {
				continue
			}
			if in, ok := strings.CutPrefix(dep, module+"/"); ok {
				// The rooms may hold rooms of their own; what leads elsewhere is TestRooms' matter.
				room, _, _ := strings.Cut(name, "/")
				if named && !within(in, "internal") && !within(in, "basis") && !within(in, room) {
					out = append(out, fmt.Sprintf("%s links %s", name, dep))
				}
				continue
			}
			if !slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(dep, prefix) }) {
				out = append(out, fmt.Sprintf("%s links %s", name, dep))
			}
		}
		if named && within(name, "basis") && name != "basis/validation" {
			for _, engine := range []string{"text/template", "html/template"} {
				if slices.Contains(p.Deps, engine) {
					out = append(out, fmt.Sprintf("%s links %s", name, engine))
				}
			}
		}
	}
	return out
}

func TestLinksCanFail(t *testing.T) {
	t.Parallel()
	pkgs := sample(
		pkg{ImportPath: "text/template", Standard: true},
		pkg{ImportPath: "golang.org/x/mod/semver"},
		pkg{ImportPath: "github.com/stretchr/testify/require"},
		pkg{ImportPath: module + "/internal/civil", Name: "civil"},
		pkg{ImportPath: module + "/basis", Name: "basis", Deps: []string{"text/template", module + "/internal/civil"}},
		pkg{ImportPath: module + "/basis/reconsent", Name: "reconsent", Deps: []string{module + "/consent"}},
		pkg{ImportPath: module + "/retention", Name: "retention", Deps: []string{"golang.org/x/mod/semver"}},
		pkg{ImportPath: module + "/consent", Name: "consent", Deps: []string{"golang.org/x/mod/semver"}},
		pkg{ImportPath: module + "/basis/ropa", Name: "ropa", Deps: []string{"github.com/stretchr/testify/require"}},
		pkg{ImportPath: module + "/basis/basistest", Name: "basistest", Deps: []string{"github.com/stretchr/testify/require"}},
	)
	require.ElementsMatch(t, []string{
		"basis links text/template",
		"basis/reconsent links " + module + "/consent",
		"retention links golang.org/x/mod/semver",
		"basis/ropa links github.com/stretchr/testify/require",
	}, linkFindings(pkgs))
}

func TestRooms(t *testing.T) {
	t.Parallel()
	report(t, roomFindings(packages(t)))
}

// roomFindings: no room imports another, not even in a test, and basis imports none.
func roomFindings(pkgs map[string]pkg) (out []string) {
	roomOf := func(path string) string {
		in, _ := strings.CutPrefix(path, module+"/")
		in, _, _ = strings.Cut(in, "/")
		if within(path, module) && slices.Contains(append([]string{"basis"}, rooms...), in) {
			return in
		}
		return ""
	}
	for _, p := range ours(pkgs) {
		from := roomOf(p.ImportPath)
		if from == "" {
			continue
		}
		seen := map[string]bool{}
		for _, dep := range slices.Concat(p.Deps, p.TestImports, p.XTestImports) {
			if to := roomOf(dep); to != "" && to != from && to != "basis" && !seen[dep] {
				seen[dep] = true
				out = append(out, fmt.Sprintf("%s imports %s", p.ImportPath, dep))
			}
		}
	}
	return out
}

func TestRoomsCanFail(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, []string{
		module + "/consent imports " + module + "/retention",
		module + "/retention/statute imports " + module + "/processor",
		module + "/basis/ropa imports " + module + "/anonymize/risk",
	}, roomFindings(sample(
		pkg{ImportPath: module + "/consent", Deps: []string{module + "/basis", module + "/retention"}},
		pkg{ImportPath: module + "/retention", Deps: []string{module + "/basis"}},
		pkg{ImportPath: module + "/retention/statute", XTestImports: []string{module + "/processor", module + "/retention"}},
		pkg{ImportPath: module + "/basis/ropa", TestImports: []string{module + "/anonymize/risk"}},
	)))
}

func TestTestingStaysInTests(t *testing.T) {
	t.Parallel()
	report(t, testingFindings(packages(t)))
}

func testingFindings(pkgs map[string]pkg) (out []string) {
	for _, p := range ours(pkgs) {
		if conformance(p) {
			continue
		}
		for _, dep := range p.Imports {
			if within(dep, "testing") || within(dep, "github.com/stretchr/testify") {
				out = append(out, fmt.Sprintf("%s imports %s", p.ImportPath, dep))
			}
		}
	}
	return out
}

func TestTestingStaysInTestsCanFail(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{module + "/basis imports testing/fstest"}, testingFindings(sample(
		pkg{ImportPath: module + "/basis", Name: "basis", Imports: []string{"fmt", "testing/fstest"}, TestImports: []string{"testing"}},
		pkg{ImportPath: module + "/basis/basistest", Name: "basistest", Imports: []string{"testing"}},
	)))
}

func TestOnlyWitnessKnowsTheGate(t *testing.T) {
	t.Parallel()
	fsys, names := houseFiles(t)
	findings, err := witnessFindings(fsys, names)
	require.NoError(t, err)
	report(t, findings)
}

// witnessFindings: of the files of a room, only witness.go mentions the gate's question and testimony.
func witnessFindings(fsys fs.FS, names []string) (out []string, err error) {
	for _, name := range names {
		top, _, _ := strings.Cut(name, "/")
		if !slices.Contains(rooms, top) || path.Ext(name) != ".go" ||
			strings.HasSuffix(name, "_test.go") || path.Base(name) == "witness.go" {
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			return nil, err
		}
		local := importName(f, module+"/basis")
		if local == "." {
			out = append(out, name+" imports basis with a dot")
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && local != "" && x.Name == local && (s.Sel.Name == "Question" || s.Sel.Name == "Testimony") {
					out = append(out, fmt.Sprintf("%s mentions basis.%s", fset.Position(s.Pos()), s.Sel.Name))
				}
			}
			return true
		})
	}
	return out, nil
}

// importName returns the name under which f imports path, "" when it doesn't.
func importName(f *ast.File, importPath string) string {
	for _, s := range f.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err == nil && p == importPath {
			if s.Name != nil {
				return s.Name.Name
			}
			return path.Base(importPath)
		}
	}
	return ""
}

func TestOnlyWitnessKnowsTheGateCanFail(t *testing.T) {
	t.Parallel()
	src := func(head, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("package x\n\nimport " + head + " \"" + module + "/basis\"\n\n" + body + "\n")}
	}
	fsys := fstest.MapFS{
		"consent/witness.go":       src("", "var _ basis.Question"),
		"consent/ledger.go":        src("b", "func f(q b.Question, s b.Subject) {}"),
		"consent/ledger_test.go":   src("", "var _ basis.Question"),
		"processor/deep/vendor.go": src("", "var _ []basis.Testimony"),
		"retention/rule.go":        src(".", "var _ Question"),
		"basis/gate.go":            src("", "var _ basis.Question"),
	}
	names, err := files(fsys)
	require.NoError(t, err)
	findings, err := witnessFindings(fsys, names)
	require.NoError(t, err)
	require.Equal(t, []string{
		"consent/ledger.go:5:10 mentions basis.Question",
		"processor/deep/vendor.go:5:9 mentions basis.Testimony",
		"retention/rule.go imports basis with a dot",
	}, findings)
}

func sample(pkgs ...pkg) map[string]pkg {
	out := map[string]pkg{}
	for _, p := range pkgs {
		out[p.ImportPath] = p
	}
	return out
}
