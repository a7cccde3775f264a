package ledger

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/consenttest"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

func TestMigrate(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		var wg sync.WaitGroup
		for range 8 {
			handle := db.DB
			if db.dialect == sqlstore.SQLite {
				handle = lite(t, db.path) // another program
			}
			wg.Go(func() {
				s, err := sqlstore.Open(handle, sqlstore.Options{Dialect: db.dialect})
				if err == nil {
					err = s.Migrate(t.Context())
				}
				if err == nil {
					err = s.Validate(t.Context())
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		s := db.open(t, sqlstore.Options{})
		add(t, s, grant("c-1"))
		require.NoError(t, s.Migrate(t.Context()), "again changes nothing")
		events, err := s.History(t.Context(), "c-1")
		require.NoError(t, err)
		require.Len(t, events, 1)
		require.Equal(t, []string{"1"}, texts(t, db.DB, "SELECT CAST(version AS TEXT) FROM consent_version"))

		_, err = db.ExecContext(t.Context(), "INSERT INTO consent_version VALUES (2)")
		require.NoError(t, err)
		require.ErrorContains(t, s.Migrate(t.Context()), "later version")
		require.ErrorContains(t, s.Validate(t.Context()), "later version")
	})
}

// TestMigrateDown: the part Down of the file takes away all that Up made.
func TestMigrateDown(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		objects := "SELECT type || ' ' || name FROM sqlite_master"
		if db.dialect == sqlstore.PostgreSQL {
			objects = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
				UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`
		}
		s := db.open(t, sqlstore.Options{})
		require.NotEmpty(t, texts(t, db.DB, objects))
		_, down, ok := strings.Cut(s.SQL(), "-- +goose Down\n")
		require.True(t, ok)
		_, err := db.ExecContext(t.Context(), down)
		require.NoError(t, err)
		require.Empty(t, texts(t, db.DB, objects))
		db.open(t, sqlstore.Options{})
	})
}

func TestValidateFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s, err := sqlstore.Open(db.DB, sqlstore.Options{Dialect: db.dialect})
		require.NoError(t, err)
		require.ErrorContains(t, s.Validate(t.Context()), "the table consent_events is missing")
		s = db.open(t, sqlstore.Options{})

		type piece struct{ what, drop string }
		var pieces []piece
		tables := "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'consent_%'"
		columns := "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name LIKE 'consent_%'"
		indexes := "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
		triggers := "SELECT tbl_name || '.' || name FROM sqlite_master WHERE type = 'trigger'"
		if db.dialect == sqlstore.PostgreSQL {
			tables = "SELECT table_name::text FROM information_schema.tables WHERE table_name LIKE 'consent_%'"
			columns = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_name LIKE 'consent_%'"
			indexes = "SELECT indexname::text FROM pg_indexes WHERE indexname LIKE 'consent_%' AND indexname NOT LIKE '%_pkey'"
			triggers = "SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
		}
		for _, table := range texts(t, db.DB, tables) {
			pieces = append(pieces, piece{"table " + table, "ALTER TABLE " + table + " RENAME TO lost"})
		}
		for _, c := range texts(t, db.DB, columns) {
			table, column, _ := strings.Cut(c, ".")
			pieces = append(pieces, piece{"column " + column + " of the table " + table, "ALTER TABLE " + table + " RENAME COLUMN " + column + " TO lost"})
		}
		for _, index := range texts(t, db.DB, indexes) {
			pieces = append(pieces, piece{"index " + index, "DROP INDEX " + index})
		}
		for _, c := range texts(t, db.DB, triggers) {
			table, trigger, _ := strings.Cut(c, ".")
			if db.dialect == sqlstore.SQLite {
				pieces = append(pieces, piece{"trigger " + trigger, "DROP TRIGGER " + trigger})
				continue
			}
			pieces = append(pieces, piece{"trigger " + trigger, "DROP TRIGGER " + trigger + " ON " + table},
				piece{"trigger " + trigger, "ALTER TABLE " + table + " DISABLE TRIGGER " + trigger})
		}
		require.Greater(t, len(pieces), 100)
		pieces = append(pieces, piece{"version of the tables", "DELETE FROM consent_version"})
		for _, p := range pieces {
			tx, err := db.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			_, err = tx.ExecContext(t.Context(), p.drop)
			require.NoError(t, err, p.drop)
			require.ErrorContains(t, s.Tx(tx).Validate(t.Context()), "the "+p.what+" is missing", p.drop)
			require.NoError(t, tx.Rollback())
		}
		require.NoError(t, s.Validate(t.Context()))
	})
}

// TestValidatePragmas: a data source name that lets deleted data live on, or loses what was recorded, is found.
func TestValidatePragmas(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)":                              "secure_delete",
		"_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(FAST)":  "secure_delete",
		"_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=secure_delete(ON)":  "synchronous",
		"_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)": "journal_mode",
	} {
		path := filepath.Join(t.TempDir(), "ledger.db")
		db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?"+setting)
		require.NoError(t, err)
		s, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
		require.NoError(t, err)
		require.NoError(t, s.Migrate(t.Context()))
		db.SetMaxIdleConns(0) // a writer sets secure_delete itself, the next connection has it not
		require.ErrorContains(t, s.Validate(t.Context()), want, setting)
		require.NoError(t, db.Close())
	}
}

// TestAppendOnly: the database itself refuses to change or delete what is evidence.
func TestAppendOnly(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		e := grant("c-1")
		e.Short, e.ShortUntil = []byte("short"), noon()
		e.Suppress = []consent.Suppression{{Address: consent.Mark{1}, Reason: consent.Withdrawn, At: noon()}}
		add(t, s, e, grant("c-2"))
		require.NoError(t, s.PutNotice(t.Context(), consent.Published{Hash: consent.NoticeHash{1}, Notice: []byte("n"), From: noon()}))
		require.NoError(t, s.Grow(t.Context(), consent.Growth{Leaves: []consent.PendingLeaf{{ID: e.ID, Hash: e.Leaf}}, Checkpoint: []byte("c")}))
		erase(t, s, "c-2")
		before := everything(t, db, "consent_")

		column := map[string]string{
			"events": "body", "personal": "subject", "short": "lines", "erased": "mark", "capsules": "salt",
			"notices": "notice", "leaves": "event",
		}
		for table, c := range column {
			_, err := db.ExecContext(t.Context(), "UPDATE consent_"+table+" SET "+c+" = "+c)
			require.Error(t, err, table)
		}
		deletable := []string{"personal", "short", "capsules"}
		for _, table := range []string{"events", "erased", "notices", "leaves", "checkpoints", "suppressions"} {
			_, err := db.ExecContext(t.Context(), "DELETE FROM consent_"+table)
			require.Error(t, err, table)
			require.False(t, slices.Contains(deletable, table))
			if db.dialect == sqlstore.PostgreSQL {
				_, err := db.ExecContext(t.Context(), "TRUNCATE consent_"+table)
				require.Error(t, err, table)
			}
		}
		require.Equal(t, before, everything(t, db, "consent_"))
		for _, table := range deletable {
			result, err := db.ExecContext(t.Context(), "DELETE FROM consent_"+table)
			require.NoError(t, err, table)
			n, err := result.RowsAffected()
			require.NoError(t, err)
			require.NotZero(t, n, table)
		}
	})
}

// TestApart: stores with another prefix, schema or tenant see nothing of each other.
func TestApart(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		options := []sqlstore.Options{{}, {Tenant: "b"}, {Tenant: "B"}, {Tenant: "'; DROP TABLE consent_events; --"}, {Prefix: "crm_"}, {Prefix: "_x9", Tenant: "b"}}
		if db.dialect == sqlstore.PostgreSQL {
			_, err := db.ExecContext(t.Context(), `CREATE SCHEMA "user"`) // a reserved word
			require.NoError(t, err)
			options = append(options, sqlstore.Options{Schema: "user"}, sqlstore.Options{Schema: "user", Prefix: "x_", Tenant: "b"})
		}
		var stores []*sqlstore.Store
		for _, o := range options {
			stores = append(stores, db.open(t, o))
		}
		var entries []consent.Entry
		for i, s := range stores {
			e := grant("c-1")
			e.Key = consent.Mark{7} // the same one for all of them
			e.Messages = []consent.Message{{ID: consent.NewEventID(), Event: e.ID, Type: consent.Withdrawn, At: noon()}}
			e.Suppress = []consent.Suppression{{Address: consent.Mark{byte(i)}, Reason: consent.Withdrawn, At: noon()}}
			entries = append(entries, e)
			add(t, s, e)
			require.NoError(t, s.PutNotice(t.Context(), consent.Published{Hash: consent.NoticeHash{byte(i)}, From: noon()}))
			require.NoError(t, s.Stand(t.Context(), []basis.Subject{"c-1"}, 1, []consent.Standing{{Subject: "c-1", Purpose: "p", Event: e.ID}}))
			require.NoError(t, s.PutToken(t.Context(), sqlstore.Token{Hash: [32]byte{1}, Subject: "c-1", Expires: noon()}))
			held, err := s.Lease(t.Context(), fmt.Sprint(i), noon(), noon().AddDate(1, 0, 0))
			require.NoError(t, err)
			require.True(t, held)
		}
		erase(t, stores[0], "c-1")
		for i, s := range stores {
			events, err := s.History(t.Context(), "c-1")
			require.NoError(t, err)
			all := 0
			for _, err := range s.All(t.Context()) {
				require.NoError(t, err)
				all++
			}
			if i == 0 {
				require.Empty(t, events)
				require.Equal(t, 2, all)
			} else {
				require.Len(t, events, 1)
				require.Equal(t, entries[i].ID, events[0].ID)
				require.Equal(t, 1, all)
				_, err = s.Append(t.Context(), []consent.Entry{grant("c-1")})
				require.NoError(t, err, "it was erased elsewhere")
			}
			for j := range entries {
				_, err := s.Find(t.Context(), entries[j].ID)
				require.Equal(t, i == j, err == nil)
			}
			marks, err := s.Suppressions(t.Context(), []consent.Mark{{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}})
			require.NoError(t, err)
			require.Len(t, marks, 1)
			notices, err := s.Notices(t.Context())
			require.NoError(t, err)
			require.Len(t, notices, 1)
			messages, err := s.Messages(t.Context(), 10)
			require.NoError(t, err)
			require.Len(t, messages, 1)
			n, err := s.ForgetTokens(t.Context(), "c-1")
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
		consenttest.Run(t, func(t testing.TB) consent.Store {
			return db.open(t, sqlstore.Options{Prefix: "crm_", Tenant: fmt.Sprint(db.tenants.Add(1))})
		})
	})
}
