package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// deletable are the tables from which personal data is deleted or overwritten.
var deletable = [...]string{"personal", "short", "subjects", "capsules", "outbox", "standings", "tokens"}

// Scrub makes the database forget what is deleted, as far as it can: on SQLite the write-ahead log is
// written to the file and cut to nothing, on PostgreSQL the tables are vacuumed. Call it after the
// transaction of [Store.Tx] is committed, and on PostgreSQL after erasures; it can't run in a transaction.
func (s *Store) Scrub(ctx context.Context) error {
	if s.tx != nil {
		return refusal("a transaction can't scrub, call it on the store after the commit")
	}
	if s.dialect == SQLite {
		return s.truncate(ctx)
	}
	for _, table := range deletable {
		text, _ := s.expand("VACUUM @"+table, nil)
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return fail("vacuum", err)
		}
	}
	return nil
}

// truncate empties the write-ahead log of SQLite. It waits for readers that still need it.
func (s *Store) truncate(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for try := 0; ; try++ {
		var blocked, pages, moved sql.NullInt64
		err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&blocked, &pages, &moved)
		if err == nil && blocked.Int64 == 0 {
			return nil
		}
		if err != nil && !busy(err) {
			return fail("empty the write-ahead log", err)
		}
		if pause(waiting, try) != nil {
			return refusal("it is deleted, and a reader holds the write-ahead log, which has it yet: call Scrub")
		}
	}
}

// ErasedMark is an entry of the erase-list.
type ErasedMark struct {
	Mark consent.Mark
	At   time.Time // of the erasure
}

// EraseList returns the marks of all erased references. It is to be kept outside the
// database: what is restored from a backup holds references that were erased since.
func (s *Store) EraseList(ctx context.Context) (out []ErasedMark, err error) {
	err = rows(ctx, s, s.reader(), "read the erase-list", "SELECT mark, at FROM @erased WHERE tenant = ? ORDER BY mark", []any{s.tenant}, func(r *sql.Rows) error {
		var m ErasedMark
		var mark []byte
		var at sql.NullInt64
		if err := r.Scan(&mark, &at); err != nil {
			return err
		}
		m.At = instant(at)
		err := scanMark(mark, (*[32]byte)(&m.Mark))
		out = append(out, m)
		return err
	})
	return out, err
}

// Reapply compares an erase-list with a database that was restored. It adds the marks, so that
// grants are refused from then on, and returns the references that have events again and are to be erased
// again, sorted. marks computes the marks of a reference under every key of the ring.
func (s *Store) Reapply(ctx context.Context, list []ErasedMark, marks func(basis.Subject) []consent.Mark) ([]basis.Subject, error) {
	known := make(map[consent.Mark]bool, len(list))
	for _, m := range list {
		known[m.Mark] = true
		if err := representable(m.At); err != nil {
			return nil, err
		}
	}
	err := s.write(ctx, "restore the erase-list", func(ctx context.Context, w *work) error {
		_, err := w.insert(ctx, "erased", "mark,at", " ON CONFLICT DO NOTHING", len(list), func(i int, args []any) []any {
			return append(args, list[i].Mark[:], stamp(list[i].At))
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	var again []basis.Subject
	for _, column := range []string{"subject", "other"} {
		type place struct{ subject string }
		for p, err := range paged(ctx, func(last *place) (out []place, err error) {
			after, args := "", []any{s.tenant}
			if last != nil {
				after, args = " AND "+column+" > ?", append(args, last.subject)
			}
			err = rows(ctx, s, s.reader(), "read references", "SELECT DISTINCT "+column+" FROM @personal WHERE tenant = ? AND "+column+" IS NOT NULL"+after+" ORDER BY "+column+" LIMIT ?",
				append(args, page), func(r *sql.Rows) error {
					var p place
					err := r.Scan(&p.subject)
					out = append(out, p)
					return err
				})
			return out, err
		}) {
			if err != nil {
				return nil, err
			}
			subject := basis.Subject(p.subject)
			if slices.ContainsFunc(marks(subject), func(m consent.Mark) bool { return known[m] }) {
				again = append(again, subject)
			}
		}
	}
	slices.Sort(again)
	return slices.Compact(again), nil
}
