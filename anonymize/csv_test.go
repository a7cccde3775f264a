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

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// csvKeys is a ring that is the same in every run.
func csvKeys(t testing.TB) *Keyring {
	secret, err := NewSecret(bytes.Repeat([]byte{7}, 32))
	require.NoError(t, err)
	ring, err := NewKeyring(Key{ID: "k1", Secret: secret})
	require.NoError(t, err)
	return ring
}

// csvOf makes a CSV from pairs of path and rule.
func csvOf(t testing.TB, pairs ...string) CSV {
	fields := map[string]Rule{}
	for i := 0; i < len(pairs); i += 2 {
		r, err := ParseRule(pairs[i+1])
		require.NoError(t, err)
		fields[pairs[i]] = r
	}
	return CSV{
		Policy:  Policy{Version: 1, Fields: fields},
		Setting: Setting{Keys: csvKeys(t), Domain: Domain{Recipient: "mailer"}},
	}
}

func csvApply(t testing.TB, c CSV, in string) (string, int64, error) {
	var out strings.Builder
	rows, err := c.Apply(t.Context(), &out, strings.NewReader(in))
	return out.String(), rows, err
}

// csvCopy copies every column: what a policy without fields redacts can't be reversed.
func csvCopy(t testing.TB, c CSV, in string) (string, int64, error) {
	c.Policy = Policy{Unknown: RedactUnknown}
	var out strings.Builder
	rows, err := c.Reveal(t.Context(), reidentify.Because("test"), &out, strings.NewReader(in))
	return out.String(), rows, err
}

func TestCSVApply(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		rules []string
		in    string
		out   string
	}{
		{"header only", []string{"a", "redact"}, "a", "a\n"},
		{"canonical names", []string{"first_name", "redact", "e_mail", "keep"}, "First Name,\"E-mail\"\nJan,x\n", "First Name,E-mail\n[redacted],x\n"},
		{"null and empty", []string{"a", "null", "b", "redact", "c", "redact,empty=treat"}, "a,b,c\n1,,\n", "a,b,c\n,,[redacted]\n"},
		{"only empty cells", []string{"a", "null"}, "a\n1\n", "a\n\"\"\n"},
		{"output wants quotes", []string{"a", "const=x \"y\"", "b", "const= z"}, "a,b\n1,2\n", "a,b\n\"x \"\"y\"\"\",\" z\"\n"},
		{"input has quotes that it need not", []string{"a", "keep", "b", "keep"}, "a,b\n\"1\",\"x,y\"\n", "a,b\n1,\"x,y\"\n"},
		{"byte order mark, CRLF, no newline", []string{"a", "keep", "b", "keep"}, "\ufeffa,b\r\n1,2\r\n3,4", "a,b\n1,2\n3,4\n"},
		{"byte order mark and quotes", []string{"a", "keep"}, "\ufeff\"a\"\r\n1\r\n", "a\n1\n"},
		{"blank lines", []string{"a", "keep"}, "\n\r\na\n\n1\n\r\n\n2\n\n", "a\n1\n2\n"},
		{"newlines within", []string{"a", "keep", "b", "keep"}, "a,b\n\"x\r\ny\",\"\n\"\n", "a,b\n\"x\ny\",\"\n\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, _, err := csvApply(t, csvOf(t, test.rules...), test.in)
			require.NoError(t, err)
			require.Equal(t, test.out, out)
		})
	}
}

func TestCSVUnknown(t *testing.T) {
	t.Parallel()
	const in = "a,b,c\n1,2,3\n4,5,\n"
	c := csvOf(t, "b", "keep")
	out, _, err := csvApply(t, c, in)
	require.ErrorIs(t, err, Undeclared)
	require.Empty(t, out)

	c.Policy.Unknown = DropUnknown
	out, rows, err := csvApply(t, c, in)
	require.NoError(t, err)
	require.Equal(t, "b\n2\n5\n", out)
	require.EqualValues(t, 2, rows)

	c.Policy.Unknown = RedactUnknown
	out, _, err = csvApply(t, c, in)
	require.NoError(t, err)
	require.Equal(t, "a,b,c\n[redacted],2,[redacted]\n[redacted],5,\n", out)

	// A file without a header has a row of data there, which no error quotes.
	_, _, err = csvApply(t, CSV{Policy: Policy{Unknown: RedactUnknown}}, "jan@example.nl,2\n\xff,4\n")
	require.EqualError(t, err, "anonymize: row 1, column 1: malformed: invalid UTF-8 or NUL")

	c = CSV{Policy: Policy{Unknown: DropUnknown}}
	out, _, err = csvApply(t, c, in)
	require.ErrorContains(t, err, "every column")
	require.Empty(t, out)
}

