package receipt

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// JSONLD writes the record as compact JSON-LD in the terms of the Data Privacy Vocabulary
// 2.3. The context is in the document, so that reading it needs no network. Equal records
// give equal bytes. It fails when the record is incomplete; see [Record.Check].
func (r Record) JSONLD() ([]byte, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	return r.encode()
}

// encode writes what there is, complete or not.
func (r *Record) encode() ([]byte, error) {
	w := writer{r: r}
	return write(w.record())
}

// context is the static context: our prefixes, and the terms whose values are IRIs or times.
func context() *object {
	c := &object{}
	for _, p := range prefixes() {
		c.put(p, space(p))
	}
	for _, t := range iriTerms() {
		c.put(t, new(object).put("@type", "@id"))
	}
	for _, t := range timeTerms() {
		c.put(t, new(object).put("@type", "xsd:dateTime"))
	}
	return c
}

// iriTerms are the properties whose values are IRIs when they are strings.
func iriTerms() []string {
	return []string{
		"dct:conformsTo", "dpv:hasApplicableLaw", "dpv:hasAuthority", "dpv:hasDataController", "dpv:hasDataSource",
		"dpv:hasIndicationMethod", "dpv:hasJurisdiction", "dpv:hasLegalBasis", "dpv:hasLocation", "dpv:hasNecessity",
		"dpv:hasNotice", "dpv:hasProcessing", "dpv:hasRecipient", "dpv:isIndicatedBy", "gr:about", "schema:url", "skos:broader",
	}
}

func timeTerms() []string { return []string{"dct:created", "dpv:isIndicatedAtTime", "gr:recordedAt"} }

type writer struct{ r *Record }

func (w *writer) record() *object {
	r := w.r
	o := new(object).put("@context", context())
	o.put("@id", identity(r.ID))
	kind := "dpv:ConsentRecord"
	if r.Profile.Receipt() {
		kind = "dpv:ConsentReceipt"
	}
	o.put("@type", kind)
	if r.Profile != "" {
		o.put("dct:conformsTo", r.Profile.IRI())
	}
	o.put("dpv:hasIdentifier", r.ID)
	o.put("dct:created", stamp(r.Issued))
	if r.Of != "" {
		o.put("dpv:hasRecordOfActivity", new(object).put("@id", identity(r.Of)).put("@type", "dpv:ConsentRecord").put("dpv:hasIdentifier", r.Of))
	}
	if r.Subject != "" {
		o.put("dpv:hasDataSubject", node("dpv:DataSubject").put("dpv:hasIdentifier", string(r.Subject)))
	}
	o.put("gr:verifiedAt", r.Verify)
	o.put("dpv:hasNotice", each(r.Notices, w.notice))
	o.put("dpv:hasEntity", each(r.Parties, w.party))
	o.put("dpv:hasProcess", each(r.Processes, w.process))
	return o.put("dpv:hasConsentStatus", each(r.Events, w.event))
}

// each returns a list, with one value too, so that a reader finds one shape.
func each[T any](in []T, write func(*T) *object) []any {
	out := make([]any, len(in))
	for i := range in {
		out[i] = write(&in[i])
	}
	return out
}

// identity is the @id for an identifier: a UUID as its URN, an IRI as it is, nothing for
// the rest.
func identity(id string) string {
	switch {
	case uuid(id):
		return "urn:uuid:" + id
	case absolute(id):
		return id
	}
	return ""
}

