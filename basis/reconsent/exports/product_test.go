package exports

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// The headers of real exports, as published by their users.
const (
	mailchimpHeader   = "Email Address,First Name,Last Name,EMAIL_TYPE,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
	mailchimpGerman   = `Emailadresse,Vorname,Nachname,"Erlaubnis zum Marketing",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS`
	mailchimpUnsub    = mailchimpHeader + ",UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON_OTHER"
	hubspotLabels     = "Record ID - Contact,First Name,Last Name,Email,Phone number,Contact owner,Legal basis for processing contact's data,Lead Status,Marketing contact status"
	hubspotInternal   = "hs_object_id,firstname,lastname,email,phone,hubspot_owner_id,hs_legal_basis,hs_latest_subscription_create_date,hs_email_optout"
	hubspotHistory    = "subscription,newStatus,email,lawfulBasis,explanation,requestedBy,source,created"
	salesforcePerson  = "Id,FirstName,LastName,Salutation,Birthdate,CanStorePiiElsewhere,ChildrenCount,HasOptedOutGeoTracking,HasOptedOutProcessing,HasOptedOutProfiling,HasOptedOutSolicit,HasOptedOutTracking,IndividualsAge,SendIndividualData,ShouldForget,CreatedDate"
	salesforceConsent = "Id,Name,OwnerId,PartyId,ContactPointType,CaptureContactPointType,CaptureDate,CaptureSource,DataUsePurposeId,DoubleConsentCaptureDate,EffectiveFrom,EffectiveTo,EngagementChannelTypeId,PrivacyConsentStatus"
	salesforceContact = "Id,Email,IndividualId,HasOptedOutOfEmail,HasOptedOutOfFax,DoNotCall"
	brevoHeader       = "EMAIL,LASTNAME,FIRSTNAME,SMS,WHATSAPP,DOUBLE_OPT-IN,OPT_IN,ADDED_TIME,MODIFIED_TIME,_listIds,email_marketing,sms_marketing"
	listmonkHeader    = "uuid,email,name,attributes,status,created_at,updated_at"
	googleHeader      = "First Name,Middle Name,Last Name,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value"
	googleLegacy      = "Name,Given Name,Additional Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value"
	outlookHeader     = "First Name,Middle Name,Last Name,Title,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Mobile Phone,Company,Business Street,Birthday,Notes"
	outlookClassic    = "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,Business City,Home Street,E-mail Address"
	substackHeader    = "Email,Name,Subscription type,Activity,Subscription date,Revenue,Subscription source (free),Subscription source (paid),First payment at,Cancel date,Receiving emails for"
)

