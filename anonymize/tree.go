package anonymize

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/internal/model"
)

// branch holds the rules for what lies at a path of a tree, whose fields show only
// when data comes: what JSON is decoded into, or an interface holds.
type branch struct {
	path string
	// leaf treats all that lies here; nil: fields have rules of their own.
	leaf *leaf
	keys *leaf // for the keys that are no names of the policy; nil: they are kept
	// names are the rules by name, star is for keys without.
	names   map[string]*branch
	star    *branch
	unknown Unknown
	subject string // name of the field that is the subject
	reader  *subjectReader
	back    bool
}

// branch makes the rules at a spot ready; nil after an error.
func (c *compiler) branch(s spot) *branch {
	b := &branch{path: s.path, back: c.back}
	failed := len(c.errs)
	if s.rule != nil && s.rule.Keys != nil {
		b.keys = c.keyLeaf(s)
	}
	if !s.walks() {
		b.leaf = c.leaf(s)
	} else {
		c.limbs(b, s)
	}
	if len(c.errs) > failed {
		return nil
	}
	return b
}

func (c *compiler) limbs(b *branch, s spot) {
	if c.policy == nil {
		c.fail(s, fmt.Errorf("%w: there are no tags inside", Unsupported))
		return
	}
	if c.fields++; c.fields > maxPlanFields {
		c.fail(s, fmt.Errorf("anonymize: more than %d fields", maxPlanFields))
		return
	}
	if b.keys != nil {
		c.declare(s.path, *s.rule, nil)
	}
	b.unknown, b.names = c.policy.Unknown, map[string]*branch{}
	c.treeSubject(b, s)
	above := c.subject
	c.subject = above || b.reader != nil
	for _, name := range s.below.levels() {
		next := s.below.find(name)
		limb := c.branch(spot{path: next.path, rule: next.rule, below: next, mapped: true})
		if name == "*" {
			b.star = limb
		} else {
			b.names[name] = limb
		}
	}
	c.subject = above
	if b.star != nil && b.keys == nil && s.path != "" {
		c.fail(s, errors.New("anonymize: rules for any key need ;keys= above"))
	}
}

// treeSubject finds the field of an object that is declared subject.
func (c *compiler) treeSubject(b *branch, s spot) {
	for _, name := range s.below.levels() {
		next := s.below.names[name]
		if next.rule == nil || !next.rule.Subject {
			continue
		}
		if b.reader != nil || name == "*" {
			c.fail(spot{path: next.path, rule: next.rule}, errors.New("anonymize: a second subject"))
			return
		}
		b.subject = name
		b.reader = c.subjectReader(next.path, next.rule)
	}
}

func (b *branch) fail(err error) error {
	if b.leaf != nil {
		return b.leaf.fail(err)
	}
	return fieldError(spot{path: b.path}.name(), "", err)
}

// value returns the treated copy of v.
func (b *branch) value(p *pass, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if l := b.leaf; l != nil {
		switch {
		case b.copies():
			return l.copied(p, v)
		case l.is(MethodNull):
			return nil, nil
		}
	}
	switch v := v.(type) {
	case object:
		return b.object(p, v)
	case map[string]any:
		return b.mapped(p, v)
	case []any:
		return b.list(p, v)
	case json.RawMessage:
		return b.raw(p, v)
	}
	if t := reflect.TypeOf(v); t.Kind() == reflect.Map && t.ConvertibleTo(reflect.TypeFor[map[string]any]()) {
		out, err := b.value(p, reflect.ValueOf(v).Convert(reflect.TypeFor[map[string]any]()).Interface())
		if m, ok := out.(map[string]any); ok {
			return reflect.ValueOf(m).Convert(t).Interface(), err
		}
		return out, err
	}
	if b.leaf == nil {
		return b.stray(p, v)
	}
	if b.leaf.copies {
		return b.leaf.copied(p, v)
	}
	return b.leaf.treatAny(p, v)
}

// copies reports whether all that lies here stays as it is, keys too.
func (b *branch) copies() bool {
	return b.leaf != nil && b.leaf.copies && (b.keys == nil || b.keys.copies)
}

// copied copies what is kept.
func (l *leaf) copied(p *pass, v any) (any, error) {
	out, err := copiedTree(p, v)
	if err != nil {
		return nil, l.fail(err)
	}
	return out, nil
}

// kept is the rule of what no rule covers in a copy that is revealed.
func (b *branch) kept() *leaf { return &leaf{path: b.path, rule: Rule{Method: MethodKeep}} }

// stray is a value where only fields have rules.
func (b *branch) stray(p *pass, v any) (any, error) {
	switch {
	case b.unknown == DropUnknown && !b.back:
		return nil, nil
	case b.unknown == RedactUnknown && b.back:
		return b.kept().copied(p, v)
	case b.unknown == RedactUnknown:
		return redactAll(v), nil
	}
	return nil, b.fail(Undeclared)
}

