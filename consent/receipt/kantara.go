package receipt

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// KantaraVersion is the version that a receipt states (Kantara Consent Receipt 1.1.0).
const KantaraVersion = "KI-CR-v1.1.0"

// Kantara is a receipt of the Kantara Initiative's Consent Receipt Specification 1.1. It
// is a picture of consent that was given: it has no word for a refusal or a withdrawal.
type Kantara struct {
	Version      string
	Jurisdiction string
	// Timestamp is when consent was given, in seconds.
	Timestamp        time.Time
	CollectionMethod string
	ID               string
	// PublicKey is optional; so is Language, ISO 639-1.
	PublicKey   string
	Language    string
	PrincipalID string
	Controllers []KantaraController
	// PolicyURL is the notice that was in force when consent was given (4.4.10).
	PolicyURL string
	Services  []KantaraService
	// Sensitive: there are sensitive data, and SensitiveCategories are their kinds.
	Sensitive           bool
	SensitiveCategories []string
}

// KantaraController is one who is responsible.
type KantaraController struct {
	Name string
	// OnBehalf: it acts for another.
	OnBehalf bool
	Contact  string
	Address  Address
	Email    string
	Phone    string
	URL      string
}

// KantaraService is a service with the purposes that consent was given to.
type KantaraService struct {
	Service  string
	Purposes []KantaraPurpose
}

// KantaraPurpose is one purpose.
type KantaraPurpose struct {
	Purpose string
	// ConsentType is EXPLICIT, or how it was given if it was not.
	ConsentType string
	// Categories are of the purpose, Data of the personal data.
	Categories []string
	Data       []string
	// Primary: it is the main purpose of the service.
	Primary bool
	// Termination is how long it lasts, in words.
	Termination string
	// ThirdParties are those to whom the data are disclosed, by name. Disclosed: there are some.
	Disclosed    bool
	ThirdParties string
}

// Kantara makes the receipt of what is given at the time of issue, in the language: of
// each purpose whose latest event gives consent over some channel, and no other. It fails
// when there is none, and when a mandatory field is missing, which it names.
func (r Record) Kantara(lang string) (Kantara, error) {
	if err := r.Check(); err != nil {
		return Kantara{}, err
	}
	if lang != "nl" {
		lang = "en"
	}
	k := Kantara{Version: KantaraVersion, ID: r.ID, Language: lang, PrincipalID: string(r.Subject)}
	for _, p := range r.Controllers() {
		k.Controllers = append(k.Controllers, KantaraController{
			Name: p.Name, Contact: p.Contact, Address: p.Address, Email: p.Email, Phone: p.Phone, URL: p.URL,
		})
	}
	var jurisdictions []string
	for _, s := range r.Standings() {
		if !s.Consented {
			continue
		}
		e, _ := r.event(s.Event)
		p, _ := r.Process(s.Purpose)
		for _, t := range p.Jurisdictions {
			if name := t.local(); !slices.Contains(jurisdictions, name) {
				jurisdictions = append(jurisdictions, name)
			}
		}
		if !e.Time.Before(k.Timestamp) {
			k.Timestamp = e.Time.Truncate(time.Second)
			k.takeNotice(&r, &e, lang)
		}
		k.takePurpose(&r, &p, &e, lang)
	}
	if len(k.Services) == 0 {
		return Kantara{}, errors.New("receipt: Kantara: nothing is given, and it has no word for anything else")
	}
	k.Jurisdiction = strings.Join(jurisdictions, ", ")
	return k, k.Check()
}

// takeNotice states what was shown. The notice of a confirmation is that of the request.
func (k *Kantara) takeNotice(r *Record, e *Event, lang string) {
	i := slices.IndexFunc(r.Notices, func(n Notice) bool { return n.ID == e.Notice.String() })
	if i < 0 {
		return
	}
	k.PolicyURL = r.Notices[i].URL
	k.CollectionMethod = cmp.Or(r.Notices[i].Form, bindingWords(e.Binding).In(lang))
}

func (k *Kantara) takePurpose(r *Record, p *Process, e *Event, lang string) {
	out := KantaraPurpose{
		Purpose: p.Title.In(lang), ConsentType: "EXPLICIT", Termination: durationWords(p.Retention, lang), Disclosed: len(p.Recipients) > 0,
	}
	if e.Kind != "dpv:ExplicitlyExpressedConsent" {
		out.ConsentType = kindWords(e.Kind).In(lang)
	}
	for _, t := range p.Kinds {
		out.Categories = append(out.Categories, t.local())
	}
	if len(out.Categories) == 0 {
		out.Categories = []string{string(p.Purpose)}
	}
	for _, d := range p.Data {
		name := cmp.Or(d.Name, d.Kind.local())
		out.Data = append(out.Data, name)
		if d.Sensitive || d.Special {
			k.Sensitive = true
			if !slices.Contains(k.SensitiveCategories, name) {
				k.SensitiveCategories = append(k.SensitiveCategories, name)
			}
		}
	}
	var names []string
	for _, id := range p.Recipients {
		party, _ := r.Party(id)
		names = append(names, party.Name)
	}
	out.ThirdParties = strings.Join(names, ", ")
	service := string(p.Purpose)
	if len(p.Services) > 0 {
		service = strings.Join(p.Services, ", ")
	}
	i := slices.IndexFunc(k.Services, func(s KantaraService) bool { return s.Service == service })
	if i < 0 {
		i = len(k.Services)
		k.Services = append(k.Services, KantaraService{Service: service})
	}
	// Consent to one purpose over two channels is one purpose here.
	if !slices.ContainsFunc(k.Services[i].Purposes, func(o KantaraPurpose) bool { return o.Purpose == out.Purpose }) {
		k.Services[i].Purposes = append(k.Services[i].Purposes, out)
	}
}