func TestCSVComma(t *testing.T) {
	t.Parallel()
	for _, comma := range []rune{0, ',', ';', '\t', '|', ' '} {
		sep := string(comma)
		if comma == 0 {
			sep = ","
		}
		c := csvOf(t, "a", "keep", "b", "keep")
		c.Comma, c.CRLF = comma, true
		out, _, err := csvApply(t, c, "a"+sep+"b\n\"1"+sep+"2\n\"\"3\""+sep+"\n")
		require.NoError(t, err)
		r := csv.NewReader(strings.NewReader(out))
		r.Comma = []rune(sep)[0]
		cells, err := r.ReadAll()
		require.NoError(t, err)
		require.Equal(t, "1"+sep+"2\n\"3", cells[1][0])
		require.Contains(t, out, "\r\n")
		require.NotContains(t, strings.ReplaceAll(out, "\r\n", ""), "\n")
	}
	for _, comma := range []rune{'"', '\n', '\r', 'é', -1, 0xfffd} {
		c := csvOf(t, "a", "keep")
		c.Comma = comma
		_, _, err := csvApply(t, c, "a\n1\n")
		require.ErrorContains(t, err, "comma", "%q", comma)
	}
}

// CRLF loses no CR, unlike encoding/csv.
func TestCSVCRLF(t *testing.T) {
	t.Parallel()
	out, _, err := csvCopy(t, CSV{CRLF: true}, "a,b\n\"x\ry\",\"\n\r\n\"\n")
	require.NoError(t, err)
	require.Equal(t, "a,b\r\n\"x\ry\",\"\r\n\r\n\"\r\n", out)
}

func TestCSVRefusesPolicies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		rules []string
		want  error
		text  string
	}{
		{"walk", []string{"a", "walk"}, Unsupported, "a: walk"},
		{"keys", []string{"a", "redact;keys=token"}, Unsupported, "a: redact"},
		{"any level", []string{"*", "redact"}, Unsupported, "*: redact"},
		{"numbers only", []string{"a", "microaggregate=5"}, Unsupported, "a: microaggregate"},
		{"swap", []string{"a", "swap"}, Unsupported, "a: swap"},
		{"no subject", []string{"a", "dateshift=30"}, NoSubject, "a: dateshift"},
		{"two subjects", []string{"a", "keep,subject", "b", "token,subject"}, nil, "b: token: a is the subject too"},
		{"each is named", []string{"a", "walk", "b", "keep", "c", "walk"}, Unsupported, "c: walk"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			rows, err := csvOf(t, test.rules...).Apply(t.Context(), &out, iotest.ErrReader(errors.New("read")))
			require.ErrorContains(t, err, test.text)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
			_, ok := errors.AsType[*FieldError](err)
			require.True(t, ok)
			require.Zero(t, rows)
			require.Empty(t, out.String())
		})
	}
	c := csvOf(t, "a", "token")
	c.Setting.Keys = nil
	_, _, err := csvApply(t, c, "a\n")
	require.ErrorContains(t, err, "keys")
	c = csvOf(t, "a", "token")
	c.Policy.Key = strings.Repeat("0", 32)
	_, _, err = csvApply(t, c, "a\n")
	require.ErrorIs(t, err, UnknownKey)
	c = csvOf(t, "a", "token")
	c.MaxRecord = -1
	_, _, err = csvApply(t, c, "a\n")
	require.ErrorContains(t, err, "negative")
}

func TestCSVRefusesHeaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, text string }{
		{"empty", "", "without a header"},
		{"blank", "\n\r\n\n", "without a header"},
		{"byte order mark", "\ufeff", "without a header"},
		{"missing", "secret\n", "b: the file has no such column"},
		{"more", "secret,b,plain\n", "header, column 3: undeclared"},
		{"twice", "secret,b,b\n", "header, column 3: collision"},
		{"twice in other letters", "secret,Secret,b\n", "header, column 2: collision"},
		{"no name", "secret,,b\n", "header, column 2: no name"},
		{"blank name", "secret, ,b\n", "header, column 2: no name"},
		{"bare quote", "secret,b\"\n", "header: malformed: a quote in a cell"},
		{"unclosed", "\"secret,b\n1,2\n", "header: malformed: a quote that is not closed"},
		{"invalid", "secret,\xff\n", "header, column 2: malformed: invalid"},
		{"UTF-16", "\xff\xfes\x00e\x00", "header, column 1: malformed: invalid"},
		{"too long", "secret,b" + strings.Repeat(" ", MaxCSVRecord) + "\n", "header: malformed: too long"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, rows, err := csvApply(t, csvOf(t, "secret", "keep", "b", "keep"), test.in)
			require.ErrorContains(t, err, test.text)
			require.NotContains(t, err.Error(), "plain")
			require.Empty(t, out)
			require.Zero(t, rows)
		})
	}
}

func TestCSVRefusesRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in string
		column   string
		want     error
		text     string
	}{
		{"fewer", "1\n", "", Malformed, "row 3: malformed: not as many"},
		{"more", "1,2,3\n", "", Malformed, "row 3: malformed: not as many"},
		{"bare quote", "1,2\"\n", "b", Malformed, "row 3, column b: malformed: a quote in a cell"},
		{"bare quote beside quotes", "\"1\",2\"\n", "b", Malformed, "a quote in a cell"},
		{"text after", "1,\"2\"3\n", "b", Malformed, "text after"},
		{"text after, later line", "\"1\n\"x,2\n", "a", Malformed, "text after"},
		{"CR after", "\"1\"\r,2\n", "a", Malformed, "text after"},
		{"unclosed", "1,\"2\n3,4\n", "b", Malformed, "not closed"},
		{"invalid", "1,\"2\xc3\"\n", "b", Malformed, "invalid UTF-8"},
		{"NUL", "\x00,2\n", "a", Malformed, "NUL"},
		{"overlong UTF-8", "1,\xc0\x80\n", "b", Malformed, "invalid UTF-8"},
		{"empty", ",2\n", "a", EmptyValue, "column a: empty value"},
		{"empty in quotes", "\"\",2\n", "a", EmptyValue, "column a: empty value"},
		{"too long", strings.Repeat("x", 99) + ",2\n", "", Malformed, "too long"},
		{"too long with quotes", "\"" + strings.Repeat("x", 99) + "\",2\n", "", Malformed, "too long"},
		{"too long over lines", "\"" + strings.Repeat("x\n", 50) + "\",2\n", "", Malformed, "too long"},
		{"too long to the end", strings.Repeat("x", 99), "", Malformed, "too long"},
	} {
		for _, piece := range []int{1, 30, csvPiece} {
			t.Run(fmt.Sprint(test.name, piece), func(t *testing.T) {
				t.Parallel()
				c := csvOf(t, "a", "keep,empty=refuse", "b", "keep")
				c.MaxRecord, c.piece = 98, piece
				var group sync.WaitGroup
				c.Go = group.Go
				const before = "a,b\n1,\"2\n\"\n1,2\n"
				out, rows, err := csvApply(t, c, before+test.in+"5,6\n\n7,8\n")
				require.ErrorContains(t, err, test.text)
				require.ErrorIs(t, err, test.want)
				row, ok := errors.AsType[*RowError](err)
				require.True(t, ok)
				require.EqualValues(t, 3, row.Row)
				require.Equal(t, test.column, row.Column)
				require.Equal(t, before, out)
				require.EqualValues(t, 2, rows)
			})
		}
	}
}

