package receipt

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Read reads a record or receipt in JSON-LD: what [Record.JSONLD] writes, and documents
// of others in the form of the guide of DPV to TS 27560.
//
// It is strict. Refused are: a key that is there twice at any depth (the error names
// the place), values of another type than the property has, text that is not UTF-8,
// anything after the document, more than [MaxSize] bytes, [MaxDepth] levels or [MaxValues]
// values, a context
// that is not in the document or gives our prefixes and properties another meaning, a
// notice whose text does not have its hash. Nothing is fetched.
//
// What is not an error but was not taken as it stands is a warning: a term that DPV 2.3
// does not have, one that was replaced, a property that a [Record] has no place for, a
// time without a zone. At most [MaxWarnings] are returned. The record can be incomplete:
// see [Record.Check].
func Read(data []byte) (Record, []Warning, error) {
	top, err := parse(data, MaxSize)
	if err != nil {
		return Record{}, nil, err
	}
	d := &reader{parties: map[string]string{}, ids: map[string]bool{}, zones: map[string]bool{}}
	if err := checkContext(top.get("@context")); err != nil {
		return Record{}, nil, err
	}
	d.normalize(top, "")
	if d.err == nil {
		d.record(top)
	}
	if d.err != nil {
		return Record{}, nil, d.err
	}
	return d.r, d.warnings, nil
}

// MaxWarnings is how many warnings a reader returns at most.
const MaxWarnings = 200

// Warning is something in a document that was not taken as it stands.
type Warning struct {
	Code WarningCode
	// Path is where, as keys and numbers with slashes before them: /dpv:hasProcess/0. A key
	// that is no word of the format is a question mark.
	Path string
	// Term is the one that is unknown or was replaced.
	Term Term
	// Text says it in a sentence.
	Text basis.Text
}

// WarningCode says what a [Warning] is about.
type WarningCode string

const (
	// UnknownTerm: the vocabulary does not have it. It is kept.
	UnknownTerm WarningCode = "unknown_term"
	// RetiredTerm: another took its place, which was read instead.
	RetiredTerm WarningCode = "retired_term"
	// NotRead: a record has no place for it. It is left out.
	NotRead WarningCode = "not_read"
	// NoZone: a time without a zone is no instant. It is left out.
	NoZone WarningCode = "no_zone"
	// UnknownProfile: the document states another profile than the four, or none.
	UnknownProfile WarningCode = "unknown_profile"
)

func (c WarningCode) text() basis.Text {
	switch c {
	case UnknownTerm:
		return basis.Text{En: "The Data Privacy Vocabulary 2.3 does not have this term.", Nl: "De Data Privacy Vocabulary 2.3 heeft deze term niet."}
	case RetiredTerm:
		return basis.Text{En: "This term was replaced; the new one was read.", Nl: "Deze term is vervangen; de nieuwe is gelezen."}
	case NoZone:
		return basis.Text{En: "This time has no zone, so that it is no instant; it was left out.", Nl: "Dit tijdstip heeft geen tijdzone en is dus geen moment; het is weggelaten."}
	case UnknownProfile:
		return basis.Text{En: "The document states no profile that is known; it was taken for the plain one.", Nl: "Het document noemt geen bekend profiel; het is als het gewone gelezen."}
	}
	return basis.Text{En: "A record has no place for this; it was left out.", Nl: "Een registratie heeft hier geen plaats voor; het is weggelaten."}
}

// reader fills a record. The first error ends it; what follows does nothing.
type reader struct {
	r        Record
	warnings []Warning
	err      error
	parties  map[string]string // the id of a party by its @id
	ids      map[string]bool   // of the parties
	zones    map[string]bool   // whether a zone is known
}

func (d *reader) warn(c WarningCode, path string, t Term) {
	if len(d.warnings) < MaxWarnings {
		d.warnings = append(d.warnings, Warning{Code: c, Path: path, Term: t, Text: c.text()})
	}
}

func (d *reader) fail(path, text string) {
	if d.err == nil {
		d.err = errors.New("receipt: " + path + ": " + text)
	}
}

// checkContext refuses a context that would change what the properties mean.
func checkContext(v any) error {
	if v == nil {
		return nil // the prefixes of the guide, which has no context either
	}
	o, ok := v.(*object)
	if !ok {
		return errors.New("receipt: /@context: want one object in the document; nothing is fetched")
	}
	ours := context()
	for _, m := range o.members {
		switch x := m.value.(type) {
		case string:
			if s := space(m.key); s != "" && s != x || strings.HasPrefix(m.key, "@") || strings.Contains(m.key, ":") {
				return errors.New("receipt: /@context: it gives a prefix or property another meaning")
			}
		case *object:
			want, ok := ours.get(m.key).(*object)
			if !ok || len(x.members) != 1 || x.get("@type") != want.get("@type") {
				return errors.New("receipt: /@context: it gives a property another meaning")
			}
		default:
			return errors.New("receipt: /@context: it gives a prefix or property another meaning")
		}
	}
	return nil
}

