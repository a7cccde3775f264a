// Package anonymizetest has the tests that every [anonymize.KeyStore],
// [anonymize.SubjectStore] and [anonymize.Vault] passes.
//
//	func TestVault(t *testing.T) {
//		anonymizetest.TestVault(t, func(t testing.TB) anonymize.Vault { return myvault.Open(t) })
//	}
//
// Each sentence of the contract is a test by that name. Run them with -race.
package anonymizetest

import "testing"

// A test is one sentence of the contract of S.
type test[S any] struct {
	name string
	run  func(t testing.TB, s S)
}

func run[S any](t *testing.T, open func(t testing.TB) S, tests []test[S]) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}
