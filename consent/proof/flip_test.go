package proof

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

// remembering asks a verifier once for each message and signature: the flips below ask 100,000 times.
type remembering struct {
	note.Verifier
	seen *sync.Map
}

func (r remembering) Verify(msg, sig []byte) bool {
	key := string(msg) + "\x00" + string(sig)
	if v, ok := r.seen.Load(key); ok {
		return v.(bool)
	}
	ok := r.Verifier.Verify(msg, sig)
	r.seen.Store(key, ok)
	return ok
}

func remember(p Policy) Policy {
	p.Log = remembering{p.Log, new(sync.Map)}
	p.Witnesses = slices.Clone(p.Witnesses)
	for i, w := range p.Witnesses {
		p.Witnesses[i] = remembering{w, new(sync.Map)}
	}
	return p
}

// flips calls check for every single-bit change of file, with the bit's line.
func flips(file []byte, check func(line int, changed []byte)) {
	line := 0
	changed := bytes.Clone(file)
	for i := range file {
		for bit := range 8 {
			changed[i] ^= 1 << bit
			check(line, changed)
			changed[i] ^= 1 << bit
		}
		if file[i] == '\n' {
			line++
		}
	}
}

// partOf demands an *Error and returns its part.
func partOf(t *testing.T, err error) Part {
	t.Helper()
	var e *Error
	if err == nil {
		t.Fatal("a changed bit was not detected")
	}
	require.ErrorAs(t, err, &e)
	require.True(t, e.Part.Valid())
	require.NotContains(t, e.Error(), "example.com", "no content of the file in an error")
	return e.Part
}

func count(counts map[Part]int) (names []Part) {
	for p := range counts {
		names = append(names, p)
	}
	slices.Sort(names)
	return names
}

// TestEveryBitOfAProof flips each bit of a proof with disclosures, notice, claim and two cosignatures under a rotated key.
func TestEveryBitOfAProof(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 5)
	// Signed by the pinned key, at the size of the hand-over.
	h, err := f.log.HeadAt(3)
	require.NoError(t, err)
	checkpoint, err := Sign(origin, h, f.old)
	require.NoError(t, err)
	policy := remember(f.policy)
	policy.Transitions = nil
	policy.Witnesses, policy.Quorum = policy.Witnesses[:1], 1
	skey, vkey, err := GenerateCosignerKey("witness.example/w")
	require.NoError(t, err)
	witness, err := NewCosigner(skey, fixedClock)
	require.NoError(t, err)
	v, err := NewCosignatureVerifier(vkey)
	require.NoError(t, err)
	policy.Witnesses[0] = remembering{v, new(sync.Map)}
	checkpoint, err = Cosign(checkpoint, witness)
	require.NoError(t, err)
	hashes, err := f.log.Prove(3, 2)
	require.NoError(t, err)
	file, err := FormatProof(&Proof{Statement: f.statements[2], Index: 2, Hashes: hashes, Checkpoint: checkpoint})
	require.NoError(t, err)
	_, err = policy.Verify(file)
	require.NoError(t, err)

	// header, extra, index, one hash (3 leaves, the last: its only sibling is the root of the first two), empty line,
	// origin, size, root, empty line, log signature, cosignature
	allowed := [][]Part{
		{PartFile},
		{PartFile, PartBody, PartDisclosure, PartNotice, PartCapsule, PartInclusion},
		{PartFile, PartInclusion},
		{PartFile, PartInclusion},
		{PartFile, PartInclusion},
		{PartCheckpoint, PartSignature},
		{PartCheckpoint, PartSignature},
		{PartCheckpoint, PartSignature},
		{PartCheckpoint},
		{PartCheckpoint, PartSignature},
		{PartCheckpoint, PartCosignature},
	}
	require.Len(t, bytes.Split(file, []byte("\n")), len(allowed)+1)
	counts := map[Part]int{}
	flips(file, func(line int, changed []byte) {
		_, err := policy.Verify(changed)
		part := partOf(t, err)
		if !slices.Contains(allowed[line], part) {
			t.Fatalf("line %d: reported as %s", line, string(part))
		}
		counts[part]++
	})
	t.Log(counts)
}

