package optin

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// ErrGone is the one answer for a confirmation token that is malformed, unknown, spent
// or expired: nobody learns which.
var ErrGone = errors.New("optin: no request waits for this token")

// Store keeps the requests that wait. [Memory] is one; optintest.TestStore tests any. It is
// safe for concurrent use. A database keeps [Pending.Encode] beside the hash, the expiry and the subject.
type Store interface {
	// Put stores a request under the hash of its token. A hash that is there already is an error.
	Put(ctx context.Context, h Hash, p Pending) error
	// Spend takes the request out and returns it, when at lies before its Expires. Of any
	// number of concurrent calls one gets it; all others, and every other hash, get
	// [ErrGone]. An expired request stays, for Purge.
	Spend(ctx context.Context, h Hash, at time.Time) (Pending, error)
	// Purge calls gone for each request whose Expires is not after before, and removes
	// it when gone returns nil. An error keeps that one, for the next time, and the
	// others are gone through; Purge returns such errors joined. It returns how many it
	// removed. While it calls gone, the store can be used.
	Purge(ctx context.Context, before time.Time, gone func(Pending) error) (int, error)
	// Forget removes the requests of a subject, for an erasure, and returns how many.
	Forget(ctx context.Context, s basis.Subject) (int, error)
}

// Memory is a [Store] in memory, for tests and for programs that may lose what waits.
// The zero value is empty.
type Memory struct {
	mu      sync.Mutex
	waiting map[Hash]Pending
}

var _ Store = (*Memory)(nil)

// Put implements [Store].
func (m *Memory) Put(ctx context.Context, h Hash, p Pending) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.waiting[h]; ok {
		return errors.New("optin: the token is in the store already")
	}
	if m.waiting == nil {
		m.waiting = map[Hash]Pending{}
	}
	p.Asked = slices.Clone(p.Asked)
	m.waiting[h] = p
	return nil
}

// Spend implements [Store].
func (m *Memory) Spend(ctx context.Context, h Hash, at time.Time) (Pending, error) {
	if err := ctx.Err(); err != nil {
		return Pending{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.waiting[h]
	if !ok || !at.Before(p.Expires) {
		return Pending{}, ErrGone
	}
	delete(m.waiting, h)
	return p, nil
}

// Purge implements [Store]; the earliest go first.
func (m *Memory) Purge(ctx context.Context, before time.Time, gone func(Pending) error) (int, error) {
	type old struct {
		h Hash
		p Pending
	}
	var expired []old
	m.mu.Lock()
	for h, p := range m.waiting {
		if !p.Expires.After(before) {
			expired = append(expired, old{h, p})
		}
	}
	m.mu.Unlock()
	slices.SortFunc(expired, func(a, b old) int {
		if c := a.p.Expires.Compare(b.p.Expires); c != 0 {
			return c
		}
		return slices.Compare(a.h[:], b.h[:])
	})
	n := 0
	var errs []error
	for _, o := range expired {
		if err := ctx.Err(); err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		if err := gone(o.p); err != nil {
			errs = append(errs, err)
			continue
		}
		m.mu.Lock()
		if _, ok := m.waiting[o.h]; ok {
			delete(m.waiting, o.h)
			n++
		}
		m.mu.Unlock()
	}
	return n, errors.Join(errs...)
}

// Forget implements [Store].
func (m *Memory) Forget(ctx context.Context, s basis.Subject) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for h, p := range m.waiting {
		if p.Subject == s {
			delete(m.waiting, h)
			n++
		}
	}
	return n, nil
}

// Len returns how many requests wait.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting)
}
