package consent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
)

// clock is a clock that tests move.
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

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

type bench struct {
	*Ledger
	clock  *clock
	notice NoticeHash
	store  *Memory
	cfg    Config
}

func secret(b byte) []byte {
	out := make([]byte, 32)
	for i := range out {
		out[i] = b
	}
	return out
}

// newLedger returns a ledger on a store in memory, at hour 0 of epoch, with one notice.
func newLedger(t testing.TB, change ...func(*Config)) *bench {
	t.Helper()
	skey, vkey, err := proof.GenerateKey("shop.example/consent")
	require.NoError(t, err)
	signer, err := note.NewSigner(skey)
	require.NoError(t, err)
	policy, err := proof.NewPolicy(vkey)
	require.NoError(t, err)
	keys, err := NewKeys(secret(1))
	require.NoError(t, err)
	b := &bench{clock: &clock{at: epoch}, store: &Memory{}}
	b.cfg = Config{
		Store: b.store, Keys: keys, Now: b.clock.now, Zone: "Europe/Amsterdam", Standings: true, Policy: policy, Signers: []note.Signer{signer},
		Recipients: map[basis.PurposeID][]basis.Recipient{"newsletter": {"mailer"}},
	}
	for _, c := range change {
		c(&b.cfg)
	}
	b.Ledger, err = Open(t.Context(), b.cfg)
	require.NoError(t, err)
	b.notice, err = b.Publish(t.Context(), Notice{
		Text: []byte("Yes, mail me the newsletter of the shop."), MediaType: "text/plain; charset=utf-8", Language: "en", Version: "1",
		Controller: "De Gouden Velg", Withdrawal: "the link in each mail", Form: "sign-up form",
		Purposes: []NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}, {ID: "offers", Categories: []string{"email address"}}},
	}, epoch)
	require.NoError(t, err)
	return b
}

// yes is a grant with all evidence.
func (b *bench) yes(s basis.Subject, address string) Event {
	return Event{Type: Given, Subject: s, Purpose: "newsletter", Channel: basis.Email, Notice: b.notice, Actor: Person, Evidence: good(address)}
}

func (b *bench) no(t Type, s basis.Subject) Event {
	return Event{Type: t, Subject: s, Purpose: "newsletter", Channel: basis.Email, Actor: Person}
}

func (b *bench) ask(t testing.TB, s basis.Subject) Decision {
	t.Helper()
	d, err := b.Decide(context.Background(), Query{Subject: s, Purpose: "newsletter", Channel: basis.Email, At: b.clock.now()})
	require.NoError(t, err)
	return d
}

func (b *bench) record(t testing.TB, e Event) EventID {
	t.Helper()
	id, err := b.Record(context.Background(), e)
	require.NoError(t, err)
	return id
}

func TestLedgerGivesAndWithdraws(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	require.Equal(t, StateNone, b.ask(t, "c-1").State)
	id := b.record(t, b.yes("c-1", "Piet@Example.com"))
	d := b.ask(t, "c-1")
	require.True(t, d.Consented())
	require.Equal(t, id, d.Event)
	e, err := b.Event(t.Context(), id)
	require.NoError(t, err)
	want := b.yes("c-1", "Piet@Example.com")
	want.ID, want.Occurred, want.Recorded, want.Zone = id, e.Occurred, e.Recorded, "Europe/Amsterdam"
	require.Equal(t, want, e)

	_, err = b.Withdraw(t.Context(), b.no(Withdrawn, "c-1"))
	require.NoError(t, err)
	require.Equal(t, StateWithdrawn, b.ask(t, "c-1").State)
	msgs, err := b.Outbox(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, msgs, 1)
	require.Equal(t, basis.Recipient("mailer"), msgs[0].Recipient)
	require.NoError(t, b.Acknowledge(t.Context(), msgs[0].ID))
	all, done, err := b.Told(t.Context(), msgs[0].Event)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{all, done})
	_, no, err := b.Suppressed(t.Context(), " PIET@example.com", "newsletter", basis.Email)
	require.NoError(t, err)
	require.True(t, no)
	b.record(t, b.yes("c-1", "piet@example.com"))
	require.True(t, b.ask(t, "c-1").Consented())
	_, no, err = b.Suppressed(t.Context(), "piet@example.com", "newsletter", basis.Email)
	require.NoError(t, err)
	require.False(t, no, "a fresh act of the person lifts it")
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	for want, change := range map[string]func(*Event){
		"quotes no notice":        func(e *Event) { e.Notice = NoticeHash{} },
		"is not published":        func(e *Event) { e.Notice = NoticeHash{1} },
		"does not ask":            func(e *Event) { e.Purpose = "calls" },
		"was not in force":        func(e *Event) { e.Occurred = epoch.Add(-time.Hour) },
		"has not happened":        func(e *Event) { e.Occurred = epoch.AddDate(1, 0, 0) },
		"only the person":         func(e *Event) { e.Actor = Operator },
		"unknown zone":            func(e *Event) { e.Zone = "Mars/Olympus" },
		"unknown value":           func(e *Event) { e.Evidence.Bundled = "perhaps" },
		"no UTF-8":                func(e *Event) { e.Evidence.Point = "\xff" },
		"unknown type":            func(e *Event) { e.Type = "granted" },
		"no subject":              func(e *Event) { e.Subject = "" },
		"which request":           func(e *Event) { e.Type = Confirmed },
		"not found":               func(e *Event) { e.Type, e.Of = Confirmed, EventID{1} },
		"it ends before it begin": func(e *Event) { e.Occurred, e.Until = epoch.Add(time.Millisecond), epoch },
	} {
		e := b.yes("c-1", "secret-address@example.com")
		change(&e)
		_, err := b.Record(t.Context(), e)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "secret-address")
		require.NotContains(t, err.Error(), "c-1")
	}
	for _, err := range b.store.All(t.Context()) {
		t.Fatal("something was recorded", err)
	}
}

