package anonymize_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

func linesPolicy(t testing.TB) anonymize.JSONLines {
	t.Helper()
	policy, err := anonymize.ParsePolicy([]byte(`{"version":1,"fields":{"id":"siv,subject","name":"mask","n":"keep","at":"dateshift","tags":"mask","deep.x":"redact"}}`))
	require.NoError(t, err)
	return anonymize.JSONLines{Policy: policy, Setting: testSetting(t)}
}

func TestJSONLines(t *testing.T) {
	t.Parallel()
	const in = "\xef\xbb\xbf{\"name\":\"Jan\",\"n\":1.50e3}\r\n\n  \n{ \"tags\" : [ \"a\", \"bc\", null ] , \"deep\":{\"x\":\"y\"}}\n{}"
	const want = "{\"name\":\"***\",\"n\":1.50e3}\n{\"tags\":[\"*\",\"**\",null],\"deep\":{\"x\":\"[redacted]\"}}\n{}\n"
	for name, src := range map[string]io.Reader{
		"whole":   strings.NewReader(in),
		"bytes":   iotest.OneByteReader(strings.NewReader(in)),
		"dataEOF": iotest.DataErrReader(strings.NewReader(in)),
	} {
		var out bytes.Buffer
		n, err := linesPolicy(t).Apply(t.Context(), &out, src)
		require.NoError(t, err, name)
		require.EqualValues(t, 3, n, name)
		require.Equal(t, want, out.String(), name)
	}
	var out bytes.Buffer
	n, err := linesPolicy(t).Apply(t.Context(), &out, strings.NewReader(""))
	require.NoError(t, err)
	require.Zero(t, n)
	require.Zero(t, out.Len())
}

func TestJSONLinesRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line string
		want error
	}{
		"no object":     {`["geheim"]`, anonymize.Malformed},
		"null":          {`null`, anonymize.Malformed},
		"two objects":   {`{} {}`, anonymize.Malformed},
		"cut off":       {`{"name":"geheim"`, anonymize.Malformed},
		"repeated":      {`{"name":"a","name":"geheim"}`, anonymize.Malformed},
		"UTF-8":         {"{\"name\":\"geheim\xff\"}", anonymize.Malformed},
		"NUL":           {"{\"name\":\"geheim\x00\"}", anonymize.Malformed},
		"undeclared":    {`{"geheim":"geheim"}`, anonymize.Undeclared},
		"below":         {`{"deep":{"geheim":"geheim"}}`, anonymize.Undeclared},
		"value":         {`{"deep":"geheim"}`, anonymize.Undeclared},
		"object":        {`{"name":{"geheim":1}}`, anonymize.Unsupported},
		"no subject":    {`{"at":"2026-05-17"}`, anonymize.NoSubject},
		"no date":       {`{"id":"7","at":"geheim"}`, anonymize.Malformed},
		"two subjects":  {`{"id":"7","ID":"8"}`, anonymize.Collision},
		"too deep":      {`{"tags":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`, anonymize.TooDeep},
		"far too deep":  {`{"tags":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + `}`, nil},
		"too long":      {`{"name":"` + strings.Repeat("g", 1<<20) + `"}`, anonymize.OutOfRange},
		"much too long": {strings.Repeat("g", 3<<20), anonymize.OutOfRange},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			n, err := linesPolicy(t).Apply(t.Context(), &out, strings.NewReader("{\"name\":\"a\"}\n\n"+c.line+"\n{\"name\":\"b\"}\n"))
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
			}
			e, ok := errors.AsType[*anonymize.LineError](err)
			require.True(t, ok)
			require.EqualValues(t, 3, e.Line)
			require.NotContains(t, err.Error(), "geheim")
			require.EqualValues(t, 1, n)
			require.Equal(t, "{\"name\":\"*\"}\n", out.String(), "what came before is whole, and there is nothing after")
		})
	}
}

func TestJSONLinesSetting(t *testing.T) {
	t.Parallel()
	j := linesPolicy(t)
	j.Setting.Keys = nil
	_, err := j.Apply(t.Context(), forbiddenWriter{t}, strings.NewReader(`{"name":"a"}`))
	require.Error(t, err)
	j = linesPolicy(t)
	j.Policy.Fields["x"] = anonymize.Rule{Method: "x"}
	_, err = j.Apply(t.Context(), forbiddenWriter{t}, strings.NewReader(`{"name":"a"}`))
	require.Error(t, err)
	j = linesPolicy(t)
	j.MaxLine = -1
	_, err = j.Apply(t.Context(), forbiddenWriter{t}, strings.NewReader(`{"name":"a"}`))
	require.Error(t, err)
	_, err = linesPolicy(t).Reveal(t.Context(), reidentify.Capability{}, forbiddenWriter{t}, strings.NewReader(`{"name":"a"}`))
	require.ErrorIs(t, err, anonymize.NotPermitted)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = linesPolicy(t).Apply(ctx, forbiddenWriter{t}, strings.NewReader(`{"name":"a"}`))
	require.ErrorIs(t, err, context.Canceled)
}

type forbiddenWriter struct{ t *testing.T }

func (w forbiddenWriter) Write([]byte) (int, error) {
	w.t.Error("something was written")
	return 0, nil
}

// TestJSONLinesInOrder: many goroutines write what one would.
func TestJSONLinesInOrder(t *testing.T) {
	t.Parallel()
	var in bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&in, "{\"id\":\"%d\",\"name\":\"%s\",\"n\":%d}\n", i, strings.Repeat("x", i%50), i)
	}
	j := linesPolicy(t)
	var alone, together bytes.Buffer
	n, err := j.Apply(t.Context(), &alone, bytes.NewReader(in.Bytes()))
	require.NoError(t, err)
	require.EqualValues(t, 20_000, n)
	var group sync.WaitGroup
	j.Go = func(f func()) {
		for range 3 {
			group.Go(f)
		}
	}
	last := int64(0)
	j.Progress = func(n int64) { last = n }
	_, err = j.Apply(t.Context(), &together, bytes.NewReader(in.Bytes()))
	group.Wait()
	require.NoError(t, err)
	require.EqualValues(t, 20_000, last)
	require.Equal(t, alone.String(), together.String())

	var back bytes.Buffer
	_, err = j.Reveal(t.Context(), reidentify.Because("test"), &back, &together)
	group.Wait()
	require.NoError(t, err)
	for i, line := range strings.Split(strings.TrimSpace(back.String()), "\n") {
		require.True(t, strings.HasPrefix(line, fmt.Sprintf("{\"id\":\"%d\",\"name\":\"*", i)) || i%50 == 0, line)
	}
}

func TestJSONLinesFailures(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	long := strings.Repeat("{\"name\":\"abc\"}\n", 100_000)
	for range 5 {
		var group sync.WaitGroup
		j := linesPolicy(t)
		j.Go = func(f func()) { group.Go(f) }
		_, err := j.Apply(t.Context(), io.Discard, io.MultiReader(strings.NewReader(long), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken)
		group.Wait()
		n, err := j.Apply(t.Context(), &brokenWriter{after: 3, err: broken}, strings.NewReader(long))
		require.ErrorIs(t, err, broken)
		require.Positive(t, n)
		require.Less(t, n, int64(100_000))
		group.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		j.Progress = func(n int64) { cancel() }
		_, err = j.Apply(ctx, io.Discard, strings.NewReader(long))
		require.ErrorIs(t, err, context.Canceled)
		group.Wait()
	}
	_, err := linesPolicy(t).Apply(t.Context(), io.Discard, stuck{})
	require.ErrorIs(t, err, io.ErrNoProgress)
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

type brokenWriter struct {
	after int
	err   error
}

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.after--; w.after < 0 {
		return 0, w.err
	}
	return len(b), nil
}

// FuzzJSONLines compares with encoding/json: what is kept comes out as it reads it.
func FuzzJSONLines(f *testing.F) {
	f.Add([]byte("{\"a\":[1,\"\\u0041\\ud83d\\ude00\",null,true,{\"b\":-0.5e7}]}\n{}"))
	f.Add([]byte("{\"a\":\"\\ud800\"}"))
	f.Add([]byte("{\"a\":1,\"a\":2}"))
	f.Add([]byte("\xef\xbb\xbf \r\n{\"a.b\":\"<\u2028>\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fields := map[string]anonymize.Rule{"*": {Method: anonymize.MethodKeep}}
		var out bytes.Buffer
		n, err := anonymize.JSONLines{Policy: anonymize.Policy{Fields: fields}}.Apply(t.Context(), &out, bytes.NewReader(data))
		require.EqualValues(t, n, bytes.Count(out.Bytes(), []byte{'\n'}))
		var got int64
		for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
			if got == n {
				break
			}
			if len(bytes.Trim(line, " \t\r\n")) == 0 {
				continue
			}
			got++
			text, _ := out.ReadBytes('\n')
			var want, have map[string]any
			require.NoError(t, json.Unmarshal(line, &want))
			require.NoError(t, json.Unmarshal(text, &have))
			require.Equal(t, want, have)
		}
		if err != nil {
			require.Contains(t, err.Error(), "anonymize: line ")
		}

		// Treated, nothing of a text is left.
		fields["*"] = anonymize.Rule{Method: anonymize.MethodRedact, Empty: anonymize.EmptyTreated}
		out.Reset()
		_, err = anonymize.JSONLines{Policy: anonymize.Policy{Fields: fields}}.Apply(t.Context(), &out, bytes.NewReader(data))
		if err != nil {
			return
		}
		for line := range bytes.Lines(out.Bytes()) {
			var have map[string]any
			require.NoError(t, json.Unmarshal(line, &have))
			for _, v := range have {
				redactedOnly(t, v)
			}
		}
	})
}

func redactedOnly(t *testing.T, v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			redactedOnly(t, item)
		}
	default:
		require.Contains(t, []any{nil, false, 0.0, "[redacted]"}, v)
	}
}
