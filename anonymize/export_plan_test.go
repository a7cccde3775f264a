package anonymize

import (
	"errors"
	"reflect"
)

// CompileType makes the plan of a type that a test has put together, and returns its error.
func CompileType(t reflect.Type, set Setting) error {
	c := newCompiler(&set, nil)
	c.compile(t, spot{})
	return errors.Join(c.errs...)
}
