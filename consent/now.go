package consent

import (
	"context"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Clocks can be wrong: an earlier run of the program, or another machine, may have recorded with a clock that was
// ahead. What happens now happens after all that was recorded before it, whatever the clock says: who withdraws now
// withdraws what is recorded, and a question about now is about all of it.

// isNow reports whether an instant is that of the clock, or later.
func (l *Ledger) isNow(t time.Time) bool { return !t.Before(l.cfg.Now().Add(-time.Minute)) }

// earlier returns the events of the person before one that ends something, none for others, and dates
// one that happens now after all of them.
func (l *Ledger) earlier(ctx context.Context, e *Event, before []Event) ([]Event, error) {
	if !e.Type.ends() || e.Type == Expired {
		return nil, nil
	}
	events, err := l.linked(ctx, e.Subject)
	if err != nil {
		return nil, err
	}
	events = append(events, before...)
	if !l.isNow(e.Occurred) {
		return events, nil
	}
	if last := lastOf(events, merged(events, e.Subject)); !e.Occurred.After(last) {
		e.Occurred = last.Add(1)
	}
	if e.Recorded.Before(e.Occurred) {
		e.Recorded = e.Occurred
		l.mu.Lock()
		if l.last.Before(e.Recorded) {
			l.last = e.Recorded
		}
		l.mu.Unlock()
	}
	return events, nil
}

// lastOf is when the last of the events of these people was recorded.
func lastOf(events []Event, people []basis.Subject) (last time.Time) {
	for i := range events {
		if e := &events[i]; slices.Contains(people, e.Subject) && e.Recorded.After(last) {
			last = e.Recorded
		}
	}
	return last
}

// live is a question about now as one about all that is recorded of the person.
func (l *Ledger) live(q Query, events []Event) Query {
	if q.At.IsZero() || !l.isNow(q.At) {
		return q
	}
	if last := lastOf(events, merged(events, q.Subject)); q.At.Before(last) {
		q.At = last
	}
	return q
}
