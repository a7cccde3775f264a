package consent

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// strict asks for everything that a purpose can require.
var strict = Requirements{Explicit: true, Transfer: true, OnlineService: true, Mailbox: true, Shared: true, ProofKept: true}

func perfect(t testing.TB) (*Event, *Notice) {
	t.Helper()
	ns := &Notices{}
	h := notice(t, ns, Notice{Recipients: []basis.Recipient{"printer"}})
	n, _, _ := ns.Get(h)
	e := event(Given, "c", 1, h)
	e.Evidence.Explicit, e.Evidence.TransferTold, e.Evidence.BirthDate = Yes, Yes, "1980-02-29"
	return e, &n
}

// Each of the 19 checks, with what it misses.
func TestValidate(t *testing.T) {
	t.Parallel()
	e, n := perfect(t)
	require.NoError(t, e.Check())
	require.Empty(t, e.Validate(n, strict, hour(2)))
	for name, tc := range map[string]struct {
		change   func(e *Event, n *Notice, r *Requirements)
		code     basis.Code
		severity basis.Severity
	}{
		"1 not bound":                {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Binding = "" }, CodeSubject, basis.SeverityError},
		"1 typed by anyone":          {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Binding = Typed }, CodeSubject, basis.SeverityError},
		"1 by an operator":           {func(e *Event, _ *Notice, _ *Requirements) { e.Actor = Operator }, CodeNoPermission, basis.SeverityError},
		"2 no controller":            {func(_ *Event, n *Notice, _ *Requirements) { n.Controller = "" }, CodeController, basis.SeverityError},
		"3 no zone":                  {func(e *Event, _ *Notice, _ *Requirements) { e.Zone = "" }, CodeTime, basis.SeverityError},
		"4 no text":                  {func(_ *Event, n *Notice, _ *Requirements) { n.Text = nil }, CodeText, basis.SeverityError},
		"4 no version":               {func(_ *Event, n *Notice, _ *Requirements) { n.Version = "" }, CodeText, basis.SeverityError},
		"5 another purpose":          {func(e *Event, _ *Notice, _ *Requirements) { e.Purpose = "calls" }, CodePurpose, basis.SeverityError},
		"5 bundled":                  {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Bundled = Yes }, CodeBundled, basis.SeverityError},
		"6 no channel":               {func(e *Event, _ *Notice, _ *Requirements) { e.Channel = "" }, CodeChannel, basis.SeverityError},
		"7 no kinds of data":         {func(_ *Event, n *Notice, _ *Requirements) { n.Purposes[0].Categories = nil }, CodeCategories, basis.SeverityWarning},
		"8 withdrawal not told":      {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.WithdrawalTold = "" }, CodeWithdrawal, basis.SeverityError},
		"8 where to withdraw":        {func(_ *Event, n *Notice, _ *Requirements) { n.Withdrawal = "" }, CodeWithdrawal, basis.SeverityError},
		"9 pre-ticked":               {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Action = PreTicked }, CodeAction, basis.SeverityError},
		"10 no form":                 {func(e *Event, n *Notice, _ *Requirements) { e.Evidence.Session, n.Form = "", "" }, CodeSession, basis.SeverityError},
		"11 a needless condition":    {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Conditional = Yes }, CodeConditional, basis.SeverityError},
		"12 an employee":             {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Imbalance = Yes }, CodeImbalance, basis.SeverityWarning},
		"13 not explicit":            {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.Explicit = No }, CodeExplicit, basis.SeverityError},
		"14 a child":                 {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.BirthDate = "2010-01-02" }, CodeChild, basis.SeverityError},
		"14 of unknown age":          {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.BirthDate = "" }, CodeChild, basis.SeverityError},
		"14 an unchecked guardian":   {func(e *Event, _ *Notice, _ *Requirements) { e.Actor = Guardian }, CodeGuardian, basis.SeverityError},
		"15 no recipients":           {func(_ *Event, n *Notice, _ *Requirements) { n.Recipients = nil }, CodeRecipients, basis.SeverityWarning},
		"16 transfer":                {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.TransferTold = "" }, CodeTransfer, basis.SeverityError},
		"17 time to ask again":       {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.RefreshBy = hour(2) }, CodeRefresh, basis.SeverityWarning},
		"18 a full address":          {func(e *Event, _ *Notice, _ *Requirements) { e.Evidence.IP = "192.0.2.7" }, CodeExcess, basis.SeverityWarning},
		"19 how long it is kept":     {func(_ *Event, _ *Notice, r *Requirements) { r.ProofKept = false }, CodeProofPeriod, basis.SeverityWarning},
		"an import without evidence": {func(e *Event, _ *Notice, _ *Requirements) { e.Type, e.Evidence.Grade = Imported, Partial }, CodeUnproven, basis.SeverityError},
	} {
		e, n := perfect(t)
		r := strict
		tc.change(e, n, &r)
		var codes []basis.Code
		for _, f := range e.Validate(n, r, hour(2)) {
			codes = append(codes, f.Code)
			require.NotEmpty(t, f.Article, name)
			require.NotEmpty(t, f.Text.En, name)
			require.NotEmpty(t, f.Text.Nl, name)
			if f.Code == tc.code {
				require.Equal(t, tc.severity, f.Severity, name)
			}
		}
		require.Contains(t, codes, tc.code, name)
		if tc.code == CodePurpose {
			continue // what is not asked for names no kinds of data either
		}
		require.Len(t, codes, 1, name)
	}
}

