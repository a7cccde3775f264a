package anonymize_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

type order struct {
	Customer  string            `anonymize:"siv,norm=email,subject"`
	Placed    time.Time         `anonymize:"dateshift"`
	Delivered *time.Time        `anonymize:"dateshift"`
	Note      sql.NullString    `anonymize:"seal"`
	Secret    []byte            `anonymize:"seal,alg=xchacha"`
	Masked    string            `anonymize:"mask"`
	Extra     map[string]string `anonymize:"seal;keys=siv"`
	Any       any               `anonymize:"siv;keys=siv"`
	Raw       json.RawMessage   `anonymize:"siv;keys=siv"`
	Lines     []orderLine
	Paid      *int64 `anonymize:"round=10"`
	hidden    string `anonymize:"seal"`
	dropped   string
}

type orderLine struct {
	Recipient string    `anonymize:"siv,subject"`
	Sent      time.Time `anonymize:"dateshift"`
	Text      string    `anonymize:"keep"`
}

func someOrder() order {
	at := time.Date(2026, 5, 17, 8, 9, 10, 11, time.UTC)
	later := at.Add(36 * time.Hour)
	return order{
		Customer: "jan@example.nl", Placed: at, Delivered: &later, Note: sql.NullString{String: "bel na 5", Valid: true},
		Secret: []byte("s"), Masked: "abc", Extra: map[string]string{"kleur": "rood", "maat": ""},
		Any: map[string]any{"a": []any{"b", nil}}, Raw: json.RawMessage(`{"z":"1","a":["é"]}`),
		Lines: []orderLine{{"piet", at, "x"}, {"klaas", at, "y"}}, Paid: new(int64(17)), hidden: "h", dropped: "d",
	}
}

func TestReveal(t *testing.T) {
	t.Parallel()
	plan, err := anonymize.Compile[order](testSetting(t))
	require.NoError(t, err)
	in := someOrder()
	treated, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.NotEqual(t, in.Placed, treated.Placed)
	require.Equal(t, in.Delivered.Sub(in.Placed), treated.Delivered.Sub(treated.Placed), "one person, one shift")
	require.NotContains(t, string(treated.Raw), "é")
	require.NotContains(t, treated.Extra, "kleur")

	why := reidentify.Because("access request 7")
	back, err := plan.Reveal(t.Context(), why, treated)
	require.NoError(t, err)
	want := someOrder()
	want.Masked, want.Paid, want.dropped = "***", new(int64(20)), ""
	require.Equal(t, want, back)
	back.Secret[0], *back.Paid = 'X', 1
	require.Equal(t, int64(20), *treated.Paid, "the copy is shared with nothing")

	for _, c := range []reidentify.Capability{{}, reidentify.Because(""), reidentify.Because(" \t")} {
		none, err := plan.Reveal(t.Context(), c, treated)
		require.ErrorIs(t, err, anonymize.NotPermitted)
		require.Zero(t, none)
	}
	other, err := anonymize.Compile[order](testSetting(t))
	require.NoError(t, err)
	none, err := other.Reveal(t.Context(), why, treated)
	require.ErrorIs(t, err, anonymize.Tampered)
	require.Zero(t, none)
	treated.Note.String = strings.ToUpper(treated.Note.String)
	none, err = plan.Reveal(t.Context(), why, treated)
	require.Error(t, err)
	require.Zero(t, none)
}

// TestRevealNumbers: what a type can't hold is refused rather than revealed as another value.
func TestRevealNumbers(t *testing.T) {
	t.Parallel()
	type card struct {
		N *big.Int `anonymize:"fpe=digits"`
	}
	plan, err := anonymize.Compile[card](testSetting(t))
	require.NoError(t, err)
	refused := 0
	for n := range int64(200) {
		in := card{big.NewInt(7_000_000 + n)}
		treated, err := plan.Apply(t.Context(), in)
		if err != nil { // of the results a tenth begins with 0
			require.ErrorIs(t, err, anonymize.Malformed)
			refused++
			continue
		}
		back, err := plan.Reveal(t.Context(), reidentify.Because("test"), treated)
		require.NoError(t, err)
		require.Zero(t, in.N.Cmp(back.N))
	}
	require.Positive(t, refused)
	require.Less(t, refused, 100)
}

