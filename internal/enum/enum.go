// Package enum holds the shared behaviour of the closed string enums of this
// module: what their generated methods (see internal/enumgen) call.
//
// An enum is a `type X string` whose zero value "" means "not stated". Text
// outside the list is an error, never a default; the error names the type and
// the accepted values but not the text, which may be personal data that slipped
// into the wrong column.
package enum

import (
	"fmt"
	"strings"
)

// Enum is a closed string enum with generated methods.
type Enum interface {
	~string
	// Values lists the accepted texts in declaration order, without the zero value.
	Values() []string
	// Valid reports whether the value is one of Values; the zero value is not.
	Valid() bool
}

// Parse reads text as an E; "" is the zero value. Matching is exact. On error
// the zero value is returned.
func Parse[E Enum](name, text string) (E, error) {
	e := E(text)
	if text == "" || e.Valid() {
		return e, nil
	}
	return "", Unknown[E](name)
}

// Unknown is the error for text that is no value of E.
func Unknown[E Enum](name string) error {
	var zero E
	return fmt.Errorf("%s: unknown value, want one of %s", name, strings.Join(zero.Values(), ", "))
}

// Scan reads a database value: NULL and "" are the zero value.
func Scan[E Enum](name string, src any) (E, error) {
	switch src := src.(type) {
	case nil:
		return "", nil
	case string:
		return Parse[E](name, src)
	case []byte:
		return Parse[E](name, string(src))
	}
	return "", fmt.Errorf("%s: cannot scan %T", name, src)
}

// Append appends e to b, or fails when e is neither zero nor one of its values.
func Append[E Enum](name string, b []byte, e E) ([]byte, error) {
	if e != "" && !e.Valid() {
		return nil, Unknown[E](name)
	}
	return append(b, e...), nil
}
