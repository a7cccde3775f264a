package receipt

import (
	"cmp"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Standing is where a purpose stands over a channel, by the events of a record alone: the
// latest that decides. It does not judge whether a declaration is valid; the ledger does.
type Standing struct {
	Purpose basis.PurposeID
	// Channel is empty for an event about all of them, when no other names one.
	Channel basis.Channel
	// State is that of the event that decides, or "dpv:ConsentExpired" when its time has passed.
	State     Term
	Consented bool
	// Event decides.
	Event consent.EventID
}

// Standings lists each purpose and channel that the events are about, in the order in
// which the record has the purposes, with what stands at the time of issue. An event
// about every purpose or channel counts for each of them. Of events at one instant the
// one that restricts decides.
func (r *Record) Standings() []Standing {
	var out []Standing
	for _, p := range r.purposes() {
		for _, c := range r.channels(p) {
			if s, ok := r.standing(p, c); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// purposes are those of the processes, and those that only events name.
func (r *Record) purposes() (out []basis.PurposeID) {
	add := func(id basis.PurposeID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for i := range r.Processes {
		add(r.Processes[i].Purpose)
	}
	for i := range r.Events {
		add(r.Events[i].Purpose)
	}
	return out
}

// channels are those that events about the purpose name, in their order; that of no name
// when none does.
func (r *Record) channels(p basis.PurposeID) []basis.Channel {
	var out []basis.Channel
	for i := range r.Events {
		e := &r.Events[i]
		if (e.Purpose == p || e.Purpose == "") && e.Channel != "" && !slices.Contains(out, e.Channel) {
			out = append(out, e.Channel)
		}
	}
	if len(out) == 0 {
		return []basis.Channel{""}
	}
	return out
}

func (r *Record) event(id consent.EventID) (Event, bool) {
	i := slices.IndexFunc(r.Events, func(e Event) bool { return e.ID == id })
	if i < 0 {
		return Event{}, false
	}
	return r.Events[i], true
}

func (r *Record) standing(p basis.PurposeID, c basis.Channel) (Standing, bool) {
	var about []Event
	for _, e := range r.Events {
		if (e.Purpose == "" || e.Purpose == p) && (e.Channel == "" || e.Channel == c) {
			about = append(about, e)
		}
	}
	slices.SortStableFunc(about, func(a, b Event) int {
		return cmp.Or(a.Time.Compare(b.Time), consent.CompareTypes(a.Type, b.Type))
	})
	var last, weak *Event
	for i := range about {
		switch e := &about[i]; {
		case grants(e.Type) && invalidation(r.Events, e.ID) != nil:
			weak = invalidation(r.Events, e.ID)
		case e.Type == consent.Invalidated && !e.Of.IsZero():
			// It takes effect where the grant is met.
		// What asks, what proves nothing and what is not known changes nothing that is in force.
		case e.Type == consent.Deferred, e.Type == consent.Requested, grants(e.Type) && e.State == "dpv:ConsentUnknown":
			weak = e
		default:
			last = e
		}
	}
	decides := cmp.Or(last, weak)
	if decides == nil {
		return Standing{}, false
	}
	s := Standing{Purpose: p, Channel: c, State: decides.State, Event: decides.ID}
	s.Consented = grants(decides.Type) && (s.State == "dpv:ConsentGiven" || s.State == "dpv:RenewedConsentGiven")
	if s.Consented && !decides.lasts(r.Issued) {
		s.State, s.Consented = "dpv:ConsentExpired", false
	}
	return s, true
}

// invalidation is the event that says that the grant was never valid, whatever purpose and
// channel it has itself; nil when none does.
func invalidation(events []Event, grant consent.EventID) *Event {
	for i := range events {
		if e := &events[i]; e.Type == consent.Invalidated && e.Of == grant {
			return e
		}
	}
	return nil
}

// lasts reports whether what an event gave has not ended at the time. An end that can't
// be computed here counts as none: it is stated, and another event ends it.
func (e *Event) lasts(at time.Time) bool {
	switch e.Validity.Span {
	case SpanUntil:
		end, day, ok := e.Validity.until()
		if day {
			end = end.AddDate(0, 0, 1)
		}
		return ok && at.Before(end)
	case SpanPeriod:
		end, ok := e.Validity.after(e.Time)
		return ok && at.Before(end)
	}
	return true
}
