package statute_test

import (
	"fmt"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

func ExampleNL() {
	tax, _ := statute.NL().Get("NL-TAX")
	drawnUp, _ := retention.ParseDate("2018-03-15")
	today, _ := retention.ParseDate("2026-11-24")

	fmt.Println(tax.Law, tax.Confidence)
	fmt.Println(tax.LastDay(drawnUp, today, retention.FinancialYear{}))
	fmt.Println(tax.Describe(today).En)
	fmt.Println(tax.Describe(today).Nl)
	// Output:
	// AWR 52(4) B
	// 2025-12-31
	// 7 years after the end of the calendar year in which the document was drawn up
	// 7 jaar na het einde van het kalenderjaar waarin het stuk is opgemaakt
}

func ExampleDE() {
	vouchers, _ := statute.DE().Get("DE-VOUCHER")
	drawnUp, _ := retention.ParseDate("2016-05-01")
	for _, day := range []string{"2024-12-31", "2025-01-01"} {
		at, _ := retention.ParseDate(day)
		fmt.Println(day, vouchers.LastDay(drawnUp, at, retention.FinancialYear{}))
	}
	// Output:
	// 2024-12-31 2026-12-31
	// 2025-01-01 2024-12-31
}

func ExampleAT() { keys(statute.AT()) /* Output: AT-BAO AT-APPL */ }

func ExampleBE() {
	keys(statute.BE()) /* Output: BE-TAX BE-VAT BE-WER BE-VAT-RE BE-VAT-RE/ordinary BE-CCTV */
}

func ExampleDK() { keys(statute.DK()) /* Output: DK-BFL */ }

func ExampleES() {
	keys(statute.ES()) /* Output: ES-COM ES-TAX ES-BLOCK ES-CCTV ES-AML ES-AML/transaction */
}

func ExampleEU() {
	keys(statute.EU()) /* Output: EU-PLD EU-PLD/placing EU-PLD/latent EU-AMLR EU-AMLR/transaction */
}

func ExampleFR() {
	keys(statute.FR()) /* Output: FR-ACC FR-TAX FR-PROSPECT FR-CLIENT FR-ACCOUNT FR-OPPOSE FR-APPL FR-APPL/feedback */
}

func ExampleIE() { keys(statute.IE()) /* Output: IE-CA */ }

func ExampleIT() { keys(statute.IT()) /* Output: IT-CC IT-MKT IT-MKT/marketing */ }

func ExampleLU() { keys(statute.LU()) /* Output: LU-ACC */ }

func ExamplePL() { keys(statute.PL()) /* Output: PL-ACC PL-ACC2 PL-ACC2/claims */ }

func ExampleSE() { keys(statute.SE()) /* Output: SE-BFL */ }

func ExampleUK() { keys(statute.UK()) /* Output: UK-CT UK-VAT UK-CA UK-CA/private UK-LIM UK-LIM/deed */ }

func keys(t statute.Table) {
	for _, r := range t {
		fmt.Print(r.Key(), " ")
	}
}

func ExampleTable_Default() {
	// Neither a variant nor what nobody has verified is a default.
	keys(statute.IT().Default())
	keys(statute.UK().Default())
	// Output: IT-CC UK-CT UK-VAT UK-CA UK-LIM
}

func ExampleTable_Get() {
	private, ok := statute.UK().Get("UK-CA/private")
	fmt.Println(ok, private.Terms[0].Period)
	// Output: true P3Y
}

func ExampleAll() {
	unverified := 0
	for _, r := range statute.All() {
		if r.Confidence == retention.Unverified {
			unverified++
		}
	}
	fmt.Println(len(statute.All()), "rules, of which unverified:", unverified)
	// Output: 65 rules, of which unverified: 5
}

func ExampleFind() {
	r, err := statute.Find("SE-BFL")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.About.En+":", r.Terms[0].Period.Words().En)

	_, err = statute.Find("XX-TAX")
	fmt.Println(err)
	// Output:
	// accounting information: 7 years
	// statute: no rule "XX-TAX" in the catalogue
}
