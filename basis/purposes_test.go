package basis_test

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func order(change func(*basis.Purpose)) basis.Purpose {
	p := basis.Purpose{ID: "order", Kind: basis.ContractPerformance, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms"}}
	if change != nil {
		change(&p)
	}
	return p
}

func TestNewPurposesRejects(t *testing.T) {
	t.Parallel()
	type p = basis.Purpose
	marketing := func(b basis.Basis, ref string, channels ...basis.Channel) func(*p) {
		return func(p *p) {
			p.Kind, p.Ground, p.Channels = basis.DirectMarketing, basis.Ground{Basis: b, Ref: ref}, channels
		}
	}
	for want, change := range map[string]func(*p){
		"an id has":                        func(p *p) { p.ID = "or der" },
		"kind":                             func(p *p) { p.Kind = "sales" },
		"without a basis":                  func(p *p) { p.Ground = basis.Ground{} },
		"does not name its contract":       func(p *p) { p.Ground.Ref = " " },
		"name its law (GDPR 6(3))":         func(p *p) { p.Ground = basis.Ground{Basis: basis.PublicTask} },
		"name its law":                     func(p *p) { p.Ground = basis.Ground{Basis: basis.LegalObligation} },
		"name its assessment":              func(p *p) { p.Ground = basis.Ground{Basis: basis.LegitimateInterests} },
		"name its consent purpose":         func(p *p) { p.Ground = basis.Ground{Basis: basis.Consent} },
		"can't rest on legal_obligation":   marketing(basis.LegalObligation, "law", basis.Email),
		"can't rest on vital_interests":    marketing(basis.VitalInterests, "", basis.Email),
		"can't rest on public_task":        marketing(basis.PublicTask, "law", basis.Email),
		"e-mail, text message and phone":   marketing(basis.SoftOptIn, "", basis.Email, basis.Post),
		"message and phone only":           marketing(basis.SoftOptIn, ""),
		"covers direct marketing only":     func(p *p) { p.Ground.Basis, p.Channels = basis.SoftOptIn, []basis.Channel{basis.Email} },
		"unknown channel":                  func(p *p) { p.Channels = []basis.Channel{"fax"} },
		"channel email is repeated":        func(p *p) { p.Channels = []basis.Channel{basis.Email, basis.Email} },
		"recipient at position 1 is empty": func(p *p) { p.Recipients = []basis.Recipient{""} },
		"both needed and optional":         func(p *p) { p.Needs, p.Optional = []basis.Field{"a"}, []basis.Field{"a"} },
		`"a" is repeated`:                  func(p *p) { p.Needs = []basis.Field{"a", "a"} },
		`"first_name" is`:                  func(p *p) { p.Needs = []basis.Field{"FirstName"} },
		"empty field":                      func(p *p) { p.Optional = []basis.Field{""} },
		"without a condition":              func(p *p) { p.Special = basis.Special{Ref: "x"} },
		"GDPR 9(2)(g)":                     func(p *p) { p.Special.Condition = basis.SubstantialPublicInterest },
		"GDPR 10":                          func(p *p) { p.Offences.Criminal = basis.AuthorizedByLaw },
	} {
		purposes, err := basis.NewPurposes([]p{order(change)})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, order(change).Validate(), want)
		require.Nil(t, purposes)
	}
	type badTags struct {
		A string `purpose:"order,"`
		B string `purpose:"unknown"`
		//lint:ignore U1000 a tag on a field that is not exported is the fault
		c string `purpose:"order"`
		D string `purpose:""`
	}
	type contradicts struct {
		A string `purpose:"order=optional"`
		B string `purpose:"-"`
		C string `purpose:"*"`
	}
	for want, model := range map[string]any{
		"malformed item": badTags{}, `unknown purpose "unknown"`: badTags{}, "not exported": &badTags{}, "tag is empty": badTags{},
		"no struct": map[string]any{"a": 1}, "model <nil>": nil, "model int": 1, "has no fields": time.Time{},
		`"a" is both needed and optional`: contradicts{}, "no personal data and for purposes": contradicts{},
		"any purpose and as optional": contradicts{},
	} {
		_, err := basis.NewPurposes([]p{order(func(p *p) {
			p.Needs, p.Optional = []basis.Field{"a", "b"}, []basis.Field{"c"}
		})}, model)
		require.ErrorContains(t, err, want)
	}
	// Every error is in the result, not the first.
	_, err := basis.NewPurposes([]p{order(nil), order(func(p *p) { p.Kind = "" }), {}}, badTags{})
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 1+1+3+4)
	require.ErrorContains(t, err, "declared twice")
}

