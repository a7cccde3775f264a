//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package anonymize

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockFolder waits until nobody else, in this process or another, holds the lock on the
// folder; false where its file system has none.
func lockFolder(ctx context.Context, folder string) (unlock func(), locked bool, err error) {
	d, err := os.Open(folder)
	if err != nil {
		return nil, false, err
	}
	for {
		err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { d.Close() }, true, nil // which gives the lock back
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			select {
			case <-ctx.Done():
				d.Close()
				return nil, false, ctx.Err()
			case <-time.After(5 * time.Millisecond):
			}
		default:
			d.Close()
			return func() {}, false, nil
		}
	}
}
