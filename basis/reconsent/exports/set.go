package exports

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"slices"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/delimited"
	"github.com/grondslag/grondslag/internal/normalize"
)

// Set is the export files of one controller, judged together: what a contact refused
// in one reaches its rows in all.
type Set struct {
	Table *reconsent.Table
	Files []*File
	// Select limits the facts to the purpose of that id; empty: all. What contacts
	// refused is read for all purposes all the same.
	Select string
	// Progress, when set, is told after each record which pass reads it.
	Progress func(pass Pass, f *File, row int)

	seed   maphash.Seed
	people *distinct
	// purposes are those of all files, each id once.
	purposes []*Purpose
	acts     *acts
	buf      []byte
	facts    reconsent.Facts // what is yielded, one after the other
	current  Pass
}

// Pass is one reading of the files.
type Pass string

const (
	// Collecting gathers refusals and grants.
	Collecting Pass = "collecting"
	// Linking carries them along the ids and addresses that rows share.
	Linking Pass = "linking"
	// Judging yields the facts.
	Judging Pass = "judging"
)

// All yields the facts of the file alone; see [Set.All].
func (f *File) All(t *reconsent.Table) iter.Seq2[reconsent.Facts, error] {
	return (&Set{Table: t, Files: []*File{f}}).All()
}

// All reads the files and yields the facts of each row, once for each purpose and
// channel that the row speaks of, in the order of files and rows.
//
// A record that can't be read comes as a [*RowError] beside facts that hold its
// Origin alone, and the stream goes on; any other error ends it. The files are read
// two times or more: refusals may stand below the rows they concern. Memory is
// constant but for at most 16 bytes for each address or id that refused something or
// gave a complete consent; the time is linear.
func (s *Set) All() iter.Seq2[reconsent.Facts, error] {
	return func(yield func(reconsent.Facts, error) bool) {
		s.Each(func(f *reconsent.Facts, err error) bool {
			if f == nil {
				return yield(reconsent.Facts{}, err)
			}
			return yield(*f, err)
		})
	}
}

// Each is All without a copy of the facts per step: they are valid during the call
// of yield, and must not be kept. It does not allocate per row beyond the texts of
// facts that are texts.
func (s *Set) Each(yield func(*reconsent.Facts, error) bool) {
	if err := s.prepare(); err != nil {
		yield(nil, err)
		return
	}
	s.current = Judging
	for _, f := range s.Files {
		rows := f.rows
		more := true
		err := s.scan(f, nil, false, func(r *row) bool {
			more = s.expand(r, yield)
			return more
		})
		if !more {
			return
		}
		if err == nil && f.rows != rows {
			err = fmt.Errorf("%s: the file changed while it was read", f.Name)
		}
		if err != nil {
			yield(nil, err)
			return
		}
	}
}

// Contacts returns the number of different contacts in several files, told apart by
// their addresses, after a whole pass over [Set.All] or [Set.Each]. It is 0 for a
// single file, whose rows are taken for different contacts, with a facts file among
// them, and past 1,572,864.
func (s *Set) Contacts() int {
	if s.people == nil {
		return 0
	}
	return s.people.count()
}

