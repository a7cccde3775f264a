package consent

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// epoch is when the events of these tests begin.
var epoch = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return epoch.Add(time.Duration(n) * time.Hour) }

func point(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

func notice(t testing.TB, ns *Notices, n Notice) NoticeHash {
	t.Helper()
	if n.Text == nil {
		n.Text = []byte("Yes, mail me the newsletter of the shop. You can stop it with the link in each mail.")
	}
	if n.Purposes == nil {
		n.Purposes = []NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}}
	}
	if n.Version == "" {
		n.Version = "1"
	}
	n.MediaType, n.Language, n.Controller, n.Withdrawal, n.Form = "text/plain; charset=utf-8", "en", "De Gouden Velg", "the link in each mail", "sign-up form"
	h, err := ns.Publish(n, epoch)
	require.NoError(t, err)
	return h
}

// good is evidence without a gap.
func good(address string) Evidence {
	return Evidence{
		Point: address, Binding: Mailbox, Action: Active, Session: "/sign-up v3", Bundled: No, Conditional: No,
		Necessary: No, WithdrawalTold: Yes, Imbalance: No,
	}
}

func event(typ Type, s basis.Subject, at int, n NoticeHash) *Event {
	e := &Event{
		ID: NewEventID(), Type: typ, Subject: s, Purpose: "newsletter", Channel: basis.Email, Actor: Person,
		Occurred: hour(at), Recorded: hour(at), Zone: "Europe/Amsterdam",
	}
	if typ.grants() || typ == Requested {
		e.Notice, e.Evidence = n, good("piet@example.com")
	}
	return e
}

func newIndex(t testing.TB) (*Index, *Notices, NoticeHash) {
	t.Helper()
	ns := &Notices{}
	n := notice(t, ns, Notice{})
	return NewIndex(Terms{Notices: ns}, point), ns, n
}

func ask(x *Index, s basis.Subject, at int) Decision {
	return x.Decide(Query{Subject: s, Purpose: "newsletter", Channel: basis.Email, At: hour(at)})
}

// The most recent act decides, what restricts at a tie, and what is not recorded is not known.
func TestDecide(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		events func(n NoticeHash) []*Event
		want   State
	}{
		"nothing":             {func(NoticeHash) []*Event { return nil }, StateNone},
		"given":               {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 1, n)} }, StateGiven},
		"requested":           {func(n NoticeHash) []*Event { return []*Event{event(Requested, "c", 1, n)} }, StateRequested},
		"asked again":         {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 1, n), event(Requested, "c", 2, n)} }, StateGiven},
		"deferred":            {func(n NoticeHash) []*Event { return []*Event{event(Deferred, "c", 1, n)} }, StateDeferred},
		"withdrawn":           {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 1, n), event(Withdrawn, "c", 2, n)} }, StateWithdrawn},
		"given again":         {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 3, n), event(Withdrawn, "c", 2, n)} }, StateGiven},
		"at the same instant": {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 2, n), event(Withdrawn, "c", 2, n)} }, StateWithdrawn},
		"refused":             {func(n NoticeHash) []*Event { return []*Event{event(Requested, "c", 1, n), event(Refused, "c", 2, n)} }, StateRefused},
		"revoked":             {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 1, n), event(Revoked, "c", 2, n)} }, StateRevoked},
		"objected everywhere": {func(n NoticeHash) []*Event {
			o := event(Objected, "c", 2, n)
			o.Purpose, o.Channel = "", ""
			return []*Event{event(Given, "c", 1, n), o}
		}, StateObjected},
		"objected by phone": {func(n NoticeHash) []*Event {
			o := event(Objected, "c", 2, n)
			o.Channel = basis.Phone
			return []*Event{event(Given, "c", 1, n), o}
		}, StateGiven},
		"pre-ticked": {func(n NoticeHash) []*Event {
			e := event(Given, "c", 1, n)
			e.Evidence.Action = PreTicked
			return []*Event{e}
		}, StateUnproven},
		"a poor import after a good consent": {func(n NoticeHash) []*Event {
			i := event(Imported, "c", 2, NoticeHash{})
			i.Evidence = Evidence{Grade: Partial}
			return []*Event{event(Given, "c", 1, n), i}
		}, StateGiven},
		"a poor import lifts no withdrawal": {func(n NoticeHash) []*Event {
			i := event(Imported, "c", 3, NoticeHash{})
			i.Evidence = Evidence{Grade: Partial}
			return []*Event{event(Given, "c", 1, n), event(Withdrawn, "c", 2, n), i}
		}, StateWithdrawn},
		"invalidated": {func(n NoticeHash) []*Event {
			g := event(Given, "c", 1, n)
			i := event(Invalidated, "c", 5, n)
			i.Of, i.Actor = g.ID, Operator
			return []*Event{g, i}
		}, StateUnproven},
		"expired": {func(n NoticeHash) []*Event {
			g := event(Given, "c", 1, n)
			g.Until = hour(9)
			return []*Event{g}
		}, StateExpired},
		"not yet": {func(n NoticeHash) []*Event { return []*Event{event(Given, "c", 11, n)} }, StateNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, _, n := newIndex(t)
			for _, e := range tc.events(n) {
				require.NoError(t, e.Check())
				x.Add(e)
			}
			d := ask(x, "c", 10)
			require.Equal(t, tc.want, d.State)
			require.Equal(t, tc.want == StateGiven, d.Consented())
			for _, c := range []basis.Channel{basis.Phone, basis.SMS, basis.Post} {
				require.False(t, x.Decide(Query{Subject: "c", Purpose: "newsletter", Channel: c, At: hour(10)}).Consented(), "consent by e-mail proves nothing for %s", c)
			}
			require.False(t, x.Decide(Query{Subject: "c", Purpose: "calls", Channel: basis.Email, At: hour(10)}).Consented())
			require.False(t, x.Decide(Query{Subject: "d", Purpose: "newsletter", Channel: basis.Email, At: hour(10)}).Consented())
		})
	}
	require.False(t, Decision{}.Consented())
	require.False(t, Decision{}.NotObjected())
}

