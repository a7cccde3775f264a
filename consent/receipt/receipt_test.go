package receipt

import (
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file in testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(was), len(is)) {
		require.Equal(t, was[i], is[i], "%s, line %d: go test -update writes the golden files anew; look at the difference first", path, i+1)
	}
	require.Len(t, is, len(was), path)
}

func id(b byte) consent.EventID {
	var e consent.EventID
	for i := range e {
		e[i] = b
	}
	return e
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// shop is a case with each kind of decision: the newsletter given and renewed over
// e-mail, refused by telephone, profiling withdrawn, an objection to everything by post.
func shop() (Party, []consent.Notice, []consent.Event, Details) {
	controller := Party{
		ID: "https://velg.example/#us", Kinds: []Term{"dpv:ForProfitOrganisation"}, Name: "De Gouden Velg B.V.",
		Address: Address{Street: "Velgweg 1", PostalCode: "1234 AB", City: "Utrecht", Country: "NL"},
		Contact: "Privacy desk", Email: "privacy@velg.example", Phone: "+31 30 123 45 67", URL: "https://velg.example",
	}
	first := consent.Notice{
		Text:      []byte("<form><p>May we mail you our newsletter & offers?</p>\n<script>alert('never runs')</script>\n<label><input type=checkbox> Yes</label></form>"),
		MediaType: "text/html; charset=utf-8", Language: "en", Version: "3", Controller: "De Gouden Velg",
		Purposes: []consent.NoticePurpose{
			{ID: "newsletter", Categories: []string{"email address", "name"}},
			{ID: "profiling", Categories: []string{"purchases"}},
		},
		Recipients: []basis.Recipient{"mailhouse"}, Withdrawal: "the link in each mail", Form: "https://velg.example/sign-up",
	}
	second := consent.Notice{
		Text:      []byte("Mogen wij u blijven mailen?\n  ( ) Ja\n  ( ) Nee\n"),
		MediaType: "text/plain; charset=utf-8", Language: "nl", Version: "4", Controller: "De Gouden Velg",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}, Change: consent.WordsOnly}},
		// The profiling of version 3 is asked for no more.
		Recipients: []basis.Recipient{"mailhouse"}, Withdrawal: "https://velg.example/stop", Form: "https://velg.example/renew", Supersedes: first.Hash(),
	}
	evidence := consent.Evidence{Point: "jan@example.org", IP: "192.0.2.1", Action: consent.Active, Binding: consent.Mailbox}
	event := func(n byte, typ consent.Type, purpose basis.PurposeID, channel basis.Channel, when string) consent.Event {
		e := consent.Event{
			ID: id(n), Type: typ, Subject: "c-42", Purpose: purpose, Channel: channel, Actor: consent.Person,
			Occurred: at(when), Recorded: at(when).Add(2 * time.Second), Zone: "Europe/Amsterdam", Evidence: evidence,
		}
		if typ == consent.Requested || typ == consent.Given || typ == consent.Confirmed {
			e.Notice = first.Hash()
		}
		return e
	}
	events := []consent.Event{
		event(1, consent.Requested, "newsletter", basis.Email, "2026-03-29T00:59:00Z"),
		event(2, consent.Confirmed, "newsletter", basis.Email, "2026-03-29T01:00:30.25Z"), // summer time has begun
		event(3, consent.Given, "profiling", basis.NoChannel, "2026-03-29T01:00:30.25Z"),
		event(4, consent.Refused, "newsletter", basis.Phone, "2026-03-29T01:00:30.25Z"),
		event(5, consent.Withdrawn, "profiling", "", "2026-05-01T12:00:00Z"),
		event(6, consent.Renewed, "newsletter", basis.Email, "2026-09-01T08:30:00Z"),
		event(7, consent.Objected, "", basis.Post, "2026-10-02T22:30:00Z"), // the third of October in Amsterdam
	}
	events[0].Actor, events[0].Evidence.Action = consent.System, ""
	events[1].Of = id(1)
	events[2].Evidence.Explicit = consent.Yes
	events[2].Evidence.Action = consent.Statement
	events[5].Notice, events[5].Until = second.Hash(), at("2028-09-01T00:00:00+02:00")
	events[6].Evidence.Binding, events[6].Evidence.Action = consent.Signed, consent.Statement
	details := Details{
		ID: "0bd66f5c-6a3b-4c2e-9b0d-5b7c6d0f7a11", Of: "4c2e9b0d-5b7c-4d0f-8a11-0bd66f5c6a3b",
		Issued: at("2026-11-24T10:00:00Z"), Verify: "https://velg.example/proof",
		Common: Process{
			Sources: []Term{"dpv:DataSubjectDataSource"}, Operations: []Term{"dpv:Collect", "dpv:Store", "dpv:Use"},
			Storage: []Place{{Location: "loc:NL", Name: "Data center Amsterdam"}, {Location: "loc:DE"}}, Retention: Duration{SpanPeriod, "P2Y"},
			Locations: []Term{"loc:NL"}, Restrictions: []string{"Nothing leaves the European Economic Area."},
			Jurisdictions: []Term{"loc:NL"}, Laws: []Term{"legal-eu:law-GDPR"}, Services: []string{"Web shop"}, Authority: "https://autoriteitpersoonsgegevens.nl",
			Rights:      []Right{{"eu-gdpr:A7-3", "https://velg.example/stop"}, {"eu-gdpr:A15", "https://velg.example/privacy"}, {"eu-gdpr:A77", "https://autoriteitpersoonsgegevens.nl"}},
			Assessments: []Link{{Title: "DPIA 2026/1"}}, Codes: []Link{{"Code Verspreiding Reclame via E-mail", "https://velg.example/code"}},
		},
		Processes: []Process{
			{Purpose: "newsletter", Title: basis.Text{En: "Sending you our newsletter", Nl: "U onze nieuwsbrief sturen"}, Kinds: []Term{"dpv:DirectMarketing"}},
			{
				Purpose: "profiling", Title: basis.Text{En: "Choosing offers by what you bought", Nl: "Aanbiedingen kiezen op grond van uw aankopen"},
				Kinds: []Term{"dpv:PersonalisedAdvertising"}, NoRecipients: true, Withdrawal: []string{"https://velg.example/stop"}, Retention: Duration{SpanEvent, "the account is closed"},
			},
		},
		Data: map[string]Datum{
			"email address": {Kind: "pd:EmailAddress", ID: "email", Necessity: "dpv:Required"},
			"name":          {Kind: "pd:Name", Necessity: "dpv:Optional"},
			"purchases":     {Kind: "pd:Purchase", Necessity: "dpv:Required", Sensitive: true},
		},
		Parties: []Party{
			{ID: "mailhouse", Roles: []Term{"dpv:DataProcessor", "dpv:Recipient"}, Kinds: []Term{"dpv:Organisation"}, Name: "Mailhouse GmbH", Address: Address{City: "Köln", Country: "DE"}, Contact: "Datenschutz", URL: "https://mailhouse.example"},
			{ID: "https://autoriteitpersoonsgegevens.nl", Roles: []Term{"dpv:DataProtectionAuthority"}, Kinds: []Term{"dpv:GovernmentalOrganisation"}, Name: "Autoriteit Persoonsgegevens", Address: Address{Street: "Postbus 93374", PostalCode: "2509 AJ", City: "Den Haag", Country: "NL"}, Contact: "https://autoriteitpersoonsgegevens.nl/contact"},
		},
		URLs: map[consent.NoticeHash]string{first.Hash(): "https://velg.example/notices/3", second.Hash(): "https://velg.example/notices/4"},
	}
	return controller, []consent.Notice{first, second}, events, details
}

