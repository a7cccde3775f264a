package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/consenttest"
	"github.com/grondslag/grondslag/consent/optin"
	"github.com/grondslag/grondslag/consent/optin/optintest"
	"github.com/grondslag/grondslag/consent/sqlstore/tokens"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		consenttest.Run(t, func(t testing.TB) consent.Store { return db.empty(t) })
	})
}

// TestOneConnection: a program that gives the pool one connection is not blocked by an iterator, a page or a plan.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	db := onSQLite(t)
	db.SetMaxOpenConns(1)
	consenttest.Run(t, func(t testing.TB) consent.Store { return db.empty(t) })
}

func TestTokens(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		optintest.TestStore(t, func() optin.Store { return tokens.Store{SQL: db.empty(t)} })
	})
}

// TestEndedTransaction: within a transaction that is over, everything is an error.
func TestEndedTransaction(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		s := db.empty(t).Tx(tx)
		require.NoError(t, tx.Rollback())
		_, err = s.Append(t.Context(), []consent.Entry{grant("c-1")})
		require.Error(t, err)
		_, err = s.History(t.Context(), "c-1")
		require.Error(t, err)
		require.Error(t, s.Scrub(t.Context()))
		require.Error(t, s.Migrate(t.Context()))
	})
}
