package sqlstore

import (
	"context"
	"database/sql"
	"iter"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// storedColumns are those of an event e, with what is personal of it.
const storedColumns = "SELECT e.id, e.body, p.subject, p.other, p.lines, s.lines, s.until "

// storedOf selects the events whose ids a query yields, each once; $1 is the tenant. On PostgreSQL every
// id is looked up by itself: drivers keep a plan that was made when the tables were small, and one that reads
// a whole table would outlast that.
func (s *Store) storedOf(ids string) string {
	if s.dialect == SQLite {
		return storedColumns + `FROM @events e
	LEFT JOIN @personal p ON p.tenant = e.tenant AND p.event = e.id
	LEFT JOIN @short s ON s.tenant = e.tenant AND s.event = e.id
	WHERE e.tenant = $1 AND e.id IN (` + ids + ")"
	}
	return storedColumns + "FROM (" + ids + `) x(event)
	CROSS JOIN LATERAL (SELECT id, body FROM @events WHERE tenant = $1 AND id = x.event LIMIT 1) e
	LEFT JOIN LATERAL (SELECT subject, other, lines FROM @personal WHERE tenant = $1 AND event = x.event LIMIT 1) p ON TRUE
	LEFT JOIN LATERAL (SELECT lines, until FROM @short WHERE tenant = $1 AND event = x.event LIMIT 1) s ON TRUE`
}

// linkedTo selects the events of the references in a table of them, each once.
func (s *Store) linkedTo(references string) string {
	if s.dialect == SQLite {
		return `SELECT event FROM @personal WHERE tenant = $1 AND subject IN (SELECT subject FROM ` + references + `)
	UNION SELECT event FROM @personal WHERE tenant = $1 AND other IN (SELECT subject FROM ` + references + `)`
	}
	return `SELECT DISTINCT n.event FROM ` + references + ` c CROSS JOIN LATERAL (
	SELECT event FROM @personal WHERE tenant = $1 AND subject = c.subject
	UNION ALL SELECT event FROM @personal WHERE tenant = $1 AND other = c.subject AND other IS NOT NULL) n`
}

func scanStored(r *sql.Rows, out *consent.Stored) error {
	var id []byte
	var subject, other sql.NullString
	var until sql.NullInt64
	if err := r.Scan(&id, &out.Body, &subject, &other, &out.Disclosures, &out.Short, &until); err != nil {
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
	text, args := s.over([]string{string(subject)}, s.storedOf(s.linkedTo("people")))
	return s.stored(ctx, s.reader(), "read a history", text, args)
}

// stored reads events.
func (s *Store) stored(ctx context.Context, q DB, doing, text string, args []any) ([]consent.Stored, error) {
	var out []consent.Stored
	err := scanned(ctx, q, doing, text, args, func(r *sql.Rows) error {
		out = append(out, consent.Stored{})
		return scanStored(r, &out[len(out)-1])
	})
	return out, err
}

// Find implements [consent.EventStore].
func (s *Store) Find(ctx context.Context, id consent.EventID) (consent.Stored, error) {
	found, err := s.stored(ctx, s.reader(), "find an event", s.numbered(s.storedOf("SELECT $2"+s.cast("bytea"))), []any{s.tenant, id[:]})
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
	text := s.numbered(s.storedOf("SELECT id FROM @events WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3") + " ORDER BY e.id")
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
