package retention

import (
	"context"
	"errors"

	"github.com/grondslag/grondslag/basis"
)

// Records finds what a schedule needs to know of a person's record.
type Records interface {
	// Record returns the record; found is false when there is none. The error holds no personal data.
	Record(ctx context.Context, subject basis.Subject) (r Record, found bool, err error)
}

// RecordsFunc is a function as [Records].
type RecordsFunc func(context.Context, basis.Subject) (Record, bool, error)

// Record calls f.
func (f RecordsFunc) Record(ctx context.Context, subject basis.Subject) (Record, bool, error) {
	if f == nil {
		return Record{}, false, errors.New("retention: records are a nil func")
	}
	return f(ctx, subject)
}

// Witness says whether the purpose of a question may still use its field: it permits
// until the end of the purpose's last day. It denies when the period has ended,
// when the field is held, erased or disposed of, and when the day of an event that
// must have happened is unknown. It knows nothing of a record that is not found, and of a
// purpose that the field does not serve.
func (s *Schedule) Witness(records Records, holds *Holds) basis.Witness {
	return basis.WitnessFunc(func(ctx context.Context, q basis.Question) (basis.Testimony, error) {
		if err := ctx.Err(); err != nil {
			return basis.Testimony{}, err
		}
		if s == nil || records == nil || q.Subject == "" || len(q.Fields) == 0 {
			return basis.Testimony{}, nil
		}
		r, found, err := records.Record(ctx, q.Subject)
		if err != nil || !found {
			return basis.Testimony{}, err
		}
		r.Subject = q.Subject
		at := DateIn(q.At, s.zone)
		if at == 0 {
			return basis.Testimony{}, nil
		}
		var sum basis.Testimony
		for _, f := range q.Fields {
			t := s.testify(f, q.Purpose, &r, at, holds)
			switch {
			case t.Says != basis.Permits:
				return t, nil
			case sum.Says == "" || !t.Until.IsZero() && (sum.Until.IsZero() || t.Until.Before(sum.Until)):
				sum = t
			}
		}
		return sum, nil
	})
}

// testify answers for one field.
func (s *Schedule) testify(f basis.Field, p basis.PurposeID, r *Record, at Date, holds *Holds) basis.Testimony {
	st, ok := s.Standing(f, p, r, at)
	if !ok {
		return basis.Testimony{}
	}
	says := basis.Denies
	if st.Code == CodeWithin || st.Code == CodeNotBegun {
		says = basis.Permits
	}
	d, _ := s.Field(f, r, at, holds)
	switch d.State {
	case Done:
		st.Code, says = CodeDone, basis.Denies
	case Held:
		st.Code = CodeHeld // and the purpose has ended
	}
	t := basis.Testimony{Says: says, Code: st.Code, Article: "GDPR 5(1)(e)", Text: text(st.Code), Ref: st.Rule}
	if says == basis.Permits && st.LastDay != 0 {
		t.Until = st.LastDay.End(s.zone)
	}
	return t
}
