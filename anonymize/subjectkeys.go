package anonymize

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"unicode/utf8"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/grondslag/grondslag/basis"
)

// SubjectKeys has a data key for each subject, so that [SubjectKeys.Shred] makes all
// that was sealed for one person unreadable at once, wherever its copies are: 32
// random bytes, made when the person is first sealed for, wrapped under the key ring
// and kept in a [SubjectStore]. The rule seal,shred uses it, in all domains the same.
//
// Under one data key at most 2^32 values may be sealed, and under one key of the ring
// at most 2^32 data keys wrapped (NIST SP 800-38D). Safe for concurrent use; the field
// is set before.
type SubjectKeys struct {
	// Cache is how many unwrapped keys stay in memory, those used last; 0 is 1,024, and
	// with a negative one each use asks the store.
	//
	// Shred drops the key from the cache of these SubjectKeys before it returns. Others,
	// in this process or another, do not know of it: share one value within a process,
	// and in other processes call Forget, or keep nothing there with -1.
	Cache int

	store SubjectStore
	wraps []subjectWrap // of the ring, the primary first
	cache subjectCache
	marks atomic.Pointer[mac] // nil until it is needed
}

type subjectWrap struct {
	id   KeyID
	aead cipher.AEAD
}

// subjectKeySize is that of AES-256.
const subjectKeySize = 32

// NewSubjectKeys wraps the keys in the store under the ring.
func NewSubjectKeys(keys *Keyring, store SubjectStore) (*SubjectKeys, error) {
	switch {
	case keys == nil || len(keys.keys) == 0:
		return nil, settingError("keys")
	case store == nil:
		return nil, settingError("a store of subject keys")
	}
	k := &SubjectKeys{store: store}
	for _, root := range keys.keys {
		key, err := root.derive("subject keys", Domain{}, "", subjectKeySize)
		if err != nil {
			return nil, err
		}
		aead, err := newGCM(key)
		if err != nil {
			return nil, err
		}
		k.wraps = append(k.wraps, subjectWrap{root.ID, aead})
	}
	return k, nil
}

// Format implements fmt.Formatter: no verb shows a key.
func (*SubjectKeys) Format(f fmt.State, _ rune) { io.WriteString(f, "anonymize.SubjectKeys") }

// Seal appends value, encrypted under the key of the subject: nonce (12 bytes),
// ciphertext, tag (16 bytes). The additional data is not stored, and Open wants the
// same. Errors are [NoSubject], [Malformed] for a subject that is not UTF-8, [Shredded],
// [Tampered] or [UnknownKey] for a wrapped key that was changed or is under a key that
// the ring lacks, and those of the store; dst is then returned as it was.
func (k *SubjectKeys) Seal(ctx context.Context, subject basis.Subject, dst, value, additional []byte) ([]byte, error) {
	return k.seal(ctx, string(subject), dst, value, additional)
}

// Open appends the value of what Seal made. For a subject without key it answers
// [UnknownKey]: nothing was ever sealed, or the store is another.
func (k *SubjectKeys) Open(ctx context.Context, permit reidentify.Capability, subject basis.Subject, dst, sealed, additional []byte) ([]byte, error) {
	if !permit.Permits() {
		return dst, NotPermitted
	}
	return k.open(ctx, string(subject), dst, sealed, additional)
}

func (k *SubjectKeys) seal(ctx context.Context, subject string, dst, value, additional []byte) ([]byte, error) {
	aead, err := k.key(ctx, subject, true)
	if err != nil {
		return dst, err
	}
	return aead.Seal(dst, nil, value, additional), nil
}

func (k *SubjectKeys) open(ctx context.Context, subject string, dst, sealed, additional []byte) ([]byte, error) {
	aead, err := k.key(ctx, subject, false)
	if err != nil {
		return dst, err
	}
	out, err := aead.Open(dst, nil, sealed, additional)
	if err != nil {
		return dst, Tampered
	}
	return out, nil
}

// key returns the data key of the subject, and makes it if so asked.
func (k *SubjectKeys) key(ctx context.Context, subject string, create bool) (cipher.AEAD, error) {
	mark, err := k.mark(ctx, subject)
	if err != nil {
		return nil, err
	}
	if aead := k.cache.get(mark); aead != nil {
		return aead, nil
	}
	epoch := k.cache.now() // before the store is asked, so that a shredding in between shows
	e, ok, err := k.store.Get(ctx, mark)
	if err != nil {
		return nil, err
	}
	if !ok {
		if !create {
			return nil, UnknownKey
		}
		if e, err = k.add(ctx, mark); err != nil {
			return nil, err
		}
	}
	key, err := k.unwrap(mark, e)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(key)
	clear(key)
	if err != nil {
		return nil, err
	}
	k.cache.put(mark, aead, epoch, k.cacheSize())
	return aead, nil
}

