package consenttest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

var appending = []test{
	{"what is added comes back whole", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		e.Short, e.ShortUntil = []byte("short\n"), noon()
		add(t, s, e)
		history(t, s, "c-1", e)
		got, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		same(t, e.Stored, got)
		require.Equal(t, "UTC", got.ShortUntil.Location().String())
	}},
	{"a batch of nothing", func(t *testing.T, s consent.Store) {
		ids, err := s.Append(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, ids)
	}},
	{"empty values come back empty", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		e.Body, e.Disclosures, e.Short, e.ShortUntil = []byte{}, []byte{}, []byte{}, noon()
		nobody := entry()
		nobody.Grants, nobody.Disclosures = false, nil
		add(t, s, e, nobody)
		history(t, s, "c-1", e)
		history(t, s, "")
		got, err := s.Find(t.Context(), nobody.ID)
		require.NoError(t, err)
		same(t, nobody.Stored, got)
		require.Nil(t, got.Disclosures)
	}},
	{"any bytes and any text are kept", func(t *testing.T, s consent.Store) {
		who := basis.Subject(`a"b\c'd{e},f;g $1 ?1 %s ☃`)
		e := entry(who)
		e.Body = []byte{0, 1, 0xff, '\n', 0, '\'', '"', '\\'}
		e.Disclosures = []byte{0xfe, 0, 'x'}
		add(t, s, e, merger(who, `back\`))
		got, err := s.History(t.Context(), who)
		require.NoError(t, err)
		require.Len(t, got, 2)
		got, err = s.History(t.Context(), `back\`)
		require.NoError(t, err)
		require.Len(t, got, 2)
		found, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		same(t, e.Stored, found)
	}},
	{"an event of nobody keeps its disclosures", func(t *testing.T, s consent.Store) {
		e := entry()
		add(t, s, e)
		got, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		same(t, e.Stored, got)
	}},
	{"one whose key is known is not added, and its place has the id of the event that has the key", func(t *testing.T, s consent.Store) {
		first := keyed(entry("c-1"), "k")
		add(t, s, first)
		again := keyed(entry("c-1"), "k")
		again.Messages = []consent.Message{message(again.ID, 0)}
		again.Suppress = []consent.Suppression{withdrawn("a", noon())}
		other := keyed(entry("c-1"), "other")
		ids, err := s.Append(t.Context(), []consent.Entry{again, other})
		require.NoError(t, err)
		require.Equal(t, []consent.EventID{first.ID, other.ID}, ids)
		ids, err = s.Append(t.Context(), []consent.Entry{again})
		require.NoError(t, err)
		require.Equal(t, []consent.EventID{first.ID}, ids)
		history(t, s, "c-1", first, other)
		require.ElementsMatch(t, []consent.EventID{first.ID, other.ID}, pending(t, s))
		_, err = s.Find(t.Context(), again.ID)
		require.ErrorIs(t, err, consent.ErrUnknown)
		messages, err := s.Messages(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, messages)
		require.Empty(t, list(t, s.AllSuppressions(t.Context())))
	}},
	{"a key that is twice in a batch is one event", func(t *testing.T, s consent.Store) {
		a, b, c := keyed(entry("c-1"), "k"), keyed(entry("c-1"), "k"), keyed(entry("c-2"), "k")
		ids, err := s.Append(t.Context(), []consent.Entry{a, b, c})
		require.NoError(t, err)
		require.Equal(t, []consent.EventID{a.ID, a.ID, a.ID}, ids)
		history(t, s, "c-1", a)
		history(t, s, "c-2")
		require.Len(t, pending(t, s), 1)
	}},
	{"events without a key are as many as they are", func(t *testing.T, s consent.Store) {
		a, b := entry("c-1"), entry("c-1")
		add(t, s, a, b)
		history(t, s, "c-1", a, b)
	}},
	{"an id that is recorded is refused, and nothing of the batch is added", func(t *testing.T, s consent.Store) {
		old := entry("c-1")
		add(t, s, old)
		again, fresh := entry("c-2"), entry("c-2")
		again.ID = old.ID
		_, err := s.Append(t.Context(), []consent.Entry{fresh, again})
		require.Error(t, err)
		history(t, s, "c-1", old)
		history(t, s, "c-2")
		_, err = s.Append(t.Context(), []consent.Entry{again})
		require.Error(t, err)
		history(t, s, "c-2")
		require.Len(t, pending(t, s), 1)
	}},
	{"an id that is twice in a batch is refused, and nothing is added", func(t *testing.T, s consent.Store) {
		a, b := entry("c-1"), entry("c-2")
		b.ID = a.ID
		_, err := s.Append(t.Context(), []consent.Entry{a, b})
		require.Error(t, err)
		history(t, s, "c-1")
		history(t, s, "c-2")
		require.Empty(t, pending(t, s))
	}},
	{"what grants is refused under an erased reference, under any key of the ring, and nothing of the batch is added", func(t *testing.T, s consent.Store) {
		erase(t, s, "c-1")
		before := len(pending(t, s))
		for i := range 2 {
			grant := entry("c-1")
			grant.People[0] = []consent.Mark{grant.People[0][i]}
			fresh := entry("c-2")
			fresh.Messages = []consent.Message{message(fresh.ID, 0)}
			_, err := s.Append(t.Context(), []consent.Entry{fresh, grant})
			require.ErrorIs(t, err, consent.ErrErased)
			_, err = s.Append(t.Context(), []consent.Entry{grant})
			require.ErrorIs(t, err, consent.ErrErased)
		}
		history(t, s, "c-1")
		history(t, s, "c-2")
		require.Len(t, pending(t, s), before)
		messages, err := s.Messages(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, messages)
	}},
	{"a merger that grants is refused when the other one is erased", func(t *testing.T, s consent.Store) {
		erase(t, s, "c-1")
		_, err := s.Append(t.Context(), []consent.Entry{entry("c-2", "c-1")})
		require.ErrorIs(t, err, consent.ErrErased)
	}},
	{"what grants nothing is added under an erased reference", func(t *testing.T, s consent.Store) {
		erase(t, s, "c-1")
		e := entry("c-1")
		e.Grants = false
		add(t, s, e)
		history(t, s, "c-1", e)
	}},
	{"a known key comes before the refusal", func(t *testing.T, s consent.Store) {
		e := keyed(entry("c-1"), "k")
		add(t, s, e)
		erase(t, s, "c-1")
		ids, err := s.Append(t.Context(), []consent.Entry{keyed(entry("c-1"), "k")})
		require.NoError(t, err)
		require.Equal(t, []consent.EventID{e.ID}, ids)
	}},
	{"suppressions and messages of the entries are added", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		e.Grants = false
		e.Suppress = []consent.Suppression{withdrawn("a", noon())}
		e.Messages = []consent.Message{message(e.ID, 0)}
		add(t, s, e)
		require.Len(t, list(t, s.AllSuppressions(t.Context())), 1)
		messages, err := s.Messages(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, messages, 1)
	}},
	{"leaves are pending with their hashes, oldest first", func(t *testing.T, s consent.Store) {
		var want []consent.PendingLeaf
		for range 3 {
			e := entry("c-1")
			add(t, s, e)
			want = append(want, consent.PendingLeaf{ID: e.ID, Hash: e.Leaf})
		}
		got, err := s.Pending(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, err = s.Pending(t.Context(), 2)
		require.NoError(t, err)
		require.Equal(t, want[:2], got)
		got, err = s.Pending(t.Context(), 0)
		require.NoError(t, err)
		require.Empty(t, got)
	}},
	{"a batch of a thousand", func(t *testing.T, s consent.Store) {
		var batch []consent.Entry
		for i := range 1000 {
			e := entry(basis.Subject(fmt.Sprint("c-", i%400)))
			if i%3 == 0 {
				e = keyed(e, fmt.Sprint(i))
			}
			if i%5 == 0 {
				e.Short, e.ShortUntil = []byte("short"), noon()
			}
			batch = append(batch, e)
		}
		add(t, s, batch...)
		again := make([]consent.Entry, 0, len(batch)/3)
		var want []consent.EventID
		for i := 0; i < len(batch); i += 3 {
			again = append(again, keyed(entry("c-x"), fmt.Sprint(i)))
			want = append(want, batch[i].ID)
		}
		ids, err := s.Append(t.Context(), again)
		require.NoError(t, err)
		require.Equal(t, want, ids)
		sameEvents(t, batch, list(t, s.All(t.Context())))
		history(t, s, "c-7", batch[7], batch[407], batch[807])
		require.ElementsMatch(t, idsOf(batch), pending(t, s))
	}},
	{"what was given is not kept by reference", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		body, disclosures := string(e.Body), string(e.Disclosures)
		add(t, s, e)
		clear(e.Body)
		clear(e.Disclosures)
		got, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, body, string(got.Body))
		require.Equal(t, disclosures, string(got.Disclosures))
		clear(got.Body)
		again, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, body, string(again.Body))
	}},
}

var histories = []test{
	{"of nobody, and of someone unknown, is empty", func(t *testing.T, s consent.Store) {
		add(t, s, entry("c-1"), entry())
		history(t, s, "c-2")
		history(t, s, "")
	}},
	{"holds both sides of a merger", func(t *testing.T, s consent.Store) {
		a, b, m := entry("a"), entry("b"), merger("a", "b")
		add(t, s, a, b, m)
		history(t, s, "a", a, b, m)
		history(t, s, "b", a, b, m)
	}},
	{"follows chains of mergers in both directions", func(t *testing.T, s consent.Store) {
		var all []consent.Entry
		for i := range 12 {
			who := basis.Subject(fmt.Sprint("c-", i))
			all = append(all, entry(who))
			next := basis.Subject(fmt.Sprint("c-", i+1))
			if i%2 == 0 {
				all = append(all, merger(who, next))
			} else {
				all = append(all, merger(next, who))
			}
		}
		other := merger("x", "y")
		add(t, s, append(all, other)...)
		for _, who := range []basis.Subject{"c-0", "c-5", "c-12"} {
			history(t, s, who, all...)
		}
		history(t, s, "y", other)
	}},
	{"ends on cycles, and has each event once", func(t *testing.T, s consent.Store) {
		all := []consent.Entry{merger("a", "b"), merger("b", "c"), merger("c", "a"), merger("b", "a"), entry("c")}
		add(t, s, all...)
		for _, who := range []basis.Subject{"a", "b", "c"} {
			history(t, s, who, all...)
		}
	}},
	{"is that of the references only, not of texts like them", func(t *testing.T, s consent.Store) {
		a, b := entry("c-1"), entry("C-1")
		add(t, s, a, b, entry("c-10"), entry("c_1"), entry("c-1 "))
		history(t, s, "c-1", a)
		history(t, s, "C-1", b)
	}},
	{"find knows no other event", func(t *testing.T, s consent.Store) {
		add(t, s, entry("c-1"))
		_, err := s.Find(t.Context(), consent.NewEventID())
		require.ErrorIs(t, err, consent.ErrUnknown)
	}},
	{"all yields every event once, also many", func(t *testing.T, s consent.Store) {
		require.Empty(t, list(t, s.All(t.Context())))
		var all []consent.Entry
		for i := range 1234 {
			all = append(all, entry(basis.Subject(fmt.Sprint("c-", i))))
		}
		add(t, s, all...)
		sameEvents(t, all, list(t, s.All(t.Context())))
		sameEvents(t, all, list(t, s.All(t.Context())))
	}},
	{"all can be left early, and the store used meanwhile", func(t *testing.T, s consent.Store) {
		for range 3 {
			add(t, s, entry("c-1"))
		}
		n := 0
		for e, err := range s.All(t.Context()) {
			require.NoError(t, err)
			_, err = s.Find(t.Context(), e.ID)
			require.NoError(t, err)
			add(t, s, entry("c-2"))
			if n++; n == 2 {
				break
			}
		}
		require.Equal(t, 2, n)
		require.Len(t, list(t, s.All(t.Context())), 5)
	}},
}
