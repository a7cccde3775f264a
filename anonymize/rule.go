package anonymize

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Rule says what is done with a field. Its text form is the value of the struct tag,
// and of a field in a [Policy]:
//
//	method[=argument][,option[=value]]...[;keys=rule]
//
// for example
//
//	token,norm=email         a keyed token of the normalised address
//	mask=1..2                all but the first and the last two characters hidden
//	ip=24/48                 cut to /24, IPv6 to /48
//	siv,norm=iban,direct     encrypted, findable
//	redact;keys=token        a map: values redacted, keys replaced by tokens
//
// The rule of a slice, an array or a pointer is that of its elements. The manual
// (package comment) lists the methods with their arguments and options.
type Rule struct {
	Method   Method
	Argument string
	// Norm and Region are the options norm= and region=, Local is local=: how the
	// value is normalised before it is treated.
	Form Form
	// Class is the option direct, quasi, sensitive or other; "" is the method's own.
	Class Class
	// Empty is the option empty=.
	Empty Empty
	// Subject is the option subject: the value, before treatment, names whom the record is about.
	Subject bool
	// Options are those of the method itself, in order.
	Options []Option
	// Keys is the rule for the keys of a map, nil for none.
	Keys *Rule
}

// Option is one option of a method; Value is "" for a bare word.
type Option struct{ Name, Value string }

// Option returns the value of the option and whether it is there.
func (r Rule) Option(name string) (string, bool) {
	i := slices.IndexFunc(r.Options, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return "", false
	}
	return r.Options[i].Value, true
}

// ParseRule reads the text form; "-" (no personal data) is keep. Unknown methods
// and options, options that the method does not have, repeated ones and arguments
// out of range are errors; [Rule.String] is the inverse. An error quotes the rule,
// which holds no personal data.
func ParseRule(text string) (Rule, error) {
	if text == "-" {
		return Rule{Method: MethodKeep}, nil
	}
	own, keys, hasKeys := strings.Cut(text, ";")
	r, err := parseRule(own)
	if err != nil {
		return Rule{}, fmt.Errorf("anonymize: rule %q: %w", text, err)
	}
	if hasKeys {
		inner, ok := strings.CutPrefix(keys, "keys=")
		if !ok || strings.Contains(inner, ";") {
			return Rule{}, fmt.Errorf("anonymize: rule %q: want ;keys=rule", text)
		}
		k, err := parseRule(inner)
		if err != nil {
			return Rule{}, fmt.Errorf("anonymize: rule %q: keys: %w", text, err)
		}
		if k.Subject || k.Method == MethodWalk {
			return Rule{}, fmt.Errorf("anonymize: rule %q: keys can't be %s", text, inner)
		}
		r.Keys = &k
	}
	return r, nil
}

func parseRule(text string) (Rule, error) {
	head, options, _ := strings.Cut(text, ",")
	name, argument, hasArgument := strings.Cut(head, "=")
	r := Rule{Method: Method(name), Argument: argument}
	if !r.Method.Valid() {
		return Rule{}, fmt.Errorf("unknown method %q", name)
	}
	if hasArgument && argument == "" && r.Method != MethodConst {
		return Rule{}, errors.New("empty argument")
	}
	if strings.HasSuffix(text, ",") {
		return Rule{}, errors.New("empty option")
	}
	if options == "" {
		return r, r.check()
	}
	seen := map[string]bool{}
	for item := range strings.SplitSeq(options, ",") {
		name, value, hasValue := strings.Cut(item, "=")
		if seen[name] {
			return Rule{}, fmt.Errorf("option %q is repeated", name)
		}
		seen[name] = true
		if hasValue && value == "" {
			return Rule{}, fmt.Errorf("option %q has no value", name)
		}
		if err := r.option(name, value, hasValue); err != nil {
			return Rule{}, err
		}
	}
	return r, r.check()
}

func (r *Rule) option(name, value string, hasValue bool) error {
	bare := func(ok bool) error {
		if !ok || hasValue {
			return fmt.Errorf("malformed or repeated option %q", name)
		}
		return nil
	}
	enum := func(valid bool) error {
		if !valid {
			return fmt.Errorf("option %s=%q is not known", name, value)
		}
		return nil
	}
	switch name {
	case "direct", "quasi", "sensitive", "other":
		err := bare(r.Class == "")
		r.Class = Class(name)
		return err
	case "subject":
		r.Subject = true
		return bare(true)
	case "empty":
		r.Empty = Empty(value)
		return enum(r.Empty.Valid())
	case "norm":
		r.Form.Norm = Norm(value)
		return enum(hasValue && r.Form.Norm.Valid())
	case "region":
		r.Form.Region = value
		return enum(hasValue)
	case "local":
		r.Form.Local = LocalPart(value)
		return enum(hasValue && r.Form.Local.Valid())
	}
	if !slices.Contains(r.Method.options(), name) {
		return fmt.Errorf("method %s has no option %q", r.Method, name)
	}
	r.Options = append(r.Options, Option{name, value})
	return nil
}

