package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
	"github.com/grondslag/grondslag/examples/internal/schema"
	"github.com/grondslag/grondslag/retention"
)

//go:embed policy.schema.json
var policySchema []byte

//go:embed policy.init.json
var initialPolicy []byte

// policy describes the controller, its purposes, and how to read its files. Its form
// is policy.schema.json.
type policy struct {
	Controller struct {
		Name            string `json:"name"`
		Country         string `json:"country"`
		Zone            string `json:"zone"`
		PublicAuthority bool   `json:"public_authority"`
		// FinancialYearEnd is the last day of the financial year, 06-30; empty for 31 December.
		FinancialYearEnd string           `json:"financial_year_end"`
		Sector           reconsent.Sector `json:"sector"`
	} `json:"controller"`
	Purposes []policyPurpose `json:"purposes"`
	Files    []policyFile    `json:"files"`
	// Retention are rules of the controller's own, which purposes name beside those of statutes.
	Retention []retention.Rule `json:"retention"`

	catalogue     *basis.Purposes
	rules         map[string]*retention.Rule // by purpose
	financialYear retention.FinancialYear
}

// policyPurpose is a purpose of the catalogue with what the audit asks beyond it.
type policyPurpose struct {
	basis.Purpose
	// Subscriptions are the names that mail programs have for the purpose.
	Subscriptions []string `json:"subscriptions"`
	// Facts hold for everyone under this purpose, such as "lia": "passed".
	Facts map[string]string `json:"facts"`
}

// policyFile says how to read the files whose base name matches.
type policyFile struct {
	Match      string            `json:"match"`
	From       exports.Product   `json:"from"`
	SourceZone string            `json:"source_zone"`
	DateOrder  exports.DateOrder `json:"date_order"`
	Status     string            `json:"status"`
	Purposes   []string          `json:"purposes"`
	Columns    map[string]column `json:"columns"`
	// Fill gives everyone in the file a fact.
	Fill map[string]string `json:"fill"`
	// Fields maps columns to the fields of the purposes' needs.
	Fields map[string]basis.Field `json:"fields"`
}

// column is a column's name, or its name with a translation of its texts.
type column exports.Column

func (c *column) UnmarshalJSON(b []byte) error {
	var long struct {
		Column string            `json:"column"`
		Values map[string]string `json:"values"`
	}
	if err := json.Unmarshal(b, &long.Column); err != nil {
		if err := json.Unmarshal(b, &long); err != nil {
			return err
		}
	}
	c.Name, c.Values = long.Column, long.Values
	return nil
}

// comment is the key that every object of a policy may have.
const comment = "$comment"

// defaultPolicy is that of a run without -policy: a Dutch firm with one newsletter.
func defaultPolicy(purpose string) (*policy, error) {
	if purpose == "" {
		purpose = "newsletter"
	}
	p := &policy{}
	p.Controller.Country = "NL"
	p.Purposes = []policyPurpose{{Purpose: basis.Purpose{
		ID: basis.PurposeID(purpose), Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email},
	}}}
	return p, nil
}

// parsePolicy reads a policy; its errors name the path within the document.
func parsePolicy(text []byte) (*policy, error) {
	if err := schema.Check(policySchema, text); err != nil {
		return nil, err
	}
	p := &policy{}
	if err := json.Unmarshal(text, p); err != nil {
		return nil, err
	}
	var list []basis.Purpose
	for _, pp := range p.Purposes {
		list = append(list, pp.Purpose)
	}
	var err error
	if p.catalogue, err = basis.NewPurposes(list); err != nil {
		return nil, fmt.Errorf("/purposes: %w", err)
	}
	if err := p.parseRetention(); err != nil {
		return nil, err
	}
	for _, pp := range p.Purposes {
		delete(pp.Facts, comment)
	}
	for i, f := range p.Files {
		delete(f.Fill, comment)
		delete(f.Columns, comment)
		delete(f.Fields, comment)
		if _, err := path.Match(f.Match, ""); err != nil {
			return nil, fmt.Errorf("/files/%d/match: malformed pattern", i)
		}
		for j, id := range f.Purposes {
			if _, ok := p.catalogue.Get(basis.PurposeID(id)); !ok {
				return nil, fmt.Errorf("/files/%d/purposes/%d: no purpose has the id %q", i, j, id)
			}
		}
	}
	return p, nil
}

// controller returns the controller as the decision table asks for it.
func (p *policy) controller() reconsent.Controller {
	return reconsent.Controller{Country: p.Controller.Country, Sector: p.Controller.Sector, PublicAuthority: p.Controller.PublicAuthority}
}

// fileNotes are what a report must say of how a file was read.
type fileNotes struct {
	filled    []string // facts that the policy gave everyone in it
	unmatched bool     // none of the policy's entries fits it
}

// config returns how to read the file of that base name.
func (p *policy) config(name string, o *options, zone *time.Location) (exports.Config, fileNotes, error) {
	var f policyFile
	notes := fileNotes{unmatched: len(p.Files) > 0}
	for _, candidate := range p.Files {
		if ok, _ := path.Match(candidate.Match, name); ok { // the pattern was checked
			f, notes.unmatched = candidate, false
			break
		}
	}
	c := exports.Config{Product: f.From, SourceZone: zone, DateOrder: f.DateOrder, Status: f.Status, Fill: f.Fill}
	if o.from != "" {
		c.Product = o.from
	}
	var err error
	switch {
	case o.sourceZone != "":
		c.SourceZone, err = location("-source-zone", o.sourceZone)
	case f.SourceZone != "":
		c.SourceZone, err = location("source_zone", f.SourceZone)
	}
	if err != nil {
		return c, notes, err
	}
	for _, pp := range p.Purposes {
		if len(f.Purposes) == 0 || slices.Contains(f.Purposes, string(pp.ID)) {
			c.Purposes = append(c.Purposes, pp.export())
		}
	}
	c.Columns = map[string]exports.Column{}
	for fact, col := range f.Columns {
		c.Columns[fact] = exports.Column(col)
	}
	c.Unneeded = map[string]string{}
	for col, field := range f.Fields {
		if !p.needed(field) {
			c.Unneeded[col] = string(field)
		}
	}
	notes.filled = slices.Sorted(maps.Keys(f.Fill))
	return c, notes, nil
}

// needed reports whether any purpose may use the field.
func (p *policy) needed(f basis.Field) bool {
	for range p.catalogue.For(f) {
		return true
	}
	return false
}

// export returns the purpose as the readers ask for it.
func (pp *policyPurpose) export() exports.Purpose {
	e := exports.Purpose{
		ID: string(pp.ID), Kind: pp.Kind, Basis: pp.Ground.Basis, Channels: pp.Channels,
		Subscriptions: pp.Subscriptions, Fill: map[string]string{},
	}
	switch e.Basis {
	case basis.SoftOptIn:
		e.Basis = "" // whether its conditions are met is what the audit finds out
	case basis.LegalObligation, basis.PublicTask:
		e.Fill["law_ref"] = pp.Ground.Ref
	}
	if c := pp.Special.Condition; c != "" {
		e.Fill["condition"] = string(c)
	}
	if c := pp.Offences.Criminal; c != "" {
		e.Fill["condition"] = string(c)
	}
	if len(e.Channels) == 0 {
		e.Channels = []basis.Channel{basis.NoChannel}
	}
	maps.Copy(e.Fill, pp.Facts)
	return e
}

func location(what, name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, usagef("%s: unknown zone %q", what, name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, usagef("%s: unknown zone %q", what, name)
	}
	return loc, nil
}
