package receipt

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Nothing of the evidence but the act and the binding is in a record, in any format.
func TestNoPersonalData(t *testing.T) {
	t.Parallel()
	r := shopRecord(t)
	ld, err := r.JSONLD()
	require.NoError(t, err)
	page, err := r.HTML("nl")
	require.NoError(t, err)
	k, err := r.Kantara("en")
	require.NoError(t, err)
	kantara, err := k.JSON()
	require.NoError(t, err)
	for _, data := range [][]byte{ld, page, kantara} {
		require.Contains(t, string(data), "c-42")
		require.NotContains(t, string(data), "jan@example.org")
		require.NotContains(t, string(data), "192.0.2.1")
	}
}

// Each field that TS 27560 makes mandatory is asked for by name (consent-27560, table 7.2),
// all of them at once.
func TestMissingFields(t *testing.T) {
	t.Parallel()
	_, err := FromEvents(Party{}, nil, nil, Details{})
	for _, want := range []string{
		"receipt_id is missing (27560 6.4)", "pii_principal_id", "privacy_notice", "purpose", "event_state", "the time at which it was made",
		"party_id", "party_address", "party_name", "party_contact", "party_type",
	} {
		require.ErrorContains(t, err, want)
	}
	for _, c := range []struct {
		want    string
		process func(*Process)
	}{
		{"the text of purpose, in English and in Dutch, is missing (27560 6.3.4.3)", func(p *Process) { p.Title = basis.Text{En: "x"} }},
		{"lawful_basis is missing (27560 6.3.4.6; GDPR 6(1))", func(p *Process) { p.Bases = nil }},
		{"pii_information is missing (27560 6.3.4.7)", func(p *Process) { p.Data = nil }},
		{"pii_type is missing (27560 6.3.5.1)", func(p *Process) { p.Data[0].Kind = "" }},
		{"pii_optional is missing (27560 6.3.5.3; GDPR 13(2)(e))", func(p *Process) { p.Data[0].Necessity = "" }},
		{"pii_controllers is missing (27560 6.3.4.8)", func(p *Process) { p.Controllers = nil }},
		{"pii_controllers names a party that is not among the parties", func(p *Process) { p.Controllers = []string{"x"} }},
		{"collection_method is missing (27560 6.3.4.9; GDPR 13(1))", func(p *Process) { p.Sources = nil }},
		{"processing_method is missing (27560 6.3.4.10; GDPR 4(2))", func(p *Process) { p.Operations = nil }},
		{"storage_locations is missing (27560 6.3.4.11)", func(p *Process) { p.Storage = nil }},
		{"storage_locations has an empty one", func(p *Process) { p.Storage = []Place{{}} }},
		{"retention_period is missing (27560 6.3.4.12)", func(p *Process) { p.Retention = Duration{} }},
		{"retention_period is malformed", func(p *Process) { p.Retention.Value = "2 years" }},
		{"jurisdiction is missing (27560 6.3.4.16)", func(p *Process) { p.Jurisdictions = nil }},
		{"recipient_third_parties, or the statement that there are none, is missing (27560 6.3.4.17)", func(p *Process) { p.Recipients = nil }},
		{"there are recipients, and there are said to be none", func(p *Process) { p.NoRecipients = true }},
		{"recipient_third_parties names a party", func(p *Process) { p.Recipients = []string{"x"} }},
		{"withdrawal_method is missing (27560 6.3.4.18)", func(p *Process) { p.Withdrawal = nil }},
		{"withdrawal_method has an empty text", func(p *Process) { p.Withdrawal = []string{" "} }},
		{"privacy_rights is missing (27560 6.3.4.19; GDPR 13(2)(b))", func(p *Process) { p.Rights = nil }},
		{"authority_party is missing (27560 6.3.4.22; GDPR 13(2)(d))", func(p *Process) { p.Authority = "" }},
		{"purpose_type has a term that is not in", func(p *Process) { p.Kinds = []Term{"dpv:Analytics"} }},
		{"purpose_type has a term that is for all of them", func(p *Process) { p.Kinds = []Term{"dpv:Purpose"} }},
		{"privacy_rights has a term that is not in", func(p *Process) { p.Rights = []Right{{Term: "eu-gdpr:A47"}} }},
		{"pii_optional is none of", func(p *Process) { p.Data[0].Necessity = "dpv:Store" }},
	} {
		r := shopRecord(t)
		c.process(&r.Processes[0])
		require.ErrorContains(t, r.Check(), c.want)
		_, err := r.JSONLD()
		require.Error(t, err, "nothing incomplete is written")
		_, err = r.HTML("en")
		require.Error(t, err)
		_, err = r.Kantara("en")
		require.Error(t, err)
		if strings.Contains(c.want, "; GDPR") {
			r.Profile = PlainReceipt
			require.NoError(t, r.Check(), "27560 alone has it optional: %s", c.want)
		}
	}
	for _, c := range []struct {
		want   string
		change func(*Record)
	}{
		{"schema_version is missing", func(r *Record) { r.Profile = "" }},
		{"record_id is missing", func(r *Record) { r.Profile, r.ID, r.Of = RecordGDPR, "", "" }},
		{"only a receipt is of another record", func(r *Record) { r.Profile = RecordGDPR }},
		{"event_time is missing (27560 6.3.7.1)", func(r *Record) { r.Events[0].Time = time.Time{} }},
		{"validity_duration is missing (27560 6.3.7.2)", func(r *Record) { r.Events[0].Validity = Duration{} }},
		{"entity_id is missing (27560 6.3.7.3)", func(r *Record) { r.Events[0].Actor = "" }},
		{"event_type is missing (27560 6.3.7.4)", func(r *Record) { r.Events[0].Kind = "" }},
		{"event_state is missing (27560 6.3.7.6)", func(r *Record) { r.Events[0].State = "" }},
		{"event_state is no state", func(r *Record) { r.Events[0].State = "dpv:Marketing" }},
		{"it happened before the one", func(r *Record) { slices.Reverse(r.Events) }},
		{"unknown zone", func(r *Record) { r.Events[0].Zone = "Mars" }},
		{"outside the years", func(r *Record) { r.Issued = r.Issued.AddDate(8000, 0, 0) }},
		{"it quotes a notice that is not among", func(r *Record) { r.Notices = r.Notices[1:] }},
		{"its id is not its hash", func(r *Record) { r.Notices[0].Text = []byte("another") }},
		{"it is about a purpose that is not among", func(r *Record) { r.Processes = r.Processes[:1] }},
		{"a purpose is there twice", func(r *Record) { r.Processes = append(r.Processes, r.Processes[0]) }},
		{"an event is there twice", func(r *Record) { r.Events = append(r.Events, r.Events[6]) }},
		{"a party is there twice", func(r *Record) { r.Parties = append(r.Parties, r.Parties[0]) }},
		{"a notice is there twice", func(r *Record) { r.Notices = append(r.Notices, r.Notices[0]) }},
		{"a role is no kind of party", func(r *Record) { r.Parties[0].Kinds = []Term{"dpv:Recipient"} }},
	} {
		r := shopRecord(t)
		c.change(&r)
		require.ErrorContains(t, r.Check(), c.want)
	}
	r := shopRecord(t)
	r.Verify = "\xff"
	_, err = r.JSONLD()
	require.ErrorContains(t, err, "not UTF-8")
}

