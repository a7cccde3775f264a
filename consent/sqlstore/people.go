package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

// mergedWith selects whom mergers link with c.subject, of tenant $1.
const mergedWith = `
	SELECT p.other AS subject FROM @personal p WHERE p.tenant = $1 AND p.subject = c.subject AND p.other IS NOT NULL
	UNION ALL SELECT p.subject FROM @personal p WHERE p.tenant = $1 AND p.other = c.subject AND p.other IS NOT NULL`

// clustered is the text of a statement over the table people: the references and all that mergers
// link with them. Its arguments are the tenant and the references.
func (s *Store) clustered(subjects []string, after string) (string, []any) {
	if s.dialect == PostgreSQL {
		return s.numbered(`WITH RECURSIVE people(subject) AS (
	SELECT unnest($2::text[])
	UNION
	SELECT n.subject FROM people c CROSS JOIN LATERAL (` + mergedWith + `) n) ` + after), []any{s.tenant, textArray(subjects)}
	}
	args := make([]any, 1, 1+len(subjects))
	args[0] = s.tenant
	var b strings.Builder
	b.WriteString("WITH RECURSIVE people(subject) AS (VALUES ")
	for i, p := range subjects {
		args = append(args, p)
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($" + strconv.Itoa(i+2) + ")")
	}
	b.WriteString(`
	UNION SELECT p.other FROM people c JOIN @personal p ON p.tenant = $1 AND p.subject = c.subject AND p.other IS NOT NULL
	UNION SELECT p.subject FROM people c JOIN @personal p ON p.tenant = $1 AND p.other = c.subject AND p.other IS NOT NULL) `)
	return s.numbered(b.String() + after), args
}

// cluster returns the references and all that mergers link with them, sorted.
func (s *Store) cluster(ctx context.Context, q DB, subjects []string) ([]string, error) {
	var out []string
	for part := range slices.Chunk(subjects, listed) {
		text, args := s.clustered(part, "SELECT subject FROM people")
		r, err := q.QueryContext(ctx, text, args...)
		if err != nil {
			return nil, fail("find mergers", err)
		}
		if err := collect(r, &out); err != nil {
			return nil, fail("find mergers", err)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func collect(r *sql.Rows, out *[]string) error {
	defer r.Close()
	for r.Next() {
		var s string
		if err := r.Scan(&s); err != nil {
			return err
		}
		*out = append(*out, s)
	}
	return r.Err()
}

// unstand deletes the standings of the references and of all who are merged with them.
func (w *work) unstand(ctx context.Context, subjects []string) error {
	if len(subjects) == 0 {
		return nil
	}
	var some bool
	if err := row(ctx, w.Store, w.q, "look at standings", "SELECT EXISTS (SELECT 1 FROM @standings WHERE tenant = ?)", []any{w.tenant}, &some); err != nil || !some {
		return err
	}
	for part := range slices.Chunk(subjects, listed) {
		text, args := w.clustered(part, "DELETE FROM @standings WHERE tenant = $1 AND subject IN (SELECT subject FROM people)")
		if _, err := w.exec(ctx, "delete standings", text, args); err != nil {
			return err
		}
	}
	return nil
}

// lock takes the rows of the references, which are sorted, until the transaction ends: events are added to a
// reference, counted or erased by one transaction at a time. A row that is there is locked, though not
// updated. On SQLite the transaction has the whole database.
func (w *work) lock(ctx context.Context, subjects []string) error {
	if w.dialect == SQLite || len(subjects) == 0 {
		return nil
	}
	_, err := w.exec(ctx, "lock references", w.numbered(`INSERT INTO @subjects AS s (tenant, subject) SELECT $1, x FROM unnest($2::text[]) AS x
ON CONFLICT (tenant, subject) DO UPDATE SET subject = s.subject WHERE FALSE`), []any{w.tenant, textArray(subjects)})
	return err
}
