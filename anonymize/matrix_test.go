package anonymize_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// matrixMethods is a rule of each method.
var matrixMethods = []string{
	"keep", "walk", "redact", "null", "const=x", "const=7", "mask", "token", "tokenize", "siv", "seal", "seal,alg=xchacha", "fpe=digits",
	"blindindex,bits=16", "cryptopan", "dateshift", "surrogate=given", "ip", "postcode=4", "date=year", "age", "bound=0..50", "round=10",
	"bucket=0:10:100", "noise=laplace,scale=2",
}

// matrixKinds has for each kind of value the methods that treat it besides keep and null.
var matrixKinds = []struct {
	value any
	takes string
}{
	{"geheim77", "redact const=x const=7 mask token tokenize siv seal seal,alg=xchacha fpe=digits blindindex,bits=16 cryptopan dateshift surrogate=given ip postcode=4 date=year age bound=0..50 round=10 bucket=0:10:100 noise=laplace,scale=2"},
	{int64(7777777), "redact const=7 bound=0..50 round=10 noise=laplace,scale=2"},
	{uint32(7777777), "redact const=7 bound=0..50 round=10 noise=laplace,scale=2"},
	{7777777.25, "redact const=7 bound=0..50 round=10 noise=laplace,scale=2"},
	{true, "redact"},
	{time.Date(1977, 7, 7, 7, 7, 7, 7, time.UTC), "redact dateshift date=year"},
	{netip.MustParseAddr("77.77.77.77"), "redact cryptopan ip"},
	{net.ParseIP("77.77.77.77"), "redact cryptopan ip"},
	{netip.MustParsePrefix("77.77.0.0/16"), "redact"},
	{json.Number("7777777"), "redact const=7 bound=0..50 round=10 noise=laplace,scale=2"},
	// What its text may be does not show without data: the rest is refused when it comes.
	{*big.NewInt(7777777), "redact const=7 fpe=digits cryptopan dateshift ip postcode=4 date=year age bound=0..50 round=10 noise=laplace,scale=2"},
	{column{"geheim77"}, "redact"},
	{struct{ A string }{"geheim77"}, "redact"},
	{complex(7777777, 0), ""},
}

// TestMatrix compiles every method for every kind, within each container: what is not
// supported shows then, what compiles leaks nothing, and nothing panics.
func TestMatrix(t *testing.T) {
	t.Parallel()
	set := testSetting(t)
	set.Vault = new(anonymize.MemoryVault)
	set.On = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, kind := range matrixKinds {
		takes := strings.Fields(kind.takes)
		for _, method := range matrixMethods {
			t.Run(fmt.Sprintf("%T/%s", kind.value, method), func(t *testing.T) {
				t.Parallel()
				want := method == "keep" || method == "null"
				for _, m := range takes {
					want = want || m == method
				}
				for _, wrapped := range wrappings(reflect.ValueOf(kind.value)) {
					matrixCell(t, set, method, wrapped, want)
				}
			})
		}
	}
}

// wrappings puts the value into what can hold it.
func wrappings(v reflect.Value) []reflect.Value {
	pointer := reflect.New(v.Type())
	pointer.Elem().Set(v)
	list := reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v)
	array := reflect.New(reflect.ArrayOf(1, v.Type())).Elem()
	array.Index(0).Set(v)
	mapped := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[string](), v.Type()))
	mapped.SetMapIndex(reflect.ValueOf("geheim77"), v)
	pointers := reflect.Append(reflect.MakeSlice(reflect.SliceOf(pointer.Type()), 0, 1), pointer)
	return []reflect.Value{v, pointer, list, array, mapped, pointers}
}

func matrixCell(t *testing.T, set anonymize.Setting, method string, v reflect.Value, want bool) {
	rule := method
	if v.Kind() == reflect.Map && method != "null" {
		rule += ";keys=token"
	}
	record := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "ID", Type: reflect.TypeFor[string](), Tag: `anonymize:"token,subject"`},
		{Name: "F", Type: v.Type(), Tag: reflect.StructTag(fmt.Sprintf("anonymize:%q", rule))},
	})).Elem()
	record.Field(0).SetString("geheim77")
	record.Field(1).Set(v)
	before, err := json.Marshal(record.Interface())
	if err != nil {
		before = nil
	}
	out, compileErr, applyErr := anonymize.ApplyType(t.Context(), set, record)
	if !want {
		require.Error(t, compileErr, "%s on %s", rule, v.Type())
		require.NotContains(t, compileErr.Error(), "geheim")
		return
	}
	require.NoError(t, compileErr, "%s on %s", rule, v.Type())
	if before != nil {
		after, err := json.Marshal(record.Interface())
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "the input stays")
	}
	if applyErr != nil {
		require.NotContains(t, applyErr.Error(), "geheim")
		require.NotContains(t, applyErr.Error(), "77")
		return
	}
	seen := fmt.Sprintf("%+v", out)
	if text, err := json.Marshal(out); err == nil {
		seen += string(text)
	}
	if method == "keep" {
		if v.Kind() == reflect.String && v.Type() == reflect.TypeFor[string]() {
			require.Contains(t, seen, "geheim77")
		}
		return
	}
	for _, plain := range []string{"geheim", "7777777", "7.777777", "77.77.77.77", "77.77.0.0", "1977-07-07"} {
		if strings.HasPrefix(method, "noise") || method == "cryptopan" {
			continue // a number near is no leak, and any address may come out
		}
		require.NotContains(t, seen, plain, "%s on %s", rule, v.Type())
	}
}

// TestMatrixNull: an invalid null is treated by no method.
func TestMatrixNull(t *testing.T) {
	t.Parallel()
	set := testSetting(t)
	set.Vault = new(anonymize.MemoryVault)
	for _, method := range matrixMethods {
		if method == "walk" || method == "age" {
			continue
		}
		record := reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: "ID", Type: reflect.TypeFor[string](), Tag: `anonymize:"token,subject"`},
			{Name: "F", Type: reflect.TypeFor[sql.NullString](), Tag: reflect.StructTag(fmt.Sprintf("anonymize:%q", method))},
		})).Elem()
		record.Field(1).Set(reflect.ValueOf(sql.NullString{String: "geheim"}))
		out, compileErr, applyErr := anonymize.ApplyType(t.Context(), set, record)
		require.NoError(t, compileErr, method)
		require.NoError(t, applyErr, method)
		require.Equal(t, sql.NullString{}, reflect.ValueOf(out).Field(1).Interface(), method)
	}
}
