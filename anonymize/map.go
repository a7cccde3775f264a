package anonymize

import (
	"errors"
	"reflect"

	"github.com/grondslag/grondslag/internal/model"
)

// mapOp makes a map of its own; nil stays nil.
type mapOp struct {
	t          reflect.Type
	at         spot
	key, value op
	// byName: values have rules by key, star for those without; keys with a name in the
	// policy are names and no data, so that key is only for the others.
	byName  map[string]op
	star    op
	hasStar bool
	unknown Unknown
	redact  op
	byRule  bool
}

func (o *mapOp) run(p *pass, at place) error {
	v := at.value(o.t)
	if v.IsNil() {
		return nil
	}
	if err := p.enter(); err != nil {
		return o.fail(err)
	}
	p.direct++
	made := reflect.MakeMapWithSize(o.t, v.Len())
	key, value := reflect.New(o.t.Key()), reflect.New(o.t.Elem())
	for in := v.MapRange(); in.Next(); {
		key.Elem().Set(in.Key())
		value.Elem().Set(in.Value())
		keyOp, valueOp, kept, err := o.ops(key.Elem())
		if err != nil {
			return err
		}
		if !kept {
			continue
		}
		if valueOp != nil {
			if err := valueOp(p, placeOfNew(value)); err != nil {
				return err
			}
		}
		if keyOp != nil {
			if err := keyOp(p, placeOfNew(key)); err != nil {
				return err
			}
		}
		if made.MapIndex(key.Elem()).IsValid() {
			return o.fail(Collision)
		}
		made.SetMapIndex(key.Elem(), value.Elem())
	}
	p.direct--
	p.leave()
	v.Set(made)
	return nil
}

func (o *mapOp) fail(err error) error { return fieldError(o.at.name(), o.at.method(), err) }

// ops returns what treats an entry; kept is false when it is left out.
func (o *mapOp) ops(key reflect.Value) (keyOp, valueOp op, kept bool, err error) {
	if !o.byRule {
		return o.key, o.value, true, nil
	}
	if key.Kind() == reflect.String {
		if valueOp, ok := o.byName[model.Canonical(key.String())]; ok {
			return nil, valueOp, true, nil
		}
	}
	switch {
	case o.hasStar:
		return o.key, o.star, true, nil
	case o.unknown == DropUnknown:
		return nil, nil, false, nil
	case o.unknown == RedactUnknown:
		return nil, o.redact, true, nil
	}
	return nil, nil, false, &FieldError{Path: model.In(o.at.path, "*"), Err: Undeclared}
}

func (c *compiler) mapping(t reflect.Type, s spot) op {
	r := s.rule
	if r == nil && !s.below.inside() {
		c.undeclared(s, t)
		return nil
	}
	if c.policy != nil && s.walks() && t.ConvertibleTo(reflect.TypeFor[map[string]any]()) {
		return c.treeMap(t, s)
	}
	o := &mapOp{t: t, at: s}
	if r != nil && r.Keys != nil {
		o.key = c.keys(t.Key(), s)
	} else if !plainKey(t.Key()) {
		return c.unsupported(s, t)
	}
	switch {
	case !s.walks() && r.Keys == nil && r.Method == MethodRedact:
		return c.closedMap(t, s)
	case c.policy != nil && s.walks():
		if !c.mapByName(o, s) {
			return nil
		}
	case r.Keys == nil:
		c.fail(s, errors.New("anonymize: a map needs ;keys="))
		return nil
	default:
		if s.walks() {
			c.declare(s.path, *r, nil)
		}
		s.mapped = true
		o.value = c.compile(t.Elem(), s)
	}
	return o.run
}

// hasKeys reports whether what lies in lists of or pointers to t may have keys.
func hasKeys(t reflect.Type) bool {
	for range maxLevels {
		if meaningOf(t) == jsonMeaning {
			return true
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			t = t.Elem()
		default:
			return t.Kind() == reflect.Map || t.Kind() == reflect.Interface || meaningOf(t) == nullMeaning
		}
	}
	return false
}

