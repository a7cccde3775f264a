package reconsent_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

func ExampleTable_Decide() {
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	a := table.Decide(&reconsent.Facts{
		Kind: basis.DirectMarketing, Channel: basis.Email, Source: basis.FromSubject,
		SaleAt: reconsent.Day(2026, time.March, 1), SaleEntity: reconsent.SameEntity, Similar: reconsent.Yes,
		Informed: reconsent.Yes, OptOutAtCollection: reconsent.Yes, OptOutInMessages: reconsent.Yes,
	})
	fmt.Println(a.Outcome, a.Rule, a.Cites)
	fmt.Println(a.Why.En)
	fmt.Println(a.AppendAlso(nil), a.Evidence)
	// Output:
	// keep_soft_optin email.customer [ePrivacy 13(2) Tw 11.7 GDPR 95]
	// A customer may be mailed about own similar products, having been told and offered an opt-out each time; do not ask.
	// [inform_now] none
}

func ExampleTable_All() {
	table, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	contacts := func(yield func(reconsent.Facts, error) bool) {
		_ = yield(reconsent.Facts{Contact: "c-1", Kind: basis.ContractPerformance, ContractActive: reconsent.Yes}, nil) &&
			yield(reconsent.Facts{}, errors.New("row 2 can't be read")) &&
			yield(reconsent.Facts{Contact: "c-3", ObjectedAt: reconsent.Undated()}, nil)
	}
	for c, err := range table.All(contacts) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(c.Facts.Contact, c.Answer.Outcome)
	}
	// Output:
	// c-1 keep_contract
	// row 2 can't be read
	// c-3 stop_objected
}

func ExampleParseWhen() {
	for _, s := range []string{"2024-02-29", "2024-02-29T10:00:00+01:00", "29-2-2024"} {
		w, err := reconsent.ParseWhen(s)
		fmt.Println(w, w.HasTime(), err)
	}
	// Output:
	// 2024-02-29 false <nil>
	// 2024-02-29T09:00:00Z true <nil>
	//  false reconsent: not a date (2006-01-02) or an RFC 3339 instant
}

// A country without a row gets the directive's own rules; a row of one's own changes that.
func ExampleNewTable() {
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	contact := reconsent.Facts{
		Channel: basis.Email, Person: reconsent.LegalPersonGeneric, Source: basis.FromPublic,
	}
	laws := append(reconsent.MarketingLaw(), reconsent.MarketingRow{
		Country: "PT", Cite: "Lei 41/2004 13-A", EmailGeneric: reconsent.OptOut,
		Source: "our counsel's note", Checked: "2026-11-24", Confidence: reconsent.SingleSource,
	})
	for _, c := range []reconsent.Controller{{Country: "PT"}, {Country: "PT", Marketing: laws}} {
		table, err := reconsent.NewTable(c, at)
		if err != nil {
			fmt.Println(err)
			return
		}
		a := table.Decide(&contact)
		fmt.Println(a.Outcome, a.Rule, a.Cites)
		for _, n := range table.Unverified() {
			fmt.Println(n.En)
		}
	}
	// Output:
	// ask_other_channel email.no-consent [GDPR 7(1) GDPR 4(11) ePrivacy 13]
	// No national rules on unsolicited communications are known for PT; the ePrivacy directive's own, and where it leaves a choice the stricter, were applied.
	// keep_interest email.company [Lei 41/2004 13-A GDPR 6(1)(f)]
}
