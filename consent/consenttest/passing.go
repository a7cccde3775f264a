package consenttest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func withdrawn(address string, at time.Time) consent.Suppression {
	return consent.Suppression{Address: mark("address", address), Purpose: "newsletter", Channel: basis.Email, Reason: consent.Withdrawn, At: at}
}

// marked requires that exactly these marks are on the addresses.
func marked(t testing.TB, s consent.Store, addresses []string, want ...consent.Suppression) {
	t.Helper()
	var list []consent.Mark
	for _, a := range addresses {
		list = append(list, mark("address", a))
	}
	got, err := s.Suppressions(t.Context(), list)
	require.NoError(t, err)
	sameMarks(t, want, got)
}

func sameMarks(t testing.TB, want, got []consent.Suppression) {
	t.Helper()
	text := func(list []consent.Suppression) (out []string) {
		for _, m := range list {
			out = append(out, fmt.Sprintf("%x %s %s %s %d", m.Address, m.Purpose, m.Channel, m.Reason, m.At.UnixNano()))
		}
		return out
	}
	require.ElementsMatch(t, text(want), text(got))
}

var suppressions = []test{
	{"of the same address, purpose, channel and reason the latest stays, in any order", func(t *testing.T, s consent.Store) {
		old, late := withdrawn("a", noon()), withdrawn("a", noon().Add(1))
		other, wide := old, old
		other.Reason = consent.Objected
		wide.Purpose, wide.Channel = "", ""
		far := withdrawn("b", noon())
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{late, other, wide, far}))
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{old, late}))
		marked(t, s, []string{"a"}, late, other, wide)
		marked(t, s, []string{"a", "b", "c"}, late, other, wide, far)
		marked(t, s, nil)
		marked(t, s, []string{"c"})
		sameMarks(t, []consent.Suppression{late, other, wide, far}, list(t, s.AllSuppressions(t.Context())))
		later := withdrawn("a", noon().Add(2))
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{old, later, late}))
		marked(t, s, []string{"a"}, later, other, wide)
	}},
	{"a grant on an address that has no other mark is not kept", func(t *testing.T, s consent.Store) {
		given := withdrawn("a", noon().Add(time.Hour))
		given.Reason = consent.Given
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{given}))
		marked(t, s, []string{"a"})
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{withdrawn("b", noon())}))
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{given}))
		marked(t, s, []string{"a"})
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{withdrawn("a", noon()), given}))
		marked(t, s, []string{"a"}, withdrawn("a", noon()), given)
		later := given
		later.At = later.At.Add(1)
		require.NoError(t, s.Suppress(t.Context(), []consent.Suppression{later, given}))
		marked(t, s, []string{"a"}, withdrawn("a", noon()), later)
	}},
	{"none is fine", func(t *testing.T, s consent.Store) {
		require.NoError(t, s.Suppress(t.Context(), nil))
		require.Empty(t, list(t, s.AllSuppressions(t.Context())))
	}},
	{"many marks, and some of them again", func(t *testing.T, s consent.Store) {
		var all []consent.Suppression
		for i := range 1300 {
			all = append(all, withdrawn(fmt.Sprint(i), noon()))
		}
		require.NoError(t, s.Suppress(t.Context(), all))
		require.NoError(t, s.Suppress(t.Context(), append(all[500:], all...)))
		sameMarks(t, all, list(t, s.AllSuppressions(t.Context())))
		addresses := make([]string, 700)
		for i := range addresses {
			addresses[i] = fmt.Sprint(i)
		}
		marked(t, s, addresses, all[:700]...)
		for range s.AllSuppressions(t.Context()) {
			break
		}
	}},
}

func message(event consent.EventID, minutes int) consent.Message {
	return consent.Message{
		ID: consent.NewEventID(), Event: event, Type: consent.Withdrawn, Recipient: "mailer", Subject: "c-1",
		Purpose: "newsletter", Channel: basis.Email, At: noon().Add(time.Duration(minutes) * time.Minute),
	}
}

func waiting(t testing.TB, s consent.Store, want ...consent.Message) {
	t.Helper()
	got, err := s.Messages(t.Context(), 100)
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, want[i].At.Equal(got[i].At))
		require.True(t, want[i].Tried.Equal(got[i].Tried))
		got[i].At, got[i].Tried = want[i].At, want[i].Tried
	}
	if len(want) > 0 {
		require.Equal(t, want, got)
	}
}

