package exports

import (
	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// bindSalesforce reads Contact and Lead (HasOptedOutOfEmail, DoNotCall), Individual
// (HasOptedOutSolicit, HasOptedOutProcessing, ShouldForget) and ContactPointTypeConsent
// or ContactPointConsent, told apart by their columns and joined by their ids.
//
// Solicit, Processing, ShouldForget and the opt-out of e-mail are objections to all
// marketing; DoNotCall is one to calls. None has a time: it counts as later than
// every grant. Profiling and tracking flags are not about reaching the person.
func bindSalesforce(b *binder) {
	if b.has("privacyconsentstatus") {
		bindSalesforceConsent(b)
		return
	}
	b.onJoin(setID, "id", "contactid", "leadid")
	b.onJoin(func(r *row, text []byte) error { r.otherID = text; return nil }, "individualid")
	b.onJoin(setEmail, "email")
	b.onJoin(setPhone, "phone", "mobilephone")
	b.onJoin(setBases, "legalbasis", "lawfulbasis", "datauselegalbasis")
	b.on(fact("acquired_at"), "createddate")
	b.on(fact("birth_date"), "birthdate")
	b.onJoin(setObjectedFlag, "hasoptedoutofemail", "emailoptout")
	b.onJoin(setObjectedFlag, "hasoptedoutsolicit")
	b.onJoin(setObjectedFlag, "hasoptedoutprocessing")
	b.onJoin(setObjectedFlag, "shouldforget")
	b.onJoin(func(r *row, text []byte) error {
		refused, err := flag(text)
		if refused {
			r.object(basis.Phone, reconsent.Undated())
		}
		return err
	}, "donotcall")
}

// bindSalesforceConsent reads a consent per purpose and kind of contact point.
func bindSalesforceConsent(b *binder) {
	b.onJoin(setID, "partyid", "contactpointid")
	b.onJoin(func(r *row, text []byte) error {
		r.only = r.file.purpose(decode(text))
		return nil
	}, "datausepurposeid", "datausepurpose", "datausepurposename")
	b.onJoin(func(r *row, text []byte) error {
		switch key(string(text)) {
		case "email":
			r.channel = basis.Email
		case "phone":
			r.channel = basis.Phone
		case "mailingaddress":
			r.channel = basis.Post
		case "social", "web":
			r.channel = basis.NoChannel
		default:
			return errStatus
		}
		return nil
	}, "contactpointtype")
	b.onJoin(func(r *row, text []byte) error {
		r.scratch.status = text
		switch key(string(text)) {
		case "optin", "optout", "seen", "notseen":
			return nil
		}
		return errStatus
	}, "privacyconsentstatus")
	b.onJoin(refusedAt(func(s *scratch) *reconsent.When { return &s.optIn }), "capturedate")
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.confirmed }), "doubleconsentcapturedate")
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.from }), "effectivefrom")
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.until }), "effectiveto")
	b.finish = func(r *row) {
		r.unknown = r.only == nil
		s := &r.scratch
		switch key(string(s.status)) {
		case "optin":
			if !s.confirmed.IsZero() {
				r.consents(s.confirmed)
			}
			r.consents(s.optIn)
			// A consent that has run out is one no longer.
			r.lapses = s.until
		case "", "seen", "notseen":
		default: // optout; a status that can't be read may be one
			at := s.optIn
			if at.IsZero() {
				at = s.from
			}
			if at.IsZero() {
				at = reconsent.Undated()
			}
			r.withdraw(r.only, r.channel, at)
		}
	}
}
