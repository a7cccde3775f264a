package retention_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
	"github.com/grondslag/grondslag/retention/statute"
)

// marker stands for personal data, which nothing of this package repeats.
const marker = "j.jansen@example.nl 06-12345678"

// A field leaves with the last purpose that needs it, and each purpose with its own
// period: the data that tax does not need go when marketing ends, and what tax needs stays
// for tax alone (GDPR 5(1)(b), (c), (e); AWR 52(4)).
func TestRestrictedNotKeptForAll(t *testing.T) {
	t.Parallel()
	tax, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{
			{ID: "customer", Uses: []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted)}},
			{ID: "invoice", Uses: []retention.Use{{Purpose: "tax", Rule: tax}}},
		},
		Fields: map[basis.Field][]retention.ClassID{
			"email": {"customer"}, "iban": {"customer", "invoice"}, "total": {"invoice"},
		},
	})
	require.NoError(t, err)
	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2020-05-10", retention.Drafted, "2018-03-15")}
	const active, restricted, due = retention.Active, retention.Restricted, retention.Due
	for _, c := range []struct {
		at                 string
		email, iban, total retention.State
		uses               []basis.PurposeID // of the IBAN
	}{
		{"2020-05-10", active, active, active, []basis.PurposeID{"marketing", "tax"}},
		{"2022-05-10", active, active, active, []basis.PurposeID{"marketing", "tax"}}, // the last day
		{"2022-05-11", due, restricted, active, []basis.PurposeID{"tax"}},
		{"2025-12-31", due, restricted, active, []basis.PurposeID{"tax"}},
		{"2026-01-01", due, due, due, nil},
	} {
		for f, want := range map[basis.Field]retention.State{"email": c.email, "iban": c.iban, "total": c.total} {
			d, ok := s.Field(f, &r, day(t, c.at), nil)
			require.True(t, ok)
			require.Equal(t, want, d.State, "%s on %s", f, c.at)
			if f == "iban" {
				require.Equal(t, c.uses, d.Purposes(), c.at)
				require.Equal(t, "2025-12-31", d.KeepUntil.String())
				require.Equal(t, "NL-TAX", d.Rule)
				require.Equal(t, tax.Law, d.Law())
			}
		}
	}
	// Who was never invoiced is no debtor: the customer class alone decides.
	r.Classes = []retention.ClassID{"customer"}
	d, ok := s.Field("iban", &r, day(t, "2022-05-11"), nil)
	require.True(t, ok)
	require.Equal(t, due, d.State)
	_, ok = s.Field("total", &r, day(t, "2022-05-11"), nil)
	require.False(t, ok, "nothing is known of a field in no class of the record")
	// A new contact restarts marketing, and never shortens the minimum.
	r.Classes, r.History = nil, append(r.History, retention.Occurrence{Event: retention.Contacted, On: day(t, "2023-01-01")})
	d, _ = s.Field("iban", &r, day(t, "2023-01-01"), nil)
	require.Equal(t, active, d.State)
	require.Equal(t, "2025-12-31", d.KeepUntil.String())
}

