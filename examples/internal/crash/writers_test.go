package crash

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// 64 writers through one ledger, with two sequencers and readers beside them: nothing is lost, everything is provable, and a
// reader who was told of a withdrawal is never told yes again.
func TestWriters(t *testing.T) {
	each := 12
	if raceEnabled || testing.Short() {
		each = 2
	}
	for name, open := range map[string]func(t *testing.T) consent.Store{
		"memory": func(*testing.T) consent.Store { return &consent.Memory{} },
		"sqlite": func(t *testing.T) consent.Store {
			db, s := openSQLite(t, filepath.Join(t.TempDir(), "ledger.db"))
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := newIdentity(t).config(open(t), time.Now)
			require.NoError(t, err)
			writeTogether(t, cfg, each)
		})
	}
}

// writeTogether has 64 writers record for some people each: a grant, every other time withdrawn.
func writeTogether(t *testing.T, cfg consent.Config, each int) {
	const writers = 64
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)

	ctx, stop := context.WithCancel(t.Context())
	var beside, writing sync.WaitGroup
	for i := range 2 {
		s := consent.Sequencer{Ledger: l, Holder: fmt.Sprint("holder ", i), Every: 5 * time.Millisecond, Failed: func(err error) { t.Error(err) }}
		beside.Go(func() {
			if err := s.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	var withdrawn sync.Map // of references, after the ledger acknowledged it
	var asked atomic.Int64
	for range 2 {
		beside.Go(func() {
			for ctx.Err() == nil {
				withdrawn.Range(func(s, _ any) bool {
					d, err := l.Decide(ctx, consent.Query{Subject: s.(basis.Subject), Purpose: "newsletter", Channel: basis.Email, At: time.Now().Add(time.Hour)})
					if errors.Is(err, context.Canceled) {
						return false
					}
					asked.Add(1)
					if err != nil || d.Consented() {
						t.Error("a withdrawal that was acknowledged is not seen", err)
					}
					return ctx.Err() == nil
				})
				time.Sleep(time.Millisecond)
			}
		})
	}
	ids := make([][]consent.EventID, writers)
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				s := basis.Subject(fmt.Sprintf("w%d-%d", w, i))
				id, err := l.Give(t.Context(), given(s, hash))
				if err != nil {
					t.Error(err)
					return
				}
				ids[w] = append(ids[w], id)
				if i%2 == 0 {
					continue
				}
				if id, err = l.Withdraw(t.Context(), consent.Event{Subject: s}); err != nil {
					t.Error(err)
					return
				}
				ids[w] = append(ids[w], id)
				withdrawn.Store(s, nil)
			}
		})
	}
	writing.Wait()
	stop()
	beside.Wait()
	sequence(t, l)

	require.NotZero(t, asked.Load())
	head, _, err := l.Head(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, writers*(each+each/2), head.Size, "each event once")
	for w := range ids {
		require.Len(t, ids[w], each+each/2)
		for _, id := range ids[w] {
			file, err := l.Prove(t.Context(), id)
			require.NoError(t, err)
			_, err = cfg.Policy.Verify(file)
			require.NoError(t, err)
		}
	}
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}
