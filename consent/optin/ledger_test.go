package optin_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/optin"
)

// After an erasure a confirmation is refused like a spent one, and a link in an old
// mail withdraws as ever (margince #2204).
func TestErased(t *testing.T) {
	t.Parallel()
	ledger, kit, notice, err := shop()
	require.NoError(t, err)
	var reported []error
	kit.Report = func(_ context.Context, err error) { reported = append(reported, err) }
	mail := func() optin.Mail {
		m, err := kit.Request(t.Context(), optin.Request{
			Address: "zoe@example.org", Subject: "c-42", Asks: []optin.Ask{{Purpose: "newsletter", Channel: basis.Email, Notice: notice}},
		})
		require.NoError(t, err)
		return m
	}
	spent, waiting, forgotten := mail(), mail(), mail()
	confirm := func(m optin.Mail) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		kit.Confirmation().ServeHTTP(w, httptest.NewRequest("POST", m.ConfirmURL, nil))
		return w
	}
	unsubscribe := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		kit.Unsubscription().ServeHTTP(w, httptest.NewRequest("POST", strings.Trim(spent.ListUnsubscribe, "<>"), strings.NewReader(spent.ListUnsubscribePost)))
		return w
	}
	require.Equal(t, 200, confirm(spent).Code)
	gone, known := confirm(spent), unsubscribe()
	require.Equal(t, 410, gone.Code)
	require.Equal(t, 200, known.Code)

	_, err = ledger.Erase(t.Context(), "c-42", consent.Erasing{Actor: consent.Person})
	require.NoError(t, err)
	kit.Ledger = erased{ledger} // as when the erasure comes between the two
	w := confirm(waiting)
	require.Equal(t, gone.Code, w.Code)
	require.Equal(t, gone.Body.String(), w.Body.String())
	require.ErrorIs(t, reported[len(reported)-1], consent.ErrErased)
	require.Equal(t, 1, kit.Store.(*optin.Memory).Len(), "what it held is gone")
	kit.Ledger = ledger
	n, err := kit.Store.Forget(t.Context(), "c-42")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	w = confirm(forgotten)
	require.Equal(t, gone.Code, w.Code)
	require.Equal(t, gone.Body.String(), w.Body.String())
	w = unsubscribe()
	require.Equal(t, known.Code, w.Code)
	require.Equal(t, known.Body.String(), w.Body.String())
}

// A ledger that recorded it and lost the answer: pressed again, there is still one event.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	ledger, kit, notice, err := shop()
	require.NoError(t, err)
	m, err := kit.Request(t.Context(), optin.Request{
		Address: "zoe@example.org", Subject: "c-42", Asks: []optin.Ask{{Purpose: "newsletter", Channel: basis.Email, Notice: notice}},
	})
	require.NoError(t, err)
	kit.Ledger = loses{ledger}
	token := m.ConfirmURL[strings.Index(m.ConfirmURL, "t=")+2:]
	_, err = kit.Confirm(t.Context(), token, consent.Evidence{})
	require.Error(t, err)
	require.NotErrorIs(t, err, optin.ErrGone)
	kit.Ledger = ledger
	ids, err := kit.Confirm(t.Context(), token, consent.Evidence{})
	require.NoError(t, err)
	events, err := ledger.History(t.Context(), "c-42")
	require.NoError(t, err)
	require.Len(t, events, 2)
	require.Equal(t, ids[0], events[1].ID)
	require.Equal(t, consent.Confirmed, events[1].Type)
}

type erased struct{ *consent.Ledger }

func (erased) Record(context.Context, consent.Event) (consent.EventID, error) {
	return consent.EventID{}, consent.ErrErased
}

type loses struct{ *consent.Ledger }

func (l loses) Record(ctx context.Context, e consent.Event) (consent.EventID, error) {
	if _, err := l.Ledger.Record(ctx, e); err != nil {
		return consent.EventID{}, err
	}
	return consent.EventID{}, fmt.Errorf("the connection was lost")
}
