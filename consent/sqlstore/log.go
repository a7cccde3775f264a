package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/grondslag/grondslag/consent"
)

// Pending implements [consent.LogStore]. On SQLite they come in the order in which they were added,
// on PostgreSQL by the clock of the server.
func (s *Store) Pending(ctx context.Context, limit int) (out []consent.PendingLeaf, err error) {
	order := "rowid"
	if s.dialect == PostgreSQL {
		order = "added, event"
	}
	err = rows(ctx, s, s.reader(), "read pending leaves", "SELECT event, leaf FROM @pending WHERE tenant = ? ORDER BY "+order+" LIMIT ?", []any{s.tenant, max(limit, 0)}, func(r *sql.Rows) error {
		var id, leaf []byte
		if err := r.Scan(&id, &leaf); err != nil {
			return err
		}
		var l consent.PendingLeaf
		if err := scanID(id, &l.ID); err != nil {
			return err
		}
		err := scanMark(leaf, (*[32]byte)(&l.Hash))
		out = append(out, l)
		return err
	})
	return out, err
}

// Grow implements [consent.LogStore].
func (s *Store) Grow(ctx context.Context, g consent.Growth) error {
	if err := representable(g.At); err != nil {
		return err
	}
	return s.write(ctx, "grow", func(ctx context.Context, w *work) error { return w.grow(ctx, &g) })
}

func (w *work) grow(ctx context.Context, g *consent.Growth) error {
	to := g.From + int64(len(g.Leaves))
	if g.From == 0 {
		if _, err := w.do(ctx, "insert into log", "INSERT INTO @log (tenant, size) VALUES (?, 0) ON CONFLICT DO NOTHING", w.tenant); err != nil {
			return err
		}
	}
	n, err := w.do(ctx, "update the size of the log", "UPDATE @log SET size = ? WHERE tenant = ? AND size = ?", to, w.tenant, g.From)
	if err != nil {
		return err
	}
	if n != 1 {
		return consent.ErrConflict
	}
	ids := make(blobs, 0, len(g.Leaves))
	for i := range g.Leaves {
		ids = append(ids, g.Leaves[i].ID[:])
	}
	deleted := 0
	for part := range slices.Chunk(ids, listed) {
		n, err := w.do(ctx, "delete from pending", "DELETE FROM @pending WHERE tenant = ? AND event IN ?", w.tenant, part)
		if err != nil {
			return err
		}
		deleted += n
	}
	if deleted != len(g.Leaves) {
		return refusal("a leaf that is not pending")
	}
	_, err = w.insert(ctx, "leaves", "position,event", "", len(g.Leaves), func(i int, args []any) []any {
		return append(args, g.From+int64(i), g.Leaves[i].ID[:])
	})
	if err != nil {
		return err
	}
	for _, t := range g.Tiles {
		_, err := w.do(ctx, "insert into tiles", `INSERT INTO @tiles (tenant, level, position, data) VALUES (?, ?, ?, ?)
			ON CONFLICT (tenant, level, position) DO UPDATE SET data = excluded.data`, w.tenant, t.Level, t.Index, filled(t.Data))
		if err != nil {
			return err
		}
	}
	_, err = w.do(ctx, "insert into checkpoints", "INSERT INTO @checkpoints (tenant, size, note, at) VALUES (?, ?, ?, ?)",
		w.tenant, to, filled(g.Checkpoint), stamp(g.At))
	if duplicate(err) {
		return refusal("a log that does not grow, and has a checkpoint")
	}
	return err
}

// Checkpoint implements [consent.LogStore].
func (s *Store) Checkpoint(ctx context.Context, size int64) (note []byte, of int64, err error) {
	text, args := "SELECT note, size FROM @checkpoints WHERE tenant = ? ORDER BY size DESC LIMIT 1", []any{s.tenant}
	if size >= 0 {
		text, args = "SELECT note, size FROM @checkpoints WHERE tenant = ? AND size >= ? ORDER BY size LIMIT 1", append(args, size)
	}
	err = row(ctx, s, s.reader(), "read a checkpoint", text, args, &note, &of)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, consent.ErrUnknown
	}
	return note, of, err
}

