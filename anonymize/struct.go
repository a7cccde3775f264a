package anonymize

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/grondslag/grondslag/internal/model"
)

// structOp treats the fields of a struct.
type structOp struct {
	steps   []step
	subject *subjectField // nil: the subject is that of the record around it
}

// step treats one field.
type step struct {
	offset uintptr
	op     op
	text   *leaf // what op does to a string, without the detour; nil for the others
}

func (o *structOp) run(p *pass, at place) error {
	if o.subject == nil {
		return runSteps(o.steps, p, at)
	}
	subject, has := p.subject, p.hasSubject
	if err := o.subject.read(p, at); err != nil {
		return err
	}
	err := runSteps(o.steps, p, at)
	p.subject, p.hasSubject = subject, has
	return err
}

// runSteps keeps the buffers of p at hand from one string to the next.
func runSteps(steps []step, p *pass, at place) error {
	buf, cuts := p.buf, p.cuts
	for i := range steps {
		s := &steps[i]
		l := s.text
		if l == nil || p.direct > 0 {
			p.buf, p.cuts = buf, cuts
			if err := s.op(p, at.field(s.offset)); err != nil {
				return err
			}
			buf, cuts = p.buf, p.cuts
			continue
		}
		into := at.field(s.offset).text()
		if *into == "" {
			left, err := l.empty()
			if err != nil {
				return err
			}
			if left {
				continue
			}
		}
		if l.t.needsSubject {
			if err := l.named(p); err != nil {
				return err
			}
		}
		out, err := l.t.text(&p.scope, buf, *into)
		if err != nil {
			return l.fail(err)
		}
		buf, cuts = out, append(cuts, cut{into, len(out)})
	}
	p.buf, p.cuts = buf, cuts
	return nil
}

// structure makes the op of a struct whose fields have rules of their own. A type
// within itself is made once, under the rules and names of its first place.
func (c *compiler) structure(t reflect.Type, s spot) op {
	if s.rule != nil && s.rule.Method != MethodWalk {
		return c.closedStruct(t, s)
	}
	if s.rule != nil && s.rule.Keys != nil && !s.mapped {
		c.fail(s, fmt.Errorf("anonymize: keys= has no use: %s", t))
	}
	if o, ok := c.structs[t]; ok {
		return o.run
	}
	o := &structOp{}
	c.structs[t] = o
	defer delete(c.structs, t)
	b := &structBuild{compiler: c, at: s, seen: map[string]bool{}, types: []reflect.Type{t}}
	b.exported(t)
	o.subject = b.findSubject(t, []uintptr{0}, nil)
	above := c.subject
	c.subject = above || o.subject != nil
	b.types = []reflect.Type{t}
	b.fields(&o.steps, t, 0, nil)
	c.subject = above
	if t.NumField() > 0 && len(b.seen) == 0 && !b.refused {
		c.fail(s, fmt.Errorf("%w: %s shows no field", Undeclared, t))
	}
	return o.run
}

// closedStruct treats a struct as one value, which only redact does.
func (c *compiler) closedStruct(t reflect.Type, s spot) op {
	if s.rule.Method != MethodRedact || s.rule.Keys != nil && !s.mapped {
		return c.unsupported(s, t)
	}
	if c.leaf(s); c.back {
		return c.copied(t, s)
	}
	return zeroOp(t)
}

// structBuild makes the steps of one struct, those of embedded structs included.
type structBuild struct {
	*compiler
	at    spot
	seen  map[string]bool // names of the fields that have rules
	names map[string]bool // names of the exported fields
	types []reflect.Type  // t, and what it embeds down to here
	// refused: an error says already what is wrong with a field.
	refused bool
}

// embedded returns the struct that f embeds and through how many pointers.
func embedded(f reflect.StructField) (t reflect.Type, pointers int) {
	t = f.Type
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
		pointers++
	}
	return t, pointers
}

// exported notes the names of the exported fields: under a policy, which knows fields
// by name, one that is not exported gives way to one that is.
func (b *structBuild) exported(t reflect.Type) {
	if b.names == nil {
		b.names = map[string]bool{}
	}
	for f := range t.Fields() {
		if inner, _ := embedded(f); model.Embeds(f, tagKey) {
			if !slices.Contains(b.types, inner) {
				b.types = append(b.types, inner)
				b.exported(inner)
				b.types = b.types[:len(b.types)-1]
			}
		} else if f.IsExported() {
			name, _ := model.FieldName(f)
			b.names[name] = true
		}
	}
}

