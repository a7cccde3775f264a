//go:build !race

package anonymize_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// TestApplyAllocations does not run with the race detector, under which pools forget at random.
func TestApplyAllocations(t *testing.T) {
	plan, err := anonymize.Compile[masked](anonymize.Setting{})
	require.NoError(t, err)
	in := maskedRecord()
	n := testing.AllocsPerRun(100, func() {
		if _, err := plan.Apply(context.Background(), in); err != nil {
			t.Error(err)
		}
	})
	require.LessOrEqual(t, n, 2.0, "the copy and the text of all its fields")
}
