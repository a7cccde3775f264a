package consent

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
)

// maxGroup bounds how many entries one transaction takes.
const maxGroup = 512

// group commits what several callers record at the same time in one transaction of the
// store. There is no goroutine of its own: the first caller writes for all who came
// meanwhile, and then hands over to one of them.
type group struct {
	mu    sync.Mutex
	queue []*waiting
	busy  bool
}

type waiting struct {
	entry Entry
	id    EventID
	err   error
	// ready gets true when the outcome is known, false when it is this one's turn to write.
	ready chan bool
}

// append records one entry. Its outcome is known when it returns: a caller whose context ends
// while it waits for its turn leaves the queue, and one whose entry is being written waits.
func (g *group) append(ctx context.Context, store Store, e Entry) (EventID, error) {
	if err := ctx.Err(); err != nil {
		return EventID{}, err
	}
	g.mu.Lock()
	if !g.busy {
		g.busy = true
		g.mu.Unlock()
		defer g.pass() // also when the store panics
		return writeAlone(context.WithoutCancel(ctx), store, &e)
	}
	w := &waiting{entry: e, ready: make(chan bool, 1)}
	g.queue = append(g.queue, w)
	g.mu.Unlock()
	select {
	case done := <-w.ready:
		if done {
			return w.id, w.err
		}
	case <-ctx.Done():
		if g.leave(w) {
			return EventID{}, ctx.Err()
		}
		if <-w.ready {
			return w.id, w.err
		}
	}
	// It is this one's turn, and it is the first of the queue.
	g.mu.Lock()
	batch := g.queue
	if len(batch) > maxGroup {
		batch = batch[:maxGroup]
	}
	g.queue = slices.Clone(g.queue[len(batch):])
	g.mu.Unlock()

	for _, o := range batch {
		o.err = errLost // until the store has answered
	}
	defer func() { // also when the store panics
		g.pass()
		for _, o := range batch {
			if o != w {
				o.ready <- true
			}
		}
	}()
	write(context.WithoutCancel(ctx), store, batch)
	return w.id, w.err
}

var errLost = errors.New("consent: the store did not answer")

// pass hands over to the first who waits.
func (g *group) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) > 0 {
		g.queue[0].ready <- false
	} else {
		g.busy = false
	}
}

// leave takes a caller out of the queue, unless its entry is being written or it is its turn.
func (g *group) leave(w *waiting) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, w)
	if i < 0 || len(w.ready) > 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// write records a batch. When it fails each is tried alone, so that one that can't be
// recorded does not take the others along.
func write(ctx context.Context, store Store, batch []*waiting) {
	entries := make([]Entry, len(batch))
	for i, w := range batch {
		entries[i] = w.entry
	}
	ids, err := store.Append(ctx, entries)
	for i, w := range batch {
		switch {
		case err == nil:
			w.id, w.err = ids[i], nil
		case len(batch) == 1:
			w.err = err
		default:
			w.id, w.err = writeOne(ctx, store, entries[i:i+1])
		}
	}
}

// writeAlone records an entry for whom nobody waits.
func writeAlone(ctx context.Context, store Store, e *Entry) (EventID, error) {
	ids, err := store.Append(ctx, []Entry{*e})
	if err != nil {
		return EventID{}, err
	}
	return ids[0], nil
}

// writeOne records an entry after a batch with it failed. The batch may have been committed
// all the same, when the connection was lost in between.
func writeOne(ctx context.Context, store Store, entry []Entry) (EventID, error) {
	ids, err := store.Append(ctx, entry)
	if err == nil {
		return ids[0], nil
	}
	if have, lookup := store.Find(ctx, entry[0].ID); lookup == nil && bytes.Equal(have.Body, entry[0].Body) {
		return have.ID, nil
	}
	return EventID{}, err
}
