package receipt_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/receipt"
)

// newsletter makes a receipt of one choice.
func newsletter() (receipt.Record, error) {
	notice := consent.Notice{
		Text: []byte("May we mail you our newsletter?"), MediaType: "text/plain; charset=utf-8", Language: "en", Version: "1",
		Controller: "De Gouden Velg", Withdrawal: "https://velg.example/stop", Form: "https://velg.example/sign-up",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
	}
	event := consent.Event{
		ID: consent.EventID{1}, Type: consent.Given, Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Notice: notice.Hash(),
		Actor: consent.Person, Zone: "Europe/Amsterdam",
		Occurred: time.Date(2026, time.March, 5, 9, 30, 0, 0, time.UTC), Recorded: time.Date(2026, time.March, 5, 9, 30, 1, 0, time.UTC),
		Evidence: consent.Evidence{Action: consent.Active, Binding: consent.Mailbox},
	}
	controller := receipt.Party{
		ID: "https://velg.example", Kinds: []receipt.Term{"dpv:ForProfitOrganisation"}, Name: "De Gouden Velg B.V.", Contact: "Privacy desk",
		Address: receipt.Address{Street: "Velgweg 1", PostalCode: "1234 AB", City: "Utrecht", Country: "NL"},
		Email:   "privacy@velg.example", Phone: "+31 30 123 45 67",
	}
	authority := receipt.Party{
		ID: "https://autoriteitpersoonsgegevens.nl", Roles: []receipt.Term{"dpv:DataProtectionAuthority"}, Kinds: []receipt.Term{"dpv:GovernmentalOrganisation"},
		Name: "Autoriteit Persoonsgegevens", Contact: "https://autoriteitpersoonsgegevens.nl", Address: receipt.Address{City: "Den Haag", Country: "NL"},
	}
	return receipt.FromEvents(controller, []consent.Notice{notice}, []consent.Event{event}, receipt.Details{
		ID:     "0bd66f5c-6a3b-4c2e-9b0d-5b7c6d0f7a11", // receipt.NewID()
		Issued: time.Date(2026, time.March, 5, 9, 31, 0, 0, time.UTC),
		Common: receipt.Process{
			Title: basis.Text{En: "Sending you our newsletter", Nl: "U onze nieuwsbrief sturen"}, Kinds: []receipt.Term{"dpv:DirectMarketing"},
			Sources: []receipt.Term{"dpv:DataSubjectDataSource"}, Operations: []receipt.Term{"dpv:Collect", "dpv:Store"},
			Storage: []receipt.Place{{Location: "loc:NL"}}, Retention: receipt.Duration{Span: receipt.SpanPeriod, Value: "P2Y"},
			Jurisdictions: []receipt.Term{"loc:NL"}, NoRecipients: true, Authority: authority.ID,
			Rights: []receipt.Right{{Term: "eu-gdpr:A7-3", At: "https://velg.example/stop"}},
		},
		Data:    map[string]receipt.Datum{"email address": {Kind: "pd:EmailAddress", Necessity: "dpv:Required"}},
		Parties: []receipt.Party{authority},
		URLs:    map[consent.NoticeHash]string{notice.Hash(): "https://velg.example/notices/1"},
	})
}

func Example() {
	r, err := newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range r.Standings() {
		fmt.Println(s.Purpose, s.Channel, s.State, s.Consented)
	}
	// Output: newsletter email dpv:ConsentGiven true
}

func ExampleFromEvents() {
	_, err := receipt.FromEvents(receipt.Party{}, nil, nil, receipt.Details{})
	first, _, _ := strings.Cut(err.Error(), "\n")
	fmt.Println(first)
	// Output: receipt: receipt_id is missing (27560 6.4)
}

