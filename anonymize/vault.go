package anonymize

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// VaultEntry is a row of a [Vault]. It holds no value in clear and no key.
type VaultEntry struct {
	// Index finds the row by its value: HMAC-SHA-256 of the normalised value under a key
	// of the domain and field, 32 bytes. Unique.
	Index []byte
	// Token stands for the value: random, unique.
	Token string
	// Key names the key with which Sealed was made, Sealed is the value, encrypted and bound to Token.
	Key    KeyID
	Sealed []byte
}

// Vault keeps which random token stands for which value: the additional information
// of GDPR Art. 4(5), to be kept apart from the data. Deleting a row makes its token
// refer to nobody. Implementations pass anonymizetest.TestVault; [MemoryVault] is the reference.
type Vault interface {
	// Put keeps the entry unless one with its Index is there, and returns the one that is
	// now kept: two who race get one token. An entry whose Token is there under another Index is an error.
	Put(ctx context.Context, e VaultEntry) (VaultEntry, error)
	// ByIndex returns the entry with the first of the indexes that is there.
	ByIndex(ctx context.Context, indexes ...[]byte) (VaultEntry, bool, error)
	// ByToken returns the entry with the token.
	ByToken(ctx context.Context, token string) (VaultEntry, bool, error)
	// Replace puts the entry in the place of the one with the same Token, at once: a
	// crash leaves the one or the other. No such token is an error.
	Replace(ctx context.Context, e VaultEntry) error
	// Delete removes the entry with the token, if there is one.
	Delete(ctx context.Context, token string) error
}

// Tokenizer replaces values by random tokens that a vault keeps. Unlike [Tokens] the
// token says nothing even to who has the keys but not the vault. Safe for concurrent use.
type Tokenizer struct {
	form    Form
	vault   Vault
	indexes []*mac
	seals   *Sealer
}

// Tokenizer makes the tokens of one field in one domain, kept in the vault.
func (r *Keyring) Tokenizer(d Domain, field string, form Form, v Vault) (*Tokenizer, error) {
	if v == nil {
		return nil, settingError("a vault")
	}
	indexes, err := r.macs(MethodTokenize, d, field)
	if err != nil {
		return nil, err
	}
	// Of its own field, so that no value sealed elsewhere can be put into the vault.
	seals, err := r.Sealer(d, "vault\x00"+field, AESGCM)
	if err != nil {
		return nil, err
	}
	return &Tokenizer{form: form, vault: v, indexes: indexes, seals: seals}, nil
}

const vaultPrefix = "r1."

// Token returns the token of value: "r1." and 128 random bits in base64url. One that
// the vault has, under any key of the ring, is used again.
func (t *Tokenizer) Token(ctx context.Context, value string) (string, error) {
	plain, err := appendNormal(nil, value, t.form)
	if err != nil {
		return "", err
	}
	indexes := make([][]byte, len(t.indexes))
	for i := range t.indexes {
		indexes[i] = t.index(i, plain)
	}
	e, ok, err := t.vault.ByIndex(ctx, indexes...)
	if err != nil {
		return "", err
	}
	if !ok {
		var b [TokenBits / 8]byte
		rand.Read(b[:])
		token := string(appendPayload([]byte(vaultPrefix), b[:]))
		e, err = t.vault.Put(ctx, t.entry(token, plain))
		if err != nil {
			return "", err
		}
	}
	return e.Token, nil
}

// Reveal returns the normalised value of a token. Errors are [UnknownToken],
// [Tampered], [UnknownKey], [NotPermitted], and those of the vault.
func (t *Tokenizer) Reveal(ctx context.Context, permit reidentify.Capability, token string) (string, error) {
	if !permit.Permits() {
		return "", NotPermitted
	}
	b, err := t.open(ctx, nil, token)
	return string(b), err
}

// Rotate has the vault keep the value of the token under the primary key.
func (t *Tokenizer) Rotate(ctx context.Context, token string) error {
	plain, err := t.open(ctx, nil, token)
	if err != nil {
		return err
	}
	return t.vault.Replace(ctx, t.entry(token, plain))
}

