package anonymizetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// together calls f from n goroutines that begin at once, and requires that none fails.
func together(t testing.TB, n int, f func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	begin := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-begin
			errs[i] = f(i)
		})
	}
	close(begin)
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
}
