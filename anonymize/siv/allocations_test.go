//go:build !race

package siv_test

import (
	"testing"

	"github.com/grondslag/grondslag/anonymize/siv"
	"github.com/stretchr/testify/require"
)

// With the race detector a pool forgets what is put into it now and then.
func TestAllocations(t *testing.T) {
	c, err := siv.New(make([]byte, 64))
	require.NoError(t, err)
	plain, ad, dst := []byte("jan.de.vries@example.com"), []byte("mailer/newsletter/email"), make([]byte, 0, 64)
	require.Zero(t, testing.AllocsPerRun(100, func() { c.Seal(dst, plain, ad) }))
}
