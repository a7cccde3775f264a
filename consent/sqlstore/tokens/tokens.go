// Package tokens keeps the requests of package optin in the tables of package sqlstore. It is
// apart from it, so that a ledger without double opt-in links no web pages.
//
//	kit := &optin.Kit{Store: tokens.Store{SQL: store}}
package tokens

import (
	"context"
	"errors"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/optin"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// Store is an [optin.Store].
type Store struct{ SQL *sqlstore.Store }

var _ optin.Store = Store{}

// Put implements [optin.Store].
func (s Store) Put(ctx context.Context, h optin.Hash, p optin.Pending) error {
	request, err := p.Encode()
	if err != nil {
		return err
	}
	return s.SQL.PutToken(ctx, sqlstore.Token{Hash: h, Subject: p.Subject, Expires: p.Expires, Request: request})
}

// Spend implements [optin.Store].
func (s Store) Spend(ctx context.Context, h optin.Hash, at time.Time) (optin.Pending, error) {
	request, err := s.SQL.SpendToken(ctx, h, at)
	if errors.Is(err, consent.ErrUnknown) {
		return optin.Pending{}, optin.ErrGone
	}
	if err != nil {
		return optin.Pending{}, err
	}
	return optin.ParsePending(request)
}

// Purge implements [optin.Store]; the earliest go first. A request that another program took meanwhile is not counted.
func (s Store) Purge(ctx context.Context, before time.Time, gone func(optin.Pending) error) (int, error) {
	n := 0
	var errs []error
	for t, err := range s.SQL.ExpiredTokens(ctx, before) {
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		p, err := optin.ParsePending(t.Request)
		if err == nil {
			err = gone(p)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		was, err := s.SQL.DeleteToken(ctx, t.Hash)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		if was {
			n++
		}
	}
	return n, errors.Join(errs...)
}

// Forget implements [optin.Store].
func (s Store) Forget(ctx context.Context, subject basis.Subject) (int, error) {
	return s.SQL.ForgetTokens(ctx, subject)
}