// Check returns every error, joined, or nil: the mandatory fields that are missing, by
// the names that the specification has for them.
func (k *Kantara) Check() error {
	var errs []error
	missing := func(wrong bool, field string) {
		if wrong {
			errs = append(errs, errors.New("receipt: Kantara: "+field+" is missing"))
		}
	}
	if k.Version != "" && k.Version != KantaraVersion {
		errs = append(errs, errors.New("receipt: Kantara: the version is not "+KantaraVersion))
	}
	missing(k.Version == "", "version")
	missing(k.Jurisdiction == "", "jurisdiction")
	missing(k.Timestamp.IsZero(), "consentTimestamp")
	missing(!k.Timestamp.IsZero() && (k.Timestamp.Unix() < 0 || k.Timestamp.Unix() > maxSeconds || k.Timestamp.Nanosecond() != 0), "consentTimestamp in whole seconds from 1970 on")
	missing(k.CollectionMethod == "", "collectionMethod")
	missing(k.ID == "", "consentReceiptID")
	missing(k.PrincipalID == "", "piiPrincipalId")
	missing(k.PolicyURL == "", "policyUrl")
	missing(len(k.Controllers) == 0, "piiControllers")
	for _, c := range k.Controllers {
		missing(c.Name == "", "piiController")
		missing(c.Contact == "", "contact of a controller")
		missing(c.Address.IsZero(), "address of a controller")
		missing(c.Email == "", "email of a controller")
		missing(c.Phone == "", "phone of a controller")
	}
	missing(len(k.Services) == 0, "services")
	for _, s := range k.Services {
		missing(s.Service == "", "service")
		missing(len(s.Purposes) == 0, "purposes of a service")
		for _, p := range s.Purposes {
			missing(p.ConsentType == "", "consentType")
			missing(len(p.Categories) == 0 || slices.Contains(p.Categories, ""), "purposeCategory")
			missing(len(p.Data) == 0 || slices.Contains(p.Data, ""), "piiCategory")
			missing(p.Termination == "", "termination")
			missing(p.Disclosed && p.ThirdParties == "", "thirdPartyName, as there is disclosure,")
		}
	}
	missing(k.Sensitive != (len(k.SensitiveCategories) > 0) || slices.Contains(k.SensitiveCategories, ""), "spiCat, which has to agree with sensitive,")
	return errors.Join(errs...)
}

// maxSeconds is the end of the year 9998.
const maxSeconds = 253370764799

// JSON writes the receipt. Equal receipts give equal bytes. It fails when it is incomplete.
func (k Kantara) JSON() ([]byte, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	all := func(in []string) []any {
		out := make([]any, len(in))
		for i, s := range in {
			out[i] = s
		}
		return out
	}
	o := new(object).put("version", k.Version).put("jurisdiction", k.Jurisdiction)
	o.put("consentTimestamp", json.Number(strconv.FormatInt(k.Timestamp.Unix(), 10))).put("collectionMethod", k.CollectionMethod)
	o.put("consentReceiptID", k.ID).put("publicKey", k.PublicKey).put("language", k.Language).put("piiPrincipalId", k.PrincipalID)
	o.put("piiControllers", each(k.Controllers, func(c *KantaraController) *object {
		a := c.Address
		return new(object).put("piiController", c.Name).put("onBehalf", c.OnBehalf).put("contact", c.Contact).
			put("address", new(object).put("streetAddress", a.Street).put("postalCode", a.PostalCode).put("addressLocality", a.City).put("addressCountry", a.Country)).
			put("email", c.Email).put("phone", c.Phone).put("piiControllerUrl", c.URL)
	}))
	o.put("policyUrl", k.PolicyURL)
	o.put("services", each(k.Services, func(s *KantaraService) *object {
		return new(object).put("service", s.Service).put("purposes", each(s.Purposes, func(p *KantaraPurpose) *object {
			q := new(object).put("purpose", p.Purpose).put("consentType", p.ConsentType).put("purposeCategory", all(p.Categories)).put("piiCategory", all(p.Data))
			q.put("primaryPurpose", p.Primary).put("termination", p.Termination)
			q.always("thirdPartyDisclosure", p.Disclosed)
			return q.put("thirdPartyName", p.ThirdParties)
		}))
	}))
	o.always("sensitive", k.Sensitive).always("spiCat", all(k.SensitiveCategories))
	return write(o)
}

