package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// The peer is a program that has the same tables with the same indexes, and inserts the same rows into
// them in as few statements: no lock against an erasure, no erase-list, no idempotency, no standings, no triggers' need.
//
//	go test -run '^$' -bench . -benchtime 5000x ./internal/ledger

// bare inserts the rows of the entries in one transaction.
func bare(ctx context.Context, db *database, entries []consent.Entry) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	for len(entries) > 0 {
		n := min(100, len(entries))
		if err := barePart(ctx, db, tx, entries[:n]); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return tx.Commit()
}

func barePart(ctx context.Context, db *database, tx *sql.Tx, entries []consent.Entry) error {
	insert := func(table string, columns, rows int, args []any) error {
		var b strings.Builder
		b.WriteString("INSERT INTO bare_" + table + " VALUES ")
		n := 0
		for i := range rows {
			if i > 0 {
				b.WriteByte(',')
			}
			for j := range columns {
				b.WriteByte("(,"[min(j, 1)])
				if n++; db.dialect == sqlstore.PostgreSQL {
					fmt.Fprintf(&b, "$%d", n)
				} else {
					b.WriteByte('?')
				}
			}
			b.WriteByte(')')
		}
		_, err := tx.ExecContext(ctx, b.String(), args...)
		return err
	}
	var events, personal, pending []any
	for i := range entries {
		e := &entries[i]
		events = append(events, "", e.ID[:], e.Body, nil)
		personal = append(personal, "", e.ID[:], string(e.Subject), nil, e.Disclosures)
		pending = append(pending, "", e.ID[:], e.Leaf[:])
	}
	if err := insert("events", 4, len(entries), events); err != nil {
		return err
	}
	if err := insert("personal", 5, len(entries), personal); err != nil {
		return err
	}
	return insert("pending", 3, len(entries), pending)
}

// writers runs 32 of them over n entries of different people.
func writers(b *testing.B, entries []consent.Entry, write func(consent.Entry) error) {
	b.Helper()
	b.ResetTimer()
	var wg sync.WaitGroup
	next := make(chan consent.Entry)
	for range 32 {
		wg.Go(func() {
			for e := range next {
				if err := write(e); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, e := range entries {
		next <- e
	}
	close(next)
	wg.Wait()
	b.ReportMetric(float64(len(entries))/b.Elapsed().Seconds(), "events/s")
}

// grouped returns a write that waits for a commit of all that came meanwhile.
func grouped(b *testing.B, commit func([]consent.Entry) error) func(consent.Entry) error {
	type job struct {
		entry consent.Entry
		done  chan error
	}
	jobs := make(chan job, 64)
	b.Cleanup(func() { close(jobs) })
	go func() {
		for j := range jobs {
			batch := []job{j}
			for more := true; more && len(batch) < 64; {
				select {
				case j, ok := <-jobs:
					if more = ok; ok {
						batch = append(batch, j)
					}
				default:
					more = false
				}
			}
			entries := make([]consent.Entry, len(batch))
			for i := range batch {
				entries[i] = batch[i].entry
			}
			err := commit(entries)
			for _, j := range batch {
				j.done <- err
			}
		}
	}()
	return func(e consent.Entry) error {
		done := make(chan error, 1)
		jobs <- job{e, done}
		return <-done
	}
}

func grants(n int) []consent.Entry {
	out := make([]consent.Entry, n)
	for i := range out {
		out[i] = grant(basis.Subject(fmt.Sprintf("c-%08d", i)))
	}
	return out
}

// peers runs a benchmark with the ledger and with the peer, by turns.
func peers(b *testing.B, db *database, run func(b *testing.B, append func([]consent.Entry) error)) {
	s := db.open(b, sqlstore.Options{})
	db.open(b, sqlstore.Options{Prefix: "bare_"})
	ctx := b.Context()
	for range 2 {
		b.Run("bare", func(b *testing.B) {
			run(b, func(e []consent.Entry) error { return bare(ctx, db, e) })
		})
		b.Run("ledger", func(b *testing.B) {
			run(b, func(e []consent.Entry) error {
				_, err := s.Append(ctx, e)
				return err
			})
		})
	}
}

// BenchmarkGrants: single grants by 32 writers; on SQLite they are committed in groups.
func BenchmarkGrants(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		peers(b, onSQLite(b), func(b *testing.B, add func([]consent.Entry) error) {
			writers(b, grants(b.N), grouped(b, add))
		})
	})
	b.Run("postgres", func(b *testing.B) {
		peers(b, onPostgreSQL(b), func(b *testing.B, add func([]consent.Entry) error) {
			writers(b, grants(b.N), func(e consent.Entry) error { return add([]consent.Entry{e}) })
		})
	})
}

// BenchmarkRecord: single grants by 32 writers through a ledger, which checks and seals them and commits in groups;
// the peer inserts what is sealed already.
func BenchmarkRecord(b *testing.B) {
	run := func(b *testing.B, db *database) {
		s := db.open(b, sqlstore.Options{})
		db.open(b, sqlstore.Options{Prefix: "bare_"})
		for range 2 {
			b.Run("bare", func(b *testing.B) {
				writers(b, grants(b.N), grouped(b, func(e []consent.Entry) error { return bare(b.Context(), db, e) }))
			})
			b.Run("ledger", func(b *testing.B) {
				l, yes := ledger(b, s)
				writers(b, grants(b.N), func(e consent.Entry) error {
					give := yes
					give.Subject = e.Subject
					give.Evidence.Point = string(e.Subject) + "@example.com"
					_, err := l.Record(b.Context(), give)
					return err
				})
			})
		}
	}
	b.Run("sqlite", func(b *testing.B) { run(b, onSQLite(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, onPostgreSQL(b)) })
}

// BenchmarkImport adds 100,000 events in batches of 1,000.
func BenchmarkImport(b *testing.B) {
	run := func(b *testing.B, add func([]consent.Entry) error) {
		const n = 100_000
		for b.Loop() {
			b.StopTimer()
			all := grants(n)
			b.StartTimer()
			start := time.Now()
			for i := 0; i < n; i += 1000 {
				require.NoError(b, add(all[i:i+1000]))
			}
			b.ReportMetric(n/time.Since(start).Seconds(), "events/s")
		}
	}
	b.Run("sqlite", func(b *testing.B) { peers(b, onSQLite(b), run) })
	b.Run("postgres", func(b *testing.B) { peers(b, onPostgreSQL(b), run) })
}
