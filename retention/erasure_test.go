package retention_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

var update = flag.Bool("update", false, "write the golden files")

// lease is a schedule with everything that can stand against erasure.
func lease(t testing.TB) *retention.Schedule {
	t.Helper()
	tax, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	claims, err := statute.Find("NL-LIM")
	require.NoError(t, err)
	s, err := retention.NewSchedule(retention.Policy{Version: "1", Classes: []retention.Class{
		{ID: "mail", Uses: []retention.Use{{Purpose: "newsletter", Rule: own(t, retention.Maximum, "P2Y", retention.Ordered)}}},
		{ID: "books", Uses: []retention.Use{{Purpose: "tax", Rule: tax}}},
		{ID: "claims", Uses: []retention.Use{{Purpose: "claims", Rule: claims}}},
	}, Fields: map[basis.Field][]retention.ClassID{
		"email": {"mail"}, "invoice": {"books"}, "plate": {"claims"}, "name": {"mail", "books", "claims"}, "phone": {"mail"}, "fax": {"mail"},
	}})
	require.NoError(t, err)
	return s
}

func leased(t testing.TB) retention.Record {
	return retention.Record{
		Subject: "marker-jansen", Done: map[basis.Field]retention.Date{"fax": day(t, "2026-01-01")},
		History: retention.History{
			{Event: retention.Ordered, On: day(t, "2026-05-01")}, {Event: retention.Drafted, On: day(t, "2026-05-01")}, {Event: retention.ClaimDue, On: day(t, "2026-05-15")},
		},
	}
}

// GDPR Art. 17(1) and 17(3)(b) and (e), field by field, and a hold.
func TestErasurePlan(t *testing.T) {
	t.Parallel()
	holds, err := retention.NewHolds(retention.Hold{ID: "court-9", Reason: retention.Litigation, Owner: "legal", From: 1, Until: day(t, "2027-03-31"), Fields: []basis.Field{"phone"}})
	require.NoError(t, err)
	s, r := lease(t), leased(t)
	plan := s.ErasurePlan(&r, today, holds)
	require.Equal(t, today, plan.Effective)
	tax := retention.ErasureReason{Ground: "GDPR 17(3)(b)", Purpose: "tax", Rule: "NL-TAX", Law: "AWR 52(4)", Until: day(t, "2033-12-31")}
	claim := retention.ErasureReason{Ground: "GDPR 17(3)(e)", Purpose: "claims", Rule: "NL-LIM", Law: "BW 3:307(1)", Until: day(t, "2031-05-15")}
	require.Equal(t, []retention.ErasureItem{
		{Field: "email", Action: retention.Erase},
		{Field: "fax", Action: retention.Gone},
		{Field: "invoice", Action: retention.Keep, Reasons: []retention.ErasureReason{tax}, Until: tax.Until},
		{Field: "name", Action: retention.Keep, Reasons: []retention.ErasureReason{tax, claim}, Until: tax.Until},
		{Field: "phone", Action: retention.RestrictUntil, Reasons: []retention.ErasureReason{{Ground: "GDPR 17(3)(e)", Hold: "court-9", Until: day(t, "2027-03-31")}}, Until: day(t, "2027-03-31")},
		{Field: "plate", Action: retention.RestrictUntil, Reasons: []retention.ErasureReason{claim}, Until: claim.Until},
	}, plan.Items)
	require.False(t, plan.Complete())
	require.Equal(t, "2027-04-01", plan.ReviewOn.String())
	for _, lang := range []string{"en", "nl"} {
		got := plan.Report(lang)
		require.NotContains(t, got, "marker-jansen")
		path := filepath.Join("testdata", "erasure."+lang+".txt")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), got)
	}
	b, err := json.Marshal(plan)
	require.NoError(t, err)
	require.NotContains(t, string(b), `"until":""`)
}

// Drawn up again each time that a reason ends, the plan comes to nothing left.
func TestErasurePlanIsReviewed(t *testing.T) {
	t.Parallel()
	s, r := lease(t), leased(t)
	r.Erasure = today
	at, kept := today, 6
	var days []string
	for range 10 {
		plan := s.ErasurePlan(&r, at, nil)
		n := 0
		for _, i := range plan.Items {
			if i.Action == retention.Keep || i.Action == retention.RestrictUntil {
				n++
				require.False(t, i.Until != 0 && i.Until < at)
			}
		}
		require.LessOrEqual(t, n, kept)
		kept = n
		if plan.Complete() {
			break
		}
		at = plan.ReviewOn
		days = append(days, at.String())
	}
	require.Equal(t, []string{"2031-05-16", "2034-01-01"}, days)
	require.Zero(t, kept)
}

// A duty that may arise one day is no ground, and what erasure ends goes on its first day.
func TestErasureOfWhatHasNotBegun(t *testing.T) {
	t.Parallel()
	s := lease(t)
	r := retention.Record{Subject: "c-1", Erasure: today}
	plan := s.ErasurePlan(&r, today, nil)
	require.True(t, plan.Complete())
	d, ok := s.Field("name", &r, today, nil)
	require.True(t, ok)
	require.Equal(t, retention.Due, d.State)
	require.Equal(t, today, d.DeleteBy)
	require.Zero(t, d.Overdue)
	d, _ = s.Field("name", &r, today+3, nil)
	require.Equal(t, 3, d.Overdue)
	d, _ = s.Field("name", &r, today-1, nil)
	require.Equal(t, retention.Pending, d.State)
}

