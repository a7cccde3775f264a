package retention_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/basistest"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

// files knows the records of three persons.
func files(t testing.TB) retention.Records {
	return retention.RecordsFunc(func(_ context.Context, s basis.Subject) (retention.Record, bool, error) {
		switch s {
		case "live":
			return record("", day(t, "2026-05-01")), true, nil
		case "old":
			return record("", day(t, "2020-05-01")), true, nil
		case "done":
			r := record("", day(t, "2026-05-01"))
			r.Done = map[basis.Field]retention.Date{"email": today - 1}
			return r, true, nil
		case "erased":
			r := record("", day(t, "2026-05-01"))
			r.Erasure = today - 1
			return r, true, nil
		case "undated":
			return retention.Record{}, true, nil
		case "broken":
			return retention.Record{}, false, errors.New("connection lost")
		}
		return retention.Record{}, false, nil
	})
}

func question(subject string, purpose string, fields ...basis.Field) basis.Question {
	return basis.Question{
		Subject: basis.Subject(subject), Purpose: basis.PurposeID(purpose), Fields: fields, Channel: basis.Email, At: today.Start(time.UTC).Add(12 * time.Hour),
	}
}

func TestWitness(t *testing.T) {
	t.Parallel()
	s := shop("1", retention.Period{Months: 24})
	holds, err := retention.NewHolds(retention.Hold{ID: "h", Reason: retention.Audit, Owner: "finance", From: 1, Review: today, Subjects: []basis.Subject{"old"}})
	require.NoError(t, err)
	for _, tc := range []struct {
		subject, purpose string
		field            basis.Field
		says             basis.Says
		code             basis.Code
		until            string
	}{
		{"live", "newsletter", "email", basis.Permits, retention.CodeWithin, "2028-05-02"},
		{"live", "tax", "email", basis.Permits, retention.CodeWithin, "2034-01-01"},
		{"live", "newsletter", "iban", "", "", ""}, // the field does not serve it
		{"live", "calls", "email", "", "", ""},
		{"live", "newsletter", "theme", "", "", ""}, // no personal data
		{"live", "newsletter", "shoe_size", "", "", ""},
		{"old", "newsletter", "email", basis.Denies, retention.CodeEnded, ""}, // restricted to tax
		{"old", "tax", "email", basis.Permits, retention.CodeWithin, "2028-01-01"},
		{"old", "newsletter", "click", basis.Denies, retention.CodeHeld, ""}, // a hold permits no use
		{"done", "newsletter", "email", basis.Denies, retention.CodeDone, ""},
		{"erased", "newsletter", "email", basis.Denies, retention.CodeErased, ""},
		{"erased", "tax", "email", basis.Permits, retention.CodeWithin, "2034-01-01"},
		{"undated", "newsletter", "email", basis.Permits, retention.CodeNotBegun, ""},
		{"undated", "tax", "email", basis.Denies, retention.CodeNoAnchor, ""}, // a document was drawn up on some day
		{"nobody", "newsletter", "email", "", "", ""},
	} {
		got, err := s.Witness(files(t), holds).Testify(t.Context(), question(tc.subject, tc.purpose, tc.field))
		require.NoError(t, err)
		require.Equal(t, tc.says, got.Says, "%+v", tc)
		require.Equal(t, tc.code, got.Code, "%+v", tc)
		if tc.says != "" {
			require.NotEmpty(t, got.Text.En)
			require.NotEmpty(t, got.Text.Nl)
			require.NotEmpty(t, got.Ref)
		}
		if tc.until != "" {
			require.Equal(t, tc.until, got.Until.Format(time.DateOnly), "%+v", tc)
		}
	}
	_, err = s.Witness(files(t), nil).Testify(t.Context(), question("broken", "newsletter", "email"))
	require.Error(t, err)
	_, err = s.Witness(retention.RecordsFunc(nil), nil).Testify(t.Context(), question("live", "newsletter", "email"))
	require.Error(t, err)
	got, err := s.Witness(nil, nil).Testify(t.Context(), question("live", "newsletter", "email"))
	require.NoError(t, err)
	require.Zero(t, got)
	// Of several fields the first that may not be used decides, and the earliest end.
	got, err = s.Witness(files(t), nil).Testify(t.Context(), question("old", "tax", "email", "click"))
	require.NoError(t, err)
	require.Empty(t, got.Says)
}

