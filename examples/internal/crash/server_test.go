package crash

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
	"github.com/grondslag/grondslag/examples/internal/postgres"
)

// serverKills is how often the server of PostgreSQL goes down.
const serverKills = 5

// A process of the PostgreSQL server is killed, five times under a load of writes and a sequencer: the server then stops all of
// its processes at once, as an immediate stop does, and recovers from its write-ahead log. What was acknowledged is there, once for each key, and provable.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	started := postgres.Start(t)
	var folder string
	require.NoError(t, started.QueryRowContext(t.Context(), "SHOW unix_socket_directories").Scan(&folder))
	// The server of the other tests acknowledges before it writes: not here.
	db, err := sql.Open("pgx", "host="+folder+" user=test dbname=postgres options='-c synchronous_commit=on'")
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(16)
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.PostgreSQL})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	cfg, err := newIdentity(t).config(store, time.Now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)

	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var failures atomic.Int64
	var mu sync.Mutex
	acknowledged := map[string]consent.EventID{}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				e := given(basis.Subject(fmt.Sprintf("w%d-%d", w, i)), hash)
				e.Key = string(e.Subject)
				for ctx.Err() == nil { // until it is known what became of it
					id, err := l.Give(context.WithoutCancel(ctx), e)
					if err == nil {
						mu.Lock()
						acknowledged[e.Key] = id
						mu.Unlock()
						break
					}
					failures.Add(1)
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	wg.Go(func() {
		for ctx.Err() == nil {
			if _, err := l.Sequence(context.WithoutCancel(ctx)); err != nil {
				time.Sleep(5 * time.Millisecond)
			}
		}
	})
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(acknowledged) }
	for range serverKills {
		before := count()
		require.Eventually(t, func() bool { return count() > before+20 }, 30*time.Second, time.Millisecond, "it works again")
		var process int
		require.NoError(t, started.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&process))
		p, err := os.FindProcess(process)
		require.NoError(t, err)
		require.NoError(t, p.Kill())
		require.Eventually(t, func() bool { return started.PingContext(t.Context()) == nil }, 30*time.Second, 5*time.Millisecond)
	}
	before := count()
	require.Eventually(t, func() bool { return count() > before+20 }, 30*time.Second, time.Millisecond)
	stop()
	wg.Wait()
	require.NotZero(t, failures.Load())

	sequence(t, l)
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	for key, id := range acknowledged {
		events, err := l.History(t.Context(), basis.Subject(key))
		require.NoError(t, err)
		require.Len(t, events, 1, "one event for a key, however often it was tried")
		require.Equal(t, id, events[0].ID)
		file, err := l.Prove(t.Context(), id)
		require.NoError(t, err)
		_, err = cfg.Policy.Verify(file)
		require.NoError(t, err)
	}
	t.Logf("the server went down %d times: %d events acknowledged, %d calls failed", serverKills, len(acknowledged), failures.Load())
}