// uuid reports whether s is a UUID in lower case.
func uuid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// absolute reports whether s is an absolute IRI: a scheme of two characters or more, a
// colon, and what follows without spaces, quotation marks or control characters.
func absolute(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || len(scheme) < 2 || rest == "" || !utf8.ValidString(s) || strings.ContainsAny(rest, " \"<>\\^`{}|") {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return !strings.ContainsFunc(rest, func(c rune) bool { return c <= ' ' || c == 0x7F })
}

// stamp is an instant in UTC, empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// words in two languages, tagged.
func bilingual(t basis.Text) []any {
	var out []any
	for _, l := range [...]struct{ text, lang string }{{t.En, "en"}, {t.Nl, "nl"}} {
		if l.text != "" {
			out = append(out, new(object).put("@value", l.text).put("@language", l.lang))
		}
	}
	return out
}

func noticeIRI(id string) string {
	if plainName(id) {
		return "gr:notice-" + id
	}
	return identity(id)
}

func (w *writer) notice(n *Notice) *object {
	o := new(object).put("@id", noticeIRI(n.ID)).put("@type", "dpv:ConsentNotice").put("dct:identifier", n.ID)
	o.put("dct:language", n.Language).put("schema:version", n.Version).put("dct:format", n.MediaType).put("schema:url", n.URL)
	if utf8.Valid(n.Text) {
		o.put("schema:text", string(n.Text))
	} else {
		o.put("gr:text-base64", base64.StdEncoding.EncodeToString(n.Text))
	}
	o.put("gr:controller", n.Controller).put("gr:withdrawal", n.Withdrawal).put("gr:form", n.Form).put("gr:supersedes", n.Supersedes.String())
	o.put("gr:asks-for", each(n.Purposes, func(p *consent.NoticePurpose) *object {
		return new(object).put("dct:identifier", string(p.ID)).put("gr:categories", list(p.Categories)).put("gr:change", string(p.Change))
	}))
	return o.put("gr:recipients", list(n.Recipients))
}

// partyIRI is how a party is referred to within the document.
func (w *writer) partyIRI(id string) string {
	i := slices.IndexFunc(w.r.Parties, func(p Party) bool { return p.ID == id })
	switch {
	case i >= 0 && !absolute(id):
		return fmt.Sprintf("_:party-%d", i+1)
	case i >= 0:
		return id
	}
	return ""
}

// parties refers to parties: to those in the record by name, to others by their identifier.
func (w *writer) parties(ids []string, role string) any {
	var out []any
	for _, id := range ids {
		if iri := w.partyIRI(id); iri != "" {
			out = append(out, iri)
		} else {
			out = append(out, node(role).put("dpv:hasIdentifier", id))
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

func (w *writer) party(p *Party) *object {
	o := &object{}
	if p.ID != "" {
		o.put("@id", w.partyIRI(p.ID))
	}
	o.put("@type", list(slices.Concat(p.Roles, p.Kinds)))
	o.put("dpv:hasIdentifier", p.ID).put("dpv:hasName", p.Name).put("dpv:hasContact", p.Contact)
	if a := p.Address; !a.IsZero() {
		o.put("dpv:hasAddress", node("schema:PostalAddress").put("schema:streetAddress", a.Street).put("schema:postalCode", a.PostalCode).
			put("schema:addressLocality", a.City).put("schema:addressCountry", a.Country))
	}
	return o.put("schema:email", p.Email).put("schema:telephone", p.Phone).put("schema:url", p.URL)
}

// purposeIRI is how a purpose is referred to within the document.
func (w *writer) purposeIRI(id basis.PurposeID) string {
	i := slices.IndexFunc(w.r.Processes, func(p Process) bool { return p.Purpose == id && id != "" })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("_:purpose-%d", i+1)
}

func (w *writer) process(p *Process) *object {
	o := node("dpv:Process")
	if p.Purpose != "" || p.Title != (basis.Text{}) || len(p.Kinds) > 0 {
		o.put("dpv:hasPurpose", new(object).put("@id", w.purposeIRI(p.Purpose)).put("@type", "dpv:Purpose").
			put("dct:identifier", string(p.Purpose)).put("dct:title", bilingual(p.Title)).put("skos:broader", list(p.Kinds)))
	}
	o.put("dpv:hasLegalBasis", list(p.Bases))
	o.put("dpv:hasPersonalData", each(p.Data, func(d *Datum) *object {
		types := []string{"dpv:PersonalData"}
		if d.Sensitive {
			types = append(types, "dpv:SensitivePersonalData")
		}
		if d.Special {
			types = append(types, "dpv:SpecialCategoryPersonalData")
		}
		return node(types...).put("dct:title", d.Name).put("skos:broader", string(d.Kind)).put("dct:identifier", d.ID).put("dpv:hasNecessity", string(d.Necessity))
	}))
	o.put("dpv:hasDataController", w.parties(p.Controllers, "dpv:DataController"))
	o.put("dpv:hasRecipient", w.parties(p.Recipients, "dpv:Recipient")).put("gr:no-recipients", p.NoRecipients)
	if p.Authority != "" {
		o.put("dpv:hasAuthority", w.parties([]string{p.Authority}, "dpv:Authority"))
	}
	o.put("dpv:hasDataSource", list(p.Sources)).put("dpv:hasProcessing", list(p.Operations))
	storage := each(p.Storage, func(s *Place) *object {
		return node("dpv:StorageLocation").put("dpv:hasLocation", string(s.Location)).put("dct:title", s.Name)
	})
	if !p.Retention.IsZero() {
		storage = append(storage, node("dpv:StorageDuration").put("dpv:hasDuration", duration(p.Retention)))
	}
	o.put("dpv:hasStorageCondition", storage)
	o.put("dpv:hasLocation", list(p.Locations))
	o.put("dpv:hasRule", each(p.Restrictions, func(s *string) *object { return node("dpv:Rule").put("dct:description", *s) }))
	o.put("dpv:hasJurisdiction", list(p.Jurisdictions)).put("dpv:hasApplicableLaw", list(p.Laws))
	o.put("dpv:hasService", each(p.Services, func(s *string) *object { return node("dpv:Service").put("dct:title", *s) }))
	o.put("dpv:hasConsentControl", each(p.Withdrawal, func(s *string) *object {
		return node("dpv:WithdrawConsent").put("dpv:isExercisedAt", *s)
	}))
	o.put("dpv:hasRight", each(p.Rights, func(g *Right) *object {
		return node("dpv:DataSubjectRight", string(g.Term)).put("dpv:isExercisedAt", g.At)
	}))
	o.put("dpv:hasOrganisationalMeasure", each(p.Codes, link("dpv:CodeOfConduct")))
	return o.put("dpv:hasImpactAssessment", each(p.Assessments, link("dpv:ImpactAssessment")))
}

func link(kind string) func(*Link) *object {
	return func(l *Link) *object { return node(kind).put("dct:title", l.Title).put("schema:url", l.URL) }
}

// duration is the node of a duration.
func duration(d Duration) *object {
	return node(spanTerm(d.Span)).put("rdf:value", d.Value)
}

func spanTerm(s Span) string {
	switch s {
	case SpanPeriod:
		return "dpv:TemporalDuration"
	case SpanUntil:
		return "dpv:UntilTimeDuration"
	case SpanEvent:
		return "dpv:UntilEventDuration"
	case SpanTimes:
		return "dpv:FixedOccurrencesDuration"
	}
	return "dpv:EndlessDuration"
}

// actorTerm is the entity of DPV for who acted. Staff and programs are the controller.
func actorTerm(a consent.Actor) string {
	switch a {
	case consent.Person:
		return "dpv:DataSubject"
	case consent.Guardian:
		return "dpv:GuardianOfDataSubject"
	case consent.Agent:
		return "dpv:Agent"
	case consent.Operator, consent.System:
		return "dpv:DataController"
	}
	return ""
}

func (w *writer) event(e *Event) *object {
	o := &object{}
	if !e.ID.IsZero() {
		o.put("@id", "gr:event-"+e.ID.String())
	}
	o.put("@type", string(e.State)).put("dpv:hasIdentifier", e.ID.String()).put("gr:type", string(e.Type)).put("dpv:hasLegalBasis", string(e.Kind))
	if e.Purpose != "" {
		o.put("dpv:hasPurpose", new(object).put("@id", w.purposeIRI(e.Purpose)).put("@type", "dpv:Purpose").put("dct:identifier", string(e.Purpose)))
	}
	o.put("gr:channel", string(e.Channel))
	if !e.Notice.IsZero() {
		o.put("dpv:hasNotice", noticeIRI(e.Notice.String()))
	}
	if !e.Time.IsZero() {
		o.put("dpv:isIndicatedAtTime", e.local().Format(time.RFC3339Nano))
	}
	o.put("gr:zone", e.Zone).put("gr:recordedAt", stamp(e.Recorded))
	if !e.Validity.IsZero() {
		o.put("dpv:hasDuration", duration(e.Validity))
	}
	o.put("dpv:isIndicatedBy", actorTerm(e.Actor)).put("gr:actor", string(e.Actor))
	var how []string
	if e.Action != "" {
		how = append(how, "gr:action-"+string(e.Action))
	}
	if e.Binding != "" {
		how = append(how, "gr:binding-"+string(e.Binding))
	}
	o.put("dpv:hasIndicationMethod", list(how))
	if !e.Of.IsZero() {
		o.put("gr:about", "gr:event-"+e.Of.String())
	}
	return o
}
