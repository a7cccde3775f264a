//go:build !race

package fpe

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// With the race detector a pool forgets what is put into it now and then.
func TestAllocations(t *testing.T) {
	for _, v := range benchmarked {
		c := cipher(t, v.f, Options{})
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			if _, err := c.Encrypt(v.value); err != nil {
				t.Error(err)
			}
		}), 1.0, v.f)
	}
}
