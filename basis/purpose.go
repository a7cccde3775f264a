package basis

import (
	"errors"
	"fmt"
	"slices"
)

// Purpose is one thing that personal data is used for, and all that the rules
// need to know of it (GDPR Art. 5(1)(b), 30(1)(b)). The gate takes it from a
// [Purposes], never from the caller's hand.
type Purpose struct {
	ID     PurposeID `json:"id"`
	Kind   Kind      `json:"kind"`
	Ground Ground    `json:"ground"`
	Title  Text      `json:"title,omitzero"`
	// Needs are the fields without which the purpose cannot be reached; Optional
	// are those that it may use with consent. Purpose tags on a model add to both.
	// A field stands for all fields within it that are not declared themselves.
	Needs    []Field `json:"needs,omitzero"`
	Optional []Field `json:"optional,omitzero"`
	// Channels through which the person is reached. None is the same as [NoChannel] alone.
	Channels []Channel `json:"channels,omitzero"`
	// Recipients outside the organization that receive data for this purpose.
	Recipients []Recipient `json:"recipients,omitzero"`
	// Retention names the retention rule; with one, the gate needs its witness.
	Retention string `json:"retention,omitzero"`
	// Special and Offences are what the purpose has for special categories of data
	// and for data on offences, in addition to Ground.
	Special  Special  `json:"special,omitzero"`
	Offences Offences `json:"offences,omitzero"`
}

// Validate returns nil, or an error that joins everything that is wrong with the
// purpose by itself:
//
//   - ID, Kind or a channel outside what their types accept
//   - a ground, condition or ground for offences that is incomplete
//   - direct marketing on c, d or e
//   - a soft opt-in that is not direct marketing by e-mail, text message or phone alone
//   - a field, channel or recipient that is empty or repeated, a field that is
//     both needed and optional, a field name that is not canonical
func (p Purpose) Validate() error { return errors.Join(p.faults()...) }

func (p *Purpose) faults() (errs []error) {
	add := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("basis: purpose %q: "+format, append([]any{p.ID}, args...)...))
	}
	check := func(fault string) {
		if fault != "" {
			add("%s", fault)
		}
	}
	if !p.ID.valid() {
		add("an id has ASCII letters, digits, and _ - . : only")
	}
	if !p.Kind.Valid() {
		add("unknown or missing kind")
	}
	check(p.Ground.fault())
	if !p.Special.IsZero() {
		check(p.Special.fault())
	}
	if !p.Offences.IsZero() {
		check(p.Offences.fault())
	}
	if p.Kind == DirectMarketing {
		switch p.Ground.Basis {
		case LegalObligation, VitalInterests, PublicTask:
			add("direct marketing can't rest on %s (%s)", p.Ground.Basis, p.Ground.Basis.Article())
		}
	}
	if p.Ground.Basis == SoftOptIn {
		if p.Kind != DirectMarketing {
			add("a soft opt-in covers direct marketing only (ePrivacy 13(2))")
		}
		if len(p.Channels) == 0 || slices.ContainsFunc(p.Channels, func(c Channel) bool { return !c.Electronic() }) {
			add("a soft opt-in covers e-mail, text message and phone only (ePrivacy 13(2))")
		}
	}
	for i, c := range p.Channels {
		if !c.Valid() {
			add("unknown channel at position %d", i+1)
		} else if slices.Contains(p.Channels[:i], c) {
			add("channel %s is repeated", c)
		}
	}
	for i, r := range p.Recipients {
		if r == "" {
			add("recipient at position %d is empty", i+1)
		} else if slices.Contains(p.Recipients[:i], r) {
			add("recipient %q is repeated", r)
		}
	}
	for i, f := range p.Needs {
		check(f.fault())
		if slices.Contains(p.Needs[:i], f) {
			add("field %q is repeated", f)
		}
	}
	for i, f := range p.Optional {
		check(f.fault())
		if slices.Contains(p.Optional[:i], f) {
			add("field %q is repeated", f)
		}
		if slices.Contains(p.Needs, f) {
			add("field %q is both needed and optional", f)
		}
	}
	return errs
}

func (f Field) fault() string {
	switch want := FieldOf(string(f)); {
	case f == "":
		return "empty field name"
	case want != f:
		return fmt.Sprintf("field name %q is not canonical: %q is", f, want)
	}
	return ""
}

// reaches reports whether the purpose declares the channel.
func (p *Purpose) reaches(c Channel) bool {
	if len(p.Channels) == 0 {
		return c == NoChannel
	}
	return slices.Contains(p.Channels, c)
}

// clone returns a copy that shares nothing with p.
func (p Purpose) clone() Purpose {
	p.Needs = slices.Clone(p.Needs)
	p.Optional = slices.Clone(p.Optional)
	p.Channels = slices.Clone(p.Channels)
	p.Recipients = slices.Clone(p.Recipients)
	return p
}
