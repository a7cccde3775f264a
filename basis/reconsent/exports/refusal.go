package exports

import (
	"cmp"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// refusal is an objection to direct marketing, GDPR Art. 21(2), or the withdrawal of a
// consent, Art. 7(3): for a purpose or for all marketing (nil), over a channel or over
// all (""). A row may have several, and each counts: none takes another's place.
type refusal struct {
	kind    kind // objection or withdrawal
	purpose *Purpose
	channel basis.Channel
	at      reconsent.When
}

// object notes an objection to all marketing over the channel; a zero moment is none.
func (r *row) object(c basis.Channel, at reconsent.When) {
	if !at.IsZero() {
		r.refusals = append(r.refusals, refusal{objection, nil, c, at})
	}
}

// withdraw notes a withdrawal; a zero moment is none.
func (r *row) withdraw(p *Purpose, c basis.Channel, at reconsent.When) {
	if !at.IsZero() {
		r.refusals = append(r.refusals, refusal{withdrawal, p, c, at})
	}
}

// withdrawAll notes a withdrawal that the policy maps a column to: of the purpose that
// the row speaks of, else of all marketing and of what else rests on consent.
func (r *row) withdrawAll(at reconsent.When) {
	r.withdraw(r.only, r.stated, at)
	for i := range r.file.purposes {
		p := &r.file.purposes[i]
		if r.only == nil && !marketing(p.Kind) && cmp.Or(p.Basis, fittest(r.bases, p.Kind)) == basis.Consent {
			r.withdraw(p, r.stated, at)
		}
	}
}

// use returns the scope for which the refusal was given.
func (f refusal) use() uint64 {
	if f.purpose == nil {
		return use("", f.channel)
	}
	return use(f.purpose.ID, f.channel)
}

// covers reports whether the refusal holds for the purpose over the channel, for facts
// of kind k.
func (f refusal) covers(p *Purpose, c basis.Channel, k basis.Kind) bool {
	if f.channel != "" && f.channel != c {
		return false
	}
	if f.purpose != nil {
		return f.purpose.ID == p.ID
	}
	return promotes(f.kind, p, k)
}

// scopes returns the scopes of the refusals that [refusal.covers] the purpose over the
// channel, for facts of kind k; 0 is none.
func scopes(of kind, p *Purpose, c basis.Channel, k basis.Kind) (all [4]uint64) {
	if of != objection { // objections are to all marketing
		all[0], all[1] = use(p.ID, c), use(p.ID, "")
	}
	if promotes(of, p, k) {
		all[2], all[3] = use("", c), use("", "")
	}
	return all
}

// promotes reports whether a refusal of all marketing is one of this use. A withdrawal
// is also where the facts call a purpose of marketing by another kind.
func promotes(of kind, p *Purpose, k basis.Kind) bool {
	return marketing(k) || of == withdrawal && marketing(p.Kind)
}

func marketing(k basis.Kind) bool { return k == "" || k == basis.DirectMarketing }

// moment returns the fact that holds refusals of this kind.
func (f refusal) moment(facts *reconsent.Facts) *reconsent.When {
	if f.kind == objection {
		return &facts.ObjectedAt
	}
	return &facts.WithdrawnAt
}

// flag reads a flag that says that the person refused. What can't be read has
// happened: a refusal is never lost to a typing error.
func flag(text []byte) (bool, error) {
	v, ok := truth(text, false)
	if !ok {
		return true, errYesNo
	}
	return v == reconsent.Yes, nil
}

// denied reads the moment of a refusal, or a flag that says that there was one. What
// can't be read has still happened.
func (r *row) denied(text []byte, at *reconsent.When) error {
	w, err := r.file.reading.moments.parse(text)
	if err != nil {
		v, ok := truth(text, false)
		if v == reconsent.No {
			return nil
		}
		if w = reconsent.Undated(); ok {
			err = nil
		}
	}
	*at = w
	return err
}
