package exports

import (
	"hash/maphash"

	"github.com/grondslag/grondslag/basis/reconsent"
)

// manyRows is the number of contacts, confirmed in the same second from the same
// address, from which that is taken for a bulk import: two may share an office.
const manyRows = 3

// repeats finds moments and addresses of confirmation that many contacts share, in
// constant memory. Two Bloom filters note which pairs, and which contacts with their
// pair, were seen; a pair that was seen before is then counted exactly. A filter errs
// towards "seen": at 1,000,000 contacts in about 1 of 1,500 cases, and then a pair
// that two contacts share may count as three.
type repeats struct {
	seed   maphash.Seed
	once   bloom // contacts with their pair
	pairs  bloom
	repeat map[uint64]int
}

func newRepeats(seed maphash.Seed) *repeats {
	return &repeats{seed: seed, repeat: map[uint64]int{}}
}

// pair hashes a moment of confirmation to the second, and its address.
func (s *repeats) pair(at reconsent.When, ip []byte) (uint64, bool) {
	t, ok := at.Time()
	if !ok || len(ip) == 0 {
		return 0, false
	}
	return mix(maphash.Bytes(s.seed, ip), uint64(t.Unix())), true
}

// note counts the confirmation of a contact; the contact's own repetitions count once.
func (s *repeats) note(at reconsent.When, ip []byte, contact uint64) {
	p, ok := s.pair(at, ip)
	if !ok || s.once.add(mix(p, contact)) {
		return
	}
	if s.pairs.add(p) {
		s.repeat[p]++
	}
}

// many reports whether at least manyRows contacts share the confirmation.
func (s *repeats) many(at reconsent.When, ip []byte) bool {
	if s == nil || len(s.repeat) == 0 {
		return false
	}
	p, ok := s.pair(at, ip)
	return ok && s.repeat[p] >= manyRows-1
}

// bloom is a Bloom filter of 2^25 bits (4 MiB, allocated on first use) and three probes.
type bloom []uint64

const bloomBits = 25

// add adds the hash and reports whether it was probably there.
func (b *bloom) add(h uint64) bool {
	if *b == nil {
		*b = make(bloom, 1<<(bloomBits-6))
	}
	seen := true
	for range 3 {
		i := h >> (64 - bloomBits)
		word, bit := &(*b)[i>>6], uint64(1)<<(i&63)
		seen = seen && *word&bit != 0
		*word |= bit
		h *= 0x9e3779b97f4a7c15
	}
	return seen
}
