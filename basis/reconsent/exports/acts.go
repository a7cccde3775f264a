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
// contact: for each key the latest moment. That takes 16 bytes, or 8 for an undated
// refusal, which is later than everything; as the flags of most programs are undated,
// a contact with an id and an address takes 16 bytes in all. Keys are keyed 64-bit
// hashes; of a million acts asked about by a million contacts one in 20 million such
// sets has a coincidence, which stops someone without need.
type acts struct {
	dated   [shards][]act
	undated [shards][]uint64
	n       int
	// seen are the scopes that occur, per kind: few, and only they are looked up.
	seen [kinds][]uint64
	// filter has a bit for each contact that did something: most did nothing, and are
	// let through by one look at it.
	filter []uint64
}

// shards splits the acts by the first bits of their keys, so that they grow and are
// sorted in small pieces.
const (
	shardBits = 12
	shards    = 1 << shardBits
)

func shard(key uint64) uint64 { return key >> (64 - shardBits) }

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
	objection  kind = iota // to marketing
	withdrawal             // of a consent
	grant                  // complete consent
	kinds                  // how many there are
)

// scope returns the key of an act of that kind by a contact.
func scope(contact uint64, k kind, use uint64) uint64 { return mix(mix(contact, uint64(k)+1), use) }

// add notes an act of the contact under each of its keys.
func (a *acts) add(k kind, contact *contactKeys, use uint64, at int64) {
	if !slices.Contains(a.seen[k], use) {
		a.seen[k] = append(a.seen[k], use)
	}
	for _, c := range contact.all() {
		key := scope(c, k, use)
		if i := shard(key); at == undatedAct {
			a.undated[i] = append(a.undated[i], key)
		} else {
			a.dated[i] = append(a.dated[i], act{key, at})
		}
		a.mark(c)
		a.n++
	}
}

// settle sorts the acts and keeps the latest of each key. It must be called between
// adding and asking.
func (a *acts) settle() {
	a.n = 0
	for i := range shards {
		slices.Sort(a.undated[i])
		a.undated[i] = slices.Compact(a.undated[i])
		slices.SortFunc(a.dated[i], func(x, y act) int {
			return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(y.at, x.at))
		})
		a.dated[i] = slices.CompactFunc(a.dated[i], func(x, y act) bool { return x.key == y.key })
		a.n += len(a.undated[i]) + len(a.dated[i])
	}
}

func byKey(x act, key uint64) int { return cmp.Compare(x.key, key) }

// latest returns the moment of the act under the key.
func (a *acts) latest(key uint64) (int64, bool) {
	if _, ok := slices.BinarySearch(a.undated[shard(key)], key); ok {
		return undatedAct, true
	}
	s := a.dated[shard(key)]
	i, ok := slices.BinarySearchFunc(s, key, byKey)
	if !ok {
		return 0, false
	}
	return s[i].at, true
}

// latestOf returns the latest act under any of the contact's keys.
func (a *acts) latestOf(k kind, contact *contactKeys, use uint64) (at int64, found bool) {
	if !slices.Contains(a.seen[k], use) {
		return 0, false
	}
	at = math.MinInt64
	for _, key := range contact.all() {
		if t, ok := a.latest(scope(key, k, use)); ok {
			if at, found = max(at, t), true; at == undatedAct {
				break
			}
		}
	}
	return at, found
}

// put raises the act under the key to at, or adds it, and keeps the acts in order.
func (a *acts) put(key uint64, at int64) {
	if at == undatedAct {
		s := &a.undated[shard(key)]
		if i, ok := slices.BinarySearch(*s, key); !ok {
			*s = slices.Insert(*s, i, key)
			a.n++
		}
		return
	}
	s := &a.dated[shard(key)]
	i, ok := slices.BinarySearchFunc(*s, key, byKey)
	if ok {
		(*s)[i].at = max((*s)[i].at, at)
		return
	}
	*s = slices.Insert(*s, i, act{key, at})
	a.n++
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
		if t, ok := a.latest(key); ok && t >= at {
			continue
		}
		a.put(key, at)
		a.mark(c)
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
	if refusal && w.HasTime() && t.Nanosecond()%1_000_000 != 0 {
		ms++ // not for a day: its end must stay within it
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

// use numbers a purpose over a channel, for the keys of acts. An empty purpose is all
// marketing, an empty channel all channels.
func use(purpose string, c basis.Channel) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, s := range [...]string{purpose, "\x00", string(c)} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}
