package receipt

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"html/template"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
)

//go:embed receipt.html.tmpl
var pageText string

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("receipt").Parse(pageText))
})

// HTML writes the record as one page for a person to read, keep and print, in Dutch for
// "nl" and in English otherwise. It is complete in itself: it fetches nothing, runs
// nothing, and says so to the browser in a content security policy.
//
// What was shown is on it to the letter: plain text with its lines as they were, and HTML
// as its source. HTML is never rendered, not in a frame either: a notice is a document of
// another origin in time, and a frame of it could still go to another address. It fails
// when the record is incomplete; see [Record.Check].
func (r Record) HTML(lang string) ([]byte, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if lang != "nl" {
		lang = "en"
	}
	v := view{r: &r, Lang: lang}
	v.fill()
	var b bytes.Buffer
	if err := page().Execute(&b, &v); err != nil {
		return nil, errors.New("receipt: the page can't be written")
	}
	return b.Bytes(), nil
}

// view is what the page shows, in one language.
type view struct {
	r    *Record
	Lang string

	Title, Issued   string
	ID, Of, Subject string
	Verify          anchor
	Parties         []Party
	Decisions       []row
	History         []row
	Processes       []processView
	Rights          []rightsView
	Notices         []noticeView
}

// anchor is a text, and the address that it leads to when it is one on the web.
type anchor struct{ Text, URL string }

func linked(s string) anchor {
	l := anchor{Text: s}
	if rest, ok := strings.CutPrefix(s, "https://"); ok && rest != "" && !strings.ContainsAny(rest, " \"<>") {
		l.URL = s
	}
	return l
}

// row is a decision, or an event.
type row struct {
	Purpose, Channel, State, Class, When, How, Until, Who, Recorded string
	Event, Notice                                                   string
}

type processView struct {
	Title, ID, Data, Basis, Retention, Storage, Locations, Jurisdictions, Restrictions, Services string
	Controllers, Recipients, Sources, Operations                                                 string
	Withdrawal                                                                                   []anchor
	Rights                                                                                       []rightView
	Documents                                                                                    []anchor
	Authority                                                                                    *Party
}

// rights are the same for purposes as a rule: then they are shown once, without a title.
type rightsView struct {
	Title     string
	Rights    []rightView
	Authority *Party
}

type rightView struct {
	Text, Article string
	At            anchor
}

type noticeView struct {
	Notice
	Note, Shown string
	Link        anchor
	Binary      bool
}

// T returns the words in the language of the page.
func (v *view) T(en, nl string) string { return basis.Text{En: en, Nl: nl}.In(v.Lang) }

func (v *view) fill() {
	r := v.r
	v.Title = v.T("Record of your consent", "Registratie van uw toestemming")
	if r.Profile.Receipt() {
		v.Title = v.T("Receipt of your choices", "Ontvangstbewijs van uw keuzes")
	}
	v.Issued = moment(r.Issued, r.zone(), v.Lang)
	v.ID, v.Of, v.Subject, v.Verify = r.ID, r.Of, string(r.Subject), linked(r.Verify)
	v.Parties = r.Controllers()
	for _, s := range r.Standings() {
		e, _ := r.event(s.Event)
		w := v.row(&e)
		w.Purpose, w.Channel = v.purpose(s.Purpose), channelWords(s.Channel).In(v.Lang)
		w.State, w.Class = stateWords(s.State).In(v.Lang), class(s)
		if !s.Consented {
			w.Until = ""
		}
		v.Decisions = append(v.Decisions, w)
	}
	for i := range r.Events {
		v.History = append(v.History, v.row(&r.Events[i]))
	}
	for i := range r.Processes {
		v.Processes = append(v.Processes, v.process(&r.Processes[i]))
	}
	v.groupRights()
	for _, n := range r.Notices {
		v.Notices = append(v.Notices, v.notice(n))
	}
}

// Purpose is for the page, which has only ids; Link too.
func (v *view) Purpose(id basis.PurposeID) string { return v.purpose(id) }

// Link makes an address on the web one that can be followed.
func (v *view) Link(s string) anchor { return linked(s) }

func (v *view) groupRights() {
	for _, p := range v.Processes {
		g := rightsView{p.Title, p.Rights, p.Authority}
		same := len(v.Rights) == 1 && reflect.DeepEqual(v.Rights[0].Rights, g.Rights) && reflect.DeepEqual(v.Rights[0].Authority, g.Authority)
		if !same && (len(g.Rights) > 0 || g.Authority != nil) {
			v.Rights = append(v.Rights, g)
		}
	}
	if len(v.Rights) == 1 {
		v.Rights[0].Title = ""
	}
}

// zone is that of the latest event that has one: where the person is.
func (r *Record) zone() string {
	for _, e := range slices.Backward(r.Events) {
		if e.Zone != "" {
			return e.Zone
		}
	}
	return ""
}

func class(s Standing) string {
	if s.Consented {
		return "yes"
	}
	switch s.State {
	case "dpv:ConsentRequested", "dpv:ConsentRequestDeferred", "dpv:ConsentUnknown":
		return "open"
	}
	return "no"
}

