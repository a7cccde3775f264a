package anonymize

import (
	"errors"
	"fmt"
	"reflect"
)

// tagKey is the key of the struct tag.
const tagKey = "anonymize"

// maxPlanFields bounds the fields of a plan: types that hold each other can name
// more paths than anyone declares.
const maxPlanFields = 10_000

// compiler makes the program of a type: one op for each value that must be changed,
// and for each pointer, list and map, so that nothing of the input is shared. It
// walks the type twice, for treating and for revealing.
type compiler struct {
	set    *Setting
	policy *Policy // nil: tags
	back   bool    // making the program that reveals
	batch  *batch  // nil: rules over many records are refused
	errs   []error
	leaves map[string]*leaf // by path, and path of keys
	report Report
	rules  map[string]Rule
	// structs are those being made, so that a type within itself is made once.
	structs map[reflect.Type]*structOp
	subject bool // a field in scope names whom the record is about
	fields  int
}

// spot is where a type is met.
type spot struct {
	path string
	rule *Rule // nil: none is declared
	// below are the rules by path under a policy.
	below *policyTree
	// mapped: it lies in a map, whose keys the keys= of the rule is for.
	mapped bool
}

// method is that of the rule, "" without one.
func (s spot) method() Method {
	if s.rule == nil {
		return ""
	}
	return s.rule.Method
}

// name is the path for errors.
func (s spot) name() string {
	if s.path == "" {
		return "(record)"
	}
	return s.path
}

func (c *compiler) fail(s spot, err error) {
	c.errs = append(c.errs, &FieldError{Path: s.name(), Method: s.method(), Err: err})
}

func (c *compiler) unsupported(s spot, t reflect.Type) op {
	c.fail(s, fmt.Errorf("%w: %s", Unsupported, t))
	return nil
}

// undeclared reports the field without a rule.
func (c *compiler) undeclared(s spot, t reflect.Type) bool {
	if s.rule == nil {
		c.fail(s, fmt.Errorf("%w: %s", Undeclared, t))
		return true
	}
	if s.rule.Method == MethodWalk {
		c.fail(s, fmt.Errorf("%w: %s has no fields", Unsupported, t))
		return true
	}
	return false
}

// leaf makes the rule of a spot ready; nil after an error.
func (c *compiler) leaf(s spot) *leaf { return c.leafOf(s.path, s.path, *s.rule, false) }

// leafOf makes a rule ready for the field at path under the name that its key is derived with.
func (c *compiler) leafOf(path, name string, r Rule, isKey bool) *leaf {
	l, known := c.leaves[name]
	if !known {
		l = c.makeLeaf(path, name, r, isKey)
		c.leaves[name] = l
	}
	if l == nil || !c.back {
		return l
	}
	reversed := *l
	if reversed.t = l.t.back; reversed.t == nil {
		reversed.t, reversed.copies = l.t, true
	}
	return &reversed
}

func (c *compiler) makeLeaf(path, name string, r Rule, isKey bool) *leaf {
	t, err := r.compile(name, c.set)
	if err == nil && t.needsSubject && !c.subject {
		err = &FieldError{Path: name, Method: r.Method, Err: fmt.Errorf("%w: no field in scope is declared subject", NoSubject)}
	}
	if err != nil {
		c.errs = append(c.errs, err)
		return nil
	}
	l := &leaf{path: path, rule: r, t: t, copies: t.keep}
	if !isKey {
		c.declare(path, r, t)
	}
	return l
}

// declare adds a line to the report.
func (c *compiler) declare(path string, r Rule, t *treatment) {
	if _, again := c.rules[path]; again {
		return
	}
	c.rules[path] = r
	c.report = append(c.report, fieldReport(path, r, t, c.set))
}

// compile makes the op of a type at a spot.
func (c *compiler) compile(t reflect.Type, s spot) op {
	if c.fields++; c.fields > maxPlanFields {
		if c.fields == maxPlanFields+1 {
			c.fail(s, fmt.Errorf("anonymize: more than %d fields", maxPlanFields))
		}
		return nil
	}
	if r := s.rule; r != nil {
		if r.Method == MethodSwap || r.Method == MethodMicroaggregate {
			return c.batchOp(t, s)
		}
		if r.Method == MethodNull || r.Method == MethodKeep && (r.Keys == nil || s.mapped && !hasKeys(t)) {
			return c.whole(t, s)
		}
	}
	switch m := meaningOf(t); m {
	case plainMeaning:
	case textMeaning, closedMeaning:
		if walks := s.rule == nil || s.rule.Method == MethodWalk; !walks || !walkable(t) && !s.below.inside() {
			return c.meaning(t, m, s)
		}
	default:
		return c.meaning(t, m, s)
	}
	switch t.Kind() {
	case reflect.Struct:
		return c.structure(t, s)
	case reflect.Pointer:
		return c.pointer(t, s)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 || meaningOf(t.Elem()) != plainMeaning {
			return c.slice(t, s)
		}
	case reflect.Array:
		return c.array(t, s)
	case reflect.Map:
		return c.mapping(t, s)
	case reflect.Interface:
		return c.dynamic(t, s)
	}
	return c.scalar(t, s)
}

