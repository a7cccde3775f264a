package optin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/grondslag/grondslag/consent"
)

// Confirm spends a confirmation token and records a Confirmed event for each ask, as
// it was asked. seen is of the request in which the token came, see [Evidence]. The
// token was sent to the mailbox and is stored nowhere, so that nobody but who reads
// that mailbox can confirm; there is no other way to.
//
// For a token that is malformed, unknown, spent or expired the error is [ErrGone]; one of
// a person who was erased since wraps it. When the ledger fails, what was not recorded waits
// again under the same token.
func (k *Kit) Confirm(ctx context.Context, token string, seen consent.Evidence) ([]consent.EventID, error) {
	if err := k.ready(); err != nil {
		return nil, err
	}
	h, ok := tokenHash(token)
	if !ok {
		return nil, ErrGone
	}
	now := k.Now()
	p, err := k.Store.Spend(ctx, h, now)
	if errors.Is(err, ErrGone) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("optin: the token can't be spent: %w", err)
	}
	if !p.sealed(&k.Keys, h) {
		return nil, fmt.Errorf("%w: %w", errAltered, ErrGone)
	}
	ev := p.Evidence
	ev.Point, ev.Binding, ev.Action = p.Point, consent.Mailbox, consent.Active
	ev.Session, ev.IP, ev.UserAgent = seen.Session, seen.IP, seen.UserAgent
	var ids []consent.EventID
	for i, a := range p.Asked {
		id, err := k.Ledger.Record(ctx, consent.Event{
			Type: consent.Confirmed, Subject: p.Subject, Purpose: a.Purpose, Channel: a.Channel, Notice: a.Notice,
			Actor: p.Actor, Occurred: now, Zone: k.zone(), Until: a.Until, Of: a.Request, Evidence: ev,
			Key: "optin confirmed " + a.Request.String(), // a failure that recorded it after all is harmless
		})
		if errors.Is(err, consent.ErrErased) {
			return ids, fmt.Errorf("optin: %w: %w", err, ErrGone) // it won't work later either, so it waits no longer
		}
		if err != nil {
			return ids, errors.Join(fmt.Errorf("optin: the confirmation was not recorded: %w", err), k.putBack(ctx, h, p, i))
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// putBack lets what was not recorded, from the i-th ask on, wait again.
func (k *Kit) putBack(ctx context.Context, h Hash, p Pending, i int) error {
	p.Asked = p.Asked[i:]
	key, ok := k.Keys.find(p.Key)
	if !ok {
		return errAltered
	}
	var err error
	if p.Seal, err = p.seal(key, h); err != nil {
		return err
	}
	if err := k.Store.Put(ctx, h, p); err != nil {
		return fmt.Errorf("optin: the request can't be put back: %w", err)
	}
	return nil
}

// Confirmation answers at ConfirmURL. GET and HEAD show a page with one button and touch
// neither store nor ledger, since programs that scan mail follow its links; POST
// confirms. A token that is malformed, unknown, spent or expired has one answer, 410.
// When the ledger or the store fails it is 503, and the button can be pressed again.
func (k *Kit) Confirmation() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := tokenOf(r)
		_, formed := tokenHash(token)
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			if !formed {
				k.page(w, r, http.StatusGone, wordsGone)
				return
			}
			k.page(w, r, http.StatusOK, wordsConfirm, choice{Label: labelConfirm})
		case http.MethodPost:
			if !small(w, r) {
				k.page(w, r, http.StatusRequestEntityTooLarge, wordsBad)
				return
			}
			ctx, cancel := lasting(r)
			defer cancel()
			_, err := k.Confirm(ctx, token, k.evidence(r))
			if err != ErrGone { // one that wraps it is reported
				k.report(ctx, err)
			}
			switch {
			case err == nil:
				k.page(w, r, http.StatusOK, wordsConfirmed)
			case errors.Is(err, ErrGone):
				k.page(w, r, http.StatusGone, wordsGone)
			default:
				k.page(w, r, http.StatusServiceUnavailable, wordsFailed)
			}
		default:
			k.notAllowed(w, r, "GET, HEAD, POST")
		}
	})
}
