package proof

import (
	"testing"

	"github.com/stretchr/testify/require"
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
