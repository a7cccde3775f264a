package proof

import (
	"crypto/sha256"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	tileLevels = 8 // 256^8 = 2^64 leaves
	tileBytes  = tileWidth * tlog.HashSize

	// maxSize keeps every sum of the index arithmetic of tlog inside an int64.
	maxSize = 1 << 62
)

// Head is the size and root hash of a tree (RFC 6962 section 2.1). The zero Head is the empty tree, as is size 0 with
// the hash of the empty string.
type Head struct {
	Size int64
	Hash tlog.Hash
}

// check refuses a size no tree has, and gives the empty tree its one hash.
func (h Head) check() (Head, error) {
	switch empty := tlog.Hash(sha256.Sum256(nil)); {
	case h.Size < 0 || h.Size > maxSize:
		return Head{}, errSize
	case h.Size > 0 || h.Hash == empty:
		return h, nil
	case h.Hash == tlog.Hash{}:
		return Head{Hash: empty}, nil
	}
	return Head{}, errEmpty
}

var (
	errSize  = errors.New("proof: no tree has this size")
	errEmpty = errors.New("proof: an empty tree with the hash of another")
	errTile  = errors.New("proof: tile reader returned fewer hashes than asked for")
	errEdge  = errors.New("proof: stored tiles do not have the hash of the head")
)

// Tile holds up to 256 consecutive hashes of one level: those of level 8*Level from 256*Index on, 32 bytes each.
// A tile of 8192 bytes is full and never changes again; a shorter one grows at its end only.
type Tile struct {
	Level int
	Index int64
	Data  []byte
}

// TileID names the first Width hashes of a tile, 1 <= Width <= 256.
type TileID struct {
	Level int
	Index int64
	Width int
}

// TileReader reads stored tiles. The data of each is at least 32*Width bytes; what follows is ignored, so a store
// may keep just the newest data of (Level, Index). The data is not changed.
type TileReader interface {
	ReadTiles(tiles []TileID) ([][]byte, error)
}

// readTiles cuts every tile to its width.
func readTiles(r TileReader, ids []TileID) ([][]byte, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if r == nil {
		return nil, errors.New("proof: no tile reader")
	}
	data, err := r.ReadTiles(ids)
	if err != nil {
		return nil, err
	}
	if len(data) != len(ids) {
		return nil, errTile
	}
	cut := make([][]byte, len(ids))
	for i, id := range ids {
		if len(data[i]) < id.Width*tlog.HashSize {
			return nil, errTile
		}
		cut[i] = data[i][: id.Width*tlog.HashSize : id.Width*tlog.HashSize]
	}
	return cut, nil
}

// Grow appends leaves to the tree with head old and returns the new head and the tiles that are new or longer, each
// with all its data. It stores nothing: write tiles and head in one transaction.
//
// It reads the at most eight tiles of the right edge in one call and checks that they have the hash of old, so that
// a damaged store is not built upon. The work is O(len(leaves)) plus at most 2,040 hashes for that check; many
// leaves in one call are much cheaper than one leaf in many, and [Log] is cheaper still.
func Grow(old Head, r TileReader, leaves []tlog.Hash) (Head, []Tile, error) {
	old, err := old.check()
	if err != nil {
		return Head{}, nil, err
	}
	size := old.Size + int64(len(leaves))
	if size > maxSize {
		return Head{}, nil, errSize
	}
	edge, err := readEdge(old, r)
	if err != nil {
		return Head{}, nil, err
	}
	var tiles []Tile
	add := leaves
	for level := 0; len(add) > 0; level++ {
		index := old.Size >> (tileHeight * level) >> tileHeight
		data := append(make([]byte, 0, min(tileBytes, len(edge[level])+len(add)*tlog.HashSize)), edge[level]...)
		var up []tlog.Hash
		for i, h := range add {
			data = append(data, h[:]...)
			if len(data) < tileBytes {
				continue
			}
			tiles = append(tiles, Tile{level, index, data})
			up = append(up, tileHash(data))
			index++
			data = make([]byte, 0, min(tileBytes, (len(add)-i-1)*tlog.HashSize))
		}
		if len(data) > 0 {
			tiles = append(tiles, Tile{level, index, data})
		}
		edge[level] = data
		add = up
	}
	return Head{size, edgeHash(&edge)}, tiles, nil
}

// readEdge reads the partial tile of each level; together they determine the root.
func readEdge(h Head, r TileReader) (edge [tileLevels][]byte, err error) {
	var ids []TileID
	for level := range tileLevels {
		n := h.Size >> (tileHeight * level)
		if w := int(n % tileWidth); w > 0 {
			ids = append(ids, TileID{level, n >> tileHeight, w})
		}
	}
	data, err := readTiles(r, ids)
	if err != nil {
		return edge, err
	}
	for i, id := range ids {
		edge[id.Level] = data[i]
	}
	if edgeHash(&edge) != h.Hash {
		return edge, errEdge
	}
	return edge, nil
}

// edgeHash folds the complete subtrees of the right edge, smallest first, as RFC 6962 section 2.1 splits them.
func edgeHash(edge *[tileLevels][]byte) tlog.Hash {
	hash := tlog.Hash(sha256.Sum256(nil))
	first := true
	for level := range tileLevels {
		data := edge[level]
		for w := len(data) / tlog.HashSize; w > 0; {
			k := w & -w
			h := tileHash(data[(w-k)*tlog.HashSize : w*tlog.HashSize])
			if first {
				hash, first = h, false
			} else {
				hash = tlog.NodeHash(h, hash)
			}
			w -= k
		}
	}
	return hash
}

// tileHash is the root of 2^k hashes.
func tileHash(data []byte) tlog.Hash {
	if len(data) == tlog.HashSize {
		return tlog.Hash(data)
	}
	half := len(data) / 2
	return tlog.NodeHash(tileHash(data[:half]), tileHash(data[half:]))
}

// MemoryTiles keeps tiles in memory. The zero value is empty and ready. It is not safe for concurrent use.
type MemoryTiles struct {
	tiles map[TileID][]byte // with Width 0
}

// Put keeps the tiles, in place of shorter ones. It keeps the data itself, no copy.
func (m *MemoryTiles) Put(tiles []Tile) {
	if m.tiles == nil {
		m.tiles = make(map[TileID][]byte)
	}
	for _, t := range tiles {
		if id := (TileID{Level: t.Level, Index: t.Index}); len(t.Data) > len(m.tiles[id]) {
			m.tiles[id] = t.Data
		}
	}
}

// ReadTiles implements [TileReader].
func (m *MemoryTiles) ReadTiles(tiles []TileID) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, id := range tiles {
		t := m.tiles[TileID{Level: id.Level, Index: id.Index}]
		if len(t) < id.Width*tlog.HashSize {
			return nil, errTile
		}
		data[i] = t[:id.Width*tlog.HashSize]
	}
	return data, nil
}
