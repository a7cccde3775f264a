package anonymize

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"

	"github.com/grondslag/grondslag/internal/model"
)

// subjectField reads whom a struct is about.
type subjectField struct {
	hops   []uintptr // offsets, with a pointer to follow between one and the next
	t      reflect.Type
	reader *subjectReader
}

// subjectReader makes the subject of the value of a field that is declared subject:
// its text before treatment, or its number in decimal, in the normal form of the rule,
// so that one person is one subject however the reference is written. In a copy that
// is being revealed it is the value revealed; a value that can't be is none.
type subjectReader struct {
	leaf *leaf
	form Form
	back bool
}

func (f *subjectField) read(p *pass, at place) error {
	p.subject, p.hasSubject = "", false
	for i, hop := range f.hops {
		if i > 0 {
			if at = at.target(); at.isNil() {
				return nil
			}
		}
		at = at.field(hop)
	}
	text, is := "", subjectNone
	if f.t.Kind() == reflect.String {
		text, is = *at.text(), subjectIsText
	} else {
		var err error
		if text, is, err = subjectOf(at.value(f.t)); err != nil {
			return f.reader.leaf.fail(err)
		}
	}
	return f.reader.set(p, text, is)
}

// set sets the subject of the pass.
func (r *subjectReader) set(p *pass, text string, is subjectIs) (err error) {
	p.subject, p.hasSubject = "", false
	if is == subjectNone || text == "" {
		return nil
	}
	switch {
	case r.back && r.leaf.rule.Method != MethodKeep:
		var ok bool
		if text, ok, err = r.reveal(p, text, is); err != nil || !ok {
			return err
		}
	case !r.back && r.form.Norm != NormNone:
		b, err := appendNormal(nil, text, r.form)
		if err != nil {
			return r.leaf.fail(Malformed)
		}
		text = string(b)
	}
	p.subject, p.hasSubject = text, true
	return nil
}

func (r *subjectReader) reveal(p *pass, text string, is subjectIs) (string, bool, error) {
	l := r.leaf
	if l.copies || l.t.needsSubject {
		return "", false, nil
	}
	if is == subjectIsNumber && l.t.integer != nil {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", false, nil
		}
		n, err = l.treatInteger(p, n)
		return strconv.FormatInt(n, 10), err == nil, err
	}
	if l.t.text == nil {
		return "", false, nil
	}
	text, err := l.treatText(p, text)
	return text, err == nil, err
}

// subjectIs says what the value of a subject was.
type subjectIs int

const (
	subjectNone subjectIs = iota
	subjectIsText
	subjectIsNumber
)

// subjectOf returns the text of a value, as far as it has one.
func subjectOf(v reflect.Value) (string, subjectIs, error) {
	for range maxLevels {
		if k := v.Kind(); k != reflect.Pointer && k != reflect.Interface {
			break
		}
		if v.IsNil() {
			return "", subjectNone, nil
		}
		v = v.Elem()
	}
	t := v.Type()
	switch meaningOf(t) {
	case nullMeaning:
		if !v.Field(1).Bool() {
			return "", subjectNone, nil
		}
		return subjectOf(v.Field(0))
	case addrMeaning:
		if a := v.Interface().(netip.Addr); a.IsValid() {
			return a.String(), subjectIsText, nil
		}
		return "", subjectNone, nil
	case netIPMeaning:
		if a, ok := netip.AddrFromSlice(v.Interface().(net.IP)); ok {
			return a.Unmap().String(), subjectIsText, nil
		}
		return "", subjectNone, nil
	case textMeaning:
		at := reflect.New(t)
		at.Elem().Set(v)
		text, err := encodedText(at.Elem())
		return text, subjectIsText, err
	}
	switch k := t.Kind(); {
	case k == reflect.String:
		return v.String(), subjectIsText, nil
	case reflect.Int <= k && k <= reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), subjectIsNumber, nil
	case reflect.Uint <= k && k <= reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), subjectIsNumber, nil
	case k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return string(v.Bytes()), subjectIsText, nil
	}
	return "", subjectNone, Unsupported
}

// canBeSubject reports whether values of t have a text.
func canBeSubject(t reflect.Type) bool {
	for range maxLevels {
		if t.Kind() != reflect.Pointer {
			break
		}
		t = t.Elem()
	}
	switch meaningOf(t) {
	case nullMeaning:
		return canBeSubject(t.Field(0).Type)
	case addrMeaning, netIPMeaning, textMeaning, numberMeaning:
		return true
	case plainMeaning:
		k := t.Kind()
		return k == reflect.String || k == reflect.Interface || reflect.Int <= k && k <= reflect.Uint64 ||
			k == reflect.Slice && t.Elem().Kind() == reflect.Uint8
	}
	return false
}

// findSubject looks for the field of t that is declared subject; hops lead to t.
func (b *structBuild) findSubject(t reflect.Type, hops []uintptr, cover *Rule) (found *subjectField) {
	add := func(f *subjectField, s spot) {
		if f != nil && found != nil {
			b.fail(s, errors.New("anonymize: a second subject"))
			return
		}
		if f != nil {
			found = f
		}
	}
	last := len(hops) - 1
	for f := range t.Fields() {
		next := slices.Clone(hops)
		next[last] += f.Offset
		if model.Embeds(f, tagKey) {
			inner, pointers := embedded(f)
			if slices.Contains(b.types, inner) {
				continue
			}
			b.types = append(b.types, inner)
			cover, _ := b.cover(f, cover)
			add(b.findSubject(inner, append(next, make([]uintptr, pointers)...), cover), b.at)
			b.types = b.types[:len(b.types)-1]
			continue
		}
		s, _, err := b.rule(f, cover)
		if err != nil || s.rule == nil || !s.rule.Subject {
			continue
		}
		if !canBeSubject(f.Type) {
			b.fail(s, fmt.Errorf("%w: %s is no subject", Unsupported, f.Type))
			continue
		}
		add(&subjectField{hops: next, t: f.Type, reader: b.subjectReader(s.path, s.rule)}, s)
	}
	return found
}

func (c *compiler) subjectReader(path string, r *Rule) *subjectReader {
	form := r.Form
	form.Phones = c.set.Phones
	reader := &subjectReader{form: form, back: c.back, leaf: &leaf{path: path, rule: *r}}
	if c.back {
		reader.leaf = c.leafOf(path, path, *r, false)
	}
	return reader
}