// TestSubjectForm: however the reference is written, the person has one shift, and
// revealing finds it from the normal form.
func TestSubjectForm(t *testing.T) {
	t.Parallel()
	type visit struct {
		Who  string    `anonymize:"siv,norm=email,subject"`
		When time.Time `anonymize:"dateshift"`
	}
	plan, err := anonymize.Compile[visit](testSetting(t))
	require.NoError(t, err)
	at := time.Date(2026, 5, 17, 0, 0, 0, 0, time.UTC)
	a, err := plan.Apply(t.Context(), visit{"Jan@Example.NL", at})
	require.NoError(t, err)
	b, err := plan.Apply(t.Context(), visit{" jan@example.nl ", at})
	require.NoError(t, err)
	require.Equal(t, a, b)
	back, err := plan.Reveal(t.Context(), reidentify.Because("test"), a)
	require.NoError(t, err)
	require.Equal(t, visit{"jan@example.nl", at}, back)
}

func TestSubjectMissing(t *testing.T) {
	t.Parallel()
	type inner struct {
		When time.Time `anonymize:"dateshift"`
	}
	type visit struct {
		Who   *int64    `anonymize:"keep,subject"`
		First time.Time `anonymize:"dateshift"`
		More  []inner
	}
	plan, err := anonymize.Compile[visit](testSetting(t))
	require.NoError(t, err)
	at := time.Date(2026, 5, 17, 0, 0, 0, 0, time.UTC)
	out, err := plan.Apply(t.Context(), visit{Who: new(int64(7)), First: at, More: []inner{{at}}})
	require.NoError(t, err)
	require.Equal(t, out.First, out.More[0].When, "the subject is that of the record around")
	_, err = plan.Apply(t.Context(), visit{First: at})
	require.ErrorIs(t, err, anonymize.NoSubject)
	_, err = plan.Apply(t.Context(), visit{More: []inner{{at}}})
	require.ErrorIs(t, err, anonymize.NoSubject)
	_, err = plan.Apply(t.Context(), visit{More: []inner{{}}})
	require.NoError(t, err, "there is no date to move")
	back, err := plan.Reveal(t.Context(), reidentify.Because("test"), out)
	require.NoError(t, err)
	require.Equal(t, at, back.First)
}

// TestSubjectOfEmbedded: the subject in an embedded struct is that of the struct around it.
func TestSubjectOfEmbedded(t *testing.T) {
	t.Parallel()
	type Base struct {
		ID string `anonymize:"siv,subject"`
	}
	type byPointer struct {
		When time.Time `anonymize:"dateshift"`
		*Base
	}
	type byValue struct {
		When time.Time `anonymize:"dateshift"`
		Base
	}
	set := testSetting(t)
	at := time.Date(2026, 5, 17, 0, 0, 0, 0, time.UTC)
	p, err := anonymize.Compile[byPointer](set)
	require.NoError(t, err)
	a, err := p.Apply(t.Context(), byPointer{at, &Base{"7"}})
	require.NoError(t, err)
	q, err := anonymize.Compile[byValue](set)
	require.NoError(t, err)
	b, err := q.Apply(t.Context(), byValue{at, Base{"7"}})
	require.NoError(t, err)
	require.Equal(t, a.When, b.When)
	_, err = p.Apply(t.Context(), byPointer{at, nil})
	require.ErrorIs(t, err, anonymize.NoSubject)
}