// literal reports whether the values of a property are texts, in which a term is only a word.
func literal(key string) bool {
	switch key {
	case "@type", "@id", "skos:broader":
		return false
	case "dpv:hasIdentifier", "dpv:hasName", "dpv:hasContact", "dpv:hasAddress", "dpv:hasDataSubject", "dpv:isExercisedAt", "dpv:isIndicatedAtTime", "dpv:hasJustification":
		return true
	}
	return !strings.HasPrefix(key, "dpv:")
}

// normalize writes full IRIs compactly, puts terms in the place of retired ones, and
// reports unknown ones.
func (d *reader) normalize(o *object, path string) {
	keys := make(map[string]bool, len(o.members))
	for i := range o.members {
		m := &o.members[i]
		if m.key == "@context" {
			continue
		}
		m.key = d.term(m.key, path+"/"+showKey(m.key))
		at := path + "/" + showKey(m.key)
		if keys[m.key] {
			d.fail(at, "the key is there twice, once in full")
			return
		}
		keys[m.key] = true
		m.value = d.normalized(m.value, at, literal(m.key))
	}
}

func (d *reader) normalized(v any, path string, literal bool) any {
	switch x := v.(type) {
	case string:
		if !literal {
			return d.term(x, path)
		}
	case *object:
		d.normalize(x, path)
	case []any:
		for i := range x {
			at := path + "/" + itoa(i)
			if _, ok := x[i].([]any); ok {
				d.fail(at, "a list in a list")
				return nil
			}
			x[i] = d.normalized(x[i], at, literal)
		}
	}
	return v
}

func (d *reader) term(s, path string) string {
	s = compact(s)
	if !vocabulary(s) {
		return s
	}
	t := Term(s)
	if next, ok := successor(t); ok {
		d.warn(RetiredTerm, path, t)
		return string(next)
	}
	if !t.Known() {
		d.warn(UnknownTerm, path, t)
	}
	return s
}

// rest warns of what was not read.
func (d *reader) rest(o *object, path string) {
	for _, m := range o.members {
		if !m.seen {
			d.warn(NotRead, path+"/"+showKey(m.key), "")
		}
	}
}

// items returns the values of a property: none, one or several.
func items(o *object, key string) []any {
	switch x := o.get(key).(type) {
	case nil:
		return nil
	case []any:
		return x
	default:
		return []any{x}
	}
}