// True at one instant, as known at another.
func TestDecideBitemporally(t *testing.T) {
	t.Parallel()
	x, _, n := newIndex(t)
	x.Add(event(Given, "c", 1, n))
	late := event(Withdrawn, "c", 3, n)
	late.Recorded = hour(8) // a letter that lay for a while
	x.Add(late)
	at := func(t, k int) State {
		return x.Decide(Query{Subject: "c", Purpose: "newsletter", Channel: basis.Email, At: hour(t), Known: hour(k)}).State
	}
	require.Equal(t, StateGiven, at(5, 5), "as it was known then")
	require.Equal(t, StateWithdrawn, at(5, 8), "as it turned out")
	require.Equal(t, StateGiven, at(2, 8))
	require.Equal(t, StateNone, at(2, 0))
	require.Equal(t, hour(3), x.Decide(Query{Subject: "c", Purpose: "newsletter", Channel: basis.Email, At: hour(2)}).Until)
}

// A change of the processing ends what was consented to; other words do not (EDPB 05/2020, 110).
func TestDecideUnderANewNotice(t *testing.T) {
	t.Parallel()
	ns := &Notices{}
	publish := func(n Notice, from int) NoticeHash {
		n.Text, n.MediaType, n.Controller, n.Withdrawal, n.Form = []byte("Yes"), "text/plain", "De Gouden Velg", "the link", "sign-up"
		h, err := ns.Publish(n, hour(from))
		require.NoError(t, err)
		return h
	}
	asks := func(c Change) []NoticePurpose {
		return []NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}, Change: c}}
	}
	first := publish(Notice{Language: "en", Version: "1", Purposes: asks("")}, 0)
	dutch := publish(Notice{Language: "nl", Version: "1", Purposes: asks("")}, 0)
	words := publish(Notice{Language: "en", Version: "2", Supersedes: first, Purposes: asks(WordsOnly)}, 3)
	changed := publish(Notice{Language: "en", Version: "3", Supersedes: words, Purposes: asks(Processing)}, 6)
	dropped := publish(Notice{Language: "en", Version: "4", Supersedes: changed, Purposes: []NoticePurpose{{ID: "calls"}}}, 9)
	require.False(t, ns.Covers(dropped, "newsletter", hour(10)))
	for name, tc := range map[string]struct {
		given NoticeHash
		want  map[int]State
		until time.Time
	}{
		"the first":               {first, map[int]State{2: StateGiven, 4: StateGiven, 5: StateGiven, 6: StateOutdated, 20: StateOutdated}, hour(6)},
		"other words":             {words, map[int]State{2: StateGiven, 5: StateGiven, 6: StateOutdated}, hour(6)},
		"in another language":     {dutch, map[int]State{2: StateGiven, 20: StateGiven}, time.Time{}},
		"the one that changed it": {changed, map[int]State{7: StateGiven, 9: StateOutdated}, hour(9)},
	} {
		x := NewIndex(Terms{Notices: ns}, point)
		x.Add(event(Given, "c", 1, tc.given))
		for at, want := range tc.want {
			d := ask(x, "c", at)
			require.Equal(t, want, d.State, "%s at %d", name, at)
			if want == StateGiven {
				require.True(t, tc.until.Equal(d.Until), "%s at %d until %s", name, at, d.Until)
			}
			require.Equal(t, want == StateGiven, ns.Covers(tc.given, "newsletter", hour(at)), name)
		}
	}
}

