package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// listed is a rule of the catalogue in JSON.
type listed struct {
	Rule    string         `json:"rule"`
	Country string         `json:"country"`
	About   basis.Text     `json:"about"`
	Kind    retention.Kind `json:"kind"`
	// Period is the one in force on the day, or the first to come.
	Period     string               `json:"period"`
	Versions   []version            `json:"versions,omitzero"` // where there are several, or bounds in time
	Describe   basis.Text           `json:"describe"`
	Law        string               `json:"law"`
	Source     string               `json:"source"`
	Checked    retention.Date       `json:"checked"`
	Confidence retention.Confidence `json:"confidence"`
	Unverified bool                 `json:"unverified,omitzero"`
	Note       basis.Text           `json:"note,omitzero"`
}

// version is one version of a law.
type version struct {
	Period   string         `json:"period"`
	From     retention.Date `json:"from,omitzero"`
	Until    retention.Date `json:"until,omitzero"`
	ByCutoff bool           `json:"by_cutoff,omitzero"` // the bounds are those of the event, or the end of its year
}

// list shows the rules of the catalogue, of one country or of all.
func (p *program) list() error {
	country := p.value("country")
	rules := rulesOf(country)
	if p.has("country") && (country == "" || len(rules) == 0) {
		return usagef("-country %q: no rules of that country are in the catalogue", country)
	}
	loc, err := p.location(defaultZone)
	if err != nil {
		return err
	}
	at, err := p.today(loc)
	if err != nil {
		return err
	}
	if p.has("json") {
		for i := range rules {
			if err := writeLine(p.stdout, newListed(&rules[i], at)); err != nil {
				return err
			}
		}
		return nil
	}
	table := [][]string{{p.in("Rule", "Regel"), p.in("Kind", "Soort"), p.in("Confidence", "Zekerheid"), p.in("Law", "Wet"), p.in("How long", "Hoe lang")}}
	for i := range rules {
		r := &rules[i]
		confidence := string(r.Confidence)
		if r.Confidence == retention.Unverified {
			confidence += p.in(" unverified", " ongeverifieerd")
		}
		text, from := describe(r, at)
		long := text.In(p.lang)
		if from != 0 {
			long += fmt.Sprintf(p.in(" (from %s)", " (vanaf %s)"), from)
		}
		table = append(table, []string{r.Key(), string(r.Kind), confidence, r.Law, long})
	}
	return p.columns(table)
}

// newListed describes a rule as of a day.
func newListed(r *retention.Rule, at retention.Date) listed {
	text, from := describe(r, at)
	out := listed{
		Rule: r.Key(), Country: r.Country, About: r.About, Kind: r.Kind, Describe: text,
		Law: r.Law, Source: r.Source, Checked: r.Checked, Confidence: r.Confidence,
		Unverified: r.Confidence == retention.Unverified, Note: r.Note,
	}
	for _, t := range r.Terms {
		v := version{Period: t.Period.String(), From: t.From, Until: t.Until, ByCutoff: t.ByCutoff}
		if out.Period == "" || text == r.Describe(max(at, t.From)) && (t.From == 0 || t.From <= max(at, from)) {
			out.Period = v.Period
		}
		if len(r.Terms) > 1 || t.From != 0 || t.Until != 0 {
			out.Versions = append(out.Versions, v)
		}
	}
	return out
}

// describe says how long as of a day; before a law is in force, how long from then.
func describe(r *retention.Rule, at retention.Date) (text basis.Text, from retention.Date) {
	if text = r.Describe(at); text != (basis.Text{}) {
		return text, 0
	}
	for _, t := range r.Terms {
		if t.From > at {
			return r.Describe(t.From), t.From
		}
	}
	return basis.Text{}, 0
}

// columns writes a table whose last column is as wide as it comes.
func (p *program) columns(table [][]string) error {
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	out := &printer{w: p.stdout}
	for _, row := range table {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		out.line("%s", line.String())
	}
	return out.err
}
