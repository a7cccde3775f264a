package ledger

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// ledger opens a ledger in a store, with one notice that is in force.
func ledger(t testing.TB, s consent.Store) (*consent.Ledger, consent.Event) {
	t.Helper()
	skey, vkey, err := proof.GenerateKey("velg.example/consent")
	require.NoError(t, err)
	signer, err := note.NewSigner(skey)
	require.NoError(t, err)
	policy, err := proof.NewPolicy(vkey)
	require.NoError(t, err)
	keys, err := consent.NewKeys(bytes.Repeat([]byte{1}, 32))
	require.NoError(t, err)
	l, err := consent.Open(t.Context(), consent.Config{
		Store: s, Keys: keys, Now: time.Now, Zone: "Europe/Amsterdam", Policy: policy, Signers: []note.Signer{signer}, Standings: true,
		Recipients: map[basis.PurposeID][]basis.Recipient{"newsletter": {"mailer"}},
	})
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), consent.Notice{
		Text: []byte("Yes, mail me the newsletter."), MediaType: "text/plain; charset=utf-8", Language: "en", Version: "1",
		Controller: "De Gouden Velg", Withdrawal: "the link in each mail", Form: "sign-up form",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
	}, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	return l, consent.Event{
		Type: consent.Given, Purpose: "newsletter", Channel: basis.Email, Notice: hash, Actor: consent.Person,
		Evidence: consent.Evidence{
			Binding: consent.Mailbox, Action: consent.Active, Bundled: consent.No, Conditional: consent.No,
			WithdrawalTold: consent.Yes, Imbalance: consent.No, IP: "192.0.2.7", UserAgent: "a browser",
		},
	}
}

// TestLedger: a ledger records, proves, erases and verifies on each database.
func TestLedger(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		l, yes := ledger(t, s)
		ids := make([]consent.EventID, 64)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				e := yes
				e.Subject = basis.Subject(fmt.Sprint("c-", i/2))
				e.Evidence.Point = fmt.Sprintf("piet%d@example.com", i/2)
				var err error
				if ids[i], err = l.Record(t.Context(), e); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		_, err := l.Merge(t.Context(), "c-1", "c-2", consent.Operator)
		require.NoError(t, err)
		done, err := l.Sequence(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 65, done.Size)
		standing := func() (n int) {
			for _, err := range s.Standings(t.Context(), "newsletter", basis.Email, time.Now()) {
				require.NoError(t, err)
				n++
			}
			return n
		}
		require.Equal(t, 32, standing())
		for i := range ids {
			d, err := l.Decide(t.Context(), consent.Query{Subject: basis.Subject(fmt.Sprint("c-", i/2)), Purpose: "newsletter", Channel: basis.Email, At: time.Now()})
			require.NoError(t, err)
			require.True(t, d.Consented())
			_, err = l.Prove(t.Context(), ids[i])
			require.NoError(t, err)
		}
		erased, err := l.Erase(t.Context(), "c-2", consent.Erasing{Actor: consent.Person, CapsulesUntil: time.Now().AddDate(5, 0, 0)})
		require.NoError(t, err)
		require.Equal(t, 2, erased.References)
		require.Equal(t, 5, erased.Events)
		require.Equal(t, 30, standing())
		_, err = l.Sequence(t.Context())
		require.NoError(t, err)
		_, err = l.Prove(t.Context(), ids[2])
		require.NoError(t, err, "an erased event verifies for ever")
		findings, err := l.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, findings)
		e := yes
		e.Subject = "c-1"
		_, err = l.Record(t.Context(), e)
		require.ErrorIs(t, err, consent.ErrErased)
	})
}
