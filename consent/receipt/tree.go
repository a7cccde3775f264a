package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is read, of any format.
const (
	// MaxSize is the most bytes that a document has: a few notices of 1 MiB, escaped.
	MaxSize = 8 << 20
	// MaxDepth is how deep objects and lists nest. What is written needs 6.
	MaxDepth = 24
	// MaxValues is how many texts, numbers, objects and lists it has at most. A receipt of
	// a thousand events has 20 thousand.
	MaxValues = 100_000
)

// object is a JSON object in the order of its members, without a key twice. A value is a
// string, bool, json.Number, nil, *object or []any of these.
type object struct {
	members []member
}

type member struct {
	key   string
	value any
	seen  bool
}

// get returns the value of the key, nil when it is not there, and marks it as seen.
func (o *object) get(key string) any {
	i := slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
	if i < 0 {
		return nil
	}
	o.members[i].seen = true
	return o.members[i].value
}

// has reports whether one of the keys is there.
func (o *object) has(keys ...string) bool {
	return slices.ContainsFunc(o.members, func(m member) bool { return slices.Contains(keys, m.key) })
}

// put adds a member, unless the value is empty: "", nil, false, no list.
func (o *object) put(key string, v any) *object {
	switch x := v.(type) {
	case nil:
		return o
	case string:
		if x == "" {
			return o
		}
	case bool:
		if !x {
			return o
		}
	case []any:
		if len(x) == 0 {
			return o
		}
	case *object:
		if x == nil || len(x.members) == 0 {
			return o
		}
	}
	o.members = append(o.members, member{key: key, value: v})
	return o
}

// node returns an object with the types of a JSON-LD node; empty ones are left out.
func node(types ...string) *object {
	types = slices.DeleteFunc(types, func(t string) bool { return t == "" })
	return new(object).put("@type", list(types))
}

// list returns strings as a value: nothing, one, or a list.
func list[S ~string](in []S) any {
	switch len(in) {
	case 0:
		return nil
	case 1:
		return string(in[0])
	}
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// MarshalJSON writes the members in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o.members {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(m.key); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := e.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// write returns the document with an indentation of two spaces and a line feed at the end.
func write(v any) ([]byte, error) {
	if !encodable(v) {
		return nil, errors.New("receipt: a text is not UTF-8")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, errors.New("receipt: what is to be written is not JSON")
	}
	return b.Bytes(), nil
}

// encodable reports whether every text is UTF-8; encoding/json would change it in silence.
func encodable(v any) bool {
	switch x := v.(type) {
	case string:
		return utf8.ValidString(x)
	case []any:
		return !slices.ContainsFunc(x, func(v any) bool { return !encodable(v) })
	case *object:
		return !slices.ContainsFunc(x.members, func(m member) bool { return !encodable(m.value) })
	}
	return true
}

// parse reads one JSON object strictly: UTF-8, no key twice, nothing after it, at most
// limit bytes. Errors name the place, and hold no content.
func parse(data []byte, limit int) (*object, error) {
	if len(data) > limit {
		return nil, fmt.Errorf("receipt: more than %d bytes", limit)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("receipt: not UTF-8")
	}
	if tooDeep(data) {
		return nil, fmt.Errorf("receipt: nested more than %d deep", MaxDepth)
	}
	if !json.Valid(data) {
		return nil, errors.New("receipt: not one JSON document")
	}
	if loneSurrogate(data) {
		return nil, errors.New("receipt: an escape that stands for half a character")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	left := MaxValues
	v, err := value(d, "", &left)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("receipt: want an object")
	}
	return o, nil
}

func value(d *json.Decoder, path string, left *int) (any, error) {
	if *left--; *left < 0 {
		return nil, fmt.Errorf("receipt: more than %d values", MaxValues)
	}
	t, err := d.Token()
	if err != nil {
		return nil, errors.New("receipt: not one JSON document")
	}
	switch t {
	case json.Delim('{'):
		o := &object{}
		keys := map[string]bool{}
		for d.More() {
			t, err := d.Token()
			if err != nil {
				return nil, errors.New("receipt: not one JSON document")
			}
			key := t.(string)
			at := path + "/" + showKey(key)
			if keys[key] {
				return nil, fmt.Errorf("receipt: the key at %s is there twice", at)
			}
			keys[key] = true
			v, err := value(d, at, left)
			if err != nil {
				return nil, err
			}
			o.members = append(o.members, member{key: key, value: v})
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		items := []any{}
		for d.More() {
			v, err := value(d, path+"/"+itoa(len(items)), left)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		_, err = d.Token()
		return items, err
	}
	return t, nil
}

// showKey returns the key if it is a word of a format, so that no content can get into an
// error: a JSON-LD keyword, a name with one of our prefixes, a word of Kantara or JWS.
func showKey(key string) string {
	prefix, name, ok := strings.Cut(key, ":")
	switch {
	case ok && space(prefix) != "" && plainName(name), slices.Contains(words(), key):
		return key
	}
	return "?"
}

// words are the keys without a prefix that the formats have.
func words() []string {
	return []string{
		"@context", "@id", "@type", "@value", "@language", "@graph", "@version", "id", "type", "categories", "change",
		"version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "publicKey", "language",
		"piiPrincipalId", "piiControllers", "policyUrl", "services", "sensitive", "spiCat", "piiController", "onBehalf",
		"contact", "address", "email", "phone", "piiControllerUrl", "service", "purposes", "purpose", "consentType",
		"purposeCategory", "piiCategory", "primaryPurpose", "termination", "thirdPartyDisclosure", "thirdPartyName",
		"streetAddress", "postalCode", "addressLocality", "addressCountry", "alg", "typ", "kid", "crit", "cty",
	}
}

// tooDeep reports whether brackets outside of strings nest beyond the bound, before
// anything that recurses sees them.
func tooDeep(data []byte) bool {
	depth, in := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case in && c == '\\':
			i++
		case c == '"':
			in = !in
		case in:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// loneSurrogate reports whether valid JSON has an escape of half a surrogate pair, which
// encoding/json replaces in silence.
func loneSurrogate(data []byte) bool {
	unit := func(i int) (rune, bool) {
		if i+6 > len(data) || data[i] != '\\' || data[i+1] != 'u' {
			return 0, false
		}
		var r rune
		for _, c := range data[i+2 : i+6] {
			switch {
			case c <= '9':
				r = r<<4 | rune(c-'0')
			default:
				r = r<<4 | rune(c|0x20-'a'+10)
			}
		}
		return r, true
	}
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		u, ok := unit(i)
		switch {
		case !ok:
			i++
		case 0xD800 <= u && u < 0xDC00:
			low, ok := unit(i + 6)
			if !ok || low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 11
		case 0xDC00 <= u && u <= 0xDFFF:
			return true
		default:
			i += 5
		}
	}
	return false
}
