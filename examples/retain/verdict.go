package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/retention"
)

// verdict is the one line that the question deserves.
func (w words) verdict(t *tally) string {
	if t.records == 0 {
		return w.in("There was nothing to judge.", "Er was niets te beoordelen.")
	}
	if t.dueRecords == 0 {
		return w.in("Nothing has to go today.", "Er hoeft vandaag niets weg.")
	}
	out := w.plural(t.dueRecords, w.in("record has", "record heeft"), w.in("records have", "records hebben")) +
		w.in(" data that have to go", " gegevens die weg moeten")
	if t.worst > 0 {
		out += fmt.Sprintf(w.in("; the oldest should have gone %s ago", "; de oudste hadden %s geleden weg moeten zijn"), w.days(t.worst))
	}
	return out + "."
}

func (w words) days(n int) string { return w.plural(n, w.in("day", "dag"), w.in("days", "dagen")) }

// scope says what was judged.
func (w words) scope(t *tally) string {
	return fmt.Sprintf(w.in("%s, each in up to %s, by schedule %s as of %s (days in %s, financial year to %s).",
		"%s, elk in ten hoogste %s, volgens schema %s per %s (dagen in %s, boekjaar tot en met %s)."),
		w.plural(t.records, "record", "records"),
		w.plural(len(t.s.groups), w.in("group of fields", "groep velden"), w.in("groups of fields", "groepen velden")),
		t.s.Version(), t.at, t.s.zone, t.s.fy)
}

// figure is a number with what it counts.
type figure struct {
	Class string
	Count int
	Label string
}

// figures count groups of fields of records; without the overdue ones they add up.
func (w words) figures(t *tally) []figure {
	due := w.in("due: they have to go", "verstreken: zij moeten weg")
	if t.total.Overdue > 0 {
		due = fmt.Sprintf(w.in("due: they have to go, and %s of them should have gone by now", "verstreken: zij moeten weg, en %s daarvan hadden al weg moeten zijn"), w.number(t.total.Overdue))
	}
	out := []figure{
		{"due", t.total.Due, due},
		{"held", t.total.Held, w.in("held: a hold alone keeps them", "vastgehouden: alleen een geding, onderzoek of verzoek houdt ze hier")},
		{"restricted", t.total.Restricted, w.in("restricted: for the duty or claim that is left, and nothing else", "beperkt: voor de plicht of vordering die rest, en niets anders")},
		{"active", t.total.Active, w.in("active: their purpose runs", "lopend: het doel loopt")},
		{"pending", t.total.Pending, w.in("pending: no period has begun", "in afwachting: geen termijn is begonnen")},
	}
	if t.total.Done > 0 {
		out = append(out, figure{"done", t.total.Done, w.in("done: disposed of", "afgehandeld: verwijderd")})
	}
	return out
}

// items says where the fields of a record stand, in a line for all of which it says the same.
func (w words) items(t *tally, classes []retention.ClassID, items []item) (out []string) {
	var stands []string
	var groups []group
	for i := range items {
		text := w.stands(t, classes, &items[i])
		at := slices.Index(stands, text)
		if at < 0 {
			at = len(stands)
			stands, groups = append(stands, text), append(groups, group{})
		}
		groups[at].fields = append(groups[at].fields, t.s.groups[items[i].group].fields...)
	}
	for i := range stands {
		out = append(out, groups[i].names(8)+": "+stands[i])
	}
	return out
}

// stands says where a group of fields of a record stands.
func (w words) stands(t *tally, classes []retention.ClassID, one *item) string {
	out := ""
	switch one.State {
	case retention.Due:
		var actions []string
		for _, a := range t.actions(classes, one.group) {
			actions = append(actions, w.action(a))
		}
		out = fmt.Sprintf(w.in("due since %s", "verstreken sinds %s"), one.DeleteFrom)
		if one.Overdue > 0 {
			out += fmt.Sprintf(w.in(", %s overdue", ", %s te laat"), w.days(one.Overdue))
		}
		out += "; " + strings.Join(actions, w.in(" or ", " of "))
	case retention.Held:
		var ids []string
		for _, h := range one.holds {
			ids = append(ids, h.ID)
		}
		out = fmt.Sprintf(w.in("period ended %s, held by %s", "termijn verstreken op %s, vastgehouden door %s"), one.KeepUntil, strings.Join(ids, ", "))
	case retention.Restricted, retention.Active:
		verb := w.in("for ", "voor ")
		if one.State == retention.Restricted {
			verb = w.in("for nothing but ", "voor niets dan ")
		}
		out = verb + join(one.Purposes())
		if one.KeepUntil != 0 {
			out += fmt.Sprintf(w.in(", through %s", ", tot en met %s"), one.KeepUntil)
		} else {
			out += w.in(", with an end that is not known yet", ", met een einde dat nog niet bekend is")
		}
	default:
		return w.state(one.State)
	}
	if one.Rule != "" {
		out += " (" + one.Rule
		if law := one.Law(); law != "" {
			out += ", " + law
		}
		out += ")"
	}
	return out
}

func (w words) action(d retention.Disposition) string {
	switch d {
	case retention.Anonymize:
		return w.in("anonymize", "anonimiseren")
	case retention.Pseudonymize:
		return w.in("pseudonymize", "pseudonimiseren")
	case retention.Restrict:
		return w.in("restrict", "beperken")
	case retention.Transfer:
		return w.in("transfer", "overdragen")
	case retention.Review:
		return w.in("review", "beoordelen")
	case retention.NotifyThenDelete:
		return w.in("notify, then delete", "melden en dan wissen")
	}
	return w.in("delete", "wissen")
}
