package consent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent/proof"
)

// Record checks an event and records it, durably when it returns nil. It sets the id, unless
// the event has one, Recorded to the time of the clock, and Occurred and Zone where they are
// empty. Callers at the same time share a transaction.
//
// It is an error, and nothing is recorded, when [Event.Check] finds one; when the event has
// not happened yet; when what grants quotes a notice that is not published, was not in force
// then, or does not ask for the purpose; when what is confirmed was not requested by the same
// person for the same, from the same address, or the request has ended (confirming it twice gives the first event); when the
// Key is that of an event of another type, person, purpose or channel, or of an erased one; and, [ErrErased], when a grant is under a reference that was erased.
// A declaration that lacks evidence is recorded all the same, and grants nothing: see
// [Event.Validate].
func (l *Ledger) Record(ctx context.Context, e Event) (EventID, error) {
	entry, err := l.prepare(ctx, &e, nil)
	if err != nil {
		return EventID{}, err
	}
	if !l.bound {
		id, err := l.group.append(ctx, l.store, entry)
		if err != nil {
			return EventID{}, err
		}
		return id, l.repeated(ctx, &e, id)
	}
	ids, err := l.store.Append(ctx, []Entry{entry})
	if err != nil {
		return EventID{}, err
	}
	return ids[0], l.repeated(ctx, &e, ids[0])
}

// repeated holds an event that was not recorded, since its key is known, to the one that was: a
// withdrawal under the key of a grant must not be taken for recorded.
func (l *Ledger) repeated(ctx context.Context, e *Event, id EventID) error {
	if id == e.ID {
		return nil
	}
	have, err := l.Event(ctx, id)
	if err != nil {
		return err
	}
	// Whose an erased event was is not known any more: then it can't be said that this one is recorded.
	if have.Type != e.Type || have.Purpose != e.Purpose || have.Channel != e.Channel || have.Subject != e.Subject || have.With != e.With {
		return invalid("the key is of another event")
	}
	return nil
}

// RecordAll records all events in one transaction, or none, and sets the ids in events; see [Ledger.Record]. One whose Key is of another
// event is not recorded, and found when the others are: the ids come with the error then.
func (l *Ledger) RecordAll(ctx context.Context, events []Event) ([]EventID, error) {
	entries := make([]Entry, len(events))
	for i := range events {
		e := events[i]
		var err error
		if entries[i], err = l.prepare(ctx, &e, events[:i]); err != nil {
			return nil, err
		}
		events[i].ID = e.ID
	}
	ids, err := l.store.Append(ctx, entries)
	if err != nil {
		return nil, err
	}
	for i := range events {
		if err := l.repeated(ctx, &events[i], ids[i]); err != nil {
			return ids, err
		}
	}
	return ids, nil
}

// Give records that the person consented. Empty Type, Actor: [Given], [Person].
func (l *Ledger) Give(ctx context.Context, e Event) (EventID, error) { return l.as(ctx, Given, e) }

// Refuse records that the person said no.
func (l *Ledger) Refuse(ctx context.Context, e Event) (EventID, error) { return l.as(ctx, Refused, e) }

// Withdraw records that the person withdrew (Art. 7(3)): from one purpose and channel, or,
// where they are empty, from every one.
func (l *Ledger) Withdraw(ctx context.Context, e Event) (EventID, error) {
	return l.as(ctx, Withdrawn, e)
}

// Object records that the person objected (Art. 21), or complained of spam.
func (l *Ledger) Object(ctx context.Context, e Event) (EventID, error) {
	return l.as(ctx, Objected, e)
}

func (l *Ledger) as(ctx context.Context, t Type, e Event) (EventID, error) {
	if e.Type != "" && e.Type != t {
		return EventID{}, errors.New("consent: the event is of another type")
	}
	e.Type = t
	if e.Actor == "" {
		e.Actor = Person
	}
	return l.Record(ctx, e)
}

// Merge records that two references are one person, and returns the event by which it can be undone.
func (l *Ledger) Merge(ctx context.Context, a, b basis.Subject, by Actor) (EventID, error) {
	return l.Record(ctx, Event{Type: Merged, Subject: a, With: b, Actor: by})
}

// Unmerge records that a merger was a mistake: every answer is again what it would have been without it.
func (l *Ledger) Unmerge(ctx context.Context, merger EventID, by Actor) (EventID, error) {
	m, err := l.Event(ctx, merger)
	if err != nil {
		return EventID{}, err
	}
	if m.Type != Merged || m.Subject == "" {
		return EventID{}, invalid("it is no merger")
	}
	return l.Record(ctx, Event{Type: Unmerged, Subject: m.Subject, With: m.With, Of: merger, Actor: by})
}

