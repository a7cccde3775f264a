package proof

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

// fixture is a small log with everything: a rotated key, two witnesses, events with and without an address.
type fixture struct {
	policy     Policy
	log        Log
	old, next  note.Signer
	transition []byte
	checkpoint []byte
	notice     []byte
	statements []Statement
	pepper     Pepper
}

const origin = "example.com/consent"

func signerOf(t testing.TB, skey string) note.Signer {
	t.Helper()
	s, err := note.NewSigner(skey)
	require.NoError(t, err)
	return s
}

// newFixture seals n events, hands the key over in the middle, and has the last head cosigned by two witnesses.
func newFixture(t testing.TB, n int) *fixture {
	t.Helper()
	f := &fixture{notice: []byte("I want the newsletter.\n")}
	oldSkey, oldVkey, err := GenerateKey(origin)
	require.NoError(t, err)
	newSkey, newVkey, err := GenerateKey(origin)
	require.NoError(t, err)
	f.old, f.next = signerOf(t, oldSkey), signerOf(t, newSkey)
	f.policy, err = NewPolicy(oldVkey)
	require.NoError(t, err)
	f.pepper, err = NewPepper([]byte("0123456789abcdef0123456789abcdef"))
	require.NoError(t, err)

	var sealer Sealer
	for i := range n {
		b := Body{ID: [16]byte{byte(i), byte(i >> 8), 7}, Type: "give", Purpose: "news-letter:1.0", Channel: "email", Notice: sha256.Sum256(f.notice)}
		s := Statement{Notice: f.notice}
		if i%2 == 0 {
			c := Claim{Key: f.pepper.Key(b.ID), Address: fmt.Sprintf("a%d@example.com", i), Capsule: NewCapsule(1_700_000_000 + int64(i))}
			b.Capsule = Commit(c.Salt, Tag(c.Key, c.Address), c.Time, b.Notice, b.Purpose)
			s.Claim = &c
		} else {
			b.Capsule = BlankCapsule()
		}
		sealed, err := sealer.Seal(&b, []Field{{"subject", fmt.Appendf(nil, `"c-%d"`, i)}, {"at", []byte("1700000000")}, {"evidence", []byte(`{"form":"a","boxes":[true,false]}`)}}, nil)
		require.NoError(t, err)
		s.Body, s.Disclosures = b, Disclosures(sealed)
		f.statements = append(f.statements, s)
		f.log.Append(b.Leaf())
		if i == n/2 {
			f.transition, err = SignTransition(newVkey, f.log.Head(), f.old, f.next)
			require.NoError(t, err)
		}
	}
	f.checkpoint, err = Sign(origin, f.log.Head(), f.next)
	require.NoError(t, err)
	f.policy.Transitions = [][]byte{f.transition}
	f.policy.Quorum = 2
	for i := range 2 {
		skey, vkey, err := GenerateCosignerKey(fmt.Sprintf("witness.example/w%d", i))
		require.NoError(t, err)
		v, err := NewCosignatureVerifier(vkey)
		require.NoError(t, err)
		c, err := NewCosigner(skey, func() time.Time { return time.Unix(1_800_000_000+int64(i), 0) })
		require.NoError(t, err)
		f.policy.Witnesses = append(f.policy.Witnesses, v)
		f.checkpoint, err = Cosign(f.checkpoint, c)
		require.NoError(t, err)
	}
	return f
}

// proof formats the proof of one event.
func (f *fixture) proof(t testing.TB, i int) []byte {
	t.Helper()
	hashes, err := f.log.Prove(f.log.Size(), int64(i))
	require.NoError(t, err)
	file, err := FormatProof(&Proof{Statement: f.statements[i], Index: int64(i), Hashes: hashes, Checkpoint: f.checkpoint})
	require.NoError(t, err)
	return file
}

// bundle formats a bundle of some events, with the transition.
func (f *fixture) bundle(t testing.TB, indexes ...int) []byte {
	t.Helper()
	var files [][]byte
	for _, i := range indexes {
		files = append(files, f.proof(t, i))
	}
	file, err := FormatBundle(files, [][]byte{f.transition}, f.next)
	require.NoError(t, err)
	return file
}

func fixedClock() time.Time { return time.Unix(1_900_000_000, 0) }