// Cosign implements [consent.LogStore].
func (s *Store) Cosign(ctx context.Context, size int64, old, signed []byte) error {
	return s.write(ctx, "cosign", func(ctx context.Context, w *work) error {
		n, err := w.do(ctx, "update checkpoints", "UPDATE @checkpoints SET note = ? WHERE tenant = ? AND size = ? AND note = ?", filled(signed), w.tenant, size, filled(old))
		if err == nil && n == 0 {
			err = consent.ErrConflict
		}
		return err
	})
}

// Checkpoints implements [consent.LogStore].
func (s *Store) Checkpoints(ctx context.Context) iter.Seq2[[]byte, error] {
	type sized struct {
		size int64
		note []byte
	}
	all := paged(ctx, func(last *sized) (out []sized, err error) {
		after := int64(-1)
		if last != nil {
			after = last.size
		}
		err = rows(ctx, s, s.reader(), "read checkpoints", "SELECT size, note FROM @checkpoints WHERE tenant = ? AND size > ? ORDER BY size LIMIT ?", []any{s.tenant, after, page}, func(r *sql.Rows) error {
			var c sized
			err := r.Scan(&c.size, &c.note)
			out = append(out, c)
			return err
		})
		return out, err
	})
	return func(yield func([]byte, error) bool) {
		for c, err := range all {
			if !yield(c.note, err) {
				return
			}
		}
	}
}

// Tile implements [consent.LogStore].
func (s *Store) Tile(ctx context.Context, level int, index int64) (data []byte, err error) {
	err = row(ctx, s, s.reader(), "read a tile", "SELECT data FROM @tiles WHERE tenant = ? AND level = ? AND position = ?", []any{s.tenant, level, index}, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

// Position implements [consent.LogStore].
func (s *Store) Position(ctx context.Context, id consent.EventID) (n int64, err error) {
	err = row(ctx, s, s.reader(), "read a position", "SELECT position FROM @leaves WHERE tenant = ? AND event = ?", []any{s.tenant, id[:]}, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, consent.ErrUnknown
	}
	return n, err
}

// Leaves implements [consent.LogStore].
func (s *Store) Leaves(ctx context.Context, from int64) iter.Seq2[consent.EventID, error] {
	type leaf struct {
		position int64
		id       consent.EventID
	}
	all := paged(ctx, func(last *leaf) (out []leaf, err error) {
		at := max(from, 0)
		if last != nil {
			at = last.position + 1
		}
		err = rows(ctx, s, s.reader(), "read leaves", "SELECT position, event FROM @leaves WHERE tenant = ? AND position >= ? ORDER BY position LIMIT ?", []any{s.tenant, at, page}, func(r *sql.Rows) error {
			var l leaf
			var id []byte
			if err := r.Scan(&l.position, &id); err != nil {
				return err
			}
			err := scanID(id, &l.id)
			out = append(out, l)
			return err
		})
		return out, err
	})
	return func(yield func(consent.EventID, error) bool) {
		for l, err := range all {
			if !yield(l.id, err) {
				return
			}
		}
	}
}

// Lease implements [consent.LogStore].
func (s *Store) Lease(ctx context.Context, holder string, at, until time.Time) (held bool, err error) {
	if err := representable(at, until); err != nil {
		return false, err
	}
	ahead := int64(math.MaxInt64) // a lease that ends later was taken by a clock that was ahead
	if far := until.Add(until.Sub(at)); until.After(at) && representable(far) == nil {
		ahead = far.UnixNano()
	}
	err = s.write(ctx, "lease", func(ctx context.Context, w *work) error {
		n, err := w.do(ctx, "update the lease", `INSERT INTO @lease (tenant, holder, until) VALUES (?, ?, ?)
			ON CONFLICT (tenant) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE `+w.table+`lease.holder = excluded.holder OR `+w.table+`lease.until IS NULL OR `+w.table+`lease.until <= ? OR `+w.table+`lease.until > ?`,
			w.tenant, holder, stamp(until), at.UnixNano(), ahead)
		held = n == 1
		return err
	})
	return held && err == nil, err
}
