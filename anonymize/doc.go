// Package anonymize treats personal data field by field: it replaces it by tokens,
// encrypts it, masks it or makes it coarser, as a struct tag or a policy declares.
package anonymize

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Method Class Empty Reason
