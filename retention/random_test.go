package retention

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/stretchr/testify/require"
)

// random draws policies, records and holds, with days on the boundaries that matter.
type random struct {
	*rand.Rand
	fy    FinancialYear
	kinds map[string]int // of the cases, nil for no count
}

func pick[T any](r *random, of ...T) T { return of[r.IntN(len(of))] }

func (r *random) chance(percent int) bool { return r.IntN(100) < percent }

func (r *random) financialYear() FinancialYear {
	return pick(r,
		FinancialYear{}, FinancialYear{Month: 12, Day: 31}, FinancialYear{Month: 6, Day: 30}, FinancialYear{Month: 2, Day: 28},
		FinancialYear{Month: 2, Day: 29}, FinancialYear{Month: 2, Day: 27}, FinancialYear{Month: 3, Day: 31}, FinancialYear{Month: 1, Day: 15})
}

// day is between 2015 and 2026, often at the end of a month, a year, or a financial year.
func (r *random) day() Date {
	y := 2015 + r.IntN(12)
	d := dateOf(y, time.Month(1+r.IntN(12)), 1+r.IntN(28))
	if r.chance(50) {
		d = pick(r,
			dateOf(y, 12, 31), dateOf(y, 1, 1), dateOf(y, 2, 28), dateOf(y, 3, 1)-1, dateOf(y, 3, 1), dateOf(y, 1, 31),
			dateOf(y, 4, 30), dateOf(y, 3, 30), dateOf(y, 8, 31), r.fy.Close(d), r.fy.Close(d)+1, dateOf(y, 6, 30))
	}
	return d
}

func (r *random) period() Period {
	p := Period{Months: int32(pick(r, 0, 1, 3, 6, 12, 12, 24, 36, 48, 60, 84))}
	if p.Months == 0 || r.chance(15) {
		p.Days = int32(pick(r, 0, 1, 2, 7, 28, 90, 365))
	}
	return p
}

func (r *random) term() Term {
	t := Term{Period: r.period()}
	if r.chance(60) {
		t.Cut = pick(r, CutNone, CutDay, CutMonth, CutQuarter, CutYear, CutFinancialYear, CutYearOfFinancialYear)
	}
	if t.Cut != "" && t.Cut != CutNone {
		t.Count = pick(r, "", WholeDay)
	} else {
		t.Count = pick(r, "", EventDay, WholeDay)
	}
	if r.chance(8) {
		t.Open, t.Period = true, Period{}
	}
	return t
}

func (r *random) terms() []Term {
	t := r.term()
	switch {
	case r.chance(75):
	case r.chance(20): // a law that is not in force for ever
		t.From, t.ByCutoff = r.day(), r.chance(50)
		if r.chance(50) {
			t.Until = t.From + Date(r.IntN(3000))
		}
	default:
		next := r.term()
		t.Until = r.day()
		next.From = t.Until + 1 + Date(pick(r, 0, 0, 0, 1, 400))
		if r.chance(50) {
			t.ByCutoff, next.ByCutoff, next.Cut = true, true, t.Cut
			if t.Cut != "" && t.Cut != CutNone && next.Count == EventDay {
				next.Count = ""
			}
		}
		return []Term{t, next}
	}
	return []Term{t}
}

// fixedHolidays are as good as any.
func fixedHolidays(d Date) bool {
	_, m, day := d.Split()
	return m == 1 && day == 1 || m == 12 && (day == 25 || day == 26) || m == 4 && day == 27
}

func (r *random) rule(i int) Rule {
	rule := Rule{
		ID:   fmt.Sprintf("R-%d", i),
		Kind: Kind(pick(r, Kind("").Values()...)), Law: fmt.Sprintf("Act %d", i), Confidence: StatuteRead, Terms: r.terms(),
	}
	if r.chance(40) {
		rule.Kind = pick(r, Minimum, Maximum)
	}
	for range 1 + r.IntN(2) {
		e := pick(r, Drafted, Collected, Ordered, Clicked, AssessmentClosed, RelationshipEnded, ContractBroken)
		if !slices.Contains(rule.Events, e) {
			rule.Events = append(rule.Events, e)
		}
	}
	if rule.Kind.keeps() && !rule.Kind.ends() && r.chance(15) {
		rule.Regime, rule.Holidays = pick(r, Regulation1182, BGB193, AO108), HolidayFunc(fixedHolidays)
	}
	return rule
}

