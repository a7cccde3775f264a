package anonymize

import (
	"context"
	"errors"
	"sync"
)

const (
	// maxLevels bounds how deep pointers, lists, maps, interfaces and JSON lie within
	// each other in one record. A record that contains itself ends there.
	maxLevels = 1000
	// maxVisits bounds how many of them lie deeper than freeLevels: a value that is
	// shared at many places, each sharing others, is a small record with endless copies.
	maxVisits  = 1 << 20
	freeLevels = 8
	// maxKeptBuffer is the size in bytes up to which buffers are kept for the next record.
	maxKeptBuffer = 64 << 10
)

// op treats what lies at a place. What lies there is a shallow copy of the input, so
// op may change it but nothing that it refers to. A nil op has nothing to do.
type op func(p *pass, at place) error

// pass is the state of one record on its way. Texts are appended to one buffer and
// cut out of it at the end, so that they share one allocation.
type pass struct {
	scope
	buf    []byte
	cuts   []cut
	direct int // above 0 texts are set at once, since their place is copied on
	levels int
	visits int
	found  [][]place // of the columns of a batch
}

// cut is a text that ends at buf[:end] and begins where the one before ends.
type cut struct {
	into *string
	end  int
}

func newPass(pool *sync.Pool, ctx context.Context) *pass {
	p, ok := pool.Get().(*pass)
	if !ok {
		p = &pass{}
	}
	p.ctx = ctx
	return p
}

// release forgets the record.
func (p *pass) release(pool *sync.Pool) {
	clear(p.cuts)
	clear(p.buf[:cap(p.buf)])
	clear(p.scratch[:cap(p.scratch)])
	p.ctx, p.subject, p.hasSubject = nil, "", false
	p.buf, p.cuts, p.scratch = p.buf[:0], p.cuts[:0], p.scratch[:0]
	p.direct, p.levels, p.visits, p.found = 0, 0, 0, nil
	if cap(p.buf)+cap(p.scratch)+16*cap(p.cuts) <= maxKeptBuffer {
		pool.Put(p)
	}
}

// flush sets the texts.
func (p *pass) flush() {
	all, start := string(p.buf), 0
	for _, c := range p.cuts {
		*c.into = all[start:c.end]
		start = c.end
	}
}

// enter goes one level down, leave comes back.
func (p *pass) enter() error {
	if p.levels++; p.levels > freeLevels {
		p.visits++
	}
	if p.levels > maxLevels || p.visits > maxVisits {
		return TooDeep
	}
	return nil
}

func (p *pass) leave() { p.levels-- }

// fieldError wraps what a treatment answered, once.
func fieldError(path string, m Method, err error) error {
	if _, ok := errors.AsType[*FieldError](err); ok {
		return err
	}
	return &FieldError{Path: path, Method: m, Err: err}
}

// reasonOf returns the reason within err without the path of where it came up.
func reasonOf(err error) error {
	if r, ok := errors.AsType[Reason](err); ok {
		return r
	}
	return err
}

// foreign calls methods of types that are not ours. What they answer or panic with
// may hold the value, so it becomes [Malformed].
func foreign(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = Malformed
		}
	}()
	if call() != nil {
		return Malformed
	}
	return nil
}
