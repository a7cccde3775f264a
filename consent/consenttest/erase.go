package consenttest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

// erasure is what a plan has at least.
func erasure(people ...basis.Subject) consent.Erasure {
	e := consent.Erasure{At: noon(), Event: entry()}
	e.Event.Grants = false
	for _, p := range people {
		e.People = append(e.People, marksOf(p))
	}
	return e
}

// erase erases the references, and returns the event that says so.
func erase(t testing.TB, s consent.Store, people ...basis.Subject) consent.Entry {
	t.Helper()
	e := erasure(people...)
	require.NoError(t, s.Erase(t.Context(), people, func([]consent.Stored) (consent.Erasure, error) { return e, nil }))
	return e.Event
}

// bare requires that of the event only the body is left.
func bare(t testing.TB, s consent.Store, e consent.Entry) {
	t.Helper()
	got, err := s.Find(t.Context(), e.ID)
	require.NoError(t, err)
	same(t, consent.Stored{ID: e.ID, Body: e.Body}, got)
	require.Nil(t, got.Disclosures)
}

var erasures = []test{
	{"the plan gets the events of the references themselves, whole", func(t *testing.T, s consent.Store) {
		a, b, m, far := entry("a"), entry("b"), merger("a", "b"), entry("c")
		a.Short, a.ShortUntil = []byte("short"), noon()
		add(t, s, a, b, m, far)
		called := false
		require.NoError(t, s.Erase(t.Context(), []basis.Subject{"a"}, func(got []consent.Stored) (consent.Erasure, error) {
			called = true
			sameEvents(t, []consent.Entry{a, m}, got)
			return erasure("a"), nil
		}))
		require.True(t, called)
	}},
	{"the plan gets an event that links two of the references once", func(t *testing.T, s consent.Store) {
		a, b, m := entry("a"), entry("b"), merger("a", "b")
		add(t, s, a, b, m)
		require.NoError(t, s.Erase(t.Context(), []basis.Subject{"a", "b", "a", ""}, func(got []consent.Stored) (consent.Erasure, error) {
			sameEvents(t, []consent.Entry{a, b, m}, got)
			return erasure("a", "b"), nil
		}))
		for _, e := range []consent.Entry{a, b, m} {
			bare(t, s, e)
		}
	}},
	{"disclosures and links go, the body stays, others stay", func(t *testing.T, s consent.Store) {
		a, b := entry("a"), entry("b")
		a.Short, a.ShortUntil = []byte("short"), noon()
		add(t, s, a, b)
		event := erase(t, s, "a")
		bare(t, s, a)
		history(t, s, "a")
		history(t, s, "b", b)
		require.ElementsMatch(t, []consent.EventID{a.ID, b.ID, event.ID}, storedIDs(list(t, s.All(t.Context()))))
		done, err := s.Expire(t.Context(), noon())
		require.NoError(t, err)
		require.Zero(t, done)
	}},
	{"a merger loses its link and disclosures when one of them is erased", func(t *testing.T, s consent.Store) {
		a, b, m := entry("a"), entry("b"), merger("a", "b")
		add(t, s, a, b, m)
		erase(t, s, "b")
		bare(t, s, m)
		history(t, s, "a", a)
		history(t, s, "b")
	}},
	{"a chain falls apart where one of it is erased", func(t *testing.T, s consent.Store) {
		a, c, ab, bc := entry("a"), entry("c"), merger("a", "b"), merger("b", "c")
		add(t, s, a, c, ab, bc)
		erase(t, s, "b")
		history(t, s, "a", a)
		history(t, s, "c", c)
	}},
	{"the event that says so is added, linked to nobody, and pending", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		e := erase(t, s, "a")
		got, err := s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		same(t, e.Stored, got)
		require.Contains(t, pending(t, s), e.ID)
		require.Contains(t, pending(t, s), a.ID)
	}},
	{"someone without events can be erased, and twice", func(t *testing.T, s consent.Store) {
		erase(t, s, "a")
		erase(t, s, "a")
		_, err := s.Append(t.Context(), []consent.Entry{entry("a")})
		require.ErrorIs(t, err, consent.ErrErased)
	}},
	{"many references at once", func(t *testing.T, s consent.Store) {
		var all []consent.Entry
		var people []basis.Subject
		for i := range 1200 {
			people = append(people, basis.Subject(fmt.Sprint("c-", i)))
			all = append(all, entry(people[i]))
		}
		all[1199].With = "c-0"
		add(t, s, all...)
		stand(t, s, 1, standing("c-5", all[5]))
		require.NoError(t, s.Erase(t.Context(), people, func(got []consent.Stored) (consent.Erasure, error) {
			sameEvents(t, all, got)
			return erasure(people...), nil
		}))
		for _, i := range []int{0, 5, 700, 1199} {
			bare(t, s, all[i])
			history(t, s, people[i])
		}
		require.Empty(t, standingOf(t, s))
	}},
	{"what was added after an erasure can be erased", func(t *testing.T, s consent.Store) {
		erase(t, s, "a")
		e := entry("a")
		e.Grants = false
		add(t, s, e)
		erase(t, s, "a")
		bare(t, s, e)
	}},
	{"an error of the plan is returned as it is, and nothing changes", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		mine := errors.New("mine")
		err := s.Erase(t.Context(), []basis.Subject{"a"}, func([]consent.Stored) (consent.Erasure, error) { return erasure("a"), mine })
		require.Equal(t, mine, err)
		history(t, s, "a", a)
		b := entry("a")
		add(t, s, b)
		history(t, s, "a", a, b)
		require.Len(t, pending(t, s), 2)
	}},
	{"a capsule, suppressions and messages are added", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		e := erasure("a")
		e.Capsules = []consent.KeptCapsule{capsule(a, noon())}
		e.Suppress = []consent.Suppression{withdrawn("a", noon())}
		e.Messages = []consent.Message{message(e.Event.ID, 0)}
		require.NoError(t, s.Erase(t.Context(), []basis.Subject{"a"}, func([]consent.Stored) (consent.Erasure, error) { return e, nil }))
		got := list(t, s.Capsules(t.Context()))
		require.Len(t, got, 1)
		want := e.Capsules[0]
		require.Equal(t, want.ID, got[0].ID)
		require.Equal(t, want.Salt, got[0].Salt)
		require.True(t, want.Time.Equal(got[0].Time), got[0].Time)
		require.True(t, want.Until.Equal(got[0].Until), got[0].Until)
		require.True(t, bytes.Equal(a.Body, got[0].Body))
		require.Len(t, list(t, s.AllSuppressions(t.Context())), 1)
		messages, err := s.Messages(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, messages, 1)
	}},
	{"many capsules are each yielded once, and can be left early", func(t *testing.T, s consent.Store) {
		var all []consent.Entry
		e := erasure("a")
		for range 777 {
			all = append(all, entry("a"))
			e.Capsules = append(e.Capsules, capsule(all[len(all)-1], noon()))
		}
		add(t, s, all...)
		require.NoError(t, s.Erase(t.Context(), []basis.Subject{"a"}, func([]consent.Stored) (consent.Erasure, error) { return e, nil }))
		var ids []consent.EventID
		for _, c := range list(t, s.Capsules(t.Context())) {
			ids = append(ids, c.ID)
		}
		require.ElementsMatch(t, idsOf(all), ids)
		for _, err := range s.Capsules(t.Context()) {
			require.NoError(t, err)
			break
		}
	}},
	{"standings of the references, and of who is merged with them, are deleted", func(t *testing.T, s consent.Store) {
		a, b, c, d := entry("a"), entry("b"), entry("c"), entry("d")
		add(t, s, a, b, c, d, merger("b", "a"), merger("b", "c"))
		stand(t, s, 5, standing("a", a), standing("b", b), standing("c", c))
		stand(t, s, 1, standing("d", d))
		erase(t, s, "a")
		require.Equal(t, []basis.Subject{"d"}, standingOf(t, s))
	}},
	{"an error of the plan leaves standings", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		stand(t, s, 1, standing("a", a))
		require.Error(t, s.Erase(t.Context(), []basis.Subject{"a"}, func([]consent.Stored) (consent.Erasure, error) { return consent.Erasure{}, errors.New("no") }))
		require.Equal(t, []basis.Subject{"a"}, standingOf(t, s))
	}},
}

