package disposal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

// BenchmarkBatches takes what is due of a class of 160,000 rows, one in twenty, in
// batches of 1,000 of which nothing is disposed of, as a dry run does: in the order of
// the column that decides and the key, as a selection has it, and in that of the
// key alone, each with an index of its own. It reports how many rows are examined for each that is due.
func BenchmarkBatches(b *testing.B) {
	for name, open := range map[string]func(testing.TB, int) *database{"sqlite": onSQLite, "postgresql": onPostgreSQL} {
		b.Run(name, func(b *testing.B) {
			db := open(b, 160_000)
			db.exec(b, "UPDATE "+db.Name+" SET class = 'camera', held = $1, done = NULL", false)
			db.exec(b, "ANALYZE "+db.Name)
			due := db.due(b, day(b, "2017-10-01"), "camera")
			first, args, err := due.Batch("", 1000)
			require.NoError(b, err)
			b.Run("by column", func(b *testing.B) {
				pass(b, db, func(last []string) (string, []any) {
					after := ""
					if last != nil {
						after = last[5][:10] + " " + last[0]
					}
					query, args, err := due.Batch(after, 1000)
					require.NoError(b, err)
					return query, args
				})
			})
			b.Run("by key", func(b *testing.B) {
				before, _, _ := strings.Cut(first, " ORDER BY ")
				query := fmt.Sprintf("%s AND id > $%d ORDER BY id LIMIT 1000", before, len(args)+1)
				if db.Dialect == retention.SQLite {
					query = before + " AND id > ? ORDER BY id LIMIT 1000"
				}
				pass(b, db, func(last []string) (string, []any) {
					after := "0"
					if last != nil {
						after = last[0]
					}
					return query, append(args[:len(args):len(args)], after)
				})
			})
		})
	}
}

// pass takes every batch, each with the query after the last row of the one before.
func pass(b *testing.B, db *database, batch func(last []string) (string, []any)) {
	b.Helper()
	rows, examined := 0, 0
	for measured := false; b.Loop(); measured = true {
		rows = 0
		for last := []string(nil); ; {
			query, args := batch(last)
			list := db.rows(b, query, args)
			if !measured {
				b.StopTimer()
				n, _ := db.examined(b, query, args)
				examined += n
				b.StartTimer()
			}
			if len(list) == 0 {
				break
			}
			rows, last = rows+len(list), list[len(list)-1]
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
	b.ReportMetric(float64(examined)/float64(rows), "examined/due")
}
