package optin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/internal/normalize"
)

// Request is what someone asked for on a form, for an address that anyone can type in.
type Request struct {
	// Address is where the mail goes.
	Address string
	// Subject is the reference of who has the address; with none [Kit.Subject] is asked.
	Subject basis.Subject
	// Asks are 1 to 16, each about another purpose or channel.
	Asks []Ask
	// Actor is who filled in the form: none is the person. A guardian confirms as a
	// guardian, for all others the person does.
	Actor consent.Actor
	// Evidence is what the form showed: Bundled, Conditional, WithdrawalTold and so on.
	// Point is set from Address, and Binding is Typed when there is none. The evidence of
	// the confirmation has all of it but IP, UserAgent and Session, which are of its own
	// request, Binding, which is Mailbox, and Action, which is Active.
	Evidence consent.Evidence
	// Language is of the page that the link leads to, "en" or "nl"; none leaves it to the browser.
	Language string
}

// Mail is what to send. It is to hold the wording of the notice, the link and nothing
// else: a mail to confirm that advertises is itself unsolicited (ePrivacy 13(1)).
type Mail struct {
	// Held says why there is nothing to send; the other fields are empty then.
	Held Held
	// To is the address as it was typed.
	To string
	// ConfirmURL is the link to confirm, which holds the token: it goes to To and
	// nowhere else, no log included.
	ConfirmURL string
	// ListUnsubscribe and ListUnsubscribePost are the values of the headers of those
	// names (RFC 8058). DKIM must sign both.
	ListUnsubscribe     string
	ListUnsubscribePost string
	Language            string
	// Expires is when the link stops working.
	Expires time.Time
	// Requests are the events that were recorded, one for each ask.
	Requests []consent.EventID
}

// Held is why no mail goes out.
type Held string

const (
	// Limited: the address got as many as the limits allow.
	Limited Held = "limited"
	// Suppressed: no mail may go to the address.
	Suppressed Held = "suppressed"
)

// Request records a Requested event for each ask and returns the mail to send. What a
// limit or a suppression holds back is no error and leaves no trace: no event, nothing
// stored. Whatever comes out of it, answer the form the same: [Kit.Signup] does.
//
// With an error nothing is to be sent; what was recorded by then lapses like a request
// that nobody confirms, see [Kit.Sweep].
func (k *Kit) Request(ctx context.Context, r Request) (Mail, error) {
	if err := k.ready(); err != nil {
		return Mail{}, err
	}
	point, normal, err := r.check()
	if err != nil {
		return Mail{}, err
	}
	if k.Suppressed != nil {
		if held, err := k.Suppressed(ctx, normal); err != nil {
			return Mail{}, fmt.Errorf("optin: it can't be told whether the address is suppressed: %w", err)
		} else if held {
			return Mail{Held: Suppressed}, nil
		}
	}
	now := k.Now()
	address := k.addressHash(normal)
	if ok, err := k.Limiter.Allow(ctx, address, now); err != nil {
		return Mail{}, fmt.Errorf("optin: the limit can't be told: %w", err)
	} else if !ok {
		return Mail{Held: Limited}, nil
	}
	if r.Subject == "" {
		if k.Subject == nil {
			return Mail{}, errors.New("optin: the request has no subject, and the kit no way to find one")
		}
		if r.Subject, err = k.Subject(ctx, normal); err != nil {
			return Mail{}, fmt.Errorf("optin: no subject for the address: %w", err)
		}
	}
	p, err := k.pend(r, point, address, now)
	if err != nil {
		return Mail{}, err
	}
	token, h := newToken()
	if p.Seal, err = p.seal(&k.Keys.primary, h); err != nil {
		return Mail{}, err
	}
	m := Mail{To: point, ConfirmURL: k.link(k.ConfirmURL, token, r.Language), Language: r.Language, Expires: p.Expires}
	if m.ListUnsubscribe, m.ListUnsubscribePost, err = k.Headers(p.decline()); err != nil {
		return Mail{}, err
	}
	// First what waits, then the events: what is recorded without anything that waits
	// for it would never lapse.
	if err := k.Store.Put(ctx, h, p); err != nil {
		return Mail{}, fmt.Errorf("optin: the request was not stored: %w", err)
	}
	for _, a := range p.Asked {
		e := consent.Event{
			ID: a.Request, Type: consent.Requested, Subject: p.Subject, Purpose: a.Purpose, Channel: a.Channel,
			Notice: a.Notice, Actor: r.Actor, Occurred: now, Zone: k.zone(), Until: a.Until, Evidence: r.Evidence,
		}
		if e.Actor == "" {
			e.Actor = consent.Person
		}
		e.Evidence.Point = point
		if e.Evidence.Binding == "" {
			e.Evidence.Binding = consent.Typed
		}
		if _, err := k.Ledger.Record(ctx, e); err != nil {
			return Mail{}, fmt.Errorf("optin: the request was not recorded: %w", err)
		}
		m.Requests = append(m.Requests, a.Request)
	}
	return m, nil
}

