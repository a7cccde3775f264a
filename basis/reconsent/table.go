package reconsent

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/civil"
)

// Controller is who answers for the data, Art. 4(7), as far as the rules ask.
type Controller struct {
	// Country is the ISO 3166-1 alpha-2 code of the establishment; its law on
	// unsolicited communications and its age of consent count. UK and EL, as the
	// Union writes them, are taken for GB and GR.
	Country string
	// Sector holds for facts that state none.
	Sector Sector
	// PublicAuthority: facts that do not say whether they serve a public task are
	// taken to, so that Art. 6(1), second subparagraph, is not passed over.
	PublicAuthority bool
	// Marketing and Ages replace the tables that ship with the package
	// ([MarketingLaw], [Ages]) when they are not nil.
	Marketing []MarketingRow
	Ages      []AgeRow
}

// Table is the decision table for one controller on one day. It does not change
// once built and is safe for concurrent use. The zero Table sends everything to review.
type Table struct {
	marketing  []rule // the rows that apply to direct marketing
	other      []rule // the rows that apply to the other kinds
	failed     rule
	unassessed rule
	controller Controller
	law        MarketingRow
	ages       ages
	grownUp    int64 // days after birth by which every age of the table is reached
	loc        *time.Location
	at         dayLimit
	dayBefore  dayLimit
	monthAgo   dayLimit // the last day that lies more than one month back
	saleLimit  dayLimit // the last day of sale past the law's term for customers
}

// NewTable builds the table for controller c as of the civil day of at, in at's
// location, which is the controller's zone. It fails on a country that is not two
// capital letters, a year outside 2 to 9998, and a malformed row of a table.
func NewTable(c Controller, at time.Time) (*Table, error) {
	if !alpha2(c.Country) {
		return nil, errors.New("reconsent: the controller's country must be two capital letters (ISO 3166-1)")
	}
	c.Country = iso(c.Country)
	if c.Sector != "" && !c.Sector.Valid() {
		return nil, errors.New("reconsent: the controller's sector is outside its list")
	}
	if y := at.Year(); y < 2 || y > 9998 {
		return nil, fmt.Errorf("reconsent: year %d of evaluation is outside 2 to 9998", y)
	}
	if c.Marketing == nil {
		c.Marketing = MarketingLaw()
	}
	if c.Ages == nil {
		c.Ages = Ages()
	}
	loc := at.Location()
	day := civil.In(at, loc)
	law, err := marketingOn(c.Marketing, c.Country, day)
	if err != nil {
		return nil, err
	}
	law.CallSectors = slices.Clone(law.CallSectors)
	ages, err := newAges(c.Ages, c.Country)
	if err != nil {
		return nil, err
	}
	t := &Table{
		failed: unbalanced(FailedAssessment), unassessed: unbalanced(NotAssessed),
		controller: c, law: law, ages: ages, loc: loc,
		at:        newDayLimit(day, loc),
		dayBefore: newDayLimit(day-1, loc),
		monthAgo:  newDayLimit(lastDayPast(day, 1), loc),
		saleLimit: newDayLimit(lastDayPast(day, law.CustomerMonths), loc),
	}
	oldest := DefaultAge
	for _, a := range ages {
		oldest = max(oldest, a.age)
	}
	t.grownUp = int64(oldest+1) * 366
	for _, r := range rules() {
		r.cites = law.expand(r.cites)
		if r.of != other {
			t.marketing = append(t.marketing, r)
		}
		if r.of != marketing {
			t.other = append(t.other, r)
		}
	}
	return t, nil
}

// lastDayPast returns the latest day from which at lies more than n months on
// (same day of the month, clamped): the exact inverse of that addition.
func lastDayPast(at civil.Date, n int) civil.Date {
	// A date does not go back beyond year 1; no sale lies there.
	if first := civil.Of(1, 1, 1); first.AddMonths(n) >= at {
		return first - 1
	}
	d := at.AddMonths(-n)
	for d.AddMonths(n) >= at {
		d--
	}
	for (d + 1).AddMonths(n) < at {
		d++
	}
	return d
}

