package exports

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// bindMailchimp reads the three audience files: subscribed, unsubscribed (with
// UNSUB_TIME) and cleaned (hard bounces, which are no act of the person). The
// system columns keep their names in every language; those of the merge fields,
// the address among them, do not.
//
// OPTIN_TIME with an address it came from, or a later CONFIRM_TIME with one, is an act
// of the person. A confirmation alone, or one at the moment of an opt-in without
// address, is an import or an administrator's entry; so are [manyRows] contacts
// confirmed in the same second from the same address. Mailchimp keeps no wording.
func bindMailchimp(b *binder) {
	if i := mailchimpAddress(b); i >= 0 {
		b.bind(i, true, setEmail)
	}
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.optIn }), "optintime")
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.confirmed }), "confirmtime")
	b.onJoin(func(r *row, text []byte) error { r.scratch.optInIP = text; return nil }, "optinip")
	b.onJoin(func(r *row, text []byte) error { r.scratch.confirmedIP = text; return nil }, "confirmip")
	b.on(fact("birth_date"), "birthdate", "dateofbirth")
	ended := b.onJoin(refusedAt(func(s *scratch) *reconsent.When { return &s.ended }), "unsubtime")
	b.onJoin(func(r *row, text []byte) error { r.scratch.reason = text; return nil }, "unsubreason")
	b.onJoin(func(r *row, text []byte) error { r.scratch.otherReason = text; return nil }, "unsubreasonother")
	unsubscribed := mailchimpStatus(b, ended) == "unsubscribed"
	b.finish = func(r *row) {
		r.channel = basis.Email
		mailchimpConsent(r)
		if unsubscribed {
			at := r.scratch.ended
			if at.IsZero() {
				at = reconsent.Undated()
			}
			if complaint(r.scratch.reason) || complaint(r.scratch.otherReason) {
				r.object("", at)
			} else {
				r.withdraw(nil, basis.Email, at)
			}
		}
	}
}

// mailchimpAddress returns the column of the address, whose name is a merge field's.
func mailchimpAddress(b *binder) int {
	if i := b.col("emailaddress", "emailadresse", "emailadres", "adresseemail", "direcciondecorreoelectronico", "direccióndecorreoelectrónico", "indirizzoemail", "enderecodeemail", "endereçodeemail", "email"); i >= 0 {
		return i
	}
	for i, n := range b.names {
		if k := key(n); strings.Contains(k, "mail") && k != "emailtype" {
			return i
		}
	}
	return 0
}

// mailchimpStatus returns the audience that the file holds: what the configuration
// says, else the file's name, else its columns.
func mailchimpStatus(b *binder, hasUnsubTime bool) string {
	switch s := b.cfg.Status; s {
	case "subscribed", "unsubscribed", "cleaned":
		return s
	case "":
	default:
		b.err = cmp.Or(b.err, fmt.Errorf("status %q is none of subscribed, unsubscribed, cleaned", s))
	}
	name := strings.ToLower(b.file.Name)
	switch {
	case strings.Contains(name, "unsubscribed"), hasUnsubTime && !strings.Contains(name, "cleaned"):
		return "unsubscribed"
	case strings.Contains(name, "cleaned"):
		return "cleaned"
	}
	return "subscribed"
}

// complaint reports whether a reason for leaving is a complaint about spam, which is
// an objection to all marketing.
func complaint(reason []byte) bool {
	k := bytes.ToLower(reason)
	return bytes.Contains(k, []byte("spam")) || bytes.Contains(k, []byte("abuse")) || bytes.Contains(k, []byte("complain"))
}

// mailchimpConsent draws the consent from the four columns that record it.
func mailchimpConsent(r *row) {
	s := &r.scratch
	if s.optIn.IsZero() && s.confirmed.IsZero() {
		return
	}
	confirmedLater := s.confirmed.After(s.optIn)
	byHand := s.optIn.IsZero() || len(s.optInIP) == 0 && !s.confirmed.IsZero() && !confirmedLater
	if byHand || r.file.repeats.many(s.confirmed, s.confirmedIP) {
		r.bulk = true
		return
	}
	if !s.confirmed.IsZero() {
		r.consents(s.confirmed)
	}
	r.consents(s.optIn)
	if len(s.optInIP) == 0 && !(confirmedLater && len(s.confirmedIP) > 0) {
		return // nothing shows an act of the person
	}
	if r.facts.ConsentAction == "" {
		r.facts.ConsentAction = reconsent.ActiveAction
	}
	if r.facts.Source == "" {
		r.facts.Source = basis.FromSubject
	}
	if r.facts.AcquiredAt.IsZero() {
		r.facts.AcquiredAt = s.optIn
	}
}