// TestSameRules: a struct, a map, JSON and JSON Lines get the same from one policy.
func TestSameRules(t *testing.T) {
	t.Parallel()
	type address struct {
		City  string   `json:"city"`
		Lines []string `json:"lines"`
	}
	type contact struct {
		ID      string            `json:"id"`
		Mail    string            `json:"eMail"`
		Age     int               `json:"age"`
		Born    string            `json:"born"`
		Address address           `json:"address"`
		Tags    map[string]string `json:"tags"`
	}
	const text = `{"id":"7","eMail":"Jan@Example.nl","age":47,"born":"1979-03-05","address":{"city":"Den Haag","lines":["a b","c"]},"tags":{"vip":"ja","kleur":"rood"}}`
	policy, err := anonymize.ParsePolicy([]byte(`{"version":1,"fields":{"id":"token,subject","e_mail":"siv,norm=email","age":"round=10",
		"born":"dateshift","address":"walk","address.city":"token","address.lines":"mask","tags":"walk;keys=token","tags.vip":"keep","tags.*":"redact"}}`))
	require.NoError(t, err)
	set := testSetting(t)

	var c contact
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	structs, err := anonymize.CompilePolicy[contact](policy, set)
	require.NoError(t, err)
	treated, err := structs.Apply(t.Context(), c)
	require.NoError(t, err)
	want, err := json.Marshal(treated)
	require.NoError(t, err)
	require.Contains(t, string(want), `"vip":"ja"`)
	require.NotContains(t, string(want), "kleur")

	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	maps, err := anonymize.CompilePolicy[map[string]any](policy, set)
	require.NoError(t, err)
	tree, err := maps.Apply(t.Context(), m)
	require.NoError(t, err)
	got, err := json.Marshal(tree)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))

	anything, err := anonymize.CompilePolicy[any](policy, set)
	require.NoError(t, err)
	dynamic, err := anything.Apply(t.Context(), m)
	require.NoError(t, err)
	require.Equal(t, any(tree), dynamic)

	raws, err := anonymize.CompilePolicy[json.RawMessage](policy, set)
	require.NoError(t, err)
	raw, err := raws.Apply(t.Context(), json.RawMessage(text))
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(raw))
	require.True(t, strings.HasPrefix(string(raw), `{"id":"v1.`), "the order stays")

	var lines bytes.Buffer
	n, err := anonymize.JSONLines{Policy: policy, Setting: set}.Apply(t.Context(), &lines, strings.NewReader(text))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.Equal(t, string(raw)+"\n", lines.String())
}

// TestPolicyOfPlan: what a plan says of itself makes the same plan.
func TestPolicyOfPlan(t *testing.T) {
	t.Parallel()
	set := testSetting(t)
	plan, err := anonymize.Compile[hostile](set)
	require.NoError(t, err)
	text, err := json.Marshal(plan.Policy())
	require.NoError(t, err)
	policy, err := anonymize.ParsePolicy(text)
	require.NoError(t, err)
	require.Equal(t, set.Keys.Primary().Fingerprint(), policy.Key)
	again, err := anonymize.CompilePolicy[hostile](policy, anonymize.Setting{Keys: set.Keys})
	require.NoError(t, err)
	require.Equal(t, plan.Policy(), again.Policy())
	require.Equal(t, plan.Report(), again.Report())
	in := hostileRecord()
	a, err := plan.Apply(t.Context(), in)
	require.NoError(t, err)
	b, err := again.Apply(t.Context(), in)
	require.NoError(t, err)
	a.Func, a.Chan, b.Func, b.Chan = nil, nil, nil, nil
	require.Equal(t, a, b)

	plan.Policy().Fields["id"] = anonymize.Rule{}
	require.Equal(t, anonymize.MethodToken, plan.Policy().Fields["id"].Method, "what is given away is a copy")
}

