package receipt

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// The media types that are signed, which the header states as typ without "application/".
const (
	TypeJSONLD  = "consent-receipt+ld+json"
	TypeKantara = "consent-receipt+kantara+json"
)

// Signer signs with an Ed25519 key, wherever it is kept: in memory ([Key]), in a key
// management system, in hardware.
type Signer interface {
	// Sign returns the Ed25519 signature of the message itself, not of a hash of it.
	Sign(message []byte) ([]byte, error)
	Public() ed25519.PublicKey
}

// Key is a [Signer] with its key in memory.
type Key ed25519.PrivateKey

// Sign implements [Signer].
func (k Key) Sign(message []byte) ([]byte, error) {
	if len(k) != ed25519.PrivateKeySize {
		return nil, errors.New("receipt: no Ed25519 key")
	}
	return ed25519.Sign(ed25519.PrivateKey(k), message), nil
}

// Public implements [Signer]. It is nil for a key of another size.
func (k Key) Public() ed25519.PublicKey {
	if len(k) != ed25519.PrivateKeySize {
		return nil
	}
	return ed25519.PrivateKey(k).Public().(ed25519.PublicKey)
}

const redacted = "receipt.Key(redacted)"

// String keeps the key out of messages, as the other methods do out of every verb, logs and JSON.
func (Key) String() string { return redacted }

// Format implements [fmt.Formatter].
func (Key) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText implements [encoding.TextMarshaler].
func (Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// Thumbprint is the SHA-256 thumbprint of an Ed25519 key (RFC 7638; RFC 8037 appendix
// A.3), which names it as kid.
func Thumbprint(pub ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64url(pub) + `"}`))
	return base64url(sum[:])
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// MaxJWS is the most bytes of a JWS that is read.
const MaxJWS = MaxSize/3*4 + 4096

// SignJWS returns a compact JWS (RFC 7515) over a receipt, of type [TypeJSONLD] or
// [TypeKantara]. The header has alg, kid and typ, in that order; alg is EdDSA (RFC 8037),
// which every verifier knows. The signature that the signer gives is verified first, so
// that none leaves that does not hold.
func SignJWS(receipt []byte, typ string, s Signer) (string, error) {
	pub := s.Public()
	switch {
	case typ != TypeJSONLD && typ != TypeKantara:
		return "", errors.New("receipt: JWS: unknown type")
	case len(pub) != ed25519.PublicKeySize:
		return "", errors.New("receipt: JWS: no Ed25519 key")
	case len(receipt) > MaxSize:
		return "", errors.New("receipt: JWS: the receipt is too long")
	}
	header := `{"alg":"EdDSA","kid":"` + Thumbprint(pub) + `","typ":"` + typ + `"}`
	input := base64url([]byte(header)) + "." + base64url(receipt)
	sig, err := s.Sign([]byte(input))
	if err != nil {
		return "", errors.New("receipt: JWS: the signer failed")
	}
	if len(sig) != ed25519.SignatureSize || !ed25519.Verify(pub, []byte(input), sig) {
		return "", errors.New("receipt: JWS: the signer gave a signature that does not hold")
	}
	return input + "." + base64url(sig), nil
}

// VerifyJWS returns what was signed, and its type, when the signature is of one of the
// keys. Header and base64url must be in the one form that they have: alg is EdDSA or
// Ed25519 (RFC 9864) and nothing else, typ one of the two, kid the thumbprint of the key,
// cty may be application/json; no other parameter, crit included, no key twice, no
// padding, no bits left over. It verifies that the key signed it, not that it is
// true: read the receipt next.
func VerifyJWS(jws string, keys ...ed25519.PublicKey) (receipt []byte, typ string, err error) {
	if len(jws) > MaxJWS {
		return nil, "", errors.New("receipt: JWS: too long")
	}
	parts := strings.SplitN(jws, ".", 4)
	if len(parts) != 3 {
		return nil, "", errors.New("receipt: JWS: want three parts")
	}
	header, err := fromBase64url(parts[0])
	if err != nil {
		return nil, "", err
	}
	kid, typ, err := readHeader(header)
	if err != nil {
		return nil, "", err
	}
	sig, err := fromBase64url(parts[2])
	if err != nil {
		return nil, "", err
	}
	if receipt, err = fromBase64url(parts[1]); err != nil {
		return nil, "", err
	}
	input := []byte(jws[:len(parts[0])+1+len(parts[1])])
	for _, pub := range keys {
		if len(pub) != ed25519.PublicKeySize || Thumbprint(pub) != kid {
			continue
		}
		if !ed25519.Verify(pub, input, sig) {
			return nil, "", errors.New("receipt: JWS: the signature does not hold")
		}
		return receipt, typ, nil
	}
	return nil, "", ErrUnknownKey
}

// ErrUnknownKey is that of a JWS that none of the keys has signed, by its kid: the key may
// be a newer or an older one.
var ErrUnknownKey = errors.New("receipt: JWS: the key is not known")

func readHeader(data []byte) (kid, typ string, err error) {
	const maxHeader = 1024
	o, err := parse(data, maxHeader)
	if err != nil {
		return "", "", err
	}
	d := &reader{}
	alg, cty := d.only(o, "alg", ""), d.only(o, "cty", "")
	kid, typ = d.only(o, "kid", ""), d.only(o, "typ", "")
	d.rest(o, "")
	switch {
	case d.err != nil:
		return "", "", d.err
	case alg != "EdDSA" && alg != "Ed25519":
		return "", "", errors.New("receipt: JWS: alg is neither EdDSA nor Ed25519")
	case typ != TypeJSONLD && typ != TypeKantara:
		return "", "", errors.New("receipt: JWS: typ is not that of a receipt")
	case kid == "":
		return "", "", errors.New("receipt: JWS: no kid")
	case cty != "" && cty != "application/json", len(d.warnings) > 0:
		return "", "", errors.New("receipt: JWS: a header parameter that is not known")
	}
	return kid, typ, nil
}

// fromBase64url decodes the one encoding that bytes have: no padding, no line ends, no
// bits left over.
func fromBase64url(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") { // encoding/base64 skips them
		return nil, errors.New("receipt: JWS: not base64url")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errors.New("receipt: JWS: not base64url")
	}
	return b, nil
}
