package consent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Memory is a [Store] in memory, for tests and for programs whose ledger lives as long as
// they do. The zero value is an empty one.
type Memory struct {
	mu          sync.RWMutex
	events      map[EventID]*Stored
	order       []EventID
	keys        map[Mark]EventID
	links       map[basis.Subject][]EventID
	erased      map[Mark]bool
	capsules    map[EventID]KeptCapsule
	notices     []Published
	pending     []PendingLeaf
	waiting     map[EventID]bool
	positions   map[EventID]int64
	leaves      []EventID
	tiles       map[tilePlace][]byte
	checkpoints []sizedNote
	holder      string
	leased      time.Time
	marks       map[Mark][]Suppression
	messages    []*message
	standings   map[basis.Subject][]Standing
}

type tilePlace struct {
	level int
	index int64
}

type sizedNote struct {
	size int64
	note []byte
}

type message struct {
	Message
	acknowledged time.Time
}

var _ Store = (*Memory)(nil)

func (m *Memory) open() {
	if m.events != nil {
		return
	}
	m.events, m.keys, m.links = map[EventID]*Stored{}, map[Mark]EventID{}, map[basis.Subject][]EventID{}
	m.erased, m.capsules, m.waiting = map[Mark]bool{}, map[EventID]KeptCapsule{}, map[EventID]bool{}
	m.positions, m.tiles = map[EventID]int64{}, map[tilePlace][]byte{}
	m.marks, m.standings = map[Mark][]Suppression{}, map[basis.Subject][]Standing{}
}

// Append implements [EventStore].
func (m *Memory) Append(ctx context.Context, entries []Entry) ([]EventID, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	ids := make([]EventID, len(entries))
	var keys map[Mark]bool
	var seen map[EventID]bool
	if len(entries) > 1 {
		keys, seen = make(map[Mark]bool, len(entries)), make(map[EventID]bool, len(entries))
	}
	for i := range entries {
		e := &entries[i]
		if _, known := m.keys[e.Key]; (known || keys[e.Key]) && !e.Key.IsZero() {
			continue
		}
		if m.events[e.ID] != nil || seen[e.ID] {
			return nil, errors.New("consent: an event with this id is recorded already")
		}
		if e.Grants && slices.ContainsFunc(e.People, m.anyErased) {
			return nil, ErrErased
		}
		if seen != nil {
			keys[e.Key], seen[e.ID] = true, true
		}
	}
	for i := range entries {
		ids[i] = m.add(&entries[i])
	}
	return ids, nil
}

func (m *Memory) anyErased(marks []Mark) bool {
	return slices.ContainsFunc(marks, func(k Mark) bool { return m.erased[k] })
}

func (m *Memory) add(e *Entry) EventID {
	if id, known := m.keys[e.Key]; known && !e.Key.IsZero() {
		return id
	}
	if !e.Key.IsZero() {
		m.keys[e.Key] = e.ID
	}
	s := new(e.clone())
	m.events[e.ID] = s
	m.order = append(m.order, e.ID)
	for _, who := range s.linked() {
		if len(m.standings) == 0 {
			break
		}
		for _, p := range m.cluster(who) {
			delete(m.standings, p)
		}
	}
	for _, who := range s.linked() {
		m.links[who] = append(m.links[who], e.ID)
	}
	m.pending, m.waiting[e.ID] = append(m.pending, PendingLeaf{e.ID, e.Leaf}), true
	m.suppress(e.Suppress)
	for _, msg := range e.Messages {
		m.messages = append(m.messages, &message{Message: msg})
	}
	return e.ID
}

func (s *Stored) clone() Stored {
	c := *s
	c.Body, c.Disclosures, c.Short = bytes.Clone(s.Body), bytes.Clone(s.Disclosures), bytes.Clone(s.Short)
	return c
}

// linked returns whom the event is linked to.
func (s *Stored) linked() []basis.Subject {
	switch {
	case s.Subject == "":
		return nil
	case s.With == "":
		return []basis.Subject{s.Subject}
	}
	return []basis.Subject{s.Subject, s.With}
}

