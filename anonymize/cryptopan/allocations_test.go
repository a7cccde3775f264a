//go:build !race

package cryptopan_test

import (
	"net/netip"
	"testing"

	"github.com/grondslag/grondslag/anonymize/cryptopan"
	"github.com/stretchr/testify/require"
)

// With the race detector a pool forgets what is put into it now and then.
func TestAllocations(t *testing.T) {
	c, err := cryptopan.New(key(t))
	require.NoError(t, err)
	a := netip.MustParseAddr("192.0.2.1")
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.Anonymize(a) }))
}
