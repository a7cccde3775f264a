package retention_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
	"github.com/grondslag/grondslag/retention/statute"
)

func own(t testing.TB, kind retention.Kind, p string, events ...retention.Event) retention.Rule {
	t.Helper()
	return retention.Rule{ID: "own", Kind: kind, Events: events, Terms: []retention.Term{{Period: period(t, p)}}}
}

func TestRuleCheck(t *testing.T) {
	t.Parallel()
	good := own(t, retention.Maximum, "P2Y", retention.Contacted, retention.Clicked)
	require.NoError(t, good.Check())
	for want, change := range map[string]func(r *retention.Rule){
		"no ID":                               func(r *retention.Rule) { r.ID = "" },
		"unknown kind":                        func(r *retention.Rule) { r.Kind = "maximum" },
		"no event starts it":                  func(r *retention.Rule) { r.Events = nil },
		"malformed event":                     func(r *retention.Rule) { r.Events[0] = "Last Order" },
		"an opened message starts no period":  func(r *retention.Rule) { r.Events = append(r.Events, retention.MailOpened) },
		"our own mailing starts no period":    func(r *retention.Rule) { r.Events = append(r.Events, retention.MailSent) },
		"no term":                             func(r *retention.Rule) { r.Terms = nil },
		"out of bounds":                       func(r *retention.Rule) { r.Terms[0].Period.Months = -1 },
		"an open term has no period":          func(r *retention.Rule) { r.Terms[0].Open = true },
		"unknown cut-off":                     func(r *retention.Rule) { r.Terms[0].Cut = "calendar" },
		"unknown way of counting":             func(r *retention.Rule) { r.Terms[0].Count = "workdays" },
		"after a cut-off whole days":          func(r *retention.Rule) { r.Terms[0].Cut, r.Terms[0].Count = retention.CutYear, retention.EventDay },
		"is no day":                           func(r *retention.Rule) { r.Terms[0].From = -3 },
		"validity ends":                       func(r *retention.Rule) { r.Terms[0].From, r.Terms[0].Until = 20, 10 },
		"term 2 begins before term 1 ends":    func(r *retention.Rule) { r.Terms = append(r.Terms, r.Terms[0]) },
		"a rule of kind max does not roll":    func(r *retention.Rule) { r.Regime, r.Holidays = retention.AO108, holiday.DE() },
		"unknown regime":                      func(r *retention.Rule) { r.Kind, r.Regime = retention.Minimum, "bank" },
		"needs a calendar of holidays":        func(r *retention.Rule) { r.Kind, r.Regime = retention.Minimum, retention.AO108 },
		"differ in what bounds them":          twoTerms(true, false, retention.CutYear, retention.CutYear),
		"have different cut-offs":             twoTerms(true, true, retention.CutYear, retention.CutFinancialYear),
		"a rule of kind exact does not roll":  func(r *retention.Rule) { r.Kind, r.Regime, r.Holidays = retention.Exact, retention.AO108, holiday.DE() },
		"a rule of kind purpose-limit does n": func(r *retention.Rule) { r.Kind, r.Regime = retention.PurposeLimit, retention.Regulation1182 },
	} {
		r := own(t, retention.Maximum, "P2Y", retention.Contacted, retention.Clicked)
		change(&r)
		require.ErrorContains(t, r.Check(), want)
		require.True(t, strings.HasPrefix(r.Check().Error(), "retention: rule "))
	}
}

func twoTerms(a, b bool, first, second retention.Cut) func(r *retention.Rule) {
	return func(r *retention.Rule) {
		r.Terms = []retention.Term{{Cut: first, Until: 700000, ByCutoff: a}, {Cut: second, From: 700001, ByCutoff: b}}
	}
}

// BEG IV shortened the period for German vouchers on 1 January 2025. What held on
// the day before is still answerable.
func TestLawOfTheDay(t *testing.T) {
	t.Parallel()
	r, err := statute.Find("DE-VOUCHER")
	require.NoError(t, err)
	h := retention.History{{Event: retention.Drafted, On: day(t, "2016-05-01")}}
	before := r.At(h, day(t, "2024-12-31"), retention.FinancialYear{})
	require.Equal(t, "2026-12-31", before.LastDay.String())
	require.Equal(t, retention.Active, r.State(before, day(t, "2024-12-31"), false))
	after := r.At(h, day(t, "2025-01-01"), retention.FinancialYear{})
	require.Equal(t, "2024-12-31", after.LastDay.String())
	require.Equal(t, retention.Due, r.State(after, day(t, "2025-01-01"), false))
	require.Equal(t, []int{1, 2}, []int{before.Term, after.Term})
}

