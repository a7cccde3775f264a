package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"time"

	"github.com/grondslag/grondslag/consent"
)

// DB is what reads and writes: a [sql.DB], [sql.Conn] or [sql.Tx], and the handles of most
// libraries above database/sql.
type DB interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Options say where the tables are and whose they are.
type Options struct {
	// Dialect is required.
	Dialect Dialect
	// Schema is the schema of the tables on PostgreSQL, which exists; empty: the first of the search path.
	Schema string
	// Prefix begins the name of each table; empty: consent_. Both are lower case letters,
	// digits and underscores, 31 at most, a digit not in front.
	Prefix string
	// Tenant is whose ledger it is. Stores of different tenants share tables and see nothing of each other.
	Tenant string
	// Patience is how long a writer waits for another program's transaction on SQLite; zero: 10 seconds.
	Patience time.Duration
}

// Store is a [consent.Store] in a database.
type Store struct {
	dialect  Dialect
	schema   string
	prefix   string
	table    string // what stands before the name of a table
	tenant   string
	patience time.Duration
	db       *sql.DB
	tx       *sql.Tx       // the caller's
	turn     chan struct{} // held by the writer of this process on SQLite
}

var _ consent.Store = (*Store)(nil)

// Open returns a store in the tables of a database. It does not look at the database: see [Store.Migrate]
// and [Store.Validate].
func Open(db *sql.DB, o Options) (*Store, error) {
	if db == nil {
		return nil, errors.New("consent: store: no database")
	}
	if !o.Dialect.Valid() {
		return nil, errors.New("consent: store: no dialect, want sqlite or postgres")
	}
	if o.Prefix == "" {
		o.Prefix = written
	}
	if !name.MatchString(o.Prefix) {
		return nil, errors.New("consent: store: a prefix is lower case letters, digits and underscores, 31 at most")
	}
	s := &Store{
		dialect: o.Dialect, schema: o.Schema, prefix: o.Prefix, table: o.Prefix, tenant: o.Tenant,
		patience: o.Patience, db: db, turn: make(chan struct{}, 1),
	}
	if s.patience <= 0 {
		s.patience = 10 * time.Second
	}
	if o.Schema != "" {
		if o.Dialect != PostgreSQL || !name.MatchString(o.Schema) {
			return nil, errors.New("consent: store: a schema is lower case letters, digits and underscores, 31 at most, on PostgreSQL")
		}
		s.table = `"` + o.Schema + `".` + o.Prefix
	}
	return s, nil
}

var name = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,30}$`)

// Tx returns the store within a transaction of the caller, so that what it writes is committed
// or rolled back together with what the caller writes. It neither commits nor rolls back. What
// it writes is durable when the caller has committed. It is not safe for concurrent use.
func (s *Store) Tx(tx *sql.Tx) *Store {
	in := *s
	in.tx = tx
	return &in
}

// reader is where to read.
func (s *Store) reader() DB {
	if s.tx != nil {
		return s.tx
	}
	return s.db
}

// stamp is an instant as it is stored, nil for none: Unix time in nanoseconds.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// instant is the opposite of stamp.
func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}

// The instants that fit in 64 bits of nanoseconds: from 1678 to 2262.
const (
	firstYear = 1678
	lastYear  = 2261
)

var errInstant = errors.New("consent: store: an instant outside the years 1678 to 2261")

// representable returns an error when an instant does not fit; none fits.
func representable(instants ...time.Time) error {
	for _, t := range instants {
		if y := t.UTC().Year(); !t.IsZero() && (y < firstYear || y > lastYear) {
			return errInstant
		}
	}
	return nil
}