// whole takes a value away or leaves it, whatever it is.
func (c *compiler) whole(t reflect.Type, s spot) op {
	if s.rule.Keys != nil && !s.mapped {
		c.fail(s, errors.New("anonymize: keys= has no use"))
		return nil
	}
	l := c.leaf(s)
	if l == nil {
		return nil
	}
	if l.copies {
		if meaningOf(t) == nullMeaning { // what an invalid one hides is not kept
			return nullOp(t, c.copied(t.Field(0).Type, s))
		}
		return c.copied(t, s)
	}
	return zeroOp(t)
}

// copied makes the op that copies what a value refers to.
func (c *compiler) copied(t reflect.Type, s spot) op {
	copier, err := copyOp(t)
	if err != nil && c.back {
		return zeroOp(t) // as the rule left it
	}
	if err != nil {
		c.fail(s, err)
		return nil
	}
	if copier == nil {
		return nil
	}
	return func(p *pass, at place) error {
		if err := copier(p, at); err != nil {
			return &FieldError{Path: s.name(), Method: s.method(), Err: reasonOf(err)}
		}
		return nil
	}
}

// scalar treats values of one of the basic kinds, and bytes.
func (c *compiler) scalar(t reflect.Type, s spot) op {
	if c.undeclared(s, t) {
		return nil
	}
	if s.rule.Keys != nil && !s.mapped {
		c.fail(s, fmt.Errorf("anonymize: keys= has no use: %s", t))
		return nil
	}
	switch t.Kind() {
	case reflect.Complex64, reflect.Complex128, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Uintptr:
		return c.unsupported(s, t)
	}
	l := c.leaf(s)
	if l == nil {
		return nil
	}
	if l.copies {
		return c.copied(t, s)
	}
	return c.supported(t, s, l.scalarOp(t))
}

// supported reports an op that is not there: forward that is an error, back the
// value is copied.
func (c *compiler) supported(t reflect.Type, s spot, o op) op {
	switch {
	case o != nil:
		return o
	case c.back:
		return c.copied(t, s)
	}
	return c.unsupported(s, t)
}

// scalarOp returns nil when the treatment does not have the kind.
func (l *leaf) scalarOp(t reflect.Type) op {
	switch k := t.Kind(); {
	case k == reflect.String && l.t.text != nil:
		return l.textOp()
	case k == reflect.Slice && l.t.text != nil:
		return l.octetsOp()
	case reflect.Int <= k && k <= reflect.Int64 && l.t.integer != nil:
		return l.integerOp(t)
	case reflect.Uint <= k && k <= reflect.Uint64 && l.t.integer != nil:
		return l.unsignedOp(t)
	case (k == reflect.Float32 || k == reflect.Float64) && l.t.float != nil:
		return l.floatOp(t)
	case k == reflect.Bool && l.treatsBool():
		return l.boolOp(t)
	}
	return nil
}

// meaning treats types with a meaning of their own.
func (c *compiler) meaning(t reflect.Type, m meaning, s spot) op {
	if m == nullMeaning {
		return nullOp(t, c.compile(t.Field(0).Type, s))
	}
	if m == jsonMeaning {
		return c.raw(t, s)
	}
	if c.undeclared(s, t) {
		return nil
	}
	if s.rule.Keys != nil && !s.mapped {
		c.fail(s, fmt.Errorf("anonymize: keys= has no use: %s", t))
		return nil
	}
	l := c.leaf(s)
	if l == nil {
		return nil
	}
	if l.copies {
		return c.copied(t, s)
	}
	return c.supported(t, s, c.meaningOp(t, m, s, l))
}

func (c *compiler) meaningOp(t reflect.Type, m meaning, s spot, l *leaf) op {
	switch {
	case m == instantMeaning && l.t.instant != nil:
		return l.instantOp()
	case m == addrMeaning && l.t.addr != nil:
		return l.addrOp()
	case m == netIPMeaning && l.t.addr != nil:
		return l.netIPOp()
	case m == closedMeaning && l.is(MethodRedact):
		return zeroOp(t)
	case m == numberMeaning && (l.t.integer != nil || l.t.float != nil):
		return l.numberOp()
	case m == textMeaning && l.t.text != nil:
		if !c.back {
			if err := l.probe(t); err != nil {
				c.fail(s, err)
				return zeroOp(t) // so that it is reported once
			}
		}
		return l.encodedOp(t, c.copied(t, s))
	}
	return nil
}
