package consent

import (
	"context"

	"github.com/grondslag/grondslag/basis"
)

var (
	_ basis.Witness = (*Ledger)(nil)
	_ basis.Witness = (*Index)(nil)
)

// Testify implements [basis.Witness] for the role of consent, from the store.
func (l *Ledger) Testify(ctx context.Context, q basis.Question) (basis.Testimony, error) {
	if err := ctx.Err(); err != nil {
		return basis.Testimony{}, err
	}
	d, err := l.Decide(ctx, Query{Subject: q.Subject, Purpose: q.Purpose, Channel: q.Channel, At: q.At})
	if err != nil {
		return basis.Testimony{}, err
	}
	return d.testimony(), nil
}

// Testify implements [basis.Witness] for the role of consent, from memory.
func (x *Index) Testify(ctx context.Context, q basis.Question) (basis.Testimony, error) {
	if err := ctx.Err(); err != nil {
		return basis.Testimony{}, err
	}
	return x.Decide(Query{Subject: q.Subject, Purpose: q.Purpose, Channel: q.Channel, At: q.At}).testimony(), nil
}

// testimony is what a decision comes to before a gate. No decision is silence.
func (d Decision) testimony() basis.Testimony {
	if d.State == "" {
		return basis.Testimony{}
	}
	why := d.Why()
	t := basis.Testimony{Code: why.Code, Article: why.Article, Text: why.Text, Ref: d.Event.String(), Until: d.Until}
	switch {
	case d.Consented():
		t.Says = basis.Consented
	case d.NotObjected():
		t.Says = basis.NotObjected
	default:
		t.Says = basis.Denies
		if d.Event.IsZero() {
			t.Ref = d.Against.String()
		}
	}
	return t
}
