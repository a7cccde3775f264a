package anonymize

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize/reidentify"
	"github.com/grondslag/grondslag/basis"
)

func newSubjects(t testing.TB, ring *Keyring, store SubjectStore) *SubjectKeys {
	t.Helper()
	k, err := NewSubjectKeys(ring, store)
	require.NoError(t, err)
	return k
}

func subjectSeal(t testing.TB, k *SubjectKeys, subject basis.Subject, value string) []byte {
	t.Helper()
	b, err := k.Seal(t.Context(), subject, nil, []byte(value), []byte("where"))
	require.NoError(t, err)
	return b
}

func subjectOpen(t testing.TB, k *SubjectKeys, subject basis.Subject, sealed []byte) (string, error) {
	t.Helper()
	b, err := k.Open(t.Context(), reidentify.Because("test"), subject, nil, sealed, []byte("where"))
	if err != nil {
		require.Empty(t, b)
	}
	return string(b), err
}

func TestSubjectKeys(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &MemorySubjects{}
	k := newSubjects(t, ring, store)
	sealed := subjectSeal(t, k, "c-1", "secret")
	require.Len(t, sealed, 12+6+16)
	require.NotEqual(t, sealed, subjectSeal(t, k, "c-1", "secret"))
	for _, same := range []*SubjectKeys{k, newSubjects(t, ring, store)} {
		got, err := subjectOpen(t, same, "c-1", sealed)
		require.NoError(t, err)
		require.Equal(t, "secret", got)
		_, err = subjectOpen(t, same, "c-2", sealed)
		require.ErrorIs(t, err, UnknownKey) // nothing was sealed for c-2 yet
	}
	subjectSeal(t, k, "c-2", "other")
	_, err := subjectOpen(t, k, "c-2", sealed)
	require.ErrorIs(t, err, Tampered)
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		_, err := subjectOpen(t, k, "c-1", changed)
		require.ErrorIs(t, err, Tampered)
		_, err = subjectOpen(t, k, "c-1", sealed[:i])
		require.ErrorIs(t, err, Tampered)
	}
	_, err = k.Open(t.Context(), reidentify.Because("test"), "c-1", nil, sealed, []byte("elsewhere"))
	require.ErrorIs(t, err, Tampered)
	_, err = k.Open(t.Context(), reidentify.Capability{}, "c-1", nil, sealed, []byte("where"))
	require.ErrorIs(t, err, NotPermitted)
	// What is in dst stays, with an error too.
	dst := append(make([]byte, 0, 200), "before "...)
	out, err := k.Open(t.Context(), reidentify.Because("test"), "c-1", dst, sealed, []byte("where"))
	require.NoError(t, err)
	require.Equal(t, "before secret", string(out))
	out, err = k.Open(t.Context(), reidentify.Because("test"), "c-1", dst, sealed[1:], []byte("where"))
	require.Error(t, err)
	require.Equal(t, "before ", string(out))
	out, err = k.Seal(t.Context(), "", dst, []byte("x"), nil)
	require.ErrorIs(t, err, NoSubject)
	require.Equal(t, "before ", string(out))
	_, err = k.Seal(t.Context(), "\xff", nil, []byte("x"), nil)
	require.ErrorIs(t, err, Malformed)
	require.Equal(t, "anonymize.SubjectKeys", fmt.Sprintf("%+v", k))
}

func TestNewSubjectKeysNeeds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ring  *Keyring
		store SubjectStore
	}{{nil, &MemorySubjects{}}, {&Keyring{}, &MemorySubjects{}}, {keystoreRing(t, "a"), nil}} {
		k, err := NewSubjectKeys(c.ring, c.store)
		require.Error(t, err)
		require.Nil(t, k)
	}
}

// The reference is nowhere in the store, and whoever has the store alone can't test one.
func TestSubjectStoreNamesNobody(t *testing.T) {
	t.Parallel()
	store := &MemorySubjects{}
	k := newSubjects(t, keystoreRing(t, "a"), store)
	subjectSeal(t, k, "contact-4711", "secret")
	_, err := k.Shred(t.Context(), "contact-4712")
	require.NoError(t, err)
	require.Len(t, store.entries, 3) // one is the key of the marks
	require.NotContains(t, fmt.Sprintf("%+v", store.entries), "4711")
	// Another store has other marks for the same subject under the same ring.
	ring := keystoreRing(t, "b")
	one, err := newSubjects(t, ring, &MemorySubjects{}).Shred(t.Context(), "c-1")
	require.NoError(t, err)
	other, err := newSubjects(t, ring, &MemorySubjects{}).Shred(t.Context(), "c-1")
	require.NoError(t, err)
	require.NotEqual(t, one.Mark, other.Mark)
}

