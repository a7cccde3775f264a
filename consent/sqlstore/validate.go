package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Validate reports every table, column, index and trigger that is missing, joined, and whether the
// tables are of this version. On SQLite it also reports a connection without secure_delete, write-ahead log
// or full synchronisation. Call it when the program starts.
func (s *Store) Validate(ctx context.Context) error {
	q := s.reader()
	have, err := s.columns(ctx, q)
	if err != nil {
		return err
	}
	want := s.declared()
	var errs []error
	for _, table := range slices.Sorted(maps.Keys(want.columns)) {
		if len(have[table]) == 0 {
			errs = append(errs, refusal("the table "+table+" is missing"))
			continue
		}
		for _, column := range want.columns[table] {
			if !slices.Contains(have[table], column) {
				errs = append(errs, refusal("the column "+column+" of the table "+table+" is missing"))
			}
		}
	}
	objects, err := s.objects(ctx, q)
	if err != nil {
		return err
	}
	for _, o := range want.objects {
		if !slices.Contains(objects, o) {
			errs = append(errs, refusal("the "+o+" is missing or disabled"))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	n, err := s.versionIn(ctx, q)
	if err != nil {
		return err
	}
	if n != version {
		return refusal("the version of the tables is missing")
	}
	if s.dialect == SQLite {
		return s.pragmas(ctx, q)
	}
	return nil
}

// declaration is what a file of migrations makes.
type declaration struct {
	columns map[string][]string
	objects []string // "index x", "trigger x"
}

var (
	createTable  = regexp.MustCompile(`(?s)^CREATE TABLE (\w+) \((.*)\)`)
	createObject = regexp.MustCompile(`^CREATE (?:UNIQUE )?(INDEX|TRIGGER) (\w+)`)
	column       = regexp.MustCompile(`(?m)^\t([a-z]+) `)
)

// declared reads it from the file itself, so that there is no second list.
func (s *Store) declared() declaration {
	d := declaration{columns: map[string][]string{}}
	for _, statement := range statements(s.SQL()) {
		if m := createTable.FindStringSubmatch(statement); m != nil {
			for _, c := range column.FindAllStringSubmatch(m[2], -1) {
				d.columns[m[1]] = append(d.columns[m[1]], c[1])
			}
		} else if m := createObject.FindStringSubmatch(statement); m != nil {
			d.objects = append(d.objects, strings.ToLower(m[1])+" "+m[2])
		}
	}
	return d
}

// columns are those of each table whose name begins with the prefix.
func (s *Store) columns(ctx context.Context, q DB) (map[string][]string, error) {
	text := `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND substr(m.name, 1, ?) = ?`
	args := []any{len(s.prefix), s.prefix}
	if s.dialect == PostgreSQL {
		text = `SELECT table_name::text, column_name::text FROM information_schema.columns
			WHERE table_schema = COALESCE(?::text, current_schema()) AND substr(table_name, 1, ?::int) = ?::text`
		args = append([]any{textOrNil(s.schema)}, args...)
	}
	out := map[string][]string{}
	err := rows(ctx, s, q, "look at the tables", text, args, func(r *sql.Rows) error {
		var table, column string
		err := r.Scan(&table, &column)
		out[table] = append(out[table], column)
		return err
	})
	return out, err
}

// objects are the indexes, and the triggers that are on.
func (s *Store) objects(ctx context.Context, q DB) (out []string, err error) {
	text := `SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('index', 'trigger')`
	var args []any
	if s.dialect == PostgreSQL {
		text = `SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = COALESCE(?::text, current_schema())
			UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = COALESCE(?::text, current_schema()) AND t.tgenabled IN ('O', 'A')`
		args = []any{textOrNil(s.schema), textOrNil(s.schema)}
	}
	err = rows(ctx, s, q, "look at the indexes and triggers", text, args, func(r *sql.Rows) error {
		var o string
		err := r.Scan(&o)
		out = append(out, o)
		return err
	})
	return out, err
}

// pragmas checks the settings of a connection to SQLite.
func (s *Store) pragmas(ctx context.Context, q DB) error {
	var shred, synchronous int
	var journal string
	for _, p := range []struct {
		name string
		into any
	}{{"secure_delete", &shred}, {"synchronous", &synchronous}, {"journal_mode", &journal}} {
		if err := q.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(p.into); err != nil {
			return fail("read PRAGMA "+p.name, err)
		}
	}
	var errs []error
	if shred != 1 {
		errs = append(errs, refusal("PRAGMA secure_delete is not ON: what is deleted stays in the file; set it in the data source name"))
	}
	if synchronous < 2 {
		errs = append(errs, refusal("PRAGMA synchronous is below FULL: what is recorded may be lost with the power; set it in the data source name"))
	}
	if journal != "wal" && journal != "memory" {
		errs = append(errs, refusal("PRAGMA journal_mode is not WAL; set it in the data source name"))
	}
	return errors.Join(errs...)
}