// On the birthday itself the person is old enough; a guardian may act before.
func TestValidateAge(t *testing.T) {
	t.Parallel()
	e, n := perfect(t)
	for born, ok := range map[string]bool{"2010-01-01": true, "2010-01-02": false, "2030-01-01": false, "2010-02-30": false} {
		e.Evidence.BirthDate = born
		require.Equal(t, ok, valid(e.Validate(n, strict, hour(2))), born)
	}
	e.Actor, e.Evidence.Guardian, e.Evidence.Verification = Guardian, "c-2", "a payment of one cent"
	require.True(t, valid(e.Validate(n, strict, hour(2))))
	e.Actor, e.Evidence.BirthDate = Person, "2012-01-01"
	r := strict
	r.Age = 14
	require.True(t, valid(e.Validate(n, r, hour(2))))
}

// Taking any one piece of evidence away, or several, never makes a declaration valid.
func FuzzMonotone(f *testing.F) {
	f.Add(uint64(0), uint64(1), uint8(31))
	f.Add(uint64(0x123456789abcdef), uint64(0xffffffff), uint8(0))
	f.Fuzz(func(t *testing.T, choose, remove uint64, req uint8) {
		e, n := perfect(t)
		pick := func(options ...string) string {
			s := options[choose%uint64(len(options))]
			choose /= uint64(len(options))
			return s
		}
		v := &e.Evidence
		v.Binding = Binding(pick("mailbox", "typed", "", "signed"))
		v.Action = Action(pick("active", "silence", "", "statement"))
		for _, y := range []*YesNo{&v.Bundled, &v.Conditional, &v.Necessary, &v.WithdrawalTold, &v.Imbalance, &v.Explicit, &v.TransferTold} {
			*y = YesNo(pick("no", "yes", ""))
		}
		v.BirthDate = pick("1980-01-01", "2015-01-01")
		e.Actor = Actor(pick("person", "guardian", "agent"))
		v.Guardian = pick("", "g")
		v.Verification = pick("", "v")
		r := Requirements{
			Explicit: req&1 != 0, Transfer: req&2 != 0, OnlineService: req&4 != 0, Mailbox: req&8 != 0,
			Shared: req&16 != 0, ProofKept: req&32 != 0,
		}
		before := valid(e.Validate(n, r, hour(2)))
		fields := reflect.ValueOf(v).Elem()
		for i := range fields.NumField() {
			if remove&(1<<i) != 0 {
				fields.Field(i).SetZero()
			}
		}
		m := *n
		if remove&(1<<40) != 0 {
			m.Form = ""
		}
		if remove&(1<<41) != 0 {
			m.Withdrawal = ""
		}
		p := &m
		if remove&(1<<42) != 0 {
			p = nil
		}
		if !before {
			require.False(t, valid(e.Validate(p, r, hour(2))), "less evidence made it valid")
		}
	})
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3::4": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48",
		"": "", "localhost": "", "192.0.2.77:80": "", "1.2.3": "",
	} {
		require.Equal(t, want, truncated(ip), ip)
	}
}

// valid reports whether no finding is an error.
func valid(findings []basis.Finding) bool {
	return !slices.ContainsFunc(findings, func(f basis.Finding) bool { return f.Severity == basis.SeverityError })
}

func truncated(ip string) string {
	a, _ := netip.ParseAddr(ip)
	return MinimizeIP(a, "", nil)
}

// The age is that of the country on the day of the act: Denmark went from 13 to 15 on 1 January 2024 (Art. 8(1)).
func TestAgeOfConsent(t *testing.T) {
	t.Parallel()
	ns := &Notices{}
	h := notice(t, ns, Notice{})
	for _, tc := range []struct {
		country, born, on string
		age               int
		want              bool
	}{
		{"DK", "2010-06-01", "2023-12-31T12:00:00Z", 0, true},
		{"DK", "2010-06-01", "2024-01-01T12:00:00Z", 0, false},
		{"DK", "2009-01-01", "2023-12-31T23:30:00Z", 0, true}, // 15 on the new day, which it is in Copenhagen
		{"NL", "2010-06-01", "2026-05-31T12:00:00Z", 0, false},
		{"NL", "2010-06-01", "2026-06-01T12:00:00Z", 0, true},
		{"ES", "2012-06-01", "2026-06-01T12:00:00Z", 0, true},
		{"XX", "2012-06-01", "2026-06-01T12:00:00Z", 0, false},
		{"", "2010-06-01", "2026-06-01T12:00:00Z", 0, true},
		{"ES", "2012-06-01", "2026-06-01T12:00:00Z", 15, false},
		{"ES", "", "2026-06-01T12:00:00Z", 0, false},
	} {
		e := event(Given, "c", 1, h)
		at, err := time.Parse(time.RFC3339, tc.on)
		require.NoError(t, err)
		e.Occurred, e.Zone, e.Evidence.BirthDate = at, "Europe/Copenhagen", tc.born
		n := ns.text(h)
		require.Equal(t, tc.want, e.stands(n, Requirements{OnlineService: true, Country: tc.country, Age: tc.age}, at), "%+v", tc)
	}
	rows := []reconsent.AgeRow{{Country: "ES", Age: 13}}
	e := event(Given, "c", 1, h)
	e.Evidence.BirthDate = "2012-12-01"
	found := e.Validate(ns.text(h), Requirements{OnlineService: true, Country: "ES", Ages: rows, ProofKept: true}, e.Occurred)
	require.Len(t, found, 1)
	require.Equal(t, CodeChild, found[0].Code)
	require.Equal(t, basis.SeverityWarning, found[0].Severity, "an age of a row that nobody checked")
	rows[0].Age = 99
	require.False(t, e.stands(ns.text(h), Requirements{OnlineService: true, Country: "ES", Ages: rows}, e.Occurred), "a broken table is no lower age")
}
