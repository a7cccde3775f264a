package receipt

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func itoa(i int) string { return strconv.Itoa(i) }

// empty reports whether a section says nothing.
func empty[T any](v T) bool { return reflect.ValueOf(v).IsZero() }

func (d *reader) notice(o *object, path string) {
	var n Notice
	iri := d.text(o, "@id", path)
	n.ID = d.text(o, "dct:identifier", path)
	if n.ID == "" {
		n.ID = strings.TrimPrefix(iri, "gr:notice-")
	}
	d.types(o, path, "dpv:ConsentNotice")
	n.Language, n.Version = d.text(o, "dct:language", path), d.text(o, "schema:version", path)
	n.MediaType, n.URL = d.text(o, "dct:format", path), d.text(o, "schema:url", path)
	n.Controller, n.Withdrawal, n.Form = d.text(o, "gr:controller", path), d.text(o, "gr:withdrawal", path), d.text(o, "gr:form", path)
	text, raw := d.text(o, "schema:text", path), d.text(o, "gr:text-base64", path)
	switch {
	case text != "" && raw != "":
		d.fail(path, "two texts")
	case text != "":
		n.Text = []byte(text)
	case raw != "":
		b, err := base64.StdEncoding.Strict().DecodeString(raw)
		if err != nil {
			d.fail(path, "the text is not base64")
		}
		n.Text = b
	}
	if s := d.text(o, "gr:supersedes", path); s != "" {
		h, err := consent.ParseNoticeHash(s)
		if err != nil {
			d.fail(path+"/gr:supersedes", "want the hash of a notice")
		}
		n.Supersedes = h
	}
	d.nodes(o, "gr:asks-for", path, func(o *object, path string) {
		n.Purposes = append(n.Purposes, consent.NoticePurpose{
			ID: basis.PurposeID(d.text(o, "dct:identifier", path)), Categories: d.texts(o, "gr:categories", path),
			Change: consent.Change(d.text(o, "gr:change", path)),
		})
	})
	for _, s := range d.texts(o, "gr:recipients", path) {
		n.Recipients = append(n.Recipients, basis.Recipient(s))
	}
	if h, err := consent.ParseNoticeHash(n.ID); err == nil && len(n.Text) > 0 && h != n.Hash() {
		d.fail(path, "the notice does not have the hash that it is quoted by")
	}
	if !empty(n) {
		d.r.Notices = append(d.r.Notices, n)
	}
}

// role reports whether a term is a role of a party, rather than what kind it is.
func role(t Term) bool {
	switch t {
	case "dpv:DataController", "dpv:JointDataControllers", "dpv:DataProcessor", "dpv:DataSubProcessor", "dpv:DataExporter", "dpv:DataImporter",
		"dpv:Recipient", "dpv:ThirdParty", "dpv:DataProtectionOfficer", "dpv:Representative", "dpv:DataSubject", "dpv:Authority",
		"dpv:DataProtectionAuthority":
		return true
	}
	return false
}

// party reads a party, adds it, and returns its id.
func (d *reader) party(o *object, path string) string {
	var p Party
	iri := d.text(o, "@id", path)
	p.ID = d.text(o, "dct:identifier", path)
	if ids := items(o, "dpv:hasIdentifier"); len(ids) == 1 {
		if s, ok := ids[0].(string); ok {
			p.ID = s
		} else {
			d.warn(NotRead, path+"/dpv:hasIdentifier", "")
		}
	} else if len(ids) > 1 {
		d.warn(NotRead, path+"/dpv:hasIdentifier", "")
	}
	if p.ID == "" {
		p.ID = iri
	}
	for _, t := range d.terms(o, "@type", path) {
		switch {
		case t == "dpv:Entity":
		case role(t):
			p.Roles = append(p.Roles, t)
		default:
			p.Kinds = append(p.Kinds, t)
		}
	}
	p.Name, p.Contact = d.text(o, "dpv:hasName", path), d.text(o, "dpv:hasContact", path)
	d.nodes(o, "dpv:hasAddress", path, func(o *object, path string) { d.address(&p, o, path) })
	d.contact(&p, o, path)
	d.nodes(o, "schema:contactPoint", path, func(o *object, path string) {
		d.contact(&p, o, path)
		d.address(&p, o, path)
	})
	if empty(p) {
		return ""
	}
	if p.ID != "" && d.ids[p.ID] {
		d.fail(path, "a second party with the same id")
	}
	d.ids[p.ID] = true
	if iri != "" {
		if _, ok := d.parties[iri]; ok {
			d.fail(path, "a second party with the same @id")
		}
		d.parties[iri] = p.ID
	}
	d.r.Parties = append(d.r.Parties, p)
	return p.ID
}

