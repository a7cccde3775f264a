package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func fromSeconds(n int64) time.Time { return time.Unix(n, 0).UTC() }

// Erase implements [consent.EventStore]. plan is called within the transaction: it may not use the store,
// and is called again when the transaction has to be tried again. Outside a transaction of
// the caller it ends with [Store.Scrub] on SQLite.
func (s *Store) Erase(ctx context.Context, people []basis.Subject, plan func([]consent.Stored) (consent.Erasure, error)) error {
	subjects := make([]string, 0, len(people))
	for _, p := range people {
		if p != "" {
			subjects = append(subjects, string(p))
		}
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	var refused error // what plan returned, as it is
	careful := false
	err := s.write(ctx, "erase", func(ctx context.Context, w *work) error {
		refused = nil
		if err := w.isolated(ctx); err != nil {
			return err
		}
		return w.erase(ctx, subjects, &careful, func(events []consent.Stored) (e consent.Erasure, err error) {
			e, refused = plan(events)
			return e, refused
		})
	})
	if refused != nil {
		return refused
	}
	if err != nil || s.tx != nil || s.dialect != SQLite {
		return err
	}
	return s.truncate(ctx)
}

func (w *work) erase(ctx context.Context, subjects []string, careful *bool, plan func([]consent.Stored) (consent.Erasure, error)) error {
	all, err := w.cluster(ctx, w.q, subjects)
	if err != nil {
		return err
	}
	if err := w.lock(ctx, all); err != nil {
		return err
	}
	var events []consent.Stored
	seen := map[consent.EventID]bool{}
	for part := range slices.Chunk(subjects, listed) {
		text, args := w.over(part, w.storedOf(w.linkedTo("list")))
		linked, err := w.stored(ctx, w.q, "read what is erased", text, args)
		if err != nil {
			return err
		}
		for _, e := range linked {
			if !seen[e.ID] {
				seen[e.ID] = true
				events = append(events, e)
			}
		}
	}
	e, err := plan(events)
	if err != nil {
		return err
	}
	if err := checkErasure(&e); err != nil {
		return err
	}
	if err := w.unstand(ctx, subjects); err != nil {
		return err
	}
	ids := make(blobs, 0, len(events))
	for i := range events {
		ids = append(ids, events[i].ID[:])
	}
	for part := range slices.Chunk(ids, listed) {
		if _, err := w.do(ctx, "delete from personal", "DELETE FROM @personal WHERE tenant = ? AND event IN ?", w.tenant, part); err != nil {
			return err
		}
		if _, err := w.do(ctx, "delete from short", "DELETE FROM @short WHERE tenant = ? AND event IN ?", w.tenant, part); err != nil {
			return err
		}
	}
	if w.dialect == PostgreSQL {
		if _, err := w.do(ctx, "delete from subjects", "DELETE FROM @subjects WHERE tenant = ? AND subject IN ?", w.tenant, texts(subjects)); err != nil {
			return err
		}
	}
	return w.record(ctx, &e, careful)
}

func checkErasure(e *consent.Erasure) error {
	for _, c := range e.Capsules {
		if c.Until.IsZero() || c.Time.IsZero() {
			return refusal("a capsule has no time or no end")
		}
		if err := representable(c.Until); err != nil {
			return err
		}
	}
	with := e.Event
	with.Suppress, with.Messages = slices.Concat(e.Suppress, with.Suppress), slices.Concat(e.Messages, with.Messages)
	return cmp.Or(representable(e.At), check(&with))
}

// record adds what the plan has: marks of the references, capsules, suppressions, messages, the event.
func (w *work) record(ctx context.Context, e *consent.Erasure, careful *bool) error {
	marks := slices.Concat(e.People...)
	slices.SortFunc(marks, func(a, b consent.Mark) int { return slices.Compare(a[:], b[:]) })
	marks = slices.Compact(marks)
	_, err := w.insert(ctx, "erased", "mark,at", " ON CONFLICT DO NOTHING", len(marks), func(i int, args []any) []any {
		return append(args, marks[i][:], stamp(e.At))
	})
	if err != nil {
		return err
	}
	_, err = w.insert(ctx, "capsules", "event,salt,time,until", "", len(e.Capsules), func(i int, args []any) []any {
		c := &e.Capsules[i]
		return append(args, c.ID[:], c.Salt[:], c.Time.Unix(), stamp(c.Until))
	})
	if err != nil {
		return err
	}
	if err := w.suppress(ctx, e.Suppress); err != nil {
		return err
	}
	if err := w.post(ctx, e.Messages); err != nil {
		return err
	}
	return w.append(ctx, []consent.Entry{e.Event}, make([]consent.EventID, 1), careful)
}

// isolated refuses a transaction of the caller on PostgreSQL that does not see what others commit, and
// so would miss what it is to delete or to count.
func (w *work) isolated(ctx context.Context) error {
	if w.tx == nil || w.dialect == SQLite {
		return nil
	}
	var level string
	if err := w.q.QueryRowContext(ctx, "SHOW transaction_isolation").Scan(&level); err != nil {
		return fail("ask for the isolation", err)
	}
	if level == "repeatable read" {
		return refusal("the transaction is REPEATABLE READ, want READ COMMITTED or SERIALIZABLE")
	}
	return nil
}

// Expire implements [consent.EventStore].
func (s *Store) Expire(ctx context.Context, at time.Time) (out consent.Expiry, err error) {
	if err := representable(at); err != nil {
		return out, err
	}
	err = s.write(ctx, "expire", func(ctx context.Context, w *work) error {
		out.Disclosures, err = w.do(ctx, "delete from short", "DELETE FROM @short WHERE tenant = ? AND until <= ?", w.tenant, at.UnixNano())
		if err != nil {
			return err
		}
		out.Capsules, err = w.do(ctx, "delete from capsules", "DELETE FROM @capsules WHERE tenant = ? AND until <= ?", w.tenant, at.UnixNano())
		return err
	})
	if err != nil {
		return consent.Expiry{}, err
	}
	if s.tx != nil || s.dialect != SQLite || out == (consent.Expiry{}) {
		return out, nil
	}
	return out, s.truncate(ctx)
}
