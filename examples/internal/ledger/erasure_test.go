package ledger

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"index/suffixarray"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// everything reads every column of every table of the ledger as text.
func everything(t testing.TB, db *database, prefix string) string {
	t.Helper()
	names := "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '" + prefix + "%'"
	if db.dialect == sqlstore.PostgreSQL {
		names = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE '" + prefix + "%'"
	}
	var all strings.Builder
	tables := 0
	for _, table := range texts(t, db.DB, names) {
		tables++
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(sql.RawBytes)
			}
			require.NoError(t, rows.Scan(values...))
			for i, v := range values {
				fmt.Fprintf(&all, "%s.%s %s\n", table, columns[i], *v.(*sql.RawBytes))
			}
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	require.Greater(t, tables, 14)
	return all.String()
}

func texts(t testing.TB, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		out = append(out, s)
	}
	require.NoError(t, rows.Err())
	return out
}

// traces are what of a person must be nowhere: the reference, the address, and of each disclosure the salt
// and, where it is about this person alone, the rest.
func traces(t testing.TB, p basis.Subject, events []consent.Stored) []string {
	t.Helper()
	out := []string{string(p), string(p) + "@example.com"}
	for _, e := range events {
		for line := range strings.Lines(string(e.Disclosures)) {
			line = strings.TrimSpace(line)
			raw, err := base64.RawURLEncoding.DecodeString(line)
			require.NoError(t, err)
			out = append(out, line[:32]) // ["<salt>
			if bytes.Contains(raw, []byte(p)) {
				out = append(out, line[32:])
			}
		}
	}
	return out
}

// occurring counts the traces that are in the bytes.
func occurring(file []byte, traces []string) int {
	index := suffixarray.New(file)
	n := 0
	for _, g := range traces {
		if index.Lookup([]byte(g), 1) != nil {
			n++
		}
	}
	return n
}

func TestErasedIsNowhere(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.empty(t)
		const people = 400
		// In no order, so that pages of indexes split in the middle.
		name := func(i int) basis.Subject {
			h := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
			return basis.Subject(fmt.Sprintf("%x-person", h[:8]))
		}
		for round := range 4 {
			var batch []consent.Entry
			for i := range people {
				e := grant(name(i))
				e.Short, e.ShortUntil = []byte("short of "+string(name(i))), noon()
				if round == 1 {
					e.Messages = []consent.Message{{ID: consent.NewEventID(), Event: e.ID, Type: consent.Withdrawn, Recipient: "mailer", Subject: name(i), At: noon()}}
				}
				if round == 2 && i%2 == 1 {
					e.With = name(i - 1)
				}
				batch = append(batch, e)
			}
			add(t, s, batch...)
		}
		var standings []consent.Standing
		var all []basis.Subject
		for i := range people {
			all = append(all, name(i))
			standings = append(standings, consent.Standing{Subject: name(i), Purpose: "newsletter", Channel: basis.Email})
		}
		require.NoError(t, s.Stand(t.Context(), all, 4*people, standings))

		var gone []string
		for i := 0; i < people; i += 3 {
			p := name(i)
			require.NoError(t, s.Erase(t.Context(), []basis.Subject{p}, func(events []consent.Stored) (consent.Erasure, error) {
				gone = append(gone, traces(t, p, events)...)
				return erasure(noon(), []basis.Subject{p}, events), nil
			}))
		}
		messages, err := s.Messages(t.Context(), 2*people)
		require.NoError(t, err)
		for _, m := range messages {
			require.NoError(t, s.Acknowledge(t.Context(), m.ID, noon()))
		}
		require.NoError(t, s.Scrub(t.Context()))

		dump := everything(t, db, "consent_")
		require.Contains(t, dump, string(name(1)), "the others are there")
		require.Zero(t, occurring([]byte(dump), gone), "of %d traces are in the tables", len(gone))
		if db.dialect == sqlstore.SQLite {
			for _, suffix := range []string{"", "-wal"} {
				file, err := os.ReadFile(db.path + suffix)
				require.NoError(t, err)
				if suffix == "" {
					require.True(t, bytes.Contains(file, []byte(name(1))), "the others are there")
				} else {
					require.Empty(t, file)
				}
				require.Zero(t, occurring(file, gone), "of %d traces are in the file%s", len(gone), suffix)
			}
		}
	})
}

// TestRestore: a backup from before an erasure brings the person back; the erase-list finds and refuses them.
func TestRestore(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{Tenant: "now"})
		old := db.open(t, sqlstore.Options{Tenant: "restored"}) // as it was before
		var people []basis.Subject
		for i := range 1200 {
			people = append(people, basis.Subject(fmt.Sprintf("c-%04d", i)))
		}
		for _, l := range []*sqlstore.Store{s, old} {
			var batch []consent.Entry
			for _, p := range people {
				batch = append(batch, grant(p))
			}
			batch[7].With = "merged"
			add(t, l, batch...)
		}
		gone := []basis.Subject{"c-0003", "c-0700", "merged", "never-there"}
		erase(t, s, gone...)
		list, err := s.EraseList(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 8, "under two keys each")
		require.True(t, list[0].At.Equal(noon()))

		again, err := old.Reapply(t.Context(), list, marksOf)
		require.NoError(t, err)
		require.Equal(t, gone[:3], again)
		_, err = old.Append(t.Context(), []consent.Entry{grant("never-there")})
		require.ErrorIs(t, err, consent.ErrErased)
		erase(t, old, again...)
		again, err = old.Reapply(t.Context(), list, marksOf)
		require.NoError(t, err)
		require.Empty(t, again)
		both, err := old.EraseList(t.Context())
		require.NoError(t, err)
		require.Equal(t, list, both)
	})
}