// prepare checks an event and makes an entry of it. before are events that are recorded together with it.
func (l *Ledger) prepare(ctx context.Context, e *Event, before []Event) (Entry, error) {
	if e.ID.IsZero() {
		e.ID = NewEventID()
	}
	e.Recorded = l.clock()
	if e.Occurred.IsZero() {
		e.Occurred = e.Recorded
	}
	e.Occurred = e.Occurred.Round(0)
	if e.Zone == "" {
		e.Zone = l.cfg.Zone
	}
	if e.Type == Confirmed && e.Key == "" {
		e.Key = "confirmed " + e.Of.String() // a request is confirmed once
	}
	if err := e.check(l.zone); err != nil {
		return Entry{}, err
	}
	if err := e.checkText(); err != nil {
		return Entry{}, err
	}
	if e.Type == Erased {
		return Entry{}, invalid("only Erase records an erasure")
	}
	if e.Occurred.After(e.Recorded) {
		return Entry{}, invalid("it has not happened yet")
	}
	if err := l.checkNotice(ctx, e); err != nil {
		return Entry{}, err
	}
	if err := l.checkOf(ctx, e, before); err != nil {
		return Entry{}, err
	}
	l.minimize(e)
	earlier, err := l.earlier(ctx, e, before)
	if err != nil {
		return Entry{}, err
	}
	entry, err := l.seal(e)
	if err != nil {
		return Entry{}, err
	}
	return entry, l.attach(ctx, e, earlier, &entry)
}

// maxValue bounds each text of an event, in bytes.
const maxValue = 4096

// checkText finds what can't be written and read again.
func (e *Event) checkText() error {
	v := &e.Evidence
	for _, s := range [...]string{
		string(e.Subject), string(e.With), v.Point, v.Session, v.BirthDate, v.Guardian, v.Verification, v.IP, v.UserAgent, v.File, v.SHA256,
	} {
		if len(s) > maxValue || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return invalid("a text is no UTF-8, has a NUL, or is longer than 4096 bytes")
		}
	}
	if v.Point != "" && strings.TrimSpace(v.Point) == "" {
		return invalid("a contact point of spaces")
	}
	for _, known := range [...]bool{
		v.Binding == "" || v.Binding.Valid(), v.Action == "" || v.Action.Valid(), v.Grade == "" || v.Grade.Valid(),
		v.Bundled.known(), v.Conditional.known(), v.Necessary.known(), v.WithdrawalTold.known(), v.Imbalance.known(), v.Explicit.known(), v.TransferTold.known(),
	} {
		if !known {
			return invalid("the evidence has an unknown value")
		}
	}
	return nil
}

func (y YesNo) known() bool { return y == "" || y.Valid() }

// checkNotice holds what grants to a notice that was in force.
func (l *Ledger) checkNotice(ctx context.Context, e *Event) error {
	if e.Notice.IsZero() {
		return nil // only an import gets here without one, of what grants
	}
	n := l.notices.Load().get(e.Notice)
	if n == nil { // another process may have published it
		if err := l.reload(ctx); err != nil {
			return err
		}
		if n = l.notices.Load().get(e.Notice); n == nil {
			return invalid("the notice that it quotes is not published")
		}
	}
	if !e.Type.grants() && e.Type != Requested {
		return nil
	}
	if n.from.After(e.Occurred) {
		return invalid("the notice that it quotes was not in force yet")
	}
	if _, asks := n.Purpose(e.Purpose); !asks {
		return invalid("the notice that it quotes does not ask for the purpose")
	}
	return nil
}

// checkOf holds an event to the one that it is about.
func (l *Ledger) checkOf(ctx context.Context, e *Event, before []Event) error {
	if e.Type != Confirmed && e.Type != Unmerged && (e.Type != Invalidated || e.Of.IsZero()) {
		return nil
	}
	var of Event
	if i := slices.IndexFunc(before, func(o Event) bool { return o.ID == e.Of }); i >= 0 {
		of = before[i]
	} else {
		var err error
		if of, err = l.Event(ctx, e.Of); err != nil {
			return err
		}
	}
	same := of.Subject == e.Subject && of.Purpose == e.Purpose && of.Channel == e.Channel
	a, b := of.Evidence.Point, e.Evidence.Point
	elsewhere := a != "" && b != "" && addressForm(a) != addressForm(b)
	switch {
	case e.Type == Confirmed && of.Type == Requested && of.Subject == "":
		return ErrErased
	case e.Type == Confirmed && (of.Type != Requested || !same || of.Notice != e.Notice || elsewhere):
		return invalid("what it confirms was not requested by the same person for the same")
	case e.Type == Confirmed && e.Occurred.Before(of.Occurred):
		return invalid("it was confirmed before it was requested")
	case e.Type == Confirmed && !of.Until.IsZero() && !e.Occurred.Before(of.Until):
		return invalid("the request that it confirms has ended")
	case e.Type == Unmerged && (of.Type != Merged || of.Subject != e.Subject || of.With != e.With):
		return invalid("what it undoes is no merger of the same two")
	case e.Type == Invalidated && (!of.Type.grants() || of.Subject != e.Subject):
		return invalid("what it invalidates is no grant of the same person")
	}
	return nil
}