func TestFromEventsOfOnePerson(t *testing.T) {
	t.Parallel()
	controller, notices, events, details := shop()
	events[3].Subject = "c-7"
	_, err := FromEvents(controller, notices, events, details)
	require.ErrorContains(t, err, "events of more than one person")
	require.NotContains(t, err.Error(), "c-7")
	details.Also = []basis.Subject{"c-7"}
	r, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err, "a merger that stands")
	require.EqualValues(t, "c-42", r.Subject)
	details.Subject, details.Also = "c-7", []basis.Subject{"c-42"}
	r, err = FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	require.EqualValues(t, "c-7", r.Subject)
}

func TestFromEventsIsOrderedAndLeavesItsInput(t *testing.T) {
	t.Parallel()
	controller, notices, events, details := shop()
	want, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	slices.Reverse(events)
	events = append(events, consent.Event{
		ID: id(9), Type: consent.Merged, Subject: "c-42", With: "c-8", Actor: consent.System,
		Occurred: at("2026-04-01T00:00:00Z"), Recorded: at("2026-04-01T00:00:00Z"),
	})
	got, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	require.Equal(t, want, got, "the order of the events does not matter, and a merger is not in the life of consent")
	got.Notices[0].Text[0] = 'X'
	got.Notices[0].Purposes[0].Categories[0] = "X"
	got.Processes[0].Rights[0].At = "X"
	_, again, _, d := shop()
	require.Equal(t, again[0].Hash(), notices[0].Hash())
	require.Equal(t, d.Common.Rights, details.Common.Rights)

	details.Issued = at("2026-09-01T00:00:00Z")
	_, err = FromEvents(controller, notices, events, details)
	require.ErrorContains(t, err, "after the document was made")
	details.Issued = at("2026-11-24T10:00:00Z")
	events[0].Actor = "nobody"
	_, err = FromEvents(controller, notices, events, details)
	require.ErrorContains(t, err, "an event is malformed")
}

