package retention_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
)

// dated is a use whose law changes: each version holds from the day after the one before.
func dated(t testing.TB, byCutoff bool, u retention.Use, first string, later ...string) retention.Use {
	t.Helper()
	c := u.Rule.Terms[0].Cut
	u.Rule.Terms = []retention.Term{{Period: period(t, first), Cut: c, ByCutoff: byCutoff}}
	for i := 0; i < len(later); i += 2 {
		from := day(t, later[i])
		u.Rule.Terms[len(u.Rule.Terms)-1].Until = from - 1
		u.Rule.Terms = append(u.Rule.Terms, retention.Term{Period: period(t, later[i+1]), Cut: c, From: from, ByCutoff: byCutoff})
	}
	return u
}

// open leaves the end of a use open.
func open(u retention.Use) retention.Use {
	u.Rule.Terms = []retention.Term{{Open: true}}
	return u
}

func reasoned(u retention.Use) retention.Use {
	u.Reason = "decided by the board on 3 March"
	return u
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	minimum := func(p string, events ...retention.Event) retention.Use {
		return plain(t, "tax", retention.Minimum, p, append(events, retention.Drafted)...)
	}
	maximum := func(p string, events ...retention.Event) retention.Use {
		return plain(t, "tax", retention.Maximum, p, append(events, retention.Drafted)...)
	}
	rolling := func(u retention.Use) retention.Use {
		u.Rule.Regime, u.Rule.Holidays = retention.AO108, holiday.DE()
		return u
	}
	guidance := plain(t, "tax", retention.Guidance, "P3Y", retention.Drafted)
	advised := plain(t, "tax", retention.MinimumGuidance, "P3Y", retention.Drafted)
	unverified := minimum("P7Y")
	unverified.Rule.Confidence = retention.Unverified
	secondary := minimum("P7Y")
	secondary.Rule.Confidence = retention.SecondarySource
	blank := maximum("P4Y")
	blank.Reason = " \t"
	const ends = "which must be kept: an event of "
	for _, c := range []struct {
		name     string
		uses     []retention.Use
		fy       retention.FinancialYear
		err      string // "" for none
		findings []basis.Code
	}{
		// A maximum below a minimum can't be obeyed (AWR 52(4) against GDPR 5(1)(e)).
		{name: "maximum below minimum", uses: []retention.Use{maximum("P5Y"), minimum("P7Y")}, err: ends},
		{name: "in the other order", uses: []retention.Use{minimum("P7Y"), maximum("P5Y")}, err: ends},
		{name: "as long", uses: []retention.Use{maximum("P7Y"), minimum("P7Y")}},
		{name: "longer", uses: []retention.Use{maximum("P8Y"), minimum("P7Y")}},
		{name: "as long, but not from the end of the year", uses: []retention.Use{maximum("P7Y"), cut(retention.CutYear, minimum("P7Y"))}, err: ends},
		{name: "a year more than from the end of the year", uses: []retention.Use{maximum("P8Y"), cut(retention.CutYear, minimum("P7Y"))}},
		{
			name: "the books close in June", fy: retention.FinancialYear{Month: 6, Day: 30},
			uses: []retention.Use{cut(retention.CutYear, maximum("P7Y")), cut(retention.CutYearOfFinancialYear, minimum("P7Y"))}, err: ends,
		},
		{
			name: "the books close in December",
			uses: []retention.Use{cut(retention.CutYear, maximum("P7Y")), cut(retention.CutYearOfFinancialYear, minimum("P7Y"))},
		},

		// Months have no fixed number of days.
		{name: "shorter in leap years alone", uses: []retention.Use{maximum("P365D"), minimum("P1Y")}, err: ends},
		{name: "shorter in common years alone", uses: []retention.Use{maximum("P1Y"), minimum("P366D")}, err: ends},
		{name: "a year is never below 365 days", uses: []retention.Use{maximum("P1Y"), minimum("P365D")}},
		{name: "shorter over February of common years alone", uses: []retention.Use{maximum("P1M"), minimum("P29D")}, err: ends},
		{name: "a month is never below 28 days", uses: []retention.Use{maximum("P1M"), minimum("P28D")}},
		{name: "four years are 1461 days", uses: []retention.Use{maximum("P4Y"), minimum("P1461D")}},
		{name: "and no more", uses: []retention.Use{maximum("P4Y"), minimum("P1462D")}, err: ends},
		{name: "five years are 1826 or 1827 days", uses: []retention.Use{maximum("P5Y"), minimum("P1827D")}, err: ends},

		// Versions of law: what holds on one day must be possible on that day.
		{name: "under the new law", uses: []retention.Use{maximum("P8Y"), dated(t, false, minimum("P7Y"), "P7Y", "2030-01-01", "P10Y")}, err: ends},
		{name: "under the old law", uses: []retention.Use{maximum("P8Y"), dated(t, false, minimum("P7Y"), "P10Y", "2010-01-01", "P7Y")}, err: ends},
		{name: "under the law between", uses: []retention.Use{maximum("P8Y"), dated(t, false, minimum("P7Y"), "P7Y", "2030-01-01", "P10Y", "2031-01-01", "P7Y")}, err: ends},
		{
			name: "both change on that day",
			uses: []retention.Use{dated(t, false, maximum("P1Y"), "P8Y", "2030-01-01", "P11Y"), dated(t, false, minimum("P1Y"), "P7Y", "2030-01-01", "P10Y")},
		},
		{
			name: "one changes a day later",
			uses: []retention.Use{dated(t, false, maximum("P1Y"), "P8Y", "2030-01-02", "P11Y"), dated(t, false, minimum("P1Y"), "P7Y", "2030-01-01", "P10Y")}, err: ends,
		},
		{
			name: "old records under old law, both",
			uses: []retention.Use{dated(t, true, maximum("P1Y"), "P8Y", "2030-01-01", "P11Y"), dated(t, true, minimum("P1Y"), "P7Y", "2030-01-01", "P10Y")},
		},
		{
			// A record of 2029 stays under the minimum of old; the maximum is that of the day.
			name: "old records under old law, the minimum alone",
			uses: []retention.Use{dated(t, false, maximum("P1Y"), "P11Y", "2030-01-01", "P8Y"), dated(t, true, minimum("P1Y"), "P10Y", "2030-01-01", "P7Y")}, err: ends,
		},
		{
			name: "leap years under the new law",
			uses: []retention.Use{maximum("P1461D"), dated(t, false, minimum("P1Y"), "P1Y", "2030-01-01", "P4Y1D")}, err: ends,
		},

		// A minimum that rolls forward is longer on some days, and a maximum never rolls.
		{name: "rolls past the maximum", uses: []retention.Use{maximum("P7Y"), rolling(minimum("P7Y"))}, err: ends},
		{name: "does not roll past ten days", uses: []retention.Use{maximum("P7Y10D"), rolling(minimum("P7Y"))}},
		// 31 December 2033 is a Saturday; the next working day is 2 January 2034.
		{name: "rolls past the year", uses: []retention.Use{cut(retention.CutYear, maximum("P7Y")), rolling(cut(retention.CutYear, minimum("P7Y")))}, err: ends},

		// Regulation 2024/1624 Art. 77: keep so long, then delete.
		{name: "two exact periods", uses: []retention.Use{plain(t, "tax", retention.Exact, "P5Y", retention.Drafted), plain(t, "tax", retention.Exact, "P6Y", retention.Drafted)}, err: ends},
		{name: "exact and a maximum below", uses: []retention.Use{plain(t, "tax", retention.Exact, "P5Y", retention.Drafted), maximum("P4Y")}, err: ends},
		{name: "exact and a minimum above", uses: []retention.Use{plain(t, "tax", retention.Exact, "P5Y", retention.Drafted), minimum("P6Y")}, err: ends},
		{name: "exact between", uses: []retention.Use{plain(t, "tax", retention.Exact, "P5Y", retention.Drafted), minimum("P4Y"), maximum("P6Y")}},

		// What can't be compared beforehand is no error; the minimum decides in a record.
		{name: "different events", uses: []retention.Use{plain(t, "tax", retention.Maximum, "P1Y", retention.Contacted), minimum("P7Y")}},
		{name: "one event in common", uses: []retention.Use{maximum("P1Y", retention.Contacted), minimum("P7Y", retention.BooksClosed)}, err: ends},
		{name: "different purposes restrict", uses: []retention.Use{plain(t, "marketing", retention.Maximum, "P1Y", retention.Drafted), minimum("P7Y")}},
		{name: "a permission ends nothing that must be kept", uses: []retention.Use{plain(t, "tax", retention.PurposeLimit, "P1Y", retention.Drafted), minimum("P7Y")}},

		{name: "open minimum with a maximum", uses: []retention.Use{maximum("P90Y"), open(minimum("P0D"))}, err: ends},
		{name: "open maximum with a minimum", uses: []retention.Use{open(maximum("P0D")), minimum("P90Y")}},
		{name: "both open", uses: []retention.Use{open(maximum("P0D")), open(minimum("P0D"))}},
		{name: "a minimum beyond the calendar", uses: []retention.Use{maximum("P9000Y"), minimum("P9999Y")}},

		// CNIL, référentiel gestion commerciale: beyond what is advised a controller says why (GDPR 5(2)).
		{name: "beyond guidance without a reason", uses: []retention.Use{guidance, maximum("P4Y")}, err: "goes beyond guidance tax-max-guidance-P3Y"},
		{name: "beyond guidance, and the reason is blank", uses: []retention.Use{guidance, blank}, err: "goes beyond guidance"},
		{name: "beyond guidance with a reason", uses: []retention.Use{guidance, reasoned(maximum("P4Y"))}, findings: []basis.Code{retention.CodeBeyondGuidance}},
		{name: "beyond guidance without an end", uses: []retention.Use{guidance, open(maximum("P0D"))}, err: "goes beyond guidance"},
		{name: "as guidance has it", uses: []retention.Use{guidance, maximum("P3Y")}},
		{name: "below guidance", uses: []retention.Use{guidance, maximum("P2Y")}},
		{name: "guidance below what law orders", uses: []retention.Use{guidance, minimum("P7Y")}},
		{name: "beyond guidance by a day in leap years", uses: []retention.Use{plain(t, "tax", retention.Guidance, "P365D", retention.Drafted), maximum("P1Y")}, err: "goes beyond guidance"},
		{name: "below an advised minimum without a reason", uses: []retention.Use{advised, maximum("P2Y")}, err: "goes below guidance tax-min-guidance-P3Y"},
		{name: "below an advised minimum with a reason", uses: []retention.Use{advised, reasoned(maximum("P2Y"))}, findings: []basis.Code{retention.CodeBeyondGuidance}},
		{name: "at an advised minimum", uses: []retention.Use{advised, maximum("P3Y")}},

		{name: "an unverified rule without a reason", uses: []retention.Use{unverified}, err: "is unverified (confidence C)"},
		{name: "an unverified rule with a reason", uses: []retention.Use{reasoned(unverified)}, findings: []basis.Code{retention.CodeUnverified}},
		{name: "a professional source needs none", uses: []retention.Use{secondary}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := retention.Policy{FinancialYear: c.fy, Classes: []retention.Class{{ID: "a", Uses: c.uses}}}
			s, err := retention.NewSchedule(p)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				require.ErrorContains(t, err, `retention: class "a"`)
				require.Nil(t, s)
				witnessed(t, c.uses, c.fy, err)
				return
			}
			require.NoError(t, err)
			var codes []basis.Code
			for _, f := range s.Findings() {
				codes = append(codes, f.Code)
				require.Equal(t, basis.SeverityWarning, f.Severity)
				require.NotEmpty(t, f.Text.En)
				require.NotEmpty(t, f.Text.Nl)
				require.Contains(t, f.Path, "a/tax/tax-")
			}
			require.Equal(t, c.findings, codes)

			// In two classes the rules never meet.
			p.Classes = nil
			for i, u := range c.uses {
				p.Classes = append(p.Classes, retention.Class{ID: retention.ClassID("abc"[i : i+1]), Uses: []retention.Use{u}})
			}
			_, err = retention.NewSchedule(p)
			require.NoError(t, err)
		})
	}
}

