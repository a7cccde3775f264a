package house

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// State that a caller can't see makes two tenants, or two tests, share a fate. So
// library code has no init functions, no package variable that changes, no
// goroutine of its own and no clock.
//
// A package variable is one of: blank (an assertion), an error, a compiled regular
// expression or template, or unexported and never written. "Written" is taken
// widely: assigned, its address taken, an element changed, a method with a pointer
// receiver called, handed out by an exported function.

func TestState(t *testing.T) {
	t.Parallel()
	pkgs := packages(t)
	for _, p := range ours(pkgs) {
		if conformance(p) {
			continue
		}
		fset := token.NewFileSet()
		var syntax []*ast.File
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			src, err := os.ReadFile(path)
			require.NoError(t, err)
			f, err := parser.ParseFile(fset, strings.TrimPrefix(p.ImportPath, module+"/")+"/"+name, src, parser.SkipObjectResolution)
			require.NoError(t, err)
			syntax = append(syntax, f)
		}
		findings, err := stateFindings(fset, p.ImportPath, syntax, pkgs)
		require.NoError(t, err)
		report(t, findings)
	}
}

// A stateCheck looks at one package.
type stateCheck struct {
	fset     *token.FileSet
	info     *types.Info
	path     string
	findings []string
}

func stateFindings(fset *token.FileSet, path string, syntax []*ast.File, pkgs map[string]pkg) ([]string, error) {
	c := stateCheck{fset: fset, path: path, info: &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(pkgs[path].Export)
	})}
	if _, err := conf.Check(path, fset, syntax, c.info); err != nil {
		return nil, err
	}
	for _, f := range syntax {
		for _, d := range f.Decls {
			c.declaration(d)
			ast.Inspect(d, func(n ast.Node) bool { c.node(n); return true })
		}
	}
	return c.findings, nil
}

func (c *stateCheck) found(n ast.Node, format string, args ...any) {
	c.findings = append(c.findings, fmt.Sprintf("%s: %s", c.fset.Position(n.Pos()), fmt.Sprintf(format, args...)))
}

func (c *stateCheck) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name == "init" {
			c.found(d, "init function")
		}
		if d.Name.IsExported() && d.Body != nil {
			c.handsOut(d)
		}
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return
		}
		for _, s := range d.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				var value ast.Expr
				if len(v.Values) == len(v.Names) {
					value = v.Values[i]
				}
				c.variable(name, value)
			}
		}
	}
}

func (c *stateCheck) variable(name *ast.Ident, value ast.Expr) {
	if name.Name == "_" {
		return
	}
	if call, ok := value.(*ast.CallExpr); ok {
		if f, ok := c.callee(call).(*types.Func); ok && (f.FullName() == "errors.New" || f.FullName() == "fmt.Errorf") {
			return
		}
	}
	t := c.info.Defs[name].Type()
	switch {
	case compiled(t):
	case name.IsExported():
		c.found(name, "exported variable %s", name.Name)
	default:
		switch t.Underlying().(type) {
		case *types.Chan:
			c.found(name, "channel %s is a package variable", name.Name)
		case *types.Pointer:
			if !immutable(t) {
				c.found(name, "what the package variable %s points to can change", name.Name)
			}
		}
	}
}

func compiled(t types.Type) bool {
	return slices.Contains([]string{"*regexp.Regexp", "*text/template.Template", "*html/template.Template"}, t.String())
}

// immutable: pointers to what has no exported way to change.
func immutable(t types.Type) bool {
	return slices.Contains([]string{"*time.Location", "*strings.Replacer", "*encoding/base32.Encoding", "*encoding/base64.Encoding"}, t.String())
}

// handsOut finds exported functions that return a package's slice or map itself.
func (c *stateCheck) handsOut(d *ast.FuncDecl) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		if !ok {
			return true
		}
		for _, e := range r.Results {
			if v := c.packageVar(e); v != nil {
				switch c.info.TypeOf(e).Underlying().(type) {
				case *types.Slice, *types.Map:
					c.found(e, "%s hands out the package variable %s", d.Name.Name, v.Name())
				}
			}
		}
		return true
	})
}

// writers are the functions that change their first argument.
var writers = []string{
	"maps.Copy", "maps.DeleteFunc", "slices.Sort", "slices.SortFunc", "slices.SortStableFunc", "slices.Reverse",
	"slices.Delete", "slices.DeleteFunc", "slices.Compact", "slices.CompactFunc", "slices.Replace", "slices.Insert",
	"sort.Slice", "sort.SliceStable", "sort.Sort", "sort.Stable", "sort.Strings", "sort.Ints",
	"clear", "delete", "copy",
}

