package consent

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func (b *bench) standing(t testing.TB) (out []basis.Subject) {
	t.Helper()
	for s, err := range b.store.Standings(t.Context(), "newsletter", basis.Email, b.clock.now()) {
		require.NoError(t, err)
		out = append(out, s.Subject)
	}
	return out
}

// A row that permits goes with the event that may end it, before the sequencer has seen that.
func TestStandingGoesAtOnce(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(b *bench) error{
		"withdrawn": func(b *bench) error { b.record(t, b.no(Withdrawn, "c-1")); return nil },
		"of all":    func(b *bench) error { b.record(t, Event{Type: Objected, Subject: "c-1", Actor: Person}); return nil },
		"merged with who refused": func(b *bench) error {
			b.record(t, b.no(Refused, "c-2"))
			_, err := b.Merge(t.Context(), "c-2", "c-1", Operator)
			return err
		},
		"merged, and the other refuses": func(b *bench) error {
			if _, err := b.Merge(t.Context(), "c-2", "c-1", Operator); err != nil {
				return err
			}
			if _, err := b.Sequence(t.Context()); err != nil {
				return err
			}
			require.Equal(t, []basis.Subject{"c-1"}, b.standing(t))
			b.record(t, b.no(Refused, "c-2"))
			return nil
		},
		"erased": func(b *bench) error {
			_, err := b.Erase(t.Context(), "c-1", Erasing{Actor: Person})
			return err
		},
	} {
		b := newLedger(t)
		b.record(t, b.yes("c-1", "a@example.com"))
		_, err := b.Sequence(t.Context())
		require.NoError(t, err)
		require.Equal(t, []basis.Subject{"c-1"}, b.standing(t), name)
		require.NoError(t, end(b), name)
		require.Empty(t, b.standing(t), name)
		_, err = b.Sequence(t.Context())
		require.NoError(t, err)
		require.Empty(t, b.standing(t), name)
		x, err := b.Index(t.Context())
		require.NoError(t, err)
		require.False(t, x.Decide(Query{Subject: "c-1", Purpose: "newsletter", Channel: basis.Email, At: b.clock.now()}).Consented(), name)
	}
}

// A mark that another reference, or a list, leaves on the address counts in decisions at once, and in standings from [Ledger.Rebuild] on.
func TestStandingUnderAMark(t *testing.T) {
	t.Parallel()
	b := newLedger(t)
	b.record(t, b.yes("c-1", "a@example.com"))
	_, err := b.Sequence(t.Context())
	require.NoError(t, err)
	require.NoError(t, b.Suppress(t.Context(), "A@example.com", "", "", Objected, b.clock.now()))
	require.False(t, b.ask(t, "c-1").Consented())
	require.NoError(t, b.Rebuild(t.Context()))
	require.Empty(t, b.standing(t))
}
