package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"slices"

	"github.com/grondslag/grondslag/consent"
)

// Suppress implements [consent.SuppressionStore].
func (s *Store) Suppress(ctx context.Context, marks []consent.Suppression) error {
	for _, m := range marks {
		if err := representable(m.At); err != nil {
			return err
		}
	}
	return s.write(ctx, "suppress", func(ctx context.Context, w *work) error { return w.suppress(ctx, marks) })
}

// suppress adds marks. Of those about the same thing one is left, and rows are taken in one order by
// every transaction. What must have another mark on its address goes in front, before there are new ones.
func (w *work) suppress(ctx context.Context, marks []consent.Suppression) error {
	var alone, others []consent.Suppression
	marked := map[consent.Mark]bool{}
	for _, m := range marks {
		if m.Reason == consent.Given && !marked[m.Address] {
			alone = append(alone, m)
			continue
		}
		marked[m.Address] = true
		others = append(others, m)
	}
	alone = latest(alone)
	if len(alone) > 0 {
		some, err := w.suppressed(ctx, alone)
		if err != nil {
			return err
		}
		alone = slices.DeleteFunc(alone, func(m consent.Suppression) bool { return !some[m.Address] })
		if err := w.mark(ctx, alone); err != nil {
			return err
		}
	}
	return w.mark(ctx, latest(others))
}

// suppressed returns the addresses of the marks that have a mark already.
func (w *work) suppressed(ctx context.Context, marks []consent.Suppression) (map[consent.Mark]bool, error) {
	list := make(blobs, 0, len(marks))
	for i := range marks {
		list = append(list, marks[i].Address[:])
	}
	some := map[consent.Mark]bool{}
	for part := range slices.Chunk(list, listed) {
		err := rows(ctx, w.Store, w.q, "look at suppressions", "SELECT DISTINCT address FROM @suppressions WHERE tenant = ? AND address IN ?", []any{w.tenant, part}, func(r *sql.Rows) error {
			var address []byte
			var m consent.Mark
			if err := r.Scan(&address); err != nil {
				return err
			}
			err := scanMark(address, (*[32]byte)(&m))
			some[m] = true
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return some, nil
}

// latest returns the latest of the marks about the same thing, sorted.
func latest(marks []consent.Suppression) []consent.Suppression {
	slices.SortFunc(marks, func(a, b consent.Suppression) int { return cmp.Or(about(a, b), b.At.Compare(a.At)) })
	return slices.CompactFunc(marks, func(a, b consent.Suppression) bool { return about(a, b) == 0 })
}

func about(a, b consent.Suppression) int {
	return cmp.Or(slices.Compare(a.Address[:], b.Address[:]), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Reason, b.Reason))
}

// mark adds marks, each about another thing.
func (w *work) mark(ctx context.Context, marks []consent.Suppression) error {
	_, err := w.insert(ctx, "suppressions AS m", "address,purpose,channel,reason,at", `
ON CONFLICT (tenant, address, purpose, channel, reason) DO UPDATE SET at = excluded.at
WHERE excluded.at > m.at OR m.at IS NULL AND excluded.at IS NOT NULL`, len(marks), func(i int, args []any) []any {
		m := &marks[i]
		return append(args, m.Address[:], string(m.Purpose), string(m.Channel), string(m.Reason), stamp(m.At))
	})
	return err
}

// Suppressions implements [consent.SuppressionStore].
func (s *Store) Suppressions(ctx context.Context, addresses []consent.Mark) (out []consent.Suppression, err error) {
	list := make(blobs, 0, len(addresses))
	for i := range addresses {
		list = append(list, addresses[i][:])
	}
	for part := range slices.Chunk(list, listed) {
		err := rows(ctx, s, s.reader(), "read suppressions", "SELECT address, purpose, channel, reason, at FROM @suppressions WHERE tenant = ? AND address IN ?",
			[]any{s.tenant, part}, scanSuppression(&out))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func scanSuppression(out *[]consent.Suppression) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		var m consent.Suppression
		var address []byte
		var at sql.NullInt64
		if err := r.Scan(&address, (*string)(&m.Purpose), (*string)(&m.Channel), (*string)(&m.Reason), &at); err != nil {
			return err
		}
		m.At = instant(at)
		if err := scanMark(address, (*[32]byte)(&m.Address)); err != nil {
			return err
		}
		*out = append(*out, m)
		return nil
	}
}

// AllSuppressions implements [consent.SuppressionStore].
func (s *Store) AllSuppressions(ctx context.Context) iter.Seq2[consent.Suppression, error] {
	return paged(ctx, func(last *consent.Suppression) (out []consent.Suppression, err error) {
		text, args := "", []any{s.tenant}
		if last != nil {
			text, args = "AND (address, purpose, channel, reason) > (?, ?, ?, ?) ", append(args, last.Address[:], string(last.Purpose), string(last.Channel), string(last.Reason))
		}
		err = rows(ctx, s, s.reader(), "read suppressions", "SELECT address, purpose, channel, reason, at FROM @suppressions WHERE tenant = ? "+
			text+"ORDER BY address, purpose, channel, reason LIMIT ?", append(args, page), scanSuppression(&out))
		return out, err
	})
}
