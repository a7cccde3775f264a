package retention_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func TestParseDeclaration(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]retention.Declaration{
		"customer":         {Classes: []retention.ClassID{"customer"}},
		"customer,invoice": {Classes: []retention.ClassID{"customer", "invoice"}},
		"invoice,customer": {Classes: []retention.ClassID{"invoice", "customer"}},
		"a.b-c_2":          {Classes: []retention.ClassID{"a.b-c_2"}},
		"*":                {Any: true},
		"-":                {None: true},
	} {
		d, err := retention.ParseDeclaration(tag)
		require.NoError(t, err, tag)
		require.Equal(t, want, d)
		require.Equal(t, tag, d.String())
	}
	for tag, want := range map[string]string{
		"": "is empty", " ": "malformed class", "customer, invoice": "malformed class", "customer,": "malformed class", ",customer": "malformed class",
		"customer,,invoice": "malformed class", "Customer": "malformed class", "klant é": "malformed class", "*,customer": "malformed class",
		"customer,-": "malformed class", "--": "malformed class", "1st": "malformed class", "customer;invoice": "malformed class",
		"customer,invoice,customer": "customer is repeated", strings.Repeat("a", 65): "malformed class",
	} {
		d, err := retention.ParseDeclaration(tag)
		require.ErrorContains(t, err, want, "%q", tag)
		require.Zero(t, d)
		require.True(t, strings.HasPrefix(err.Error(), "retention: retain tag"))
	}
	require.Empty(t, retention.Declaration{}.String())
}

func FuzzParseDeclaration(f *testing.F) {
	for _, tag := range []string{"", "*", "-", "customer", "customer,invoice", "a,a", "a, b", "*,a", "a.b-c_2", "É", "a\x00", ",", "-,*"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		d, err := retention.ParseDeclaration(tag)
		if err != nil {
			require.Zero(t, d)
			return
		}
		require.Equal(t, tag, d.String())
		parts := 0
		for _, set := range []bool{d.Any, d.None, len(d.Classes) > 0} {
			if set {
				parts++
			}
		}
		require.Equal(t, 1, parts)
		seen := map[retention.ClassID]bool{}
		for _, id := range d.Classes {
			require.False(t, seen[id])
			seen[id] = true
			// What a tag may name, a policy may have.
			_, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{ID: id, Uses: []retention.Use{
				plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted),
			}}}})
			require.NoError(t, err)
		}
	})
}

// The model of a CRM with all that a tag can stand on.
type (
	taggedKey struct {
		ID string `retain:"*"`
	}
	taggedAudit struct {
		CreatedBy string
		Note      string `retain:"customer"`
	}
	taggedAddress struct {
		Street string `retain:"invoice"`
		City   string
	}
	taggedLine struct {
		Text   string `retain:"invoice"`
		Amount int    `retain:"-"`
	}
	taggedCustomer struct {
		taggedKey
		*taggedAudit `retain:"invoice"`
		Email        string          `retain:"customer"`
		Account      string          `retain:"customer,invoice" json:"IBAN"`
		Home         taggedAddress   `retain:"customer"`
		Lines        []taggedLine    //
		Past         []taggedAddress `retain:"customer"`
		Extra        map[string]any  `retain:"customer"`
		Theme        string          `retain:"-"`
		Fax          string
		cache        int
	}
)

func taggedPolicy(t testing.TB) retention.Policy {
	t.Helper()
	return retention.Policy{Classes: []retention.Class{
		{ID: "customer", Uses: []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted)}},
		{ID: "invoice", Uses: []retention.Use{cut(retention.CutYear, plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted))}},
	}}
}

// Tags on a struct and a policy's own fields for records that are maps come to the same.
func TestTagsAndFieldsAreAlike(t *testing.T) {
	t.Parallel()
	tags := taggedPolicy(t)
	byTag, err := retention.NewSchedule(tags, &taggedCustomer{})
	require.NoError(t, err)
	const customer, invoice = retention.ClassID("customer"), retention.ClassID("invoice")
	names := taggedPolicy(t)
	names.Fields = map[basis.Field][]retention.ClassID{
		"id":          {customer, invoice}, // "*"
		"created_by":  {invoice},           // by the tag on the embedding
		"note":        {customer},          // which a tag of its own overrides
		"email":       {customer},
		"iban":        {invoice, customer},
		"home":        {customer}, // home.city lies in it
		"home.street": {invoice},
		"lines.text":  {invoice},
		"past":        {customer},
		"past.street": {invoice},
		"extra":       {customer},
	}
	byName, err := retention.NewSchedule(names)
	require.NoError(t, err)

	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2020-02-29", retention.Drafted, "2018-06-01")}
	seen := map[retention.State]bool{}
	for _, at := range []string{"2020-01-01", "2022-02-28", "2022-03-01", "2025-12-31", "2026-01-01"} {
		a, b := byTag.Decide(nil, &r, day(t, at), nil), byName.Decide(nil, &r, day(t, at), nil)
		require.Len(t, a, len(names.Fields))
		require.Len(t, b, len(a))
		for i := range a {
			require.Equal(t, shown(&a[i]), shown(&b[i]), at)
			seen[a[i].State] = true
		}
		for _, f := range []basis.Field{"home.city", "home.street.number", "lines.amount", "extra.nick_name", "theme", "fax", "past.city"} {
			x, okX := byTag.Field(f, &r, day(t, at), nil)
			y, okY := byName.Field(f, &r, day(t, at), nil)
			require.Equal(t, okX, okY, f)
			require.Equal(t, shown(&x), shown(&y), f)
		}
	}
	require.Len(t, seen, 4, "the days decide nothing: %v", seen)

	// A field without a class is found in a struct and in a map alike; "-" is said by tags alone.
	paths := func(s *retention.Schedule, record any) (out []string) {
		findings, err := s.Check(record)
		require.NoError(t, err)
		for _, f := range findings {
			require.Equal(t, retention.CodeUndeclared, f.Code)
			require.Equal(t, basis.SeverityError, f.Severity)
			require.Equal(t, "GDPR 5(1)(e)", f.Article)
			out = append(out, f.Path)
		}
		return out
	}
	asMap := map[string]any{
		"ID": "c-1", "Email": "", "IBAN": "", "createdBy": "", "fax": "", "theme": "", "extra": map[string]any{"nick_name": 1},
		"home": map[string]any{"street": "", "city": ""}, "lines": []any{map[string]any{"text": "", "amount": 1}}, "past": []any{},
	}
	require.Equal(t, []string{"fax"}, paths(byTag, taggedCustomer{}))
	require.Equal(t, []string{"fax"}, paths(byTag, &taggedCustomer{Extra: map[string]any{"x": 1}, cache: 1}))
	require.Equal(t, []string{"fax"}, paths(byTag, asMap))
	require.Equal(t, []string{"fax", "lines.amount", "theme"}, paths(byName, asMap))
	require.Equal(t, []string{"fax", "lines.amount", "theme"}, paths(byName, &asMap))
}

