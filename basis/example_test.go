package basis_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// A customer as a shop keeps it: the tags say what each field is for.
type Customer struct {
	ID        string `purpose:"*"`
	Email     string `purpose:"order,newsletter"`
	FirstName string `purpose:"order,newsletter=optional"`
	Plate     string
}

func Example() {
	purposes, err := basis.NewPurposes([]basis.Purpose{{
		ID: "order", Kind: basis.ContractPerformance,
		Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale 2026"},
	}, {
		ID: "newsletter", Kind: basis.DirectMarketing,
		Ground:   basis.Ground{Basis: basis.Consent, Ref: "newsletter"},
		Channels: []basis.Channel{basis.Email},
	}}, Customer{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ledger := basis.WitnessFunc(func(_ context.Context, q basis.Question) (basis.Testimony, error) {
		if q.Subject == "c-42" && q.Purpose == "newsletter" {
			return basis.Testimony{Says: basis.Consented, Article: "GDPR 7(1)", Ref: "event 7"}, nil
		}
		return basis.Testimony{}, nil // silence
	})
	gate := basis.Gate{Purposes: purposes, Consent: ledger}

	now := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	for _, subject := range []basis.Subject{"c-42", "c-43"} {
		d, err := gate.Ask(context.Background(), basis.Question{
			Subject: subject, Purpose: "newsletter", Fields: []basis.Field{"email", "first_name"},
			Channel: basis.Email, At: now,
		})
		if err != nil {
			fmt.Println("could not find out:", err)
			return
		}
		fmt.Println(subject, d.Allowed(), d.Err())
	}
	// Output:
	// c-42 true <nil>
	// c-43 false basis: not allowed for purpose "newsletter": field "email": witness_silent (GDPR 7(1)); field "first_name": witness_silent (GDPR 7(1))
}

// A leasing firm needs the license plate of its customers. A shop for car
// accessories does not, and may not keep it to be on the safe side.
func ExamplePurposes_necessity() {
	type Driver struct {
		Name  string `purpose:"lease,order"`
		Plate string `purpose:"lease"`
	}
	purposes, err := basis.NewPurposes([]basis.Purpose{{
		ID: "lease", Kind: basis.ContractPerformance,
		Ground: basis.Ground{Basis: basis.Contract, Ref: "lease contract"},
	}, {
		ID: "order", Kind: basis.ContractPerformance,
		Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
	}}, Driver{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []basis.PurposeID{"lease", "order"} {
		verdicts, _ := purposes.Verdicts(Driver{}, id)
		for _, v := range verdicts {
			fmt.Printf("%s %s: %s (%s)\n", id, v.Field, v.Necessity, v.Article)
		}
	}
	fmt.Println(purposes.Verdict("order", "plate").Text.Nl)
	// Output:
	// lease name: needed (GDPR 5(1)(c))
	// lease plate: needed (GDPR 5(1)(c))
	// order name: needed (GDPR 5(1)(c))
	// order plate: not_allowed (GDPR 5(1)(b))
	// Dit veld wordt voor andere doelen bewaard en dit doel heeft het niet nodig.
}

func ExamplePurposes_Check() {
	purposes, err := basis.NewPurposes([]basis.Purpose{{
		ID: "order", Kind: basis.ContractPerformance,
		Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
		Needs:  []basis.Field{"email", "address"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A record of a CRM with custom fields has no struct.
	findings, _ := purposes.Check(map[string]any{
		"Email": "x", "Address": map[string]any{"City": "x"}, "Shoe size": 43,
	})
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// error: shoe_size: No purpose says that it needs this field: name one, or do not keep it. (GDPR 5(1)(c)) [undeclared]
}

func ExamplePurposes_For() {
	purposes, _ := basis.NewPurposes([]basis.Purpose{{
		ID: "order", Kind: basis.ContractPerformance, Title: basis.Text{En: "deliver your order", Nl: "uw bestelling leveren"},
		Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"}, Needs: []basis.Field{"email"},
	}})
	for id, necessity := range purposes.For("email") {
		p, _ := purposes.Get(id)
		fmt.Println(p.Title.En, necessity)
	}
	for field := range purposes.Fields("order") {
		fmt.Println(field)
	}
	// Output:
	// deliver your order needed
	// email
}

func ExampleNewPurposes() {
	_, err := basis.NewPurposes([]basis.Purpose{{
		ID: "offers", Kind: basis.DirectMarketing, Ground: basis.Ground{Basis: basis.LegalObligation},
		Channels: []basis.Channel{"fax"},
	}})
	fmt.Println(err)
	// Output:
	// basis: purpose "offers": ground legal_obligation does not name its law (GDPR 6(3))
	// basis: purpose "offers": direct marketing can't rest on legal_obligation (GDPR 6(1)(c))
	// basis: purpose "offers": unknown channel at position 1
}

func ExampleParseBasis() {
	for _, text := range []string{"6 lid 1 onder f AVG", "Legitimate interest – existing customer", "eu-gdpr:A6-1-f", "overeenkomst"} {
		b, err := basis.ParseBasis(text)
		fmt.Println(b, b.Article(), err)
	}
	_, err := basis.ParseBasis("jan@example.com")
	fmt.Println(fmt.Errorf("column %q: %w", "Lawful basis", err)) // the text stays out
	// Output:
	// legitimate_interests GDPR 6(1)(f) <nil>
	// legitimate_interests GDPR 6(1)(f) <nil>
	// legitimate_interests GDPR 6(1)(f) <nil>
	// contract GDPR 6(1)(b) <nil>
	// column "Lawful basis": basis: not the name, article or term of a legal basis
}

func ExampleParseBases() {
	bases, withdrawn, err := basis.ParseBases("^consent^,^contract^,^withdrawn^")
	fmt.Println(bases, withdrawn, err)
	// Output: [consent contract] true <nil>
}

func ExampleAppendBases() {
	row := make([]basis.Basis, 0, 4) // kept from row to row
	row, _, err := basis.AppendBases(row[:0], []byte("Performance of a contract;Freely given consent from contact"))
	fmt.Println(row, err)
	// Output: [contract consent] <nil>
}

func ExampleParseCondition() {
	c, err := basis.ParseCondition("Art. 9(2)(a) GDPR")
	fmt.Println(c, c.Title().Nl, err)
	// Output: explicit_consent uitdrukkelijke toestemming <nil>
}

func ExampleParseDeclaration() {
	d, err := basis.ParseDeclaration("order,newsletter=optional")
	fmt.Println(d.Needed, d.Optional, d, err)
	// Output: [order] [newsletter] order,newsletter=optional <nil>
}

func ExampleFieldOf() {
	fmt.Println(basis.FieldOf("FirstName"), basis.FieldOf("First name"), basis.FieldOf("IPAddress"))
	// Output: first_name first_name ip_address
}

func ExampleBasis() {
	b := basis.LegalObligation
	fmt.Println(b.Article())
	fmt.Println(b.IRI())
	fmt.Println(b.Title().In("nl"))
	fmt.Println(b.Explanation().In("en"))
	// Output:
	// GDPR 6(1)(c)
	// https://w3id.org/dpv/legal/eu/gdpr#A6-1-c
	// wettelijke verplichting
	// A law orders the organization to use the data, as the tax laws do for invoices.
}

func ExampleGround_Validate() {
	fmt.Println(basis.Ground{Basis: basis.LegitimateInterests}.Validate())
	// Output: basis: ground legitimate_interests does not name its assessment (GDPR 6(1)(f))
}

func ExampleProvenance_NoticeClock() {
	zone := time.FixedZone("CET", 3600)
	p := basis.Provenance{
		Source: basis.FromThirdParty, From: "supplier of leads 3", Purpose: "offers",
		Obtained: time.Date(2026, time.January, 31, 15, 0, 0, 0, zone),
	}
	clock := p.NoticeClock(time.Date(2026, time.March, 1, 9, 0, 0, 0, zone), zone)
	fmt.Println(clock.Article, clock.Day, "overdue:", clock.Overdue)
	// Output: GDPR 14(3)(a) 2026-02-28 overdue: true
}

// A do-not-call list is a witness in three lines: it can deny, and nothing else.
func ExampleGate() {
	listed := map[basis.Subject]bool{"c-42": true}
	doNotCall := basis.WitnessFunc(func(_ context.Context, q basis.Question) (basis.Testimony, error) {
		if q.Channel == basis.Phone && listed[q.Subject] {
			return basis.Testimony{Says: basis.Denies, Code: "do_not_call", Article: "GDPR 21(3)", Ref: "list of 2026-02"}, nil
		}
		return basis.Testimony{}, nil
	})
	purposes, _ := basis.NewPurposes([]basis.Purpose{{
		ID: "recall", Kind: basis.ServiceMessage, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
		Needs: []basis.Field{"phone"}, Channels: []basis.Channel{basis.Phone},
	}})
	gate := basis.Gate{
		Purposes: purposes, Also: []basis.Witness{doNotCall},
		Recorder: basis.RecorderFunc(func(_ context.Context, d basis.Decision) error {
			fmt.Println("recorded:", d.Question.Subject, d.Allowed())
			return nil
		}),
	}
	d, err := gate.Ask(context.Background(), basis.Question{
		Subject: "c-42", Purpose: "recall", Fields: []basis.Field{"phone"}, Channel: basis.Phone,
		At: time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC),
	})
	denial, _ := errors.AsType[basis.Denial](d.Err())
	fmt.Println(denial.Code, denial.Role, denial.Article, err)
	// Output:
	// recorded: c-42 false
	// do_not_call also GDPR 21(3) <nil>
}

func ExampleDecision_Report() {
	purposes, _ := basis.NewPurposes([]basis.Purpose{{
		ID: "order", Kind: basis.ContractPerformance, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
		Needs: []basis.Field{"email"},
	}})
	d, _ := basis.Gate{Purposes: purposes}.Ask(context.Background(), basis.Question{
		Subject: "c-42", Purpose: "order", Fields: []basis.Field{"email", "birthday"}, Channel: basis.NoChannel,
		At: time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC),
	})
	fmt.Print(d.Report("nl"))
	// Output:
	// Antwoord    niet toegestaan
	// Doel        order
	// Betrokkene  c-42
	// Grondslag   overeenkomst (GDPR 6(1)(b)): terms of sale
	// Kanaal      none
	// Op          2026-03-01T09:00:00Z
	//
	// Velden
	//   email     needed       GDPR 5(1)(c)  Het doel heeft dit veld nodig.
	//   birthday  not_allowed  GDPR 5(1)(c)  Geen enkel doel zegt dit veld nodig te hebben: noem er een, of bewaar het niet.
	//
	// Redenen ertegen
	//   birthday  purposes  undeclared  GDPR 5(1)(c)  Geen enkel doel zegt dit veld nodig te hebben: noem er een, of bewaar het niet.
}
