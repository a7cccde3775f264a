package consent

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// What is edited behind the ledger's back is found, and named.
func TestVerify(t *testing.T) {
	t.Parallel()
	type made struct {
		*bench
		first, second EventID
	}
	build := func(t *testing.T) made {
		b := newLedger(t)
		m := made{bench: b}
		m.first = b.record(t, b.yes("c-1", "piet@example.com"))
		m.second = b.record(t, b.yes("c-2", "jan@example.com"))
		for range 3 {
			b.record(t, b.yes("c-3", "kees@example.com"))
			_, err := b.Sequence(t.Context())
			require.NoError(t, err)
		}
		_, err := b.Erase(t.Context(), "c-3", Erasing{Actor: Person, CapsulesUntil: b.clock.now().AddDate(1, 0, 0)})
		require.NoError(t, err)
		_, err = b.Sequence(t.Context())
		require.NoError(t, err)
		b.record(t, b.no(Refused, "c-4"))
		found, err := b.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
		return m
	}
	event := func(m made) string { return "events/" + m.first.String() }
	for name, tc := range map[string]struct {
		edit func(made)
		code basis.Code
		path func(made) string
	}{
		"a bit of a body": {func(m made) { flip(m.store.events[m.first].Body, 40) }, CodeBody, event},
		"the purpose of a body": {func(m made) {
			s := m.store.events[m.first]
			s.Body = bytes.Replace(s.Body, []byte("newsletter"), []byte("offers"), 1)
		}, CodeBody, event},
		"an event gone":       {func(m made) { m.forget(m.first) }, CodeLeaf, event},
		"a bit of a value":    {func(m made) { flip(m.store.events[m.first].Disclosures, 60) }, CodeDisclosure, event},
		"a value gone":        {func(m made) { d := &m.store.events[m.first].Disclosures; *d = (*d)[bytes.IndexByte(*d, '\n')+1:] }, CodeDisclosure, event},
		"all values gone":     {func(m made) { m.store.events[m.first].Disclosures = nil }, CodeDisclosure, event},
		"another's event":     {func(m made) { m.store.events[m.first].Subject = "c-2" }, CodeLink, event},
		"nobody's event":      {func(m made) { m.store.events[m.first].Subject = "" }, CodeLink, event},
		"erased on the quiet": {func(m made) { s := m.store.events[m.first]; *s = Stored{ID: s.ID, Body: s.Body} }, CodeErasure, func(made) string { return "erasures" }},
		"two leaves swapped":  {func(m made) { l := m.store.leaves; l[0], l[1] = l[1], l[0] }, CodeBody, event},
		"a leaf gone":         {func(m made) { m.store.leaves = m.store.leaves[:len(m.store.leaves)-1] }, CodeLeaf, func(made) string { return "checkpoints/6" }},
		"a tile":              {func(m made) { flip(m.store.tiles[tilePlace{0, 0}], 40) }, CodeTile, func(made) string { return "tiles/0/0" }},
		"a checkpoint":        {func(m made) { flip(m.store.checkpoints[1].note, 30) }, CodeCheckpoint, func(made) string { return "checkpoints/4" }},
		"a notice":            {func(m made) { flip(m.store.notices[0].Notice, 40) }, CodeStoredTerms, func(m made) string { return "notices/" + m.notice.String() }},
		"a standing": {func(m made) {
			m.store.standings["c-4"] = []Standing{{Subject: "c-4", Purpose: "newsletter", Channel: basis.Email, Event: m.first}}
		}, CodeStanding, event},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := build(t)
			tc.edit(m)
			found, err := m.Verify(t.Context())
			require.NoError(t, err)
			var paths []string
			for _, f := range found {
				if f.Code == tc.code {
					paths = append(paths, f.Path)
				}
			}
			require.Contains(t, paths, tc.path(m), "%v", found)
		})
	}
}

func flip(b []byte, i int) { b[i] ^= 1 }

// forget drops an event from the store altogether.
func (b *bench) forget(id EventID) {
	m := b.store
	s := m.events[id]
	delete(m.events, id)
	for i, o := range m.order {
		if o == id {
			m.order = append(m.order[:i:i], m.order[i+1:]...)
		}
	}
	delete(m.links, s.Subject)
}
