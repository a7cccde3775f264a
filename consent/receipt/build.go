package receipt

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Details are what neither the events nor the notices say.
type Details struct {
	// Profile: empty is ReceiptGDPR.
	Profile Profile
	// ID is that of the document, Of that of the record that a receipt is of. Verify, Issued: see [Record].
	ID     string
	Of     string
	Issued time.Time
	Verify string
	// Subject is the reference to the person; empty is that of the first event. Also are
	// other references to the same person, by mergers that stand.
	Subject basis.Subject
	Also    []basis.Subject
	// Processes say what is done for each purpose. A field that is empty takes that of
	// Common, and then what the notice says: data, recipients, withdrawal.
	Processes []Process
	Common    Process
	// Data gives the type of each kind of data by the name that the notices have for it.
	Data map[string]Datum
	// Parties are the others: recipients, whose id is the name in the notice, the authority.
	Parties []Party
	// URLs are where each notice can be read.
	URLs map[consent.NoticeHash]string
}

// NewID returns a UUID of version 4 (RFC 9562), the recommended record_id.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// FromEvents makes a record or a receipt of what happened with the consent of one person.
// The events are those of a ledger, in any order; they quote the notices. The controller
// gets its role when it has none. Merged, unmerged and erased references are no events in
// the life of consent, and are left out; so is all evidence but the act and the binding.
//
// It fails when a mandatory field is missing: the error joins them all, by name and
// clause; see [Record.Check]. So it does when an event is of someone else than the subject.
// It does not judge whether the consent is valid.
func FromEvents(controller Party, notices []consent.Notice, events []consent.Event, d Details) (Record, error) {
	r := Record{
		Profile: cmp.Or(d.Profile, ReceiptGDPR), ID: d.ID, Of: d.Of, Issued: d.Issued.UTC(), Verify: d.Verify, Subject: d.Subject,
	}
	if len(controller.Roles) == 0 {
		controller.Roles = []Term{"dpv:DataController"}
	}
	for _, p := range append([]Party{controller}, d.Parties...) {
		p.Roles, p.Kinds = some(p.Roles), some(p.Kinds)
		r.Parties = append(r.Parties, p)
	}
	errs := r.takeEvents(events, d.Also)
	r.takeNotices(notices, d.URLs)
	r.takeProcesses(controller.ID, d)
	return r, errors.Join(append(errs, r.Check())...)
}

// takeEvents adds the events in their order, and returns the errors in them.
func (r *Record) takeEvents(events []consent.Event, also []basis.Subject) (errs []error) {
	fail := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New("receipt: "+text))
		}
	}
	malformed, others := false, false
	for i := range events {
		e := &events[i]
		malformed = malformed || e.Check() != nil
		if e.Type == consent.Merged || e.Type == consent.Unmerged || e.Type == consent.Erased {
			continue
		}
		r.Subject = cmp.Or(r.Subject, e.Subject)
		others = others || e.Subject != r.Subject && !slices.Contains(also, e.Subject)
		r.Events = append(r.Events, eventOf(e))
	}
	fail(malformed, "an event is malformed: see Event.Check")
	fail(others, "events of more than one person")
	fail(!r.Issued.IsZero() && slices.ContainsFunc(r.Events, func(e Event) bool { return e.Time.After(r.Issued) || e.Recorded.After(r.Issued) }),
		"an event happened, or was recorded, after the document was made")
	slices.SortStableFunc(r.Events, func(a, b Event) int {
		return cmp.Or(a.Time.Compare(b.Time), a.Recorded.Compare(b.Recorded), slices.Compare(a.ID[:], b.ID[:]))
	})
	return errs
}

func eventOf(e *consent.Event) Event {
	out := Event{
		ID: e.ID, Type: e.Type, State: stateOf(e), Kind: kindOf(e), Purpose: e.Purpose, Channel: e.Channel, Notice: e.Notice,
		Time: e.Occurred.UTC(), Zone: e.Zone, Recorded: e.Recorded.UTC(), Actor: e.Actor,
		Action: e.Evidence.Action, Binding: e.Evidence.Binding, Of: e.Of,
	}
	switch {
	case !e.Until.IsZero():
		end := Event{Time: e.Until, Zone: e.Zone}
		out.Validity = Duration{SpanUntil, end.local().Format(time.RFC3339Nano)}
	case grants(e.Type):
		out.Validity = untilWithdrawn()
	default:
		out.Validity = Duration{Span: SpanEndless}
	}
	return out
}

// grants reports whether events of the type carry consent.
func grants(t consent.Type) bool {
	return t == consent.Given || t == consent.Renewed || t == consent.Confirmed || t == consent.Imported
}

// stateOf is the term for the state that the event leads to. An import that does not
// prove consent leads to none that is known.
func stateOf(e *consent.Event) Term {
	switch status := e.Type.Status(); {
	case e.Type == consent.Objected:
		return stateObjected
	case e.Type == consent.Imported && e.Evidence.Grade != consent.Complete:
		return "dpv:ConsentUnknown"
	case status != "":
		return Term("dpv:" + status)
	}
	return ""
}