func TestPolicyOfStructs(t *testing.T) {
	t.Parallel()
	type inner struct{ A, B string }
	type record struct {
		In   inner `anonymize:"nonsense, which is ignored"`
		Map  map[string]inner
		Any  any
		note string
	}
	_ = record{note: "which a policy can name"}
	compile := func(fields map[string]string) error {
		p := anonymize.Policy{Fields: map[string]anonymize.Rule{}}
		for path, text := range fields {
			r, err := anonymize.ParseRule(text)
			require.NoError(t, err)
			p.Fields[path] = r
		}
		_, err := anonymize.CompilePolicy[record](p, anonymize.Setting{})
		return err
	}
	require.NoError(t, compile(map[string]string{"in.a": "mask", "in.b": "redact", "map": "null", "any.x": "mask", "note": "mask"}))
	require.NoError(t, compile(map[string]string{"in": "redact", "map": "walk;keys=mask", "map.a": "mask", "map.b": "keep", "any": "redact"}))
	require.NoError(t, compile(map[string]string{"in": "null", "map": "walk;keys=mask", "map.*.a": "mask", "map.*.b": "keep", "any": "keep"}))
	require.ErrorContains(t, compile(map[string]string{"in.a": "mask", "map": "null", "any": "null"}), "in.b: undeclared")
	require.ErrorContains(t, compile(map[string]string{"in": "null", "map.a": "mask", "map.b": "keep", "any": "null"}), "map: a map needs ;keys=")
	require.ErrorContains(t, compile(map[string]string{"in": "null", "map": "null", "any": "null", "other": "keep"}), "other: keep: the record has no such field")
	require.ErrorContains(t, compile(map[string]string{"in.a": "mask", "in.b": "mask", "in.c": "mask", "map": "null", "any": "null"}), "in.c: mask: the record has no such field")
	require.ErrorContains(t, compile(map[string]string{"in": "null", "map": "null", "any.*": "mask"}), "rules for any key need ;keys=")
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	policy := anonymize.Policy{Fields: map[string]anonymize.Rule{
		"a":   {Method: anonymize.MethodSIV},
		"b.c": {Method: anonymize.MethodKeep},
	}}
	set := testSetting(t)
	in := map[string]any{"a": "x", "b": map[string]any{"c": "y", "geheim": "geheim"}, "d": []any{"geheim", 7}, "e": 7, "f": true, "g": nil, "h": map[string]any{"geheim": 1}}
	plan, err := anonymize.CompilePolicy[map[string]any](policy, set)
	require.NoError(t, err)
	out, err := plan.Apply(t.Context(), in)
	require.ErrorIs(t, err, anonymize.Undeclared)
	require.NotContains(t, err.Error(), "geheim")
	require.Nil(t, out)
	_, err = plan.Apply(t.Context(), map[string]any{"b": "geheim"})
	require.ErrorIs(t, err, anonymize.Undeclared, "a value where fields are due")

	policy.Unknown = anonymize.DropUnknown
	plan, err = anonymize.CompilePolicy[map[string]any](policy, set)
	require.NoError(t, err)
	out, err = plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, out, 2)
	require.Equal(t, map[string]any{"c": "y"}, out["b"])

	policy.Unknown = anonymize.RedactUnknown
	plan, err = anonymize.CompilePolicy[map[string]any](policy, set)
	require.NoError(t, err)
	out, err = plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"c": "y", "geheim": "[redacted]"}, out["b"])
	delete(out, "b")
	delete(out, "a")
	require.Equal(t, map[string]any{"d": []any{"[redacted]", "[redacted]"}, "e": 0, "f": false, "g": nil, "h": "[redacted]"}, out)
	out["a"] = "v1.k1.AAAA"
	_, err = plan.Reveal(t.Context(), reidentify.Because("test"), out)
	require.Error(t, err)
	delete(out, "a")
	back, err := plan.Reveal(t.Context(), reidentify.Because("test"), out)
	require.NoError(t, err)
	require.Equal(t, out, back)
}

