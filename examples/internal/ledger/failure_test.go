package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// TestDiskFull: what does not fit is an error, leaves nothing, and what was there stays.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	db := onSQLite(t)
	db.SetMaxOpenConns(1) // the limit is of a connection
	s := db.open(t, sqlstore.Options{})
	_, err := db.ExecContext(t.Context(), "PRAGMA max_page_count = 120")
	require.NoError(t, err)
	kept := 0
	for ; kept < 10_000; kept++ {
		if _, err = s.Append(t.Context(), []consent.Entry{grant("c-1")}); err != nil {
			break
		}
	}
	require.Regexp(t, `^consent: store: insert into [a-z]+: SQLite code 13 \(full\)$`, err.Error())
	require.Greater(t, kept, 20)
	count := func() int {
		events, err := s.History(t.Context(), "c-1")
		require.NoError(t, err)
		pending, err := s.Pending(t.Context(), 1<<20)
		require.NoError(t, err)
		require.Len(t, pending, len(events))
		return len(events)
	}
	require.Equal(t, kept, count())
	_, err = db.ExecContext(t.Context(), "PRAGMA max_page_count = 1000")
	require.NoError(t, err)
	add(t, s, grant("c-1"))
	require.Equal(t, kept+1, count())
	require.Equal(t, []string{"ok"}, texts(t, db.DB, "PRAGMA integrity_check"))
}

// flaky is a driver in which a commit fails: before it takes place, or after.
type flaky struct {
	driver.Driver
	before, after *atomic.Bool
}

func (f flaky) Open(name string) (driver.Conn, error) {
	c, err := f.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &flakyConn{conn: c.(conn), flaky: f}, nil
}

type conn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.ConnPrepareContext
}

type flakyConn struct {
	conn
	flaky
	broken bool
}

func (c *flakyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.broken {
		return nil, driver.ErrBadConn
	}
	commit := query == "COMMIT"
	if commit && c.before.Load() {
		c.broken = true
		return nil, errors.New("lost before, with a secret in it")
	}
	r, err := c.conn.ExecContext(ctx, query, args)
	if commit && c.after.Load() {
		c.broken = true
		return nil, errors.New("lost after, with a secret in it")
	}
	return r, err
}

func (c *flakyConn) IsValid() bool { return !c.broken }

// TestCommitFails: the outcome is unknown, an error says so, and a retry with the same key gets the first id.
func TestCommitFails(t *testing.T) {
	t.Parallel()
	var before, after atomic.Bool
	sql.Register("flaky sqlite", flaky{&sqlite.Driver{}, &before, &after})
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, err := sql.Open("flaky sqlite", source(path))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	for i, c := range []struct {
		fails *atomic.Bool
		there int
	}{{&before, 0}, {&after, 1}} {
		p := basis.Subject(fmt.Sprint("c-", i))
		e := grant(p)
		e.Key = consent.Mark{byte(i + 1)}
		c.fails.Store(true)
		_, err := s.Append(t.Context(), []consent.Entry{e})
		c.fails.Store(false)
		require.EqualError(t, err, "consent: store: append: commit, the outcome is unknown: it failed")
		events, err := s.History(t.Context(), p)
		require.NoError(t, err)
		require.Len(t, events, c.there)
		again := grant(p)
		again.Key = e.Key
		ids, err := s.Append(t.Context(), []consent.Entry{again})
		require.NoError(t, err)
		if c.there == 1 {
			require.Equal(t, []consent.EventID{e.ID}, ids)
		}
		events, err = s.History(t.Context(), p)
		require.NoError(t, err)
		require.Len(t, events, 1)
	}
}

