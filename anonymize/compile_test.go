package anonymize_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// column is a driver.Valuer and sql.Scanner that nothing is known of.
type column struct{ v string }

func (c column) Value() (driver.Value, error) { return c.v, nil }
func (c *column) Scan(any) error              { return nil }

type opaque struct{ _ string }

type SelfEmbed struct {
	*SelfEmbed
	Name string `anonymize:"mask"`
}

type selfList []selfList

// refused are the fields that make that a struct of this one field has no plan.
var refused = map[string]struct {
	field any    // its type
	tag   string // "" stands for no tag
	want  string
}{
	"no tag":               {"", "", "undeclared"},
	"no tag in a list":     {[]string{}, "", "undeclared"},
	"no tag on a pointer":  {new(string), "", "undeclared"},
	"no tag on a map":      {map[string]string{}, "", "undeclared"},
	"no tag on a time":     {time.Time{}, "", "undeclared"},
	"no tag on JSON":       {json.RawMessage{}, "", "undeclared"},
	"no tag on null":       {sql.NullString{}, "", "undeclared"},
	"no tag on text":       {url.URL{}, "", "undeclared"},
	"no tag on closed":     {column{}, "", "undeclared"},
	"no tag on opaque":     {opaque{}, "", "undeclared"},
	"no tag on interface":  {new(any), "", "undeclared"},
	"below a struct":       {struct{ Name string }{}, "", "f.name: undeclared"},
	"below a list":         {[]*struct{ Name string }{}, "walk", "f.name: undeclared"},
	"below a map":          {map[string]struct{ Name string }{}, "walk;keys=token", "f.name: undeclared"},
	"unknown method":       {"", "hash", `unknown method "hash"`},
	"unknown option":       {"", "mask,depth=3", "option"},
	"empty tag":            {"", " ", "unknown method"},
	"text on a number":     {int64(0), "mask", "unsupported: int64"},
	"token on a number":    {0, "token", "unsupported: int"},
	"token on a bool":      {true, "token", "unsupported: bool"},
	"const on a bool":      {true, "const=yes", "unsupported"},
	"token on a time":      {time.Time{}, "token", "unsupported"},
	"token on an address":  {netip.Addr{}, "token", "unsupported"},
	"mask on a prefix":     {netip.Prefix{}, "mask", "unsupported"},
	"date on an address":   {netip.Addr{}, "date=year", "unsupported"},
	"token on a struct":    {struct{ A string }{}, "token", "unsupported"},
	"walk on a text":       {"", "walk", "has no fields"},
	"walk on a list":       {[]string{}, "walk", "has no fields"},
	"walk on an interface": {new(any), "walk", "no tags inside"},
	"keys on a text":       {"", "mask;keys=token", "keys= has no use"},
	"keys on a list":       {[]string{}, "mask;keys=token", "keys= has no use"},
	"map without keys":     {map[string]string{}, "mask", "needs ;keys="},
	"int map, text keys":   {map[int]string{}, "mask;keys=token", "unsupported: int"},
	"map keys by address":  {map[*int]string{}, "mask;keys=keep", "unsupported"},
	"map of any keys":      {map[any]string{}, "mask;keys=token", "unsupported"},
	"JSON without keys":    {json.RawMessage{}, "mask", "needs ;keys="},
	"json.Number as token": {json.Number(""), "token", "unsupported: json.Number"},
	"big.Int as token":     {big.Int{}, "token", "does not take what the rule makes"},
	"big.Int const":        {big.Int{}, "const=x", "does not take what the rule makes"},
	"closed as token":      {column{}, "token", "unsupported"},
	"func":                 {func() {}, "redact", "unsupported"},
	"func kept":            {func() {}, "keep", "a func can't be copied"},
	"chan kept":            {make(chan int), "keep", "a chan can't be copied"},
	"chan kept, deep":      {[]map[string]struct{ c chan int }{}, "keep", "a chan can't be copied"},
	"lock kept":            {new(sync.Mutex), "keep", "can't be copied"},
	"complex":              {complex64(0), "redact", "unsupported"},
	"uintptr":              {uintptr(0), "mask", "unsupported"},
	"two subjects":         {struct{ A, B string }{}, "", "undeclared"},
	"list as subject":      {[]string{}, "token,subject", "no subject"},
	"no subject":           {time.Time{}, "dateshift", "no field in scope is declared subject"},
	"swap":                 {"", "swap", "CompileBatch"},
	"list of itself":       {selfList{}, "mask", "more than 10000 fields"},
	"embeds itself":        {SelfEmbed{}, "", "embeds itself"},
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			field := reflect.StructField{Name: "F", Type: reflect.TypeOf(c.field)}
			if _, ok := c.field.(*any); ok {
				field.Type = reflect.TypeFor[any]()
			}
			if c.tag != "" {
				field.Tag = reflect.StructTag(fmt.Sprintf("anonymize:%q", c.tag))
			}
			err := anonymize.CompileType(reflect.StructOf([]reflect.StructField{field}), testSetting(t))
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "anonymize: f")
			all, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok)
			for _, one := range all.Unwrap() {
				require.IsType(t, &anonymize.FieldError{}, one)
			}
		})
	}
}

