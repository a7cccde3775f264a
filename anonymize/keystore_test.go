package anonymize

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func keystoreRing(t testing.TB, ids ...KeyID) *Keyring {
	t.Helper()
	var keys []Key
	for _, id := range ids {
		k, err := NewKey(id, time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC))
		require.NoError(t, err)
		keys = append(keys, k)
	}
	r, err := NewKeyring(keys[0], keys[1:]...)
	require.NoError(t, err)
	return r
}

// keystoreFixed is a ring whose stored form is known to the byte: the format is a promise. The
// fingerprints were computed with Python's hmac (RFC 5869 by hand).
func keystoreFixed(t testing.TB) *Keyring {
	t.Helper()
	secret := func(from byte) Secret {
		b := make([]byte, 32)
		for i := range b {
			b[i] = from + byte(i)
		}
		s, err := NewSecret(b)
		require.NoError(t, err)
		return s
	}
	r, err := NewKeyring(
		Key{ID: "2026-01", Secret: secret(0), Created: time.Date(2026, 1, 2, 16, 4, 5, 0, time.FixedZone("", 3600))},
		Key{ID: "old", Secret: secret(100)})
	require.NoError(t, err)
	return r
}

const keystoreFixedText = `{
  "version": 1,
  "keys": [
    {
      "id": "2026-01",
      "fingerprint": "a167db70ac7f662f5ad150ada95ea8d4",
      "created": "2026-01-02T15:04:05Z",
      "secret": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    },
    {
      "id": "old",
      "fingerprint": "7ea1c99438c6541ed5893ac3d45d864f",
      "secret": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM"
    }
  ]
}
`

func TestKeyFileFormat(t *testing.T) {
	t.Parallel()
	f := FileKeys{Path: filepath.Join(t.TempDir(), "keys.json")}
	r := keystoreFixed(t)
	require.NoError(t, f.Save(t.Context(), r))
	text, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	require.Equal(t, keystoreFixedText, string(text))
	back, err := f.Load(t.Context())
	require.NoError(t, err)
	for i, k := range back.Keys() {
		require.Equal(t, r.Keys()[i].ID, k.ID)
		require.True(t, r.Keys()[i].Secret.Equal(k.Secret))
		require.True(t, r.Keys()[i].Created.Equal(k.Created))
	}
}

func TestKeyFileIsStrict(t *testing.T) {
	t.Parallel()
	good := keystoreFixedText
	require.NoError(t, keystoreDecode(t, good))
	// Any order of names and any white space.
	require.NoError(t, keystoreDecode(t, strings.NewReplacer("\n", "", "  ", "\t").Replace(good)))
	replace := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	first := good[strings.Index(good, "    {"):strings.Index(good, "    },")]
	for name, text := range map[string]string{
		"empty":               "",
		"null":                "null",
		"list":                "[]",
		"text":                `"x"`,
		"cut":                 good[:len(good)-10],
		"cut in a secret":     good[:260],
		"something follows":   good + "{}",
		"text follows":        good + "x",
		"another version":     replace(`1,`, `2,`),
		"version as text":     replace(`"version": 1`, `"version": "1"`),
		"version 1.0":         replace(`"version": 1`, `"version": 1.0`),
		"no version":          replace(`"version": 1,`, ``),
		"version twice":       replace(`"version": 1,`, `"version": 1, "version": 1,`),
		"unknown name":        replace(`"version": 1,`, `"version": 1, "x": 1,`),
		"name in upper case":  replace(`"version"`, `"Version"`),
		"keys twice":          replace(`"keys": [`, `"keys": [], "keys": [`),
		"no keys":             `{"version": 1, "keys": []}`,
		"keys missing":        `{"version": 1}`,
		"keys null":           `{"version": 1, "keys": null}`,
		"key null":            `{"version": 1, "keys": [null]}`,
		"id twice in a key":   replace(`"id": "old"`, `"id": "old", "id": "old"`),
		"id of two keys":      replace(`"id": "old"`, `"id": "2026-01"`),
		"malformed id":        replace(`"id": "old"`, `"id": "o.ld"`),
		"empty id":            replace(`"id": "old"`, `"id": ""`),
		"id missing":          replace(`"id": "old",`, ``),
		"id a number":         replace(`"id": "old"`, `"id": 7`),
		"unknown name of key": replace(`"id": "old"`, `"id": "old", "purpose": "x"`),
		"no secret":           strings.Replace(good, ",\n      \"secret\": \"ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM\"", "", 1),
		"both":                replace(`"id": "old"`, `"id": "old", "wrapped": "AAAA"`),
		"wrapped without KMS": strings.Replace(good, `"secret": "ZG`, `"wrapped": "ZG`, 1),
		"padded":              replace(`Hh8"`, `Hh8="`),
		"standard alphabet":   replace(`fH1-f`, `fH1+f`),
		"newline inside":      replace(`AAECAwQF`, `AAEC\nAwQF`),
		"loose last bits":     replace(`Hh8"`, `Hh9"`),
		"short":               replace(`AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8`, `AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg`),
		"empty secret":        replace(`AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8`, ``),
		"another fingerprint": replace(`a167db70ac7f662f5ad150ada95ea8d4`, `7ea1c99438c6541ed5893ac3d45d864f`),
		"fingerprint upper":   replace(`a167db70ac7f662f5ad150ada95ea8d4`, strings.ToUpper(`a167db70ac7f662f5ad150ada95ea8d4`)),
		"fingerprint short":   replace(`a167db70ac7f662f5ad150ada95ea8d4`, `abcd`),
		"no fingerprint":      replace(`"fingerprint": "a167db70ac7f662f5ad150ada95ea8d4",`, ``),
		"created elsewhen":    replace(`2026-01-02T15:04:05Z`, `2026-01-02`),
		"created zero":        replace(`2026-01-02T15:04:05Z`, `0001-01-01T00:00:00Z`),
		"created empty":       replace(`2026-01-02T15:04:05Z`, ``),
		"a key twice":         strings.Replace(good, first, first+"    },\n"+strings.Replace(first, "2026-01\"", "again\"", 1), 1),
		"too long":            good + strings.Repeat(" ", maxKeyText),
		"deep":                `{"version": 1, "keys": ` + strings.Repeat("[", 100000),
		"too many":            `{"version": 1, "keys": [` + strings.TrimSuffix(strings.Repeat(first+"},", maxKeys+1), ",") + `]}`,
	} {
		err := keystoreDecode(t, text)
		require.Error(t, err, name)
		// Nothing of the file is in the error but ids.
		require.NotContains(t, err.Error(), "AAEC", name)
		require.NotContains(t, err.Error(), "ZGVm", name)
		require.True(t, strings.HasPrefix(err.Error(), "anonymize: "), err)
	}
}

