package disposal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/grondslag/grondslag/examples/internal/postgres"
	"github.com/grondslag/grondslag/retention"
)

// database is one with the table of records.
type database struct {
	*sql.DB
	retention.Table
	schedule *retention.Schedule
	// examined says how many rows the database looks at for a query, and how.
	examined func(t testing.TB, query string, args []any) (rows int, plan string)
}

// databases runs a test on each database, with n records in it.
func databases(t *testing.T, n int, test func(t *testing.T, db *database)) {
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t, n)) })
	t.Run("postgresql", func(t *testing.T) { test(t, onPostgreSQL(t, n)) })
}

func onSQLite(t testing.TB, n int) *database {
	t.Helper()
	register()
	conn, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(t.TempDir(), "records.db"))+"?_pragma=foreign_keys(1)&_pragma=synchronous(0)&_pragma=cache_size(-65536)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	db := &database{DB: conn, schedule: schedule(t), Table: table(retention.SQLite, "main.records")}
	db.examined = db.touched
	db.fill(t, records(t, n), `
		CREATE TABLE records (
			id INTEGER PRIMARY KEY, class TEXT NOT NULL, subject TEXT,
			drafted TEXT, active TEXT, ended TEXT, claim_due TEXT, damage_known TEXT, blocked TEXT,
			held INTEGER NOT NULL, done TEXT, mail TEXT)`)
	return db
}

func onPostgreSQL(t testing.TB, n int) *database {
	t.Helper()
	db := &database{DB: postgres.Start(t), schedule: schedule(t), Table: table(retention.PostgreSQL, "crm.records")}
	db.examined = db.explained
	db.fill(t, records(t, n), `
		CREATE SCHEMA crm;
		CREATE TABLE crm.records (
			id bigint PRIMARY KEY, class text NOT NULL, subject text,
			drafted date, active date, ended date, claim_due date, damage_known date, blocked date,
			held boolean NOT NULL, done date, mail text)`)
	return db
}

func table(d retention.Dialect, name string) retention.Table {
	return retention.Table{
		Dialect: d, Name: name, Key: "id", Subject: "subject", Class: "class", Held: "held", Done: "done", Events: recorded(),
	}
}

func (db *database) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query, args...)
	require.NoError(t, err, query)
}

// fill creates the table with the records, and the index of every class.
func (db *database) fill(t testing.TB, list []record, ddl string) {
	t.Helper()
	db.exec(t, ddl)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	const width, most = 12, 20 // SQLite takes a time for an argument that grows with their number
	for len(list) > 0 {
		some := list[:min(most, len(list))]
		list = list[len(some):]
		var values []string
		var args []any
		for i := range some {
			r := &some[i]
			row := []any{r.id, string(r.class), r.subject}
			for _, d := range r.days {
				row = append(row, d)
			}
			row = append(row, r.held, r.done, "someone@example.com")
			places := make([]string, width)
			for j := range places {
				places[j] = fmt.Sprintf("$%d", len(args)+j+1)
			}
			values, args = append(values, "("+strings.Join(places, ", ")+")"), append(args, row...)
		}
		_, err := tx.ExecContext(t.Context(), "INSERT INTO "+db.Name+" VALUES "+strings.Join(values, ", "), args...)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
	created := map[string]bool{}
	for _, c := range classes(t) {
		name := "due_" + c.column
		if !created[name] {
			created[name] = true
			index, err := db.due(t, day(t, "2026-11-24"), c.id).Index(name)
			require.NoError(t, err)
			db.exec(t, index)
		}
	}
	db.exec(t, "ANALYZE "+db.Name)
}

// due is the selection of a class.
func (db *database) due(t testing.TB, today retention.Date, class retention.ClassID) *retention.Selection {
	t.Helper()
	cutoffs, err := db.schedule.Cutoffs(today, class)
	require.NoError(t, err)
	due, err := cutoffs.Select(db.Table, class)
	require.NoError(t, err)
	return due
}

// touches counts the rows that SQLite looks at behind an index: those for which it
// calls the function touched.
var touches atomic.Int64

var register = sync.OnceFunc(func() {
	sqlite.MustRegisterScalarFunction("touched", 1, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		touches.Add(1)
		return int64(1), nil
	})
})

// touched runs a query with that function as its first condition.
func (db *database) touched(t testing.TB, query string, args []any) (rows int, plan string) {
	t.Helper()
	query = strings.ReplaceAll(query, " WHERE ", " WHERE touched([id]) AND ")
	before := touches.Load()
	for range db.rows(t, query, args) {
		rows++ // the number of results does not matter here
	}
	rows = int(touches.Load() - before)
	for _, step := range db.rows(t, "EXPLAIN QUERY PLAN "+query, args) {
		plan += step[3] + "\n"
	}
	return rows, plan
}

// explained runs a query under EXPLAIN (ANALYZE).
func (db *database) explained(t testing.TB, query string, args []any) (rows int, plan string) {
	t.Helper()
	plan = db.rows(t, "EXPLAIN (ANALYZE, FORMAT JSON) "+query, args)[0][0]
	type node struct {
		Type    string  `json:"Node Type"`
		Rows    float64 `json:"Actual Rows"`
		Filter  float64 `json:"Rows Removed by Filter"`
		Recheck float64 `json:"Rows Removed by Index Recheck"`
		Loops   float64 `json:"Actual Loops"`
		Plans   []node
	}
	var top []struct{ Plan node }
	require.NoError(t, json.Unmarshal([]byte(plan), &top))
	var walk func(n *node)
	walk = func(n *node) {
		if strings.HasSuffix(n.Type, "Scan") && n.Type != "Bitmap Index Scan" {
			rows += int((n.Rows + n.Filter + n.Recheck) * n.Loops)
		}
		for i := range n.Plans {
			walk(&n.Plans[i])
		}
	}
	walk(&top[0].Plan)
	return rows, plan
}

// rows are the results of a query as text.
func (db *database) rows(t testing.TB, query string, args []any) (out [][]string) {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query, args...)
	require.NoError(t, err, query)
	defer func() { require.NoError(t, result.Close()) }()
	names, err := result.Columns()
	require.NoError(t, err)
	for result.Next() {
		values := make([]sql.NullString, len(names))
		dest := make([]any, len(names))
		for i := range dest {
			dest[i] = &values[i]
		}
		require.NoError(t, result.Scan(dest...))
		row := make([]string, len(names))
		for i := range row {
			row[i] = values[i].String
		}
		out = append(out, row)
	}
	require.NoError(t, result.Err(), query)
	return out
}

// Candidates makes the database a source.
func (db *database) Candidates(ctx context.Context, class retention.ClassID, today retention.Date, after string, limit int) ([]retention.Candidate, error) {
	cutoffs, err := db.schedule.Cutoffs(today, class)
	if err != nil {
		return nil, err
	}
	due, err := cutoffs.Select(db.Table, class)
	if err != nil {
		return nil, err
	}
	return batch(ctx, db, due, after, limit)
}

// querier is a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// batch reads the next candidates.
func batch(ctx context.Context, q querier, due *retention.Selection, after string, limit int) (list []retention.Candidate, err error) {
	query, args, err := due.Batch(after, limit)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := due.Scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}
