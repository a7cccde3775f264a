package consent

import (
	"context"
	"slices"

	"github.com/grondslag/grondslag/basis"
)

// Event returns one event as it was recorded; of an erased one only what stays in clear. It
// returns [ErrUnknown] when there is none.
func (l *Ledger) Event(ctx context.Context, id EventID) (Event, error) {
	s, err := l.store.Find(ctx, id)
	if err != nil {
		return Event{}, err
	}
	return s.open()
}

// History returns the events of a person, in order of time: those under the reference and
// under every other one that is the same person by a merger that stands.
func (l *Ledger) History(ctx context.Context, subject basis.Subject) ([]Event, error) {
	events, err := l.linked(ctx, subject)
	if err != nil {
		return nil, err
	}
	people := merged(events, subject)
	return slices.DeleteFunc(events, func(e Event) bool {
		return !slices.Contains(people, e.Subject) && !(e.With != "" && slices.Contains(people, e.With))
	}), nil
}

// linked returns the events of everyone whom a merger, undone or not, links with the
// reference: what an answer as known at another time needs. It can hold those of another person.
func (l *Ledger) linked(ctx context.Context, subject basis.Subject) ([]Event, error) {
	stored, err := l.store.History(ctx, subject)
	if err != nil {
		return nil, err
	}
	return openAll(stored)
}

func openAll(stored []Stored) ([]Event, error) {
	events := make([]Event, len(stored))
	for i := range stored {
		var err error
		if events[i], err = stored[i].open(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(events, func(a, b Event) int {
		if c := a.Occurred.Compare(b.Occurred); c != 0 {
			return c
		}
		if c := a.Recorded.Compare(b.Recorded); c != 0 {
			return c
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	return events, nil
}

// merged returns the reference and all that are the same person by the mergers that stand.
func merged(events []Event, subject basis.Subject) []basis.Subject {
	undone := map[EventID]bool{}
	for i := range events {
		if events[i].Type == Unmerged {
			undone[events[i].Of] = true
		}
	}
	people := []basis.Subject{subject}
	for i := 0; i < len(people); i++ {
		for j := range events {
			e := &events[j]
			if e.Type != Merged || undone[e.ID] || e.Subject != people[i] && e.With != people[i] {
				continue
			}
			for _, o := range [...]basis.Subject{e.Subject, e.With} {
				if o != "" && !slices.Contains(people, o) {
					people = append(people, o)
				}
			}
		}
	}
	return people
}

// points returns the contact points that the events of the people name, for a channel, or for any when it is empty.
func points(events []Event, people []basis.Subject, c basis.Channel) (out []string) {
	for i := range events {
		e := &events[i]
		if p := e.Evidence.Point; p != "" && slices.Contains(people, e.Subject) && (c == "" || e.Channel == "" || e.Channel == c) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Decide answers from the store; see [Index.Decide]. A mark on an address of the person
// that says no ([Ledger.Suppressed]) counts as an objection of its day. A notice that another process published counts
// from a second later at most. A question about now, or later, is about all that is recorded of the person, also
// by a clock that was ahead.
func (l *Ledger) Decide(ctx context.Context, q Query) (Decision, error) {
	events, err := l.linked(ctx, q.Subject)
	if err != nil {
		return Decision{}, err
	}
	x, err := l.indexEvents(ctx, events)
	if err != nil {
		return Decision{}, err
	}
	return x.Decide(l.live(q, events)), nil
}

// indexEvents returns an index of one person, and of who is linked with the person.
func (l *Ledger) indexEvents(ctx context.Context, events []Event) (*Index, error) {
	if err := l.refresh(ctx); err != nil {
		return nil, err
	}
	x := l.newIndex()
	var marks []Mark
	for i := range events {
		x.Add(&events[i])
		if p := events[i].Evidence.Point; p != "" {
			marks = append(marks, l.cfg.Keys.Address(p)...)
		}
	}
	if len(marks) == 0 {
		return x, nil
	}
	slices.SortFunc(marks, func(a, b Mark) int { return slices.Compare(a[:], b[:]) })
	said, err := l.store.Suppressions(ctx, slices.Compact(marks))
	if err != nil {
		return nil, err
	}
	for _, s := range said {
		x.suppress(s)
	}
	return x, nil
}

func (l *Ledger) newIndex() *Index {
	x := NewIndex(l.terms(), nil)
	x.points = func(address string) []uint64 {
		marks := l.cfg.Keys.Address(address)
		numbers := make([]uint64, len(marks))
		for i, m := range marks {
			numbers[i] = m.point()
		}
		return numbers
	}
	return x
}

// Index reads the whole ledger into memory: what an audit of a database, or a program
// that decides often, uses. It does not follow what is recorded later.
func (l *Ledger) Index(ctx context.Context) (*Index, error) {
	if err := l.reload(ctx); err != nil {
		return nil, err
	}
	x := l.newIndex()
	for s, err := range l.store.All(ctx) {
		if err != nil {
			return nil, err
		}
		e, err := s.open()
		if err != nil {
			return nil, err
		}
		if e.Subject != "" {
			x.Add(&e)
		}
	}
	for s, err := range l.store.AllSuppressions(ctx) {
		if err != nil {
			return nil, err
		}
		x.suppress(s)
	}
	return x, nil
}

// Expire ends what has ended by the clock: addresses of requests that are kept for a time, and capsules.
func (l *Ledger) Expire(ctx context.Context) (Expiry, error) {
	return l.store.Expire(ctx, l.clock())
}
