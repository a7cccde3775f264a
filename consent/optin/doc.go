// Package optin asks for consent by mail and takes it back.
package optin

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Feedback Held
