package house

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A block is one fenced Go block of a Markdown file.
type block struct {
	line int // of its first line of code, from 1
	code string
}

// blocks returns the fenced blocks whose info string is "go".
func blocks(markdown string) (out []block) {
	var fence string
	var b *block
	for i, line := range strings.Split(markdown, "\n") {
		text := strings.TrimLeft(line, " ")
		ticks := text[:len(text)-len(strings.TrimLeft(text, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
			if strings.TrimSpace(text[len(ticks):]) == "go" {
				b = &block{line: i + 2}
			}
		case fence != "" && len(ticks) >= len(fence) && strings.TrimSpace(text) == ticks:
			if b != nil {
				out = append(out, *b)
			}
			fence, b = "", nil
		case b != nil:
			b.code += line + "\n"
		}
	}
	return out
}

// standard are the packages of the standard library that a fragment need not import.
var standard = []string{
	"bytes", "cmp", "context", "crypto/rand", "database/sql", "encoding/csv", "encoding/json", "errors", "fmt",
	"io", "iter", "log", "log/slog", "maps", "net/http", "os", "slices", "strconv", "strings", "testing", "time",
}

// sources turns the blocks of one Markdown file into Go files by path: a folder
// for each complete block, and "fragments" for the others together.
func sources(name string, all []block, importable []string) (map[string]string, error) {
	out := map[string]string{}
	var decls, stmts strings.Builder
	imports, used, declared := map[string]bool{}, map[string]bool{}, map[string]bool{}
	depth := 0
	for _, b := range all {
		fset := token.NewFileSet()
		if _, err := parser.ParseFile(fset, name, b.code, parser.PackageClauseOnly); err == nil {
			out[fmt.Sprintf("line%d/main.go", b.line)] = lineDirective(name, b.line) + b.code
			continue
		}
		// Imports, if any, come first; blank them out to keep the lines.
		const head = "package p;"
		f, err := parser.ParseFile(fset, name, head+b.code, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, b.line, err)
		}
		code := []byte(b.code)
		for _, d := range f.Decls {
			from, to := fset.Position(d.Pos()).Offset-len(head), fset.Position(d.End()).Offset-len(head)
			for i := from; i < to; i++ {
				if code[i] != '\n' {
					code[i] = ' '
				}
			}
		}
		for _, s := range f.Imports {
			line := s.Path.Value
			if s.Name != nil {
				line = s.Name.Name + " " + line
			}
			imports[line] = true
			declared[importedAs(s)] = true
		}
		target, text := &decls, head+string(code)
		syntax, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			target, text = &stmts, head+"func _() {"+string(code)+"\n}"
			if syntax, err = parser.ParseFile(token.NewFileSet(), name, text, 0); err != nil {
				return nil, fmt.Errorf("%s: the block at line %d is neither a file, declarations nor statements: %w", name, b.line, err)
			}
			depth++
			stmts.WriteString("{\n")
		}
		target.WriteString(lineDirective(name, b.line))
		target.Write(code)
		target.WriteString("\n")
		names := mention(syntax, used)
		maps.Copy(declared, names)
		if target == &stmts {
			// What a fragment declares at its top may be used by a later one, or by none.
			for _, n := range topNames(syntax) {
				stmts.WriteString("_ = " + n + "\n")
			}
		}
	}
	if decls.Len() == 0 && stmts.Len() == 0 {
		return out, nil
	}
	for _, p := range slices.Concat(importable, standard) {
		if n := path.Base(p); used[n] && !declared[n] {
			imports[strconv.Quote(p)] = true
			declared[n] = true
		}
	}
	imports[`"context"`], imports[`"time"`] = true, true
	var src strings.Builder
	src.WriteString("package fragments\n\n")
	for _, line := range slices.Sorted(maps.Keys(imports)) {
		src.WriteString("import " + line + "\n")
	}
	src.WriteString("\n" + decls.String())
	src.WriteString("\nfunc _(ctx context.Context, now time.Time) error {\n" + stmts.String() + strings.Repeat("}\n", depth) + "return nil\n}\n")
	out["fragments/fragments.go"] = src.String()
	return out, nil
}