// ReadKantara reads a receipt of version 1.1 strictly: as [Read] does with keys that are
// there twice, types, UTF-8, size and depth; what is mandatory must be there, and not
// empty. The address of a controller is one of schema.org. A key that the specification
// does not have is a warning.
func ReadKantara(data []byte) (Kantara, []Warning, error) {
	o, err := parse(data, MaxSize)
	if err != nil {
		return Kantara{}, nil, err
	}
	d := &reader{}
	k := Kantara{
		Version: d.only(o, "version", ""), Jurisdiction: d.only(o, "jurisdiction", ""), Timestamp: d.seconds(o, "consentTimestamp"),
		CollectionMethod: d.only(o, "collectionMethod", ""), ID: d.only(o, "consentReceiptID", ""), PublicKey: d.only(o, "publicKey", ""),
		Language: d.only(o, "language", ""), PrincipalID: d.only(o, "piiPrincipalId", ""), PolicyURL: d.only(o, "policyUrl", ""),
		Sensitive: d.truth(o, "sensitive", "", true), SensitiveCategories: d.strings(o, "spiCat", ""),
	}
	if !o.has("spiCat") {
		d.fail("/spiCat", "missing")
	}
	d.objects(o, "piiControllers", "", func(o *object, path string) {
		c := KantaraController{
			Name: d.only(o, "piiController", path), OnBehalf: d.truth(o, "onBehalf", path, false), Contact: d.only(o, "contact", path),
			Email: d.only(o, "email", path), Phone: d.only(o, "phone", path), URL: d.only(o, "piiControllerUrl", path),
		}
		if a, ok := o.get("address").(*object); ok {
			at := path + "/address"
			c.Address = Address{d.only(a, "streetAddress", at), d.only(a, "postalCode", at), d.only(a, "addressLocality", at), d.only(a, "addressCountry", at)}
			d.rest(a, at)
		} else {
			d.fail(path+"/address", "want an object")
		}
		k.Controllers = append(k.Controllers, c)
	})
	d.objects(o, "services", "", func(o *object, path string) {
		s := KantaraService{Service: d.only(o, "service", path)}
		d.objects(o, "purposes", path, func(o *object, path string) {
			s.Purposes = append(s.Purposes, KantaraPurpose{
				Purpose: d.only(o, "purpose", path), ConsentType: d.only(o, "consentType", path), Categories: d.strings(o, "purposeCategory", path),
				Data: d.strings(o, "piiCategory", path), Primary: d.truth(o, "primaryPurpose", path, false), Termination: d.only(o, "termination", path),
				Disclosed: d.truth(o, "thirdPartyDisclosure", path, true), ThirdParties: d.only(o, "thirdPartyName", path),
			})
		})
		k.Services = append(k.Services, s)
	})
	d.rest(o, "")
	if d.err == nil {
		d.err = k.Check()
	}
	if d.err != nil {
		return Kantara{}, nil, d.err
	}
	return k, d.warnings, nil
}

// always adds a member, empty or not.
func (o *object) always(key string, v any) *object {
	o.members = append(o.members, member{key: key, value: v})
	return o
}

// only is a text, never a node or a list.
func (d *reader) only(o *object, key, path string) string {
	if !o.has(key) {
		return ""
	}
	s, ok := o.get(key).(string)
	if !ok {
		d.fail(path+"/"+key, "want a text")
	}
	return s
}

func (d *reader) truth(o *object, key, path string, mandatory bool) bool {
	if !o.has(key) && !mandatory {
		return false
	}
	b, ok := o.get(key).(bool)
	if !ok {
		d.fail(path+"/"+key, "want true or false")
	}
	return b
}

// strings is a list of texts.
func (d *reader) strings(o *object, key, path string) (out []string) {
	if !o.has(key) {
		return nil
	}
	all, ok := o.get(key).([]any)
	if !ok {
		d.fail(path+"/"+key, "want a list")
	}
	for _, v := range all {
		s, ok := v.(string)
		if !ok {
			d.fail(path+"/"+key, "want texts")
		}
		out = append(out, s)
	}
	return out
}

func (d *reader) objects(o *object, key, path string, f func(o *object, path string)) {
	all, ok := o.get(key).([]any)
	if !ok {
		d.fail(path+"/"+key, "want a list")
	}
	for i, v := range all {
		at := path + "/" + key + "/" + itoa(i)
		x, ok := v.(*object)
		if !ok {
			d.fail(at, "want an object")
			return
		}
		f(x, at)
		d.rest(x, at)
	}
}

// seconds is an integer from 0 on, in its plainest form: the specification has no other.
func (d *reader) seconds(o *object, key string) time.Time {
	n, ok := o.get(key).(json.Number)
	i, err := strconv.ParseInt(string(n), 10, 64)
	if !ok || err != nil || i < 0 || i > maxSeconds || strconv.FormatInt(i, 10) != string(n) {
		d.fail("/"+key, "want an integer number of seconds since 1970")
		return time.Time{}
	}
	return time.Unix(i, 0).UTC()
}
