package exports

import (
	"bytes"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// bindHubSpot reads a contact export (labels or internal names) and the export of a
// contact's subscription history, told apart by their columns.
//
// HubSpot keeps no time of an unsubscription in the contact record: it counts as
// later than every grant. "Unsubscribed from all email" is an objection to marketing.
// A hard bounce and the marketing-contact status are no act of the person.
func bindHubSpot(b *binder) {
	b.onJoin(setID, "recordid", "recordidcontact", "hsobjectid", "vid")
	b.onJoin(setEmail, "email", "workemail")
	b.onJoin(setPhone, "phonenumber", "phone", "mobilephonenumber", "mobilephone")
	b.onJoin(setBases, "legalbasisforprocessingcontactsdata", "hslegalbasis", "lawfulbasis")
	if b.has("newstatus") {
		bindHubSpotHistory(b)
		return
	}
	b.on(fact("acquired_at"), "createdate", "createddate")
	if !b.on(fact("sale_at"), "becameacustomerdate", "hslifecyclestagecustomerdate") {
		b.on(fact("sale_at"), "closedate", "firstdealcreateddate")
	}
	b.on(fact("birth_date"), "dateofbirth", "birthdate")
	b.on(setRecordSource, "recordsource", "hsobjectsourcelabel", "hsobjectsource")
	b.onJoin(setObjectedFlag, "hsemailoptout")
	b.onJoin(setObjectedFlag, "donotcontact", "nietbenaderen")
	for i, name := range b.names {
		k := key(name)
		label, list, labelled := strings.Cut(name, ":")
		switch {
		case labelled && refuses(label):
			b.refusal(i, strings.TrimSpace(list), basis.Email)
		case refuses(name) && containsAny(name, "all", "tous", "todos", "tutti"):
			b.bind(i, true, setObjectedFlag)
		default: // hs_email_optout_123; hs_email_optout_survey_reason is no flag
			if id, ok := strings.CutPrefix(k, "hsemailoptout"); ok && digits(id) {
				b.refusal(i, id, basis.Email)
			}
		}
	}
}

// refuses reports whether a label is that of an unsubscription, in the languages of
// HubSpot's screens that are common here. The internal name is the same in all.
func refuses(label string) bool {
	return containsAny(label, "unsubscribed", "opted out", "afgemeld", "uitgeschreven", "abgemeldet", "abbestellt", "désabonn", "désinscri")
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func containsAny(label string, words ...string) bool {
	label = strings.ToLower(label)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(label, w) })
}

// bindHubSpotHistory reads one change of one subscription per row.
func bindHubSpotHistory(b *binder) {
	b.onJoin(func(r *row, text []byte) error {
		name := decode(text)
		r.only = r.file.purpose(name)
		return nil
	}, "subscription", "subscriptionname")
	b.onJoin(func(r *row, text []byte) error {
		r.scratch.status = text
		switch key(string(text)) {
		case "subscribed", "optedin", "optin", "subscribe", "resubscribed", "unsubscribed", "notsubscribed", "optedout", "optout", "unsubscribe", "notspecified", "notopted", "pending", "none", "unknown":
			return nil
		}
		return errStatus
	}, "newstatus")
	b.onJoin(func(r *row, text []byte) (err error) {
		r.scratch.optIn, err = r.file.reading.moments.parse(text)
		return err
	}, "created", "createdat", "timestamp")
	b.finish = func(r *row) {
		r.channel = basis.Email
		r.unknown = r.only == nil
		switch key(string(r.scratch.status)) {
		case "subscribed", "optedin", "optin", "subscribe", "resubscribed":
			r.consents(r.scratch.optIn)
		case "", "notspecified", "notopted", "pending", "none", "unknown":
		default: // a status that can't be read may be a refusal
			at := r.scratch.optIn
			if at.IsZero() {
				at = reconsent.Undated()
			}
			r.withdraw(r.only, basis.Email, at)
		}
	}
}

// setRecordSource takes a form that the person filled in for what it is; every other
// way in which HubSpot says that records come about leaves open where the data came from.
func setRecordSource(r *row, text []byte) error {
	if bytes.EqualFold(text, []byte("form")) || bytes.EqualFold(text, []byte("forms")) {
		if r.facts.Source == "" {
			r.facts.Source = basis.FromSubject
		}
	}
	return nil
}
