package disposal

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

// columns are the event columns of the table.
var columns = [...]string{"drafted", "active", "ended", "claim_due", "damage_known", "blocked"}

// recorded says which column has which event. Several share one: active is the last
// activity of any kind, drafted and ended are one day in the life of any document or relationship.
func recorded() map[retention.Event]string {
	return map[retention.Event]string{
		retention.Drafted: "drafted", retention.LastEntry: "drafted", retention.Recorded: "drafted",
		retention.Collected: "active", retention.Contacted: "active", retention.Clicked: "active", retention.Replied: "active", retention.Ordered: "active",
		retention.RelationshipEnded: "ended", retention.RejectionReceived: "ended",
		retention.ClaimDue: "claim_due", retention.DamageKnown: "damage_known",
		retention.ProcessingEnded: "blocked",
		retention.LoggedIn:        "", // this system has no accounts
	}
}

// class is a class of records, with the column that leads in its index.
type class struct {
	id     retention.ClassID
	column string
	exact  bool // a comparison with that column says all
	uses   []retention.Use
}

// classes have rules of every shape: of statutes, and of our own.
func classes(t testing.TB) []class {
	t.Helper()
	law := func(key string) retention.Use {
		r, err := statute.Find(key)
		require.NoError(t, err)
		return retention.Use{Purpose: basis.PurposeID("p-" + key), Rule: r}
	}
	own := func(purpose basis.PurposeID, id string, kind retention.Kind, terms []retention.Term, events ...retention.Event) retention.Use {
		return retention.Use{Purpose: purpose, Rule: retention.Rule{ID: id, Kind: kind, Terms: terms, Events: events}}
	}
	term := func(p string, cut retention.Cut) []retention.Term {
		parsed, err := retention.ParsePeriod(p)
		require.NoError(t, err)
		return []retention.Term{{Period: parsed, Cut: cut}}
	}
	// Records of until 2018 stay longer than those after, so that what is due has a gap.
	versions := append(term("P10Y", retention.CutNone), term("P2Y", retention.CutNone)...)
	versions[0].ByCutoff, versions[0].Until = true, day(t, "2018-12-31")
	versions[1].ByCutoff, versions[1].From = true, day(t, "2019-01-01")
	return []class{
		{"nl_invoice", "drafted", true, []retention.Use{law("NL-TAX")}},      // year of the calendar
		{"de_voucher", "drafted", true, []retention.Use{law("DE-VOUCHER")}},  // law that changed, applied by the day of today
		{"be_invoice", "drafted", false, []retention.Use{law("BE-TAX")}},     // old records under old law
		{"fr_accounts", "drafted", true, []retention.Use{law("FR-ACC")}},     // financial year
		{"at_accounts", "drafted", true, []retention.Use{law("AT-BAO")}},     // year of the financial year
		{"de_book", "drafted", true, []retention.Use{law("DE-BOOK")}},        // two events in one column
		{"fr_prospect", "active", true, []retention.Use{law("FR-PROSPECT")}}, // five events in one column
		{"camera", "drafted", true, []retention.Use{law("BE-CCTV")}},         // a month
		{"de_applicant", "ended", true, []retention.Use{law("DE-APPL")}},     // guidance
		{"diligence", "ended", true, []retention.Use{law("EU-AMLR")}},        // law that is not in force yet
		{"quarterly", "drafted", true, []retention.Use{own("q", "quarterly", retention.Minimum, term("P2Y", retention.CutQuarter), retention.Drafted)}},
		{"versions", "drafted", false, []retention.Use{own("v", "versions", retention.Minimum, versions, retention.Drafted)}},
		{"claim", "id", false, []retention.Use{own("c", "claim", retention.PurposeLimit, term("P5Y", retention.CutDay), retention.ClaimDue, retention.DamageKnown)}},
		{"customer", "drafted", false, []retention.Use{
			own("use", "contact", retention.Maximum, term("P2Y", retention.CutNone), retention.Contacted),
			own("tax", "order", retention.Minimum, term("P7Y", retention.CutYear), retention.Drafted),
		}},
		{"either", "id", false, []retention.Use{
			own("use", "either", retention.Maximum, term("P6M1D", retention.CutNone), retention.RelationshipEnded),
			own("use", "other", retention.Maximum, term("P3Y", retention.CutMonth), retention.Clicked, retention.LoggedIn),
		}},
		{"blocked", "active", false, []retention.Use{
			own("use", "using", retention.Maximum, term("P1Y", retention.CutNone), retention.Clicked),
			own("block", "blocking", retention.Restriction, term("P3Y", retention.CutNone), retention.ProcessingEnded),
		}},
	}
}

// schedule has the classes, with books that close on 30 June. The rows of even classes
// are deleted, of the others anonymized.
func schedule(t testing.TB) *retention.Schedule {
	t.Helper()
	p := retention.Policy{Version: "1", FinancialYear: retention.FinancialYear{Month: time.June, Day: 30}}
	for i, c := range classes(t) {
		p.Classes = append(p.Classes, retention.Class{
			ID: c.id, Uses: c.uses,
			Disposition: []retention.Disposition{retention.Delete, retention.Anonymize}[i%2],
		})
	}
	s, err := retention.NewSchedule(p)
	require.NoError(t, err)
	return s
}

func day(t testing.TB, s string) retention.Date {
	t.Helper()
	d, err := retention.ParseDate(s)
	require.NoError(t, err)
	return d
}

// record is a row of the table.
type record struct {
	id      int
	class   retention.ClassID
	subject string
	days    [len(columns)]retention.Date
	held    bool
	done    retention.Date
}

// records are n made-up ones, the same for everyone: events spread over twelve years
// to the end of 2028, one in ten unknown; one in eight held, one in eight done.
func records(t testing.TB, n int) []record {
	t.Helper()
	dice := rand.New(rand.NewPCG(17, 1))
	list := classes(t)
	first := day(t, "2017-01-01")
	out := make([]record, n)
	for i := range out {
		r := record{id: i + 1, class: list[dice.IntN(len(list))].id, subject: fmt.Sprintf("c-%d", dice.IntN(n/4+1))}
		for j := range r.days {
			if dice.IntN(10) > 0 {
				r.days[j] = first + retention.Date(dice.IntN(12*365+3))
			}
		}
		r.held = dice.IntN(8) == 0
		if dice.IntN(8) == 0 {
			r.done = first + retention.Date(dice.IntN(12*365))
		}
		out[i] = r
	}
	return out
}

// of is what a schedule needs to know of the row.
func (r *record) of() retention.Record {
	out := retention.Record{Subject: basis.Subject(r.subject), Classes: []retention.ClassID{r.class}}
	for e, column := range recorded() {
		for i := range columns {
			if columns[i] == column {
				out.History = append(out.History, retention.Occurrence{Event: e, On: r.days[i]})
			}
		}
	}
	return out
}

// due says whether a schedule has the row due, which asks no cut-off.
func (r *record) due(s *retention.Schedule, today retention.Date) bool {
	record := r.of()
	d, ok := s.Class(r.class, &record, today, nil)
	return ok && d.State == retention.Due && !r.held && r.done == 0
}

// passes reports whether the row is due by the cut-offs of its class.
func (r *record) passes(c *retention.Cutoffs) bool {
	return !r.held && r.done == 0 && c.History(r.of().History)
}
