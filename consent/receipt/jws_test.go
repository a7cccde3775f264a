package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testKey is the key of RFC 8037, appendix A.1.
func testKey(t testing.TB) Key {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	require.NoError(t, err)
	return Key(ed25519.NewKeyFromSeed(seed))
}

// RFC 8037, appendices A.1 to A.5.
func TestRFC8037(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	require.Equal(t, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", base64url(key.Public()))
	require.Equal(t, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", Thumbprint(key.Public()))
	const input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
	sig, err := key.Sign([]byte(input))
	require.NoError(t, err)
	const want = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
	require.Equal(t, want, base64url(sig))
	_, _, err = VerifyJWS(input+"."+want, key.Public())
	require.ErrorContains(t, err, "typ is not that of a receipt", "a signature on something else is none on a receipt")
}

func TestRFC8037AgainstFile(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../shared/vectors/rfc8037-appendix-A.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("NOT CHECKED AGAINST THE FILE OF VECTORS: no ../shared/vectors beside the checkout")
	}
	require.NoError(t, err)
	var v struct {
		JWK        struct{ D, X string } `json:"jwk_private"`
		Thumbprint string                `json:"thumbprint_sha256_b64url"`
		Input      string                `json:"signing_input"`
		Signature  string                `json:"signature_b64url"`
	}
	require.NoError(t, json.Unmarshal(data, &v))
	seed, err := fromBase64url(v.JWK.D)
	require.NoError(t, err)
	key := Key(ed25519.NewKeyFromSeed(seed))
	require.Equal(t, v.JWK.X, base64url(key.Public()))
	require.Equal(t, v.Thumbprint, Thumbprint(key.Public()))
	sig, err := key.Sign([]byte(v.Input))
	require.NoError(t, err)
	require.Equal(t, v.Signature, base64url(sig))
}

func TestJWSRoundTrip(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	data, err := shopRecord(t).JSONLD()
	require.NoError(t, err)
	jws, err := SignJWS(data, TypeJSONLD, key)
	require.NoError(t, err)
	golden(t, "receipt.jws", []byte(jws))
	other := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	back, typ, err := VerifyJWS(jws, other, key.Public())
	require.NoError(t, err)
	require.Equal(t, TypeJSONLD, typ)
	require.True(t, bytes.Equal(data, back))
	_, _, err = VerifyJWS(jws, other)
	require.ErrorIs(t, err, ErrUnknownKey)
	_, _, err = VerifyJWS(jws)
	require.ErrorIs(t, err, ErrUnknownKey)
	_, _, err = VerifyJWS(jws, nil)
	require.ErrorIs(t, err, ErrUnknownKey)
}

// signed makes a JWS with any header, correctly signed.
func signed(key Key, header string) string {
	input := base64url([]byte(header)) + "." + base64url([]byte("{}"))
	sig, err := key.Sign([]byte(input))
	if err != nil {
		panic(err)
	}
	return input + "." + base64url(sig)
}

func TestVerifyJWSRefuses(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	kid := Thumbprint(key.Public())
	header := func(alg, more string) string {
		return `{"alg":"` + alg + `","kid":"` + kid + `","typ":"consent-receipt+ld+json"` + more + `}`
	}
	for _, alg := range []string{"EdDSA", "Ed25519"} {
		_, _, err := VerifyJWS(signed(key, header(alg, `,"cty":"application/json"`)), key.Public())
		require.NoError(t, err, alg)
	}
	for _, c := range []struct{ name, jws, want string }{
		{"alg none", signed(key, header("none", "")), "alg is neither"},
		{"alg none, in disguise", signed(key, header("eddsa", "")), "alg is neither"},
		{"alg of a shared secret", signed(key, header("HS256", "")), "alg is neither"},
		{"alg of another curve", signed(key, header("Ed448", "")), "alg is neither"},
		{"no alg", signed(key, `{"kid":"`+kid+`","typ":"consent-receipt+ld+json"}`), "alg is neither"},
		{"alg twice", signed(key, header("EdDSA", `,"alg":"none"`)), "the key at /alg is there twice"},
		{"alg in capitals too", signed(key, header("EdDSA", `,"ALG":"none"`)), "not known"},
		{"crit", signed(key, header("EdDSA", `,"crit":["exp"]`)), "not known"},
		{"an empty crit", signed(key, header("EdDSA", `,"crit":[]`)), "not known"},
		{"b64", signed(key, header("EdDSA", `,"b64":false`)), "not known"},
		{"a key in the header", signed(key, header("EdDSA", `,"jwk":{"kty":"OKP"}`)), "not known"},
		{"a key elsewhere", signed(key, header("EdDSA", `,"jku":"https://example.com"`)), "not known"},
		{"another content", signed(key, header("EdDSA", `,"cty":"text/html"`)), "not known"},
		{"another type", signed(key, `{"alg":"EdDSA","kid":"`+kid+`","typ":"JWT"}`), "typ is not"},
		{"no kid", signed(key, `{"alg":"EdDSA","typ":"consent-receipt+ld+json"}`), "no kid"},
		{"a kid that is a number", signed(key, `{"alg":"EdDSA","kid":1,"typ":"consent-receipt+ld+json"}`), "/kid: want a text"},
		{"another kid", signed(key, `{"alg":"EdDSA","kid":"x","typ":"consent-receipt+ld+json"}`), "the key is not known"},
		{"header that is a list", signed(key, `[]`), "want an object"},
		{"two headers", signed(key, header("EdDSA", "")+"{}"), "not one JSON document"},
		{"long header", signed(key, header("EdDSA", strings.Repeat(" ", 1024))), "more than 1024 bytes"},
		{"two parts", "a.b", "want three parts"},
		{"four parts", signed(key, header("EdDSA", "")) + ".x", "want three parts"},
		{"nothing", "", "want three parts"},
		{"too long", strings.Repeat("a", MaxJWS+1), "too long"},
		{"padding", signed(key, header("EdDSA", "")) + "==", "not base64url"},
		{"a line end", signed(key, header("EdDSA", "")) + "\n", "not base64url"},
		{"a line end within", "\r" + signed(key, header("EdDSA", "")), "not base64url"},
		{"a signature cut off", strings.TrimRight(signed(key, header("EdDSA", "")), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), "the signature does not hold"},
	} {
		_, _, err := VerifyJWS(c.jws, key.Public())
		require.ErrorContains(t, err, c.want, c.name)
	}
	// Every change of one character is refused, bits that are left over included.
	jws := signed(key, header("EdDSA", ""))
	for i := range len(jws) {
		for _, c := range []byte("Aw_.") {
			if jws[i] == c {
				continue
			}
			bad := jws[:i] + string(c) + jws[i+1:]
			_, _, err := VerifyJWS(bad, key.Public())
			require.Error(t, err, i)
		}
	}
}

// brokenSigner fails, or signs with another key than it shows.
type brokenSigner struct {
	Key
	err error
}

func (b brokenSigner) Sign([]byte) ([]byte, error) {
	return make([]byte, ed25519.SignatureSize), b.err
}

func TestSignJWSRefuses(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	_, err := SignJWS([]byte("{}"), "JWT", key)
	require.ErrorContains(t, err, "unknown type")
	_, err = SignJWS([]byte("{}"), TypeKantara, Key(nil))
	require.ErrorContains(t, err, "no Ed25519 key")
	_, err = Key(nil).Sign(nil)
	require.Error(t, err)
	_, err = SignJWS(make([]byte, MaxSize+1), TypeKantara, key)
	require.ErrorContains(t, err, "too long")
	_, err = SignJWS([]byte("{}"), TypeKantara, brokenSigner{Key: key})
	require.ErrorContains(t, err, "does not hold")
	_, err = SignJWS([]byte("{}"), TypeKantara, brokenSigner{Key: key, err: errors.New("jan@example.org")})
	require.EqualError(t, err, "receipt: JWS: the signer failed")
}

func TestKeyIsRedacted(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o"} {
		require.Equal(t, redacted, fmt.Sprintf(verb, key), verb)
	}
	b, err := json.Marshal(map[string]any{"key": key})
	require.NoError(t, err)
	require.JSONEq(t, `{"key":"receipt.Key(redacted)"}`, string(b))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", key)
	require.Contains(t, log.String(), redacted)
	require.Equal(t, redacted, key.String())
}

func FuzzVerifyJWS(f *testing.F) {
	key := testKey(f)
	good, err := SignJWS([]byte("{}"), TypeKantara, key)
	require.NoError(f, err)
	f.Add(good)
	f.Add(signed(key, `{"alg":"Ed25519","kid":"`+Thumbprint(key.Public())+`","typ":"consent-receipt+ld+json","cty":"application/json"}`))
	f.Fuzz(func(t *testing.T, jws string) {
		data, typ, err := VerifyJWS(jws, key.Public())
		if err != nil {
			return
		}
		// The parts have one encoding: what was accepted is what its bytes encode to.
		parts := strings.Split(jws, ".")
		require.Equal(t, parts[1], base64url(data))
		again, err := SignJWS(data, typ, key)
		require.NoError(t, err)
		back, typ2, err := VerifyJWS(again, key.Public())
		require.NoError(t, err)
		require.Equal(t, typ, typ2)
		require.True(t, bytes.Equal(data, back))
	})
}