// line makes a row that fills the named columns of the header.
func line(header string, values map[string]string) string {
	var out []string
	names := strings.SplitSeq(strings.ReplaceAll(header, `"`, ""), ",")
	for n := range names {
		v := values[n]
		if strings.ContainsAny(v, `,"`) {
			v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		out = append(out, v)
	}
	return strings.Join(out, ",") + "\n"
}

func export(header string, rows ...map[string]string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for _, r := range rows {
		b.WriteString(line(header, r))
	}
	return b.String()
}

type row0 = map[string]string

func TestDetect(t *testing.T) {
	for header, want := range map[string]Product{
		mailchimpHeader: Mailchimp, mailchimpGerman: Mailchimp, mailchimpUnsub: Mailchimp,
		hubspotLabels: HubSpot, hubspotInternal: HubSpot, hubspotHistory: HubSpot,
		salesforcePerson: Salesforce, salesforceConsent: Salesforce, salesforceContact: Salesforce,
		brevoHeader: Brevo, listmonkHeader: Listmonk, "email,name,attributes": Listmonk,
		googleHeader: Google, googleLegacy: Google, outlookHeader: Outlook, outlookClassic: Outlook,
		substackHeader: Substack, "contact,purpose": FactsCSV, "contact": FactsCSV, "\ufeffCONTACT,Consent At": FactsCSV,
	} {
		got, err := Detect(strings.Split(strings.ReplaceAll(header, `"`, ""), ","))
		require.NoError(t, err, header)
		require.Equal(t, want, got, header)
	}
	_, err := Detect([]string{"a", "b"})
	require.ErrorContains(t, err, "hubspot")
}

func TestProducts(t *testing.T) {
	doi := row0{"Email Address": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1", "CONFIRM_TIME": "2020-01-02 10:05:00", "CONFIRM_IP": "192.0.2.1"}
	unsub := func(change row0) row0 {
		r := row0{"Email Address": "a@example.com", "UNSUB_TIME": "2021-01-02 10:00:00"}
		maps.Copy(r, doi)
		maps.Copy(r, change)
		return r
	}
	sms := Purpose{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.SMS}}
	calls := Purpose{ID: "calls", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Phone}}
	for _, c := range []struct {
		name, file, content string
		purposes            []Purpose
		want                []string
	}{
		{"mailchimp double opt-in", "s.csv", export(mailchimpHeader, doi), nil, []string{"ask_other_channel email.no-consent partial"}},
		{"mailchimp in German", "s.csv", export(mailchimpGerman, row0{"Emailadresse": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1"}), nil, []string{"ask_other_channel email.no-consent partial"}},
		{"mailchimp confirmed by nobody", "s.csv", export(mailchimpHeader, row0{"Email Address": "a@example.com", "CONFIRM_TIME": "2020-01-02 10:00:00", "CONFIRM_IP": "192.0.2.1"}), nil, []string{"ask_other_channel email.no-consent none"}},
		{"mailchimp entered by hand", "s.csv", export(mailchimpHeader, row0{"Email Address": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "CONFIRM_TIME": "2020-01-02 10:00:00", "CONFIRM_IP": "192.0.2.1"}), nil, []string{"ask_other_channel email.no-consent none"}},
		{"mailchimp cleaned", "cleaned_members.csv", export(mailchimpHeader, doi), nil, []string{"ask_other_channel email.no-consent partial"}},
		{"mailchimp unsubscribed", "u.csv", export(mailchimpUnsub, unsub(nil)), nil, []string{"stop_withdrawn consent.withdrawn partial"}},
		{"mailchimp unsubscribed by name", "unsubscribed_members.csv", export(mailchimpHeader, doi), nil, []string{"stop_withdrawn consent.withdrawn partial"}},
		{"mailchimp spam complaint", "u.csv", export(mailchimpUnsub, unsub(row0{"UNSUB_REASON": "SPAM"})), nil, []string{"stop_objected marketing.objected partial"}},
		{"mailchimp abuse complaint", "u.csv", export(mailchimpUnsub, unsub(row0{"UNSUB_REASON_OTHER": "Abuse report"})), nil, []string{"stop_objected marketing.objected partial"}},
		{"mailchimp unsubscribed, other channel", "u.csv", export(mailchimpUnsub, unsub(nil)), []Purpose{calls}, []string{"ask_other_channel phone.no-consent none"}},

		{"hubspot objection", "h.csv", export(hubspotInternal, row0{"hs_object_id": "1", "email": "a@example.com", "hs_email_optout": "true"}, row0{"hs_object_id": "2", "email": "b@example.com", "hs_email_optout": "false"}), nil, []string{"stop_objected marketing.objected none", "ask_other_channel email.no-consent none"}},
		{"hubspot opt-out of a list", "h.csv", "Record ID,Email,Opted out of email: Newsletter\n1,a@example.com,Yes\n", nil, []string{"stop_withdrawn consent.withdrawn none"}},
		{"hubspot opt-out of another purpose's list", "h.csv", "Record ID,Email,Opted out of email: Tips\n1,a@example.com,Yes\n", []Purpose{newsletter, {ID: "tips", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}}}, []string{"ask_other_channel email.no-consent none", "stop_withdrawn consent.withdrawn none"}},
		{"hubspot opt-out of an unknown list stops all", "h.csv", "Record ID,Email,hs_email_optout_123\n1,a@example.com,true\n", nil, []string{"stop_withdrawn consent.withdrawn none"}},
		{"hubspot in Dutch", "h.csv", "Record-ID;E-mail;Afgemeld voor alle e-mail;Afgemeld voor e-mail: Newsletter\n1;a@example.com;Ja;\n2;b@example.com;Nee;Ja\n3;c@example.com;;\n", nil, []string{"stop_objected marketing.objected none", "stop_withdrawn consent.withdrawn none", "ask_other_channel email.no-consent none"}},
		{"hubspot in German and French", "h.csv", "Record ID,E-Mail,Von allen E-Mails abgemeldet,Désabonné de tous les e-mails\n1,a@example.com,true,\n2,b@example.com,,oui\n", nil, []string{"stop_objected marketing.objected none", "stop_objected marketing.objected none"}},
		{"hubspot, do not contact", "h.csv", "Record ID,Email,Do not contact\n1,a@example.com,yes\n", nil, []string{"stop_objected marketing.objected none"}},
		{"hubspot basis", "h.csv", export(hubspotLabels, row0{"Record ID - Contact": "1", "Legal basis for processing contact's data": "Legitimate interest – existing customer;Performance of a contract"}), nil, []string{"ask_other_channel email.no-consent none"}},
		{"hubspot unknown basis", "h.csv", export(hubspotLabels, row0{"Record ID - Contact": "1", "Legal basis for processing contact's data": "because"}), nil, []string{`h.csv: row 1, column "Legal basis for processing contact's data"`}},
		{"hubspot history", "h.csv", export(hubspotHistory,
			row0{"subscription": "Newsletter", "newStatus": "SUBSCRIBED", "email": "a@example.com", "lawfulBasis": "CONSENT_WITH_NOTICE", "created": "2020-01-02T10:00:00Z"},
			row0{"subscription": "Newsletter", "newStatus": "UNSUBSCRIBED", "email": "b@example.com", "created": "2020-01-02T10:00:00Z"},
			row0{"subscription": "Unknown", "newStatus": "SUBSCRIBED", "email": "c@example.com", "created": "2020-01-02T10:00:00Z"}), nil,
			[]string{"ask_other_channel email.no-consent partial", "stop_withdrawn consent.withdrawn none", "ask_other_channel email.no-consent none"}},

		{"salesforce", "c.csv", export(salesforceContact, row0{"Id": "003a", "Email": "a@example.com", "HasOptedOutOfEmail": "1"}, row0{"Id": "003b", "Email": "b@example.com", "HasOptedOutOfEmail": "0", "DoNotCall": "1"}), []Purpose{newsletter, calls},
			[]string{"stop_objected marketing.objected none", "stop_objected marketing.objected none", "ask_other_channel email.no-consent none", "stop_objected marketing.objected none"}},
		{"salesforce individual", "i.csv", export(salesforcePerson, row0{"Id": "0PK1", "HasOptedOutSolicit": "true"}, row0{"Id": "0PK2", "ShouldForget": "true"}, row0{"Id": "0PK3", "HasOptedOutTracking": "true"}), nil,
			[]string{"stop_objected marketing.objected none", "stop_objected marketing.objected none", "ask_other_channel email.no-consent none"}},
		{"salesforce consent", "p.csv", export(salesforceConsent,
			row0{"PartyId": "0PK1", "ContactPointType": "Email", "PrivacyConsentStatus": "OptIn", "CaptureDate": "2021-06-01T09:30:00.000+0000", "DataUsePurposeId": "newsletter"},
			row0{"PartyId": "0PK2", "ContactPointType": "Email", "PrivacyConsentStatus": "OptOut", "CaptureDate": "2021-06-01T09:30:00.000+0000"},
			row0{"PartyId": "0PK3", "ContactPointType": "Email", "PrivacyConsentStatus": "OptIn", "CaptureDate": "2021-06-01T09:30:00.000+0000", "EffectiveTo": "2022-06-01", "DataUsePurposeId": "newsletter"},
			row0{"PartyId": "0PK4", "ContactPointType": "Phone", "PrivacyConsentStatus": "OptIn", "CaptureDate": "2021-06-01T09:30:00.000+0000", "DataUsePurposeId": "newsletter"}), nil,
			[]string{"ask_other_channel email.no-consent partial", "stop_withdrawn consent.withdrawn none", "ask_other_channel email.no-consent none", "ask_other_channel email.no-consent none"}},

		{"brevo", "b.csv", export(brevoHeader,
			row0{"EMAIL": "a@example.com", "DOUBLE_OPT-IN": "Yes", "email_marketing": "subscribed"},
			row0{"EMAIL": "b@example.com", "email_marketing": "unsubscribed"},
			row0{"EMAIL": "c@example.com", "sms_marketing": "unsubscribed"},
			row0{"EMAIL": "d@example.com", "email_marketing": "blocklisted"}), nil,
			[]string{"ask_other_channel email.no-consent none", "stop_withdrawn consent.withdrawn none", "ask_other_channel email.no-consent none", "stop_objected marketing.objected none"}},
		{"brevo by text message", "b.csv", export(brevoHeader, row0{"EMAIL": "c@example.com", "sms_marketing": "unsubscribed"}, row0{"EMAIL": "b@example.com", "email_marketing": "unsubscribed"}), []Purpose{sms},
			[]string{"stop_withdrawn consent.withdrawn none", "ask_other_channel email.no-consent none"}},
		{"listmonk", "l.csv", export(listmonkHeader, row0{"uuid": "1", "email": "a@example.com", "attributes": `{"city": "Gent"}`, "status": "enabled", "created_at": "2023-05-06 12:13:14.123456 +0200 CEST"}, row0{"uuid": "2", "email": "b@example.com", "status": "blocklisted"}), nil,
			[]string{"ask_other_channel email.no-consent none", "stop_objected marketing.objected none"}},
		{"google", "g.csv", export(googleHeader, row0{"E-mail 1 - Value": "a@example.com", "Birthday": "--03-21"}), nil, []string{"ask_other_channel email.no-consent none"}},
		{"outlook", "o.csv", export(outlookClassic, row0{"E-mail Address": "a@example.com"}), nil, []string{"ask_other_channel email.no-consent none"}},
		{"substack", "s.csv", export(substackHeader,
			row0{"Email": "a@example.com", "Subscription date": "2023-10-04T12:33:44.123Z", "Subscription source (free)": "direct"},
			row0{"Email": "b@example.com", "Subscription date": "2023-10-04T12:33:44.123Z", "Subscription source (free)": "import"},
			row0{"Email": "c@example.com", "Subscription date": "2023-10-04T12:33:44.123Z", "First payment at": "2023-11-01", "Cancel date": "2024-01-01", "Receiving emails for": "letters"},
			row0{"Email": "d@example.com", "Subscription date": "2023-10-04T12:33:44.123Z", "Cancel date": "2024-01-01"}), nil,
			[]string{"ask_other_channel email.no-consent partial", "ask_other_channel email.no-consent none", "ask_other_channel email.sale-incomplete partial", "stop_withdrawn consent.withdrawn partial"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := judge(t, open(t, c.file, c.content, Config{Purposes: c.purposes}))
			require.Len(t, got, len(c.want), got)
			for i := range got {
				require.Contains(t, got[i], c.want[i])
			}
		})
	}
}

// TestBulkImport: three contacts confirmed in one second from one address did not do it
// themselves; two may share an office, and one may be in the file three times.
func TestBulkImport(t *testing.T) {
	member := func(address, second string) row0 {
		return row0{"Email Address": address, "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1", "CONFIRM_TIME": "2020-01-02 10:05:" + second, "CONFIRM_IP": "192.0.2.9"}
	}
	content := export(mailchimpHeader,
		member("a@example.com", "00"), member("b@example.com", "00"), member("c@example.com", "00"),
		member("d@example.com", "01"), member("e@example.com", "01"),
		member("f@example.com", "02"), member("f@example.com", "02"), member("F@example.com", "02"))
	cfg := Config{Fill: map[string]string{"consent_text": "v3", "consent_bundled": "no", "consent_withdrawal_told": "yes"}}
	none, keep := "ask_other_channel email.no-consent none", "keep_consent consent.complete complete"
	got := judge(t, open(t, "s.csv", content, cfg))
	for i, want := range []string{none, none, none, keep, keep, keep, keep, keep} {
		require.Contains(t, got[i], want, i)
	}
}

// TestIndividualTwoHopsAway: an objection at the Individual reaches the mail program's row
// through the Contact that has the address.
func TestIndividualTwoHopsAway(t *testing.T) {
	individual := open(t, "i.csv", export(salesforcePerson, row0{"Id": "0PK1", "HasOptedOutSolicit": "true"}), Config{})
	contact := open(t, "c.csv", export(salesforceContact, row0{"Id": "003a", "Email": "a@example.com", "IndividualId": "0PK1"}), Config{})
	chimp := open(t, "s.csv", export(mailchimpHeader, row0{"Email Address": "A@example.com"}, row0{"Email Address": "b@example.com"}), Config{})
	for _, files := range [][]*File{{individual, contact, chimp}, {chimp, contact, individual}} {
		objected := 0
		for _, l := range judge(t, files...) {
			if strings.Contains(l, "marketing.objected") {
				objected++
			}
		}
		require.Equal(t, 3, objected)
	}
}

func TestSourceAndOrigin(t *testing.T) {
	f := open(t, "s.csv", export(mailchimpHeader, row0{"Email Address": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1"}), Config{})
	for facts, err := range f.All(table(t)) {
		require.NoError(t, err)
		require.Equal(t, basis.FromSubject, facts.Source)
		require.Equal(t, reconsent.ActiveAction, facts.ConsentAction)
		require.True(t, facts.Address)
		require.Equal(t, 1, facts.Origin.Row)
		require.Equal(t, "s.csv", facts.Origin.File)
		require.Len(t, facts.Origin.SHA256, 64)
		require.Contains(t, facts.Origin.Columns, "OPTIN_IP")
		require.NotContains(t, facts.Origin.Columns, "LATITUDE")
	}
	require.Equal(t, f.SHA256(), f.template.Origin.SHA256)
}
