package proof

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 11)
	for i := range 11 {
		v, err := f.policy.Verify(f.proof(t, i))
		require.NoError(t, err)
		require.Equal(t, f.statements[i].Body, v.Body)
		require.Len(t, v.Fields, 3)
		require.EqualValues(t, i, v.Index)
		require.Equal(t, f.log.Head(), v.Checkpoint.Head)
		require.Equal(t, []Cosignature{{"witness.example/w0", 1_800_000_000}, {"witness.example/w1", 1_800_000_001}}, v.Checkpoint.Cosignatures)
	}
	p := f.policy
	file := f.bundle(t, 4, 0, 7)
	v, err := p.VerifyBundle(file)
	require.NoError(t, err)
	require.Len(t, v.Proofs, 3)
	p.Transitions = nil
	_, err = p.VerifyBundle(file)
	require.NoError(t, err)
}

func TestFormatProofRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2)
	good := Proof{Statement: f.statements[0], Checkpoint: f.checkpoint, Hashes: tlog.RecordProof{numbered(1)}}
	_, err := FormatProof(&good)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(*Proof)
		part   Part
	}{
		"body":          {func(p *Proof) { p.Body.Type = "" }, PartBody},
		"claim":         {func(p *Proof) { p.Claim = &Claim{} }, PartCapsule},
		"index":         {func(p *Proof) { p.Index = -1 }, PartInclusion},
		"hashes":        {func(p *Proof) { p.Hashes = make(tlog.RecordProof, 64) }, PartInclusion},
		"no checkpoint": {func(p *Proof) { p.Checkpoint = nil }, PartCheckpoint},
	} {
		p := good
		c.change(&p)
		_, err := FormatProof(&p)
		require.Error(t, err, name)
		require.Equal(t, c.part, partOf(t, err), name)
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 5)
	good := f.proof(t, 1)
	lines := bytes.SplitAfter(good, []byte("\n"))
	without := func(i int) []byte {
		return bytes.Join(append(append([][]byte{}, lines[:i]...), lines[i+1:]...), nil)
	}
	for name, c := range map[string]struct {
		file []byte
		part Part
	}{
		"empty":             {nil, PartFile},
		"no extra":          {without(1), PartFile},
		"no index":          {without(2), PartFile},
		"a hash fewer":      {without(3), PartInclusion},
		"no checkpoint":     {bytes.Join(lines[:5], nil), PartFile},
		"another index":     {bytes.Replace(good, []byte("\nindex 1\n"), []byte("\nindex 0\n"), 1), PartInclusion},
		"index too large":   {bytes.Replace(good, []byte("\nindex 1\n"), []byte("\nindex 5\n"), 1), PartInclusion},
		"index with zero":   {bytes.Replace(good, []byte("\nindex 1\n"), []byte("\nindex 01\n"), 1), PartInclusion},
		"CRLF":              {bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), PartFile},
		"longer than 4 MiB": {append(bytes.Clone(good), make([]byte, MaxProof)...), PartFile},
	} {
		v, err := f.policy.Verify(c.file)
		require.Nil(t, v, name)
		require.Equal(t, c.part, partOf(t, err), name)
	}
	// The proof of one event with the body of another, under good signatures.
	f.statements[1] = f.statements[3]
	_, err := f.policy.Verify(f.proof(t, 1))
	require.Equal(t, PartInclusion, partOf(t, err))
	e, _ := errors.AsType[*Error](err)
	require.Equal(t, e.Err, errors.Unwrap(err))
	require.Equal(t, "proof: number 2 of the bundle: inclusion: "+e.Err.Error(), within(err, 2).Error())
	require.Equal(t, "proof: number 0 of the bundle: file: x", within(errors.New("x"), 0).Error())
}
