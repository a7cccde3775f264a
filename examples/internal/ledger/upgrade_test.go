package ledger

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

var update = flag.Bool("update", false, "write testdata/v1.sqlite.sql anew; a version that was released keeps its file")

const (
	dumped = "testdata/v1.sqlite.sql"
	told   = "testdata/v1.json"
)

// memory of what the dump holds.
type memory struct {
	Key    string              `json:"key"` // the public key of the log
	People map[string][]string `json:"people"`
	Body   map[string]string   `json:"body"` // of each event, in the order of the log
	Order  []string            `json:"order"`
}

// TestUpgrade: a database that version 1 wrote opens, migrates and verifies for ever.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	if *update {
		dump(t)
	}
	text, err := os.ReadFile(dumped)
	require.NoError(t, err)
	about, err := os.ReadFile(told)
	require.NoError(t, err)
	var m memory
	require.NoError(t, json.Unmarshal(about, &m))
	require.Len(t, m.Order, 9)

	db := &database{DB: lite(t, filepath.Join(t.TempDir(), "v1.db")), dialect: sqlstore.SQLite}
	_, err = db.ExecContext(t.Context(), string(text))
	require.NoError(t, err)
	s := db.open(t, sqlstore.Options{Tenant: "velg"})

	for p, want := range m.People {
		events, err := s.History(t.Context(), basis.Subject(p))
		require.NoError(t, err)
		var got []string
		for _, e := range events {
			got = append(got, e.ID.String())
			require.Equal(t, m.Body[e.ID.String()], string(e.Body))
			require.NotEmpty(t, e.Disclosures)
		}
		require.ElementsMatch(t, want, got, p)
	}
	var order []string
	var leaves []tlog.Hash
	for id, err := range s.Leaves(t.Context(), 0) {
		require.NoError(t, err)
		e, err := s.Find(t.Context(), id)
		require.NoError(t, err)
		body, err := proof.ParseBody(e.Body)
		require.NoError(t, err)
		require.Equal(t, [16]byte(id), body.ID)
		order = append(order, id.String())
		leaves = append(leaves, body.Leaf())
	}
	require.Equal(t, m.Order, order)
	head, _, err := proof.Grow(proof.Head{}, &proof.MemoryTiles{}, leaves)
	require.NoError(t, err)
	verifier, err := note.NewVerifier(m.Key)
	require.NoError(t, err)
	signed, size, err := s.Checkpoint(t.Context(), -1)
	require.NoError(t, err)
	c, err := proof.Policy{Log: verifier}.Open(signed)
	require.NoError(t, err)
	require.Equal(t, head, c.Head)
	require.EqualValues(t, len(leaves), size)

	_, err = s.Append(t.Context(), []consent.Entry{grant("gone")})
	require.ErrorIs(t, err, consent.ErrErased)
	count := func(seq func(func(consent.KeptCapsule, error) bool)) (n int) {
		for _, err := range seq {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.Equal(t, 1, count(s.Capsules(t.Context())))
	messages, err := s.Messages(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, messages, 1)
	require.Equal(t, basis.Subject("c-1"), messages[0].Subject)
	notices, err := s.Notices(t.Context())
	require.NoError(t, err)
	require.Len(t, notices, 1)
	require.True(t, notices[0].From.Equal(noon()))
	marks, err := s.Suppressions(t.Context(), []consent.Mark{{9}})
	require.NoError(t, err)
	require.Len(t, marks, 1)
	var standing []basis.Subject
	for n, err := range s.Standings(t.Context(), "newsletter", basis.Email, noon()) {
		require.NoError(t, err)
		standing = append(standing, n.Subject)
	}
	require.Equal(t, []basis.Subject{"c-2"}, standing)
	request, err := s.SpendToken(t.Context(), [32]byte{5}, noon())
	require.NoError(t, err)
	require.Equal(t, "request", string(request))
	add(t, s, grant("c-9"))
}

// dump makes a ledger and writes its database as SQL.
func dump(t *testing.T) {
	t.Helper()
	db := onSQLite(t)
	s := db.open(t, sqlstore.Options{Tenant: "velg"})
	ctx := t.Context()
	skey, vkey, err := proof.GenerateKey("velg.example/consent")
	require.NoError(t, err)
	signer, err := note.NewSigner(skey)
	require.NoError(t, err)
	m := memory{Key: vkey, People: map[string][]string{}, Body: map[string]string{}}

	require.NoError(t, s.PutNotice(ctx, consent.Published{Hash: consent.NoticeHash{1}, Notice: []byte("notice"), From: noon()}))
	for i := range 8 {
		p := fmt.Sprint("c-", i%3)
		if i == 7 {
			p = "gone"
		}
		e := grant(basis.Subject(p))
		e.Key = consent.Mark{byte(i + 1)}
		if i == 6 {
			e.With = "merged"
		}
		e.Short, e.ShortUntil = []byte("short"), noon()
		if i == 1 {
			e.Messages = []consent.Message{{ID: consent.NewEventID(), Event: e.ID, Type: consent.Withdrawn, Recipient: "mailer", Subject: "c-1", At: noon()}}
			e.Suppress = []consent.Suppression{{Address: consent.Mark{9}, Reason: consent.Withdrawn, At: noon()}}
		}
		add(t, s, e)
	}
	erase(t, s, "gone")
	require.NoError(t, s.PutToken(ctx, sqlstore.Token{Hash: [32]byte{5}, Subject: "c-1", Expires: noon().AddDate(1, 0, 0), Request: []byte("request")}))
	events, err := s.History(ctx, "c-2")
	require.NoError(t, err)
	require.NoError(t, s.Stand(ctx, []basis.Subject{"c-2"}, len(events), []consent.Standing{{Subject: "c-2", Purpose: "newsletter", Channel: basis.Email, Event: events[0].ID}}))
	pending, err := s.Pending(ctx, 100)
	require.NoError(t, err)
	var leaves []tlog.Hash
	for _, l := range pending {
		leaves = append(leaves, l.Hash)
		m.Order = append(m.Order, l.ID.String())
	}
	head, tiles, err := proof.Grow(proof.Head{}, &proof.MemoryTiles{}, leaves)
	require.NoError(t, err)
	signed, err := proof.Sign("velg.example/consent", head, signer)
	require.NoError(t, err)
	require.NoError(t, s.Grow(ctx, consent.Growth{Leaves: pending, Tiles: tiles, Checkpoint: signed, At: noon()}))
	held, err := s.Lease(ctx, "sequencer", noon(), noon())
	require.NoError(t, err)
	require.True(t, held)
	for e, err := range s.All(ctx) {
		require.NoError(t, err)
		m.Body[e.ID.String()] = string(e.Body)
	}
	for _, p := range []string{"c-0", "c-1", "c-2", "gone", "merged"} {
		events, err := s.History(ctx, basis.Subject(p))
		require.NoError(t, err)
		m.People[p] = []string{}
		for _, e := range events {
			m.People[p] = append(m.People[p], e.ID.String())
		}
	}

	var out strings.Builder
	out.WriteString("-- A ledger that version 1 wrote. See upgrade_test.go.\n")
	for _, kind := range []string{"table", "index", "trigger"} {
		for _, ddl := range texts(t, db.DB, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type = '"+kind+"' ORDER BY name") {
			out.WriteString(ddl + ";\n")
		}
		if kind == "table" {
			for _, table := range texts(t, db.DB, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
				out.WriteString(inserts(t, db.DB, table))
			}
		}
	}
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	require.NoError(t, os.WriteFile(dumped, []byte(out.String()), 0o644))
	text, err := json.MarshalIndent(m, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(told, append(text, '\n'), 0o644))
}

// inserts are the statements that fill a table.
func inserts(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var out strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, rows.Scan(values...))
		out.WriteString("INSERT INTO " + table + " VALUES (")
		for i, v := range values {
			if i > 0 {
				out.WriteString(", ")
			}
			switch v := (*v.(*any)).(type) {
			case nil:
				out.WriteString("NULL")
			case []byte:
				out.WriteString("X'" + hex.EncodeToString(v) + "'")
			case string:
				out.WriteString("'" + strings.ReplaceAll(v, "'", "''") + "'")
			default:
				fmt.Fprint(&out, v)
			}
		}
		out.WriteString(");\n")
	}
	require.NoError(t, rows.Err())
	return out.String()
}
