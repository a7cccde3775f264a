package retention_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// plain is a use with one term without a cut-off, and an ID that tells what it is.
func plain(t testing.TB, p basis.PurposeID, k retention.Kind, length string, events ...retention.Event) retention.Use {
	t.Helper()
	return use(p, string(p)+"-"+string(k)+"-"+length, k, terms(t, length), events...)
}

// cut sets the cut-off of a use.
func cut(c retention.Cut, u retention.Use) retention.Use {
	u.Rule.Terms[0].Cut = c
	return u
}

// scheduleOf has the field email in the one class "a".
func scheduleOf(t testing.TB, uses ...retention.Use) *retention.Schedule {
	t.Helper()
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{{ID: "a", Uses: uses}},
		Fields:  map[basis.Field][]retention.ClassID{"email": {"a"}},
	})
	require.NoError(t, err)
	return s
}

// history reads pairs of an event and a day.
func history(t testing.TB, pairs ...any) (h retention.History) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		h = append(h, retention.Occurrence{Event: pairs[i].(retention.Event), On: day(t, pairs[i+1].(string))})
	}
	return h
}

// Cases in which a plausible reading goes wrong, each with the reason for the right one.
func TestDecision(t *testing.T) {
	t.Parallel()
	const r = retention.ProcessingEnded
	for _, c := range []struct {
		name     string
		uses     []retention.Use
		history  retention.History
		at       string
		state    retention.State
		until    string // keep until
		purposes []basis.PurposeID
		overdue  int
		standing map[basis.PurposeID]basis.Code
	}{
		{
			// GDPR 5(1)(b), (e): the tax duty (AWR 52) keeps the field for tax alone; marketing ends at its own maximum.
			name: "restricted, not kept for all",
			uses: []retention.Use{
				plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered),
				cut(retention.CutYear, plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted)),
			},
			history: history(t, retention.Ordered, "2018-03-15", retention.Drafted, "2018-03-15"), at: "2020-03-16",
			state: retention.Restricted, until: "2025-12-31", purposes: []basis.PurposeID{"tax"},
			standing: map[basis.PurposeID]basis.Code{"marketing": retention.CodeEnded, "tax": retention.CodeWithin},
		},
		{
			// LOPDGDD 32(2): blocked data are for judges and authorities; the purpose they served may not use them.
			name:    "blocked data permit no use to their old purpose",
			uses:    []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered), plain(t, "marketing", retention.Restriction, "P3Y", r)},
			history: history(t, retention.Ordered, "2020-01-01", r, "2022-01-02"), at: "2023-01-01",
			state: retention.Restricted, until: "2025-01-02",
			standing: map[basis.PurposeID]basis.Code{"marketing": retention.CodeRestricted},
		},
		{
			// A restriction that has begun does not end a use that still runs by its own maximum.
			name:    "a longer block hides no use",
			uses:    []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered), plain(t, "marketing", retention.Restriction, "P3Y", r)},
			history: history(t, retention.Ordered, "2020-01-01", r, "2020-01-02"), at: "2021-01-01",
			state: retention.Active, until: "2023-01-02", purposes: []basis.PurposeID{"marketing"},
			standing: map[basis.PurposeID]basis.Code{"marketing": retention.CodeWithin},
		},
		{
			// An unknown first day is never "expired": nothing is due by a block that has not begun.
			name: "nothing but a block to come",
			uses: []retention.Use{plain(t, "authorities", retention.Restriction, "P3Y", r)}, at: "2023-01-01",
			state:    retention.Pending,
			standing: map[basis.PurposeID]basis.Code{"authorities": retention.CodeRestricted},
		},
		{
			name:    "a block to come keeps nothing",
			uses:    []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered), plain(t, "authorities", retention.Restriction, "P3Y", r)},
			history: history(t, retention.Ordered, "2020-01-01"), at: "2022-01-03", state: retention.Due, until: "2022-01-01", overdue: 2,
		},
		{
			// The block runs from its event on, also while the books are open and its end is not known.
			name: "a block with open books",
			uses: []retention.Use{
				plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered),
				cut(retention.CutFinancialYear, plain(t, "authorities", retention.Restriction, "P3Y", r)),
			},
			history: history(t, retention.Ordered, "2020-01-01", r, "2022-01-02"), at: "2022-06-01", state: retention.Restricted,
		},
		{
			// GDPR 5(2): a use that can't be shown to run is none; any account was created (CNIL, inactive accounts).
			name: "an anchor that must exist, named last",
			uses: []retention.Use{plain(t, "account", retention.Guidance, "P2Y", retention.LoggedIn, retention.Ordered, retention.Collected)},
			at:   "2030-01-01", state: retention.Pending, purposes: []basis.PurposeID{"account"},
			standing: map[basis.PurposeID]basis.Code{"account": retention.CodeNoAnchor},
		},
		{
			name:    "an anchor that may never come",
			uses:    []retention.Use{plain(t, "account", retention.Guidance, "P2Y", retention.LoggedIn)},
			history: history(t, retention.Collected, "2015-01-01"),
			at:      "2030-01-01", state: retention.Pending, purposes: []basis.PurposeID{"account"},
			standing: map[basis.PurposeID]basis.Code{"account": retention.CodeNotBegun},
		},
		{
			// Guidance that an exact rule (AMLR 77) overrides gives no full use, whose end would restrict.
			name: "guidance under an exact rule counts for nothing",
			uses: []retention.Use{
				plain(t, "aml", retention.Exact, "P5Y", retention.Ordered), plain(t, "aml", retention.Guidance, "P6Y", retention.Ordered),
				plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted),
			},
			history: history(t, retention.Ordered, "2015-01-01", retention.Drafted, "2020-01-01"), at: "2023-01-01",
			state: retention.Active, until: "2027-01-01", purposes: []basis.PurposeID{"tax"},
		},
		{
			// A minimum kept through the day can't be gone on it, so that an exact rule is to go on the next.
			name: "exact: due the day after, and not overdue",
			uses: []retention.Use{plain(t, "aml", retention.Exact, "P5Y", retention.Ordered)}, history: history(t, retention.Ordered, "2015-01-01"),
			at: "2020-01-02", state: retention.Due, until: "2020-01-01",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := scheduleOf(t, c.uses...)
			rec := retention.Record{Subject: "c-1", History: c.history}
			d, ok := s.Field("email", &rec, day(t, c.at), nil)
			require.True(t, ok)
			require.Equal(t, c.state, d.State)
			require.Equal(t, c.until, d.KeepUntil.String())
			require.Equal(t, c.purposes, d.Purposes())
			require.Equal(t, c.overdue, d.Overdue)
			for p, code := range c.standing {
				st, ok := s.Standing("email", p, &rec, day(t, c.at))
				require.True(t, ok)
				require.Equal(t, code, st.Code, p)
			}
			due, err := s.Cutoffs(day(t, c.at), "a")
			require.NoError(t, err)
			require.Equal(t, c.state == retention.Due, due.History(c.history))
		})
	}
}

