package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Token is a request that waits for its mailbox, under the hash of the token that was mailed.
// Package tokens makes of these methods a store for package optin.
type Token struct {
	Hash    [32]byte
	Subject basis.Subject
	Expires time.Time // not zero
	Request []byte
}

// PutToken stores a request. A hash that is there already is an error.
func (s *Store) PutToken(ctx context.Context, t Token) error {
	if t.Expires.IsZero() {
		return refusal("a token does not expire")
	}
	if err := representable(t.Expires); err != nil {
		return err
	}
	return s.write(ctx, "put a token", func(ctx context.Context, w *work) error {
		_, err := w.do(ctx, "insert into tokens", "INSERT INTO @tokens (tenant, hash, subject, expires, request) VALUES (?, ?, ?, ?, ?)",
			w.tenant, t.Hash[:], string(t.Subject), stamp(t.Expires), filled(t.Request))
		return err
	})
}

// SpendToken takes out the request that expires after the instant, and returns it. Of any number of
// concurrent calls one gets it; it returns [consent.ErrUnknown] to all others.
func (s *Store) SpendToken(ctx context.Context, hash [32]byte, at time.Time) (request []byte, err error) {
	if err := representable(at); err != nil {
		return nil, err
	}
	err = s.write(ctx, "spend a token", func(ctx context.Context, w *work) error {
		err := row(ctx, w.Store, w.q, "delete from tokens", "DELETE FROM @tokens WHERE tenant = ? AND hash = ? AND expires > ? RETURNING request",
			[]any{w.tenant, hash[:], at.UnixNano()}, &request)
		if errors.Is(err, sql.ErrNoRows) {
			return consent.ErrUnknown
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return request, nil
}

// ExpiredTokens yields the requests that expire at or before the instant, the earliest first.
func (s *Store) ExpiredTokens(ctx context.Context, at time.Time) iter.Seq2[Token, error] {
	return paged(ctx, func(last *Token) (out []Token, err error) {
		if err := representable(at); err != nil {
			return nil, err
		}
		text, args := "", []any{s.tenant, at.UnixNano()}
		if last != nil {
			text, args = "AND (expires, hash) > (?, ?) ", append(args, stamp(last.Expires), last.Hash[:])
		}
		err = rows(ctx, s, s.reader(), "read tokens", "SELECT hash, subject, expires, request FROM @tokens WHERE tenant = ? AND expires <= ? "+
			text+"ORDER BY expires, hash LIMIT ?", append(args, page), func(r *sql.Rows) error {
			var t Token
			var hash []byte
			var expires sql.NullInt64
			if err := r.Scan(&hash, (*string)(&t.Subject), &expires, &t.Request); err != nil {
				return err
			}
			t.Expires = instant(expires)
			err := scanMark(hash, &t.Hash)
			out = append(out, t)
			return err
		})
		return out, err
	})
}

// DeleteToken removes a request, and reports whether it was there.
func (s *Store) DeleteToken(ctx context.Context, hash [32]byte) (was bool, err error) {
	err = s.write(ctx, "delete a token", func(ctx context.Context, w *work) error {
		n, err := w.do(ctx, "delete from tokens", "DELETE FROM @tokens WHERE tenant = ? AND hash = ?", w.tenant, hash[:])
		was = n > 0
		return err
	})
	return was && err == nil, err
}

// ForgetTokens removes the requests of a subject and returns how many.
func (s *Store) ForgetTokens(ctx context.Context, subject basis.Subject) (n int, err error) {
	err = s.write(ctx, "forget tokens", func(ctx context.Context, w *work) error {
		n, err = w.do(ctx, "delete from tokens", "DELETE FROM @tokens WHERE tenant = ? AND subject = ?", w.tenant, string(subject))
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
