package proof

import (
	"crypto/sha256"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// Log is a whole tree in memory, every node of it: 64 bytes a leaf, 64 MB a million. Append costs one hash on average,
// Head half the logarithm of the size. It makes proofs for every head it ever had. The zero value is the empty log.
// It is not safe for concurrent use while it grows.
type Log struct {
	levels [][]tlog.Hash // levels[k][i] is the root of leaves i<<k to (i+1)<<k
}

// LoadLog rebuilds a log from stored tiles and checks it against h. It reads every tile of level 0, 64 at a time.
func LoadLog(h Head, r TileReader) (*Log, error) {
	h, err := h.check()
	if err != nil {
		return nil, err
	}
	l := new(Log)
	for l.Size() < h.Size {
		var ids []TileID
		for first := l.Size(); first < h.Size && len(ids) < 64; first += tileWidth {
			ids = append(ids, TileID{0, first >> tileHeight, int(min(tileWidth, h.Size-first))})
		}
		tiles, err := readTiles(r, ids)
		if err != nil {
			return nil, err
		}
		for _, data := range tiles {
			for ; len(data) > 0; data = data[tlog.HashSize:] {
				l.Append(tlog.Hash(data))
			}
		}
	}
	if l.Head() != h {
		return nil, errEdge
	}
	return l, nil
}

// Append adds a leaf and returns its index.
func (l *Log) Append(leaf tlog.Hash) int64 {
	index := l.Size()
	for k := 0; ; k++ {
		if k == len(l.levels) {
			l.levels = append(l.levels, nil)
		}
		l.levels[k] = append(l.levels[k], leaf)
		n := len(l.levels[k])
		if n%2 == 1 {
			return index
		}
		leaf = tlog.NodeHash(l.levels[k][n-2], leaf)
	}
}

// Size is the number of leaves.
func (l *Log) Size() int64 {
	if len(l.levels) == 0 {
		return 0
	}
	return int64(len(l.levels[0]))
}

// Head is the head of the whole log.
func (l *Log) Head() Head {
	h, _ := l.HeadAt(l.Size()) // its own size is always there
	return h
}

// HeadAt is the head the log had at an earlier size, 0 <= size <= Size.
func (l *Log) HeadAt(size int64) (Head, error) {
	if size < 0 || size > l.Size() {
		return Head{}, errSize
	}
	if size == 0 {
		return Head{Hash: sha256.Sum256(nil)}, nil
	}
	var hash tlog.Hash
	first := true
	for k := range l.levels {
		n := size >> k
		switch {
		case n%2 == 0:
		case first:
			hash, first = l.levels[k][n-1], false
		default:
			hash = tlog.NodeHash(l.levels[k][n-1], hash)
		}
	}
	return Head{size, hash}, nil
}

// Prove makes the proof that the leaf at index is in the tree the log had at the given size.
func (l *Log) Prove(size, index int64) (tlog.RecordProof, error) {
	if size < 0 || size > l.Size() || index < 0 || index >= size {
		return nil, fault(PartInclusion, "the tree has no leaf at this index")
	}
	return tlog.ProveRecord(size, index, l)
}

// ProveConsistency makes the proof that the log at size newer begins with the log at size older.
func (l *Log) ProveConsistency(newer, older int64) (tlog.TreeProof, error) {
	if older < 0 || older > newer || newer > l.Size() {
		return nil, fault(PartConsistency, "the older size is not one of this tree")
	}
	if older == 0 || older == newer {
		return tlog.TreeProof{}, nil
	}
	return tlog.ProveTree(newer, older, l)
}

// ReadHashes implements [tlog.HashReader].
func (l *Log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 {
			return nil, errNode
		}
		level, n := tlog.SplitStoredHashIndex(index)
		if level >= len(l.levels) || n >= int64(len(l.levels[level])) {
			return nil, errNode
		}
		hashes[i] = l.levels[level][n]
	}
	return hashes, nil
}

var errNode = errors.New("proof: the log has no such node")

// ReadTiles implements [TileReader], so that a log in memory can be stored.
func (l *Log) ReadTiles(tiles []TileID) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, id := range tiles {
		k := id.Level * tileHeight
		first := id.Index << tileHeight
		if id.Level < 0 || k >= len(l.levels) || id.Index < 0 || id.Width < 1 || id.Width > tileWidth ||
			first+int64(id.Width) > int64(len(l.levels[k])) {
			return nil, errTile
		}
		data[i] = make([]byte, 0, id.Width*tlog.HashSize)
		for _, h := range l.levels[k][first : first+int64(id.Width)] {
			data[i] = append(data[i], h[:]...)
		}
	}
	return data, nil
}