var eventDay = regexp.MustCompile(`an event of (\S+)`)

// witnessed looks the day up that a conflict names: an event of it collides on some later day.
func witnessed(t *testing.T, uses []retention.Use, fy retention.FinancialYear, err error) {
	t.Helper()
	m := eventDay.FindStringSubmatch(err.Error())
	if m == nil {
		return
	}
	event := day(t, m[1])
	a, b := uses[0].Rule, uses[1].Rule
	differ := false
	for at := event; at < event+60*366; at++ {
		x, y := a.At(retention.History{{Event: a.Events[len(a.Events)-1], On: event}}, at, fy), b.At(retention.History{{Event: b.Events[len(b.Events)-1], On: event}}, at, fy)
		differ = differ || !x.Pending && !y.Pending && x.LastDay != y.LastDay
	}
	require.True(t, differ, "an event of %s collides on no day", event)
}

// Rules that begin with different events collide in a record: the minimum decides, and
// the maximum ends the rest (GDPR 17(3)(b)).
func TestCollisionInARecord(t *testing.T) {
	t.Parallel()
	s := scheduleOf(t, plain(t, "tax", retention.Maximum, "P1Y", retention.Contacted), plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted))
	r := retention.Record{History: history(t, retention.Contacted, "2020-01-01", retention.Drafted, "2020-01-01")}
	for at, want := range map[string]retention.State{
		"2021-01-01": retention.Active, "2021-01-02": retention.Restricted, "2027-01-01": retention.Restricted, "2027-01-02": retention.Due,
	} {
		d, ok := s.Field("email", &r, day(t, at), nil)
		require.True(t, ok)
		require.Equal(t, want, d.State, at)
		require.Equal(t, "2027-01-01", d.KeepUntil.String(), at)
		require.Equal(t, want != retention.Due, d.Allows("tax"), at)
	}
}

