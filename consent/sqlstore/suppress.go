package sqlstore

import (
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

// suppress adds marks in their order. A statement can't touch a row twice, and whether a grant is kept
// depends on the marks before it, so that a statement has one mark of an address.
func (w *work) suppress(ctx context.Context, marks []consent.Suppression) error {
	for len(marks) > 0 {
		seen := make(map[consent.Mark]bool, min(chunk, len(marks)))
		n := 0
		for n < min(chunk, len(marks)) && !seen[marks[n].Address] {
			seen[marks[n].Address] = true
			n++
		}
		if w.dialect == PostgreSQL {
			n = powerOfTwo(n)
		}
		part := slices.Clone(marks[:n])
		slices.SortFunc(part, func(a, b consent.Suppression) int { return slices.Compare(a.Address[:], b.Address[:]) })
		if err := w.suppressSome(ctx, part); err != nil {
			return err
		}
		marks = marks[n:]
	}
	return nil
}

func (w *work) suppressSome(ctx context.Context, marks []consent.Suppression) error {
	text := "WITH v(address, purpose, channel, reason, at) AS (VALUES "
	var args []any
	for i, m := range marks {
		row := ",(?,?,?,?,?)"
		if i == 0 {
			row = "(?,?,?,?,?)"
			if w.dialect == PostgreSQL {
				row = "(?::bytea,?::text,?::text,?::text,?::bigint)"
			}
		}
		text += row
		args = append(args, m.Address[:], string(m.Purpose), string(m.Channel), string(m.Reason), stamp(m.At))
	}
	text += `)
INSERT INTO @suppressions AS m (tenant, address, purpose, channel, reason, at)
SELECT ?, v.address, v.purpose, v.channel, v.reason, v.at FROM v
WHERE v.reason <> ? OR EXISTS (SELECT 1 FROM @suppressions o WHERE o.tenant = ? AND o.address = v.address)
ON CONFLICT (tenant, address, purpose, channel, reason) DO UPDATE SET at = excluded.at
WHERE excluded.at > m.at OR m.at IS NULL AND excluded.at IS NOT NULL`
	_, err := w.do(ctx, "insert into suppressions", text, append(args, w.tenant, string(consent.Given), w.tenant)...)
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
