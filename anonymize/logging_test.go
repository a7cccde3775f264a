package anonymize

import (
	"bytes"
	"database/sql"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What must never be in a log is written so that no encoding of it can be missed.
const leak = "s3cr3t"

type (
	logName     string
	logStringer struct{ s string }
	logEmbed    struct {
		EmbedMail string `anonymize:"token"`
		EmbedFree string
	}
	logPlainBase struct{ BaseMail string }
	logKept      struct {
		ID   int    `anonymize:"keep"`
		Mail string `anonymize:"token,norm=email"`
	}
	logHostile struct {
		logEmbed
		*LogPointed
		logPlainBase
		ID         int    `anonymize:"keep"`
		Mail       string `anonymize:"token"`
		Undeclared string
		Malformed  string            `anonymize:"kepe"`
		Half       string            `anonymize:"keep,foo"`
		Null       string            `anonymize:"null"`
		Masked     string            `anonymize:"mask=1..2"`
		Map        map[string]string `anonymize:"redact;keys=token"`
		KeptMap    map[string]int    `anonymize:"keep;keys=token"`
		Number     int64             `anonymize:"token"`
		Array      [1]string         `anonymize:"redact"`
		Names      []logName         `anonymize:"redact"`
		Raw        json.RawMessage   `anonymize:"redact"`
		Bytes      []byte            `anonymize:"redact"`
		SQL        sql.NullString    `anonymize:"redact"`
		Generic    sql.Null[string]  `anonymize:"redact"`
		Born       time.Time         `anonymize:"date=year"`
		Stringer   fmt.Stringer      `anonymize:"redact"`
		Any        any               `anonymize:"redact"`
		AnyFree    any
		Deep       **string      `anonymize:"redact"`
		Addr       netip.Addr    `anonymize:"ip"`
		Big        *big.Int      `anonymize:"redact"`
		Reader     io.Reader     `anonymize:"redact"`
		Func       func() string `anonymize:"redact"`
		Friends    []logKept
		ByMail     map[string]*logKept
		Keyed      map[logKept]string
		Attr       slog.Attr
		Reflected  reflect.Value
		KeptAny    any          `anonymize:"keep"`
		WalkPlain  logPlainBase `anonymize:"walk"`
		Next       *logHostile
		hidden     string
		_          sync.Mutex // which must not be copied
	}
	LogPointed struct {
		PointedMail string `anonymize:"-" json:"-"`
		PointedFree string
	}
)

func (s logStringer) String() string { return s.s }

// A hostile type: everything that a handler might call gives the data away.
func (h *logHostile) String() string               { return leak }
func (h *logHostile) Error() string                { return leak }
func (h *logHostile) MarshalText() ([]byte, error) { return []byte(leak), nil }
func (h *logHostile) MarshalJSON() ([]byte, error) { return []byte(`"` + leak + `"`), nil }
func (h *logHostile) Format(f fmt.State, _ rune)   { io.WriteString(f, leak) }

func newHostile() *logHostile {
	text := leak
	p := &text
	h := &logHostile{
		logEmbed: logEmbed{leak, leak}, LogPointed: &LogPointed{leak, leak}, logPlainBase: logPlainBase{leak},
		ID: 424242, Mail: leak, Undeclared: leak, Malformed: leak, Half: leak, Null: leak, Masked: leak,
		Map: map[string]string{leak: leak}, KeptMap: map[string]int{leak: 1}, Number: 53237, Array: [1]string{leak},
		Names: []logName{leak}, Raw: json.RawMessage(`"` + leak + `"`), Bytes: []byte(leak),
		SQL: sql.NullString{String: leak, Valid: true}, Generic: sql.Null[string]{V: leak, Valid: true},
		Born: time.Date(1953, 2, 3, 7, 0, 0, 0, time.UTC), Stringer: logStringer{leak}, Any: leak, AnyFree: leak, Deep: &p,
		Addr: netip.MustParseAddr("53.23.7.0"), Big: big.NewInt(53237), Reader: strings.NewReader(leak),
		Func: func() string { return leak }, Friends: []logKept{{1, leak}}, ByMail: map[string]*logKept{leak: {2, leak}},
		Keyed: map[logKept]string{{3, leak}: leak}, Attr: slog.String(leak, leak), Reflected: reflect.ValueOf(leak),
		KeptAny: logKept{4, leak}, WalkPlain: logPlainBase{leak}, hidden: leak,
	}
	h.Next = h
	return h
}

type (
	logOrder struct {
		Number  string
		Contact logKept
		inner   logKept
	}
	logFailure struct{ Contact *logKept }
	logValuer  struct{ h *logHostile }
	logLoop    struct{}
	logFault   struct{ h logKept }
	logID      int
	logVIP     struct {
		logKept
		Level string
	}
	logText struct{ h any }
)

func (f *logFailure) Error() string { return f.Contact.Mail }
func (v logValuer) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("found", v.h), slog.Int("n", 77))
}
func (l logLoop) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("again", l), slog.Any("and", l))
}
func (f logFault) LogValue() slog.Value        { panic(f.h.Mail) }
func (i logID) LogValue() slog.Value           { return slog.AnyValue(logKept{int(i), leak}) }
func (l logText) MarshalText() ([]byte, error) { return fmt.Append(nil, l.h), nil }
func (l logOrder) String() string              { return l.Contact.Mail }
func (k logKept) MarshalText() ([]byte, error) { return []byte(k.Mail), nil }
func (k logKept) String() string               { return k.Mail }

