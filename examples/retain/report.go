package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/retention"
)

// writeText writes the report of a plan for a terminal: what is due first.
func writeText(w io.Writer, t *tally, words words, page string) error {
	p := &printer{w: w}
	p.line("%s", words.verdict(t))
	p.line("")
	p.wrapped("", words.scope(t))
	p.line("")
	for _, f := range words.figures(t) {
		p.wrapped(fmt.Sprintf("%9s  ", words.number(f.Count)), f.Label)
	}
	if len(t.dues) > 0 {
		p.line("")
		p.line("%s", words.in("Due now, the longest overdue first", "Nu te verwijderen, het langst te laat eerst"))
		for i := range t.dues {
			d := &t.dues[i]
			for _, line := range words.items(t, d.classes, d.items) {
				p.wrapped("  "+string(d.subject)+"  ", line)
			}
		}
		if more := t.dueRecords - len(t.dues); more > 0 {
			p.line("  %s", fmt.Sprintf(words.in("and %s more records; -json has them all", "en nog %s records; -json heeft ze allemaal"), words.number(more)))
		}
	}
	for _, s := range words.sections(t) {
		p.line("")
		p.line("%s", s.Title)
		for _, line := range s.Uses {
			p.wrapped("  ", line)
		}
		p.columns(s.Table)
	}
	for _, s := range words.lists(t) {
		p.line("")
		p.line("%s", s.Title)
		for _, line := range s.Lines {
			p.wrapped("  ", line)
		}
	}
	if page != "" {
		p.line("")
		p.line("%s", fmt.Sprintf(words.in("The timeline is in %s.", "De tijdlijn staat in %s."), page))
	}
	return p.err
}

// columns writes a table: the first column to the left, numbers to the right.
func (p *printer) columns(table [][]string) {
	var widths [16]int
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range table {
		var line strings.Builder
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(&line, "  %-*s", widths[i], cell)
			} else {
				fmt.Fprintf(&line, "  %*s", widths[i], cell)
			}
		}
		p.line("%s", line.String())
	}
}

// section is a class of the schedule.
type section struct {
	Title string
	Uses  []string
	Table [][]string // with a header
}

// sections show each class: its purposes, and its fields by state. A record that is in
// several classes is counted in each.
func (w words) sections(t *tally) (out []section) {
	for i := range t.s.classes {
		c := &t.s.classes[i]
		s := section{Title: fmt.Sprintf(w.in("Class %s", "Klasse %s"), c.ID)}
		for _, u := range c.Uses {
			long := u.Rule.Describe(t.at).In(w.lang)
			if long == "" {
				long = w.in("not in force", "niet van kracht")
			}
			line := fmt.Sprintf("%s: %s (%s, %s", u.Purpose, long, u.Rule.Key(), u.Rule.Kind)
			if u.Rule.Law != "" {
				line += ", " + u.Rule.Law
			}
			if line += ")"; u.Reason != "" {
				line += "; " + w.in("reason: ", "reden: ") + u.Reason
			}
			s.Uses = append(s.Uses, line)
		}
		s.Table = [][]string{{w.in("fields", "velden"), w.in("due", "verstreken"), w.in("overdue", "te laat"), w.in("held", "vast"),
			w.in("restricted", "beperkt"), w.in("active", "lopend"), w.in("pending", "wachtend"), w.in("done", "klaar")}}
		for g := range t.s.groups {
			if !slices.Contains(t.s.groups[g].classes, c.ID) {
				continue
			}
			n := t.seats[seat{c.ID, g}]
			if n == nil {
				n = &states{}
			}
			row := []string{t.s.groups[g].names(4)}
			for _, count := range [...]int{n.Due, n.Overdue, n.Held, n.Restricted, n.Active, n.Pending, n.Done} {
				row = append(row, w.number(count))
			}
			s.Table = append(s.Table, row)
		}
		if len(s.Table) == 1 {
			s.Table = nil
			s.Uses = append(s.Uses, w.in("No field is in this class.", "Geen veld valt in deze klasse."))
		}
		out = append(out, s)
	}
	return out
}

// listing is a titled list.
type listing struct {
	Title string
	Lines []string
}