// contact reads ways to reach a party, of which it has one each.
func (d *reader) contact(p *Party, o *object, path string) {
	for _, f := range []struct {
		key string
		to  *string
	}{{"schema:email", &p.Email}, {"schema:telephone", &p.Phone}, {"schema:url", &p.URL}} {
		s := d.text(o, f.key, path)
		switch {
		case *f.to == "":
			*f.to = s
		case s != "":
			d.warn(NotRead, path+"/"+f.key, "")
		}
	}
}

func (d *reader) address(p *Party, o *object, path string) {
	a := Address{
		Street: d.text(o, "schema:streetAddress", path), PostalCode: d.text(o, "schema:postalCode", path),
		City: d.text(o, "schema:addressLocality", path), Country: d.text(o, "schema:addressCountry", path),
	}
	if line := d.text(o, "@id", path); a.IsZero() {
		a.Street = line // a text for the whole address
	}
	d.types(o, path, "schema:PostalAddress", "schema:ContactPoint")
	switch {
	case p.Address.IsZero():
		p.Address = a
	case !a.IsZero():
		d.warn(NotRead, path, "")
	}
}

// references reads the ids of parties. A party that is described where it is referred
// to is added to the parties.
func (d *reader) references(o *object, key, path string, role Term) (out []string) {
	d.nodes(o, key, path, func(o *object, path string) {
		iri := d.text(o, "@id", path)
		id, known := d.parties[iri]
		if !known {
			id = identifier(d.text(o, "dpv:hasIdentifier", path), iri)
			if o.has("dpv:hasName", "dpv:hasContact", "dpv:hasAddress", "schema:email", "schema:telephone", "schema:url", "schema:contactPoint") {
				id = d.party(o, path)
			}
		}
		if id == "" {
			d.warn(NotRead, path, "")
			return
		}
		d.types(o, path, role)
		out = append(out, id)
	})
	return out
}

func (d *reader) process(o *object, path string) (p Process) {
	d.nodes(o, "dpv:hasPurpose", path, func(o *object, path string) { d.purpose(&p, o, path) })
	p.Bases = d.terms(o, "dpv:hasLegalBasis", path)
	d.nodes(o, "dpv:hasPersonalData", path, func(o *object, path string) { p.Data = append(p.Data, d.datum(o, path)) })
	p.Controllers = d.references(o, "dpv:hasDataController", path, "dpv:DataController")
	p.Recipients = d.references(o, "dpv:hasRecipient", path, "dpv:Recipient")
	switch v := o.get("gr:no-recipients").(type) {
	case nil:
	case bool:
		p.NoRecipients = v
	default:
		d.fail(path+"/gr:no-recipients", "want true or false")
	}
	if ids := d.references(o, "dpv:hasAuthority", path, "dpv:Authority"); len(ids) > 0 {
		p.Authority = ids[0]
		if len(ids) > 1 {
			d.warn(NotRead, path+"/dpv:hasAuthority", "")
		}
	}
	p.Sources = d.terms(o, "dpv:hasDataSource", path)
	p.Operations = d.terms(o, "dpv:hasProcessing", path)
	d.nodes(o, "dpv:hasStorageCondition", path, func(o *object, path string) { d.storage(&p, o, path) })
	p.Locations = d.terms(o, "dpv:hasLocation", path)
	p.Restrictions = d.described(o, "dpv:hasRule", path, "dct:description", "dpv:Rule")
	p.Jurisdictions = d.terms(o, "dpv:hasJurisdiction", path)
	p.Laws = d.terms(o, "dpv:hasApplicableLaw", path)
	p.Services = d.described(o, "dpv:hasService", path, "dct:title", "dpv:Service")
	p.Withdrawal = d.described(o, "dpv:hasConsentControl", path, "dpv:isExercisedAt", "dpv:WithdrawConsent")
	d.nodes(o, "dpv:hasRight", path, func(o *object, path string) {
		g := Right{At: d.text(o, "dpv:isExercisedAt", path)}
		for _, t := range slices.Concat(d.terms(o, "@id", path), d.terms(o, "@type", path)) {
			switch {
			case t == "dpv:DataSubjectRight":
			case g.Term == "":
				g.Term = t
			default:
				d.warn(NotRead, path+"/@type", t)
			}
		}
		if !empty(g) {
			p.Rights = append(p.Rights, g)
		}
	})
	p.Codes = d.links(o, "dpv:hasOrganisationalMeasure", path, "dpv:CodeOfConduct")
	p.Assessments = slices.Concat( // the guide has both
		d.links(o, "dpv:hasImpactAssessment", path, "dpv:ImpactAssessment", "dpv:DPIA"),
		d.links(o, "dpv:hasAssessment", path, "dpv:ImpactAssessment", "dpv:DPIA"))
	return p
}

