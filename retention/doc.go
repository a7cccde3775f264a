// Package retention computes how long personal data may and must be kept.
package retention

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Confidence Count Cut Dialect Disposition ErasureAction HoldReason Kind Regime State
