package basis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Gate decides whether personal data may be used. The zero value denies
// everything. It belongs to one tenant, and is safe for concurrent use when its
// witnesses and recorder are.
//
// The purpose decides whose word is required:
//
//	Consent must say  consented     for a purpose on consent, for a field that is optional,
//	                                and under the condition of explicit consent (Art. 9(2)(a))
//	                  not_objected  for direct marketing on any ground, and on e or f (Art. 21);
//	                                consented is as good
//	Retention         permits       for a purpose with a retention rule
//	Disclosure        permits       for a question with a recipient
//
// A witness that is not required is not asked, except those in Also, which are
// always asked: they can deny and nothing else. A nil witness among them denies.
type Gate struct {
	Purposes                       *Purposes
	Consent, Retention, Disclosure Witness
	Also                           []Witness
	// Recorder, when set, must keep each decision; a use that it fails to keep is denied.
	Recorder Recorder
}

// Ask answers the question. The use is allowed when [Decision.Allowed] is true,
// which it is when every field is allowed, and never with an error. All witnesses
// are asked in order and the decision lists every reason against, also when one
// of them fails; none is asked when the question lacks a subject, an instant or a
// known purpose.
//
// The error says who could not testify or record, and wraps the causes.
//
// Besides what witnesses do, it makes two allocations for a use that is allowed.
func (g Gate) Ask(ctx context.Context, q Question) (Decision, error) {
	q.Fields = slices.Clone(q.Fields)
	d := Decision{Question: q}
	var failures []error
	if p := g.Purposes.find(q.Purpose); d.admit(p) {
		d.Ground = p.Ground
		d.weigh(g.Purposes, p)
		for i := range d.Fields {
			failures = g.hear(ctx, &d, p, i, failures)
		}
	}
	if g.Recorder != nil {
		if err := g.Recorder.Record(ctx, d); err != nil {
			failures = append(failures, fmt.Errorf("basis: decision not recorded: %w", err))
			d.deny(RoleRecorder, CodeNotRecorded, "", Testimony{})
		}
	}
	return d, errors.Join(failures...)
}

// admit denies what is no question, and reports whether it is one.
func (d *Decision) admit(p *Purpose) bool {
	ok := true
	deny := func(c Code) {
		d.deny(RolePurposes, c, "", Testimony{})
		ok = false
	}
	if d.Question.Subject == "" {
		deny(CodeNoSubject)
	}
	if d.Question.At.IsZero() {
		deny(CodeNoInstant)
	}
	if p == nil {
		deny(CodeUnknownPurpose)
	}
	if len(d.Question.Fields) == 0 {
		deny(CodeNoFields)
	}
	return ok
}

// weigh holds the question against the declarations.
func (d *Decision) weigh(ps *Purposes, p *Purpose) {
	if !p.reaches(d.Question.Channel) {
		d.deny(RolePurposes, CodeChannel, "", Testimony{})
	}
	if r := d.Question.Recipient; r != "" && !slices.Contains(p.Recipients, r) {
		d.deny(RolePurposes, CodeRecipient, "", Testimony{})
	}
	d.Fields = make([]Verdict, len(d.Question.Fields))
	for i, f := range d.Question.Fields {
		v := ps.judge(p.ID, f)
		d.Fields[i] = v
		if v.Necessity == NotAllowed {
			d.deny(RolePurposes, v.Code, f, Testimony{})
		}
	}
}

// hear asks everyone about the i-th field.
func (g *Gate) hear(ctx context.Context, d *Decision, p *Purpose, i int, failures []error) []error {
	q := d.Question
	q.Fields = q.Fields[i : i+1 : i+1]
	ask := func(role Role, w Witness, need requirement) {
		if err := d.ask(ctx, q, role, w, need); err != nil {
			failures = append(failures, err)
		}
	}
	if need := p.consent(d.Fields[i].Necessity); need.says != "" {
		ask(RoleConsent, g.Consent, need)
	}
	if p.Retention != "" {
		ask(RoleRetention, g.Retention, requirement{Permits, "GDPR 5(1)(e)"})
	}
	if q.Recipient != "" {
		ask(RoleDisclosure, g.Disclosure, requirement{Permits, "GDPR 5(2)"})
	}
	for _, w := range g.Also {
		ask(RoleAlso, w, requirement{"", "GDPR 5(2)"})
	}
	return failures
}

// requirement is what a witness must say, "" for nothing, and the provision that asks for it.
type requirement struct {
	says    Says
	article string
}

// consent returns what the ledger must say before the purpose uses a field.
func (p *Purpose) consent(n Necessity) requirement {
	switch {
	case p.Special.Condition == ExplicitConsent:
		return requirement{Consented, "GDPR 9(2)(a)"}
	case p.Ground.Basis == Consent || n == Optional:
		return requirement{Consented, "GDPR 7(1)"}
	case p.Kind == DirectMarketing:
		return requirement{NotObjected, "GDPR 21(3)"}
	case p.Ground.Basis == PublicTask || p.Ground.Basis == LegitimateInterests:
		return requirement{NotObjected, "GDPR 21(1)"}
	}
	return requirement{}
}

// ask hears one witness on the one field of q.
func (d *Decision) ask(ctx context.Context, q Question, role Role, w Witness, need requirement) error {
	field := q.Fields[0]
	deny := func(c Code, t Testimony) {
		if t.Article == "" {
			t.Article = need.article
		}
		d.deny(role, c, field, t)
	}
	if w == nil {
		deny(CodeMissing, Testimony{})
		return nil
	}
	t, err := w.Testify(ctx, q)
	if err != nil {
		deny(CodeFailed, Testimony{})
		return fmt.Errorf("basis: witness for %s on field %q: %w", role, field, err)
	}
	if t.Says == "" {
		if need.says != "" {
			deny(CodeSilent, Testimony{Ref: t.Ref})
		}
		return nil
	}
	evidence := Testimony{Ref: t.Ref}
	if !t.Says.Valid() {
		deny(CodeWrongTestimony, evidence)
		return nil
	}
	d.Heard = append(d.Heard, Heard{Field: field, Role: role, Testimony: t})
	switch {
	case t.Says == Denies:
		if t.Code == "" {
			t.Code = CodeDenied
		}
		deny(t.Code, t)
	case role == RoleAlso:
		// Not theirs to grant.
	case need.says == Consented && t.Says == NotObjected:
		deny(CodeNoConsent, evidence)
	case t.Says != need.says && !(need.says == NotObjected && t.Says == Consented):
		deny(CodeWrongTestimony, evidence)
	case !t.Until.IsZero() && !t.Until.After(q.At):
		deny(CodeExpired, evidence)
	default:
		d.Until = earliest(d.Until, t.Until)
	}
	return nil
}

// earliest returns the earlier of two ends, of which the zero one never comes.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// deny adds a reason against. Article and text are those of the testimony, or the code's own.
func (d *Decision) deny(role Role, c Code, f Field, t Testimony) {
	if t.Article == "" {
		t.Article = c.article()
	}
	if t.Text == (Text{}) {
		t.Text = c.text()
	}
	if t.Text == (Text{}) {
		t.Text = CodeDenied.text()
	}
	d.Denials = append(d.Denials, Denial{Code: c, Role: role, Field: f, Article: t.Article, Ref: t.Ref, Text: t.Text})
}
