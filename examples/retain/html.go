package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/retention"
)

//go:embed timeline.html.tmpl
var timelineTemplate string

// writeHTML writes the plan as one self-contained page with a timeline: no network, no
// scripts, on paper, dark and light, narrow and wide. What the bars show the text beside them says.
func writeHTML(w io.Writer, t *tally, words words) error {
	tmpl, err := template.New("timeline").Parse(timelineTemplate)
	if err != nil {
		return err
	}
	return tmpl.Execute(w, newPage(t, words))
}

// page is what the template shows.
type page struct {
	W                     pageWords
	Lang                  string
	Title, Verdict, Scope string
	Figures, Legend       []figure
	Months                []monthBar
	MonthsTitle           string
	Axis                  axis
	Lanes                 []pageLane
	LeftOut               string
	Sections              []section
	Lists                 []listing
}

// pageWords gives the template what it needs of the words.
type pageWords struct{ w words }

func (p pageWords) In(en, nl string) string { return p.w.in(en, nl) }
func (p pageWords) Number(n int) string     { return p.w.number(n) }

type monthBar struct {
	Name, Count, Width, Groups string
}

// pageLane is a record in the timeline.
type pageLane struct {
	Class, Subject, State string
	Verdicts              []string
	Bars                  []pageBar
}

// pageBar is a bar with its words. Positions are in percent of the axis.
type pageBar struct {
	Class, Name, Lead, Days, Tail, X, Width string
}

// axis is the time that the timeline spans.
type axis struct {
	Ticks    []tick
	Today    string // its position
	TodayDay string
	Step     string // from a tick to the next, in percent
	from, to retention.Date
}

type tick struct{ X, Label string }

// reach is how many years from today the axis goes at most; what goes on is cut off there.
const reach = 12

// newAxis spans the bars and today, in whole years.
func newAxis(lanes []lane, at retention.Date) axis {
	from, to := at, at
	for i := range lanes {
		for _, b := range lanes[i].bars {
			if b.from != 0 {
				from = min(from, b.from)
			}
			to = max(to, b.until)
		}
	}
	today, _, _ := at.Split()
	first, _, _ := from.Split()
	last, _, _ := to.Split()
	first, last = max(first, today-reach, 1), min(max(last, today), today+reach, 9999)
	a := axis{TodayDay: at.String()}
	a.from, _ = retention.DateOf(first, 1, 1)
	a.to, _ = retention.DateOf(last, 12, 31)
	a.Today = percent(a.at(at))
	years, every := last-first+1, 1
	for _, n := range [...]int{2, 5} {
		if years/every > 8 {
			every = n
		}
	}
	a.Step = percent(100 * float64(every) / float64(years))
	for y := first; y <= last; y += every {
		if d, err := retention.DateOf(y, 1, 1); err == nil {
			if at := a.at(d); at < 93 { // else the number stands beyond the page
				a.Ticks = append(a.Ticks, tick{percent(at), strconv.Itoa(y)})
			}
		}
	}
	return a
}

// at is the position of the start of a day in percent, within the axis.
func (a *axis) at(d retention.Date) float64 {
	d = min(max(d, a.from), a.to+1)
	return 100 * float64(d-a.from) / float64(a.to+1-a.from)
}

func percent(f float64) string { return fmt.Sprintf("%.2f%%", f) }

