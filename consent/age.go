package consent

import (
	"time"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/civil"
)

// day is the civil day on which the event happened, where it happened; known is false when that is not known.
func (e *Event) day() (d civil.Date, known bool) {
	loc, err := time.LoadLocation(e.Zone)
	if err != nil || e.Occurred.IsZero() {
		return 0, false
	}
	return civil.In(e.Occurred, loc), true
}

// age returns the full years of the person's age when the event happened; known is
// false without a date of birth that lies before it.
func (e *Event) age() (years int, known bool) {
	born, err := civil.Parse(e.Evidence.BirthDate)
	on, known := e.day()
	if err != nil || !known || born > on {
		return 0, false
	}
	return born.YearsUntil(on), true
}

// ageOfConsent is the age from which a child's own consent counts, on the day of the event, and whether a source
// that was read says so. What can't be found is the age of Art. 8(1) itself, 16.
func (e *Event) ageOfConsent(req *Requirements) (age int, verified bool) {
	if req.Age > 0 {
		return req.Age, true
	}
	rows := req.Ages
	if rows == nil {
		rows = reconsent.Ages()
	}
	on, known := e.day()
	if !known {
		return reconsent.DefaultAge, false
	}
	age, row, err := reconsent.AgeOn(rows, req.Country, on.String())
	if err != nil {
		return reconsent.DefaultAge, false
	}
	return age, row.Confidence == reconsent.Confirmed || row.Confidence == reconsent.SingleSource
}
