package consent

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
)

// Index answers for events that it holds in memory: what a ledger asks, and what an
// audit of a whole database uses. Adding is not safe for concurrent use with anything; asking is
// safe with asking. The zero value is not usable: see [NewIndex].
type Index struct {
	terms    Terms
	people   map[basis.Subject]*person
	list     []*person // in the order of adding
	purposes numbers[basis.PurposeID]
	notices  numbers[NoticeHash]
	points   func(string) []uint64 // the numbers of a contact point, the present one first; nil: none has one
	older    map[uint64][]uint64   // those of older keys, by the present one
	marks    map[uint64][]addressMark
	mergers  map[EventID]merger
	events   int
}

// addressMark is a [Suppression] as the index keeps it.
type addressMark struct {
	purpose basis.PurposeID
	channel uint8
	kind    kind // kindGrant lifts
	at      int64
}

// person is the events of one reference, in order of time.
type person struct {
	subject basis.Subject
	entries []entry
	mergers []EventID // mergers that it takes part in
}

type merger struct {
	a, b             *person
	recorded, undone int64 // undone 0: it stands
}

// Terms are what consent must meet here: the notices that were published, and what each
// purpose requires.
type Terms struct {
	Notices *Notices
	// Requirements are those of a purpose beyond the general.
	Requirements map[basis.PurposeID]Requirements
}

// NewIndex returns an empty index. point gives the keyed hash of a contact point, by
// which mergers tell whose it is; nil when there are no contact points.
func NewIndex(terms Terms, point func(address string) uint64) *Index {
	x := &Index{terms: terms, people: map[basis.Subject]*person{}, mergers: map[EventID]merger{}}
	if point != nil {
		x.points = func(address string) []uint64 { return []uint64{point(address)} }
	}
	return x
}

// numbers gives small numbers to names.
type numbers[T comparable] struct {
	of   map[T]uint32
	list []T
}

func (n *numbers[T]) number(v T) uint32 {
	if i, ok := n.of[v]; ok {
		return i
	}
	if n.of == nil {
		n.of = map[T]uint32{}
	}
	n.list = append(n.list, v)
	n.of[v] = uint32(len(n.list)) // 0 is none
	return uint32(len(n.list))
}

// find returns the number of a name, 0 when it has none.
func (n *numbers[T]) find(v T) uint32 { return n.of[v] }

// channelNumber is 0 for no channel in particular.
func channelNumber(c basis.Channel) uint8 {
	switch c {
	case "":
		return 0
	case basis.Email:
		return 1
	case basis.SMS:
		return 2
	case basis.Phone:
		return 3
	case basis.Post:
		return 4
	case basis.NoChannel:
		return 5
	}
	return math.MaxUint8 // meets nothing
}

// nanos is the time as the index keeps it; what lies beyond the years 1678 to 2262 is at the end of them. The instant 0 of
// Unix is 1, since 0 is no time.
func nanos(t time.Time) int64 {
	switch s := t.Unix(); {
	case t.IsZero():
		return 0
	case s > math.MaxInt64/1_000_000_000-1:
		return math.MaxInt64
	case s < math.MinInt64/1_000_000_000+1:
		return math.MinInt64
	}
	return cmp.Or(t.UnixNano(), 1)
}

func (x *Index) person(s basis.Subject) *person {
	p := x.people[s]
	if p == nil {
		p = &person{subject: s}
		x.people[s] = p
		x.list = append(x.list, p)
	}
	return p
}

// Add takes an event in, whose form was checked ([Event.Check]). The order of adding
// does not matter.
func (x *Index) Add(e *Event) {
	x.events++
	p := x.person(e.Subject)
	switch e.Type {
	case Merged:
		m := merger{a: p, b: x.person(e.With), recorded: nanos(e.Recorded), undone: x.mergers[e.ID].undone}
		x.mergers[e.ID] = m
		m.a.mergers, m.b.mergers = append(m.a.mergers, e.ID), append(m.b.mergers, e.ID)
		return
	case Unmerged:
		m := x.mergers[e.Of]                                         // the merger itself may come later
		if at := nanos(e.Recorded); m.undone == 0 || at < m.undone { // it can be undone again, which changes nothing
			m.undone = at
		}
		x.mergers[e.Of] = m
		return
	}
	k := kindOf(e.Type)
	if k == kindNone {
		return
	}
	en := entry{
		id: e.ID, of: e.Of, occurred: nanos(e.Occurred), recorded: nanos(e.Recorded), until: nanos(e.Until),
		channel: channelNumber(e.Channel), kind: k,
	}
	if e.Purpose != "" {
		en.purpose = x.purposes.number(e.Purpose)
	}
	if !e.Notice.IsZero() {
		en.notice = x.notices.number(e.Notice)
	}
	if x.points != nil && e.Evidence.Point != "" {
		numbers := x.points(e.Evidence.Point)
		en.point = numbers[0]
		if len(numbers) > 1 {
			if x.older == nil {
				x.older = map[uint64][]uint64{}
			}
			x.older[en.point] = numbers[1:]
		}
	}
	if k == kindGrant {
		en.valid = x.stands(e)
	}
	at, _ := slices.BinarySearchFunc(p.entries, en, entryOrder)
	p.entries = slices.Insert(p.entries, at, en)
}

