package anonymize

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
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
