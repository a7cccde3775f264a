package anonymize_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

func TestPolicyJSON(t *testing.T) {
	t.Parallel()
	const text = `{"version":1,"domain":"mailer/news","key":"00112233445566778899aabbccddeeff","unknown":"drop",` +
		`"fields":{"address.city":"keep","attributes":"walk;keys=token","attributes.*":"redact","e_mail":"token,norm=email,subject"}}`
	p, err := anonymize.ParsePolicy([]byte(text))
	require.NoError(t, err)
	require.Equal(t, anonymize.DropUnknown, p.Unknown)
	require.Equal(t, "mailer/news", p.Domain.String())
	require.True(t, p.Fields["e_mail"].Subject)
	back, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, text, string(back))
	require.Equal(t, text, string(back), "sorted, so that a change shows as one")

	var q anonymize.Policy
	require.NoError(t, json.Unmarshal([]byte(text), &q))
	require.Equal(t, p, q)
	kept := q
	require.Error(t, json.Unmarshal([]byte(`{"version":2,"fields":{}}`), &q))
	require.Equal(t, kept, q, "left alone on an error")
}

func TestPolicyStrict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"no object":         {`[]`, "want an object"},
		"empty":             {``, "want an object"},
		"no version":        {`{"fields":{}}`, "version is missing"},
		"other version":     {`{"version":2,"fields":{}}`, "version"},
		"version as text":   {`{"version":"1","fields":{}}`, "version"},
		"version 1.0":       {`{"version":1.0,"fields":{}}`, "version"},
		"no fields":         {`{"version":1}`, "fields is missing"},
		"fields null":       {`{"version":1,"fields":null}`, "fields: want an object"},
		"unknown key":       {`{"version":1,"fields":{},"note":""}`, `unknown key "note"`},
		"case":              {`{"Version":1,"fields":{}}`, `unknown key "Version"`},
		"repeated key":      {`{"version":1,"version":1,"fields":{}}`, `key "version" is repeated`},
		"repeated field":    {`{"version":1,"fields":{"a":"keep","a":"redact"}}`, `fields: key "a" is repeated`},
		"repeated, escaped": {`{"version":1,"fields":{"a":"keep","\u0061":"redact"}}`, `fields: key "a" is repeated`},
		"trailing":          {`{"version":1,"fields":{}} {}`, "data after it"},
		"trailing text":     {`{"version":1,"fields":{}}x`, "data after it"},
		"cut off":           {`{"version":1,"fields":{"a":"keep"`, "malformed JSON"},
		"rule":              {`{"version":1,"fields":{"a":"tokn"}}`, `fields.a: anonymize: rule "tokn"`},
		"rule no text":      {`{"version":1,"fields":{"a":1}}`, "fields.a: want a text"},
		"rule object":       {`{"version":1,"fields":{"a":{}}}`, "fields.a: want a text"},
		"path":              {`{"version":1,"fields":{"firstName":"keep"}}`, `"firstName" is "first_name"`},
		"path empty":        {`{"version":1,"fields":{"":"keep"}}`, "empty path"},
		"path level":        {`{"version":1,"fields":{"a..b":"keep"}}`, "malformed path"},
		"path deep":         {`{"version":1,"fields":{"` + strings.Repeat("a.", 40) + `a":"keep"}}`, "more than 32 levels"},
		"covered":           {`{"version":1,"fields":{"a":"redact","a.b":"keep"}}`, "the rule of a covers it"},
		"covered by any":    {`{"version":1,"fields":{"a.*":"redact","a.*.c":"keep"}}`, "the rule of a.* covers it"},
		"domain":            {`{"version":1,"domain":"a/b/c","fields":{}}`, "domain"},
		"domain empty":      {`{"version":1,"domain":"","fields":{}}`, "domain"},
		"key":               {`{"version":1,"key":"abc","fields":{}}`, "malformed key"},
		"key upper":         {`{"version":1,"key":"00112233445566778899AABBCCDDEEFF","fields":{}}`, "malformed key"},
		"key empty":         {`{"version":1,"key":"","fields":{}}`, "empty key"},
		"unknown":           {`{"version":1,"unknown":"allow","fields":{}}`, "unknown"},
		"unknown empty":     {`{"version":1,"unknown":"","fields":{}}`, "unknown"},
		"null":              {`null`, "want an object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := anonymize.ParsePolicy([]byte(c.text))
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "anonymize: ")
			require.Zero(t, p)
		})
	}
}