func TestCompileCollectsErrors(t *testing.T) {
	t.Parallel()
	type record struct {
		A string
		B int `anonymize:"token"`
		C struct {
			D string `anonymize:"nothing"`
			E string `anonymize:"mask"`
		}
		Email  string `json:"mail" anonymize:"mask"`
		Mail   string `anonymize:"mask"`
		First  string `anonymize:"token,subject"`
		Second string `anonymize:"token,subject"`
	}
	plan, err := anonymize.Compile[record](testSetting(t))
	require.Nil(t, plan)
	var paths []string
	for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
		e, ok := one.(*anonymize.FieldError)
		require.True(t, ok)
		paths = append(paths, e.Path)
	}
	require.ElementsMatch(t, []string{"a", "b", "c.d", "mail", "second"}, paths)
}

func TestCompileRoots(t *testing.T) {
	t.Parallel()
	set := testSetting(t)
	_, err := anonymize.Compile[[]map[string]int](set)
	require.ErrorContains(t, err, "(record): undeclared")
	_, err = anonymize.Compile[string](set)
	require.ErrorContains(t, err, "(record): undeclared")
	_, err = anonymize.Compile[any](set)
	require.Error(t, err)
	_, err = anonymize.Compile[map[string]hostileStreet](set)
	require.Error(t, err, "no rule for the keys")

	in := []*hostileStreet{{Street: "Dorpsstraat", City: "Ons Dorp"}, nil}
	plan, err := anonymize.Compile[[]*hostileStreet](set)
	require.NoError(t, err)
	out, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []*hostileStreet{{Street: "***********", City: "[redacted]"}, nil}, out)
	require.Equal(t, "Dorpsstraat", in[0].Street)
	out, err = plan.Apply(t.Context(), nil)
	require.NoError(t, err)
	require.Nil(t, out)
}

// TestCompileKeys: what a rule needs and the setting lacks shows when the plan is made.
func TestCompileKeys(t *testing.T) {
	t.Parallel()
	type record struct {
		ID string `anonymize:"token"`
	}
	_, err := anonymize.Compile[record](anonymize.Setting{})
	require.ErrorContains(t, err, "anonymize: id: token")
	_, err = anonymize.Compile[record](anonymize.Setting{Keys: testRing(t, "k")})
	require.ErrorContains(t, err, "anonymize: id: token")
}

func TestCompileUnexported(t *testing.T) {
	t.Parallel()
	type base struct {
		Shown  string `anonymize:"mask"`
		hidden string `anonymize:"redact"`
		gone   string
	}
	type record struct {
		*base
		note  string `anonymize:"mask"`
		other string
		_     int
	}
	plan, err := anonymize.Compile[record](anonymize.Setting{})
	require.NoError(t, err)
	in := record{base: &base{"abc", "def", "ghi"}, note: "jkl", other: "mno"}
	out, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, record{base: &base{"***", "[redacted]", ""}, note: "***"}, out)
	require.Equal(t, record{base: &base{"abc", "def", "ghi"}, note: "jkl", other: "mno"}, in)
	out, err = plan.Apply(t.Context(), record{})
	require.NoError(t, err)
	require.Nil(t, out.base)
}

func TestCompileEmbeddingCovers(t *testing.T) {
	t.Parallel()
	type Model struct {
		ID      int64
		Created time.Time
		Note    string `anonymize:"mask"`
		Deleted sql.NullTime
		own     string
	}
	type record struct {
		Model `anonymize:"keep"`
		Name  string `anonymize:"redact"`
	}
	plan, err := anonymize.Compile[record](anonymize.Setting{})
	require.NoError(t, err)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	out, err := plan.Apply(t.Context(), record{Model{7, at, "abc", sql.NullTime{Time: at}, "x"}, "Jan"})
	require.NoError(t, err)
	require.Equal(t, record{Model{7, at, "***", sql.NullTime{}, ""}, "[redacted]"}, out)
	require.Equal(t, []string{"id", "created", "note", "deleted", "name"}, paths(plan.Report()))
}

func paths(r anonymize.Report) (out []string) {
	for _, f := range r {
		out = append(out, f.Path)
	}
	return out
}
