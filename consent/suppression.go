package consent

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// attach adds to an entry the marks on addresses and the messages that come with the event; earlier are the events
// of the person before it, when it ends something.
func (l *Ledger) attach(ctx context.Context, e *Event, earlier []Event, entry *Entry) (err error) {
	if l.lifts(e) {
		entry.Suppress = l.lifted(e)
		return nil
	}
	if !e.Type.ends() || e.Type == Expired {
		return nil
	}
	events, people := earlier, merged(earlier, e.Subject)
	if e.Type == Invalidated {
		if entry.Suppress, err = l.unlifted(ctx, e, events); err != nil {
			return err
		}
	}
	if e.Type.personal() {
		addresses := points(events, people, e.Channel)
		if p := e.Evidence.Point; p != "" && !slices.Contains(addresses, p) {
			addresses = append(addresses, p)
		}
		for _, a := range addresses {
			entry.Suppress = append(entry.Suppress, l.suppression(a, e))
		}
	}
	if e.Type != Refused {
		entry.Messages = l.messages(e, people)
	}
	return nil
}

// unlifted are the marks that a grant lifted, made again as of its instant, since it was never valid.
func (l *Ledger) unlifted(ctx context.Context, e *Event, events []Event) (out []Suppression, err error) {
	i := slices.IndexFunc(events, func(o Event) bool { return o.ID == e.Of })
	if i < 0 || !l.lifts(&events[i]) {
		return nil, nil
	}
	grant := &events[i]
	form := addressForm(grant.Evidence.Point)
	said, err := l.store.Suppressions(ctx, l.cfg.Keys.Address(grant.Evidence.Point))
	if err != nil {
		return nil, err
	}
	for _, s := range said {
		about := (s.Purpose == "" || s.Purpose == grant.Purpose) && (s.Channel == "" || s.Channel == grant.Channel)
		if s.Reason == Given || !about || s.At.After(grant.Occurred) {
			continue
		}
		// Another grant may have lifted it earlier.
		if slices.ContainsFunc(events, func(o Event) bool {
			return o.ID != grant.ID && o.Purpose == grant.Purpose && o.Channel == grant.Channel && l.lifts(&o) &&
				addressForm(o.Evidence.Point) == form && o.Occurred.After(s.At) && !o.Occurred.After(grant.Occurred) &&
				!slices.ContainsFunc(events, func(u Event) bool { return u.Type == Invalidated && u.Of == o.ID })
		}) {
			continue
		}
		out = append(out, Suppression{
			Address: l.cfg.Keys.Address(grant.Evidence.Point)[0], Purpose: grant.Purpose, Channel: grant.Channel, Reason: s.Reason, At: grant.Occurred.UTC(),
		})
	}
	return out, nil
}

// suppression is the mark that an event of refusal leaves on an address.
func (l *Ledger) suppression(address string, e *Event) Suppression {
	return Suppression{
		Address: l.cfg.Keys.Address(address)[0], Purpose: e.Purpose, Channel: e.Channel, Reason: e.Type, At: e.Occurred.UTC(),
	}
}

// personal reports whether an event of the type follows the person.
func (t Type) personal() bool { return kindOf(t).personal() }

// lifts reports whether an event is a fresh act of the person that stands as consent at an address.
func (l *Ledger) lifts(e *Event) bool {
	if e.Type != Given && e.Type != Renewed && e.Type != Confirmed || e.Evidence.Point == "" {
		return false
	}
	t := l.terms()
	return e.stands(t.Notices.text(e.Notice), t.Requirements[e.Purpose], e.Occurred)
}

// lifted are marks that the address may be used again, under every key that it may be marked under.
func (l *Ledger) lifted(e *Event) (out []Suppression) {
	for _, m := range l.cfg.Keys.Address(e.Evidence.Point) {
		out = append(out, Suppression{Address: m, Purpose: e.Purpose, Channel: e.Channel, Reason: Given, At: e.Occurred.UTC()})
	}
	return out
}

// Suppress marks an address without an event: an entry of a list of objections that comes
// from elsewhere, and is kept as a keyed hash only. Empty purpose and channel are all of them.
func (l *Ledger) Suppress(ctx context.Context, address string, p basis.PurposeID, c basis.Channel, reason Type, at time.Time) error {
	if err := checkMark(address, c, reason, at); err != nil {
		return err
	}
	if at.After(l.clock()) {
		return errors.New("consent: suppression: it has not happened yet")
	}
	m := Suppression{Address: l.cfg.Keys.Address(address)[0], Purpose: p, Channel: c, Reason: reason, At: at.UTC()}
	return l.store.Suppress(ctx, []Suppression{m})
}

// Suppressed returns the mark by which an address may not be used for the purpose over the
// channel, and whether there is one. One whose reason is [Erased] says only that an import must not bring
// the address back: a person who acts anew at it is welcome.
func (l *Ledger) Suppressed(ctx context.Context, address string, p basis.PurposeID, c basis.Channel) (Suppression, bool, error) {
	marks, err := l.store.Suppressions(ctx, l.cfg.Keys.Address(address))
	if err != nil {
		return Suppression{}, false, err
	}
	last, no := latest(marks, p, c)
	return last, no, nil
}

// latest returns the mark that decides, and whether it says no.
func latest(marks []Suppression, p basis.PurposeID, c basis.Channel) (last Suppression, no bool) {
	for _, m := range marks {
		if m.Purpose != "" && m.Purpose != p || m.Channel != "" && m.Channel != c {
			continue
		}
		if at := m.At.Compare(last.At); last.Reason == "" || at > 0 || at == 0 && last.Reason == Given {
			last = m
		}
	}
	return last, last.Reason != "" && last.Reason != Given
}

func checkMark(address string, c basis.Channel, reason Type, at time.Time) error {
	switch {
	case strings.TrimSpace(address) == "":
		return errors.New("consent: suppression: no address")
	case c != "" && !c.Valid():
		return errors.New("consent: suppression: unknown channel")
	case !reason.personal() && reason != Erased:
		return errors.New("consent: suppression: the reason is refused, withdrawn, objected or erased")
	case at.IsZero():
		return errors.New("consent: suppression: no time")
	}
	return nil
}
