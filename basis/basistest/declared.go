package basistest

import (
	"testing"

	"github.com/grondslag/grondslag/basis"
)

// Declared fails the test for each field of the models that no purpose declares,
// so that a field can't enter a CRM without anyone saying what it is for. Models
// are records as for [basis.Purposes.Check].
func Declared(t testing.TB, purposes *basis.Purposes, models ...any) {
	t.Helper()
	for _, m := range models {
		findings, err := purposes.Check(m)
		if err != nil {
			t.Errorf("%T: %v", m, err)
		}
		for _, f := range findings {
			t.Errorf("%T: %v", m, f)
		}
	}
}
