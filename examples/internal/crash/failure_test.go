package crash

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// The disk fills up under a ledger that records, erases and sequences: each call that fails says so, each that did not is
// there, and when there is space again the ledger goes on.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	db, store := openSQLite(t, filepath.Join(t.TempDir(), "ledger.db"))
	defer db.Close()
	db.SetMaxOpenConns(1) // the limit is of a connection
	cfg, err := newIdentity(t).config(store, time.Now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)
	limit := func(pages int) {
		_, err := db.ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages))
		require.NoError(t, err)
	}
	var acknowledged []consent.EventID
	erased := map[basis.Subject]bool{}
	failed := map[string]int{}
	n := 0
	for round := range 6 {
		limit(150 + 40*round)
		for refused := 0; refused < 8; n++ {
			s := basis.Subject(fmt.Sprint("c-", n))
			id, err := l.Give(t.Context(), given(s, hash))
			if err != nil {
				failed["give"]++
				refused++
			} else {
				acknowledged = append(acknowledged, id)
			}
			switch n % 3 {
			case 0:
				if _, err := l.Erase(t.Context(), s, consent.Erasing{Actor: consent.Person}); err != nil {
					failed["erase"]++
				} else {
					erased[s] = true
				}
			case 1:
				if _, err := l.Sequence(t.Context()); err != nil {
					failed["sequence"]++
				}
			}
		}
		if round%2 == 0 {
			continue
		}
		limit(10_000)
		found, err := l.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	}
	limit(10_000)
	sequence(t, l)
	for _, id := range acknowledged {
		file, err := l.Prove(t.Context(), id)
		require.NoError(t, err)
		_, err = cfg.Policy.Verify(file)
		require.NoError(t, err)
	}
	for s := range erased {
		events, err := l.History(t.Context(), s)
		require.NoError(t, err)
		require.Empty(t, events)
	}
	for _, what := range []string{"give", "erase", "sequence"} {
		require.NotZero(t, failed[what], what)
	}
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	t.Logf("%d events and %d erasures acknowledged, refused: %v", len(acknowledged), len(erased), failed)
}

// cutting is a driver whose every so manieth commit loses its connection: before it takes place, and after, in turn.
type cutting struct {
	driver.Driver
	commits *atomic.Int64
	every   *atomic.Int64 // 0: none
}

type conn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.ConnPrepareContext
}

type cutConn struct {
	conn
	cutting
	broken bool
}

func (c cutting) Open(name string) (driver.Conn, error) {
	opened, err := c.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return &cutConn{conn: opened.(conn), cutting: c}, nil
}

func (c *cutConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.broken {
		return nil, driver.ErrBadConn
	}
	every := c.every.Load()
	if query != "COMMIT" || every == 0 {
		return c.conn.ExecContext(ctx, query, args)
	}
	n := c.commits.Add(1)
	if n%every != 0 {
		return c.conn.ExecContext(ctx, query, args)
	}
	c.broken = true
	if n/every%2 == 0 {
		if _, err := c.conn.ExecContext(ctx, query, args); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the connection was lost")
}

func (c *cutConn) IsValid() bool { return !c.broken }

// Connections are lost during commits, before the commit took place and after: a caller gets an error or the truth, and a
// retry with the same key gives the one event.
func TestCommitLost(t *testing.T) {
	t.Parallel()
	var commits, every atomic.Int64
	sql.Register("sqlite that is cut", cutting{&sqlite.Driver{}, &commits, &every})
	db, err := sql.Open("sqlite that is cut", source(filepath.Join(t.TempDir(), "ledger.db")))
	require.NoError(t, err)
	defer db.Close()
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	cfg, err := newIdentity(t).config(store, time.Now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)

	every.Store(3)
	var failures atomic.Int64
	const writers, each = 8, 25
	ids := make([][each]consent.EventID, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				e := given(basis.Subject(fmt.Sprintf("w%d-%d", w, i)), hash)
				e.Key = string(e.Subject)
				for tries := 0; ; tries++ {
					id, err := l.Give(t.Context(), e)
					if err == nil {
						ids[w][i] = id
						break
					}
					if failures.Add(1); tries == 100 {
						t.Error(err)
						return
					}
				}
				if i%5 == 0 {
					_, _ = l.Sequence(t.Context()) // some of them fail, and the next takes it up
				}
			}
		})
	}
	wg.Wait()
	every.Store(0)
	require.NotZero(t, failures.Load())
	sequence(t, l)
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	head, _, err := l.Head(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, writers*each, head.Size, "one event for each key")
	for w := range ids {
		for i, id := range ids[w] {
			events, err := l.History(t.Context(), basis.Subject(fmt.Sprintf("w%d-%d", w, i)))
			require.NoError(t, err)
			require.Len(t, events, 1)
			require.Equal(t, id, events[0].ID)
			file, err := l.Prove(t.Context(), id)
			require.NoError(t, err)
			_, err = cfg.Policy.Verify(file)
			require.NoError(t, err)
		}
	}
	t.Log(failures.Load(), "calls failed")
}
