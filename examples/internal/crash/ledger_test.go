package crash

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// identity is the keys of one log, which a child process is given as text.
type identity struct {
	Private, Public string
}

func newIdentity(t testing.TB) identity {
	t.Helper()
	private, public, err := proof.GenerateKey("shop.example/consent")
	require.NoError(t, err)
	return identity{private, public}
}

// source is the data source name that package sqlstore asks for.
func source(path string) string {
	return "file:" + filepath.ToSlash(path) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=busy_timeout(5000)"
}

// config is that of a ledger in the database.
func (id identity) config(store consent.Store, now func() time.Time) (consent.Config, error) {
	policy, err := proof.NewPolicy(id.Public)
	if err != nil {
		return consent.Config{}, err
	}
	signer, err := note.NewSigner(id.Private)
	if err != nil {
		return consent.Config{}, err
	}
	keys, err := consent.NewKeys(make([]byte, 32))
	return consent.Config{
		Store: store, Keys: keys, Now: now, Zone: "Europe/Amsterdam", Standings: true, Policy: policy, Signers: []note.Signer{signer},
		Recipients: map[basis.PurposeID][]basis.Recipient{"newsletter": {"mailer"}},
	}, err
}

// shown is the notice of all grants here.
func shown() consent.Notice {
	return consent.Notice{
		Text: []byte("Yes, mail me the newsletter."), MediaType: "text/plain", Language: "en", Version: "1", Controller: "De Gouden Velg",
		Withdrawal: "the link in each mail", Form: "/sign-up", Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
	}
}

func given(s basis.Subject, n consent.NoticeHash) consent.Event {
	return consent.Event{
		Type: consent.Given, Subject: s, Purpose: "newsletter", Channel: basis.Email, Notice: n, Actor: consent.Person,
		Evidence: consent.Evidence{
			Point: string(s) + "@example.com", Binding: consent.Mailbox, Action: consent.Active, Bundled: consent.No, Conditional: consent.No,
			WithdrawalTold: consent.Yes, Imbalance: consent.No,
		},
	}
}

// sequence takes everything into the log.
func sequence(t testing.TB, l *consent.Ledger) {
	t.Helper()
	for {
		s, err := l.Sequence(t.Context())
		require.NoError(t, err)
		if s.Leaves == 0 {
			return
		}
	}
}

// openSQLite opens, and makes, the tables in a file.
func openSQLite(t testing.TB, path string) (*sql.DB, *sqlstore.Store) {
	t.Helper()
	db, err := sql.Open("sqlite", source(path))
	require.NoError(t, err)
	s, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	return db, s
}