// TestUnknownInTypedMaps: what a map of one type holds is known by key only.
func TestUnknownInTypedMaps(t *testing.T) {
	t.Parallel()
	compile := func(u anonymize.Unknown) *anonymize.Plan[map[label][]string] {
		plan, err := anonymize.CompilePolicy[map[label][]string](anonymize.Policy{Unknown: u, Fields: map[string]anonymize.Rule{
			"first_name": {Method: anonymize.MethodSIV},
		}}, testSetting(t))
		require.NoError(t, err)
		return plan
	}
	in := map[label][]string{"firstName": {"Jan"}, "geheim": {"geheim", ""}}
	_, err := compile("").Apply(t.Context(), in)
	require.ErrorIs(t, err, anonymize.Undeclared)
	require.NotContains(t, err.Error(), "geheim")
	out, err := compile(anonymize.DropUnknown).Apply(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, out, 1)
	plan := compile(anonymize.RedactUnknown)
	out, err = plan.Apply(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []string{"[redacted]", "[redacted]"}, out["geheim"])
	require.Equal(t, []string{"first_name"}, paths(plan.Report()))
	back, err := plan.Reveal(t.Context(), reidentify.Because("test"), out)
	require.NoError(t, err)
	require.Equal(t, map[label][]string{"firstName": {"Jan"}, "geheim": {"[redacted]", "[redacted]"}}, back)
}

func TestBatch(t *testing.T) {
	t.Parallel()
	type inner struct {
		Born *string `anonymize:"swap"`
	}
	type record struct {
		ID     string  `anonymize:"mask"`
		City   string  `anonymize:"swap"`
		Income int32   `anonymize:"microaggregate=3"`
		Score  float64 `anonymize:"microaggregate=2"`
		In     []inner
	}
	plan, err := anonymize.CompileBatch[record](anonymize.Setting{})
	require.NoError(t, err)
	require.Equal(t, []string{"id", "city", "income", "score", "in.born"}, paths(plan.Report()))
	require.Contains(t, plan.Report().String(), "randomization: permutation")
	in := make([]record, 60)
	for i := range in {
		in[i] = record{"abc", string(rune('A' + i)), int32(100 * i), float64(i), []inner{{new(string(rune('A' + i)))}, {nil}}}
	}
	out, err := plan.ApplyBatch(t.Context(), in)
	require.NoError(t, err)
	cities, born, incomes, same := map[string]bool{}, map[string]bool{}, map[int32]int{}, 0
	for i, r := range out {
		require.Equal(t, "***", r.ID)
		cities[r.City], born[*r.In[0].Born] = true, true
		incomes[r.Income]++
		require.Nil(t, r.In[1].Born)
		if r.City == in[i].City {
			same++
		}
		require.Equal(t, string(rune('A'+i)), in[i].City, "the input stays")
		require.Equal(t, string(rune('A'+i)), *in[i].In[0].Born)
	}
	require.Len(t, cities, 60)
	require.Len(t, born, 60)
	require.Less(t, same, 30, "even one permutation in 10^30 would leave so many")
	for _, n := range incomes {
		require.GreaterOrEqual(t, n, 3)
	}
	out, err = plan.ApplyBatch(t.Context(), in[:2])
	require.ErrorIs(t, err, anonymize.OutOfRange, "two are no group of three")
	require.Nil(t, out)
	out, err = plan.ApplyBatch(t.Context(), nil)
	require.NoError(t, err)
	require.Nil(t, out)
	out, err = plan.ApplyBatch(t.Context(), []record{})
	require.NoError(t, err)
	require.Equal(t, []record{}, out)

	type text struct {
		A string `anonymize:"microaggregate=3"`
	}
	_, err = anonymize.CompileBatch[text](anonymize.Setting{})
	require.ErrorIs(t, err, anonymize.Unsupported)
	type mapped struct {
		A map[string]string `anonymize:"swap;keys=mask"`
	}
	_, err = anonymize.CompileBatch[mapped](anonymize.Setting{})
	require.ErrorIs(t, err, anonymize.Unsupported)
}