// shown is all that a decision says.
func shown(d *retention.Decision) []any {
	return []any{d.Field, d.State, d.KeepUntil, d.DeleteFrom, d.DeleteBy, d.Overdue, d.Rule, d.Holds, d.Law(), d.Purposes()}
}

// A tag and an entry of the policy for one field add up.
func TestDeclarationsAddUp(t *testing.T) {
	t.Parallel()
	type lead struct {
		Email string `retain:"customer"`
	}
	type debtor struct {
		Email string `retain:"invoice,customer"`
	}
	p := taggedPolicy(t)
	r := retention.Record{History: history(t, retention.Contacted, "2020-01-01", retention.Drafted, "2020-01-01")}
	for name, models := range map[string][]any{"two models": {lead{}, &debtor{}}, "twice the same": {lead{}, lead{}, debtor{}}, "tag and policy": {lead{}}} {
		if p.Fields = nil; name == "tag and policy" {
			p.Fields = map[basis.Field][]retention.ClassID{"email": {"invoice"}}
		}
		s, err := retention.NewSchedule(p, models...)
		require.NoError(t, err, name)
		d, ok := s.Field("email", &r, day(t, "2024-01-01"), nil)
		require.True(t, ok, name)
		require.Equal(t, retention.Restricted, d.State, name)
		require.Equal(t, "2027-12-31", d.KeepUntil.String(), name)
	}
}

func TestTagsRefused(t *testing.T) {
	t.Parallel()
	type (
		empty struct {
			A string `retain:""`
		}
		spaced struct {
			A string `retain:"customer, invoice"`
		}
		repeated struct {
			A string `retain:"customer,customer"`
		}
		both struct {
			A string `retain:"customer,-"`
		}
		unknown struct {
			A string `retain:"customer,invoices"`
		}
		hidden struct {
			A int
			b string `retain:"customer"`
		}
		nested struct {
			In struct {
				List []struct {
					A string `retain:"x y"`
				}
			}
		}
		nothing struct {
			A string `retain:"-"`
		}
		something struct {
			A string `retain:"*"`
		}
	)
	for _, c := range []struct {
		models []any
		err    string
	}{
		{[]any{empty{}}, "retain tag is empty (field A of"},
		{[]any{spaced{}}, `malformed class " invoice" (field A of`},
		{[]any{repeated{}}, "customer is repeated"},
		{[]any{both{}}, `malformed class "-"`},
		{[]any{unknown{}}, `field "a" is in the unknown class "invoices"`},
		{[]any{hidden{b: ""}}, "no use on a field that is not exported"},
		{[]any{&nested{}}, `malformed class "x y"`},
		{[]any{nothing{}, something{}}, `field "a" is declared both as no personal data and in a class`},
		{[]any{something{}, nothing{}}, `field "a" is declared both as no personal data and in a class`},
		{[]any{nil}, "model <nil> is no struct"},
		{[]any{map[string]any{"a": 1}}, "is no struct"},
		{[]any{"text"}, "model string is no struct"},
	} {
		s, err := retention.NewSchedule(taggedPolicy(t), c.models...)
		require.ErrorContains(t, err, c.err)
		require.Nil(t, s)
		require.True(t, strings.HasPrefix(err.Error(), "retention: "), err)
	}
	// All of it at once.
	_, err := retention.NewSchedule(taggedPolicy(t), empty{}, spaced{}, unknown{})
	joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err)
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 3)
	// "*" in a policy without classes says nothing.
	_, err = retention.NewSchedule(retention.Policy{}, something{})
	require.ErrorContains(t, err, `field "a" is declared in no class`)
}

// A struct with tags that the schedule was never given would pass for declared.
func TestCheckOfAnUnknownModel(t *testing.T) {
	t.Parallel()
	s, err := retention.NewSchedule(taggedPolicy(t), taggedCustomer{})
	require.NoError(t, err)
	type stranger struct {
		Email string `retain:"customer"`
	}
	_, err = s.Check(stranger{})
	require.ErrorContains(t, err, "give it to NewSchedule")
	type untagged struct{ Email, Phone string }
	findings, err := s.Check(&untagged{Email: marker, Phone: marker})
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, "phone", findings[0].Path)
	for _, bad := range []any{nil, 7, marker, []string{marker}, map[int]string{1: marker}, (*int)(nil)} {
		_, err := s.Check(bad)
		require.ErrorContains(t, err, "want a struct or a map with string keys")
		require.NotContains(t, err.Error(), marker)
	}
}