var (
	_ encoding.TextMarshaler = logKept{}
	_ error                  = (*logFailure)(nil)
)

// hostileValues are what a log call may be given, each holding what must not be seen.
func hostileValues() map[string]any {
	h := newHostile()
	var any1 any = h
	cycle := []any{h, nil}
	cycle[1] = cycle
	self := map[string]any{"h": h}
	self["self"] = self
	failed := &logFailure{&logKept{5, leak}}
	deep := any(logKept{1, leak})
	for range 300 {
		deep = []any{deep}
	}
	wide := make([]any, 20_000)
	for i := range wide {
		wide[i] = logKept{1, leak}
	}
	var atomically atomic.Pointer[logKept]
	atomically.Store(&logKept{1, leak})
	return map[string]any{
		"pointer": h, "pointer to pointer": &h, "interface": &any1,
		"value": logKept{1, leak}, "slice": []logKept{{1, leak}}, "array": [1]*logKept{{1, leak}},
		"map":        map[string]logKept{leak: {1, leak}},
		"map of any": map[string]any{"contact": logKept{1, leak}},
		"map key":    map[logKept]int{{1, leak}: 1},
		"any key":    map[any]int{logKept{1, leak}: 1},
		"nested":     logOrder{"n-7", logKept{1, leak}, logKept{1, leak}},
		"unexported": struct{ c *logKept }{&logKept{1, leak}},
		"in any":     struct{ V any }{&struct{ W []any }{[]any{&h}}},
		"hidden any": struct{ v any }{logKept{1, leak}},
		"cycle":      cycle, "map cycle": self, "deep": deep, "wide": wide,
		"error":     failed,
		"wrapped":   fmt.Errorf("order: %w", fmt.Errorf("sending: %w", failed)),
		"joined":    errors.Join(io.EOF, failed),
		"in struct": struct{ Err error }{fmt.Errorf("x: %w", failed)},
		"hides":     struct{ err error }{fmt.Errorf("x: %w", failed)},
		"valuer":    logValuer{h}, "valuer in list": []any{logValuer{h}}, "fault": logFault{logKept{1, leak}},
		"id": logID(8), "ids": struct {
			ID logID
			C  logKept
		}{9, logKept{1, leak}},
		"vip": logVIP{logKept{1, leak}, leak}, "text": logText{&logKept{1, leak}}, "text pointer": &logText{h},
		"generic": sql.Null[logKept]{V: logKept{1, leak}, Valid: true},
		"atomic":  &atomically,
		"attr":    slog.Any("a", h), "attrs": []slog.Attr{slog.Any("a", h)}, "slog value": slog.AnyValue(h), "in list": []any{slog.AnyValue(h), slog.Any("b", h)},
		"reflect": reflect.ValueOf(h).Elem(), "reflect in list": []any{reflect.ValueOf(logKept{1, leak})},
		"reflect hidden": reflect.ValueOf(logOrder{inner: logKept{1, leak}}).Field(2),
		"group":          slog.GroupValue(slog.Group("inner", slog.Any("h", h), slog.Any("k", logKept{6, leak}))),
		"channel":        make(chan logKept), "func": func(logKept) {}, "nil": (*logKept)(nil), "nil any": nil,
		"type": reflect.TypeFor[logKept](),
	}
}

