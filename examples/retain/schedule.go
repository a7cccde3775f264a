package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/examples/internal/schema"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

//go:embed schedule.schema.json
var scheduleSchema []byte

// document is a schedule as it is written down. Its form is schedule.schema.json.
type document struct {
	Version          string                          `json:"version"`
	Zone             string                          `json:"zone"`
	FinancialYearEnd string                          `json:"financial_year_end"`
	Rules            []ownRule                       `json:"rules"`
	Classes          []class                         `json:"classes"`
	Fields           map[basis.Field]json.RawMessage `json:"fields"`
	Columns          columns                         `json:"columns"`
	Holds            []retention.Hold                `json:"holds"`
}

// ownRule is a rule of the controller's own, in one version.
type ownRule struct {
	ID     string            `json:"id"`
	About  basis.Text        `json:"about"`
	Kind   retention.Kind    `json:"kind"`
	Events []retention.Event `json:"events"`
	When   basis.Text        `json:"when"`
	Period retention.Period  `json:"period"`
	Open   bool              `json:"open"`
	Cut    retention.Cut     `json:"cut"`
	Count  retention.Count   `json:"count"`
	Law    string            `json:"law"`
	Note   basis.Text        `json:"note"`
}

type class struct {
	ID          retention.ClassID     `json:"id"`
	Uses        []use                 `json:"uses"`
	Disposition retention.Disposition `json:"disposition"`
	Notice      retention.Period      `json:"notice"`
	Parent      retention.ClassID     `json:"parent"`
}

type use struct {
	Purpose   basis.PurposeID `json:"purpose"`
	Rule      string          `json:"rule"`
	Reason    string          `json:"reason"`
	Exemption string          `json:"exemption"`
}

// columns say where a file has what.
type columns struct {
	ID      string            `json:"id"`
	Classes string            `json:"classes"`
	Erasure string            `json:"erasure"`
	Done    string            `json:"done"`
	Events  map[string]string `json:"events"`
}

// schedule is a document that was found sound.
type schedule struct {
	*retention.Schedule
	holds   *retention.Holds
	list    []retention.Hold
	zone    *time.Location
	fy      retention.FinancialYear
	columns columns
	classes []retention.Class
	rules   map[string]*retention.Rule
	groups  []group
	first   map[basis.Field]int // the group of a field that is the first of one
	unfed   []string            // rules none of whose events has a column
}

// group is a set of fields that share every decision: they are in the same classes, and under the same holds.
type group struct {
	fields  []basis.Field
	classes []retention.ClassID
}

// comment is the key that every object of a schedule may have.
const comment = "$comment"

