package retention

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/model"
)

// ClassID names a retention class: lower case ASCII letters, digits, "_", "-" and ".".
type ClassID string

func (id ClassID) valid() bool { return wellFormed(string(id), "_-.") }

// Class is a set of records or fields that are kept under the same rules: a record
// series, in the words of records management.
type Class struct {
	ID ClassID
	// Uses are the purposes that the class serves, with a rule each. A purpose may
	// occur several times: a minimum and a maximum.
	Uses []Use
	// Disposition is what happens in the end; empty is Delete. A field in several classes
	// goes by the one that a sweep takes first, see [Schedule.Order].
	Disposition Disposition
	// Parent is the class whose records those of this class refer to: an invoice refers
	// to a customer. Children go first, and a parent stays while a child does.
	Parent ClassID
	// Notice is how long the person has to answer under NotifyThenDelete; at least a day.
	Notice Period
}

// Use puts a rule on one purpose of a class.
type Use struct {
	Purpose basis.PurposeID
	Rule    Rule
	// Reason is on record why the maximum goes beyond guidance or the minimum stays
	// below it, or why an unverified rule is relied on. It holds no personal data.
	Reason string
	// Exemption is the ground of GDPR Art. 17(3) on which the use withstands a request for
	// erasure, "GDPR 17(3)(a)" to "GDPR 17(3)(e)"; empty: b for a rule that keeps by law, e for one that
	// permits keeping for claims, none for the others.
	Exemption string
}

// exemption returns the ground, "" when the use ends with erasure.
func (u *Use) exemption() string {
	if u.Exemption != "" {
		return u.Exemption
	}
	switch u.Rule.Kind {
	case Minimum, Exact, Suspension, Restriction:
		return "GDPR 17(3)(b)"
	case PurposeLimit:
		return "GDPR 17(3)(e)"
	}
	return ""
}

// Policy is what a controller decides about time, in one version.
type Policy struct {
	// Version names this policy, as certificates and comparisons do.
	Version string
	// Zone is where days begin and end; nil is UTC.
	Zone *time.Location
	// FinancialYear is when the books close.
	FinancialYear FinancialYear
	Classes       []Class
	// Fields are the classes of fields that no struct tag declares, by canonical name:
	// for records that are maps. A field without an entry has those of the record it lies in.
	Fields map[basis.Field][]ClassID
}

// Schedule is a checked policy together with the declarations of fields. It does not
// change after [NewSchedule] and is safe for concurrent use. It belongs to one tenant.
type Schedule struct {
	version  string
	zone     *time.Location
	fy       FinancialYear
	classes  []Class
	byClass  map[ClassID]int
	purposes []basis.PurposeID
	rules    []Rule
	keys     []string // of the rules
	byEvent  map[Event]int
	starts   []uint64 // the set of the events of each rule
	lines    []line
	groups   []group     // of fields
	single   []group     // of each class by itself
	fields   []fieldPlan // sorted by name
	byField  map[basis.Field]int
	nothing  map[basis.Field]bool // declared as no personal data
	models   map[reflect.Type]bool
	findings []basis.Finding
}

// line is one purpose of one class, with the rules that keep its data, those that end
// its use, and those that block what would be erased.
type line struct {
	class, purpose      int
	keeps, ends, blocks []limit
	operational         bool // until it ends the purpose has full use of the data
}

// limit is a rule on a line.
type limit struct {
	rule   int
	exempt bool // withstands erasure
	// prolongs are the minima beside a suspension.
	prolongs []int
}

// group is a set of classes that some field is in; fields of one group share their decision.
type group struct {
	classes uint64
	lines   []int32
}

type fieldPlan struct {
	name  basis.Field
	group int
}

const (
	maxClasses  = 64
	maxPurposes = 64
	maxRules    = 64
	maxEvents   = 64
)