var outboxes = []test{
	{"messages come back whole, oldest first, at most so many", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		for i := range 3 {
			e.Messages = append(e.Messages, message(e.ID, i))
		}
		add(t, s, e)
		waiting(t, s, e.Messages...)
		got, err := s.Messages(t.Context(), 2)
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, e.Messages[0].ID, got[0].ID)
		got, err = s.Messages(t.Context(), 0)
		require.NoError(t, err)
		require.Empty(t, got)
	}},
	{"an attempt is counted", func(t *testing.T, s consent.Store) {
		e := entry("c-1")
		e.Messages = []consent.Message{message(e.ID, 0), message(e.ID, 1)}
		add(t, s, e)
		require.NoError(t, s.Tried(t.Context(), e.Messages[0].ID, noon()))
		require.NoError(t, s.Tried(t.Context(), e.Messages[0].ID, noon().Add(time.Hour)))
		want := e.Messages
		want[0].Attempts, want[0].Tried = 2, noon().Add(time.Hour)
		waiting(t, s, want...)
		require.ErrorIs(t, s.Tried(t.Context(), consent.NewEventID(), noon()), consent.ErrUnknown)
	}},
	{"what is acknowledged is gone from the messages and counted, again is no error", func(t *testing.T, s consent.Store) {
		e, other := entry("c-1"), entry("c-2")
		e.Messages = []consent.Message{message(e.ID, 0), message(e.ID, 1)}
		other.Messages = []consent.Message{message(other.ID, 2)}
		add(t, s, e, other)
		count := func(id consent.EventID, all, acknowledged int) {
			t.Helper()
			n, ok, err := s.Acknowledged(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, []int{all, acknowledged}, []int{n, ok})
		}
		count(e.ID, 2, 0)
		count(consent.NewEventID(), 0, 0)
		for range 2 {
			require.NoError(t, s.Acknowledge(t.Context(), e.Messages[0].ID, noon()))
			waiting(t, s, e.Messages[1], other.Messages[0])
			count(e.ID, 2, 1)
			count(other.ID, 1, 0)
		}
		require.ErrorIs(t, s.Acknowledge(t.Context(), consent.NewEventID(), noon()), consent.ErrUnknown)
		require.NoError(t, s.Acknowledge(t.Context(), e.Messages[1].ID, noon()))
		count(e.ID, 2, 2)
	}},
}

func standing(p basis.Subject, e consent.Entry) consent.Standing {
	return consent.Standing{Subject: p, Purpose: "newsletter", Channel: basis.Email, Event: e.ID, Until: noon()}
}

// stand replaces the standings of the people that they are about.
func stand(t testing.TB, s consent.Store, events int, list ...consent.Standing) {
	t.Helper()
	var people []basis.Subject
	for _, n := range list {
		people = append(people, n.Subject)
	}
	require.NoError(t, s.Stand(t.Context(), people, events, list))
}

// standingOf returns who stands for the newsletter by mail just before noon, sorted.
func standingOf(t testing.TB, s consent.Store) []basis.Subject {
	t.Helper()
	out := []basis.Subject{}
	for _, n := range list(t, s.Standings(t.Context(), "newsletter", basis.Email, noon().Add(-1))) {
		out = append(out, n.Subject)
	}
	return out
}