// entry is that of a token under the primary key.
func (t *Tokenizer) entry(token string, plain []byte) VaultEntry {
	return VaultEntry{
		Index: t.index(0, plain), Token: token, Key: t.indexes[0].id,
		Sealed: t.seals.AppendSealed(nil, plain, []byte(token)),
	}
}

func (t *Tokenizer) index(key int, plain []byte) []byte {
	m := t.indexes[key]
	s := m.state()
	defer m.pool.Put(s)
	return slices.Clone(s.sum(plain))
}

func (t *Tokenizer) open(ctx context.Context, dst []byte, token string) ([]byte, error) {
	e, ok, err := t.vault.ByToken(ctx, token)
	switch {
	case err != nil:
		return dst, err
	case !ok:
		return dst, UnknownToken
	}
	return t.seals.open(e.Key, dst, e.Sealed, []byte(token))
}

func (r Rule) tokenizeTreatment(path string, form Form, set *Setting) (*treatment, error) {
	t, err := set.Keys.Tokenizer(set.Domain, r.field(path), form, set.Vault)
	if err != nil {
		return nil, err
	}
	return &treatment{
		text: func(s *scope, dst []byte, in string) ([]byte, error) {
			token, err := t.Token(s.ctx, in)
			return append(dst, token...), err
		},
		back: &treatment{text: func(s *scope, dst []byte, in string) ([]byte, error) { return t.open(s.ctx, dst, in) }},
	}, nil
}

// MemoryVault is a [Vault] in memory. The zero value is empty.
type MemoryVault struct {
	mu      sync.Mutex
	byIndex map[string]VaultEntry
	byToken map[string]string // token to index
}

var _ Vault = (*MemoryVault)(nil)

// Put implements [Vault].
func (v *MemoryVault) Put(ctx context.Context, e VaultEntry) (VaultEntry, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return VaultEntry{}, err
	}
	if kept, ok := v.byIndex[string(e.Index)]; ok {
		return kept.clone(), nil
	}
	if _, ok := v.byToken[e.Token]; ok {
		return VaultEntry{}, errors.New("anonymize: the token is in the vault for another value")
	}
	if v.byIndex == nil {
		v.byIndex, v.byToken = map[string]VaultEntry{}, map[string]string{}
	}
	v.byIndex[string(e.Index)] = e.clone()
	v.byToken[e.Token] = string(e.Index)
	return e, nil
}

// ByIndex implements [Vault].
func (v *MemoryVault) ByIndex(ctx context.Context, indexes ...[]byte) (VaultEntry, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return VaultEntry{}, false, err
	}
	for _, index := range indexes {
		if e, ok := v.byIndex[string(index)]; ok {
			return e.clone(), true, nil
		}
	}
	return VaultEntry{}, false, nil
}

// ByToken implements [Vault].
func (v *MemoryVault) ByToken(ctx context.Context, token string) (VaultEntry, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return VaultEntry{}, false, err
	}
	index, ok := v.byToken[token]
	return v.byIndex[index].clone(), ok, nil
}

// Replace implements [Vault].
func (v *MemoryVault) Replace(ctx context.Context, e VaultEntry) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	index, ok := v.byToken[e.Token]
	if !ok {
		return UnknownToken
	}
	if kept, taken := v.byIndex[string(e.Index)]; taken && kept.Token != e.Token {
		return errors.New("anonymize: the value is in the vault under another token")
	}
	delete(v.byIndex, index)
	v.byIndex[string(e.Index)] = e.clone()
	v.byToken[e.Token] = string(e.Index)
	return nil
}

// Delete implements [Vault].
func (v *MemoryVault) Delete(ctx context.Context, token string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	delete(v.byIndex, v.byToken[token])
	delete(v.byToken, token)
	return nil
}

func (e VaultEntry) clone() VaultEntry {
	e.Index, e.Sealed = slices.Clone(e.Index), slices.Clone(e.Sealed)
	return e
}
