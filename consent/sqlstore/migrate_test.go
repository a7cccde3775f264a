package sqlstore

import (
	"database/sql"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func store(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(&sql.DB{}, o)
	require.NoError(t, err)
	return s
}

// goose parses a file of migrations as github.com/pressly/goose/v3/internal/sqlparser does: the annotations
// that it knows, statements that end with a semicolon at the end of a line, and nothing between the directions.
func goose(t testing.TB, text string) (up, down []string) {
	t.Helper()
	var into *[]string
	var buffer []string
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if annotation, ok := strings.CutPrefix(line, "-- +goose "); ok {
			switch annotation {
			case "Up":
				require.Nil(t, into, "Up comes first, once")
				into = &up
			case "Down":
				require.Same(t, &up, into, "Down comes after Up")
				require.Empty(t, buffer, "a statement without an end")
				into = &down
			case "StatementBegin":
				require.NotNil(t, into)
				require.False(t, within)
				require.Empty(t, buffer)
				within = true
			case "StatementEnd":
				require.True(t, within)
				within = false
				*into = append(*into, strings.Join(buffer, "\n"))
				buffer = nil
			default:
				t.Fatalf("goose does not know %q", annotation)
			}
			continue
		}
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "--") || trimmed == "" && len(buffer) == 0 {
			continue
		}
		require.NotNil(t, into, "a statement before Up")
		buffer = append(buffer, line)
		if !within && strings.HasSuffix(strings.TrimSpace(line), ";") {
			*into = append(*into, strings.Join(buffer, "\n"))
			buffer = nil
		}
	}
	require.False(t, within)
	require.Empty(t, buffer, "a statement without an end")
	return up, down
}

var spaces = regexp.MustCompile(`\s+`)

// plain is a statement without comments, its end and its layout.
func plain(statement string) string {
	statement = comment.ReplaceAllString(statement, "")
	return strings.TrimSpace(spaces.ReplaceAllString(strings.TrimSuffix(strings.TrimSpace(statement), ";"), " "))
}

func TestFilesAreGoose(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Dialect: SQLite}, {Dialect: PostgreSQL}, {Dialect: PostgreSQL, Schema: "user", Prefix: "x_"}, {Dialect: SQLite, Prefix: "crm_"}} {
		s := store(t, o)
		up, down := goose(t, s.SQL())
		ours := statements(s.SQL())
		require.Len(t, ours, len(up))
		for i := range up {
			require.Equal(t, plain(up[i]), plain(ours[i]))
		}
		created, dropped := map[string]bool{}, map[string]bool{}
		for _, statement := range up {
			if m := createTable.FindStringSubmatch(statement); m != nil {
				created[m[1]] = true
				require.True(t, strings.HasPrefix(m[1], s.prefix))
			}
		}
		for _, statement := range down {
			if table, ok := strings.CutPrefix(statement, "DROP TABLE "); ok {
				dropped[strings.TrimSuffix(table, ";")] = true
			}
		}
		require.Equal(t, created, dropped)
		require.Greater(t, len(created), 15)
		if o.Prefix != "" {
			require.NotContains(t, s.SQL(), "consent_")
		}
		if o.Schema != "" {
			require.Equal(t, `SET LOCAL search_path TO "user";`, up[0])
			require.Equal(t, `SET LOCAL search_path TO "user";`, down[0])
		}
		for table, columns := range s.declared().columns {
			require.True(t, created[table])
			if table != s.prefix+"version" {
				require.Equal(t, "tenant", columns[0], "the tenant is first in %s", table)
			}
		}
		require.Len(t, s.declared().columns, len(created))
	}
}

// TestTenantFirst: every key and every index begins with the tenant.
func TestTenantFirst(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`PRIMARY KEY \((\w+)`)
	index := regexp.MustCompile(`CREATE (?:UNIQUE )?INDEX \w+ ON \w+ \((\w+)`)
	for _, d := range []Dialect{SQLite, PostgreSQL} {
		n := 0
		for _, statement := range statements(store(t, Options{Dialect: d}).SQL()) {
			for _, m := range append(key.FindAllStringSubmatch(statement, -1), index.FindAllStringSubmatch(statement, -1)...) {
				require.Equal(t, "tenant", m[1], statement)
				n++
			}
		}
		require.Greater(t, n, 25)
	}
}

func TestFS(t *testing.T) {
	t.Parallel()
	s := store(t, Options{Dialect: SQLite})
	require.NoError(t, fstest.TestFS(s.FS(), "00001_consent.sql"))
	text, err := fs.ReadFile(s.FS(), "00001_consent.sql")
	require.NoError(t, err)
	require.Equal(t, s.SQL(), string(text))
	names, err := fs.Glob(s.FS(), "*.sql")
	require.NoError(t, err)
	require.Equal(t, []string{"00001_consent.sql"}, names)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	db := &sql.DB{}
	for _, o := range []Options{
		{}, {Dialect: "mysql"}, {Dialect: SQLite, Prefix: "Consent_"}, {Dialect: SQLite, Prefix: "1_"}, {Dialect: SQLite, Prefix: "a-b"},
		{Dialect: SQLite, Prefix: "x;DROP TABLE y;--"}, {Dialect: SQLite, Prefix: strings.Repeat("x", 32)}, {Dialect: SQLite, Schema: "main"},
		{Dialect: PostgreSQL, Schema: `a"b`}, {Dialect: PostgreSQL, Schema: "A"}, {Dialect: SQLite, Prefix: "x\n"},
	} {
		_, err := Open(db, o)
		require.Error(t, err, "%+v", o)
	}
	_, err := Open(nil, Options{Dialect: SQLite})
	require.Error(t, err)
	_, err = Open(db, Options{Dialect: SQLite, Prefix: strings.Repeat("x", 31)})
	require.NoError(t, err)
}
