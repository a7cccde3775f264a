package basis

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// walker finds the fields of a struct or map and the purpose tags on them.
//
// Structs are walked by type, so that a nil pointer hides nothing; what only a
// value has (the keys of a map, what an interface holds) is walked by value.
type walker struct {
	leaves []leaf
	tags   []tagged
	errs   []error
	types  []reflect.Type // the structs that the walk is in
	values []uintptr      // the maps and slices that the walk is in
}

// leaf is a field that holds a value rather than further fields.
type leaf struct {
	field Field
	empty bool // nil, or a container of nothing: what fields it has is not known
}

// tagged is a field with a purpose tag of its own.
type tagged struct {
	field       Field
	declaration Declaration
}

const (
	maxLevels = 32     // records within records
	maxFields = 10_000 // of one model, records within it included
)

// walk returns what it finds in model: a struct, a map with string keys, or a
// pointer to one. Anything else is an error.
func walk(model any) (*walker, error) {
	v := reflect.ValueOf(model)
	if !v.IsValid() {
		return nil, errors.New("basis: nil has no fields: want a struct or a map with string keys")
	}
	t, v := target(v.Type(), v)
	record := t.Kind() == reflect.Struct && !opaque(t)
	if !record && !keyed(t) {
		return nil, fmt.Errorf("basis: %s has no fields: want a struct or a map with string keys", t)
	}
	w := &walker{}
	if record {
		w.fields("", t, v, 0, nil) // also when it encodes itself
	} else {
		w.entries("", t, v, 0)
	}
	if len(w.leaves) >= maxFields {
		return nil, fmt.Errorf("basis: %s has %d fields or more: tag the associations that are no part of it with %q", t, maxFields, "-")
	}
	slices.SortFunc(w.leaves, func(a, b leaf) int {
		if c := strings.Compare(string(a.field), string(b.field)); c != 0 || a.empty == b.empty {
			return c
		}
		if a.empty {
			return 1
		}
		return -1
	})
	// The elements of a list repeat fields; one that is not empty stands for all.
	w.leaves = slices.CompactFunc(w.leaves, func(a, b leaf) bool { return a.field == b.field })
	return w, nil
}

// target follows pointers, from a type and its value, which may be none.
func target(t reflect.Type, v reflect.Value) (reflect.Type, reflect.Value) {
	for range maxLevels {
		if t.Kind() != reflect.Pointer {
			break
		}
		t, v = t.Elem(), indirect(v)
	}
	return t, v
}

// indirect is v.Elem, and no value for nil or no value.
func indirect(v reflect.Value) reflect.Value {
	if !v.IsValid() || v.IsNil() {
		return reflect.Value{}
	}
	return v.Elem()
}

func keyed(t reflect.Type) bool { return t.Kind() == reflect.Map && t.Key().Kind() == reflect.String }

// scalar reports whether values of t are one value to the outside, whatever
// they look like within: time.Time, sql.NullString, big.Int. A struct with purpose
// tags is not, whatever its methods.
func scalar(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	p := reflect.PointerTo(t)
	if !p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) &&
		!p.Implements(reflect.TypeFor[driver.Valuer]()) &&
		!p.Implements(reflect.TypeFor[json.Marshaler]()) {
		return false
	}
	if t.Kind() == reflect.Struct {
		for f := range t.Fields() {
			if _, ok := f.Tag.Lookup(tagKey); ok {
				return false
			}
		}
	}
	return true
}

// visit walks the value v of type t, at a path and so many levels down; v may be
// no value.
func (w *walker) visit(at Field, t reflect.Type, v reflect.Value, level int) {
	t, v = target(t, v)
	switch {
	case len(w.leaves) >= maxFields:
	case level > maxLevels || scalar(t):
		w.leaf(at, false)
	case t.Kind() == reflect.Interface:
		if v = indirect(v); v.IsValid() {
			w.visit(at, v.Type(), v, level+1)
		} else {
			w.leaf(at, true)
		}
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		w.list(at, t, v, level)
	case keyed(t):
		w.entries(at, t, v, level)
	case t.Kind() == reflect.Struct && !opaque(t):
		w.fields(at, t, v, level, nil)
	default:
		w.leaf(at, false)
	}
}

func (w *walker) leaf(at Field, empty bool) {
	if at != "" {
		w.leaves = append(w.leaves, leaf{at, empty})
	}
}

