package retention_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func ExampleRule_Describe() {
	r := retention.Rule{
		ID: "invoices", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted},
		Terms: []retention.Term{{Period: retention.Period{Months: 84}, Cut: retention.CutYear}},
	}
	today, _ := retention.ParseDate("2026-11-24")
	fmt.Println(r.Describe(today).En)
	fmt.Println(r.Describe(today).Nl)
	// Output:
	// 7 years after the end of the calendar year in which the document was drawn up
	// 7 jaar na het einde van het kalenderjaar waarin het stuk is opgemaakt
}

func ExamplePeriod_Words() {
	for _, s := range []string{"P7Y", "P18M", "P1Y1M", "P4W", "P90D"} {
		p, _ := retention.ParsePeriod(s)
		fmt.Println(p.Words().En, "/", p.Words().Nl)
	}
	// Output:
	// 7 years / 7 jaar
	// 18 months / 18 maanden
	// 1 year and 1 month / 1 jaar en 1 maand
	// 4 weeks / 4 weken
	// 90 days / 90 dagen
}

func TestPeriodWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ period, en, nl string }{
		{"P0D", "0 days", "0 dagen"},
		{"P1D", "1 day", "1 dag"},
		{"P6D", "6 days", "6 dagen"},
		{"P1W", "1 week", "1 week"},
		{"P8D", "8 days", "8 dagen"},
		{"P28D", "4 weeks", "4 weken"},
		{"P1M", "1 month", "1 maand"},
		{"P3M", "3 months", "3 maanden"},
		{"P11M", "11 months", "11 maanden"},
		{"P12M", "1 year", "1 jaar"},
		{"P15M", "15 months", "15 maanden"},
		{"P17M", "1 year and 5 months", "1 jaar en 5 maanden"},
		{"P1Y6M", "18 months", "18 maanden"},
		{"P24M", "2 years", "2 jaar"},
		{"P30M", "2 years and 6 months", "2 jaar en 6 maanden"},
		{"P1M7D", "1 month and 7 days", "1 maand en 7 dagen"},
		{"P1Y1M1D", "1 year, 1 month and 1 day", "1 jaar, 1 maand en 1 dag"},
		{"P9999Y", "9999 years", "9999 jaar"},
	} {
		p, err := retention.ParsePeriod(c.period)
		require.NoError(t, err)
		require.Equal(t, basis.Text{En: c.en, Nl: c.nl}, p.Words(), c.period)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	year, zero := retention.Period{Months: 12}, retention.Period{}
	for _, c := range []struct {
		name   string
		kind   retention.Kind
		term   retention.Term
		en, nl string
	}{
		{"no cut-off", retention.Minimum, retention.Term{Period: year},
			"1 year after the claim fell due", "1 jaar nadat de vordering opeisbaar werd"},
		{"no cut-off, named", retention.Minimum, retention.Term{Period: year, Cut: retention.CutNone, Count: retention.EventDay},
			"1 year after the claim fell due", "1 jaar nadat de vordering opeisbaar werd"},
		{"whole days", retention.Minimum, retention.Term{Period: year, Count: retention.WholeDay},
			"1 year from the start of the day on which the claim fell due", "1 jaar vanaf het begin van de dag waarop de vordering opeisbaar werd"},
		{"day", retention.PurposeLimit, retention.Term{Period: year, Cut: retention.CutDay},
			"1 year from the start of the day after the claim fell due", "1 jaar vanaf het begin van de dag nadat de vordering opeisbaar werd"},
		{"day, whole days named", retention.PurposeLimit, retention.Term{Period: year, Cut: retention.CutDay, Count: retention.WholeDay},
			"1 year from the start of the day after the claim fell due", "1 jaar vanaf het begin van de dag nadat de vordering opeisbaar werd"},
		{"month", retention.Minimum, retention.Term{Period: year, Cut: retention.CutMonth},
			"1 year after the end of the month in which the claim fell due", "1 jaar na het einde van de maand waarin de vordering opeisbaar werd"},
		{"quarter", retention.Minimum, retention.Term{Period: year, Cut: retention.CutQuarter},
			"1 year after the end of the calendar quarter in which the claim fell due", "1 jaar na het einde van het kalenderkwartaal waarin de vordering opeisbaar werd"},
		{"year", retention.Minimum, retention.Term{Period: year, Cut: retention.CutYear},
			"1 year after the end of the calendar year in which the claim fell due", "1 jaar na het einde van het kalenderjaar waarin de vordering opeisbaar werd"},
		{"financial year", retention.Minimum, retention.Term{Period: year, Cut: retention.CutFinancialYear},
			"1 year after the end of the financial year in which the claim fell due", "1 jaar na het einde van het boekjaar waarin de vordering opeisbaar werd"},
		{"year of the financial year", retention.Minimum, retention.Term{Period: year, Cut: retention.CutYearOfFinancialYear},
			"1 year after the end of the calendar year that contains the last day of the financial year in which the claim fell due",
			"1 jaar na het einde van het kalenderjaar met daarin de laatste dag van het boekjaar waarin de vordering opeisbaar werd"},
		{"zero", retention.Maximum, retention.Term{Period: zero},
			"until the claim fell due", "totdat de vordering opeisbaar werd"},
		{"zero, whole days", retention.Maximum, retention.Term{Count: retention.WholeDay},
			"until the start of the day on which the claim fell due", "tot het begin van de dag waarop de vordering opeisbaar werd"},
		{"zero, day", retention.Maximum, retention.Term{Cut: retention.CutDay},
			"until the end of the day on which the claim fell due", "tot het einde van de dag waarop de vordering opeisbaar werd"},
		{"zero, year", retention.Maximum, retention.Term{Cut: retention.CutYear},
			"until the end of the calendar year in which the claim fell due", "tot het einde van het kalenderjaar waarin de vordering opeisbaar werd"},
		{"open", retention.Restriction, retention.Term{Open: true},
			"with no fixed end, from the day on which the claim fell due", "zonder vast einde, vanaf de dag waarop de vordering opeisbaar werd"},
		{"open, whole days", retention.Restriction, retention.Term{Open: true, Count: retention.WholeDay},
			"with no fixed end, from the day on which the claim fell due", "zonder vast einde, vanaf de dag waarop de vordering opeisbaar werd"},
		{"open, day", retention.Restriction, retention.Term{Open: true, Cut: retention.CutDay},
			"with no fixed end, from the day after the claim fell due", "zonder vast einde, vanaf de dag nadat de vordering opeisbaar werd"},
		{"open, year", retention.Restriction, retention.Term{Open: true, Cut: retention.CutYear},
			"with no fixed end, from the end of the calendar year in which the claim fell due", "zonder vast einde, vanaf het einde van het kalenderjaar waarin de vordering opeisbaar werd"},
		{"suspension", retention.Suspension, retention.Term{},
			"in any case until the claim fell due", "in elk geval totdat de vordering opeisbaar werd"},
		{"suspension with a period", retention.Suspension, retention.Term{Period: year, Cut: retention.CutYear},
			"in any case until 1 year after the end of the calendar year in which the claim fell due", "in elk geval tot 1 jaar na het einde van het kalenderjaar waarin de vordering opeisbaar werd"},
		{"open suspension", retention.Suspension, retention.Term{Open: true},
			"with no fixed end, from the day on which the claim fell due", "zonder vast einde, vanaf de dag waarop de vordering opeisbaar werd"},
	} {
		r := retention.Rule{ID: "x", Kind: c.kind, Events: []retention.Event{retention.ClaimDue}, Terms: []retention.Term{c.term}}
		require.NoError(t, r.Check(), c.name)
		require.Equal(t, basis.Text{En: c.en, Nl: c.nl}, r.Describe(1), c.name)
	}
}

