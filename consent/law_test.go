package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// What the controller ends does not take back what the person said under another reference (Art. 21(3)).
func TestSuppressionOutlivesWhatTheControllerEnds(t *testing.T) {
	t.Parallel()
	for _, typ := range []Type{Revoked, Expired, Invalidated} {
		b := newLedger(t)
		b.record(t, b.yes("c-2", "a@example.com"))
		objection := b.no(Objected, "c-1")
		objection.Evidence.Point = "A@example.com"
		b.record(t, objection)
		require.False(t, b.ask(t, "c-2").NotObjected())
		end := b.no(typ, "c-2")
		end.Actor = System
		b.record(t, end)
		d := b.ask(t, "c-2")
		require.False(t, d.Consented() || d.NotObjected(), typ)
	}
}

// A grant that was never valid lifts no mark.
func TestSuppressionIsNotLiftedByAnInvalidGrant(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	objection := b.no(Objected, "c-1")
	objection.Evidence.Point = "a@example.com"
	b.record(t, objection)
	grant := b.record(t, b.yes("c-2", "a@example.com"))
	require.True(t, b.ask(t, "c-2").Consented())
	undo := b.no(Invalidated, "c-2")
	undo.Actor, undo.Of = Operator, grant
	b.record(t, undo)
	d := b.ask(t, "c-2")
	require.False(t, d.Consented() || d.NotObjected())
	said, no, err := b.Suppressed(t.Context(), "a@example.com", "newsletter", basis.Email)
	require.NoError(t, err)
	require.True(t, no)
	require.Equal(t, Objected, said.Reason)
	_, no, err = b.Suppressed(t.Context(), "a@example.com", "offers", basis.Email)
	require.NoError(t, err)
	require.False(t, no, "only what the grant was about")

	b.record(t, b.yes("c-2", "a@example.com"))
	require.True(t, b.ask(t, "c-2").Consented(), "a fresh act lifts it")
}

// A key that is used for two things must not swallow a withdrawal.
func TestIdempotencyKeyOfSomethingElse(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	e := b.yes("c-1", "a@example.com")
	e.Key = "form 1"
	b.record(t, e)
	for _, other := range []Event{b.no(Withdrawn, "c-1"), b.yes("c-2", "a@example.com")} {
		other.Key = "form 1"
		_, err := b.Record(t.Context(), other)
		require.ErrorContains(t, err, "the key is of another event")
		_, err = b.RecordAll(t.Context(), []Event{other})
		require.ErrorContains(t, err, "the key is of another event")
		_, err = b.In(b.store).Record(t.Context(), other)
		require.ErrorContains(t, err, "the key is of another event")
	}
}

// The mailbox that was asked is the one that confirms, and not before it was asked.
func TestConfirmedFromTheMailboxAsked(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	asked := b.yes("c-1", "a@example.com")
	asked.Type = Requested
	request := b.record(t, asked)
	answer := b.yes("c-1", "victim@example.com")
	answer.Type, answer.Of = Confirmed, request
	_, err := b.Record(t.Context(), answer)
	require.ErrorContains(t, err, "was not requested")
	answer.Evidence.Point, answer.Occurred = "A@Example.com", epoch
	_, err = b.Record(t.Context(), answer)
	require.ErrorContains(t, err, "before it was requested")
	answer.Occurred = time.Time{}
	b.record(t, answer)
	require.True(t, b.ask(t, "c-1").Consented())
}

// Addresses and mergers of one batch count for the refusals in it.
func TestSuppressionOfOneBatch(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-2", "a@example.com"))
	withdrawn := b.no(Withdrawn, "c-1")
	withdrawn.ID = NewEventID()
	_, err := b.RecordAll(t.Context(), []Event{b.yes("c-0", "a@example.com"), {Type: Merged, Subject: "c-0", With: "c-1", Actor: Operator}, withdrawn})
	require.NoError(t, err)
	require.False(t, b.ask(t, "c-2").Consented())
}

// What was undone twice is undone from the first time on, in any order of adding.
func TestMergerUndoneTwice(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{5, 9}, {9, 5}} {
		x, _, n := newIndex(t)
		merger := event(Merged, "a", 1, n)
		merger.With = "b"
		x.Add(event(Given, "a", 0, n))
		x.Add(event(Withdrawn, "b", 2, n))
		x.Add(merger)
		for _, at := range order {
			undo := event(Unmerged, "a", at, n)
			undo.With, undo.Of = "b", merger.ID
			x.Add(undo)
		}
		d := x.Decide(Query{Subject: "a", Purpose: "newsletter", Channel: basis.Email, At: hour(7), Known: hour(7)})
		require.True(t, d.Consented(), "%v", order)
	}
}

// The instant 0 of Unix is a time like another, not "none": a notice in force since then replaces, and what
// ended then has ended.
func TestTheFirstInstantOfUnix(t *testing.T) {
	t.Parallel()
	require.NotZero(t, nanos(time.Unix(0, 0)))
	ns := &Notices{}
	first := Notice{
		Text: []byte("Yes"), MediaType: "text/plain", Language: "en", Version: "1", Controller: "x", Withdrawal: "a link", Form: "f",
		Purposes: []NoticePurpose{{ID: "newsletter"}},
	}
	h, err := ns.Publish(first, time.Unix(-10, 0))
	require.NoError(t, err)
	second := first
	second.Version, second.Supersedes, second.Purposes = "2", h, []NoticePurpose{{ID: "newsletter", Change: Processing}}
	_, err = ns.Publish(second, time.Unix(0, 0))
	require.NoError(t, err)
	require.False(t, ns.Covers(h, "newsletter", hour(1)))
	x := NewIndex(Terms{Notices: ns}, nil)
	x.Add(event(Given, "a", 1, h))
	require.Equal(t, StateOutdated, ask(x, "a", 2).State)
}

// A notice that another process published counts here within a second.
func TestNoticeOfAnotherProcess(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "a@example.com"))
	require.True(t, b.ask(t, "c-1").Consented())
	other, err := Open(t.Context(), b.cfg)
	require.NoError(t, err)
	n, _, _ := b.Notices().Get(b.notice)
	n.Version, n.Supersedes = "2", b.notice
	for i := range n.Purposes {
		n.Purposes[i].Change = Processing
	}
	_, err = other.Publish(t.Context(), n, b.clock.now())
	require.NoError(t, err)
	b.clock.set(b.clock.now().Add(time.Second))
	require.Equal(t, StateOutdated, b.ask(t, "c-1").State)
}

// A question that is not whole gets no answer, and what lies before or beyond the range of the index is at its end.
func TestZeroDecisionsDeny(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "a@example.com"))
	at := b.clock.now()
	for name, q := range map[string]Query{
		"nothing": {}, "no purpose": {Subject: "c-1", Channel: basis.Email, At: at}, "no channel": {Subject: "c-1", Purpose: "newsletter", At: at},
		"unknown channel": {Subject: "c-1", Purpose: "newsletter", Channel: "pigeon", At: at}, "no time": {Subject: "c-1", Purpose: "newsletter", Channel: basis.Email},
	} {
		d, err := b.Decide(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, Decision{}, d, name)
		require.False(t, d.Consented() || d.NotObjected(), name)
		require.Empty(t, d.testimony().Says, name)
	}
	for _, far := range []time.Time{time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(-9000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		d, err := b.Decide(t.Context(), Query{Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, At: far})
		require.NoError(t, err)
		require.False(t, d.Consented(), "before anything happened")
	}
	e := b.yes("c-3", "c@example.com")
	e.Until = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	b.record(t, e)
	require.True(t, b.ask(t, "c-3").Consented())
}