// walks reports whether the rules of what is at s are those of what it holds.
func (s spot) walks() bool { return s.rule == nil || s.rule.Method == MethodWalk }

// closedMap: all that is in it goes, the number of entries too.
func (c *compiler) closedMap(t reflect.Type, s spot) op {
	if c.leaf(s); c.back {
		return c.copied(t, s)
	}
	return zeroOp(t)
}

// keys makes the op of the keys of a map.
func (c *compiler) keys(t reflect.Type, s spot) op {
	r := *s.rule.Keys
	inner := spot{path: s.path, rule: &r}
	l := c.keyLeaf(s)
	switch {
	case l == nil:
		return nil
	case l.copies:
		if !plainKey(t) {
			return c.unsupported(inner, t)
		}
		return nil
	case r.Method == MethodNull:
		return zeroOp(t)
	}
	if m := meaningOf(t); m != plainMeaning {
		return c.supported(t, inner, c.meaningOp(t, m, inner, l))
	}
	return c.supported(t, inner, l.scalarOp(t))
}

// keyLeaf makes the rule of the keys at a spot ready. Keys and values never share a key.
func (c *compiler) keyLeaf(s spot) *leaf {
	return c.leafOf(s.path, s.path+";keys", *s.rule.Keys, true)
}

// mapByName makes the rules of a policy for what is in a map.
func (c *compiler) mapByName(o *mapOp, s spot) bool {
	keyed := s.rule != nil && s.rule.Keys != nil
	if s.rule != nil && keyed {
		c.declare(s.path, *s.rule, nil)
	}
	star := s.below.find("*")
	elem := o.t.Elem()
	if star == nil && hasFields(elem) {
		if !keyed {
			c.fail(s, errors.New("anonymize: a map needs ;keys="))
			return false
		}
		o.value = c.compile(elem, spot{path: s.path, below: s.below, mapped: true})
		return true
	}
	if star != nil && !keyed && s.path != "" {
		c.fail(s, errors.New("anonymize: a map with rules for any key needs ;keys="))
		return false
	}
	o.byRule, o.byName, o.unknown = true, map[string]op{}, c.policy.Unknown
	for _, name := range s.below.levels() {
		next := s.below.find(name)
		inner := c.compile(elem, spot{path: next.path, rule: next.rule, below: next, mapped: true})
		if name == "*" {
			o.star, o.hasStar = inner, true
		} else {
			o.byName[name] = inner
		}
	}
	if o.unknown == RedactUnknown && !c.back {
		own := *c // its leaf is in no report
		own.leaves, own.rules, own.report = map[string]*leaf{}, map[string]Rule{}, nil
		o.redact = own.compile(elem, spot{path: model.In(s.path, "*"), rule: &Rule{Method: MethodRedact, Empty: EmptyTreated}, mapped: true})
		c.errs = own.errs
	} else if o.unknown == RedactUnknown {
		o.redact = c.copied(elem, s)
	}
	return true
}

// hasFields reports whether what lies in lists of or pointers to t is a struct with fields.
func hasFields(t reflect.Type) bool {
	for range maxLevels {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			t = t.Elem()
		default:
			return walkable(t)
		}
	}
	return false
}

// treeMap treats maps from text to anything as JSON is decoded into.
func (c *compiler) treeMap(t reflect.Type, s spot) op {
	b := c.branch(s)
	if b == nil {
		return nil
	}
	return func(p *pass, at place) error {
		v := at.value(t)
		if v.IsNil() {
			return nil
		}
		out, err := b.value(p, v.Interface())
		if err != nil {
			return err
		}
		made := reflect.ValueOf(out)
		if !made.IsValid() || !made.CanConvert(t) {
			return fieldError(s.name(), s.method(), Unsupported)
		}
		v.Set(made.Convert(t))
		return nil
	}
}
