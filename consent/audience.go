package consent

import (
	"iter"
	"math"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Audience yields everyone who consents to the purpose over the channel at the instant, with the
// decision, in the order in which they were first added. One pass over a million people takes
// some tenths of a second, and allocates for those alone who were merged.
func (x *Index) Audience(p basis.PurposeID, c basis.Channel, at time.Time) iter.Seq2[basis.Subject, Decision] {
	return x.all(p, c, at, Decision.Consented)
}

// NotObjecting yields everyone of whom something is recorded and who has neither objected nor
// withdrawn: whom a use that rests on another ground may reach, as far as the ledger knows.
func (x *Index) NotObjecting(p basis.PurposeID, c basis.Channel, at time.Time) iter.Seq2[basis.Subject, Decision] {
	return x.all(p, c, at, Decision.NotObjected)
}

func (x *Index) all(p basis.PurposeID, c basis.Channel, at time.Time, fits func(Decision) bool) iter.Seq2[basis.Subject, Decision] {
	return func(yield func(basis.Subject, Decision) bool) {
		if at.IsZero() || p == "" || !c.Valid() {
			return
		}
		f := fold{x: x, at: nanos(at), known: math.MaxInt64, purpose: x.purposes.find(p), channel: channelNumber(c)}
		for _, one := range x.list {
			if d := f.decide(one, p); fits(d) && !yield(one.subject, d) {
				return
			}
		}
	}
}
