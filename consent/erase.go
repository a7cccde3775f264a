package consent

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Erasing says how a person is erased.
type Erasing struct {
	// Actor is who asked: the person, or a program that ends what is kept too long.
	Actor Actor
	// CapsulesUntil is until when each event can still be shown to someone who shows the
	// address first: the end of the period in which a claim can be brought (Art. 17(3)(e)). Zero
	// keeps no capsules.
	CapsulesUntil time.Time
}

// ErasureReport tells what an erasure did. It holds nothing of the person.
type ErasureReport struct {
	// Event records the erasure.
	Event EventID
	// Events lost their values; Capsules of them are kept.
	Events, Capsules int
	// References were erased: the one that was given, and those that are the same person.
	References int
	// Recipients were put in the outbox, to be told.
	Recipients int
}

// Erase destroys what identifies a person: the values and salts of every event under the
// reference, and under those that are merged with it, and the links to them. What stays is
// the proof of each event, which still verifies and says nothing of anyone, a capsule of each until
// its end, keyed marks on the references and the addresses, and messages to
// recipients until they are acknowledged. Under the references grants are refused from now on;
// imports skip the addresses until a fresh act of the person. A person of whom nothing is recorded
// is erased all the same, so that a late import does not bring it back.
//
// The store's documentation says what lies out of its reach: backups, replicas, archives.
func (l *Ledger) Erase(ctx context.Context, subject basis.Subject, how Erasing) (ErasureReport, error) {
	switch {
	case subject == "":
		return ErasureReport{}, errors.New("consent: erasure: no subject")
	case !how.Actor.Valid():
		return ErasureReport{}, errors.New("consent: erasure: unknown actor")
	}
	const tries = 8
	for range tries {
		events, err := l.linked(ctx, subject)
		if err != nil {
			return ErasureReport{}, err
		}
		people := merged(events, subject)
		slices.Sort(people)
		var out ErasureReport
		err = l.store.Erase(ctx, people, func(stored []Stored) (Erasure, error) {
			var plan Erasure
			plan, out, err = l.planErasure(stored, subject, people, how)
			return plan, err
		})
		switch {
		case err == nil:
			return out, nil
		case !errors.Is(err, ErrConflict):
			return ErasureReport{}, err // what was planned was not done
		}
	}
	return ErasureReport{}, ErrConflict
}

// planErasure says what stays of the events. It returns [ErrConflict] when the person was merged with others meanwhile.
func (l *Ledger) planErasure(stored []Stored, subject basis.Subject, people []basis.Subject, how Erasing) (Erasure, ErasureReport, error) {
	events, err := openAll(stored)
	if err != nil {
		return Erasure{}, ErasureReport{}, err
	}
	now := merged(events, subject)
	slices.Sort(now)
	if !slices.Equal(now, people) {
		return Erasure{}, ErasureReport{}, ErrConflict
	}
	at := l.clock()
	if !how.CapsulesUntil.IsZero() && !how.CapsulesUntil.After(at) {
		return Erasure{}, ErasureReport{}, errors.New("consent: erasure: capsules that end before they begin")
	}
	e := Event{ID: NewEventID(), Type: Erased, Actor: how.Actor, Occurred: at, Recorded: at, Zone: l.cfg.Zone, Lost: len(stored)}
	entry, err := l.seal(&e)
	if err != nil {
		return Erasure{}, ErasureReport{}, err
	}
	plan := Erasure{At: at, Event: entry}
	for _, p := range people {
		plan.People = append(plan.People, l.cfg.Keys.Person(p))
	}
	plan.Suppress = l.marksOf(events, people, at)
	plan.Messages = l.messages(&e, people)
	if !how.CapsulesUntil.IsZero() {
		for i := range stored {
			c, ok, err := stored[i].capsule(how.CapsulesUntil)
			if err != nil {
				return Erasure{}, ErasureReport{}, err
			}
			if ok {
				plan.Capsules = append(plan.Capsules, c)
			}
		}
	}
	return plan, ErasureReport{
		Event: e.ID, Events: len(stored), Capsules: len(plan.Capsules), References: len(people), Recipients: len(plan.Messages),
	}, nil
}

// marksOf are the marks that the events of a person leave on the addresses: every refusal,
// what lifted it, and that they were erased.
func (l *Ledger) marksOf(events []Event, people []basis.Subject, at time.Time) (out []Suppression) {
	for i := range events {
		e := &events[i]
		switch {
		case e.Type.personal():
			for _, a := range points(events, people, e.Channel) {
				out = append(out, l.suppression(a, e))
			}
		case l.lifts(e):
			out = append(out, l.lifted(e)...)
		}
	}
	for _, a := range points(events, people, "") {
		out = append(out, Suppression{Address: l.cfg.Keys.Address(a)[0], Reason: Erased, At: at})
	}
	return out
}

// capsule is what is kept of an event, when it has a contact point.
func (s *Stored) capsule(until time.Time) (KeptCapsule, bool, error) {
	_, salt, err := splitCapsule(s.Disclosures)
	if err != nil || salt == nil {
		return KeptCapsule{}, false, err
	}
	e, err := s.open()
	if err != nil {
		return KeptCapsule{}, false, err
	}
	return KeptCapsule{ID: s.ID, Salt: *salt, Time: time.Unix(e.Occurred.Unix(), 0).UTC(), Until: until.UTC()}, true, nil
}