// What has not begun, or whose books are open, or that no law covers, is pending: it has
// no last day, is never due and never zero days late, on any day of a century.
func TestPendingIsNeverExpired(t *testing.T) {
	t.Parallel()
	future := plain(t, "tax", retention.Minimum, "P0D", retention.Drafted)
	future.Rule.Terms[0].From = day(t, "2120-01-01")
	for name, c := range map[string]struct {
		use     retention.Use
		history retention.History
	}{
		"no event":          {use: plain(t, "tax", retention.Maximum, "P0D", retention.Contacted)},
		"an event to come":  {use: plain(t, "tax", retention.Minimum, "P0D", retention.Contacted), history: history(t, retention.Contacted, "2119-12-31")},
		"no day":            {use: plain(t, "tax", retention.Exact, "P0D", retention.Contacted), history: retention.History{{Event: retention.Contacted}}},
		"another event":     {use: plain(t, "tax", retention.PurposeLimit, "P1D", retention.Contacted), history: history(t, retention.MailOpened, "2001-01-01", retention.Ordered, "2001-01-01")},
		"no law in force":   {use: future, history: history(t, retention.Drafted, "2001-01-01")},
		"guidance":          {use: plain(t, "tax", retention.Guidance, "P0D", retention.LoggedIn)},
		"a block, one day":  {use: plain(t, "tax", retention.Restriction, "P0D", retention.ProcessingEnded)},
		"a missing anchor":  {use: plain(t, "tax", retention.Maximum, "P0D", retention.Collected)},
		"an open suspended": {use: open(plain(t, "tax", retention.Suspension, "P0D", retention.AssessmentClosed))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scheduleOf(t, c.use)
			r := retention.Record{History: c.history}
			for at := day(t, "2020-01-01"); at < day(t, "2119-12-31"); at += 97 {
				d, ok := s.Field("email", &r, at, nil)
				require.True(t, ok)
				require.Equal(t, retention.Pending, d.State)
				require.Equal(t, [4]any{retention.Date(0), retention.Date(0), retention.Date(0), 0}, [4]any{d.KeepUntil, d.DeleteFrom, d.DeleteBy, d.Overdue})
				cutoffs, err := s.Cutoffs(at, "a")
				require.NoError(t, err)
				require.False(t, cutoffs.History(r.History))
				b, err := json.Marshal(d)
				require.NoError(t, err)
				require.NotContains(t, string(b), "0001")
				require.NotContains(t, string(b), "9999")
			}
		})
	}
	// The books are open until the financial year has closed.
	june := retention.Policy{
		FinancialYear: retention.FinancialYear{Month: 6, Day: 30},
		Classes:       []retention.Class{{ID: "a", Uses: []retention.Use{cut(retention.CutFinancialYear, plain(t, "tax", retention.Minimum, "P1D", retention.Drafted))}}},
		Fields:        map[basis.Field][]retention.ClassID{"email": {"a"}},
	}
	s, err := retention.NewSchedule(june)
	require.NoError(t, err)
	r := retention.Record{History: history(t, retention.Drafted, "2025-07-01")}
	for at, want := range map[string]retention.State{
		"2025-07-01": retention.Pending, "2026-06-30": retention.Pending, "2026-07-01": retention.Active, "2026-07-02": retention.Due,
	} {
		d, _ := s.Field("email", &r, day(t, at), nil)
		require.Equal(t, want, d.State, at)
	}
}

// One purpose that waits keeps a field beside one that has ended, without a known end.
func TestPendingBesideEnded(t *testing.T) {
	t.Parallel()
	s := scheduleOf(t, plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted), plain(t, "claims", retention.PurposeLimit, "P5Y", retention.ClaimDue))
	r := retention.Record{History: history(t, retention.Drafted, "2001-01-01")}
	d, _ := s.Field("email", &r, day(t, "2026-11-24"), nil)
	require.Equal(t, retention.Pending, d.State)
	require.Zero(t, d.KeepUntil)
	require.Equal(t, []basis.PurposeID{"claims"}, d.Purposes())
	require.Equal(t, "claims-purpose-limit-P5Y", d.Rule)
}