func (r *random) policy() Policy {
	r.fy = r.financialYear()
	p := Policy{Version: "1", FinancialYear: r.fy, Fields: map[basis.Field][]ClassID{}}
	n := 0
	var ids []ClassID
	for i := range 1 + r.IntN(4) {
		c := Class{ID: ClassID(fmt.Sprintf("class-%d", i))}
		for range 1 + r.IntN(5) {
			u := Use{Purpose: pick[basis.PurposeID](r, "marketing", "tax", "order", "claims"), Rule: r.rule(n)}
			if r.chance(80) {
				u.Reason = "decided by the board"
			}
			if r.chance(10) {
				u.Exemption = "GDPR 17(3)(" + pick(r, "a", "b", "c", "d", "e") + ")"
			}
			c.Uses = append(c.Uses, u)
			n++
		}
		p.Classes = append(p.Classes, c)
		ids = append(ids, c.ID)
	}
	for _, f := range []basis.Field{"name", "email", "address", "address.street", "phone"} {
		in := slices.DeleteFunc(slices.Clone(ids), func(ClassID) bool { return r.chance(50) })
		if len(in) > 0 {
			p.Fields[f] = in
		}
	}
	return p
}

// record has events of the policy's kinds: missing, on boundaries, after at.
func (r *random) record(p Policy, at Date) Record {
	rec := Record{Subject: pick[basis.Subject](r, "c-1", "c-2", "c-3")}
	for _, e := range []Event{Drafted, Collected, Ordered, Clicked, AssessmentClosed, RelationshipEnded, ContractBroken} {
		for range pick(r, 0, 0, 1, 1, 2) {
			rec.History = append(rec.History, Occurrence{Event: e, On: r.day()})
		}
	}
	if r.chance(15) {
		rec.History = append(rec.History, Occurrence{Event: MailOpened, On: at - 1}, Occurrence{Event: Drafted})
	}
	if r.chance(40) {
		for _, c := range p.Classes {
			if r.chance(60) {
				rec.Classes = append(rec.Classes, c.ID)
			}
		}
	}
	if r.chance(30) {
		rec.Erasure = pick(r, r.day(), at, at+1, at-1)
	}
	return rec
}

func (r *random) holds(p Policy, at Date) []Hold {
	var out []Hold
	for i := range pick(r, 0, 0, 1, 1, 2, 4) {
		h := Hold{
			ID: fmt.Sprintf("hold-%d", i), Reason: HoldReason(pick(r, HoldReason("").Values()...)), Owner: "legal",
			From: at + Date(pick(r, -400, -1, 0, 0, 1)), Review: at + 90,
		}
		if r.chance(40) {
			h.Until = h.From + Date(pick(r, 0, 1, 400, 401))
		}
		if r.chance(30) {
			h.Subjects = []basis.Subject{pick[basis.Subject](r, "c-1", "c-2"), pick[basis.Subject](r, "c-2", "c-3")}
		}
		if r.chance(30) {
			h.Classes = []ClassID{pick(r, p.Classes...).ID}
		}
		if r.chance(30) {
			h.Fields = []basis.Field{pick[basis.Field](r, "email", "address", "address.street.number", "nothing")}
		}
		out = append(out, h)
	}
	return out
}

// at is a day on which something may happen: often the boundary of some period.
func (r *random) at(ref *reference, rec *Record) Date {
	u := pick(r, pick(r, ref.p.Classes...).Uses...)
	if b := ref.mark("", &u, rec, dateOf(2040, 1, 1)); b.last != 0 && r.chance(70) {
		return b.last + Date(pick(r, -1, 0, 0, 1, 1, 2, 30))
	}
	return r.day() + Date(r.IntN(4000))
}

// holding lists the holds in force over the data.
func holding(list []Hold, on Date, subject basis.Subject, classes []ClassID, field basis.Field) (out []Hold) {
	for _, h := range list {
		ok := on >= h.From && (h.Until == 0 || on <= h.Until)
		ok = ok && (len(h.Subjects) == 0 || slices.Contains(h.Subjects, subject))
		ok = ok && (len(h.Classes) == 0 || slices.ContainsFunc(h.Classes, func(c ClassID) bool { return slices.Contains(classes, c) }))
		ok = ok && (len(h.Fields) == 0 || field == "" || slices.ContainsFunc(h.Fields, func(f basis.Field) bool {
			a, b := string(f), string(field)
			return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
		}))
		if ok {
			out = append(out, h)
		}
	}
	return out
}