func TestDescribeVersions(t *testing.T) {
	t.Parallel()
	date := func(s string) retention.Date {
		d, err := retention.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	r := retention.Rule{ID: "x", Kind: retention.Minimum, Events: []retention.Event{"seen"}, Terms: []retention.Term{
		{Period: retention.Period{Months: 120}, Cut: retention.CutYear, From: date("2000-01-01"), Until: date("2024-12-31")},
		{Period: retention.Period{Months: 96}, Cut: retention.CutYear, From: date("2025-06-01")},
	}}
	length := func(day string) string {
		en, _, _ := strings.Cut(r.Describe(date(day)).En, " after ")
		return en
	}
	require.Equal(t, "", length("1999-12-31"))
	require.Equal(t, "10 years", length("2000-01-01"))
	require.Equal(t, "10 years", length("2024-12-31"))
	require.Equal(t, "", length("2025-05-31"))
	require.Equal(t, "8 years", length("2025-06-01"))
	require.Equal(t, "8 years", length("9999-12-31"))
	require.Equal(t, basis.Text{}, r.Describe(0))
	require.Equal(t, basis.Text{}, r.Describe(-1))

	// By the cut-off: an event of February 2024 has that of the end of the year.
	for i := range r.Terms {
		r.Terms[i].ByCutoff = true
	}
	require.Equal(t, "10 years", length("2024-02-01"))
	require.Equal(t, "8 years", length("2025-02-01"))
}

func TestDescribeEvents(t *testing.T) {
	t.Parallel()
	r := retention.Rule{
		Events: []retention.Event{retention.Collected, retention.Contacted, "visited"},
		Terms:  []retention.Term{{Period: retention.Period{Months: 36}}},
	}
	require.Equal(t, basis.Text{
		En: "3 years after the data were collected, the person last made contact or the event visited, whichever came last",
		Nl: "3 jaar nadat de gegevens zijn verkregen, de betrokkene voor het laatst contact heeft opgenomen of de gebeurtenis visited, gerekend vanaf het laatste daarvan",
	}, r.Describe(1))
	r.When = basis.Text{En: "we last met", Nl: "we elkaar voor het laatst zagen"}
	require.Equal(t, basis.Text{En: "3 years after we last met", Nl: "3 jaar nadat we elkaar voor het laatst zagen"}, r.Describe(1))
}
