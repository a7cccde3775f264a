package retention_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
	"github.com/grondslag/grondslag/retention/statute"
)

// on is a day that exists.
func on(s string) retention.Date {
	d, err := retention.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func Example() {
	rule, err := statute.Find("NL-TAX")
	if err != nil {
		fmt.Println(err)
		return
	}
	history := retention.History{{Event: retention.Drafted, On: on("2018-03-15")}}
	lapse := rule.At(history, on("2026-01-01"), retention.FinancialYear{})
	fmt.Println(lapse.LastDay, rule.State(lapse, on("2026-01-01"), false))
	fmt.Println(rule.Why(lapse, retention.FinancialYear{}).En)
	cutoff, _ := rule.Cutoff(on("2026-01-01"), retention.FinancialYear{})
	fmt.Println("due is what was drawn up on or before", cutoff)
	// Output:
	// 2025-12-31 due
	// The day on which the document was drawn up is 2018-03-15; the calendar year ended on 2018-12-31. The period of 7 years, counted in whole days from the day after, ends on 2025-12-31.
	// due is what was drawn up on or before 2018-12-31
}

func ExampleParsePeriod() {
	for _, s := range []string{"P7Y", "P1Y6M", "P4W", "P1Y1Y"} {
		p, err := retention.ParsePeriod(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(p, p.Words().En)
	}
	// Output:
	// P7Y 7 years
	// P1Y6M 18 months
	// P4W 4 weeks
	// retention: want a period like P7Y, P18M, P1Y6M, P4W or P90D: whole numbers, each unit once, in the order Y M D
}

func ExampleDateIn() {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2018, 12, 31, 23, 30, 0, 0, time.UTC)
	fmt.Println(retention.DateIn(at, time.UTC), retention.DateIn(at, amsterdam))
	// Output: 2018-12-31 2019-01-01
}

func ExampleTerm_LastDay() {
	year := retention.Term{Period: retention.Period{Months: 12}}
	fmt.Println(year.LastDay(on("2024-02-29"), retention.FinancialYear{}))
	year.Cut = retention.CutMonth
	fmt.Println(year.LastDay(on("2023-02-10"), retention.FinancialYear{}))
	// Output:
	// 2025-02-28
	// 2024-02-29
}

func ExampleHours_After() {
	aware := time.Date(2020, 12, 22, 12, 17, 0, 0, time.FixedZone("", 3600))
	fmt.Println(retention.Hours(72).After(aware).Format(time.RFC3339))
	// Output: 2020-12-25T13:00:00+01:00
}

func ExampleDeadline_LastDay() {
	request := retention.SubjectRequest()
	last, err := request.LastDay(on("2026-03-05"), holiday.NL())
	if err != nil {
		fmt.Println(err)
		return
	}
	extended, err := request.LastDayExtended(on("2026-03-05"), holiday.NL())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(last, extended, request.Article)
	// Output: 2026-04-07 2026-06-05 GDPR 12(3)
}

func ExampleReceiptAfter() {
	asked := retention.Pause{From: on("2026-03-06"), Until: on("2026-03-12")}
	counts, err := retention.ReceiptAfter(on("2026-03-05"), asked)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(counts)
	// Output: 2026-03-12
}

func ExampleNoticeDay() {
	// Data from a third party, and a first message within the month.
	last, err := retention.NoticeDay(on("2026-03-05"), on("2026-03-20"), 0, holiday.NL())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(last)
	// Output: 2026-03-20
}

// buyer is a model with its classes of retention on it.
type buyer struct {
	ID    string `retain:"*"`
	Email string `retain:"mailing,invoice"`
	IBAN  string `retain:"invoice"`
	Click string `retain:"mailing"`
	Theme string `retain:"-"`
}

// shop is the schedule of a small web shop.
func shop(version string, mailing retention.Period) *retention.Schedule {
	tax, err := statute.Find("NL-TAX")
	if err != nil {
		panic(err)
	}
	s, err := retention.NewSchedule(retention.Policy{
		Version: version,
		Classes: []retention.Class{{
			ID: "mailing", Disposition: retention.Anonymize,
			Uses: []retention.Use{{Purpose: "newsletter", Rule: retention.Rule{
				ID: "mailing", Kind: retention.Maximum, Law: "GDPR 5(1)(e)",
				Events: []retention.Event{retention.Ordered, retention.Clicked},
				Terms:  []retention.Term{{Period: mailing}},
			}}},
		}, {
			ID: "invoice", Uses: []retention.Use{{Purpose: "tax", Rule: tax}},
		}},
	}, buyer{})
	if err != nil {
		panic(err)
	}
	return s
}

func record(subject string, ordered retention.Date) retention.Record {
	return retention.Record{Subject: basis.Subject(subject), History: retention.History{
		{Event: retention.Ordered, On: ordered}, {Event: retention.Drafted, On: ordered},
	}}
}

func ExampleSchedule_Decide() {
	s := shop("1", retention.Period{Months: 24})
	r := record("c-42", on("2020-05-01"))
	for _, d := range s.Decide(nil, &r, on("2026-11-24"), nil) {
		fmt.Println(d.Field, d.State, d.KeepUntil, d.Purposes())
	}
	// Output:
	// click due 2022-05-01 []
	// email restricted 2027-12-31 [tax]
	// iban active 2027-12-31 [tax]
	// id restricted 2027-12-31 [tax]
}

func ExampleSchedule_ErasurePlan() {
	s := shop("1", retention.Period{Months: 24})
	r := record("c-42", on("2026-05-01"))
	plan := s.ErasurePlan(&r, on("2026-11-24"), nil)
	fmt.Print(plan.Report("en"))
	// Output:
	// Your request for erasure (GDPR Art. 17), as of 2026-11-24
	//
	// We erase: click.
	//
	// We must keep, for the purpose named and for nothing else:
	// - email through 2033-12-31 for tax (AWR 52(4); GDPR 17(3)(b))
	// - iban through 2033-12-31 for tax (AWR 52(4); GDPR 17(3)(b))
	// - id through 2033-12-31 for tax (AWR 52(4); GDPR 17(3)(b))
	//
	// We look again on 2034-01-01, when the first of these reasons has ended.
	// You may complain to the supervisory authority and go to court (GDPR Art. 12(4)).
}

func ExampleSchedule_Witness() {
	purposes, err := basis.NewPurposes([]basis.Purpose{{
		ID: "newsletter", Kind: basis.ServiceMessage, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms"},
		Needs: []basis.Field{"email"}, Channels: []basis.Channel{basis.Email}, Retention: "mailing",
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	records := retention.RecordsFunc(func(context.Context, basis.Subject) (retention.Record, bool, error) {
		return record("c-42", on("2024-05-01")), true, nil
	})
	gate := basis.Gate{Purposes: purposes, Retention: shop("1", retention.Period{Months: 24}).Witness(records, nil)}
	for _, at := range []string{"2026-05-01", "2026-05-02"} {
		d, err := gate.Ask(context.Background(), basis.Question{
			Subject: "c-42", Purpose: "newsletter", Fields: []basis.Field{"email"}, Channel: basis.Email, At: on(at).Start(time.UTC),
		})
		fmt.Println(at, d.Allowed(), err)
		for _, denial := range d.Denials {
			fmt.Println(denial.Code, denial.Ref)
		}
	}
	// Output:
	// 2026-05-01 true <nil>
	// 2026-05-02 false <nil>
	// retention_ended mailing
}

func ExampleNewHolds() {
	holds, err := retention.NewHolds(retention.Hold{
		ID: "claim-7", Reason: retention.Litigation, Owner: "legal", From: on("2026-02-01"), Review: on("2026-08-01"),
		Subjects: []basis.Subject{"c-42"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, r := shop("1", retention.Period{Months: 24}), record("c-42", on("2020-05-01"))
	d, _ := s.Field("click", &r, on("2026-11-24"), holds)
	fmt.Println(d.State, d.Purposes())
	// Output: held []
}

func ExampleSweep() {
	rows := []retention.Candidate{
		{Key: "1", Record: record("c-1", on("2018-05-01"))},
		{Key: "2", Record: record("c-2", on("2026-05-01"))},
	}
	sweep := retention.Sweep{
		Schedule: shop("1", retention.Period{Months: 24}),
		Source: retention.SourceFunc(func(_ context.Context, _ retention.ClassID, _ retention.Date, after string, _ int) ([]retention.Candidate, error) {
			i := slices.IndexFunc(rows, func(c retention.Candidate) bool { return c.Key > after })
			if i < 0 {
				return nil, nil
			}
			return rows[i:], nil
		}),
		Dispose: func(_ context.Context, o retention.Disposal) error {
			fmt.Println(o.Class, o.Key, o.Action, o.Fields, o.Rule, o.LastDay)
			return nil
		},
	}
	_, sum, err := sweep.Run(context.Background(), on("2026-11-24"), retention.Cursor{})
	fmt.Println(sum.Seen, sum.Disposed, sum.Kept, err)
	// Output:
	// mailing 1 anonymize [click email id] NL-TAX 2025-12-31
	// invoice 1 delete [email iban id] NL-TAX 2025-12-31
	// 4 2 2 <nil>
}

func ExampleCompare() {
	before, after := shop("1", retention.Period{Months: 24}), shop("2", retention.Period{Months: 12})
	records := func(yield func(retention.Record) bool) {
		for i := range 20_000 {
			if !yield(record(fmt.Sprint("c-", i), on("2024-11-24")+retention.Date(i%730))) {
				return
			}
		}
	}
	fmt.Println(retention.Compare(before, after, on("2026-11-24"), records))
	// Output: 10,145 more records become due, 0 fewer, of 20,000 (policy 1 to 2, 2026-11-24)
}