// TestEveryBitOfAStatement flips each bit of the text inside the extra line, where the base64 does not stand in front.
func TestEveryBitOfAStatement(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	text, err := FormatStatement(&f.statements[2])
	require.NoError(t, err)
	full, err := ParseProof(f.proof(t, 2))
	require.NoError(t, err)
	policy := remember(f.policy)
	keys, err := policy.keys(nil)
	require.NoError(t, err)
	allowed := map[string][]Part{
		"grondslag":  {PartFile},
		"body":       {PartFile, PartBody, PartInclusion},
		"disclosure": {PartFile, PartDisclosure},
		"notice":     {PartFile, PartNotice},
		"claim":      {PartFile, PartCapsule},
	}
	lines := strings.Split(string(text), "\n")
	counts := map[Part]int{}
	c, err := policy.open(full.Checkpoint, keys)
	require.NoError(t, err)
	flips(text, func(line int, changed []byte) {
		file := full
		var err error
		if file.Statement, err = ParseStatement(changed); err == nil {
			_, err = file.verify(c)
		}
		part := partOf(t, err)
		key, _, _ := strings.Cut(lines[line], " ")
		if !slices.Contains(allowed[key], part) {
			t.Fatalf("%s: reported as %s", key, string(part))
		}
		counts[part]++
	})
	require.Equal(t, []Part{PartBody, PartCapsule, PartDisclosure, PartFile, PartInclusion, PartNotice}, count(counts), "each part is reported for some bit")
}

// TestEveryBitOfABundle flips each bit of a bundle with a transition, two proofs and two cosignatures.
func TestEveryBitOfABundle(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	for i := range f.statements { // less to flip
		f.statements[i].Disclosures = f.statements[i].Disclosures[:1]
		f.statements[i].Notice = nil
	}
	file := f.bundle(t, 0, 2)
	policy := remember(f.policy)
	policy.Transitions = nil
	_, err := policy.VerifyBundle(file)
	require.NoError(t, err)
	b, err := parseBundle(file)
	require.NoError(t, err)
	secondProof := bytes.LastIndex(file, b.proofs[1])
	counts := map[Part]int{}
	at := 0
	flips(file, func(_ int, changed []byte) {
		at++
		bit := at - 1
		if testing.Short() && bit%7 > 0 {
			return
		}
		_, err := policy.VerifyBundle(changed)
		counts[partOf(t, err)]++
		if bit/8 >= secondProof {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, 1, e.Index, "the number of the proof")
		}
	})
	for _, part := range []Part{PartFile, PartBundle, PartKey, PartCheckpoint, PartSignature, PartCosignature, PartInclusion} {
		require.NotZero(t, counts[part], string(part))
	}
	t.Log(counts)
}