// NewSchedule checks a policy and the retain tags of the models (structs or pointers
// to them), and combines the two. The error joins everything that is wrong, and
// then no schedule is returned:
//
//   - a class without ID or use, twice the same, with an unknown parent, in a circle
//     of parents, or with a disposition that lacks what it needs;
//   - a rule that [Rule.Check] refuses, or two different rules of one key;
//   - a maximum that would end before a minimum of the same purpose, in the same class or
//     in another one of the same field, that begins with the same event, on any day of a cycle of 28 years under each version of the law;
//   - a maximum beyond guidance, or a minimum below it, and a rule of confidence C, without a Reason;
//   - a tag that is malformed or names an unknown class, or a field declared both as
//     personal data and not.
//
// A schedule has at most 64 classes, purposes, rules and events.
func NewSchedule(p Policy, models ...any) (*Schedule, error) {
	s := &Schedule{
		version: p.Version, zone: p.Zone, fy: p.FinancialYear,
		byClass: map[ClassID]int{}, byEvent: map[Event]int{}, byField: map[basis.Field]int{}, nothing: map[basis.Field]bool{}, models: map[reflect.Type]bool{},
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	var errs []error
	if !p.FinancialYear.Valid() {
		errs = append(errs, errors.New("retention: the financial year ends on a day that does not exist"))
		s.fy = FinancialYear{}
	}
	errs = append(errs, s.addClasses(p.Classes)...)
	declared := map[basis.Field][]ClassID{}
	for f, ids := range p.Fields {
		if basis.FieldOf(string(f)) != f {
			errs = append(errs, fmt.Errorf("retention: field %q has the canonical name %q", f, basis.FieldOf(string(f))))
		}
		errs = append(errs, s.declare(declared, f, Declaration{Classes: ids})...)
	}
	for _, m := range models {
		errs = append(errs, s.model(declared, m)...)
	}
	for f := range declared {
		if s.nothing[f] {
			errs = append(errs, fmt.Errorf("retention: field %q is declared both as no personal data and in a class", f))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s.settle()
	s.addFields(declared)
	conflicts, findings := s.conflicts()
	if err := errors.Join(conflicts...); err != nil {
		return nil, err
	}
	s.findings = findings
	return s, nil
}

// addClasses compiles the classes.
func (s *Schedule) addClasses(list []Class) (errs []error) {
	fail := func(c *Class, format string, args ...any) {
		errs = append(errs, fmt.Errorf("retention: class %q: %w", c.ID, fmt.Errorf(format, args...)))
	}
	if len(list) > maxClasses {
		return []error{fmt.Errorf("retention: %d classes, at most %d", len(list), maxClasses)}
	}
	s.classes = slices.Clone(list)
	for i := range s.classes {
		c := &s.classes[i]
		c.Uses = slices.Clone(c.Uses)
		if c.Disposition == "" {
			c.Disposition = Delete
		}
		switch {
		case !c.ID.valid():
			fail(c, "malformed ID: want lower case letters, digits and _-.")
		case s.hasClass(c.ID):
			fail(c, "there twice")
		default:
			s.byClass[c.ID] = i
		}
		if !c.Disposition.Valid() {
			fail(c, "unknown disposition %q", string(c.Disposition))
		}
		if !c.Notice.Valid() || (c.Disposition == NotifyThenDelete) == c.Notice.IsZero() {
			fail(c, "a notice period belongs to %s and to nothing else", NotifyThenDelete)
		}
		if len(c.Uses) == 0 {
			fail(c, "serves no purpose, so that nothing says how long it is kept")
		}
		for j := range c.Uses {
			if err := s.addUse(i, &c.Uses[j]); err != nil {
				fail(c, "%w", err)
			}
		}
	}
	for i := range s.classes {
		c := &s.classes[i]
		if c.Parent == "" {
			continue
		}
		if !s.hasClass(c.Parent) {
			fail(c, "unknown parent %q", c.Parent)
			continue
		}
		at := c
		for range len(s.classes) {
			if at.Parent == c.ID {
				fail(c, "is its own ancestor")
				break
			}
			if at.Parent == "" || !s.hasClass(at.Parent) {
				break
			}
			at = &s.classes[s.byClass[at.Parent]]
		}
	}
	return errs
}

func (s *Schedule) hasClass(id ClassID) bool {
	_, ok := s.byClass[id]
	return ok
}

// addUse compiles a use of the i-th class.
func (s *Schedule) addUse(class int, u *Use) error {
	if u.Purpose == "" {
		return errors.New("a rule without a purpose")
	}
	if err := u.Rule.Check(); err != nil {
		return err
	}
	if u.Rule.Confidence == Unverified && strings.TrimSpace(u.Reason) == "" {
		return fmt.Errorf("rule %s is unverified (confidence C): relying on it needs a reason on record", u.Rule.Key())
	}
	if u.Exemption != "" && !exemptions(u.Exemption) {
		return fmt.Errorf("rule %s: %q is no ground of GDPR 17(3)", u.Rule.Key(), u.Exemption)
	}
	purpose := slices.Index(s.purposes, u.Purpose)
	if purpose < 0 {
		if purpose = len(s.purposes); purpose == maxPurposes {
			return fmt.Errorf("more than %d purposes", maxPurposes)
		}
		s.purposes = append(s.purposes, u.Purpose)
	}
	rule := slices.IndexFunc(s.rules, func(r Rule) bool { return r.Key() == u.Rule.Key() })
	if rule < 0 {
		if rule = len(s.rules); rule == maxRules {
			return fmt.Errorf("more than %d rules", maxRules)
		}
		r := u.Rule
		r.Events, r.Terms = slices.Clone(r.Events), slices.Clone(r.Terms)
		starts, err := s.events(r.Events)
		if err != nil {
			return err
		}
		s.rules, s.keys, s.starts = append(s.rules, r), append(s.keys, r.Key()), append(s.starts, starts)
	} else if !s.rules[rule].same(&u.Rule) {
		return fmt.Errorf("two different rules have the key %s", u.Rule.Key())
	}
	s.addLimit(class, purpose, u.Rule.Kind, limit{rule: rule, exempt: u.exemption() != ""})
	return nil
}

// events returns the set of the events of a rule.
func (s *Schedule) events(list []Event) (set uint64, err error) {
	for _, e := range list {
		i, ok := s.byEvent[e]
		if !ok {
			if i = len(s.byEvent); i == maxEvents {
				return 0, fmt.Errorf("more than %d events", maxEvents)
			}
			s.byEvent[e] = i
		}
		set |= 1 << i
	}
	return set, nil
}

// addLimit puts a rule on the line of a class and purpose.
func (s *Schedule) addLimit(class, purpose int, k Kind, l limit) {
	i := slices.IndexFunc(s.lines, func(l line) bool { return l.class == class && l.purpose == purpose })
	if i < 0 {
		i = len(s.lines)
		s.lines = append(s.lines, line{class: class, purpose: purpose})
	}
	switch {
	case k == Restriction:
		s.lines[i].blocks = append(s.lines[i].blocks, l)
	case k.keeps():
		s.lines[i].keeps = append(s.lines[i].keeps, l)
	}
	if k.ends() {
		s.lines[i].ends = append(s.lines[i].ends, l)
	}
}

// settle drops guidance from lines that a binding maximum decides, and notes which have full use of their data.
func (s *Schedule) settle() {
	for i := range s.lines {
		l := &s.lines[i]
		var minima []int
		for _, k := range l.keeps {
			if s.rules[k.rule].Kind.mustKeep() {
				minima = append(minima, k.rule)
			}
		}
		for j := range l.keeps {
			if k := &l.keeps[j]; s.rules[k.rule].Kind == Suspension {
				k.prolongs = minima // it stops those from ending, and is none itself
			}
		}
		if slices.ContainsFunc(l.ends, func(l limit) bool { return s.rules[l.rule].Kind.mustEnd() }) {
			l.ends = slices.DeleteFunc(l.ends, func(l limit) bool { return s.rules[l.rule].Kind == Guidance })
			l.keeps = slices.DeleteFunc(l.keeps, func(l limit) bool { return s.rules[l.rule].Kind == MinimumGuidance })
		}
		l.operational = slices.ContainsFunc(l.ends, func(l limit) bool { return s.rules[l.rule].Kind.operational() })
	}
}

// same reports whether the rules compute alike.
func (r *Rule) same(o *Rule) bool {
	return r.Kind == o.Kind && r.Law == o.Law && r.Regime == o.Regime && sameHolidays(r.Holidays, o.Holidays) &&
		slices.Equal(r.Events, o.Events) && slices.Equal(r.Terms, o.Terms)
}

// sameHolidays reports whether the two are equal calendars, or one function.
func sameHolidays(a, b Holidays) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Type() != y.Type() {
		return false
	}
	if x.Kind() == reflect.Func {
		return x.Pointer() == y.Pointer()
	}
	return reflect.DeepEqual(a, b)
}

func exemptions(s string) bool {
	switch s {
	case "GDPR 17(3)(a)", "GDPR 17(3)(b)", "GDPR 17(3)(c)", "GDPR 17(3)(d)", "GDPR 17(3)(e)":
		return true
	}
	return false
}

// model adds the retain tags of a struct.
func (s *Schedule) model(declared map[basis.Field][]ClassID, m any) (errs []error) {
	t := model.StructOf(m)
	if t == nil {
		return []error{fmt.Errorf("retention: model %T is no struct", m)}
	}
	w, err := model.Walk(m, retainTag())
	if err != nil {
		return []error{err}
	}
	s.models[t] = true
	errs = w.Errors
	for _, tag := range w.Tags {
		errs = append(errs, s.declare(declared, basis.Field(tag.Field), tag.Declaration)...)
	}
	return errs
}

func (s *Schedule) declare(declared map[basis.Field][]ClassID, f basis.Field, d Declaration) (errs []error) {
	if d.None {
		s.nothing[f] = true
		return nil
	}
	ids := d.Classes
	if d.Any {
		ids = nil
		for i := range s.classes {
			ids = append(ids, s.classes[i].ID)
		}
	}
	if len(ids) == 0 {
		return []error{fmt.Errorf("retention: field %q is declared in no class", f)}
	}
	for _, id := range ids {
		if !s.hasClass(id) {
			errs = append(errs, fmt.Errorf("retention: field %q is in the unknown class %q", f, id))
		}
		if !slices.Contains(declared[f], id) {
			declared[f] = append(declared[f], id)
		}
	}
	return errs
}

// addFields compiles the fields; those in the same classes share a group.
func (s *Schedule) addFields(declared map[basis.Field][]ClassID) {
	for i := range s.classes {
		s.single = append(s.single, s.groupOf(1<<i))
	}
	bySet := map[uint64]int{}
	for _, f := range slices.Sorted(maps.Keys(declared)) {
		var set uint64
		for _, id := range declared[f] {
			set |= 1 << s.byClass[id]
		}
		g, ok := bySet[set]
		if !ok {
			g = len(s.groups)
			bySet[set] = g
			s.groups = append(s.groups, s.groupOf(set))
		}
		s.byField[f] = len(s.fields)
		s.fields = append(s.fields, fieldPlan{name: f, group: g})
	}
}

func (s *Schedule) groupOf(set uint64) group {
	g := group{classes: set}
	for i := range s.lines {
		if set&(1<<s.lines[i].class) != 0 {
			g.lines = append(g.lines, int32(i))
		}
	}
	return g
}

// ids lists the classes of a set.
func (s *Schedule) ids(set uint64) (ids []ClassID) {
	for i := range s.classes {
		if set&(1<<i) != 0 {
			ids = append(ids, s.classes[i].ID)
		}
	}
	return ids
}

// Version is that of the policy.
func (s *Schedule) Version() string { return s.version }

// Findings are what the policy does that needs to be known: guidance that it departs
// from with a reason, unverified rules that it relies on.
func (s *Schedule) Findings() []basis.Finding { return slices.Clone(s.findings) }

// Review returns a finding with [CodeNotInForce] for each rule of which no version is
// in force on the day: it is pending for every record, which keeps what it covers. The policy
// wants a newer rule in its place.
func (s *Schedule) Review(at Date) []basis.Finding {
	var out []basis.Finding
	for i := range s.rules {
		r := &s.rules[i]
		if !slices.ContainsFunc(r.Terms, func(t Term) bool { return t.ByCutoff || t.holds(at) }) {
			out = append(out, basis.Finding{
				Code: CodeNotInForce, Severity: basis.SeverityWarning, Path: s.keys[i], Article: r.Law, Text: text(CodeNotInForce),
			})
		}
	}
	return out
}

// Today is the civil day of an instant in the zone of the schedule.
func (s *Schedule) Today(now time.Time) Date { return DateIn(now, s.zone) }

// Check returns a finding with [CodeUndeclared] for each field of the record that
// has no class, in the order of their names (GDPR Art. 5(1)(e)). A record is a
// struct, whose type must have been given to [NewSchedule] when it has retain tags, a
// map[string]any, or a pointer to one.
func (s *Schedule) Check(record any) ([]basis.Finding, error) {
	w, err := model.Walk(record, retainTag())
	if err != nil {
		return nil, err
	}
	if t := model.StructOf(record); t != nil && len(w.Tags)+len(w.Errors) > 0 && !s.models[t] {
		return nil, fmt.Errorf("retention: the retain tags of %s are unknown: give it to NewSchedule", t)
	}
	var out []basis.Finding
	for _, l := range w.Leaves {
		f := basis.Field(l.Field)
		if s.declared(f) || l.Empty && s.hasWithin(f) {
			continue
		}
		out = append(out, basis.Finding{
			Code: CodeUndeclared, Severity: basis.SeverityError, Path: l.Field, Article: "GDPR 5(1)(e)",
			Text: text(CodeUndeclared),
		})
	}
	return out, nil
}

// declared reports whether the field, or one that it lies in, is in a class or holds no personal data.
func (s *Schedule) declared(f basis.Field) bool {
	for ; f != ""; f = basis.Field(model.Parent(string(f))) {
		if s.nothing[f] {
			return true
		}
		if _, ok := s.byField[f]; ok {
			return true
		}
	}
	return false
}

// hasWithin reports whether a declared field lies in f.
func (s *Schedule) hasWithin(f basis.Field) bool {
	return slices.ContainsFunc(s.fields, func(p fieldPlan) bool { return within(p.name, f) })
}

// find returns the plan of the field, or of the closest one that it lies in.
func (s *Schedule) find(f basis.Field) *fieldPlan {
	if s == nil {
		return nil
	}
	for ; f != ""; f = basis.Field(model.Parent(string(f))) {
		if i, ok := s.byField[f]; ok {
			return &s.fields[i]
		}
		if s.nothing[f] {
			return nil
		}
	}
	return nil
}
