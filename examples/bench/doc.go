// Package bench measures anonymize beside the libraries and the standard library
// code that do the same, in the same run. It has no code, only tests:
//
//	go test -bench . -benchtime 1s ./bench
//
// The figures to beat stand with each benchmark; ratios matter, absolutes do not.
package bench
