package consenttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

var contexts = []test{
	{"with one that is done, what writes is an error and changes nothing", func(t *testing.T, s consent.Store) {
		e := entry("a")
		e.Short, e.ShortUntil = []byte("short"), noon()
		e.Messages = []consent.Message{message(e.ID, 0)}
		add(t, s, e)
		require.NoError(t, s.Grow(t.Context(), growth(0, e)))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, err := range map[string]error{
			"Append":      second(s.Append(ctx, []consent.Entry{entry("a")})),
			"Erase":       s.Erase(ctx, []basis.Subject{"a"}, func([]consent.Stored) (consent.Erasure, error) { return erasure("a"), nil }),
			"Expire":      second(s.Expire(ctx, noon())),
			"PutNotice":   s.PutNotice(ctx, consent.Published{Notice: []byte("x")}),
			"Grow":        s.Grow(ctx, growth(1)),
			"Cosign":      s.Cosign(ctx, 1, note(1), []byte("signed")),
			"Lease":       second(s.Lease(ctx, "a", noon(), noon())),
			"Suppress":    s.Suppress(ctx, []consent.Suppression{withdrawn("a", noon())}),
			"Tried":       s.Tried(ctx, e.Messages[0].ID, noon()),
			"Acknowledge": s.Acknowledge(ctx, e.Messages[0].ID, noon()),
			"Stand":       s.Stand(ctx, []basis.Subject{"a"}, 1, []consent.Standing{standing("a", e)}),
		} {
			require.ErrorIs(t, err, context.Canceled, name)
		}
		history(t, s, "a", e)
		published, err := s.Notices(t.Context())
		require.NoError(t, err)
		require.Empty(t, published)
		got, _, err := s.Checkpoint(t.Context(), -1)
		require.NoError(t, err)
		require.Equal(t, string(note(1)), string(got))
		require.Empty(t, list(t, s.AllSuppressions(t.Context())))
		waiting(t, s, e.Messages...)
		require.Empty(t, standingOf(t, s))
	}},
	{"with one that is done, what reads is an error", func(t *testing.T, s consent.Store) {
		e := entry("a")
		add(t, s, e)
		require.NoError(t, s.Grow(t.Context(), growth(0, e)))
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{withdrawn("a", noon())}))
		stand(t, s, 1, standing("a", e))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, checkpoint := s.Checkpoint(ctx, -1)
		_, _, acknowledged := s.Acknowledged(ctx, e.ID)
		for name, err := range map[string]error{
			"History":         second(s.History(ctx, "a")),
			"Find":            second(s.Find(ctx, e.ID)),
			"Notices":         second(s.Notices(ctx)),
			"Pending":         second(s.Pending(ctx, 1)),
			"Checkpoint":      checkpoint,
			"Tile":            second(s.Tile(ctx, 0, 0)),
			"Position":        second(s.Position(ctx, e.ID)),
			"Suppressions":    second(s.Suppressions(ctx, []consent.Mark{mark("address", "a")})),
			"Messages":        second(s.Messages(ctx, 1)),
			"Acknowledged":    acknowledged,
			"All":             first(s.All(ctx)),
			"Leaves":          first(s.Leaves(ctx, 0)),
			"Checkpoints":     first(s.Checkpoints(ctx)),
			"AllSuppressions": first(s.AllSuppressions(ctx)),
			"Standings":       first(s.Standings(ctx, "newsletter", basis.Email, noon().Add(-1))),
		} {
			require.ErrorIs(t, err, context.Canceled, name)
		}
	}},
	{"one that is done halfway ends an iterator with an error", func(t *testing.T, s consent.Store) {
		several(t, s, 600)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		var last error
		for _, err := range s.All(ctx) {
			n++
			last = err
			cancel()
		}
		require.Equal(t, 2, n)
		require.ErrorIs(t, last, context.Canceled)
	}},
}

func second[T any](_ T, err error) error { return err }

// first is the error of the first element, and of there being a second after an error.
func first[T any](seq func(func(T, error) bool)) (out error) {
	n := 0
	for _, err := range seq {
		if n++; n == 2 {
			return errors.New("it went on after an error")
		}
		out = err
	}
	return out
}

