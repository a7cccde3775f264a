package receipt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/grondslag/grondslag/consent"
)

// Check returns every error, joined, or nil: each field that ISO/IEC TS 27560 (and, for
// the profiles of the GDPR, the GDPR) makes mandatory and that is missing, by its name and
// clause, and each term that does not exist. Errors hold no content of the record.
func (r *Record) Check() error {
	c := checker{gdpr: r.Profile.GDPR()}
	c.wrong(!r.Profile.Valid(), "schema_version is missing (27560 6.3)")
	if r.Profile.Receipt() {
		c.missing(r.ID == "", "receipt_id", "6.4")
	} else {
		c.missing(r.ID == "", "record_id", "6.3")
		c.wrong(r.Of != "", "only a receipt is of another record")
	}
	c.missing(r.Issued.IsZero(), "the time at which it was made", "6.4")
	c.years(r.Issued)
	c.missing(r.Subject == "", "pii_principal_id", "6.3")
	c.missing(len(r.Notices) == 0, "privacy_notice", "6.3.4.1")
	c.missing(len(r.Processes) == 0, "purpose", "6.3.4.3")
	c.missing(len(r.Events) == 0, "event_state", "6.3.7.6")
	c.missing(len(r.Controllers()) == 0, "pii_controllers", "6.3.4.8")
	for i := range r.Notices {
		c.in("notice", i)
		c.notice(r, i)
	}
	for i := range r.Processes {
		c.in("process", i)
		c.process(r, i)
	}
	for i := range r.Parties {
		c.in("party", i)
		c.party(r, i)
	}
	for i := range r.Events {
		c.in("event", i)
		c.event(r, i)
	}
	return errors.Join(c.errs...)
}

// checker collects errors. Each kind of them is there once for each place.
type checker struct {
	errs  []error
	where string
	gdpr  bool
}

func (c *checker) in(what string, i int) { c.where = fmt.Sprintf("%s %d: ", what, i) }

func (c *checker) wrong(wrong bool, text string) {
	if wrong {
		c.errs = append(c.errs, errors.New("receipt: "+c.where+text))
	}
}

func (c *checker) missing(wrong bool, field, clause string) {
	c.wrong(wrong, field+" is missing (27560 "+clause+")")
}

// law is a field that 27560 leaves optional and the GDPR does not.
func (c *checker) law(wrong bool, field, clause, article string) {
	c.wrong(wrong && c.gdpr, field+" is missing (27560 "+clause+"; GDPR "+article+")")
}

func (c *checker) terms(field string, terms ...Term) {
	c.wrong(slices.ContainsFunc(terms, func(t Term) bool { return !t.Known() }), field+" has a term that is not in the Data Privacy Vocabulary 2.3")
}

// generic refuses terms that say nothing, or that have a field of their own.
func (c *checker) generic(field string, terms []Term, refused ...Term) {
	c.wrong(slices.ContainsFunc(terms, func(t Term) bool { return slices.Contains(refused, t) }), field+" has a term that is for all of them, or that has a field of its own")
}

func (c *checker) lines(field string, texts ...string) {
	c.wrong(slices.ContainsFunc(texts, func(s string) bool {
		return strings.TrimSpace(s) != s || s == "" || strings.IndexFunc(s, unicode.IsControl) >= 0
	}), field+" has an empty text, a space at either end, or a control character")
}

// years are those that RFC 3339 can write.
func (c *checker) years(times ...time.Time) {
	c.wrong(slices.ContainsFunc(times, func(t time.Time) bool { return t.Year() < 1 || t.Year() > 9998 }), "a time outside the years 1 to 9998")
}

// zone reports whether s is a zone by IANA name, or none.
func zone(s string) bool {
	_, err := time.LoadLocation(s)
	return err == nil && s != "Local"
}

func (c *checker) notice(r *Record, i int) {
	n := &r.Notices[i]
	c.missing(len(n.Text) == 0, "the text of privacy_notice", "6.3.4.1")
	c.missing(n.Language == "", "language", "6.3.4.2")
	c.wrong(n.Check() != nil, "the notice has errors: see Notice.Check")
	for _, p := range n.Purposes {
		c.lines("a kind of data in the notice", p.Categories...)
	}
	c.wrong(slices.Contains(n.Recipients, ""), "a recipient in the notice has no name")
	c.wrong(n.ID != n.Hash().String(), "its id is not its hash")
	c.wrong(slices.ContainsFunc(r.Notices[:i], func(o Notice) bool { return o.ID == n.ID }), "a notice is there twice")
}