// Erasure leaves proofs that say nothing of anyone, a capsule for the one dispute, and no way back but a fresh act.
func TestErase(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	given := b.record(t, b.yes("c-1", "piet@example.com"))
	b.record(t, b.yes("c-2", "jan@example.com"))
	_, err := b.Sequence(t.Context())
	require.NoError(t, err)
	full, err := b.Prove(t.Context(), given)
	require.NoError(t, err)
	v, err := b.cfg.Policy.Verify(full)
	require.NoError(t, err)
	require.JSONEq(t, `"c-1"`, string(v.Fields["subject"]))

	until := b.clock.now().AddDate(5, 0, 0)
	done, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person, CapsulesUntil: until})
	require.NoError(t, err)
	require.Equal(t, ErasureReport{Event: done.Event, Events: 1, Capsules: 1, References: 1, Recipients: 1}, done)
	require.Equal(t, StateNone, b.ask(t, "c-1").State)

	_, err = b.Record(t.Context(), b.yes("c-1", "piet@example.com"))
	require.ErrorIs(t, err, ErrErased)
	b.record(t, b.no(Withdrawn, "c-1"))
	require.Equal(t, StateWithdrawn, b.ask(t, "c-1").State, "a withdrawal is always accepted")

	_, err = b.Sequence(t.Context())
	require.NoError(t, err)
	rest, err := b.Prove(t.Context(), given)
	require.NoError(t, err)
	v, err = b.cfg.Policy.Verify(rest)
	require.NoError(t, err)
	require.Empty(t, v.Fields)
	require.NotContains(t, string(rest), "piet")

	claims, err := b.Claim(t.Context(), "PIET@example.com")
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.Equal(t, given, claims[0].Event.ID)
	v, err = b.cfg.Policy.Verify(claims[0].Proof)
	require.NoError(t, err)
	require.NotNil(t, v.Claim)
	claims, err = b.Claim(t.Context(), "jan@example.com")
	require.NoError(t, err)
	require.Empty(t, claims)

	// A fresh act under a new reference.
	require.NoError(t, func() error { _, err := b.Give(t.Context(), b.yes("c-9", "piet@example.com")); return err }())
	require.True(t, b.ask(t, "c-9").Consented())

	b.clock.set(until)
	gone, err := b.Expire(t.Context())
	require.NoError(t, err)
	require.Equal(t, Expiry{Capsules: 1}, gone)
	claims, err = b.Claim(t.Context(), "piet@example.com")
	require.NoError(t, err)
	require.Empty(t, claims)
}

