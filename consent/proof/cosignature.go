package proof

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// cosignatureSize is 8 bytes of time and an Ed25519 signature.
const cosignatureSize = 8 + ed25519.SignatureSize

// CosignatureVerifier checks the lines of one witness: cosignature/v1 with Ed25519 (C2SP tlog-cosignature).
type CosignatureVerifier struct {
	name   string
	public ed25519.PublicKey
}

// NewCosignatureVerifier reads a verifier key of type 0x04.
func NewCosignatureVerifier(vkey string) (*CosignatureVerifier, error) {
	name, public, err := parseKey(vkey, typeCosignature)
	if err != nil {
		return nil, err
	}
	return &CosignatureVerifier{name, public}, nil
}

// Name implements [note.Verifier].
func (v *CosignatureVerifier) Name() string { return v.name }

// KeyHash implements [note.Verifier].
func (v *CosignatureVerifier) KeyHash() uint32 { return keyHash(v.name, typeCosignature, v.public) }

// Verify implements [note.Verifier].
func (v *CosignatureVerifier) Verify(msg, sig []byte) bool {
	at, ok := cosignatureTime(sig)
	return ok && ed25519.Verify(v.public, cosigned(at, msg), sig[8:])
}

// cosignatureTime reads the time from a cosignature. A time over 2^63-1 is forbidden; one before the epoch then
// cannot be written.
func cosignatureTime(sig []byte) (int64, bool) {
	if len(sig) != cosignatureSize {
		return 0, false
	}
	at := int64(binary.BigEndian.Uint64(sig))
	return at, at >= 0
}

// cosigned is the message under an Ed25519 cosignature.
func cosigned(at int64, text []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), text...)
}

type cosigner struct {
	name    string
	private ed25519.PrivateKey
	at      func() time.Time
}

// NewCosigner reads a signer key of type 0x04; at is asked for the time of each cosignature. The signer states that it
// has seen the log and found it consistent, which only [Witness] makes sure of: use it there, or in a test.
func NewCosigner(skey string, at func() time.Time) (note.Signer, error) {
	if at == nil {
		return nil, fault(PartKey, "a cosigner needs a clock")
	}
	name, private, err := parsePrivate(skey, typeCosignature)
	if err != nil {
		return nil, err
	}
	return &cosigner{name, private, at}, nil
}

func (c *cosigner) Name() string { return c.name }

func (c *cosigner) KeyHash() uint32 {
	return keyHash(c.name, typeCosignature, c.private[ed25519.SeedSize:])
}

func (c *cosigner) Sign(msg []byte) ([]byte, error) {
	at := c.at().Unix()
	if at < 0 {
		return nil, fault(PartCosignature, "the time is before 1970")
	}
	sig := binary.BigEndian.AppendUint64(make([]byte, 0, cosignatureSize), uint64(at))
	return append(sig, ed25519.Sign(c.private, cosigned(at, msg))...), nil
}

// String and Format keep the private key out of logs.
func (c *cosigner) String() string { return redactedValue }

func (c *cosigner) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redactedValue)) }

// Cosign returns the checkpoint with one more line, that of the witness, in place of an older one of the same key.
// It checks the form of the checkpoint and none of its signatures.
func Cosign(checkpoint []byte, witness note.Signer) ([]byte, error) {
	s, _, err := parseCheckpoint(checkpoint)
	if err != nil {
		return nil, err
	}
	line, err := cosignLine(&s, witness)
	if err != nil {
		return nil, err
	}
	msg := append([]byte(nil), s.text...)
	msg = append(msg, '\n')
	for i := range s.lines {
		if l := &s.lines[i]; l.name != line.name || l.hash != line.hash {
			msg = l.appendTo(msg)
		}
	}
	msg = line.appendTo(msg)
	if _, _, err := parseCheckpoint(msg); err != nil {
		return nil, err
	}
	return msg, nil
}

func cosignLine(s *signed, witness note.Signer) (signature, error) {
	sig, err := witness.Sign(s.text)
	if err != nil {
		return signature{}, err
	}
	if len(sig) != cosignatureSize || !isKeyName(witness.Name()) {
		return signature{}, fault(PartCosignature, "the signer does not make Ed25519 cosignatures")
	}
	return signature{witness.Name(), witness.KeyHash(), sig}, nil
}