func TestWitnessConforms(t *testing.T) {
	t.Parallel()
	basistest.Witness(t, shop("1", retention.Period{Months: 24}).Witness(files(t), nil), basistest.Cases{
		Granted: []basis.Question{question("live", "newsletter", "email"), question("old", "tax", "iban")},
		Refused: []basis.Question{question("old", "newsletter", "email"), question("nobody", "newsletter", "email"), question("done", "newsletter", "email")},
	})
}

// The tax keeps the field and the newsletter has ended: restricted, not kept for all. The
// class is not what decides, the purpose is.
func TestScheduleTags(t *testing.T) {
	t.Parallel()
	tax, err := statute.Find("NL-TAX")
	require.NoError(t, err)
	mail := own(t, retention.Maximum, "P2Y", retention.Ordered)
	policy := retention.Policy{Classes: []retention.Class{
		{ID: "mail", Uses: []retention.Use{{Purpose: "newsletter", Rule: mail}}},
		{ID: "books", Uses: []retention.Use{{Purpose: "tax", Rule: tax}}},
	}}
	type address struct {
		Street string `retain:"books"`
		Note   string `json:"remark" retain:"mail"`
	}
	type base struct {
		ID string `retain:"*"`
	}
	type contact struct {
		base
		Email   string  `retain:"mail,books"`
		Address address // its fields have tags of their own
		Kids    []struct {
			Name string `retain:"mail"`
		}
		Theme  string `retain:"-"`
		hidden string
	}
	tagged, err := retention.NewSchedule(policy, contact{hidden: "x"})
	require.NoError(t, err)
	policy.Fields = map[basis.Field][]retention.ClassID{
		"id": {"mail", "books"}, "email": {"mail", "books"}, "address.street": {"books"}, "address.remark": {"mail"}, "kids.name": {"mail"},
	}
	mapped, err := retention.NewSchedule(policy)
	require.NoError(t, err)
	for _, on := range []string{"2026-05-01", "2020-05-01", "2010-05-01"} {
		r := record("c-1", day(t, on))
		a, b := tagged.Decide(nil, &r, today, nil), mapped.Decide(nil, &r, today, nil)
		require.Len(t, a, 5)
		for i := range a {
			x, err := a[i].MarshalJSON()
			require.NoError(t, err)
			y, err := b[i].MarshalJSON()
			require.NoError(t, err)
			require.JSONEq(t, string(x), string(y))
		}
	}
	found, err := tagged.Check(contact{})
	require.NoError(t, err)
	require.Empty(t, found)
	found, err = mapped.Check(map[string]any{"email": "x", "Address": map[string]any{"street": "x", "shoe_size": 43}, "kids": []any{map[string]any{"name": "x", "age": 3}}})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "address.shoe_size", found[0].Path)
	require.Equal(t, "kids.age", found[1].Path)
	require.Equal(t, retention.CodeUndeclared, found[0].Code)
	_, err = mapped.Check(contact{})
	require.ErrorContains(t, err, "give it to NewSchedule")
	_, err = mapped.Check(7)
	require.Error(t, err)
}