// suppress takes in a mark on an address. Marks that only keep imports out decide nothing here.
func (x *Index) suppress(s Suppression) {
	if s.Reason == Erased {
		return
	}
	if x.marks == nil {
		x.marks = map[uint64][]addressMark{}
	}
	p := s.Address.point()
	x.marks[p] = append(x.marks[p], addressMark{s.Purpose, channelNumber(s.Channel), kindOf(s.Reason), nanos(s.At)})
}

// entryOrder is the order of time; at the same instant what restricts comes last, and decides.
func entryOrder(a, b entry) int {
	return cmp.Or(cmp.Compare(a.occurred, b.occurred), cmp.Compare(a.kind, b.kind), cmp.Compare(a.recorded, b.recorded), slices.Compare(a.id[:], b.id[:]))
}

// stands reports whether a declaration has no errors.
func (x *Index) stands(e *Event) bool {
	n := x.terms.Notices.text(e.Notice)
	return e.stands(n, x.terms.Requirements[e.Purpose], e.Occurred)
}

// Decide answers the query. It takes about a microsecond for a person with eight
// events, and does not allocate for one who was not merged.
func (x *Index) Decide(q Query) Decision {
	if q.At.IsZero() || q.Purpose == "" || !q.Channel.Valid() {
		return Decision{}
	}
	p := x.people[q.Subject]
	if p == nil {
		return Decision{State: StateNone}
	}
	known := int64(math.MaxInt64)
	if !q.Known.IsZero() {
		known = nanos(q.Known)
	}
	f := fold{x: x, at: nanos(q.At), known: known, purpose: x.purposes.find(q.Purpose), channel: channelNumber(q.Channel)}
	return f.decide(p, q.Purpose)
}

// decide answers for one person.
func (f *fold) decide(p *person, purpose basis.PurposeID) Decision {
	f.last, f.weak, f.against, f.next = nil, nil, nil, 0
	entries, own := p.entries, wholly
	if len(p.mergers) > 0 {
		entries, own = f.x.cluster(p, f.known)
	}
	for i := range entries {
		if !f.step(entries, i, own(i)) {
			break
		}
	}
	d := f.decision(purpose)
	if len(f.x.marks) > 0 && f.against == nil {
		f.marked(&d, entries, own, purpose)
	}
	return d
}

func wholly(int) bool { return true }

// fold goes through the events of a person in order of time.
type fold struct {
	x         *Index
	at, known int64
	purpose   uint32
	channel   uint8
	last      *entry // the valid grant in force, or what ended it
	weak      *entry // a grant that does not stand, a request or a deferral since then
	against   *entry // the objection or withdrawal in force
	next      int64  // when an event that is recorded already will change the answer; 0: never
}

// matters reports whether an entry is about the question, and known.
func (f *fold) matters(e *entry) bool {
	return e.recorded <= f.known && (e.purpose == 0 || e.purpose == f.purpose) && (e.channel == 0 || e.channel == f.channel)
}

// step takes the i-th event in; own is false for those of another reference of the person,
// whose grants are about another contact point. It returns false when the rest can't matter.
func (f *fold) step(entries []entry, i int, own bool) bool {
	e := &entries[i]
	if !f.matters(e) || !own && !e.kind.personal() {
		return true
	}
	weak := e.kind == kindGrant && (!e.valid || f.undone(entries, e)) || e.kind == kindRequested || e.kind == kindDeferred
	if e.occurred > f.at {
		if weak {
			return true
		}
		f.next = e.occurred
		return false
	}
	switch {
	case weak:
		f.weak = e
	case e.kind == kindGrant:
		f.last, f.weak, f.against = e, nil, nil
	case e.kind == kindInvalidated && !e.of.IsZero():
		// It takes effect where the grant is met.
	case e.kind == kindInvalidated, e.kind == kindRevoked, e.kind == kindExpired:
		f.last, f.weak = e, nil
	default:
		f.last, f.weak, f.against = e, nil, e
	}
	return true
}

// undone reports whether some event says that the grant was never valid.
func (f *fold) undone(entries []entry, grant *entry) bool {
	for i := range entries {
		if e := &entries[i]; e.kind == kindInvalidated && e.of == grant.id && e.recorded <= f.known && e.occurred <= f.at {
			return true
		}
	}
	return false
}

