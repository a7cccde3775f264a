package delimited

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// all reads everything; a broken record is the one string "!" and its reason.
func all(t testing.TB, src io.Reader, comma byte) [][]string {
	var out [][]string
	r := NewReader(src, comma)
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return out
		}
		if b, ok := errors.AsType[Broken](err); ok {
			out = append(out, []string{"!", string(b)})
			continue
		}
		require.NoError(t, err)
		var row []string
		for _, f := range rec {
			row = append(row, string(f))
		}
		out = append(out, row)
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     [][]string
	}{
		{"plain", "a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"no newline at the end", "a,b\nc,d", [][]string{{"a", "b"}, {"c", "d"}}},
		{"CRLF", "a,b\r\nc,d\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"blank lines", "\n\r\na\n\nb\n", [][]string{{"a"}, {"b"}}},
		{"empty fields", ",\n,,\n", [][]string{{"", ""}, {"", "", ""}}},
		{"quoted", "\"a,\"\"b\"\"\",\"c\nd\"\ne,f\n", [][]string{{"a,\"b\"", "c\nd"}, {"e", "f"}}},
		{"quoted CRLF", "\"a\",\"b\"\r\n\"c\"\r\n", [][]string{{"a", "b"}, {"c"}}},
		{"quoted then plain CRLF", "\"a\",b\r\nc,d\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"unclosed to the end", "h\n\"a,b\nc,d\ne,f\n", [][]string{{"h"}, {"!", string(UnclosedQuote)}, {"c", "d"}, {"e", "f"}}},
		{"bare quote", "a\"b,c\nd,e\n", [][]string{{"!", string(BareQuote)}, {"d", "e"}}},
		{"text after", "\"a\"b,c\nd,e\n", [][]string{{"!", string(TextAfter)}, {"d", "e"}}},
		{"unclosed, closed by a later row", "\"a,b\nc,\"d\"\ne,f\n", [][]string{{"!", string(TextAfter)}, {"c", "d"}, {"e", "f"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, all(t, strings.NewReader(c.in), ','))
			require.Equal(t, c.want, all(t, iotest.OneByteReader(strings.NewReader(c.in)), ','))
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	// An unclosed quote above 40 MB of rows: only its own row is lost.
	const rows = 1 << 20
	row := strings.Repeat("x", 39) + "\n"
	src := io.MultiReader(strings.NewReader("\"open\n"), io.LimitReader(repeat(row), rows*int64(len(row))))
	r := NewReader(src, ',')
	_, err := r.Read()
	require.Equal(t, TooLong, err)
	n := 0
	for ; ; n++ {
		if _, err = r.Read(); err != nil {
			break
		}
	}
	require.Equal(t, io.EOF, err)
	require.Equal(t, rows, n)
	require.LessOrEqual(t, len(r.buf), 4*MaxRecord)

	// A line without end is one broken record too.
	r = NewReader(io.MultiReader(io.LimitReader(repeat("y"), 20<<20), strings.NewReader("\na,b\n")), ',')
	_, err = r.Read()
	require.Equal(t, TooLong, err)
	rec, err := r.Read()
	require.NoError(t, err)
	require.Len(t, rec, 2)
	require.LessOrEqual(t, len(r.buf), 4*MaxRecord)
}

func TestReadErrorsAreFinal(t *testing.T) {
	boom := errors.New("boom")
	for _, in := range []string{"a,b\nc", "a,b\n\"c", "a,b\n\"c\""} {
		r := NewReader(io.MultiReader(strings.NewReader(in), iotest.ErrReader(boom)), ',')
		_, err := r.Read()
		require.NoError(t, err, in)
		_, err = r.Read()
		require.ErrorIs(t, err, boom, in)
	}
}

// repeat reads s without end.
type repeated struct {
	s  string
	at int
}

func repeat(s string) io.Reader { return &repeated{s: s} }

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], r.s[r.at:])
		n += m
		r.at = (r.at + m) % len(r.s)
	}
	return n, nil
}

// FuzzRead holds the reader against encoding/csv on whatever that accepts, and
// against one-byte reads on everything.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\"\"\",d\r\n", "\"", "a\"", "\"a\"b\n", ",\n\n\r\n\"\n\"", "\"a\"\r", "a\rb,\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got := all(t, bytes.NewReader(in), ',')
		require.Equal(t, got, all(t, iotest.OneByteReader(bytes.NewReader(in)), ','))
		ref := csv.NewReader(bytes.NewReader(in))
		ref.FieldsPerRecord = -1
		want, err := ref.ReadAll()
		if err != nil || bytes.Contains(in, []byte("\r")) {
			return // encoding/csv rewrites \r\n inside quotes and keeps some lone \r
		}
		if len(want) == 0 {
			want = nil
		}
		require.Equal(t, want, got)
	})
}

func BenchmarkRead(b *testing.B) {
	row := "12345678901,Jan,de Vries,jan.devries@example.nl,+31612345678,Legitimate interest - existing customer,true,2023-05-06 12:13,Customer,Form\n"
	data := []byte(strings.Repeat(row, 10000))
	b.Run("delimited", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := NewReader(bytes.NewReader(data), ',')
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				}
			}
		}
	})
	b.Run("encoding/csv", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(data))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				}
			}
		}
	})
}
