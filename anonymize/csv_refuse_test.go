package anonymize

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

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
		{"too long with quotes", "\"" + strings.Repeat("x", 99) + "\",2\n", "a", Malformed, "not closed within"},
		{"too long over lines", "\"" + strings.Repeat("x\n", 50) + "\",2\n", "a", Malformed, "not closed within"},
		{"too long to the end", strings.Repeat("x", 99), "", Malformed, "too long"},
	} {
		for _, piece := range []int{1, 30, csvPieceSize} {
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