func (v *view) purpose(id basis.PurposeID) string {
	if id == "" {
		return v.T("Every purpose", "Elk doel")
	}
	p, _ := v.r.Process(id)
	return cmp.Or(p.Title.In(v.Lang), string(id))
}

func (v *view) row(e *Event) row {
	w := row{
		Purpose: v.purpose(e.Purpose), Channel: channelWords(e.Channel).In(v.Lang), State: stateWords(e.State).In(v.Lang),
		When: moment(e.Time, e.Zone, v.Lang), Who: actorWords(e.Actor).In(v.Lang), Event: e.ID.String(), Notice: e.Notice.String(),
	}
	var how []string
	for _, t := range []string{actionWords(e.Action).In(v.Lang), bindingWords(e.Binding).In(v.Lang)} {
		if t != "" {
			how = append(how, t)
		}
	}
	w.How = strings.Join(how, "; ")
	if grants(e.Type) {
		w.Until = durationWords(e.Validity, v.Lang)
	}
	if e.Recorded.Sub(e.Time).Abs() >= time.Minute {
		w.Recorded = moment(e.Recorded, e.Zone, v.Lang)
	}
	return w
}

func (v *view) process(p *Process) processView {
	var data, bases, storage []string
	for _, d := range p.Data {
		s := cmp.Or(d.Name, d.Kind.local())
		switch {
		case d.Special:
			s += v.T(" (special category)", " (bijzondere categorie)")
		case d.Sensitive:
			s += v.T(" (sensitive)", " (gevoelig)")
		}
		if d.Necessity == "dpv:Optional" {
			s += v.T(" (optional)", " (niet verplicht)")
		}
		data = append(data, s)
	}
	for _, t := range p.Bases {
		bases = append(bases, cmp.Or(article(t, v.Lang), v.T("consent", "toestemming")))
	}
	for _, s := range p.Storage {
		text := cmp.Or(s.Name, s.Location.local())
		if s.Name != "" && s.Location != "" {
			text += " (" + s.Location.local() + ")"
		}
		storage = append(storage, text)
	}
	out := processView{
		Title: v.purpose(p.Purpose), ID: string(p.Purpose), Data: strings.Join(data, ", "), Basis: strings.Join(bases, ", "),
		Retention: durationWords(p.Retention, v.Lang), Storage: strings.Join(storage, ", "), Locations: locals(p.Locations),
		Jurisdictions: locals(p.Jurisdictions), Restrictions: strings.Join(p.Restrictions, " "), Services: strings.Join(p.Services, ", "),
		Controllers: v.names(p.Controllers), Recipients: v.names(p.Recipients), Sources: joined(p.Sources), Operations: joined(p.Operations),
	}
	if p.NoRecipients {
		out.Recipients = v.T("nobody", "niemand")
	}
	for _, s := range p.Withdrawal {
		out.Withdrawal = append(out.Withdrawal, linked(s))
	}
	for _, g := range p.Rights {
		out.Rights = append(out.Rights, rightView{cmp.Or(rightWords(g.Term).In(v.Lang), string(g.Term)), article(g.Term, v.Lang), linked(g.At)})
	}
	for _, l := range slices.Concat(p.Codes, p.Assessments) {
		out.Documents = append(out.Documents, anchor{cmp.Or(l.Title, l.URL), linked(l.URL).URL})
	}
	if party, ok := v.r.Party(p.Authority); ok {
		out.Authority = &party
	}
	return out
}

// locals are the names of the terms, such as codes of countries.
func locals(terms []Term) string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.local()
	}
	return strings.Join(out, ", ")
}

func joined(terms []Term) string {
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = string(t)
	}
	return strings.Join(out, ", ")
}

func (v *view) names(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		p, _ := v.r.Party(id)
		out[i] = p.Name
	}
	return strings.Join(out, ", ")
}

// notice prepares what was shown. It is text to the page, whatever it was to a browser.
func (v *view) notice(n Notice) noticeView {
	out := noticeView{Notice: n, Link: linked(n.URL), Shown: string(n.Text)}
	kind, _, _ := mime.ParseMediaType(n.MediaType)
	switch {
	case !utf8.Valid(n.Text):
		out.Binary = true
		out.Shown = ""
		out.Note = v.T("This can't be shown as text. The exact bytes are in the electronic receipt: "+strconv.Itoa(len(n.Text))+".",
			"Dit is niet als tekst te tonen. De precieze bytes staan in het elektronische ontvangstbewijs: "+strconv.Itoa(len(n.Text))+".")
	case kind == "text/html" || kind == "application/xhtml+xml":
		out.Note = v.T("It was a web page. Its source is shown here, to the letter, so that nothing in it can run or be fetched.",
			"Het was een webpagina. Hier staat de bron daarvan, letterlijk, zodat niets erin kan worden uitgevoerd of opgehaald.")
	}
	return out
}

// Heading names the notice by its version and language.
func (n noticeView) Heading() string { return n.Version + " (" + n.Language + ")" }

// Lines are the lines of an address.
func (a Address) Lines() []string {
	var out []string
	for _, s := range []string{a.Street, strings.TrimSpace(a.PostalCode + " " + a.City), a.Country} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
