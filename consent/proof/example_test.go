package proof_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/consent/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Seal an event, log it, prove it, and check the proof with the public key alone.
func Example() {
	skey, vkey, err := proof.GenerateKey("crm.example/consent")
	check(err)
	key, err := note.NewSigner(skey)
	check(err)

	// When the person ticks the box.
	notice := []byte("Send me the newsletter.\n")
	body := proof.Body{ID: [16]byte{1}, Type: "give", Purpose: "newsletter", Channel: "email", Notice: sha256.Sum256(notice), Capsule: proof.BlankCapsule()}
	var sealer proof.Sealer
	sealed, err := sealer.Seal(&body, []proof.Field{
		{Name: "subject", Value: []byte(`"c-42"`)},
		{Name: "at", Value: []byte(`"2026-11-24T15:04:05Z"`)},
	}, nil)
	check(err)
	var log proof.Log
	index := log.Append(body.Leaf())

	// Once a day.
	checkpoint, err := proof.Sign("crm.example/consent", log.Head(), key)
	check(err)

	// When somebody asks.
	hashes, err := log.Prove(log.Size(), index)
	check(err)
	file, err := proof.FormatProof(&proof.Proof{
		Statement:  proof.Statement{Body: body, Disclosures: proof.Disclosures(sealed), Notice: notice},
		Index:      index,
		Hashes:     hashes,
		Checkpoint: checkpoint,
	})
	check(err)

	// Years later, elsewhere.
	policy, err := proof.NewPolicy(vkey)
	check(err)
	v, err := policy.Verify(file)
	check(err)
	fmt.Printf("%s %s by %s at %s\n%s", v.Body.Type, v.Body.Purpose, v.Fields["subject"], v.Fields["at"], v.Notice)

	if c := &file[len(file)-10]; *c == 'A' {
		*c = 'B'
	} else {
		*c = 'A'
	}
	_, err = policy.Verify(file)
	e, _ := errors.AsType[*proof.Error](err)
	fmt.Println("one character changed:", e.Part)
	// Output:
	// give newsletter by "c-42" at "2026-11-24T15:04:05Z"
	// Send me the newsletter.
	// one character changed: signature
}

// After erasure the disclosures are gone. Somebody shows an address and says there was no consent; key, salt and time of the
// one event open its capsule.
func ExampleClaim() {
	pepper, err := proof.NewPepper([]byte("32 bytes or more, kept elsewhere"))
	check(err)

	// When the event was recorded; the capsule is kept, the tag is not.
	body := proof.Body{ID: [16]byte{1}, Type: "give", Purpose: "newsletter"}
	capsule := proof.NewCapsule(time.Date(2026, 11, 24, 15, 4, 5, 0, time.UTC).Unix())
	body.Capsule = proof.Commit(capsule.Salt, proof.Tag(pepper.Key(body.ID), "ann@example.org"), capsule.Time, body.Notice, body.Purpose)

	// In the dispute.
	claim := proof.Claim{Key: pepper.Key(body.ID), Address: "ann@example.org", Capsule: capsule}
	fmt.Println(claim.Check(&body))
	claim.Address = "bob@example.org"
	fmt.Println(claim.Check(&body))
	fmt.Println(claim, pepper)
	// Output:
	// <nil>
	// proof: capsule: key, salt, time and address do not open the capsule of this event
	// [redacted] [redacted]
}

func ExampleGrow() {
	body := proof.Body{Type: "give"}
	var tiles proof.MemoryTiles // or a table with (level, index, data)
	var head proof.Head
	for range 3 {
		h, more, err := proof.Grow(head, &tiles, []tlog.Hash{body.Leaf()})
		check(err)
		tiles.Put(more)
		head = h
	}
	hashes, err := proof.Prove(head, 1, &tiles)
	check(err)
	fmt.Println(head.Size, len(hashes))
	// Output: 3 2
}

