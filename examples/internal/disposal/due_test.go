package disposal

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

const many = 24_000 // records, some 1,500 a class

// someDays lie among the events and at their end, at turns of years and on a leap day.
var someDays = []string{"2019-06-30", "2021-01-01", "2024-02-29", "2026-11-24", "2027-07-10", "2028-12-31"}

// For each class and day, the rows that the database finds are those that the
// rules say are due, row by row. A row with events after that day may wait for them.
func TestDueRows(t *testing.T) {
	databases(t, many, func(t *testing.T, db *database) {
		list := records(t, many)
		for _, c := range classes(t) {
			found := 0
			for _, today := range someDays {
				found += agrees(t, db, list, c.id, day(t, today))
			}
			require.Greater(t, found, 50, "class %s: too few rows are ever due", c.id)
		}
	})
}

// agrees compares the rows of a class that are due on a day, and returns their number.
func agrees(t *testing.T, db *database, list []record, class retention.ClassID, today retention.Date) int {
	t.Helper()
	cutoffs, err := db.schedule.Cutoffs(today, class)
	require.NoError(t, err)
	var due []int
	for i := range list {
		r := &list[i]
		if r.class != class {
			continue
		}
		passes := r.passes(cutoffs)
		if passes {
			due = append(due, r.id)
		}
		if waits := slices.Max(r.days[:]) > today; passes != r.due(db.schedule, today) && (passes || !waits) {
			t.Fatalf("class %s on %s: row %d passes the cut-offs: %t", class, today, r.id, passes)
		}
	}
	selection := db.due(t, today, class)
	where, args := selection.Where()
	require.Equal(t, due, db.ids(t, "SELECT id FROM "+db.Name+" WHERE "+where+" ORDER BY id", args), "class %s on %s", class, today)
	query, args := selection.Count()
	require.Equal(t, []int{len(due)}, db.ids(t, query, args), "class %s on %s", class, today)
	seen := visits(t, db, selection, list)
	require.Equal(t, due, seen, "class %s on %s", class, today)
	return len(due)
}

// visits returns the rows that batches come to, of which every other is deleted
// before the next batch, in the order of their numbers.
func visits(t *testing.T, db *database, selection *retention.Selection, list []record) (seen []int) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	after := ""
	for {
		got, err := batch(t.Context(), tx, selection, after, 37)
		require.NoError(t, err)
		if len(got) == 0 {
			slices.Sort(seen)
			return seen
		}
		for i := range got {
			id, err := strconv.Atoi(got[i].Key)
			require.NoError(t, err)
			seen = append(seen, id)
			want := list[id-1].of()
			require.Equal(t, want.Subject, got[i].Record.Subject)
			require.Equal(t, want.Classes, got[i].Record.Classes)
			require.ElementsMatch(t, want.History, got[i].Record.History)
			if i%2 == 0 {
				_, err := tx.ExecContext(t.Context(), "DELETE FROM "+db.Name+" WHERE id = $1", id)
				require.NoError(t, err)
			}
		}
		after = got[len(got)-1].Place
	}
}

// ids are the results of a query for numbers.
func (db *database) ids(t testing.TB, query string, args []any) (out []int) {
	t.Helper()
	for _, row := range db.rows(t, query, args) {
		n, err := strconv.Atoi(row[0])
		require.NoError(t, err)
		out = append(out, n)
	}
	return out
}