func lineDirective(name string, line int) string { return fmt.Sprintf("//line %s:%d\n", name, line) }

func importedAs(s *ast.ImportSpec) string {
	if s.Name != nil {
		return s.Name.Name
	}
	p, _ := strconv.Unquote(s.Path.Value)
	return path.Base(p)
}

// mention adds to used the names before a dot, and returns the variables that are declared.
func mention(f *ast.File, used map[string]bool) map[string]bool {
	declared := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						declared[id.Name] = true
					}
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					declared[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				declared[id.Name] = true
			}
		case *ast.FuncType:
			for _, field := range n.Params.List {
				for _, id := range field.Names {
					declared[id.Name] = true
				}
			}
		}
		return true
	})
	return declared
}

// topNames returns the variables declared at the top of the only function of f.
func topNames(f *ast.File) (out []string) {
	add := func(id *ast.Ident) {
		if id.Name != "_" && !slices.Contains(out, id.Name) {
			out = append(out, id.Name)
		}
	}
	for _, s := range f.Decls[len(f.Decls)-1].(*ast.FuncDecl).Body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, l := range s.Lhs {
					add(l.(*ast.Ident))
				}
			}
		case *ast.DeclStmt:
			if g := s.Decl.(*ast.GenDecl); g.Tok == token.VAR {
				for _, spec := range g.Specs {
					for _, id := range spec.(*ast.ValueSpec).Names {
						add(id)
					}
				}
			}
		}
	}
	return out
}

// compile builds the Go code of Markdown files in a module outside of the one in
// dir, which requires it and has its versions. It needs no network.
func compile(tmp, dir string, markdown map[string]string, importable []string) error {
	goMod, err := outsider(dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "go.mod"), []byte(goMod), 0o644); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "go.sum"), sum, 0o644); err != nil {
		return err
	}
	some := false
	for i, name := range slices.Sorted(maps.Keys(markdown)) {
		srcs, err := sources(name, blocks(markdown[name]), importable)
		if err != nil {
			return err
		}
		for to, src := range srcs {
			to = filepath.Join(tmp, fmt.Sprint("doc", i), filepath.FromSlash(to))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(to, []byte(src), 0o644); err != nil {
				return err
			}
			some = true
		}
	}
	if !some {
		return nil
	}
	_, err = run(tmp, "go", "build", "./...")
	return err
}

// outsider returns the go.mod of a module that uses the one in dir from its folder.
func outsider(dir string) (string, error) {
	m, err := parseGoMod(dir)
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module snippets.test\n\ngo %s\n\nrequire %s v0.0.0\n\nreplace %[2]s => %s\n", m.Go, m.Module.Path, strconv.Quote(abs))
	for _, r := range m.Require {
		fmt.Fprintf(&b, "\nrequire %s %s\n", r.Path, r.Version)
	}
	for _, r := range m.Replace {
		to := r.New.Path
		if r.New.Version == "" && !filepath.IsAbs(to) {
			to = filepath.Join(abs, to)
		}
		fmt.Fprintf(&b, "\nreplace %s %s => %s %s\n", r.Old.Path, r.Old.Version, strconv.Quote(to), r.New.Version)
	}
	return b.String(), nil
}