// redactAll redacts what no rule covers.
func redactAll(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return false
	case json.Number:
		return json.Number("0")
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = redactedText
		}
		return out
	}
	if k := reflect.TypeOf(v).Kind(); reflect.Int <= k && k <= reflect.Float64 {
		return reflect.Zero(reflect.TypeOf(v)).Interface()
	}
	return redactedText
}

func (b *branch) list(p *pass, in []any) (any, error) {
	if in == nil {
		return in, nil
	}
	if err := p.enter(); err != nil {
		return nil, b.fail(err)
	}
	defer p.leave()
	out := make([]any, len(in))
	for i, v := range in {
		var err error
		if out[i], err = b.value(p, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mapped treats a map from text to anything.
func (b *branch) mapped(p *pass, in map[string]any) (any, error) {
	if in == nil {
		return in, nil
	}
	// In order, so that of several errors always the same one is answered.
	members := make(object, 0, len(in))
	for _, name := range slices.Sorted(maps.Keys(in)) {
		members = append(members, member{name, in[name]})
	}
	out, err := b.object(p, members)
	if err != nil {
		return nil, err
	}
	treated, ok := out.(object)
	if !ok {
		return out, nil
	}
	made := make(map[string]any, len(treated))
	for _, m := range treated {
		made[m.name] = m.value
	}
	return made, nil
}

// object treats an object of JSON and keeps its order.
func (b *branch) object(p *pass, in object) (any, error) {
	if b.leaf != nil && b.keys == nil {
		if b.leaf.is(MethodRedact) {
			return redactedText, nil
		}
		return nil, b.fail(fmt.Errorf("%w: an object without ;keys=", Unsupported))
	}
	if err := p.enter(); err != nil {
		return nil, b.fail(err)
	}
	defer p.leave()
	subject, has := p.subject, p.hasSubject
	defer func() { p.subject, p.hasSubject = subject, has }()
	if b.reader != nil {
		if err := b.readSubject(p, in); err != nil {
			return nil, err
		}
	}
	out := make(object, 0, len(in))
	names := make(map[string]bool, len(in))
	for _, m := range in {
		treated, kept, err := b.member(p, m)
		if err != nil {
			return nil, err
		}
		if !kept {
			continue
		}
		if names[treated.name] {
			return nil, b.fail(Collision)
		}
		names[treated.name] = true
		out = append(out, treated)
	}
	return out, nil
}

func (b *branch) member(p *pass, m member) (member, bool, error) {
	next, keys := b, b.keys
	if b.leaf == nil {
		if next = b.find(model.Canonical(m.name)); next != nil {
			keys = nil // a name of the policy is no data
		} else {
			next = b.star
		}
	}
	if next == nil {
		return b.stranger(p, m)
	}
	value, err := next.value(p, m.value)
	if err != nil {
		return member{}, false, err
	}
	name := m.name
	if keys != nil && !keys.copies {
		if keys.is(MethodNull) {
			name = ""
		} else if keys.t.text == nil {
			return member{}, false, keys.fail(Unsupported)
		} else if name, err = keys.treatText(p, name); err != nil {
			return member{}, false, err
		}
	}
	return member{name, value}, true, nil
}

// find returns the rules of a name, which has several levels when there are dots in it.
func (b *branch) find(name string) *branch {
	for {
		if next, ok := b.names[name]; ok {
			return next
		}
		before, after, ok := strings.Cut(name, ".")
		if !ok {
			return nil
		}
		next, ok := b.names[before]
		if !ok || next == nil || next.leaf != nil {
			return nil
		}
		b, name = next, after
	}
}

// stranger is a field that no rule covers.
func (b *branch) stranger(p *pass, m member) (member, bool, error) {
	switch b.unknown {
	case DropUnknown:
		return member{}, false, nil
	case RedactUnknown:
		if b.back {
			v, err := b.kept().copied(p, m.value)
			return member{m.name, v}, true, err
		}
		return member{m.name, redactAll(m.value)}, true, nil
	}
	return member{}, false, &FieldError{Path: model.In(b.path, "*"), Err: Undeclared}
}

func (b *branch) readSubject(p *pass, in object) error {
	p.subject, p.hasSubject = "", false
	found := false
	for _, m := range in {
		if model.Canonical(m.name) != b.subject || m.value == nil {
			continue
		}
		if found {
			return b.reader.leaf.fail(Collision)
		}
		found = true
		if n, ok := m.value.(json.Number); ok {
			if err := b.reader.set(p, string(n), subjectIsNumber); err != nil {
				return err
			}
			continue
		}
		v := m.value
		if f, ok := v.(float64); ok { // as decoders of JSON have it
			v = decimal(f)
		}
		text, is, err := subjectOf(reflect.ValueOf(v))
		if err != nil {
			return b.reader.leaf.fail(err)
		}
		if err := b.reader.set(p, text, is); err != nil {
			return err
		}
	}
	return nil
}
