package optin

import (
	"bytes"
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// From the form to one click out of it, over a ledger; and after erasure.
func TestOverALedger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	keys, err := consent.NewKeys(bytes.Repeat([]byte{7}, 32))
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), consent.Config{
		Store: &consent.Memory{}, Keys: keys, Now: b.clock.Now, Zone: "Europe/Amsterdam",
		Requirements: map[basis.PurposeID]consent.Requirements{"newsletter": {Mailbox: true}, "offers": {Mailbox: true}},
	})
	require.NoError(t, err)
	n, from, ok := b.notices.Get(b.notice)
	require.True(t, ok)
	_, err = l.Publish(t.Context(), n, from)
	require.NoError(t, err)
	b.Ledger, b.Decide = l, l.Decide
	b.Suppressed = func(ctx context.Context, address string) (bool, error) { return false, nil }

	state := func(p basis.PurposeID) consent.State {
		d, err := l.Decide(t.Context(), consent.Query{Subject: "c-42", Purpose: p, Channel: basis.Email, At: b.clock.Now()})
		require.NoError(t, err)
		return d.State
	}
	mail, link := b.asked(t, b.request())
	require.Equal(t, consent.StateRequested, state("newsletter"))
	// A scanner follows the link; then the person presses the button.
	for range 3 {
		w := httptest.NewRecorder()
		b.Confirmation().ServeHTTP(w, httptest.NewRequest("GET", link, nil))
		require.Equal(t, 200, w.Code)
	}
	require.Equal(t, consent.StateRequested, state("newsletter"))
	w := httptest.NewRecorder()
	b.Confirmation().ServeHTTP(w, httptest.NewRequest("POST", link, nil))
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, consent.StateGiven, state("newsletter"))
	require.Equal(t, consent.StateGiven, state("offers"))
	w = httptest.NewRecorder()
	b.Confirmation().ServeHTTP(w, httptest.NewRequest("POST", link, nil))
	require.Equal(t, 410, w.Code)

	unsubscribe := strings.TrimSuffix(strings.TrimPrefix(strings.Split(mail.ListUnsubscribe, ",")[0], "<https://velg.example"), ">")
	click := func() {
		t.Helper()
		r := httptest.NewRequest("POST", unsubscribe, strings.NewReader("List-Unsubscribe=One-Click"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		b.Unsubscription().ServeHTTP(w, r)
		require.Equal(t, 200, w.Code, w.Body.String())
	}
	click()
	require.Equal(t, consent.StateWithdrawn, state("newsletter"))
	events, err := l.History(t.Context(), "c-42")
	require.NoError(t, err)
	click()
	again, err := l.History(t.Context(), "c-42")
	require.NoError(t, err)
	require.Equal(t, events, again, "once withdrawn, the second click records nothing")
	_, no, err := l.Suppressed(t.Context(), "zoe@example.org", "newsletter", basis.Email)
	require.NoError(t, err)
	require.True(t, no)

	_, err = l.Erase(t.Context(), "c-42", consent.Erasing{Actor: consent.Person})
	require.NoError(t, err)
	click() // the link in an old mail works for ever
	require.Equal(t, consent.StateWithdrawn, state("newsletter"))
	require.Empty(t, b.reported)
}
