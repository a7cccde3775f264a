package anonymize

import (
	"errors"
	"slices"
	"unicode/utf8"
)

// Surrogates replaces names by names from a list, chosen by HMAC-SHA-256 of the
// normalised value with no name likelier than another. Equal values have equal
// surrogates in one domain and field; different values may share one. A surrogate
// reads as a name but is nobody's: do not use it where a record is to be found
// again. Safe for concurrent use.
type Surrogates struct {
	form Form
	mac  *mac
	list []string
}

// Surrogates makes the choice for one field in one domain from a list of 2 to
// 1,000,000 distinct texts. The list is part of the choice: another list, or
// another order, gives other surrogates.
func (r *Keyring) Surrogates(d Domain, field string, form Form, list []string) (*Surrogates, error) {
	if len(list) < 2 || len(list) > 1_000_000 {
		return nil, errors.New("anonymize: a list of surrogates has 2 to 1,000,000 texts")
	}
	seen := make(map[string]bool, len(list))
	for _, name := range list {
		if name == "" || seen[name] || !utf8.ValidString(name) {
			return nil, errors.New("anonymize: a list of surrogates has an empty, repeated or invalid text")
		}
		seen[name] = true
	}
	macs, err := r.macs(MethodSurrogate, d, field)
	if err != nil {
		return nil, err
	}
	return &Surrogates{form: form, mac: macs[0], list: slices.Clone(list)}, nil
}

// Choose returns the surrogate of value, in no allocation but that of its normal form.
func (s *Surrogates) Choose(value string) (string, error) {
	var buf [128]byte
	plain, err := appendNormal(buf[:0], value, s.form)
	if err != nil {
		return "", err
	}
	return s.list[s.mac.below(string(plain), uint64(len(s.list)))], nil
}

// surrogateTreatment: surrogate=list[,by=subject]
func (r Rule) surrogateTreatment(path string, form Form, set *Setting) (*treatment, error) {
	list := set.Lists[r.Argument]
	if list == nil {
		list = namesInside(r.Argument)
	}
	if list == nil {
		return nil, settingError("the list of surrogates")
	}
	by, bySubject := r.Option("by")
	if bySubject {
		if by != "subject" {
			return nil, optionError("by")
		}
		form = Form{}
	}
	names, err := set.Keys.Surrogates(set.Domain, r.field(path), form, list)
	if err != nil {
		return nil, err
	}
	return &treatment{
		needsSubject: bySubject,
		text: func(s *scope, dst []byte, in string) ([]byte, error) {
			if bySubject {
				in = s.subject
			}
			name, err := names.Choose(in)
			return append(dst, name...), err
		},
	}, nil
}