func TestProvePerson(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	for i := range 5 {
		b.record(t, b.yes("c-1", fmt.Sprintf("piet+%d@example.com", i)))
		b.record(t, b.yes("c-2", "jan@example.com"))
	}
	_, err := b.ProvePerson(t.Context(), "c-1")
	require.ErrorIs(t, err, ErrPending)
	s, err := b.Sequence(t.Context())
	require.NoError(t, err)
	require.Equal(t, Sequenced{Leaves: 10, Size: 10, People: 2}, s)
	file, err := b.ProvePerson(t.Context(), "c-1")
	require.NoError(t, err)
	v, err := b.cfg.Policy.VerifyBundle(file)
	require.NoError(t, err)
	require.Len(t, v.Proofs, 5)
	_, err = b.ProvePerson(t.Context(), "c-3")
	require.ErrorIs(t, err, ErrUnknown)

	var standing []basis.Subject
	for s, err := range b.store.Standings(t.Context(), "newsletter", basis.Email, b.clock.now()) {
		require.NoError(t, err)
		standing = append(standing, s.Subject)
	}
	require.ElementsMatch(t, []basis.Subject{"c-1", "c-2"}, standing)
	b.record(t, b.no(Withdrawn, "c-1"))
	for s, err := range b.store.Standings(t.Context(), "newsletter", basis.Email, b.clock.now()) {
		require.NoError(t, err)
		require.Equal(t, basis.Subject("c-2"), s.Subject, "a withdrawal is in the standings at once")
	}
}

// What a mistaken merger linked is another person's, and shown to nobody once it is undone.
func TestUndoneMergerShowsNothing(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "piet@example.com"))
	b.record(t, b.yes("c-2", "jan@example.com"))
	b.record(t, b.no(Objected, "c-2"))
	m, err := b.Merge(t.Context(), "c-1", "c-2", Operator)
	require.NoError(t, err)
	require.Equal(t, StateObjected, b.ask(t, "c-1").State)
	events, err := b.History(t.Context(), "c-1")
	require.NoError(t, err)
	require.Len(t, events, 4)
	_, err = b.Unmerge(t.Context(), m, Operator)
	require.NoError(t, err)
	require.True(t, b.ask(t, "c-1").Consented())
	_, err = b.Sequence(t.Context())
	require.NoError(t, err)
	file, err := b.ProvePerson(t.Context(), "c-1")
	require.NoError(t, err)
	v, err := b.cfg.Policy.VerifyBundle(file)
	require.NoError(t, err)
	require.Len(t, v.Proofs, 3, "its own consent, the merger and its end")
	x, err := b.Explain(t.Context(), Query{Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, At: b.clock.now()})
	require.NoError(t, err)
	require.Len(t, x.Events, 3)

	// And erasing one of them takes the other's data along no more.
	done, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
	require.NoError(t, err)
	require.Equal(t, 1, done.References)
	require.Equal(t, StateObjected, b.ask(t, "c-2").State)
}

// A request is confirmed once, and not after its end.
func TestConfirmedOnce(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	asked := b.yes("c-1", "piet@example.com")
	asked.Type, asked.Until = Requested, epoch.Add(time.Hour)
	of := b.record(t, asked)
	yes := b.yes("c-1", "piet@example.com")
	yes.Type, yes.Of = Confirmed, of
	first := b.record(t, yes)
	b.record(t, b.no(Withdrawn, "c-1"))
	require.Equal(t, first, b.record(t, yes))
	require.Equal(t, StateWithdrawn, b.ask(t, "c-1").State)
	for _, change := range []func(*Event){
		func(e *Event) { e.Subject = "c-2" }, func(e *Event) { e.Purpose = "offers" }, func(e *Event) { e.Channel = basis.Phone },
		func(e *Event) { e.Actor = Operator }, func(e *Event) { e.Of = first },
	} {
		e := yes
		change(&e)
		_, err := b.Record(t.Context(), e)
		require.Error(t, err)
	}
	b.clock.set(epoch.Add(2 * time.Hour))
	_, err := b.Record(t.Context(), yes)
	require.ErrorContains(t, err, "has ended")
	_, err = b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
	require.NoError(t, err)
	_, err = b.Record(t.Context(), yes)
	require.ErrorIs(t, err, ErrErased)
}