// kindOf is the term for how consent was expressed. Silence and a box left ticked are
// stated as what they are: implied. Nothing is stated of a grant whose act is not known.
func kindOf(e *consent.Event) Term {
	act := e.Evidence.Action
	switch {
	case act == consent.PreTicked || act == consent.Silence:
		return "dpv:ImpliedConsent"
	case act.Valid() && grants(e.Type) && e.Evidence.Explicit == consent.Yes:
		return "dpv:ExplicitlyExpressedConsent"
	case act.Valid() && grants(e.Type):
		return "dpv:ExpressedConsent"
	case grants(e.Type) && e.Type != consent.Imported:
		return ""
	}
	return "dpv:Consent"
}

// takeNotices adds the notices that the events quote.
func (r *Record) takeNotices(notices []consent.Notice, urls map[consent.NoticeHash]string) {
	for _, n := range notices {
		h := n.Hash()
		if slices.ContainsFunc(r.Events, func(e Event) bool { return e.Notice == h }) {
			n.Text, n.Recipients = some(n.Text), some(n.Recipients)
			n.Purposes = some(n.Purposes)
			for i := range n.Purposes {
				n.Purposes[i].Categories = some(n.Purposes[i].Categories)
			}
			r.Notices = append(r.Notices, Notice{ID: h.String(), URL: urls[h], Notice: n})
		}
	}
}

// takeProcesses adds a process for each purpose of the notices and the events.
func (r *Record) takeProcesses(controller string, d Details) {
	var ids []basis.PurposeID
	add := func(id basis.PurposeID) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, n := range r.Notices {
		for _, p := range n.Purposes {
			add(p.ID)
		}
	}
	for _, e := range r.Events {
		add(e.Purpose)
	}
	for _, id := range ids {
		p := Process{Purpose: id}
		if i := slices.IndexFunc(d.Processes, func(o Process) bool { return o.Purpose == id }); i >= 0 {
			p = d.Processes[i]
		}
		p.fill(&d.Common)
		r.fromNotice(&p, d.Data)
		if len(p.Controllers) == 0 && controller != "" {
			p.Controllers = []string{controller}
		}
		if len(p.Bases) == 0 {
			p.Bases = []Term{"dpv:Consent"}
			if r.Profile.GDPR() {
				p.Bases = []Term{"eu-gdpr:A6-1-a"}
			}
		}
		r.Processes = append(r.Processes, p)
	}
}

// fill takes what the process leaves open from the other.
func (p *Process) fill(c *Process) {
	p.Title.En, p.Title.Nl = cmp.Or(p.Title.En, c.Title.En), cmp.Or(p.Title.Nl, c.Title.Nl)
	p.Kinds = either(p.Kinds, c.Kinds)
	p.Bases = either(p.Bases, c.Bases)
	p.Data = either(p.Data, c.Data)
	p.Controllers = either(p.Controllers, c.Controllers)
	if len(p.Recipients) == 0 && !p.NoRecipients {
		p.Recipients, p.NoRecipients = c.Recipients, c.NoRecipients
	}
	p.Recipients = some(p.Recipients)
	p.Authority = cmp.Or(p.Authority, c.Authority)
	p.Sources = either(p.Sources, c.Sources)
	p.Operations = either(p.Operations, c.Operations)
	p.Storage = either(p.Storage, c.Storage)
	p.Retention = cmp.Or(p.Retention, c.Retention)
	p.Locations = either(p.Locations, c.Locations)
	p.Restrictions = either(p.Restrictions, c.Restrictions)
	p.Jurisdictions = either(p.Jurisdictions, c.Jurisdictions)
	p.Laws = either(p.Laws, c.Laws)
	p.Services = either(p.Services, c.Services)
	p.Withdrawal = either(p.Withdrawal, c.Withdrawal)
	p.Rights = either(p.Rights, c.Rights)
	p.Codes = either(p.Codes, c.Codes)
	p.Assessments = either(p.Assessments, c.Assessments)
}

// fromNotice takes what the process leaves open from the latest notice that was quoted
// for the purpose.
func (r *Record) fromNotice(p *Process, data map[string]Datum) {
	var last *Notice
	for _, e := range r.Events {
		for i := range r.Notices {
			if n := &r.Notices[i]; n.ID == e.Notice.String() && (e.Purpose == p.Purpose || last == nil) {
				if _, ok := n.Purpose(p.Purpose); ok {
					last = n
				}
			}
		}
	}
	if last == nil {
		return
	}
	if of, _ := last.Purpose(p.Purpose); len(p.Data) == 0 {
		for _, name := range of.Categories {
			datum := data[name]
			datum.Name = name
			p.Data = append(p.Data, datum)
		}
	}
	if len(p.Recipients) == 0 && !p.NoRecipients {
		for _, id := range last.Recipients {
			p.Recipients = append(p.Recipients, string(id))
		}
	}
	if len(p.Withdrawal) == 0 && last.Withdrawal != "" {
		p.Withdrawal = []string{last.Withdrawal}
	}
}

// some returns a copy of the list, nil when it is empty.
func some[T any](s []T) []T { return append([]T(nil), s...) }

func either[T any](a, b []T) []T {
	if len(a) == 0 {
		return some(b)
	}
	return some(a)
}
