package exports

import (
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/normalize"
)

// expand yields the facts of a row.
func (s *Set) expand(r *row, yield func(*reconsent.Facts, error) bool) bool {
	if r.err != nil {
		s.facts = reconsent.Facts{Origin: r.facts.Origin}
		return yield(&s.facts, r.err)
	}
	if r.file.Product == FactsCSV {
		f := &r.facts
		f.Address = normalize.LooksLikeEmail(f.Contact) || normalize.LooksLikePhone(f.Contact)
		if s.Select != "" && f.Purpose == "" {
			f.Purpose = s.Select
		}
		return s.Select != "" && f.Purpose != s.Select || yield(f, nil)
	}
	r.identify()
	var k contactKeys
	if s.acts.n > 0 {
		if k, s.buf = r.keys(s.seed, s.buf); s.acts.none(&k) {
			k.n = 0
		}
	}
	f := &s.facts
	return r.file.eachUse(r, func(p *Purpose, c basis.Channel) bool {
		if s.Select != "" && p.ID != s.Select {
			return true
		}
		s.own(r, p, c, f)
		if k.n > 0 {
			s.joined(&k, p, c, f)
		}
		return yield(f, nil)
	})
}

// eachUse calls do for each purpose and channel that the row speaks of.
func (f *File) eachUse(r *row, do func(*Purpose, basis.Channel) bool) bool {
	for i := range f.purposes {
		p := &f.purposes[i]
		if r.only != nil && r.only != p {
			continue
		}
		if r.stated != "" {
			if !do(p, r.stated) {
				return false
			}
			continue
		}
		for _, c := range p.Channels {
			if !do(p, c) {
				return false
			}
		}
	}
	return true
}

// own sets f to what the row itself says for the purpose over the channel.
func (s *Set) own(r *row, p *Purpose, c basis.Channel, f *reconsent.Facts) {
	*f = r.facts
	f.Purpose, f.Channel = p.ID, c
	if f.Kind == "" {
		f.Kind = p.Kind
	}
	if f.Basis == "" {
		if f.Basis = p.Basis; f.Basis == "" || r.basisMapped && len(r.bases) > 0 {
			f.Basis = fittest(r.bases, p.Kind)
		}
	}
	for _, fl := range p.fills {
		if !fl.column.isSet(f) && !(r.bulk && fl.column.consent) {
			_ = fl.column.set(f, fl.value, r.file.reading) // was tried when the file was bound
		}
	}
	if r.unknown || r.channel != "" && r.channel != c || !r.lapses.IsZero() && s.Table.Happened(r.lapses) {
		dropConsent(f)
	}
	for _, w := range r.refusals {
		if w.covers(p, c, f.Kind) {
			at := w.moment(f)
			*at = s.latest(*at, w.at)
		}
	}
}

// latest returns the later of two refusals that have happened.
func (s *Set) latest(a, b reconsent.When) reconsent.When {
	if !s.Table.Happened(b) {
		return a
	}
	at, _ := millis(b, s.Table.Zone(), true)
	if mine, ok := millis(a, s.Table.Zone(), true); ok && s.Table.Happened(a) && mine >= at {
		return a
	}
	return b
}

// fittest returns the basis that fits a purpose of that kind best among those that a
// row states: a row's basis is about the contact, not about one purpose.
func fittest(stated []basis.Basis, k basis.Kind) basis.Basis {
	order := [...]basis.Basis{basis.Contract, basis.LegalObligation, basis.PublicTask, basis.VitalInterests, basis.LegitimateInterests, basis.Consent}
	if marketing(k) {
		order = [...]basis.Basis{basis.Consent, basis.LegitimateInterests, basis.Contract, basis.LegalObligation, basis.PublicTask, basis.VitalInterests}
	}
	for _, b := range order {
		if slices.Contains(stated, b) {
			return b
		}
	}
	return ""
}
