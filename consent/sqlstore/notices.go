package sqlstore

import (
	"context"
	"database/sql"

	"github.com/grondslag/grondslag/consent"
)

// PutNotice implements [consent.NoticeStore].
func (s *Store) PutNotice(ctx context.Context, n consent.Published) error {
	if err := representable(n.From); err != nil {
		return err
	}
	return s.write(ctx, "put a notice", func(ctx context.Context, w *work) error {
		_, err := w.do(ctx, "insert into notices", "INSERT INTO @notices (tenant, hash, notice, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			w.tenant, n.Hash[:], filled(n.Notice), stamp(n.From))
		return err
	})
}

// Notices implements [consent.NoticeStore].
func (s *Store) Notices(ctx context.Context) (out []consent.Published, err error) {
	err = rows(ctx, s, s.reader(), "read notices", "SELECT hash, notice, since FROM @notices WHERE tenant = ? ORDER BY since NULLS FIRST, hash", []any{s.tenant}, func(r *sql.Rows) error {
		var n consent.Published
		var hash []byte
		var since sql.NullInt64
		if err := r.Scan(&hash, &n.Notice, &since); err != nil {
			return err
		}
		n.From = instant(since)
		out = append(out, n)
		return scanMark(hash, (*[32]byte)(&out[len(out)-1].Hash))
	})
	return out, err
}