func (k *SubjectKeys) cacheSize() int {
	if k.Cache == 0 {
		return 1024
	}
	return max(k.Cache, 0)
}

// add keeps a new random key at the mark and returns it, or what was there first.
func (k *SubjectKeys) add(ctx context.Context, mark SubjectMark) (SubjectEntry, error) {
	key := make([]byte, subjectKeySize)
	rand.Read(key)
	return k.store.Add(ctx, k.wrap(mark, key))
}

// wrap encrypts under the primary key of the ring. The mark is bound, so that no wrapped
// key can be put in the place of another.
func (k *SubjectKeys) wrap(mark SubjectMark, key []byte) SubjectEntry {
	w := k.wraps[0]
	e := SubjectEntry{Mark: mark, Key: w.id, Wrapped: w.aead.Seal(nil, nil, key, mark[:])}
	clear(key)
	return e
}

func (k *SubjectKeys) unwrap(mark SubjectMark, e SubjectEntry) ([]byte, error) {
	if e.Shredded {
		return nil, Shredded
	}
	for _, w := range k.wraps {
		if w.id != e.Key {
			continue
		}
		key, err := w.aead.Open(nil, nil, e.Wrapped, mark[:])
		if err != nil || len(key) != subjectKeySize {
			return nil, Tampered
		}
		return key, nil
	}
	return nil, UnknownKey
}

// mark returns that of the subject. The key of the marks lies in the store at the mark
// of zeros, wrapped as the others are; so rotation, which changes what wraps it, leaves
// the marks alone, and a tombstone is found for good.
func (k *SubjectKeys) mark(ctx context.Context, subject string) (m SubjectMark, err error) {
	switch {
	case subject == "":
		return m, NoSubject
	case !utf8.ValidString(subject):
		return m, Malformed
	}
	marks, err := k.markKey(ctx)
	if err != nil {
		return m, err
	}
	state := marks.state()
	defer marks.pool.Put(state)
	state.in = append(state.in[:0], subject...)
	copy(m[:], state.sum(state.in))
	return m, nil
}

func (k *SubjectKeys) markKey(ctx context.Context) (*mac, error) {
	if m := k.marks.Load(); m != nil {
		return m, nil
	}
	var at SubjectMark
	e, ok, err := k.store.Get(ctx, at)
	if err == nil && !ok {
		e, err = k.add(ctx, at)
	}
	if err != nil {
		return nil, err
	}
	key, err := k.unwrap(at, e)
	if err != nil {
		return nil, err
	}
	k.marks.CompareAndSwap(nil, &mac{key: key})
	return k.marks.Load(), nil
}

// Forget drops all unwrapped keys from memory; those in use meanwhile end with their
// use. Other processes call it when they learn of a shredding.
func (k *SubjectKeys) Forget() { k.cache.forget() }

// rewrapPage is how many keys are asked of the store at a time.
const rewrapPage = 500

// Rewrap moves what is wrapped under the older keys of the ring to the primary key,
// and returns how much that was: then the older keys may leave the ring. What is sealed
// stays as it is. Have all processes use the new ring before, or they go on wrapping
// under the older key. An error ends it; it can be called again.
func (k *SubjectKeys) Rewrap(ctx context.Context) (moved int, err error) {
	for _, w := range k.wraps[1:] {
		moving := map[SubjectMark]bool{} // in the page before
		for idle := 0; ; {
			page, err := k.store.Under(ctx, w.id, rewrapPage)
			if err != nil {
				return moved, err
			}
			if len(page) == 0 {
				break
			}
			before := moved
			again := slices.ContainsFunc(page, func(e SubjectEntry) bool { return moving[e.Mark] })
			clear(moving)
			for _, e := range page {
				key, err := k.unwrap(e.Mark, e)
				if err != nil {
					return moved, err
				}
				// One that was shredded or moved meanwhile is not there any more.
				done, err := k.store.Replace(ctx, e, k.wrap(e.Mark, key))
				if err != nil {
					return moved, err
				}
				if done {
					moved++
					moving[e.Mark] = true
				}
			}
			if idle++; moved > before {
				idle = 0
			}
			// The store says that it moved what it has still, or does not move anything.
			if again || idle == 100 {
				return moved, errors.New("anonymize: the subject keys do not get moved")
			}
		}
	}
	return moved, nil
}
