package consent

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// faulty is a store whose Append does something else when it is told to.
type faulty struct {
	*Memory
	append func([]Entry) error
}

func (f *faulty) Append(ctx context.Context, entries []Entry) ([]EventID, error) {
	if f.append != nil {
		if err := f.append(entries); err != nil {
			return nil, err
		}
	}
	return f.Memory.Append(ctx, entries)
}

// A store that panics, or fails, stops nobody who comes later; a context that has ended records nothing.
func TestGroupGoesOn(t *testing.T) {
	t.Parallel()
	store := &faulty{Memory: &Memory{}}
	b := newLedger(t, func(c *Config) { c.Store = store })
	store.append = func([]Entry) error { panic("the disk is gone") }
	require.Panics(t, func() { b.Record(t.Context(), b.yes("c-1", "piet@example.com")) })
	store.append = func([]Entry) error { return errors.New("full") }
	_, err := b.Record(t.Context(), b.yes("c-1", "piet@example.com"))
	require.ErrorContains(t, err, "full")
	store.append = nil
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = b.Record(ctx, b.yes("c-1", "piet@example.com"))
	require.ErrorIs(t, err, context.Canceled)
	events, err := b.History(t.Context(), "c-1")
	require.NoError(t, err)
	require.Empty(t, events)
	b.record(t, b.yes("c-1", "piet@example.com"))
	require.True(t, b.ask(t, "c-1").Consented())

	// The commit went through and its answer was lost: the event is recorded, and said to be.
	lost := true
	store.append = func(entries []Entry) error {
		if !lost {
			return nil
		}
		lost = false
		if _, err := store.Memory.Append(context.Background(), entries); err != nil {
			return err
		}
		return errors.New("connection lost")
	}
	id, err := writeOne(t.Context(), store, []Entry{entryOf(t, b, "c-2")})
	require.NoError(t, err)
	_, err = b.Event(t.Context(), id)
	require.NoError(t, err)
}

func entryOf(t *testing.T, b *bench, s basis.Subject) Entry {
	t.Helper()
	e := b.yes(s, "jan@example.com")
	entry, err := b.prepare(t.Context(), &e, nil)
	require.NoError(t, err)
	return entry
}

// A notice that a transaction publishes is not known outside before it is in the store there.
func TestPublishInATransaction(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	n, _, _ := b.Notices().Get(b.notice)
	n.Version, n.Supersedes = "2", b.notice
	for i := range n.Purposes {
		n.Purposes[i].Change = Processing
	}
	rolledBack := &Memory{}
	in := b.In(rolledBack)
	old, from, _ := b.Notices().Get(b.notice)
	require.NoError(t, rolledBack.PutNotice(t.Context(), Published{Hash: b.notice, Notice: old.AppendCanonical(nil), From: from}))
	h, err := in.Publish(t.Context(), n, time.Time{})
	require.NoError(t, err)
	_, _, ok := in.Notices().Get(h)
	require.True(t, ok)
	_, _, ok = b.Notices().Get(h)
	require.False(t, ok)
	b.record(t, b.yes("c-1", "piet@example.com"))
	require.True(t, b.ask(t, "c-1").Consented())
}

func TestSuppressRefuses(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	for want, try := range map[string]func() error{
		"no address":      func() error { return b.Suppress(t.Context(), " ", "", "", Objected, epoch) },
		"unknown channel": func() error { return b.Suppress(t.Context(), "a@example.com", "", "pigeon", Objected, epoch) },
		"the reason is":   func() error { return b.Suppress(t.Context(), "a@example.com", "", "", Given, epoch) },
		"no time":         func() error { return b.Suppress(t.Context(), "a@example.com", "", "", Objected, time.Time{}) },
		"not happened": func() error {
			return b.Suppress(t.Context(), "a@example.com", "", "", Objected, epoch.AddDate(9, 0, 0))
		},
	} {
		require.ErrorContains(t, try(), want)
	}
	e := b.yes("c-1", "  ")
	_, err := b.Record(t.Context(), e)
	require.ErrorContains(t, err, "of spaces")
}
