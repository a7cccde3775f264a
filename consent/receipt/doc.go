// Package receipt writes consent records and receipts for interchange.
package receipt

//go:generate go run ./internal/dpvterms -from ../../../shared/vocabulary/dpv-2.3
//go:generate go run github.com/grondslag/grondslag/internal/enumgen Profile Span WarningCode
