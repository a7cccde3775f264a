package proof

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCapsuleByHand computes every step with HMAC and SHA-256 alone, from RFC 5869 and the package comment.
func TestCapsuleByHand(t *testing.T) {
	t.Parallel()
	mac := func(key []byte, parts ...string) []byte {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(strings.Join(parts, "")))
		return m.Sum(nil)
	}
	secret := []byte("a pepper that has at least 32 bytes")
	id := [16]byte{1, 2, 3}
	prk := mac([]byte("grondslag consent capsule 1"), string(secret))
	key := mac(prk, "capsule key 1", string(id[:]), "\x01")
	tag := mac(key, "a@example.com")
	salt, notice := Salt{9}, [32]byte{8}
	text := "grondslag capsule 1\n" + string(salt[:]) + string(tag) + "\x00\x00\x00\x00\x65\x53\xf1\x00" + string(notice[:]) + "\x00\x00\x00\x00\x00\x00\x00\x04" + "news"
	want := sha256.Sum256([]byte(text))

	pepper, err := NewPepper(secret)
	require.NoError(t, err)
	gotKey := pepper.Key(id)
	require.Equal(t, key, gotKey[:])
	gotTag := Tag(gotKey, "a@example.com")
	require.Equal(t, tag, gotTag[:])
	require.Equal(t, want, Commit(salt, gotTag, 1_700_000_000, notice, "news"))

	b := Body{ID: id, Notice: notice, Purpose: "news", Capsule: want}
	claim := Claim{gotKey, "a@example.com", Capsule{salt, 1_700_000_000}}
	require.NoError(t, claim.Check(&b))
	for name, change := range map[string]func(c *Claim, b *Body){
		"key":           func(c *Claim, _ *Body) { c.Key[31] ^= 1 },
		"address":       func(c *Claim, _ *Body) { c.Address = "b@example.com" },
		"no address":    func(c *Claim, _ *Body) { c.Address = "" },
		"long address":  func(c *Claim, _ *Body) { c.Address = strings.Repeat("a", 1025) },
		"salt":          func(c *Claim, _ *Body) { c.Salt[0] ^= 1 },
		"time":          func(c *Claim, _ *Body) { c.Time++ },
		"negative time": func(c *Claim, _ *Body) { c.Time = -1 },
		"notice":        func(_ *Claim, b *Body) { b.Notice[0] ^= 1 },
		"purpose":       func(_ *Claim, b *Body) { b.Purpose = "new" },
		"capsule":       func(_ *Claim, b *Body) { b.Capsule[0] ^= 1 },
	} {
		c, b := claim, b
		change(&c, &b)
		err := c.Check(&b)
		require.Error(t, err, name)
		requirePart(t, PartCapsule, err)
		require.NotContains(t, err.Error(), "example.com")
	}
	// One key reveals one event.
	require.NotEqual(t, gotKey, pepper.Key([16]byte{1, 2, 4}))
	require.NotEqual(t, BlankCapsule(), BlankCapsule())
	require.NotEqual(t, NewCapsule(1), NewCapsule(1))
}

func TestPepper(t *testing.T) {
	t.Parallel()
	_, err := NewPepper(make([]byte, 31))
	require.Error(t, err)
	require.True(t, Pepper{}.IsZero())
	require.Panics(t, func() { Pepper{}.Key([16]byte{}) }, "a pepper that was never set is no pepper")
}

func TestSecretsPrintRedacted(t *testing.T) {
	t.Parallel()
	pepper, err := NewPepper(bytes.Repeat([]byte("S"), 32))
	require.NoError(t, err)
	key := pepper.Key([16]byte{})
	claim := Claim{Key: key, Address: "someone@example.com"}
	hidden := struct{ p Pepper }{pepper}
	skey, _, err := GenerateCosignerKey("w")
	require.NoError(t, err)
	signer, err := NewCosigner(skey, fixedClock)
	require.NoError(t, err)
	require.Equal(t, "[redacted] [redacted]", fmt.Sprintf("%#v %x", signer, signer))
	var out strings.Builder
	for _, v := range []any{pepper, &pepper, claim, &claim, []Claim{claim}, struct{ C *Claim }{&claim}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(text)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	}
	fmt.Fprintf(&out, "%v %+v %#v\n", hidden, hidden, hidden)
	require.NotContains(t, out.String(), "someone")
	require.NotContains(t, out.String(), fmt.Sprintf("%x", pepper.prk[:4]))
	require.NotContains(t, out.String(), strings.Trim(fmt.Sprint(pepper.prk[:3]), "[]"))
	require.NotContains(t, out.String(), fmt.Sprintf("%x", key[:4]))
	text, err := pepper.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "[redacted] [redacted] [redacted] [redacted]", pepper.String()+" "+pepper.GoString()+" "+claim.String()+" "+string(text))
}
