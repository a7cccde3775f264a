package sqlstore

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Stand implements [consent.StandingStore].
func (s *Store) Stand(ctx context.Context, people []basis.Subject, events int, standings []consent.Standing) error {
	for _, n := range standings {
		if err := representable(n.Until); err != nil {
			return err
		}
	}
	subjects := make([]string, 0, len(people))
	for _, p := range people {
		subjects = append(subjects, string(p))
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	return s.write(ctx, "stand", func(ctx context.Context, w *work) error {
		if err := w.isolated(ctx); err != nil {
			return err
		}
		if err := w.lock(ctx, subjects); err != nil {
			return err
		}
		n, err := w.linked(ctx, subjects)
		if err != nil {
			return err
		}
		if n != events {
			return consent.ErrConflict
		}
		if err := w.forgetStandings(ctx, subjects); err != nil {
			return err
		}
		_, err = w.insert(ctx, "standings", "purpose,channel,subject,event,until", "", len(standings), func(i int, args []any) []any {
			n := &standings[i]
			return append(args, string(n.Purpose), string(n.Channel), string(n.Subject), n.Event[:], stamp(n.Until))
		})
		return err
	})
}

// forgetStandings deletes those of the references.
func (w *work) forgetStandings(ctx context.Context, subjects []string) error {
	if len(subjects) == 1 { // the usual case; an index serves it, whatever the size of the table when it was planned
		_, err := w.do(ctx, "delete from standings", "DELETE FROM @standings WHERE tenant = ? AND subject = ?", w.tenant, subjects[0])
		return err
	}
	for part := range slices.Chunk(subjects, listed) {
		if _, err := w.do(ctx, "delete from standings", "DELETE FROM @standings WHERE tenant = ? AND subject IN ?", w.tenant, texts(part)); err != nil {
			return err
		}
	}
	return nil
}

// linked counts the events of the references, each once.
func (w *work) linked(ctx context.Context, subjects []string) (int, error) {
	seen := map[consent.EventID]bool{}
	for part := range slices.Chunk(subjects, listed) {
		text, args := w.over(part, w.linkedTo("list"))
		err := scanned(ctx, w.q, "count events", text, args, func(r *sql.Rows) error {
			var b []byte
			var id consent.EventID
			if err := r.Scan(&b); err != nil {
				return err
			}
			err := scanID(b, &id)
			seen[id] = true
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return len(seen), nil
}

// Standings implements [consent.StandingStore].
func (s *Store) Standings(ctx context.Context, purpose basis.PurposeID, channel basis.Channel, at time.Time) iter.Seq2[consent.Standing, error] {
	return paged(ctx, func(last *consent.Standing) (out []consent.Standing, err error) {
		if err := representable(at); err != nil {
			return nil, err
		}
		text, args := "", []any{s.tenant, string(purpose), string(channel), at.UnixNano()}
		if last != nil {
			text, args = "AND subject > ? ", append(args, string(last.Subject))
		}
		err = rows(ctx, s, s.reader(), "read standings", "SELECT subject, event, until FROM @standings WHERE tenant = ? AND purpose = ? AND channel = ? AND (until IS NULL OR until > ?) "+
			text+"ORDER BY subject LIMIT ?", append(args, page), func(r *sql.Rows) error {
			n := consent.Standing{Purpose: purpose, Channel: channel}
			var id []byte
			var until sql.NullInt64
			if err := r.Scan((*string)(&n.Subject), &id, &until); err != nil {
				return err
			}
			n.Until = instant(until)
			err := scanID(id, &n.Event)
			out = append(out, n)
			return err
		})
		return out, err
	})
}