// A record may have MaxRecord bytes and its line end.
func TestCSVMaxRecord(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"", "\n", "\r\n"} {
		for _, long := range []string{strings.Repeat("x", MaxCSVRecord), "\"" + strings.Repeat("\"\"", MaxCSVRecord/2-1) + "\""} {
			out, _, err := csvCopy(t, CSV{}, "a\n"+long+end)
			require.NoError(t, err)
			require.Equal(t, "a\n"+long+"\n", out)
			_, _, err = csvCopy(t, CSV{}, "a\n"+strings.Replace(long, "x", "xx", 1)+" "+end)
			require.ErrorIs(t, err, Malformed)
		}
	}
	// Many small cells and quotes must take no more than linear time.
	for _, cell := range []string{",", "\"\",", "\"\"\"\","} {
		row := strings.Repeat(cell, MaxCSVRecord/len(cell))
		_, _, err := csvCopy(t, CSV{}, "a\n"+row+"\n")
		require.ErrorContains(t, err, "not as many")
	}
}

func TestCSVSubject(t *testing.T) {
	t.Parallel()
	c := csvOf(t, "id", "siv,subject", "at", "dateshift=30", "n", "keep")
	c.Setting.Keys = csvKeys(t)
	const in = "at,id,n\n2026-01-02,c-1,1\n2026-01-03,c-2,2\n2026-01-12,c-1,3\n"
	out, rows, err := csvApply(t, c, in)
	require.NoError(t, err)
	require.EqualValues(t, 3, rows)
	require.NotContains(t, out, "c-1")
	cells, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	day := func(row int) time.Time {
		at, err := time.Parse(time.DateOnly, cells[row][0])
		require.NoError(t, err)
		return at
	}
	require.Equal(t, 10*24*time.Hour, day(3).Sub(day(1)), "intervals of one person stay")

	var back strings.Builder
	_, err = c.Reveal(t.Context(), reidentify.Because("test"), &back, strings.NewReader(out))
	require.NoError(t, err)
	require.Equal(t, in, back.String())

	// An empty reference names nobody; where there is no date it is not asked for.
	out, _, err = csvApply(t, c, "at,id,n\n,,1\n2026-01-02,,2\n")
	require.ErrorIs(t, err, NoSubject)
	require.ErrorContains(t, err, "row 2, column at")
	require.Equal(t, "at,id,n\n,,1\n", out)

	// Whom the row is about can't be had back.
	c = csvOf(t, "id", "token,subject", "at", "dateshift=30")
	_, err = c.Reveal(t.Context(), reidentify.Because("test"), io.Discard, strings.NewReader("id,at\n"))
	require.ErrorIs(t, err, Irreversible)
	require.ErrorContains(t, err, "at: dateshift")
}

func TestCSVReveal(t *testing.T) {
	t.Parallel()
	c := csvOf(t, "a", "siv", "b", "token", "c", "keep", "d", "null")
	const in = "a,b,c,d\n\"x,\n\"\"y\",1,\"é \",9\n,2,,\n"
	out, _, err := csvApply(t, c, in)
	require.NoError(t, err)
	cells, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)

	var back strings.Builder
	rows, err := c.Reveal(t.Context(), reidentify.Because("test"), &back, strings.NewReader(out))
	require.NoError(t, err)
	require.EqualValues(t, 2, rows)
	require.Equal(t, "a,b,c,d\n\"x,\n\"\"y\","+cells[1][1]+",é ,\n,"+cells[2][1]+",,\n", back.String())

	back.Reset()
	_, err = c.Reveal(t.Context(), reidentify.Because(" "), &back, strings.NewReader(out))
	require.ErrorIs(t, err, NotPermitted)
	_, err = c.Reveal(t.Context(), reidentify.Capability{}, &back, strings.NewReader(out))
	require.ErrorIs(t, err, NotPermitted)
	require.Empty(t, back.String())

	_, err = c.Reveal(t.Context(), reidentify.Because("test"), &back, strings.NewReader("a,b,c,d\nx,1,2,3\n"))
	require.ErrorContains(t, err, "row 1, column a")
	require.Equal(t, "a,b,c,d\n", back.String())
}

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
