package anonymizetest

import (
	"context"
	"iter"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	t.Run("keys", func(t *testing.T) {
		TestKeyStore(t, func(testing.TB) anonymize.KeyStore { return &anonymize.MemoryKeys{} })
	})
	t.Run("subjects", func(t *testing.T) {
		TestSubjectStore(t, func(testing.TB) anonymize.SubjectStore { return &anonymize.MemorySubjects{} })
	})
	t.Run("vault", func(t *testing.T) {
		TestVault(t, func(testing.TB) anonymize.Vault { return &anonymize.MemoryVault{} })
	})
}

func TestFile(t *testing.T) {
	t.Parallel()
	TestKeyStore(t, func(t testing.TB) anonymize.KeyStore {
		return anonymize.FileKeys{Path: filepath.Join(t.TempDir(), "keys.json")}
	})
}

// attempt is a test that may fail without failing the one it runs in.
type attempt struct {
	testing.TB
	mu     sync.Mutex
	failed bool
}

func (a *attempt) fail() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = true
}

func (a *attempt) Helper()                     {}
func (a *attempt) Errorf(string, ...any)       { a.fail() }
func (a *attempt) FailNow()                    { a.fail(); runtime.Goexit() }
func (a *attempt) Context() context.Context    { return a.TB.Context() }
func (a *attempt) Deadline() (time.Time, bool) { return time.Time{}, false }

// failures are the names of the tests that do not pass.
func failures[S any](t *testing.T, tests []test[S], open func() S) (out []string) {
	t.Helper()
	for _, c := range tests {
		a := &attempt{TB: t}
		var wg sync.WaitGroup
		wg.Go(func() { c.run(a, open()) })
		wg.Wait()
		if a.failed {
			out = append(out, c.name)
		}
	}
	return out
}

type broken struct{ what string }

// A suite that passes everything proves nothing: each way to break the contract is found.

type brokenKeys struct {
	anonymize.MemoryKeys
	broken
	mu   sync.Mutex
	last *anonymize.Keyring
}

func (b *brokenKeys) Load(ctx context.Context) (*anonymize.Keyring, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.what == "a context is not looked at" {
		ctx = context.WithoutCancel(ctx)
	}
	if b.what == "keys are dropped by saving" && b.last != nil {
		return b.last, nil
	}
	r, err := b.MemoryKeys.Load(ctx)
	switch {
	case b.what == "no keys is no error" && err == anonymize.ErrNoKeys:
		return nil, nil
	case err != nil:
		return nil, err
	}
	keys := r.Keys()
	switch b.what {
	case "the order is lost":
		keys[0], keys[len(keys)-1] = keys[len(keys)-1], keys[0]
	case "the creation is cut to seconds":
		for i := range keys {
			keys[i].Created = keys[i].Created.Truncate(time.Second)
		}
	case "ids are lowered":
		for i := range keys {
			if keys[i].ID == "B_2-x" {
				keys[i].ID = "b_2-x"
			}
		}
	}
	return anonymize.NewKeyring(keys[0], keys[1:]...)
}

