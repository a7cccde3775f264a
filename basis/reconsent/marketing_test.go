package reconsent

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// Every row of a table is checked when the decision table is built, also those of other
// countries and other days.
func TestMalformedRows(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]MarketingRow{
		"country":         {Country: "Netherlands"},
		"lower case":      {Country: "nl"},
		"two bytes":       {Country: "É"},
		"email companies": {EmailCompanies: "x"},
		"email generic":   {EmailGeneric: "x"},
		"call persons":    {CallPersons: "x"},
		"call companies":  {CallCompanies: "x"},
		"sector":          {CallSectors: []Sector{PressSector, "x"}},
		"no sector":       {CallSectors: []Sector{""}},
		"confidence":      {Confidence: "sure"},
		"before":          {CustomerMonths: -1},
		"for ever":        {CustomerMonths: 1201},
		"from":            {From: "2026-02-30"},
		"until":           {Until: "tomorrow"},
		"order":           {From: "2026-01-02", Until: "2026-01-01"},
	} {
		_, err := NewTable(Controller{Country: "NL", Marketing: append(MarketingLaw(), r)}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		require.ErrorContains(t, err, "reconsent: marketing law, country", name)
	}
	for name, r := range map[string]AgeRow{
		"no country": {Age: 16},
		"country":    {Country: "be", Age: 16},
		"no age":     {Country: "BE"},
		"too young":  {Country: "BE", Age: 12}, // Art. 8(1)
		"too old":    {Country: "BE", Age: 19},
		"confidence": {Country: "BE", Age: 13, Confidence: "sure"},
		"until":      {Country: "BE", Age: 13, Until: "2026"},
	} {
		_, err := NewTable(Controller{Country: "NL", Ages: append(Ages(), r)}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		require.ErrorContains(t, err, "reconsent: age of consent, country", name)
	}
	for _, country := range []string{"", "N", "nl", "Nl", "N1", "É", "NLD", "ＮＬ"} {
		_, err := NewTable(Controller{Country: country}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		require.Error(t, err, country)
	}
	for _, year := range []int{1, 9999} {
		_, err := NewTable(Controller{Country: "NL"}, time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		require.Error(t, err, year)
	}
}

// The zero values of a row are the strictest: nobody without consent, and not verified.
func TestRowLeftEmptyIsStrict(t *testing.T) {
	t.Parallel()
	tab := tableFor(t, Controller{Country: "XX", Marketing: []MarketingRow{{Country: "XX", Cite: "own"}}, Ages: []AgeRow{{Country: "XX", Age: 13}}}, today)
	for _, channel := range []basis.Channel{basis.Email, basis.SMS, basis.Phone} {
		for _, p := range []Person{"", Consumer, SoleTrader, LegalPersonNamed, LegalPersonGeneric} {
			f := Facts{Channel: channel, Person: p, LIA: PassedAssessment, PublishedForPurpose: Yes}
			require.Equal(t, AskOtherChannel, tab.Decide(&f).Outcome, "%s %s", channel, p)
		}
	}
	require.Len(t, tab.Unverified(), 2)
	// An age for another time says nothing of today.
	tab = tableFor(t, Controller{Country: "NL", Ages: []AgeRow{{Country: "NL", Age: 13, Until: "2020-01-01", Confidence: Confirmed}}}, today)
	require.Len(t, tab.Unverified(), 1)
	require.Contains(t, tab.Unverified()[0].En, "No age of consent is known for NL")
}

// The Union writes UK and EL; those who do get the law of GB and GR, not that of nobody's country.
func TestCodesOfTheUnion(t *testing.T) {
	t.Parallel()
	require.Equal(t, "PECR 21-22", tableFor(t, Controller{Country: "UK"}, today).Law().Cite)
	for country, age := range map[string]int{"UK": 13, "GB": 13, "EL": 15, "GR": 15} {
		tab := tableFor(t, Controller{Country: country}, today)
		require.Equal(t, age, tab.ages.on(tab.at.day), country)
		own := Controller{Country: country, Marketing: []MarketingRow{{Country: country, Cite: "own"}, {Cite: "general"}}}
		require.Equal(t, "own", tableFor(t, own, today).Law().Cite, country)
	}
}

// A table keeps nothing that its caller can change, and gives nothing away.
func TestTableIsItsOwn(t *testing.T) {
	t.Parallel()
	rows := MarketingLaw()
	tab := tableFor(t, Controller{Country: "NL", Marketing: rows}, today)
	call := customer(func(f *Facts) { f.Channel, f.Sector = basis.Phone, PressSector })
	for _, r := range append(rows, tab.Law()) {
		for i := range r.CallSectors {
			r.CallSectors[i] = NoSector
		}
	}
	require.Equal(t, "phone.customer", tab.Decide(&call).Rule)
}

func TestZeroTableTellsNothing(t *testing.T) {
	t.Parallel()
	tab := new(Table)
	require.True(t, tab.At().IsZero())
	require.Nil(t, tab.Zone())
	require.Zero(t, tab.Law())
	require.Len(t, tab.Unverified(), 2)
	factsDrawn(1000, func(f Facts) { require.Equal(t, Review, tab.Decide(&f).Outcome) })
}

// Every text is a sentence in both languages, also for the rows that the Dutch table has not.
func TestUnverifiedSentences(t *testing.T) {
	t.Parallel()
	for _, country := range []string{"PT", "US", "SI"} {
		for _, n := range tableFor(t, Controller{Country: country}, today).Unverified() {
			for _, s := range []string{n.En, n.Nl} {
				require.True(t, strings.HasSuffix(s, "."), s)
				require.NotContains(t, s, "\u2014")
				require.Contains(t, s, country)
			}
		}
	}
}
