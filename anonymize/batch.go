package anonymize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
)

// BatchPlan is a plan with rules over many records, swap and microaggregate. It is
// safe for concurrent use.
type BatchPlan[T any] struct {
	plan  Plan[T]
	batch batch
}

// batch holds the columns that are treated over all records.
type batch struct{ columns []column }

// column is a field of a batch, treated when all records are there.
type column struct {
	path   string
	rule   Rule
	t      reflect.Type
	groups int // of microaggregate
	random io.Reader
}

// CompileBatch makes a plan from the tags of T as [Compile] does, whose rules may also
// be swap and microaggregate=k. Those are for fields that do not lie in a map or an
// interface; microaggregate is for integers, which are rounded, and floats.
func CompileBatch[T any](set Setting) (*BatchPlan[T], error) {
	return compileBatch[T](newCompiler(&set, nil))
}

// CompileBatchPolicy is [CompileBatch] with the rules of a policy.
func CompileBatchPolicy[T any](policy Policy, set Setting) (*BatchPlan[T], error) {
	set, err := policy.check(set)
	if err != nil {
		return nil, err
	}
	return compileBatch[T](newCompiler(&set, &policy))
}

func compileBatch[T any](c *compiler) (*BatchPlan[T], error) {
	p := &BatchPlan[T]{}
	c.batch = &p.batch
	if err := p.plan.build(c); err != nil {
		return nil, err
	}
	return p, nil
}

// Report says what the plan does with each field, in the order of the record.
func (p *BatchPlan[T]) Report() Report {
	if p == nil {
		return nil
	}
	return p.plan.Report()
}

// Policy returns the rules of the plan by path.
func (p *BatchPlan[T]) Policy() Policy {
	if p == nil {
		return Policy{}
	}
	return p.plan.Policy()
}

// ApplyBatch returns the treated copies of records in their order. What pointers, lists
// and NULL leave out takes no part in swap and microaggregate. On an error there is no copy at all.
func (p *BatchPlan[T]) ApplyBatch(ctx context.Context, records []T) ([]T, error) {
	if p == nil || !p.plan.made {
		return nil, errNoPlan
	}
	if records == nil {
		return nil, nil
	}
	out := make([]T, len(records))
	copy(out, records)
	// The places found are those of this call, so the pass goes back to no pool.
	run := &pass{scope: scope{ctx: ctx}, found: make([][]place, len(p.batch.columns))}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p.plan.forward == nil {
			continue
		}
		if err := p.plan.forward(run, placeOf(&out[i])); err != nil {
			return nil, err
		}
		run.flush()
		run.buf, run.cuts, run.visits = run.buf[:0], run.cuts[:0], 0
	}
	for i, c := range p.batch.columns {
		if err := c.treat(run.found[i]); err != nil {
			return nil, fieldError(c.path, c.rule.Method, err)
		}
	}
	return out, nil
}

// batchOp makes the op that copies the value and notes its place.
func (c *compiler) batchOp(t reflect.Type, s spot) op {
	switch {
	case c.batch == nil:
		c.fail(s, fmt.Errorf("%w: it takes many records, see CompileBatch", Unsupported))
		return nil
	case s.mapped || s.rule.Keys != nil:
		c.fail(s, fmt.Errorf("%w: in a map", Unsupported))
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return c.pointer(t, s)
	case reflect.Array:
		if meaningOf(t) == plainMeaning {
			return c.array(t, s)
		}
	case reflect.Slice:
		if meaningOf(t) == plainMeaning && t.Elem().Kind() != reflect.Uint8 {
			return c.slice(t, s)
		}
	case reflect.Interface, reflect.Map:
		return c.unsupported(s, t)
	}
	if meaningOf(t) == nullMeaning {
		return nullOp(t, c.compile(t.Field(0).Type, s))
	}
	if meaningOf(t) == plainMeaning && t.Kind() == reflect.Struct {
		return c.unsupported(s, t)
	}
	whole := c.copied(t, s)
	if c.back {
		return whole
	}
	col, err := newColumn(t, s, c.set)
	if err != nil {
		c.fail(s, err)
		return nil
	}
	c.declare(s.path, *s.rule, nil)
	n := len(c.batch.columns)
	c.batch.columns = append(c.batch.columns, col)
	return func(p *pass, at place) error {
		if whole != nil {
			if err := whole(p, at); err != nil {
				return err
			}
		}
		p.found[n] = append(p.found[n], at)
		return nil
	}
}

func newColumn(t reflect.Type, s spot, set *Setting) (column, error) {
	col := column{path: s.path, rule: *s.rule, t: t, random: set.Random}
	if s.rule.Method != MethodMicroaggregate {
		return col, nil
	}
	k, err := strconv.Atoi(s.rule.Argument)
	if err != nil || k < 2 {
		return column{}, errors.New("anonymize: microaggregate wants a group size of 2 or more")
	}
	col.groups = k
	if kind := t.Kind(); meaningOf(t) != plainMeaning || !(reflect.Int <= kind && kind <= reflect.Uint64 || kind == reflect.Float32 || kind == reflect.Float64) {
		return column{}, fmt.Errorf("%w: %s", Unsupported, t)
	}
	return col, nil
}

func (c column) treat(places []place) error {
	if len(places) == 0 {
		return nil
	}
	if c.rule.Method == MethodSwap {
		return c.swap(places)
	}
	return c.aggregate(places)
}

func (c column) swap(places []place) error {
	order := make([]int, len(places))
	values := reflect.MakeSlice(reflect.SliceOf(c.t), len(places), len(places))
	for i, at := range places {
		order[i] = i
		values.Index(i).Set(at.value(c.t))
	}
	order, err := SwapValues(order, c.random)
	if err != nil {
		return err
	}
	for i, at := range places {
		at.value(c.t).Set(values.Index(order[i]))
	}
	return nil
}

func (c column) aggregate(places []place) error {
	values := make([]float64, len(places))
	for i, at := range places {
		switch v := at.value(c.t); {
		case v.CanInt():
			values[i] = float64(v.Int())
		case v.CanUint():
			values[i] = float64(v.Uint())
		default:
			values[i] = v.Float()
		}
	}
	means, err := MicroaggregateValues(values, c.groups)
	if err != nil {
		return OutOfRange
	}
	for i, at := range places {
		switch v := at.value(c.t); {
		case v.CanInt():
			n := math.Round(means[i])
			if n < math.MinInt64 || n >= math.MaxInt64 || v.OverflowInt(int64(n)) {
				return OutOfRange
			}
			v.SetInt(int64(n))
		case v.CanUint():
			n := math.Round(means[i])
			if n < 0 || n >= math.MaxUint64 || v.OverflowUint(uint64(n)) {
				return OutOfRange
			}
			v.SetUint(uint64(n))
		default:
			if v.OverflowFloat(means[i]) {
				return OutOfRange
			}
			v.SetFloat(means[i])
		}
	}
	return nil
}
