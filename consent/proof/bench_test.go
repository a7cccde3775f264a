package proof

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

func numbered(i int64) tlog.Hash {
	return tlog.RecordHash(binary.BigEndian.AppendUint64(nil, uint64(i)))
}

// million builds a log of 1,000,000 leaves.
func million() *Log {
	l := new(Log)
	for i := range int64(1_000_000) {
		l.Append(numbered(i))
	}
	return l
}

func eightFields() []Field {
	var fields []Field
	for i, name := range []string{"subject", "channel_address", "at", "evidence", "language", "source", "agent", "form"} {
		fields = append(fields, Field{name, fmt.Appendf(nil, `"value %d of this"`, i)})
	}
	return fields
}

func BenchmarkSeal(b *testing.B) {
	var s Sealer
	body := Body{Type: "give", Purpose: "newsletter", Channel: "email"}
	fields := eightFields()
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Seal(&body, fields, dst); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLeaf(b *testing.B) {
	var s Sealer
	body := Body{Type: "give", Purpose: "newsletter", Channel: "email"}
	_, err := s.Seal(&body, eightFields(), nil)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_ = body.Leaf()
	}
}

func BenchmarkCapsule(b *testing.B) {
	pepper, err := NewPepper(make([]byte, 32))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		c := NewCapsule(1)
		_ = Commit(c.Salt, Tag(pepper.Key([16]byte{1}), "a@example.com"), c.Time, [32]byte{}, "newsletter")
	}
}

// BenchmarkLog is run on a log of 1,000,000 leaves: "append" adds one, "append and head" also asks for the head each time.
func BenchmarkLog(b *testing.B) {
	l := million()
	leaf := numbered(-1)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Append(leaf)
		}
	})
	b.Run("append and head", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Append(leaf)
			_ = l.Head()
		}
	})
}

// BenchmarkGrow appends to stored tiles of 1,000,000 leaves, 1 and 1,000 at a time; figures are per leaf.
func BenchmarkGrow(b *testing.B) {
	l := million()
	for _, n := range []int{1, 1_000} {
		b.Run(fmt.Sprintf("%d leaves", n), func(b *testing.B) {
			head := l.Head()
			tiles := copyTiles(b, l)
			leaves := make([]tlog.Hash, n)
			b.ReportAllocs()
			for b.Loop() {
				h, more, err := Grow(head, tiles, leaves)
				if err != nil {
					b.Fatal(err)
				}
				tiles.Put(more)
				head = h
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/leaf")
		})
	}
}

// copyTiles stores the right edge and all full tiles of a log.
func copyTiles(tb testing.TB, l *Log) *MemoryTiles {
	var m MemoryTiles
	for level := 0; l.Size()>>(8*level) > 0; level++ {
		n := l.Size() >> (8 * level)
		for first := int64(0); first < n; first += 256 {
			id := TileID{level, first >> 8, int(min(256, n-first))}
			data, err := l.ReadTiles([]TileID{id})
			require.NoError(tb, err)
			m.Put([]Tile{{id.Level, id.Index, data[0]}})
		}
	}
	return &m
}

// BenchmarkInclusion makes and checks one proof at 1,000,000 leaves, without a signature.
func BenchmarkInclusion(b *testing.B) {
	l := million()
	h := l.Head()
	tiles := copyTiles(b, l)
	b.Run("log", func(b *testing.B) {
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			n := i * 7919 % h.Size
			p, err := l.Prove(h.Size, n)
			if err != nil || checkInclusion(p, h, n, numbered(n)) != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tiles", func(b *testing.B) {
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			n := i * 7919 % h.Size
			p, err := Prove(h, n, tiles)
			if err != nil || checkInclusion(p, h, n, numbered(n)) != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tiles with tlog.TileHashReader", func(b *testing.B) {
		b.ReportAllocs()
		for i := int64(0); b.Loop(); i++ {
			n := i * 7919 % h.Size
			p, err := tlog.ProveRecord(h.Size, n, tlog.TileHashReader(tlog.Tree{N: h.Size, Hash: h.Hash}, peer{tiles}))
			if err != nil || checkInclusion(p, h, n, numbered(n)) != nil {
				b.Fatal(err)
			}
		}
	})
}

// peer reads our tiles for tlog.
type peer struct{ r TileReader }

func (peer) Height() int { return 8 }

func (p peer) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var ids []TileID
	for _, t := range tiles {
		ids = append(ids, TileID{t.L, t.N, t.W})
	}
	return p.r.ReadTiles(ids)
}

func (peer) SaveTiles([]tlog.Tile, [][]byte) {}

func BenchmarkSign(b *testing.B) {
	f := newFixture(b, 5)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sign(origin, f.log.Head(), f.next); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify checks a whole file: "log key" with the one signature of the log, "rotated, two witnesses" with a
// transition (two signatures) and two cosignatures besides.
func BenchmarkVerify(b *testing.B) {
	f := newFixture(b, 11)
	b.Run("rotated, two witnesses", func(b *testing.B) {
		file := f.proof(b, 4)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.policy.Verify(file); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("log key", func(b *testing.B) {
		h, err := f.log.HeadAt(5)
		require.NoError(b, err)
		checkpoint, err := Sign(origin, h, f.old)
		require.NoError(b, err)
		hashes, err := f.log.Prove(5, 4)
		require.NoError(b, err)
		file, err := FormatProof(&Proof{Statement: f.statements[4], Index: 4, Hashes: hashes, Checkpoint: checkpoint})
		require.NoError(b, err)
		p := Policy{Log: f.policy.Log}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Verify(file); err != nil {
				b.Fatal(err)
			}
		}
	})
}