// expand puts the country's provisions in the place of their markers.
func (l MarketingRow) expand(cites []string) []string {
	var out []string
	for _, c := range cites {
		switch c {
		case national:
			c = l.Cite
		case customerCode:
			c = l.CustomerCite
		}
		if c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return slices.Clip(out)
}

// Decide answers for one set of facts. It is a pure function of the facts and the
// table, takes constant time (about 30 conditions) and does not allocate. Facts with
// a value outside its list go to review where the rules would take it for a friendlier
// one (kind, channel, basis, source and the exceptional facts); any other such value
// counts as unknown. [Facts.Validate] finds them all.
func (t *Table) Decide(f *Facts) Answer {
	s := situation{t: t, f: f}
	a := Answer{Unneeded: f.UnneededFields}
	a.Evidence, a.Gaps = evidence(f, t.at)
	s.complete = a.Evidence == Complete
	rows := t.other
	if !s.classify() || t.loc == nil {
		return t.missing(a)
	}
	s.objected = t.at.reached(f.ObjectedAt)
	s.withdrawn = t.at.reached(f.WithdrawnAt)
	if s.marketing {
		rows = t.marketing
	}
	for i := range rows {
		r := &rows[i]
		if !r.when(s) {
			continue
		}
		a.Cites = r.cites
		if r.balance && f.LIA != PassedAssessment {
			if r = &t.unassessed; f.LIA == FailedAssessment {
				r = &t.failed
			}
		}
		a.Rule, a.Outcome, a.Why = r.id, r.outcome, r.why
		break
	}
	a.Codes = s.duties(a)
	return a
}

// missing is the answer to facts that can't be judged at all: the last row's.
func (t *Table) missing(a Answer) Answer {
	all := t.other
	if all == nil { // the zero Table
		all = rules()
	}
	r := &all[len(all)-1]
	a.Rule, a.Outcome, a.Cites, a.Why = r.id, r.outcome, r.cites, r.why
	return a
}

// situation is one set of facts under one table, with what several rules ask
// worked out once.
type situation struct {
	t          *Table
	f          *Facts
	marketing  bool
	mail       bool // e-mail or text message
	call       bool
	electronic bool // mail or call: Directive 2002/58/EC Art. 13
	contacted  bool // over any channel
	objected   bool
	withdrawn  bool
	complete   bool // the evidence of consent
}

// classify fills in what stands for an empty kind and channel, and reports
// whether both are known to the rules.
func (s *situation) classify() bool {
	switch s.f.Kind {
	case "", basis.DirectMarketing:
		s.marketing = true
	default:
		if !s.f.Kind.Valid() {
			return false
		}
	}
	c := s.f.Channel
	if c == "" {
		c = basis.Email
	}
	s.mail = c == basis.Email || c == basis.SMS
	s.call = c == basis.Phone
	s.electronic = s.mail || s.call
	s.contacted = s.electronic || c == basis.Post
	return (s.contacted || c == basis.NoChannel) && s.exceptionsKnown()
}

// exceptionsKnown reports whether the facts that are no when empty, the basis and the
// source are within their lists: a misspelled yes must not pass for a no.
func (s *situation) exceptionsKnown() bool {
	f := s.f
	return (f.Special == "" || f.Special.Valid()) && (f.PublicTask == "" || f.PublicTask.Valid()) &&
		(f.PurposeChanged == "" || f.PurposeChanged.Valid()) && (f.FreeAccount == "" || f.FreeAccount.Valid()) &&
		(f.Basis == "" || f.Basis.Valid()) && (f.Source == "" || f.Source.Valid())
}

// reconsented reports whether a complete consent is later than the denial.
func (s situation) reconsented(denial When) bool {
	return s.complete && s.f.ConsentAt.laterThan(denial, s.t.loc)
}

func (s situation) consented() bool { return s.complete && s.f.PurposeChanged != Yes }

func (s situation) incompatible() bool {
	f := s.f
	return f.PurposeChanged == Yes && (f.Compatible != Yes || f.Basis == basis.Consent || f.Basis == basis.LegalObligation)
}

// company reports whether the contact is a legal person; an unknown contact is a natural one.
func (s situation) company() bool {
	return s.f.Person == LegalPersonNamed || s.f.Person == LegalPersonGeneric
}

func (s situation) sold() bool { return s.t.at.reached(s.f.SaleAt) }

// customer holds the conditions of the customer exception that calls and mails share.
func (s situation) customer() bool {
	f := s.f
	return s.sold() && f.SaleEntity == SameEntity && f.Similar == Yes && f.Informed == Yes && f.OptOutAtCollection == Yes
}

func (s situation) mayCallCustomers() bool {
	if s.t.law.CallCustomers {
		return true
	}
	sector := s.f.Sector
	if sector == "" {
		sector = s.t.controller.Sector
	}
	return slices.Contains(s.t.law.CallSectors, sector)
}

func (s situation) published() bool {
	return s.mail && s.t.law.Published && s.f.PublishedForPurpose == Yes && (s.company() || s.f.Person == SoleTrader)
}

// publicTask fills in what an authority does not state.
func (s situation) publicTask() bool {
	return s.f.PublicTask == Yes || s.f.PublicTask == "" && s.t.controller.PublicAuthority
}

// untilNotPassed: law_until is on or after the day of evaluation.
func (s situation) untilNotPassed() bool {
	return !s.f.LawUntil.IsZero() && !s.t.dayBefore.reached(s.f.LawUntil)
}

func (s situation) untilPassed() bool { return s.t.dayBefore.reached(s.f.LawUntil) }

// childConsent reports whether the consent is that of a child too young for it.
// A consent that has not happened yet does not fix the day; the day of evaluation does.
func (s situation) childConsent() bool {
	f := s.f
	if f.BirthDate.kind != dayOnly && f.BirthDate.kind != instant || f.ParentalConsent == Yes || f.OnlineService == No {
		return false
	}
	given := s.t.at.reached(f.ConsentAt)
	if f.Basis != basis.Consent && !(s.marketing && given) {
		return false
	}
	day := s.t.at.day
	if given && f.ConsentAt.kind != undated {
		// Long grown up, whatever the zone: no look-up in it.
		if since := f.ConsentAt.days() - f.BirthDate.days(); since > s.t.grownUp {
			return false
		}
		day = f.ConsentAt.day(s.t.loc)
	}
	return f.BirthDate.day(s.t.loc).YearsUntil(day) < s.t.ages.on(day)
}

// duties returns the additive codes.
func (s situation) duties(a Answer) Codes {
	f := s.f
	var c Codes
	if f.Person != LegalPersonGeneric {
		switch f.Source {
		case "", basis.UnknownSource:
			c |= codeFindSource
		case basis.FromSubject:
			if !s.t.at.reached(f.NoticeAt) {
				c |= codeInformNow
			}
		case basis.FromThirdParty, basis.FromPublic:
			firstMessage := s.marketing && s.contacted && a.Outcome.Keeps()
			if !s.t.at.reached(f.NoticeAt) && (f.AcquiredAt.IsZero() || s.t.monthAgo.reached(f.AcquiredAt) || firstMessage) {
				c |= codeInformNow
			}
		}
	}
	if f.PurposeChanged == Yes && !s.incompatible() {
		c |= codeInformBefore
	}
	switch a.Rule {
	case "email.account":
		c |= codeNarrow
	case "phone.customer":
		if s.t.law.CustomerMonths > 0 && s.t.saleLimit.reached(f.SaleAt) {
			c |= codeNarrow
		}
	}
	return c
}

// Unverified names, in one sentence each, the law this table rests on without
// confirmation; a report must show them.
func (t *Table) Unverified() []basis.Text {
	var out []basis.Text
	if t.law.Country == "" {
		out = append(out, basis.Text{
			En: "No national rules on unsolicited communications are known for " + t.controller.Country + "; the ePrivacy directive's own, and where it leaves a choice the stricter, were applied.",
			Nl: "Voor " + t.controller.Country + " zijn geen nationale regels over ongevraagde communicatie bekend; die van de ePrivacyrichtlijn, en waar die een keuze laat de strengste, zijn toegepast.",
		})
	} else if t.law.Confidence.unverified() {
		out = append(out, basis.Text{
			En: "The rules of " + t.law.Country + " on unsolicited communications (" + t.law.Cite + ") were not verified.",
			Nl: "De regels van " + t.law.Country + " over ongevraagde communicatie (" + t.law.Cite + ") zijn niet geverifieerd.",
		})
	}
	i := t.ages.index(t.at.day)
	if i >= 0 {
		if a := t.ages[i]; a.row.Confidence.unverified() {
			out = append(out, basis.Text{
				En: fmt.Sprintf("The age of consent of %s (%d) was not verified.", a.row.Country, a.age),
				Nl: fmt.Sprintf("De leeftijdsgrens voor toestemming van %s (%d) is niet geverifieerd.", a.row.Country, a.age),
			})
		}
	}
	if i < 0 {
		out = append(out, basis.Text{
			En: fmt.Sprintf("No age of consent is known for %s; that of GDPR Art. 8(1), %d, was applied.", t.controller.Country, DefaultAge),
			Nl: fmt.Sprintf("Voor %s is geen leeftijdsgrens voor toestemming bekend; die van AVG art. 8 lid 1, %d, is toegepast.", t.controller.Country, DefaultAge),
		})
	}
	return out
}

// Evidence grades the consent that f records, with what it lacks.
func (t *Table) Evidence(f *Facts) (Grade, Gaps) { return evidence(f, t.at) }

// Happened reports whether w lies on or before the day of evaluation.
func (t *Table) Happened(w When) bool { return t.at.reached(w) }

// At returns the first instant of the day of evaluation, in the controller's zone;
// the zero time for the zero Table.
func (t *Table) At() time.Time {
	if t.loc == nil {
		return time.Time{}
	}
	return t.at.day.Start(t.loc)
}

// Zone returns the controller's zone, nil for the zero Table.
func (t *Table) Zone() *time.Location { return t.loc }

// Law returns the row of national marketing law that the table rests on.
func (t *Table) Law() MarketingRow {
	law := t.law
	law.CallSectors = slices.Clone(law.CallSectors)
	return law
}

// Case is a set of facts with its answer.
type Case struct {
	Facts  Facts
	Answer Answer
}

// All answers for each of the facts as they come, in one pass and constant memory.
// An error of the source is passed on beside a Case without an answer, and the
// stream goes on; facts with a value outside its list are such an error.
func (t *Table) All(facts iter.Seq2[Facts, error]) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		for f, err := range facts {
			c := Case{Facts: f}
			if err == nil {
				err = f.Validate()
			}
			if err == nil {
				c.Answer = t.Decide(&f)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}
