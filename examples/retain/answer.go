package main

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/grondslag/grondslag/retention"
)

// answer is what a question gets. What has no value is left out.
type answer struct {
	Rule       string           `json:"rule,omitzero"`
	State      retention.State  `json:"state,omitzero"`
	LastDay    retention.Date   `json:"last_day,omitzero"`
	DeleteFrom retention.Date   `json:"delete_from,omitzero"`
	Cutoff     retention.Date   `json:"cutoff,omitzero"`
	Spans      []retention.Span `json:"spans,omitzero"`
	Due        string           `json:"due,omitzero"`
	Law        string           `json:"law,omitzero"`
	Why        string           `json:"why,omitzero"`
}

// reply writes the answer, as JSON or as lines of text.
func (p *program) reply(a answer) error {
	if p.has("json") {
		return writeLine(p.stdout, a)
	}
	var spans []string
	for _, s := range a.Spans {
		spans = append(spans, strings.TrimSpace(s.From.String()+" .. "+s.To.String()))
	}
	state := ""
	if a.State != "" {
		state = p.state(a.State)
	}
	out := &printer{w: p.stdout}
	for _, line := range [...]struct{ label, value string }{
		{p.in("Rule", "Regel"), a.Rule},
		{p.in("State", "Stand"), state},
		{p.in("Last day", "Laatste dag"), a.LastDay.String()},
		{p.in("Delete from", "Wissen vanaf"), a.DeleteFrom.String()},
		{p.in("Cut-off", "Grensdag"), a.Cutoff.String()},
		{p.in("Due events", "Verstreken"), strings.Join(spans, ", ")},
		{p.in("Due", "Uiterlijk"), a.Due},
		{p.in("Law", "Wet"), a.Law},
		{p.in("Why", "Waarom"), a.Why},
	} {
		if line.value != "" {
			out.wrapped(line.label+strings.Repeat(" ", max(1, 14-len(line.label))), line.value)
		}
	}
	return out.err
}

// writeLine writes a value as one line of JSON.
func writeLine(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