type base struct {
	ID      string    `purpose:"*"`
	Created time.Time `purpose:"-"`
}

type address struct {
	Street string
	City   string `purpose:"order,stats"`
}

type tags struct{ Tag string }

type customer struct {
	base
	FirstName string         `json:"firstName" purpose:"order"`
	Email     sql.NullString `json:"e-mail" purpose:"order"`
	IPAddress string         `purpose:"stats=optional"`
	Home      *address       `purpose:"order"`
	Others    []address      `json:"other_addresses,omitempty"`
	Labels    [2]tags
	Custom    map[string]any
	Parent    *customer `purpose:"order"`
	Plate     string
	hidden    string
}

const customerJSON = `{"id":"1","Created":"2026-01-01","first name":"x","E-mail":"x","ipAddress":"::1",
	"home":{"street":"x","city":"x"},"OtherAddresses":[{"Street":"x","CITY":"x"},{"Street":"x"}],
	"labels":[{"tag":"x"}],"custom":{"Shoe Size":43},"parent":{"id":"2"},"plate":"x"}`

func customers(t *testing.T) *basis.Purposes {
	purposes, err := basis.NewPurposes([]basis.Purpose{
		order(func(p *basis.Purpose) { p.Needs = []basis.Field{"custom.shoe_size"} }),
		{ID: "stats", Kind: basis.Analysis, Ground: basis.Ground{Basis: basis.LegitimateInterests, Ref: "lia-1"}},
	}, &customer{})
	require.NoError(t, err)
	return purposes
}

// Structs and maps with the same fields get the same answers.
func TestStructAndMap(t *testing.T) {
	t.Parallel()
	purposes := customers(t)
	var decoded map[string]any
	require.NoError(t, json.Unmarshal([]byte(customerJSON), &decoded))
	structure := &customer{Custom: map[string]any{"shoeSize": 43}, hidden: "x"}

	want := map[basis.Field][2]basis.Necessity{ // for order, for stats
		"id":                     {basis.Needed, basis.Needed},
		"created":                {basis.NotPersonal, basis.NotPersonal},
		"first_name":             {basis.Needed, basis.NotAllowed},
		"e_mail":                 {basis.Needed, basis.NotAllowed},
		"ip_address":             {basis.NotAllowed, basis.Optional},
		"home.street":            {basis.Needed, basis.NotAllowed}, // the parent's tag
		"home.city":              {basis.Needed, basis.Needed},     // its own
		"other_addresses.street": {basis.NotAllowed, basis.NotAllowed},
		"other_addresses.city":   {basis.Needed, basis.Needed},
		"labels.tag":             {basis.NotAllowed, basis.NotAllowed},
		"custom.shoe_size":       {basis.Needed, basis.NotAllowed},
		"plate":                  {basis.NotAllowed, basis.NotAllowed},
	}
	undeclared := []string{"labels.tag", "other_addresses.street", "plate"}
	for i, id := range []basis.PurposeID{"order", "stats"} {
		fromStruct, err := purposes.Verdicts(structure, id)
		require.NoError(t, err)
		fromMap, err := purposes.Verdicts(decoded, id)
		require.NoError(t, err)
		// The type holds itself: the struct ends at the field, the map shows what it has.
		isParent := func(v basis.Verdict) bool { return strings.HasPrefix(string(v.Field), "parent") }
		require.Equal(t, slices.DeleteFunc(slices.Clone(fromStruct), isParent), slices.DeleteFunc(slices.Clone(fromMap), isParent))
		require.Len(t, fromStruct, len(want)+1)
		for _, v := range fromStruct {
			if isParent(v) {
				continue
			}
			require.Equal(t, want[v.Field][i], v.Necessity, "%s for %s", v.Field, id)
			require.Equal(t, v, purposes.Verdict(id, v.Field))
			require.NotEmpty(t, v.Article)
			require.NotEmpty(t, v.Text.Nl)
		}
	}
	for _, record := range []any{structure, *structure, decoded, &decoded} {
		findings, err := purposes.Check(record)
		require.NoError(t, err)
		var paths []string
		for _, f := range findings {
			require.Equal(t, basis.CodeUndeclared, f.Code)
			require.Equal(t, "GDPR 5(1)(c)", f.Article)
			paths = append(paths, f.Path)
		}
		require.Equal(t, undeclared, paths)
	}
	require.Equal(t, map[basis.PurposeID]basis.Necessity{"order": basis.Needed, "stats": basis.Needed}, maps.Collect(purposes.For("home.city")))
	require.Equal(t, map[basis.Field]basis.Necessity{
		"id": basis.Needed, "home.city": basis.Needed, "other_addresses.city": basis.Needed, "ip_address": basis.Optional,
	}, maps.Collect(purposes.Fields("stats")))
}

