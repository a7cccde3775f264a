package optin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// oneClick is the value of List-Unsubscribe-Post, and the body that a mail program posts (RFC 8058, 3.1).
const oneClick = "List-Unsubscribe=One-Click"

// Headers returns the values of List-Unsubscribe and List-Unsubscribe-Post for a
// message. They work for as long as the key is in the ring. DKIM must sign both, or
// receivers ignore them (RFC 8058, 4).
func (k *Kit) Headers(l Link) (listUnsubscribe, listUnsubscribePost string, err error) {
	u, err := k.UnsubscribeLink(l, "")
	if err != nil {
		return "", "", err
	}
	return "<" + u + ">", oneClick, nil
}

// UnsubscribeLink returns the link for the text of a message. lang is of the page:
// "en", "nl", or none to leave it to the browser.
func (k *Kit) UnsubscribeLink(l Link, lang string) (string, error) {
	if lang != "" && lang != "en" && lang != "nl" {
		return "", errors.New("optin: the language is en or nl")
	}
	token, err := k.Keys.Sign(l)
	if err != nil {
		return "", err
	}
	return k.link(k.UnsubscribeURL, token, lang), nil
}

// Withdraw records a Withdrawn event for each purpose of an unsubscribe token, or one
// for every purpose over its channel when all is set or the token names none. It can be
// repeated: the answer is the same, and a second event changes nothing. A
// withdrawal while one is in force is not recorded again when [Kit.Decide] is set. It
// never looks at whether the subject is known. seen is of the request in which the
// token came, see [Evidence].
func (k *Kit) Withdraw(ctx context.Context, token string, all bool, seen consent.Evidence) error {
	if err := k.ready(); err != nil {
		return err
	}
	l, err := k.Keys.Open(token)
	if err != nil {
		return err
	}
	return k.withdraw(ctx, l, all, seen)
}

func (k *Kit) withdraw(ctx context.Context, l Link, all bool, seen consent.Evidence) error {
	e := consent.Event{
		Type: consent.Withdrawn, Subject: l.Subject, Channel: l.Channel, Actor: consent.Person, Occurred: k.Now(), Zone: k.zone(),
		Evidence: consent.Evidence{
			Binding: consent.Mailbox, Action: consent.Active, Session: seen.Session, IP: seen.IP, UserAgent: seen.UserAgent,
		},
	}
	purposes := l.Purposes
	if all || len(purposes) == 0 {
		purposes = []basis.PurposeID{""}
	}
	var errs []error
	for _, e.Purpose = range purposes {
		if k.inForce(ctx, &e) {
			continue
		}
		if _, err := k.Ledger.Record(ctx, e); err != nil {
			errs = append(errs, fmt.Errorf("optin: the withdrawal was not recorded: %w", err))
		}
	}
	return errors.Join(errs...)
}

// inForce reports whether a withdrawal or an objection is in force already. When that
// can't be told it is recorded again.
func (k *Kit) inForce(ctx context.Context, e *consent.Event) bool {
	if k.Decide == nil || e.Purpose == "" {
		return false
	}
	d, err := k.Decide(ctx, consent.Query{Subject: e.Subject, Purpose: e.Purpose, Channel: e.Channel, At: e.Occurred})
	k.report(ctx, err)
	return err == nil && !d.Against.IsZero()
}

// Unsubscription answers at UnsubscribeURL. GET and HEAD show a page with a button for
// what the token names and one for all over its channel, and change nothing; POST
// withdraws, without login, cookie or redirect, from the page and as one click of a
// mail program (RFC 8058). The token alone decides, so a POST with another body, or
// none, withdraws too; "scope=all" in it widens. A text that is no token of ours has
// the answer 404; when the ledger fails it is 503.
func (k *Kit) Unsubscription() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
			k.notAllowed(w, r, "GET, HEAD, POST")
			return
		}
		if err := k.ready(); err != nil {
			k.report(r.Context(), err)
			k.page(w, r, http.StatusServiceUnavailable, wordsFailed)
			return
		}
		token, _ := tokenOf(r)
		l, err := k.Keys.Open(token)
		if err != nil {
			k.page(w, r, http.StatusNotFound, wordsUnknown)
			return
		}
		if r.Method != http.MethodPost {
			k.page(w, r, http.StatusOK, wordsUnsubscribe, choices(l)...)
			return
		}
		if !small(w, r) {
			k.page(w, r, http.StatusRequestEntityTooLarge, wordsBad)
			return
		}
		ctx, cancel := lasting(r)
		defer cancel()
		if err := k.withdraw(ctx, l, slices.Contains(r.PostForm["scope"], "all"), k.evidence(r)); err != nil {
			k.report(ctx, err)
			k.page(w, r, http.StatusServiceUnavailable, wordsFailed)
			return
		}
		k.page(w, r, http.StatusOK, wordsUnsubscribed)
	})
}

// maxBody is the most bytes of what is posted with a token: a mail program posts some 200.
const maxBody = 8 << 10

// small reads the form that was posted, in either encoding. What can't be read holds no
// fields; only what is too long is refused.
func small(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	// The second forgets the error of the first; all fits in memory, so no file is written.
	err := errors.Join(r.ParseForm(), r.ParseMultipartForm(maxBody))
	_, long := errors.AsType[*http.MaxBytesError](err)
	return !long
}

// tokenOf returns the token of the link, when there is exactly one.
func tokenOf(r *http.Request) (string, bool) {
	ts := r.URL.Query()["t"]
	if len(ts) != 1 {
		return "", false
	}
	return ts[0], true
}
