package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	args := []any{"t", blobs{{1}, {0xab, 2}}, texts{"a", `b"\`}, 5}
	const text = "SELECT x FROM @events WHERE tenant = ? AND id IN ? AND s IN ? LIMIT ?"
	got, out := store(t, Options{Dialect: SQLite, Prefix: "p_"}).expand(text, args)
	require.Equal(t, "SELECT x FROM p_events WHERE tenant = ? AND id IN (?,?) AND s IN (?,?) LIMIT ?", got)
	require.Equal(t, []any{"t", []byte{1}, []byte{0xab, 2}, "a", `b"\`, 5}, out)
	got, out = store(t, Options{Dialect: PostgreSQL, Schema: "s"}).expand(text, args)
	require.Equal(t, `SELECT x FROM "s".consent_events WHERE tenant = $1 AND id IN (SELECT unnest($2::bytea[])) AND s IN (SELECT unnest($3::text[])) LIMIT $4`, got)
	require.Equal(t, []any{"t", `{"\\x01","\\xab02"}`, `{"a","b\"\\"}`, 5}, out)
	_, out = store(t, Options{Dialect: PostgreSQL}).expand("x IN ?", []any{blobs(nil)})
	require.Equal(t, []any{"{}"}, out)
}

// parseArray reads the text of a one-dimensional array of quoted elements, by the rules of PostgreSQL 8.15.6.
func parseArray(text string) (out []string, ok bool) {
	text, ok = strings.CutPrefix(text, "{")
	if !ok || text == "}" {
		return nil, text == "}"
	}
	for {
		text, ok = strings.CutPrefix(text, `"`)
		if !ok {
			return nil, false
		}
		var element []byte
		for {
			if text == "" {
				return nil, false
			}
			c := text[0]
			text = text[1:]
			if c == '"' {
				break
			}
			if c == '\\' {
				if text == "" {
					return nil, false
				}
				c, text = text[0], text[1:]
			}
			element = append(element, c)
		}
		out = append(out, string(element))
		switch {
		case text == "}":
			return out, true
		case strings.HasPrefix(text, ","):
			text = text[1:]
		default:
			return nil, false
		}
	}
}

func FuzzArrays(f *testing.F) {
	f.Add("a", `b"\`, "")
	f.Add(`{`, `","`, "}")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		want := []string{a, b, c}
		got, ok := parseArray(textArray(want))
		require.True(t, ok)
		require.Equal(t, want, got)
		got, ok = parseArray(byteaArray([][]byte{[]byte(a), []byte(b), []byte(c)}))
		require.True(t, ok)
		require.Len(t, got, 3)
		for i := range got {
			digits, ok := strings.CutPrefix(got[i], `\x`)
			require.True(t, ok)
			raw, err := hex.DecodeString(digits)
			require.NoError(t, err)
			require.Equal(t, want[i], string(raw))
		}
	})
}

func TestPowerOfTwo(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{1: 1, 2: 2, 3: 2, 4: 4, 100: 64, 511: 256} {
		require.Equal(t, want, powerOfTwo(n))
		require.GreaterOrEqual(t, powerOfTwo(2*n-1), n, "enough for all rows")
		require.Less(t, powerOfTwo(2*n-1), 2*n)
	}
}

// The errors of drivers, in the shapes that they have.
type (
	withState  struct{ state string }           // pgx, lib/pq 1.10
	withCode   struct{ code int }               // modernc.org/sqlite
	code16     uint16                           // ncruces/go-sqlite3
	withTyped  struct{ code code16 }            // ncruces/go-sqlite3
	withFields struct{ Code, ExtendedCode int } // mattn/go-sqlite3
)

func (e *withState) Error() string        { return "secret" }
func (e *withState) SQLState() string     { return e.state }
func (e *withCode) Error() string         { return "secret" }
func (e *withCode) Code() int             { return e.code }
func (e *withTyped) Error() string        { return "secret" }
func (e *withTyped) ExtendedCode() code16 { return e.code }
func (e withFields) Error() string        { return "secret" }

func TestFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err                        error
		text                       string
		contended, busy, duplicate bool
	}{
		{&withState{"40001"}, "SQLSTATE 40001", true, false, false},
		{fmt.Errorf("wrapped: %w", &withState{"40P01"}), "SQLSTATE 40P01", true, false, false},
		{&withState{"23505"}, "SQLSTATE 23505", false, false, true},
		{&withCode{5}, "SQLite code 5 (busy)", true, true, false},
		{fmt.Errorf("wrapped: %w", &withCode{2067}), "SQLite code 2067 (constraint)", false, false, true},
		{&withTyped{517}, "SQLite code 517 (busy)", true, true, false},
		{withFields{19, 1555}, "SQLite code 1555 (constraint)", false, false, true},
		{withFields{6, 0}, "SQLite code 6 (locked)", true, true, false},
		{withFields{77, 0}, "SQLite code 77", false, false, false},
		{errors.New("secret"), "it failed", false, false, false},
		{fmt.Errorf("secret: %w", context.Canceled), "context canceled", false, false, false},
		{driver.ErrBadConn, "driver: bad connection", false, false, false},
	} {
		err := fail("doing", c.err)
		require.EqualError(t, err, "consent: store: doing: "+c.text)
		require.Equal(t, c.contended, contended(err), c.text)
		require.Equal(t, c.busy, busy(err), c.text)
		require.Equal(t, c.duplicate, duplicate(err), c.text)
		require.Same(t, err, fail("again", err), "the first words stay")
		require.NotContains(t, fmt.Sprintf("%v %+v %#v %q", err, err, err, err), "secret")
		require.Nil(t, errors.Unwrap(err))
	}
	require.ErrorIs(t, fail("x", fmt.Errorf("secret: %w", context.Canceled)), context.Canceled)
	require.NotErrorIs(t, fail("x", sql.ErrNoRows), sql.ErrNoRows)
	require.NoError(t, fail("x", nil))
	for _, ours := range []error{consent.ErrErased, consent.ErrUnknown, errAgain, errInstant} {
		require.Equal(t, ours, fail("x", ours))
	}
}

func TestInstants(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.Unix(0, 0), time.Unix(0, 1), time.Unix(0, -1), time.Date(1678, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2261, 12, 31, 23, 59, 59, 999999999, time.UTC)} {
		require.NoError(t, representable(at))
		got := instant(sql.NullInt64{Int64: stamp(at).(int64), Valid: true})
		require.True(t, at.Equal(got), at)
		require.Equal(t, time.UTC, got.Location())
	}
	require.Nil(t, stamp(time.Time{}))
	require.True(t, instant(sql.NullInt64{}).IsZero())
	require.NoError(t, representable(time.Time{}))
	for _, at := range []time.Time{time.Date(1677, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)} {
		require.Error(t, representable(noon, at))
	}
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