// The key of the log is replaced; who has the old one checks proofs of the new.
func ExampleSignTransition() {
	oldSkey, oldVkey, err := proof.GenerateKey("crm.example/consent")
	check(err)
	newSkey, newVkey, err := proof.GenerateKey("crm.example/consent")
	check(err)
	old, err := note.NewSigner(oldSkey)
	check(err)
	next, err := note.NewSigner(newSkey)
	check(err)

	var log proof.Log
	body := proof.Body{Type: "give"}
	log.Append(body.Leaf())
	transition, err := proof.SignTransition(newVkey, log.Head(), old, next)
	check(err)
	log.Append(body.Leaf())
	checkpoint, err := proof.Sign("crm.example/consent", log.Head(), next)
	check(err)

	policy, err := proof.NewPolicy(oldVkey)
	check(err)
	_, err = policy.Open(checkpoint)
	fmt.Println(err)
	policy.Transitions = [][]byte{transition}
	c, err := policy.Open(checkpoint)
	fmt.Println(c.Size, err)
	// Output:
	// proof: signature: no signature of the log key in force at this size
	// 2 <nil>
}

// A witness elsewhere cosigns what it found consistent; a reader insists on one.
func ExampleWitness() {
	skey, vkey, err := proof.GenerateKey("crm.example/consent")
	check(err)
	key, err := note.NewSigner(skey)
	check(err)
	policy, err := proof.NewPolicy(vkey)
	check(err)
	var log proof.Log
	log.Append((&proof.Body{Type: "give"}).Leaf())
	checkpoint, err := proof.Sign("crm.example/consent", log.Head(), key)
	check(err)

	witnessSkey, witnessVkey, err := proof.GenerateCosignerKey("witness.example/w1")
	check(err)
	cosigner, err := proof.NewCosigner(witnessSkey, func() time.Time { return time.Unix(1_800_000_000, 0) })
	check(err)
	witness := proof.Witness{Cosigner: cosigner, Logs: []proof.Policy{policy}}
	line, err := witness.Add(0, nil, checkpoint)
	check(err)

	verifier, err := proof.NewCosignatureVerifier(witnessVkey)
	check(err)
	policy.Witnesses, policy.Quorum = []note.Verifier{verifier}, 1
	c, err := policy.Open(append(checkpoint, line...))
	check(err)
	fmt.Println(c.Size, c.Cosignatures)
	// Output: 1 [{witness.example/w1 1800000000}]
}

// All events of one person in one file.
func ExampleFormatBundle() {
	skey, vkey, err := proof.GenerateKey("crm.example/consent")
	check(err)
	key, err := note.NewSigner(skey)
	check(err)
	var log proof.Log
	var sealer proof.Sealer
	var statements []proof.Statement
	for _, what := range []string{"give", "withdraw"} {
		body := proof.Body{Type: what, Purpose: "newsletter", Capsule: proof.BlankCapsule()}
		sealed, err := sealer.Seal(&body, []proof.Field{{Name: "subject", Value: []byte(`"c-42"`)}}, nil)
		check(err)
		statements = append(statements, proof.Statement{Body: body, Disclosures: proof.Disclosures(sealed)})
		log.Append(body.Leaf())
	}
	checkpoint, err := proof.Sign("crm.example/consent", log.Head(), key)
	check(err)
	var files [][]byte
	for i, s := range statements {
		hashes, err := log.Prove(log.Size(), int64(i))
		check(err)
		file, err := proof.FormatProof(&proof.Proof{Statement: s, Index: int64(i), Hashes: hashes, Checkpoint: checkpoint})
		check(err)
		files = append(files, file)
	}
	bundle, err := proof.FormatBundle(files, nil, key)
	check(err)

	policy, err := proof.NewPolicy(vkey)
	check(err)
	v, err := policy.VerifyBundle(bundle)
	check(err)
	for _, p := range v.Proofs {
		fmt.Printf("%s %s\n", p.Body.Type, p.Fields["subject"])
	}
	// Output:
	// give "c-42"
	// withdraw "c-42"
}