// Every conflict is told at once, with the class, the purpose and both rules.
func TestConflictsAreJoined(t *testing.T) {
	t.Parallel()
	_, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{
		{ID: "a", Uses: []retention.Use{plain(t, "tax", retention.Maximum, "P1Y", retention.Drafted), plain(t, "tax", retention.Minimum, "P2Y", retention.Drafted)}},
		{ID: "b", Uses: []retention.Use{plain(t, "use", retention.Maximum, "P3Y", retention.Ordered), plain(t, "use", retention.Minimum, "P4Y", retention.Ordered)}},
	}})
	require.ErrorContains(t, err, `retention: class "a", purpose tax: rule tax-max-P1Y would end before rule tax-min-P2Y, which must be kept`)
	require.ErrorContains(t, err, `retention: class "b", purpose use: rule use-max-P3Y would end before rule use-min-P4Y, which must be kept`)
}

// A schedule has at most 64 events, whatever rules they are spread over.
func TestTooManyEvents(t *testing.T) {
	t.Parallel()
	with := func(n int) error {
		var events []retention.Event
		for i := range n {
			events = append(events, retention.Event(fmt.Sprintf("event_%d", i)))
		}
		_, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{ID: "record", Uses: []retention.Use{
			use("a", "a", retention.Maximum, terms(t, "P1Y"), events[:40]...),
			use("b", "b", retention.Maximum, terms(t, "P1Y"), events[20:]...),
		}}}})
		return err
	}
	require.NoError(t, with(64))
	require.ErrorContains(t, with(65), "more than 64 events")
}