func (c *checker) process(r *Record, i int) {
	p := &r.Processes[i]
	c.missing(p.Purpose == "", "purpose", "6.3.4.3")
	c.wrong(slices.ContainsFunc(r.Processes[:i], func(o Process) bool { return o.Purpose == p.Purpose }), "a purpose is there twice")
	c.missing(p.Title.En == "" || p.Title.Nl == "", "the text of purpose, in English and in Dutch,", "6.3.4.3")
	c.terms("purpose_type", p.Kinds...)
	c.generic("purpose_type", p.Kinds, "dpv:Purpose")
	c.law(len(p.Bases) == 0, "lawful_basis", "6.3.4.6", "6(1)")
	c.terms("lawful_basis", p.Bases...)
	c.missing(len(p.Data) == 0, "pii_information", "6.3.4.7")
	for _, d := range p.Data {
		c.missing(d.Kind == "", "pii_type", "6.3.5.1")
		if d.Kind != "" {
			c.terms("pii_type", d.Kind)
		}
		c.generic("pii_type", []Term{d.Kind}, "dpv:SensitivePersonalData", "dpv:SpecialCategoryPersonalData")
		c.law(d.Necessity == "", "pii_optional", "6.3.5.3", "13(2)(e)")
		c.wrong(d.Necessity != "" && d.Necessity != "dpv:Required" && d.Necessity != "dpv:Optional" && d.Necessity != "dpv:NotRequired", "pii_optional is none of dpv:Required, dpv:Optional and dpv:NotRequired")
	}
	c.missing(len(p.Controllers) == 0, "pii_controllers", "6.3.4.8")
	c.parties(r, "pii_controllers", p.Controllers)
	c.law(len(p.Sources) == 0, "collection_method", "6.3.4.9", "13(1)")
	c.terms("collection_method", p.Sources...)
	c.law(len(p.Operations) == 0, "processing_method", "6.3.4.10", "4(2)")
	c.terms("processing_method", p.Operations...)
	c.missing(len(p.Storage) == 0, "storage_locations", "6.3.4.11")
	for _, s := range p.Storage {
		c.wrong(s == Place{}, "storage_locations has an empty one")
		if s.Location != "" {
			c.terms("storage_locations", s.Location)
		}
	}
	c.missing(p.Retention.IsZero(), "retention_period", "6.3.4.12")
	c.wrong(!p.Retention.IsZero() && !p.Retention.valid(), "retention_period is malformed")
	c.terms("processing_locations", p.Locations...)
	c.lines("geographic_restrictions", p.Restrictions...)
	c.missing(len(p.Jurisdictions) == 0, "jurisdiction", "6.3.4.16")
	c.terms("jurisdiction", p.Jurisdictions...)
	c.terms("the applicable law", p.Laws...)
	c.lines("service", p.Services...)
	c.missing(len(p.Recipients) == 0 && !p.NoRecipients, "recipient_third_parties, or the statement that there are none,", "6.3.4.17")
	c.wrong(len(p.Recipients) > 0 && p.NoRecipients, "there are recipients, and there are said to be none")
	c.parties(r, "recipient_third_parties", p.Recipients)
	c.missing(len(p.Withdrawal) == 0, "withdrawal_method", "6.3.4.18")
	c.lines("withdrawal_method", p.Withdrawal...)
	c.law(len(p.Rights) == 0, "privacy_rights", "6.3.4.19", "13(2)(b)")
	for _, right := range p.Rights {
		c.terms("privacy_rights", right.Term)
		c.generic("privacy_rights", []Term{right.Term}, "dpv:DataSubjectRight")
	}
	c.law(p.Authority == "", "authority_party", "6.3.4.22", "13(2)(d)")
	if p.Authority != "" {
		c.parties(r, "authority_party", []string{p.Authority})
	}
	for _, l := range slices.Concat(p.Codes, p.Assessments) {
		c.wrong(l.Title == "" && l.URL == "", "codes_of_conduct or impact_assessment has an empty one")
	}
}

