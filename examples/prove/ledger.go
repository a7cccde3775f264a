package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

const origin = "goudenvelg.example/consent"

// keyFile is what prove.key holds, a line each: the key that signs the log, and the secret of the ledger.
type keyFile struct {
	signer string
	secret []byte
}

// ledger is the one in the folder.
type ledger struct {
	*consent.Ledger
	db     *sql.DB
	store  *sqlstore.Store
	signer note.Signer
	cfg    consent.Config
}

func (l *ledger) close() { l.db.Close() }

// open opens the ledger in the folder, and makes it when there is none.
func (p *program) open(ctx context.Context) (*ledger, error) {
	keys, public, err := p.keys()
	if err != nil {
		return nil, err
	}
	if stray := filepath.Join(p.folder, "prove.db-wal"); exists(stray) && !exists(filepath.Join(p.folder, "prove.db")) {
		return nil, errors.New("prove.db-wal is there and prove.db is not: what it holds would go into a new ledger; remove it, or put prove.db back")
	}
	now := &storyClock{}
	l, err := openLedger(ctx, filepath.Join(p.folder, "prove.db"), keys, public, now.now)
	if err != nil {
		return nil, err
	}
	if err := l.begin(ctx, now); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func openLedger(ctx context.Context, path string, keys keyFile, public string, now func() time.Time) (*ledger, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "foreign_keys(ON)",
	}}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	l := &ledger{db: db}
	if err := l.build(ctx, keys, public, now); err != nil {
		db.Close()
		return nil, err
	}
	return l, nil
}

func (l *ledger) build(ctx context.Context, keys keyFile, public string, now func() time.Time) error {
	var err error
	if l.store, err = sqlstore.Open(l.db, sqlstore.Options{Dialect: sqlstore.SQLite}); err != nil {
		return err
	}
	if err = l.store.Migrate(ctx); err != nil {
		return err
	}
	if l.signer, err = note.NewSigner(keys.signer); err != nil {
		return errors.New("prove.key holds no key of a log")
	}
	policy, err := proof.NewPolicy(public)
	if err != nil {
		return err
	}
	secrets, err := consent.NewKeys(keys.secret)
	if err != nil {
		return err
	}
	l.cfg = consent.Config{
		Store: l.store, Keys: secrets, Now: now, Zone: "Europe/Amsterdam", Standings: true, Policy: policy, Signers: []note.Signer{l.signer},
		Requirements: map[basis.PurposeID]consent.Requirements{"newsletter": {Mailbox: true, ProofKept: true}, "offers": {Mailbox: true, ProofKept: true}},
		Recipients:   map[basis.PurposeID][]basis.Recipient{"newsletter": {"mail-tool"}},
	}
	l.Ledger, err = consent.Open(ctx, l.cfg)
	return err
}

// keys reads the keys of the folder, and makes them when there are none. What it makes appears whole or not at all,
// so that it may be interrupted, and two programs may begin at once.
func (p *program) keys() (keyFile, string, error) {
	private, public := filepath.Join(p.folder, "prove.key"), filepath.Join(p.folder, "prove.pub")
	info, err := os.Stat(private)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(p.folder, "prove.db")); err == nil {
			return keyFile{}, "", errors.New("prove.db is there and prove.key is not: a ledger can't be used without its keys")
		}
		if err := makeKey(private); err != nil {
			return keyFile{}, "", err
		}
		info, err = os.Stat(private)
	}
	switch {
	case err != nil:
		return keyFile{}, "", err
	case info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/':
		return keyFile{}, "", errors.New("prove.key can be read by others; chmod 600 prove.key")
	}
	text, err := os.ReadFile(private)
	if err != nil {
		return keyFile{}, "", err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 {
		return keyFile{}, "", errors.New("prove.key does not have its two lines")
	}
	secret, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil {
		return keyFile{}, "", errors.New("prove.key holds no secret of a ledger")
	}
	verifier, err := verifierOf(lines[0])
	if err != nil {
		return keyFile{}, "", err
	}
	if err := publish(public, []byte(verifier+"\n"), 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return keyFile{}, "", err
	}
	key, err := os.ReadFile(public)
	if err == nil && strings.TrimSpace(string(key)) != verifier {
		err = errors.New("prove.pub is of another key than prove.key")
	}
	return keyFile{lines[0], secret}, verifier, err
}

// makeKey makes a key, unless another program made one meanwhile.
func makeKey(path string) error {
	signer, _, err := proof.GenerateKey(origin)
	if err != nil {
		return err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	err = publish(path, fmt.Appendf(nil, "%s\n%s\n", signer, base64.StdEncoding.EncodeToString(secret)), 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// publish writes a file that is not there yet in one step; [fs.ErrExist] when it is.
func publish(path string, text []byte, mode fs.FileMode) error {
	if exists(path) {
		return fs.ErrExist
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".prove-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err := errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}

// verifierOf is the public half of a key as [proof.GenerateKey] writes it: it ends with the base64 of its type and the seed of Ed25519.
func verifierOf(signer string) (string, error) {
	bad := errors.New("prove.key holds no key of a log")
	s, err := note.NewSigner(signer)
	if err != nil {
		return "", bad
	}
	raw, err := base64.StdEncoding.DecodeString(signer[len(signer)-base64.StdEncoding.EncodedLen(1+ed25519.SeedSize):])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", bad
	}
	return note.NewEd25519VerifierKey(s.Name(), ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
}

// sequence takes everything that is recorded into the log.
func (l *ledger) sequence(ctx context.Context) error {
	for {
		s, err := l.Sequence(ctx)
		switch {
		case errors.Is(err, consent.ErrConflict): // another program was first
		case err != nil || s.Leaves == 0:
			return err
		}
	}
}

// bundle puts proofs into one file.
func (l *ledger) bundle(files [][]byte) ([]byte, error) {
	return proof.FormatBundle(files, nil, l.signer)
}