func TestNewScheduleRefuses(t *testing.T) {
	t.Parallel()
	tax := plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted)
	class := func(id retention.ClassID, change func(*retention.Class)) retention.Class {
		c := retention.Class{ID: id, Uses: []retention.Use{tax}}
		if change != nil {
			change(&c)
		}
		return c
	}
	uses := func(list ...retention.Use) retention.Policy {
		return retention.Policy{Classes: []retention.Class{class("a", func(c *retention.Class) { c.Uses = list })}}
	}
	changed := func(change func(*retention.Use)) retention.Use {
		u := plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted)
		change(&u)
		return u
	}
	rolling := func(h retention.Holidays) retention.Use {
		return changed(func(u *retention.Use) { u.Rule.Regime, u.Rule.Holidays = retention.AO108, h })
	}
	many := retention.Policy{}
	for i := range 65 {
		many.Classes = append(many.Classes, class(retention.ClassID(fmt.Sprintf("c-%d", i)), nil))
	}
	purposes, rules := uses(), uses()
	for i := range 65 {
		u := tax
		u.Purpose = basis.PurposeID(fmt.Sprintf("p-%d", i))
		purposes.Classes[0].Uses = append(purposes.Classes[0].Uses, u)
		u = tax
		u.Rule.ID = fmt.Sprintf("r-%d", i)
		rules.Classes[0].Uses = append(rules.Classes[0].Uses, u)
	}
	parents := func(pairs ...retention.ClassID) (p retention.Policy) {
		for i := 0; i < len(pairs); i += 2 {
			p.Classes = append(p.Classes, class(pairs[i], func(c *retention.Class) { c.Parent = pairs[i+1] }))
		}
		return p
	}
	fields := func(f basis.Field, ids ...retention.ClassID) retention.Policy {
		p := uses(tax)
		p.Fields = map[basis.Field][]retention.ClassID{f: ids}
		return p
	}
	for name, c := range map[string]struct {
		policy retention.Policy
		err    string
	}{
		"no ID":                      {retention.Policy{Classes: []retention.Class{class("", nil)}}, `class "": malformed ID`},
		"capitals":                   {retention.Policy{Classes: []retention.Class{class("Invoice", nil)}}, "malformed ID"},
		"twice":                      {retention.Policy{Classes: []retention.Class{class("a", nil), class("a", nil)}}, `class "a": there twice`},
		"unknown disposition":        {retention.Policy{Classes: []retention.Class{class("a", func(c *retention.Class) { c.Disposition = "purge" })}}, `unknown disposition "purge"`},
		"notice without a period":    {retention.Policy{Classes: []retention.Class{class("a", func(c *retention.Class) { c.Disposition = retention.NotifyThenDelete })}}, "a notice period belongs to"},
		"a period without notice":    {retention.Policy{Classes: []retention.Class{class("a", func(c *retention.Class) { c.Notice.Days = 1 })}}, "a notice period belongs to"},
		"a notice of less than none": {retention.Policy{Classes: []retention.Class{class("a", func(c *retention.Class) { c.Disposition, c.Notice.Days = retention.NotifyThenDelete, -1 })}}, "a notice period belongs to"},
		"no use":                     {uses(), "serves no purpose"},
		"no purpose":                 {uses(changed(func(u *retention.Use) { u.Purpose = "" })), "a rule without a purpose"},
		"a wrong rule":               {uses(changed(func(u *retention.Use) { u.Rule.Events = nil })), "no event starts it"},
		"our own mailing":            {uses(changed(func(u *retention.Use) { u.Rule.Events = []retention.Event{retention.MailSent} })), "our own mailing starts no period"},
		"two rules of one key":       {uses(tax, changed(func(u *retention.Use) { u.Rule.Terms = terms(t, "P8Y") })), "two different rules have the key tax-min-P7Y"},
		"two kinds of one key":       {uses(tax, changed(func(u *retention.Use) { u.Rule.Kind = retention.MinimumGuidance })), "two different rules have the key"},
		"two calendars of one key":   {uses(rolling(holiday.DE()), rolling(holiday.NL())), "two different rules have the key"},
		"no ground":                  {uses(changed(func(u *retention.Use) { u.Exemption = "GDPR 17(3)(f)" })), `"GDPR 17(3)(f)" is no ground of GDPR 17(3)`},
		"unverified":                 {uses(changed(func(u *retention.Use) { u.Rule.Confidence = retention.Unverified })), "needs a reason on record"},
		"unknown parent":             {parents("a", "b"), `class "a": unknown parent "b"`},
		"its own parent":             {parents("a", "a"), `class "a": is its own ancestor`},
		"a circle":                   {parents("a", "b", "b", "c", "c", "a"), `class "c": is its own ancestor`},
		"a field of no name":         {fields("E-mail", "a"), `field "E-mail" has the canonical name "e_mail"`},
		"a field in no class":        {fields("email"), `field "email" is declared in no class`},
		"a field in an unknown one":  {fields("email", "a", "b"), `field "email" is in the unknown class "b"`},
		"no such day":                {retention.Policy{FinancialYear: retention.FinancialYear{Month: 6, Day: 31}}, "the financial year ends on a day that does not exist"},
		"too many classes":           {many, "65 classes, at most 64"},
		"too many purposes":          {purposes, "more than 64 purposes"},
		"too many rules":             {rules, "more than 64 rules"},
	} {
		s, err := retention.NewSchedule(c.policy)
		require.ErrorContains(t, err, c.err, name)
		require.Nil(t, s, name)
		for line := range strings.Lines(err.Error()) {
			require.True(t, strings.HasPrefix(line, "retention: "), "%s: %s", name, line)
		}
	}
	for name, p := range map[string]retention.Policy{
		"64 classes":                 {Classes: many.Classes[:64]},
		"one rule in two classes":    {Classes: []retention.Class{class("a", nil), class("b", nil)}},
		"one calendar, one key":      {Classes: []retention.Class{class("a", func(c *retention.Class) { c.Uses = []retention.Use{rolling(holiday.DE()), rolling(holiday.DE())} })}},
		"a chain of parents":         parents("a", "b", "b", "c", "c", ""),
		"two children of a parent":   parents("a", "c", "b", "c", "c", ""),
		"an exemption that there is": uses(changed(func(u *retention.Use) { u.Exemption = "GDPR 17(3)(d)" })),
	} {
		_, err := retention.NewSchedule(p)
		require.NoError(t, err, name)
	}
}

// A schedule is what the policy was when it was checked, whatever becomes of the slices.
func TestScheduleIsItsOwn(t *testing.T) {
	t.Parallel()
	p := taggedPolicy(t)
	p.Fields = map[basis.Field][]retention.ClassID{"email": {"customer"}}
	s, err := retention.NewSchedule(p)
	require.NoError(t, err)
	r := retention.Record{History: history(t, retention.Contacted, "2020-01-01")}
	before, _ := s.Field("email", &r, day(t, "2021-01-01"), nil)
	p.Fields["email"][0] = "invoice"
	p.Classes[0].Uses[0].Rule.Terms[0] = retention.Term{}
	p.Classes[0].Uses[0].Rule.Events[0] = retention.Clicked
	p.Classes[0].Uses[0] = p.Classes[1].Uses[0]
	p.Classes[0].ID = "gone"
	after, ok := s.Field("email", &r, day(t, "2021-01-01"), nil)
	require.True(t, ok)
	require.Equal(t, shown(&before), shown(&after))
}

