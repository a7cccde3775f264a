package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/retention"
)

// width is where the text report breaks its lines.
const width = 96

// writeText writes the answer for a terminal: the answer first, then the reasons.
func writeText(w io.Writer, s *summary, lang string) error {
	t := words{lang}
	p := &printer{w: w}
	p.line("%s", t.question())
	p.line("%s", t.answer(s))
	p.line("")
	p.wrapped("", t.scope(s))
	p.line("")
	for _, f := range t.figures(s) {
		p.wrapped(fmt.Sprintf("%9s  ", t.number(f.Count)), f.Label)
	}
	if duties := t.duties(s); len(duties) > 0 {
		p.line("")
		p.line("%s", t.in("On top of that", "Daarbovenop"))
		for _, f := range duties {
			p.wrapped(fmt.Sprintf("%9s  ", t.number(f.Count)), f.Label)
		}
	}
	if len(s.Uses) > 1 {
		p.line("")
		longest := 0
		for _, u := range s.Uses {
			longest = max(longest, utf8.RuneCountInString(t.purpose(u)))
		}
		p.line("%-*s %9s %9s %9s %9s %9s", longest+2, t.in("By purpose", "Per doel"),
			t.in("nothing", "niets"), t.in("ask", "vragen"), t.in("stop", "stoppen"), t.in("assess", "afwegen"), t.in("by hand", "bekijken"))
		for _, u := range s.Uses {
			p.line("  %-*s %9s %9s %9s %9s %9s", longest, t.purpose(u), t.number(u.Totals.Keep), t.number(u.Totals.Ask),
				t.number(u.Totals.Stop), t.number(u.Totals.Assess), t.number(u.Totals.Review))
		}
	}
	p.line("")
	p.line("%s", t.in("Why", "Waarom"))
	for _, r := range s.Rules {
		p.line("%9s  %s", t.number(r.Count), r.Outcome.Title().In(lang))
		p.wrapped("           ", r.Why.In(lang))
		p.line("           %s: %s", r.Rule, strings.Join(r.Cites, ", "))
	}
	p.line("")
	p.line("%s", t.in("Evidence of consent, also where none is needed", "Bewijs van toestemming, ook waar die niet nodig is"))
	for _, e := range s.Evidence {
		p.line("%9s  %s", t.number(e.Count), t.grade(e.Code))
	}
	for _, g := range s.Gaps {
		p.line("           %s %s: %s", t.number(g.Count), g.Code, t.gap(g.Code))
	}
	if len(s.Keeping) > 0 {
		p.line("")
		p.line("%s", t.in("How long it may be kept", "Hoe lang het bewaard mag worden"))
		for _, k := range s.Keeping {
			p.line("%9s  %s: %s", t.number(k.Count), k.Code, t.stateTitle(retention.State(k.Code)))
		}
	}
	p.line("")
	p.line("%s", t.in("What to do next", "Wat nu te doen"))
	for i, n := range t.next(s) {
		p.wrapped(fmt.Sprintf("%9d. ", i+1), n)
	}
	if len(t.next(s)) == 0 {
		p.line("           %s", t.in("Nothing.", "Niets."))
	}
	p.line("")
	p.line("%s", t.in("Files", "Bestanden"))
	for _, f := range s.Files {
		p.line("  %s (%s, %s %s) SHA-256 %s", f.Name, f.Product, t.in("times in", "tijden in"), f.Zone, f.SHA256)
	}
	for _, b := range s.Broken {
		p.line("  %s", b.Error())
	}
	if more := s.BrokenRows - len(s.Broken); more > 0 {
		p.line("  %s", fmt.Sprintf(t.in("and %s more broken rows", "en nog %s kapotte regels"), t.number(more)))
	}
	p.line("")
	for _, n := range t.notes(s) {
		p.wrapped("", n)
	}
	return p.err
}

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " ")+"\n")
	}
}

// wrapped writes text after the first prefix, breaking lines before width.
func (p *printer) wrapped(prefix, text string) {
	line := prefix
	indent := strings.Repeat(" ", len(prefix))
	used := len([]rune(prefix))
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 && used+1+n > width {
			p.line("%s", line)
			line, used, i = indent, len(indent), 0
		}
		if i > 0 {
			line += " "
			used++
		}
		line += word
		used += n
	}
	p.line("%s", line)
}