func (b *brokenKeys) Save(ctx context.Context, r *anonymize.Keyring) error {
	switch b.what {
	case "keys are dropped by saving":
		if r == nil {
			return anonymize.ErrNoKeys
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.last = r
		return nil
	case "only the first ring is kept":
		if _, err := b.MemoryKeys.Load(ctx); err == nil {
			return nil
		}
	case "no ring is taken":
		if r == nil {
			return nil
		}
	case "a context is not looked at":
		ctx = context.WithoutCancel(ctx)
	}
	return b.MemoryKeys.Save(ctx, r)
}

func (b *brokenKeys) Drop(ctx context.Context, id anonymize.KeyID) error {
	switch b.what {
	case "dropping does nothing":
		return nil
	case "dropping always fails":
		return anonymize.ErrReadOnly
	case "a context is not looked at":
		ctx = context.WithoutCancel(ctx)
	}
	return b.MemoryKeys.Drop(ctx, id)
}

func TestKeyStoreCanFail(t *testing.T) {
	t.Parallel()
	require.Empty(t, failures(t, keyStores(), func() anonymize.KeyStore { return &brokenKeys{} }))
	for what, want := range map[string]string{
		"no keys is no error":            "an empty store has no keys",
		"the order is lost":              "a ring comes back whole and in order",
		"the creation is cut to seconds": "a ring comes back whole and in order",
		"ids are lowered":                "a ring comes back whole and in order",
		"keys are dropped by saving":     "a ring that lacks a stored key is refused",
		"only the first ring is kept":    "a rotated ring takes the place of the one before",
		"no ring is taken":               "no ring is refused",
		"dropping does nothing":          "an older key is dropped by name, the primary one and an unknown one are not",
		"dropping always fails":          "an older key is dropped by name, the primary one and an unknown one are not",
		"a context is not looked at":     "a context that has ended ends each call",
	} {
		require.Contains(t, failures(t, keyStores(), func() anonymize.KeyStore {
			return &brokenKeys{broken: broken{what}}
		}), want, what)
	}
}

// racyKeys checks and writes in two steps, as a file without a lock would be.
type racyKeys struct {
	anonymize.MemoryKeys
	mu   sync.Mutex
	kept *anonymize.Keyring
}

func (r *racyKeys) Load(context.Context) (*anonymize.Keyring, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		return nil, anonymize.ErrNoKeys
	}
	return r.kept, nil
}

