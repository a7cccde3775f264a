//go:build !race

package ff1_test

import (
	"testing"

	"github.com/grondslag/grondslag/anonymize/ff1"
	"github.com/stretchr/testify/require"
)

// With the race detector a pool forgets what is put into it now and then.
func TestAllocations(t *testing.T) {
	c, err := ff1.New(make([]byte, 16), 10)
	require.NoError(t, err)
	a := alphabet(t, 10)
	tweak := []byte("field")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = c.EncryptString(a, "0123456789", tweak) }), 1.0)
	x, dst := []uint16{1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, make([]uint16, 0, 10)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.Encrypt(dst, x, tweak) }))
}