// prepare runs the passes before the last: collect, and link until nothing new comes.
func (s *Set) prepare() error {
	if s.Table == nil {
		return errors.New("exports: a Set needs a Table")
	}
	s.seed = maphash.MakeSeed()
	s.acts = newActs()
	repeats := newRepeats(s.seed)
	grants, linked := false, 0
	facts := func(f *File) bool { return f.Product == FactsCSV }
	if s.people = nil; len(s.Files) > 1 && !slices.ContainsFunc(s.Files, facts) {
		s.people = new(distinct)
	}
	s.purposes = nil
	for _, f := range s.Files {
		for i := range f.purposes {
			p := &f.purposes[i]
			if !slices.ContainsFunc(s.purposes, func(q *Purpose) bool { return q.ID == p.ID }) {
				s.purposes = append(s.purposes, p)
			}
		}
	}
	s.current = Collecting
	for _, f := range s.Files {
		f.repeats = nil
		sum := sha256.New()
		if err := s.scan(f, sum, true, func(r *row) bool {
			s.collectRefusals(r)
			if s.people == nil && f.Product != Mailchimp {
				return true
			}
			var k contactKeys
			if k, s.buf = r.keys(s.seed, s.buf); k.n == 0 {
				return true
			}
			if s.people != nil {
				s.people.add(k.one())
			}
			if f.Product == Mailchimp {
				repeats.note(r.scratch.confirmed, r.scratch.confirmedIP, k.one())
			}
			return true
		}); err != nil {
			return err
		}
		f.sum = hex.EncodeToString(sum.Sum(nil))
		f.template.Origin.SHA256 = f.sum
		grants = grants || f.mayProve()
		if f.Product != FactsCSV {
			linked++
		}
	}
	for _, f := range s.Files {
		f.repeats = repeats
	}
	if grants {
		for _, f := range s.Files {
			if !f.mayProve() {
				continue
			}
			if err := s.scan(f, nil, false, s.collectGrants); err != nil {
				return err
			}
		}
	}
	s.acts.settle()
	return s.link(linked)
}

// maxLinks bounds the passes that carry acts from row to row; a chain of ids that is
// longer does not occur in exports.
const maxLinks = 8

// link carries acts along rows that share only some of their keys: an Individual's
// objection reaches its Contact, and that Contact's address in the mail tool's file.
func (s *Set) link(files int) error {
	if files < 2 || s.acts.n == 0 {
		return nil
	}
	s.current = Linking
	for range maxLinks {
		news := false
		for _, f := range s.Files {
			if f.Product == FactsCSV {
				continue
			}
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

// mayProve reports whether a row of the file can prove a consent at all: some text
// must come from somewhere, and no export has it.
func (f *File) mayProve() bool {
	if f.Product == FactsCSV {
		return false // judged row by row
	}
	if _, ok := f.cfg.Columns["consent_text"]; ok || f.template.ConsentText != "" {
		return true
	}
	for _, fills := range f.fills {
		for _, fl := range fills {
			if fl.column.name == "consent_text" {
				return true
			}
		}
	}
	return false
}

// scan reads the file from the start and calls visit with every record; those that
// are broken as records come without columns. With sum, the file is hashed.
func (s *Set) scan(f *File, sum io.Writer, join bool, visit func(*row) bool) error {
	_, src, err := f.begin(sum)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	r := &row{}
	n := 0
	for {
		record, err := src.Read()
		if err == io.EOF {
			break
		}
		broken, isBroken := errors.AsType[delimited.Broken](err)
		if err != nil && !isBroken {
			return errors.Join(fmt.Errorf("%s: %w", f.Name, err), src.Close())
		}
		n++
		if s.Progress != nil {
			s.Progress(s.current, f, n)
		}
		r.reset(f, n)
		switch {
		case isBroken:
			r.fail("", broken)
		case blank(record):
			continue
		default:
			r.read(record, join)
		}
		if !visit(r) {
			return src.Close()
		}
	}
	f.rows = n
	return src.Close()
}

// blank reports whether a record is the separators of an empty spreadsheet line.
func blank(record [][]byte) bool {
	for _, f := range record {
		if len(trim(f)) > 0 {
			return false
		}
	}
	return true
}

// collectRefusals notes what the row refuses, also where something else is wrong with it.
func (s *Set) collectRefusals(r *row) {
	if r.file.Product == FactsCSV || r.objected.IsZero() && r.objectedCalls.IsZero() && len(r.refusals) == 0 {
		return
	}
	var k contactKeys
	k, s.buf = r.keys(s.seed, s.buf)
	note := func(kind kind, use uint64, w reconsent.When) {
		at, ok := millis(w, s.Table.Zone(), true)
		if !ok || !s.Table.Happened(w) {
			return
		}
		if !s.Table.Happened(whenOf(at)) {
			at-- // rounded up out of the day of evaluation
		}
		s.acts.add(kind, &k, use, at)
	}
	note(objection, 0, r.objected)
	note(callObjection, 0, r.objectedCalls)
	for _, refusal := range r.refusals {
		if r.objected == reconsent.Undated() && (refusal.purpose == nil || marketing(refusal.purpose.Kind)) {
			continue // says no more than the objection does
		}
		// Not only the uses that the row itself is judged for: a record kept for an order
		// can say that the person left the newsletter.
		for _, p := range s.purposes {
			for _, c := range p.Channels {
				if refusal.covers(p, c) {
					note(withdrawal, use(p, c), refusal.at)
				}
			}
			if c := r.stated; c != "" && !slices.Contains(p.Channels, c) && refusal.covers(p, c) {
				note(withdrawal, use(p, c), refusal.at)
			}
		}
	}
}

// covers reports whether the refusal holds for the purpose over the channel.
func (f refusal) covers(p *Purpose, c basis.Channel) bool {
	if f.channel != "" && f.channel != c {
		return false
	}
	if f.purpose == nil {
		return marketing(p.Kind)
	}
	return f.purpose.ID == p.ID
}

func marketing(k basis.Kind) bool { return k == "" || k == basis.DirectMarketing }

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
				s.acts.add(grant, &k, use(p, c), at)
			}
		}
		return true
	})
	return true
}

