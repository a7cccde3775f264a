package main

import (
	"encoding/json"
	"io"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// writeJSON writes the summary as one JSON object: the same numbers as the text.
func writeJSON(w io.Writer, s *summary, lang string) error {
	t := words{lang}
	type uses struct {
		Purpose string        `json:"purpose"`
		Channel basis.Channel `json:"channel"`
		Keep    int           `json:"keep"`
		Ask     int           `json:"ask"`
		Stop    int           `json:"stop"`
		Assess  int           `json:"assess"`
		Review  int           `json:"review"`
	}
	type rule struct {
		Rule    string            `json:"rule"`
		Outcome reconsent.Outcome `json:"outcome"`
		Cites   []string          `json:"cites"`
		Count   int               `json:"count"`
		Why     string            `json:"why"`
	}
	type file struct {
		File    string   `json:"file"`
		Format  string   `json:"format"`
		SHA256  string   `json:"sha256"`
		Zone    string   `json:"source_zone"`
		Columns []string `json:"columns"`
		Filled  []string `json:"filled"`
		Broken  int      `json:"broken_rows"`
	}
	type broken struct {
		File   string `json:"file"`
		Row    int    `json:"row"`
		Column string `json:"column"`
		Reason string `json:"reason"`
	}
	out := struct {
		Question   string         `json:"question"`
		Answer     string         `json:"answer"`
		At         string         `json:"at"`
		Zone       string         `json:"zone"`
		Controller string         `json:"controller"`
		Country    string         `json:"country"`
		Records    int            `json:"records"`
		Contacts   *int           `json:"contacts"` // null: not counted
		Answers    int            `json:"answers"`
		Keep       int            `json:"keep"`
		Ask        int            `json:"ask"`
		AskElse    int            `json:"ask_other_channel"`
		Stop       int            `json:"stop"`
		Assess     int            `json:"assess"`
		Review     int            `json:"review"`
		Uses       []uses         `json:"uses"`
		Rules      []rule         `json:"rules"`
		Also       map[string]int `json:"also"`
		Evidence   map[string]int `json:"evidence"`
		Gaps       map[string]int `json:"gaps"`
		Retention  map[string]int `json:"retention,omitempty"`
		Files      []file         `json:"files"`
		Broken     []broken       `json:"broken"`
		BrokenRows int            `json:"broken_rows"`
		Next       []string       `json:"next"`
		Notes      []string       `json:"notes"`
	}{
		Question: t.question(), Answer: t.answer(s),
		At: s.At.Format("2006-01-02"), Zone: s.At.Location().String(), Controller: s.Controller, Country: s.Country,
		Records: s.Records, Answers: s.Answers,
		Keep: s.Totals.Keep, Ask: s.Totals.Ask, AskElse: s.Totals.AskElsewhere, Stop: s.Totals.Stop, Assess: s.Totals.Assess, Review: s.Totals.Review,
		Uses: []uses{}, Rules: []rule{}, Also: map[string]int{}, Evidence: counts(s.Evidence), Gaps: counts(s.Gaps), Retention: counts(s.Keeping),
		Files: []file{}, Broken: []broken{}, BrokenRows: s.BrokenRows, Next: append([]string{}, t.next(s)...), Notes: t.notes(s),
	}
	if s.Contacts > 0 {
		out.Contacts = &s.Contacts
	}
	for _, u := range s.Uses {
		c := u.Channel
		if c == "" {
			c = basis.Email
		}
		out.Uses = append(out.Uses, uses{u.Purpose, c, u.Totals.Keep, u.Totals.Ask, u.Totals.Stop, u.Totals.Assess, u.Totals.Review})
	}
	for _, r := range s.Rules {
		out.Rules = append(out.Rules, rule{r.Rule, r.Outcome, r.Cites, r.Count, r.Why.In(lang)})
	}
	for _, c := range s.Codes {
		out.Also[c.Code] = c.Count
	}
	for _, c := range s.Fields {
		out.Also["erase_field:"+c.Code] = c.Count
	}
	for _, f := range s.Files {
		out.Files = append(out.Files, file{f.Name, string(f.Product), f.SHA256, f.Zone, f.file.Columns(), append([]string{}, f.Filled...), f.Broken})
	}
	for _, b := range s.Broken {
		out.Broken = append(out.Broken, broken{b.File, b.Row, b.Column, b.Reason})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func counts(lines []countLine) map[string]int {
	m := map[string]int{}
	for _, l := range lines {
		m[l.Code] = l.Count
	}
	return m
}
