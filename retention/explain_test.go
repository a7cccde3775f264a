package retention_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

// Every state has its code and a sentence in two languages, with the law.
func TestDecisionExplains(t *testing.T) {
	t.Parallel()
	tax, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	mail := own(t, retention.Maximum, "P2Y", retention.Ordered)
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{
			{ID: "mail", Uses: []retention.Use{{Purpose: "newsletter", Rule: mail}}},
			{ID: "books", Uses: []retention.Use{{Purpose: "tax", Rule: tax}}},
		},
		Fields: map[basis.Field][]retention.ClassID{"email": {"mail", "books"}},
	})
	require.NoError(t, err)
	hold, err := retention.NewHolds(retention.Hold{ID: "h", Reason: retention.Audit, Owner: "finance", From: day(t, "2030-01-01"), Until: day(t, "2030-12-31")})
	require.NoError(t, err)
	r := retention.Record{Subject: "c-1", History: retention.History{{Event: retention.Ordered, On: day(t, "2020-05-01")}, {Event: retention.Drafted, On: day(t, "2020-05-01")}}}
	for _, tc := range []struct {
		at, code, en string
		state        retention.State
	}{
		{"2020-01-01", "retention_not_begun", "The period has not begun: what starts it has not happened. (NL-TAX, AWR 52(4))", retention.Pending},
		{"2021-01-01", "retention_within", "The period for which the purpose may use the data runs. (NL-TAX, AWR 52(4))", retention.Active},
		{"2023-01-01", "retention_duty", "Only duties and claims are left; the data stay for them alone. (NL-TAX, AWR 52(4))", retention.Restricted},
		{"2028-01-01", "retention_ended", "The period for which the purpose may use the data has ended. (NL-TAX, AWR 52(4))", retention.Due},
		{"2030-06-01", "retention_held", "The data are kept under a hold alone, which permits no use. (NL-TAX, AWR 52(4))", retention.Held},
	} {
		d, ok := s.Field("email", &r, day(t, tc.at), hold)
		require.True(t, ok)
		require.Equal(t, tc.state, d.State, tc.at)
		require.Equal(t, basis.Code(tc.code), d.Code(), tc.at)
		require.Equal(t, tc.en, d.Text().En, tc.at)
		require.NotEmpty(t, d.Text().Nl)
	}
	d, _ := s.Field("email", &r, day(t, "2023-01-01"), nil)
	b, err := json.Marshal(d)
	require.NoError(t, err)
	require.JSONEq(t, `{"field":"email","state":"restricted","code":"retention_duty","keep_until":"2027-12-31","delete_from":"2028-01-01",`+
		`"delete_by":"2028-01-01","purposes":["tax"],"rule":"NL-TAX","law":"AWR 52(4)"}`, string(b))
	require.Equal(t, "email: restricted", d.String())
	require.NotContains(t, string(b)+d.LogValue().String(), "c-1")
}

// Types go through text, JSON and databases unchanged.
func TestTypesStored(t *testing.T) {
	t.Parallel()
	p := period(t, "P1Y6M")
	v, err := p.Value()
	require.NoError(t, err)
	require.Equal(t, "P1Y6M", v)
	var back retention.Period
	require.NoError(t, back.Scan("P1Y6M"))
	require.Equal(t, p, back)
	require.Error(t, back.Scan("P1"))
	require.Error(t, back.Scan(7))
	require.Equal(t, p, back)
	require.NoError(t, back.Scan(nil))
	require.True(t, back.IsZero())

	b, err := json.Marshal(retention.BreachNotification())
	require.NoError(t, err)
	require.Contains(t, string(b), `"hours":"PT72H"`)
	var d retention.Deadline
	require.NoError(t, json.Unmarshal(b, &d))
	require.Equal(t, retention.BreachNotification(), d)

	fy := retention.FinancialYear{Month: 6, Day: 30}
	b, err = json.Marshal(fy)
	require.NoError(t, err)
	require.Equal(t, `"06-30"`, string(b))
	var got retention.FinancialYear
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, fy, got)
	require.Error(t, json.Unmarshal([]byte(`"02-45"`), &got))
	require.NoError(t, got.Scan([]byte("04-05")))
	require.Equal(t, retention.FinancialYear{Month: 4, Day: 5}, got)
	require.Error(t, got.Scan(3))
	fv, err := got.Value()
	require.NoError(t, err)
	require.Equal(t, "04-05", fv)
	_, err = json.Marshal(retention.FinancialYear{Month: 13, Day: 45})
	require.Error(t, err)
	require.Zero(t, retention.FinancialYear{Month: 13, Day: 45}.Close(day(t, "2020-01-01")))

	require.Equal(t, "ordered 2020-05-01", retention.Occurrence{Event: retention.Ordered, On: day(t, "2020-05-01")}.String())
	require.Equal(t, "..2020-05-01", retention.Span{To: day(t, "2020-05-01")}.String())
	require.True(t, retention.Occurrence{}.IsZero())
	require.True(t, retention.Span{}.IsZero())
}

