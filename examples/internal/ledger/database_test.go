package ledger

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/grondslag/grondslag/consent/sqlstore"
	"github.com/grondslag/grondslag/examples/internal/postgres"
)

// source is the data source name that the package comment of sqlstore asks for.
func source(path string) string {
	return "file:" + filepath.ToSlash(path) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=busy_timeout(5000)"
}

// lite opens a file of SQLite.
func lite(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", source(path))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// database is an empty one, and what a test of both needs to know of it.
type database struct {
	*sql.DB
	dialect sqlstore.Dialect
	path    string // of the file of SQLite
	tenants atomic.Int64
}

// databases runs a test on each database.
func databases(t *testing.T, run func(t *testing.T, db *database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, onPostgreSQL(t)) })
}

func onSQLite(t testing.TB) *database {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	return &database{DB: lite(t, path), dialect: sqlstore.SQLite, path: path}
}

func onPostgreSQL(t testing.TB) *database {
	t.Helper()
	db := postgres.Start(t)
	db.SetMaxOpenConns(40) // the server has a hundred
	db.SetMaxIdleConns(40)
	return &database{DB: db, dialect: sqlstore.PostgreSQL}
}

// open returns a store on the database, with its tables.
func (db *database) open(t testing.TB, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	o.Dialect = db.dialect
	s, err := sqlstore.Open(db.DB, o)
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Validate(t.Context()))
	return s
}

// empty returns a store of a tenant that has nothing yet.
func (db *database) empty(t testing.TB) *sqlstore.Store {
	t.Helper()
	return db.open(t, sqlstore.Options{Tenant: fmt.Sprint("tenant ", db.tenants.Add(1))})
}