// A notice that changes the processing ends the standings that rest on the older one.
func TestPublishEndsStandings(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "piet@example.com"))
	_, err := b.Sequence(t.Context())
	require.NoError(t, err)
	count := func() (n int) {
		for _, err := range b.store.Standings(t.Context(), "newsletter", basis.Email, b.clock.now()) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 1, count())
	n, _, ok := b.Notices().Get(b.notice)
	require.True(t, ok)
	n.Version, n.Supersedes = "2", b.notice
	n.Purposes[0].Change, n.Purposes[1].Change = Processing, WordsOnly
	_, err = b.Publish(t.Context(), n, time.Time{})
	require.NoError(t, err)
	require.Zero(t, count())
	require.Equal(t, StateOutdated, b.ask(t, "c-1").State)
}

// Clocks that jump back: what is recorded later is never dated before.
func TestClockJumpsBack(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	first, err := b.Event(t.Context(), b.record(t, b.yes("c-1", "piet@example.com")))
	require.NoError(t, err)
	b.clock.set(epoch.AddDate(-1, 0, 0))
	second, err := b.Event(t.Context(), b.record(t, b.no(Withdrawn, "c-1")))
	require.NoError(t, err)
	require.True(t, second.Recorded.After(first.Recorded))
	d, err := b.Decide(t.Context(), Query{Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, At: second.Recorded})
	require.NoError(t, err)
	require.Equal(t, StateWithdrawn, d.State)
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	e := b.yes("c-1", "piet@example.com")
	e.Key = "order 17 of Piet"
	first := b.record(t, e)
	require.Equal(t, first, b.record(t, e))
	events, err := b.History(t.Context(), "c-1")
	require.NoError(t, err)
	require.Len(t, events, 1)
}

// Sixty-four writers at once: each gets its own event, and a failure is its own.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	_, err := b.Erase(t.Context(), "gone", Erasing{Actor: Person})
	require.NoError(t, err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids := map[EventID]bool{}
	refused := 0
	for w := range 64 {
		wg.Go(func() {
			for i := range 20 {
				s := basis.Subject(fmt.Sprintf("c-%d-%d", w, i))
				if i%10 == 9 {
					s = "gone"
				}
				ctx, cancel := context.WithCancel(context.Background())
				if i%7 == 3 {
					cancel()
				}
				id, err := b.Record(ctx, b.yes(s, "piet@example.com"))
				cancel()
				mu.Lock()
				switch {
				case err == nil:
					ids[id] = true
				case errors.Is(err, ErrErased):
					refused++
				case !errors.Is(err, context.Canceled):
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Equal(t, 128, refused)
	for id := range ids {
		_, err := b.Event(t.Context(), id)
		require.NoError(t, err)
	}
	for range 3 {
		_, err = b.Sequence(t.Context())
		require.NoError(t, err)
	}
	for id := range ids {
		_, err := b.Prove(t.Context(), id)
		require.NoError(t, err)
	}
}

// A program that starts again with a clock that is behind, or after one that was ahead, loses no withdrawal, not even
// while an older grant would count again.
func TestClockBehindInTheNextRun(t *testing.T) {
	t.Parallel()
	for _, behind := range []time.Duration{time.Hour, 400 * 24 * time.Hour} {
		b := newLedger(t)
		b.record(t, b.yes("c-1", "piet@example.com")) // the older grant
		b.clock.set(epoch.AddDate(2, 0, 0))
		b.record(t, b.yes("c-1", "piet@example.com"))
		b.clock.set(epoch.AddDate(2, 0, 0).Add(-behind))
		next, err := Open(t.Context(), b.cfg)
		require.NoError(t, err)
		ask := func(at time.Time) Decision {
			d, err := next.Decide(t.Context(), Query{Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, At: at})
			require.NoError(t, err)
			return d
		}
		now := b.clock.now()
		_, err = next.Withdraw(t.Context(), Event{Subject: "c-1", Occurred: now})
		require.NoError(t, err)
		require.Equal(t, StateWithdrawn, ask(now).State, "by the clock that is behind")
		_, err = next.Sequence(t.Context())
		require.NoError(t, err)
		for range b.store.Standings(t.Context(), "newsletter", basis.Email, now) {
			t.Fatal("a standing that permits")
		}
		b.clock.set(epoch.AddDate(2, 0, 1))
		require.Equal(t, StateWithdrawn, ask(b.clock.now()).State, "by the right clock")
		_, no, err := next.Suppressed(t.Context(), "piet@example.com", "newsletter", basis.Email)
		require.NoError(t, err)
		require.True(t, no)
		require.True(t, ask(epoch.AddDate(1, 0, 0)).Consented(), "as it was then")
	}
}