func TestScheduleErrors(t *testing.T) {
	t.Parallel()
	use := []retention.Use{{Purpose: "p", Rule: own(t, retention.Maximum, "P2Y", retention.Ordered)}}
	type unknown struct {
		A string `retain:"mails"`
	}
	type malformed struct {
		A string `retain:"mail, books"`
	}
	type unexported struct {
		B string `retain:"mail"`
		a string `retain:"mail"`
	}
	other := own(t, retention.Maximum, "P3Y", retention.Ordered)
	for want, p := range map[string]struct {
		classes []retention.Class
		fields  map[basis.Field][]retention.ClassID
		models  []any
		fy      retention.FinancialYear
	}{
		"malformed ID":                    {classes: []retention.Class{{ID: "Mail", Uses: use}}},
		"there twice":                     {classes: []retention.Class{{ID: "mail", Uses: use}, {ID: "mail", Uses: use}}},
		"serves no purpose":               {classes: []retention.Class{{ID: "mail"}}},
		"unknown disposition":             {classes: []retention.Class{{ID: "mail", Uses: use, Disposition: "burn"}}},
		"a notice period belongs to":      {classes: []retention.Class{{ID: "mail", Uses: use, Disposition: retention.NotifyThenDelete}}},
		"unknown parent":                  {classes: []retention.Class{{ID: "mail", Uses: use, Parent: "x"}}},
		"is its own ancestor":             {classes: []retention.Class{{ID: "a", Uses: use, Parent: "b"}, {ID: "b", Uses: use, Parent: "a"}}},
		"a rule without a purpose":        {classes: []retention.Class{{ID: "mail", Uses: []retention.Use{{Rule: use[0].Rule}}}}},
		"two different rules have the":    {classes: []retention.Class{{ID: "mail", Uses: append(use, retention.Use{Purpose: "q", Rule: other})}}},
		"is no ground of GDPR 17(3)":      {classes: []retention.Class{{ID: "mail", Uses: []retention.Use{{Purpose: "p", Rule: use[0].Rule, Exemption: "b"}}}}},
		"is in the unknown class":         {classes: []retention.Class{{ID: "mail", Uses: use}}, models: []any{unknown{}}},
		"malformed class":                 {classes: []retention.Class{{ID: "mail", Uses: use}}, models: []any{malformed{}}},
		"a field that is not exported":    {classes: []retention.Class{{ID: "mail", Uses: use}}, models: []any{unexported{a: "x"}}},
		"is no struct":                    {classes: []retention.Class{{ID: "mail", Uses: use}}, models: []any{7}},
		"has the canonical name":          {classes: []retention.Class{{ID: "mail", Uses: use}}, fields: map[basis.Field][]retention.ClassID{"Email": {"mail"}}},
		"is declared in no class":         {classes: []retention.Class{{ID: "mail", Uses: use}}, fields: map[basis.Field][]retention.ClassID{"email": {}}},
		"ends on a day that does not exi": {classes: []retention.Class{{ID: "mail", Uses: use}}, fy: retention.FinancialYear{Month: 2, Day: 30}},
	} {
		s, err := retention.NewSchedule(retention.Policy{Classes: p.classes, Fields: p.fields, FinancialYear: p.fy}, p.models...)
		require.ErrorContains(t, err, want)
		require.Nil(t, s)
	}
}

func TestParseDeclaration(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"customer", "customer,invoice", "*", "-", "a.b_c-d"} {
		d, err := retention.ParseDeclaration(tag)
		require.NoError(t, err, tag)
		require.Equal(t, tag, d.String())
	}
	for _, tag := range []string{"", " ", "a,", ",a", "a,,b", "a, b", "a,a", "*,a", "a,*", "-,a", "A", "1a", "a=b", "é"} {
		d, err := retention.ParseDeclaration(tag)
		require.Error(t, err, tag)
		require.Zero(t, d)
	}
}

func FuzzParseDeclaration(f *testing.F) {
	f.Add("customer,invoice")
	f.Add("*")
	f.Fuzz(func(t *testing.T, tag string) {
		d, err := retention.ParseDeclaration(tag)
		if err == nil {
			require.Equal(t, tag, d.String())
		}
	})
}

// Rules whose law has ended, or has not begun, are found.
func TestScheduleReview(t *testing.T) {
	t.Parallel()
	aml, err := statute.Find("ES-AML")
	require.NoError(t, err)
	s, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{ID: "aml", Uses: []retention.Use{{Purpose: "aml", Rule: aml}}}}})
	require.NoError(t, err)
	require.Empty(t, s.Review(day(t, "2027-07-09")))
	found := s.Review(day(t, "2027-07-10"))
	require.Len(t, found, 1)
	require.Equal(t, retention.CodeNotInForce, found[0].Code)
}