func (c *checker) parties(r *Record, field string, ids []string) {
	c.wrong(slices.ContainsFunc(ids, func(id string) bool { _, ok := r.Party(id); return !ok }), field+" names a party that is not among the parties")
}

func (c *checker) party(r *Record, i int) {
	p := &r.Parties[i]
	c.missing(p.ID == "", "party_id", "6.3.6")
	c.wrong(slices.ContainsFunc(r.Parties[:i], func(o Party) bool { return o.ID == p.ID }), "a party is there twice")
	c.missing(p.Address.IsZero(), "party_address", "6.3.6")
	c.missing(p.Name == "", "party_name", "6.3.6.6")
	c.missing(p.Contact == "", "party_contact", "6.3.6.8")
	c.missing(len(p.Kinds) == 0, "party_type", "6.3.6.9")
	c.terms("party_type", p.Kinds...)
	c.generic("party_type", p.Kinds, "dpv:Entity")
	c.wrong(slices.ContainsFunc(p.Kinds, role) || slices.ContainsFunc(p.Roles, func(t Term) bool { return !role(t) }), "a role is no kind of party, nor a kind a role")
	c.law(len(p.Roles) == 0, "party_role", "6.3.6.7", "13(1)(a)")
	c.terms("party_role", p.Roles...)
}

func (c *checker) event(r *Record, i int) {
	e := &r.Events[i]
	c.wrong(e.ID.IsZero(), "no id")
	c.wrong(slices.ContainsFunc(r.Events[:i], func(o Event) bool { return o.ID == e.ID }), "an event is there twice")
	c.wrong(i > 0 && e.Time.Before(r.Events[i-1].Time), "it happened before the one that is listed first")
	c.wrong(!e.Type.Valid(), "unknown type")
	c.missing(e.Time.IsZero(), "event_time", "6.3.7.1")
	c.wrong(e.Recorded.IsZero(), "no time at which it was recorded")
	c.years(e.Time, e.Recorded)
	c.wrong(!zone(e.Zone), "unknown zone")
	c.missing(e.Validity.IsZero(), "validity_duration", "6.3.7.2")
	c.wrong(!e.Validity.IsZero() && !e.Validity.valid(), "validity_duration is malformed")
	c.missing(e.Actor == "", "entity_id", "6.3.7.3")
	c.wrong(e.Actor != "" && !e.Actor.Valid(), "unknown actor")
	c.missing(e.Kind == "", "event_type", "6.3.7.4")
	c.wrong(e.Kind != "" && (!e.Kind.Known() || statusOf(e.Kind) != ""), "event_type has a term that is not in the Data Privacy Vocabulary 2.3")
	c.missing(e.State == "", "event_state", "6.3.7.6")
	c.wrong(e.State != "" && e.State != stateObjected && statusOf(e.State) == "", "event_state is no state of consent in the Data Privacy Vocabulary 2.3")
	c.wrong(e.Channel != "" && !e.Channel.Valid(), "unknown channel")
	c.wrong(e.Action != "" && !e.Action.Valid() || e.Binding != "" && !e.Binding.Valid(), "unknown act, or unknown binding")
	if !e.Notice.IsZero() {
		c.wrong(!slices.ContainsFunc(r.Notices, func(n Notice) bool { return n.ID == e.Notice.String() }), "it quotes a notice that is not among the notices")
	}
	if e.Purpose != "" {
		_, ok := r.Process(e.Purpose)
		c.wrong(!ok, "it is about a purpose that is not among the processes")
	}
}

// statusOf returns the state of consent that a term of DPV stands for, as the type of event that
// leads to it; empty for what is none. ConsentUnknown is that of an import that proves nothing.
func statusOf(t Term) consent.Type {
	for _, ty := range []consent.Type{
		consent.Requested, consent.Given, consent.Renewed, consent.Refused, consent.Deferred,
		consent.Withdrawn, consent.Revoked, consent.Expired, consent.Invalidated,
	} {
		if t == Term("dpv:"+ty.Status()) {
			return ty
		}
	}
	if t == "dpv:ConsentUnknown" {
		return consent.Imported
	}
	return ""
}