func capsule(e consent.Entry, until time.Time) consent.KeptCapsule {
	return consent.KeptCapsule{ID: e.ID, Salt: proof.Salt(e.ID), Time: noon().Truncate(time.Second), Until: until}
}

var expiries = []test{
	{"nothing goes before its end, all goes at it", func(t *testing.T, s consent.Store) {
		early, late, never := entry("a"), entry("b"), entry("c")
		early.Short, early.ShortUntil = []byte("early"), noon()
		late.Short, late.ShortUntil = []byte("late"), noon().Add(1)
		gone := entry("d")
		add(t, s, early, late, never, gone)
		e := erasure("d")
		e.Capsules = []consent.KeptCapsule{capsule(gone, noon().Add(1))}
		require.NoError(t, s.Erase(t.Context(), []basis.Subject{"d"}, func([]consent.Stored) (consent.Erasure, error) { return e, nil }))

		n, err := s.Expire(t.Context(), noon().Add(-1))
		require.NoError(t, err)
		require.Zero(t, n)
		history(t, s, "a", early)

		n, err = s.Expire(t.Context(), noon())
		require.NoError(t, err)
		require.Equal(t, consent.Expiry{Disclosures: 1}, n)
		early.Short, early.ShortUntil = nil, time.Time{}
		history(t, s, "a", early)
		history(t, s, "b", late)
		history(t, s, "c", never)
		require.Len(t, list(t, s.Capsules(t.Context())), 1)

		n, err = s.Expire(t.Context(), noon().Add(1))
		require.NoError(t, err)
		require.Equal(t, consent.Expiry{Disclosures: 1, Capsules: 1}, n)
		require.Empty(t, list(t, s.Capsules(t.Context())))
		bare(t, s, gone)

		n, err = s.Expire(t.Context(), noon().Add(time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
	}},
}

var notices = []test{
	{"one that is there already stays as it was first put, those in force first are in front", func(t *testing.T, s consent.Store) {
		got, err := s.Notices(t.Context())
		require.NoError(t, err)
		require.Empty(t, got)
		put := func(text string, from time.Time) consent.Published {
			p := consent.Published{Hash: consent.NoticeHash(mark("notice", text)), Notice: []byte(text), From: from}
			require.NoError(t, s.PutNotice(t.Context(), p))
			return p
		}
		second, first, zero := put("second", noon()), put("first", noon().Add(-1)), put("always", time.Time{})
		again := second
		again.Notice, again.From = []byte("changed"), noon().Add(time.Hour)
		require.NoError(t, s.PutNotice(t.Context(), again))
		got, err = s.Notices(t.Context())
		require.NoError(t, err)
		require.Len(t, got, 3)
		for i, want := range []consent.Published{zero, first, second} {
			require.Equal(t, want.Hash, got[i].Hash)
			require.Equal(t, string(want.Notice), string(got[i].Notice))
			require.True(t, want.From.Equal(got[i].From))
		}
	}},
}