func keystoreDecode(t testing.TB, text string) error {
	t.Helper()
	r, err := decodeKeys(t.Context(), []byte(text), nil)
	if err != nil {
		require.Nil(t, r)
	}
	return err
}

func FuzzKeyFile(f *testing.F) {
	f.Add(keystoreFixedText)
	f.Add(`{"version":1,"keys":[{"id":"a","fingerprint":"00112233445566778899aabbccddeeff","wrapped":"AAAA"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := decodeKeys(t.Context(), []byte(text), nil)
		if err != nil {
			require.Nil(t, r)
			return
		}
		written, err := encodeKeys(t.Context(), r, nil)
		require.NoError(t, err)
		back, err := decodeKeys(t.Context(), written, nil)
		require.NoError(t, err)
		require.NoError(t, keepsAll(back, keyRows(r)))
		require.NoError(t, keepsAll(r, keyRows(back)))
	})
}

func TestFileKeysMode(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no modes on windows")
	}
	folder := t.TempDir()
	f := FileKeys{Path: filepath.Join(folder, "keys.json")}
	r := keystoreRing(t, "a")
	require.NoError(t, f.Create(t.Context(), r))
	info, err := os.Stat(f.Path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode())
	next, err := r.Rotate(keystoreRing(t, "b").Primary())
	require.NoError(t, err)
	require.NoError(t, f.Save(t.Context(), next))
	info, err = os.Stat(f.Path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode())
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666, 0o660} {
		require.NoError(t, os.Chmod(f.Path, mode))
		_, err := f.Load(t.Context())
		require.ErrorContains(t, err, "chmod 600", "%o", mode)
		require.ErrorContains(t, f.Save(t.Context(), next), "chmod 600", "%o", mode)
		require.ErrorContains(t, f.Drop(t.Context(), "a"), "chmod 600", "%o", mode)
	}
	require.NoError(t, os.Chmod(f.Path, 0o400))
	_, err = f.Load(t.Context())
	require.NoError(t, err)
	keystoreOnly(t, folder, "keys.json")
}

// keystoreOnly requires that the folder has these files: what was written beside is gone.
func keystoreOnly(t testing.TB, folder string, want ...string) {
	t.Helper()
	var names []string
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	require.ElementsMatch(t, want, names)
}

func TestFileKeysCreateLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := FileKeys{Path: filepath.Join(folder, "keys.json")}
	require.NoError(t, os.WriteFile(f.Path, []byte("precious"), 0o644))
	require.ErrorIs(t, f.Create(t.Context(), keystoreRing(t, "a")), fs.ErrExist)
	text, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))
	// Nor is what can't be read replaced by Save.
	require.Error(t, f.Save(t.Context(), keystoreRing(t, "a")))
	require.NoError(t, os.Chmod(f.Path, 0o600))
	require.Error(t, f.Save(t.Context(), keystoreRing(t, "a")))
	text, err = os.ReadFile(f.Path)
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))
	keystoreOnly(t, folder, "keys.json")
}

func TestFileKeysCreateRace(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := FileKeys{Path: filepath.Join(folder, "keys.json")}
	const n = 12
	rings, errs := make([]*Keyring, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		rings[i] = keystoreRing(t, KeyID(fmt.Sprint("k", i)))
		wg.Go(func() { errs[i] = f.Create(t.Context(), rings[i]) })
	}
	wg.Wait()
	var won *Keyring
	for i, err := range errs {
		if err == nil {
			require.Nil(t, won)
			won = rings[i]
			continue
		}
		require.ErrorIs(t, err, fs.ErrExist)
	}
	require.NotNil(t, won)
	got, err := f.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, keepsAll(won, keyRows(got)))
	keystoreOnly(t, folder, "keys.json")
}

// Without hard links, and without locks, the name decides.
func TestFileKeysPlaceNew(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
	require.NoError(t, os.WriteFile(from, []byte("new"), 0o600))
	require.NoError(t, os.WriteFile(to, []byte("old"), 0o600))
	require.ErrorIs(t, placeNew(from, to), fs.ErrExist)
	require.NoError(t, os.Remove(to))
	require.NoError(t, os.Symlink(filepath.Join(folder, "nowhere"), to))
	require.ErrorIs(t, placeNew(from, to), fs.ErrExist)
}

func TestFileKeysLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on windows")
	}
	folder := t.TempDir()
	file, link := FileKeys{Path: filepath.Join(folder, "keys.json")}, FileKeys{Path: filepath.Join(folder, "link")}
	r := keystoreRing(t, "b", "a")
	require.NoError(t, file.Create(t.Context(), r))
	require.NoError(t, os.Symlink("keys.json", link.Path))
	got, err := link.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, keepsAll(got, keyRows(r)))
	require.ErrorContains(t, link.Save(t.Context(), r), "symbolic link")
	require.ErrorContains(t, link.Drop(t.Context(), "a"), "symbolic link")
	require.ErrorIs(t, link.Create(t.Context(), r), fs.ErrExist)
	// What the link points to is what is looked at.
	require.NoError(t, os.Chmod(file.Path, 0o644))
	_, err = link.Load(t.Context())
	require.ErrorContains(t, err, "chmod 600")
	dangling := FileKeys{Path: filepath.Join(folder, "dangling")}
	require.NoError(t, os.Symlink("nowhere", dangling.Path))
	_, err = dangling.Load(t.Context())
	require.ErrorIs(t, err, ErrNoKeys)
	require.ErrorIs(t, dangling.Create(t.Context(), r), fs.ErrExist)
	require.Error(t, dangling.Save(t.Context(), r))
	keystoreOnly(t, folder, "keys.json", "link", "dangling")
}

func TestFileKeysElsewhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	r := keystoreRing(t, "a")
	for _, path := range []string{"", folder, folder + "/", filepath.Join(folder, "none", "keys.json")} {
		f := FileKeys{Path: path}
		_, err := f.Load(t.Context())
		require.Error(t, err, path)
		require.Error(t, f.Save(t.Context(), r), path)
		require.Error(t, f.Create(t.Context(), r), path)
		require.Error(t, f.Drop(t.Context(), "a"), path)
	}
	_, err := FileKeys{Path: filepath.Join(folder, "none", "keys.json")}.Load(t.Context())
	require.ErrorIs(t, err, ErrNoKeys)
	require.ErrorIs(t, err, fs.ErrNotExist)
	keystoreOnly(t, folder)
}

// A writer that was interrupted leaves its file, which neither is read nor is in the way.
func TestFileKeysAfterACrash(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := FileKeys{Path: filepath.Join(folder, "keys.json")}
	unlock, locked, err := lockFolder(t.Context(), folder)
	require.NoError(t, err)
	unlock()
	if !locked {
		t.Skip("the file system of the temporary folder has no locks")
	}
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".keys.json.new"), []byte("half"), 0o600))
	require.NoError(t, f.Save(t.Context(), keystoreRing(t, "a")))
	_, err = f.Load(t.Context())
	require.NoError(t, err)
	keystoreOnly(t, folder, "keys.json")
}

func TestFileKeysWaits(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := FileKeys{Path: filepath.Join(folder, "keys.json")}
	unlock, locked, err := lockFolder(t.Context(), folder)
	require.NoError(t, err)
	if !locked {
		t.Skip("the file system of the temporary folder has no locks")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, f.Save(ctx, keystoreRing(t, "a")), context.DeadlineExceeded)
	unlock()
	require.NoError(t, f.Save(t.Context(), keystoreRing(t, "a")))
}

// keystoreKMS encrypts as a service would.
type keystoreKMS struct {
	aead cipher.AEAD
	err  error
	do   func(wrapped []byte) []byte // with what is wrapped
}

func newKeystoreKMS(t testing.TB, seed byte) *keystoreKMS {
	t.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{seed}, 32))
	require.NoError(t, err)
	aead, err := cipher.NewGCMWithRandomNonce(block)
	require.NoError(t, err)
	return &keystoreKMS{aead: aead}
}

func (k *keystoreKMS) Wrap(ctx context.Context, secret []byte) ([]byte, error) {
	if err := errors.Join(ctx.Err(), k.err); err != nil {
		return nil, err
	}
	wrapped := k.aead.Seal(nil, nil, secret, []byte("context"))
	clear(secret) // it is ours to spoil
	if k.do != nil {
		wrapped = k.do(wrapped)
	}
	return wrapped, nil
}

func (k *keystoreKMS) Unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	if err := errors.Join(ctx.Err(), k.err); err != nil {
		return nil, err
	}
	return k.aead.Open(wrapped[:0], nil, wrapped, []byte("context"))
}

func TestKMS(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	f := FileKeys{Path: path, KMS: newKeystoreKMS(t, 1)}
	r := keystoreFixed(t)
	require.NoError(t, f.Save(t.Context(), r))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(text), "AAECAwQF")
	require.NotContains(t, string(text), `"secret"`)
	require.Equal(t, 2, strings.Count(string(text), `"wrapped"`))
	got, err := f.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, keepsAll(got, keyRows(r)))

	_, err = FileKeys{Path: path}.Load(t.Context())
	require.ErrorContains(t, err, "no KMS")
	_, err = FileKeys{Path: path, KMS: newKeystoreKMS(t, 2)}.Load(t.Context())
	require.ErrorContains(t, err, "can't be unwrapped")
	// Two wrapped keys that change places are found by their fingerprints.
	rows, err := parseKeyRows(text)
	require.NoError(t, err)
	first, second := base64.RawURLEncoding.EncodeToString(rows[0].wrapped), base64.RawURLEncoding.EncodeToString(rows[1].wrapped)
	swapped := strings.NewReplacer(first, second, second, first).Replace(string(text))
	_, err = decodeKeys(t.Context(), []byte(swapped), f.KMS)
	require.ErrorContains(t, err, "fingerprint")

	denied := errors.New("access denied")
	_, err = FileKeys{Path: path, KMS: &keystoreKMS{err: denied}}.Load(t.Context())
	require.ErrorIs(t, err, denied)
	require.ErrorIs(t, FileKeys{Path: path, KMS: &keystoreKMS{err: denied}}.Save(t.Context(), r), denied)
	for _, do := range []func([]byte) []byte{
		func([]byte) []byte { return nil },
		func([]byte) []byte { return make([]byte, maxWrappedKey+1) },
		func(b []byte) []byte { return b[1:] },
	} {
		kms := newKeystoreKMS(t, 1)
		kms.do = do
		require.Error(t, FileKeys{Path: path, KMS: kms}.Save(t.Context(), r))
	}
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(text), string(after))
}

type keystoreClearKMS struct{}

func (keystoreClearKMS) Wrap(_ context.Context, secret []byte) ([]byte, error) {
	return append([]byte("wrapped:"), secret...), nil
}
func (keystoreClearKMS) Unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	return wrapped[8:], nil
}

func TestKMSInClearIsRefused(t *testing.T) {
	t.Parallel()
	f := FileKeys{Path: filepath.Join(t.TempDir(), "keys.json"), KMS: keystoreClearKMS{}}
	require.ErrorContains(t, f.Save(t.Context(), keystoreRing(t, "a")), "in clear")
	_, err := os.Stat(f.Path)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// A file in clear becomes a wrapped one, and is not taken for one before.
func TestKMSLater(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	plain, wrapped := FileKeys{Path: path}, FileKeys{Path: path, KMS: newKeystoreKMS(t, 1)}
	require.NoError(t, plain.Save(t.Context(), keystoreFixed(t)))
	_, err := wrapped.Load(t.Context())
	require.ErrorContains(t, err, "in clear")
	r, err := plain.Load(t.Context())
	require.NoError(t, err)
	require.NoError(t, wrapped.Save(t.Context(), r))
	_, err = wrapped.Load(t.Context())
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(text), "AAECAwQF")
}

func TestEnvKeys(t *testing.T) {
	t.Parallel()
	load := func(value string, kms KMS) (*Keyring, error) {
		return EnvKeys{Name: "K", KMS: kms, Lookup: func(name string) (string, bool) {
			require.Equal(t, "K", name)
			return value, value != ""
		}}.Load(t.Context())
	}
	r, err := load("\n"+keystoreFixedText, nil)
	require.NoError(t, err)
	require.NoError(t, keepsAll(r, keyRows(keystoreFixed(t))))

	secret := keystoreFixed(t).Keys()[1].Secret.bytes()
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
		r, err := load(" "+encoding.EncodeToString(secret)+"\r\n", nil)
		require.NoError(t, err)
		require.Len(t, r.Keys(), 1)
		require.True(t, r.Primary().Secret.Equal(keystoreFixed(t).Keys()[1].Secret))
		require.Equal(t, KeyID("k"+"7ea1c99438c6541ed5893ac3d45d864f"[:12]), r.Primary().ID)
	}

	kms := newKeystoreKMS(t, 1)
	wrapped, err := encodeKeys(t.Context(), keystoreFixed(t), kms)
	require.NoError(t, err)
	_, err = load(string(wrapped), kms)
	require.NoError(t, err)
	_, err = load(string(wrapped), nil)
	require.Error(t, err)
	_, err = load(base64.StdEncoding.EncodeToString(secret), kms)
	require.Error(t, err)

	for _, value := range []string{"", " ", "\n"} {
		_, err := load(value, nil)
		require.ErrorIs(t, err, ErrNoKeys)
	}
	std := base64.StdEncoding.EncodeToString(secret)
	for _, value := range []string{
		"password", std[:len(std)-2], std + "A", std + std, std[:10] + "\n" + std[10:], base64.StdEncoding.EncodeToString(secret[:31]),
		base64.StdEncoding.EncodeToString(make([]byte, maxSecret+1)), "\xff" + std, "{" + std, `"` + std + `"`, strings.TrimRight(std, "="),
	} {
		_, err := load(value, nil)
		require.Error(t, err, value)
		require.NotErrorIs(t, err, ErrNoKeys)
		require.NotContains(t, err.Error(), std[:8])
	}
	require.ErrorIs(t, EnvKeys{}.Save(t.Context(), r), ErrReadOnly)
	require.ErrorIs(t, EnvKeys{}.Drop(t.Context(), "a"), ErrReadOnly)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = EnvKeys{Name: "K"}.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestEnvKeysReadTheEnvironment(t *testing.T) {
	t.Setenv("GRONDSLAG_TEST_KEYS", keystoreFixedText)
	r, err := EnvKeys{Name: "GRONDSLAG_TEST_KEYS"}.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "keys [2026-01 old]", r.String())
	require.NoError(t, os.Unsetenv("GRONDSLAG_TEST_KEYS"))
	_, err = EnvKeys{Name: "GRONDSLAG_TEST_KEYS"}.Load(t.Context())
	require.ErrorIs(t, err, ErrNoKeys)
}

func TestKeysThatCannotBeStored(t *testing.T) {
	t.Parallel()
	f := FileKeys{Path: filepath.Join(t.TempDir(), "keys.json")}
	long, err := NewSecret(make([]byte, maxSecret+1))
	require.NoError(t, err)
	r, err := NewKeyring(Key{ID: "a", Secret: long})
	require.NoError(t, err)
	require.Error(t, f.Save(t.Context(), r))
	k := keystoreRing(t, "a").Primary()
	k.Created = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	r, err = NewKeyring(k)
	require.NoError(t, err)
	require.Error(t, f.Save(t.Context(), r))
	_, err = os.Stat(f.Path)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestFileKeysOfAnother(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	f := FileKeys{Path: filepath.Join(t.TempDir(), "keys.json")}
	require.NoError(t, f.Create(t.Context(), keystoreRing(t, "a")))
	require.NoError(t, os.Chown(f.Path, 65534, -1))
	_, err := f.Load(t.Context())
	require.ErrorContains(t, err, "another user")
	require.ErrorContains(t, f.Save(t.Context(), keystoreRing(t, "a")), "another user")
}
