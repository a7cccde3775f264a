package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/grondslag/grondslag/consent"
)

// post adds messages.
func (w *work) post(ctx context.Context, messages []consent.Message) error {
	_, err := w.insert(ctx, "outbox", "id,event,type,recipient,subject,purpose,channel,at,attempts,tried", "", len(messages), func(i int, args []any) []any {
		m := &messages[i]
		return append(args, m.ID[:], m.Event[:], string(m.Type), string(m.Recipient), string(m.Subject), string(m.Purpose), string(m.Channel), stamp(m.At), m.Attempts, stamp(m.Tried))
	})
	return err
}

// Messages implements [consent.OutboxStore].
func (s *Store) Messages(ctx context.Context, limit int) (out []consent.Message, err error) {
	err = rows(ctx, s, s.reader(), "read messages", `SELECT id, event, type, recipient, subject, purpose, channel, at, attempts, tried
		FROM @outbox WHERE tenant = ? AND acknowledged IS NULL ORDER BY at, id LIMIT ?`, []any{s.tenant, max(limit, 0)}, func(r *sql.Rows) error {
		var m consent.Message
		var id, event []byte
		var at, tried sql.NullInt64
		err := r.Scan(&id, &event, (*string)(&m.Type), (*string)(&m.Recipient), (*string)(&m.Subject), (*string)(&m.Purpose), (*string)(&m.Channel), &at, &m.Attempts, &tried)
		if err != nil {
			return err
		}
		m.At, m.Tried = instant(at), instant(tried)
		if err := scanID(id, &m.ID); err != nil {
			return err
		}
		err = scanID(event, &m.Event)
		out = append(out, m)
		return err
	})
	return out, err
}

// Tried implements [consent.OutboxStore].
func (s *Store) Tried(ctx context.Context, id consent.EventID, at time.Time) error {
	if err := representable(at); err != nil {
		return err
	}
	return s.write(ctx, "count an attempt", func(ctx context.Context, w *work) error {
		n, err := w.do(ctx, "update outbox", "UPDATE @outbox SET attempts = attempts + 1, tried = ? WHERE tenant = ? AND id = ?", stamp(at), w.tenant, id[:])
		if err == nil && n == 0 {
			err = consent.ErrUnknown
		}
		return err
	})
}

// Acknowledge implements [consent.OutboxStore].
func (s *Store) Acknowledge(ctx context.Context, id consent.EventID, at time.Time) error {
	if err := representable(at); err != nil {
		return err
	}
	return s.write(ctx, "acknowledge", func(ctx context.Context, w *work) error {
		n, err := w.do(ctx, "update outbox", "UPDATE @outbox SET subject = '', acknowledged = ? WHERE tenant = ? AND id = ? AND acknowledged IS NULL", at.UnixNano(), w.tenant, id[:])
		if err != nil || n == 1 {
			return err
		}
		if err := row(ctx, w.Store, w.q, "find a message", "SELECT COUNT(*) FROM @outbox WHERE tenant = ? AND id = ?", []any{w.tenant, id[:]}, &n); err != nil {
			return err
		}
		if n == 0 {
			return consent.ErrUnknown
		}
		return nil
	})
}

// Acknowledged implements [consent.OutboxStore].
func (s *Store) Acknowledged(ctx context.Context, event consent.EventID) (all, acknowledged int, err error) {
	err = row(ctx, s, s.reader(), "count messages", "SELECT COUNT(*), COUNT(acknowledged) FROM @outbox WHERE tenant = ? AND event = ?", []any{s.tenant, event[:]}, &all, &acknowledged)
	return all, acknowledged, err
}
