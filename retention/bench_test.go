package retention_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// kindsOfTerms is a term of seven years for each cut-off.
func kindsOfTerms() []retention.Term {
	var out []retention.Term
	for _, cut := range allCuts[1:] {
		out = append(out, retention.Term{Period: retention.Period{Months: 84}, Cut: cut})
	}
	return out
}

var halfYear = retention.FinancialYear{Month: time.June, Day: 30}

func BenchmarkRuleAt(b *testing.B) {
	today := day(b, "2026-11-24")
	history := retention.History{
		{Event: retention.Collected, On: day(b, "2014-02-03")}, {Event: retention.Drafted, On: day(b, "2018-09-10")},
		{Event: retention.Ordered, On: day(b, "2018-09-11")}, {Event: retention.Clicked, On: day(b, "2021-03-04")},
	}
	for _, term := range kindsOfTerms() {
		r := retention.Rule{ID: "own", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted}, Terms: []retention.Term{term}}
		b.Run(string(term.Cut), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if l := r.At(history, today, halfYear); l.LastDay == 0 {
					b.Fatal("no last day")
				}
			}
		})
	}
}

func BenchmarkRuleCutoff(b *testing.B) {
	today := day(b, "2026-11-24")
	for _, term := range kindsOfTerms() {
		r := retention.Rule{ID: "own", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted}, Terms: []retention.Term{term}}
		b.Run(string(term.Cut), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c, ok := r.Cutoff(today, halfYear); c == 0 || !ok {
					b.Fatal("no cut-off")
				}
			}
		})
	}
}

const rules = 16

// sixteenEvents are real ones, so that their names differ as names do.
func sixteenEvents() []retention.Event {
	return []retention.Event{
		retention.Collected, retention.Drafted, retention.Dispatched, retention.Transacted, retention.LastEntry, retention.BooksClosed,
		retention.UseStarted, retention.RelationshipEnded, retention.EmploymentEnded, retention.ProcedureEnded, retention.RejectionReceived,
		retention.Applied, retention.FileChanged, retention.ClaimDue, retention.ConsentUsed, retention.Clicked,
	}
}

// sixteen is a schedule with one class under sixteen rules, each on an event and for
// a purpose of its own, of every cut-off twice; and fields in that class.
func sixteen(b *testing.B, fields int) *retention.Schedule {
	b.Helper()
	c := retention.Class{ID: "record"}
	for i := range rules {
		term := kindsOfTerms()[i%7]
		term.Period.Months += int32(i)
		kind := []retention.Kind{retention.Minimum, retention.Maximum}[i%2]
		id := fmt.Sprintf("rule_%d", i)
		c.Uses = append(c.Uses, use(basis.PurposeID(id), id, kind, []retention.Term{term}, sixteenEvents()[i]))
	}
	p := retention.Policy{Classes: []retention.Class{c}, FinancialYear: halfYear, Fields: map[basis.Field][]retention.ClassID{}}
	for i := range fields {
		p.Fields[basis.Field(fmt.Sprintf("field_%d", i))] = []retention.ClassID{"record"}
	}
	s, err := retention.NewSchedule(p)
	require.NoError(b, err)
	return s
}

// happened is the history of a record with all sixteen events.
func happened(b *testing.B) (h retention.History) {
	b.Helper()
	for i, e := range sixteenEvents() {
		h = append(h, retention.Occurrence{Event: e, On: day(b, "2016-01-31") + retention.Date(97*i)})
	}
	return h
}

// perRule reports the time for one rule, of which n were computed in each turn.
func perRule(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rule")
}

func BenchmarkDecide(b *testing.B) {
	today := day(b, "2026-11-24")
	record := retention.Record{Subject: "c-42", Classes: []retention.ClassID{"record"}, History: happened(b)}
	for _, fields := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d rules, %d fields", rules, fields), func(b *testing.B) {
			s := sixteen(b, fields)
			dst := make([]retention.Decision, 0, fields)
			b.ReportAllocs()
			for b.Loop() {
				if dst = s.Decide(dst[:0], &record, today, nil); len(dst) != fields {
					b.Fatal(len(dst))
				}
			}
			perRule(b, rules)
		})
	}
}

