package anonymize

import "reflect"

// pointer follows a pointer to a value of its own.
func (c *compiler) pointer(t reflect.Type, s spot) op {
	return pointerOp(t, c.compile(t.Elem(), s), s)
}

func pointerOp(t reflect.Type, inner op, s spot) op {
	elem := t.Elem()
	return func(p *pass, at place) error {
		if at.target().isNil() {
			return nil
		}
		made := reflect.New(elem)
		made.Elem().Set(at.target().value(elem))
		if inner != nil {
			if err := p.enter(); err != nil {
				return fieldError(s.name(), s.method(), err)
			}
			if err := inner(p, placeOfNew(made)); err != nil {
				return err
			}
			p.leave()
		}
		at.value(t).Set(made.Convert(t))
		return nil
	}
}

// slice treats each element of a slice of its own; nil stays nil and empty empty.
func (c *compiler) slice(t reflect.Type, s spot) op {
	return sliceOp(t, c.compile(t.Elem(), s), s)
}

func sliceOp(t reflect.Type, inner op, s spot) op {
	size := t.Elem().Size()
	return func(p *pass, at place) error {
		v := at.value(t)
		if v.IsNil() {
			return nil
		}
		n := v.Len()
		made := reflect.MakeSlice(t, n, n)
		reflect.Copy(made, v)
		v.Set(made)
		if inner == nil {
			return nil
		}
		if err := p.enter(); err != nil {
			return fieldError(s.name(), s.method(), err)
		}
		first := place{made.UnsafePointer()}
		for i := range n {
			if err := inner(p, first.field(uintptr(i)*size)); err != nil {
				return err
			}
		}
		p.leave()
		return nil
	}
}

func (c *compiler) array(t reflect.Type, s spot) op {
	return arrayOp(t, c.compile(t.Elem(), s))
}

func arrayOp(t reflect.Type, inner op) op {
	if inner == nil {
		return nil
	}
	n, size := t.Len(), t.Elem().Size()
	return func(p *pass, at place) error {
		for i := range n {
			if err := inner(p, at.field(uintptr(i)*size)); err != nil {
				return err
			}
		}
		return nil
	}
}
