package proof

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The texts and digests are from RFC 9901: the first from section 4.2.1 and 4.2.3, the others from the example of section 5.1.
func TestDisclosureDigest(t *testing.T) {
	t.Parallel()
	for text, want := range map[Disclosure]string{
		"WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0":            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
		"WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd":                   "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
		"WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd":                   "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo",
		"WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ":     "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE",
		"WyJlSThaV205UW5LUHBOUGVOZW5IZGhRIiwgInBob25lX251bWJlciIsICIrMS0yMDItNTU1LTAxMDEiXQ": "PorFbpKuVu6xymJagvkFsFXAbRoc2JGlAUA2BA4o7cI",
		"WyJBSngtMDk1VlBycFR0TjRRTU9xUk9BIiwgImJpcnRoZGF0ZSIsICIxOTQwLTAxLTAxIl0":            "jdrTE8YcbY4EifugihiAe_BPekxJQZICeiUQwY9QqxI",
	} {
		digest := text.Digest()
		require.Equal(t, want, base64.RawURLEncoding.EncodeToString(digest[:]))
		_, _, err := text.Open()
		requirePart(t, PartDisclosure, err) // a 17-byte salt, or spaces: not of ours
	}
}

func TestAppendDisclosure(t *testing.T) {
	t.Parallel()
	salt := Salt{0xd8, 0x62, 0xc2, 0xe3, 0x6b, 0x0a, 0x42, 0xf7, 0x82, 0x7c, 0x67, 0xca, 0xc8, 0xd4, 0x4d, 0xf7} // 2GLC42sKQveCfGfryNRN9w
	for _, value := range []string{`"John"`, `1`, `null`, `{"a":[1,2,{"b":"ö"}]}`, `""`, `"` + strings.Repeat("x", 500) + `"`} {
		want := base64.RawURLEncoding.EncodeToString([]byte(`["2GLC42sKQveCfGfKyNRN9w","given_name",` + value + `]`))
		got := AppendDisclosure([]byte("before"), &salt, "given_name", []byte(value))
		require.Equal(t, "before"+want, string(got))
		name, opened, err := Disclosure(want).Open()
		require.NoError(t, err)
		require.Equal(t, "given_name", name)
		require.Equal(t, json.RawMessage(value), opened)
		// Nothing of the salt in clear is left behind the result.
		require.NotContains(t, string(got[len(got):cap(got)]), "2GLC42sKQ")
	}
}

func requirePart(t testing.TB, part Part, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, part, e.Part, err)
}

func TestDisclosureOpenRefuses(t *testing.T) {
	t.Parallel()
	const salt = "2GLC42sKQveCfGfryNRN9w"
	for name, array := range map[string]string{
		"space after comma":     `["` + salt + `", "a",1]`,
		"space before bracket":  `["` + salt + `","a",1 ]`,
		"space at the end":      `["` + salt + `","a",1] `,
		"two elements":          `["` + salt + `",1]`,
		"four elements":         `["` + salt + `","a",1,2]`,
		"no array":              `{"` + salt + `":"a"}`,
		"short salt":            `["2GLC42sKQveCfGfryNRN9","a",1]`,
		"salt with spare bits":  `["2GLC42sKQveCfGfryNRN9x","a",1]`,
		"long salt":             `["2GLC42sKQveCfGfryNRN9wAA","a",1]`,
		"salt with newline":     "[\"2GLC42sKQveCfGfryNRN9\n\",\"a\",1]",
		"empty name":            `["` + salt + `","",1]`,
		"name upper case":       `["` + salt + `","A",1]`,
		"name with digit":       `["` + salt + `","a1",1]`,
		"name escaped":          `["` + salt + `","\u0061",1]`,
		"reserved name":         `["` + salt + `","_sd",1]`,
		"name of 65 characters": `["` + salt + `","` + strings.Repeat("a", 65) + `",1]`,
		"value missing":         `["` + salt + `","a",]`,
		"value with space":      `["` + salt + `","a",{"b": 1}]`,
		"duplicate key":         `["` + salt + `","a",{"b":1,"b":2}]`,
		"not UTF-8":             `["` + salt + `","a","` + "\xff" + `"]`,
		"empty":                 ``,
	} {
		_, _, err := Disclosure(base64.RawURLEncoding.EncodeToString([]byte(array))).Open()
		require.Error(t, err, name)
		requirePart(t, PartDisclosure, err)
	}
	good := base64.RawURLEncoding.EncodeToString([]byte(`["` + salt + `","a",12]`))
	_, _, err := Disclosure(good).Open()
	require.NoError(t, err)
	for name, text := range map[string]string{
		"newline":  good[:10] + "\n" + good[10:],
		"padding":  good + "=",
		"standard": strings.Replace(good, "_", "/", 1) + "+",
		"long":     strings.Repeat("A", MaxDisclosure+1),
	} {
		_, _, err := Disclosure(text).Open()
		require.Error(t, err, name)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		`1`, `-0`, `0.5`, `1e9`, `1E+9`, `-1.25e-3`, `""`, `"a\"\\\/\b\f\n\r\t"`, `"\u00e9"`, `"\ud83d\ude00"`, `"é"`, `true`, `false`, `null`,
		`[]`, `{}`, `[1,[2,[3]]]`, `{"a":1,"b":{"a":1}}`, `{"":0}`, `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`,
		strings.Repeat("[", 32) + "1" + strings.Repeat("]", 32),
	} {
		require.NoError(t, checkCompact([]byte(good)), good)
	}
	for _, bad := range []string{
		``, ` 1`, `1 `, `01`, `+1`, `1.`, `.5`, `1e`, `1e+`, `-`, `tru`, `True`, `nul`, `"`, `"a`, `"\x"`, `"\u12"`, `"\u12g4"`, "\"\n\"", "\"\xff\"", "\"\xed\xa0\x80\"",
		`"\ud83d"`, `"\ud83dx"`, `"\ude00"`, `"\ud83d\u0041"`, `"\`, `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 ,2]`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{a:1}`, `{"a" :1}`, `{"a":1,"a":2}`,
		`{"a":1,"\u0061":2}`, `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"i":1}`, `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"a":1}`, `1,2`, `[]]`,
		strings.Repeat("[", 33) + "1" + strings.Repeat("]", 33), strings.Repeat("[", 100_000),
	} {
		require.ErrorIs(t, checkCompact([]byte(bad)), errCompact, bad)
	}
}
