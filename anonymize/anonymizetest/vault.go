package anonymizetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// TestVault runs the tests of a vault. open returns an empty one each time, which may
// use t.Cleanup.
func TestVault(t *testing.T, open func(t testing.TB) anonymize.Vault) {
	t.Helper()
	run(t, open, vaults())
}

func index(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

func row(value, token string, key anonymize.KeyID) anonymize.VaultEntry {
	return anonymize.VaultEntry{Index: index(value), Token: token, Key: key, Sealed: []byte("\x00\xff'\"\\ sealed " + value + token)}
}

func put(t testing.TB, v anonymize.Vault, rows ...anonymize.VaultEntry) {
	t.Helper()
	for _, e := range rows {
		kept, err := v.Put(t.Context(), e)
		require.NoError(t, err)
		sameRow(t, e, kept)
	}
}

func sameRow(t testing.TB, want, got anonymize.VaultEntry) {
	t.Helper()
	require.True(t, bytes.Equal(want.Index, got.Index), "the index")
	require.Equal(t, want.Token, got.Token)
	require.Equal(t, want.Key, got.Key)
	require.True(t, bytes.Equal(want.Sealed, got.Sealed), "what is sealed")
}

// inVault requires that the row is found in both ways.
func inVault(t testing.TB, v anonymize.Vault, want anonymize.VaultEntry) {
	t.Helper()
	got, ok, err := v.ByToken(t.Context(), want.Token)
	require.NoError(t, err)
	require.True(t, ok)
	sameRow(t, want, got)
	got, ok, err = v.ByIndex(t.Context(), want.Index)
	require.NoError(t, err)
	require.True(t, ok)
	sameRow(t, want, got)
}

func noToken(t testing.TB, v anonymize.Vault, token string) {
	t.Helper()
	_, ok, err := v.ByToken(t.Context(), token)
	require.NoError(t, err)
	require.False(t, ok)
}

func noIndex(t testing.TB, v anonymize.Vault, indexes ...[]byte) {
	t.Helper()
	_, ok, err := v.ByIndex(t.Context(), indexes...)
	require.NoError(t, err)
	require.False(t, ok)
}

func vaults() []test[anonymize.Vault] {
	type vault = anonymize.Vault
	return []test[vault]{
		{"in an empty vault nothing is found", func(t testing.TB, v vault) {
			noToken(t, v, "r1.a")
			noToken(t, v, "")
			noIndex(t, v)
			noIndex(t, v, index("a"), index("b"))
		}},
		{"what is put comes back by token and by index", func(t testing.TB, v vault) {
			a, b := row("a", "r1.AAAA_-", "k1"), row("b", "r1.aaaa_-", anonymize.KeyID(strings.Repeat("k", 32)))
			put(t, v, a, b)
			inVault(t, v, a)
			inVault(t, v, b)
			noToken(t, v, "r1.aAAA_-")
			noIndex(t, v, index("c"))
			noIndex(t, v, a.Index[:31])
		}},
		{"of several indexes the first that is there is found", func(t testing.TB, v vault) {
			a, b := row("a", "r1.a", "k1"), row("b", "r1.b", "k1")
			put(t, v, a, b)
			for _, c := range []struct {
				indexes [][]byte
				want    anonymize.VaultEntry
			}{
				{[][]byte{a.Index, b.Index}, a},
				{[][]byte{b.Index, a.Index}, b},
				{[][]byte{index("c"), b.Index, a.Index}, b},
				{[][]byte{index("c"), index("d"), a.Index}, a},
			} {
				got, ok, err := v.ByIndex(t.Context(), c.indexes...)
				require.NoError(t, err)
				require.True(t, ok)
				sameRow(t, c.want, got)
			}
		}},
		{"the first row of an index stays, and is what the second to put gets", func(t testing.TB, v vault) {
			first := row("a", "r1.a", "k1")
			put(t, v, first)
			kept, err := v.Put(t.Context(), row("a", "r1.b", "k2"))
			require.NoError(t, err)
			sameRow(t, first, kept)
			inVault(t, v, first)
			noToken(t, v, "r1.b")
		}},
		{"a token that is there for another index is refused", func(t testing.TB, v vault) {
			a := row("a", "r1.a", "k1")
			put(t, v, a)
			_, err := v.Put(t.Context(), row("b", "r1.a", "k1"))
			require.Error(t, err)
			inVault(t, v, a)
			noIndex(t, v, index("b"))
		}},
		{"the vault keeps no slice of its callers and hands out none of its own", func(t testing.TB, v vault) {
			e, want := row("a", "r1.a", "k1"), row("a", "r1.a", "k1")
			kept, err := v.Put(t.Context(), e)
			require.NoError(t, err)
			for _, b := range [][]byte{kept.Index, kept.Sealed, e.Index, e.Sealed} {
				clear(b)
			}
			inVault(t, v, want)
			got, _, err := v.ByToken(t.Context(), "r1.a")
			require.NoError(t, err)
			clear(got.Sealed)
			clear(got.Index)
			if got, _, err = v.ByIndex(t.Context(), want.Index); err == nil {
				clear(got.Sealed)
				clear(got.Index)
			}
			require.NoError(t, err)
			inVault(t, v, want)
			moved, again := row("a", "r1.a", "k2"), row("a", "r1.a", "k2")
			require.NoError(t, v.Replace(t.Context(), moved))
			clear(moved.Sealed)
			clear(moved.Index)
			inVault(t, v, again)
		}},
		{"a row is replaced by one with its token, and its old index is gone", func(t testing.TB, v vault) {
			old, e, other := row("a", "r1.a", "k1"), row("a under k2", "r1.a", "k2"), row("b", "r1.b", "k1")
			put(t, v, old, other)
			require.NoError(t, v.Replace(t.Context(), e))
			inVault(t, v, e)
			inVault(t, v, other)
			noIndex(t, v, old.Index)
			same := row("a under k2", "r1.a", "k3")
			require.NoError(t, v.Replace(t.Context(), same))
			inVault(t, v, same)
			put(t, v, row("a", "r1.c", "k1"))
		}},
		{"a token that is not there is not replaced", func(t testing.TB, v vault) {
			require.Error(t, v.Replace(t.Context(), row("a", "r1.a", "k1")))
			noToken(t, v, "r1.a")
			noIndex(t, v, index("a"))
		}},
		{"a row does not get the index of another", func(t testing.TB, v vault) {
			a, b := row("a", "r1.a", "k1"), row("b", "r1.b", "k1")
			put(t, v, a, b)
			require.Error(t, v.Replace(t.Context(), row("b", "r1.a", "k1")))
			inVault(t, v, a)
			inVault(t, v, b)
		}},
		{"what is deleted is found in no way, and its value can be put again", func(t testing.TB, v vault) {
			a, b := row("a", "r1.a", "k1"), row("b", "r1.b", "k1")
			put(t, v, a, b)
			require.NoError(t, v.Delete(t.Context(), "r1.a"))
			require.NoError(t, v.Delete(t.Context(), "r1.a"))
			require.NoError(t, v.Delete(t.Context(), ""))
			noToken(t, v, "r1.a")
			noIndex(t, v, a.Index)
			inVault(t, v, b)
			again := row("a", "r1.c", "k1")
			put(t, v, again)
			inVault(t, v, again)
		}},
		{"a context that has ended ends each call", func(t testing.TB, v vault) {
			a := row("a", "r1.a", "k1")
			put(t, v, a)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := v.Put(ctx, row("b", "r1.b", "k1"))
			require.Error(t, err)
			_, _, err = v.ByToken(ctx, "r1.a")
			require.Error(t, err)
			_, _, err = v.ByIndex(ctx, a.Index)
			require.Error(t, err)
			require.Error(t, v.Replace(ctx, row("a", "r1.a", "k2")))
			require.Error(t, v.Delete(ctx, "r1.a"))
			inVault(t, v, a)
			noToken(t, v, "r1.b")
		}},
		{"of many who put a value at once all get one token", func(t testing.TB, v vault) {
			const n = 16
			kept := make([]anonymize.VaultEntry, n)
			together(t, n, func(i int) (err error) {
				kept[i], err = v.Put(t.Context(), row("a", fmt.Sprint("r1.", i), "k1"))
				return err
			})
			for _, e := range kept {
				sameRow(t, kept[0], e)
			}
			inVault(t, v, kept[0])
			for i := range n {
				if token := fmt.Sprint("r1.", i); token != kept[0].Token {
					noToken(t, v, token)
				}
			}
		}},
	}
}