func TestEmptyContainers(t *testing.T) {
	t.Parallel()
	purposes := customers(t)
	// Inner fields are declared and there are none: nothing to say.
	findings, err := purposes.Check(map[string]any{"other_addresses": nil, "Custom": map[string]any{}, "home": nil})
	require.NoError(t, err)
	require.Empty(t, findings)
	// A value where fields were declared is undeclared itself, and so is an unknown empty list.
	findings, err = purposes.Check(map[string]any{"other_addresses": "Main Street 1", "hobbies": []any{}})
	require.NoError(t, err)
	require.Len(t, findings, 2)
}

func TestUnknownModel(t *testing.T) {
	t.Parallel()
	purposes := customers(t)
	_, err := purposes.Check(contact{})
	require.ErrorContains(t, err, "give it to NewPurposes")
	type plain struct{ FirstName, Plate string }
	findings, err := purposes.Check(plain{}) // no tags: the catalogue decides
	require.NoError(t, err)
	require.Len(t, findings, 1)
	for _, record := range []any{nil, 1, "x", []any{}, time.Time{}, map[int]any{}} {
		_, err := purposes.Check(record)
		require.Error(t, err)
	}
}

func TestNoPurposes(t *testing.T) {
	t.Parallel()
	for _, purposes := range []*basis.Purposes{nil, {}} {
		require.Equal(t, basis.NotAllowed, purposes.Verdict("order", "id").Necessity)
		findings, err := purposes.Check(map[string]any{"id": 1})
		require.NoError(t, err)
		require.Len(t, findings, 1)
		verdicts, err := purposes.Verdicts(map[string]any{"id": 1}, "order")
		require.NoError(t, err)
		require.Equal(t, basis.CodeUnknownPurpose, verdicts[0].Code)
		require.Empty(t, slices.Collect(purposes.All()))
		require.Empty(t, maps.Collect(purposes.Fields("order")))
		require.Empty(t, maps.Collect(purposes.For("id")))
		_, ok := purposes.Get("order")
		require.False(t, ok)
	}
}

func TestCatalogueDoesNotChange(t *testing.T) {
	t.Parallel()
	list := []basis.Purpose{order(func(p *basis.Purpose) { p.Needs, p.Channels = []basis.Field{"a"}, []basis.Channel{basis.Email} })}
	purposes, err := basis.NewPurposes(list)
	require.NoError(t, err)
	list[0].Channels[0] = basis.Phone
	got, ok := purposes.Get("order")
	require.True(t, ok)
	require.Equal(t, []basis.Channel{basis.Email}, got.Channels)
	got.Channels[0] = basis.Phone
	require.Equal(t, []basis.Channel{basis.Email}, slices.Collect(purposes.All())[0].Channels)
}

type loop struct {
	Name string `purpose:"order"`
	Next *loop  `purpose:"order"`
	All  []*loop
	Any  any
	*loop
}

type (
	pointers *pointers
	lists    []lists
	strange  struct {
		P pointers
		L lists
		M map[string]lists
		C chan int
		F func()
		I interface{ Foo() }
	}
)

func TestCyclesEnd(t *testing.T) {
	t.Parallel()
	l := &loop{Name: "x"}
	l.Next, l.All, l.Any, l.loop = l, []*loop{l}, l, l
	purposes, err := basis.NewPurposes([]basis.Purpose{order(nil)}, l)
	require.NoError(t, err)
	findings, err := purposes.Check(l)
	require.NoError(t, err)
	require.Len(t, findings, 2) // All and Any say nothing of what is in them

	record, list := map[string]any{"name": "x"}, []any{nil, nil}
	list[0], list[1] = list, record
	record["next"], record["list"] = record, list
	_, err = purposes.Check(record)
	require.NoError(t, err)
	_, err = purposes.Check(strange{})
	require.NoError(t, err)
}

type (
	Inner struct {
		Phone string
		Fax   string `purpose:"stats"`
		tags
	}
	Named struct{ Code string }
	Day   struct{ time.Time }
	outer struct {
		*Inner `purpose:"order"`
		Named  `json:"card" purpose:"order"`
		Day    `purpose:"order"`
		Born   *Day           `purpose:"-"`
		More   map[string]any `purpose:"-"`
		Secret struct{ x int }
		Phones whole
	}
	whole struct {
		Home string `purpose:"order"`
		Work string
	}
)

func (whole) MarshalText() ([]byte, error) { return nil, nil }

