package exports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// TestMailchimpActs: which of the four columns show an act of the person.
func TestMailchimpActs(t *testing.T) {
	const early, late = "2020-01-02 10:00:00", "2020-01-02 10:05:00"
	for _, c := range []struct {
		name, optIn, optInIP, confirmed, confirmedIP string
		grade                                        reconsent.Grade
		action                                       reconsent.Action
	}{
		{"double opt-in", early, "192.0.2.1", late, "192.0.2.2", reconsent.Complete, reconsent.ActiveAction},
		{"double opt-in through the interface", early, "", late, "192.0.2.2", reconsent.Complete, reconsent.ActiveAction},
		{"single opt-in", early, "192.0.2.1", "", "", reconsent.Complete, reconsent.ActiveAction},
		{"an opt-in from nowhere", early, "", "", "", reconsent.Partial, ""},
		{"confirmed from nowhere", early, "", late, "", reconsent.Partial, ""},
		{"a confirmation alone", "", "", late, "192.0.2.2", reconsent.NoEvidence, ""},
		{"both at once", early, "", early, "192.0.2.2", reconsent.NoEvidence, ""},
		{"confirmed before", late, "", early, "192.0.2.2", reconsent.NoEvidence, ""},
		{"neither", "", "", "", "", reconsent.Partial, ""}, // the wording that the policy states is all there is
	} {
		f := open(t, "s.csv", export(mailchimpHeader, row0{
			"Email Address": "a@example.com", "OPTIN_TIME": c.optIn, "OPTIN_IP": c.optInIP, "CONFIRM_TIME": c.confirmed, "CONFIRM_IP": c.confirmedIP,
		}), proven)
		tab := table(t)
		for facts, err := range f.All(tab) {
			require.NoError(t, err)
			grade, _ := tab.Evidence(&facts)
			require.Equal(t, c.grade, grade, c.name)
			require.Equal(t, c.action, facts.ConsentAction, c.name)
			require.Equal(t, c.action == reconsent.ActiveAction, facts.Source == basis.FromSubject, c.name)
		}
	}
}

// TestConsentWithoutPurpose proves none; a refusal without one covers all marketing.
func TestConsentWithoutPurpose(t *testing.T) {
	f := open(t, "p.csv", export(salesforceConsent,
		row0{"PartyId": "0PK1", "ContactPointType": "Email", "PrivacyConsentStatus": "OptIn", "CaptureDate": "2021-06-01T09:30:00.000+0000"},
		row0{"PartyId": "0PK2", "ContactPointType": "Email", "PrivacyConsentStatus": "OptOut", "CaptureDate": "2021-06-01T09:30:00.000+0000"}), Config{})
	got := judge(t, f)
	require.Contains(t, got[0], "email.no-consent none")
	require.Contains(t, got[1], "consent.withdrawn")
}

// TestContactsCountsPeople by their first address.
func TestContactsCountsPeople(t *testing.T) {
	book := open(t, "g.csv", export(googleHeader, row0{"E-mail 1 - Value": "a@example.com", "E-mail 2 - Value": "work@example.com"}), Config{})
	chimp := open(t, "s.csv", export(mailchimpHeader, row0{"Email Address": "A@example.com"}, row0{"Email Address": "b@example.com"}), Config{})
	set := &Set{Table: table(t), Files: []*File{book, chimp}}
	for _, err := range set.All() {
		require.NoError(t, err)
	}
	require.Equal(t, 2, set.Contacts())
}