// Of a record that no class applies to nothing is known, and nothing is claimed.
func TestErasurePlanOfNothing(t *testing.T) {
	t.Parallel()
	r := leased(t)
	r.Classes = []retention.ClassID{"mails"}
	plan := lease(t).ErasurePlan(&r, today, nil)
	require.Empty(t, plan.Items)
	require.False(t, plan.Complete())
	require.Contains(t, plan.Report("en"), "No data are known")
	require.Contains(t, plan.Report("nl"), "geen gegevens bekend")
}

// A hold is released: overdue data are due at once. Released before it began, it never was.
func TestHoldRelease(t *testing.T) {
	t.Parallel()
	s := lease(t)
	r := leased(t)
	r.History[0].On = day(t, "2020-01-01")
	h := retention.Hold{ID: "h", Reason: retention.Litigation, Owner: "legal", From: day(t, "2026-01-01"), Review: day(t, "2027-01-01")}
	state := func(at retention.Date, list ...retention.Hold) retention.State {
		holds, err := retention.NewHolds(list...)
		require.NoError(t, err)
		d, ok := s.Field("email", &r, at, holds)
		require.True(t, ok)
		return d.State
	}
	second := retention.RequestHold("request-1", r.Subject, day(t, "2026-10-01"), day(t, "2026-11-01"))
	require.Equal(t, retention.Due, state(day(t, "2025-12-31"), h))
	require.Equal(t, retention.Held, state(day(t, "2026-01-01"), h))
	released := h.Release(today)
	require.Equal(t, retention.Held, state(today-1, released))
	require.Equal(t, retention.Due, state(today, released))
	require.Equal(t, retention.Held, state(today, released, second), "the other one stands")
	require.Equal(t, retention.Due, state(today, released, second.Release(today)))
	require.Equal(t, retention.Due, state(day(t, "2026-01-01"), h.Release(day(t, "2020-01-01"))))
	require.Equal(t, released, released.Release(today+50), "it had ended")

	holds, err := retention.NewHolds(h, second)
	require.NoError(t, err)
	require.Len(t, holds.Reviews(today), 1)
	require.Len(t, holds.Reviews(day(t, "2027-01-01")), 2)
	require.Len(t, holds.On(today, r.Subject, []retention.ClassID{"mail"}, "email"), 2)
	require.Len(t, holds.On(today, "someone-else", []retention.ClassID{"mail"}, "email"), 1)
	var none *retention.Holds
	require.Empty(t, none.Reviews(today))
	require.Empty(t, none.On(today, "c", nil, "email"))
}

func TestNewHoldsErrors(t *testing.T) {
	t.Parallel()
	fine := retention.Hold{ID: "h", Reason: retention.Audit, Owner: "finance", From: 10, Review: 20}
	_, err := retention.NewHolds(fine)
	require.NoError(t, err)
	for want, change := range map[string]func(h *retention.Hold){
		"needs an ID":          func(h *retention.Hold) { h.ID = "Case 7" },
		"no known reason":      func(h *retention.Hold) { h.Reason = "because" },
		"has no owner":         func(h *retention.Hold) { h.Owner = " " },
		"has no first day":     func(h *retention.Hold) { h.From = 0 },
		"ends before it begin": func(h *retention.Hold) { h.Until = 5 },
		"neither an end nor a": func(h *retention.Hold) { h.Review = 0 },
	} {
		h := fine
		change(&h)
		_, err := retention.NewHolds(h)
		require.ErrorContains(t, err, want)
	}
	_, err = retention.NewHolds(fine, fine)
	require.ErrorContains(t, err, "there twice")
}

// The dry run of a new policy counts whom it touches.
func TestCompare(t *testing.T) {
	t.Parallel()
	before, after := shop("1", retention.Period{Months: 24}), shop("2", retention.Period{Months: 12})
	records := func(yield func(retention.Record) bool) {
		for i := range 20_000 {
			on := today - 500 // due under one year, not under two
			if i >= 12_345 {
				on = today - 100
			}
			if !yield(record("c", on)) {
				return
			}
		}
	}
	c := retention.Compare(before, after, today, records)
	require.Equal(t, "12,345 more records become due, 0 fewer, of 20,000 (policy 1 to 2, 2026-11-24)", c.String())
	require.Equal(t, retention.ClassChange{Class: "mailing", After: 12345, More: 12345}, c.Classes[0])
	require.Equal(t, retention.ClassChange{Class: "invoice"}, c.Classes[1])
	back := retention.Compare(after, before, today, records)
	require.Equal(t, "0 more records become due, 12,345 fewer, of 20,000 (policy 2 to 1, 2026-11-24)", back.String())
	one := retention.Compare(classes(t, retention.Class{ID: "x"}), classes(t, retention.Class{ID: "y"}), today, func(yield func(retention.Record) bool) {
		yield(record("c", day(t, "2020-01-01")))
	})
	require.Equal(t, "1 more record becomes due, 1 fewer, of 1 (policy 1 to 1, 2026-11-24)", one.String())
}