// Days begin where the policy says: an instant of 31 December may be of next year.
func TestToday(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 12, 31, 23, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"": "2025-12-31", "Europe/Amsterdam": "2026-01-01", "America/New_York": "2025-12-31"} {
		p := retention.Policy{}
		if zone != "" {
			var err error
			p.Zone, err = time.LoadLocation(zone)
			require.NoError(t, err)
		}
		s, err := retention.NewSchedule(p)
		require.NoError(t, err)
		require.Equal(t, want, s.Today(now).String())
		require.Zero(t, s.Today(time.Time{}), "no instant is no day")
	}
}

// A law that is not in force, and has no successor in the policy, is told, day by day.
func TestReview(t *testing.T) {
	t.Parallel()
	aml, err := statute.Find("EU-AMLR")
	require.NoError(t, err)
	lapsed := dated(t, false, plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted), "P7Y", "2030-01-01", "P10Y")
	lapsed.Rule.Terms = lapsed.Rule.Terms[:1] // and nothing came after
	s, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{ID: "a", Uses: []retention.Use{
		{Purpose: "aml", Rule: aml}, lapsed,
		dated(t, true, plain(t, "books", retention.Minimum, "P7Y", retention.Drafted), "P7Y", "2010-01-01", "P8Y"),
	}}}})
	require.NoError(t, err)
	for at, want := range map[string][]string{
		"2026-11-24": {"EU-AMLR"}, "2027-07-09": {"EU-AMLR"}, "2027-07-10": nil, "2029-12-31": nil, "2030-01-01": {"tax-min-P7Y"},
	} {
		var got []string
		for _, f := range s.Review(day(t, at)) {
			require.Equal(t, retention.CodeNotInForce, f.Code)
			got = append(got, f.Path)
		}
		require.Equal(t, want, got, at)
	}
	// It keeps what it covers.
	r := retention.Record{History: history(t, retention.Drafted, "2001-01-01")}
	d, ok := s.Class("a", &r, day(t, "2031-01-01"), nil)
	require.True(t, ok)
	require.NotEqual(t, retention.Due, d.State)
}

// What was disposed of is done from that day on, and permits nothing; other fields go their own way.
func TestDone(t *testing.T) {
	t.Parallel()
	p := taggedPolicy(t)
	p.Fields = map[basis.Field][]retention.ClassID{"email": {"customer"}, "phone": {"customer"}}
	s, err := retention.NewSchedule(p)
	require.NoError(t, err)
	r := retention.Record{
		History: history(t, retention.Contacted, "2020-01-01"), Done: map[basis.Field]retention.Date{"email": day(t, "2022-01-05")},
	}
	for at, want := range map[string][2]retention.State{
		"2021-06-01": {retention.Active, retention.Active}, "2022-01-04": {retention.Due, retention.Due},
		"2022-01-05": {retention.Done, retention.Due}, "2030-01-01": {retention.Done, retention.Due},
	} {
		d := s.Decide(nil, &r, day(t, at), nil)
		require.Equal(t, want, [2]retention.State{d[0].State, d[1].State}, at)
		if d[0].State == retention.Done {
			require.Empty(t, d[0].Purposes())
			require.False(t, d[0].Allows("marketing"))
			require.Zero(t, d[0].Overdue)
			require.Zero(t, d[0].DeleteFrom)
		}
	}
}

// Decide takes a buffer, and no memory when it has room.
func TestDecideAllocates(t *testing.T) {
	s, err := retention.NewSchedule(taggedPolicy(t), taggedCustomer{})
	require.NoError(t, err)
	holds, err := retention.NewHolds(retention.Hold{ID: "h", Reason: retention.Audit, Owner: "finance", From: 1, Review: 900000})
	require.NoError(t, err)
	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2020-02-29", retention.Drafted, "2018-06-01")}
	buf := make([]retention.Decision, 0, 32)
	at := day(t, "2024-01-01")
	require.Zero(t, testing.AllocsPerRun(100, func() { buf = s.Decide(buf[:0], &r, at, holds) }))
	require.NotEmpty(t, buf)
	// It appends, and leaves what was there.
	both := s.Decide(buf[:1], &r, at, holds)
	require.Len(t, both, len(buf)+1)
}