func TestShred(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &MemorySubjects{}
	k := newSubjects(t, ring, store)
	sealed, other := subjectSeal(t, k, "c-1", "secret"), subjectSeal(t, k, "c-2", "other")
	done, err := k.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	require.True(t, done.Destroyed)
	for _, same := range []*SubjectKeys{k, newSubjects(t, ring, store)} {
		_, err = subjectOpen(t, same, "c-1", sealed)
		require.ErrorIs(t, err, Shredded)
		_, err = same.Seal(t.Context(), "c-1", nil, []byte("x"), nil)
		require.ErrorIs(t, err, Shredded)
		got, err := subjectOpen(t, same, "c-2", other)
		require.NoError(t, err)
		require.Equal(t, "other", got)
	}
	again, err := k.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	require.False(t, again.Destroyed)
	require.Equal(t, done.Mark, again.Mark)
	// Of one who was never sealed for, nothing can be sealed later.
	never, err := k.Shred(t.Context(), "c-3")
	require.NoError(t, err)
	require.False(t, never.Destroyed)
	_, err = k.Seal(t.Context(), "c-3", nil, []byte("x"), nil)
	require.ErrorIs(t, err, Shredded)
	_, err = k.Shred(t.Context(), "")
	require.ErrorIs(t, err, NoSubject)
}

func TestShreddingSaysWhatItDoesNotCover(t *testing.T) {
	t.Parallel()
	k := newSubjects(t, keystoreRing(t, "a"), &MemorySubjects{})
	done, err := k.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	var codes []basis.Code
	for _, l := range done.NotCovered {
		codes = append(codes, l.Code)
		require.NotEmpty(t, l.Article)
		require.NotEmpty(t, l.Text.En)
		require.NotEmpty(t, l.Text.Nl)
		require.NotEqual(t, l.Text.En, l.Text.Nl)
	}
	require.Equal(t, []basis.Code{
		LimitKeyBackups, LimitKeyedByField, LimitVault, LimitNotSealed, LimitRevealed, LimitCaches, LimitMemory, LimitMark, LimitReference,
	}, codes)
	done.NotCovered[0] = Limit{}
	again, err := k.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, LimitKeyBackups, again.NotCovered[0].Code)
	b, err := json.Marshal(again)
	require.NoError(t, err)
	require.NotContains(t, string(b), "c-1")
	var back Shredding
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, again, back)
}

// The option seal,shred of a plan works with it: the value in a backup of the data is
// out of reach once its subject is shredded.
func TestSealShredRule(t *testing.T) {
	t.Parallel()
	type record struct {
		ID   string `anonymize:"keep,subject"`
		Note string `anonymize:"seal,shred"`
	}
	set := Setting{Domain: Domain{Recipient: "archive"}, Keys: keystoreRing(t, "a")}
	set.Subjects = newSubjects(t, set.Keys, &MemorySubjects{})
	plan, err := Compile[record](set)
	require.NoError(t, err)
	one, err := plan.Apply(t.Context(), record{"c-1", "diagnosis"})
	require.NoError(t, err)
	two, err := plan.Apply(t.Context(), record{"c-2", "diagnosis"})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(one.Note, "s1."))
	why := reidentify.Because("test")
	back, err := plan.Reveal(t.Context(), why, one)
	require.NoError(t, err)
	require.Equal(t, "diagnosis", back.Note)
	// The value of one does not open as another's.
	_, err = plan.Reveal(t.Context(), why, record{"c-1", two.Note})
	require.ErrorIs(t, err, Tampered)
	_, err = set.Subjects.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	_, err = plan.Reveal(t.Context(), why, one)
	require.ErrorIs(t, err, Shredded)
	_, err = plan.Apply(t.Context(), record{"c-1", "new"})
	require.ErrorIs(t, err, Shredded)
	_, err = plan.Apply(t.Context(), record{"", "new"})
	require.ErrorIs(t, err, NoSubject)
	back, err = plan.Reveal(t.Context(), why, two)
	require.NoError(t, err)
	require.Equal(t, "diagnosis", back.Note)
	// Nor does it open under another domain.
	set.Domain.Recipient = "mailer"
	mailer, err := Compile[record](set)
	require.NoError(t, err)
	_, err = mailer.Reveal(t.Context(), why, two)
	require.ErrorIs(t, err, Tampered)
}