func ExampleRecord_JSONLD() {
	r, err := newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := r.JSONLD()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, events, _ := strings.Cut(string(data), `"dpv:hasConsentStatus": `)
	fmt.Println(events)
	// Output:
	// [
	//     {
	//       "@id": "gr:event-01000000000000000000000000000000",
	//       "@type": "dpv:ConsentGiven",
	//       "dpv:hasIdentifier": "01000000000000000000000000000000",
	//       "gr:type": "given",
	//       "dpv:hasLegalBasis": "dpv:ExpressedConsent",
	//       "dpv:hasPurpose": {
	//         "@id": "_:purpose-1",
	//         "@type": "dpv:Purpose",
	//         "dct:identifier": "newsletter"
	//       },
	//       "gr:channel": "email",
	//       "dpv:hasNotice": "gr:notice-bd748020b7334610ee7f0794a31297e1e592a9243983b262933d29fe0f45133f",
	//       "dpv:isIndicatedAtTime": "2026-03-05T10:30:00+01:00",
	//       "gr:zone": "Europe/Amsterdam",
	//       "gr:recordedAt": "2026-03-05T09:30:01Z",
	//       "dpv:hasDuration": {
	//         "@type": "dpv:UntilEventDuration",
	//         "rdf:value": "dpv:ConsentWithdrawn"
	//       },
	//       "dpv:isIndicatedBy": "dpv:DataSubject",
	//       "gr:actor": "person",
	//       "dpv:hasIndicationMethod": [
	//         "gr:action-active",
	//         "gr:binding-mailbox"
	//       ]
	//     }
	//   ]
	// }
}

// A document of another, with a term that was replaced and one that never was.
func ExampleRead() {
	r, warnings, err := receipt.Read([]byte(`{
		"@type": "dpv:ConsentRecord",
		"dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
		"dpv:hasProcess": [{"dpv:hasPurpose": "dpv:Analytics", "dpv:hasPersonalData": "pd:Email"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Processes[0].Kinds, r.Processes[0].Data[0].Kind)
	for _, w := range warnings {
		fmt.Println(w.Path, w.Term, w.Text.In("en"))
	}
	_, _, err = receipt.Read([]byte(`{"@type": "dpv:ConsentRecord", "dpv:hasProcess": {}, "dpv:hasProcess": {}}`))
	fmt.Println(err)
	// Output:
	// [dpv:Analytics] pd:EmailAddress
	// /dpv:hasProcess/0/dpv:hasPurpose dpv:Analytics The Data Privacy Vocabulary 2.3 does not have this term.
	// /dpv:hasProcess/0/dpv:hasPersonalData pd:Email This term was replaced; the new one was read.
	// receipt: the key at /dpv:hasProcess is there twice
}

func ExampleRecord_Kantara() {
	r, err := newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	k, err := r.Kantara("en")
	if err != nil {
		fmt.Println(err)
		return
	}
	p := k.Services[0].Purposes[0]
	fmt.Println(k.Timestamp.Unix(), p.Purpose, p.Data, p.Termination)
	data, err := k.JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	back, warnings, err := receipt.ReadKantara(data)
	fmt.Println(back.PolicyURL, len(warnings), err)
	// Output:
	// 1772703000 Sending you our newsletter [email address] 2 years
	// https://velg.example/notices/1 0 <nil>
}

func ExampleSignJWS() {
	r, err := newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := r.JSONLD()
	if err != nil {
		fmt.Println(err)
		return
	}
	key := receipt.Key(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))) // never such a seed
	jws, err := receipt.SignJWS(data, receipt.TypeJSONLD, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, typ, err := receipt.VerifyJWS(jws, key.Public())
	fmt.Println(string(signed) == string(data), typ, err)
	fmt.Println(key)
	// Output:
	// true consent-receipt+ld+json <nil>
	// receipt.Key(redacted)
}

func ExampleRecord_HTML() {
	r, err := newsletter()
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := r.HTML("nl")
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(page)) {
		if strings.Contains(line, "Opnieuw") || strings.Contains(line, "<h2") {
			fmt.Print(line)
		}
	}
	// Output:
	// <h2 id="choices">Wat u hebt gekozen</h2>
	// <h2 id="withdraw">Hoe u zich bedenkt</h2>
	// <h2 id="who">Wie verantwoordelijk is</h2>
	// <h2 id="processing">Wat er met uw gegevens gebeurt</h2>
	// <h2 id="rights">Uw rechten</h2>
	// <h2 id="shown">Wat u te zien kreeg</h2>
	// <h2 id="proof">Bewijs</h2>
}
