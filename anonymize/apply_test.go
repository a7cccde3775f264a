package anonymize_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// apply treats the only field F of a record.
func apply[V any](t testing.TB, rule string, in V) (V, error) {
	t.Helper()
	type record struct{ F V }
	r, err := anonymize.ParseRule(rule)
	require.NoError(t, err)
	plan, err := anonymize.CompilePolicy[record](anonymize.Policy{Fields: map[string]anonymize.Rule{"f": r}}, testSetting(t))
	require.NoError(t, err, rule)
	out, err := plan.Apply(t.Context(), record{in})
	if err != nil {
		require.Zero(t, out)
		e, ok := errors.AsType[*anonymize.FieldError](err)
		require.True(t, ok)
		require.Equal(t, "f", e.Path)
	}
	return out.F, err
}

func same[V any](t *testing.T, rule string, in, want V) {
	t.Helper()
	out, err := apply(t, rule, in)
	require.NoError(t, err)
	require.Equal(t, want, out, rule)
}

func fails[V any](t *testing.T, rule string, in V, want error) {
	t.Helper()
	_, err := apply(t, rule, in)
	require.ErrorIs(t, err, want)
}

type label string

type octets []byte

type level int8

// deleted is named after a null of sql, as gorm.DeletedAt is.
type deleted sql.NullString

// driverInt is built as the nulls of sql are.
type driverInt struct {
	Int   int64
	Valid bool
}

func (d driverInt) Value() (driver.Value, error) { return d.Int, nil }

