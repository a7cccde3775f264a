package proof

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// mth is the definition of RFC 6962 section 2.1, word for word, over leaf hashes.
func mth(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return tlog.Hash(mustHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")) // SHA-256("")
	case 1:
		return leaves[0]
	default:
		k := split(n)
		return tlog.NodeHash(mth(leaves[:k]), mth(leaves[k:]))
	}
}

// split is the largest power of two smaller than n.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

// path is PATH(m, D[n]) of RFC 6962 section 2.1.1.
func path(m int, leaves []tlog.Hash) []tlog.Hash {
	if len(leaves) == 1 {
		return nil
	}
	if k := split(len(leaves)); m < k {
		return append(path(m, leaves[:k]), mth(leaves[k:]))
	} else {
		return append(path(m-k, leaves[k:]), mth(leaves[:k]))
	}
}

// consistency is SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2.
func consistency(m int, leaves []tlog.Hash, whole bool) []tlog.Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []tlog.Hash{mth(leaves)}
	}
	if k := split(len(leaves)); m <= k {
		return append(consistency(m, leaves[:k], whole), mth(leaves[k:]))
	} else {
		return append(consistency(m-k, leaves[k:], false), mth(leaves[:k]))
	}
}

func mustHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func someLeaves(n int) []tlog.Hash {
	leaves := make([]tlog.Hash, n)
	for i := range leaves {
		leaves[i] = numbered(int64(i))
	}
	return leaves
}

// The inputs and roots are the reference vectors of Certificate Transparency (certificate-transparency/cpp/merkletree,
// and testonly/constants.go of transparency-dev/merkle).
func TestReferenceRoots(t *testing.T) {
	t.Parallel()
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var l Log
	var tiles MemoryTiles
	head := Head{}
	for i, input := range inputs {
		leaf := tlog.RecordHash(mustHex(input))
		require.EqualValues(t, i, l.Append(leaf))
		require.Equal(t, roots[i], hex.EncodeToString(hashBytes(l.Head().Hash)))
		h, more, err := Grow(head, &tiles, []tlog.Hash{leaf})
		require.NoError(t, err)
		tiles.Put(more)
		require.Equal(t, l.Head(), h)
		head = h
	}
}

func hashBytes(h tlog.Hash) []byte { return h[:] }

// TestInclusion compares with the definition for every size to 300 and every leaf, from memory and from tiles.
func TestInclusion(t *testing.T) {
	t.Parallel()
	leaves := someLeaves(300)
	var l Log
	for _, leaf := range leaves {
		l.Append(leaf)
	}
	var tiles MemoryTiles
	var head Head
	for size := 1; size <= len(leaves); size++ {
		h, more, err := Grow(head, &tiles, leaves[size-1:size])
		require.NoError(t, err)
		tiles.Put(more)
		head = h
		at, err := l.HeadAt(int64(size))
		require.NoError(t, err)
		require.Equal(t, Head{int64(size), mth(leaves[:size])}, h)
		require.Equal(t, h, at)
		for n := range size {
			p, err := l.Prove(h.Size, int64(n))
			if err != nil || checkInclusion(p, h, int64(n), leaves[n]) != nil {
				t.Fatalf("log: size %d, leaf %d: %v", size, n, err)
			}
			q, err := Prove(h, int64(n), &tiles)
			if err != nil || !slices.Equal(p, q) {
				t.Fatalf("tiles: size %d, leaf %d: %v", size, n, err)
			}
			if size <= 70 && !slices.Equal(p, tlog.RecordProof(path(n, leaves[:size]))) {
				t.Fatalf("size %d, leaf %d: not the path of RFC 6962", size, n)
			}
			if size > 70 && n%7 > 0 { // every hash of every proof to 70, then of one leaf in seven
				continue
			}
			for i := range p {
				p[i][i%32] ^= 0x10
				requirePart(t, PartInclusion, checkInclusion(p, h, int64(n), leaves[n]))
				p[i][i%32] ^= 0x10
			}
			require.Error(t, checkInclusion(append(slices.Clone(p), leaves[0]), h, int64(n), leaves[n]), "one hash more")
			if len(p) > 0 {
				require.Error(t, checkInclusion(p[1:], h, int64(n), leaves[n]), "one hash fewer")
				require.Error(t, checkInclusion(p[:len(p)-1], h, int64(n), leaves[n]), "one hash fewer")
			}
			for other := range size {
				if other != n && checkInclusion(p, h, int64(other), leaves[n]) == nil {
					t.Fatalf("size %d: proof of leaf %d holds at %d", size, n, other)
				}
			}
		}
	}
}

