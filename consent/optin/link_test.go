package optin

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func TestLink(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, 2, 1)
	for _, l := range []Link{
		{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}},
		{Subject: "c-42", Channel: basis.Email},
		{Subject: "ç", Channel: basis.NoChannel, Purposes: []basis.PurposeID{"a", "b", "c"}},
		{Subject: basis.Subject(strings.Repeat("s", 255)), Channel: basis.SMS, Purposes: []basis.PurposeID{"x"}},
	} {
		token, err := keys.Sign(l)
		require.NoError(t, err)
		got, err := keys.Open(token)
		require.NoError(t, err)
		require.Equal(t, l, got)
		again, err := keys.Sign(got)
		require.NoError(t, err)
		require.Equal(t, token, again)
		require.Regexp(t, `^u1[A-Za-z0-9_-]+e$`, token)
	}
	a, err := keys.Sign(Link{Subject: "c", Channel: basis.Email, Purposes: []basis.PurposeID{"b", "a"}})
	require.NoError(t, err)
	b, err := keys.Sign(Link{Subject: "c", Channel: basis.Email, Purposes: []basis.PurposeID{"a", "b"}})
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func TestLinkRefused(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, 1)
	many := func(n, length int) (out []basis.PurposeID) {
		for i := range n {
			out = append(out, basis.PurposeID(fmt.Sprintf("%0*d", length, i)))
		}
		return out
	}
	for name, l := range map[string]Link{
		"zero":            {},
		"no subject":      {Channel: basis.Email},
		"address":         {Subject: "zoe@example.org", Channel: basis.Email},
		"long subject":    {Subject: basis.Subject(strings.Repeat("s", 256)), Channel: basis.Email},
		"control":         {Subject: "c\n42", Channel: basis.Email},
		"not UTF-8":       {Subject: "c\xff", Channel: basis.Email},
		"no channel":      {Subject: "c"},
		"unknown channel": {Subject: "c", Channel: "pigeon"},
		"empty purpose":   {Subject: "c", Channel: basis.Email, Purposes: []basis.PurposeID{""}},
		"twice":           {Subject: "c", Channel: basis.Email, Purposes: []basis.PurposeID{"a", "a"}},
		"17 purposes":     {Subject: "c", Channel: basis.Email, Purposes: many(17, 2)},
		"too long":        {Subject: "c", Channel: basis.Email, Purposes: many(2, 255)},
	} {
		_, err := keys.Sign(l)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "zoe", name)
	}
	_, err := (Keys{}).Sign(Link{Subject: "c", Channel: basis.Email})
	require.Error(t, err)
	_, err = (Keys{}).Open("u1AAe")
	require.Error(t, err)
	longest, err := keys.Sign(Link{Subject: "c", Channel: basis.Email, Purposes: many(16, 29)})
	require.NoError(t, err)
	require.Less(t, len("List-Unsubscribe: <")+maxURL+len("?lang=nl&t=")+len(longest)+len(">"), 998, "RFC 5322, 2.1.1")
}

