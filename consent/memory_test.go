package consent_test

import (
	"testing"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/consenttest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	consenttest.Run(t, func(testing.TB) consent.Store { return &consent.Memory{} })
}
