package anonymize

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

// csvRows makes rows of ten columns, some with quotes.
func csvRows(n int) string {
	var b strings.Builder
	b.WriteString("id,first_name,last_name,email,phone,ip,postcode,born,note,amount\n")
	for i := range n {
		note := "customer"
		if i%7 == 0 {
			note = "\"said \"\"no\"\",\nthen yes\""
		}
		fmt.Fprintf(&b, "c-%07d,Jan,\"de Vries\",jan.%d@example.nl,+316%08d,192.0.2.%d,%d AB,19%02d-0%d-1%d,%s,%d.50\n", i, i, i, i%256, 1000+i%9000, i%100, 1+i%9, i%10, note, i)
	}
	return b.String()
}

// csvNaive treats a file cell by cell between encoding/csv and encoding/csv.
func csvNaive(t testing.TB, c CSV, in string) string {
	records, err := csv.NewReader(strings.NewReader(in)).ReadAll()
	require.NoError(t, err)
	header := records[0]
	for _, record := range records[1:] {
		s := scope{ctx: t.Context()}
		for i, path := range header {
			if c.Policy.Fields[path].Subject {
				s.subject, s.hasSubject = record[i], true
			}
		}
		for i, path := range header {
			rule, ok := c.Policy.Fields[path]
			if !ok {
				rule = Rule{Method: MethodRedact}
			}
			if record[i] != "" {
				treatment, err := rule.compile(path, &c.Setting)
				require.NoError(t, err)
				cell, err := treatment.text(&s, nil, record[i])
				require.NoError(t, err)
				record[i] = string(cell)
			}
		}
	}
	var out strings.Builder
	require.NoError(t, csv.NewWriter(&out).WriteAll(records))
	return out.String()
}

// Rows stay in order, and whole, whatever the pieces, the goroutines and who starts them.
func TestCSVOrder(t *testing.T) {
	t.Parallel()
	in := csvRows(3000)
	c := csvOf(t, "id", "keep,subject", "email", "token", "last_name", "redact", "note", "siv", "amount", "const= \"x\"", "born", "dateshift=100")
	c.Policy.Unknown = RedactUnknown
	want := csvNaive(t, c, in)
	for name, start := range map[string]func(func(), *sync.WaitGroup){
		"goroutines": func(f func(), g *sync.WaitGroup) { g.Go(f) },
		"at once":    func(f func(), _ *sync.WaitGroup) { f() },
		"never":      func(func(), *sync.WaitGroup) {},
		"many": func(f func(), g *sync.WaitGroup) {
			for range 9 {
				g.Go(f)
			}
		},
		"late": func(f func(), g *sync.WaitGroup) { g.Go(func() { time.Sleep(time.Second); f() }) },
	} {
		for _, piece := range []int{10, 1000, 64 << 10} {
			t.Run(fmt.Sprint(name, piece), func(t *testing.T) {
				t.Parallel()
				var group sync.WaitGroup
				c := c
				c.piece = piece
				c.Go = func(f func()) { start(f, &group) }
				last := int64(0)
				c.Progress = func(rows int64) { require.Greater(t, rows, last); last = rows }
				got, rows, err := csvApply(t, c, in)
				require.NoError(t, err)
				require.EqualValues(t, 3000, rows)
				require.EqualValues(t, 3000, last)
				require.Equal(t, want, got)
				group.Wait()
			})
		}
	}
}

// csvWriter fails after so many bytes.
type csvWriter struct {
	left  int
	short bool
	bytes.Buffer
}

func (w *csvWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		if w.short {
			return w.left, nil
		}
		return 0, errors.New("disk full")
	}
	w.left -= len(p)
	return w.Buffer.Write(p)
}

