package statute_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

const (
	calendar = "12-31"
	july     = "06-30" // the financial year that runs from July to June
	december = "12-30" // one that ends a day before assessment year 2023 begins
	april    = "03-31"
)

// Every last day was counted by hand. The rule is evaluated on that day, when it must
// still run, and on the next, when it must have ended; or on the day at, where given.
// Where there is a cut-off, two rows stand on both sides of it.
var lastDays = []struct {
	key, event, fy, at, want string
	why                      string
}{
	{key: "AT-BAO", event: "2018-09-10", fy: july, want: "2026-12-31", why: "the year ends 2019-06-30; end of 2019 and seven years"},
	{key: "AT-BAO", event: "2018-06-30", fy: july, want: "2025-12-31", why: "last day of the year before"},
	{key: "AT-BAO", event: "2018-07-01", fy: july, want: "2026-12-31", why: "first day of the year"},
	{key: "AT-BAO", event: "2018-09-10", fy: calendar, want: "2025-12-31", why: "BAO 132(1), calendar year"},
	{key: "AT-APPL", event: "2025-07-31", want: "2026-02-28", why: "February has no 31st"},
	{key: "AT-APPL", event: "2025-08-01", want: "2026-03-01", why: "same number"},

	{key: "BE-TAX", event: "2023-05-01", fy: calendar, want: "2033-12-31", why: "the example of acerta.be"},
	{key: "BE-TAX", event: "2022-01-01", fy: calendar, want: "2032-12-31", why: "ends 2022-12-31: assessment year 2023"},
	{key: "BE-TAX", event: "2021-12-31", fy: calendar, want: "2028-12-31", why: "assessment year 2022: seven years"},
	{key: "BE-TAX", event: "2022-06-30", fy: july, want: "2029-06-30", why: "ends in 2022: assessment year 2022"},
	{key: "BE-TAX", event: "2022-07-01", fy: july, want: "2033-06-30", why: "ends in 2023: assessment year 2023"},
	{key: "BE-TAX", event: "2022-12-30", fy: december, want: "2029-12-30", why: "last day of the old law"},
	{key: "BE-TAX", event: "2022-12-31", fy: december, want: "2033-12-30", why: "the year that ends 2023-12-30"},
	{key: "BE-VAT", event: "2023-12-31", want: "2033-12-31", why: "from 1 January 2024"},
	{key: "BE-VAT", event: "2024-01-01", want: "2034-12-31", why: "from 1 January 2025"},
	{key: "BE-WER", event: "2019-06-30", fy: july, want: "2026-12-31", why: "closed in 2019, from 1 January 2020"},
	{key: "BE-WER", event: "2019-07-01", fy: july, want: "2027-12-31", why: "closed in 2020"},
	{key: "BE-VAT-RE", event: "2020-02-29", want: "2045-02-28", why: "2045 is no leap year"},
	{key: "BE-VAT-RE", event: "2020-03-01", want: "2045-03-01", why: "same number"},
	{key: "BE-VAT-RE/ordinary", event: "2020-02-29", want: "2035-02-28", why: "2035 is no leap year"},
	{key: "BE-CCTV", event: "2026-01-31", want: "2026-02-28", why: "February has no 31st"},
	{key: "BE-CCTV", event: "2026-02-01", want: "2026-03-01", why: "same number"},

	{key: "DE-BOOK", event: "2016-12-31", want: "2026-12-31", why: "AO 147(4): end of 2016"},
	{key: "DE-BOOK", event: "2017-01-01", want: "2027-12-31", why: "end of 2017"},
	{key: "DE-VOUCHER", event: "2017-12-31", want: "2025-12-31", why: "eight years after 2017"},
	{key: "DE-VOUCHER", event: "2018-01-01", want: "2026-12-31", why: "eight years after 2018"},
	{key: "DE-VOUCHER", event: "2014-05-01", at: "2024-12-31", want: "2024-12-31", why: "the old ten years, just ending"},
	{key: "DE-VOUCHER", event: "2016-05-01", at: "2024-12-31", want: "2026-12-31", why: "old law on its last day"},
	{key: "DE-VOUCHER", event: "2016-05-01", at: "2025-01-01", want: "2024-12-31", why: "new law on its first: curator.de, documents up to 2016 may go in 2025"},
	{key: "DE-VOUCHER-BAFIN", event: "2017-05-01", at: "2025-12-31", want: "2027-12-31", why: "old law a year longer"},
	{key: "DE-VOUCHER-BAFIN", event: "2017-05-01", at: "2026-01-01", want: "2025-12-31", why: "new law from 2026 on (bdo.de)"},
	{key: "DE-VOUCHER-BAFIN", event: "2018-12-31", want: "2026-12-31", why: "eight years after 2018"},
	{key: "DE-VOUCHER-BAFIN", event: "2019-01-01", want: "2027-12-31", why: "eight years after 2019"},
	{key: "DE-LETTER", event: "2020-12-31", want: "2026-12-31", why: "six years after 2020"},
	{key: "DE-LETTER", event: "2021-01-01", want: "2027-12-31", why: "six years after 2021"},
	{key: "DE-STAY", event: "2026-12-31", want: "2026-12-31", why: "until that day, included"},
	{key: "DE-APPL", event: "2026-08-31", want: "2027-02-28", why: "February has no 31st"},
	{key: "DE-APPL", event: "2026-09-01", want: "2027-03-01", why: "same number"},
	{key: "DE-UWG7A", event: "2024-02-29", want: "2029-02-28", why: "2029 is no leap year"},
	{key: "DE-UWG7A", event: "2024-03-01", want: "2029-03-01", why: "same number"},

	{key: "DK-BFL", event: "2018-09-10", fy: july, want: "2024-06-30", why: "the year ends 2019-06-30"},
	{key: "DK-BFL", event: "2019-06-30", fy: july, want: "2024-06-30", why: "last day of that year"},
	{key: "DK-BFL", event: "2019-07-01", fy: july, want: "2025-06-30", why: "first day of the next"},
	{key: "DK-BFL", event: "2018-09-10", fy: calendar, want: "2023-12-31", why: "five years after 2018"},

	{key: "ES-COM", event: "2020-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "ES-COM", event: "2020-03-01", want: "2026-03-01", why: "same number"},
	{key: "ES-TAX", event: "2024-02-29", want: "2028-02-29", why: "leap year to leap year"},
	{key: "ES-TAX", event: "2025-06-30", want: "2029-06-30", why: "the return of 2024, due that day"},
	{key: "ES-CCTV", event: "2026-03-31", want: "2026-04-30", why: "April has no 31st"},
	{key: "ES-AML", event: "2016-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "ES-AML", event: "2017-07-09", at: "2027-07-09", want: "2027-07-09", why: "the last day of the national rule"},
	{key: "ES-AML", event: "2017-07-09", at: "2027-07-10", want: "", why: "the Regulation applies instead"},
	{key: "ES-AML/transaction", event: "2016-07-09", want: "2026-07-09", why: "same number"},
	{key: "ES-BLOCK", event: "2020-01-01", at: "2099-12-31", want: "", why: "no end of its own"},

	{key: "EU-PLD", event: "2026-12-09", want: "2029-12-09", why: "the first day on which a product can be under the directive"},
	{key: "EU-PLD", event: "2026-12-08", at: "2040-01-01", want: "", why: "before it"},
	{key: "EU-PLD/placing", event: "2026-12-09", want: "2036-12-09", why: "ten years"},
	{key: "EU-PLD/placing", event: "2026-12-08", at: "2040-01-01", want: "", why: "the old directive, not in the catalogue"},
	{key: "EU-PLD/latent", event: "2028-02-29", want: "2053-02-28", why: "2053 is no leap year"},
	{key: "EU-PLD/latent", event: "2026-12-08", at: "2060-01-01", want: "", why: "the old directive has no such period"},
	{key: "EU-AMLR", event: "2022-07-10", want: "2027-07-10", why: "a relationship of before, on the day of application"},
	{key: "EU-AMLR", event: "2022-07-10", at: "2027-07-09", want: "", why: "not yet applicable"},
	{key: "EU-AMLR", event: "2028-02-29", want: "2033-02-28", why: "Reg. 1182/71 3(2)(c): February has no 29th"},
	{key: "EU-AMLR/transaction", event: "2027-08-31", want: "2032-08-31", why: "same number"},

	{key: "FR-ACC", event: "2018-09-10", fy: july, want: "2029-06-30", why: "the year closes 2019-06-30"},
	{key: "FR-ACC", event: "2019-06-30", fy: july, want: "2029-06-30", why: "last day of that year"},
	{key: "FR-ACC", event: "2019-07-01", fy: july, want: "2030-06-30", why: "first day of the next"},
	{key: "FR-TAX", event: "2020-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "FR-PROSPECT", event: "2024-02-29", want: "2027-02-28", why: "2027 is no leap year"},
	{key: "FR-PROSPECT", event: "2023-11-24", want: "2026-11-24", why: "same number"},
	{key: "FR-CLIENT", event: "2023-11-24", want: "2026-11-24", why: "same number"},
	{key: "FR-ACCOUNT", event: "2024-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "FR-OPPOSE", event: "2024-02-29", want: "2027-02-28", why: "2027 is no leap year"},
	{key: "FR-APPL", event: "2024-11-24", want: "2026-11-24", why: "same number"},
	{key: "FR-APPL/feedback", event: "2026-11-30", want: "2027-02-28", why: "February has no 30th"},

	{key: "IE-CA", event: "2018-09-10", fy: july, want: "2025-06-30", why: "the year ends 2019-06-30"},
	{key: "IE-CA", event: "2019-06-30", fy: july, want: "2025-06-30", why: "last day of that year"},
	{key: "IE-CA", event: "2019-07-01", fy: july, want: "2026-06-30", why: "first day of the next"},

	{key: "IT-CC", event: "2016-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "IT-MKT", event: "2024-02-29", want: "2025-02-28", why: "2025 is no leap year"},
	{key: "IT-MKT/marketing", event: "2024-02-29", want: "2026-02-28", why: "2026 is no leap year"},

	{key: "LU-ACC", event: "2019-06-30", fy: july, want: "2029-06-30", why: "closes that day"},
	{key: "LU-ACC", event: "2019-07-01", fy: july, want: "2030-06-30", why: "first day of the next"},

	{key: "NL-TAX", event: "2018-03-15", want: "2025-12-31", why: "an invoice of March"},
	{key: "NL-TAX", event: "2018-12-31", want: "2025-12-31", why: "last day of that year"},
	{key: "NL-TAX", event: "2019-01-01", want: "2026-12-31", why: "first day of the next"},
	{key: "NL-TAX", event: "2007-06-01", want: "2014-12-31", why: "koppelservices.com: 2007 is free once 2014 is closed"},
	{key: "NL-VAT-RE", event: "2015-12-31", want: "2025-12-31", why: "ten years after 2015"},
	{key: "NL-VAT-RE", event: "2016-01-01", want: "2026-12-31", why: "ten years after 2016"},
	{key: "NL-VAT-OSS", event: "2021-12-31", want: "2031-12-31", why: "ten years after 2021"},
	{key: "NL-VAT-OSS", event: "2022-01-01", want: "2032-12-31", why: "ten years after 2022"},
	{key: "NL-BW2", event: "2020-02-29", want: "2027-02-28", why: "2027 is no leap year"},
	{key: "NL-BW2", event: "2020-03-01", want: "2027-03-01", why: "same number"},
	{key: "NL-WAGE", event: "2011-07-01", want: "2016-12-31", why: "the example of wildenbergrecycling.nl"},
	{key: "NL-WAGE", event: "2011-12-31", want: "2016-12-31", why: "last day of that year"},
	{key: "NL-WAGE", event: "2012-01-01", want: "2017-12-31", why: "first day of the next"},
	{key: "NL-APPL", event: "2026-11-02", want: "2026-11-30", why: "a Monday, and the Monday of four weeks later"},
	{key: "NL-APPL-C", event: "2024-02-29", want: "2025-02-28", why: "2025 is no leap year"},
	{key: "NL-CCTV", event: "2026-11-03", want: "2026-12-01", why: "a Tuesday, and the Tuesday of four weeks later"},
	{key: "NL-HR", event: "2024-02-29", want: "2026-02-28", why: "2026 is no leap year"},
	{key: "NL-WGBO", event: "2020-02-29", want: "2040-02-29", why: "leap year to leap year"},
	{key: "NL-WWFT", event: "2024-02-29", want: "2029-02-28", why: "2029 is no leap year"},
	{key: "NL-WWFT/transaction", event: "2024-03-01", want: "2029-03-01", why: "same number"},
	{key: "NL-LIM", event: "2020-03-15", want: "2025-03-15", why: "from the start of 16 March 2020 to that of 16 March 2025"},
	{key: "NL-LIM", event: "2020-02-29", want: "2025-02-28", why: "from the start of 1 March to that of 1 March"},
	{key: "NL-LIM", event: "2023-02-28", want: "2028-02-29", why: "from the start of 1 March to that of 1 March"},
	{key: "NL-LIM-D", event: "2020-03-15", want: "2025-03-15", why: "as NL-LIM"},
	{key: "NL-LIM-D", event: "2023-02-28", want: "2028-02-29", why: "as NL-LIM"},
	{key: "NL-LIM-D/event", event: "2006-12-31", want: "2026-12-31", why: "from the start of 2007 to that of 2027"},

	{key: "PL-ACC", event: "2019-06-30", fy: july, want: "2024-06-30", why: "approved on the last day of the year"},
	{key: "PL-ACC", event: "2019-07-01", fy: july, want: "2025-06-30", why: "approved on the first of the next"},
	{key: "PL-ACC", event: "2019-04-10", fy: calendar, want: "2024-12-31", why: "from the start of 2020"},
	{key: "PL-ACC2", event: "2018-09-10", fy: july, want: "2024-06-30", why: "from the start of the year that begins 2019-07-01"},
	{key: "PL-ACC2", event: "2019-07-01", fy: july, want: "2025-06-30", why: "first day of the next"},
	{key: "PL-ACC2/claims", event: "2019-06-30", fy: july, want: "2024-06-30", why: "settled on the last day of the year"},

	{key: "SE-BFL", event: "2018-09-10", fy: july, want: "2026-12-31", why: "the year ends in 2019; end of 2019 and seven years"},
	{key: "SE-BFL", event: "2019-06-30", fy: july, want: "2026-12-31", why: "last day of that year"},
	{key: "SE-BFL", event: "2019-07-01", fy: july, want: "2027-12-31", why: "first day of the next"},

	{key: "UK-CT", event: "2019-03-31", fy: april, want: "2025-03-31", why: "the period ends that day"},
	{key: "UK-CT", event: "2019-04-01", fy: april, want: "2026-03-31", why: "first day of the next"},
	{key: "UK-VAT", event: "2020-02-29", want: "2026-02-28", why: "CH15200: six years from issue"},
	{key: "UK-CA", event: "2020-11-24", want: "2026-11-24", why: "same number"},
	{key: "UK-CA/private", event: "2023-11-24", want: "2026-11-24", why: "same number"},
	{key: "UK-LIM", event: "2020-11-24", want: "2026-11-24", why: "the day of the breach does not count"},
	{key: "UK-LIM/deed", event: "2016-02-29", want: "2028-02-29", why: "leap year to leap year"},
}

func TestLastDays(t *testing.T) {
	t.Parallel()
	date := func(s string) retention.Date {
		d, err := retention.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	seen := map[string]bool{}
	for _, c := range lastDays {
		seen[c.key] = true
		name := c.key + " " + c.event + ": " + c.why
		r, err := statute.Find(c.key)
		require.NoError(t, err)
		var fy retention.FinancialYear
		if c.fy != "" {
			fy, err = retention.ParseFinancialYear(c.fy)
			require.NoError(t, err)
		}
		event := date(c.event)
		history := retention.History{{Event: r.Events[0], On: event}}
		if c.at != "" {
			l := r.At(history, date(c.at), fy)
			require.Equal(t, c.want, l.LastDay.String(), name)
			if c.want == "" {
				require.True(t, l.Pending || l.Open, name)
			}
			continue
		}
		want := date(c.want)
		last, next := r.At(history, want, fy), r.At(history, want+1, fy)
		require.Equal(t, c.want, last.LastDay.String(), name)
		require.Equal(t, last, next, name)
		require.False(t, last.Ended(want), name)
		require.True(t, next.Ended(want+1), name)
		// A sweep finds the record from the day after on.
		due := func(today retention.Date) bool {
			return slices.ContainsFunc(r.Due(today, fy), func(s retention.Span) bool { return s.Holds(event) })
		}
		require.False(t, due(want), name)
		require.True(t, due(want+1), name)
	}
	for _, r := range statute.All() {
		require.True(t, seen[r.Key()], "no last day of %s was counted by hand", r.Key())
	}
}

// What restarts a period, and what does not.
func TestRestarts(t *testing.T) {
	t.Parallel()
	date := func(s string) retention.Date {
		d, err := retention.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	at := date("2026-11-24")
	cases := []struct {
		key     string
		history retention.History
		want    string
	}{
		{"FR-PROSPECT", retention.History{{Event: retention.Collected, On: date("2022-01-10")}, {Event: retention.Clicked, On: date("2025-03-01")}}, "2028-03-01"},
		{"FR-PROSPECT", retention.History{{Event: retention.Collected, On: date("2022-01-10")}, {Event: retention.MailOpened, On: date("2025-03-01")}}, "2025-01-10"},
		{"FR-PROSPECT", retention.History{{Event: retention.Collected, On: date("2022-01-10")}, {Event: retention.MailSent, On: date("2026-03-01")}}, "2025-01-10"},
		{"FR-CLIENT", retention.History{{Event: retention.RelationshipEnded, On: date("2023-01-10")}, {Event: retention.Clicked, On: date("2025-03-01")}}, "2026-01-10"},
		{"FR-ACCOUNT", retention.History{{Event: retention.Collected, On: date("2020-05-05")}, {Event: retention.LoggedIn, On: date("2025-03-01")}}, "2027-03-01"},
		{"FR-ACCOUNT", retention.History{{Event: retention.Collected, On: date("2020-05-05")}}, "2022-05-05"},
		{"DE-UWG7A", retention.History{{Event: retention.ConsentGiven, On: date("2022-01-10")}, {Event: retention.ConsentUsed, On: date("2026-03-01")}}, "2031-03-01"},
		{"NL-BW2", retention.History{{Event: retention.Drafted, On: date("2010-01-10")}, {Event: retention.Dissolved, On: date("2024-03-01")}}, "2031-03-01"},
		// A transaction within a relationship starts nothing while the relationship lasts.
		{"NL-WWFT", retention.History{{Event: retention.Transacted, On: date("2015-01-10")}}, ""},
		{"EU-AMLR", retention.History{{Event: retention.Transacted, On: date("2015-01-10")}}, ""},
		// AO 147(3): nothing ends before the assessment period has.
		{"DE-STAY", retention.History{{Event: retention.Drafted, On: date("2010-01-10")}}, ""},
	}
	for _, c := range cases {
		r, err := statute.Find(c.key)
		require.NoError(t, err)
		l := r.At(c.history, at, retention.FinancialYear{})
		require.Equal(t, c.want, l.LastDay.String(), c.key)
		require.Equal(t, c.want == "", l.Pending, c.key)
	}
}
