//go:build !race

package anonymize

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// With the race detector a pool forgets what is put into it now and then.

func TestTokenAllocations(t *testing.T) {
	tokens, err := testRing(t).Tokens(testDomain(), "email", Form{Norm: NormEmail}, 0)
	require.NoError(t, err)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = tokens.Token("Jan.de.Vries@example.com") }), 1.0)
	buf := make([]byte, 0, 128)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = tokens.Append(buf, "Jan.de.Vries@example.com") }))
}

func TestSealAllocations(t *testing.T) {
	value, dst := []byte("jan.de.vries@example.com"), make([]byte, 0, 128)
	for _, alg := range []Algorithm{AESGCM, XChaCha} {
		s, err := testRing(t).Sealer(testDomain(), "f", alg)
		require.NoError(t, err)
		require.Zero(t, testing.AllocsPerRun(100, func() { s.AppendSealed(dst, value, nil) }), alg)
	}
	det, err := testRing(t).Deterministic(testDomain(), "f", Form{})
	require.NoError(t, err)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = det.Append(dst, "jan.de.vries@example.com") }), 1.0)
}
