package anonymize

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"unicode/utf8"
)

// object is an object of JSON in its order.
type object []member

type member struct {
	name  string
	value any
}

// raw makes the op of a json.RawMessage.
func (c *compiler) raw(t reflect.Type, s spot) op {
	if s.rule == nil && !s.below.inside() {
		c.undeclared(s, t)
		return nil
	}
	if !s.walks() && s.rule.Keys == nil && s.rule.Method != MethodRedact {
		c.fail(s, errors.New("anonymize: JSON needs ;keys="))
		return nil
	}
	b := c.branch(s)
	if b == nil {
		return nil
	}
	return func(p *pass, at place) error {
		into := at.octets()
		switch {
		case *into == nil:
			return nil
		case len(*into) == 0:
			*into = []byte{}
			return nil
		}
		out, err := b.raw(p, *into)
		if err == nil {
			*into = out
		}
		return err
	}
}

// raw treats the text of a JSON value; numbers keep their writing and objects their order.
func (b *branch) raw(p *pass, in []byte) (json.RawMessage, error) {
	if b.copies() {
		return append(json.RawMessage{}, in...), nil
	}
	v, err := parseJSON(in)
	if err != nil {
		return nil, b.fail(err)
	}
	out, err := b.value(p, v)
	if err != nil {
		return nil, err
	}
	return appendJSON(make([]byte, 0, len(in)), out), nil
}

// parseJSON reads one JSON value (RFC 8259) into nil, bool, string, json.Number, []any
// and object. Invalid UTF-8, a surrogate without its other half and repeated names
// are [Malformed], more than maxLevels levels [TooDeep].
func parseJSON(in []byte) (any, error) {
	if !utf8.Valid(in) || !json.Valid(in) {
		return nil, Malformed
	}
	r := jsonReader{in: in}
	v := r.value(0)
	return v, r.err
}

// jsonReader reads what is known to be valid.
type jsonReader struct {
	in  []byte
	at  int
	err error
}

func (r *jsonReader) skip() {
	for r.at < len(r.in) {
		switch r.in[r.at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			r.at++
		default:
			return
		}
	}
}

func (r *jsonReader) value(level int) any {
	if level > maxLevels {
		r.err = TooDeep
	}
	if r.err != nil {
		return nil
	}
	r.skip()
	switch r.in[r.at] {
	case '{':
		return r.object(level)
	case '[':
		r.at++
		list := []any{}
		for r.skip(); r.err == nil && r.in[r.at] != ']'; r.skip() {
			list = append(list, r.value(level+1))
		}
		r.at++
		return list
	case '"':
		return r.text()
	case 't':
		r.at += len("true")
		return true
	case 'f':
		r.at += len("false")
		return false
	case 'n':
		r.at += len("null")
		return nil
	}
	start := r.at
	for r.at < len(r.in) && strings.IndexByte("+-.eE0123456789", r.in[r.at]) >= 0 {
		r.at++
	}
	return json.Number(r.in[start:r.at])
}

func (r *jsonReader) object(level int) any {
	r.at++
	o := object{}
	seen := map[string]bool{}
	for r.skip(); r.err == nil && r.in[r.at] != '}'; r.skip() {
		name := r.text()
		if seen[name] {
			r.err = Malformed
		}
		seen[name] = true
		o = append(o, member{name, r.value(level + 1)})
	}
	r.at++
	return o
}

func (r *jsonReader) text() string {
	start, escaped := r.at, false
	for r.at++; r.in[r.at] != '"'; r.at++ {
		if r.in[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	r.at++
	quoted := r.in[start:r.at]
	if !escaped {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	if !pairedSurrogates(quoted) || json.Unmarshal(quoted, &s) != nil {
		r.err = Malformed
	}
	return s
}

// pairedSurrogates reports whether each \uD800 to \uDFFF is half of a pair: encoding/json
// would read what stands alone as U+FFFD, so that different texts become one.
func pairedSurrogates(quoted []byte) bool {
	high := false
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			if high {
				return false
			}
			continue
		}
		i++
		half := ""
		if quoted[i] == 'u' {
			half = strings.ToLower(string(quoted[i+1 : i+3]))
			i += 4
		}
		low := half >= "dc" && half <= "df"
		if low != high {
			return false
		}
		high = half >= "d8" && half <= "db"
	}
	return !high
}

// appendJSON writes what parseJSON reads, without spaces.
func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		if v {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case json.Number:
		return append(dst, v...)
	case string:
		return appendQuoted(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, item)
		}
		return append(dst, ']')
	case object:
		dst = append(dst, '{')
		for i, m := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendQuoted(dst, m.name), ':')
			dst = appendJSON(dst, m.value)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

const hexDigits = "0123456789abcdef"

// appendQuoted escapes what RFC 8259 section 7 says must be, and U+2028 and U+2029, which
// end lines in older JavaScript. What is no valid UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i, c := range s {
		var escape string
		switch {
		case c == '"':
			escape = `\"`
		case c == '\\':
			escape = `\\`
		case c == '\n':
			escape = `\n`
		case c == '\r':
			escape = `\r`
		case c == '\t':
			escape = `\t`
		case c < ' ':
			escape = `\u00` + hexDigits[c>>4:c>>4+1] + hexDigits[c&15:c&15+1]
		case c == '\u2028':
			escape = `\u2028`
		case c == '\u2029':
			escape = `\u2029`
		case c == utf8.RuneError:
			escape = "\ufffd"
		default:
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = append(dst, escape...)
		_, size := utf8.DecodeRuneInString(s[i:])
		start = i + size
	}
	return append(append(dst, s[start:]...), '"')
}
