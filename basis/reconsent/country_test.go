package reconsent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// TestMarketingLawRows holds every row to what a row must have.
func TestMarketingLawRows(t *testing.T) {
	countries := map[string][]span{}
	for _, r := range MarketingLaw() {
		s, err := parseSpan("marketing law", r.Country, r.From, r.Until)
		require.NoError(t, err)
		for _, other := range countries[r.Country] {
			require.True(t, s.until < other.from || other.until < s.from, "two rows of %q hold on one day", r.Country)
		}
		countries[r.Country] = append(countries[r.Country], s)
		for _, regime := range []Regime{r.EmailCompanies, r.EmailGeneric, r.CallPersons, r.CallCompanies} {
			require.True(t, regime.Valid(), r.Country)
		}
		require.NotEmpty(t, r.Cite)
		require.NotEmpty(t, r.Source)
		require.Len(t, r.Checked, 10)
		require.True(t, r.Confidence.Valid())
		require.Equal(t, r.CustomerMonths > 0, r.CustomerCite != "", r.Country)
	}
	require.Len(t, countries[""], 1)
}

func TestAgeRows(t *testing.T) {
	last := ""
	spans := map[string][]span{}
	for _, r := range Ages() {
		s, err := parseSpan("age", r.Country, r.From, r.Until)
		require.NoError(t, err)
		for _, other := range spans[r.Country] {
			require.True(t, s.until < other.from || other.until < s.from, "two ages of %q hold on one day", r.Country)
		}
		spans[r.Country] = append(spans[r.Country], s)
		require.Regexp(t, `^[A-Z]{2}$`, r.Country)
		require.Regexp(t, `^20\d\d-\d\d-\d\d$`, r.Checked)
		require.GreaterOrEqual(t, r.Country, last, "in order")
		last = r.Country
		require.True(t, r.Age >= 13 && r.Age <= 16, "Art. 8(1) leaves 13 to 16: %s", r.Country)
		require.NotEmpty(t, r.Source)
		require.True(t, r.Confidence.Valid())
	}
}

func TestAgeChangesWithTheLaw(t *testing.T) {
	tab := tableFor(t, Controller{Country: "DK"}, today)
	for day, rule := range map[string]string{"2023-12-31T12:00:00+01:00": "consent.complete", "2024-01-01T12:00:00+01:00": "consent.child"} {
		f := consented(func(f *Facts) { f.ConsentAt, f.BirthDate = when(t, day), Day(2009, 6, 1) }) // 14
		require.Equal(t, rule, tab.Decide(&f).Rule, day)
	}
}

func TestCountries(t *testing.T) {
	mail := func(p Person) Facts { return Facts{Person: p, LIA: PassedAssessment} }
	call := func(p Person) Facts { return Facts{Channel: basis.Phone, Person: p, LIA: PassedAssessment} }
	for _, c := range []struct {
		country, at string
		f           Facts
		rule        string
		cites       []string
	}{
		{"PT", today, mail(""), "email.no-consent", []string{"GDPR 7(1)", "GDPR 4(11)", "ePrivacy 13"}},
		{"US", today, customer(nil), "email.customer", []string{"ePrivacy 13(2)", "ePrivacy 13", "GDPR 95"}},
		{"PT", today, call(Consumer), "phone.no-consent", []string{"ePrivacy 13"}},
		{"PT", today, call(LegalPersonNamed), "phone.company", []string{"ePrivacy 13", "GDPR 6(1)(f)"}},
		{"PT", today, Facts{Person: LegalPersonGeneric, PublishedForPurpose: Yes}, "email.no-consent", []string{"GDPR 7(1)", "GDPR 4(11)", "ePrivacy 13"}},
		{"DE", today, mail(LegalPersonGeneric), "email.no-consent", []string{"GDPR 7(1)", "GDPR 4(11)", "UWG 7"}},
		{"DE", today, call(LegalPersonNamed), "phone.no-consent", []string{"UWG 7"}},
		{"BE", today, mail(LegalPersonGeneric), "email.company", []string{"WER XII.13", "GDPR 6(1)(f)"}},
		{"BE", today, mail(LegalPersonNamed), "email.no-consent", []string{"GDPR 7(1)", "GDPR 4(11)", "WER XII.13"}},
		{"BE", today, call(Consumer), "phone.opt-out", []string{"WER XII.13", "GDPR 6(1)(f)"}},
		{"FR", today, mail(LegalPersonNamed), "email.company", []string{"CPCE L34-5", "GDPR 6(1)(f)"}},
		{"FR", "2026-08-10", call(Consumer), "phone.opt-out", []string{"CPCE L34-5", "GDPR 6(1)(f)"}},
		{"FR", "2026-08-11", call(Consumer), "phone.no-consent", []string{"CPCE L34-5"}},
		{"DE", today, call(Consumer), "phone.no-consent", []string{"UWG 7"}},
		{"BE", today, call(LegalPersonGeneric), "phone.company", []string{"WER XII.13", "GDPR 6(1)(f)"}},
		{"FR", "2026-08-10", customer(func(f *Facts) { f.Channel = basis.Phone }), "phone.customer", []string{"CPCE L34-5"}},
		{"FR", "2026-08-11", customer(func(f *Facts) { f.Channel = basis.Phone }), "phone.no-consent", []string{"CPCE L34-5"}},
		{"GB", today, mail(LegalPersonNamed), "email.company", []string{"PECR 21-22", "GDPR 6(1)(f)"}},
		{"GB", today, mail(SoleTrader), "email.no-consent", []string{"GDPR 7(1)", "GDPR 4(11)", "PECR 21-22"}},
		{"GB", today, Facts{Person: LegalPersonNamed}, "interest.assess", []string{"PECR 21-22", "GDPR 6(1)(f)"}},
		{"GB", today, call(SoleTrader), "phone.opt-out", []string{"PECR 21-22", "GDPR 6(1)(f)"}},
	} {
		a := tableFor(t, Controller{Country: c.country}, c.at).Decide(&c.f)
		require.Equal(t, c.rule, a.Rule, c)
		require.Equal(t, c.cites, a.Cites, c)
	}
}