var concurrent = []test{
	{"64 writers and readers lose nothing", func(t *testing.T, s consent.Store) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		var all []consent.Entry
		for i := range 64 {
			wg.Go(func() {
				for range 3 {
					e := entry(basis.Subject(fmt.Sprint("c-", i%7)))
					_, err := s.Append(t.Context(), []consent.Entry{e})
					if err == nil {
						_, err = s.History(t.Context(), e.Subject)
					}
					mu.Lock()
					all = append(all, e)
					mu.Unlock()
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		sameEvents(t, all, list(t, s.All(t.Context())))
		require.ElementsMatch(t, idsOf(all), pending(t, s))
	}},
	{"of writers with one key one adds, and all get its id", func(t *testing.T, s consent.Store) {
		var wg sync.WaitGroup
		ids := make([]consent.EventID, 64)
		for i := range ids {
			wg.Go(func() {
				got, err := s.Append(t.Context(), []consent.Entry{keyed(entry("c-1"), "k")})
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = got[0]
			})
		}
		wg.Wait()
		got, err := s.History(t.Context(), "c-1")
		require.NoError(t, err)
		require.Len(t, got, 1)
		for _, id := range ids {
			require.Equal(t, got[0].ID, id)
		}
	}},
	{"batches with the same people and keys in different orders", func(t *testing.T, s consent.Store) {
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				var batch []consent.Entry
				for j := range 20 {
					n := j
					if i%2 == 1 {
						n = 19 - j
					}
					batch = append(batch, keyed(entry(basis.Subject(fmt.Sprint("c-", n%5))), fmt.Sprint(n)))
				}
				if _, err := s.Append(t.Context(), batch); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.Len(t, list(t, s.All(t.Context())), 20)
	}},
	{"no grant slips in beside an erasure", func(t *testing.T, s consent.Store) {
		for round := range 8 {
			who := basis.Subject(fmt.Sprint("c-", round))
			add(t, s, entry(who))
			var wg sync.WaitGroup
			var added, refused atomic.Int32
			for range 16 {
				wg.Go(func() {
					_, err := s.Append(t.Context(), []consent.Entry{entry(who)})
					switch {
					case err == nil:
						added.Add(1)
					case errors.Is(err, consent.ErrErased):
						refused.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			var planned int
			wg.Go(func() {
				err := s.Erase(t.Context(), []basis.Subject{who}, func(events []consent.Stored) (consent.Erasure, error) {
					planned = len(events)
					return erasure(who), nil
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			history(t, s, who)
			require.EqualValues(t, 16, added.Load()+refused.Load())
			require.EqualValues(t, planned-1, added.Load(), "what was added came before the plan")
		}
	}},
	{"readers see an erasure whole or not at all", func(t *testing.T, s consent.Store) {
		for round := range 8 {
			who := basis.Subject(fmt.Sprint("c-", round))
			all := []consent.Entry{entry(who), entry(who), entry(who)}
			add(t, s, all...)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					got, err := s.History(t.Context(), who)
					if err != nil || len(got) != 0 && len(got) != 3 {
						t.Error(len(got), err)
					}
					for _, e := range got {
						if want := "disclosure of " + e.ID.String() + "\n"; string(e.Disclosures) != want {
							t.Errorf("%q, want %q", e.Disclosures, want)
						}
					}
				})
			}
			wg.Go(func() {
				if err := s.Erase(t.Context(), []basis.Subject{who}, func([]consent.Stored) (consent.Erasure, error) { return erasure(who), nil }); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
		}
	}},
	{"no standing outlives an event that came beside it", func(t *testing.T, s consent.Store) {
		for round := range 8 {
			who := basis.Subject(fmt.Sprint("c-", round))
			e := entry(who)
			add(t, s, e)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					events, err := s.History(t.Context(), who)
					if err == nil {
						err = s.Stand(t.Context(), []basis.Subject{who}, len(events), []consent.Standing{standing(who, e)})
					}
					if err != nil && !errors.Is(err, consent.ErrConflict) {
						t.Error(err)
					}
				})
				wg.Go(func() {
					if _, err := s.Append(t.Context(), []consent.Entry{entry(who)}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			n := countOf(t, s, who)
			if err := s.Stand(t.Context(), []basis.Subject{who}, n-1, []consent.Standing{standing(who, e)}); !errors.Is(err, consent.ErrConflict) {
				t.Fatal(err)
			}
			add(t, s, entry(who))
			require.NotContains(t, standingOf(t, s), who)
		}
	}},
	{"of two sequencers one extends the log", func(t *testing.T, s consent.Store) {
		e := several(t, s, 40)
		for i := range 10 {
			var wg sync.WaitGroup
			var won, lost atomic.Int32
			for range 8 {
				wg.Go(func() {
					err := s.Grow(t.Context(), growth(int64(4*i), e[4*i:4*i+4]...))
					switch {
					case err == nil:
						won.Add(1)
					case errors.Is(err, consent.ErrConflict):
						lost.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			require.EqualValues(t, 1, won.Load())
			require.EqualValues(t, 7, lost.Load())
		}
		require.Equal(t, idsOf(e), list(t, s.Leaves(t.Context(), 0)))
		require.Len(t, list(t, s.Checkpoints(t.Context())), 10)
		require.Empty(t, pending(t, s))
	}},
	{"of many holders one gets the lease", func(t *testing.T, s consent.Store) {
		var wg sync.WaitGroup
		var won atomic.Int32
		for i := range 16 {
			wg.Go(func() {
				ok, err := s.Lease(t.Context(), fmt.Sprint("holder ", i), noon(), noon().Add(1))
				if err != nil {
					t.Error(err)
				}
				if ok {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load())
	}},
	{"suppressions from all sides end at the latest", func(t *testing.T, s consent.Store) {
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				var marks []consent.Suppression
				for j := range 10 {
					a := (i + j) % 10
					marks = append(marks, withdrawn(fmt.Sprint(a), noon().Add(1<<i)))
				}
				if err := s.Suppress(t.Context(), marks); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, m := range list(t, s.AllSuppressions(t.Context())) {
			require.True(t, m.At.Equal(noon().Add(1<<15)))
		}
		require.Len(t, list(t, s.AllSuppressions(t.Context())), 10)
	}},
	{"an attempt is not lost among others", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		e.Messages = []consent.Message{message(e.ID, 0)}
		add(t, s, e)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := s.Tried(t.Context(), e.Messages[0].ID, noon()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want := e.Messages[0]
		want.Attempts, want.Tried = 20, noon()
		waiting(t, s, want)
	}},
}
