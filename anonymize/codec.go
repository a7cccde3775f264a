package anonymize

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// meaning is what a type is to its users, whatever it looks like within.
type meaning int

const (
	plainMeaning   meaning = iota // what its kind says
	instantMeaning                // time.Time
	addrMeaning                   // netip.Addr
	netIPMeaning                  // net.IP
	nullMeaning                   // sql.Null and its like: a value and whether it is valid
	jsonMeaning                   // json.RawMessage
	numberMeaning                 // json.Number
	textMeaning                   // encodes itself as text
	closedMeaning                 // only keep, null and redact
)

func meaningOf(t reflect.Type) meaning {
	switch t {
	case reflect.TypeFor[netip.Addr]():
		return addrMeaning
	case reflect.TypeFor[netip.Prefix]():
		return closedMeaning
	case reflect.TypeFor[net.IP]():
		return netIPMeaning
	case reflect.TypeFor[json.RawMessage]():
		return jsonMeaning
	case reflect.TypeFor[json.Number]():
		return numberMeaning
	}
	switch t.Kind() {
	case reflect.Struct:
		if t.ConvertibleTo(reflect.TypeFor[time.Time]()) {
			return instantMeaning
		}
		if isNullable(t) {
			return nullMeaning
		}
	case reflect.Array, reflect.Slice, reflect.Map:
	default:
		return plainMeaning // treated as what it is, whatever it says of itself
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]()) && pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return textMeaning
	}
	if t.Kind() == reflect.Struct && pointer.Implements(reflect.TypeFor[driver.Valuer]()) {
		return closedMeaning
	}
	return plainMeaning
}

// isNullable recognises sql.Null of any type, the older sql.NullString, sql.NullTime and
// so on, also under another name, as gorm.DeletedAt, and what is built as they are.
func isNullable(t reflect.Type) bool {
	if t.NumField() != 2 || t.Field(1).Name != "Valid" || t.Field(1).Type.Kind() != reflect.Bool {
		return false
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[driver.Valuer]()) && t.Field(0).IsExported() {
		return true
	}
	return slices.ContainsFunc([]reflect.Type{
		reflect.TypeFor[sql.NullString](), reflect.TypeFor[sql.NullTime](), reflect.TypeFor[sql.NullInt64](),
		reflect.TypeFor[sql.NullInt32](), reflect.TypeFor[sql.NullInt16](), reflect.TypeFor[sql.NullByte](),
		reflect.TypeFor[sql.NullFloat64](), reflect.TypeFor[sql.NullBool](),
	}, t.ConvertibleTo)
}

// walkable reports whether the fields of the struct t are looked into when its own
// field has no rule: it has no meaning of its own, or it has tags within.
func walkable(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	switch meaningOf(t) {
	case plainMeaning:
		return true
	case textMeaning, closedMeaning:
		for f := range t.Fields() {
			if _, ok := f.Tag.Lookup(tagKey); ok {
				return true
			}
		}
	}
	return false
}

// nullOp: an invalid value stays invalid and loses what is hidden in it.
func nullOp(t reflect.Type, inner op) op {
	value, valid := t.Field(0), t.Field(1)
	return func(p *pass, at place) error {
		if !at.field(valid.Offset).value(valid.Type).Bool() {
			at.field(value.Offset).value(value.Type).SetZero()
			return nil
		}
		if inner == nil {
			return nil
		}
		return inner(p, at.field(value.Offset))
	}
}

func zeroOp(t reflect.Type) op {
	return func(_ *pass, at place) error {
		at.value(t).SetZero()
		return nil
	}
}

// encodedText returns the text that the value at a place encodes itself as.
func encodedText(v reflect.Value) (text string, err error) {
	err = foreign(func() error {
		b, err := v.Addr().Interface().(encoding.TextMarshaler).MarshalText()
		text = string(b)
		return err
	})
	return text, err
}

// setEncoded makes a new value of the text.
func setEncoded(v reflect.Value, text string) error {
	made := reflect.New(v.Type())
	err := foreign(func() error {
		return made.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	})
	if err == nil {
		v.Set(made.Elem())
	}
	return err
}

