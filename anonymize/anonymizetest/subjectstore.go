package anonymizetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// TestSubjectStore runs the tests of a store of subject keys. open returns an empty
// store each time, which may use t.Cleanup.
func TestSubjectStore(t *testing.T, open func(t testing.TB) anonymize.SubjectStore) {
	t.Helper()
	run(t, open, subjectStores())
}

func mark(name string) (m anonymize.SubjectMark) {
	sum := sha256.Sum256([]byte(name))
	copy(m[:], sum[:])
	return m
}

// wrapped is an entry with bytes of every value, of the length that there is.
func wrapped(name string, key anonymize.KeyID, seed byte) anonymize.SubjectEntry {
	b := make([]byte, 60)
	for i := range b {
		b[i] = seed + byte(i)*5
	}
	return anonymize.SubjectEntry{Mark: mark(name), Key: key, Wrapped: b}
}

// at requires that the entry is at its mark.
func at(t testing.TB, s anonymize.SubjectStore, want anonymize.SubjectEntry) {
	t.Helper()
	got, ok, err := s.Get(t.Context(), want.Mark)
	require.NoError(t, err)
	require.True(t, ok)
	sameEntry(t, want, got)
}

func sameEntry(t testing.TB, want, got anonymize.SubjectEntry) {
	t.Helper()
	require.Equal(t, want.Mark, got.Mark)
	require.Equal(t, want.Shredded, got.Shredded)
	require.Equal(t, want.Key, got.Key)
	require.True(t, bytes.Equal(want.Wrapped, got.Wrapped), "the wrapped key")
}

func tombstone(name string) anonymize.SubjectEntry {
	return anonymize.SubjectEntry{Mark: mark(name), Shredded: true}
}

func add(t testing.TB, s anonymize.SubjectStore, list ...anonymize.SubjectEntry) {
	t.Helper()
	for _, e := range list {
		kept, err := s.Add(t.Context(), e)
		require.NoError(t, err)
		sameEntry(t, e, kept)
	}
}

func shred(t testing.TB, s anonymize.SubjectStore, name string, want bool) {
	t.Helper()
	existed, err := s.Shred(t.Context(), mark(name))
	require.NoError(t, err)
	require.Equal(t, want, existed)
}

// under returns the marks of what is wrapped under the key.
func under(t testing.TB, s anonymize.SubjectStore, key anonymize.KeyID, limit int) (out []anonymize.SubjectMark) {
	t.Helper()
	list, err := s.Under(t.Context(), key, limit)
	require.NoError(t, err)
	for _, e := range list {
		require.Equal(t, key, e.Key)
		require.False(t, e.Shredded)
		require.Len(t, e.Wrapped, 60)
		out = append(out, e.Mark)
	}
	return out
}

func marks(t testing.TB, list iter.Seq2[anonymize.SubjectMark, error]) (out []anonymize.SubjectMark) {
	t.Helper()
	for m, err := range list {
		require.NoError(t, err)
		out = append(out, m)
	}
	return out
}