// Every bit of a token counts, and so does the key.
func TestLinkForged(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, 2, 1)
	token, err := keys.Sign(Link{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}})
	require.NoError(t, err)
	refused := func(s string, about ...any) {
		t.Helper()
		_, err := keys.Open(s)
		require.Equal(t, errLink, err, about...)
	}
	for i := range len(token) {
		for bit := range 8 {
			b := []byte(token)
			b[i] ^= 1 << bit
			refused(string(b), i, bit)
		}
		refused(token[:i], "cut off at", i)
		refused(token[:i]+"A"+token[i:], "inserted at", i)
		refused(token[:i]+"\n"+token[i:], "broken at", i)
		refused(token[:i]+"="+token[i:], "padded at", i)
	}
	confirm, _ := newToken()
	refused(confirm, "the other kind")
	refused("u1"+confirm[2:]+"e", "dressed up")
	// Bytes in the wrong form under a right signature can't come from Sign, and are refused too.
	sign := func(body ...byte) string {
		sum := mac(&keys.primary.unsub, unsubSign, body)
		return unsubHead + base64.RawURLEncoding.EncodeToString(append(body, sum[:]...)) + unsubTail
	}
	const id = 2
	_, err = keys.Open(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 0))
	require.NoError(t, err)
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 0, 0), "something follows")
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 2, 1, 'b', 1, 'a'), "not sorted")
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 2, 1, 'a', 1, 'a'), "twice")
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 1), "too few")
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 1, 9, 'a'), "too short")
	refused(sign(id, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l'), "no count")
	refused(sign(id, 1, 'c', 1, 'x', 0), "unknown channel")
	refused(sign(id), "nothing")
	refused(sign(1, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 0), "signed by another key than it says")
	refused(sign(0, 1, 'c', 5, 'e', 'm', 'a', 'i', 'l', 0), "no key")

	// An older key opens; one that is not in the ring does not.
	rotated := testKeys(t, 3, 2)
	_, err = rotated.Open(token)
	require.NoError(t, err)
	gone := testKeys(t, 3, 1)
	_, err = gone.Open(token)
	require.Equal(t, errLink, err)
	same, err := NewKey(2, []byte(strings.Repeat("z", 32)))
	require.NoError(t, err)
	other, err := NewKeys(same)
	require.NoError(t, err)
	_, err = other.Open(token)
	require.Equal(t, errLink, err, "the number of a key is not the key")
}

// The file holds tokens that must open for ever; it is added to, never changed.
func TestLinkV1(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/v1/unsubscribe.json")
	require.NoError(t, err)
	var cases []struct {
		Name   string `json:"name"`
		Key    uint8  `json:"key"`
		Secret []byte `json:"secret"`
		Token  string `json:"token"`
		Link   Link   `json:"link"`
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	require.GreaterOrEqual(t, len(cases), 3)
	for _, c := range cases {
		key, err := NewKey(c.Key, c.Secret)
		require.NoError(t, err, c.Name)
		keys, err := NewKeys(testKey(t, 250), key)
		require.NoError(t, err)
		got, err := keys.Open(c.Token)
		require.NoError(t, err, c.Name)
		require.Equal(t, c.Link, got, c.Name)
		require.Equal(t, c.Token, naiveToken(c.Key, c.Secret, c.Link), "%s: by the package comment alone", c.Name)
	}
}

// naiveToken is the format as doc.go has it.
func naiveToken(id uint8, secret []byte, l Link) string {
	key, err := hkdf.Key(sha256.New, secret, nil, "grondslag optin unsubscribe 1", 32)
	if err != nil {
		panic(err)
	}
	body := slices.Concat([]byte{id, byte(len(l.Subject))}, []byte(l.Subject), []byte{byte(len(l.Channel))}, []byte(l.Channel), []byte{byte(len(l.Purposes))})
	for _, p := range l.Purposes {
		body = slices.Concat(body, []byte{byte(len(p))}, []byte(p))
	}
	h := hmac.New(sha256.New, key)
	h.Write(slices.Concat([]byte("grondslag optin unsubscribe 1\n"), body))
	return "u1" + base64.RawURLEncoding.EncodeToString(h.Sum(body)) + "e"
}

func FuzzOpen(f *testing.F) {
	keys := testKeys(f, 2, 1)
	token, err := keys.Sign(Link{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}})
	require.NoError(f, err)
	f.Add(token)
	f.Add("u1e")
	f.Add("u1AAAAe")
	f.Fuzz(func(t *testing.T, s string) {
		l, err := keys.Open(s)
		if err != nil {
			require.Equal(t, errLink, err)
			return
		}
		require.Equal(t, token, s, "nobody guesses another")
		require.NoError(t, l.check())
	})
}

// What a signature holds is read strictly all the same: signed by us, it has one form.
func FuzzParseLink(f *testing.F) {
	f.Add([]byte("\x01c\x05email\x00"))
	f.Add([]byte("\x01c\x05email\x02\x01a\x01b"))
	f.Add([]byte("\xff"))
	keys := testKeys(f, 2)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseLink(b)
		if err != nil {
			return
		}
		token, err := keys.Sign(l)
		if len(b)+1+32 > maxLink {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		raw, err := base64.RawURLEncoding.DecodeString(token[2 : len(token)-1])
		require.NoError(t, err)
		require.Equal(t, b, raw[1:len(raw)-32])
	})
}

