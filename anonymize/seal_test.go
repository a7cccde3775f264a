package anonymize

import (
	"strings"
	"testing"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/stretchr/testify/require"
)

func permit() reidentify.Capability { return reidentify.Because("a test") }

// reversible is what Deterministic and Sealer share.
type reversible interface {
	Reveal(reidentify.Capability, string) (string, error)
	Rotate(string) (string, error)
}

func reversibles(t testing.TB, r *Keyring, d Domain, field string) map[string]struct {
	seal func(string) string
	reversible
} {
	t.Helper()
	det, err := r.Deterministic(d, field, Form{})
	require.NoError(t, err)
	gcm, err := r.Sealer(d, field, "")
	require.NoError(t, err)
	xchacha, err := r.Sealer(d, field, XChaCha)
	require.NoError(t, err)
	type pair = struct {
		seal func(string) string
		reversible
	}
	return map[string]pair{
		"siv": {func(s string) string {
			out, err := det.Seal(s)
			if err != nil {
				panic(err)
			}
			return out
		}, det},
		"gcm":     {gcm.Seal, gcm},
		"xchacha": {xchacha.Seal, xchacha},
	}
}

func TestSealAndReveal(t *testing.T) {
	t.Parallel()
	for name, c := range reversibles(t, testRing(t), testDomain(), "iban") {
		for _, value := range []string{"", "x", "NL91ABNA0417164300", strings.Repeat("é", 3000)} {
			sealed := c.seal(value)
			require.True(t, strings.HasPrefix(sealed, "v1.k1."))
			back, err := c.Reveal(permit(), sealed)
			require.NoError(t, err, name)
			require.Equal(t, value, back, name)
			require.Equal(t, name == "siv", sealed == c.seal(value), name)

			_, err = c.Reveal(reidentify.Capability{}, sealed)
			require.ErrorIs(t, err, NotPermitted)
		}
	}
}

// A ciphertext of another domain, field, key or method, and any change in one, is refused.
func TestRevealRefuses(t *testing.T) {
	t.Parallel()
	const secret = "NL91ABNA0417164300"
	other, err := NewKeyring(testKey(t, "k1", 'b'))
	require.NoError(t, err)
	named, err := NewKeyring(testKey(t, "k2", 'a'))
	require.NoError(t, err)
	strangers := []map[string]struct {
		seal func(string) string
		reversible
	}{
		reversibles(t, testRing(t), Domain{Recipient: "mailer"}, "iban"),
		reversibles(t, testRing(t), testDomain(), "iban2"),
		reversibles(t, other, testDomain(), "iban"),
	}
	for name, c := range reversibles(t, testRing(t), testDomain(), "iban") {
		for _, s := range strangers {
			for _, method := range s {
				_, err := c.Reveal(permit(), method.seal(secret))
				require.ErrorIs(t, err, Tampered, name)
			}
		}
		for method, x := range reversibles(t, testRing(t), testDomain(), "iban") {
			if method != name {
				_, err := c.Reveal(permit(), x.seal(secret))
				require.ErrorIs(t, err, Tampered, "%s as %s", method, name)
			}
		}
		_, err = c.Reveal(permit(), reversibles(t, named, testDomain(), "iban")[name].seal(secret))
		require.ErrorIs(t, err, UnknownKey)

		sealed := c.seal(secret)
		for i := range len(sealed) {
			for _, with := range []byte{'A', '.', '=', '\n', 0xff} {
				changed := []byte(sealed)
				if changed[i] == with {
					continue
				}
				changed[i] = with
				back, err := c.Reveal(permit(), string(changed))
				require.Error(t, err, "%s: %d %q", name, i, with)
				require.Empty(t, back)
				require.NotContains(t, err.Error(), secret)
			}
			_, err := c.Reveal(permit(), sealed[:i])
			require.Error(t, err)
			_, err = c.Reveal(permit(), sealed[:i]+"\n"+sealed[i:])
			require.Error(t, err, "one writing only")
		}
		_, err = c.Reveal(permit(), sealed+"A")
		require.Error(t, err)
	}
}

