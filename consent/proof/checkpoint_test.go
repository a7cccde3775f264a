package proof

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

func TestCheckpointText(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	msg, err := Sign(origin, f.log.Head(), f.old)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(msg), origin+"\n3\n"+f.log.Head().Hash.String()+"\n\n— "+origin+" "))
	n, err := note.Open(msg, note.VerifierList(f.policy.Log)) // the reader of x/mod agrees
	require.NoError(t, err)
	require.Len(t, n.Sigs, 1)

	// The empty log: size 0 and the root of no leaves.
	msg, err = Sign(origin, Head{}, f.old)
	require.NoError(t, err)
	c, err := Policy{Log: f.policy.Log}.Open(msg)
	require.NoError(t, err)
	require.Equal(t, new(Log).Head(), c.Head)

	for name, err := range map[string]error{
		"no signer":    second(Sign(origin, Head{})),
		"other origin": second(Sign("example.com/other", Head{}, f.old)),
		"bad origin":   second(Sign("a b", Head{}, f.old)),
		"bad size":     second(Sign(origin, Head{Size: -1}, f.old)),
		"bad root":     second(Sign(origin, Head{Hash: numbered(1)}, f.old)),
		"two lines":    second(Sign(origin, Head{}, f.old, f.old)),
	} {
		require.Error(t, err, name)
	}
}

// signRaw signs any text, to make checkpoints that are signed and wrong.
func signRaw(t *testing.T, text string, signers ...note.Signer) []byte {
	t.Helper()
	msg, err := note.Sign(&note.Note{Text: text}, signers...)
	require.NoError(t, err)
	return msg
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	p := Policy{Log: f.policy.Log}
	h := f.log.Head()
	root := h.Hash.String()
	good, err := Sign(origin, h, f.old)
	require.NoError(t, err)
	_, err = p.Open(good)
	require.NoError(t, err)
	line := good[bytes.LastIndex(good, []byte("— ")):]
	spare := bytes.Clone(good)
	at := bytes.LastIndex(spare, []byte("="))
	require.NotEqual(t, byte('='), spare[at-2], "64+4 bytes leave one pad character and two spare bits")
	spare[at-1]++ // A, E, I, ...: the next character differs in the spare bits alone
	otherSkey, _, err := GenerateKey(origin)
	require.NoError(t, err)
	other := signerOf(t, otherSkey)
	for name, c := range map[string]struct {
		msg  []byte
		part Part
	}{
		"empty":               {nil, PartCheckpoint},
		"extension line":      {signRaw(t, origin+"\n3\n"+root+"\nmore\n", f.old), PartCheckpoint},
		"two lines":           {signRaw(t, origin+"\n3\n", f.old), PartCheckpoint},
		"leading zero":        {signRaw(t, origin+"\n03\n"+root+"\n", f.old), PartCheckpoint},
		"sign":                {signRaw(t, origin+"\n+3\n"+root+"\n", f.old), PartCheckpoint},
		"negative":            {signRaw(t, origin+"\n-3\n"+root+"\n", f.old), PartCheckpoint},
		"too large":           {signRaw(t, origin+"\n9223372036854775807\n"+root+"\n", f.old), PartCheckpoint},
		"root spare bits":     {signRaw(t, origin+"\n3\n"+root[:42]+"B=\n", f.old), PartCheckpoint},
		"empty, other root":   {signRaw(t, origin+"\n0\n"+root+"\n", f.old), PartCheckpoint},
		"other origin":        {signRaw(t, "example.com/x\n3\n"+root+"\n", f.old), PartCheckpoint},
		"line twice":          {append(bytes.Clone(good), line...), PartCheckpoint},
		"signature spare bit": {spare, PartCheckpoint},
		"no last newline":     {good[:len(good)-1], PartCheckpoint},
		"empty line at end":   {append(bytes.Clone(good), '\n'), PartCheckpoint},
		"control character":   {bytes.Replace(good, []byte("\n3\n"), []byte("\n3\r\n"), 1), PartCheckpoint},
		"too long":            {append(bytes.Clone(good), make([]byte, maxNote)...), PartCheckpoint},
		"other key":           {signRaw(t, origin+"\n3\n"+root+"\n", other), PartSignature},
		"unknown line":        {signRaw(t, origin+"\n3\n"+root+"\n", f.old, other), PartCosignature},
		"other size":          {bytes.Replace(good, []byte("\n3\n"), []byte("\n4\n"), 1), PartSignature},
	} {
		_, err := p.Open(c.msg)
		require.Error(t, err, name)
		requirePart(t, c.part, err)
	}
	loose := p
	loose.AllowUnknown = true
	_, err = loose.Open(signRaw(t, origin+"\n3\n"+root+"\n", f.old, other))
	require.NoError(t, err)
	_, err = Policy{}.Open(good)
	requirePart(t, PartKey, err)
}