func newPage(t *tally, w words) *page {
	p := &page{
		W: pageWords{w}, Lang: w.lang, Verdict: w.verdict(t), Scope: w.scope(t), Figures: w.figures(t),
		Title:    w.in("What may stay, and what has to go", "Wat mag blijven, en wat weg moet"),
		Sections: w.sections(t), Axis: newAxis(t.lanes, t.at),
		MonthsTitle: fmt.Sprintf(w.in("Becomes due by %s, as things stand", "Verstrijkt tot en met %s, naar de stand van nu"), t.until),
		Legend: []figure{
			{Class: string(barFull), Label: w.in("the purpose runs", "het doel loopt")},
			{Class: string(barLimited), Label: w.in("for a duty or claim alone", "alleen voor een plicht of vordering")},
			{Class: string(barEnded), Label: w.in("ended", "verstreken")},
			{Class: string(barHold), Label: w.in("a hold", "vastgehouden")},
			{Class: string(barOverdue), Label: w.in("kept too long", "te lang bewaard")},
		},
	}
	if p.Lang == "" {
		p.Lang = "en"
	}
	for _, l := range w.lists(t) {
		if l.Title != p.MonthsTitle {
			p.Lists = append(p.Lists, l)
		}
	}
	most := 1
	for i := range t.months {
		most = max(most, t.months[i].Count)
	}
	for i := range t.months {
		m := &t.months[i]
		b := monthBar{Name: m.Name, Count: w.number(m.Count), Groups: w.monthGroups(t, m)}
		if m.Count > 0 {
			b.Width = percent(max(1, 100*float64(m.Count)/float64(most)))
		}
		p.Months = append(p.Months, b)
	}
	for i := range t.lanes {
		p.Lanes = append(p.Lanes, newPageLane(t, &p.Axis, &t.lanes[i], w))
	}
	if more := t.records - len(t.lanes); more > 0 {
		p.LeftOut = fmt.Sprintf(w.in("The %s that are overdue longest, or else most urgent; %s are left out.", "De %s die het langst te laat of anders het dringendst zijn; %s zijn weggelaten."),
			w.plural(len(t.lanes), "record", "records"), w.plural(more, "record", "records"))
	}
	return p
}

func newPageLane(t *tally, a *axis, l *lane, w words) pageLane {
	out := pageLane{Class: string(l.state), Subject: string(l.subject), State: w.state(l.state), Verdicts: w.items(t, l.classes, l.items)}
	if l.overdue > 0 {
		out.State += fmt.Sprintf(w.in(", %s overdue", ", %s te laat"), w.days(l.overdue))
	}
	for _, b := range l.bars {
		out.Bars = append(out.Bars, newPageBar(a, b, w))
	}
	return out
}

func newPageBar(a *axis, b bar, w words) pageBar {
	out := pageBar{Class: string(b.kind), Name: b.name}
	out.Lead, out.Days, out.Tail = w.run(b)
	if b.kind == barNone {
		return out
	}
	from, until := a.at(b.from), 100.0
	if b.until != 0 {
		until = a.at(b.until + 1)
	}
	const least = 0.8 // so that four weeks of ten years can be seen
	if until-from < least {
		if from = min(from, 100-least); b.kind == barOverdue {
			from = max(0, until-least)
		}
		until = from + least
	}
	out.X, out.Width = percent(from), percent(until-from)
	return out
}

// run says in words what a bar shows, in three parts that need not be broken.
func (w words) run(b bar) (lead, days, tail string) {
	switch {
	case b.until == 0:
		days = fmt.Sprintf(w.in("from %s,", "vanaf %s,"), b.from)
		tail = w.in("end not known yet", "einde nog niet bekend")
	case b.from == 0:
		days = fmt.Sprintf(w.in("to %s", "tot en met %s"), b.until)
	default:
		days = fmt.Sprintf(w.in("%s to %s", "%s t/m %s"), b.from, b.until)
	}
	switch b.code {
	case retention.CodeEnded:
		tail = w.in("ended", "verstreken")
	case retention.CodeErased:
		tail = w.in("ended by erasure", "geëindigd door wissing")
	case retention.CodeNoAnchor:
		days, tail = "", w.in("the day of the event is not known", "de dag van de gebeurtenis is niet bekend")
	case retention.CodeNotBegun:
		days, tail = "", w.in("not begun", "niet begonnen")
	}
	switch b.kind {
	case barHold:
		lead = w.in("hold", "vastgehouden")
	case barOverdue:
		lead = w.in("kept too long", "te lang bewaard")
	}
	if b.rule != "" {
		tail = strings.TrimSpace(tail + " (" + b.rule + ")")
	}
	return lead, days, tail
}
