package basis

import (
	"context"
	"errors"
	"time"
)

// Witness knows one side of the matter: a consent ledger, a retention schedule, a
// register of processors, a do-not-call list. A [Gate] asks it about one field at
// a time, possibly from several goroutines at once.
type Witness interface {
	// Testify answers for Question.At. A witness that does not know returns the
	// zero Testimony; one that can't find out, also because ctx is done, returns
	// an error, which holds no personal data. It must not change q.Fields.
	Testify(ctx context.Context, q Question) (Testimony, error)
}

// WitnessFunc is a function as a [Witness]. Nil is a silent one.
type WitnessFunc func(context.Context, Question) (Testimony, error)

// Testify calls f.
func (f WitnessFunc) Testify(ctx context.Context, q Question) (Testimony, error) {
	if f == nil {
		return Testimony{}, nil
	}
	return f(ctx, q)
}

// Says is what a testimony comes to. The zero value is silence, and silence
// permits nothing.
type Says string

const (
	// Denies: it may not be done. Any witness can say it.
	Denies Says = "denies"
	// Consented: the person consented to this and has not withdrawn. For the role of consent.
	Consented Says = "consented"
	// NotObjected: the person did not object, nor withdraw (Art. 21, 7(3)). For the role of consent.
	NotObjected Says = "not_objected"
	// Permits: nothing on the witness's side is against it. For the other roles.
	Permits Says = "permits"
)

// Testimony is the answer of a witness. It holds no personal data.
type Testimony struct {
	Says Says `json:"says,omitzero"`
	// Code, Article and Text say why: a code of the witness's own, the provision, a sentence.
	Code    Code   `json:"code,omitzero"`
	Article string `json:"article,omitzero"`
	Text    Text   `json:"text,omitzero"`
	// Ref leads to the evidence: the number of an event, a rule, an agreement.
	Ref string `json:"ref,omitzero"`
	// Until is the first instant at which the answer no longer holds; zero: no end is known.
	Until time.Time `json:"until,omitzero"`
}

// Role is the part that someone plays in a decision.
type Role string

const (
	// RolePurposes is the catalogue itself.
	RolePurposes Role = "purposes"
	// RoleConsent is Gate.Consent.
	RoleConsent Role = "consent"
	// RoleRetention is Gate.Retention.
	RoleRetention Role = "retention"
	// RoleDisclosure is Gate.Disclosure.
	RoleDisclosure Role = "disclosure"
	// RoleAlso is a witness in Gate.Also.
	RoleAlso Role = "also"
	// RoleRecorder is Gate.Recorder.
	RoleRecorder Role = "recorder"
)

// Recorder keeps decisions, the noes too (GDPR Art. 5(2)). It may be called from
// several goroutines at once.
type Recorder interface {
	// Record returns nil only when the decision is kept.
	Record(ctx context.Context, d Decision) error
}

// RecorderFunc is a function as a [Recorder]. Nil keeps nothing, which is an error.
type RecorderFunc func(context.Context, Decision) error

// Record calls f.
func (f RecorderFunc) Record(ctx context.Context, d Decision) error {
	if f == nil {
		return errors.New("basis: recorder is a nil func")
	}
	return f(ctx, d)
}