// An event in the future has not happened, nor has what is not recorded: pending, never
// zero and never expired. As of an earlier day later events have not happened either.
func TestPending(t *testing.T) {
	t.Parallel()
	r := own(t, retention.Maximum, "P2Y", retention.Contacted, retention.Clicked)
	at := day(t, "2026-11-24")
	for name, h := range map[string]retention.History{
		"nothing":       nil,
		"no day":        {{Event: retention.Contacted}},
		"in the future": {{Event: retention.Contacted, On: at + 1}},
		"other events":  {{Event: retention.MailOpened, On: at - 5000}, {Event: retention.MailSent, On: at - 5000}, {Event: retention.Ordered, On: at - 5000}},
	} {
		l := r.At(h, at, retention.FinancialYear{})
		require.Equal(t, retention.Lapse{Pending: true}, l, name)
		require.Equal(t, retention.Pending, r.State(l, at, true), name)
		require.False(t, l.Ended(at))
	}
	h := retention.History{{Event: retention.Clicked, On: at}, {Event: retention.Contacted, On: at - 800}, {Event: retention.Clicked, On: at - 400}}
	require.Equal(t, at, r.At(h, at, retention.FinancialYear{}).Start.On)
	require.Equal(t, at-400, r.At(h, at-1, retention.FinancialYear{}).Start.On)
	require.Equal(t, at-800, r.At(h, at-401, retention.FinancialYear{}).Start.On)
	require.True(t, r.At(h, at-801, retention.FinancialYear{}).Pending)
}

// The books must have closed: what is not known yet is pending.
func TestPendingUntilTheBooksClose(t *testing.T) {
	t.Parallel()
	june := retention.FinancialYear{Month: 6, Day: 30}
	for key, last := range map[string]string{"DK-BFL": "2024-06-30", "SE-BFL": "2026-12-31"} {
		r, err := statute.Find(key)
		require.NoError(t, err)
		h := retention.History{{Event: r.Events[0], On: day(t, "2018-09-10")}}
		for at, pending := range map[string]bool{"2018-09-09": true, "2018-09-10": true, "2019-06-30": true, "2019-07-01": false, "2020-01-01": false} {
			l := r.At(h, day(t, at), june)
			require.Equal(t, pending, l.Pending, "%s on %s", key, at)
			if !pending {
				require.Equal(t, last, l.LastDay.String(), "%s on %s", key, at)
			}
		}
	}
}

// State and the words for it on each side of every boundary.
func TestState(t *testing.T) {
	t.Parallel()
	r, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	h := retention.History{{Event: retention.Drafted, On: day(t, "2018-03-15")}}
	for _, tc := range []struct {
		at   string
		held bool
		want retention.State
	}{
		{"2018-03-14", false, retention.Pending},
		{"2018-03-15", false, retention.Active},
		{"2025-12-31", false, retention.Active},
		{"2025-12-31", true, retention.Active},
		{"2026-01-01", false, retention.Due},
		{"2026-01-01", true, retention.Held},
	} {
		l := r.At(h, day(t, tc.at), retention.FinancialYear{})
		require.Equal(t, tc.want, r.State(l, day(t, tc.at), tc.held), "%+v", tc)
	}
	block, err := statute.Find("ES-BLOCK")
	require.NoError(t, err)
	l := block.At(retention.History{{Event: retention.ProcessingEnded, On: day(t, "2020-01-01")}}, day(t, "2026-01-01"), retention.FinancialYear{})
	require.True(t, l.Open)
	require.Equal(t, retention.Restricted, block.State(l, day(t, "2026-01-01"), false))
}

