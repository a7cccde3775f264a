package anonymize

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The token is what the manual says it is, computed here from the standard library alone.
func TestTokenBytes(t *testing.T) {
	t.Parallel()
	tokens, err := testRing(t).Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(t, err)
	got, err := tokens.Token(" Jan@Example.NL ")
	require.NoError(t, err)

	var info strings.Builder
	info.WriteString("grondslag anonymize 1")
	for _, part := range []string{"token", "mailer", "newsletter", "email"} {
		info.WriteString(string([]byte{0, 0, 0, byte(len(part))}) + part)
	}
	key, err := hkdf.Key(sha256.New, []byte(strings.Repeat("a", 32)), nil, info.String(), 32)
	require.NoError(t, err)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("jan@example.nl"))
	require.Equal(t, "v1.k1."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16]), got)

	id, err := TokenKey(got)
	require.NoError(t, err)
	require.Equal(t, KeyID("k1"), id)
	for _, bad := range []string{"", "v1.", "v1.k1", "v2.k1.x", "v1..x", "v1.a b.x"} {
		_, err := TokenKey(bad)
		require.ErrorIs(t, err, Malformed, bad)
	}
}

func TestTokenBits(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{96, 128, 160, 256} {
		tokens, err := testRing(t).Tokens(testDomain(), "email", Form{}, bits)
		require.NoError(t, err)
		token, err := tokens.Token("x")
		require.NoError(t, err)
		b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "v1.k1."))
		require.NoError(t, err)
		require.Len(t, b, bits/8)
	}
	for _, bits := range []int{-8, 8, 64, 95, 100, 257, 264} {
		_, err := testRing(t).Tokens(testDomain(), "email", Form{}, bits)
		require.ErrorIs(t, err, OutOfRange, bits)
	}
}

func TestTokenFind(t *testing.T) {
	t.Parallel()
	old := testRing(t)
	ring, err := old.Rotate(testKey(t, "k2", 'b'))
	require.NoError(t, err)
	before, err := old.Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(t, err)
	after, err := ring.Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(t, err)
	stored, err := before.Token("jan@example.nl")
	require.NoError(t, err)
	fresh, err := after.Token("jan@example.nl")
	require.NoError(t, err)
	require.NotEqual(t, stored, fresh)

	found, err := after.Find("JAN@example.nl")
	require.NoError(t, err)
	require.Equal(t, []string{fresh, stored}, found)
	for _, token := range found {
		ok, err := after.Match(token, "jan@EXAMPLE.nl")
		require.NoError(t, err)
		require.True(t, ok)
	}
	ok, err := after.Match(stored, "piet@example.nl")
	require.NoError(t, err)
	require.False(t, ok)
	ok, err = before.Match(fresh, "jan@example.nl")
	require.NoError(t, err)
	require.False(t, ok, "the newer key is not in that ring")
	_, err = after.Match(stored, "no address")
	require.ErrorIs(t, err, Malformed)
}

func TestTokenRefuses(t *testing.T) {
	t.Parallel()
	plain, err := testRing(t).Tokens(testDomain(), "name", Form{}, 0)
	require.NoError(t, err)
	_, err = plain.Token("a\xff")
	require.ErrorIs(t, err, Malformed)
	mail, err := testRing(t).Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(t, err)
	out, err := mail.Append([]byte("before"), "nobody")
	require.ErrorIs(t, err, Malformed)
	require.Equal(t, "before", string(out))
	_, err = mail.Token("")
	require.ErrorIs(t, err, Malformed)
	_, err = testRing(t).Tokens(Domain{}, "email", Form{}, 0)
	require.Error(t, err)
	_, err = testRing(t).Tokens(testDomain(), "", Form{}, 0)
	require.Error(t, err)
}

// Tokens of one value in two domains must look like those of two values: over n
// values, each of the 128 bit positions agrees between the domains about as often as
// a coin, and no token is in both. Bounds are six standard deviations over all
// positions and values; a chance of 1 in a million of a false alarm at most, were
// the values not fixed.
func TestDomainsDoNotCorrelate(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for _, other := range []struct {
		d     Domain
		field string
	}{
		{Domain{Recipient: "mailer"}, "email"},
		{Domain{Recipient: "analyst", Purpose: "newsletter"}, "email"},
		{testDomain(), "email2"},
	} {
		ring := testRing(t)
		a, err := ring.Tokens(testDomain(), "email", Form{}, 0)
		require.NoError(t, err)
		b, err := ring.Tokens(other.d, other.field, Form{}, 0)
		require.NoError(t, err)
		var agree [128]int
		var pairs [256][256]int // first bytes against each other
		seen := map[string]bool{}
		first := make([]string, n)
		for i := range n {
			value := fmt.Sprintf("person-%d@example.nl", i)
			x, err := a.Token(value)
			require.NoError(t, err)
			y, err := b.Token(value)
			require.NoError(t, err)
			first[i], seen[x] = y, true
			p, q := payloadOf(t, x), payloadOf(t, y)
			pairs[p[0]][q[0]]++
			for bit := range 128 {
				if (p[bit/8]^q[bit/8])>>(bit%8)&1 == 0 {
					agree[bit]++
				}
			}
		}
		for _, y := range first {
			require.False(t, seen[y])
		}
		total := 0
		for bit, k := range agree {
			require.InDelta(t, n/2, k, 6*math.Sqrt(n)/2, "bit %d", bit)
			total += k
		}
		require.InDelta(t, n*64, total, 6*math.Sqrt(n*128)/2)
		// Chi-squared over the joint distribution of first bytes: 65,535 degrees of freedom.
		chi, expected := 0.0, float64(n)/65536
		for _, row := range pairs {
			for _, k := range row {
				chi += (float64(k) - expected) * (float64(k) - expected) / expected
			}
		}
		require.InDelta(t, 65535, chi, 6*math.Sqrt(2*65535+65536/expected))
	}
}

func payloadOf(t testing.TB, token string) []byte {
	t.Helper()
	_, payload, err := cutVersion(token)
	require.NoError(t, err)
	b, err := appendDecoded(nil, payload)
	require.NoError(t, err)
	return b
}

func BenchmarkToken(b *testing.B) {
	for name, form := range map[string]Form{"plain": {}, "email": {Norm: NormEmail}} {
		b.Run(name, func(b *testing.B) {
			tokens, err := testRing(b).Tokens(testDomain(), "email", form, 0)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = tokens.Token("jan.de.vries@example.com")
			}
		})
	}
}

func BenchmarkTokenAppend(b *testing.B) {
	tokens, err := testRing(b).Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(b, err)
	buf := make([]byte, 0, 128)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = tokens.Append(buf, "jan.de.vries@example.com")
	}
}