// check returns the address of the request, as typed and in normal form.
func (r *Request) check() (point, normal string, err error) {
	point, normal, ok := address(r.Address)
	switch {
	case !ok:
		return "", "", errors.New("optin: request: want one plain mail address")
	case r.Subject != "" && (!text(string(r.Subject)) || normalize.LooksLikeEmail(r.Subject)):
		return "", "", errors.New("optin: request: the subject is a reference of 1 to 255 bytes, never an address")
	case len(r.Asks) == 0 || len(r.Asks) > maxPurposes:
		return "", "", errors.New("optin: request: want 1 to 16 asks")
	case r.Actor != "" && !r.Actor.Valid():
		return "", "", errors.New("optin: request: unknown actor")
	case r.Language != "" && r.Language != "en" && r.Language != "nl":
		return "", "", errors.New("optin: request: the language is en or nl")
	}
	for i, a := range r.Asks {
		switch {
		case !text(string(a.Purpose)) || !a.Channel.Valid():
			return "", "", errors.New("optin: request: an ask names a purpose and a channel")
		case a.Notice.IsZero():
			return "", "", errors.New("optin: request: an ask quotes the notice that was shown (EDPB 05/2020, 108)")
		case slices.ContainsFunc(r.Asks[:i], func(b Ask) bool { return b.Purpose == a.Purpose && b.Channel == a.Channel }):
			return "", "", errors.New("optin: request: the same is asked twice")
		}
	}
	return point, normal, nil
}

// pend returns what waits for the mailbox, without its seal.
func (k *Kit) pend(r Request, point string, address Hash, now time.Time) (Pending, error) {
	if !text(string(r.Subject)) || normalize.LooksLikeEmail(r.Subject) {
		return Pending{}, errors.New("optin: the subject is a reference of 1 to 255 bytes, never an address")
	}
	expiry := k.Expiry
	if expiry <= 0 {
		expiry = defaultExpiry
	}
	now = now.UTC().Truncate(time.Second)
	p := Pending{
		Version: 1, Subject: r.Subject, Point: point, Address: address, Actor: consent.Person, Evidence: r.Evidence,
		Language: r.Language, Requested: now, Expires: now.Add(expiry), Key: k.Keys.primary.id,
	}
	if r.Actor == consent.Guardian {
		p.Actor = consent.Guardian
	}
	e := &p.Evidence // the confirmation's own request fills these in
	e.Point, e.Binding, e.Action, e.Session, e.IP, e.UserAgent = "", "", "", "", "", ""
	e.RefreshBy = e.RefreshBy.UTC().Round(0)
	for _, a := range r.Asks {
		a.Until = a.Until.UTC().Round(0)
		p.Asked = append(p.Asked, Asked{Ask: a, Request: consent.NewEventID()})
	}
	return p, nil
}

// decline is what the link of the mail to confirm withdraws: what was asked for over
// e-mail, or over the first channel.
func (p *Pending) decline() Link {
	l := Link{Subject: p.Subject, Channel: p.Asked[0].Channel}
	if slices.ContainsFunc(p.Asked, func(a Asked) bool { return a.Channel == basis.Email }) {
		l.Channel = basis.Email
	}
	for _, a := range p.Asked {
		if a.Channel == l.Channel {
			l.Purposes = append(l.Purposes, a.Purpose)
		}
	}
	return l
}

// link appends the token, and the language when there is one.
func (k *Kit) link(base, token, lang string) string {
	if lang != "" {
		return base + "?lang=" + lang + "&t=" + token
	}
	return base + "?t=" + token
}

// maxSignup is the most bytes of a form that is posted to [Kit.Signup].
const maxSignup = 64 << 10

// Signup answers a sign-up form that is posted to it. read makes a request of the form,
// and reports whether it is filled in; it gets at most 64 KiB and must not look at what
// is known about the address. The kit adds what the HTTP request shows to the evidence.
// send hands the mail over, to a queue rather than to a mail server.
//
// Nobody learns from the answer whether an address is known: for one that is new, known,
// suppressed or at its limit, and when the ledger, the store or send fails, it is the same
// in status, headers and body; the error goes to Report. The answer waits until
// Pace has passed, so that its time tells nothing either as long as the work takes
// less; what takes longer shows. A form that is not filled in has the answer 400, by what it says alone.
func (k *Kit) Signup(read func(*http.Request) (Request, bool), send func(context.Context, Mail) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			k.notAllowed(w, r, "POST")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxSignup)
		req, ok := read(r)
		if _, _, err := req.check(); !ok || err != nil {
			k.page(w, r, http.StatusBadRequest, wordsIncomplete)
			return
		}
		ctx, cancel := lasting(r)
		defer cancel()
		pace := k.Pace
		if pace == 0 {
			pace = defaultPace
		}
		over := time.NewTimer(pace)
		defer over.Stop()
		seen := k.evidence(r)
		req.Evidence.IP, req.Evidence.UserAgent = seen.IP, seen.UserAgent
		if req.Evidence.Session == "" {
			req.Evidence.Session = seen.Session
		}
		m, err := k.Request(ctx, req)
		if err == nil && m.Held == "" {
			err = send(ctx, m)
		}
		k.report(ctx, err)
		<-over.C
		k.page(w, r, http.StatusOK, wordsLook)
	})
}