// text is the one text of a property.
func (d *reader) text(o *object, key, path string) string {
	all := d.texts(o, key, path)
	if len(all) > 1 {
		d.fail(path+"/"+showKey(key), "want one text")
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// texts are those of a property; empty ones are left out.
func (d *reader) texts(o *object, key, path string) (out []string) {
	for _, v := range items(o, key) {
		if x, ok := v.(*object); ok && x.has("@value", "@id") {
			value := x.get("@value")
			if value == nil {
				value = x.get("@id")
			}
			d.rest(x, path+"/"+showKey(key))
			v = value
		}
		s, ok := v.(string)
		if !ok {
			d.fail(path+"/"+showKey(key), "want a text")
			return nil
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// terms are those of a property: as a text, or as the @id or the @type of a node.
func (d *reader) terms(o *object, key, path string) (out []Term) {
	for i, v := range items(o, key) {
		at := path + "/" + showKey(key) + "/" + itoa(i)
		switch x := v.(type) {
		case string:
			if x != "" {
				out = append(out, Term(x))
			}
		case *object:
			found := d.terms(x, "@id", at)
			if len(found) == 0 {
				found = d.terms(x, "@type", at)
			}
			out = append(out, found...)
			d.rest(x, at)
		default:
			d.fail(at, "want a term")
		}
	}
	return out
}

// nodes calls f for each node of a property. A text is a node with only that @id.
func (d *reader) nodes(o *object, key, path string, f func(o *object, path string)) {
	for i, v := range items(o, key) {
		at := path + "/" + showKey(key) + "/" + itoa(i)
		switch x := v.(type) {
		case string:
			f(new(object).put("@id", x), at)
		case *object:
			f(x, at)
			d.rest(x, at)
		default:
			d.fail(at, "want a node")
		}
	}
}

// types returns the types of a node but the one that is expected, and warns of them when
// there is no place for others.
func (d *reader) types(o *object, path string, expected ...Term) {
	for _, t := range d.terms(o, "@type", path) {
		if !slices.Contains(expected, t) {
			d.warn(NotRead, path+"/@type", t)
		}
	}
}

// instant is the time of a property, in UTC.
func (d *reader) instant(o *object, key, path string) time.Time {
	s := d.text(o, key, path)
	if s == "" {
		return time.Time{}
	}
	at := path + "/" + showKey(key)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err == nil && t.UTC().Year() >= 1 && t.UTC().Year() <= 9998 && !t.IsZero() {
		return t.UTC()
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			d.warn(NoZone, at, "")
			return time.Time{}
		}
	}
	d.fail(at, "want a time of RFC 3339")
	return time.Time{}
}

func (d *reader) record(o *object) {
	d.r.Profile = d.profile(o)
	id, iri := d.text(o, "dpv:hasIdentifier", ""), d.text(o, "@id", "")
	if id == "" {
		id = d.text(o, "dct:identifier", "")
	}
	d.r.ID = identifier(id, iri)
	d.r.Issued = d.instant(o, "dct:created", "")
	d.nodes(o, "dpv:hasRecordOfActivity", "", func(o *object, path string) {
		of := identifier(d.text(o, "dpv:hasIdentifier", path), d.text(o, "@id", path))
		switch {
		case d.r.Of == "":
			d.r.Of = of
		case of != "":
			d.warn(NotRead, path, "")
		}
		d.types(o, path, "dpv:ConsentRecord")
	})
	d.nodes(o, "dpv:hasDataSubject", "", func(o *object, path string) {
		if d.r.Subject != "" {
			d.fail(path, "a second data subject")
		}
		d.r.Subject = basis.Subject(identifier(d.text(o, "dpv:hasIdentifier", path), d.text(o, "@id", path)))
		d.types(o, path, "dpv:DataSubject")
	})
	d.r.Verify = d.text(o, "gr:verifiedAt", "")
	d.nodes(o, "dpv:hasNotice", "", d.notice)
	d.nodes(o, "dpv:hasEntity", "", func(o *object, path string) { d.party(o, path) })
	d.nodes(o, "dpv:hasProcess", "", func(o *object, path string) {
		d.types(o, path, "dpv:Process")
		if p := d.process(o, path); !empty(p) {
			d.r.Processes = append(d.r.Processes, p)
		}
	})
	// The guide also states the processing of a record at the record itself.
	if p := d.process(o, ""); !empty(p) {
		d.r.Processes = append(d.r.Processes, p)
	}
	d.nodes(o, "dpv:hasConsentStatus", "", d.event)
	d.rest(o, "")
}

// profile reads the type and the profile, which must agree.
func (d *reader) profile(o *object) Profile {
	kinds := d.terms(o, "@type", "")
	receipt := slices.Contains(kinds, "dpv:ConsentReceipt")
	if receipt == slices.Contains(kinds, "dpv:ConsentRecord") || len(kinds) != 1 {
		d.fail("/@type", "want dpv:ConsentRecord or dpv:ConsentReceipt")
	}
	name := d.text(o, "dct:conformsTo", "")
	p := Profile(strings.TrimPrefix(name, profiles))
	if p.IRI() != name || !p.Valid() {
		d.warn(UnknownProfile, "/dct:conformsTo", "")
		if receipt {
			return PlainReceipt
		}
		return PlainRecord
	}
	if p.Receipt() != receipt {
		d.fail("/dct:conformsTo", "the profile is not that of the type")
	}
	return p
}

// identifier is the identifier of a node, or else its @id without the scheme of a UUID.
func identifier(id, iri string) string {
	if id != "" {
		return id
	}
	if s, ok := strings.CutPrefix(iri, "urn:uuid:"); ok && uuid(s) {
		return s
	}
	return iri
}

// noticeHash reads a reference to a notice or an event of ours.
func noticeHash(iri string) (consent.NoticeHash, bool) {
	s, ok := strings.CutPrefix(iri, "gr:notice-")
	h, err := consent.ParseNoticeHash(s)
	return h, ok && err == nil && !h.IsZero()
}

func eventID(iri string) (consent.EventID, bool) {
	s, ok := strings.CutPrefix(iri, "gr:event-")
	id, err := consent.ParseEventID(s)
	return id, ok && err == nil && !id.IsZero()
}
