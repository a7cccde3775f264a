package main

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
	"github.com/grondslag/grondslag/retention"
)

// summary is the answer for all contacts together: numbers, no persons.
type summary struct {
	At         time.Time
	Controller string
	Country    string
	Files      []*fileLine
	// Records are the contact records judged, Answers the answers given: one for each
	// record, purpose and channel. Contacts are the different contacts of several
	// files, 0 where they were not counted.
	Records, Answers, Contacts int
	Totals                     totals
	Uses                       []*useLine
	Rules                      []*ruleLine
	Codes                      []countLine
	Fields                     []countLine
	Evidence                   []countLine
	Gaps                       []countLine
	Keeping                    []countLine         // by state of retention; none when no purpose has a rule
	Broken                     []*exports.RowError // the first of them
	BrokenRows                 int
	Notes                      []basis.Text

	titles   map[string]basis.Text
	uses     map[useKey]*useLine
	rules    map[ruleKey]*ruleLine
	lastUse  *useLine
	codes    map[string]int
	fields   map[string]int
	evidence map[reconsent.Grade]int
	gapSets  map[reconsent.Gaps]int
	keeping  map[retention.State]int
	lastFile string
	lastRow  int
}

// maxBroken is the number of broken rows that are named one by one.
const maxBroken = 20

// totals count answers by what they ask of the controller.
type totals struct {
	// AskElsewhere are among Ask, and Erase among Stop.
	Keep, Ask, AskElsewhere, Stop, Erase, Assess, Review int
}

func (t *totals) add(o reconsent.Outcome) {
	switch {
	case o.Keeps():
		t.Keep++
	case o.Asks():
		t.Ask++
		if o == reconsent.AskOtherChannel {
			t.AskElsewhere++
		}
	case o.Stops():
		t.Stop++
		if o == reconsent.Erase {
			t.Erase++
		}
	case o == reconsent.AssessInterest:
		t.Assess++
	default:
		t.Review++
	}
}

// fileLine is what was read of a file.
type fileLine struct {
	Name    string
	Product exports.Product
	Zone    string
	Filled  []string // facts that the policy gave everyone in it
	SHA256  string
	Broken  int
	// unmatched: no entry of the policy says how to read it.
	unmatched bool
	file      *exports.File
}

type useKey struct {
	purpose string
	channel basis.Channel
}

// useLine are the answers for one purpose over one channel.
type useLine struct {
	Purpose string
	Title   basis.Text
	Channel basis.Channel
	Totals  totals
}

// ruleKey tells the rows of the table apart: several may share an id, none shares its
// list of provisions.
type ruleKey struct {
	rule string
	row  *string
}

// ruleLine are the answers that one row of the table gave.
type ruleLine struct {
	Rule    string
	Outcome reconsent.Outcome
	Cites   []string
	Why     basis.Text
	Count   int
	order   int // of appearance
}

type countLine struct {
	Code  string
	Count int
}

func newSummary(p *policy, t *reconsent.Table, o *options) *summary {
	s := &summary{
		At: t.At(), Controller: p.Controller.Name, Country: p.Controller.Country,
		Notes:  t.Unverified(),
		titles: map[string]basis.Text{}, uses: map[useKey]*useLine{}, rules: map[ruleKey]*ruleLine{},
		codes: map[string]int{}, fields: map[string]int{}, evidence: map[reconsent.Grade]int{}, gapSets: map[reconsent.Gaps]int{}, keeping: map[retention.State]int{},
	}
	for _, pp := range p.Purposes {
		s.titles[string(pp.ID)] = pp.Title
	}
	return s
}

func (s *summary) opened(f *exports.File, notes fileNotes, zone *time.Location) {
	s.Files = append(s.Files, &fileLine{Name: f.Name, Product: f.Product, Zone: zone.String(), Filled: notes.filled, unmatched: notes.unmatched && f.Product != exports.FactsCSV, file: f})
}

