package basis

import (
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// Provenance says how personal data came in: from whom, when and why, and
// whether the person was told (GDPR Art. 5(2), 13, 14).
type Provenance struct {
	Source Source `json:"source,omitzero"`
	// Obtained is the instant of collection; zero when nobody recorded it.
	Obtained time.Time `json:"obtained,omitzero"`
	// From refers to the party or the register that the data came from
	// (Art. 14(2)(f)), empty when it was the person.
	From string `json:"from,omitzero"`
	// Purpose for which the data was obtained.
	Purpose PurposeID `json:"purpose,omitzero"`
	// Informed is when the person got the notice, and Notice refers to its text.
	// Zero and empty when there was none.
	Informed time.Time `json:"informed,omitzero"`
	Notice   string    `json:"notice,omitzero"`
	// Contacted is the first communication with the person and Disclosed the first
	// disclosure to another recipient, past or planned; zero when there is none.
	Contacted time.Time `json:"contacted,omitzero"`
	Disclosed time.Time `json:"disclosed,omitzero"`
}

// IsZero reports whether nothing is recorded.
func (p Provenance) IsZero() bool { return p == Provenance{} }

// NoticeClock says by when a person must be told that their data is used.
type NoticeClock struct {
	// Article is the rule that sets Due: "GDPR 13(1)" or "GDPR 14(3)(a)", (b) or (c).
	Article string `json:"article"`
	// Due is the last instant at which the notice is in time; zero when it is not
	// known when the data was obtained, which counts as past.
	Due time.Time `json:"due,omitzero"`
	// Day is the day of Due in the zone, as 2006-01-02; empty when Due is zero.
	Day string `json:"day,omitzero"`
	// Given: the notice was given, in time or not. Late: not in time.
	Given bool `json:"given"`
	Late  bool `json:"late"`
	// Overdue: it was not given, and Due is past.
	Overdue bool `json:"overdue"`
	Text    Text `json:"text"`
}

// NoticeClock tells when the notice of Art. 13 or 14 is due and how things stand
// at the instant at; what is dated after it has not happened yet.
//
// Data from the person: at collection (Art. 13(1)). Data from elsewhere, derived
// data included, and data of unknown source: the earliest of one month after it
// was obtained, the first communication and the first disclosure (Art. 14(3)).
// The month ends with the same day of the next month in zone, or its last day
// (Regulation 1182/71 Art. 3), weekends and holidays not considered. The
// exceptions of Art. 13(4) and 14(5) are the caller's to know.
func (p Provenance) NoticeClock(at time.Time, zone *time.Location) NoticeClock {
	c := NoticeClock{Article: "GDPR 13(1)", Due: p.Obtained}
	c.Text = Text{"The person must be told when giving the data.", "De betrokkene moet het horen bij het geven van de gegevens."}
	if p.Source != FromSubject {
		c.Article = "GDPR 14(3)(a)"
		c.Text = Text{"The person must be told within a month after the data came in.",
			"De betrokkene moet het horen binnen een maand nadat de gegevens binnenkwamen."}
		if !p.Obtained.IsZero() {
			day := civil.In(p.Obtained, zone).AddMonths(1)
			c.Due = (day + 1).Start(zone).Add(-time.Nanosecond)
		}
		if earlier(p.Contacted, c.Due) {
			c.Article, c.Due = "GDPR 14(3)(b)", p.Contacted
			c.Text = Text{"The person must be told in the first message at the latest.",
				"De betrokkene moet het uiterlijk in het eerste bericht horen."}
		}
		if earlier(p.Disclosed, c.Due) {
			c.Article, c.Due = "GDPR 14(3)(c)", p.Disclosed
			c.Text = Text{"The person must be told before the data goes to someone else.",
				"De betrokkene moet het horen voordat de gegevens naar een ander gaan."}
		}
	}
	if !c.Due.IsZero() {
		c.Day = civil.In(c.Due, zone).String()
	}
	c.Given = !p.Informed.IsZero() && !p.Informed.After(at)
	c.Late = c.Given && p.Informed.After(c.Due)
	c.Overdue = !c.Given && at.After(c.Due)
	return c
}

// earlier reports whether a is an instant before due; a zero due is earliest.
func earlier(a, due time.Time) bool { return !a.IsZero() && a.Before(due) }
