// Package model finds the fields of a record, a struct or a map as decoders return
// it, and the tags on them. Every room that reads a struct tag walks the model with
// it, so that all of them name the same fields.
package model

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Tag is a struct tag that declares a D.
type Tag[D any] struct {
	// Package begins error texts, Key is the tag's.
	Package, Key string
	// Parse reads the value of the tag.
	Parse func(string) (D, error)
	// None reports whether d says that nothing in the field is personal data, so
	// that what it holds is not walked.
	None func(d D) bool
}

// Walked is what a walk found. Names of fields are canonical, see [Canonical].
type Walked[D any] struct {
	// Leaves are sorted by field, each named once.
	Leaves []Leaf
	// Tags are the fields with a tag of their own, or under the tag on an embedding, in the order of the struct.
	Tags []Tagged[D]
	// Errors are of malformed tags.
	Errors []error
}

// Leaf is a field that holds a value rather than further fields.
type Leaf struct {
	Field string
	Empty bool // nil, or a container of nothing: what fields it has is not known
}

// Tagged is a field with a declaration.
type Tagged[D any] struct {
	Field       string
	Declaration D
}

// walker walks.
//
// Structs are walked by type, so that a nil pointer hides nothing; what only a
// value has (the keys of a map, what an interface holds) is walked by value.
type walker[D any] struct {
	Walked[D]
	tag    Tag[D]
	types  []reflect.Type // the structs that the walk is in
	values []uintptr      // the maps and slices that the walk is in
}

const (
	maxLevels = 32     // records within records
	maxFields = 10_000 // of one model, records within it included
)

// Walk returns what it finds in record: a struct, a map with string keys, or a
// pointer to one. Anything else is an error.
func Walk[D any](record any, tag Tag[D]) (*Walked[D], error) {
	v := reflect.ValueOf(record)
	if !v.IsValid() {
		return nil, fmt.Errorf("%s: nil has no fields: want a struct or a map with string keys", tag.Package)
	}
	t, v := target(v.Type(), v)
	isStruct := t.Kind() == reflect.Struct && !opaque(t)
	if !isStruct && !keyed(t) {
		return nil, fmt.Errorf("%s: %s has no fields: want a struct or a map with string keys", tag.Package, t)
	}
	w := &walker[D]{tag: tag}
	if isStruct {
		w.fields("", t, v, 0, nil) // also when it encodes itself
	} else {
		w.entries("", t, v, 0)
	}
	if len(w.Leaves) >= maxFields {
		return nil, fmt.Errorf("%s: %s has %d fields or more: tag the associations that are no part of it with %q", tag.Package, t, maxFields, "-")
	}
	slices.SortFunc(w.Leaves, func(a, b Leaf) int {
		if c := strings.Compare(a.Field, b.Field); c != 0 || a.Empty == b.Empty {
			return c
		}
		if a.Empty {
			return 1
		}
		return -1
	})
	// The elements of a list repeat fields; one that is not empty stands for all.
	w.Leaves = slices.CompactFunc(w.Leaves, func(a, b Leaf) bool { return a.Field == b.Field })
	return &w.Walked, nil
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
// they look like within: time.Time, sql.NullString, big.Int. A struct with tags of
// that key is not, whatever its methods.
func scalar(t reflect.Type, key string) bool {
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
			if _, ok := f.Tag.Lookup(key); ok {
				return false
			}
		}
	}
	return true
}

// visit walks the value v of type t, at a path and so many levels down; v may be
// no value.
func (w *walker[D]) visit(at string, t reflect.Type, v reflect.Value, level int) {
	t, v = target(t, v)
	switch {
	case len(w.Leaves) >= maxFields:
	case level > maxLevels || scalar(t, w.tag.Key):
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

func (w *walker[D]) leaf(at string, empty bool) {
	if at != "" {
		w.Leaves = append(w.Leaves, Leaf{at, empty})
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

func (w *walker[D]) list(at string, t reflect.Type, v reflect.Value, level int) {
	if !v.IsValid() || v.Len() == 0 || !dynamic(t.Elem(), w.tag.Key, nil) {
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
func dynamic(t reflect.Type, key string, in []reflect.Type) bool {
	if scalar(t, key) || slices.Contains(in, t) {
		return false
	}
	in = append(in, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Map:
		return keyed(t)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return dynamic(t.Elem(), key, in)
	case reflect.Struct:
		for f := range t.Fields() {
			if dynamic(f.Type, key, in) {
				return true
			}
		}
	}
	return false
}

// enter notes that the walk is in the map or slice v, unless it was already: a
// value that holds itself ends there.
func (w *walker[D]) enter(at string, v reflect.Value) (leave func(), ok bool) {
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

func (w *walker[D]) entries(at string, t reflect.Type, v reflect.Value, level int) {
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
		w.visit(In(at, Canonical(it.Key().String())), t.Elem(), it.Value(), level+1)
	}
}

// fields walks a struct; cover is the declaration on an embedding of it, for its
// fields without one.
func (w *walker[D]) fields(at string, t reflect.Type, v reflect.Value, level int, cover *D) {
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
		name, _ := FieldName(f)
		var value reflect.Value
		if v.IsValid() {
			value = v.Field(i)
		}
		inner, value := target(f.Type, value)
		if Embeds(f, w.tag.Key) {
			if !slices.Contains(w.types, inner) {
				w.fields(at, inner, value, level+1, d)
			}
			continue
		}
		if !f.IsExported() {
			continue
		}
		path := In(at, name)
		if d != nil {
			w.Tags = append(w.Tags, Tagged[D]{path, *d})
		}
		if d != nil && w.tag.None(*d) {
			w.leaf(path, false) // nothing in it is personal data
			continue
		}
		w.visit(path, inner, value, level+1)
	}
}

// declaration returns what the tag of a field declares, or cover without a tag.
func (w *walker[D]) declaration(t reflect.Type, f reflect.StructField, cover *D) *D {
	tag, ok := f.Tag.Lookup(w.tag.Key)
	if !ok {
		return cover
	}
	d, err := w.tag.Parse(tag)
	if err == nil && !f.IsExported() && !f.Anonymous {
		err = fmt.Errorf("%s: a %s tag has no use on a field that is not exported", w.tag.Package, w.tag.Key)
	}
	if err != nil {
		w.Errors = append(w.Errors, fmt.Errorf("%w (field %s of %s)", err, f.Name, t))
		return nil
	}
	return &d
}

// Embeds reports whether the fields of what f embeds, a struct or a pointer to one,
// are fields of the struct that f is in; key is that of the tag, see [Tag].
func Embeds(f reflect.StructField, key string) bool {
	if !f.Anonymous {
		return false
	}
	_, named := FieldName(f)
	inner, _ := target(f.Type, reflect.Value{})
	return !named && inner.Kind() == reflect.Struct && !scalar(inner, key)
}

// FieldName returns the canonical name of a struct field, and whether its json tag gives it.
func FieldName(f reflect.StructField) (string, bool) {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if tag != "" && tag != "-" {
		return Canonical(tag), true
	}
	return Canonical(f.Name), false
}

// StructOf returns the struct type of record, also through pointers, or nil.
func StructOf(record any) reflect.Type {
	if record == nil {
		return nil
	}
	if t, _ := target(reflect.TypeOf(record), reflect.Value{}); t.Kind() == reflect.Struct {
		return t
	}
	return nil
}
