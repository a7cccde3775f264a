package consent

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"time"
)

// Pending implements [LogStore].
func (m *Memory) Pending(ctx context.Context, limit int) ([]PendingLeaf, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.pending[:min(limit, len(m.pending))]), ctx.Err()
}

// size is that of the log.
func (m *Memory) size() int64 { return int64(len(m.leaves)) }

// Grow implements [LogStore].
func (m *Memory) Grow(ctx context.Context, g Growth) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	if g.From != m.size() {
		return ErrConflict
	}
	if n := len(m.checkpoints); len(g.Leaves) == 0 && n > 0 && m.checkpoints[n-1].size == g.From {
		return errors.New("consent: a second checkpoint of one size")
	}
	seen := make(map[EventID]bool, len(g.Leaves))
	for _, l := range g.Leaves {
		if !m.waiting[l.ID] || seen[l.ID] {
			return errors.New("consent: a leaf that is not pending")
		}
		seen[l.ID] = true
	}
	for _, l := range g.Leaves {
		m.positions[l.ID] = m.size()
		m.leaves = append(m.leaves, l.ID)
		delete(m.waiting, l.ID)
	}
	m.pending = slices.DeleteFunc(m.pending, func(l PendingLeaf) bool { return !m.waiting[l.ID] })
	for _, t := range g.Tiles {
		m.tiles[tilePlace{t.Level, t.Index}] = bytes.Clone(t.Data)
	}
	m.checkpoints = append(m.checkpoints, sizedNote{m.size(), bytes.Clone(g.Checkpoint)})
	return nil
}

// Checkpoint implements [LogStore].
func (m *Memory) Checkpoint(ctx context.Context, size int64) ([]byte, int64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i := len(m.checkpoints) - 1
	if size >= 0 {
		i = slices.IndexFunc(m.checkpoints, func(c sizedNote) bool { return c.size >= size })
	}
	if i < 0 {
		return nil, 0, ErrUnknown
	}
	return bytes.Clone(m.checkpoints[i].note), m.checkpoints[i].size, ctx.Err()
}

// Cosign implements [LogStore].
func (m *Memory) Cosign(ctx context.Context, size int64, old, signed []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.checkpoints, func(c sizedNote) bool { return c.size == size && bytes.Equal(c.note, old) })
	if i < 0 {
		return ErrConflict
	}
	m.checkpoints[i].note = bytes.Clone(signed)
	return ctx.Err()
}

// Checkpoints implements [LogStore].
func (m *Memory) Checkpoints(ctx context.Context) iter.Seq2[[]byte, error] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var notes [][]byte
	for _, c := range m.checkpoints {
		notes = append(notes, bytes.Clone(c.note))
	}
	return each(ctx, notes)
}

// Tile implements [LogStore].
func (m *Memory) Tile(ctx context.Context, level int, index int64) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.tiles[tilePlace{level, index}], ctx.Err()
}

// Position implements [LogStore].
func (m *Memory) Position(ctx context.Context, id EventID) (int64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, ok := m.positions[id]
	if !ok {
		return 0, ErrUnknown
	}
	return i, ctx.Err()
}

// Leaves implements [LogStore].
func (m *Memory) Leaves(ctx context.Context, from int64) iter.Seq2[EventID, error] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return each(ctx, slices.Clone(m.leaves[min(max(from, 0), m.size()):]))
}

// Lease implements [LogStore].
func (m *Memory) Lease(ctx context.Context, holder string, at, until time.Time) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	ahead := until.After(at) && m.leased.After(until.Add(until.Sub(at)))
	if m.holder != holder && m.leased.After(at) && !ahead {
		return false, ctx.Err()
	}
	m.holder, m.leased = holder, until
	return true, ctx.Err()
}