func shopRecord(t testing.TB) Record {
	controller, notices, events, details := shop()
	r, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	return r
}

func TestFixtureIDs(t *testing.T) {
	t.Parallel()
	require.Equal(t, hex.EncodeToString([]byte{1, 1, 1, 1}), id(1).String()[:8])
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	r := shopRecord(t)
	data, err := r.JSONLD()
	require.NoError(t, err)
	golden(t, "receipt.jsonld", data)
	back, warnings, err := Read(data)
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, r, back)
	again, err := back.JSONLD()
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
}

// Each profile is written and read, with as little as it asks for.
func TestRoundTripOfEachProfile(t *testing.T) {
	t.Parallel()
	for _, profile := range []Profile{RecordGDPR, ReceiptGDPR, PlainRecord, PlainReceipt} {
		controller, notices, events, details := shop()
		controller.Email, controller.Phone, controller.URL, controller.ID = "", "", "", "KvK 12345678"
		details.Profile, details.Of, details.Verify, details.URLs = profile, "", "", nil
		details.Common.Locations, details.Common.Restrictions, details.Common.Laws, details.Common.Services = nil, nil, nil, nil
		details.Common.Codes, details.Common.Assessments = nil, nil
		if !profile.GDPR() {
			details.Common.Sources, details.Common.Operations, details.Common.Rights, details.Common.Authority = nil, nil, nil, ""
			for name, d := range details.Data {
				details.Data[name] = Datum{Kind: d.Kind}
			}
			details.ID = "record 7, of 2026"
		}
		r, err := FromEvents(controller, notices, events[1:2], details)
		require.NoError(t, err, profile)
		data, err := r.JSONLD()
		require.NoError(t, err)
		require.Contains(t, string(data), `"dct:conformsTo": "`+profile.IRI()+`"`)
		back, warnings, err := Read(data)
		require.NoError(t, err)
		require.Empty(t, warnings)
		require.Equal(t, r, back)
		for _, lang := range []string{"en", "nl"} {
			page, err := r.HTML(lang)
			require.NoError(t, err)
			require.NotContains(t, string(page), "<dd></dd>")
			require.Equal(t, profile.GDPR(), strings.Contains(string(page), `<h2 id="rights">`))
			require.NotContains(t, string(page), "<ul>\n</ul>")
		}
	}
}
