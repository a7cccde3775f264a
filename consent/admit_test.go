package consent

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// unread is a store that can't be read for a while.
type unread struct {
	*Memory
	fail error
}

func (u *unread) History(ctx context.Context, s basis.Subject) ([]Stored, error) {
	if u.fail != nil {
		return nil, u.fail
	}
	return u.Memory.History(ctx, s)
}

// A refusal that the store was in the way of is no broken row: the import ends, and can be repeated.
func TestImportEndsWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	store := &unread{Memory: &Memory{}}
	b := newLedger(t, func(c *Config) { c.Store = store })
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, epoch)
	require.NoError(t, err)
	rows := func() iter.Seq2[reconsent.Facts, error] {
		return func(yield func(reconsent.Facts, error) bool) {
			yield(reconsent.Facts{
				Contact: "c-1", Purpose: "newsletter", ObjectedAt: reconsent.Instant(epoch),
				Origin: reconsent.Origin{File: "old.csv", Row: 1},
			}, nil)
		}
	}
	how := Importing{Table: table, Zone: "UTC"}
	store.fail = errors.New("connection lost")
	report, err := b.Import(t.Context(), rows(), how)
	require.ErrorIs(t, err, store.fail)
	require.Empty(t, report.Skips)
	store.fail = nil
	_, err = b.Import(t.Context(), rows(), how)
	require.NoError(t, err)
	require.Equal(t, StateObjected, b.ask(t, "c-1").State)

	bad := func(yield func(reconsent.Facts, error) bool) {
		yield(reconsent.Facts{Contact: "c-2", Purpose: "no such name!", ObjectedAt: reconsent.Instant(epoch)}, nil)
	}
	report, err = b.Import(t.Context(), bad, how)
	require.NoError(t, err)
	require.Equal(t, map[Skip]int{SkipBroken: 1}, report.Skips)
}

// Only an erasure is one: an event that says so would hide values that are gone from Verify.
func TestNobodyElseRecordsAnErasure(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	_, err := b.Record(t.Context(), Event{Type: Erased, Subject: "c-1", Actor: Operator, Lost: 3})
	require.ErrorContains(t, err, "only Erase")
	e := b.yes("c-1", "piet@example.com")
	e.Lost = 1
	_, err = b.Record(t.Context(), e)
	require.ErrorContains(t, err, "only an erasure")
}

// The key of an event that was erased swallows nobody's withdrawal.
func TestKeyOfAnErasedEvent(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	first := b.no(Withdrawn, "c-1")
	first.Key = "form 1"
	b.record(t, first)
	_, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
	require.NoError(t, err)
	second := b.no(Withdrawn, "c-2")
	second.Key = "form 1"
	_, err = b.Record(t.Context(), second)
	require.ErrorContains(t, err, "the key is of another event")
}

// Whatever form an address comes in, no more of it is kept than the policy says.
func TestMinimize(t *testing.T) {
	t.Parallel()
	const hash = "hmac:0123456789abcdef0123456789abcdef"
	for _, tc := range []struct {
		policy    IPPolicy
		in, after string
	}{
		{"", "192.0.2.77", "192.0.2.0/24"},
		{"", "192.0.2.77/32", "192.0.2.0/24"},
		{"", "192.0.2.77/16", "192.0.0.0/16"},
		{"", "2001:db8:1:2::4/64", "2001:db8:1::/48"},
		{"", "2001:db8:1::/48", "2001:db8:1::/48"},
		{"", hash, hash},
		{"", "hmac:192.0.2.77", ""},
		{"", "piet@example.com/32", ""},
		{IPNone, "192.0.2.77", ""},
		{IPNone, "192.0.2.0/24", ""},
		{IPNone, hash, ""},
	} {
		b := newLedger(t, func(c *Config) { c.IP = tc.policy })
		e := b.yes("c-1", "piet@example.com")
		e.Evidence.IP = tc.in
		kept, err := b.Event(t.Context(), b.record(t, e))
		require.NoError(t, err)
		require.Equal(t, tc.after, kept.Evidence.IP, "%+v", tc)
	}
}

// full is a store that has no room for an erasure.
type full struct{ *Memory }

func (f *full) Erase(ctx context.Context, people []basis.Subject, plan func([]Stored) (Erasure, error)) error {
	return f.Memory.Erase(ctx, people, func(stored []Stored) (Erasure, error) {
		if _, err := plan(stored); err != nil {
			return Erasure{}, err
		}
		return Erasure{}, errors.New("disk full")
	})
}

// An erasure that did not take place is reported as nothing.
func TestErasureThatFailedReportsNothing(t *testing.T) {
	t.Parallel()
	b := newLedger(t, func(c *Config) { c.Store = &full{&Memory{}} })
	b.record(t, b.yes("c-1", "piet@example.com"))
	done, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
	require.ErrorContains(t, err, "disk full")
	require.Zero(t, done)
	require.True(t, b.ask(t, "c-1").Consented())
}