// TestBundleIsWhole drops, adds, repeats and moves sections.
func TestBundleIsWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 9)
	file := f.bundle(t, 1, 3, 5)
	b, err := parseBundle(file)
	require.NoError(t, err)
	extra := f.proof(t, 8)
	build := func(manifest []byte, transitions, proofs [][]byte) []byte {
		out := appendSection(nil, "manifest", manifest)
		for _, x := range transitions {
			out = appendSection(out, "transition", x)
		}
		for _, x := range proofs {
			out = appendSection(out, "proof", x)
		}
		return out
	}
	require.Equal(t, file, build(b.manifest, b.transitions, b.proofs))
	small, err := f.log.HeadAt(7)
	require.NoError(t, err)
	otherHead, err := Sign(origin, small, f.next)
	require.NoError(t, err)
	hashes, err := f.log.Prove(7, 3)
	require.NoError(t, err)
	older, err := FormatProof(&Proof{Statement: f.statements[3], Index: 3, Hashes: hashes, Checkpoint: otherHead})
	require.NoError(t, err)
	thirdSkey, thirdVkey, err := GenerateKey(origin)
	require.NoError(t, err)
	unneeded, err := SignTransition(thirdVkey, Head{100, numbered(0)}, f.next, signerOf(t, thirdSkey))
	require.NoError(t, err)
	resigned, err := note.Sign(&note.Note{Text: string(appendManifest(nil, origin, b.proofs))}, f.old)
	require.NoError(t, err)
	p := b.proofs
	policy := f.policy
	policy.Transitions, policy.Quorum = nil, 0
	_, err = policy.VerifyBundle(file)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		file []byte
		part Part
	}{
		"first dropped":       {build(b.manifest, b.transitions, p[1:]), PartBundle},
		"last dropped":        {build(b.manifest, b.transitions, p[:2]), PartBundle},
		"all dropped":         {build(b.manifest, b.transitions, nil), PartFile},
		"one added":           {build(b.manifest, b.transitions, [][]byte{p[0], p[1], p[2], extra}), PartBundle},
		"one repeated":        {build(b.manifest, b.transitions, [][]byte{p[0], p[1], p[2], p[2]}), PartBundle},
		"one replaced":        {build(b.manifest, b.transitions, [][]byte{p[0], p[1], extra}), PartBundle},
		"moved":               {build(b.manifest, b.transitions, [][]byte{p[1], p[0], p[2]}), PartBundle},
		"another head":        {build(b.manifest, b.transitions, [][]byte{p[0], older, p[2]}), PartBundle},
		"transition dropped":  {build(b.manifest, nil, p), PartSignature},
		"transition repeated": {build(b.manifest, [][]byte{f.transition, f.transition}, p), PartKey},
		"transition added":    {build(b.manifest, [][]byte{f.transition, unneeded}, p), PartKey},
		"manifest by old key": {build(resigned, b.transitions, p), PartBundle},
		"manifest dropped":    {file[len(appendSection(nil, "manifest", b.manifest)):], PartFile},
		"manifest twice":      {append(appendSection(nil, "manifest", b.manifest), file...), PartFile},
		"manifest a note":     {build(f.checkpoint, b.transitions, p), PartBundle},
		"trailing newline":    {append(bytes.Clone(file), '\n'), PartFile},
		"unknown section":     {appendSection(bytes.Clone(file), "note", nil), PartFile},
		"leading zero":        {bytes.Replace(file, []byte("-- manifest "), []byte("-- manifest 0"), 1), PartFile},
		"empty":               {nil, PartFile},
	} {
		_, err := policy.VerifyBundle(c.file)
		require.Error(t, err, name)
		require.Equal(t, c.part, partOf(t, err), name)
	}
	// A reader who has the transition, and one who has a later one too.
	known := policy
	known.Transitions = [][]byte{f.transition}
	_, err = known.VerifyBundle(file)
	require.NoError(t, err)
	known.Transitions = [][]byte{f.transition, unneeded}
	_, err = known.VerifyBundle(file)
	require.NoError(t, err)
	_, err = known.VerifyBundle(build(b.manifest, [][]byte{unneeded}, p))
	require.Equal(t, PartKey, partOf(t, err))
	known.Log = nil
	_, err = known.VerifyBundle(file)
	require.Equal(t, PartKey, partOf(t, err))

	for name, err := range map[string]error{
		"none":         testErr(FormatBundle(nil, nil, f.next)),
		"twice":        testErr(FormatBundle([][]byte{p[0], p[0]}, nil, f.next)),
		"other head":   testErr(FormatBundle([][]byte{p[0], older}, nil, f.next)),
		"no proof":     testErr(FormatBundle([][]byte{[]byte("x")}, nil, f.next)),
		"not needed":   testErr(FormatBundle(p, [][]byte{unneeded}, f.next)),
		"no note":      testErr(FormatBundle(p, [][]byte{[]byte("x")}, f.next)),
		"other signer": testErr(FormatBundle(p, nil, strangeSigner{f.next})),
	} {
		require.Error(t, err, name)
	}
}

type strangeSigner struct{ note.Signer }

func (strangeSigner) Name() string { return "example.com/strange" }

// TestErased is the point of the package: with the disclosures gone the body is proven, and a claim still opens the capsule.
func TestErased(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 7)
	s := f.statements[4]
	s.Disclosures, s.Notice, s.Claim = nil, nil, nil
	f.statements[4] = s
	v, err := f.policy.Verify(f.proof(t, 4))
	require.NoError(t, err)
	require.Empty(t, v.Fields)
	require.NotContains(t, string(f.proof(t, 4)), base64.StdEncoding.EncodeToString([]byte("a4@exa")))
}
