package exports

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// naiveActs is what acts does, with a map: the latest moment per key, kind and use.
type naiveActs map[[3]uint64]int64

func (n naiveActs) put(key uint64, kd kind, use uint64, at int64) bool {
	id := [3]uint64{key, uint64(kd), use}
	if old, ok := n[id]; ok && old >= at {
		return false
	}
	n[id] = at
	return true
}

func (n naiveActs) latest(k *contactKeys, kd kind, use uint64) (at int64, found bool) {
	for _, key := range k.all() {
		if t, ok := n[[3]uint64{key, uint64(kd), use}]; ok && (!found || t > at) {
			at, found = t, true
		}
	}
	return at, found
}

// FuzzActs holds the compact store against the naive one: what is added before it is
// settled, and what is spread from key to key afterwards.
func FuzzActs(f *testing.F) {
	f.Add([]byte{0, 1, 2, 10, 0, 1, 3, 255, 7, 2, 3, 1}, []byte{1, 2, 3, 2, 1, 0})
	f.Add([]byte{4, 9, 9, 0, 4, 9, 9, 255, 4, 9, 9, 3}, []byte{9, 8, 8, 7, 7, 9})
	f.Fuzz(func(t *testing.T, adds, rows []byte) {
		// Few keys that share their first bits, and so their place, and some that don't.
		key := func(b byte) uint64 { return uint64(b%16)<<60 | uint64(b>>4) }
		contact := func(x, y byte) (k contactKeys) {
			k.add(key(x))
			if y != x {
				k.add(key(y))
			}
			return k
		}
		a, ref := newActs(), naiveActs{}
		for ; len(adds) >= 4; adds = adds[4:] {
			k, kd, use, at := contact(adds[1], adds[2]), kind(adds[0])%kinds, uint64(adds[0]>>2%2), int64(adds[3])-100
			if adds[3] == 255 {
				at = undatedAct
			}
			a.add(kd, &k, use, at)
			for _, c := range k.all() {
				ref.put(c, kd, use, at)
			}
		}
		a.settle()
		check := func() {
			for b := range 256 {
				k := contact(byte(b), byte(b))
				for kd := range kinds {
					for use := range uint64(2) {
						want, known := ref.latest(&k, kd, use)
						got, found := a.latestOf(kd, &k, use)
						require.Equal(t, known, found)
						if known {
							require.Equal(t, want, got)
							require.False(t, a.none(&k))
						}
					}
				}
			}
		}
		check()
		for ; len(rows) >= 2; rows = rows[2:] {
			k := contact(rows[0], rows[1])
			for kd := range kinds {
				news := false
				if at, ok := ref.latest(&k, kd, 1); ok {
					for _, c := range k.all() {
						news = ref.put(c, kd, 1, at) || news
					}
				}
				require.Equal(t, news, a.spread(kd, &k, 1))
			}
		}
		check()
	})
}

// TestActsAgainstMap holds the compact store against a map.
func TestActsAgainstMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	a, ref := newActs(), map[[3]uint64]int64{}
	for range 20000 {
		var k contactKeys
		k.add(rnd.Uint64N(3000) * 0xd1342543de82ef95)
		kd, use, at := kind(rnd.IntN(int(kinds))), rnd.Uint64N(3), rnd.Int64N(1000)
		if at < 100 {
			at = undatedAct
		}
		a.add(kd, &k, use, at)
		id := [3]uint64{k.key[0], uint64(kd), use}
		ref[id] = max(ref[id], at)
	}
	a.settle()
	require.GreaterOrEqual(t, a.n, len(ref), "a key may have a dated and an undated act")
	for i := range uint64(4000) {
		for kd := range kinds {
			for use := range uint64(3) {
				var k contactKeys
				k.add(i * 0xd1342543de82ef95)
				want, ok := ref[[3]uint64{k.key[0], uint64(kd), use}]
				got, found := a.latestOf(kd, &k, use)
				require.Equal(t, ok, found)
				if ok {
					require.Equal(t, want, got)
					require.False(t, a.none(&k))
				}
			}
		}
	}
}
