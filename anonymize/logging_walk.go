package anonymize

import (
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
)

const (
	maxLogParts  = 10_000  // shown one by one
	maxLogLooks  = 200_000 // looked at for tagged structs
	maxLogLevels = 100     // pointers, interfaces, structs, slices and maps
)

// logWalk makes one value fit to be shown.
type logWalk struct {
	redactor *Redactor
	left     int             // parts that may still be shown
	looks    int             // and looked at
	path     []reflect.Value // the pointers, maps and slices that the walk is in
}

// logGroup are the fields of a struct or a group, in order.
type logGroup []slog.Attr

// enter counts a part; false when there are too many, or v is in itself.
func (w *logWalk) enter(v reflect.Value, budget *int) bool {
	if *budget--; *budget < 0 || len(w.path) >= maxLogLevels {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		for _, outer := range w.path {
			if outer.Kind() == v.Kind() && outer.Type() == v.Type() && outer.Pointer() == v.Pointer() && (v.Kind() != reflect.Slice || outer.Len() == v.Len()) {
				return false
			}
		}
	}
	w.path = append(w.path, v)
	return true
}

func (w *logWalk) leave() { w.path = w.path[:len(w.path)-1] }

// slogValue returns the value as it may be shown, and whether it is another one.
func (w *logWalk) slogValue(v slog.Value) (slog.Value, bool) {
	redacted := slog.StringValue(redactedText)
	switch v.Kind() {
	case slog.KindLogValuer:
		if !w.enter(reflect.Value{}, &w.left) {
			return redacted, true
		}
		defer w.leave()
		out, _ := w.slogValue(v.Resolve()) // recovers; the text of its error has no data
		return out, true
	case slog.KindGroup:
		if !w.enter(reflect.Value{}, &w.left) {
			return redacted, true
		}
		defer w.leave()
		group := v.Group()
		var out []slog.Attr
		for i, a := range group {
			shown, changed := w.slogValue(a.Value)
			if changed && out == nil {
				out = append(make([]slog.Attr, 0, len(group)), group[:i]...)
			}
			if out != nil {
				out = append(out, slog.Attr{Key: a.Key, Value: shown})
			}
		}
		if out == nil {
			return v, false
		}
		return slog.GroupValue(out...), true
	case slog.KindAny:
		if v.Any() == nil {
			return v, false
		}
		held := reflect.ValueOf(v.Any())
		if w.redactor.reach(held.Type()) == logNever || !w.holds(held, false) {
			return v, false
		}
		return logShown(w.value(held, false)), true
	}
	return v, false
}

// logShown makes a value for slog of what [logWalk.value] returns.
func logShown(x any) slog.Value {
	if g, ok := x.(logGroup); ok {
		if len(g) == 0 { // slog leaves an empty group out
			return slog.StringValue(redactedText)
		}
		return slog.GroupValue(g...)
	}
	return slog.AnyValue(x)
}

// logPlain is logShown for what stands in a slice or a map, where slog knows no groups.
func logPlain(x any) any {
	var group []slog.Attr
	switch x := x.(type) {
	case logGroup:
		group = x
	case slog.Value:
		if x.Kind() != slog.KindGroup {
			return logPlain(x.Any())
		}
		group = x.Group()
	default:
		return x
	}
	if len(group) == 0 {
		return redactedText
	}
	out := make(map[string]any, len(group))
	for _, a := range group {
		out[a.Key] = logPlain(a.Value)
	}
	return out
}

// value returns what of v may be shown: its own value, a logGroup, a []any or a
// map[string]any. Within a tagged struct, what no tagged struct shows is closed.
func (w *logWalk) value(v reflect.Value, closed bool) any {
	if !v.IsValid() || !v.CanInterface() {
		return redactedText
	}
	if closed {
		if !w.holds(v, false) {
			return redactedText
		}
	} else if r := w.redactor.reach(v.Type()); v.Kind() == reflect.Interface && v.IsNil() || r == logNever || r == logMaybe && !w.holds(v, false) {
		return w.leaf(v)
	}
	if !w.enter(v, &w.left) {
		return redactedText
	}
	defer w.leave()
	if x, ok := w.resolve(v, closed); ok {
		return x
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return w.value(v.Elem(), closed)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return nil
		}
		out := make([]any, 0, min(v.Len(), max(w.left, 0)+1))
		for i := range v.Len() {
			if w.left <= 0 {
				return append(out, redactedText)
			}
			out = append(out, logPlain(w.value(v.Index(i), closed)))
		}
		return out
	case reflect.Map:
		return w.entries(v, closed, "")
	case reflect.Struct:
		s := w.redactor.structure(v.Type())
		if closed && !s.tagged {
			return redactedText
		}
		return w.fields(make(logGroup, 0, len(s.fields)), v, s)
	}
	return redactedText
}

// resolve treats the values that stand for another one.
func (w *logWalk) resolve(v reflect.Value, closed bool) (any, bool) {
	switch x := v.Interface().(type) {
	case reflect.Value: // fmt prints what it holds
		if v.Kind() == reflect.Interface {
			return nil, false
		}
		return w.value(x, closed), true
	case slog.Value:
		return w.resolved(x, closed), true
	case slog.Attr:
		return logGroup{{Key: x.Key, Value: logShown(w.resolved(x.Value, closed))}}, true
	case slog.LogValuer:
		if logNil(v) {
			return nil, true
		}
		if closed && !logPersons(reflect.TypeOf(x)) {
			return redactedText, true
		}
		return w.resolved(slog.AnyValue(x), closed), true
	}
	return nil, false
}

