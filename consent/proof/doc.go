// Package proof proves one consent event years later.
package proof

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Part
