package consenttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

func leaves(entries ...consent.Entry) []consent.PendingLeaf {
	out := make([]consent.PendingLeaf, len(entries))
	for i := range entries {
		out[i] = consent.PendingLeaf{ID: entries[i].ID, Hash: entries[i].Leaf}
	}
	return out
}

func growth(from int64, entries ...consent.Entry) consent.Growth {
	to := from + int64(len(entries))
	return consent.Growth{From: from, Leaves: leaves(entries...), Checkpoint: note(to), At: noon(),
		Tiles: []proof.Tile{{Level: 0, Index: 0, Data: fmt.Appendf(nil, "tile to %d", to)}}}
}

func note(size int64) []byte { return fmt.Appendf(nil, "checkpoint of %d", size) }

func several(t testing.TB, s consent.Store, n int) []consent.Entry {
	t.Helper()
	all := make([]consent.Entry, n)
	for i := range all {
		all[i] = entry("c-1")
	}
	add(t, s, all...)
	return all
}

var logs = []test{
	{"of nothing: no checkpoint, no tile, no position, no leaves", func(t *testing.T, s consent.Store) {
		for _, size := range []int64{-1, 0, 1} {
			_, _, err := s.Checkpoint(t.Context(), size)
			require.ErrorIs(t, err, consent.ErrUnknown)
		}
		data, err := s.Tile(t.Context(), 0, 0)
		require.NoError(t, err)
		require.Nil(t, data)
		_, err = s.Position(t.Context(), consent.NewEventID())
		require.ErrorIs(t, err, consent.ErrUnknown)
		require.Empty(t, list(t, s.Leaves(t.Context(), 0)))
		require.Empty(t, list(t, s.Checkpoints(t.Context())))
	}},
	{"leaves get positions in order and are no longer pending", func(t *testing.T, s consent.Store) {
		e := several(t, s, 5)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[2], e[0])))
		require.NoError(t, s.Grow(t.Context(), growth(2, e[4])))
		require.ElementsMatch(t, []consent.EventID{e[1].ID, e[3].ID}, pending(t, s))
		require.Equal(t, []consent.EventID{e[2].ID, e[0].ID, e[4].ID}, list(t, s.Leaves(t.Context(), 0)))
		require.Equal(t, []consent.EventID{e[2].ID, e[0].ID, e[4].ID}, list(t, s.Leaves(t.Context(), -1)))
		require.Equal(t, []consent.EventID{e[0].ID, e[4].ID}, list(t, s.Leaves(t.Context(), 1)))
		require.Empty(t, list(t, s.Leaves(t.Context(), 3)))
		require.Empty(t, list(t, s.Leaves(t.Context(), 30)))
		for i, who := range []int{2, 0, 4} {
			at, err := s.Position(t.Context(), e[who].ID)
			require.NoError(t, err)
			require.EqualValues(t, i, at)
		}
		_, err := s.Position(t.Context(), e[1].ID)
		require.ErrorIs(t, err, consent.ErrUnknown)
	}},
	{"a size that is not the log's is a conflict, and nothing changes", func(t *testing.T, s consent.Store) {
		e := several(t, s, 3)
		require.ErrorIs(t, s.Grow(t.Context(), growth(1, e[0])), consent.ErrConflict)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[0])))
		for _, from := range []int64{0, 2} {
			require.ErrorIs(t, s.Grow(t.Context(), growth(from, e[1])), consent.ErrConflict)
		}
		require.ElementsMatch(t, []consent.EventID{e[1].ID, e[2].ID}, pending(t, s))
		require.Equal(t, []consent.EventID{e[0].ID}, list(t, s.Leaves(t.Context(), 0)))
		require.Len(t, list(t, s.Checkpoints(t.Context())), 1)
	}},
	{"leaves that are in the log, were never pending or are there twice are an error, and nothing changes", func(t *testing.T, s consent.Store) {
		e := several(t, s, 3)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[0])))
		for _, g := range []consent.Growth{growth(1, e[1], e[0]), growth(1, entry("c-9"), e[1]), growth(1, e[1], e[1])} {
			err := s.Grow(t.Context(), g)
			require.Error(t, err)
			require.NotErrorIs(t, err, consent.ErrConflict)
		}
		require.ElementsMatch(t, []consent.EventID{e[1].ID, e[2].ID}, pending(t, s))
		require.Equal(t, []consent.EventID{e[0].ID}, list(t, s.Leaves(t.Context(), 0)))
		data, err := s.Tile(t.Context(), 0, 0)
		require.NoError(t, err)
		require.Equal(t, "tile to 1", string(data))
		_, of, err := s.Checkpoint(t.Context(), -1)
		require.NoError(t, err)
		require.EqualValues(t, 1, of)
		require.NoError(t, s.Grow(t.Context(), growth(1, e[1], e[2])))
	}},
	{"a log of nothing can have a checkpoint", func(t *testing.T, s consent.Store) {
		require.NoError(t, s.Grow(t.Context(), growth(0)))
		got, of, err := s.Checkpoint(t.Context(), -1)
		require.NoError(t, err)
		require.Zero(t, of)
		require.Equal(t, string(note(0)), string(got))
		e := several(t, s, 1)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[0])))
	}},
	{"the smallest checkpoint of at least the size, or the largest of all", func(t *testing.T, s consent.Store) {
		e := several(t, s, 9)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[:2]...)))
		require.NoError(t, s.Grow(t.Context(), growth(2, e[2:5]...)))
		require.NoError(t, s.Grow(t.Context(), growth(5, e[5:]...)))
		for size, want := range map[int64]int64{-1: 9, -7: 9, 0: 2, 1: 2, 2: 2, 3: 5, 5: 5, 6: 9, 9: 9} {
			got, of, err := s.Checkpoint(t.Context(), size)
			require.NoError(t, err)
			require.Equal(t, want, of, size)
			require.Equal(t, string(note(want)), string(got))
		}
		_, _, err := s.Checkpoint(t.Context(), 10)
		require.ErrorIs(t, err, consent.ErrUnknown)
		var all []string
		for _, n := range list(t, s.Checkpoints(t.Context())) {
			all = append(all, string(n))
		}
		require.Equal(t, []string{string(note(2)), string(note(5)), string(note(9))}, all)
	}},
	{"a checkpoint is cosigned only if it is still old", func(t *testing.T, s consent.Store) {
		e := several(t, s, 2)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[0])))
		require.NoError(t, s.Grow(t.Context(), growth(1, e[1])))
		require.ErrorIs(t, s.Cosign(t.Context(), 1, []byte("another"), []byte("signed")), consent.ErrConflict)
		require.ErrorIs(t, s.Cosign(t.Context(), 3, note(3), []byte("signed")), consent.ErrConflict)
		require.NoError(t, s.Cosign(t.Context(), 1, note(1), []byte("signed")))
		require.ErrorIs(t, s.Cosign(t.Context(), 1, note(1), []byte("signed again")), consent.ErrConflict)
		got, of, err := s.Checkpoint(t.Context(), 0)
		require.NoError(t, err)
		require.EqualValues(t, 1, of)
		require.Equal(t, "signed", string(got))
		got, _, err = s.Checkpoint(t.Context(), 2)
		require.NoError(t, err)
		require.Equal(t, string(note(2)), string(got))
	}},
	{"the newest data of a tile stays", func(t *testing.T, s consent.Store) {
		e := several(t, s, 2)
		first := growth(0, e[0])
		first.Tiles = append(first.Tiles, proof.Tile{Level: 1, Index: 0, Data: []byte("upper")}, proof.Tile{Level: 0, Index: 1 << 40, Data: []byte("far")})
		require.NoError(t, s.Grow(t.Context(), first))
		require.NoError(t, s.Grow(t.Context(), growth(1, e[1])))
		for _, c := range []struct {
			level int
			index int64
			want  string
		}{{0, 0, "tile to 2"}, {1, 0, "upper"}, {0, 1 << 40, "far"}, {2, 0, ""}, {0, 1, ""}} {
			data, err := s.Tile(t.Context(), c.level, c.index)
			require.NoError(t, err)
			require.Equal(t, c.want, string(data))
			require.Equal(t, c.want == "", data == nil)
		}
	}},
	{"one sequencer at a time", func(t *testing.T, s consent.Store) {
		lease := func(holder string, at, until time.Time) bool {
			t.Helper()
			ok, err := s.Lease(t.Context(), holder, at, until)
			require.NoError(t, err)
			return ok
		}
		end := noon().Add(time.Minute)
		require.True(t, lease("a", noon(), end))
		require.False(t, lease("b", noon(), end.Add(time.Hour)))
		require.False(t, lease("b", end.Add(-1), end.Add(time.Hour)))
		require.True(t, lease("a", noon(), end.Add(time.Minute)), "its holder makes it longer")
		require.False(t, lease("b", end, end.Add(time.Hour)))
		require.True(t, lease("b", end.Add(time.Minute), end.Add(time.Hour)), "it has ended")
		require.False(t, lease("a", end.Add(time.Minute), end.Add(2*time.Hour)))
		require.True(t, lease("b", end.Add(time.Minute), end.Add(time.Minute)), "its holder gives it up")
		require.True(t, lease("a", end.Add(time.Minute), end.Add(time.Hour)))
	}},
	{"many leaves and checkpoints are yielded in order, and can be left early", func(t *testing.T, s consent.Store) {
		e := several(t, s, 1100)
		require.NoError(t, s.Grow(t.Context(), growth(0, e[:550]...)))
		for i := 550; i < 1100; i++ {
			g := growth(int64(i), e[i])
			require.NoError(t, s.Grow(t.Context(), g))
		}
		require.Equal(t, idsOf(e), list(t, s.Leaves(t.Context(), 0)))
		require.Equal(t, idsOf(e[1000:]), list(t, s.Leaves(t.Context(), 1000)))
		notes := list(t, s.Checkpoints(t.Context()))
		require.Len(t, notes, 551)
		for i, n := range notes {
			require.Equal(t, string(note(int64(550+i))), string(n))
		}
		for range s.Leaves(t.Context(), 0) {
			break
		}
		for range s.Checkpoints(t.Context()) {
			break
		}
		require.Empty(t, pending(t, s))
	}},
}
