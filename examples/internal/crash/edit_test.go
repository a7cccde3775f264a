package crash

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// The database is edited behind our back, with the triggers dropped, a table and a kind of edit at a time: Verify
// names the row.
func TestEdited(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	id := newIdentity(t)
	whole := filepath.Join(folder, "whole.db")
	db, store := openSQLite(t, whole)
	cfg, err := id.config(store, time.Now)
	require.NoError(t, err)
	cfg.IP, cfg.IPFor = consent.IPFull, time.Hour
	l, err := consent.Open(t.Context(), cfg)
	require.NoError(t, err)
	hash, err := l.Publish(t.Context(), shown(), time.Now().Add(-time.Hour))
	require.NoError(t, err)
	give := func(s basis.Subject) consent.EventID {
		e := given(s, hash)
		e.Evidence.IP = "192.0.2.7"
		id, err := l.Give(t.Context(), e)
		require.NoError(t, err)
		return id
	}
	first, second, gone := give("c-1"), give("c-2"), give("c-3")
	merger, err := l.Merge(t.Context(), "c-4", "c-5", consent.Operator)
	require.NoError(t, err)
	sequence(t, l)
	for i := range 260 { // more than a tile
		give(basis.Subject(fmt.Sprint("m-", i)))
	}
	sequence(t, l)
	erased, err := l.Erase(t.Context(), "c-3", consent.Erasing{Actor: consent.Person, CapsulesUntil: time.Now().AddDate(1, 0, 0)})
	require.NoError(t, err)
	sequence(t, l)
	refused, err := l.Refuse(t.Context(), consent.Event{Subject: "c-6", Purpose: "newsletter", Channel: basis.Email})
	require.NoError(t, err)
	found, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	var positions [2]int64
	for i, id := range []consent.EventID{first, second} {
		positions[i], err = store.Position(t.Context(), id)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	image, err := os.ReadFile(whole)
	require.NoError(t, err)

	x := func(id consent.EventID) string { return "x'" + hex.EncodeToString(id[:]) + "'" }
	event := func(id consent.EventID) string { return "events/" + id.String() }
	const flipped = " = CAST(REPLACE(CAST(%s AS TEXT), '%s', '%s') AS BLOB)"
	changed := func(column, old, now string) string { return column + fmt.Sprintf(flipped, column, old, now) }
	// flip makes an expression of a blob with another byte at an offset from 1.
	flip := func(column string, at int) string {
		return fmt.Sprintf("%[1]s = CAST(substr(%[1]s, 1, %[3]d) || CASE WHEN substr(%[1]s, %[2]d, 1) = x'41' THEN x'42' ELSE x'41' END || substr(%[1]s, %[4]d) AS BLOB)", column, at, at-1, at+1)
	}
	for name, tc := range map[string]struct {
		edit string
		path string
	}{
		"events: another purpose":         {"UPDATE consent_events SET " + changed("body", "newsletter", "newspapers") + " WHERE id = " + x(first), event(first)},
		"events: another body":            {"UPDATE consent_events SET body = (SELECT body FROM consent_events WHERE id = " + x(second) + ") WHERE id = " + x(first), event(first)},
		"events: an erased one's body":    {"UPDATE consent_events SET " + changed("body", "newsletter", "newspapers") + " WHERE id = " + x(gone), event(gone)},
		"events: the erasure's body":      {"UPDATE consent_events SET " + flip("body", 60) + " WHERE id = " + x(erased.Event), event(erased.Event)},
		"events: a body that waits":       {"UPDATE consent_events SET " + changed("body", "newsletter", "newspapers") + " WHERE id = " + x(refused), event(refused)},
		"events: deleted":                 {"DELETE FROM consent_events WHERE id = " + x(first), event(first)},
		"events: an erased one deleted":   {"DELETE FROM consent_events WHERE id = " + x(gone), event(gone)},
		"events: all of a person deleted": {"DELETE FROM consent_events WHERE id = " + x(first) + "; DELETE FROM consent_personal WHERE event = " + x(first) + "; DELETE FROM consent_short WHERE event = " + x(first), event(first)},
		"events: added": {"INSERT INTO consent_events SELECT tenant, x'00112233445566778899aabbccddeeff', body, NULL FROM consent_events WHERE id = " + x(first),
			"events/" + consent.EventID{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}.String()},
		"personal: a value":         {"UPDATE consent_personal SET " + flip("lines", 70) + " WHERE event = " + x(first), event(first)},
		"personal: a salt":          {"UPDATE consent_personal SET " + flip("lines", 5) + " WHERE event = " + x(first), event(first)},
		"personal: another's lines": {"UPDATE consent_personal SET lines = (SELECT lines FROM consent_personal WHERE event = " + x(second) + ") WHERE event = " + x(first), event(first)},
		"personal: no lines":        {"UPDATE consent_personal SET lines = NULL WHERE event = " + x(first), event(first)},
		"personal: deleted":         {"DELETE FROM consent_personal WHERE event = " + x(first), event(first)},
		"personal: deleted with the short ones": {"DELETE FROM consent_personal WHERE event = " + x(first) + "; DELETE FROM consent_short WHERE event = " + x(first),
			"erasures"},
		"personal: another reference": {"UPDATE consent_personal SET subject = 'c-2' WHERE event = " + x(first), event(first)},
		"personal: no reference":      {"UPDATE consent_personal SET subject = NULL WHERE event = " + x(first), event(first)},
		"personal: merged with another": {"UPDATE consent_personal SET other = 'c-2' WHERE event = " + x(merger),
			event(merger)},
		"short: a value":       {"UPDATE consent_short SET " + flip("lines", 40) + " WHERE event = " + x(first), event(first)},
		"short: another's":     {"UPDATE consent_short SET lines = (SELECT lines FROM consent_short WHERE event = " + x(second) + ") WHERE event = " + x(first), event(first)},
		"capsules: added":      {"INSERT INTO consent_capsules SELECT tenant, " + x(first) + ", salt, time, until FROM consent_capsules", event(first)},
		"notices: text":        {"UPDATE consent_notices SET " + changed("notice", "Yes, mail", "Yes, sell"), "notices/" + hash.String()},
		"notices: deleted":     {"DELETE FROM consent_notices", event(first)},
		"pending: deleted":     {"DELETE FROM consent_pending", event(refused)},
		"pending: another":     {"UPDATE consent_pending SET " + flip("leaf", 9), event(refused)},
		"leaves: swapped":      {swap(positions, x(first), x(second)), event(first)},
		"leaves: last deleted": {"DELETE FROM consent_leaves WHERE position = (SELECT MAX(position) FROM consent_leaves)", event(erased.Event)},
		"leaves: first deleted": {fmt.Sprintf("DELETE FROM consent_leaves WHERE position = %d", positions[0]),
			event(first)},
		"tiles: a full one":       {"UPDATE consent_tiles SET " + flip("data", 40) + " WHERE level = 0 AND position = 0", "tiles/0/0"},
		"tiles: the last one":     {"UPDATE consent_tiles SET " + flip("data", 40) + " WHERE level = 0 AND position = 1", "tiles/0/1"},
		"tiles: an upper one":     {"UPDATE consent_tiles SET " + flip("data", 9) + " WHERE level = 1", "tiles/1/0"},
		"tiles: deleted":          {"DELETE FROM consent_tiles WHERE level = 0 AND position = 1", "tiles/0/1"},
		"tiles: cut":              {"UPDATE consent_tiles SET data = substr(data, 1, 64) WHERE level = 0 AND position = 1", "tiles/0/1"},
		"checkpoints: a bit":      {"UPDATE consent_checkpoints SET " + flip("note", 30) + " WHERE size = 4", "checkpoints/4"},
		"checkpoints: the newest": {"UPDATE consent_checkpoints SET " + flip("note", 30) + " WHERE size = 265", "checkpoints/265"},
		"checkpoints: another's":  {"UPDATE consent_checkpoints SET note = (SELECT note FROM consent_checkpoints WHERE size = 4) WHERE size = 264", "checkpoints/264"},
		"checkpoints: deleted":    {"DELETE FROM consent_checkpoints WHERE size = 265", "checkpoints/264"},
		"checkpoints: all":        {"DELETE FROM consent_checkpoints", "checkpoints"},
		"standings: added":        {"INSERT INTO consent_standings VALUES ('', 'newsletter', 'email', 'c-6', " + x(first) + ", NULL)", event(first)},
		"standings: of another":   {"UPDATE consent_standings SET event = " + x(second) + " WHERE subject = 'c-1'", event(second)},
		"standings: of no one": {"INSERT INTO consent_standings VALUES ('', 'newsletter', 'email', 'stranger', " + x(first) + ", NULL)",
			event(first)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(folder, strings.NewReplacer(":", "", " ", "-", "'", "").Replace(name)+".db")
			require.NoError(t, os.WriteFile(path, image, 0o600))
			db, store := openSQLite(t, path)
			defer db.Close()
			dropTriggers(t, db)
			// Opened before the edit: a changed notice keeps a ledger from being opened.
			own := cfg
			own.Store = store
			l, err := consent.Open(t.Context(), own)
			require.NoError(t, err)
			for edit := range strings.SplitSeq(tc.edit, "; ") {
				r, err := db.ExecContext(t.Context(), edit)
				require.NoError(t, err)
				n, err := r.RowsAffected()
				require.NoError(t, err)
				require.NotZero(t, n, "the edit edits something")
			}
			found, err := l.Verify(t.Context())
			require.NoError(t, err)
			var paths []string
			for _, f := range found {
				paths = append(paths, f.Path)
			}
			require.Contains(t, paths, tc.path)
		})
	}
}

// swap gives two events each other's place in the log.
func swap(at [2]int64, first, second string) string {
	return fmt.Sprintf("UPDATE consent_leaves SET event = x'00' WHERE position = %d; UPDATE consent_leaves SET event = %s WHERE position = %d; UPDATE consent_leaves SET event = %s WHERE position = %d",
		at[0], first, at[1], second, at[0])
}

func dropTriggers(t *testing.T, db *sql.DB) {
	t.Helper()
	r, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
	require.NoError(t, err)
	var names []string
	for r.Next() {
		var n string
		require.NoError(t, r.Scan(&n))
		names = append(names, n)
	}
	require.NoError(t, r.Err())
	require.NotEmpty(t, names)
	for _, n := range names {
		_, err := db.ExecContext(t.Context(), "DROP TRIGGER "+n)
		require.NoError(t, err)
	}
}
