package receipt

import (
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Profile says which of the two documents it is, and of which profile of the guide of
// DPV to ISO/IEC TS 27560.
type Profile string

const (
	// RecordGDPR is the controller's record, with what the GDPR adds.
	RecordGDPR Profile = "record-eu-gdpr"
	// ReceiptGDPR is what the person gets of it, with what the GDPR adds.
	ReceiptGDPR Profile = "receipt-eu-gdpr"
	// PlainRecord and PlainReceipt hold what TS 27560 asks for alone.
	PlainRecord  Profile = "record"
	PlainReceipt Profile = "receipt"
)

const profiles = "https://w3id.org/dpv/schema/dpv-27560#"

// IRI is the name of the profile, which a document states as dct:conformsTo.
func (p Profile) IRI() string { return profiles + string(p) }

// Receipt reports whether it is for the person.
func (p Profile) Receipt() bool { return p == ReceiptGDPR || p == PlainReceipt }

// GDPR reports whether it must hold what the GDPR adds.
func (p Profile) GDPR() bool { return p == ReceiptGDPR || p == RecordGDPR }

// Record is a consent record or receipt: the header, processing, parties and events of
// ISO/IEC TS 27560:2023. Beyond the pseudonymous reference of the person it holds no
// personal data, except what the caller puts into the texts and parties.
//
// Empty lists are nil, instants in UTC: so a record that was written and read is equal to itself.
type Record struct {
	Profile Profile
	// ID is the record_id or receipt_id: a UUID of version 4 as a rule ([NewID]), or an IRI.
	ID string
	// Of is the ID of the record that a receipt is of, if that has another.
	Of string
	// Issued is when the document was made: what it says is as known then.
	Issued time.Time
	// Subject is the pii_principal_id: a reference, never an address.
	Subject basis.Subject
	// Verify says where the proof of the events can be checked: an address on the web.
	Verify    string
	Notices   []Notice
	Processes []Process
	Parties   []Party
	// Events are in the order in which they happened.
	Events []Event
}

// Notice is what the person was shown, complete, so that its hash can be computed from
// the document itself.
type Notice struct {
	// ID is the hash in hexadecimal digits; in documents of others it can be anything.
	ID string
	// URL is where that version can be read, and keeps being readable.
	URL string
	consent.Notice
}

// Process is the processing for one purpose: the processing section.
type Process struct {
	Purpose basis.PurposeID
	// Title says what the purpose is, to the person.
	Title basis.Text
	// Kinds are the purpose_type: terms below dpv:Purpose, such as dpv:DirectMarketing.
	Kinds []Term
	// Bases are the lawful_basis, such as eu-gdpr:A6-1-a.
	Bases []Term
	// Data is the pii_information, at least one.
	Data []Datum
	// Controllers, Recipients and Authority are the ids of parties. NoRecipients states that
	// the data go to nobody.
	Controllers  []string
	Recipients   []string
	NoRecipients bool
	Authority    string
	// Sources are the collection_method, such as dpv:DataSubjectDataSource; Operations the
	// processing_method, such as dpv:Collect.
	Sources    []Term
	Operations []Term
	// Storage is the storage_locations, Retention the retention_period.
	Storage   []Place
	Retention Duration
	// Locations are the processing_locations, such as loc:NL; Restrictions what the
	// geographic_restrictions are, in words.
	Locations    []Term
	Restrictions []string
	// Jurisdictions are such as loc:NL; Laws such as legal-eu:law-GDPR.
	Jurisdictions []Term
	Laws          []Term
	Services      []string
	// Withdrawal is the withdrawal_method: addresses or links, as the person was told.
	Withdrawal []string
	// Rights are the privacy_rights.
	Rights []Right
	// Codes are the codes_of_conduct, Assessments the impact_assessment.
	Codes       []Link
	Assessments []Link
}

// Datum is one kind of personal data.
type Datum struct {
	// Name is what the notice calls it; Kind is the pii_type, such as pd:EmailAddress.
	Name string
	Kind Term
	// ID is the pii_attribute_id, such as the name of the field.
	ID string
	// Necessity is the pii_optional: dpv:Required, dpv:Optional or dpv:NotRequired.
	Necessity Term
	// Sensitive and Special are the sensitive_pii_category and special_pii_category (Art. 9).
	Sensitive bool
	Special   bool
}

// Place is where data are stored: a term such as loc:NL, or a name, or both.
type Place struct {
	Location Term
	Name     string
}

// Right is a right of the person, such as eu-gdpr:A7-3, and where it is exercised.
type Right struct {
	Term Term
	At   string
}

// Link is a document on the web.
type Link struct {
	Title string
	URL   string
}

// Party is an organization or a person with a role.
type Party struct {
	// ID is the party_id: an IRI, or a number in a register such as KvK 12345678.
	ID string
	// Roles are the party_role, such as dpv:DataController; Kinds the party_type, such as
	// dpv:ForProfitOrganisation.
	Roles []Term
	Kinds []Term
	Name  string
	// Address is the party_address; Contact the party_contact: whom to ask.
	Address Address
	Contact string
	Email   string
	Phone   string
	URL     string
}

// Address is a postal address.
type Address struct {
	Street     string
	PostalCode string
	City       string
	// Country is a code of ISO 3166-1, NL.
	Country string
}

// IsZero reports whether nothing is known of it.
func (a Address) IsZero() bool { return a == Address{} }

// Event is one event in the life of the consent.
type Event struct {
	ID   consent.EventID
	Type consent.Type
	// State is the event_state, such as dpv:ConsentGiven. An objection, which is no state of
	// consent, is gr:Objected.
	State Term
	// Kind is the event_type: dpv:ImpliedConsent, dpv:ExpressedConsent,
	// dpv:ExplicitlyExpressedConsent, or dpv:Consent when the event is no declaration.
	Kind Term
	// Purpose and Channel are empty for what is about all of them.
	Purpose basis.PurposeID
	Channel basis.Channel
	// Notice is what was shown.
	Notice consent.NoticeHash
	// Time is the event_time, to be shown in Zone; Recorded is when the controller learned of it.
	Time     time.Time
	Zone     string
	Recorded time.Time
	// Validity is the validity_duration.
	Validity Duration
	// Actor is the entity_id: who acted.
	Actor consent.Actor
	// Action and Binding are how: what the person did, and how that was tied to the person.
	Action  consent.Action
	Binding consent.Binding
	// Of is the event that it is about.
	Of consent.EventID
}

// stateObjected is the state of an objection: DPV has one only for each ground apart.
const stateObjected Term = "gr:Objected"

// local returns the time in the zone of the event, in UTC when it has none.
func (e *Event) local() time.Time {
	if e.Zone == "" {
		return e.Time.UTC()
	}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		return e.Time.UTC()
	}
	t := e.Time.In(zone)
	if _, offset := t.Zone(); offset%60 != 0 { // local time before railways: RFC 3339 can't write it
		return e.Time.UTC()
	}
	return t
}

// Controllers returns the parties that are a controller.
func (r *Record) Controllers() []Party {
	var out []Party
	for _, p := range r.Parties {
		if p.has("dpv:DataController") || p.has("dpv:JointDataControllers") {
			out = append(out, p)
		}
	}
	return out
}

// Party returns the party with the id.
func (r *Record) Party(id string) (Party, bool) {
	for _, p := range r.Parties {
		if p.ID == id {
			return p, true
		}
	}
	return Party{}, false
}

// Process returns what the record says of the purpose.
func (r *Record) Process(id basis.PurposeID) (Process, bool) {
	for _, p := range r.Processes {
		if p.Purpose == id {
			return p, true
		}
	}
	return Process{}, false
}

func (p *Party) has(role Term) bool {
	return slices.Contains(p.Roles, role)
}