func (d *reader) purpose(p *Process, o *object, path string) {
	id := d.text(o, "dct:identifier", path)
	switch {
	case p.Purpose == "":
		p.Purpose = basis.PurposeID(id)
	case id != "":
		d.warn(NotRead, path+"/dct:identifier", "")
	}
	for _, t := range slices.Concat(d.terms(o, "@id", path), d.terms(o, "@type", path), d.terms(o, "skos:broader", path)) {
		if t != "dpv:Purpose" && !strings.HasPrefix(string(t), "_:") {
			p.Kinds = append(p.Kinds, t)
		}
	}
	title := basis.Text{En: p.Title.En, Nl: p.Title.Nl}
	for i, v := range items(o, "dct:title") {
		at := path + "/dct:title/" + itoa(i)
		lang := "en"
		if x, ok := v.(*object); ok {
			lang = d.text(x, "@language", at)
			v = x.get("@value")
			d.rest(x, at)
		}
		s, ok := v.(string)
		switch {
		case !ok:
			d.fail(at, "want a text")
		case lang == "en" && title.En == "":
			title.En = s
		case lang == "nl" && title.Nl == "":
			title.Nl = s
		default:
			d.warn(NotRead, at, "")
		}
	}
	if title == (basis.Text{}) {
		title.En = d.text(o, "dct:description", path)
	}
	p.Title = title
}

func (d *reader) datum(o *object, path string) Datum {
	datum := Datum{Name: d.text(o, "dct:title", path), ID: d.text(o, "dct:identifier", path)}
	for _, t := range slices.Concat(d.terms(o, "@id", path), d.terms(o, "skos:broader", path), d.terms(o, "@type", path)) {
		switch {
		case t == "dpv:SensitivePersonalData":
			datum.Sensitive = true
		case t == "dpv:SpecialCategoryPersonalData":
			datum.Special = true
		case datum.Kind == "" && t != "dpv:PersonalData":
			datum.Kind = t
		case t != "dpv:PersonalData":
			d.warn(NotRead, path+"/@type", t)
		}
	}
	if datum.Kind == "" && slices.Contains(d.terms(o, "skos:broader", path), "dpv:PersonalData") {
		datum.Kind = "dpv:PersonalData"
	}
	if ts := d.terms(o, "dpv:hasNecessity", path); len(ts) > 0 {
		datum.Necessity = ts[0]
		if len(ts) > 1 {
			d.warn(NotRead, path+"/dpv:hasNecessity", "")
		}
	}
	return datum
}

func (d *reader) storage(p *Process, o *object, path string) {
	d.types(o, path, "dpv:StorageLocation", "dpv:StorageDuration")
	for _, t := range d.terms(o, "dpv:hasLocation", path) {
		p.Storage = append(p.Storage, Place{Location: t})
	}
	if title := d.text(o, "dct:title", path); title != "" {
		if o.has("dpv:hasLocation") && len(p.Storage) > 0 {
			p.Storage[len(p.Storage)-1].Name = title
		} else {
			p.Storage = append(p.Storage, Place{Name: title})
		}
	}
	if !o.has("dpv:hasDuration") {
		return
	}
	if slices.Contains(d.terms(o, "@type", path), "dpv:StorageDeletion") || !p.Retention.IsZero() {
		d.warn(NotRead, path+"/dpv:hasDuration", "")
		o.get("dpv:hasDuration")
		return
	}
	p.Retention = d.duration(o, path)
}

// described reads nodes of one kind of which a record has a text.
func (d *reader) described(o *object, key, path, property string, kind Term) (out []string) {
	d.nodes(o, key, path, func(o *object, path string) {
		d.types(o, path, kind)
		if s := d.text(o, property, path); s != "" {
			out = append(out, s)
		}
	})
	return out
}

func (d *reader) links(o *object, key, path string, kinds ...Term) (out []Link) {
	d.nodes(o, key, path, func(o *object, path string) {
		d.types(o, path, kinds...)
		l := Link{Title: d.text(o, "dct:title", path), URL: d.text(o, "schema:url", path)}
		if !empty(l) {
			out = append(out, l)
		}
	})
	return out
}

// duration reads dpv:hasDuration of a node.
func (d *reader) duration(o *object, path string) (out Duration) {
	d.nodes(o, "dpv:hasDuration", path, func(o *object, path string) {
		if !out.IsZero() {
			d.warn(NotRead, path, "")
			return
		}
		var span Span
		for _, t := range slices.Concat(d.terms(o, "@type", path), d.terms(o, "@id", path)) {
			for _, s := range []Span{SpanPeriod, SpanUntil, SpanEvent, SpanTimes, SpanEndless} {
				if spanTerm(s) == string(t) {
					span = s
				}
			}
			if span == "" && period(string(t)) {
				out = Duration{SpanPeriod, string(t)}
			}
		}
		value := d.text(o, "rdf:value", path)
		switch {
		case span != "":
			out = Duration{span, value}
		case out.IsZero() && period(value):
			out = Duration{SpanPeriod, value}
		case out.IsZero():
			d.warn(NotRead, path, "")
		}
	})
	return out
}

