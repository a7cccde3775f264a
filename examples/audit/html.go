package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/retention"
)

//go:embed report.html.tmpl
var reportTemplate string

// writeHTML writes the answer as one self-contained page: no network, readable
// without scripts, on paper, dark and light, narrow and wide.
func writeHTML(w io.Writer, s *summary, lang string) error {
	t, err := template.New("report").Parse(reportTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, newPage(s, words{lang}))
}

// page is what the template shows.
type page struct {
	W                       pageWords
	Lang                    string
	S                       *summary
	Question, Answer, Scope string
	Figures, Duties         []figure
	Classes                 []figure
	Next, Notes             []string
	Charts                  []chart
	Reasons                 []reason
	MoreBroken              string
}

// pageWords gives the template what it needs of the words.
type pageWords struct{ w words }

func (p pageWords) In(en, nl string) string   { return p.w.in(en, nl) }
func (p pageWords) Number(n int) string       { return p.w.number(n) }
func (p pageWords) Purpose(u *useLine) string { return p.w.purpose(u) }
func (p pageWords) Gap(code string) string    { return p.w.gap(code) }

type reason struct {
	Class, Count, Title, Why, Law, Rule string
}

// chart is a bar chart. Widths are in percent, so that it fits any page.
type chart struct {
	Title  string
	Bars   []bar
	Height int
}

type bar struct {
	Class, Label, Count, Width string
	TextY, BarY                int
}

const barHeight = 42

// add adds a bar for n of most.
func (c *chart) add(w words, class, label string, n, most int) {
	b := bar{Class: class, Label: label, Count: w.number(n), TextY: c.Height + 14, BarY: c.Height + 21}
	if n > 0 {
		b.Width = fmt.Sprintf("%.2f%%", max(0.5, 100*float64(n)/float64(most)))
	}
	c.Bars = append(c.Bars, b)
	c.Height += barHeight
}

func newPage(s *summary, w words) *page {
	p := &page{
		W: pageWords{w}, Lang: w.lang, S: s, Question: w.question(), Answer: w.answer(s), Scope: w.scope(s),
		Figures: w.figures(s), Duties: w.duties(s), Next: w.next(s), Notes: w.notes(s),
		Classes: []figure{
			{Class: "keep", Label: w.in("need nothing", "hoeft niets")},
			{Class: "ask", Label: w.in("ask", "vragen")},
			{Class: "stop", Label: w.in("stop", "stoppen")},
			{Class: "assess", Label: w.in("assess", "afwegen")},
			{Class: "review", Label: w.in("by hand", "bekijken")},
		},
	}
	outcomes := chart{Title: w.in("Outcomes", "Uitkomsten")}
	count := map[reconsent.Outcome]int{}
	most := 1
	for _, r := range s.Rules {
		count[r.Outcome] += r.Count
		most = max(most, count[r.Outcome])
		p.Reasons = append(p.Reasons, reason{
			Class: class(r.Outcome), Count: w.number(r.Count), Title: r.Outcome.Title().In(w.lang),
			Why: r.Why.In(w.lang), Law: strings.Join(r.Cites, ", "), Rule: r.Rule,
		})
	}
	for _, name := range reconsent.Outcome("").Values() {
		if o := reconsent.Outcome(name); count[o] > 0 {
			outcomes.add(w, class(o), o.Title().In(w.lang), count[o], most)
		}
	}
	evidence := chart{Title: w.in("Evidence of consent, also where none is needed", "Bewijs van toestemming, ook waar die niet nodig is")}
	for i, e := range s.Evidence {
		evidence.add(w, [...]string{"keep", "ask", "stop"}[i], w.grade(e.Code), e.Count, max(s.Answers, 1))
	}
	p.Charts = []chart{outcomes, evidence}
	if len(s.Keeping) > 0 {
		periods := chart{Title: w.in("How long it may be kept", "Hoe lang het bewaard mag worden")}
		judged := 0
		for _, k := range s.Keeping {
			judged += k.Count
		}
		for _, k := range s.Keeping {
			color := map[retention.State]string{retention.Active: "keep", retention.Due: "stop"}[retention.State(k.Code)]
			if color == "" {
				color = "review"
			}
			periods.add(w, color, w.stateTitle(retention.State(k.Code)), k.Count, judged)
		}
		p.Charts = append(p.Charts, periods)
	}
	if more := s.BrokenRows - len(s.Broken); more > 0 {
		p.MoreBroken = fmt.Sprintf(w.in("and %s more", "en nog %s"), w.number(more))
	}
	return p
}

// class names the colour of an outcome; the words beside it say the same.
func class(o reconsent.Outcome) string {
	switch {
	case o.Keeps():
		return "keep"
	case o.Asks():
		return "ask"
	case o.Stops():
		return "stop"
	case o == reconsent.AssessInterest:
		return "assess"
	}
	return "review"
}
