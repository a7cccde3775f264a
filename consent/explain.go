package consent

import (
	"context"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Reason says why a decision is what it is: a stable code ("state_" and the state), the provision and a sentence.
type Reason struct {
	Code    basis.Code
	Article string
	Text    basis.Text
}

// Why explains the state of the decision, and whether it permits a use that needs no consent.
func (d Decision) Why() Reason {
	r := Reason{Code: basis.Code("state_" + string(d.State))}
	say := func(article, en, nl string) { r.Article, r.Text = article, basis.Text{En: en, Nl: nl} }
	switch d.State {
	case StateGiven:
		say("GDPR 6(1)(a)", "Valid consent is in force.", "Er is geldige toestemming.")
	case StateNone:
		say("GDPR 7(1)", "Nothing is recorded for this purpose over this channel.", "Voor dit doel via dit kanaal is niets vastgelegd.")
	case StateRequested:
		say("GDPR 4(11)", "The person was asked, and has not answered or confirmed.", "De persoon is gevraagd, en heeft niet geantwoord of bevestigd.")
	case StateDeferred:
		say("GDPR 4(11)", "The person put the question off.", "De persoon heeft de vraag uitgesteld.")
	case StateUnproven:
		say("GDPR 7(1)", "A declaration is recorded that does not stand as consent.", "Er is een verklaring vastgelegd die niet als toestemming geldt.")
	case StateOutdated:
		say("GDPR 6(1)(a)", "The processing has changed since the consent was given.", "De verwerking is veranderd sinds de toestemming werd gegeven.")
	case StateExpired:
		say("GDPR 6(1)(a)", "The time for which it was given has passed.", "De tijd waarvoor de toestemming gold is voorbij.")
	case StateRefused:
		say("GDPR 4(11)", "The person said no.", "De persoon heeft nee gezegd.")
	case StateWithdrawn:
		say("GDPR 7(3)", "The person withdrew the consent.", "De persoon heeft de toestemming ingetrokken.")
	case StateRevoked:
		say("GDPR 6(1)(a)", "The consent was ended, not by the person.", "De toestemming is beëindigd, niet door de persoon.")
	case StateInvalidated:
		say("GDPR 7(1)", "The consent turned out not to have been valid.", "De toestemming bleek niet geldig te zijn geweest.")
	case StateObjected:
		say("GDPR 21(3)", "The person objected.", "De persoon heeft bezwaar gemaakt.")
	default:
		return Reason{Code: "state_unknown", Article: "GDPR 7(1)", Text: basis.Text{En: "No question was answered.", Nl: "Er is geen vraag beantwoord."}}
	}
	if d.Suppressed {
		r.Text.En += " An address of the person is on the suppression list."
		r.Text.Nl += " Een adres van de persoon staat op de lijst van niet te gebruiken adressen."
	}
	return r
}

// Explanation is a decision with all that it follows from.
type Explanation struct {
	Query    Query
	Decision Decision
	Reason   Reason
	// Findings are what [Event.Validate] says of the declaration that decided, at the instant asked about.
	Findings []basis.Finding
	// Events are those about the purpose and the channel that were known, in order of time.
	Events []Event
}

// Explain answers and says why. It holds personal data: the events.
func (l *Ledger) Explain(ctx context.Context, q Query) (Explanation, error) {
	events, err := l.linked(ctx, q.Subject)
	if err != nil {
		return Explanation{}, err
	}
	x, err := l.indexEvents(ctx, events)
	if err != nil {
		return Explanation{}, err
	}
	q = l.live(q, events)
	out := Explanation{Query: q, Decision: x.Decide(q)}
	out.Reason = out.Decision.Why()
	people := merged(events, q.Subject)
	for _, e := range events {
		if !slices.Contains(people, e.Subject) {
			continue
		}
		about := (e.Purpose == "" || e.Purpose == q.Purpose) && (e.Channel == "" || e.Channel == q.Channel)
		if !about || e.Occurred.After(q.At) || !q.Known.IsZero() && e.Recorded.After(q.Known) {
			continue
		}
		out.Events = append(out.Events, e)
		if e.ID == out.Decision.Event && e.Type.grants() {
			out.Findings = e.Validate(x.terms.Notices.text(e.Notice), x.terms.Requirements[e.Purpose], q.At)
		}
	}
	return out, nil
}

func timeOf(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