// A misspelt hold would hold nothing.
func TestCheckHolds(t *testing.T) {
	t.Parallel()
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{{ID: "mail", Uses: []retention.Use{{Purpose: "newsletter", Rule: own(t, retention.Maximum, "P2Y", retention.Ordered)}}}},
		Fields:  map[basis.Field][]retention.ClassID{"address.city": {"mail"}},
	})
	require.NoError(t, err)
	hold := func(h retention.Hold) *retention.Holds {
		h.ID, h.Reason, h.Owner, h.From, h.Review = "h", retention.Audit, "finance", 1, 2
		hs, err := retention.NewHolds(h)
		require.NoError(t, err)
		return hs
	}
	require.NoError(t, s.CheckHolds(nil))
	require.NoError(t, s.CheckHolds(hold(retention.Hold{Classes: []retention.ClassID{"mail"}, Fields: []basis.Field{"address"}})))
	require.ErrorContains(t, s.CheckHolds(hold(retention.Hold{Classes: []retention.ClassID{"mails"}})), `unknown class "mails"`)
	require.ErrorContains(t, s.CheckHolds(hold(retention.Hold{Fields: []basis.Field{"email"}})), `unknown field "email"`)
	_, _, err = (&retention.Sweep{
		Schedule: s, Source: retention.SourceFunc(nil), DryRun: true, Holds: hold(retention.Hold{Classes: []retention.ClassID{"mails"}}),
	}).Run(t.Context(), day(t, "2026-01-01"), retention.Cursor{})
	require.ErrorContains(t, err, "unknown class")
	for want, h := range map[string]retention.Hold{
		`canonical name "email"`:   {Fields: []basis.Field{"Email"}},
		"names a subject that is ": {Subjects: []basis.Subject{""}},
	} {
		h.ID, h.Reason, h.Owner, h.From, h.Review = "h", retention.Audit, "finance", 1, 2
		_, err := retention.NewHolds(h)
		require.ErrorContains(t, err, want)
	}
}

// A field in two classes: the maximum of one below the minimum of the other, for one purpose.
func TestConflictAcrossClasses(t *testing.T) {
	t.Parallel()
	short, long := own(t, retention.Maximum, "P2Y", retention.Ordered), own(t, retention.Minimum, "P7Y", retention.Ordered)
	short.ID, long.ID = "short", "long"
	policy := retention.Policy{
		Classes: []retention.Class{
			{ID: "a", Uses: []retention.Use{{Purpose: "p", Rule: short}}},
			{ID: "b", Uses: []retention.Use{{Purpose: "p", Rule: long}}},
		},
		Fields: map[basis.Field][]retention.ClassID{"email": {"a"}, "phone": {"b"}},
	}
	_, err := retention.NewSchedule(policy)
	require.NoError(t, err, "no field is in both")
	policy.Fields["name"] = []retention.ClassID{"a", "b"}
	_, err = retention.NewSchedule(policy)
	require.ErrorContains(t, err, `fields in classes "a" and "b", purpose p: rule short would end before rule long`)
	policy.Classes[1].Uses[0].Purpose = "tax"
	_, err = retention.NewSchedule(policy)
	require.NoError(t, err, "another purpose restricts")
}
