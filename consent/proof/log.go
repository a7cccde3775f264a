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
	levels []nodes // levels[k] at i is the root of leaves i<<k to (i+1)<<k
}

// nodes are the hashes of one level in chunks, so that growing never copies what is there.
type nodes struct {
	chunks [][]tlog.Hash // of 1024 but the last
	size   int64
}

const (
	chunkBits = 10
	chunkSize = 1 << chunkBits
)

func (n *nodes) append(h tlog.Hash) {
	if n.size%chunkSize == 0 {
		var chunk []tlog.Hash // the first of a level starts small: most logs are
		if n.size > 0 {
			chunk = make([]tlog.Hash, 0, chunkSize)
		}
		n.chunks = append(n.chunks, chunk)
	}
	last := &n.chunks[len(n.chunks)-1]
	*last = append(*last, h)
	n.size++
}

func (n *nodes) at(i int64) tlog.Hash {
	return n.chunks[i>>chunkBits][i%chunkSize]
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
			l.levels = append(l.levels, nodes{})
		}
		level := &l.levels[k]
		level.append(leaf)
		if level.size%2 == 1 {
			return index
		}
		leaf = tlog.NodeHash(level.at(level.size-2), leaf)
	}
}

// Size is the number of leaves.
func (l *Log) Size() int64 {
	if len(l.levels) == 0 {
		return 0
	}
	return l.levels[0].size
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
			hash, first = l.levels[k].at(n-1), false
		default:
			hash = tlog.NodeHash(l.levels[k].at(n-1), hash)
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
		if level >= len(l.levels) || n >= l.levels[level].size {
			return nil, errNode
		}
		hashes[i] = l.levels[level].at(n)
	}
	return hashes, nil
}

var errNode = errors.New("proof: the log has no such node")

// ReadTiles implements [TileReader], so that a log in memory can be stored.
func (l *Log) ReadTiles(tiles []TileID) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, id := range tiles {
		if id.Level < 0 || id.Level >= tileLevels || id.Index < 0 || id.Index > maxSize>>tileHeight || id.Width < 1 || id.Width > tileWidth {
			return nil, errTile
		}
		k := id.Level * tileHeight
		first := id.Index << tileHeight
		if k >= len(l.levels) || first+int64(id.Width) > l.levels[k].size {
			return nil, errTile
		}
		data[i] = make([]byte, 0, id.Width*tlog.HashSize)
		for n := range int64(id.Width) {
			h := l.levels[k].at(first + n)
			data[i] = append(data[i], h[:]...)
		}
	}
	return data, nil
}