func TestQuorum(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	checkpoint, err := Sign(origin, f.log.Head(), f.next)
	require.NoError(t, err)
	p := f.policy
	_, err = p.Open(checkpoint)
	requirePart(t, PartCosignature, err)
	p.Quorum = 0
	_, err = p.Open(checkpoint)
	require.NoError(t, err)
	p.Witnesses = p.Witnesses[:1]
	_, err = p.Open(f.checkpoint)
	requirePart(t, PartCosignature, err) // the second witness is unknown now
	p.AllowUnknown, p.Quorum = true, 1
	c, err := p.Open(f.checkpoint)
	require.NoError(t, err)
	require.Len(t, c.Cosignatures, 1)

	for name, change := range map[string]func(*Policy){
		"quorum over the witnesses": func(p *Policy) { p.Quorum = 3 },
		"negative quorum":           func(p *Policy) { p.Quorum = -1 },
		"witness twice":             func(p *Policy) { p.Witnesses = append(p.Witnesses[:1:1], p.Witnesses[0]) },
		"log key as witness":        func(p *Policy) { p.Witnesses = []note.Verifier{p.Log}; p.Quorum = 1 },
	} {
		p := f.policy
		change(&p)
		_, err := p.Open(f.checkpoint)
		require.Error(t, err, name)
		requirePart(t, PartKey, err)
	}
	_, err = NewPolicy("nothing")
	requirePart(t, PartKey, err)
}

