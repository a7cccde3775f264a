package optin

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Limiter says whether one more mail may go to an address, of which it gets the keyed
// hash. It is safe for concurrent use. A program that runs more than once shares one,
// in its database.
type Limiter interface {
	// Allow reports whether the limits allow one more at that instant, and if so counts it.
	Allow(ctx context.Context, address Hash, at time.Time) (bool, error)
}

// Limit is a number of mails in a period that slides.
type Limit struct {
	Count int
	Per   time.Duration
}

// maxAddresses bounds the memory of a [MemoryLimiter]: at ten times each some 64 MB.
const maxAddresses = 1 << 17

// MemoryLimiter is a [Limiter] in memory. It holds at most 131072 addresses of which a
// mail was counted within the longest period, and refuses any other beyond that.
type MemoryLimiter struct {
	// Limits all hold; none stands for 3 in an hour and 10 in a day.
	Limits []Limit

	mu   sync.Mutex
	sent map[Hash][]time.Time
	full int       // addresses at which idle ones are looked for
	next time.Time // when they are looked for again, after none were found
}

// Allow implements [Limiter]. It takes a few microseconds, amortised.
func (m *MemoryLimiter) Allow(_ context.Context, address Hash, at time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	limits := m.Limits
	if len(limits) == 0 {
		limits = []Limit{{3, time.Hour}, {10, 24 * time.Hour}}
	}
	longest := time.Duration(0)
	for _, l := range limits {
		longest = max(longest, l.Per)
	}
	start := at.Add(-longest)
	old := func(t time.Time) bool { return !t.After(start) }
	times := slices.DeleteFunc(m.sent[address], old)
	for _, l := range limits {
		if n := within(times, at.Add(-l.Per)); n >= l.Count {
			if len(times) > 0 {
				m.sent[address] = times
			}
			return false, nil
		}
	}
	if _, known := m.sent[address]; !known && len(m.sent) >= max(m.full, 1024) && !m.clear(old, at) {
		return false, nil
	}
	if m.sent == nil {
		m.sent = map[Hash][]time.Time{}
	}
	m.sent[address] = append(times, at)
	return true, nil
}

// clear drops the addresses that have nothing but old times, and reports whether there
// is room. It goes through all of them, and so at most once a minute when there is none.
func (m *MemoryLimiter) clear(old func(time.Time) bool, at time.Time) bool {
	if len(m.sent) >= maxAddresses && at.Before(m.next) {
		return false
	}
	for a, times := range m.sent {
		if times = slices.DeleteFunc(times, old); len(times) == 0 {
			delete(m.sent, a)
		} else {
			m.sent[a] = times
		}
	}
	m.next = at.Add(time.Minute)
	m.full = min(2*len(m.sent), maxAddresses)
	return len(m.sent) < maxAddresses
}

// within counts the times after start.
func within(times []time.Time, start time.Time) (n int) {
	for _, t := range times {
		if t.After(start) {
			n++
		}
	}
	return n
}