// logNil reports whether v is a nil pointer, or an interface that holds one.
func logNil(v reflect.Value) bool {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

func (w *logWalk) resolved(v slog.Value, closed bool) any {
	v, changed := w.slogValue(v)
	if closed && !changed {
		return redactedText
	}
	return v
}

// fields appends what a struct shows.
func (w *logWalk) fields(out logGroup, v reflect.Value, s *logStruct) logGroup {
	for _, f := range s.fields {
		at := v.Field(f.index)
		var x any = redactedText
		switch {
		case w.left <= 0:
		case f.action == logInline:
			if at.Kind() == reflect.Pointer {
				if at.IsNil() {
					continue
				}
				at = at.Elem()
			}
			if w.enter(at, &w.left) {
				out = w.fields(out, at, w.redactor.structure(at.Type()))
				w.leave()
			}
			continue
		case f.action != logRedact && f.keys != "" && at.Kind() == reflect.Map:
			if w.enter(at, &w.left) {
				x = w.entries(at, f.action == logEnter, f.keys)
				w.leave()
			}
		case f.action != logRedact && f.keys != "" && f.keys != MethodKeep: // maps behind something else
		case f.action != logRedact:
			x = w.value(at, f.action == logEnter)
		}
		out = append(out, slog.Attr{Key: f.name, Value: logShown(x)})
	}
	return out
}

// entries returns what a map shows; keys is the method declared for its keys, "" for none.
func (w *logWalk) entries(v reflect.Value, closed bool, keys Method) any {
	if v.IsNil() {
		return nil
	}
	// Keys beside persons are mostly their references or addresses; beside values of
	// any type they are names.
	hidden := keys != MethodKeep && (keys != "" || closed || w.redactor.reach(v.Type().Key()) == logAlways || logPersons(v.Type().Elem()))
	out := make(map[string]any, min(v.Len(), max(w.left, 0)+1))
	for it := v.MapRange(); it.Next(); {
		if w.left <= 0 {
			out["..."] = redactedText
			break
		}
		name := redactedText
		if key := it.Key(); !hidden && !w.holds(key, false) {
			name = logKey(key)
		}
		if _, taken := out[name]; taken {
			// In the order of iteration, which is random: a sorted one would tell about the keys.
			name = redactedText[:len(redactedText)-1] + " " + strconv.Itoa(len(out)+1) + "]"
		}
		out[name] = logPlain(w.value(it.Value(), closed))
	}
	return out
}

// logPersons reports whether the elements of a map are tagged structs.
func logPersons(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && logTagged(t, nil)
}

func logKey(key reflect.Value) string {
	if key.Kind() == reflect.String {
		return key.String()
	}
	return fmt.Sprint(key.Interface())
}

// leaf returns a value that holds no tagged struct. A pointer to a plain value
// gives the value, what can't be encoded its type.
func (w *logWalk) leaf(v reflect.Value) any {
	if x, ok := v.Interface().(slog.LogValuer); ok && !logNil(v) {
		return w.resolved(slog.AnyValue(x), false) // which may give one that does
	}
	for range maxLogLevels {
		switch v.Kind() {
		case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
			return v.Type().String()
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return nil
			}
			if e := v.Elem(); v.Kind() == reflect.Interface || e.Kind() < reflect.Array || e.Kind() == reflect.String || e.Kind() == reflect.Pointer {
				v = e
				continue
			}
		}
		break
	}
	return v.Interface()
}

// holds reports whether a tagged struct is in v. Hidden is what lies behind a field
// that is not exported: there pointers are followed in errors alone, which do not
// change, while what else is there may be in use by others. When it can't look further it says yes.
func (w *logWalk) holds(v reflect.Value, hidden bool) bool {
	switch w.redactor.reach(v.Type()) {
	case logNever:
		return false
	case logAlways:
		return true
	}
	if v.Kind() == reflect.Pointer && hidden && !v.Type().Implements(reflect.TypeFor[error]()) {
		return false
	}
	if (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		return false
	}
	if !w.enter(v, &w.looks) {
		return true
	}
	defer w.leave()
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return w.holds(v.Elem(), hidden)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if w.holds(v.Index(i), hidden) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if w.holds(it.Key(), hidden) || w.holds(it.Value(), hidden) {
				return true
			}
		}
	case reflect.Struct:
		return w.structHolds(v, hidden)
	}
	return false
}

func (w *logWalk) structHolds(v reflect.Value, hidden bool) bool {
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case reflect.Value:
			return x.IsValid() && (!x.CanInterface() || w.holds(x, hidden))
		case slog.Value:
			_, changed := w.slogValue(x)
			return changed
		}
	} else if v.Type() == reflect.TypeFor[reflect.Value]() {
		return true
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if w.holds(v.Field(i), hidden || !f.IsExported() && !f.Anonymous) {
			return true
		}
	}
	return false
}
