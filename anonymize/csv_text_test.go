package anonymize

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/internal/model"
)

// csvReference copies a file with encoding/csv, as CSV is meant to.
func csvReference(in []byte, comma byte) (string, bool) {
	in = bytes.TrimPrefix(in, []byte(byteOrderMark))
	r := csv.NewReader(bytes.NewReader(in))
	r.Comma = rune(comma)
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		return "", false
	}
	names := map[string]bool{}
	for _, name := range records[0] {
		if strings.TrimSpace(name) == "" || names[model.Canonical(name)] {
			return "", false
		}
		names[model.Canonical(name)] = true
	}
	var out strings.Builder
	for _, record := range records {
		if slices.ContainsFunc(record, func(c string) bool { return !utf8.ValidString(c) || strings.Contains(c, "\x00") }) {
			return "", false
		}
		if len(record) == 1 && record[0] == "" {
			out.WriteString("\"\"\n") // encoding/csv writes a blank line, which is no record
			continue
		}
		w := csv.NewWriter(&out)
		w.Comma = rune(comma)
		if w.Write(record) != nil {
			return "", false
		}
		w.Flush()
	}
	return out.String(), true
}

// FuzzCSV holds reading and writing against encoding/csv, whatever the pieces.
func FuzzCSV(f *testing.F) {
	for _, in := range []string{
		"a,b\n1,2\n", "a;b\r\n\"1\";\"2\"\"\n3\"\r\n", "\ufeffa\n\n\"\"\n", "a\n\"", "a\nb\"\n", "a\n\"b\"c\n", "a,b\n\r\r\n", "a\r", "a,\"b\"\r",
		"a\n\"x\r\ny\"\n\"\r\r\n\"\n", "a\n\\.\n x\n\u00a0\n", "a,b\n\"1\",2\n\"1,\"2\"\n", "a\n\x00\n", "a\n\xff\n", "a\n\"\r\"\n\"\"\r\n",
	} {
		f.Add([]byte(in), byte(','), uint8(3))
		f.Add([]byte(in), byte(';'), uint8(200))
	}
	f.Add([]byte("a\n\"1\n2\n3\"\n"), byte(','), uint8(130))
	f.Fuzz(func(t *testing.T, in []byte, comma byte, piece uint8) {
		if comma == '"' || comma == '\r' || comma == '\n' || comma == 0 || comma >= utf8.RuneSelf {
			comma = ','
		}
		var group sync.WaitGroup
		got, _, err := csvCopy(t, CSV{Comma: rune(comma), piece: int(piece) + 1, Go: group.Go}, string(in))
		group.Wait()
		want, ok := csvReference(in, comma)
		require.Equal(t, ok, err == nil, "%v", err)
		if ok {
			require.Equal(t, want, got)
		}
		// One byte at a time, in one piece, on one goroutine, and with small records.
		var out bytes.Buffer
		c := CSV{Comma: rune(comma), Policy: Policy{Unknown: RedactUnknown}}
		if piece >= 128 {
			c.MaxRecord = int(piece) - 127
			got, _, err = csvCopy(t, CSV{Comma: rune(comma), piece: 1, MaxRecord: c.MaxRecord}, string(in))
		}
		_, err2 := c.run(t.Context(), &out, iotest.OneByteReader(bytes.NewReader(in)), true)
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(err2))
		require.Equal(t, got, out.String())
	})
}

func TestCSVQuotesAsEncodingCSV(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"", "a", " a", "a ", "\ta", "\u00a0a", "\u3000", "é", "\\.", "\\", "\\.x", "a\"", "a\nb", "a\rb", "a;b", "a,b", "\"\"", "#", "\u0085", "\v", "\x1f", "\u2028x"} {
		for _, comma := range []byte(",;\t |") {
			var want bytes.Buffer
			w := csv.NewWriter(&want)
			w.Comma = rune(comma)
			require.NoError(t, w.Write([]string{cell, "x"}))
			w.Flush()
			f, err := newCSVFormat(rune(comma), false)
			require.NoError(t, err)
			got := f.cell(nil, cell, !strings.ContainsAny(cell, "\"\r\n"+string(comma)))
			require.Equal(t, want.String(), string(got)+string(comma)+"x\n", "%q", cell)
			require.Equal(t, string(got), string(f.fix([]byte(cell), 0)))
			require.Equal(t, string(got), string(f.cell(nil, cell, false)))
		}
	}
}

// The boundary is the last newline outside of quotes, found without reading cells.
func TestCSVBoundary(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "a": 0, "a\n": 2, "a\nb": 2, "\"a\n": 0, "\"a\n\"\nb": 5, "a\n\"b\nc": 2, "a\n\"b\"\n\"\n\n\"x": 6, "\n": 1, "\"\"\"\n\"\n": 6,
	} {
		require.Equal(t, want, csvBoundary([]byte(text)), "%q", text)
	}
}

func BenchmarkCSV(b *testing.B) {
	in := []byte(csvRows(10_000))
	b.Run("copy", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(in)))
		c := CSV{Policy: Policy{Unknown: RedactUnknown}}
		var out bytes.Buffer
		for b.Loop() {
			out.Reset()
			if _, err := c.run(b.Context(), &out, bytes.NewReader(in), true); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/csv", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(in)))
		var out bytes.Buffer
		for b.Loop() {
			out.Reset()
			r := csv.NewReader(bytes.NewReader(in))
			r.ReuseRecord = true
			w := csv.NewWriter(&out)
			for record, err := r.Read(); err == nil; record, err = r.Read() {
				if err := w.Write(record); err != nil {
					b.Fatal(err)
				}
			}
			w.Flush()
		}
	})
}