// publicPackages are the packages that a fragment may use by name.
func publicPackages(pkgs map[string]pkg) (out []string) {
	for _, p := range ours(pkgs) {
		if p.Name != "main" && !strings.Contains(p.ImportPath, "/internal/") {
			out = append(out, p.ImportPath)
		}
	}
	slices.Sort(out)
	return out
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	fsys, names := houseFiles(t)
	require.True(t, slices.Contains(names, "README.md"), "the module has no README.md")
	markdown := map[string]map[string]string{} // by folder of the module they belong to
	for _, name := range names {
		if path.Ext(name) != ".md" {
			continue
		}
		dir := path.Dir(name)
		for dir != "." && !slices.Contains(names, path.Join(dir, "go.mod")) {
			dir = path.Dir(dir)
		}
		src, err := fs.ReadFile(fsys, name)
		require.NoError(t, err)
		if markdown[dir] == nil {
			markdown[dir] = map[string]string{}
		}
		markdown[dir][name] = string(src)
	}
	importable := publicPackages(packages(t))
	for dir, docs := range markdown {
		require.NoError(t, compile(t.TempDir(), filepath.Join(root, dir), docs, importable), "module in %s", dir)
	}
}

const sampleDoc = "# Sample\n" + // line 1
	"```go\npackage main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(1) }\n```\n" +
	"```go\ntype note struct{ at time.Time }\n\nfunc (n note) when() string { return n.at.String() }\n```\n" +
	"Text.\n  ```go\n  n := note{at: now}\n  err := errors.Join(ctx.Err())\n  if err != nil {\n  \treturn err\n  }\n  ```\n" +
	"```text\nnot go\n```\n" +
	"````go\nimport \"path\"\n\nerr := fmt.Errorf(\"%s ```go %s\", path.Base(n.when()), basis.Email)\n````\n"

func TestSnippetExtractor(t *testing.T) {
	t.Parallel()
	got := blocks(sampleDoc)
	require.Len(t, got, 4)
	lines := strings.Split(sampleDoc, "\n")
	for _, b := range got {
		first, _, _ := strings.Cut(b.code, "\n")
		require.Equal(t, lines[b.line-1], first)
	}
	require.Empty(t, blocks("```text\nx\n```\n```\ngo\n```\n```go\nnever closed"))

	srcs, err := sources("doc.md", got, []string{module + "/basis"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"line3/main.go", "fragments/fragments.go"}, slices.Collect(maps.Keys(srcs)))
	require.NoError(t, compile(t.TempDir(), root, map[string]string{"doc.md": sampleDoc, "second.md": sampleDoc}, []string{module + "/basis"}))
}

func TestSnippetsCanFail(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ code, want string }{
		"undefined in a fragment": {"x := 1\ny := nowhere\n", "doc.md:5: undefined: nowhere|doc.md:5:6: undefined: nowhere"},
		"undefined in a program":  {"package main\n\nfunc main() { nowhere() }\n", "doc.md:6: undefined: nowhere|doc.md:6:15: undefined: nowhere"},
		"undefined in a function": {"func f() { nowhere() }\n", "doc.md:4: undefined: nowhere|doc.md:4:12: undefined: nowhere"},
		"no such name of ours":    {"x := basis.Nowhere\n", "undefined: basis.Nowhere"},
		"internal package":        {"import \"" + module + "/internal/civil\"\n\nx := civil.Date(0)\n", "use of internal package"},
		"unknown module":          {"package main\n\nimport _ \"example.com/x\"\n\nfunc main() {}\n", "no required module provides package"},
		"not Go":                  {"x := = 1\n", "neither a file, declarations nor statements"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := "Text.\n\n```go\n" + tc.code + "```\n"
			err := compile(t.TempDir(), root, map[string]string{"doc.md": doc}, []string{module + "/basis"})
			require.Error(t, err)
			for want := range strings.SplitSeq(tc.want, "|") {
				if strings.Contains(err.Error(), want) {
					return
				}
			}
			require.Fail(t, "unexpected error", "%v, want %s", err, tc.want)
		})
	}
}

// The README's sample of the house must hold for a file without any Go too.
func TestSnippetsWithoutGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, compile(dir, root, map[string]string{"doc.md": "# Nothing\n"}, nil))
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	require.True(t, bytes.Contains(mod, []byte(module)))
}
