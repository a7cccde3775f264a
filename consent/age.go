package consent

import (
	"time"

	"github.com/grondslag/grondslag/internal/civil"
)

// age returns the full years of the person's age when the event happened, on the day
// where it happened; known is false without a date of birth that lies before it.
func (e *Event) age() (years int, known bool) {
	born, err := civil.Parse(e.Evidence.BirthDate)
	if err != nil || e.Occurred.IsZero() {
		return 0, false
	}
	loc, err := time.LoadLocation(e.Zone)
	if err != nil {
		return 0, false
	}
	on := civil.In(e.Occurred, loc)
	if born > on {
		return 0, false
	}
	return born.YearsUntil(on), true
}
