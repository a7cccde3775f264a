package crash

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// clock is one that a test turns.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) turn(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

const year = 365 * 24 * time.Hour

func noon() time.Time { return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC) }

// The clock jumps back by hours and years while the ledger is open: what it records is in the order in which it was recorded, and
// the last act decides.
func TestClockBack(t *testing.T) {
	t.Parallel()
	db, store := openSQLite(t, filepath.Join(t.TempDir(), "ledger.db"))
	defer db.Close()
	c := &clock{at: noon()}
	cfg, err := newIdentity(t).config(store, c.now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), noon().Add(-20*year))
	require.NoError(t, err)
	var last time.Time
	for i, jump := range []time.Duration{0, -time.Hour, -2 * year, 3 * time.Minute, -10 * year, -time.Second} {
		c.turn(jump)
		s := basis.Subject("c-1")
		record := l.Give
		e := given(s, hash)
		if i%2 == 1 {
			record, e = l.Withdraw, consent.Event{Subject: s}
		}
		id, err := record(t.Context(), e)
		require.NoError(t, err)
		got, err := l.Event(t.Context(), id)
		require.NoError(t, err)
		require.True(t, got.Recorded.After(last), "jump %d", i)
		require.False(t, got.Occurred.After(got.Recorded))
		last = got.Recorded
		d, err := l.Decide(t.Context(), consent.Query{Subject: s, Purpose: "newsletter", Channel: basis.Email, At: last})
		require.NoError(t, err)
		require.Equal(t, i%2 == 0, d.Consented(), "jump %d: the last act decides", i)
		sequence(t, l)
	}
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// Two processes whose clocks differ by years both believe that they hold the lease: the log is one, and every event is in it once.
func TestTwoSequencersAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	id := newIdentity(t)
	var ledgers []*consent.Ledger
	var hash consent.NoticeHash
	for _, at := range []time.Time{noon(), noon().Add(2 * year)} {
		db, store := openSQLite(t, path)
		defer db.Close()
		c := &clock{at: at}
		cfg, err := id.config(store, c.now)
		require.NoError(t, err)
		l, err := consent.Open(t.Context(), cfg)
		require.NoError(t, err)
		if len(ledgers) == 0 {
			hash, err = l.Publish(t.Context(), shown(), noon().Add(-time.Hour))
			require.NoError(t, err)
		}
		ledgers = append(ledgers, l)
	}
	const each = 40
	var wg sync.WaitGroup
	for i, l := range ledgers {
		wg.Go(func() {
			for n := range each {
				if _, err := l.Give(t.Context(), given(basis.Subject(fmt.Sprintf("%d-%d", i, n)), hash)); err != nil {
					t.Error(err)
					return
				}
				if _, err := l.Sequence(t.Context()); err != nil && !errors.Is(err, consent.ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	sequence(t, ledgers[0])
	head, _, err := ledgers[1].Head(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2*each, head.Size)
	found, err := ledgers[1].Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

// A process whose clock was years ahead took the lease and ended: another takes over, and does not wait for years.
func TestLeaseOfAClockAhead(t *testing.T) {
	t.Parallel()
	db, lite := openSQLite(t, filepath.Join(t.TempDir(), "ledger.db"))
	defer db.Close()
	for name, store := range map[string]consent.Store{"memory": &consent.Memory{}, "sqlite": lite} {
		t.Run(name, func(t *testing.T) {
			mine, err := store.Lease(t.Context(), "ahead", noon().Add(2*year), noon().Add(2*year+10*time.Second))
			require.NoError(t, err)
			require.True(t, mine)
			mine, err = store.Lease(t.Context(), "right", noon(), noon().Add(10*time.Second))
			require.NoError(t, err)
			require.True(t, mine)
			mine, err = store.Lease(t.Context(), "other", noon().Add(time.Second), noon().Add(11*time.Second))
			require.NoError(t, err)
			require.False(t, mine)
		})
	}
}

// The program starts again with a clock that is behind: a withdrawal is still the last act.
func TestClockBackBetweenProcesses(t *testing.T) {
	t.Parallel()
	db, store := openSQLite(t, filepath.Join(t.TempDir(), "ledger.db"))
	defer db.Close()
	c := &clock{at: noon()}
	cfg, err := newIdentity(t).config(store, c.now)
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), noon().Add(-20*year))
	require.NoError(t, err)
	for i, back := range []time.Duration{-time.Hour, -2 * year} {
		s := basis.Subject([]string{"c-1", "c-2"}[i])
		_, err = l.Give(t.Context(), given(s, hash))
		require.NoError(t, err)
		c.turn(back)
		l, err = consent.Open(t.Context(), cfg) // another process
		require.NoError(t, err)
		_, err = l.Withdraw(t.Context(), consent.Event{Subject: s})
		require.NoError(t, err)
		c.turn(-back + time.Hour) // the clock is set right
		d, err := l.Decide(t.Context(), consent.Query{Subject: s, Purpose: "newsletter", Channel: basis.Email, At: c.now()})
		require.NoError(t, err)
		require.False(t, d.Consented(), "the withdrawal came last")
	}
}