// options are those that only this method has.
func (m Method) options() []string {
	switch m {
	case MethodToken:
		return []string{"bits", "field", "per"}
	case MethodTokenize, MethodCryptoPAn:
		return []string{"field"}
	case MethodSIV:
		return []string{"field"}
	case MethodSeal:
		return []string{"field", "alg", "shred"}
	case MethodFPE:
		return []string{"field", "valid", "alphabet"}
	case MethodBlindIndex, MethodSlowIndex:
		return []string{"field", "bits"}
	case MethodDateShift:
		return []string{"field", "layout"}
	case MethodSurrogate:
		return []string{"field", "by"}
	case MethodMask:
		return []string{"with", "length", "domain"}
	case MethodDate, MethodAge:
		return []string{"layout", "top"}
	case MethodNoise:
		return []string{"scale", "min", "max"}
	case MethodHierarchy:
		return []string{"level"}
	}
	return nil
}

// check finds what the text alone shows to be wrong; the rest shows when a plan is made.
func (r Rule) check() error {
	switch r.Method {
	case MethodConst, MethodDate, MethodBound, MethodRound, MethodBucket, MethodHierarchy, MethodNoise, MethodSurrogate, MethodMicroaggregate:
		if r.Argument == "" && r.Method != MethodConst {
			return errors.New("the method needs an argument")
		}
	case MethodFPE, MethodMask, MethodIP, MethodPostcode, MethodAge, MethodDateShift:
	default:
		if r.Argument != "" {
			return errors.New("the method takes no argument")
		}
	}
	if _, bits := r.Option("bits"); !bits && (r.Method == MethodBlindIndex || r.Method == MethodSlowIndex) {
		return errors.New("the method needs bits=, see Coincidences")
	}
	form := r.Form
	if (form.Norm != "" || form.Region != "" || form.Local != "") && !r.Method.takesForm() {
		return errors.New("the method takes no normal form")
	}
	if form.Norm == NormPhone {
		form.Phones = PhoneParserFunc(nil) // which regions are known shows when a plan is made
	}
	for _, o := range r.Options {
		if bare := slices.Contains([]string{"shred", "valid"}, o.Name); bare != (o.Value == "") {
			return fmt.Errorf("malformed option %q", o.Name)
		}
	}
	return form.Check()
}

// takesForm: the methods whose result is that of the normalised value.
func (m Method) takesForm() bool {
	switch m {
	case MethodToken, MethodTokenize, MethodSIV, MethodSeal, MethodFPE, MethodBlindIndex, MethodSlowIndex, MethodSurrogate, MethodMask:
		return true
	}
	return false
}

// class returns the class declared, or else the method's own.
func (r Rule) class() Class {
	if r.Class != "" {
		return r.Class
	}
	return r.Method.about().class
}

// field returns the name under which the key is derived: option field=, or else the path.
func (r Rule) field(path string) string {
	if f, ok := r.Option("field"); ok {
		return f
	}
	return path
}

// String returns the text form: general options first, then the method's own.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(string(r.Method))
	if r.Argument != "" || r.Method == MethodConst {
		b.WriteString("=" + r.Argument)
	}
	for _, o := range []Option{
		{"norm", string(r.Form.Norm)}, {"region", r.Form.Region}, {"local", string(r.Form.Local)}, {"empty", string(r.Empty)},
	} {
		if o.Value != "" {
			b.WriteString("," + o.Name + "=" + o.Value)
		}
	}
	for _, o := range r.Options {
		b.WriteString("," + o.Name)
		if o.Value != "" {
			b.WriteString("=" + o.Value)
		}
	}
	if r.Class != "" {
		b.WriteString("," + string(r.Class))
	}
	if r.Subject {
		b.WriteString(",subject")
	}
	if r.Keys != nil {
		b.WriteString(";keys=" + r.Keys.String())
	}
	return b.String()
}

// MarshalText implements encoding.TextMarshaler. A rule that [ParseRule] would not
// read back is an error.
func (r Rule) MarshalText() ([]byte, error) {
	text := r.String()
	if back, err := ParseRule(text); err != nil || back.String() != text {
		return nil, errors.New("anonymize: a rule that no text stands for")
	}
	return []byte(text), nil
}

// UnmarshalText implements encoding.TextUnmarshaler; r is left alone on an error.
func (r *Rule) UnmarshalText(text []byte) error {
	read, err := ParseRule(string(text))
	if err == nil {
		*r = read
	}
	return err
}
