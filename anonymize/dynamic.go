package anonymize

import (
	"encoding/json"
	"net"
	"net/netip"
	"reflect"
	"strconv"
	"time"
)

// dynamic treats what an interface holds.
func (c *compiler) dynamic(t reflect.Type, s spot) op {
	if s.rule == nil && !s.below.inside() {
		c.undeclared(s, t)
		return nil
	}
	b := c.branch(s)
	if b == nil {
		return nil
	}
	return func(p *pass, at place) error {
		v := at.value(t)
		if v.IsNil() {
			return nil
		}
		out, err := b.value(p, v.Elem().Interface())
		if err != nil {
			return err
		}
		made := reflect.ValueOf(out)
		switch {
		case !made.IsValid():
			v.SetZero()
		case made.Type().AssignableTo(t):
			v.Set(made)
		case b.leaf != nil && b.leaf.is(MethodRedact):
			v.SetZero()
		default:
			return b.fail(Unsupported)
		}
		return nil
	}
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// treatAny treats one value by what it is.
func (l *leaf) treatAny(p *pass, v any) (any, error) {
	switch v := v.(type) {
	case string:
		if l.t.text != nil {
			return l.treatText(p, v)
		}
	case json.Number:
		if l.t.integer != nil || l.t.float != nil || l.t.text != nil {
			out, text, err := l.treatNumber(p, string(v))
			if err != nil {
				return nil, err
			}
			if text {
				return out, nil
			}
			return json.Number(out), nil
		}
	case time.Time:
		if l.t.instant != nil {
			return l.treatInstant(p, v)
		}
	case netip.Addr:
		if l.t.addr != nil {
			return l.treatAddr(p, v)
		}
	case net.IP:
		if l.t.addr != nil {
			return v, l.netIPOp()(p, placeOf(&v))
		}
	default:
		return l.treatKind(p, reflect.ValueOf(v))
	}
	return l.otherwise()
}

// otherwise is for what the rule can't treat: redacting always can.
func (l *leaf) otherwise() (any, error) {
	if l.is(MethodRedact) {
		return redactedText, nil
	}
	return nil, l.fail(Unsupported)
}

func (l *leaf) treatKind(p *pass, in reflect.Value) (any, error) {
	t := in.Type()
	if meaningOf(t) != plainMeaning {
		return l.otherwise()
	}
	number := ""
	switch k := t.Kind(); {
	case k == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return l.otherwise()
	case reflect.Int <= k && k <= reflect.Int64:
		number = strconv.FormatInt(in.Int(), 10)
	case reflect.Uint <= k && k <= reflect.Uint64:
		number = strconv.FormatUint(in.Uint(), 10)
	case k == reflect.Float32 || k == reflect.Float64:
		if !finite(in.Float()) && !l.is(MethodRedact) {
			return nil, l.fail(Malformed)
		}
		number = decimal(in.Float())
	}
	if o := l.scalarOp(t); o != nil {
		made := reflect.New(t)
		made.Elem().Set(in)
		p.direct++
		err := o(p, placeOfNew(made))
		p.direct--
		return made.Elem().Interface(), err
	}
	if number != "" && l.t.text != nil {
		return l.treatText(p, number)
	}
	return l.otherwise()
}
