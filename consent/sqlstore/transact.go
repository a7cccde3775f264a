package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"math/rand/v2"
	"strings"
	"time"
)

// work is one transaction that writes.
type work struct {
	*Store
	q DB
}

// do executes a statement and returns how many rows it touched.
func (w *work) do(ctx context.Context, doing, text string, args ...any) (int, error) {
	text, args = w.expand(text, args)
	return w.exec(ctx, doing, text, args)
}

func (w *work) exec(ctx context.Context, doing, text string, args []any) (int, error) {
	r, err := w.q.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, fail(doing, err)
	}
	n, err := r.RowsAffected()
	return int(n), fail(doing, err)
}

// insert adds rows to a table, many at a time. row appends the values of the columns after the tenant.
func (w *work) insert(ctx context.Context, table, columns, suffix string, rows int, row func(i int, args []any) []any) (int, error) {
	total := 0
	width := strings.Count(columns, ",") + 2
	for from := 0; from < rows; {
		n := min(rows-from, chunk)
		if w.dialect == PostgreSQL {
			n = powerOfTwo(n) // few different statements, so that drivers keep them prepared
		}
		args := make([]any, 0, n*width)
		for i := range n {
			args = append(args, w.tenant)
			args = row(from+i, args)
		}
		var b strings.Builder
		b.WriteString("INSERT INTO @" + table + " (tenant," + columns + ") VALUES ")
		values := "(" + strings.Repeat("?,", width-1) + "?)"
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(values)
		}
		b.WriteString(suffix)
		added, err := w.do(ctx, "insert into "+strings.TrimSuffix(table, " AS m"), b.String(), args...)
		if err != nil {
			return 0, err
		}
		total += added
		from += n
	}
	return total, nil
}

// powerOfTwo is the largest one that is not above n, n > 0.
func powerOfTwo(n int) int {
	p := 1
	for 2*p <= n {
		p *= 2
	}
	return p
}

// attempts bounds how often a transaction is tried that others stood in the way of.
const attempts = 20

// write runs fn in a transaction: the caller's, within a savepoint, or one of its own, which is tried again
// when another was in the way. fn may run several times.
func (s *Store) write(ctx context.Context, doing string, fn func(ctx context.Context, w *work) error) error {
	if err := ctx.Err(); err != nil {
		return fail(doing, err)
	}
	if s.tx != nil {
		return s.within(ctx, doing, fn)
	}
	if s.dialect == SQLite {
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return fail(doing, ctx.Err())
		}
	}
	return again(ctx, doing, func() error { return s.once(ctx, doing, fn) }, func(err error) bool {
		return contended(err) && s.dialect == PostgreSQL
	})
}

// errAgain makes a transaction be undone and tried again.
const errAgain = refusal("others were in the way each time")

// again tries a transaction until it succeeds or fails for good.
func again(ctx context.Context, doing string, once func() error, worth func(error) bool) error {
	for try := 0; ; try++ {
		err := once()
		if err != errAgain && (err == nil || !worth(err)) || try == attempts {
			return err
		}
		if try > 0 || err != errAgain {
			if err := pause(ctx, try); err != nil {
				return fail(doing, err)
			}
		}
	}
}