// logWays are the ways in which a value reaches a log.
func logWays(value any) map[string]string {
	out := map[string]string{}
	r := NewRedactor()
	encoders := map[string]func(io.Writer, *slog.HandlerOptions) slog.Handler{
		"text": func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(w, o) },
		"json": func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(w, o) },
	}
	for name, encoder := range encoders {
		for way, handler := range map[string]func(io.Writer) slog.Handler{
			"ReplaceAttr": func(w io.Writer) slog.Handler { return encoder(w, &slog.HandlerOptions{ReplaceAttr: r.ReplaceAttr}) },
			"handler":     func(w io.Writer) slog.Handler { return NewLogHandler(encoder(w, nil)) },
		} {
			var b bytes.Buffer
			l := slog.New(handler(&b))
			l.Info("m", "plain", 1, "v", value)
			l.With("v", value).Info("m")
			l.WithGroup("g").With(slog.Group("h", "v", value)).Info("m", slog.Group("i", slog.Any("v", value)))
			out[name+" "+way] = b.String()
		}
	}
	return out
}

// logTime is the instant that a handler itself writes.
var logTime = regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\S{1,6}`)

func TestLogLeaksNothing(t *testing.T) {
	t.Parallel()
	for name, value := range hostileValues() {
		for way, text := range logWays(value) {
			require.Equal(t, 3, strings.Count(text, "\n"), "%s, %s", name, way)
			text = logTime.ReplaceAllString(text, "") // whose fractions of seconds can be any digits
			for _, s := range []string{leak, "53237", "53.23.7", "1953", "czNjcjN0" /* base64 */, "115 51 99"} {
				require.NotContains(t, text, s, "%s, %s", name, way)
			}
			if name != "channel" && name != "func" { // what JSON can't encode, it can't without us
				require.NotContains(t, text, "!ERROR", "%s, %s", name, way)
			}
			require.NotContains(t, text, "!PANIC", "%s, %s", name, way)
		}
	}
}

// The test above would see each leak: without a redactor every value but those that
// hold nothing, or that nothing prints, is in the log.
func TestLogLeaksWithout(t *testing.T) {
	t.Parallel()
	silent := map[string]bool{
		"channel": true, "func": true, "nil": true, "nil any": true, "type": true, "fault": true,
		"unexported": true, "hides": true, "atomic": true, "reflect in list": true, "valuer in list": true, // behind pointers that nothing follows
		"cycle": true, "map cycle": true, // fatal without us
	}
	for name, value := range hostileValues() {
		if silent[name] {
			continue
		}
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", value)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", value)
		require.Contains(t, b.String(), leak, name)
	}
}

func TestLogShows(t *testing.T) {
	t.Parallel()
	failed := &logFailure{&logKept{5, leak}}
	for name, c := range map[string]struct {
		value any
		want  string // JSON
	}{
		"kept":          {logKept{7, leak}, `{"ID":7,"Mail":"[redacted]"}`},
		"nil":           {(*logKept)(nil), `null`},
		"around it":     {logOrder{Number: "n-7"}, `{"Number":"n-7","Contact":{"ID":0,"Mail":"[redacted]"}}`},
		"list":          {[]*logKept{{7, leak}, nil}, `[{"ID":7,"Mail":"[redacted]"},null]`},
		"names stay":    {map[string]any{"old": logKept{7, leak}, "n": 1}, `{"old":{"ID":7,"Mail":"[redacted]"},"n":1}`},
		"keys do not":   {map[string]logKept{leak: {7, leak}}, `{"[redacted]":{"ID":7,"Mail":"[redacted]"}}`},
		"error":         {failed, `{"Contact":{"ID":5,"Mail":"[redacted]"}}`},
		"wrapped error": {fmt.Errorf("x: %w", failed), `"[redacted]"`},
		"other error":   {fmt.Errorf("x: %w", io.EOF), `"x: EOF"`},
		"no tag":        {struct{ A, b int }{1, 2}, `{"A":1}`},
		"embedded":      {logVIP{logKept{7, leak}, leak}, `{"ID":7,"Mail":"[redacted]","Level":"[redacted]"}`},
		"json name": {struct {
			A string `json:"a_b" anonymize:"keep"`
			B string `json:"-" anonymize:"keep"`
		}{"x", leak}, `{"a_b":"x"}`},
		"nothing shown": {struct {
			a string `anonymize:"token"`
		}{leak}, `"[redacted]"`},
		"keys by rule": {struct {
			A map[string]int `anonymize:"keep"`
			B map[string]int `anonymize:"keep;keys=token"`
		}{map[string]int{"a": 1}, map[string]int{leak: 1}}, `{"A":{"a":1},"B":{"[redacted]":1}}`},
		"walked": {struct {
			A map[string]logKept `anonymize:"walk;keys=keep"`
			B map[string]logKept `anonymize:"walk;keys=token"`
			C []logKept          `anonymize:"walk"`
		}{map[string]logKept{"k": {7, leak}}, map[string]logKept{leak: {8, leak}}, []logKept{{9, leak}}},
			`{"A":{"k":{"ID":7,"Mail":"[redacted]"}},"B":{"[redacted]":{"ID":8,"Mail":"[redacted]"}},"C":[{"ID":9,"Mail":"[redacted]"}]}`},
		"valuer": {logID(8), `{"ID":8,"Mail":"[redacted]"}`},
		"secret": {hold([]byte(leak)), `"[redacted]"`},
		"pointer kept": {struct {
			N *int `anonymize:"keep"`
		}{new(3)}, `{"N":3}`},
		"reflected": {reflect.ValueOf(logKept{7, leak}), `{"ID":7,"Mail":"[redacted]"}`},
		"plain any": {[]any{1, "a", nil, map[string]any{"b": 2.5}}, `[1,"a",null,{"b":2.5}]`},
	} {
		for _, way := range []string{"json ReplaceAttr", "json handler"} {
			first, _, _ := strings.Cut(logWays(c.value)[way], "\n")
			var got struct{ V json.RawMessage }
			require.NoError(t, json.Unmarshal([]byte(first), &got), name)
			require.JSONEq(t, c.want, string(got.V), "%s, %s", name, way)
		}
	}
}

func TestLogUnchanged(t *testing.T) {
	r := NewRedactor()
	for _, v := range []any{1, "a", time.Now, io.EOF, []any{1}, map[string]int{"a": 1}, struct{ T time.Time }{}, &sync.Mutex{}} {
		a := slog.Any("k", v)
		_, changed := r.redact(a.Value)
		require.False(t, changed, "%T", v)
	}
	h := newHostile()
	before := fmt.Sprintf("%#v", *h.LogPointed) + h.Mail + h.Friends[0].Mail + h.Map[leak]
	logWays(h)
	require.Equal(t, before, fmt.Sprintf("%#v", *h.LogPointed)+h.Mail+h.Friends[0].Mail+h.Map[leak])
	require.Zero(t, testing.AllocsPerRun(100, func() {
		r.ReplaceAttr(nil, slog.Attr{Key: "k", Value: slog.AnyValue(h.Big)})
	}))
}

// countingValuer must be asked once: a value may cost something, or change.
type countingValuer struct{ n *int }

func (c countingValuer) LogValue() slog.Value { *c.n++; return slog.AnyValue(logKept{*c.n, leak}) }

func TestLogHandler(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	l := slog.New(NewLogHandler(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})))
	require.False(t, l.Enabled(t.Context(), slog.LevelInfo))
	n := 0
	l.Info("not", "v", countingValuer{&n})
	require.Zero(t, n)
	l.Warn("yes", "a", 1, "b", "two", "v", countingValuer{&n}, "c", 3)
	require.Equal(t, 1, n)
	l.With("w", countingValuer{&n}).WithGroup("g").Error("all", "d", logKept{4, leak})
	require.Equal(t, "level=WARN msg=yes a=1 b=two v.ID=1 v.Mail=[redacted] c=3\n"+
		"level=ERROR msg=all w.ID=2 w.Mail=[redacted] g.d.ID=4 g.d.Mail=[redacted]\n", b.String())
	b.Reset()
	l.Warn("no end", "v", logLoop{}) // a handler of slog's alone would use up the stack
	require.Contains(t, b.String(), redactedText)
	require.NoError(t, NewLogHandler(nil).Handle(t.Context(), slog.Record{}))
}

func TestLogConcurrent(t *testing.T) {
	t.Parallel()
	l := slog.New(NewLogHandler(slog.NewTextHandler(io.Discard, nil)))
	h := newHostile()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				l.Info("m", "h", h, "e", &logFailure{&h.Friends[0]})
			}
		})
	}
	wg.Wait()
}

func ExampleRedactor() {
	type Contact struct {
		ID    string `anonymize:"keep"`
		Email string `anonymize:"token,norm=email"`
		Note  string // not declared: hidden too
	}
	r := NewRedactor()
	log := slog.New(slog.NewTextHandler(exampleOutput{}, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return r.ReplaceAttr(groups, a)
	}}))
	log.Info("bounced", "contact", &Contact{"c-42", "jan@example.nl", "calls on Monday"})
	log.Info("merged", "contacts", []Contact{{ID: "c-42"}, {ID: "c-43"}})
	// Output:
	// level=INFO msg=bounced contact.ID=c-42 contact.Email=[redacted] contact.Note=[redacted]
	// level=INFO msg=merged contacts="[map[Email:[redacted] ID:c-42 Note:[redacted]] map[Email:[redacted] ID:c-43 Note:[redacted]]]"
}

func ExampleNewLogHandler() {
	type Contact struct {
		ID    string `anonymize:"keep"`
		Email string `anonymize:"token,norm=email"`
	}
	log := slog.New(NewLogHandler(slog.NewJSONHandler(exampleOutput{}, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})))
	log.With("contact", Contact{"c-42", "jan@example.nl"}).Info("opened")
	// Output: {"level":"INFO","msg":"opened","contact":{"ID":"c-42","Email":"[redacted]"}}
}

// exampleOutput is os.Stdout as it is when the example runs.
type exampleOutput struct{}

func (exampleOutput) Write(p []byte) (int, error) { return fmt.Print(string(p)) }

func BenchmarkRedactor(b *testing.B) {
	r := NewRedactor()
	for name, value := range map[string]any{"text": "abc", "error": io.EOF, "any": map[string]any{"a": 1}, "person": logKept{1, leak}, "order": &logOrder{Number: "n"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			a := slog.Any("k", value)
			for b.Loop() {
				r.ReplaceAttr(nil, a)
			}
		})
	}
}

var _ slog.Handler = (*logHandler)(nil)