// A hold on invoices holds nothing of a record that has none (GDPR 5(1)(e): a hold is no reason to keep more than it covers).
func TestHoldOnAClassTheRecordLacks(t *testing.T) {
	t.Parallel()
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{
			{ID: "customer", Uses: []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Ordered)}},
			{ID: "invoice", Uses: []retention.Use{plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted)}},
		},
		Fields: map[basis.Field][]retention.ClassID{"email": {"customer", "invoice"}},
	})
	require.NoError(t, err)
	holds, err := retention.NewHolds(retention.Hold{
		ID: "audit", Reason: retention.Audit, Owner: "finance", From: day(t, "2022-01-01"), Review: day(t, "2024-01-01"), Classes: []retention.ClassID{"invoice"},
	})
	require.NoError(t, err)
	for classes, want := range map[retention.ClassID]retention.State{"customer": retention.Due, "invoice": retention.Held} {
		r := retention.Record{Subject: "c-1", Classes: []retention.ClassID{classes}, History: history(t, retention.Ordered, "2020-01-01", retention.Drafted, "2010-01-01")}
		d, ok := s.Field("email", &r, day(t, "2023-01-01"), holds)
		require.True(t, ok)
		require.Equal(t, want, d.State, classes)
	}
}

// The reasons of a plan are what keeps the field, and no rule that another has ended (GDPR 17(3)).
func TestErasureReasons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		uses    []retention.Use
		action  retention.ErasureAction
		reasons []string
		until   string
		review  string
	}{
		{
			name: "a claim that another limit has ended",
			uses: []retention.Use{
				plain(t, "claims", retention.PurposeLimit, "P10Y", retention.ContractBroken), plain(t, "claims", retention.PurposeLimit, "P2Y", retention.ContractBroken),
				plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted),
			},
			action: retention.Keep, reasons: []string{"tax-min-P7Y"}, until: "2027-01-01", review: "2027-01-02",
		},
		{
			// 17(3)(e) keeps for the claim what the erasure of the other use would take along.
			name:   "a claim beside a maximum of the same purpose",
			uses:   []retention.Use{plain(t, "order", retention.Maximum, "P10Y", retention.Ordered), plain(t, "order", retention.PurposeLimit, "P5Y", retention.ContractBroken)},
			action: retention.RestrictUntil, reasons: []string{"order-purpose-limit-P5Y"}, until: "2025-01-01", review: "2025-01-02",
		},
		{
			name:   "erasure prolongs nothing",
			uses:   []retention.Use{plain(t, "order", retention.Maximum, "P4Y", retention.Ordered), plain(t, "order", retention.PurposeLimit, "P5Y", retention.ContractBroken)},
			action: retention.RestrictUntil, reasons: []string{"order-purpose-limit-P5Y"}, until: "2024-01-01", review: "2024-01-02",
		},
		{
			name:   "a duty that may arise one day is no ground",
			uses:   []retention.Use{plain(t, "tax", retention.Minimum, "P7Y", retention.AssessmentClosed)},
			action: retention.Erase,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := retention.Record{Subject: "c-1", History: history(t, retention.Ordered, "2020-01-01", retention.ContractBroken, "2020-01-01", retention.Drafted, "2020-01-01")}
			p := scheduleOf(t, c.uses...).ErasurePlan(&r, day(t, "2023-01-01"), nil)
			require.Len(t, p.Items, 1)
			require.Equal(t, c.action, p.Items[0].Action)
			var got []string
			for _, reason := range p.Items[0].Reasons {
				got = append(got, reason.Rule)
			}
			require.Equal(t, c.reasons, got)
			require.Equal(t, c.until, p.Items[0].Until.String())
			require.Equal(t, c.review, p.ReviewOn.String())
		})
	}
}
