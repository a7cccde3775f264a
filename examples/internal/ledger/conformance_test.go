package ledger

import (
	"testing"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/consenttest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		consenttest.Run(t, func(t testing.TB) consent.Store { return db.empty(t) })
	})
}
