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

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/delimited"
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

// prepare runs the passes before the last: collect refusals, then grants, and link
// until nothing new comes.
func (s *Set) prepare() error {
	if s.Table == nil {
		return errors.New("exports: a Set needs a Table")
	}
	s.seed = maphash.MakeSeed()
	s.acts = newActs()
	s.purposes = nil
	facts := func(f *File) bool { return f.Product == FactsCSV }
	if s.people = nil; len(s.Files) > 1 && !slices.ContainsFunc(s.Files, facts) {
		s.people = new(distinct)
	}
	for _, f := range s.Files {
		for i := range f.purposes {
			p := &f.purposes[i]
			if !slices.ContainsFunc(s.purposes, func(q *Purpose) bool { return q.ID == p.ID }) {
				s.purposes = append(s.purposes, p)
			}
		}
	}
	s.current = Collecting
	repeats := newRepeats(s.seed)
	for _, f := range s.Files {
		if err := s.collect(f, repeats); err != nil {
			return err
		}
	}
	for _, f := range s.Files {
		f.repeats = repeats
		if !f.mayProve() {
			continue
		}
		if err := s.scan(f, nil, false, s.collectGrants); err != nil {
			return err
		}
	}
	s.acts.settle()
	return s.link()
}

// collect reads the file for the first time: its hash, who refused what, how many
// contacts there are and how they were confirmed.
func (s *Set) collect(f *File, repeats *repeats) error {
	f.repeats = nil
	sum := sha256.New()
	err := s.scan(f, sum, true, func(r *row) bool {
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
	})
	f.sum = hex.EncodeToString(sum.Sum(nil))
	f.template.Origin.SHA256 = f.sum
	return err
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