// marked looks at the marks on the addresses that the person has: another reference, or
// one that was erased, may have said no for the same mailbox, later than the grant.
func (f *fold) marked(d *Decision, entries []entry, own func(int) bool, purpose basis.PurposeID) {
	for i := range entries {
		e := &entries[i]
		if e.point == 0 || e.recorded > f.known || !own(i) || e.channel != 0 && e.channel != f.channel {
			continue
		}
		last := addressMark{}
		f.x.mark(e.point, purpose, f.channel, f.at, &last)
		for _, p := range f.x.older[e.point] {
			f.x.mark(p, purpose, f.channel, f.at, &last)
		}
		// Only what the person said later counts for more, not what the controller ended.
		if last.kind <= kindGrant || f.last != nil && (f.last.kind == kindGrant || f.last.kind.personal()) && f.last.occurred > last.at {
			continue
		}
		d.Suppressed = true
		if f.last == nil || f.last.kind == kindGrant {
			d.State, d.Event = last.kind.state(), EventID{}
		}
		return
	}
}

// mark finds the latest mark that is about the question, by then; at the same instant the one that restricts.
func (x *Index) mark(point uint64, purpose basis.PurposeID, channel uint8, at int64, last *addressMark) {
	for _, m := range x.marks[point] {
		if m.at > at || m.purpose != "" && m.purpose != purpose || m.channel != 0 && m.channel != channel {
			continue
		}
		if last.kind == kindNone || m.at > last.at || m.at == last.at && m.kind > last.kind {
			*last = m
		}
	}
}

// decision is what it comes to.
func (f *fold) decision(purpose basis.PurposeID) (d Decision) {
	if f.against != nil {
		d.Against = f.against.id
	}
	d.State = StateNone
	end := f.next
	switch {
	case f.last != nil && f.last.kind == kindGrant:
		var replaced int64
		d.State, replaced = f.granted(purpose)
		d.Event = f.last.id
		for _, u := range [...]int64{f.last.until, replaced} {
			if u > f.at && (end == 0 || u < end) {
				end = u
			}
		}
	case f.last != nil:
		d.State, d.Event = f.last.kind.state(), f.last.id
	case f.weak != nil:
		d.State, d.Event = f.weak.kind.state(), f.weak.id
		if f.weak.kind == kindGrant {
			d.State = StateUnproven
		}
	}
	if end != 0 {
		d.Until = time.Unix(0, end).UTC()
	}
	return d
}

// granted is the state of a valid grant, and the instant at which the notice that it was
// given under no longer covers the purpose, 0 for never.
func (f *fold) granted(purpose basis.PurposeID) (State, int64) {
	var replaced int64
	if ns := f.x.terms.Notices; ns != nil && len(ns.successors) > 0 {
		replaced = ns.ends(f.x.notices.list[f.last.notice-1], purpose)
	}
	switch {
	case f.last.until != 0 && f.last.until <= f.at:
		return StateExpired, 0
	case replaced != 0 && replaced <= f.at:
		return StateOutdated, 0
	}
	return StateGiven, replaced
}

// cluster returns the events of everyone who is the same person as p, as known then,
// in order of time, and which of them are p's own: those under its reference, and
// those of a contact point that it has too.
func (x *Index) cluster(p *person, known int64) ([]entry, func(int) bool) {
	people := []*person{p}
	for i := 0; i < len(people); i++ {
		for _, id := range people[i].mergers {
			m := x.mergers[id]
			if m.recorded > known || m.undone != 0 && m.undone <= known {
				continue
			}
			for _, other := range [...]*person{m.a, m.b} {
				if !slices.Contains(people, other) {
					people = append(people, other)
				}
			}
		}
	}
	points := map[uint64]bool{}
	for i := range p.entries {
		if e := &p.entries[i]; e.point != 0 && e.recorded <= known {
			points[e.point] = true
		}
	}
	type owned struct {
		entry
		own bool
	}
	var all []owned
	for _, q := range people {
		for i := range q.entries {
			e := q.entries[i]
			all = append(all, owned{e, q == p || points[e.point]})
		}
	}
	slices.SortFunc(all, func(a, b owned) int { return entryOrder(a.entry, b.entry) })
	entries, own := make([]entry, len(all)), make([]bool, len(all))
	for i := range all {
		entries[i], own[i] = all[i].entry, all[i].own
	}
	return entries, func(i int) bool { return own[i] }
}

// channelOf is the channel with that number.
func channelOf(n uint8) basis.Channel {
	return [...]basis.Channel{"", basis.Email, basis.SMS, basis.Phone, basis.Post, basis.NoChannel}[n]
}
