package anonymize

import (
	"context"
	"crypto/fips140"
	"net/netip"
	"time"
)

// A treatment is a rule made ready: options checked, keys derived. There is one
// function per kind of value that the rule can treat, nil for those it can't, which
// is then an error when the plan is made. A text treatment appends to dst; on an
// error what it appended is dropped. None keeps or changes its input, all are safe
// for concurrent use, and an error holds no data.
type treatment struct {
	text    func(s *scope, dst []byte, in string) ([]byte, error)
	integer func(s *scope, in int64) (int64, error)
	float   func(s *scope, in float64) (float64, error)
	instant func(s *scope, in time.Time) (time.Time, error)
	addr    func(s *scope, in netip.Addr) (netip.Addr, error)
	// null removes the value, of whatever kind; keep leaves it.
	null, keep bool
	// back reverses the treatment; nil when that can't be.
	back *treatment
	// needsSubject: scope.subject must be there.
	needsSubject bool
}

// scope is what a treatment may know of the record it is in. It belongs to one
// call of Apply.
type scope struct {
	ctx        context.Context
	subject    string // whom the record is about, before treatment
	hasSubject bool
	scratch    []byte // for a normalised form; not kept between calls
}

// compile makes the rule for the field at path ready. The path is the name under which keys are derived
// unless the rule says otherwise.
func (r Rule) compile(path string, set *Setting) (*treatment, error) {
	fail := func(err error) (*treatment, error) {
		return nil, &FieldError{Path: path, Method: r.Method, Err: err}
	}
	if fips140.Enforced() && !r.Method.Approved() {
		return fail(NotApproved)
	}
	if r.Method.Keyed() {
		switch {
		case set.Keys == nil:
			return fail(settingError("keys"))
		case !set.Domain.Valid():
			return fail(settingError("a domain"))
		}
	}
	form := r.Form
	form.Phones = set.Phones
	if err := form.Check(); err != nil {
		return fail(err)
	}
	t, err := r.treat(path, form, set)
	if err != nil {
		return fail(err)
	}
	return t, nil
}
