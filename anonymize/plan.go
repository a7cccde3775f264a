package anonymize

import (
	"context"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// Plan holds the rules of a whole record, made ready. It does not change and is safe
// for concurrent use.
//
// # What it does to a record
//
// The copy shares nothing with the input that could be changed: pointers, slices and
// maps in it are new, also of what is kept. Nil stays nil and empty stays empty. The
// rule of a pointer, slice or array is that of its elements. A map has a rule for its
// values and, after ;keys=, one for its keys, which are data too; only keep, null and
// redact treat a map as a whole. Fields that are not exported and have no rule are
// zero in the copy.
//
// Treated as one value are strings and byte slices (text), integers, floats, bools
// (keep, null, redact, const=true), [time.Time] (whose monotonic clock goes),
// [netip.Addr], [net.IP], [json.Number] (a number) and every type that encodes itself as text
// and reads it again; one that does not take what the rule makes is an error. A sql.Null of any type that is not valid stays so, and what hides
// in it becomes zero. A [json.RawMessage] is treated inside, its numbers by value when the
// rule can do that and as text otherwise. Other structs, pointers and lists of them
// are walked: each of their fields needs a rule. What an interface holds shows only
// when it comes: texts, numbers, bools, instants, addresses, bytes, map[string]any and
// []any are treated, and anything else is [Unsupported] unless it is kept, nulled or redacted.
//
// Redact makes texts "[redacted]" and everything else zero. The empty value of a rule's
// empty= is "", the zero time and the zero address.
type Plan[T any] struct {
	forward, backward op
	made              bool
	report            Report
	policy            Policy
	passes            sync.Pool
}

// Compile makes the plan of T, a struct, or a pointer to or list of structs, from the
// anonymize tags. Each exported field needs one, unless it is a struct or leads
// to one; so does a field that is not exported, if it is to be in the copy. A tag on an
// embedded struct is that of its fields without one. All errors are found at once: the
// error unwraps to []error, each a [*FieldError] with the path.
func Compile[T any](set Setting) (*Plan[T], error) {
	p := &Plan[T]{}
	return p, p.orNil(newCompiler(&set, nil), &p)
}

// CompilePolicy makes a plan from a policy; tags of T are ignored. T may be a struct
// one does not own, map[string]any, [json.RawMessage] or any. Fields of structs must all be
// covered by the policy and every rule must have its field; where fields show only
// when data comes, [Policy].Unknown decides. A struct type within itself has the rules of its first
// place at every other.
func CompilePolicy[T any](policy Policy, set Setting) (*Plan[T], error) {
	set, err := policy.check(set)
	if err != nil {
		return nil, err
	}
	p := &Plan[T]{}
	return p, p.orNil(newCompiler(&set, &policy), &p)
}

func newCompiler(set *Setting, policy *Policy) *compiler {
	return &compiler{
		set: set, policy: policy,
		leaves: map[string]*leaf{}, rules: map[string]Rule{}, structs: map[reflect.Type]*structOp{},
	}
}

// orNil makes the plan; on an error there is none.
func (p *Plan[T]) orNil(c *compiler, plan **Plan[T]) error {
	err := p.build(c)
	if err != nil {
		*plan = nil
	}
	return err
}

// build makes both programs.
func (p *Plan[T]) build(c *compiler) error {
	t := reflect.TypeFor[T]()
	root := func() op {
		c.fields = 0
		s := spot{}
		if c.policy != nil {
			s.below = c.policy.tree()
		}
		o := c.compile(t, s)
		if s.below != nil && !c.back {
			s.below.unused(func(path string, r *Rule, err error) { c.fail(spot{path: path, rule: r}, err) })
		}
		return o
	}
	p.forward = root()
	if len(c.errs) > 0 {
		return errors.Join(c.errs...)
	}
	c.back = true
	p.backward = root()
	if len(c.errs) > 0 {
		return errors.Join(c.errs...)
	}
	p.report = c.report
	p.policy = c.described()
	p.made = true
	return nil
}

// described is the policy of what was compiled.
func (c *compiler) described() Policy {
	out := Policy{Version: policyVersion, Fields: map[string]Rule{}}
	if c.policy != nil {
		out.Unknown = c.policy.Unknown
	}
	for path, r := range c.rules {
		out.Fields[path] = r.clone()
		if r.Method.Keyed() || r.Keys != nil && r.Keys.Method.Keyed() {
			out.Domain, out.Key = c.set.Domain, c.set.Keys.Primary().Fingerprint()
		}
	}
	return out
}

// clone shares nothing with r.
func (r Rule) clone() Rule {
	r.Options = slices.Clone(r.Options)
	if r.Keys != nil {
		r.Keys = new(r.Keys.clone())
	}
	return r
}

var errNoPlan = errors.New("anonymize: a plan that was not compiled")

// Apply returns the treated copy of record, which is left as it is. On an error the
// copy is zero, and the error is a [*FieldError] with a [Reason], or that of ctx.
func (p *Plan[T]) Apply(ctx context.Context, record T) (T, error) {
	err := errNoPlan
	if p != nil && p.made {
		err = p.run(ctx, p.forward, &record)
	}
	if err != nil {
		var none T
		return none, err
	}
	return record, nil
}

// Reveal returns a copy of record, itself a copy that Apply made under the same rules
// and keys, in which the rules that can be are reversed. The rest stays as it is,
// fields that are not exported and have no rule are zero. Values that depend on the
// subject need it: its own rule must be keep or reversible, or the error is [NoSubject].
func (p *Plan[T]) Reveal(ctx context.Context, c reidentify.Capability, record T) (T, error) {
	var err error
	switch {
	case p == nil || !p.made:
		err = errNoPlan
	case !c.Permits():
		err = NotPermitted
	default:
		err = p.run(ctx, p.backward, &record)
	}
	if err != nil {
		var none T
		return none, err
	}
	return record, nil
}

// run treats record, which is a shallow copy of the caller's, where it lies.
func (p *Plan[T]) run(ctx context.Context, o op, record *T) error {
	if err := ctx.Err(); err != nil || o == nil {
		return err
	}
	pass := newPass(&p.passes, ctx)
	defer pass.release(&p.passes)
	if err := o(pass, placeOf(record)); err != nil {
		return err
	}
	pass.flush()
	return nil
}

// ApplyAll treats records as they are drawn. An error is of one record, whose copy is
// zero: the caller goes on to the next or breaks. Errors of records are passed on; when
// ctx is done its error comes last.
func (p *Plan[T]) ApplyAll(ctx context.Context, records iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if records == nil {
			return
		}
		for record, err := range records {
			out := none
			if ctx.Err() != nil {
				yield(none, ctx.Err())
				return
			}
			if err == nil {
				out, err = p.Apply(ctx, record)
			}
			if !yield(out, err) {
				return
			}
		}
	}
}

// Report says what the plan does with each field, in the order of the record.
func (p *Plan[T]) Report() Report {
	if p == nil {
		return nil
	}
	return p.report.clone()
}

// Policy returns the rules of the plan by path, with the domain and the key when there
// are keyed rules: [CompilePolicy] makes the same plan of it.
func (p *Plan[T]) Policy() Policy {
	if p == nil {
		return Policy{}
	}
	out := p.policy
	out.Fields = maps.Clone(p.policy.Fields)
	for path, r := range out.Fields {
		out.Fields[path] = r.clone()
	}
	return out
}