// lists are what stands beside the classes, without those that are empty.
func (w words) lists(t *tally) (out []listing) {
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			out = append(out, listing{title, lines})
		}
	}
	add(w.in("Held", "Vastgehouden"), w.heldLines(t))
	var restricted []string
	for _, purposes := range slices.Sorted(maps.Keys(t.restricted)) {
		restricted = append(restricted, fmt.Sprintf("%s: %s", purposes, w.number(t.restricted[purposes])))
	}
	add(w.in("Restricted to", "Beperkt tot"), restricted)
	var months []string
	for i := range t.months {
		if m := &t.months[i]; m.Count > 0 {
			months = append(months, fmt.Sprintf("%s: %s (%s)", m.Name, w.number(m.Count), w.monthGroups(t, m)))
		}
	}
	add(fmt.Sprintf(w.in("Becomes due by %s, as things stand", "Verstrijkt tot en met %s, naar de stand van nu"), t.until), months)
	broken := make([]string, len(t.broken))
	for i := range t.broken {
		broken[i] = w.broken(&t.broken[i])
	}
	if more := t.brokenRows - len(broken); more > 0 {
		broken = append(broken, w.moreBroken(more))
	}
	add(w.in("Rows that could not be used", "Regels die niet gebruikt konden worden"), broken)
	add(w.in("Mind", "Let op"), w.notes(t))
	return out
}

func (w words) moreBroken(n int) string {
	return fmt.Sprintf(w.in("and %s more rows with errors", "en nog %s regels met fouten"), w.number(n))
}

// monthGroups says which fields become due in a month.
func (w words) monthGroups(t *tally, m *month) string {
	var parts []string
	for g, n := range m.groups {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", t.s.groups[g].names(3), w.number(n)))
		}
	}
	return strings.Join(parts, "; ")
}

// heldLines say of each hold in force for whom it keeps data, in the order of the schedule.
func (w words) heldLines(t *tally) (out []string) {
	for _, h := range t.s.list {
		if !h.InForce(t.at) {
			continue
		}
		until := w.in("until released", "tot opheffing")
		if h.Until != 0 {
			until = w.in("through ", "tot en met ") + h.Until.String()
		}
		line := fmt.Sprintf("%s (%s, %s, %s", h.ID, w.holdReason(h.Reason), h.Owner, until)
		if h.Review != 0 {
			line += w.in(", review ", ", herbeoordelen ") + h.Review.String()
			if h.Review <= t.at {
				line += w.in(": now", ": nu")
			}
		}
		line += "): "
		by := t.held[h.ID]
		switch {
		case by == nil:
			line += w.in("nobody in this file", "niemand in dit bestand")
		case len(by.subjects) == 0:
			line += w.in("nothing has to go yet", "niets hoeft al weg")
		default:
			names := make([]string, len(by.subjects))
			for i, s := range by.subjects {
				names[i] = string(s)
			}
			line += strings.Join(names, ", ")
			if by.more > 0 {
				line += fmt.Sprintf(w.in(" and %s more", " en nog %s"), w.number(by.more))
			}
		}
		if by != nil && by.alsoLater > 0 {
			line += fmt.Sprintf(w.in("; covers %s that are not due yet", "; raakt %s die nog niet verstreken zijn"),
				w.plural(by.alsoLater, w.in("group of fields", "groep velden"), w.in("groups of fields", "groepen velden")))
		}
		out = append(out, line)
	}
	return out
}

func (w words) holdReason(r retention.HoldReason) string {
	switch r {
	case retention.Litigation:
		return w.in("litigation", "geding")
	case retention.Investigation:
		return w.in("investigation", "onderzoek")
	case retention.Audit:
		return w.in("audit", "controle")
	case retention.OpenRequest:
		return w.in("open request", "open verzoek")
	}
	return w.in("contested", "betwist")
}

// notes are the caveats that the report must not be read without.
func (w words) notes(t *tally) (out []string) {
	for _, f := range t.s.Findings() {
		out = append(out, f.Path+": "+f.Text.In(w.lang))
	}
	for _, rule := range t.s.unfed {
		out = append(out, fmt.Sprintf(w.in("No column has an event that starts rule %s: its period never begins, and so never ends.",
			"Geen kolom heeft een gebeurtenis waarmee regel %s begint: de termijn gaat nooit in, en eindigt dus nooit."), rule))
	}
	return append(out, w.in("This applies a schedule to days in a file; it deletes nothing, and is no legal advice.",
		"Dit past een schema toe op dagen in een bestand; het verwijdert niets, en is geen juridisch advies."))
}
