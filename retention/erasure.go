package retention

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

// ErasureAction is what becomes of a field when the person asks for erasure.
type ErasureAction string

const (
	// Erase: nothing stands against it.
	Erase ErasureAction = "erase"
	// RestrictUntil: it is stored for claims or under a hold, and used for nothing else.
	RestrictUntil ErasureAction = "restrict"
	// Keep: a law orders, or Art. 17(3) otherwise allows, to keep it, for that purpose alone.
	Keep ErasureAction = "keep"
	// Gone: it was disposed of before.
	Gone ErasureAction = "gone"
)

// ErasureReason is one reason for which a field stays.
type ErasureReason struct {
	// Ground is the provision: a point of GDPR Art. 17(3), or that of a hold.
	Ground string `json:"ground"`
	// Purpose is what the field stays for: none under a hold. A claim or a block lets it be
	// stored, other reasons let the purpose use it.
	Purpose basis.PurposeID `json:"purpose,omitzero"`
	// Rule and its Law order or allow the field to stay; Hold is the ID of a hold that does.
	Rule string `json:"rule,omitzero"`
	Law  string `json:"law,omitzero"`
	Hold string `json:"hold,omitzero"`
	// Until is the last day of the reason; no day while that is unknown.
	Until Date `json:"until,omitzero"`
}

// ErasureItem is what becomes of one field, and why.
type ErasureItem struct {
	Field  basis.Field   `json:"field"`
	Action ErasureAction `json:"action"`
	// Reasons are all that keep the field, in the order of the policy; holds come
	// last, and only when nothing else keeps it.
	Reasons []ErasureReason `json:"reasons,omitzero"`
	// Until is the last day of the last reason; no day while one has no known end.
	Until Date `json:"until,omitzero"`
}

// ErasurePlan is the answer to a request for erasure (GDPR Art. 17), field by field.
// It holds no personal data beside the reference to the subject.
type ErasurePlan struct {
	Subject basis.Subject `json:"subject"`
	// Effective is the day from which the person has the right; At the day on which the plan was drawn up.
	Effective Date          `json:"effective"`
	At        Date          `json:"at"`
	Items     []ErasureItem `json:"items"`
	// ReviewOn is the first day on which the plan has to be drawn up again since a
	// reason has ended by then; no day when nothing is left, or no end is known.
	ReviewOn Date `json:"review_on,omitzero"`
}

// Complete reports whether nothing is left to erase later. A plan without items is not:
// nothing is known of the record under this schedule.
func (p *ErasurePlan) Complete() bool {
	return len(p.Items) > 0 && !slices.ContainsFunc(p.Items, func(i ErasureItem) bool { return i.Action == Keep || i.Action == RestrictUntil })
}

// ErasurePlan draws up what becomes of each field of the record, on day at, when the
// person's right to erasure takes effect on r.Erasure, or on at when that is no day
// or later. Uses without a ground of Art. 17(3) end then; of the others the field
// stays for the purpose and the time of that ground alone. Which of the grounds of
// Art. 17(1) gives the right is not asked here: whoever refuses the request draws up no plan.
//
// A field in no class of the record has no item: nothing is known of it.
func (s *Schedule) ErasurePlan(r *Record, at Date, holds *Holds) ErasurePlan {
	e := *r
	if e.Erasure == 0 || e.Erasure > at {
		e.Erasure = at
	}
	plan := ErasurePlan{Subject: r.Subject, Effective: e.Erasure, At: at}
	var c calculation
	c.begin(s, &e, at)
	for _, d := range s.Decide(nil, &e, at, holds) {
		item := ErasureItem{Field: d.Field, Action: Erase}
		g := &s.groups[s.find(d.Field).group]
		switch d.State {
		case Done:
			item.Action = Gone
		case Due:
		case Held:
			item.Action = RestrictUntil
			for _, h := range holds.On(at, e.Subject, s.ids(g.classes&c.classes), d.Field) {
				item.Reasons = append(item.Reasons, ErasureReason{Ground: h.Reason.article(), Hold: h.ID, Until: h.Until})
			}
		default:
			item.Action, item.Reasons = c.reasons(g)
		}
		for i, r := range item.Reasons {
			if i == 0 || item.Until != 0 && (r.Until == 0 || r.Until > item.Until) {
				item.Until = r.Until
			}
			if r.Until != 0 && (plan.ReviewOn == 0 || r.Until+1 < plan.ReviewOn) {
				plan.ReviewOn = r.Until + 1
			}
		}
		plan.Items = append(plan.Items, item)
	}
	return plan
}