func BenchmarkCutoffs(b *testing.B) {
	s, today := sixteen(b, 1), day(b, "2026-11-24")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Cutoffs(today, "record"); err != nil {
			b.Fatal(err)
		}
	}
	perRule(b, rules)
}

// A record that is due passes all sixteen comparisons.
func BenchmarkCutoffsDue(b *testing.B) {
	c, err := sixteen(b, 1).Cutoffs(day(b, "2036-11-24"), "record")
	require.NoError(b, err)
	on := make([]retention.Date, rules)
	for i := range on {
		on[i] = day(b, "2016-01-31")
	}
	b.Run("days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !c.Due(on) {
				b.Fatal("not due")
			}
		}
		perRule(b, rules)
	})
	history := happened(b)
	b.Run("history", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !c.History(history) {
				b.Fatal("not due")
			}
		}
		perRule(b, rules)
	})
}

// A million records with sixteen days each, as columns, against the cut-off of each
// column, and against the rules themselves. At the first sweep nearly half is due at random,
// so that each comparison is a surprise; at one of the nights after it hardly any.
func BenchmarkMillion(b *testing.B) {
	today := day(b, "2026-11-24")
	list := make([]retention.Rule, rules)
	for i := range list {
		term := kindsOfTerms()[i%7]
		term.Period.Months += int32(i)
		list[i] = retention.Rule{ID: "own", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted}, Terms: []retention.Term{term}}
	}
	for _, sweep := range []struct{ name, since string }{{"first", "2014-01-01"}, {"nightly", "2018-11-01"}} {
		columns := manyDays(day(b, sweep.since), today)
		want := 0
		b.Run(sweep.name+" by rule", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for i := range list {
					for _, d := range columns[i] {
						if last := list[i].LastDay(d, today, halfYear); last != 0 && last < today {
							n++
						}
					}
				}
				want = n
			}
			perRule(b, million*rules)
		})
		b.Run(sweep.name+" by cut-off", func(b *testing.B) {
			b.ReportAllocs()
			got := 0
			for b.Loop() {
				n := 0
				for i := range list {
					cutoff, ok := list[i].Cutoff(today, halfYear)
					if !ok {
						b.Fatal("no single cut-off")
					}
					due := retention.Span{To: cutoff}
					for _, d := range columns[i] {
						if due.Holds(d) {
							n++
						}
					}
				}
				got = n
			}
			perRule(b, million*rules)
			b.ReportMetric(100*float64(got)/(million*rules), "%due")
			if want != 0 {
				require.Equal(b, want, got)
			}
		})
	}
}

const million = 1_000_000

// manyDays are sixteen columns of a million days each, one in ten of them none.
func manyDays(from, to retention.Date) [][]retention.Date {
	dice := rand.New(rand.NewPCG(1, 2))
	columns := make([][]retention.Date, rules)
	for i := range columns {
		columns[i] = make([]retention.Date, million)
		for j := range columns[i] {
			if dice.IntN(10) > 0 {
				columns[i][j] = from + retention.Date(dice.IntN(int(to-from)))
			}
		}
	}
	return columns
}

func BenchmarkParsePeriod(b *testing.B) {
	for _, s := range []string{"P7Y", "P1Y6M", "P4W", "P10Y11M30D"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := retention.ParsePeriod(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWhy(b *testing.B) {
	r := retention.Rule{
		ID: "own", Kind: retention.Minimum, Events: []retention.Event{retention.Drafted},
		Terms: []retention.Term{{Period: retention.Period{Months: 84}, Cut: retention.CutYear}},
	}
	l := r.At(retention.History{{Event: retention.Drafted, On: day(b, "2018-03-15")}}, day(b, "2026-11-24"), retention.FinancialYear{})
	b.ReportAllocs()
	for b.Loop() {
		if r.Why(l, retention.FinancialYear{}).En == "" {
			b.Fatal("no words")
		}
	}
}
