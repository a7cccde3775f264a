package anonymize

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/grondslag/grondslag/anonymize/fpe"
	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/stretchr/testify/require"
)

// testKey is a key whose bytes are all b.
func testKey(t testing.TB, id KeyID, b byte) Key {
	t.Helper()
	s, err := NewSecret([]byte(strings.Repeat(string(rune(b)), 32)))
	require.NoError(t, err)
	return Key{ID: id, Secret: s}
}

func testRing(t testing.TB) *Keyring {
	t.Helper()
	r, err := NewKeyring(testKey(t, "k1", 'a'))
	require.NoError(t, err)
	return r
}

func testDomain() Domain { return Domain{Recipient: "mailer", Purpose: "newsletter"} }

func TestSecretPrintsNothing(t *testing.T) {
	t.Parallel()
	k := testKey(t, "k1", 'x')
	ring := testRing(t)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "secret", k.Secret, "key", k, "ring", ring)
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "secret", k.Secret, "key", k, "ring", ring)
	j, err := json.Marshal(k)
	require.NoError(t, err)
	var all strings.Builder
	all.WriteString(log.String() + string(j))
	var keyed []any
	keep := func(v any, err error) {
		require.NoError(t, err)
		keyed = append(keyed, v)
	}
	keep(ring.Tokens(testDomain(), "f", Form{}, 0))
	keep(ring.Deterministic(testDomain(), "f", Form{}))
	keep(ring.Sealer(testDomain(), "f", AESGCM))
	keep(ring.Sealer(testDomain(), "f", XChaCha))
	keep(ring.BlindIndex(testDomain(), "f", Form{}, 16))
	keep(ring.PrefixPreserving(testDomain(), "f"))
	keep(ring.DateShifter(testDomain(), "f", 9))
	keep(ring.Surrogates(testDomain(), "f", Form{}, []string{"a", "b"}))
	keep(ring.Tokenizer(testDomain(), "f", Form{}, &MemoryVault{}))
	keep(ring.FormatPreserving(testDomain(), "f", "digits", fpe.Options{}))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T%v"} {
		for _, v := range append(keyed, k, &k, k.Secret, &k.Secret, []Key{k}, map[string]Secret{"s": k.Secret}, ring, *ring, struct{ s Secret }{k.Secret}, struct{ r *Keyring }{ring}) {
			all.WriteString(fmt.Sprintf(verb, v))
		}
	}
	for _, use := range []struct {
		method Method
		n      int
	}{{MethodToken, 32}, {MethodSIV, 64}, {MethodSeal + "/gcm", 32}, {MethodSeal + "/xchacha", 32}, {MethodBlindIndex, 32}, {MethodCryptoPAn, 32}, {MethodDateShift, 32}} {
		b, err := ring.Primary().derive(string(use.method), testDomain(), "f", use.n)
		require.NoError(t, err)
		require.NotContains(t, all.String(), fmt.Sprintf("%x", b)[:16])
		require.NotContains(t, all.String(), strings.Trim(fmt.Sprint(b[:8]), "[]"))
	}
	for _, leak := range []string{"xxxx", "aaaa", "7878", "0x78", "120 120", "97 97", "6161"} {
		require.NotContains(t, all.String(), leak)
	}
	require.Contains(t, all.String(), "[redacted]")
}