// encodedOp treats what encodes itself as text. What has no value of its own to
// redact to becomes zero. copied copies a value that is left as it is.
func (l *leaf) encodedOp(t reflect.Type, copied op) op {
	if l.is(MethodRedact) {
		return zeroOp(t)
	}
	return func(p *pass, at place) error {
		v := at.value(t)
		if k := t.Kind(); (k == reflect.Slice || k == reflect.Map) && v.IsNil() {
			return nil
		}
		in, err := encodedText(v)
		if err != nil {
			return l.fail(err)
		}
		if in == "" {
			left, err := l.empty()
			if left && copied != nil {
				return copied(p, at)
			}
			if left || err != nil {
				return err
			}
		}
		out, err := l.treatText(p, in)
		if err != nil {
			return err
		}
		if err := setEncoded(v, out); err != nil {
			return l.fail(err)
		}
		if l.t.back != nil {
			// What reads 0123 as 123 can't hold what is to be revealed.
			if kept, err := encodedText(v); err != nil || kept != out {
				return l.fail(Malformed)
			}
		}
		return nil
	}
}

// probe tries whether the type takes what the treatment makes of it, as far as that
// shows without data.
func (l *leaf) probe(t reflect.Type) error {
	var made string
	switch {
	case l.is(MethodRedact):
		return nil
	case l.is(MethodTokenize): // without storing anything
		made = vaultPrefix + strings.Repeat("A", 22)
	case l.t.needsSubject && l.is(MethodSeal):
		made = shredPrefix + strings.Repeat("A", 48)
	case l.t.needsSubject:
		return nil
	default:
		sample, err := encodedText(reflect.New(t).Elem())
		if err != nil {
			sample = "0"
		}
		b, err := l.t.text(&scope{}, nil, sample)
		if err != nil {
			return nil // of zero values that are no value of the form
		}
		made = string(b)
	}
	if setEncoded(reflect.New(t).Elem(), made) != nil {
		return fmt.Errorf("%w: %s does not take what the rule makes", Unsupported, t)
	}
	return nil
}

// numberOp treats json.Number by its value.
func (l *leaf) numberOp() op {
	return func(p *pass, at place) error {
		into := at.text()
		if *into == "" {
			if left, err := l.empty(); left || err != nil {
				return err
			}
		}
		out, _, err := l.treatNumber(p, *into)
		if err == nil {
			*into = out
		}
		return err
	}
}

// treatNumber treats the text of a JSON number: by its value when the rule can treat
// numbers, or else as text, which it then stays.
func (l *leaf) treatNumber(p *pass, in string) (out string, text bool, err error) {
	if !isNumber(in) {
		return "", false, l.fail(Malformed)
	}
	whole := !strings.ContainsAny(in, ".eE")
	switch {
	case whole && l.t.integer != nil:
		n, err := strconv.ParseInt(in, 10, 64)
		if err != nil {
			return "", false, l.fail(OutOfRange)
		}
		if n, err = l.treatInteger(p, n); err != nil {
			return "", false, err
		}
		return strconv.FormatInt(n, 10), false, nil
	case l.t.float != nil:
		f, err := strconv.ParseFloat(in, 64)
		if err != nil {
			return "", false, l.fail(OutOfRange)
		}
		if f, err = l.treatFloat(p, f); err != nil {
			return "", false, err
		}
		if !finite(f) {
			return "", false, l.fail(OutOfRange)
		}
		return strconv.FormatFloat(f, 'g', -1, 64), false, nil
	case l.t.integer != nil:
		return "", false, l.fail(Malformed)
	}
	out, err = l.treatText(p, in)
	return out, true, err
}

// isNumber reports whether the text is a number of JSON (RFC 8259 section 6).
func isNumber(s string) bool {
	digits := func() bool {
		n := 0
		for n < len(s) && '0' <= s[n] && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	s = strings.TrimPrefix(s, "-")
	if strings.HasPrefix(s, "0") {
		s = s[1:]
	} else if !digits() {
		return false
	}
	if strings.HasPrefix(s, ".") {
		if s = s[1:]; !digits() {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if !digits() {
			return false
		}
	}
	return s == ""
}