var standings = []test{
	{"those for the purpose over the channel that have not ended", func(t *testing.T, s consent.Store) {
		a, b := entry("a"), entry("b")
		add(t, s, a, b)
		lasting, other, phone := standing("a", a), standing("a", a), standing("a", a)
		lasting.Until = time.Time{}
		other.Purpose, phone.Channel = "other", basis.Phone
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"a"}, 1, []consent.Standing{lasting, other, phone}))
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"b"}, 1, []consent.Standing{standing("b", b)}))
		require.ElementsMatch(t, []basis.Subject{"a", "b"}, standingOf(t, s))
		for _, at := range []time.Time{noon(), noon().Add(time.Hour)} {
			got := list(t, s.Standings(t.Context(), "newsletter", basis.Email, at))
			require.Len(t, got, 1, "at its end it has ended")
			require.Equal(t, lasting, got[0])
		}
		got := list(t, s.Standings(t.Context(), "other", basis.Email, noon().Add(-1)))
		require.Len(t, got, 1)
		require.True(t, got[0].Until.Equal(noon()))
		require.Empty(t, list(t, s.Standings(t.Context(), "other", basis.Phone, noon().Add(-1))))
	}},
	{"are replaced as a whole", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		stand(t, s, 1, standing("a", a))
		stand(t, s, 1, standing("a", a))
		require.Len(t, standingOf(t, s), 1)
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"a"}, 1, nil))
		require.Empty(t, standingOf(t, s))
	}},
	{"another number of events is a conflict, and nothing changes", func(t *testing.T, s consent.Store) {
		a := entry("a")
		add(t, s, a)
		stand(t, s, 1, standing("a", a))
		for _, n := range []int{0, 2} {
			require.ErrorIs(t, s.Stand(t.Context(), []basis.Subject{"a"}, n, nil), consent.ErrConflict)
		}
		require.Equal(t, []basis.Subject{"a"}, standingOf(t, s))
	}},
	{"an event that links two of the people counts once", func(t *testing.T, s consent.Store) {
		a, b := entry("a"), entry("b")
		add(t, s, a, b, merger("a", "b"), merger("b", "c"))
		stand(t, s, 4, standing("a", a), standing("b", b))
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"a", "b", "c"}, 4, nil))
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"c"}, 1, nil))
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{"x"}, 0, nil))
	}},
	{"go with an event of the person or of who is merged with it, and of nobody else", func(t *testing.T, s consent.Store) {
		a, b, c, d := entry("a"), entry("b"), entry("c"), entry("d")
		add(t, s, a, b, c, d, merger("a", "b"), merger("c", "b"))
		again := func() {
			stand(t, s, countOf(t, s, "a"), standing("a", a), standing("b", b), standing("c", c))
		}
		again()
		stand(t, s, 1, standing("d", d))
		require.ElementsMatch(t, []basis.Subject{"a", "b", "c", "d"}, standingOf(t, s))
		add(t, s, entry("c"))
		require.Equal(t, []basis.Subject{"d"}, standingOf(t, s))
		again()
		require.Len(t, standingOf(t, s), 4)
		add(t, s, merger("d", "x"))
		require.ElementsMatch(t, []basis.Subject{"a", "b", "c"}, standingOf(t, s))
	}},
	{"of both go with their merger", func(t *testing.T, s consent.Store) {
		a, b := entry("a"), entry("b")
		add(t, s, a, b)
		stand(t, s, 1, standing("a", a))
		stand(t, s, 1, standing("b", b))
		add(t, s, merger("a", "b"))
		require.Empty(t, standingOf(t, s))
	}},
	{"stay when nothing is added", func(t *testing.T, s consent.Store) {
		a := keyed(entry("a"), "k")
		add(t, s, a)
		stand(t, s, 1, standing("a", a))
		_, err := s.Append(t.Context(), []consent.Entry{keyed(entry("a"), "k")})
		require.NoError(t, err)
		require.Equal(t, []basis.Subject{"a"}, standingOf(t, s))
		twice := entry("a")
		twice.ID = a.ID
		_, err = s.Append(t.Context(), []consent.Entry{twice})
		require.Error(t, err)
		require.False(t, errors.Is(err, consent.ErrErased))
		require.Equal(t, []basis.Subject{"a"}, standingOf(t, s))
	}},
	{"of many people, and left early", func(t *testing.T, s consent.Store) {
		var all []consent.Entry
		var people []basis.Subject
		var list []consent.Standing
		for i := range 1200 {
			p := basis.Subject(fmt.Sprint("c-", i))
			all = append(all, entry(p))
			people = append(people, p)
			list = append(list, standing(p, all[i]))
		}
		add(t, s, all...)
		require.NoError(t, s.Stand(t.Context(), people, len(all), list))
		require.ElementsMatch(t, people, standingOf(t, s))
		var more []consent.Entry
		for _, p := range people[100:] {
			more = append(more, entry(p))
		}
		add(t, s, more...)
		require.ElementsMatch(t, people[:100], standingOf(t, s))
		erase(t, s, people[:70]...)
		require.ElementsMatch(t, people[70:100], standingOf(t, s))
		for range s.Standings(t.Context(), "newsletter", basis.Email, noon()) {
			break
		}
	}},
}

// countOf is how many events the history of the person has.
func countOf(t testing.TB, s consent.Store, p basis.Subject) int {
	t.Helper()
	events, err := s.History(t.Context(), p)
	require.NoError(t, err)
	return len(events)
}
