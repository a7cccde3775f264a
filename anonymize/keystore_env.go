package anonymize

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

// EnvKeys is a [KeyStore] in an environment variable, which it only reads. The
// environment of a process shows to its user, to root, and to what it starts.
//
// The variable holds either what a file of [FileKeys] holds, or one secret of 32 to
// 1,024 bytes in base64, as "openssl rand -base64 32" prints it: the standard alphabet
// with padding, or base64url without. The id of that key is "k" and the first 12 digits
// of its fingerprint, so that another secret is another key; to rotate, the form of the
// file is needed. White space around either is dropped. Not set, or blank, is [ErrNoKeys].
type EnvKeys struct {
	// Name of the variable, such as GRONDSLAG_KEYS.
	Name string
	// KMS unwraps the secrets; with it the variable holds the form of the file.
	KMS KMS
	// Lookup reads a variable; nil is [os.LookupEnv].
	Lookup func(name string) (string, bool)
}

var _ KeyStore = EnvKeys{}

// Load implements [KeyStore].
func (e EnvKeys) Load(ctx context.Context) (*Keyring, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	lookup := e.Lookup
	if lookup == nil {
		lookup = os.LookupEnv
	}
	text, _ := lookup(e.Name)
	if text = strings.Trim(text, " \t\r\n"); text == "" {
		return nil, fmt.Errorf("%w: variable %s is not set", ErrNoKeys, e.Name)
	}
	if strings.HasPrefix(text, "{") {
		return decodeKeys(ctx, []byte(text), e.KMS)
	}
	if e.KMS != nil {
		return nil, errors.New("anonymize: with a KMS the keys are JSON")
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		secret, err = appendDecoded(nil, text)
	}
	if err != nil || len(secret) < minSecret || len(secret) > maxSecret || strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("anonymize: the variable holds neither JSON nor %d bytes or more in base64", minSecret)
	}
	k := Key{Secret: hold(secret)}
	k.ID = KeyID("k" + k.Fingerprint()[:12])
	return NewKeyring(k)
}

// Save implements [KeyStore]: it answers [ErrReadOnly].
func (EnvKeys) Save(context.Context, *Keyring) error { return ErrReadOnly }

// Drop implements [KeyStore]: it answers [ErrReadOnly].
func (EnvKeys) Drop(context.Context, KeyID) error { return ErrReadOnly }