// Merging: a refusal follows the person, consent the contact point; undoing it restores the answers.
func TestMerge(t *testing.T) {
	t.Parallel()
	x, _, n := newIndex(t)
	x.Add(event(Given, "a", 1, n))
	other := event(Given, "b", 2, n)
	other.Evidence.Point = "jan@example.com"
	x.Add(other)
	x.Add(event(Objected, "c", 3, n))
	same := event(Given, "d", 5, n) // under the address of a
	x.Add(same)
	require.True(t, ask(x, "a", 10).Consented())
	require.Equal(t, StateObjected, ask(x, "c", 10).State)

	merge := func(a, b basis.Subject, at int) *Event {
		e := event(Merged, a, at, n)
		e.With, e.Actor, e.Purpose, e.Channel = b, Operator, "", ""
		require.NoError(t, e.Check())
		x.Add(e)
		return e
	}
	m := merge("a", "c", 6)
	require.Equal(t, StateObjected, ask(x, "a", 10).State, "the objection is the person's")
	require.True(t, x.Decide(Query{Subject: "a", Purpose: "newsletter", Channel: basis.Email, At: hour(10), Known: hour(5)}).Consented(), "not known then")
	merge("a", "d", 6)
	require.True(t, ask(x, "a", 10).Consented(), "the later act at the same address counts")
	require.Equal(t, StateObjected, ask(x, "c", 10).State, "at no address of c's own")
	u := event(Unmerged, "a", 7, n)
	u.With, u.Of, u.Actor, u.Purpose, u.Channel = "c", m.ID, Operator, "", ""
	require.NoError(t, u.Check())
	x.Add(u)
	require.True(t, ask(x, "a", 10).Consented())
	require.Equal(t, StateObjected, ask(x, "c", 10).State)
	require.True(t, ask(x, "b", 10).Consented())
}

// reference answers the slow way: from all events, one rule after the other.
func reference(x *Index, events []*Event, q Query) State {
	same := map[basis.Subject]bool{q.Subject: true}
	for range events {
		for _, m := range events {
			if m.Type != Merged || m.Recorded.After(q.Known) || slices.ContainsFunc(events, func(u *Event) bool {
				return u.Type == Unmerged && u.Of == m.ID && !u.Recorded.After(q.Known)
			}) {
				continue
			}
			if same[m.Subject] || same[m.With] {
				same[m.Subject], same[m.With] = true, true
			}
		}
	}
	about := func(e *Event) bool {
		return same[e.Subject] && !e.Recorded.After(q.Known) && !e.Occurred.After(q.At) &&
			(e.Purpose == "" || e.Purpose == q.Purpose) && (e.Channel == "" || e.Channel == q.Channel)
	}
	points := map[string]bool{}
	for _, e := range events {
		if e.Subject == q.Subject && e.Evidence.Point != "" && !e.Recorded.After(q.Known) {
			points[e.Evidence.Point] = true
		}
	}
	own := func(e *Event) bool { return e.Subject == q.Subject || points[e.Evidence.Point] }
	latest := func(pick func(e *Event) bool) *Event {
		var last *Event
		for _, e := range events {
			if !about(e) || !pick(e) {
				continue
			}
			if last == nil || cmp.Or(e.Occurred.Compare(last.Occurred), cmp.Compare(kindOf(e.Type), kindOf(last.Type)),
				e.Recorded.Compare(last.Recorded), slices.Compare(e.ID[:], last.ID[:])) > 0 {
				last = e
			}
		}
		return last
	}
	decides := latest(func(e *Event) bool {
		switch e.Type {
		case Given, Renewed, Confirmed, Imported:
			return own(e) && x.stands(e) && !slices.ContainsFunc(events, func(i *Event) bool {
				return i.Type == Invalidated && i.Of == e.ID && about(i)
			})
		case Refused, Withdrawn, Objected:
			return true
		case Revoked, Expired:
			return own(e)
		case Invalidated:
			return own(e) && e.Of.IsZero()
		}
		return false
	})
	switch {
	case decides != nil && decides.Type.grants() && !decides.Until.IsZero() && !decides.Until.After(q.At):
		return StateExpired
	case decides != nil:
		return kindOf(decides.Type).state()
	}
	weak := latest(func(e *Event) bool { return own(e) && (e.Type.grants() || e.Type == Requested || e.Type == Deferred) })
	switch {
	case weak == nil:
		return StateNone
	case weak.Type.grants():
		return StateUnproven
	}
	return kindOf(weak.Type).state()
}