func TestSealRotates(t *testing.T) {
	t.Parallel()
	old := testRing(t)
	ring, err := old.Rotate(testKey(t, "k2", 'b'))
	require.NoError(t, err)
	alone, err := ring.Without("k1")
	require.NoError(t, err)
	before, both, after := reversibles(t, old, testDomain(), "f"), reversibles(t, ring, testDomain(), "f"), reversibles(t, alone, testDomain(), "f")
	for name := range before {
		sealed := before[name].seal("value")
		back, err := both[name].Reveal(permit(), sealed)
		require.NoError(t, err)
		require.Equal(t, "value", back)
		_, err = after[name].Reveal(permit(), sealed)
		require.ErrorIs(t, err, UnknownKey)
		moved, err := both[name].Rotate(sealed)
		require.NoError(t, err)
		back, err = after[name].Reveal(permit(), moved)
		require.NoError(t, err)
		require.Equal(t, "value", back)
		_, err = both[name].Rotate("v1.k1.AAAA")
		require.ErrorIs(t, err, Tampered)
	}
	det, err := ring.Deterministic(testDomain(), "f", Form{})
	require.NoError(t, err)
	found, err := det.Find("value")
	require.NoError(t, err)
	require.Equal(t, []string{after["siv"].seal("value"), before["siv"].seal("value")}, found)
}

func TestSealedBytes(t *testing.T) {
	t.Parallel()
	for _, alg := range []Algorithm{AESGCM, XChaCha} {
		s, err := testRing(t).Sealer(testDomain(), "f", alg)
		require.NoError(t, err)
		sealed := s.AppendSealed([]byte("x"), []byte("value"), []byte("row 7"))
		back, err := s.OpenSealed(permit(), "k1", []byte("y"), sealed[1:], []byte("row 7"))
		require.NoError(t, err)
		require.Equal(t, "yvalue", string(back))
		back, err = s.OpenSealed(permit(), "k1", []byte("y"), sealed[1:], []byte("row 8"))
		require.ErrorIs(t, err, Tampered)
		require.Equal(t, "y", string(back))
		_, err = s.OpenSealed(permit(), "k9", nil, sealed[1:], []byte("row 7"))
		require.ErrorIs(t, err, UnknownKey)
		_, err = s.OpenSealed(reidentify.Capability{}, "k1", nil, sealed[1:], []byte("row 7"))
		require.ErrorIs(t, err, NotPermitted)
		for n := range 40 {
			_, err = s.OpenSealed(permit(), "k1", nil, make([]byte, n), nil)
			require.ErrorIs(t, err, Tampered)
		}
	}
	_, err := testRing(t).Sealer(testDomain(), "f", "rot13")
	require.ErrorIs(t, err, Unsupported)
}

func FuzzReveal(f *testing.F) {
	f.Add("v1.k1.AAAA")
	ring := testRing(f)
	all := reversibles(f, ring, testDomain(), "f")
	for _, c := range all {
		f.Add(c.seal("value"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, c := range all {
			back, err := c.Reveal(permit(), text)
			if err != nil {
				require.Empty(t, back)
			} else if name == "siv" {
				require.Equal(t, text, c.seal(back), "one writing only")
			}
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	value, dst := []byte("jan.de.vries@example.com"), make([]byte, 0, 128)
	for _, alg := range []Algorithm{AESGCM, XChaCha} {
		s, err := testRing(b).Sealer(testDomain(), "f", alg)
		require.NoError(b, err)
		b.Run(string(alg), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.AppendSealed(dst, value, nil)
			}
		})
	}
	det, err := testRing(b).Deterministic(testDomain(), "f", Form{})
	require.NoError(b, err)
	b.Run("siv", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = det.Append(dst, "jan.de.vries@example.com")
		}
	})
}
