package anonymize

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/stretchr/testify/require"
)

func tokenizer(t testing.TB, r *Keyring, field string, v Vault) *Tokenizer {
	t.Helper()
	tk, err := r.Tokenizer(testDomain(), field, Form{Norm: NormEmail}, v)
	require.NoError(t, err)
	return tk
}

func TestTokenizer(t *testing.T) {
	t.Parallel()
	v := &MemoryVault{}
	tk := tokenizer(t, testRing(t), "email", v)
	token, err := tk.Token(t.Context(), "Jan@example.nl")
	require.NoError(t, err)
	require.Len(t, payloadOf(t, "v1.x."+strings.TrimPrefix(token, "r1.")), 16)
	again, err := tk.Token(t.Context(), "jan@EXAMPLE.nl ")
	require.NoError(t, err)
	require.Equal(t, token, again)
	another, err := tk.Token(t.Context(), "piet@example.nl")
	require.NoError(t, err)
	require.NotEqual(t, token, another)

	back, err := tk.Reveal(t.Context(), permit(), token)
	require.NoError(t, err)
	require.Equal(t, "jan@example.nl", back)
	_, err = tk.Reveal(t.Context(), reidentify.Capability{}, token)
	require.ErrorIs(t, err, NotPermitted)
	_, err = tk.Reveal(t.Context(), permit(), "r1.AAAA")
	require.ErrorIs(t, err, UnknownToken)
	_, err = tk.Token(t.Context(), "nobody")
	require.ErrorIs(t, err, Malformed)

	// Another field in the same vault has tokens of its own, and can't open these.
	other := tokenizer(t, testRing(t), "email2", v)
	elsewhere, err := other.Token(t.Context(), "jan@example.nl")
	require.NoError(t, err)
	require.NotEqual(t, token, elsewhere)
	_, err = other.Reveal(t.Context(), permit(), token)
	require.ErrorIs(t, err, Tampered)

	// Rows exchanged in the vault are found out.
	e, ok, err := v.ByToken(t.Context(), token)
	require.True(t, ok)
	require.NoError(t, err)
	require.NotContains(t, string(e.Sealed)+string(e.Index), "jan")
	f, _, err := v.ByToken(t.Context(), another)
	require.NoError(t, err)
	e.Sealed = f.Sealed
	require.NoError(t, v.Replace(t.Context(), e))
	_, err = tk.Reveal(t.Context(), permit(), token)
	require.ErrorIs(t, err, Tampered)

	require.NoError(t, v.Delete(t.Context(), another))
	_, err = tk.Reveal(t.Context(), permit(), another)
	require.ErrorIs(t, err, UnknownToken)
	fresh, err := tk.Token(t.Context(), "piet@example.nl")
	require.NoError(t, err)
	require.NotEqual(t, another, fresh, "a deleted token is never given again")
}

func TestTokenizerRotates(t *testing.T) {
	t.Parallel()
	v := &MemoryVault{}
	old := testRing(t)
	ring, err := old.Rotate(testKey(t, "k2", 'b'))
	require.NoError(t, err)
	alone, err := ring.Without("k1")
	require.NoError(t, err)
	token, err := tokenizer(t, old, "email", v).Token(t.Context(), "jan@example.nl")
	require.NoError(t, err)
	same, err := tokenizer(t, ring, "email", v).Token(t.Context(), "jan@example.nl")
	require.NoError(t, err)
	require.Equal(t, token, same, "found under the older key")
	require.NoError(t, tokenizer(t, ring, "email", v).Rotate(t.Context(), token))
	same, err = tokenizer(t, alone, "email", v).Token(t.Context(), "jan@example.nl")
	require.NoError(t, err)
	require.Equal(t, token, same, "the token outlives its key")
	back, err := tokenizer(t, alone, "email", v).Reveal(t.Context(), permit(), token)
	require.NoError(t, err)
	require.Equal(t, "jan@example.nl", back)
	require.ErrorIs(t, tokenizer(t, ring, "email", v).Rotate(t.Context(), "r1.x"), UnknownToken)
}

func TestTokenizerRaces(t *testing.T) {
	t.Parallel()
	tk := tokenizer(t, testRing(t), "email", &MemoryVault{})
	tokens := make([]string, 16)
	var wg sync.WaitGroup
	for i := range tokens {
		wg.Go(func() { tokens[i], _ = tk.Token(t.Context(), "jan@example.nl") })
	}
	wg.Wait()
	for _, token := range tokens {
		require.NotEmpty(t, token)
		require.Equal(t, tokens[0], token)
	}
}

// failing is a vault that is out of reach.
type failing struct{ Vault }

var errOutOfReach = errors.New("out of reach")

func (failing) ByIndex(_ context.Context, _ ...[]byte) (VaultEntry, bool, error) {
	return VaultEntry{}, false, errOutOfReach
}

func TestTokenizerFails(t *testing.T) {
	t.Parallel()
	token, err := tokenizer(t, testRing(t), "email", failing{}).Token(t.Context(), "jan@example.nl")
	require.ErrorIs(t, err, errOutOfReach)
	require.Empty(t, token)
	_, err = testRing(t).Tokenizer(testDomain(), "email", Form{}, nil)
	require.ErrorContains(t, err, "vault")
}
