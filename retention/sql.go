package retention

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Dialect is a kind of SQL database.
type Dialect string

const (
	// SQLite since 3.15. Event columns are TEXT in the form 2006-01-02, flags are integers 0 and 1.
	SQLite Dialect = "sqlite"
	// PostgreSQL since 9.5, and databases that speak its language. Event columns are DATE, flags are BOOLEAN.
	PostgreSQL Dialect = "postgresql"
)

// Table says where records of a class lie. Names are ASCII letters, digits and
// underscores, optionally with a schema before a dot for the table; all are quoted.
type Table struct {
	Dialect Dialect
	Name    string
	// Key is the column of the primary key.
	Key string
	// Events are the columns with the last day of each event. Several events may share
	// a column that holds the latest of them, which an index can serve. An event
	// with the empty name is never recorded here, and counts as not having happened.
	Events map[Event]string
	// Class, if any, is the column with the class, for a table that holds several; Held
	// the flag that a hold is in force; Done the day of disposal, null before it.
	Class, Held, Done string
}

// Selection is the due rows of a table on one day.
type Selection struct {
	table  Table
	where  []string // conditions with %s for each argument
	args   []any
	partly []string // the conditions without arguments, for a partial index
	order  []string // quoted columns, the key last
	class  string
}

// Select turns cut-offs into the condition of a query. Every event that the
// cut-offs look at must be in t.Events.
//
// Where one column decides, the condition is a single comparison with that column,
// and the index of [Selection.Index] makes the database examine the due rows alone.
// Rules on several columns are ANDed; a database then examines the rows that are due on
// one of them.
func (c *Cutoffs) Select(t Table, class ClassID) (*Selection, error) {
	q := &Selection{table: t, class: string(class)}
	if !t.Dialect.Valid() {
		return nil, fmt.Errorf("retention: unknown dialect %q", string(t.Dialect))
	}
	names := []string{t.Key}
	for _, n := range []string{t.Class, t.Held, t.Done} {
		if n != "" {
			names = append(names, n)
		}
	}
	for _, e := range c.events {
		n, ok := t.Events[e]
		if !ok {
			return nil, fmt.Errorf("retention: table %s has no column for event %s", t.Name, e)
		}
		if n != "" {
			names = append(names, n)
		}
	}
	for _, n := range append(names, strings.Split(t.Name, ".")...) {
		if !identifier(n) {
			return nil, fmt.Errorf("retention: %q is no column or table name of ASCII letters, digits and underscores", n)
		}
	}
	if strings.Count(t.Name, ".") > 1 {
		return nil, errors.New("retention: a table name has at most a schema before it")
	}
	q.flags()
	q.compare(c)
	q.order = append(q.order, quote(t.Key))
	return q, nil
}

// flags adds the conditions on class, hold and disposal.
func (q *Selection) flags() {
	t := &q.table
	if t.Class != "" {
		q.where, q.args = append(q.where, quote(t.Class)+" = %s"), append(q.args, q.class)
	}
	if t.Held != "" {
		not := quote(t.Held) + " = 0"
		if t.Dialect == PostgreSQL {
			not = "NOT " + quote(t.Held)
		}
		q.where, q.partly = append(q.where, not), append(q.partly, not)
	}
	if t.Done != "" {
		open := quote(t.Done) + " IS NULL"
		q.where, q.partly = append(q.where, open), append(q.partly, open)
	}
}

// compare adds the conditions on event columns: those on one column alone are
// combined into the narrowest.
func (q *Selection) compare(c *Cutoffs) {
	limits := map[string]Date{}
	var single []string
	var rest []string
	var restArgs []any
	for _, cl := range c.all {
		if col, cut, ok := q.simple(c, cl); ok {
			if have, seen := limits[col]; !seen {
				single = append(single, col)
				limits[col] = cut
			} else {
				limits[col] = min(have, cut)
			}
			continue
		}
		s, args := q.clause(c, cl)
		rest, restArgs = append(rest, s), append(restArgs, args...)
	}
	if len(c.all) == 0 {
		rest = append(rest, "1 = 0")
	}
	for _, col := range single {
		if limits[col] == 0 {
			q.where = append(q.where, "1 = 0") // nothing can be due yet
			continue
		}
		q.where, q.args = append(q.where, quote(col)+" <= "+q.day()), append(q.args, limits[col].String())
	}
	if len(single) == 1 {
		q.order = append(q.order, quote(single[0]))
	}
	q.where, q.args = append(q.where, rest...), append(q.args, restArgs...)
}

// simple reports whether a clause is one column below one cut-off; no day when none is.
func (q *Selection) simple(c *Cutoffs, cl clause) (col string, cut Date, ok bool) {
	if len(cl) != 1 || cl[0].absent || len(cl[0].spans) > 1 || len(cl[0].spans) == 1 && cl[0].spans[0].From != 0 {
		return "", 0, false
	}
	cols := q.columns(c, &cl[0])
	if len(cols) != 1 {
		return "", 0, false
	}
	if len(cl[0].spans) == 1 {
		cut = cl[0].spans[0].To
	}
	return cols[0], cut, true
}

