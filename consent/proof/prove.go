package proof

import (
	"golang.org/x/mod/sumdb/tlog"
)

// Prove makes the proof that the leaf at index is in the tree of head h (RFC 6962 section 2.1.1): at most 62 hashes,
// 20 at a million leaves. Needs 0 <= index < h.Size.
//
// It reads the tiles in one call and returns only a proof that it has checked against h, so a damaged store
// gives an error and no false proof.
func Prove(h Head, index int64, r TileReader) (tlog.RecordProof, error) {
	if h.Size < 1 || h.Size > maxSize || index < 0 || index >= h.Size {
		return nil, fault(PartInclusion, "the tree has no leaf at this index")
	}
	nodes := nodeReader{size: h.Size, tiles: r, leaf: index}
	p, err := tlog.ProveRecord(h.Size, index, &nodes)
	if err != nil {
		return nil, err
	}
	if h.Size == 1 {
		return p, nil // nothing was read: the leaf is the root
	}
	if tlog.CheckRecord(p, h.Size, h.Hash, index, nodes.leafHash) != nil {
		return nil, errEdge
	}
	return p, nil
}

// ProveConsistency makes the proof that the tree of head h begins with the tree of the older, smaller size
// (RFC 6962 section 2.1.2). Needs 0 <= oldSize <= h.Size; for 0 and for h.Size the proof is empty.
// It reads tiles in two calls and checks what it returns against h.
func ProveConsistency(h Head, oldSize int64, r TileReader) (tlog.TreeProof, error) {
	if h.Size < 0 || h.Size > maxSize || oldSize < 0 || oldSize > h.Size {
		return nil, fault(PartConsistency, "the older size is not one of this tree")
	}
	if oldSize == 0 || oldSize == h.Size {
		return tlog.TreeProof{}, nil
	}
	nodes := nodeReader{size: h.Size, tiles: r, leaf: -1}
	old, err := tlog.TreeHash(oldSize, &nodes)
	if err != nil {
		return nil, err
	}
	p, err := tlog.ProveTree(h.Size, oldSize, &nodes)
	if err != nil {
		return nil, err
	}
	if tlog.CheckTree(p, h.Size, h.Hash, oldSize, old) != nil {
		return nil, errEdge
	}
	return p, nil
}

// CheckConsistency returns nil when p shows that newer begins with older: nothing was changed or removed in between.
// Every tree begins with the empty one; for that and for equal heads p is empty.
func CheckConsistency(p tlog.TreeProof, newer, older Head) error {
	newer, err1 := newer.check()
	older, err2 := older.check()
	if err1 != nil || err2 != nil || older.Size > newer.Size {
		return fault(PartConsistency, "these are not an older and a newer head")
	}
	if older.Size == 0 {
		if len(p) != 0 {
			return fault(PartConsistency, "a proof from the empty tree is empty")
		}
		return nil
	}
	if tlog.CheckTree(p, newer.Size, newer.Hash, older.Size, older.Hash) != nil {
		return fault(PartConsistency, "the newer head does not begin with the older one")
	}
	return nil
}

// checkInclusion is tlog.CheckRecord with bounds and our error.
func checkInclusion(p tlog.RecordProof, h Head, index int64, leaf tlog.Hash) error {
	if h.Size < 1 || h.Size > maxSize || index < 0 || index >= h.Size {
		return fault(PartInclusion, "the tree has no leaf at this index")
	}
	if tlog.CheckRecord(p, h.Size, h.Hash, index, leaf) != nil {
		return fault(PartInclusion, "the event is not at this index of the checkpointed tree")
	}
	return nil
}

// nodeReader finds hashes in tiles. It does not check them: tlog.TileHashReader does, by hashing every tile it passes,
// a third more work at a million leaves; here the finished proof is checked instead.
type nodeReader struct {
	size     int64
	tiles    TileReader
	leaf     int64 // read with the first call, -1 for none
	leafHash tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (n *nodeReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var ids []TileID
	find := func(index int64) (tile int) {
		t := tlog.TileForIndex(tileHeight, index)
		id := TileID{t.L, t.N, int(min(tileWidth, n.size>>(tileHeight*t.L)-t.N<<tileHeight))}
		for i := range ids {
			if ids[i] == id {
				return i
			}
		}
		ids = append(ids, id)
		return len(ids) - 1
	}
	at := make([]int, len(indexes), len(indexes)+1)
	for i, index := range indexes {
		at[i] = find(index)
	}
	if n.leaf >= 0 {
		at = append(at, find(tlog.StoredHashIndex(0, n.leaf)))
	}
	data, err := readTiles(n.tiles, ids)
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = nodeHash(data[at[i]], index)
	}
	if n.leaf >= 0 {
		n.leafHash = nodeHash(data[at[len(indexes)]], tlog.StoredHashIndex(0, n.leaf))
	}
	return hashes, nil
}

// nodeHash computes the node with the stored hash index from the tile it is in.
func nodeHash(data []byte, index int64) tlog.Hash {
	level, n := tlog.SplitStoredHashIndex(index)
	level %= tileHeight
	width := 1 << level
	start := int(n<<level) & (tileWidth - 1)
	return tileHash(data[start*tlog.HashSize : (start+width)*tlog.HashSize])
}