func TestApplyKinds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 17, 8, 9, 10, 11, time.FixedZone("x", 3600))

	// Text.
	same(t, "mask", label("abc"), label("***"))
	same(t, "redact", octets("abc"), octets("[redacted]"))
	same(t, "null", "abc", "")
	same(t, "const=x", []byte("abc"), []byte("x"))
	same(t, "keep", "abc", "abc")
	same(t, "mask", []string{"abc", "", "d"}, []string{"***", "", "*"})
	same(t, "mask", [2][]label{{"a"}, nil}, [2][]label{{"*"}, nil})
	same(t, "null", []string{"abc"}, nil)
	same(t, "null", [2]string{"a", "b"}, [2]string{})
	same(t, "null", new("abc"), nil)
	same(t, "redact", new("abc"), new("[redacted]"))
	same(t, "redact", []*label{new(label("abc")), nil}, []*label{new(label("[redacted]")), nil})
	fails(t, "token", "\xff", anonymize.Malformed)
	fails(t, "token", []byte("\xff"), anonymize.Malformed)

	// Numbers.
	same(t, "round=10", 17, 20)
	same(t, "round=10", []level{4, -17}, []level{0, -20})
	same(t, "round=10", uint64(17), uint64(20))
	same(t, "round=10", float32(17.5), float32(20))
	same(t, "redact", 17, 0)
	same(t, "redact", 1.5, 0)
	same(t, "null", uint8(17), 0)
	same(t, "const=42", int16(17), int16(42))
	same(t, "redact", true, false)
	same(t, "const=true", false, true)
	same(t, "keep", 3+4i, 3+4i)
	fails(t, "round=10", uint64(math.MaxUint64), anonymize.OutOfRange)
	fails(t, "round=200", int8(127), anonymize.OutOfRange)
	fails(t, "round=200", uint8(255), nil)
	fails(t, "const=-1", uint(3), anonymize.OutOfRange)
	fails(t, "const=300", uint8(3), anonymize.OutOfRange)

	// Types with a meaning.
	same(t, "date=year", at, time.Date(2026, 1, 1, 0, 0, 0, 0, at.Location()))
	same(t, "redact", at, time.Time{})
	same(t, "null", &at, nil)
	same(t, "keep", at, at)
	same(t, "date=year", time.Time{}, time.Time{})
	same(t, "ip=24/48", netip.MustParseAddr("192.0.2.77"), netip.MustParseAddr("192.0.2.0"))
	same(t, "ip=24/48", netip.Addr{}, netip.Addr{})
	same(t, "ip=24/48", net.IP(nil), nil)
	same(t, "ip=24/48", net.IP{}, net.IP{})
	same(t, "ip=24/48", net.ParseIP("192.0.2.77"), net.ParseIP("192.0.2.0"))
	same(t, "ip=24/48", net.ParseIP("192.0.2.77").To4(), net.IP{192, 0, 2, 0})
	same(t, "ip=24/48", net.ParseIP("2001:db8:1:2::3"), net.ParseIP("2001:db8:1::"))
	fails(t, "ip=24/48", net.IP{1, 2, 3}, anonymize.Malformed)
	same(t, "keep", netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.0.2.0/24"))
	same(t, "redact", netip.MustParsePrefix("192.0.2.0/24"), netip.Prefix{})
	same(t, "redact", column{"abc"}, column{})
	same(t, "keep", column{"abc"}, column{"abc"})
	same(t, "redact", hostileText{"a", "b"}, hostileText{})
	same(t, "const=x@y", hostileText{"a", "b"}, hostileText{"x", "y"})
	same(t, "round=10", json.Number("17"), json.Number("20"))
	same(t, "round=10", json.Number(""), json.Number(""))
	same(t, "redact", json.Number("17.5"), json.Number("0"))
	fails(t, "round=10", json.Number("seventeen"), anonymize.Malformed)
	fails(t, "round=10", json.Number("99999999999999999999"), anonymize.OutOfRange)

	// sql.
	same(t, "mask", sql.NullString{String: "abc", Valid: true}, sql.NullString{String: "***", Valid: true})
	same(t, "mask", sql.NullString{String: "abc"}, sql.NullString{})
	same(t, "keep", sql.NullString{String: "abc"}, sql.NullString{})
	same(t, "null", sql.NullString{String: "abc", Valid: true}, sql.NullString{})
	same(t, "redact", sql.NullBool{Bool: true, Valid: true}, sql.NullBool{Valid: true})
	same(t, "round=10", sql.NullByte{Byte: 17, Valid: true}, sql.NullByte{Byte: 20, Valid: true})
	same(t, "round=10", sql.NullInt16{Int16: 17}, sql.NullInt16{})
	same(t, "round=10", sql.NullFloat64{Float64: 17, Valid: true}, sql.NullFloat64{Float64: 20, Valid: true})
	same(t, "date=year", sql.NullTime{Time: at, Valid: true}, sql.NullTime{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, at.Location()), Valid: true})
	same(t, "mask", sql.Null[[]label]{V: []label{"abc"}, Valid: true}, sql.Null[[]label]{V: []label{"***"}, Valid: true})
	same(t, "mask", sql.Null[label]{V: "abc"}, sql.Null[label]{})
	same(t, "mask", deleted{String: "abc", Valid: true}, deleted{String: "***", Valid: true})
	same(t, "mask", deleted{String: "abc"}, deleted{})
	same(t, "round=10", driverInt{17, true}, driverInt{20, true})
	same(t, "round=10", driverInt{17, false}, driverInt{})

	// Maps.
	same(t, "mask;keys=mask", map[string]string{"abc": "def"}, map[string]string{"***": "***"})
	same(t, "keep;keys=mask", map[label]int{"abc": 7}, map[label]int{"***": 7})
	same(t, "mask;keys=keep", map[string][]string{"abc": {"def"}}, map[string][]string{"abc": {"***"}})
	same(t, "mask;keys=round=10", map[int]string{17: "abc"}, map[int]string{20: "***"})
	same(t, "mask;keys=ip", map[netip.Addr]string{netip.MustParseAddr("192.0.2.7"): "a"}, map[netip.Addr]string{netip.MustParseAddr("192.0.2.0"): "*"})
	same(t, "mask;keys=mask", map[string]map[string]string{"abc": {"de": "f"}}, map[string]map[string]string{"***": {"**": "*"}})
	same(t, "redact", map[string]string{"abc": "def"}, nil)
	same(t, "null", map[string]string{"abc": "def"}, nil)
	same(t, "mask;keys=mask", map[string]string(nil), nil)
	same(t, "mask;keys=mask", map[string]string{}, map[string]string{})
	fails(t, "keep;keys=mask", map[string]int{"abc": 1, "def": 2}, anonymize.Collision)
	fails(t, "keep;keys=round=10", map[int]int{11: 1, 12: 2}, anonymize.Collision)
	fails(t, "mask;keys=token", map[string]string{"\xff": "a"}, anonymize.Malformed)
}

