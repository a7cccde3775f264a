package anonymize

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
)

// SubjectMark stands for a subject in a [SubjectStore]: the first 16 bytes of an
// HMAC-SHA-256 of the reference, whose key is kept wrapped in the store itself. It
// does not change when keys are rotated, and says nothing to who has not both the
// store and the key ring. As text it is 32 hexadecimal digits.
type SubjectMark [16]byte

// String returns the mark in hexadecimal.
func (m SubjectMark) String() string { return hex.EncodeToString(m[:]) }

// MarshalText implements encoding.TextMarshaler.
func (m SubjectMark) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, m[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler; it takes lower case alone.
func (m *SubjectMark) UnmarshalText(text []byte) error {
	var read SubjectMark
	malformed := errors.New("anonymize: malformed mark of a subject")
	if len(text) != 2*len(read) {
		return malformed
	}
	if _, err := hex.Decode(read[:], text); err != nil || read.String() != string(text) {
		return malformed
	}
	*m = read
	return nil
}

// SubjectEntry is what a [SubjectStore] has at a mark: a wrapped key, or a tombstone,
// which has no other field than Mark and Shredded.
type SubjectEntry struct {
	Mark SubjectMark
	// Key names the key of the ring under which Wrapped is encrypted.
	Key KeyID
	// Wrapped is the data key: 12 bytes of nonce, 32 of ciphertext and 16 of tag of
	// AES-256-GCM, with the mark as additional data, under a key that is derived for the
	// method "subject keys" without domain and field.
	Wrapped []byte
	// Shredded: the key was destroyed.
	Shredded bool
}

// SubjectStore keeps one wrapped data key for each subject. It belongs apart from the
// data that is sealed, with backups of its own that are kept short: see [Limit].
// Implementations pass anonymizetest.TestSubjectStore; [MemorySubjects] is the
// reference. Safe for concurrent use, and each call takes effect at once or not at all.
type SubjectStore interface {
	// Get returns what is at the mark, false when nothing is.
	Get(ctx context.Context, mark SubjectMark) (SubjectEntry, bool, error)
	// Add keeps the entry unless something is at its mark, a tombstone too, and returns
	// what is there now: of two who race both get the first.
	Add(ctx context.Context, e SubjectEntry) (SubjectEntry, error)
	// Replace puts the entry in the place of the one whose Mark and Wrapped are those of
	// old, and reports whether there was one. It never replaces a tombstone.
	Replace(ctx context.Context, old, e SubjectEntry) (bool, error)
	// Shred deletes the wrapped key at the mark and leaves a tombstone, which stays for
	// good, also where nothing was. It reports whether there was a key.
	Shred(ctx context.Context, mark SubjectMark) (bool, error)
	// Under returns at most limit entries that are wrapped under the key, in any order.
	Under(ctx context.Context, key KeyID, limit int) ([]SubjectEntry, error)
	// Tombstones yields the marks of all tombstones, in any order. After an error it ends.
	Tombstones(ctx context.Context) iter.Seq2[SubjectMark, error]
}

// MemorySubjects is a [SubjectStore] in memory. The zero value is empty.
type MemorySubjects struct {
	mu      sync.Mutex
	entries map[SubjectMark]SubjectEntry
}

var _ SubjectStore = (*MemorySubjects)(nil)

// Get implements [SubjectStore].
func (m *MemorySubjects) Get(ctx context.Context, mark SubjectMark) (SubjectEntry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return SubjectEntry{}, false, err
	}
	e, ok := m.entries[mark]
	return e.clone(), ok, nil
}

// Add implements [SubjectStore].
func (m *MemorySubjects) Add(ctx context.Context, e SubjectEntry) (SubjectEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return SubjectEntry{}, err
	}
	if kept, ok := m.entries[e.Mark]; ok {
		return kept.clone(), nil
	}
	m.put(e)
	return e.clone(), nil
}

func (m *MemorySubjects) put(e SubjectEntry) {
	if m.entries == nil {
		m.entries = map[SubjectMark]SubjectEntry{}
	}
	m.entries[e.Mark] = e.clone()
}

// Replace implements [SubjectStore].
func (m *MemorySubjects) Replace(ctx context.Context, old, e SubjectEntry) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return false, err
	}
	kept, ok := m.entries[old.Mark]
	if !ok || kept.Shredded || e.Mark != old.Mark || !bytes.Equal(kept.Wrapped, old.Wrapped) {
		return false, nil
	}
	m.put(e)
	return true, nil
}

// Shred implements [SubjectStore].
func (m *MemorySubjects) Shred(ctx context.Context, mark SubjectMark) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return false, err
	}
	kept, ok := m.entries[mark]
	clear(kept.Wrapped)
	m.put(SubjectEntry{Mark: mark, Shredded: true})
	return ok && !kept.Shredded, nil
}

// Under implements [SubjectStore].
func (m *MemorySubjects) Under(ctx context.Context, key KeyID, limit int) ([]SubjectEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out []SubjectEntry
	for _, e := range m.entries {
		if len(out) >= limit {
			break
		}
		if e.Key == key && !e.Shredded {
			out = append(out, e.clone())
		}
	}
	return out, nil
}

// Tombstones implements [SubjectStore]: those that are there when it begins.
func (m *MemorySubjects) Tombstones(ctx context.Context) iter.Seq2[SubjectMark, error] {
	return func(yield func(SubjectMark, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(SubjectMark{}, err)
			return
		}
		m.mu.Lock()
		entries := slices.Collect(maps.Values(m.entries))
		m.mu.Unlock()
		for _, e := range entries {
			if e.Shredded && !yield(e.Mark, nil) {
				return
			}
		}
	}
}

func (e SubjectEntry) clone() SubjectEntry {
	e.Wrapped = slices.Clone(e.Wrapped)
	return e
}
