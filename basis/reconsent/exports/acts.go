package exports

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// acts holds what contacts did, so that a refusal on one row reaches every row of the
// contact: for each key the latest moment, 16 bytes an act. Keys are keyed 64-bit
// hashes; of a million acts asked about by a million contacts one in 20 million such
// sets has a coincidence, which stops someone without need.
type acts struct {
	shards [4096][]act
	n      int
	counts [4]int // per kind, to skip look-ups that can't succeed
	// filter has a bit for each contact that did something: most did nothing, and are
	// let through by one look at it.
	filter []uint64
}

// filterBits is the size of the filter, 2^22 bits: 512 KiB, which stays in the cache.
const filterBits = 22

func newActs() *acts { return &acts{filter: make([]uint64, 1<<(filterBits-6))} }

// mark notes that the contact with this key did something.
func (a *acts) mark(contact uint64) {
	i := contact >> (64 - filterBits)
	a.filter[i>>6] |= 1 << (i & 63)
}

// none reports whether the contact surely did nothing, under none of its keys.
func (a *acts) none(contact *contactKeys) bool {
	for _, key := range contact.all() {
		i := key >> (64 - filterBits)
		if a.filter[i>>6]&(1<<(i&63)) != 0 {
			return false
		}
	}
	return true
}

// act is the latest act under one key.
type act struct {
	key uint64
	at  int64 // Unix milliseconds; undatedAct: later than everything
}

const undatedAct = math.MaxInt64

// kind of an act; it is part of the key.
type kind uint8

const (
	objection     kind = iota // to all marketing
	callObjection             // to calls
	withdrawal                // per purpose and channel
	grant                     // complete consent, per purpose and channel
)

// scope returns the key of an act of that kind by a contact.
func scope(contact uint64, k kind, use uint64) uint64 { return mix(mix(contact, uint64(k)+1), use) }

// add notes an act of the contact under each of its keys.
func (a *acts) add(k kind, contact *contactKeys, use uint64, at int64) {
	for _, c := range contact.all() {
		key := scope(c, k, use)
		s := &a.shards[key>>52]
		*s = append(*s, act{key, at})
		a.mark(c)
		a.n++
		a.counts[k]++
	}
}

// settle sorts the acts and keeps the latest of each key. It must be called between
// adding and asking.
func (a *acts) settle() {
	a.n = 0
	for i, s := range a.shards {
		slices.SortFunc(s, func(x, y act) int {
			return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(y.at, x.at))
		})
		s = slices.CompactFunc(s, func(x, y act) bool { return x.key == y.key })
		a.shards[i] = s
		a.n += len(s)
	}
}

func byKey(x act, key uint64) int { return cmp.Compare(x.key, key) }

// latest returns the moment of the act under the key.
func (a *acts) latest(key uint64) (int64, bool) {
	s := a.shards[key>>52]
	i, ok := slices.BinarySearchFunc(s, key, byKey)
	if !ok {
		return 0, false
	}
	return s[i].at, true
}

// latestOf returns the latest act under any of the contact's keys.
func (a *acts) latestOf(k kind, contact *contactKeys, use uint64) (at int64, found bool) {
	if a.counts[k] == 0 {
		return 0, false
	}
	at = math.MinInt64
	for _, key := range contact.all() {
		if t, ok := a.latest(scope(key, k, use)); ok {
			at, found = max(at, t), true
		}
	}
	return at, found
}

// spread gives every key of the contact the latest of its acts, and reports whether
// that was news to any of them. Settled acts stay settled.
func (a *acts) spread(k kind, contact *contactKeys, use uint64) bool {
	at, found := a.latestOf(k, contact, use)
	if !found {
		return false
	}
	news := false
	for _, c := range contact.all() {
		key := scope(c, k, use)
		s := a.shards[key>>52]
		i, ok := slices.BinarySearchFunc(s, key, byKey)
		switch {
		case !ok:
			a.shards[key>>52] = slices.Insert(s, i, act{key, at})
			a.mark(c)
			a.n++
		case s[i].at < at:
			s[i].at = at
		default:
			continue
		}
		news = true
	}
	return news
}

// millis turns a moment into that of an act: refusals round up, grants down, and a
// refusal on a day stands for its end. What is unknown is no act.
func millis(w reconsent.When, zone *time.Location, refusal bool) (int64, bool) {
	t, ok := w.Latest(zone)
	if !ok {
		return undatedAct, !w.IsZero()
	}
	ms := t.UnixMilli()
	if refusal && t.Nanosecond()%1_000_000 != 0 {
		ms++
	}
	return ms, true
}

// moment is the inverse of millis.
func whenOf(at int64) reconsent.When {
	if at == undatedAct {
		return reconsent.Undated()
	}
	return reconsent.Instant(time.UnixMilli(at))
}

// later returns the later of a fact of the row itself and an act found elsewhere.
func later(own reconsent.When, at int64, zone *time.Location) reconsent.When {
	if mine, ok := millis(own, zone, true); ok && mine >= at {
		return own
	}
	return whenOf(at)
}

// use numbers a purpose over a channel, for the keys of acts.
func use(p *Purpose, c basis.Channel) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, s := range [...]string{p.ID, "\x00", string(c)} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}