// cluster returns the reference and all that mergers link with it.
func (m *Memory) cluster(s basis.Subject) []basis.Subject {
	people := []basis.Subject{s}
	for i := 0; i < len(people); i++ {
		for _, id := range m.links[people[i]] {
			for _, other := range m.events[id].linked() {
				if !slices.Contains(people, other) {
					people = append(people, other)
				}
			}
		}
	}
	return people
}

// linkedTo returns the events of the references, each once.
func (m *Memory) linkedTo(people []basis.Subject) []Stored {
	var out []Stored
	for i, p := range people {
		for _, id := range m.links[p] {
			s := m.events[id]
			if !slices.ContainsFunc(s.linked(), func(o basis.Subject) bool { return slices.Contains(people[:i], o) }) {
				out = append(out, s.clone())
			}
		}
	}
	return out
}

// History implements [EventStore].
func (m *Memory) History(ctx context.Context, subject basis.Subject) ([]Stored, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.linkedTo(m.cluster(subject)), ctx.Err()
}

// Find implements [EventStore].
func (m *Memory) Find(ctx context.Context, id EventID) (Stored, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	s := m.events[id]
	if s == nil {
		return Stored{}, cmp.Or(ctx.Err(), ErrUnknown)
	}
	return s.clone(), ctx.Err()
}