// reasons lists what keeps the fields of a group. Claims and blocked data are stored
// and no more; any other reason lets the purpose use the field.
func (c *calculation) reasons(g *group) (ErasureAction, []ErasureReason) {
	action := RestrictUntil
	var out []ErasureReason
	for _, i := range g.lines {
		l := &c.s.lines[i]
		if c.classes&(1<<l.class) == 0 {
			continue
		}
		seen := map[int]bool{}
		add := func(one reach) {
			if !one.live || seen[one.rule] {
				return
			}
			seen[one.rule] = true // an exact rule is on both sides
			rule := &c.s.rules[one.rule]
			ground := c.s.ground(l, one.rule)
			reason := ErasureReason{
				Ground: ground, Purpose: c.s.purposes[l.purpose],
				Rule: c.s.keys[one.rule], Law: rule.Law, Until: one.last,
			}
			if !slices.Contains(out, reason) { // several classes may have it
				out = append(out, reason)
			}
			if ground != "GDPR 17(3)(e)" && rule.Kind != Restriction {
				action = Keep
			}
		}
		for i := range l.keeps {
			add(c.of(&l.keeps[i]))
		}
		for i := range l.blocks {
			add(c.of(&l.blocks[i]))
		}
		add(c.earliest(l.ends)) // the others end nothing
	}
	return action, out
}

// ground returns the exemption of the use behind a limit.
func (s *Schedule) ground(l *line, rule int) string {
	c := &s.classes[l.class]
	for i := range c.Uses {
		u := &c.Uses[i]
		if u.Purpose == s.purposes[l.purpose] && u.Rule.Key() == s.keys[rule] {
			return u.exemption()
		}
	}
	return ""
}

// Report is the plan in words, for the person: in Dutch for "nl", English otherwise.
// It names fields, purposes and laws, and nobody.
func (p *ErasurePlan) Report(lang string) string {
	en := lang != "nl"
	var b strings.Builder
	say := func(e, n string, args ...any) {
		if !en {
			e = n
		}
		fmt.Fprintf(&b, e+"\n", args...)
	}
	list := func(action ErasureAction) (out []string) {
		for _, i := range p.Items {
			if i.Action == action {
				out = append(out, string(i.Field))
			}
		}
		return out
	}
	say("Your request for erasure (GDPR Art. 17), as of %s", "Uw verzoek om wissing (AVG art. 17), per %s", p.At)
	if fields := list(Erase); len(fields) > 0 {
		say("\nWe erase: %s.", "\nWij wissen: %s.", strings.Join(fields, ", "))
	}
	if fields := list(Gone); len(fields) > 0 {
		say("\nNo longer there: %s.", "\nNiet meer aanwezig: %s.", strings.Join(fields, ", "))
	}
	for _, action := range [...]ErasureAction{Keep, RestrictUntil} {
		if len(list(action)) == 0 {
			continue
		}
		if action == Keep {
			say("\nWe must keep, for the purpose named and for nothing else:", "\nWij moeten bewaren, voor het genoemde doel en voor niets anders:")
		} else {
			say("\nWe store, and use for nothing but the reason named:", "\nWij slaan op, en gebruiken voor niets dan de genoemde reden:")
		}
		for i := range p.Items {
			if p.Items[i].Action == action {
				line := p.Items[i].en()
				if !en {
					line = p.Items[i].nl()
				}
				b.WriteString("- " + line + "\n")
			}
		}
	}
	switch {
	case len(p.Items) == 0:
		say("\nNo data are known under our schedule; we look for them by hand.", "\nOnder ons bewaarschema zijn geen gegevens bekend; wij zoeken met de hand.")
	case p.Complete():
		say("\nNothing is left after that.", "\nDaarna blijft niets over.")
	case p.ReviewOn != 0:
		say("\nWe look again on %s, when the first of these reasons has ended.", "\nWij kijken opnieuw op %s, wanneer de eerste van deze redenen is geëindigd.", p.ReviewOn)
	default:
		say("\nThe end of these reasons is not known yet; we erase the data when they end.", "\nHet einde van deze redenen is nog niet bekend; wij wissen de gegevens wanneer zij eindigen.")
	}
	say("You may complain to the supervisory authority and go to court (GDPR Art. 12(4)).",
		"U kunt een klacht indienen bij de toezichthouder en naar de rechter gaan (AVG art. 12 lid 4).")
	return b.String()
}

func (i *ErasureItem) en() string {
	parts := make([]string, len(i.Reasons))
	for n, r := range i.Reasons {
		until := "until an end that is not known yet"
		if r.Until != 0 {
			until = "through " + r.Until.String()
		}
		parts[n] = until + " " + r.what("for", "under a hold", r.Ground)
	}
	return string(i.Field) + " " + strings.Join(parts, "; ")
}

func (i *ErasureItem) nl() string {
	parts := make([]string, len(i.Reasons))
	for n, r := range i.Reasons {
		until := "tot een einde dat nog niet bekend is"
		if r.Until != 0 {
			until = "tot en met " + r.Until.String()
		}
		parts[n] = until + " " + r.what("voor", "wegens een geding, onderzoek of verzoek", strings.Replace(r.Ground, "GDPR", "AVG", 1))
	}
	return string(i.Field) + " " + strings.Join(parts, "; ")
}

func (r *ErasureReason) what(purpose, hold, ground string) string {
	if r.Hold != "" {
		return hold + " (" + ground + ")"
	}
	return purpose + " " + string(r.Purpose) + " (" + orRule(r.Law, r.Rule) + "; " + ground + ")"
}

func orRule(law, rule string) string {
	if law == "" {
		return rule
	}
	return law
}