// pause waits before another try: about a millisecond at first, up to 100.
func pause(ctx context.Context, try int) error {
	longest := time.Millisecond << min(try, 6)
	timer := time.NewTimer(longest/2 + rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// within runs fn in the caller's transaction, and undoes what it did when it fails, so that the caller may go on.
func (s *Store) within(ctx context.Context, doing string, fn func(ctx context.Context, w *work) error) error {
	w := &work{Store: s, q: s.tx}
	if s.dialect == SQLite {
		if _, err := w.exec(ctx, doing, shred, nil); err != nil {
			return err
		}
	}
	if _, err := w.exec(ctx, doing, "SAVEPOINT grondslag", nil); err != nil {
		return err
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		undo := context.WithoutCancel(ctx)
		if _, failed := w.exec(undo, doing, "ROLLBACK TO SAVEPOINT grondslag", nil); failed == nil {
			_, _ = w.exec(undo, doing, "RELEASE SAVEPOINT grondslag", nil) // the caller's transaction shows what is wrong with it
		}
	}()
	err := again(ctx, doing, func() error {
		err := fn(ctx, w)
		if err == errAgain {
			if _, err := w.exec(ctx, doing, "ROLLBACK TO SAVEPOINT grondslag", nil); err != nil {
				return err
			}
		}
		return err
	}, func(error) bool { return false })
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, doing, "RELEASE SAVEPOINT grondslag", nil)
	kept = err == nil
	return err
}

// shred makes a connection to SQLite overwrite what is deleted. It stays so.
const shred = "PRAGMA secure_delete=ON"

// once runs fn in a transaction of its own. It is begun and ended by hand: the first
// statement of SQLite takes the lock for writing, and a connection that failed to end a transaction
// does not go back to the pool with it.
func (s *Store) once(ctx context.Context, doing string, fn func(ctx context.Context, w *work) error) error {
	conn, err := s.begin(ctx, doing)
	if err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			if _, err := conn.ExecContext(undo, "ROLLBACK"); err != nil {
				discard(conn)
			}
		}
		_ = conn.Close() // it goes back to the pool
	}()
	inner := ctx
	if s.dialect == SQLite {
		// Statements are short, and an interrupted one would leave its outcome open.
		inner = context.WithoutCancel(ctx)
	}
	if err := fn(inner, &work{Store: s, q: conn}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fail(doing, err)
	}
	if err := s.commit(inner, conn); err != nil {
		return fail(doing+": commit, the outcome is unknown", err)
	}
	ended = true
	return nil
}

// commit ends the transaction. On SQLite in rollback mode a reader may be in the way; the transaction is open then.
func (s *Store) commit(ctx context.Context, conn *sql.Conn) error {
	for try := 0; ; try++ {
		_, err := conn.ExecContext(ctx, "COMMIT")
		if err == nil || s.dialect != SQLite || !busy(err) || try > attempts {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// discard makes the pool close the connection.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// begin takes a connection and begins a transaction that writes. A connection that turns out to be
// broken is replaced: nothing was done on it.
func (s *Store) begin(ctx context.Context, doing string) (*sql.Conn, error) {
	start := "BEGIN ISOLATION LEVEL READ COMMITTED"
	if s.dialect == SQLite {
		start = "BEGIN IMMEDIATE"
	}
	waiting, cancel := ctx, func() {}
	if s.dialect == SQLite {
		waiting, cancel = context.WithTimeout(ctx, s.patience)
	}
	defer cancel()
	broken := 0
	for try := 0; ; try++ {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return nil, fail(doing, err)
		}
		if s.dialect == SQLite {
			_, err = conn.ExecContext(ctx, shred)
		}
		if err == nil {
			_, err = conn.ExecContext(ctx, start)
		}
		if err == nil {
			return conn, nil
		}
		if s.dialect == SQLite && busy(err) {
			_ = conn.Close()
			if pause(waiting, try) != nil {
				return nil, fail(doing+": begin", err)
			}
			continue
		}
		discard(conn)
		_ = conn.Close()
		if broken++; ctx.Err() != nil || broken == 3 {
			return nil, fail(doing+": begin", err)
		}
	}
}

// rows reads all rows of a query that is to be expanded.
func rows(ctx context.Context, s *Store, q DB, doing, text string, args []any, scan func(*sql.Rows) error) error {
	text, args = s.expand(text, args)
	return scanned(ctx, q, doing, text, args, scan)
}

// scanned reads all rows of a query.
func scanned(ctx context.Context, q DB, doing, text string, args []any, scan func(*sql.Rows) error) error {
	r, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return fail(doing, err)
	}
	defer r.Close()
	for r.Next() {
		if err := scan(r); err != nil {
			return fail(doing, err)
		}
	}
	return fail(doing, r.Err())
}

// row reads the one row of a query; it returns [sql.ErrNoRows] as it is.
func row(ctx context.Context, s *Store, q DB, doing, text string, args []any, dest ...any) error {
	text, args = s.expand(text, args)
	err := q.QueryRowContext(ctx, text, args...).Scan(dest...)
	if err == sql.ErrNoRows {
		return err
	}
	return fail(doing, err)
}
