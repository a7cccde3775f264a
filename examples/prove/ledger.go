package main

import (
	"context"
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

func openLedger(ctx context.Context, path string, keys keyFile, public string, now func() time.Time) (*ledger, error) {
	dsn := url.URL{Scheme: "file", Opaque: filepath.ToSlash(path), RawQuery: url.Values{"_pragma": {
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

// keys reads the keys of the folder, and makes them when there are none.
func (p *program) keys() (keyFile, string, error) {
	private, public := filepath.Join(p.folder, "prove.key"), filepath.Join(p.folder, "prove.pub")
	info, err := os.Stat(private)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Join(p.folder, "prove.db")); err == nil {
			return keyFile{}, "", errors.New("prove.db is there and prove.key is not: a ledger can't be used without its keys")
		}
		return makeKeys(private, public)
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
	key, err := os.ReadFile(public)
	if err != nil {
		return keyFile{}, "", err
	}
	return keyFile{lines[0], secret}, strings.TrimSpace(string(key)), nil
}

func makeKeys(private, public string) (keyFile, string, error) {
	signer, verifier, err := proof.GenerateKey(origin)
	if err != nil {
		return keyFile{}, "", err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	// The public key first: who has only that has lost nothing.
	if err := os.WriteFile(public, []byte(verifier+"\n"), 0o644); err != nil {
		return keyFile{}, "", err
	}
	f, err := os.OpenFile(private, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return keyFile{}, "", err
	}
	_, err = fmt.Fprintf(f, "%s\n%s\n", signer, base64.StdEncoding.EncodeToString(secret))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return keyFile{}, "", err
	}
	return keyFile{signer, secret}, verifier, nil
}

// sequence takes everything that is recorded into the log.
func (l *ledger) sequence(ctx context.Context) error {
	for {
		s, err := l.Sequence(ctx)
		if err != nil || s.Leaves == 0 {
			return err
		}
	}
}

// bundle puts proofs into one file.
func (l *ledger) bundle(files [][]byte) ([]byte, error) {
	return proof.FormatBundle(files, nil, l.signer)
}