func TestApplyInterfaces(t *testing.T) {
	t.Parallel()
	same[any](t, "mask", nil, nil)
	same[any](t, "mask", "abc", "***")
	same[any](t, "mask", label("abc"), label("***"))
	same[any](t, "mask", 1234, "****")
	same[any](t, "mask", 1234.0, "****")
	same[any](t, "mask", json.Number("1234"), "****")
	same[any](t, "round=10", 17, 20)
	same[any](t, "round=10", uint8(17), uint8(20))
	same[any](t, "round=10", json.Number("17"), json.Number("20"))
	same[any](t, "redact", true, false)
	same[any](t, "date=year", time.Date(2026, 5, 6, 7, 8, 9, 10, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	same[any](t, "ip", netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("192.0.2.0"))
	same[any](t, "ip", net.IP{192, 0, 2, 7}, net.IP{192, 0, 2, 0})
	same[any](t, "mask", []byte("abc"), []byte("***"))
	same[any](t, "mask;keys=mask", map[string]any{"abc": []any{"de", nil, map[string]any{"f": "g"}}}, map[string]any{"***": []any{"**", nil, map[string]any{"*": "*"}}})
	same[any](t, "mask;keys=mask", json.RawMessage(`{"abc": [12, "é"]}`), json.RawMessage(`{"***":["**","*"]}`))
	same[any](t, "redact", map[string]any{"abc": 1}, "[redacted]")
	same[any](t, "redact", struct{ A string }{"abc"}, "[redacted]")
	same[any](t, "null", struct{ A string }{"abc"}, nil)
	same[error](t, "redact", errors.New("abc"), nil)
	same[fmt.Stringer](t, "null", hostileStringer{"abc"}, nil)
	same[any](t, "keep", []map[string]*label{{"a": new(label("b"))}}, []map[string]*label{{"a": new(label("b"))}})
	for _, in := range []any{struct{ A string }{"abc"}, new("abc"), []string{"abc"}, map[string]string{"a": "b"}, func() {}, true, map[string]any{"a": "b"}, hostileText{"a", "b"}} {
		fails(t, "mask", in, anonymize.Unsupported)
	}
	fails[any](t, "keep", func() {}, anonymize.Unsupported)
	fails[any](t, "keep", []any{make(chan int)}, anonymize.Unsupported)
	fails[any](t, "mask;keys=mask", map[string]any{"abc": 1, "def": 2}, anonymize.Collision)
	fails[any](t, "mask", math.NaN(), anonymize.Malformed)
}

func TestApplyRawJSON(t *testing.T) {
	t.Parallel()
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	same(t, "mask;keys=keep", raw(` { "b" : "x\u0041" , "a":[1e3,null,-0.50] } `), raw(`{"b":"**","a":["***",null,"*****"]}`))
	same(t, "round=10;keys=keep", raw(`{"a":17,"b":[12.5]}`), raw(`{"a":20,"b":[10]}`))
	same(t, "redact", raw(`{"a":17}`), raw(`"[redacted]"`))
	same(t, "redact", raw(`["a",17,true,null,{"a":1}]`), raw(`["[redacted]",0,false,null,"[redacted]"]`))
	same(t, "null", raw(`{"a":17}`), nil)
	same(t, "keep", raw(`{ "a": 1.0 }`), raw(`{ "a": 1.0 }`))
	same(t, "keep;keys=mask", raw(`{"abc":1.0}`), raw(`{"***":1.0}`))
	same(t, "mask;keys=keep", json.RawMessage(nil), nil)
	same(t, "mask;keys=keep", raw(``), raw(``))
	same(t, "const=\"<&>\u2028\";keys=keep", raw(`"abc"`), raw(`"\"<&>\u2028\""`))
	for _, bad := range []string{`{`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, "\"\xff\"", `"\ud800"`, `"\udc00\ud800"`, `"\ud800x"`, `{} {}`, `nul`, `01`} {
		fails(t, "mask;keys=keep", raw(bad), anonymize.Malformed)
	}
	same(t, "mask;keys=keep", raw(`"\ud83d\ude00"`), raw(`"*"`))
	fails(t, "mask;keys=mask", raw(`{"ab":1,"cd":2}`), anonymize.Collision)
	fails(t, "mask;keys=keep", raw(`true`), anonymize.Unsupported)
	fails(t, "mask;keys=keep", raw(strings.Repeat("[", 1005)+strings.Repeat("]", 1005)), anonymize.TooDeep)
	fails(t, "ip;keys=keep", raw(`17`), anonymize.Malformed)
}

func TestApplyEmpty(t *testing.T) {
	t.Parallel()
	for _, in := range []any{"", label(""), []byte{}, json.Number(""), hostileEmpty{}, sql.NullString{Valid: true}, time.Time{}, netip.Addr{}} {
		rule := "redact"
		switch in.(type) {
		case hostileEmpty:
			rule = "const=x@y"
		}
		out := applyDynamic(t, rule, in)
		require.NoError(t, out.err)
		require.Equal(t, in, out.value, "%T", in)
		require.ErrorIs(t, applyDynamic(t, rule+",empty=refuse", in).err, anonymize.EmptyValue, "%T", in)
		require.NoError(t, applyDynamic(t, rule+",empty=keep", in).err)
	}
	same(t, "redact,empty=treat", "", "[redacted]")
	same(t, "const=x,empty=treat", []byte{}, []byte("x"))
	same(t, "const=x,empty=treat", []byte(nil), nil)
	same(t, "const=x@y,empty=treat", hostileEmpty{}, hostileEmpty{"x@y"})
	same(t, "const=x,empty=treat;keys=keep", json.RawMessage(`{"a":""}`), json.RawMessage(`{"a":"x"}`))
}

// hostileEmpty encodes itself as "".
type hostileEmpty struct{ s string }

func (h hostileEmpty) MarshalText() ([]byte, error)  { return []byte(h.s), nil }
func (h *hostileEmpty) UnmarshalText(b []byte) error { h.s = string(b); return nil }

type applied struct {
	value any
	err   error
}

// applyDynamic is apply for a type that only a value has.
func applyDynamic(t *testing.T, rule string, in any) applied {
	t.Helper()
	switch in := in.(type) {
	case string:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case label:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case []byte:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case json.Number:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case hostileEmpty:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case sql.NullString:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case time.Time:
		out, err := apply(t, rule, in)
		return applied{out, err}
	case netip.Addr:
		out, err := apply(t, rule, in)
		return applied{out, err}
	}
	t.Fatalf("no case for %T", in)
	return applied{}
}

// hostilePanic panics with the value, and its errors hold it.
type hostilePanic struct{ s string }

func (h hostilePanic) MarshalText() ([]byte, error) { panic(h.s) }
func (h *hostilePanic) UnmarshalText(b []byte) error {
	return fmt.Errorf("not taken: %s", b)
}

func TestApplyForeignMethods(t *testing.T) {
	t.Parallel()
	_, err := apply(t, "const=ok,empty=keep", hostileLate{"geheim"})
	require.ErrorIs(t, err, anonymize.Malformed)
	require.NotContains(t, err.Error(), "geheim")
	type record struct {
		F hostilePanic `anonymize:"const=geheim"`
	}
	_, err = anonymize.Compile[record](anonymize.Setting{})
	require.ErrorContains(t, err, "does not take")
}

// hostileLate fails, with the value in the error, only once there is one.
type hostileLate struct{ s string }

func (h hostileLate) MarshalText() ([]byte, error) {
	if h.s == "geheim" {
		panic(h.s)
	}
	return []byte(h.s), nil
}
func (h *hostileLate) UnmarshalText(b []byte) error { h.s = string(b); return nil }

func TestApplyMonotonicClock(t *testing.T) {
	t.Parallel()
	now := time.Now()
	require.Contains(t, now.String(), "m=")
	out, err := apply(t, "date=month", now)
	require.NoError(t, err)
	require.NotContains(t, out.String(), "m=")
	require.Equal(t, now.Location(), out.Location())
}

// TestApplySharesNothing changes all of the copy and finds the input as it was.
func TestApplySharesNothing(t *testing.T) {
	t.Parallel()
	type inner struct {
		B []byte
		M map[string][]int
		P *[]*string
		A any
		u []string
	}
	make := func() inner {
		return inner{[]byte("abc"), map[string][]int{"a": {1, 2}}, &[]*string{new("x")}, map[string]any{"k": []any{"v", &inner{B: []byte("y")}}}, []string{"z"}}
	}
	type record struct{ F []inner }
	plan, err := anonymize.CompilePolicy[record](anonymize.Policy{Fields: map[string]anonymize.Rule{"f": {Method: anonymize.MethodKeep}}}, anonymize.Setting{})
	require.NoError(t, err)
	in := record{[]inner{make()}}
	out, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, in, out)
	f := &out.F[0]
	f.B[0], f.M["a"][0], *(*f.P)[0], f.u[0] = 'X', 9, "X", "X"
	f.M["b"] = nil
	list := f.A.(map[string]any)["k"].([]any)
	list[1].(*inner).B[0], list[0] = 'X', "X"
	require.Equal(t, record{[]inner{make()}}, in)
}

func TestApplyCycles(t *testing.T) {
	t.Parallel()
	plan, err := anonymize.Compile[*hostileNode](testSetting(t))
	require.NoError(t, err)
	loop := &hostileNode{Label: "geheim"}
	loop.Next = loop
	_, err = plan.Apply(t.Context(), loop)
	require.ErrorIs(t, err, anonymize.TooDeep)
	loop.Next, loop.ByKey = nil, map[string]*hostileNode{"a": loop}
	_, err = plan.Apply(t.Context(), loop)
	require.ErrorIs(t, err, anonymize.TooDeep)

	var long *hostileNode
	for range 900 {
		long = &hostileNode{Label: "a", Next: long}
	}
	out, err := plan.Apply(t.Context(), long)
	require.NoError(t, err)
	for range 899 {
		require.Equal(t, "*", out.Label)
		out = out.Next
	}
	require.Nil(t, out.Next)

	list := []any{nil}
	list[0] = list
	for _, rule := range []string{"mask", "keep", "redact"} {
		fails[any](t, rule, list, anonymize.TooDeep)
	}
	tree := map[string]any{}
	tree["a"] = tree
	for _, rule := range []string{"mask;keys=mask", "keep"} {
		fails[any](t, rule, tree, anonymize.TooDeep)
	}
	var self any
	self = &self
	fails(t, "keep", self, anonymize.TooDeep)
	lists := selfList{nil}
	lists[0] = lists
	fails(t, "keep", lists, anonymize.TooDeep)
}

// TestApplySharedValues: a record of 40 nodes with 2^40 ways to the last.
func TestApplySharedValues(t *testing.T) {
	t.Parallel()
	type pair struct {
		Left  *pair  `anonymize:"walk"`
		Right *pair  `anonymize:"walk"`
		Name  string `anonymize:"mask"`
	}
	p := &pair{Name: "a"}
	for range 40 {
		p = &pair{p, p, "a"}
	}
	plan, err := anonymize.Compile[*pair](anonymize.Setting{})
	require.NoError(t, err)
	_, err = plan.Apply(t.Context(), p)
	require.ErrorIs(t, err, anonymize.TooDeep)
}

func TestApplyAll(t *testing.T) {
	t.Parallel()
	type record struct {
		N int64  `anonymize:"const=5"`
		S string `anonymize:"token"`
	}
	plan, err := anonymize.Compile[record](testSetting(t))
	require.NoError(t, err)
	broken := errors.New("broken")
	source := func(yield func(record, error) bool) {
		_ = yield(record{1, "a"}, nil) && yield(record{}, broken) && yield(record{2, "\xff"}, nil) && yield(record{3, "b"}, nil)
	}
	var got []record
	var errs []error
	for r, err := range plan.ApplyAll(t.Context(), source) {
		got, errs = append(got, r), append(errs, err)
	}
	require.Len(t, got, 4)
	require.NoError(t, errs[0])
	require.Equal(t, broken, errs[1])
	require.ErrorIs(t, errs[2], anonymize.Malformed)
	require.NoError(t, errs[3])
	require.Equal(t, int64(5), got[3].N)
	require.Zero(t, got[1])
	require.Zero(t, got[2])

	n := 0
	for range plan.ApplyAll(t.Context(), source) {
		if n++; n == 1 {
			break
		}
	}
	require.Equal(t, 1, n)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n = 0
	for _, err := range plan.ApplyAll(ctx, endless(record{1, "a"})) {
		if n++; n == 3 {
			cancel()
		}
		if n == 4 {
			require.ErrorIs(t, err, context.Canceled)
		}
		require.LessOrEqual(t, n, 4)
	}
	require.Equal(t, 4, n)
	for range plan.ApplyAll(t.Context(), nil) {
		t.Fatal("nothing has no records")
	}
}

func endless[T any](r T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for yield(r, nil) {
		}
	}
}

func TestPlanOfNothing(t *testing.T) {
	t.Parallel()
	var zero anonymize.Plan[string]
	out, err := zero.Apply(t.Context(), "geheim")
	require.Error(t, err)
	require.Empty(t, out)
	var none *anonymize.Plan[string]
	_, err = none.Apply(t.Context(), "geheim")
	require.Error(t, err)
	require.Nil(t, none.Report())
	require.Zero(t, none.Policy())
	var batch *anonymize.BatchPlan[string]
	_, err = batch.ApplyBatch(t.Context(), []string{"geheim"})
	require.Error(t, err)
}

func TestApplyConcurrently(t *testing.T) {
	t.Parallel()
	plan, err := anonymize.Compile[hostile](testSetting(t))
	require.NoError(t, err)
	in := hostileRecord()
	want, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	want.Func, want.Chan = nil, nil
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				out, err := plan.Apply(t.Context(), in)
				if err != nil || !reflect.DeepEqual(want, out) {
					t.Error("another result")
					return
				}
			}
		})
	}
	group.Wait()
}