func randomEvents(t testing.TB, r *rand.Rand, n NoticeHash) []*Event {
	t.Helper()
	types := []Type{Given, Given, Given, Renewed, Confirmed, Imported, Requested, Deferred, Refused, Withdrawn, Revoked, Expired, Invalidated, Objected, Merged, Unmerged}
	var events []*Event
	pick := func(typ func(*Event) bool) *Event {
		for range 8 {
			if len(events) == 0 {
				break
			}
			if e := events[r.IntN(len(events))]; typ(e) {
				return e
			}
		}
		return nil
	}
	for range 1 + r.IntN(9) {
		e := event(types[r.IntN(len(types))], basis.Subject(fmt.Sprint("s", r.IntN(3))), r.IntN(8), n)
		e.Recorded = e.Occurred.Add(time.Duration(r.IntN(3)) * time.Hour)
		if e.Evidence.Point != "" {
			e.Evidence.Point = []string{"a@example.com", "b@example.com", ""}[r.IntN(3)]
		}
		if r.IntN(5) == 0 {
			e.Evidence.Action = Silence
		}
		if r.IntN(4) == 0 {
			e.Channel = basis.Phone
		}
		switch e.Type {
		case Merged:
			e.Purpose, e.Channel, e.Actor, e.With = "", "", Operator, basis.Subject(fmt.Sprint("s", r.IntN(3)))
			if e.With == e.Subject {
				continue
			}
		case Unmerged:
			m := pick(func(e *Event) bool { return e.Type == Merged })
			if m == nil {
				continue
			}
			e.Purpose, e.Channel, e.Actor, e.Of, e.With, e.Subject = "", "", Operator, m.ID, m.With, m.Subject
			if slices.ContainsFunc(events, func(u *Event) bool { return u.Type == Unmerged && u.Of == m.ID }) {
				continue
			}
		case Invalidated:
			e.Actor = Operator
			if g := pick(func(e *Event) bool { return e.Type.grants() }); g != nil && r.IntN(2) == 0 {
				e.Of, e.Subject, e.Purpose, e.Channel = g.ID, g.Subject, g.Purpose, g.Channel
			}
		case Imported:
			e.Evidence.Grade = []Grade{Complete, Partial, NoEvidence}[r.IntN(3)]
		case Confirmed:
			e.Of = NewEventID()
		case Given:
			if r.IntN(4) == 0 {
				e.Until = e.Occurred.Add(time.Duration(1+r.IntN(4)) * time.Hour)
			}
		case Withdrawn, Objected, Refused:
			if r.IntN(3) == 0 {
				e.Purpose = ""
			}
			if r.IntN(3) == 0 {
				e.Channel = ""
			}
		}
		require.NoError(t, e.Check())
		events = append(events, e)
	}
	return events
}

// The index against the reference, events added in any order.
func TestDecideAgainstReference(t *testing.T) {
	t.Parallel()
	ns := &Notices{}
	n := notice(t, ns, Notice{})
	r := rand.New(rand.NewPCG(1, 2))
	met := map[State]int{}
	for range 20000 {
		events := randomEvents(t, r, n)
		x := NewIndex(Terms{Notices: ns}, point)
		for _, i := range r.Perm(len(events)) {
			x.Add(events[i])
		}
		for range 4 {
			q := Query{
				Subject: basis.Subject(fmt.Sprint("s", r.IntN(3))), Purpose: "newsletter", Channel: []basis.Channel{basis.Email, basis.Phone}[r.IntN(2)],
				At: hour(r.IntN(10)), Known: hour(r.IntN(12)),
			}
			d := x.Decide(q)
			if want := reference(x, events, q); d.State != want {
				for _, e := range events {
					t.Logf("%s %s %s/%s at %s recorded %s of %s with %s valid %v point %s until %s id %s", e.Type, e.Subject, e.Purpose, e.Channel, e.Occurred, e.Recorded, e.Of, e.With, x.stands(e), e.Evidence.Point, e.Until, e.ID)
				}
				t.Fatalf("%+v: %s, want %s", q, d.State, want)
			}
			met[d.State]++
			if !d.Until.IsZero() && d.Until.After(q.At) {
				q.At = d.Until.Add(-1)
				later := x.Decide(q)
				require.Equal(t, d.Consented(), later.Consented(), "it holds until then")
				require.Equal(t, d.Against, later.Against, "it holds until then")
			}
		}
	}
	for _, s := range State("").Values() {
		if State(s) != StateOutdated {
			require.Greater(t, met[State(s)], 50, "%s was hardly met", s)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	ns := &Notices{}
	n := notice(b, ns, Notice{})
	x := NewIndex(Terms{Notices: ns}, point)
	const people = 200_000
	subjects := make([]basis.Subject, people)
	for i := range subjects {
		subjects[i] = basis.Subject(fmt.Sprint("c-", i))
		for k := range 8 {
			typ := []Type{Given, Withdrawn, Given, Requested, Renewed, Objected, Given, Given}[k]
			x.Add(event(typ, subjects[i], k, n))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		if !ask(x, subjects[r.IntN(people)], 10).Consented() {
			b.Fatal("no consent")
		}
	}
}