func (d *reader) event(o *object, path string) {
	var e Event
	if iri := d.text(o, "@id", path); iri != "" {
		if id, ok := eventID(iri); ok {
			e.ID = id
		} else if statusOf(Term(iri)) != "" || Term(iri) == stateObjected {
			e.State = Term(iri)
		} else {
			d.warn(NotRead, path+"/@id", "")
		}
	}
	if s := d.text(o, "dpv:hasIdentifier", path); s != "" && s != e.ID.String() {
		d.fail(path+"/dpv:hasIdentifier", "not the id of the event")
	}
	for _, t := range slices.Concat(d.terms(o, "@type", path), d.terms(o, "dpv:hasLegalBasis", path)) {
		switch {
		case statusOf(t) != "" || t == stateObjected:
			if e.State != "" {
				d.fail(path, "two states of consent in one event")
			}
			e.State = t
		case e.Kind == "":
			e.Kind = t
		case e.Kind != t:
			d.warn(NotRead, path, t)
		}
	}
	e.Type = consent.Type(d.text(o, "gr:type", path))
	if e.Type == "" && e.State != "dpv:ConsentUnknown" {
		e.Type = statusOf(e.State)
	}
	e.Channel = basis.Channel(d.text(o, "gr:channel", path))
	e.Actor = consent.Actor(d.text(o, "gr:actor", path))
	if e.Type != "" && !e.Type.Valid() || e.Channel != "" && !e.Channel.Valid() || e.Actor != "" && !e.Actor.Valid() {
		d.fail(path, "unknown type, channel or actor")
	}
	d.nodes(o, "dpv:hasPurpose", path, func(o *object, path string) {
		d.types(o, path, "dpv:Purpose")
		id := d.text(o, "dct:identifier", path)
		if iri := d.text(o, "@id", path); id == "" || e.Purpose != "" || iri != "" && !strings.HasPrefix(iri, "_:") {
			d.warn(NotRead, path, "")
		}
		if e.Purpose == "" {
			e.Purpose = basis.PurposeID(id)
		}
	})
	if s := d.text(o, "dpv:hasNotice", path); s != "" {
		h, ok := noticeHash(s)
		if !ok {
			d.warn(NotRead, path+"/dpv:hasNotice", "")
		}
		e.Notice = h
	}
	e.Time, e.Recorded = d.instant(o, "dpv:isIndicatedAtTime", path), d.instant(o, "gr:recordedAt", path)
	e.Zone = d.text(o, "gr:zone", path)
	if _, ok := d.zones[e.Zone]; !ok {
		d.zones[e.Zone] = zone(e.Zone) // it reads a file
	}
	if !d.zones[e.Zone] {
		d.fail(path+"/gr:zone", "unknown zone")
	}
	e.Validity = d.duration(o, path)
	d.actor(&e, o, path)
	for _, s := range d.texts(o, "dpv:hasIndicationMethod", path) {
		action, binding := consent.Action(strings.TrimPrefix(s, "gr:action-")), consent.Binding(strings.TrimPrefix(s, "gr:binding-"))
		switch {
		case action.Valid() && string(action) != s && e.Action == "":
			e.Action = action
		case binding.Valid() && string(binding) != s && e.Binding == "":
			e.Binding = binding
		default:
			d.warn(NotRead, path+"/dpv:hasIndicationMethod", "")
		}
	}
	if s := d.text(o, "gr:about", path); s != "" {
		id, ok := eventID(s)
		if !ok {
			d.fail(path+"/gr:about", "want the id of an event")
		}
		e.Of = id
	}
	if !empty(e) {
		d.r.Events = append(d.r.Events, e)
	}
}

// actor reads who acted, of documents that do not have it in our words.
func (d *reader) actor(e *Event, o *object, path string) {
	for _, t := range d.terms(o, "dpv:isIndicatedBy", path) {
		switch {
		case e.Actor != "" && string(t) == actorTerm(e.Actor):
		case e.Actor == "" && t == "dpv:DataSubject":
			e.Actor = consent.Person
		case e.Actor == "" && (t == "dpv:GuardianOfDataSubject" || t == "dpv:ParentOfDataSubject"):
			e.Actor = consent.Guardian
		case e.Actor == "" && t == "dpv:Agent":
			e.Actor = consent.Agent
		case e.Actor == "" && t == "dpv:DataController":
			e.Actor = consent.Operator
		default:
			d.warn(NotRead, path+"/dpv:isIndicatedBy", "")
		}
	}
}