func (r *racyKeys) Save(ctx context.Context, ring *anonymize.Keyring) error {
	before, err := r.Load(ctx)
	if err == nil {
		var check anonymize.MemoryKeys
		if err := check.Save(ctx, before); err != nil {
			return err
		}
		if err := check.Save(ctx, ring); err != nil {
			return err
		}
	}
	time.Sleep(5 * time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = ring
	return nil
}

func TestKeyStoreFindsLostKeys(t *testing.T) {
	t.Parallel()
	require.Contains(t, failures(t, keyStores(), func() anonymize.KeyStore { return &racyKeys{} }),
		"of many who rotate at once no key is lost")
}

type brokenSubjects struct {
	anonymize.MemorySubjects
	broken
	forgotten map[anonymize.SubjectMark]bool
	mu        sync.Mutex
}

func (b *brokenSubjects) ctx(ctx context.Context) context.Context {
	if b.what == "a context is not looked at" {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (b *brokenSubjects) Get(ctx context.Context, m anonymize.SubjectMark) (anonymize.SubjectEntry, bool, error) {
	b.mu.Lock()
	gone := b.forgotten[m]
	b.mu.Unlock()
	e, ok, err := b.MemorySubjects.Get(b.ctx(ctx), m)
	switch {
	case b.what == "shredding leaves no tombstone" && gone:
		return anonymize.SubjectEntry{}, false, err
	case b.what == "shredding leaves the key" && e.Shredded:
		e.Wrapped = wrapped("a", "k1", 0).Wrapped
	case b.what == "what is stored is cut" && len(e.Wrapped) > 59:
		e.Wrapped = e.Wrapped[:59]
	}
	return e, ok, err
}

func (b *brokenSubjects) Add(ctx context.Context, e anonymize.SubjectEntry) (anonymize.SubjectEntry, error) {
	now, ok, err := b.MemorySubjects.Get(ctx, e.Mark)
	switch {
	case err == nil && ok && !now.Shredded && b.what == "the last who adds wins":
		_, err := b.MemorySubjects.Replace(ctx, now, e)
		return e, err
	case err == nil && ok && b.what == "who adds second gets his own back":
		return e, nil
	case err == nil && ok && now.Shredded && b.what == "adding at a tombstone is an error":
		return anonymize.SubjectEntry{}, anonymize.Shredded
	}
	return b.MemorySubjects.Add(b.ctx(ctx), e)
}

func (b *brokenSubjects) Replace(ctx context.Context, old, e anonymize.SubjectEntry) (bool, error) {
	switch b.what {
	case "what changed meanwhile is replaced":
		if now, ok, err := b.MemorySubjects.Get(ctx, old.Mark); err == nil && ok {
			old = now
		}
	case "replacing says yes":
		_, err := b.MemorySubjects.Replace(ctx, old, e)
		return true, err
	case "replacing does nothing":
		return true, ctx.Err()
	}
	return b.MemorySubjects.Replace(b.ctx(ctx), old, e)
}

func (b *brokenSubjects) Shred(ctx context.Context, m anonymize.SubjectMark) (bool, error) {
	existed, err := b.MemorySubjects.Shred(b.ctx(ctx), m)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.forgotten == nil {
		b.forgotten = map[anonymize.SubjectMark]bool{}
	}
	b.forgotten[m] = true
	if b.what == "shredding always says yes" {
		return true, err
	}
	return existed, err
}

func (b *brokenSubjects) Under(ctx context.Context, key anonymize.KeyID, limit int) ([]anonymize.SubjectEntry, error) {
	if b.what == "the limit is not looked at" {
		limit = 1 << 20
	}
	if b.what == "never more than ten under a key" {
		limit = min(limit, 10)
	}
	return b.MemorySubjects.Under(b.ctx(ctx), key, limit)
}

func (b *brokenSubjects) Tombstones(ctx context.Context) iter.Seq2[anonymize.SubjectMark, error] {
	all := b.MemorySubjects.Tombstones(b.ctx(ctx))
	if b.what != "not all tombstones are listed" {
		return all
	}
	return func(yield func(anonymize.SubjectMark, error) bool) {
		n := 0
		for m, err := range all {
			if n++; n > 10 || !yield(m, err) {
				return
			}
		}
	}
}

func TestSubjectStoreCanFail(t *testing.T) {
	t.Parallel()
	require.Empty(t, failures(t, subjectStores(), func() anonymize.SubjectStore { return &brokenSubjects{} }))
	for what, want := range map[string]string{
		"what is stored is cut":              "what is added comes back, at its mark alone",
		"the last who adds wins":             "the first entry at a mark stays, and is what the second to add gets",
		"who adds second gets his own back":  "the first entry at a mark stays, and is what the second to add gets",
		"adding at a tombstone is an error":  "nothing is added at a tombstone, and the one who tries gets it",
		"shredding leaves the key":           "shredding leaves a tombstone without a key",
		"shredding leaves no tombstone":      "shredding again, and where nothing was, is no error and says that no key was there",
		"shredding always says yes":          "of many who shred at once one destroys",
		"what changed meanwhile is replaced": "an entry that changed meanwhile is not replaced",
		"replacing says yes":                 "a tombstone is not replaced, and nothing is not",
		"replacing does nothing":             "an entry is replaced by another at its mark",
		"the limit is not looked at":         "under a key are all its entries and no more than the limit",
		"never more than ten under a key":    "under a key are all its entries and no more than the limit",
		"not all tombstones are listed":      "all tombstones are listed, while others are made too",
		"a context is not looked at":         "a context that has ended ends each call",
	} {
		require.Contains(t, failures(t, subjectStores(), func() anonymize.SubjectStore {
			return &brokenSubjects{broken: broken{what}}
		}), want, what)
	}
}

// resurrecting looks and adds in two steps, so that a shredding in between is undone.
type resurrecting struct {
	mu      sync.Mutex
	entries map[anonymize.SubjectMark]anonymize.SubjectEntry
	anonymize.MemorySubjects
}

func (r *resurrecting) Get(_ context.Context, m anonymize.SubjectMark) (anonymize.SubjectEntry, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.entries[m]
	return e, ok, nil
}

func (r *resurrecting) put(e anonymize.SubjectEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entries == nil {
		r.entries = map[anonymize.SubjectMark]anonymize.SubjectEntry{}
	}
	r.entries[e.Mark] = e
}

func (r *resurrecting) Add(ctx context.Context, e anonymize.SubjectEntry) (anonymize.SubjectEntry, error) {
	if now, ok, _ := r.Get(ctx, e.Mark); ok {
		return now, nil
	}
	r.put(e)
	return e, nil
}

func (r *resurrecting) Replace(ctx context.Context, old, e anonymize.SubjectEntry) (bool, error) {
	now, ok, _ := r.Get(ctx, e.Mark)
	if !ok || now.Shredded || string(now.Wrapped) != string(old.Wrapped) {
		return false, nil
	}
	time.Sleep(time.Millisecond)
	r.put(e)
	return true, nil
}

func (r *resurrecting) Shred(ctx context.Context, m anonymize.SubjectMark) (bool, error) {
	now, ok, _ := r.Get(ctx, m)
	time.Sleep(time.Millisecond / 2)
	r.put(anonymize.SubjectEntry{Mark: m, Shredded: true})
	return ok && !now.Shredded, nil
}

func TestSubjectStoreFindsResurrections(t *testing.T) {
	t.Parallel()
	got := failures(t, subjectStores(), func() anonymize.SubjectStore { return &resurrecting{} })
	require.Contains(t, got, "whoever adds or replaces while another shreds brings nothing back")
	require.Contains(t, got, "of many who shred at once one destroys")
	require.Contains(t, got, "the store keeps no slice of its callers and hands out none of its own")
}

type brokenVault struct {
	anonymize.MemoryVault
	broken
}

func (b *brokenVault) ctx(ctx context.Context) context.Context {
	if b.what == "a context is not looked at" {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (b *brokenVault) Put(ctx context.Context, e anonymize.VaultEntry) (anonymize.VaultEntry, error) {
	kept, err := b.MemoryVault.Put(b.ctx(ctx), e)
	switch b.what {
	case "who puts second gets his own back":
		return e, err
	case "a token for two values":
		return e, nil
	case "the last who puts wins":
		if kept.Token != e.Token {
			if err := b.MemoryVault.Delete(ctx, kept.Token); err != nil {
				return e, err
			}
			return b.MemoryVault.Put(ctx, e)
		}
	}
	return kept, err
}

func (b *brokenVault) ByIndex(ctx context.Context, indexes ...[]byte) (anonymize.VaultEntry, bool, error) {
	if b.what == "the last index counts" && len(indexes) > 1 {
		indexes = indexes[1:]
	}
	return b.MemoryVault.ByIndex(b.ctx(ctx), indexes...)
}

func (b *brokenVault) ByToken(ctx context.Context, token string) (anonymize.VaultEntry, bool, error) {
	e, ok, err := b.MemoryVault.ByToken(b.ctx(ctx), token)
	if b.what == "the key is not stored" {
		e.Key = ""
	}
	return e, ok, err
}

func (b *brokenVault) Replace(ctx context.Context, e anonymize.VaultEntry) error {
	switch b.what {
	case "replacing never fails":
		_ = b.MemoryVault.Replace(ctx, e)
		return nil
	case "replacing leaves the old index":
		old, _, err := b.MemoryVault.ByToken(ctx, e.Token)
		if err == nil {
			e.Index = old.Index
		}
	}
	return b.MemoryVault.Replace(b.ctx(ctx), e)
}

func (b *brokenVault) Delete(ctx context.Context, token string) error {
	switch b.what {
	case "deleting does nothing":
		return ctx.Err()
	case "deleting what is not there is an error":
		if _, ok, _ := b.MemoryVault.ByToken(ctx, token); !ok {
			return anonymize.UnknownToken
		}
	}
	return b.MemoryVault.Delete(b.ctx(ctx), token)
}

func TestVaultCanFail(t *testing.T) {
	t.Parallel()
	require.Empty(t, failures(t, vaults(), func() anonymize.Vault { return &brokenVault{} }))
	for what, want := range map[string]string{
		"the key is not stored":                  "what is put comes back by token and by index",
		"the last index counts":                  "of several indexes the first that is there is found",
		"who puts second gets his own back":      "the first row of an index stays, and is what the second to put gets",
		"the last who puts wins":                 "the first row of an index stays, and is what the second to put gets",
		"a token for two values":                 "a token that is there for another index is refused",
		"replacing never fails":                  "a token that is not there is not replaced",
		"replacing leaves the old index":         "a row is replaced by one with its token, and its old index is gone",
		"deleting does nothing":                  "what is deleted is found in no way, and its value can be put again",
		"deleting what is not there is an error": "what is deleted is found in no way, and its value can be put again",
		"a context is not looked at":             "a context that has ended ends each call",
	} {
		require.Contains(t, failures(t, vaults(), func() anonymize.Vault { return &brokenVault{broken: broken{what}} }), want, what)
	}
}
