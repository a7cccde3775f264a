package exports

import (
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// collectRefusals notes what the row refuses, also where something else is wrong with
// it, and not only for the uses that the row itself is judged for: a record kept for an
// order can say that the person left the newsletter.
func (s *Set) collectRefusals(r *row) {
	if r.file.Product == FactsCSV || len(r.refusals) == 0 {
		return
	}
	var k contactKeys
	k, s.buf = r.keys(s.seed, s.buf)
	everything := refusal{kind: objection, at: reconsent.Undated()}
	objected := slices.Contains(r.refusals, everything)
	for _, f := range r.refusals {
		if objected && f != everything && (f.purpose == nil || marketing(f.purpose.Kind)) {
			continue // says no more than the objection does
		}
		at, ok := millis(f.at, s.Table.Zone(), true)
		if !ok || !s.Table.Happened(f.at) {
			continue
		}
		if !s.Table.Happened(whenOf(at)) {
			at-- // rounded up out of the day of evaluation
		}
		s.acts.add(f.kind, &k, f.use(), at)
	}
}

// mayProve reports whether a row of the file can prove a consent at all: some text
// must come from somewhere, and no export has it.
func (f *File) mayProve() bool {
	if f.Product == FactsCSV {
		return false // judged row by row
	}
	if _, ok := f.cfg.Columns["consent_text"]; ok || f.template.ConsentText != "" {
		return true
	}
	for i := range f.purposes {
		for _, fl := range f.purposes[i].fills {
			if fl.column.name == "consent_text" {
				return true
			}
		}
	}
	return false
}

// collectGrants notes the complete consents of the row.
func (s *Set) collectGrants(r *row) bool {
	if r.err != nil {
		return true
	}
	var k contactKeys
	k, s.buf = r.keys(s.seed, s.buf)
	f := &s.facts
	r.file.eachUse(r, func(p *Purpose, c basis.Channel) bool {
		s.own(r, p, c, f)
		if grade, _ := s.Table.Evidence(f); grade == reconsent.Complete {
			if at, ok := millis(f.ConsentAt, s.Table.Zone(), false); ok {
				s.acts.add(grant, &k, use(p.ID, c), at)
			}
		}
		return true
	})
	return true
}

// maxLinks bounds the passes that carry acts from row to row; a chain of ids that is
// longer does not occur in exports.
const maxLinks = 8

// link carries acts along rows that share only some of their keys: an Individual's
// objection reaches its Contact, and that Contact's address in the mail tool's file.
func (s *Set) link() error {
	linked := slices.DeleteFunc(slices.Clone(s.Files), func(f *File) bool { return f.Product == FactsCSV })
	if len(linked) < 2 || s.acts.n == 0 {
		return nil
	}
	s.current = Linking
	for range maxLinks {
		news := false
		for _, f := range linked {
			if err := s.scan(f, nil, true, func(r *row) bool {
				news = s.spread(r) || news
				return true
			}); err != nil {
				return err
			}
		}
		if !news {
			return nil
		}
	}
	return nil
}

// spread carries the acts of the row's keys to all of them, and reports news.
func (s *Set) spread(r *row) bool {
	var k contactKeys
	k, s.buf = r.keys(s.seed, s.buf)
	if k.n < 2 || s.acts.none(&k) {
		return false
	}
	news := false
	channels := append(basis.Channel("").Values(), "")
	for _, c := range channels {
		c := basis.Channel(c)
		news = s.acts.spread(objection, &k, use("", c)) || news
		news = s.acts.spread(withdrawal, &k, use("", c)) || news
		for _, p := range s.purposes {
			news = s.acts.spread(withdrawal, &k, use(p.ID, c)) || news
			news = s.acts.spread(grant, &k, use(p.ID, c)) || news
		}
	}
	return news
}

// elsewhere stands for the wording of a consent that another row proves.
const elsewhere = "kept with another record of the contact"

// joined adds what the contact did according to other rows.
func (s *Set) joined(keys *contactKeys, p *Purpose, c basis.Channel, f *reconsent.Facts) {
	zone := s.Table.Zone()
	for _, k := range [...]struct {
		kind kind
		at   *reconsent.When
	}{{objection, &f.ObjectedAt}, {withdrawal, &f.WithdrawnAt}} {
		for _, u := range scopes(k.kind, p, c, f.Kind) {
			if *k.at == reconsent.Undated() {
				break // nothing is later
			}
			if at, ok := s.acts.latestOf(k.kind, keys, u); ok {
				*k.at = later(*k.at, at, zone)
			}
		}
	}
	at, ok := s.acts.latestOf(grant, keys, use(p.ID, c))
	if !ok {
		return
	}
	if grade, _ := s.Table.Evidence(f); grade == reconsent.Complete {
		if mine, ok := millis(f.ConsentAt, zone, false); ok && mine >= at {
			return
		}
	}
	f.ConsentAt, f.ConsentAction = whenOf(at), reconsent.ActiveAction
	f.ConsentBundled, f.ConsentWithdrawalTold = reconsent.No, reconsent.Yes
	if f.ConsentText == "" {
		f.ConsentText = elsewhere
	}
}