// add counts one answer.
func (s *summary) add(f *reconsent.Facts, a *reconsent.Answer, k kept) {
	if o := &f.Origin; o.Row != s.lastRow || o.File != s.lastFile {
		s.lastRow, s.lastFile = o.Row, o.File
		s.Records++
	}
	s.Answers++
	s.Totals.add(a.Outcome)
	u := s.lastUse
	if u == nil || u.Purpose != f.Purpose || u.Channel != f.Channel {
		u = s.use(f.Purpose, f.Channel)
		s.lastUse = u
	}
	u.Totals.add(a.Outcome)
	key := ruleKey{rule: a.Rule}
	if len(a.Cites) > 0 {
		key.row = &a.Cites[0]
	}
	r := s.rules[key]
	if r == nil {
		r = &ruleLine{Rule: a.Rule, Outcome: a.Outcome, Cites: a.Cites, Why: a.Why, order: len(s.rules)}
		s.rules[key] = r
	}
	r.Count++
	for c := range a.Codes.All() {
		s.codes[string(c)]++
	}
	for _, f := range a.Unneeded {
		s.fields[f]++
	}
	s.evidence[a.Evidence]++
	s.gapSets[a.Gaps]++
	if k.State != "" {
		s.keeping[k.State]++
	}
}

func (s *summary) use(purpose string, c basis.Channel) *useLine {
	u := s.uses[useKey{purpose, c}]
	if u == nil {
		u = &useLine{Purpose: purpose, Title: s.titles[purpose], Channel: c}
		s.uses[useKey{purpose, c}] = u
		s.Uses = append(s.Uses, u)
	}
	return u
}

// broke counts a record that could not be read.
func (s *summary) broke(file string, e *exports.RowError) {
	s.BrokenRows++
	if len(s.Broken) < maxBroken {
		s.Broken = append(s.Broken, e)
	}
	for _, f := range s.Files {
		if f.Name == file {
			f.Broken++
			return
		}
	}
}

// finish orders what was counted.
func (s *summary) finish(set *exports.Set) {
	s.Contacts = set.Contacts()
	for _, f := range s.Files {
		f.SHA256 = f.file.SHA256()
	}
	s.Rules = slices.SortedFunc(merged(s.rules), func(a, b *ruleLine) int {
		return cmp.Or(cmp.Compare(outcomeOrder(a.Outcome), outcomeOrder(b.Outcome)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.order, b.order))
	})
	s.Codes = counted(s.codes)
	s.Fields = counted(s.fields)
	for _, g := range []reconsent.Grade{reconsent.Complete, reconsent.Partial, reconsent.NoEvidence} {
		s.Evidence = append(s.Evidence, countLine{string(g), s.evidence[g]})
	}
	gaps := map[string]int{}
	for set, n := range s.gapSets {
		for g := range set.All() {
			gaps[string(g)] += n
		}
	}
	s.Gaps = counted(gaps)
	for _, name := range retention.State("").Values() {
		if n := s.keeping[retention.State(name)]; n > 0 {
			s.Keeping = append(s.Keeping, countLine{name, n})
		}
	}
}

// merged joins the rows that say the same but for their provisions.
func merged(rows map[ruleKey]*ruleLine) iter.Seq[*ruleLine] {
	lines := map[string]*ruleLine{}
	for _, r := range slices.SortedFunc(maps.Values(rows), func(a, b *ruleLine) int { return cmp.Compare(a.order, b.order) }) {
		key := r.Rule + "\n" + r.Why.En
		l := lines[key]
		if l == nil {
			l = &ruleLine{Rule: r.Rule, Outcome: r.Outcome, Why: r.Why, order: r.order}
			lines[key] = l
		}
		l.Count += r.Count
		for _, c := range r.Cites {
			if !slices.Contains(l.Cites, c) {
				l.Cites = append(l.Cites, c)
			}
		}
	}
	return maps.Values(lines)
}

// counted orders counts, the largest first.
func counted(m map[string]int) []countLine {
	var out []countLine
	for code, n := range m {
		out = append(out, countLine{code, n})
	}
	slices.SortFunc(out, func(a, b countLine) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Code, b.Code))
	})
	return out
}

// outcomeOrder is the order of the declaration of outcomes: what may stay comes first.
func outcomeOrder(o reconsent.Outcome) int { return slices.Index(o.Values(), string(o)) }

// overdue are the answers whose data were to be gone.
func (s *summary) overdue() int { return s.keeping[retention.Due] }

func (s *summary) code(c reconsent.Code) int {
	for _, l := range s.Codes {
		if l.Code == string(c) {
			return l.Count
		}
	}
	return 0
}

// actionNeeded reports whether anything is left to do.
func (s *summary) actionNeeded() bool {
	return s.Totals.Keep < s.Answers || len(s.Codes)+len(s.Fields)+s.BrokenRows > 0
}
