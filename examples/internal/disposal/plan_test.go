package disposal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

// Where one column decides, the database examines the rows that are due and no
// other, whether it counts them or takes them batch by batch. Where more is asked of a
// row, it examines none of another class, and none that is held or done. Without the
// index it examines more. What is ordered by the key alone is left to the planner.
func TestRowsExamined(t *testing.T) {
	databases(t, many, func(t *testing.T, db *database) {
		for _, c := range classes(t) {
			if c.column == "id" {
				continue
			}
			open := 0
			for _, r := range records(t, many) {
				if r.class == c.id && !r.held && r.done == 0 {
					open++
				}
			}
			for _, today := range someDays {
				selection := db.due(t, day(t, today), c.id)
				query, args := selection.Count()
				due := db.ids(t, query, args)[0]
				most := due
				if !c.exact {
					most = open
				}
				rows, plan := db.examined(t, query, args)
				require.LessOrEqual(t, rows, most, "class %s on %s: %s", c.id, today, plan)
				batches, batched := db.examinedByBatches(t, selection, &c)
				// SQLite may look one row ahead of each batch.
				require.LessOrEqual(t, batched, most+batches, "class %s on %s", c.id, today)
				if due > 0 {
					require.Contains(t, plan, "due_", "class %s on %s", c.id, today)
					t.Logf("%-12s on %s: %4d of %4d due, %4d examined by the count, %4d by %3d batches", c.id, today, due, open, rows, batched, batches)
				}
			}
		}
		c := classes(t)[0]
		db.exec(t, "DROP INDEX "+map[retention.Dialect]string{retention.SQLite: "", retention.PostgreSQL: "crm."}[db.Dialect]+"due_drafted")
		query, args := db.due(t, day(t, "2026-11-24"), c.id).Count()
		rows, _ := db.examined(t, query, args)
		require.Greater(t, rows, 3*db.ids(t, query, args)[0], "the measure sees no difference")
	})
}

// examinedByBatches returns how many rows the database looks at for all batches, and
// requires that it takes them from the index of the class.
func (db *database) examinedByBatches(t *testing.T, selection *retention.Selection, c *class) (batches, examined int) {
	t.Helper()
	const limit = 20
	for after := ""; ; batches++ {
		query, args, err := selection.Batch(after, limit)
		require.NoError(t, err)
		rows, plan := db.examined(t, query, args)
		examined += rows
		list, err := batch(t.Context(), db, selection, after, limit)
		require.NoError(t, err)
		if len(list) == 0 {
			return batches, examined
		}
		require.Contains(t, plan, "due_"+c.column, "class %s", c.id)
		after = list[len(list)-1].Place
	}
}

// Batches go on within a day: an import dates all its rows alike.
func TestRowsOfOneDay(t *testing.T) {
	databases(t, many, func(t *testing.T, db *database) {
		c := classes(t)[0]
		db.exec(t, "UPDATE "+db.Name+" SET class = $1, drafted = '2015-05-05', held = $2, done = NULL", string(c.id), false)
		db.exec(t, "ANALYZE "+db.Name)
		selection := db.due(t, day(t, "2026-11-24"), c.id)
		const limit = 1000
		examined := 0
		for after := ""; ; {
			query, args, err := selection.Batch(after, limit)
			require.NoError(t, err)
			rows, _ := db.examined(t, query, args)
			examined += rows
			list, err := batch(t.Context(), db, selection, after, limit)
			require.NoError(t, err)
			if len(list) == 0 {
				break
			}
			after = list[len(list)-1].Place
		}
		require.LessOrEqual(t, examined, many+many/limit)
	})
}
