package consent

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// act is something that happened, as the reference remembers it: for ever, erased or not.
type act struct {
	id      EventID
	kind    Type // Given, Withdrawn or Objected
	subject basis.Subject
	address string
	step    int
	gone    bool // erased
}

// model is the rules of the manual by lists and loops: one purpose, one channel, time is the number of the step.
type model struct {
	acts    []act
	merged  map[EventID][2]basis.Subject
	erased  map[basis.Subject]bool
	marks   map[string][]act // on addresses: who said no, and yes again
	mergers []EventID
}

// same returns everyone who is the same person.
func (m *model) same(s basis.Subject) []basis.Subject {
	all := []basis.Subject{s}
	for i := 0; i < len(all); i++ {
		for _, pair := range m.merged {
			for j := range pair {
				if pair[j] == all[i] && !slices.Contains(all, pair[1-j]) {
					all = append(all, pair[1-j])
				}
			}
		}
	}
	return all
}

// addresses are those in acts of these people.
func (m *model) addresses(people []basis.Subject) (out []string) {
	for _, a := range m.acts {
		if !a.gone && a.address != "" && slices.Contains(people, a.subject) {
			out = append(out, a.address)
		}
	}
	return out
}

func (m *model) add(a act) {
	if a.kind == Given {
		m.lift(a)
	} else {
		known := m.addresses(m.same(a.subject))
		if a.address != "" {
			known = append(known, a.address)
		}
		for _, address := range known {
			m.marks[address] = append(m.marks[address], a)
		}
	}
	m.acts = append(m.acts, a)
}

// lift marks an address as good again; one that nobody said no at needs none.
func (m *model) lift(a act) {
	if len(m.marks[a.address]) > 0 {
		m.marks[a.address] = append(m.marks[a.address], a)
	}
}

func (m *model) erase(s basis.Subject) {
	people := m.same(s)
	known := m.addresses(people)
	for i := range m.acts {
		a := &m.acts[i]
		if a.gone || !slices.Contains(people, a.subject) {
			continue
		}
		if a.kind == Given {
			m.lift(*a)
		} else {
			for _, address := range known {
				m.marks[address] = append(m.marks[address], *a)
			}
		}
		a.gone = true
	}
	for id, pair := range m.merged {
		if slices.Contains(people, pair[0]) || slices.Contains(people, pair[1]) {
			delete(m.merged, id)
		}
	}
	for _, p := range people {
		m.erased[p] = true
	}
}

// consents and objects answer for one person.
func (m *model) consents(s basis.Subject) (consents, free bool) {
	people := m.same(s)
	mine := m.addresses([]basis.Subject{s})
	var last, no act
	for _, a := range m.acts {
		switch {
		case a.gone || !slices.Contains(people, a.subject):
		case a.kind != Given:
			last, no = a, a
		case a.subject == s || slices.Contains(mine, a.address):
			last, no = a, act{}
		}
	}
	// An address of mine may carry a later no.
	for _, a := range m.acts {
		if a.gone || a.address == "" || !slices.Contains(people, a.subject) || a.subject != s && !slices.Contains(mine, a.address) {
			continue
		}
		said := act{}
		for _, mark := range m.marks[a.address] {
			if mark.step > said.step {
				said = mark
			}
		}
		if said.step > 0 && said.kind != Given && said.step > last.step {
			last, no = said, said
		}
	}
	return last.kind == Given, no.step == 0
}

