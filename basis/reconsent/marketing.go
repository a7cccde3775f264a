package reconsent

import (
	"fmt"

	"github.com/grondslag/grondslag/internal/civil"
)

// Regime says what a use of an address for direct marketing needs.
type Regime string

const (
	// OptIn: consent beforehand.
	OptIn Regime = "opt_in"
	// OptOut: allowed on Art. 6(1)(f) while the person has not objected.
	OptOut Regime = "opt_out"
)

// MarketingRow is one row of national law on unsolicited communications: what a
// Member State made of Directive 2002/58/EC Art. 13 where it left a choice. Days
// are of the form 2006-01-02; an empty From or Until is open. An empty regime is
// OptIn, an empty Confidence is Unverified.
//
// E-mail and text messages to natural persons need consent, and customers may be
// written to under Art. 13(2), everywhere: that is in the rules, not here.
type MarketingRow struct {
	Country string // ISO 3166-1 alpha-2; empty: the row for countries without one
	From    string
	Until   string
	Cite    string // "Tw 11.7"
	// EmailCompanies: e-mail and text messages to a named person at a legal person;
	// EmailGeneric: to its general address.
	EmailCompanies Regime
	EmailGeneric   Regime
	// Published: an address that someone in business published for this purpose may be used.
	Published bool
	// CallPersons: live calls to natural persons, sole traders included.
	CallPersons Regime
	// CallCompanies: live calls to legal persons.
	CallCompanies Regime
	// CallCustomers: customers may be called without consent. CallSectors are the
	// sectors for which that holds even where CallCustomers is false.
	CallCustomers bool
	CallSectors   []Sector
	// CustomerMonths is the age of a sale, in months, past which calling a customer
	// rests on a narrow ground, at most 1200; 0: no such term. CustomerCite is its source.
	CustomerMonths int
	CustomerCite   string
	Source         string
	Checked        string
	Confidence     Confidence
}

// ePrivacy is the cite of the row for countries without one of their own.
const ePrivacy = "ePrivacy 13"

// MarketingLaw returns the table that ships with this package, a fresh copy. The
// row without a country is what the directive asks at least, and where it leaves
// a choice the stricter one, but for calls to companies, which it does not protect.
func MarketingLaw() []MarketingRow {
	const checked = "2026-11-24"
	nl := MarketingRow{
		Country: "NL", Cite: "Tw 11.7",
		EmailCompanies: OptIn, EmailGeneric: OptIn, Published: true, CallPersons: OptIn, CallCompanies: OptOut,
		CustomerMonths: 36, CustomerCite: "Code Telemarketing", Checked: checked,
	}
	nlBefore, nlAfter := nl, nl
	nlBefore.Until, nlBefore.CallCustomers = "2026-06-30", true
	nlBefore.Source, nlBefore.Confidence = "Telecommunicatiewet art. 11.7 as of 2021-07-01", Confirmed
	nlAfter.From, nlAfter.CallSectors = "2026-07-01", []Sector{CharitySector, LotterySector, PressSector}
	nlAfter.Source, nlAfter.Confidence = "Telecommunicatiewet art. 11.7 as announced for 2026-07-01; new numbering not verified", SingleSource

	fr := MarketingRow{
		Country: "FR", Cite: "CPCE L34-5", EmailCompanies: OptOut, EmailGeneric: OptOut, CallCompanies: OptOut, Checked: checked,
	}
	frBefore, frAfter := fr, fr
	frBefore.Until, frBefore.CallPersons, frBefore.CallCustomers = "2026-08-10", OptOut, true
	frBefore.Source, frBefore.Confidence = "CPCE L34-5; Code de la consommation L223-1 (Bloctel)", Confirmed
	frAfter.From, frAfter.CallPersons = "2026-08-11", OptIn
	frAfter.Source, frAfter.Confidence = "Loi 2025-594 art. 13, as announced; calls within a running contract are excepted", SingleSource

	return []MarketingRow{
		{
			Cite: ePrivacy, EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptIn, CallCompanies: OptOut,
			Source: "Directive 2002/58/EC Art. 13(1) to (5)", Checked: checked, Confidence: Unverified,
		},
		{
			Country: "AT", Cite: "TKG 174", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptIn, CallCompanies: OptIn,
			Source: "TKG 2021 § 174, second-hand", Checked: checked, Confidence: SingleSource,
		},
		{
			Country: "BE", Cite: "WER XII.13", EmailCompanies: OptIn, EmailGeneric: OptOut, CallPersons: OptOut, CallCompanies: OptOut,
			Source: "WER XII.13 with the decree of 4 April 2003; calls: WER VI.110 to 115 (do-not-call list)", Checked: checked, Confidence: SingleSource,
		},
		{
			// Calls to companies ask for presumed consent: the stricter reading.
			Country: "DE", Cite: "UWG 7", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptIn, CallCompanies: OptIn,
			Source: "UWG § 7(2), (3)", Checked: checked, Confidence: Confirmed,
		},
		{
			Country: "DK", Cite: "Markedsfoeringsloven 10", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptIn, CallCompanies: OptOut,
			Source: "Markedsføringsloven § 10; calls: Forbrugeraftaleloven § 4", Checked: checked, Confidence: SingleSource,
		},
		{
			Country: "ES", Cite: "LSSI 21", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptIn, CallCompanies: OptIn, CallCustomers: true,
			Source: "LSSI art. 21; calls: LGTel 11/2022 art. 66.1.b as of 2023-06-29; calls to companies not verified, the stricter reading", Checked: checked, Confidence: SingleSource,
		},
		frBefore, frAfter,
		{
			Country: "GB", Cite: "PECR 21-22", EmailCompanies: OptOut, EmailGeneric: OptOut, CallPersons: OptOut, CallCompanies: OptOut,
			Source: "PECR 2003 reg. 21, 22 (corporate subscribers); TPS and CTPS registers", Checked: checked, Confidence: Confirmed,
		},
		{
			Country: "IT", Cite: "Codice privacy 130", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptOut, CallCompanies: OptOut,
			Source: "Codice privacy art. 130; calls: Registro pubblico delle opposizioni", Checked: checked, Confidence: SingleSource,
		},
		nlBefore, nlAfter,
		{
			Country: "SE", Cite: "MFL 19-21", EmailCompanies: OptIn, EmailGeneric: OptOut, CallPersons: OptOut, CallCompanies: OptOut,
			Source: "Marknadsföringslagen §§ 19 to 21; calls: NIX", Checked: checked, Confidence: SingleSource,
		},
	}
}