func TestCSVEndsEarly(t *testing.T) {
	t.Parallel()
	in := csvRows(2000)
	lines := func(b []byte) int { return bytes.Count(b, []byte("\n")) }
	for _, parallel := range []bool{false, true} {
		c := CSV{Policy: Policy{Unknown: RedactUnknown}, piece: 4000}
		active := make(chan struct{}, 100)
		if parallel {
			c.Go = func(f func()) {
				active <- struct{}{}
				go func() { defer func() { <-active }(); f() }()
			}
		}
		ended := func() {
			// Workers have left by the time Apply returns; what is left is the deferred receive.
			require.Eventually(t, func() bool { return len(active) == 0 }, time.Second, time.Millisecond)
		}

		w := &csvWriter{left: 50_000}
		rows, err := c.Apply(t.Context(), w, strings.NewReader(in))
		require.ErrorContains(t, err, "disk full")
		require.EqualValues(t, lines(w.Bytes())-1, rows)
		ended()

		w = &csvWriter{left: 50_000, short: true}
		rows, err = c.Apply(t.Context(), w, strings.NewReader(in))
		require.ErrorIs(t, err, io.ErrShortWrite)
		require.EqualValues(t, lines(w.Bytes())-1, rows)
		ended()

		w = &csvWriter{left: 0}
		_, err = c.Apply(t.Context(), w, strings.NewReader(in))
		require.ErrorContains(t, err, "disk full")
		ended()

		// What a source gave before it failed is treated, if whole.
		w = &csvWriter{left: 1 << 30}
		half := in[:len(in)/2]
		rows, err = c.Apply(t.Context(), w, io.MultiReader(strings.NewReader(half), iotest.ErrReader(errors.New("unplugged"))))
		require.ErrorContains(t, err, "unplugged")
		require.Greater(t, rows, int64(900))
		require.EqualValues(t, lines(w.Bytes())-1, rows)
		ended()

		ctx, cancel := context.WithCancel(t.Context())
		c.Progress = func(rows int64) {
			if rows > 500 {
				cancel()
			}
		}
		w = &csvWriter{left: 1 << 30}
		rows, err = c.Apply(ctx, w, strings.NewReader(in))
		require.ErrorIs(t, err, context.Canceled)
		require.EqualValues(t, lines(w.Bytes())-1, rows)
		require.Less(t, rows, int64(1500))
		ended()

		w = &csvWriter{left: 1 << 30}
		_, err = c.Apply(ctx, w, strings.NewReader(in))
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, w.Len())
		c.Progress = nil

		_, err = c.Apply(t.Context(), io.Discard, csvIdle{})
		require.ErrorIs(t, err, io.ErrNoProgress)
		ended()
	}
}

// csvIdle never reads anything.
type csvIdle struct{}

func (csvIdle) Read([]byte) (int, error) { return 0, nil }

// A panic of the destination on another goroutine, which a pool may catch, does not pass for success.
func TestCSVPanics(t *testing.T) {
	t.Parallel()
	for _, mine := range []bool{true, false} {
		var group sync.WaitGroup
		c := CSV{Policy: Policy{Unknown: RedactUnknown}, piece: 1000}
		calls := 0
		c.Progress = func(int64) {
			if calls++; calls == 20 {
				panic("progress")
			}
		}
		if !mine {
			c.Go = func(f func()) {
				group.Go(func() {
					defer func() { _ = recover() }()
					f()
				})
			}
		}
		var err error
		recovered := func() (v any) {
			defer func() { v = recover() }()
			_, err = c.Apply(t.Context(), io.Discard, strings.NewReader(csvRows(2000)))
			return nil
		}()
		if recovered == nil {
			require.ErrorContains(t, err, "ended before its work")
		}
		require.True(t, !mine || recovered == "progress")
		group.Wait()
	}
}

// The memory in use does not grow with the file.
func TestCSVMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("300,000 rows")
	}
	row := csvRows(1000)
	header, rest, _ := strings.Cut(row, "\n")
	reader, writer := io.Pipe()
	var group sync.WaitGroup
	group.Go(func() {
		_, err := io.WriteString(writer, header+"\n")
		for range 300 {
			if err == nil {
				_, err = io.WriteString(writer, rest)
			}
		}
		writer.CloseWithError(err)
	})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	c := CSV{Policy: Policy{Unknown: RedactUnknown}, Go: group.Go, Progress: func(int64) {
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}}
	rows, err := c.Apply(t.Context(), io.Discard, reader)
	require.NoError(t, err)
	require.EqualValues(t, 300_000, rows)
	group.Wait()
	require.Less(t, most, before+24<<20, "33 MB passed through")
}