func (c *stateCheck) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		if !within(c.path, module+"/internal") {
			c.found(n, "go statement")
		}
	case *ast.Ident:
		if f, ok := c.info.Uses[n].(*types.Func); ok && slices.Contains([]string{"time.Now", "time.Since", "time.Until"}, f.FullName()) {
			c.found(n, "%s: time is an argument", f.FullName())
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			c.written(n.Lhs...)
		}
	case *ast.IncDecStmt:
		c.written(n.X)
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			c.written(n.Key, n.Value)
		}
	case *ast.UnaryExpr:
		if _, literal := ast.Unparen(n.X).(*ast.CompositeLit); n.Op == token.AND && !literal {
			c.written(n.X)
		}
	case *ast.SliceExpr:
		if _, array := c.info.TypeOf(n.X).Underlying().(*types.Array); array {
			c.written(n.X) // slicing an array takes its address
		}
	case *ast.SelectorExpr:
		if s := c.info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
			_, pointerMethod := s.Obj().(*types.Func).Signature().Recv().Type().Underlying().(*types.Pointer)
			_, pointer := c.info.TypeOf(n.X).Underlying().(*types.Pointer)
			if pointerMethod && !pointer {
				c.written(n.X)
			}
		}
	case *ast.CallExpr:
		c.call(n)
	}
}

func (c *stateCheck) call(n *ast.CallExpr) {
	if len(n.Args) == 0 {
		return
	}
	name := ""
	switch f := c.callee(n).(type) {
	case *types.Func:
		name = f.Origin().FullName()
	case *types.Builtin:
		name = f.Name()
	}
	_, part := ast.Unparen(n.Args[0]).(*ast.SliceExpr)
	if slices.Contains(writers, name) || name == "append" && part {
		c.written(n.Args[0])
	}
}

func (c *stateCheck) callee(n *ast.CallExpr) types.Object {
	fun := ast.Unparen(n.Fun)
	switch x := fun.(type) { // an instantiation
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	switch f := fun.(type) {
	case *ast.Ident:
		return c.info.Uses[f]
	case *ast.SelectorExpr:
		return c.info.Uses[f.Sel]
	}
	return nil
}

func (c *stateCheck) written(exprs ...ast.Expr) {
	for _, e := range exprs {
		if v := c.packageVar(e); v != nil {
			c.found(e, "the package variable %s changes", v.Name())
		}
	}
}

// packageVar returns the package variable that e is, or is a part of, if any.
func (c *stateCheck) packageVar(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.SelectorExpr:
			if c.info.Selections[x] == nil {
				e = x.Sel // qualified by a package
			} else {
				e = x.X
			}
		case *ast.Ident:
			if v, ok := c.info.Uses[x].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				return v
			}
			return nil
		default:
			return nil
		}
	}
}

func TestStateCanFail(t *testing.T) {
	t.Parallel()
	const src = `package p

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"
)

var (
	ErrGone  = errors.New("gone")
	errOther = fmt.Errorf("other")
	Plate    = regexp.MustCompile("x")
	_        fmt.Stringer = time.Month(0)
	rows     = []int{1, 2}
	names    = map[string]int{"a": 1}
	zone     = time.UTC
	once     = sync.OnceValue(func() int { return len(rows) })
)

func Read(i int) (int, bool) {
	local := rows
	local = append(slices.Clone(rows), i)
	for _, r := range rows {
		local[0] += r
	}
	rows := local
	rows[0] = 1
	return names["a"] + once(), zone != nil && ErrGone != errOther
}

var Table = []int{1} // want exported variable Table

var Err error // want exported variable Err

var queue = make(chan int) // want channel queue is a package variable

var shared = &struct{ n int }{} // want what the package variable shared points to can change

func init() {} // want init function

var a, b, d, e, f, g, h, k, l, m = 1, []int{1}, map[string]int{}, [2]int{}, struct{ x []int }{}, 1, 1, []int{2}, []int{3}, []int{4}

var lock sync.Mutex

func Write() []int {
	a = 2              // want the package variable a changes
	(b[0]) = 2         // want the package variable b changes
	delete(d, "a")     // want the package variable d changes
	clear(e[:])        // want the package variable e changes; the package variable e changes
	f.x[0]++           // want the package variable f changes
	p := &g            // want the package variable g changes
	for h = range 3 {  // want the package variable h changes
		*p = h
	}
	slices.Sort(k)         // want the package variable k changes
	_ = append(l[:0], 5)   // want the package variable l changes
	lock.Lock()            // want the package variable lock changes
	errOther = nil         // want the package variable errOther changes
	go Read(1)             // want go statement
	now := time.Now        // want time.Now: time is an argument
	_ = time.Since(now())  // want time.Since: time is an argument
	return m               // want Write hands out the package variable m
}
`
	pkgs, err := list("errors", "fmt", "regexp", "slices", "sync", "time")
	require.NoError(t, err)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.SkipObjectResolution)
	require.NoError(t, err)
	findings, err := stateFindings(fset, module+"/p", []*ast.File{f}, pkgs)
	require.NoError(t, err)
	var got, want []string
	for _, f := range findings {
		place, text, _ := strings.Cut(f, ": ")
		got = append(got, strings.Split(place, ":")[1]+" "+text)
	}
	for i, line := range strings.Split(src, "\n") {
		if _, text, ok := strings.Cut(line, "// want "); ok {
			for w := range strings.SplitSeq(text, "; ") {
				want = append(want, fmt.Sprintf("%d %s", i+1, w))
			}
		}
	}
	require.ElementsMatch(t, want, got)

	inside, err := stateFindings(fset, module+"/internal/p", []*ast.File{f}, pkgs)
	require.NoError(t, err)
	require.Len(t, inside, len(findings)-1, "goroutines are internal/'s own")
}
