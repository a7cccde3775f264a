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

// over is the text of a statement over two tables: list, the references, each once, and people, they and
// all that mergers link with them. Its arguments are the tenant and the references.
func (s *Store) over(subjects []string, after string) (string, []any) {
	if s.dialect == PostgreSQL {
		return s.numbered(`WITH RECURSIVE list(subject) AS (SELECT DISTINCT unnest($2::text[])),
people(subject) AS (
	SELECT subject FROM list
	UNION
	SELECT n.subject FROM people c CROSS JOIN LATERAL (` + mergedWith + `) n) ` + after), []any{s.tenant, textArray(subjects)}
	}
	args := make([]any, 1, 1+len(subjects))
	args[0] = s.tenant
	var b strings.Builder
	// Within people each element of the list would be a term of the compound, of which there may be 500.
	b.WriteString("WITH RECURSIVE list(subject) AS (VALUES ")
	for i, p := range subjects {
		args = append(args, p)
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($" + strconv.Itoa(i+2) + ")")
	}
	b.WriteString(`),
people(subject) AS (
	SELECT subject FROM list
	UNION SELECT p.other FROM people c JOIN @personal p ON p.tenant = $1 AND p.subject = c.subject AND p.other IS NOT NULL
	UNION SELECT p.subject FROM people c JOIN @personal p ON p.tenant = $1 AND p.other = c.subject AND p.other IS NOT NULL) `)
	return s.numbered(b.String() + after), args
}

// cluster returns the references and all that mergers link with them, sorted.
func (s *Store) cluster(ctx context.Context, q DB, subjects []string) ([]string, error) {
	var out []string
	for part := range slices.Chunk(subjects, listed) {
		text, args := s.over(part, "SELECT subject FROM people")
		err := scanned(ctx, q, "find mergers", text, args, func(r *sql.Rows) error {
			out = append(out, "")
			return r.Scan(&out[len(out)-1])
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
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
		text, args := w.over(part, "DELETE FROM @standings WHERE tenant = $1 AND subject IN (SELECT subject FROM people)")
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