// rule returns what is declared for a field: by its tag, by the tag on the embedding
// of its struct, or by the policy. Declared is false for a field that is not exported
// and has no rule.
func (b *structBuild) rule(f reflect.StructField, cover *Rule) (s spot, declared bool, err error) {
	name, _ := model.FieldName(f)
	s = spot{path: model.In(b.at.path, name), mapped: b.at.mapped}
	if b.policy != nil {
		if !f.IsExported() && (b.names[name] || !b.at.below.has(name) || f.Name == "_") {
			return s, false, nil
		}
		if s.below = b.at.below.find(name); s.below == nil {
			s.below = &policyTree{}
		}
		s.rule = s.below.rule
		if s.rule != nil && s.rule.Method == MethodWalk && s.rule.Keys == nil {
			s.mapped = false
		}
		return s, true, nil
	}
	s.rule, err = tagRule(f)
	if s.rule == nil && err == nil && f.IsExported() {
		s.rule = cover
	}
	if s.rule != nil {
		s.mapped = false
	}
	return s, f.IsExported() || s.rule != nil || err != nil, err
}

// tagRule returns the rule of the tag, nil without one.
func tagRule(f reflect.StructField) (*Rule, error) {
	tag, ok := f.Tag.Lookup(tagKey)
	if !ok {
		return nil, nil
	}
	r, err := ParseRule(tag)
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// cover returns the rule that a tag on an embedding gives to fields without one.
func (b *structBuild) cover(f reflect.StructField, above *Rule) (*Rule, error) {
	if b.policy != nil {
		return nil, nil
	}
	r, err := tagRule(f)
	switch {
	case err != nil || r == nil:
		return above, err
	case r.Method == MethodWalk:
		return nil, nil
	case r.Subject:
		return nil, errors.New("anonymize: an embedded struct is no subject")
	}
	return r, nil
}

// fields adds the steps of the struct t that lies base bytes into the record.
func (b *structBuild) fields(steps *[]step, t reflect.Type, base uintptr, cover *Rule) {
	for f := range t.Fields() {
		if model.Embeds(f, tagKey) {
			b.embed(steps, f, base, cover)
			continue
		}
		s, declared, err := b.rule(f, cover)
		switch {
		case err != nil:
			b.refused = true
			b.fail(s, err)
			continue
		case !declared:
			*steps = append(*steps, step{offset: base + f.Offset, op: zeroOp(f.Type)})
			continue
		case b.seen[s.path]:
			b.fail(s, errors.New("anonymize: two fields have this name"))
			continue
		}
		b.seen[s.path] = true
		if o := b.compile(f.Type, s); o != nil {
			*steps = append(*steps, step{base + f.Offset, o, b.textLeaf(f.Type, s)})
		}
	}
}

func (b *structBuild) embed(steps *[]step, f reflect.StructField, base uintptr, above *Rule) {
	inner, pointers := embedded(f)
	s := spot{path: model.In(b.at.path, model.Canonical(f.Name))}
	cover, err := b.cover(f, above)
	if err != nil {
		b.refused = true
		b.fail(s, err)
		return
	}
	if slices.Contains(b.types, inner) {
		b.refused = true
		b.fail(s, errors.New("anonymize: a struct that embeds itself"))
		return
	}
	b.types = append(b.types, inner)
	defer func() { b.types = b.types[:len(b.types)-1] }()
	if pointers == 0 {
		b.fields(steps, inner, base+f.Offset, cover)
		return
	}
	var below []step
	b.fields(&below, inner, 0, cover)
	o := func(p *pass, at place) error { return runSteps(below, p, at) }
	types := []reflect.Type{f.Type}
	for range pointers - 1 {
		types = append(types, types[len(types)-1].Elem())
	}
	for _, pointer := range slices.Backward(types) {
		o = pointerOp(pointer, o, s)
	}
	*steps = append(*steps, step{offset: base + f.Offset, op: o})
}

// textLeaf returns the leaf that treats a string, nil for anything else.
func (b *structBuild) textLeaf(t reflect.Type, s spot) *leaf {
	if t.Kind() != reflect.String || meaningOf(t) != plainMeaning || b.batch != nil {
		return nil
	}
	l := b.leaf(s)
	if l == nil || l.copies || l.t.null || l.t.text == nil {
		return nil
	}
	return l
}