// parseSchedule reads a schedule; its errors name the path within the document.
func parseSchedule(text []byte) (*schedule, error) {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	if err := schema.Check(scheduleSchema, text); err != nil {
		return nil, err
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	delete(doc.Columns.Events, comment)
	delete(doc.Fields, comment)
	return doc.schedule()
}

// schedule checks what the schema can't, and combines it.
func (doc *document) schedule() (*schedule, error) {
	s := &schedule{list: doc.Holds, columns: doc.Columns, rules: map[string]*retention.Rule{}, first: map[basis.Field]int{}}
	var err error
	if doc.Zone == "" {
		doc.Zone = defaultZone
	}
	if s.zone, err = zone(doc.Zone); err != nil {
		return nil, fmt.Errorf("/zone: %q is %w", doc.Zone, err)
	}
	if doc.FinancialYearEnd != "" {
		if s.fy, err = retention.ParseFinancialYear(doc.FinancialYearEnd); err != nil {
			return nil, fmt.Errorf("/financial_year_end: %w", err)
		}
	}
	if err := s.addClasses(doc); err != nil {
		return nil, err
	}
	policy := retention.Policy{
		Version: doc.Version, Zone: s.zone, FinancialYear: s.fy, Classes: s.classes,
		Fields: map[basis.Field][]retention.ClassID{},
	}
	for name, raw := range doc.Fields {
		var ids []retention.ClassID
		if err := json.Unmarshal(raw, &ids); err != nil {
			return nil, fmt.Errorf("/fields/%s: %w", name, err)
		}
		policy.Fields[name] = ids
	}
	if s.Schedule, err = retention.NewSchedule(policy); err != nil {
		return nil, err
	}
	if s.holds, err = retention.NewHolds(doc.Holds...); err != nil {
		return nil, fmt.Errorf("/holds: %w", err)
	}
	if err := s.CheckHolds(s.holds); err != nil {
		return nil, fmt.Errorf("/holds: %w", err)
	}
	s.group(policy.Fields)
	return s, s.checkEvents()
}

// addClasses gives the uses of each class their rule.
func (s *schedule) addClasses(doc *document) error {
	catalogue := statute.All()
	for i := range doc.Rules {
		o := &doc.Rules[i]
		if _, taken := catalogue.Get(o.ID); taken {
			return fmt.Errorf("/rules/%d/id: %q is a rule of the catalogue", i, o.ID)
		}
		if s.rules[o.ID] != nil {
			return fmt.Errorf("/rules/%d/id: %q is there twice", i, o.ID)
		}
		r := &retention.Rule{
			ID: o.ID, About: o.About, Kind: o.Kind, Events: o.Events, When: o.When, Law: o.Law, Note: o.Note, Zone: s.zone.String(),
			Terms: []retention.Term{{Period: o.Period, Open: o.Open, Cut: o.Cut, Count: o.Count}},
		}
		if err := r.Check(); err != nil {
			return fmt.Errorf("/rules/%d: %w", i, err)
		}
		s.rules[o.ID] = r
	}
	for i, c := range doc.Classes {
		out := retention.Class{ID: c.ID, Disposition: c.Disposition, Notice: c.Notice, Parent: c.Parent}
		for j, u := range c.Uses {
			r := s.rules[u.Rule]
			if r == nil {
				found, ok := catalogue.Get(u.Rule)
				if !ok {
					return fmt.Errorf("/classes/%d/uses/%d/rule: %q is neither in rules nor in the catalogue", i, j, u.Rule)
				}
				r = &found
				s.rules[u.Rule] = r
			}
			out.Uses = append(out.Uses, retention.Use{Purpose: u.Purpose, Rule: *r, Reason: u.Reason, Exemption: u.Exemption})
		}
		s.classes = append(s.classes, out)
	}
	return nil
}

func (s *schedule) hasClass(id retention.ClassID) bool {
	return slices.ContainsFunc(s.classes, func(c retention.Class) bool { return c.ID == id })
}

// overlap reports whether one field is the other, or lies in it.
func overlap(a, b basis.Field) bool {
	return a == b || strings.HasPrefix(string(a), string(b)+".") || strings.HasPrefix(string(b), string(a)+".")
}

// group puts the fields together that share every decision.
func (s *schedule) group(fields map[basis.Field][]retention.ClassID) {
	place := map[string]int{}
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		ids := slices.Sorted(slices.Values(fields[f]))
		var held []int
		for i, h := range s.list {
			if slices.ContainsFunc(h.Fields, func(held basis.Field) bool { return overlap(held, f) }) {
				held = append(held, i)
			}
		}
		key := fmt.Sprint(ids, held)
		at, ok := place[key]
		if !ok {
			at = len(s.groups)
			place[key] = at
			s.first[f] = at
			s.groups = append(s.groups, group{classes: ids})
		}
		s.groups[at].fields = append(s.groups[at].fields, f)
	}
}

// checkEvents refuses columns whose event starts no rule: a misspelt event would keep
// records for ever. Rules that no column can start are noted.
func (s *schedule) checkEvents() error {
	for _, column := range slices.Sorted(maps.Keys(s.columns.Events)) {
		e := retention.Event(s.columns.Events[column])
		if !slices.ContainsFunc(slices.Collect(maps.Values(s.rules)), func(r *retention.Rule) bool { return slices.Contains(r.Events, e) }) {
			return fmt.Errorf("/columns/events/%s: no rule of the schedule starts with %q", column, e)
		}
	}
	fed := slices.Collect(maps.Values(s.columns.Events))
	for _, c := range s.classes {
		for _, u := range c.Uses {
			if !slices.ContainsFunc(u.Rule.Events, func(e retention.Event) bool { return slices.Contains(fed, string(e)) }) && !slices.Contains(s.unfed, u.Rule.Key()) {
				s.unfed = append(s.unfed, u.Rule.Key())
			}
		}
	}
	return nil
}

// class returns the class of that id, which must be there.
func (s *schedule) class(id retention.ClassID) *retention.Class {
	return &s.classes[slices.IndexFunc(s.classes, func(c retention.Class) bool { return c.ID == id })]
}
