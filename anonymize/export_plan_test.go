package anonymize

import (
	"context"
	"errors"
	"reflect"
)

// CompileType makes the plan of a type that a test has put together, and returns its error.
func CompileType(t reflect.Type, set Setting) error {
	_, err := compileType(t, set)
	return err
}

func compileType(t reflect.Type, set Setting) (op, error) {
	c := newCompiler(&set, nil)
	o := c.compile(t, spot{})
	return o, errors.Join(c.errs...)
}

// ApplyType is Apply for such a type; record is of it.
func ApplyType(ctx context.Context, set Setting, record reflect.Value) (made any, compileErr, applyErr error) {
	o, err := compileType(record.Type(), set)
	if err != nil {
		return nil, err, nil
	}
	out := reflect.New(record.Type())
	out.Elem().Set(record)
	p := &pass{scope: scope{ctx: ctx}}
	if o != nil {
		if err := o(p, placeOfNew(out)); err != nil {
			return nil, nil, err
		}
	}
	p.flush()
	return out.Elem().Interface(), nil, nil
}
