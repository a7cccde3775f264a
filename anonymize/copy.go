package anonymize

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"time"
)

// copyOp returns the op that makes the copy of a value that is kept share nothing
// with it that could be changed; nil when there is nothing to do. Types with what
// can't be copied, functions, channels and locks, are an error.
func copyOp(t reflect.Type) (op, error) { return copier{}.of(t) }

// copier holds the ops of the types with a name that it has met, so that a type that
// holds itself is made once.
type copier map[reflect.Type]*op

// immutable are types that share what never changes.
func immutable(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[*time.Location](),
		reflect.TypeFor[netip.Addr](), reflect.TypeFor[netip.AddrPort](), reflect.TypeFor[netip.Prefix]():
		return true
	}
	return t.PkgPath() == "unique"
}

func (c copier) of(t reflect.Type) (op, error) {
	if immutable(t) {
		return nil, nil
	}
	if made, ok := c[t]; ok {
		return func(p *pass, at place) error {
			if *made == nil {
				return nil
			}
			return (*made)(p, at)
		}, nil
	}
	made := new(op)
	if t.Name() != "" { // only those can hold themselves
		c[t] = made
	}
	var err error
	*made, err = c.make(t)
	return *made, err
}

func (c copier) make(t reflect.Type) (op, error) {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return nil, fmt.Errorf("%w: a %s can't be copied", Unsupported, t.Kind())
	case reflect.Struct:
		return c.structure(t)
	case reflect.Pointer:
		inner, err := c.of(t.Elem())
		return pointerOp(t, inner, spot{}), err
	case reflect.Slice:
		inner, err := c.of(t.Elem())
		return sliceOp(t, inner, spot{}), err
	case reflect.Array:
		inner, err := c.of(t.Elem())
		return arrayOp(t, inner), err
	case reflect.Map:
		return c.mapping(t)
	case reflect.Interface:
		return func(p *pass, at place) error {
			v := at.value(t)
			if v.IsNil() {
				return nil
			}
			made, err := copied(p, v.Elem())
			if err == nil {
				v.Set(made)
			}
			return err
		}, nil
	}
	return nil, nil
}

func (c copier) structure(t reflect.Type) (op, error) {
	if t.PkgPath() == "sync" || t.PkgPath() == "sync/atomic" {
		return nil, fmt.Errorf("%w: a %s can't be copied", Unsupported, t)
	}
	var steps []step
	for f := range t.Fields() {
		inner, err := c.of(f.Type)
		if err != nil {
			return nil, err
		}
		if inner != nil {
			steps = append(steps, step{offset: f.Offset, op: inner})
		}
	}
	if len(steps) == 0 {
		return nil, nil
	}
	return func(p *pass, at place) error { return runSteps(steps, p, at) }, nil
}

func (c copier) mapping(t reflect.Type) (op, error) {
	if !plainKey(t.Key()) {
		return nil, fmt.Errorf("%w: keys of type %s can't be copied", Unsupported, t.Key())
	}
	inner, err := c.of(t.Elem())
	if err != nil {
		return nil, err
	}
	return (&mapOp{t: t, value: inner}).run, nil
}

// plainKey reports whether a copy of a key is that key again: it refers to nothing
// by address.
func plainKey(t reflect.Type) bool {
	if immutable(t) {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer, reflect.Interface:
		return false
	case reflect.Array:
		return plainKey(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if !plainKey(f.Type) {
				return false
			}
		}
	}
	return true
}

// copied copies a value whose type was not known before. Its error is a [Reason].
func copied(p *pass, v reflect.Value) (reflect.Value, error) {
	copier, err := copyOp(v.Type())
	if err != nil {
		return reflect.Value{}, Unsupported
	}
	made := reflect.New(v.Type())
	made.Elem().Set(v)
	if copier == nil {
		return made.Elem(), nil
	}
	if err := p.enter(); err != nil {
		return reflect.Value{}, err
	}
	if err := copier(p, placeOfNew(made)); err != nil {
		return reflect.Value{}, reasonOf(err)
	}
	p.leave()
	return made.Elem(), nil
}

// copiedTree copies what is decoded from JSON, and anything else as copied does.
func copiedTree(p *pass, v any) (any, error) {
	switch v := v.(type) {
	case nil, object, string, json.Number, bool, float64:
		return v, nil
	case json.RawMessage:
		return slices.Clone(v), nil
	case []any:
		if v == nil {
			return v, nil
		}
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer p.leave()
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = copiedTree(p, v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		if v == nil {
			return v, nil
		}
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer p.leave()
		out := make(map[string]any, len(v))
		for k, item := range v {
			var err error
			if out[k], err = copiedTree(p, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	made, err := copied(p, reflect.ValueOf(v))
	if err != nil {
		return nil, err
	}
	return made.Interface(), nil
}
