package anonymizetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// TestKeyStore runs the tests of a store that can be written to. open returns an empty
// store each time, which may use t.Cleanup.
func TestKeyStore(t *testing.T, open func(t testing.TB) anonymize.KeyStore) {
	t.Helper()
	run(t, open, keyStores())
}

func newKey(t testing.TB, id anonymize.KeyID) anonymize.Key {
	t.Helper()
	k, err := anonymize.NewKey(id, time.Date(2026, 1, 2, 15, 4, 5, 678, time.UTC))
	require.NoError(t, err)
	return k
}

func ring(t testing.TB, keys ...anonymize.Key) *anonymize.Keyring {
	t.Helper()
	r, err := anonymize.NewKeyring(keys[0], keys[1:]...)
	require.NoError(t, err)
	return r
}

// stored requires that the store has these keys, in this order.
func stored(t testing.TB, s anonymize.KeyStore, want ...anonymize.Key) {
	t.Helper()
	got, err := s.Load(t.Context())
	require.NoError(t, err)
	require.NotNil(t, got)
	keys := got.Keys()
	require.Len(t, keys, len(want))
	for i, k := range keys {
		require.Equal(t, want[i].ID, k.ID)
		require.True(t, want[i].Secret.Equal(k.Secret), "the secret of %s", k.ID)
		require.True(t, want[i].Created.Equal(k.Created), "the creation of %s", k.ID)
	}
}

func keyStores() []test[anonymize.KeyStore] {
	type store = anonymize.KeyStore
	return []test[store]{
		{"an empty store has no keys", func(t testing.TB, s store) {
			r, err := s.Load(t.Context())
			require.ErrorIs(t, err, anonymize.ErrNoKeys)
			require.Nil(t, r)
			require.Error(t, s.Drop(t.Context(), "a"))
		}},
		{"a ring comes back whole and in order", func(t testing.TB, s store) {
			a, b, c := newKey(t, "a"), newKey(t, "B_2-x"), newKey(t, "c")
			b.Created = time.Time{}
			require.NoError(t, s.Save(t.Context(), ring(t, a, b, c)))
			stored(t, s, a, b, c)
			stored(t, s, a, b, c)
		}},
		{"a secret that is longer than others comes back", func(t testing.TB, s store) {
			b := make([]byte, 64)
			for i := range b {
				b[i] = byte(255 - i)
			}
			secret, err := anonymize.NewSecret(b)
			require.NoError(t, err)
			k := anonymize.Key{ID: "long", Secret: secret}
			require.NoError(t, s.Save(t.Context(), ring(t, k)))
			stored(t, s, k)
		}},
		{"a rotated ring takes the place of the one before", func(t testing.TB, s store) {
			a, b := newKey(t, "a"), newKey(t, "b")
			require.NoError(t, s.Save(t.Context(), ring(t, a)))
			require.NoError(t, s.Save(t.Context(), ring(t, b, a)))
			stored(t, s, b, a)
			require.NoError(t, s.Save(t.Context(), ring(t, a, b)))
			stored(t, s, a, b)
		}},
		{"a ring that lacks a stored key is refused", func(t testing.TB, s store) {
			a, b, c := newKey(t, "a"), newKey(t, "b"), newKey(t, "c")
			require.NoError(t, s.Save(t.Context(), ring(t, b, a)))
			for _, r := range []*anonymize.Keyring{ring(t, b), ring(t, a), ring(t, c, b), ring(t, c)} {
				require.ErrorIs(t, s.Save(t.Context(), r), anonymize.ErrDropsKey)
				stored(t, s, b, a)
			}
		}},
		{"a ring with another secret under a stored id is refused", func(t testing.TB, s store) {
			a, b := newKey(t, "a"), newKey(t, "b")
			require.NoError(t, s.Save(t.Context(), ring(t, a)))
			require.ErrorIs(t, s.Save(t.Context(), ring(t, b, newKey(t, "a"))), anonymize.ErrDropsKey)
			stored(t, s, a)
		}},
		{"no ring is refused", func(t testing.TB, s store) {
			a := newKey(t, "a")
			require.NoError(t, s.Save(t.Context(), ring(t, a)))
			require.Error(t, s.Save(t.Context(), nil))
			stored(t, s, a)
		}},
		{"an older key is dropped by name, the primary one and an unknown one are not", func(t testing.TB, s store) {
			a, b, c := newKey(t, "a"), newKey(t, "b"), newKey(t, "c")
			require.NoError(t, s.Save(t.Context(), ring(t, c, b, a)))
			require.NoError(t, s.Drop(t.Context(), "b"))
			stored(t, s, c, a)
			require.Error(t, s.Drop(t.Context(), "b"))
			require.Error(t, s.Drop(t.Context(), "c"))
			require.Error(t, s.Drop(t.Context(), ""))
			stored(t, s, c, a)
			require.NoError(t, s.Save(t.Context(), ring(t, c, a)))
		}},
		{"a context that has ended ends each call", func(t testing.TB, s store) {
			a, b := newKey(t, "a"), newKey(t, "b")
			require.NoError(t, s.Save(t.Context(), ring(t, b, a)))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := s.Load(ctx)
			require.Error(t, err)
			require.Error(t, s.Save(ctx, ring(t, newKey(t, "c"), b, a)))
			require.Error(t, s.Drop(ctx, "a"))
			stored(t, s, b, a)
		}},
		{"of many who rotate at once no key is lost", func(t testing.TB, s store) {
			require.NoError(t, s.Save(t.Context(), ring(t, newKey(t, "first"))))
			const writers = 8
			together(t, writers, func(i int) error {
				k, err := anonymize.NewKey(anonymize.KeyID(fmt.Sprintf("k%d", i)), time.Time{})
				if err != nil {
					return err
				}
				for {
					r, err := s.Load(t.Context())
					if err != nil {
						return err
					}
					if r, err = r.Rotate(k); err != nil {
						return err
					}
					if err = s.Save(t.Context(), r); !errors.Is(err, anonymize.ErrDropsKey) {
						return err
					}
				}
			})
			r, err := s.Load(t.Context())
			require.NoError(t, err)
			require.Len(t, r.Keys(), writers+1)
		}},
	}
}