// Keys are rotated: marks and tombstones stay, the older key can go.
func TestRewrap(t *testing.T) {
	t.Parallel()
	old, store := keystoreRing(t, "a"), &MemorySubjects{}
	k := newSubjects(t, old, store)
	sealed := map[basis.Subject][]byte{}
	for i := range rewrapPage + 7 { // more than a page
		s := basis.Subject(fmt.Sprint("c-", i))
		sealed[s] = subjectSeal(t, k, s, string(s))
	}
	_, err := k.Shred(t.Context(), "c-0")
	require.NoError(t, err)
	ring, err := old.Rotate(keystoreRing(t, "b").Primary())
	require.NoError(t, err)
	both := newSubjects(t, ring, store)
	moved, err := both.Rewrap(t.Context())
	require.NoError(t, err)
	require.Equal(t, len(sealed)-1+1, moved) // without the one shredded, with the key of the marks
	moved, err = both.Rewrap(t.Context())
	require.NoError(t, err)
	require.Zero(t, moved)
	ring, err = ring.Without("a")
	require.NoError(t, err)
	for _, now := range []*SubjectKeys{both, newSubjects(t, ring, store)} {
		for s, b := range sealed {
			got, err := subjectOpen(t, now, s, b)
			if s == "c-0" {
				require.ErrorIs(t, err, Shredded)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, string(s), got)
		}
		_, err = now.Seal(t.Context(), "c-0", nil, nil, nil)
		require.ErrorIs(t, err, Shredded)
	}
	_, err = newSubjects(t, old, store).Seal(t.Context(), "c-1", nil, nil, nil)
	require.ErrorIs(t, err, UnknownKey)
}

func TestRewrapStopsAtWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	old, store := keystoreRing(t, "a"), &MemorySubjects{}
	k := newSubjects(t, old, store)
	subjectSeal(t, k, "c-1", "x")
	for m, e := range store.entries {
		e.Wrapped[20] ^= 1
		store.entries[m] = e
	}
	ring, err := old.Rotate(keystoreRing(t, "b").Primary())
	require.NoError(t, err)
	both := newSubjects(t, ring, store)
	_, err = both.Rewrap(t.Context())
	require.ErrorIs(t, err, Tampered)
	_, err = both.Seal(t.Context(), "c-1", nil, nil, nil)
	require.ErrorIs(t, err, Tampered)
}

type forgetfulSubjects struct{ MemorySubjects }

func (*forgetfulSubjects) Replace(context.Context, SubjectEntry, SubjectEntry) (bool, error) {
	return true, nil
}

func TestRewrapEndsWithAStoreThatForgets(t *testing.T) {
	t.Parallel()
	old, store := keystoreRing(t, "a"), &forgetfulSubjects{}
	subjectSeal(t, newSubjects(t, old, store), "c-1", "x")
	ring, err := old.Rotate(keystoreRing(t, "b").Primary())
	require.NoError(t, err)
	_, err = newSubjects(t, ring, store).Rewrap(t.Context())
	require.Error(t, err)
}

// A wrapped key is bound to its mark: it does not serve for another subject.
func TestWrappedKeysCannotChangePlaces(t *testing.T) {
	t.Parallel()
	store := &MemorySubjects{}
	k := newSubjects(t, keystoreRing(t, "a"), store)
	sealed := subjectSeal(t, k, "c-1", "x")
	subjectSeal(t, k, "c-2", "x")
	one, err := k.mark(t.Context(), "c-1")
	require.NoError(t, err)
	two, err := k.mark(t.Context(), "c-2")
	require.NoError(t, err)
	moved := store.entries[two]
	moved.Mark = one
	store.put(moved)
	k.Forget()
	_, err = subjectOpen(t, k, "c-1", sealed)
	require.ErrorIs(t, err, Tampered)
}

