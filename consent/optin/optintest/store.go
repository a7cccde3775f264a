// Package optintest holds the suite that whoever implements [optin.Store] runs in tests.
package optintest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/optin"
)

// TestStore checks what a kit relies on; open returns an empty store each time. Run it
// with -race.
//
//   - what is put comes back whole, once, and by its own hash alone
//   - of many concurrent spends of one hash exactly one gets it
//   - at the instant of its expiry, and later, nothing is spent
//   - a hash that was spent, forgotten or never put has the same error, [optin.ErrGone]
//   - a hash can't be put twice, and can be put again once it was spent
//   - a purge gives each request that expired by then, and no other, removes it only
//     without an error, and is not stopped by one; the store can be used meanwhile
//   - forgetting removes the requests of one subject alone
//   - with a context that is done nothing is spent
func TestStore(t testing.TB, open func() optin.Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(testing.TB, optin.Store)
	}{
		{"round trip", roundTrip},
		{"concurrent", concurrent},
		{"expiry", expiry},
		{"twice", twice},
		{"purge", purge},
		{"forget", forget},
		{"done", done},
	} {
		t.Log("store:", test.name)
		test.run(t, open())
	}
}

func hash(i int) optin.Hash {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// pending returns a request in which every field is set.
func pending(s basis.Subject, expires time.Time) optin.Pending {
	return optin.Pending{
		Version: 1, Subject: s, Point: "Zoë+news@example.org", Address: hash(100),
		Asked: []optin.Asked{
			{Ask: optin.Ask{Purpose: "newsletter", Channel: basis.Email, Notice: consent.NoticeHash(hash(101)), Until: noon.AddDate(2, 0, 0)}, Request: consent.NewEventID()},
			{Ask: optin.Ask{Purpose: "offers <&>", Channel: basis.SMS, Notice: consent.NoticeHash(hash(102))}, Request: consent.NewEventID()},
		},
		Actor:    consent.Guardian,
		Evidence: consent.Evidence{Bundled: consent.No, WithdrawalTold: consent.Yes, BirthDate: "2015-02-28", Guardian: "g-1", Verification: "phone", RefreshBy: noon.AddDate(1, 0, 0)},
		Language: "nl", Requested: noon.Add(-time.Hour), Expires: expires, Key: 7, Seal: hash(103),
	}
}

func put(t testing.TB, s optin.Store, h optin.Hash, p optin.Pending) {
	t.Helper()
	require.NoError(t, s.Put(t.Context(), h, p))
}

func gone(t testing.TB, s optin.Store, h optin.Hash, at time.Time) {
	t.Helper()
	p, err := s.Spend(t.Context(), h, at)
	require.ErrorIs(t, err, optin.ErrGone)
	require.Zero(t, p, "nothing comes with an error")
}

func spent(t testing.TB, s optin.Store, h optin.Hash, at time.Time, want optin.Pending) {
	t.Helper()
	got, err := s.Spend(t.Context(), h, at)
	require.NoError(t, err)
	require.Equal(t, encode(t, want), encode(t, got))
}

func encode(t testing.TB, p optin.Pending) string {
	t.Helper()
	b, err := p.Encode()
	require.NoError(t, err)
	return string(b)
}

func roundTrip(t testing.TB, s optin.Store) {
	a, b := pending("c-1", noon.Add(time.Hour)), pending("c-2", noon.Add(2*time.Hour))
	gone(t, s, hash(1), noon)
	put(t, s, hash(1), a)
	put(t, s, hash(2), b)
	gone(t, s, hash(3), noon)
	gone(t, s, optin.Hash{}, noon)
	spent(t, s, hash(2), noon, b)
	spent(t, s, hash(1), noon, a)
	gone(t, s, hash(1), noon)
	gone(t, s, hash(2), noon)
}

func concurrent(t testing.TB, s optin.Store) {
	const tokens, rivals = 16, 8
	for i := range tokens {
		put(t, s, hash(i), pending("c-1", noon.Add(time.Hour)))
	}
	var wins [tokens]atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range rivals {
		wg.Go(func() {
			<-start
			for i := range tokens {
				_, err := s.Spend(t.Context(), hash(i), noon)
				switch {
				case err == nil:
					wins[i].Add(1)
				case !errors.Is(err, optin.ErrGone):
					failed.Store(&err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	if err := failed.Load(); err != nil {
		require.NoError(t, *err)
	}
	for i := range wins {
		require.EqualValues(t, 1, wins[i].Load(), "spends of token %d that won", i)
	}
}

func expiry(t testing.TB, s optin.Store) {
	at := noon.Add(time.Hour)
	p := pending("c-1", at)
	put(t, s, hash(1), p)
	gone(t, s, hash(1), at.AddDate(1, 0, 0))
	gone(t, s, hash(1), at)
	spent(t, s, hash(1), at.Add(-time.Second), p) // an attempt that came too late took nothing away
}

func twice(t testing.TB, s optin.Store) {
	a, b := pending("c-1", noon.Add(time.Hour)), pending("c-2", noon.Add(time.Hour))
	put(t, s, hash(1), a)
	require.Error(t, s.Put(t.Context(), hash(1), b))
	spent(t, s, hash(1), noon, a)
	put(t, s, hash(1), b) // the ledger failed: it waits again
	spent(t, s, hash(1), noon, b)
}

func purge(t testing.TB, s optin.Store) {
	for i, after := range []time.Duration{-time.Hour, 0, time.Second, -time.Minute} {
		put(t, s, hash(i), pending(basis.Subject([]string{"past", "now", "future", "stuck"}[i]), noon.Add(after)))
	}
	put(t, s, hash(9), pending("busy", noon.Add(time.Hour)))
	stuck := errors.New("stuck")
	var seen []basis.Subject
	n, err := s.Purge(t.Context(), noon, func(p optin.Pending) error {
		seen = append(seen, p.Subject)
		require.Equal(t, "Zoë+news@example.org", p.Point)
		if p.Subject == "past" {
			_, err := s.Spend(t.Context(), hash(9), noon)
			require.NoError(t, err, "the store can be used during a purge")
		}
		if p.Subject == "stuck" {
			return stuck
		}
		return nil
	})
	require.ErrorIs(t, err, stuck)
	require.Equal(t, 2, n)
	require.ElementsMatch(t, []basis.Subject{"past", "now", "stuck"}, seen)
	seen = nil
	n, err = s.Purge(t.Context(), noon, func(p optin.Pending) error {
		seen = append(seen, p.Subject)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []basis.Subject{"stuck"}, seen)
	for i := range 2 {
		gone(t, s, hash(i), noon.Add(-2*time.Hour))
	}
	spent(t, s, hash(2), noon, pendingOf(t, s, 2))
}

// pendingOf takes a request out and puts it back.
func pendingOf(t testing.TB, s optin.Store, i int) optin.Pending {
	t.Helper()
	p, err := s.Spend(t.Context(), hash(i), noon)
	require.NoError(t, err, "what had not expired is still there")
	put(t, s, hash(i), p)
	return p
}

func forget(t testing.TB, s optin.Store) {
	other := pending("c-2", noon.Add(time.Hour))
	put(t, s, hash(1), pending("c-1", noon.Add(time.Hour)))
	put(t, s, hash(2), other)
	put(t, s, hash(3), pending("c-1", noon.Add(-time.Hour)))
	n, err := s.Forget(t.Context(), "c-1")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.Forget(t.Context(), "c-1")
	require.NoError(t, err)
	require.Zero(t, n)
	gone(t, s, hash(1), noon)
	spent(t, s, hash(2), noon, other)
	n, err = s.Purge(t.Context(), noon, func(optin.Pending) error { return nil })
	require.NoError(t, err)
	require.Zero(t, n)
}

func done(t testing.TB, s optin.Store) {
	p := pending("c-1", noon.Add(time.Hour))
	put(t, s, hash(1), p)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Spend(ctx, hash(1), noon)
	require.Error(t, err)
	require.NotErrorIs(t, err, optin.ErrGone, "not finding out is not the same as gone")
	spent(t, s, hash(1), noon, p)
}
