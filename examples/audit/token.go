package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"os"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/normalize"
)

// tokens makes the names under which contacts appear in the output. Tokens under one
// key are equal exactly when the addresses are.
type tokens struct {
	mac hash.Hash
	buf []byte
}

// newTokens takes the key of the file, at least 16 bytes without the white space
// around them, or makes one for this run.
func newTokens(file string) (*tokens, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, usageError{err}
		}
		if key = bytes.TrimSpace(text); len(key) < 16 {
			return nil, usagef("-token-key: the key has fewer than 16 bytes")
		}
	}
	return &tokens{mac: hmac.New(sha256.New, key)}, nil
}

// name returns what stands for the contact: the id as it is, or for an address 128 bits
// of HMAC-SHA-256 over its normal form, as hex after "t-".
func (t *tokens) name(f *reconsent.Facts) string {
	if !f.Address {
		return f.Contact
	}
	contact := []byte(f.Contact)
	if t.buf = normalize.AppendEmail(t.buf[:0], contact); len(t.buf) == 0 {
		if t.buf = normalize.AppendPhone(t.buf[:0], contact); len(t.buf) == 0 {
			t.buf = append(t.buf, contact...)
		}
	}
	t.mac.Reset()
	t.mac.Write([]byte("grondslag audit contact 1\n"))
	t.mac.Write(t.buf)
	t.buf = t.mac.Sum(t.buf[:0])
	return "t-" + hex.EncodeToString(t.buf[:16])
}
