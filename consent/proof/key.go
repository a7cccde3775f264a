package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of C2SP signed-note.
const (
	typeEd25519     = 0x01
	typeCosignature = 0x04
)

// GenerateKey makes the key of a log: an Ed25519 key of note, with the origin as its name. Keep skey secret, in a file
// with mode 0600 at the most; hand out vkey, early and to many, for it is what proofs are checked with.
// Read them with [note.NewSigner] and [note.NewVerifier].
func GenerateKey(origin string) (skey, vkey string, err error) {
	return generateKey(origin, typeEd25519)
}

// GenerateCosignerKey makes the key of a witness, of type 0x04, for [NewCosigner] and [NewCosignatureVerifier].
// It signs nothing else: an Ed25519 cosignature does not name its key, so a key shared with a log would be ambiguous.
func GenerateCosignerKey(name string) (skey, vkey string, err error) {
	return generateKey(name, typeCosignature)
}

func generateKey(name string, kind byte) (skey, vkey string, err error) {
	if !isKeyName(name) {
		return "", "", fault(PartKey, "name is empty, too long, or has a space, a plus or a control character")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	vkey = formatKey(name, kind, public)
	hash := keyHash(name, kind, public)
	skey = fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, hash, encodeKey(kind, private.Seed()))
	return skey, vkey, nil
}

// keyHash is the key ID of C2SP signed-note.
func keyHash(name string, kind byte, public []byte) uint32 {
	text := append([]byte(name), '\n', kind)
	sum := sha256.Sum256(append(text, public...))
	return binary.BigEndian.Uint32(sum[:4])
}

func encodeKey(kind byte, key []byte) string {
	return base64.StdEncoding.EncodeToString(append([]byte{kind}, key...))
}

func formatKey(name string, kind byte, public []byte) string {
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, kind, public), encodeKey(kind, public))
}

// parseKey reads a verifier key of one type in its one form.
func parseKey(vkey string, kind byte) (name string, public ed25519.PublicKey, err error) {
	name, rest, _ := strings.Cut(vkey, "+")
	_, text, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != kind || !isKeyName(name) {
		return "", nil, fault(PartKey, "verifier key is malformed or of another type")
	}
	if public = raw[1:]; formatKey(name, kind, public) != vkey {
		return "", nil, fault(PartKey, "verifier key is not in its canonical form")
	}
	return name, public, nil
}

// parsePrivate reads a signer key of one type in its one form.
func parsePrivate(skey string, kind byte) (name string, private ed25519.PrivateKey, err error) {
	bad := fault(PartKey, "signer key is malformed or of another type")
	rest, ok := strings.CutPrefix(skey, "PRIVATE+KEY+")
	if !ok {
		return "", nil, bad
	}
	name, rest, _ = strings.Cut(rest, "+")
	hash, text, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != kind || !isKeyName(name) {
		return "", nil, bad
	}
	private = ed25519.NewKeyFromSeed(raw[1:])
	public := private[ed25519.SeedSize:]
	if fmt.Sprintf("%08x", keyHash(name, kind, public)) != hash {
		return "", nil, bad
	}
	return name, private, nil
}

// sameKey reports whether two verifiers cannot be told apart by a signature line.
func sameKey(a, b note.Verifier) bool {
	return a.Name() == b.Name() && a.KeyHash() == b.KeyHash()
}

const transitionHeader = "grondslag consent key 1"

// SignTransition hands the log over from one key to the next at head h: a signed note with the text of the package
// comment, signed by the old key and by the new one, which shows that its holder has it. All three have one name,
// the origin. Make it when the tree has head h, and sign no larger head with the old key.
func SignTransition(newVKey string, h Head, old, next note.Signer) ([]byte, error) {
	h, err := h.check()
	if err != nil {
		return nil, err
	}
	origin := old.Name()
	v, err := note.NewVerifier(newVKey)
	if err != nil {
		return nil, fault(PartKey, "verifier key is malformed")
	}
	if v.Name() != origin || next.Name() != origin || v.KeyHash() != next.KeyHash() || old.KeyHash() == next.KeyHash() {
		return nil, fault(PartKey, "not two different keys of one origin")
	}
	text := appendTransition(nil, origin, newVKey, h)
	msg, err := signText(text, []note.Signer{old, next})
	if err != nil {
		return nil, err
	}
	s, _, _, err := parseTransition(msg)
	if err != nil {
		return nil, err
	}
	if s.check(v) != valid {
		return nil, fault(PartKey, "the new signer does not have the new verifier key")
	}
	return msg, nil
}

func appendTransition(dst []byte, origin, vkey string, h Head) []byte {
	return fmt.Appendf(dst, "%s\n%s\n%s\n%d\n%s\n", transitionHeader, origin, vkey, h.Size, h.Hash)
}

// parseTransition takes a transition apart and checks its form; of its signatures only that there are two.
func parseTransition(msg []byte) (signed, note.Verifier, Head, error) {
	bad := func(reason string) (signed, note.Verifier, Head, error) {
		return signed{}, nil, Head{}, fault(PartKey, reason)
	}
	s, reason := parseSigned(msg, maxNote)
	if reason != "" {
		return bad(reason)
	}
	lines := bytes.Split(s.text, []byte("\n"))
	if len(lines) != 6 || string(lines[0]) != transitionHeader || len(s.lines) != 2 {
		return bad("not a transition of version 1 with two signatures")
	}
	origin, vkey := string(lines[1]), string(lines[2])
	name, _, err := parseKey(vkey, typeEd25519)
	if err != nil {
		return signed{}, nil, Head{}, err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil || name != origin {
		return bad("the new key does not have the name of the origin")
	}
	h, ok := parseHead(string(lines[3]), string(lines[4]))
	if !ok || !bytes.Equal(appendTransition(nil, origin, vkey, h), s.text) {
		return bad("transition is not in its canonical form")
	}
	return s, v, h, nil
}