func TestCosigner(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	at := time.Unix(1_679_315_147, 0)
	skey, vkey, err := GenerateCosignerKey("witness.example/w")
	require.NoError(t, err)
	s, err := NewCosigner(skey, func() time.Time { return at })
	require.NoError(t, err)
	v, err := NewCosignatureVerifier(vkey)
	require.NoError(t, err)
	require.Equal(t, v.KeyHash(), s.KeyHash())

	// By hand, from C2SP tlog-cosignature.
	msg := []byte("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
	sig, err := s.Sign(msg)
	require.NoError(t, err)
	require.Equal(t, "\x00\x00\x00\x00\x64\x18\x50\xcb", string(sig[:8])) // the time of the spec's example line
	require.Equal(t, "cosignature/v1\ntime 1679315147\n"+string(msg), string(cosigned(1679315147, msg)))
	require.True(t, v.Verify(msg, sig))
	for i := range sig {
		sig[i] ^= 1
		require.False(t, v.Verify(msg, sig), "byte %d", i)
		sig[i] ^= 1
	}
	require.False(t, v.Verify(msg, sig[8:]))
	sig[0] = 0x80
	require.False(t, v.Verify(msg, sig), "a time over 2^63-1")

	// A second cosignature takes the place of the first; other lines stay.
	once, err := Cosign(f.checkpoint, s)
	require.NoError(t, err)
	at = at.Add(time.Hour)
	twice, err := Cosign(once, s)
	require.NoError(t, err)
	require.Len(t, twice, len(once))
	p := f.policy
	p.Witnesses = append(p.Witnesses[:2:2], v)
	c, err := p.Open(twice)
	require.NoError(t, err)
	require.Len(t, c.Cosignatures, 3)
	require.Equal(t, Cosignature{"witness.example/w", at.Unix()}, c.Cosignatures[2])

	_, err = NewCosigner(skey, nil)
	require.Error(t, err)
	logSkey, logVkey, err := GenerateKey(origin)
	require.NoError(t, err)
	for _, bad := range []string{"", logSkey, skey + "x", strings.Replace(skey, "w+", "v+", 1), "PRIVATE+KEY+a"} {
		_, err := NewCosigner(bad, time.Now)
		requirePart(t, PartKey, err)
	}
	for _, bad := range []string{"", logVkey, vkey + "\n", strings.Replace(vkey, "w+", "v+", 1), "a+b+c"} {
		_, err := NewCosignatureVerifier(bad)
		requirePart(t, PartKey, err)
	}
	_, err = Cosign(f.checkpoint, f.old)
	requirePart(t, PartCosignature, err)
	_, err = Cosign([]byte("x"), s)
	requirePart(t, PartCheckpoint, err)
	at = time.Unix(-1, 0)
	_, err = Cosign(f.checkpoint, s)
	requirePart(t, PartCosignature, err)
	_, _, err = GenerateKey("with space")
	requirePart(t, PartKey, err)
}

func TestKeysAreThoseOfNote(t *testing.T) {
	t.Parallel()
	skey, vkey, err := GenerateKey(origin)
	require.NoError(t, err)
	s := signerOf(t, skey)
	v, err := note.NewVerifier(vkey)
	require.NoError(t, err)
	require.Equal(t, s.KeyHash(), v.KeyHash())
	// The key of the note package's own documentation.
	const peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	name, public, err := parseKey(peter, typeEd25519)
	require.NoError(t, err)
	require.Equal(t, "PeterNeumann", name)
	require.Equal(t, "Glz", base64.StdEncoding.EncodeToString(public)[:3])
}

func TestTransition(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 11) // handed over at size 6
	third, thirdV, err := GenerateKey(origin)
	require.NoError(t, err)
	head := func(n int64) Head {
		h, err := f.log.HeadAt(n)
		require.NoError(t, err)
		return h
	}
	p := f.policy
	p.Quorum = 0
	sign := func(h Head, signers ...note.Signer) []byte {
		msg, err := Sign(origin, h, signers...)
		require.NoError(t, err)
		return msg
	}
	forked := head(6)
	forked.Hash[0] ^= 1
	for name, c := range map[string]struct {
		msg  []byte
		part Part
	}{
		"old key before":              {sign(head(5), f.old), ""},
		"old key at the hand-over":    {sign(head(6), f.old), ""},
		"new key at the hand-over":    {sign(head(6), f.next), ""},
		"new key after":               {sign(head(7), f.next), ""},
		"both after":                  {sign(head(7), f.old, f.next), ""},
		"old key after":               {sign(head(7), f.old), PartSignature},
		"new key before":              {sign(head(5), f.next), PartSignature},
		"another root, by the new":    {sign(forked, f.next), PartKey},
		"another root, by the old":    {sign(forked, f.old), PartKey},
		"neither":                     {sign(head(7), signerOf(t, third)), PartSignature},
		"both, of which one is false": {bytes.Replace(sign(head(8), f.old, f.next), []byte("\n8\n"), []byte("\n9\n"), 1), PartSignature},
	} {
		_, err := p.Open(c.msg)
		if c.part == "" {
			require.NoError(t, err, name)
			continue
		}
		require.Error(t, err, name)
		requirePart(t, c.part, err)
	}

	second, err := SignTransition(thirdV, head(9), f.next, signerOf(t, third))
	require.NoError(t, err)
	p.Transitions = [][]byte{f.transition, second}
	_, err = p.Open(sign(head(10), signerOf(t, third)))
	require.NoError(t, err)
	_, err = p.Open(sign(head(10), f.next))
	requirePart(t, PartSignature, err)

	early, err := SignTransition(thirdV, head(5), f.next, signerOf(t, third))
	require.NoError(t, err)
	skipped, err := SignTransition(thirdV, head(9), f.old, signerOf(t, third))
	require.NoError(t, err)
	oldV := strings.TrimSuffix(strings.SplitAfter(string(f.transition), "\n")[2], "\n")
	back, err := SignTransition(oldV, head(9), signerOf(t, third), f.next)
	require.NoError(t, err)
	for name, chain := range map[string][][]byte{
		"sizes fall":       {f.transition, early},
		"out of order":     {second, f.transition},
		"a key left out":   {second},
		"not the last key": {f.transition, skipped},
		"twice":            {f.transition, f.transition},
		"back to a key":    {f.transition, second, back},
		"garbage":          {[]byte("x")},
		"a checkpoint":     {f.checkpoint},
	} {
		p.Transitions = chain
		_, err := p.Open(sign(head(10), signerOf(t, third)))
		require.Error(t, err, name)
		requirePart(t, PartKey, err)
	}
	for name, err := range map[string]error{
		"other new key": testErr(SignTransition(thirdV, head(9), f.next, f.old)),
		"same key":      testErr(SignTransition(oldV, head(9), f.next, f.next)),
		"malformed key": testErr(SignTransition("x", head(9), f.next, f.old)),
		"bad head":      testErr(SignTransition(thirdV, Head{Size: -1}, f.next, signerOf(t, third))),
	} {
		require.Error(t, err, name)
	}
}

