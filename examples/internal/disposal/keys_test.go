package disposal

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

// Keys are numbers, text in any collation, or UUIDs; dates come as a text or a time;
// names may be words of the language. Batches come to each row once.
func TestKeys(t *testing.T) {
	kinds := map[retention.Dialect][]string{
		retention.SQLite: {
			"INTEGER PRIMARY KEY, drafted TEXT", "INT PRIMARY KEY, drafted DATE", "TEXT PRIMARY KEY, drafted TEXT",
			"TEXT PRIMARY KEY COLLATE NOCASE, drafted DATE", "TEXT NOT NULL PRIMARY KEY, drafted TEXT",
		},
		retention.PostgreSQL: {
			"bigint PRIMARY KEY, drafted date", "integer PRIMARY KEY, drafted date", `text COLLATE "en-x-icu" PRIMARY KEY, drafted date`,
			"text PRIMARY KEY, drafted date", "varchar(40) PRIMARY KEY, drafted date", "uuid PRIMARY KEY, drafted date",
		},
	}
	const n = 400
	databases(t, 0, func(t *testing.T, db *database) {
		for i, kind := range kinds[db.Dialect] {
			name := fmt.Sprintf("Table%d", i)
			// The columns claim_due and damage_known decide together, so that batches are ordered by the key alone.
			db.exec(t, fmt.Sprintf(`CREATE TABLE "%s" ("Select" %s, claim_due DATE, damage_known DATE)`, name, kind))
			var keys []string
			for k := range n {
				key := fmt.Sprint(k + 1)
				switch {
				case kind[0] == 'u':
					key = fmt.Sprintf("%08x-0000-4000-8000-000000000000", k*7919%1000003)
				case kind[0] == 'T' || kind[0] == 't' || kind[0] == 'v':
					key = fmt.Sprintf("%c %d'%%?$1", "aBcDéÉ"[k%4], k)
				}
				keys = append(keys, key)
				drafted := day(t, "2015-05-05") + retention.Date(k%7)
				db.exec(t, `INSERT INTO "`+name+`" VALUES ($1, $2, $3, $4)`, key, drafted, drafted, nil)
			}
			slices.Sort(keys)
			for _, class := range []retention.ClassID{"nl_invoice", "claim"} {
				plain := retention.Table{Dialect: db.Dialect, Name: name, Key: "Select", Events: map[retention.Event]string{
					retention.Drafted: "drafted", retention.ClaimDue: "claim_due", retention.DamageKnown: "damage_known",
				}}
				cutoffs, err := db.schedule.Cutoffs(day(t, "2026-11-24"), class)
				require.NoError(t, err)
				due, err := cutoffs.Select(plain, class)
				require.NoError(t, err)
				index, err := due.Index(fmt.Sprintf("i%d_%s", i, class))
				require.NoError(t, err)
				db.exec(t, index)
				var seen []string
				for after := ""; ; {
					list, err := batch(t.Context(), db, due, after, 7)
					require.NoError(t, err, "%s: after %q", kind, after)
					if len(list) == 0 {
						break
					}
					for j := range list {
						seen = append(seen, list[j].Key)
					}
					after = list[len(list)-1].Place
				}
				slices.Sort(seen)
				require.Equal(t, keys, seen, "%s, class %s", kind, class)
			}
		}
	})
}

// A slip in a name is an error, never nothing due.
func TestUnknownColumns(t *testing.T) {
	databases(t, 0, func(t *testing.T, db *database) {
		for name, slip := range map[string]func(*retention.Table){
			"table":   func(t *retention.Table) { t.Name += "s" },
			"key":     func(t *retention.Table) { t.Key = "idd" },
			"class":   func(t *retention.Table) { t.Class = "klass" },
			"held":    func(t *retention.Table) { t.Held = "hold" },
			"done":    func(t *retention.Table) { t.Done = "gone" },
			"subject": func(t *retention.Table) { t.Subject = "person" },
			"event":   func(t *retention.Table) { t.Events[retention.Drafted] = "draftet" },
			"case":    func(t *retention.Table) { t.Name = "Crm.Records" },
		} {
			wrong := table(db.Dialect, db.Name)
			slip(&wrong)
			other := database{DB: db.DB, Table: wrong, schedule: db.schedule}
			_, err := other.Candidates(t.Context(), "nl_invoice", day(t, "2026-11-24"), "", 10)
			require.Error(t, err, name)
			t.Log(err)
		}
	})
}