// opaque reports whether nothing of the struct is exported.
func opaque(t reflect.Type) bool {
	for f := range t.Fields() {
		if f.IsExported() || f.Anonymous {
			return false
		}
	}
	return true
}

func (w *walker) list(at Field, t reflect.Type, v reflect.Value, level int) {
	if !v.IsValid() || v.Len() == 0 || !dynamic(t.Elem(), nil) {
		if e, _ := target(t.Elem(), reflect.Value{}); e.Kind() == reflect.Interface || keyed(e) {
			w.leaf(at, true)
			return
		}
		w.visit(at, t.Elem(), reflect.Value{}, level+1)
		return
	}
	leave, ok := w.enter(at, v)
	if !ok {
		return
	}
	defer leave()
	for i := range v.Len() {
		w.visit(at, t.Elem(), v.Index(i), level+1)
	}
}

// dynamic reports whether values of t may have fields that the type does not show.
func dynamic(t reflect.Type, in []reflect.Type) bool {
	if scalar(t) || slices.Contains(in, t) {
		return false
	}
	in = append(in, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Map:
		return keyed(t)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return dynamic(t.Elem(), in)
	case reflect.Struct:
		for f := range t.Fields() {
			if dynamic(f.Type, in) {
				return true
			}
		}
	}
	return false
}

// enter notes that the walk is in the map or slice v, unless it was already: a
// value that holds itself ends there.
func (w *walker) enter(at Field, v reflect.Value) (leave func(), ok bool) {
	if v.Kind() == reflect.Array {
		return func() {}, true
	}
	if slices.Contains(w.values, v.Pointer()) {
		w.leaf(at, false)
		return nil, false
	}
	w.values = append(w.values, v.Pointer())
	return func() { w.values = w.values[:len(w.values)-1] }, true
}

func (w *walker) entries(at Field, t reflect.Type, v reflect.Value, level int) {
	if !v.IsValid() || v.Len() == 0 {
		w.leaf(at, true)
		return
	}
	leave, ok := w.enter(at, v)
	if !ok {
		return
	}
	defer leave()
	for it := v.MapRange(); it.Next(); {
		w.visit(FieldOf(it.Key().String()).in(at), t.Elem(), it.Value(), level+1)
	}
}

// fields walks a struct; cover is the declaration on an embedding of it, for its
// fields without one.
func (w *walker) fields(at Field, t reflect.Type, v reflect.Value, level int, cover *Declaration) {
	if slices.Contains(w.types, t) {
		// A type within itself ends here; a tag on this field covers the rest.
		w.leaf(at, false)
		return
	}
	w.types = append(w.types, t)
	defer func() { w.types = w.types[:len(w.types)-1] }()
	for i := range t.NumField() {
		f := t.Field(i)
		d := w.declaration(t, f, cover)
		name, named := jsonName(f)
		var value reflect.Value
		if v.IsValid() {
			value = v.Field(i)
		}
		inner, value := target(f.Type, value)
		if f.Anonymous && !named && inner.Kind() == reflect.Struct && !scalar(inner) {
			if !slices.Contains(w.types, inner) {
				w.fields(at, inner, value, level+1, d)
			}
			continue
		}
		if !f.IsExported() {
			continue
		}
		path := name.in(at)
		if d != nil {
			w.tags = append(w.tags, tagged{path, *d})
		}
		if d != nil && d.None {
			w.leaf(path, false) // nothing in it is personal data
			continue
		}
		w.visit(path, inner, value, level+1)
	}
}

// declaration returns what the tag of a field declares, or cover without a tag.
func (w *walker) declaration(t reflect.Type, f reflect.StructField, cover *Declaration) *Declaration {
	tag, ok := f.Tag.Lookup(tagKey)
	if !ok {
		return cover
	}
	d, err := ParseDeclaration(tag)
	if err == nil && !f.IsExported() && !f.Anonymous {
		err = errors.New("basis: a purpose tag has no use on a field that is not exported")
	}
	if err != nil {
		w.errs = append(w.errs, fmt.Errorf("%w (field %s of %s)", err, f.Name, t))
		return nil
	}
	return &d
}

// jsonName returns the canonical name of a struct field, and whether its json tag gives it.
func jsonName(f reflect.StructField) (Field, bool) {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if tag != "" && tag != "-" {
		return FieldOf(tag), true
	}
	return FieldOf(f.Name), false
}
