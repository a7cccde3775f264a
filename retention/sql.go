package retention

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/basis"
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
	// Key is the column of the primary key: integers, text or UUIDs, never null.
	Key string
	// Events are the columns with the last day of each event. Several events may share
	// a column that holds the latest of them, which an index can serve. An event
	// with the empty name is never recorded here, and counts as not having happened.
	Events map[Event]string
	// Class, if any, is the column with the class, for a table that holds several; Held
	// the flag that a hold is in force; Done the day of disposal, null before it.
	Class, Held, Done string
	// Subject and Notified, if any, are the columns of [Record.Subject] and [Candidate.Notified].
	Subject, Notified string
}

// Selection is the due rows of a table on one day. It is immutable and safe for concurrent use.
type Selection struct {
	table   Table
	class   ClassID
	classes []ClassID // of the cut-offs
	where   []string  // conditions, with ? for each argument
	args    []any
	partly  []string // the conditions without arguments, for a partial index
	events  []Event  // those that have a column, in order
	columns []string // of those events, each once
	lead    string   // the column that rows are ordered by before the key, if any
}

// Select turns cut-offs into the condition of a query. Every event that the
// cut-offs look at must be in t.Events.
//
// Where one column decides, the condition is a single comparison with that column,
// and the index of [Selection.Index] makes the database examine the due rows alone.
// Rules on several columns are ANDed; a database then examines the rows that are due
// on the one with the earliest cut-off.
func (c *Cutoffs) Select(t Table, class ClassID) (*Selection, error) {
	if !t.Dialect.Valid() {
		return nil, fmt.Errorf("retention: unknown dialect %q", string(t.Dialect))
	}
	for _, e := range c.events {
		if _, ok := t.Events[e]; !ok {
			return nil, fmt.Errorf("retention: table %q has no column for event %s", t.Name, e)
		}
	}
	q := &Selection{table: t, class: class, classes: c.classes}
	for _, e := range slices.Sorted(maps.Keys(t.Events)) {
		if column := t.Events[e]; column != "" {
			q.events = append(q.events, e)
			if !slices.Contains(q.columns, column) {
				q.columns = append(q.columns, column)
			}
		}
	}
	if err := q.names(); err != nil {
		return nil, err
	}
	q.table.Events = maps.Clone(t.Events)
	q.flags()
	q.compare(c)
	return q, nil
}

