package exports

import (
	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// bindSubstack reads a subscriber export. The subscription date is the moment of the
// opt-in, unless the subscriber came by an import. A first payment is a sale of the
// publisher's own letter. A cancellation ends the paid contract; where no letter is
// received any more it is a withdrawal too.
func bindSubstack(b *binder) {
	b.onJoin(setEmail, "email")
	b.onJoin(moment(func(s *scratch) *reconsent.When { return &s.optIn }), "subscriptiondate")
	b.onJoin(refusedAt(func(s *scratch) *reconsent.When { return &s.ended }), "canceldate")
	b.onJoin(func(r *row, text []byte) error { r.scratch.reason = text; return nil }, "subscriptionsourcefree")
	b.onJoin(func(r *row, text []byte) error { r.scratch.receiving = true; return nil }, "receivingemailsfor")
	b.on(fact("sale_at"), "firstpaymentat")
	b.finish = func(r *row) {
		r.channel = basis.Email
		s := &r.scratch
		if key(string(s.reason)) == "import" || key(string(s.reason)) == "imported" {
			r.bulk = true
		} else if !s.optIn.IsZero() {
			r.consents(s.optIn)
			if r.facts.Source == "" {
				r.facts.Source = basis.FromSubject
			}
			if r.facts.AcquiredAt.IsZero() {
				r.facts.AcquiredAt = s.optIn
			}
		}
		if !s.ended.IsZero() {
			r.facts.ContractActive = reconsent.No
			if !s.receiving {
				r.withdraw(nil, basis.Email, s.ended)
			}
		}
	}
}