func TestWhy(t *testing.T) {
	t.Parallel()
	june := retention.FinancialYear{Month: 6, Day: 30}
	for _, tc := range []struct {
		rule, event, at string
		fy              retention.FinancialYear
		en, nl          string
	}{
		{
			"NL-TAX", "2018-03-15", "2026-01-01", retention.FinancialYear{},
			"The day on which the document was drawn up is 2018-03-15; the calendar year ended on 2018-12-31. The period of 7 years, counted in whole days from the day after, ends on 2025-12-31.",
			"De dag waarop het stuk is opgemaakt is 2018-03-15; het kalenderjaar eindigde op 2018-12-31. De termijn van 7 jaar, in hele dagen geteld vanaf de dag erna, eindigt op 2025-12-31.",
		},
		{
			"NL-TAX", "2018-03-15", "2018-01-01", retention.FinancialYear{},
			"Pending: nothing that starts the period has happened (the document was drawn up).",
			"In afwachting: niets wat de termijn doet ingaan is gebeurd (het stuk is opgemaakt).",
		},
		{
			"NL-APPL", "2026-01-31", "2026-11-24", retention.FinancialYear{},
			"The day on which the application procedure ended is 2026-01-31. The period of 4 weeks, that day not counted, ends on 2026-02-28.",
			"De dag waarop de sollicitatieprocedure is geëindigd is 2026-01-31. De termijn van 4 weken, die dag niet meegerekend, eindigt op 2026-02-28.",
		},
		{
			"DK-BFL", "2018-09-10", "2019-01-01", june,
			"The day on which the document was drawn up is 2018-09-10; the financial year (to 06-30) ended on 2019-06-30. Pending: the books are open until then.",
			"De dag waarop het stuk is opgemaakt is 2018-09-10; het boekjaar (tot en met 06-30) eindigde op 2019-06-30. In afwachting: tot dan zijn de boeken open.",
		},
		{
			"EU-AMLR", "2020-01-01", "2026-01-01", retention.FinancialYear{},
			"Pending: no version of the law covers an event of 2020-01-01 on that day.",
			"In afwachting: geen versie van de wet geldt op die dag voor een gebeurtenis van 2020-01-01.",
		},
		{
			"DE-VOUCHER", "2016-05-01", "2025-01-01", retention.FinancialYear{},
			"The day on which the document was drawn up is 2016-05-01; the calendar year ended on 2016-12-31. The period of 8 years, counted in whole days from the day after, ends on 2024-12-31. Version 2 of the law applies from 2025-01-01.",
			"De dag waarop het stuk is opgemaakt is 2016-05-01; het kalenderjaar eindigde op 2016-12-31. De termijn van 8 jaar, in hele dagen geteld vanaf de dag erna, eindigt op 2024-12-31. Versie 2 van de wet geldt vanaf 2025-01-01.",
		},
	} {
		r, err := statute.Find(tc.rule)
		require.NoError(t, err)
		h := retention.History{{Event: r.Events[0], On: day(t, tc.event)}}
		why := r.Why(r.At(h, day(t, tc.at), tc.fy), tc.fy)
		require.Equal(t, tc.en, why.En)
		require.Equal(t, tc.nl, why.Nl)
	}
}

// A last day beyond the calendar is no end: the record is kept, and the words say why.
func TestBeyondTheCalendar(t *testing.T) {
	t.Parallel()
	r := own(t, retention.Maximum, "P9000Y", retention.Ordered)
	l := r.At(retention.History{{Event: retention.Ordered, On: day(t, "2026-01-01")}}, day(t, "2026-11-24"), retention.FinancialYear{})
	require.Zero(t, l.LastDay)
	require.True(t, l.Open)
	require.Equal(t, retention.Active, r.State(l, day(t, "9999-12-31"), false))
	require.Contains(t, r.Why(l, retention.FinancialYear{}).En, "The period ends after the year 9999.")
}

// AO 108(3) may roll the end of a minimum forward: 31 December 2022 is a Saturday and
// 2 January 2023 the next working day. Its cut-off rolls with it.
func TestRolling(t *testing.T) {
	t.Parallel()
	r, err := statute.Find("DE-LETTER")
	require.NoError(t, err)
	r.Regime, r.Holidays = retention.AO108, holiday.DE()
	require.NoError(t, r.Check())
	e := day(t, "2016-05-01")
	require.Equal(t, "2023-01-02", r.LastDay(e, day(t, "2024-01-01"), retention.FinancialYear{}).String())
	for today, want := range map[string]string{"2023-01-02": "2015-12-31", "2023-01-03": "2016-12-31"} {
		c, ok := r.Cutoff(day(t, today), retention.FinancialYear{})
		require.True(t, ok)
		require.Equal(t, want, c.String())
	}
	why := r.Why(r.At(retention.History{{Event: r.Events[0], On: e}}, day(t, "2024-01-01"), retention.FinancialYear{}), retention.FinancialYear{})
	require.Contains(t, why.En, "first working day")
	require.Contains(t, why.En, "AO 108(3)")
}