func TestEmbedded(t *testing.T) {
	t.Parallel()
	stats := basis.Purpose{ID: "stats", Kind: basis.Analysis, Ground: basis.Ground{Basis: basis.LegitimateInterests, Ref: "lia-1"}}
	purposes, err := basis.NewPurposes([]basis.Purpose{order(nil), stats}, outer{})
	require.NoError(t, err)
	verdicts, err := purposes.Verdicts(outer{More: map[string]any{"x": 1}}, "order")
	require.NoError(t, err)
	got := map[basis.Field]basis.Necessity{}
	for _, v := range verdicts {
		got[v.Field] = v.Necessity
	}
	require.Equal(t, map[basis.Field]basis.Necessity{
		"phone": basis.Needed, "tag": basis.Needed, // covered by the tag on the embedding
		"fax":       basis.NotAllowed,  // its own tag counts, whole
		"card.code": basis.Needed,      // the json tag gives the embedding a name
		"day":       basis.Needed,      // one value to the outside
		"born":      basis.NotPersonal, // and nothing within is looked at
		"more":      basis.NotPersonal,
		"secret":    basis.NotAllowed,
		// It encodes itself, and yet has tags.
		"phones.home": basis.Needed,
		"phones.work": basis.NotAllowed,
	}, got)
}

func TestTooManyFields(t *testing.T) {
	t.Parallel()
	record := map[string]any{}
	for i := range 10_000 {
		record["f"+strconv.Itoa(i)] = i
	}
	_, err := customers(t).Check(record)
	require.ErrorContains(t, err, "10000 fields")
}

func TestFieldOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]basis.Field{
		"FirstName": "first_name", "firstName": "first_name", "first_name": "first_name", "First name": "first_name",
		"ID": "id", "IPAddress": "ip_address", "UserID": "user_id", "email": "email", "E-mail": "e_mail", "Line2Text": "line2_text",
		"SHA256Sum": "sha256_sum", "address.City": "address.city", "": "_", "--": "_", "a..b": "a._.b", "_x_": "x", "Straße": "straße",
		"Élan vital": "élan_vital",
	} {
		require.Equal(t, want, basis.FieldOf(name), name)
	}
}

func FuzzFieldOf(f *testing.F) {
	for _, s := range []string{"FirstName", "IPAddress", "a.b", "ǅa", "\xff", "ÀB_c", "0Aϒ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := basis.FieldOf(s)
		require.Equal(t, once, basis.FieldOf(string(once)))
		require.NotEmpty(t, once)
	})
}

func TestParseDeclaration(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]basis.Declaration{
		"*": {Any: true}, "-": {None: true}, "order": {Needed: []basis.PurposeID{"order"}},
		"a,b=optional,c": {Needed: []basis.PurposeID{"a", "c"}, Optional: []basis.PurposeID{"b"}},
	} {
		got, err := basis.ParseDeclaration(tag)
		require.NoError(t, err, tag)
		require.Equal(t, want, got)
	}
	for _, tag := range []string{"", ",", "a,", " a", "a, b", "a=", "a=needed", "a=optional=optional", "*,a", "a,-", "*=optional", "a,a", "a,a=optional", "é"} {
		got, err := basis.ParseDeclaration(tag)
		require.Error(t, err, tag)
		require.Zero(t, got)
	}
}

func FuzzParseDeclaration(f *testing.F) {
	for _, s := range []string{"order,newsletter=optional", "*", "-", "a,,b", "a=b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := basis.ParseDeclaration(s)
		if err != nil {
			require.Zero(t, d)
			return
		}
		again, err := basis.ParseDeclaration(d.String())
		require.NoError(t, err)
		require.Equal(t, d, again)
	})
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(customerJSON))
	f.Add([]byte(`{"a":[[{"b":null}],{}],"a.b":1,"":{"":0}}`))
	purposes, err := basis.NewPurposes([]basis.Purpose{order(nil)}, &loop{})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		var record map[string]any
		if json.Unmarshal(data, &record) != nil || record == nil {
			return
		}
		verdicts, err := purposes.Verdicts(record, "order")
		require.NoError(t, err)
		findings, err := purposes.Check(record)
		require.NoError(t, err)
		undeclared := map[string]bool{}
		for _, f := range findings {
			undeclared[f.Path] = true
		}
		for i, v := range verdicts {
			require.Equal(t, v.Code == basis.CodeUndeclared, undeclared[string(v.Field)])
			require.Equal(t, v.Field, basis.FieldOf(string(v.Field)))
			if i > 0 {
				require.Less(t, verdicts[i-1].Field, v.Field)
			}
		}
	})
}