// Random stories of people who come, go, are merged, undone, erased and come back: the ledger, an index of it and the
// standings say what the lists say.
func TestAgainstLists(t *testing.T) {
	t.Parallel()
	stories := 100
	if testing.Short() {
		stories = 20
	}
	for seed := range stories {
		rng := rand.New(rand.NewPCG(uint64(seed), 17))
		b := newLedger(t)
		m := &model{merged: map[EventID][2]basis.Subject{}, erased: map[basis.Subject]bool{}, marks: map[string][]act{}}
		subject := func() basis.Subject { return basis.Subject(fmt.Sprintf("c-%d", rng.IntN(5))) }
		address := func() string { return fmt.Sprintf("a%d@example.com", rng.IntN(3)) }
		var told []string
		for step := 1; step <= 25; step++ {
			b.clock.set(epoch.Add(time.Duration(step) * time.Minute))
			s := subject()
			switch rng.IntN(8) {
			case 0, 1, 2:
				a := act{kind: Given, subject: s, address: address(), step: step}
				id, err := b.Record(t.Context(), b.yes(s, a.address))
				if m.erased[s] {
					require.ErrorIs(t, err, ErrErased)
					continue
				}
				require.NoError(t, err)
				a.id = id
				m.add(a)
				told = append(told, fmt.Sprint(step, " given ", s, " ", a.address))
			case 3, 4:
				e := b.no([]Type{Withdrawn, Objected}[rng.IntN(2)], s)
				if rng.IntN(3) == 0 {
					e.Evidence.Point = address()
				}
				m.add(act{id: b.record(t, e), kind: e.Type, subject: s, address: e.Evidence.Point, step: step})
				told = append(told, fmt.Sprint(step, " no ", s, " ", e.Evidence.Point))
			case 5:
				o := subject()
				if o == s {
					continue
				}
				id, err := b.Merge(t.Context(), s, o, Operator)
				require.NoError(t, err)
				m.merged[id] = [2]basis.Subject{s, o}
				m.mergers = append(m.mergers, id)
				told = append(told, fmt.Sprint(step, " merged ", s, " ", o))
			case 6:
				if len(m.mergers) == 0 {
					continue
				}
				id := m.mergers[rng.IntN(len(m.mergers))]
				if _, stands := m.merged[id]; !stands {
					continue
				}
				_, err := b.Unmerge(t.Context(), id, Operator)
				require.NoError(t, err)
				delete(m.merged, id)
				told = append(told, fmt.Sprint(step, " unmerged ", id))
			case 7:
				if rng.IntN(3) > 0 {
					continue
				}
				_, err := b.Erase(t.Context(), s, Erasing{Actor: Person})
				require.NoError(t, err)
				m.erase(s)
				told = append(told, fmt.Sprint(step, " erased ", s))
			}
			b.clock.set(epoch.Add(time.Duration(step)*time.Minute + 30*time.Second))
			if rng.IntN(3) == 0 {
				_, err := b.Sequence(t.Context())
				require.NoError(t, err)
			}
			x, err := b.Index(t.Context())
			require.NoError(t, err)
			at := b.clock.now()
			stands := map[basis.Subject]bool{}
			for s, err := range b.store.Standings(t.Context(), "newsletter", basis.Email, at) {
				require.NoError(t, err)
				stands[s.Subject] = true
			}
			for i := range 5 {
				s := basis.Subject(fmt.Sprintf("c-%d", i))
				consents, free := m.consents(s)
				q := Query{Subject: s, Purpose: "newsletter", Channel: basis.Email, At: at}
				d, err := b.Decide(t.Context(), q)
				require.NoError(t, err)
				require.Equal(t, consents, d.Consented(), "seed %d, %s after %q: %+v", seed, s, told, d)
				require.Equal(t, free, d.NotObjected(), "seed %d, %s after %q: %+v", seed, s, told, d)
				if d := x.Decide(q); d.State != "" {
					require.Equal(t, consents, d.Consented(), "the index, seed %d, %s after %q", seed, s, told)
					require.Equal(t, free, d.NotObjected(), "the index, seed %d, %s after %q", seed, s, told)
				}
				// A mark of another reference reaches standings with the next event: see [Standing].
				require.False(t, stands[s] && !consents && !d.Suppressed, "a standing, seed %d, %s after %q", seed, s, told)
			}
		}
		require.NoError(t, b.Rebuild(t.Context()))
		found, err := b.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, found, "seed %d after %q", seed, told)
	}
}