// columns are the distinct columns of a bound.
func (q *Selection) columns(c *Cutoffs, b *bound) (cols []string) {
	for _, e := range b.events {
		if n := q.table.Events[c.events[e]]; n != "" && !slices.Contains(cols, n) {
			cols = append(cols, n)
		}
	}
	return cols
}

func (q *Selection) clause(c *Cutoffs, cl clause) (string, []any) {
	var either []string
	var args []any
	for i := range cl {
		b := &cl[i]
		cols := q.columns(c, b)
		if b.absent {
			either = append(either, "("+join(cols, "%s IS NULL", " AND ", "1 = 1")+")")
		}
		for _, s := range b.spans {
			if len(cols) == 0 {
				continue
			}
			var all []string
			for _, col := range cols {
				all = append(all, fmt.Sprintf("(%s IS NULL OR %[1]s <= %s)", quote(col), q.day()))
				args = append(args, s.To.String())
			}
			if s.From == 0 {
				all = append(all, "("+join(cols, "%s IS NOT NULL", " OR ", "")+")")
			} else {
				var from []string
				for _, col := range cols {
					from = append(from, quote(col)+" >= "+q.day())
					args = append(args, s.From.String())
				}
				all = append(all, "("+strings.Join(from, " OR ")+")")
			}
			either = append(either, "("+strings.Join(all, " AND ")+")")
		}
	}
	if len(either) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(either, " OR ") + ")", args
}

func join(cols []string, format, with, none string) string {
	if len(cols) == 0 {
		return none
	}
	var out []string
	for _, c := range cols {
		out = append(out, fmt.Sprintf(format, quote(c)))
	}
	return strings.Join(out, with)
}

// day is the place of a day among the arguments.
func (q *Selection) day() string {
	if q.table.Dialect == PostgreSQL {
		return "%s::date"
	}
	return "%s"
}

func identifier(s string) bool {
	if s == "" || len(s) > 63 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, ".", `"."`) + `"` }

// number puts the places of arguments in, of which some stand before.
func (q *Selection) number(format string, before, n int) string {
	places := make([]any, n)
	for i := range places {
		places[i] = "?"
		if q.table.Dialect == PostgreSQL {
			places[i] = "$" + strconv.Itoa(before+i+1)
		}
	}
	return fmt.Sprintf(format, places...)
}

// Where returns the condition and its arguments: days as 2006-01-02, which both databases take.
func (q *Selection) Where() (string, []any) {
	return q.number(strings.Join(q.where, " AND "), 0, len(q.args)), slices.Clone(q.args)
}

// Count returns a query for the number of due rows.
func (q *Selection) Count() (string, []any) {
	where, args := q.Where()
	return "SELECT count(*) FROM " + quote(q.table.Name) + " WHERE " + where, args
}

// Order returns the columns that a batch is ordered by and continues after: the
// column that decides, if it is one, and the key.
func (q *Selection) Order() []string {
	out := make([]string, len(q.order))
	for i, c := range q.order {
		out[i] = strings.Trim(c, `"`)
	}
	return out
}

// Batch returns the query for the next rows, at most limit, in the order of
// [Selection.Order], whose columns it selects. After are the values of those columns in the last row
// of the batch before; none for the first batch. Each batch begins where the last
// ended, whatever was deleted in between.
func (q *Selection) Batch(limit int, after ...any) (string, []any, error) {
	if limit < 1 {
		return "", nil, errors.New("retention: a batch has at least one row")
	}
	if len(after) != 0 && len(after) != len(q.order) {
		return "", nil, fmt.Errorf("retention: a batch continues after %d values, not %d", len(q.order), len(after))
	}
	where, args := q.Where()
	cols := strings.Join(q.order, ", ")
	if len(after) > 0 {
		places := make([]string, len(after))
		for i := range places {
			places[i] = "%s"
			if i == 0 && len(q.order) == 2 {
				places[i] = q.day()
			}
		}
		more := cols + " > " + strings.Join(places, ", ")
		if len(after) > 1 {
			more = "(" + cols + ") > (" + strings.Join(places, ", ") + ")"
		}
		where += " AND " + q.number(more, len(args), len(after))
		args = append(args, after...)
	}
	query := "SELECT " + cols + " FROM " + quote(q.table.Name) + " WHERE " + where +
		" ORDER BY " + cols + " LIMIT " + strconv.Itoa(limit)
	return query, args, nil
}

// Index returns the statement that creates the index for this selection, with that
// name: partial, over the class, the column that decides and the key.
func (q *Selection) Index(name string) (string, error) {
	if !identifier(name) {
		return "", fmt.Errorf("retention: %q is no name of an index", name)
	}
	cols := slices.Clone(q.order)
	if q.table.Class != "" {
		cols = slices.Insert(cols, 0, quote(q.table.Class))
	}
	s := "CREATE INDEX " + quote(name) + " ON " + quote(q.table.Name) + " (" + strings.Join(cols, ", ") + ")"
	if len(q.partly) > 0 {
		s += " WHERE " + strings.Join(q.partly, " AND ")
	}
	return s, nil
}