// All implements [EventStore].
func (m *Memory) All(ctx context.Context) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for i := 0; ; i++ {
			m.mu.RLock()
			if i >= len(m.order) {
				m.mu.RUnlock()
				return
			}
			s := m.events[m.order[i]].clone()
			m.mu.RUnlock()
			if err := ctx.Err(); err != nil {
				yield(Stored{}, err)
				return
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Erase implements [EventStore].
func (m *Memory) Erase(ctx context.Context, people []basis.Subject, plan func([]Stored) (Erasure, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	events := m.linkedTo(people)
	e, err := plan(events)
	if err != nil {
		return err
	}
	for _, p := range people {
		for _, other := range m.cluster(p) {
			delete(m.standings, other)
		}
	}
	for _, s := range events {
		for _, who := range s.linked() {
			m.links[who] = slices.DeleteFunc(m.links[who], func(id EventID) bool { return id == s.ID })
			if len(m.links[who]) == 0 {
				delete(m.links, who)
			}
		}
		kept := m.events[s.ID]
		*kept = Stored{ID: s.ID, Body: s.Body}
	}
	for _, marks := range e.People {
		for _, mark := range marks {
			m.erased[mark] = true
		}
	}
	for _, c := range e.Capsules {
		m.capsules[c.ID] = c
	}
	m.suppress(e.Suppress)
	for _, msg := range e.Messages {
		m.messages = append(m.messages, &message{Message: msg})
	}
	m.add(&e.Event)
	return nil
}

// Capsules implements [EventStore].
func (m *Memory) Capsules(ctx context.Context) iter.Seq2[KeptCapsule, error] {
	m.mu.RLock()
	kept := make([]KeptCapsule, 0, len(m.capsules))
	for id, c := range m.capsules {
		c.Body = bytes.Clone(m.events[id].Body)
		kept = append(kept, c)
	}
	m.mu.RUnlock()
	return each(ctx, kept)
}

// each yields the elements until the context ends.
func each[T any](ctx context.Context, list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if err := ctx.Err(); err != nil {
				yield(*new(T), err)
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Expire implements [EventStore].
func (m *Memory) Expire(ctx context.Context, at time.Time) (out Expiry, err error) {
	if err := ctx.Err(); err != nil {
		return Expiry{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.events {
		if s.Short != nil && !s.ShortUntil.After(at) {
			s.Short, s.ShortUntil = nil, time.Time{}
			out.Disclosures++
		}
	}
	for id, c := range m.capsules {
		if !c.Until.After(at) {
			delete(m.capsules, id)
			out.Capsules++
		}
	}
	return out, ctx.Err()
}

// PutNotice implements [NoticeStore].
func (m *Memory) PutNotice(ctx context.Context, n Published) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.ContainsFunc(m.notices, func(o Published) bool { return o.Hash == n.Hash }) {
		n.Notice = bytes.Clone(n.Notice)
		m.notices = append(m.notices, n)
	}
	return ctx.Err()
}

// Notices implements [NoticeStore].
func (m *Memory) Notices(ctx context.Context) ([]Published, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := slices.Clone(m.notices)
	slices.SortStableFunc(out, func(a, b Published) int { return a.From.Compare(b.From) })
	return out, ctx.Err()
}

// Suppress implements [SuppressionStore].
func (m *Memory) Suppress(ctx context.Context, marks []Suppression) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	m.suppress(marks)
	return ctx.Err()
}

func (m *Memory) suppress(marks []Suppression) {
	for _, n := range marks {
		have := m.marks[n.Address]
		if n.Reason == Given && len(have) == 0 {
			continue
		}
		i := slices.IndexFunc(have, func(o Suppression) bool {
			return o.Purpose == n.Purpose && o.Channel == n.Channel && o.Reason == n.Reason
		})
		if i < 0 {
			m.marks[n.Address] = append(have, n)
		} else if n.At.After(have[i].At) {
			have[i] = n
		}
	}
}

// Suppressions implements [SuppressionStore].
func (m *Memory) Suppressions(ctx context.Context, addresses []Mark) (out []Suppression, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, a := range addresses {
		out = append(out, m.marks[a]...)
	}
	return out, ctx.Err()
}

// AllSuppressions implements [SuppressionStore].
func (m *Memory) AllSuppressions(ctx context.Context) iter.Seq2[Suppression, error] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var all []Suppression
	for _, marks := range m.marks {
		all = append(all, marks...)
	}
	return each(ctx, all)
}

// Messages implements [OutboxStore].
func (m *Memory) Messages(ctx context.Context, limit int) (out []Message, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, msg := range m.messages {
		if len(out) < limit && msg.acknowledged.IsZero() {
			out = append(out, msg.Message)
		}
	}
	return out, ctx.Err()
}

func (m *Memory) message(id EventID) *message {
	i := slices.IndexFunc(m.messages, func(msg *message) bool { return msg.ID == id })
	if i < 0 {
		return nil
	}
	return m.messages[i]
}

// Tried implements [OutboxStore].
func (m *Memory) Tried(ctx context.Context, id EventID, at time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	msg := m.message(id)
	if msg == nil {
		return ErrUnknown
	}
	msg.Attempts, msg.Message.Tried = msg.Attempts+1, at
	return ctx.Err()
}

// Acknowledge implements [OutboxStore].
func (m *Memory) Acknowledge(ctx context.Context, id EventID, at time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	msg := m.message(id)
	switch {
	case msg == nil:
		return ErrUnknown
	case msg.acknowledged.IsZero():
		msg.Subject, msg.acknowledged = "", at
	}
	return ctx.Err()
}

// Acknowledged implements [OutboxStore].
func (m *Memory) Acknowledged(ctx context.Context, event EventID) (all, acknowledged int, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, msg := range m.messages {
		if msg.Event != event {
			continue
		}
		all++
		if !msg.acknowledged.IsZero() {
			acknowledged++
		}
	}
	return all, acknowledged, ctx.Err()
}

// Stand implements [StandingStore].
func (m *Memory) Stand(ctx context.Context, people []basis.Subject, events int, standings []Standing) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open()
	if len(m.linkedTo(people)) != events {
		return ErrConflict
	}
	for _, p := range people {
		delete(m.standings, p)
	}
	for _, s := range standings {
		m.standings[s.Subject] = append(m.standings[s.Subject], s)
	}
	return ctx.Err()
}

// Standings implements [StandingStore].
func (m *Memory) Standings(ctx context.Context, purpose basis.PurposeID, channel basis.Channel, at time.Time) iter.Seq2[Standing, error] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []Standing
	for _, list := range m.standings {
		for _, s := range list {
			if s.Purpose == purpose && s.Channel == channel && (s.Until.IsZero() || s.Until.After(at)) {
				out = append(out, s)
			}
		}
	}
	return each(ctx, out)
}