// TestPolicyCheck: a policy written in Go is as strict as one that is read.
func TestPolicyCheck(t *testing.T) {
	t.Parallel()
	rules := func(path string, r anonymize.Rule) anonymize.Policy {
		return anonymize.Policy{Fields: map[string]anonymize.Rule{path: r}}
	}
	keep := anonymize.Rule{Method: anonymize.MethodKeep}
	require.NoError(t, anonymize.Policy{}.Check())
	require.NoError(t, rules("a.b", keep).Check())
	for _, p := range []anonymize.Policy{
		{Version: 2}, {Unknown: "all"}, {Key: "x"}, {Domain: anonymize.Domain{Purpose: "p"}},
		rules("", keep), rules("A", keep), rules("a", anonymize.Rule{}), rules("a", anonymize.Rule{Method: "x"}),
		rules("a", anonymize.Rule{Method: anonymize.MethodConst, Argument: "x,y"}),
	} {
		err := p.Check()
		require.Error(t, err)
		_, err = json.Marshal(p)
		require.Error(t, err)
		_, err = anonymize.CompilePolicy[map[string]any](p, anonymize.Setting{})
		require.Error(t, err)
	}
	err := anonymize.Policy{Version: 3, Fields: map[string]anonymize.Rule{"A": keep, "B": {}}}.Check()
	all, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, all.Unwrap(), 3)
}

func TestPolicyPins(t *testing.T) {
	t.Parallel()
	set := testSetting(t)
	fields := map[string]anonymize.Rule{"a": {Method: anonymize.MethodToken}}
	compile := func(p anonymize.Policy, set anonymize.Setting) error {
		p.Fields = fields
		_, err := anonymize.CompilePolicy[map[string]any](p, set)
		return err
	}
	pinned := anonymize.Policy{Key: set.Keys.Primary().Fingerprint(), Domain: set.Domain}
	require.NoError(t, compile(pinned, set))
	require.NoError(t, compile(pinned, anonymize.Setting{Keys: set.Keys}), "the domain of the policy")
	require.ErrorIs(t, compile(pinned, anonymize.Setting{Domain: set.Domain}), anonymize.UnknownKey)
	other := set
	other.Keys = testRing(t, "k1")
	require.ErrorIs(t, compile(pinned, other), anonymize.UnknownKey)
	k, err := anonymize.NewKey("k2", time.Time{})
	require.NoError(t, err)
	other.Keys, err = set.Keys.Rotate(k)
	require.NoError(t, err)
	require.ErrorIs(t, compile(pinned, other), anonymize.UnknownKey, "the pinned key is an older one now")
	set.Domain.Purpose = "other"
	require.ErrorContains(t, compile(pinned, set), "another domain")
	require.Error(t, compile(anonymize.Policy{}, anonymize.Setting{Keys: set.Keys}), "no domain at all")
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(`{"version":1,"domain":"mailer","unknown":"redact","fields":{"a":"keep","b.*":"token,norm=email"}}`))
	f.Add([]byte(`{"version":1,"fields":{"a":"redact;keys=token"},"key":"00112233445566778899aabbccddeeff"}`))
	f.Add([]byte("{\"version\":1,\"fields\":{\"\xff\":\"keep\"}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := anonymize.ParsePolicy(data)
		if err != nil {
			require.Zero(t, p)
			return
		}
		require.True(t, json.Valid(data))
		text, err := json.Marshal(p)
		require.NoError(t, err)
		again, err := anonymize.ParsePolicy(text)
		require.NoError(t, err)
		require.Equal(t, p, again)
		_, err = anonymize.CompilePolicy[any](p, anonymize.Setting{})
		if err != nil {
			_, single := errors.AsType[*anonymize.FieldError](err)
			require.True(t, single || strings.HasPrefix(err.Error(), "anonymize: "))
		}
	})
}