// What is stated of an event follows from what it proves, and from nothing else.
func TestStatesAndKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		e           consent.Event
		state, kind Term
	}{
		{consent.Event{Type: consent.Given, Evidence: consent.Evidence{Action: consent.Active}}, "dpv:ConsentGiven", "dpv:ExpressedConsent"},
		{consent.Event{Type: consent.Given, Evidence: consent.Evidence{Action: consent.Statement, Explicit: consent.Yes}}, "dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"},
		{consent.Event{Type: consent.Given, Evidence: consent.Evidence{Action: consent.PreTicked, Explicit: consent.Yes}}, "dpv:ConsentGiven", "dpv:ImpliedConsent"},
		{consent.Event{Type: consent.Confirmed, Evidence: consent.Evidence{Action: consent.Silence}}, "dpv:ConsentGiven", "dpv:ImpliedConsent"},
		{consent.Event{Type: consent.Given}, "dpv:ConsentGiven", ""},
		{consent.Event{Type: consent.Renewed, Evidence: consent.Evidence{Action: consent.Active}}, "dpv:RenewedConsentGiven", "dpv:ExpressedConsent"},
		{consent.Event{Type: consent.Imported, Evidence: consent.Evidence{Grade: consent.Complete, Action: consent.Active}}, "dpv:ConsentGiven", "dpv:ExpressedConsent"},
		{consent.Event{Type: consent.Imported, Evidence: consent.Evidence{Grade: consent.NoEvidence}}, "dpv:ConsentUnknown", "dpv:Consent"},
		{consent.Event{Type: consent.Imported, Evidence: consent.Evidence{Grade: consent.Partial, Action: consent.Active}}, "dpv:ConsentUnknown", "dpv:ExpressedConsent"},
		{consent.Event{Type: consent.Withdrawn, Evidence: consent.Evidence{Action: consent.Active}}, "dpv:ConsentWithdrawn", "dpv:Consent"},
		{consent.Event{Type: consent.Revoked}, "dpv:ConsentRevoked", "dpv:Consent"},
		{consent.Event{Type: consent.Objected}, "gr:Objected", "dpv:Consent"},
	} {
		require.Equal(t, c.state, stateOf(&c.e), c.e.Type)
		require.Equal(t, c.kind, kindOf(&c.e), c.e.Type)
	}
}

func TestNewID(t *testing.T) {
	t.Parallel()
	a, b := NewID(), NewID()
	require.NotEqual(t, a, b)
	for _, s := range []string{a, b} {
		require.True(t, uuid(s), s)
		require.Equal(t, byte('4'), s[14])
		require.Contains(t, "89ab", s[19:20])
	}
}
