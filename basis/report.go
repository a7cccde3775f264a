package basis

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// Report returns the decision as plain text for a reader, in Dutch for "nl" and
// otherwise in English, with the subject's reference and instants in UTC. It is
// meant to be read: programs use the fields or the JSON, which are stable.
func (d Decision) Report(lang string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	say := func(en, nl string) string { return Text{en, nl}.In(lang) }
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", label, value)
		}
	}
	answer := say("not allowed", "niet toegestaan")
	if d.Allowed() {
		answer = say("allowed", "toegestaan")
	}
	line(say("Answer", "Antwoord"), answer)
	line(say("Purpose", "Doel"), string(d.Question.Purpose))
	line(say("Subject", "Betrokkene"), string(d.Question.Subject))
	if d.Ground.Basis != "" {
		ground := d.Ground.Basis.Title().In(lang) + " (" + d.Ground.Basis.Article() + ")"
		if d.Ground.Ref != "" {
			ground += ": " + d.Ground.Ref
		}
		line(say("Ground", "Grondslag"), ground)
	}
	line(say("Channel", "Kanaal"), string(d.Question.Channel))
	line(say("Recipient", "Ontvanger"), string(d.Question.Recipient))
	line(say("At", "Op"), instant(d.Question.At))
	line(say("Until", "Tot"), instant(d.Until))
	w.Flush()

	section := func(title string) { fmt.Fprintf(w, "\n%s\n", title) }
	if len(d.Fields) > 0 {
		section(say("Fields", "Velden"))
		for _, v := range d.Fields {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", v.Field, v.Necessity, v.Article, v.Text.In(lang))
		}
		w.Flush()
	}
	if len(d.Heard) > 0 {
		section(say("Heard", "Gehoord"))
		for _, h := range d.Heard {
			until := ""
			if !h.Until.IsZero() {
				until = say("until ", "tot ") + instant(h.Until)
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", h.Field, h.Role, h.Says, h.Article, h.Ref, until)
		}
		w.Flush()
	}
	if err := d.Err(); err != nil {
		section(say("Reasons against", "Redenen ertegen"))
		for _, e := range err.(*deniedError).denials {
			x := e.(Denial)
			field := string(x.Field)
			if field == "" {
				field = say("all", "alle")
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", field, x.Role, x.Code, x.Article, x.Text.In(lang))
		}
		w.Flush()
	}
	return trimLines(b.String())
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// trimLines drops the spaces that columns leave at the ends of lines.
func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}
