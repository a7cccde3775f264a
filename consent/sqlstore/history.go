package sqlstore

import (
	"context"
	"database/sql"
	"iter"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// storedColumns selects an event e with what is personal of it.
const storedColumns = `e.id, e.body, p.subject, p.other, p.lines, s.lines, s.until
	FROM @events e
	LEFT JOIN @personal p ON p.tenant = e.tenant AND p.event = e.id
	LEFT JOIN @short s ON s.tenant = e.tenant AND s.event = e.id `

func scanStored(scan func(...any) error, out *consent.Stored) error {
	var id []byte
	var subject, other sql.NullString
	var until sql.NullInt64
	if err := scan(&id, &out.Body, &subject, &other, &out.Disclosures, &out.Short, &until); err != nil {
		return err
	}
	out.Subject, out.With = basis.Subject(subject.String), basis.Subject(other.String)
	out.ShortUntil = instant(until)
	if until.Valid {
		out.Short = filled(out.Short)
	}
	return scanID(id, &out.ID)
}

// History implements [consent.EventStore].
func (s *Store) History(ctx context.Context, subject basis.Subject) ([]consent.Stored, error) {
	text, args := s.clustered([]string{string(subject)}, "SELECT "+storedColumns+`WHERE e.tenant = $1 AND e.id IN (
	SELECT event FROM @personal WHERE tenant = $1 AND subject IN (SELECT subject FROM people)
	UNION SELECT event FROM @personal WHERE tenant = $1 AND other IN (SELECT subject FROM people))`)
	return s.stored(ctx, s.reader(), "read a history", text, args)
}

// stored reads events.
func (s *Store) stored(ctx context.Context, q DB, doing, text string, args []any) ([]consent.Stored, error) {
	r, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fail(doing, err)
	}
	defer r.Close()
	var out []consent.Stored
	for r.Next() {
		var e consent.Stored
		if err := scanStored(r.Scan, &e); err != nil {
			return nil, fail(doing, err)
		}
		out = append(out, e)
	}
	return out, fail(doing, r.Err())
}

// Find implements [consent.EventStore].
func (s *Store) Find(ctx context.Context, id consent.EventID) (consent.Stored, error) {
	found, err := s.stored(ctx, s.reader(), "find an event", s.numbered("SELECT "+storedColumns+"WHERE e.tenant = $1 AND e.id = $2"), []any{s.tenant, id[:]})
	switch {
	case err != nil:
		return consent.Stored{}, err
	case len(found) == 0:
		return consent.Stored{}, consent.ErrUnknown
	}
	return found[0], nil
}

// page is how many rows an iterator reads at a time. Nothing is open in the
// database while the caller looks at them.
const page = 500

// paged yields the rows of pages; read returns the page that comes after the last row, nil before the first page.
func paged[T any](ctx context.Context, read func(last *T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last *T
		for {
			list, err := read(last)
			if err == nil {
				err = fail("read on", ctx.Err())
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for i := range list {
				if err := ctx.Err(); err != nil {
					yield(list[i], fail("read on", err))
					return
				}
				if !yield(list[i], nil) {
					return
				}
			}
			if len(list) < page {
				return
			}
			last = &list[len(list)-1]
		}
	}
}

// All implements [consent.EventStore].
func (s *Store) All(ctx context.Context) iter.Seq2[consent.Stored, error] {
	text := s.numbered("SELECT " + storedColumns + "WHERE e.tenant = $1 AND e.id > $2 ORDER BY e.id LIMIT $3")
	return paged(ctx, func(last *consent.Stored) ([]consent.Stored, error) {
		after := []byte{}
		if last != nil {
			after = last.ID[:]
		}
		return s.stored(ctx, s.reader(), "read events", text, []any{s.tenant, after, page})
	})
}

// Capsules implements [consent.EventStore].
func (s *Store) Capsules(ctx context.Context) iter.Seq2[consent.KeptCapsule, error] {
	return paged(ctx, func(last *consent.KeptCapsule) (out []consent.KeptCapsule, err error) {
		after := []byte{}
		if last != nil {
			after = last.ID[:]
		}
		err = rows(ctx, s, s.reader(), "read capsules", `SELECT c.event, c.salt, c.time, c.until, e.body FROM @capsules c
			JOIN @events e ON e.tenant = c.tenant AND e.id = c.event
			WHERE c.tenant = ? AND c.event > ? ORDER BY c.event LIMIT ?`, []any{s.tenant, after, page}, func(r *sql.Rows) error {
			var c consent.KeptCapsule
			var id, salt []byte
			var seconds int64
			var until sql.NullInt64
			if err := r.Scan(&id, &salt, &seconds, &until, &c.Body); err != nil {
				return err
			}
			c.Time, c.Until = fromSeconds(seconds), instant(until)
			if len(salt) != len(c.Salt) {
				return refusal("a salt of the wrong length")
			}
			copy(c.Salt[:], salt)
			out = append(out, c)
			return scanID(id, &out[len(out)-1].ID)
		})
		return out, err
	})
}