// spread carries the acts of the row's keys to all of them, and reports news.
func (s *Set) spread(r *row) bool {
	var k contactKeys
	k, s.buf = r.keys(s.seed, s.buf)
	if k.n < 2 || s.acts.none(&k) {
		return false
	}
	news := s.acts.spread(objection, &k, 0)
	news = s.acts.spread(callObjection, &k, 0) || news
	for _, p := range s.purposes {
		for _, c := range p.Channels {
			news = s.acts.spread(withdrawal, &k, use(p, c)) || news
			news = s.acts.spread(grant, &k, use(p, c)) || news
		}
	}
	return news
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

// elsewhere stands for the wording of a consent that another row proves.
const elsewhere = "kept with another record of the contact"

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
	for _, fl := range r.file.fills[slices.IndexFunc(r.file.purposes, func(q Purpose) bool { return q.ID == p.ID })] {
		if !fl.column.isSet(f) && !(r.bulk && fl.column.consent) {
			_ = fl.column.set(f, fl.value, r.file.reading) // was tried when the file was bound
		}
	}
	if r.unknown || r.channel != "" && r.channel != c || !r.lapses.IsZero() && s.Table.Happened(r.lapses) {
		dropConsent(f)
	}
	if marketing(f.Kind) {
		f.ObjectedAt = s.latest(f.ObjectedAt, r.objected)
		if c == basis.Phone {
			f.ObjectedAt = s.latest(f.ObjectedAt, r.objectedCalls)
		}
	}
	for _, w := range r.refusals {
		if w.covers(p, c) {
			f.WithdrawnAt = s.latest(f.WithdrawnAt, w.at)
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

// joined adds what the contact did according to other rows.
func (s *Set) joined(k *contactKeys, p *Purpose, c basis.Channel, f *reconsent.Facts) {
	zone := s.Table.Zone()
	if marketing(f.Kind) {
		if at, ok := s.acts.latestOf(objection, k, 0); ok {
			f.ObjectedAt = later(f.ObjectedAt, at, zone)
		}
		if c == basis.Phone {
			if at, ok := s.acts.latestOf(callObjection, k, 0); ok {
				f.ObjectedAt = later(f.ObjectedAt, at, zone)
			}
		}
	}
	u := use(p, c)
	if at, ok := s.acts.latestOf(withdrawal, k, u); ok {
		f.WithdrawnAt = later(f.WithdrawnAt, at, zone)
	}
	at, ok := s.acts.latestOf(grant, k, u)
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