// TestConsistency compares with the definition for all pairs of sizes to 100.
func TestConsistency(t *testing.T) {
	t.Parallel()
	leaves := someLeaves(100)
	var l Log
	for _, leaf := range leaves {
		l.Append(leaf)
	}
	for newer := range len(leaves) + 1 {
		h, err := l.HeadAt(int64(newer))
		require.NoError(t, err)
		for older := range newer + 1 {
			o, err := l.HeadAt(int64(older))
			require.NoError(t, err)
			p, err := l.ProveConsistency(h.Size, o.Size)
			require.NoError(t, err)
			q, err := ProveConsistency(h, o.Size, &l)
			require.NoError(t, err)
			require.Equal(t, p, q)
			if older > 0 {
				require.True(t, slices.Equal(p, tlog.TreeProof(consistency(older, leaves[:newer], true))), "%d to %d", older, newer)
			}
			if err := CheckConsistency(p, h, o); err != nil {
				t.Fatalf("%d to %d: %v", older, newer, err)
			}
			for i := range p {
				p[i][i%32] ^= 0x10
				requirePart(t, PartConsistency, CheckConsistency(p, h, o))
				p[i][i%32] ^= 0x10
			}
			require.Error(t, CheckConsistency(append(slices.Clone(p), leaves[0]), h, o))
			if len(p) > 0 {
				require.Error(t, CheckConsistency(p[1:], h, o))
			}
			if older > 0 {
				other := o
				other.Hash[0] ^= 1
				require.Error(t, CheckConsistency(p, h, other), "another old root")
				other = h
				other.Hash[0] ^= 1
				require.Error(t, CheckConsistency(p, other, o), "another new root")
			}
			if older < newer {
				require.Error(t, CheckConsistency(p, o, h), "the wrong way round")
			}
		}
	}
	require.NoError(t, CheckConsistency(nil, Head{}, Head{}), "the zero Head is the empty tree")
	require.Error(t, CheckConsistency(nil, Head{Hash: leaves[0]}, Head{}), "an empty tree has one root")
	require.Error(t, CheckConsistency(nil, Head{Size: -1}, Head{}))
}

// TestGrow grows by steps of any size across the borders of tiles and compares with the log in memory.
func TestGrow(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var l Log
	var tiles MemoryTiles
	var head Head
	for head.Size < 140_000 {
		step := r.IntN(3)
		switch r.IntN(4) {
		case 1:
			step = r.IntN(256 * 3)
		case 2:
			step = 256 - int(head.Size%256) // to the end of a tile
		case 3:
			step = r.IntN(256 * 64)
		}
		leaves := make([]tlog.Hash, step)
		for i := range leaves {
			leaves[i] = numbered(head.Size + int64(i))
			l.Append(leaves[i])
		}
		h, more, err := Grow(head, &tiles, leaves)
		require.NoError(t, err)
		require.Equal(t, l.Head(), h)
		var want []TileID // what tlog says must be published
		for _, id := range tlog.NewTiles(8, head.Size, h.Size) {
			want = append(want, TileID{id.L, id.N, id.W})
		}
		var got []TileID
		for _, tile := range more {
			got = append(got, TileID{tile.Level, tile.Index, len(tile.Data) / 32})
			data, err := l.ReadTiles(got[len(got)-1:])
			require.NoError(t, err)
			require.Equal(t, data[0], tile.Data)
		}
		require.ElementsMatch(t, want, got)
		tiles.Put(more)
		old := head.Size
		head = h
		p, err := ProveConsistency(head, old, &tiles) // the older tree, from the tiles of the newer
		require.NoError(t, err)
		o, err := l.HeadAt(old)
		require.NoError(t, err)
		require.NoError(t, CheckConsistency(p, head, o))
		for range 3 {
			if head.Size == 0 {
				break
			}
			n := r.Int64N(head.Size)
			p, err := Prove(head, n, &tiles)
			require.NoError(t, err)
			require.NoError(t, checkInclusion(p, head, n, numbered(n)))
		}
	}
	loaded, err := LoadLog(head, &tiles)
	require.NoError(t, err)
	require.Equal(t, head, loaded.Head())
	empty, err := LoadLog(Head{}, nil)
	require.NoError(t, err)
	require.Zero(t, empty.Size())
}