// minimize keeps of the address of the request what the policy says. What was minimized before, to a network or a keyed
// hash, is minimized again, and stays as it is when it holds no more than the policy allows.
func (l *Ledger) minimize(e *Event) {
	ip := e.Evidence.IP
	if hash, ok := strings.CutPrefix(ip, keyedPrefix); ok && l.cfg.IP != IPNone && len(hash) == 32 && strings.Trim(hash, "0123456789abcdef") == "" {
		return
	}
	addr, _ := netip.ParseAddr(ip)
	if network, err := netip.ParsePrefix(ip); err == nil {
		if short, err := netip.ParsePrefix(MinimizeIP(network.Addr(), IPTruncated, nil)); err == nil && network.Bits() <= short.Bits() && l.cfg.IP != IPNone {
			e.Evidence.IP = network.Masked().String()
			return
		}
		addr = network.Addr()
	}
	e.Evidence.IP = MinimizeIP(addr, l.cfg.IP, l.cfg.Keys.ring[0].request)
}

// sealing is the scratch memory of one seal.
type sealing struct {
	proof.Sealer
	fieldWriter
	text []byte
}

// seal makes the body and the disclosures of an event.
func (l *Ledger) seal(e *Event) (Entry, error) {
	s, _ := l.sealing.Get().(*sealing)
	if s == nil {
		s = &sealing{}
	}
	defer l.sealing.Put(s)
	s.fieldWriter.write(e)
	b := proof.Body{ID: e.ID, Type: string(e.Type), Purpose: string(e.Purpose), Channel: string(e.Channel), Notice: e.Notice}
	line := l.capsule(e, &b)
	var err error
	if s.text, err = s.Seal(&b, s.list(), s.text[:0]); err != nil {
		return Entry{}, invalid(err.Error())
	}
	leaf := b.Append(append(make([]byte, 0, 1024), 0)) // RFC 6962: the hash of a leaf begins with a zero
	entry := Entry{
		Stored: Stored{ID: e.ID, Subject: e.Subject, With: e.With, Body: leaf[1:]},
		Leaf:   sha256.Sum256(leaf),
		Grants: e.Type.grants() || e.Type == Requested,
	}
	sealed := append(make([]byte, 0, len(s.text)+len(line)), s.text...)
	if l.cfg.IP == IPFull && s.n > 0 && s.fields[s.n-1].Name == fieldRequest {
		at := strings.LastIndexByte(string(sealed[:len(sealed)-1]), '\n') + 1
		entry.Short, entry.ShortUntil = slices.Clone(sealed[at:]), e.Recorded.Add(l.cfg.IPFor)
		sealed = sealed[:at]
	}
	entry.Disclosures = append(sealed, line...)
	if e.Key != "" {
		entry.Key = l.cfg.Keys.ring[len(l.cfg.Keys.ring)-1].once.mark(e.Key) // the oldest, so that a new secret forgets none
	}
	if e.Subject != "" {
		entry.People = append(entry.People, l.cfg.Keys.Person(e.Subject))
	}
	if e.With != "" {
		entry.People = append(entry.People, l.cfg.Keys.Person(e.With))
	}
	return entry, nil
}

// capsule commits to the address, and returns the line with the salt that opens it.
func (l *Ledger) capsule(e *Event, b *proof.Body) string {
	if e.Evidence.Point == "" || e.Occurred.Unix() < 0 {
		b.Capsule = proof.BlankCapsule()
		return ""
	}
	c := proof.NewCapsule(e.Occurred.Unix())
	tag := proof.Tag(l.cfg.Keys.ring[0].pepper.Key(b.ID), addressForm(e.Evidence.Point))
	b.Capsule = proof.Commit(c.Salt, tag, c.Time, b.Notice, b.Purpose)
	return capsulePrefix + hex.EncodeToString(c.Salt[:]) + "\n"
}