func TestUnverifiedLawIsTold(t *testing.T) {
	require.Empty(t, tableOn(t, today).Unverified())
	require.Len(t, tableFor(t, Controller{Country: "PT"}, today).Unverified(), 1)
	for _, n := range tableFor(t, Controller{Country: "US"}, today).Unverified() {
		require.Contains(t, n.En, "US")
		require.Contains(t, n.Nl, "US")
	}
	require.Len(t, tableFor(t, Controller{Country: "SI"}, today).Unverified(), 2)
}

// TestOneRowHolds: the last row that covers the day counts, a country's own before the general one.
func TestOneRowHolds(t *testing.T) {
	law := []MarketingRow{
		{Country: "NL", Cite: "old", Until: "2026-11-23"}, {Country: "NL", Cite: "new", From: "2026-11-24"},
		{Cite: "general"}, {Country: "NL", Cite: "later", From: "2026-11-26"}, {Country: "NL", Cite: "amended", From: "2026-11-25", Until: "2026-11-25"},
	}
	for day, cite := range map[string]string{"2026-11-23": "old", "2026-11-24": "new", "2026-11-25": "amended", "2026-11-26": "later"} {
		require.Equal(t, cite, tableFor(t, Controller{Country: "NL", Marketing: law}, day).Law().Cite, day)
		require.Equal(t, "general", tableFor(t, Controller{Country: "BE", Marketing: law}, day).Law().Cite, day)
	}
}

func TestOwnTables(t *testing.T) {
	law := []MarketingRow{{Cite: "own", EmailCompanies: OptIn, EmailGeneric: OptIn, CallPersons: OptOut, CallCompanies: OptIn}}
	tab := tableFor(t, Controller{Country: "XX", Marketing: law, Ages: []AgeRow{{Country: "XX", Age: 13}}}, today)
	f := Facts{Channel: basis.Phone, LIA: PassedAssessment}
	require.Equal(t, "phone.opt-out", tab.Decide(&f).Rule)
	require.Equal(t, "own", tab.Law().Cite)

	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for want, c := range map[string]Controller{
		"two capital letters": {Country: "nl"},
		"two capital":         {},
		"must be two":         {Country: "12"},
		"capital letters":     {Country: "É"}, // two bytes
		"country must":        {Country: "NLD"},
		"sector":              {Country: "NL", Sector: "bank"},
		"no row":              {Country: "NL", Marketing: []MarketingRow{{Country: "NL", Until: "2020-01-01"}}},
		"not of the form":     {Country: "NL", Marketing: []MarketingRow{{Country: "NL", From: "2020"}}},
		"regime is outside":   {Country: "NL", Marketing: []MarketingRow{{EmailCompanies: "optout"}}},
		`law, country "BE"`:   {Country: "NL", Marketing: append(MarketingLaw(), MarketingRow{Country: "BE", Until: "2020-02-30"})},
		`sent, country "BE"`:  {Country: "NL", Ages: append(Ages(), AgeRow{Country: "BE", From: "x"})},
		"is before from":      {Country: "NL", Ages: []AgeRow{{Country: "NL", Age: 16, From: "2020-01-02", Until: "2020-01-01"}}},
	} {
		_, err := NewTable(c, at)
		require.ErrorContains(t, err, want)
	}
	_, err := NewTable(Controller{Country: "NL"}, time.Time{})
	require.ErrorContains(t, err, "year")
}

func TestTableTells(t *testing.T) {
	tab := tableOn(t, today)
	require.Equal(t, "2026-11-24T00:00:00+01:00", tab.At().Format(time.RFC3339))
	require.Equal(t, "Europe/Amsterdam", tab.Zone().String())
	require.True(t, tab.Happened(Day(2026, 11, 24)))
	require.False(t, tab.Happened(Day(2026, 11, 25)))
	require.True(t, tab.Happened(Undated()))
	require.False(t, tab.Happened(When{}))
	f := consented(nil)
	grade, gaps := tab.Evidence(&f)
	require.Equal(t, Complete, grade)
	require.Zero(t, gaps)
}

// The age in a country on a day, for those who look it up themselves.
func TestAgeOn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		country, day string
		want         int
		known        bool
	}{
		{"DK", "2023-12-31", 13, true},
		{"DK", "2024-01-01", 15, true},
		{"NL", "2026-01-01", 16, true},
		{"XX", "2026-01-01", DefaultAge, false},
	} {
		age, row, err := AgeOn(Ages(), tc.country, tc.day)
		require.NoError(t, err)
		require.Equal(t, tc.want, age, "%+v", tc)
		require.Equal(t, tc.known, row.Country == tc.country, "%+v", tc)
	}
	_, _, err := AgeOn(Ages(), "NL", "1 January 2026")
	require.Error(t, err)
	_, _, err = AgeOn([]AgeRow{{Country: "NL", Age: 12}}, "NL", "2026-01-01")
	require.Error(t, err)
}
