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

// The strengths of a lock: any number of writers add events to a reference at once, and none while it is erased.
const (
	shared    = "FOR SHARE"
	exclusive = "FOR UPDATE"
)

// lock takes the rows of the references until the transaction ends, sorted references, so that two
// transactions take them in the same order. On SQLite the transaction has the whole database.
func (w *work) lock(ctx context.Context, subjects []string, strength string) error {
	if w.dialect == SQLite || len(subjects) == 0 {
		return nil
	}
	text := w.numbered(`WITH i AS (
	INSERT INTO @subjects (tenant, subject) SELECT $1, x FROM unnest($2::text[]) AS x
	ON CONFLICT DO NOTHING RETURNING 1),
l AS (SELECT 1 FROM @subjects WHERE tenant = $1 AND subject = ANY($2::text[]) ORDER BY subject ` + strength + `)
SELECT (SELECT COUNT(*) FROM i) + (SELECT COUNT(*) FROM l)`)
	list := textArray(subjects)
	// A row that another transaction added after this statement began is neither added nor seen; one that
	// an erasure deleted meanwhile is neither.
	for range 10 * attempts {
		var n int
		if err := w.q.QueryRowContext(ctx, text, w.tenant, list).Scan(&n); err != nil {
			return fail("lock references", err)
		}
		if n == len(subjects) {
			return nil
		}
	}
	return refusal("the references could not be locked; is the transaction READ COMMITTED?")
}