func TestSecretBytes(t *testing.T) {
	t.Parallel()
	k := testKey(t, "k1", 'x')
	require.Nil(t, k.Secret.Bytes(reidentify.Capability{}))
	require.Nil(t, k.Secret.Bytes(reidentify.Because(" \t")))
	b := k.Secret.Bytes(reidentify.Because("a test"))
	require.Len(t, b, 32)
	b[0] = 0
	require.True(t, k.Secret.Equal(testKey(t, "k2", 'x').Secret), "a copy, not the secret")
	require.False(t, k.Secret.Equal(testKey(t, "k2", 'y').Secret))
	require.False(t, Secret{}.Equal(Secret{}))
	_, err := NewSecret(make([]byte, 31))
	require.Error(t, err)
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	a, b, c := testKey(t, "a", 'a'), testKey(t, "b", 'b'), testKey(t, "c", 'c')
	ring, err := NewKeyring(a)
	require.NoError(t, err)
	ring, err = ring.Rotate(b)
	require.NoError(t, err)
	ring, err = ring.Rotate(c)
	require.NoError(t, err)
	require.Equal(t, "keys [c b a]", ring.String())
	require.Equal(t, KeyID("c"), ring.Primary().ID)
	_, err = ring.Without("c")
	require.Error(t, err, "the primary key stays")
	less, err := ring.Without("b")
	require.NoError(t, err)
	require.Equal(t, "keys [c a]", less.String())
	require.Equal(t, "keys [c b a]", ring.String(), "a ring does not change")
	_, ok := less.Key("b")
	require.False(t, ok)

	_, err = NewKeyring(a, b, Key{ID: "a", Secret: c.Secret})
	require.ErrorContains(t, err, "twice")
	_, err = NewKeyring(a, Key{ID: "z", Secret: a.Secret})
	require.ErrorContains(t, err, "twice")
	_, err = NewKeyring(Key{ID: "a"})
	require.ErrorContains(t, err, "no secret")
	for _, id := range []KeyID{"", "a.b", "a b", "é", KeyID(strings.Repeat("a", 33))} {
		_, err = NewKeyring(Key{ID: id, Secret: a.Secret})
		require.ErrorContains(t, err, "key id", "%q", id)
		_, err = NewKey(id, time.Time{})
		require.Error(t, err)
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	a, b := testKey(t, "a", 'a'), testKey(t, "b", 'b')
	require.Len(t, a.Fingerprint(), 32)
	require.NotEqual(t, a.Fingerprint(), b.Fingerprint())
	require.Equal(t, a.Fingerprint(), Key{ID: "other", Secret: a.Secret}.Fingerprint(), "of the secret, not of its name")
	require.Empty(t, Key{ID: "a"}.Fingerprint())
	fresh, err := NewKey("n", time.Time{})
	require.NoError(t, err)
	again, err := NewKey("n", time.Time{})
	require.NoError(t, err)
	require.NotEqual(t, fresh.Fingerprint(), again.Fingerprint())
}

// What one use derives no other does, wherever the parts are cut.
func TestDerivedKeysDiffer(t *testing.T) {
	t.Parallel()
	k := testKey(t, "a", 'a')
	seen := map[string]string{}
	for _, method := range []string{"token", "siv", "tokenize", "seal/gcm", "fingerprint"} {
		for _, d := range []Domain{{}, {Recipient: "a"}, {Recipient: "a", Purpose: "b"}, {Recipient: "ab"}, {Recipient: "b"}, {Recipient: "b", Purpose: "a"}} {
			for _, field := range []string{"", "a", "b", "ab", "\x00\x00\x00\x01a"} {
				b, err := k.derive(method, d, field, 32)
				require.NoError(t, err)
				use := fmt.Sprintf("%s|%s|%s", method, d, field)
				require.NotContains(t, seen, string(b), use)
				seen[string(b)] = use
			}
		}
	}
}

func TestDomainText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Domain{
		"mailer":            {Recipient: "mailer"},
		"mailer/newsletter": {Recipient: "mailer", Purpose: "newsletter"},
		"bureau-ü":          {Recipient: "bureau-ü"},
	} {
		d, err := ParseDomain(text)
		require.NoError(t, err)
		require.Equal(t, want, d)
		require.Equal(t, text, d.String())
		b, err := json.Marshal(d)
		require.NoError(t, err)
		var back Domain
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, d, back)
	}
	for _, text := range []string{"", "/", "mailer/", "/x", "a/b/c", "a b", "a\n", "a\x00", "\xff", strings.Repeat("a", 256), "a\u200bb"} {
		_, err := ParseDomain(text)
		require.Error(t, err, "%q", text)
	}
	require.False(t, Domain{Purpose: "x"}.Valid())
	_, err := Domain{Purpose: "x"}.MarshalText()
	require.Error(t, err)
}
