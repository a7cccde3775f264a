package exports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUnreadableStatus: a status that a product does not have breaks its row, and may
// be a refusal: the contact's other rows stop.
func TestUnreadableStatus(t *testing.T) {
	for name, content := range map[string]string{
		"hubspot": export(hubspotHistory,
			row0{"subscription": "newsletter", "newStatus": "UNSUBSCRIBED_ALL", "email": "a@example.com", "created": "2020-01-02T10:00:00Z"},
			row0{"subscription": "newsletter", "newStatus": "NOT_SPECIFIED", "email": "A@example.com"}),
		"salesforce": export(salesforceConsent,
			row0{"PartyId": "0PK1", "ContactPointType": "Email", "PrivacyConsentStatus": "Withdrew", "DataUsePurposeId": "newsletter"},
			row0{"PartyId": "0PK1", "ContactPointType": "Email", "PrivacyConsentStatus": "Not Seen", "DataUsePurposeId": "newsletter"}),
		"listmonk": export(listmonkHeader,
			row0{"uuid": "1", "email": "a@example.com", "status": "blocklistd"}, row0{"uuid": "2", "email": "A@example.com", "status": "enabled"}),
		"brevo": export(brevoHeader,
			row0{"EMAIL": "a@example.com", "email_marketing": "purple"}, row0{"EMAIL": "A@example.com", "email_marketing": "subscribed"}),
	} {
		got := judge(t, open(t, name, content, Config{}))
		require.Len(t, got, 2, name)
		require.Contains(t, got[0], errStatus.Error(), name)
		require.Contains(t, got[1], " stop_", name)
	}
}

// TestHubSpotSurveyReason: of the properties that begin like an opt-out only those
// with the number of a subscription are one.
func TestHubSpotSurveyReason(t *testing.T) {
	got := judge(t, open(t, "h.csv", "hs_object_id,email,hs_email_optout_survey_reason,hs_email_optout_17\n1,a@example.com,NEVER_SIGNED_UP,\n2,b@example.com,SPAM,true\n", Config{}))
	require.Contains(t, got[0], "email.no-consent")
	require.Contains(t, got[1], "consent.withdrawn")
}

// TestBrevoDoubleOptIn is a category whose texts export as their numbers.
func TestBrevoDoubleOptIn(t *testing.T) {
	for value, action := range map[string]string{"1": "active", "Yes": "active", "2": "", "No": "", "": ""} {
		f := the(t, open(t, "b.csv", export(brevoHeader, row0{"EMAIL": "a@example.com", "DOUBLE_OPT-IN": value}), Config{}))
		require.Equal(t, action, string(f.ConsentAction), value)
	}
}

// TestGoogleFields: an export without any address is one of Google all the same, and a
// field can hold two.
func TestGoogleFields(t *testing.T) {
	f := open(t, "g.csv", "First Name,Phonetic First Name,Birthday,Labels,Phone 1 - Value\nA,,,* myContacts,0612345678\n", Config{})
	require.Equal(t, Google, f.Product)
	require.Equal(t, "0612345678", the(t, f).Contact)

	two := open(t, "g.csv", "First Name,E-mail 1 - Value\nA,a@example.com ::: b@example.com\n", Config{})
	left := open(t, "h.csv", "Record ID,Email,Unsubscribed from all email\n1,B@example.com,true\n", Config{})
	got := judge(t, two, left)
	require.Contains(t, got[0], "marketing.objected")
}

// TestBlankLinesBeforeTheHeader do not hide the separator.
func TestBlankLinesBeforeTheHeader(t *testing.T) {
	for _, before := range []string{"\n", "\r\n\r\n", "sep=;\r\n\r\n", "\n\nsep=\n\n"} {
		f := open(t, "h.csv", before+"Record ID;Email\n1;a@example.com\n", Config{})
		require.Equal(t, []string{"Email", "Record ID"}, f.Columns(), before)
	}
	_, err := Open("h.csv", text(strings.Repeat("\n", 100)), Config{})
	require.ErrorContains(t, err, "empty")
}