func subjectStores() []test[anonymize.SubjectStore] {
	type store = anonymize.SubjectStore
	return []test[store]{
		{"where nothing is nothing comes back", func(t testing.TB, s store) {
			_, ok, err := s.Get(t.Context(), mark("a"))
			require.NoError(t, err)
			require.False(t, ok)
			require.Empty(t, under(t, s, "k1", 10))
			require.Empty(t, marks(t, s.Tombstones(t.Context())))
		}},
		{"what is added comes back, at its mark alone", func(t testing.TB, s store) {
			a, b := wrapped("a", "k1", 0), wrapped("b", "K_2-x", 7)
			longest := wrapped("c", anonymize.KeyID(strings.Repeat("k", 32)), 9)
			zero := wrapped("", "k1", 11)
			zero.Mark = anonymize.SubjectMark{}
			add(t, s, a, b, longest, zero)
			for _, e := range []anonymize.SubjectEntry{a, b, longest, zero} {
				at(t, s, e)
			}
			_, ok, err := s.Get(t.Context(), mark("d"))
			require.NoError(t, err)
			require.False(t, ok)
		}},
		{"the first entry at a mark stays, and is what the second to add gets", func(t testing.TB, s store) {
			first := wrapped("a", "k1", 0)
			add(t, s, first)
			kept, err := s.Add(t.Context(), wrapped("a", "k2", 1))
			require.NoError(t, err)
			sameEntry(t, first, kept)
			at(t, s, first)
		}},
		{"the store keeps no slice of its callers and hands out none of its own", func(t testing.TB, s store) {
			e, want := wrapped("a", "k1", 0), wrapped("a", "k1", 0)
			kept, err := s.Add(t.Context(), e)
			require.NoError(t, err)
			clear(e.Wrapped)
			clear(kept.Wrapped)
			at(t, s, want)
			got, _, err := s.Get(t.Context(), want.Mark)
			require.NoError(t, err)
			clear(got.Wrapped)
			list, err := s.Under(t.Context(), "k1", 1)
			require.NoError(t, err)
			require.Len(t, list, 1)
			clear(list[0].Wrapped)
			at(t, s, want)
			moved, again := wrapped("a", "k2", 3), wrapped("a", "k2", 3)
			done, err := s.Replace(t.Context(), want, moved)
			require.NoError(t, err)
			require.True(t, done)
			clear(moved.Wrapped)
			at(t, s, again)
		}},
		{"shredding leaves a tombstone without a key", func(t testing.TB, s store) {
			add(t, s, wrapped("a", "k1", 0), wrapped("b", "k1", 1))
			shred(t, s, "a", true)
			at(t, s, tombstone("a"))
			at(t, s, wrapped("b", "k1", 1))
			require.Equal(t, []anonymize.SubjectMark{mark("b")}, under(t, s, "k1", 10))
			require.Empty(t, under(t, s, "", 10))
		}},
		{"shredding again, and where nothing was, is no error and says that no key was there", func(t testing.TB, s store) {
			add(t, s, wrapped("a", "k1", 0))
			shred(t, s, "a", true)
			shred(t, s, "a", false)
			shred(t, s, "b", false)
			at(t, s, tombstone("a"))
			at(t, s, tombstone("b"))
		}},
		{"nothing is added at a tombstone, and the one who tries gets it", func(t testing.TB, s store) {
			add(t, s, wrapped("a", "k1", 0))
			shred(t, s, "a", true)
			shred(t, s, "b", false)
			for _, name := range []string{"a", "b"} {
				kept, err := s.Add(t.Context(), wrapped(name, "k1", 3))
				require.NoError(t, err)
				sameEntry(t, tombstone(name), kept)
				at(t, s, tombstone(name))
			}
		}},
		{"an entry is replaced by another at its mark", func(t testing.TB, s store) {
			old, e, other := wrapped("a", "k1", 0), wrapped("a", "k2", 1), wrapped("b", "k1", 2)
			add(t, s, old, other)
			done, err := s.Replace(t.Context(), old, e)
			require.NoError(t, err)
			require.True(t, done)
			at(t, s, e)
			at(t, s, other)
			require.Equal(t, []anonymize.SubjectMark{mark("a")}, under(t, s, "k2", 10))
			require.Equal(t, []anonymize.SubjectMark{mark("b")}, under(t, s, "k1", 10))
		}},
		{"an entry that changed meanwhile is not replaced", func(t testing.TB, s store) {
			old, now := wrapped("a", "k1", 0), wrapped("a", "k2", 1)
			add(t, s, now)
			done, err := s.Replace(t.Context(), old, wrapped("a", "k3", 2))
			require.NoError(t, err)
			require.False(t, done)
			at(t, s, now)
		}},
		{"a tombstone is not replaced, and nothing is not", func(t testing.TB, s store) {
			old := wrapped("a", "k1", 0)
			add(t, s, old)
			shred(t, s, "a", true)
			for _, old := range []anonymize.SubjectEntry{old, tombstone("a"), wrapped("b", "k1", 0)} {
				e := wrapped("a", "k2", 1)
				e.Mark = old.Mark
				done, err := s.Replace(t.Context(), old, e)
				require.NoError(t, err)
				require.False(t, done)
			}
			at(t, s, tombstone("a"))
			_, ok, err := s.Get(t.Context(), mark("b"))
			require.NoError(t, err)
			require.False(t, ok)
		}},
		{"under a key are all its entries and no more than the limit", func(t testing.TB, s store) {
			var want []anonymize.SubjectMark
			for i := range 25 {
				name := fmt.Sprint("a", i)
				add(t, s, wrapped(name, "k1", byte(i)), wrapped(fmt.Sprint("b", i), "k10", byte(i)))
				want = append(want, mark(name))
			}
			require.Len(t, under(t, s, "k1", 10), 10)
			require.ElementsMatch(t, want, under(t, s, "k1", 1000))
			require.Empty(t, under(t, s, "K1", 1000))
		}},
		{"all tombstones are listed, while others are made too", func(t testing.TB, s store) {
			var want []anonymize.SubjectMark
			for i := range 25 {
				name := fmt.Sprint("a", i)
				add(t, s, wrapped(name, "k1", byte(i)), wrapped(fmt.Sprint("b", i), "k1", byte(i)))
				shred(t, s, name, true)
				want = append(want, mark(name))
			}
			require.ElementsMatch(t, want, marks(t, s.Tombstones(t.Context())))
			n := 0
			for m, err := range s.Tombstones(t.Context()) {
				require.NoError(t, err)
				require.Contains(t, want, m)
				if n++; n == 3 {
					break
				}
			}
			shred(t, s, "b0", true)
			require.Len(t, marks(t, s.Tombstones(t.Context())), 26)
		}},
		{"a context that has ended ends each call", func(t testing.TB, s store) {
			e := wrapped("a", "k1", 0)
			add(t, s, e)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, _, err := s.Get(ctx, e.Mark)
			require.Error(t, err)
			_, err = s.Add(ctx, wrapped("b", "k1", 0))
			require.Error(t, err)
			_, err = s.Replace(ctx, e, wrapped("a", "k2", 0))
			require.Error(t, err)
			_, err = s.Shred(ctx, e.Mark)
			require.Error(t, err)
			_, err = s.Under(ctx, "k1", 1)
			require.Error(t, err)
			n := 0
			for _, err := range s.Tombstones(ctx) {
				require.Error(t, err)
				n++
			}
			require.Equal(t, 1, n)
			at(t, s, e)
			_, ok, err := s.Get(t.Context(), mark("b"))
			require.NoError(t, err)
			require.False(t, ok)
		}},
		{"of many who add at once all get one entry", func(t testing.TB, s store) {
			const n = 16
			kept := make([]anonymize.SubjectEntry, n)
			together(t, n, func(i int) (err error) {
				kept[i], err = s.Add(t.Context(), wrapped("a", "k1", byte(i)))
				return err
			})
			for _, e := range kept {
				sameEntry(t, kept[0], e)
			}
			at(t, s, kept[0])
		}},
		{"of many who shred at once one destroys", func(t testing.TB, s store) {
			add(t, s, wrapped("a", "k1", 0))
			var destroyed atomic.Int32
			together(t, 16, func(int) error {
				existed, err := s.Shred(t.Context(), mark("a"))
				if existed {
					destroyed.Add(1)
				}
				return err
			})
			require.Equal(t, int32(1), destroyed.Load())
			at(t, s, tombstone("a"))
		}},
		{"whoever adds or replaces while another shreds brings nothing back", func(t testing.TB, s store) {
			const n = 50
			for i := range n {
				add(t, s, wrapped(fmt.Sprint("a", i), "k1", 0))
			}
			together(t, 4, func(who int) error {
				for i := range n {
					name := fmt.Sprint("a", i)
					var err error
					switch who {
					case 0:
						_, err = s.Shred(t.Context(), mark(name))
					case 1:
						_, err = s.Add(t.Context(), wrapped(name, "k1", 1))
					case 2:
						_, err = s.Replace(t.Context(), wrapped(name, "k1", 0), wrapped(name, "k2", 2))
					default:
						_, _, err = s.Get(t.Context(), mark(name))
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			for i := range n {
				at(t, s, tombstone(fmt.Sprint("a", i)))
			}
			require.Empty(t, under(t, s, "k1", 1000))
			require.Empty(t, under(t, s, "k2", 1000))
		}},
	}
}