// broken flips a bit in the first hash of each tile, or cuts tiles short.
type broken struct {
	r    TileReader
	flip bool
}

func (b broken) ReadTiles(ids []TileID) ([][]byte, error) {
	data, err := b.r.ReadTiles(ids)
	if err != nil {
		return nil, err
	}
	for i := range data {
		if b.flip {
			data[i] = slices.Clone(data[i])
			data[i][0] ^= 1
		} else {
			data[i] = data[i][:len(data[i])-1]
		}
	}
	return data, nil
}

type failing struct{}

func (failing) ReadTiles([]TileID) ([][]byte, error) { return nil, fmt.Errorf("disk") }

type silent struct{}

func (silent) ReadTiles([]TileID) ([][]byte, error) { return nil, nil }

func TestDamagedStore(t *testing.T) {
	t.Parallel()
	var l Log
	for _, leaf := range someLeaves(700) {
		l.Append(leaf)
	}
	h := l.Head()
	for name, r := range map[string]TileReader{"flipped": broken{&l, true}, "short": broken{&l, false}, "failing": failing{}, "silent": silent{}, "nil": nil} {
		_, _, err := Grow(h, r, someLeaves(1))
		require.Error(t, err, name)
		_, err = Prove(h, 0, r)
		require.Error(t, err, name)
		_, err = ProveConsistency(h, 300, r)
		require.Error(t, err, name)
		_, err = LoadLog(h, r)
		require.Error(t, err, name)
	}
	other := h
	other.Hash[5] ^= 1
	_, _, err := Grow(other, &l, someLeaves(1))
	require.ErrorIs(t, err, errEdge)
	_, err = Prove(other, 0, &l)
	require.ErrorIs(t, err, errEdge)
	_, err = ProveConsistency(other, 300, &l)
	require.ErrorIs(t, err, errEdge)

	for name, err := range map[string]error{
		"index too large": second(Prove(h, 700, &l)), "negative index": second(Prove(h, -1, &l)), "no leaf": second(Prove(Head{}, 0, &l)),
		"log index": second(l.Prove(700, 700)), "log size": second(l.Prove(701, 0)), "log negative": second(l.Prove(700, -1)),
		"older is newer": second(ProveConsistency(h, 701, &l)), "older negative": second(ProveConsistency(h, -1, &l)),
		"log older": second(l.ProveConsistency(10, 11)), "log newer": second(l.ProveConsistency(701, 1)),
		"head": second(l.HeadAt(701)), "negative head": second(l.HeadAt(-1)),
		"node": second(l.ReadHashes([]int64{1 << 40})), "negative node": second(l.ReadHashes([]int64{-1})),
		"tile level": second(l.ReadTiles([]TileID{{9, 0, 1}})), "tile index": second(l.ReadTiles([]TileID{{0, 1 << 60, 1}})), "tile width": second(l.ReadTiles([]TileID{{0, 2, 256}})),
		"memory": second(new(MemoryTiles).ReadTiles([]TileID{{0, 0, 1}})),
	} {
		require.Error(t, err, name)
	}
	_, _, err = Grow(Head{Size: -1}, &l, nil)
	require.Error(t, err)
	_, _, err = Grow(Head{Size: maxSize}, &l, nil)
	require.Error(t, err)
}

func second[T any](_ T, err error) error { return err }
