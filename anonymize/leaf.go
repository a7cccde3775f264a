package anonymize

import (
	"math"
	"net/netip"
	"reflect"
	"time"
)

// leaf is a rule made ready for one path, in one direction.
type leaf struct {
	path string
	rule Rule
	t    *treatment
	// copies: there is nothing to reverse, the value stays as it is.
	copies bool
}

func (l *leaf) fail(err error) error { return fieldError(l.path, l.rule.Method, err) }

func (l *leaf) is(m Method) bool { return l.rule.Method == m }

// empty decides about an empty value: whether it is left as it is.
func (l *leaf) empty() (left bool, err error) {
	switch l.rule.Empty {
	case EmptyTreated:
		return false, nil
	case EmptyRefused:
		return false, l.fail(EmptyValue)
	}
	return true, nil
}

// named reports whether the treatment may know whom the record is about, if it must.
func (l *leaf) named(p *pass) error {
	if l.t.needsSubject && (!p.hasSubject || p.subject == "") {
		return l.fail(NoSubject)
	}
	return nil
}

// appendText treats in, which may be empty, and appends the result to p.buf.
func (l *leaf) appendText(p *pass, in string) error {
	if err := l.named(p); err != nil {
		return err
	}
	start := len(p.buf)
	out, err := l.t.text(&p.scope, p.buf, in)
	if err != nil {
		p.buf = p.buf[:start]
		return l.fail(err)
	}
	p.buf = out
	return nil
}

// treatText returns the treated text as a string of its own.
func (l *leaf) treatText(p *pass, in string) (string, error) {
	if in == "" {
		if left, err := l.empty(); left || err != nil {
			return "", err
		}
	}
	start := len(p.buf)
	if err := l.appendText(p, in); err != nil {
		return "", err
	}
	out := string(p.buf[start:])
	p.buf = p.buf[:start]
	return out, nil
}

func (l *leaf) treatInteger(p *pass, in int64) (int64, error) {
	if err := l.named(p); err != nil {
		return 0, err
	}
	out, err := l.t.integer(&p.scope, in)
	if err != nil {
		return 0, l.fail(err)
	}
	return out, nil
}

func (l *leaf) treatFloat(p *pass, in float64) (float64, error) {
	if err := l.named(p); err != nil {
		return 0, err
	}
	out, err := l.t.float(&p.scope, in)
	if err != nil {
		return 0, l.fail(err)
	}
	return out, nil
}

func (l *leaf) treatInstant(p *pass, in time.Time) (time.Time, error) {
	if in.IsZero() {
		if left, err := l.empty(); left || err != nil {
			return in, err
		}
	}
	if err := l.named(p); err != nil {
		return time.Time{}, err
	}
	out, err := l.t.instant(&p.scope, in.Round(0))
	if err != nil {
		return time.Time{}, l.fail(err)
	}
	return out.Round(0), nil
}

func (l *leaf) treatAddr(p *pass, in netip.Addr) (netip.Addr, error) {
	if !in.IsValid() {
		if left, err := l.empty(); left || err != nil {
			return in, err
		}
	}
	if err := l.named(p); err != nil {
		return netip.Addr{}, err
	}
	out, err := l.t.addr(&p.scope, in)
	if err != nil {
		return netip.Addr{}, l.fail(err)
	}
	return out, nil
}

// textOp treats strings of any name; see also runSteps.
func (l *leaf) textOp() op {
	return func(p *pass, at place) error {
		into := at.text()
		if *into == "" {
			if left, err := l.empty(); left || err != nil {
				return err
			}
		}
		start := len(p.buf)
		if err := l.appendText(p, *into); err != nil {
			return err
		}
		if p.direct > 0 {
			*into = string(p.buf[start:])
			p.buf = p.buf[:start]
			return nil
		}
		p.cuts = append(p.cuts, cut{into, len(p.buf)})
		return nil
	}
}

// octetsOp treats slices of bytes as text; nil stays nil.
func (l *leaf) octetsOp() op {
	return func(p *pass, at place) error {
		into := at.octets()
		if *into == nil {
			return nil
		}
		if len(*into) == 0 {
			left, err := l.empty()
			if left {
				*into = []byte{}
			}
			if left || err != nil {
				return err
			}
		}
		start := len(p.buf)
		if err := l.appendText(p, string(*into)); err != nil {
			return err
		}
		*into = append(make([]byte, 0, len(p.buf)-start), p.buf[start:]...)
		p.buf = p.buf[:start]
		return nil
	}
}

func (l *leaf) integerOp(t reflect.Type) op {
	return func(p *pass, at place) error {
		v := at.value(t)
		out, err := l.treatInteger(p, v.Int())
		if err != nil {
			return err
		}
		if v.OverflowInt(out) {
			return l.fail(OutOfRange)
		}
		v.SetInt(out)
		return nil
	}
}

func (l *leaf) unsignedOp(t reflect.Type) op {
	return func(p *pass, at place) error {
		v := at.value(t)
		if v.Uint() > math.MaxInt64 {
			return l.fail(OutOfRange)
		}
		out, err := l.treatInteger(p, int64(v.Uint()))
		if err != nil {
			return err
		}
		if out < 0 || v.OverflowUint(uint64(out)) {
			return l.fail(OutOfRange)
		}
		v.SetUint(uint64(out))
		return nil
	}
}

func (l *leaf) floatOp(t reflect.Type) op {
	return func(p *pass, at place) error {
		v := at.value(t)
		out, err := l.treatFloat(p, v.Float())
		if err != nil {
			return err
		}
		if !finite(out) || v.OverflowFloat(out) {
			return l.fail(OutOfRange)
		}
		v.SetFloat(out)
		return nil
	}
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// boolOp: what takes a bool away makes it false, and const can name one.
func (l *leaf) boolOp(t reflect.Type) op {
	return func(_ *pass, at place) error {
		at.value(t).SetBool(l.rule.Argument == "true")
		return nil
	}
}

// treatsBool: a bool has no text that could be hidden.
func (l *leaf) treatsBool() bool {
	return l.is(MethodRedact) || l.is(MethodConst) && (l.rule.Argument == "true" || l.rule.Argument == "false")
}

func (l *leaf) instantOp() op {
	t := reflect.TypeFor[time.Time]()
	return func(p *pass, at place) error {
		v := at.value(t).Addr().Interface().(*time.Time)
		out, err := l.treatInstant(p, *v)
		if err == nil {
			*v = out
		}
		return err
	}
}

func (l *leaf) addrOp() op {
	t := reflect.TypeFor[netip.Addr]()
	return func(p *pass, at place) error {
		v := at.value(t).Addr().Interface().(*netip.Addr)
		out, err := l.treatAddr(p, *v)
		if err == nil {
			*v = out
		}
		return err
	}
}

// netIPOp treats net.IP and keeps its 4 or 16 bytes.
func (l *leaf) netIPOp() op {
	return func(p *pass, at place) error {
		into := at.octets()
		if *into == nil {
			return nil
		}
		if len(*into) == 0 {
			left, err := l.empty()
			if left {
				*into = []byte{}
			}
			if left || err != nil {
				return err
			}
		}
		in, ok := netip.AddrFromSlice(*into)
		if !ok {
			return l.fail(Malformed)
		}
		out, err := l.treatAddr(p, in.Unmap())
		switch {
		case err != nil:
			return err
		case !out.IsValid():
			*into = nil
		case len(*into) == 16:
			b := out.As16()
			*into = b[:]
		default:
			if out = out.Unmap(); !out.Is4() {
				return l.fail(Malformed)
			}
			*into = out.AsSlice()
		}
		return nil
	}
}
