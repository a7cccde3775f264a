package anonymize

import (
	"log/slog"
	"reflect"
	"slices"
	"strings"
)

// logReach says whether a tagged struct can be in a value, as its type shows.
type logReach uint8

const (
	logNever  logReach = iota
	logMaybe           // in an interface
	logAlways          // unless a pointer is nil or a slice empty
)

// reach returns that of the type. It looks through fields that are not exported
// too: fmt prints them, and methods of the type may.
func (r *Redactor) reach(t reflect.Type) logReach {
	if known, ok := r.reaches.Load(t); ok {
		return known.(logReach)
	}
	got := logReachOf(t, map[reflect.Type]bool{})
	r.reaches.Store(t, got)
	return got
}

func logReachOf(t reflect.Type, seen map[reflect.Type]bool) (found logReach) {
	if seen[t] {
		return logNever // what it holds counts where it was first
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return logMaybe
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return logReachOf(t.Elem(), seen)
	case reflect.Map:
		return max(logReachOf(t.Key(), seen), logReachOf(t.Elem(), seen))
	case reflect.Struct:
		if logTagged(t, nil) {
			return logAlways
		}
		if t == reflect.TypeFor[reflect.Value]() || t == reflect.TypeFor[slog.Value]() {
			return logMaybe
		}
		for f := range t.Fields() {
			found = max(found, logReachOf(f.Type, seen))
		}
	}
	return found
}

// logTagged reports whether the struct has the tag on a field, or embeds a struct that has.
func logTagged(t reflect.Type, within []reflect.Type) bool {
	if slices.Contains(within, t) {
		return false
	}
	for f := range t.Fields() {
		if _, ok := f.Tag.Lookup(tagKey); ok {
			return true
		}
		if inner, ok := logEmbedded(f); ok && logTagged(inner, append(within, t)) {
			return true
		}
	}
	return false
}

// logEmbedded returns the struct that the field embeds, if it does.
func logEmbedded(f reflect.StructField) (reflect.Type, bool) {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t, f.Anonymous && t.Kind() == reflect.Struct
}

// logStruct says what becomes of the fields of a struct.
type logStruct struct {
	tagged bool
	fields []logField
}

type logField struct {
	index  int
	name   string
	action logAction
	keys   Method // of the rule for the keys of a map, "" for none
}

type logAction uint8

const (
	logRedact logAction = iota
	logShow             // the value, without what is tagged in it
	logEnter            // nothing but what tagged structs in it show
	logInline           // the fields of an embedded struct stand with the others
)

func (r *Redactor) structure(t reflect.Type) *logStruct {
	if known, ok := r.structs.Load(t); ok {
		return known.(*logStruct)
	}
	s := &logStruct{tagged: logTagged(t, nil)}
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" {
			if shown, ok := s.field(i, f); ok {
				s.fields = append(s.fields, shown)
			}
		}
	}
	r.structs.Store(t, s)
	return s
}

// field returns what becomes of the i-th field; false when nothing of it is shown, its name included.
func (s *logStruct) field(i int, f reflect.StructField) (logField, bool) {
	out := logField{index: i, name: f.Name}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if f.Tag.Get("json") == "-" {
		return out, false
	}
	if name != "" {
		out.name = name
	}
	inner, embeds := logEmbedded(f)
	if !f.IsExported() && !embeds {
		return out, false
	}
	tag, declared := f.Tag.Lookup(tagKey)
	if declared {
		rule, err := ParseRule(tag)
		if rule.Keys != nil {
			out.keys = rule.Keys.Method
		}
		switch {
		case err != nil:
			return out, f.IsExported()
		case rule.Method == MethodKeep:
			out.action = logShow
		case rule.Method == MethodWalk:
			out.action = logEnter
		default:
			return out, f.IsExported()
		}
	} else if s.tagged {
		out.action = logEnter
	} else {
		out.action = logShow
	}
	// What is in a struct that is not exported can only be shown field by field.
	if embeds && (name == "" || !f.IsExported()) {
		if out.action == logEnter && !logTagged(inner, nil) {
			out.action = logRedact
			return out, f.IsExported()
		}
		out.action = logInline
	}
	return out, true
}