func subjectMarks(list ...SubjectMark) iter.Seq2[SubjectMark, error] {
	return func(yield func(SubjectMark, error) bool) {
		for _, m := range list {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func TestReshred(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &MemorySubjects{}
	k := newSubjects(t, ring, store)
	sealed := subjectSeal(t, k, "c-1", "secret")
	subjectSeal(t, k, "c-2", "secret")
	backup := &MemorySubjects{}
	for _, e := range store.entries {
		backup.put(e)
	}
	done, err := k.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	var list []SubjectMark
	for m, err := range k.Tombstones(t.Context()) {
		require.NoError(t, err)
		list = append(list, m)
	}
	require.Equal(t, []SubjectMark{done.Mark}, list)

	// The backup has the key again: it would open, as the limits say.
	back := newSubjects(t, ring, backup)
	_, err = subjectOpen(t, back, "c-1", sealed)
	require.NoError(t, err)
	n, err := back.Reshred(t.Context(), subjectMarks(list...))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = subjectOpen(t, back, "c-1", sealed)
	require.ErrorIs(t, err, Shredded)
	subjectSeal(t, back, "c-2", "more")
	n, err = back.Reshred(t.Context(), subjectMarks(list...))
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = back.Reshred(t.Context(), subjectMarks(SubjectMark{}))
	require.ErrorIs(t, err, Malformed)
	stopped := errors.New("the list can't be read")
	_, err = back.Reshred(t.Context(), func(yield func(SubjectMark, error) bool) { yield(SubjectMark{}, stopped) })
	require.ErrorIs(t, err, stopped)
}

// countingSubjects counts what is asked.
type countingSubjects struct {
	MemorySubjects
	gets atomic.Int64
}

func (c *countingSubjects) Get(ctx context.Context, m SubjectMark) (SubjectEntry, bool, error) {
	c.gets.Add(1)
	return c.MemorySubjects.Get(ctx, m)
}

func TestSubjectCache(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &countingSubjects{}
	k := newSubjects(t, ring, store)
	k.Cache = 2
	asked := func(subject basis.Subject) int64 {
		before := store.gets.Load()
		subjectSeal(t, k, subject, "x")
		return store.gets.Load() - before
	}
	require.EqualValues(t, 2, asked("c-1")) // its key, and that of the marks
	require.EqualValues(t, 1, asked("c-2"))
	require.EqualValues(t, 0, asked("c-1"))
	require.EqualValues(t, 1, asked("c-3")) // in the place of c-2, which was used longest ago
	require.EqualValues(t, 0, asked("c-1"))
	require.EqualValues(t, 0, asked("c-3"))
	require.EqualValues(t, 1, asked("c-2"))
	require.Len(t, k.cache.keys, 2)
	require.Equal(t, 2, k.cache.used.Len())
	k.Forget()
	require.EqualValues(t, 1, asked("c-2"))
	k.Cache = -1
	k.Forget()
	require.EqualValues(t, 1, asked("c-1"))
	require.EqualValues(t, 1, asked("c-1"))
	require.Empty(t, k.cache.keys)
}

// Without cache a shredding elsewhere counts at once, with one after Forget.
func TestShreddingElsewhere(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &MemorySubjects{}
	cached, uncached, elsewhere := newSubjects(t, ring, store), newSubjects(t, ring, store), newSubjects(t, ring, store)
	uncached.Cache = -1
	sealed := subjectSeal(t, cached, "c-1", "x")
	_, err := subjectOpen(t, uncached, "c-1", sealed)
	require.NoError(t, err)
	_, err = elsewhere.Shred(t.Context(), "c-1")
	require.NoError(t, err)
	_, err = subjectOpen(t, uncached, "c-1", sealed)
	require.ErrorIs(t, err, Shredded)
	cached.Forget()
	_, err = subjectOpen(t, cached, "c-1", sealed)
	require.ErrorIs(t, err, Shredded)
}

// stoppedSubjects has one who reads a key wait after it was read, while another shreds.
type stoppedSubjects struct {
	MemorySubjects
	armed   atomic.Bool
	reached chan struct{}
	proceed chan struct{}
}

func (s *stoppedSubjects) Get(ctx context.Context, m SubjectMark) (SubjectEntry, bool, error) {
	e, ok, err := s.MemorySubjects.Get(ctx, m)
	if s.armed.CompareAndSwap(true, false) {
		s.reached <- struct{}{}
		<-s.proceed
	}
	return e, ok, err
}

func TestShreddingWhileAKeyIsRead(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		store := &stoppedSubjects{reached: make(chan struct{}), proceed: make(chan struct{})}
		k := newSubjects(t, keystoreRing(t, "a"), store)
		_, err := k.mark(t.Context(), "c-1") // the key of the marks is there
		require.NoError(t, err)
		if known {
			subjectSeal(t, k, "c-1", "x")
			k.Forget()
		}
		store.armed.Store(true)
		var sealed []byte
		var sealErr error
		var wg sync.WaitGroup
		wg.Go(func() { sealed, sealErr = k.Seal(t.Context(), "c-1", nil, []byte("x"), []byte("where")) })
		<-store.reached
		_, err = k.Shred(t.Context(), "c-1")
		require.NoError(t, err)
		close(store.proceed)
		wg.Wait()
		if known {
			require.NoError(t, sealErr) // sealed under a key that is nowhere any more
		} else {
			require.ErrorIs(t, sealErr, Shredded)
		}
		_, err = subjectOpen(t, k, "c-1", sealed)
		require.ErrorIs(t, err, Shredded)
		_, err = k.Seal(t.Context(), "c-1", nil, nil, nil)
		require.ErrorIs(t, err, Shredded)
	}
}

func TestSubjectKeysTogether(t *testing.T) {
	t.Parallel()
	ring, store := keystoreRing(t, "a"), &MemorySubjects{}
	older := newSubjects(t, ring, store)
	next, err := ring.Rotate(keystoreRing(t, "b").Primary())
	require.NoError(t, err)
	k := newSubjects(t, next, store)
	k.Cache = 8
	const people = 40
	sealed := make([][]byte, people)
	for i := range people {
		sealed[i] = subjectSeal(t, older, basis.Subject(fmt.Sprint("c-", i)), "x")
	}
	var shredded [people]atomic.Bool
	var wg sync.WaitGroup
	var bad atomic.Int64
	for range 3 {
		wg.Go(func() {
			for range 5 {
				for i := range people {
					s := basis.Subject(fmt.Sprint("c-", i))
					gone := shredded[i].Load()
					if _, err := k.Open(t.Context(), reidentify.Because("test"), s, nil, sealed[i], []byte("where")); err == nil && gone || err != nil && !errors.Is(err, Shredded) {
						bad.Add(1)
					}
					if _, err := k.Seal(t.Context(), s, nil, nil, nil); err == nil && gone || err != nil && !errors.Is(err, Shredded) {
						bad.Add(1)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for i := range people / 2 {
			if done, err := k.Shred(t.Context(), basis.Subject(fmt.Sprint("c-", i))); err != nil || !done.Destroyed {
				bad.Add(1)
			}
			shredded[i].Store(true)
		}
	})
	wg.Go(func() {
		if _, err := k.Rewrap(t.Context()); err != nil {
			bad.Add(1)
		}
	})
	wg.Wait()
	require.Zero(t, bad.Load())
	left, err := store.Under(t.Context(), "a", 1000)
	require.NoError(t, err)
	require.Empty(t, left)
	left, err = store.Under(t.Context(), "b", 1000)
	require.NoError(t, err)
	require.Len(t, left, people/2+1)
}

func TestStoreErrorsOfSubjects(t *testing.T) {
	t.Parallel()
	k := newSubjects(t, keystoreRing(t, "a"), &MemorySubjects{})
	sealed := subjectSeal(t, k, "c-1", "x")
	k.Forget()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := k.Seal(ctx, "c-1", nil, nil, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = k.Open(ctx, reidentify.Because("test"), "c-1", nil, sealed, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = k.Shred(ctx, "c-1")
	require.ErrorIs(t, err, context.Canceled)
	_, err = k.Rewrap(ctx)
	require.NoError(t, err) // there is no older key
	_, err = k.Reshred(ctx, k.Tombstones(ctx))
	require.ErrorIs(t, err, context.Canceled)
	_, err = subjectOpen(t, k, "c-1", sealed)
	require.NoError(t, err)
}

func TestSubjectMarkText(t *testing.T) {
	t.Parallel()
	m := SubjectMark{0, 1, 2, 0xfe, 0xff, 15: 0x80}
	require.Equal(t, "000102feff0000000000000000000080", m.String())
	b, err := json.Marshal(m)
	require.NoError(t, err)
	var back SubjectMark
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, m, back)
	for _, text := range []string{"", "00", strings.ToUpper(m.String()), m.String() + "0", m.String() + "00", m.String()[:30], "zz" + m.String()[2:], strings.Repeat("0", 1000)} {
		require.Error(t, back.UnmarshalText([]byte(text)), text)
		require.Equal(t, m, back)
	}
}

func FuzzSubjectMark(f *testing.F) {
	f.Add("000102feff0000000000000000000080")
	f.Fuzz(func(t *testing.T, text string) {
		var m SubjectMark
		if m.UnmarshalText([]byte(text)) == nil {
			require.Equal(t, text, m.String())
		}
	})
}

func BenchmarkSubjectSeal(b *testing.B) {
	k := newSubjects(b, keystoreRing(b, "a"), &MemorySubjects{})
	value, dst := []byte("jan.jansen@voorbeeld.nl"), make([]byte, 0, 128)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Seal(b.Context(), "c-1", dst, value, nil); err != nil {
			b.Fatal(err)
		}
	}
}
