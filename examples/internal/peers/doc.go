// Package peers has no code: only benchmarks of package retention beside other
// libraries for the same work, in one run, and tests that it is the same work.
//
//	go test -bench . ./internal/peers
package peers
