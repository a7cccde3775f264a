// Package consenttest has the tests that every [consent.Store] passes.
//
//	func TestStore(t *testing.T) {
//		consenttest.Run(t, func(t testing.TB) consent.Store { return mystore.Open(t) })
//	}
//
// Each sentence of the contract is a test by that name. Run them with -race.
package consenttest

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Run runs the tests. open returns an empty store each time; it may use t.Cleanup.
func Run(t *testing.T, open func(t testing.TB) consent.Store) {
	for _, g := range []struct {
		name  string
		tests []test
	}{
		{"append", appending}, {"history", histories}, {"erase", erasures}, {"expire", expiries}, {"notices", notices},
		{"log", logs}, {"suppressions", suppressions}, {"outbox", outboxes}, {"standings", standings},
		{"contexts", contexts}, {"concurrency", concurrent},
	} {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.tests {
				t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
			}
		})
	}
}

type test struct {
	name string
	run  func(t *testing.T, s consent.Store)
}

// noon is an instant with nanoseconds, which are to survive.
func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 123456789, time.UTC) }

// mark is a keyed hash as a ring with that key would make it; tests need no real one.
func mark(key, text string) consent.Mark { return sha256.Sum256([]byte(key + "|" + text)) }

// marksOf are the marks of a reference under a ring of two keys.
func marksOf(s basis.Subject) []consent.Mark {
	return []consent.Mark{mark("new", string(s)), mark("old", string(s))}
}

// entry is one that grants, linked to the people.
func entry(people ...basis.Subject) consent.Entry {
	id := consent.NewEventID()
	e := consent.Entry{Grants: true}
	e.ID = id
	e.Body = []byte("the body of " + id.String() + "\n")
	e.Leaf = tlog.RecordHash(e.Body)
	e.Disclosures = []byte("disclosure of " + id.String() + "\n")
	for i, p := range people {
		if i == 0 {
			e.Subject = p
		} else {
			e.With = p
		}
		e.People = append(e.People, marksOf(p))
	}
	return e
}

// merger links two references and grants nothing.
func merger(a, b basis.Subject) consent.Entry {
	e := entry(a, b)
	e.Grants = false
	return e
}

func keyed(e consent.Entry, key string) consent.Entry {
	e.Key = mark("idempotency", key)
	return e
}

func add(t testing.TB, s consent.Store, entries ...consent.Entry) {
	t.Helper()
	ids, err := s.Append(t.Context(), entries)
	require.NoError(t, err)
	require.Equal(t, idsOf(entries), ids)
}

func idsOf(entries []consent.Entry) []consent.EventID {
	ids := make([]consent.EventID, len(entries))
	for i := range entries {
		ids[i] = entries[i].ID
	}
	return ids
}

// history requires that exactly these entries are the history of the person.
func history(t testing.TB, s consent.Store, p basis.Subject, want ...consent.Entry) {
	t.Helper()
	got, err := s.History(t.Context(), p)
	require.NoError(t, err)
	sameEvents(t, want, got)
}

// sameEvents requires that the events are those of the entries, in any order.
func sameEvents(t testing.TB, want []consent.Entry, got []consent.Stored) {
	t.Helper()
	require.ElementsMatch(t, idsOf(want), storedIDs(got))
	for _, e := range want {
		for _, o := range got {
			if o.ID == e.ID {
				same(t, e.Stored, o)
			}
		}
	}
}

func storedIDs(list []consent.Stored) []consent.EventID {
	ids := make([]consent.EventID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// same requires that an event came back as it was put in.
func same(t testing.TB, want, got consent.Stored) {
	t.Helper()
	require.Equal(t, want.ID, got.ID)
	require.True(t, bytes.Equal(want.Body, got.Body), "body %q, want %q", got.Body, want.Body)
	require.Equal(t, want.Subject, got.Subject)
	require.Equal(t, want.With, got.With)
	require.True(t, bytes.Equal(want.Disclosures, got.Disclosures), "disclosures %q, want %q", got.Disclosures, want.Disclosures)
	require.True(t, bytes.Equal(want.Short, got.Short), "short %q, want %q", got.Short, want.Short)
	require.Equal(t, want.Short == nil, got.Short == nil)
	require.True(t, want.ShortUntil.Equal(got.ShortUntil), "%v, want %v", got.ShortUntil, want.ShortUntil)
}

// list reads all that an iterator has.
func list[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		require.NoError(t, err)
		out = append(out, v)
	}
	return out
}

// pending returns the ids of all leaves that are not in the log.
func pending(t testing.TB, s consent.Store) []consent.EventID {
	t.Helper()
	leaves, err := s.Pending(t.Context(), 1<<20)
	require.NoError(t, err)
	ids := make([]consent.EventID, len(leaves))
	for i := range leaves {
		ids[i] = leaves[i].ID
	}
	return ids
}