// marketingOn returns the row of the country in force on day d, or the row
// without a country where it has none. The last row that covers the day counts.
func marketingOn(rows []MarketingRow, country string, d civil.Date) (MarketingRow, error) {
	spans := make([]span, len(rows))
	for i, r := range rows {
		s, err := r.span()
		if err != nil {
			return MarketingRow{}, err
		}
		spans[i] = s
	}
	for _, c := range [...]string{country, ""} {
		for i := len(rows) - 1; i >= 0; i-- {
			if iso(rows[i].Country) == c && spans[i].covers(d) {
				return rows[i], nil
			}
		}
	}
	return MarketingRow{}, fmt.Errorf("reconsent: marketing law has no row for %q on %v and none without a country", country, d)
}

// span checks the row and returns its days.
func (r MarketingRow) span() (span, error) {
	const table = "marketing law"
	if r.Country != "" && !alpha2(r.Country) {
		return span{}, malformed(table, r.Country, "the country must be two capital letters, or empty")
	}
	for _, regime := range [...]Regime{r.EmailCompanies, r.EmailGeneric, r.CallPersons, r.CallCompanies} {
		if regime != "" && !regime.Valid() {
			return span{}, malformed(table, r.Country, "a regime is outside its list")
		}
	}
	for _, s := range r.CallSectors {
		if !s.Valid() {
			return span{}, malformed(table, r.Country, "a sector is outside its list")
		}
	}
	switch {
	case r.Confidence != "" && !r.Confidence.Valid():
		return span{}, malformed(table, r.Country, "the confidence is outside its list")
	case r.CustomerMonths < 0 || r.CustomerMonths > 1200:
		return span{}, malformed(table, r.Country, "the months of a customer must be 0 to 1200")
	}
	return parseSpan(table, r.Country, r.From, r.Until)
}

func malformed(table, country, what string) error {
	return fmt.Errorf("reconsent: %s, country %q: %s", table, country, what)
}

// alpha2 reports whether s has the form of an ISO 3166-1 alpha-2 code.
func alpha2(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}

// iso returns the ISO 3166-1 code where the Union writes another.
func iso(country string) string {
	switch country {
	case "UK":
		return "GB"
	case "EL":
		return "GR"
	}
	return country
}

func (s span) covers(d civil.Date) bool { return s.from <= d && d <= s.until }

// parseSpan reads the days of a row of the named table.
func parseSpan(table, country, from, until string) (span, error) {
	s := span{civil.Of(1, 1, 1), civil.Of(9999, 12, 31)}
	for _, p := range []struct {
		text string
		day  *civil.Date
	}{{from, &s.from}, {until, &s.until}} {
		if p.text == "" {
			continue
		}
		d, err := civil.Parse(p.text)
		if err != nil {
			return s, fmt.Errorf("reconsent: %s, country %q: day %q is not of the form 2006-01-02", table, country, p.text)
		}
		*p.day = d
	}
	if s.until < s.from {
		return s, fmt.Errorf("reconsent: %s, country %q: until %s is before from %s", table, country, until, from)
	}
	return s, nil
}
