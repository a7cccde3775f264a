// Package sqlstore keeps a consent ledger in a SQL database.
package sqlstore

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Dialect
