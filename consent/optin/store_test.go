package optin_test

import (
	"testing"

	"github.com/grondslag/grondslag/consent/optin"
	"github.com/grondslag/grondslag/consent/optin/optintest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	optintest.TestStore(t, func() optin.Store { return &optin.Memory{} })
}