func testErr(_ []byte, err error) error { return err }

func TestWitness(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 11)
	skey, vkey, err := GenerateCosignerKey("witness.example/w")
	require.NoError(t, err)
	cosigner, err := NewCosigner(skey, func() time.Time { return time.Unix(1_900_000_000, 0) })
	require.NoError(t, err)
	v, err := NewCosignatureVerifier(vkey)
	require.NoError(t, err)
	logPolicy := Policy{Log: f.policy.Log, Transitions: f.policy.Transitions}
	saved := map[string]Head{}
	var disk error
	w := &Witness{Cosigner: cosigner, Logs: []Policy{logPolicy}, Save: func(origin string, h Head) error {
		if disk == nil {
			saved[origin] = h
		}
		return disk
	}}
	at := func(n int64, signer note.Signer) []byte {
		h, err := f.log.HeadAt(n)
		require.NoError(t, err)
		msg, err := Sign(origin, h, signer)
		require.NoError(t, err)
		return msg
	}
	line, err := w.Add(0, nil, at(4, f.old))
	require.NoError(t, err)
	client := logPolicy
	client.Witnesses, client.Quorum = []note.Verifier{v}, 1
	c, err := client.Open(append(at(4, f.old), line...))
	require.NoError(t, err)
	require.Equal(t, []Cosignature{{"witness.example/w", 1_900_000_000}}, c.Cosignatures)
	require.EqualValues(t, 4, saved[origin].Size)

	_, err = w.Add(4, nil, at(4, f.old))
	require.NoError(t, err, "the same head again")
	_, err = w.Add(0, nil, at(7, f.next))
	require.ErrorIs(t, err, ErrConflict)
	_, err = w.Add(3, nil, at(7, f.next))
	require.ErrorIs(t, err, ErrConflict)
	_, err = w.Add(8, nil, at(7, f.next))
	requirePart(t, PartConsistency, err)
	_, err = w.Add(4, nil, at(7, f.next))
	requirePart(t, PartConsistency, err) // no proof

	var fork Log
	for i := range int64(7) {
		fork.Append(numbered(i))
	}
	forked, err := Sign(origin, fork.Head(), f.next)
	require.NoError(t, err)
	p, err := fork.ProveConsistency(7, 4)
	require.NoError(t, err)
	_, err = w.Add(4, p, forked)
	requirePart(t, PartConsistency, err)
	forkHead, err := fork.HeadAt(4)
	require.NoError(t, err)
	forked, err = Sign(origin, forkHead, f.old)
	require.NoError(t, err)
	_, err = w.Add(4, nil, forked)
	require.ErrorIs(t, err, ErrConflict, "the same size with another root")

	p, err = f.log.ProveConsistency(7, 4)
	require.NoError(t, err)
	_, err = w.Add(4, p, at(7, f.old))
	requirePart(t, PartSignature, err)
	disk = ErrConflict
	_, err = w.Add(4, p, at(7, f.next))
	require.ErrorIs(t, err, disk)
	require.EqualValues(t, 4, w.Head(origin).Size, "what could not be saved was not cosigned")
	disk = nil
	_, err = w.Add(4, p, at(7, f.next))
	require.NoError(t, err)
	require.EqualValues(t, 7, w.Head(origin).Size)

	restarted := &Witness{Cosigner: cosigner, Logs: w.Logs}
	require.NoError(t, restarted.Restore(origin, saved[origin]))
	require.Error(t, restarted.Restore(origin, Head{Size: -1}))
	_, err = restarted.Add(0, nil, forked)
	require.ErrorIs(t, err, ErrConflict)

	_, err = (&Witness{Cosigner: cosigner}).Add(0, nil, at(4, f.old))
	requirePart(t, PartKey, err)
	_, err = new(Witness).Add(0, nil, at(4, f.old))
	requirePart(t, PartKey, err)
}
