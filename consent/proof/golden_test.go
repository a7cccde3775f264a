package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

var update = flag.Bool("update", false, "write testdata/v1: only before the first release, never after")

const v1 = "testdata/v1"

// fixedKey makes a key from a seed that everybody knows: for tests alone.
func fixedKey(name string, kind, seed byte) (skey, vkey string) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), 32)))
	public := ed25519.PublicKey(private[32:])
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, keyHash(name, kind, public), encodeKey(kind, private.Seed())), formatKey(name, kind, public)
}

// version1 makes every file of testdata/v1 from fixed keys, salts and decoys. Ed25519 is deterministic, so they come out the same each time.
func version1(t *testing.T) map[string]string {
	t.Helper()
	oldS, oldV := fixedKey("consent.example/log", typeEd25519, 0)
	newS, newV := fixedKey("consent.example/log", typeEd25519, 1)
	witnessS, witnessV := fixedKey("witness.example/w1", typeCosignature, 2)
	pepper, err := NewPepper([]byte(strings.Repeat("p", 32)))
	require.NoError(t, err)
	notice := []byte("{\"language\":\"nl\",\"text\":\"Ik wil de nieuwsbrief ontvangen.\"}\n")

	var l Log
	var statements []Statement
	var transition []byte
	for i := range 7 {
		id := [16]byte{0x01, 0x93, byte(i)}
		b := Body{ID: id, Type: "give", Purpose: "newsletter", Channel: "email", Notice: sha256.Sum256(notice)}
		s := Statement{Notice: notice}
		switch {
		case i == 5: // an event without channel, purpose, notice or address
			b.Type, b.Purpose, b.Channel, b.Notice, s.Notice = "object", "", "", [32]byte{}, nil
			b.Capsule = sha256.Sum256([]byte("blank"))
		default:
			s.Claim = &Claim{pepper.Key(id), fmt.Sprintf("person%d@example.org", i), Capsule{Salt{0xca, byte(i)}, 1_760_000_000 + int64(i)}}
			b.Capsule = Commit(s.Claim.Salt, Tag(s.Claim.Key, s.Claim.Address), s.Claim.Time, b.Notice, b.Purpose)
		}
		for j := range b.Digests {
			b.Digests[j] = sha256.Sum256([]byte{byte(i), byte(j)})
		}
		for j, field := range []Field{{"subject", fmt.Appendf(nil, `"c-%d"`, i)}, {"at", fmt.Appendf(nil, "%d", 1_760_000_000+i)}, {"evidence", []byte(`{"form":"footer","naïve":[true,null,-1.5e3,"\u00e9"]}`)}} {
			d := Disclosure(AppendDisclosure(nil, &Salt{byte(i), byte(j), 0x55}, field.Name, field.Value))
			b.Digests[j] = d.Digest()
			s.Disclosures = append(s.Disclosures, d)
		}
		sortDigests(&b.Digests)
		s.Body = b
		statements = append(statements, s)
		l.Append(b.Leaf())
		if i == 3 {
			transition, err = SignTransition(newV, l.Head(), signerOf(t, oldS), signerOf(t, newS))
			require.NoError(t, err)
		}
	}
	checkpoint, err := Sign("consent.example/log", l.Head(), signerOf(t, newS))
	require.NoError(t, err)
	witness, err := NewCosigner(witnessS, func() time.Time { return time.Unix(1_760_100_000, 0) })
	require.NoError(t, err)
	checkpoint, err = Cosign(checkpoint, witness)
	require.NoError(t, err)
	files := map[string]string{
		"log.vkey": oldV + "\n", "witness.vkey": witnessV + "\n", "checkpoint": string(checkpoint), "transition": string(transition),
	}
	file := func(i int, s Statement) []byte {
		hashes, err := l.Prove(l.Size(), int64(i))
		require.NoError(t, err)
		out, err := FormatProof(&Proof{Statement: s, Index: int64(i), Hashes: hashes, Checkpoint: checkpoint})
		require.NoError(t, err)
		return out
	}
	erased := statements[4]
	erased.Disclosures = nil
	files["whole.tlog-proof"] = string(file(2, statements[2]))
	files["erased.tlog-proof"] = string(file(4, erased))
	bundle, err := FormatBundle([][]byte{file(6, statements[6]), file(2, statements[2]), file(5, statements[5])}, [][]byte{transition}, signerOf(t, newS))
	require.NoError(t, err)
	files["bundle"] = string(bundle)
	return files
}

// TestVersion1 verifies the files of the first version, which no later version may refuse, and writes them again.
func TestVersion1(t *testing.T) {
	t.Parallel()
	made := version1(t)
	if *update {
		require.NoError(t, os.MkdirAll(v1, 0o755))
		for name, text := range made {
			require.NoError(t, os.WriteFile(filepath.Join(v1, name), []byte(text), 0o644))
		}
	}
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(v1, name))
		require.NoError(t, err)
		return text
	}
	for name, text := range made {
		require.Equal(t, string(read(name)), text, name)
	}
	policy, err := NewPolicy(strings.TrimSpace(string(read("log.vkey"))))
	require.NoError(t, err)
	witness, err := NewCosignatureVerifier(strings.TrimSpace(string(read("witness.vkey"))))
	require.NoError(t, err)
	policy.Witnesses, policy.Quorum = []note.Verifier{witness}, 1

	b, err := policy.VerifyBundle(read("bundle"))
	require.NoError(t, err)
	require.Len(t, b.Proofs, 3)
	require.Equal(t, []Cosignature{{"witness.example/w1", 1_760_100_000}}, b.Checkpoint.Cosignatures)
	require.Equal(t, "object", b.Proofs[1].Body.Type)

	policy.Transitions = [][]byte{read("transition")}
	c, err := policy.Open(read("checkpoint"))
	require.NoError(t, err)
	require.EqualValues(t, 7, c.Size)
	v, err := policy.Verify(read("whole.tlog-proof"))
	require.NoError(t, err)
	require.Equal(t, `"c-2"`, string(v.Fields["subject"]))
	require.Equal(t, "1760000002", string(v.Fields["at"]))
	require.Equal(t, "person2@example.org", v.Claim.Address)
	require.Equal(t, string(v.Notice), "{\"language\":\"nl\",\"text\":\"Ik wil de nieuwsbrief ontvangen.\"}\n")
	v, err = policy.Verify(read("erased.tlog-proof"))
	require.NoError(t, err)
	require.Empty(t, v.Fields)
	require.Equal(t, "person4@example.org", v.Claim.Address)
}