func TestConfirmationToken(t *testing.T) {
	t.Parallel()
	seen := map[Hash]bool{}
	for range 1000 {
		token, h := newToken()
		require.Regexp(t, `^c1[A-Z2-7]{26}$`, token)
		got, ok := tokenHash(token)
		require.True(t, ok)
		require.Equal(t, h, got)
		require.Equal(t, Hash(sha256.Sum256([]byte("grondslag optin confirmation 1\n"+token))), h)
		require.False(t, seen[h])
		seen[h] = true
	}
	unsub, err := testKeys(t, 1).Sign(Link{Subject: "c", Channel: basis.Email})
	require.NoError(t, err)
	for _, s := range []string{"", "c1", unsub, "c2AAAAAAAAAAAAAAAAAAAAAAAAAA", "c1AAAAAAAAAAAAAAAAAAAAAAAAA1", "c1aAAAAAAAAAAAAAAAAAAAAAAAAA", "c1AAAAAAAAAAAAAAAAAAAAAAAAA", "c1AAAAAAAAAAAAAAAAAAAAAAAAAAA", "C1AAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		_, ok := tokenHash(s)
		require.False(t, ok, s)
	}
}

func FuzzTokenHash(f *testing.F) {
	f.Add("c1AAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		h, ok := tokenHash(s)
		require.Equal(t, !ok, h == Hash{})
		if ok {
			require.Len(t, s, 28)
			_, err := testKeys(t, 1).Open(s)
			require.Error(t, err, "never both kinds")
		}
	})
}

func TestHashText(t *testing.T) {
	t.Parallel()
	_, h := newToken()
	text, err := h.MarshalText()
	require.NoError(t, err)
	var got Hash
	require.NoError(t, got.UnmarshalText(text))
	require.Equal(t, h, got)
	for _, bad := range []string{"", h.String()[1:], h.String() + "0", strings.Repeat("A", 64), strings.Repeat("g", 64)} {
		require.Error(t, got.UnmarshalText([]byte(bad)), bad)
		require.Equal(t, h, got)
	}
}

func TestNewKey(t *testing.T) {
	t.Parallel()
	secret := []byte(strings.Repeat("s", 32))
	_, err := NewKey(0, secret)
	require.Error(t, err)
	_, err = NewKey(1, secret[1:])
	require.Error(t, err)
	k, err := NewKey(1, secret)
	require.NoError(t, err)
	require.EqualValues(t, 1, k.ID())
	uses := map[[32]byte]bool{k.unsub: true, k.request: true, k.address: true, k.ip: true}
	require.Len(t, uses, 4, "a key of its own for each use")
	_, err = NewKeys(Key{})
	require.Error(t, err)
	_, err = NewKeys(k, Key{})
	require.Error(t, err)
	_, err = NewKeys(k, k)
	require.Error(t, err)
}

// Neither a key nor what holds one shows it.
func TestKeysRedacted(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, 2, 1)
	kit := Kit{Keys: keys}
	var b strings.Builder
	log := slog.New(slog.NewJSONHandler(&b, nil))
	log.Info("x", "keys", keys, "key", keys.primary, "kit", struct{ Keys Keys }{keys})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+verb+verb+"\n", keys, keys.primary, kit)
	}
	j, err := json.Marshal([]any{keys, keys.primary})
	require.NoError(t, err)
	out := b.String() + string(j)
	require.Contains(t, out, redacted)
	for _, k := range []Key{keys.primary, keys.older[0]} {
		for _, s := range [][32]byte{k.unsub, k.request, k.address, k.ip} {
			require.NotContains(t, out, fmt.Sprintf("%x", s[:4]))
			require.NotContains(t, out, fmt.Sprint(s[:4])[1:])
			require.NotContains(t, out, fmt.Sprintf("%#v", s[:2])[7:15])
		}
	}
}