// names checks every name that goes into a query.
func (q *Selection) names() error {
	t := &q.table
	if strings.Count(t.Name, ".") > 1 {
		return errors.New("retention: a table name has at most a schema before it")
	}
	names := append(strings.Split(t.Name, "."), t.Key)
	for _, optional := range [...]string{t.Class, t.Held, t.Done, t.Subject, t.Notified} {
		if optional != "" {
			names = append(names, optional)
		}
	}
	for _, n := range append(names, q.columns...) {
		if !identifier(n) {
			return fmt.Errorf("retention: %q is no column or table name of ASCII letters, digits and underscores", n)
		}
	}
	return nil
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

// quote puts a name, with a schema or without, in the quotes of the dialect. SQLite
// takes a name in double quotes that no column has for a text, so that a slip would find nothing due.
func (q *Selection) quote(name string) string {
	if q.table.Dialect == SQLite {
		return "[" + strings.ReplaceAll(name, ".", "].[") + "]"
	}
	return `"` + strings.ReplaceAll(name, ".", `"."`) + `"`
}

// day is the place of a day among the arguments.
func (q *Selection) day() string {
	if q.table.Dialect == PostgreSQL {
		return "?::date"
	}
	return "?"
}

// number puts the places of arguments as the dialect has them; no name has a question mark.
func (q *Selection) number(s string) string {
	if q.table.Dialect != PostgreSQL {
		return s
	}
	var b strings.Builder
	for i, part := range strings.Split(s, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// flags adds the conditions on class, hold and disposal.
func (q *Selection) flags() {
	t := &q.table
	if t.Class != "" {
		q.where, q.args = append(q.where, q.quote(t.Class)+" = ?"), append(q.args, string(q.class))
	}
	if t.Held != "" {
		free := q.quote(t.Held) + " = 0"
		if t.Dialect == PostgreSQL {
			free = "NOT " + q.quote(t.Held)
		}
		q.partly = append(q.partly, free)
	}
	if t.Done != "" {
		q.partly = append(q.partly, q.quote(t.Done)+" IS NULL")
	}
	q.where = append(q.where, q.partly...)
}

// never is a condition that no row meets.
const never = "1 = 0"

// compare adds the conditions on event columns: the narrowest cut-off of each column
// that a clause looks at alone, and what those do not say.
func (q *Selection) compare(c *Cutoffs) {
	limits := map[string]Date{}
	var single, rest []string
	var args []any
	for _, cl := range c.all {
		column, last, exact := q.hull(c, cl)
		if limit, seen := limits[column]; seen {
			limits[column] = min(limit, last)
		} else if column != "" {
			single, limits[column] = append(single, column), last
		}
		if !exact {
			s, days := q.clause(c, cl)
			rest, args = append(rest, s), append(args, days...)
		}
	}
	if len(c.all) == 0 {
		rest = append(rest, never)
	}
	for _, column := range single {
		last := limits[column]
		if last == 0 {
			q.where = append(q.where, never)
		} else {
			q.where, q.args = append(q.where, q.quote(column)+" <= "+q.day()), append(q.args, last.String())
		}
		if earliest := limits[q.lead]; q.lead == "" || last != 0 && (earliest == 0 || last < earliest) {
			q.lead = column
		}
	}
	q.where, q.args = append(q.where, rest...), append(q.args, args...)
}

// hull returns the one column that a clause looks at and the last day that passes;
// no column when there are several, or when it passes that nothing has happened.
// Exact: every day up to that one passes. No day passes when nothing can be due yet.
func (q *Selection) hull(c *Cutoffs, cl clause) (column string, last Date, exact bool) {
	exact = true
	for i := range cl {
		b := &cl[i]
		of := q.of(c, b)
		switch {
		case b.absent || len(of) > 1 || len(of) == 1 && column != "" && of[0] != column:
			return "", 0, false
		case len(of) == 0:
			continue // what is never recorded never passes
		}
		column = of[0]
		if n := len(b.spans); n > 0 && b.spans[n-1].To > last {
			last, exact = b.spans[n-1].To, n == 1 && b.spans[0].From == 0
		}
	}
	return column, last, exact && column != ""
}

// of returns the columns of a bound, each once.
func (q *Selection) of(c *Cutoffs, b *bound) (columns []string) {
	for _, e := range b.events {
		if n := q.table.Events[c.events[e]]; n != "" && !slices.Contains(columns, n) {
			columns = append(columns, n)
		}
	}
	return columns
}

// clause is the condition that one of the bounds holds.
func (q *Selection) clause(c *Cutoffs, cl clause) (string, []any) {
	var either []string
	var args []any
	for i := range cl {
		b := &cl[i]
		columns := q.of(c, b)
		if b.absent {
			none := []string{"1 = 1"}
			for _, column := range columns {
				none = append(none, q.quote(column)+" IS NULL")
			}
			either = append(either, strings.Join(none[min(1, len(columns)):], " AND "))
		}
		if len(columns) == 0 {
			continue
		}
		for _, s := range b.spans {
			condition, days := q.within(columns, s)
			either, args = append(either, condition), append(args, days...)
		}
	}
	switch len(either) {
	case 0:
		return never, nil
	case 1:
		return either[0], args
	}
	return "((" + strings.Join(either, ") OR (") + "))", args
}

// within is the condition that the latest of the columns lies in the span: none
// lies after it, and one not before it.
func (q *Selection) within(columns []string, s Span) (string, []any) {
	var late, early []string
	var to, from []any
	for _, column := range columns {
		column = q.quote(column)
		before := column + " <= " + q.day()
		if len(columns) > 1 {
			before = "(" + column + " IS NULL OR " + before + ")"
		}
		late, to = append(late, before), append(to, s.To.String())
		switch {
		case s.From != 0:
			early, from = append(early, column+" >= "+q.day()), append(from, s.From.String())
		case len(columns) > 1:
			early = append(early, column+" IS NOT NULL")
		}
	}
	condition := strings.Join(late, " AND ")
	if len(early) > 0 {
		condition += " AND (" + strings.Join(early, " OR ") + ")"
	}
	return condition, append(to, from...)
}

// Where returns the condition and its arguments: days as 2006-01-02, which both databases take.
func (q *Selection) Where() (string, []any) {
	return q.number(strings.Join(q.where, " AND ")), slices.Clone(q.args)
}

// Count returns a query for the number of due rows.
func (q *Selection) Count() (string, []any) {
	where, args := q.Where()
	return "SELECT count(*) FROM " + q.quote(q.table.Name) + " WHERE " + where, args
}

// Index returns the statement that creates the index for this selection, with that
// name: partial, over the class, the column that decides and the key. One index
// serves all classes of a table that are decided by the same column.
func (q *Selection) Index(name string) (string, error) {
	if !identifier(name) {
		return "", fmt.Errorf("retention: %q is no name of an index", name)
	}
	columns := q.order()
	if q.table.Class != "" {
		columns = slices.Insert(columns, 0, q.quote(q.table.Class))
	}
	table := q.table.Name
	if schema, rest, ok := strings.Cut(table, "."); ok && q.table.Dialect == SQLite {
		name, table = schema+"."+name, rest // where the schema stands in SQLite
	}
	s := "CREATE INDEX " + q.quote(name) + " ON " + q.quote(table) + " (" + strings.Join(columns, ", ") + ")"
	if len(q.partly) > 0 {
		s += " WHERE " + strings.Join(q.partly, " AND ")
	}
	return s, nil
}

// order returns the quoted columns that batches are ordered by.
func (q *Selection) order() []string {
	if q.lead == "" {
		return []string{q.quote(q.table.Key)}
	}
	return []string{q.quote(q.lead), q.quote(q.table.Key)}
}

// Batch returns the query for the next due rows, at most limit, which [Selection.Scan]
// reads. After is the [Candidate.Place] of the last row of the batch before, empty for
// the first batch. Each batch begins where the last ended, whatever was disposed of in
// between. The order is that of the column that decides, then of the key.
func (q *Selection) Batch(after string, limit int) (string, []any, error) {
	if limit < 1 {
		return "", nil, errors.New("retention: a batch has at least one row")
	}
	day, key, two := strings.Cut(after, " ")
	if _, err := ParseDate(day); after != "" && q.lead != "" && (err != nil || !two) {
		return "", nil, errors.New("retention: a batch continues after the place of a candidate of the one before")
	}
	query, args := "", slices.Clone(q.args)
	switch order := q.order(); {
	case after == "":
		query = q.rows()
	case q.lead == "":
		query, args = q.rows(order[0]+" > ?"), append(args, after)
	case q.table.Dialect == SQLite:
		// Of a pair whose second is its row number, SQLite looks up the first alone: a
		// comparison of pairs would look at all rows of that day again.
		query = q.rows(order[0]+" = ?", order[1]+" > ?") + " UNION ALL " + q.rows(order[0]+" > ?")
		args = slices.Concat(args, []any{day, key}, args, []any{day})
	default:
		query, args = q.rows("("+strings.Join(order, ", ")+") > ("+q.day()+", ?)"), append(args, day, key)
	}
	query += " ORDER BY " + strings.Join(q.order(), ", ") + " LIMIT " + strconv.Itoa(limit)
	return q.number(query), args, nil
}

// rows is the query for the due rows that meet more conditions.
func (q *Selection) rows(more ...string) string {
	return "SELECT " + strings.Join(q.selected(), ", ") + " FROM " + q.quote(q.table.Name) +
		" WHERE " + strings.Join(slices.Concat(q.where, more), " AND ")
}

// selected returns the quoted columns of a batch, as Scan reads them.
func (q *Selection) selected() []string {
	columns := []string{q.quote(q.table.Key)}
	for _, optional := range [...]string{q.table.Subject, q.table.Notified} {
		if optional != "" {
			columns = append(columns, q.quote(optional))
		}
	}
	for _, column := range q.columns {
		columns = append(columns, q.quote(column))
	}
	return columns
}

// Row is the current row of a result: [database/sql.Rows] is one.
type Row interface {
	Scan(dest ...any) error
}

// Scan reads a row of a batch as a candidate for a [Sweep]: with its key and place,
// the events of the table, and the subject and the notice when the table has them.
//
// The record is in the classes of the cut-offs. A row that is in others too, so that a field may
// be in both, needs all of them in Record.Classes, and their events in the table.
func (q *Selection) Scan(row Row) (Candidate, error) {
	var c Candidate
	var subject *string
	days := make([]Date, len(q.columns))
	dest := make([]any, 0, 3+len(days))
	dest = append(dest, &c.Key)
	if q.table.Subject != "" {
		dest = append(dest, &subject)
	}
	if q.table.Notified != "" {
		dest = append(dest, &c.Notified)
	}
	for i := range days {
		dest = append(dest, &days[i])
	}
	if err := row.Scan(dest...); err != nil {
		return Candidate{}, fmt.Errorf("retention: row of table %s: %w", q.table.Name, err)
	}
	if subject != nil {
		c.Record.Subject = basis.Subject(*subject)
	}
	c.Record.Classes = q.classes
	c.Record.History = make(History, len(q.events))
	for i, e := range q.events {
		c.Record.History[i] = Occurrence{Event: e, On: days[slices.Index(q.columns, q.table.Events[e])]}
	}
	c.Place = c.Key
	if q.lead != "" {
		c.Place = days[slices.Index(q.columns, q.lead)].String() + " " + c.Key
	}
	return c, nil
}