// TestConnectionsLost: while writers write, the server ends their connections at random moments. What was
// confirmed is there, each key is there once, and no event is there in part.
func TestConnectionsLost(t *testing.T) {
	t.Parallel()
	db := onPostgreSQL(t)
	s := db.open(t, sqlstore.Options{})
	killer, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer killer.Close()
	_, err = killer.ExecContext(t.Context(), "SET application_name = 'killer'")
	require.NoError(t, err)
	var kills, failures atomic.Int32
	stop := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(rand.IntN(30)) * time.Millisecond):
			}
			var n int32
			err := killer.QueryRowContext(context.Background(), `SELECT COUNT(*) FROM (
				SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE application_name <> 'killer' AND backend_type = 'client backend' AND random() < 0.2) x`).Scan(&n)
			if err != nil {
				t.Error(err)
				return
			}
			kills.Add(n)
		}
	})
	const writers, each = 4, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			p := basis.Subject(fmt.Sprint("c-", w))
			for i := range each {
				var first consent.EventID
				for {
					e := grant(p)
					e.Key = consent.Mark{byte(w), byte(i), 1}
					ids, err := s.Append(context.Background(), []consent.Entry{e})
					if err != nil {
						failures.Add(1)
						if strings.Contains(err.Error(), string(p)) {
							t.Error(err)
						}
						continue
					}
					if first.IsZero() {
						first = ids[0]
						continue // and again: the same id
					}
					if ids[0] != first {
						t.Error("another id for the same key")
					}
					break
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	killing.Wait()
	t.Log(kills.Load(), "connections ended,", failures.Load(), "calls failed")
	require.NotZero(t, failures.Load())
	for w := range writers {
		events, err := s.History(t.Context(), basis.Subject(fmt.Sprint("c-", w)))
		require.NoError(t, err)
		require.Len(t, events, each)
	}
	pending, err := s.Pending(t.Context(), 1<<20)
	require.NoError(t, err)
	require.Len(t, pending, writers*each)
	require.Equal(t, []string{"80 80"}, texts(t, db.DB, "SELECT (SELECT COUNT(*) FROM consent_events) || ' ' || (SELECT COUNT(*) FROM consent_personal)"))
}

// TestErrorsSayNothing: an error of a driver quotes values, ours does not, nor does what it unwraps to.
func TestErrorsSayNothing(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		token := sqlstore.Token{Hash: [32]byte{1}, Subject: "secret-subject", Expires: noon(), Request: []byte("secret")}
		require.NoError(t, s.PutToken(t.Context(), token))
		err := s.PutToken(t.Context(), token)
		want := map[sqlstore.Dialect]string{sqlstore.SQLite: "SQLite code 1555 (constraint)", sqlstore.PostgreSQL: "SQLSTATE 23505"}
		require.EqualError(t, err, "consent: store: insert into tokens: "+want[db.dialect])
		require.Nil(t, errors.Unwrap(err))
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			require.NotContains(t, fmt.Sprintf(verb, fmt.Errorf("mine: %w", err)), "secret", verb)
		}
		switch db.dialect {
		case sqlstore.PostgreSQL:
			pg, ok := errors.AsType[*pgconn.PgError](err)
			require.True(t, ok, "who asks for it gets it")
			require.Equal(t, "23505", pg.Code)
			e := grant("c-1")
			e.Subject = "secret\x00subject"
			_, err = s.Append(t.Context(), []consent.Entry{e})
			require.EqualError(t, err, "consent: store: lock references: SQLSTATE 22021")
		case sqlstore.SQLite:
			lite, ok := errors.AsType[*sqlite.Error](err)
			require.True(t, ok, "who asks for it gets it")
			require.Equal(t, 1555, lite.Code())
		}
		_, err = db.ExecContext(t.Context(), "DROP TABLE consent_tokens")
		require.NoError(t, err)
		err = s.PutToken(t.Context(), token)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
	})
}

// TestBusy: a writer of another program is waited for, as long as the patience lasts.
func TestBusy(t *testing.T) {
	t.Parallel()
	db := onSQLite(t)
	path := filepath.ToSlash(db.path)
	impatient, err := sql.Open("sqlite", "file:"+path+"?_pragma=secure_delete(ON)") // no busy_timeout
	require.NoError(t, err)
	defer impatient.Close()
	db.open(t, sqlstore.Options{})
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "CREATE TABLE other (x)")
	require.NoError(t, err)

	s, err := sqlstore.Open(impatient, sqlstore.Options{Dialect: sqlstore.SQLite, Patience: 50 * time.Millisecond})
	require.NoError(t, err)
	_, err = s.Append(t.Context(), []consent.Entry{grant("c-1")})
	require.EqualError(t, err, "consent: store: append: begin: SQLite code 5 (busy)")

	s, err = sqlstore.Open(impatient, sqlstore.Options{Dialect: sqlstore.SQLite})
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := s.Append(t.Context(), []consent.Entry{grant("c-1")})
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatal("it did not wait", err)
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, tx.Commit())
	require.NoError(t, <-done)
}