// fixture is a random case.
type fixture struct {
	ref      *reference
	schedule *Schedule
	record   Record
	holds    []Hold
	at       Date
}

// inClasses are the classes of the record that the field is in.
func (f *fixture) inClasses(field basis.Field) []ClassID {
	return classesOf(f.ref.p.Fields[field], &f.record)
}

// compare holds everything that the schedule says of the fixture against the reference.
func (f *fixture) compare(t *testing.T) {
	t.Helper()
	hs, err := NewHolds(f.holds...)
	require.NoError(t, err)
	f.compareDecisions(t, hs)
	f.compareStandings(t)
	f.compareErasure(t, hs)
	f.compareCutoffs(t)
}

// equal fails with the whole case when they differ.
func (f *fixture) equal(t *testing.T, want, got, what string) {
	t.Helper()
	if want != got {
		require.Equal(t, want, got, "%s\n%s", what, f)
	}
}

func (f *fixture) compareDecisions(t *testing.T, hs *Holds) {
	t.Helper()
	var fields []basis.Field
	for field := range f.ref.p.Fields {
		if len(f.inClasses(field)) > 0 {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	got := f.schedule.Decide(nil, &f.record, f.at, hs)
	require.Len(t, got, len(fields), "%v", f)
	for i, field := range fields {
		d := &got[i]
		require.Equal(t, field, d.Field)
		in := f.inClasses(field)
		done := f.record.Done[field] != 0 && f.record.Done[field] <= f.at
		want := f.ref.decide(in, &f.record, f.at, len(holding(f.holds, f.at, f.record.Subject, in, field)), done)
		f.same(t, string(field), want, d)
		single, ok := f.schedule.Field(field, &f.record, f.at, hs)
		require.True(t, ok)
		f.same(t, "Field "+string(field), want, &single)
	}
	for _, c := range f.ref.p.Classes {
		in := classesOf([]ClassID{c.ID}, &f.record)
		d, ok := f.schedule.Class(c.ID, &f.record, f.at, hs)
		require.Equal(t, len(in) > 0, ok)
		if ok {
			f.same(t, string(c.ID), f.ref.decide(in, &f.record, f.at, len(holding(f.holds, f.at, f.record.Subject, in, "")), false), &d)
		}
	}
}

func (f *fixture) same(t *testing.T, what string, want verdict, d *Decision) {
	t.Helper()
	got := verdict{
		State: d.State, KeepUntil: d.KeepUntil, DeleteFrom: d.DeleteFrom, DeleteBy: d.DeleteBy,
		Overdue: d.Overdue, Purposes: d.Purposes(), Holds: d.Holds,
	}
	if want.State == Done { // says nothing of days
		require.Equal(t, Done, got.State, "%v", f)
		require.Empty(t, got.Purposes)
		require.Zero(t, got.Overdue)
		return
	}
	if len(got.Purposes) == 0 {
		got.Purposes = nil
	}
	f.equal(t, want.String(), got.String(), what)
	for _, p := range f.ref.order() {
		require.Equal(t, slices.Contains(got.Purposes, p), d.Allows(p), "%v", f)
	}
	require.False(t, d.Allows("nothing"))
}

func (v verdict) String() string {
	return fmt.Sprintf("%s keep until %s, delete from %s by %s, overdue %d, for %v, holds %d",
		v.State, v.KeepUntil, v.DeleteFrom, v.DeleteBy, v.Overdue, v.Purposes, v.Holds)
}

func (f *fixture) compareStandings(t *testing.T) {
	t.Helper()
	for field := range f.ref.p.Fields {
		for _, p := range append(f.ref.order(), "nothing") {
			code, last, ok := f.ref.standing(f.inClasses(field), p, &f.record, f.at)
			st, found := f.schedule.Standing(field, p, &f.record, f.at)
			require.Equal(t, ok, found, "%v", f)
			if ok && (st.Code != code || st.LastDay != last) {
				f.equal(t, fmt.Sprint(code, " ", last), fmt.Sprint(st.Code, " ", st.LastDay), fmt.Sprintf("%s for %s", field, p))
			}
		}
	}
}

func (f *fixture) compareErasure(t *testing.T, hs *Holds) {
	t.Helper()
	plan := f.schedule.ErasurePlan(&f.record, f.at, hs)
	effective := f.record.Erasure
	if effective == 0 || effective > f.at {
		effective = f.at
	}
	require.Equal(t, effective, plan.Effective)
	require.Equal(t, f.at, plan.At)
	i, review, complete := 0, Date(0), true
	for _, d := range f.schedule.Decide(nil, &f.record, f.at, hs) {
		require.Less(t, i, len(plan.Items))
		got := &plan.Items[i]
		i++
		require.Equal(t, d.Field, got.Field)
		in := f.inClasses(d.Field)
		holds := holding(f.holds, f.at, f.record.Subject, in, d.Field)
		done := f.record.Done[d.Field] != 0 && f.record.Done[d.Field] <= f.at
		want := f.ref.erase(in, &f.record, f.at, holds, done)
		said := item{Action: got.Action, Until: got.Until}
		for _, r := range got.Reasons {
			if r.Hold != "" {
				said.Holds++
			} else if !slices.Contains(said.Purposes, r.Purpose) {
				said.Purposes = append(said.Purposes, r.Purpose)
			}
		}
		for _, day := range want.reasons {
			if day != 0 && (review == 0 || day+1 < review) {
				review = day + 1
			}
		}
		complete = complete && (want.Action == Erase || want.Action == Gone)
		f.equal(t, want.String(), said.String(), fmt.Sprintf("erasure of %s %+v", d.Field, got.Reasons))
	}
	require.Len(t, plan.Items, i)
	complete = complete && len(plan.Items) > 0
	f.equal(t, fmt.Sprint(complete, " review ", review), fmt.Sprint(plan.Complete(), " review ", plan.ReviewOn), "erasure")
}

func (it item) String() string {
	return fmt.Sprintf("%s until %s for %v, %d holds", it.Action, it.Until, it.Purposes, it.Holds)
}

func (f *fixture) compareCutoffs(t *testing.T) {
	t.Helper()
	for _, in := range append([][]ClassID{f.ref.p.Fields["email"]}, []ClassID{f.ref.p.Classes[0].ID}) {
		if len(in) == 0 {
			continue
		}
		c, err := f.schedule.Cutoffs(f.at, in...)
		require.NoError(t, err)
		r := Record{Subject: f.record.Subject}
		for _, o := range f.record.History { // events after the day make it wait
			if o.On <= f.at {
				r.History = append(r.History, o)
			}
		}
		due := f.ref.decide(in, &r, f.at, 0, false).State == Due
		on := make([]Date, len(c.Events()))
		for i, e := range c.Events() {
			last, _ := r.History.Latest(f.at, []Event{e})
			on[i] = last.On
		}
		f.equal(t, fmt.Sprint("due ", due), fmt.Sprint("due ", c.Due(on)), fmt.Sprintf("cut-offs of %v", in))
		f.equal(t, fmt.Sprint("due ", due), fmt.Sprint("due ", c.History(r.History)), fmt.Sprintf("cut-offs of %v", in))
		if c.History(f.record.History) {
			require.True(t, due, "an event in the future hurries\n%v", f)
		}
	}
}

// String is the case as it has to be written down to be looked at.
func (f *fixture) String() string {
	var s strings.Builder
	s.WriteString(fmt.Sprintf("at %s, financial year to %s, erasure %q, classes %v, done %v\n", f.at, f.ref.fy, f.record.Erasure, f.record.Classes, f.record.Done))
	for _, c := range f.ref.p.Classes {
		for i := range c.Uses {
			u := &c.Uses[i]
			s.WriteString(fmt.Sprintf("  %s %s: %s %s %v %s", c.ID, u.Purpose, u.Rule.Key(), u.Rule.Kind, u.Rule.Events, u.Exemption))
			for _, t := range u.Rule.Terms {
				s.WriteString(fmt.Sprintf(" [%s cut %q count %q from %s until %s open %v by %v regime %q]", t.Period, t.Cut, t.Count, t.From, t.Until, t.Open, t.ByCutoff, u.Rule.Regime))
			}
			b := f.ref.mark(c.ID, u, &f.record, f.at)
			s.WriteString(fmt.Sprintf(" -> last %q pending %v erased %v\n", b.last, b.pending, b.erased))
		}
	}
	return s.String() + fmt.Sprintf("  fields %v\n  history %v\n  holds %+v\n", f.ref.p.Fields, f.record.History, f.holds)
}

// run draws a policy and n records for it; it returns how many cases there were.
func (r *random) run(t *testing.T, c *calendar, n int) int {
	t.Helper()
	p := r.policy()
	s, err := NewSchedule(p)
	if err != nil {
		return 0
	}
	ref := &reference{c: c, p: p, fy: p.FinancialYear}
	for range n {
		f := &fixture{ref: ref, schedule: s}
		f.record = r.record(p, r.day())
		f.at = r.at(ref, &f.record)
		if r.chance(25) {
			f.record.Erasure = f.at + Date(pick(r, -400, -1, 0, 0, 1))
		}
		if r.chance(20) {
			f.record.Done = map[basis.Field]Date{pick[basis.Field](r, "name", "email", "address"): f.at + Date(pick(r, -1, 0, 1))}
		}
		f.holds = r.holds(p, f.at)
		f.compare(t)
		if r.kinds != nil {
			for _, kind := range f.kinds(t) {
				r.kinds[kind]++
			}
		}
	}
	return n
}

// kinds are those that a number of cases must all have, lest one is never tested.
func kinds() (out []string) {
	add := func(what string, values ...string) {
		for _, v := range values {
			out = append(out, what+" "+v)
		}
	}
	add("state", State("").Values()...)
	add("action", ErasureAction("").Values()...)
	add("kind", Kind("").Values()...)
	add("cut", Cut("").Values()...)
	add("count", Count("").Values()...)
	add("regime", string(Regulation1182), string(BGB193), string(AO108))
	for _, c := range []basis.Code{CodeWithin, CodeNotBegun, CodeEnded, CodeNoAnchor, CodeRestricted, CodeErased} {
		add("standing", string(c))
	}
	add("case", "open", "dated law", "law by record", "own exemption", "erasure", "held by several", "overdue", "two classes", "two rules on one purpose")
	return out
}

// kinds are those of this case.
func (f *fixture) kinds(t *testing.T) (out []string) {
	t.Helper()
	note := func(yes bool, what string) {
		if yes {
			out = append(out, what)
		}
	}
	hs, err := NewHolds(f.holds...)
	require.NoError(t, err)
	decisions := f.schedule.Decide(nil, &f.record, f.at, hs)
	for i := range decisions {
		d := &decisions[i]
		out = append(out, "state "+string(d.State))
		note(d.Overdue > 0, "case overdue")
		note(d.Holds > 1, "case held by several")
		note(len(f.inClasses(d.Field)) > 1, "case two classes")
		for _, p := range f.ref.order() {
			if st, ok := f.schedule.Standing(d.Field, p, &f.record, f.at); ok {
				out = append(out, "standing "+string(st.Code))
			}
		}
	}
	for _, it := range f.schedule.ErasurePlan(&f.record, f.at, hs).Items {
		out = append(out, "action "+string(it.Action))
	}
	note(f.record.Erasure != 0 && f.record.Erasure <= f.at, "case erasure")
	for _, c := range f.ref.p.Classes {
		seen := map[basis.PurposeID]bool{}
		for _, u := range c.Uses {
			note(seen[u.Purpose], "case two rules on one purpose")
			seen[u.Purpose] = true
			note(u.Exemption != "", "case own exemption")
			out = append(out, "kind "+string(u.Rule.Kind), "regime "+string(u.Rule.Regime))
			for _, term := range u.Rule.Terms {
				out = append(out, "cut "+string(term.Cut), "count "+string(term.Count))
				note(term.Open, "case open")
				note(term.From != 0, "case dated law")
				note(term.ByCutoff, "case law by record")
			}
		}
	}
	return out
}

// The fixed cases hold every kind of case in each part; the fuzz target goes deeper.
func TestReference(t *testing.T) {
	t.Parallel()
	const parts = 4
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			r := &random{Rand: rand.New(rand.NewPCG(1, uint64(part))), kinds: map[string]int{}}
			c := newCalendar()
			cases, refused := 0, 0
			for cases < 600 {
				n := r.run(t, c, 6)
				if n == 0 {
					refused++
				}
				cases += n
			}
			require.Less(t, refused, cases/6, "too many policies are refused to test anything")
			for _, kind := range kinds() {
				require.NotZero(t, r.kinds[kind], "no case of %s", kind)
			}
			t.Logf("%d cases of %d policies; %d refused", cases, cases/6, refused)
		})
	}
}

func FuzzReference(f *testing.F) {
	for i := range uint64(8) {
		f.Add(i, i*i)
	}
	c := newCalendar()
	f.Fuzz(func(t *testing.T, a, b uint64) {
		r := &random{Rand: rand.New(rand.NewPCG(a, b))}
		r.run(t, c, 10)
	})
}
