package disposal

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// orders carries orders out, each in one transaction with the note that it was.
type orders struct {
	db *database
	// each, if any, is called before the transaction is committed.
	each func() error
	done int // transactions that changed a record
}

func (o *orders) dispose(ctx context.Context, d retention.Disposal) error {
	tx, err := o.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	result, err := tx.ExecContext(ctx, "INSERT INTO orders VALUES ($1, $2) ON CONFLICT DO NOTHING", d.ID, d.Today)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err // carried out before
	}
	query, args := "DELETE FROM "+o.db.Name+" WHERE id = $1", []any{d.Key}
	if d.Action == retention.Anonymize {
		query, args = "UPDATE "+o.db.Name+" SET subject = NULL, mail = NULL, done = $2 WHERE id = $1", append(args, d.Today)
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return err
	}
	if o.each != nil {
		if err := o.each(); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	o.done++
	return nil
}

// A sweep over the whole database is broken off in every way and continued: by its
// progress, in the middle of an order, and by a crash that loses its cursor. Every row that is due
// is disposed of once, and no other.
func TestSweep(t *testing.T) {
	databases(t, many, func(t *testing.T, db *database) {
		today := day(t, "2027-07-10")
		list := records(t, many)
		db.exec(t, "CREATE TABLE orders (id TEXT PRIMARY KEY, today DATE NOT NULL)")
		key := map[retention.Dialect]string{retention.SQLite: "INTEGER", retention.PostgreSQL: "bigint"}[db.Dialect]
		parent := map[retention.Dialect]string{retention.SQLite: "records", retention.PostgreSQL: "crm.records"}[db.Dialect]
		db.exec(t, "CREATE TABLE notes (record "+key+" REFERENCES "+parent+"(id))")

		holds, err := retention.NewHolds(retention.Hold{
			ID: "claim", Reason: retention.Litigation, Owner: "legal", From: day(t, "2026-01-01"), Review: day(t, "2028-01-01"),
			Subjects: []basis.Subject{"c-1", "c-17", "c-170", "c-1700"},
		})
		require.NoError(t, err)

		// What must become of each row.
		var stays, held, referred, deleted, anonymized int
		actions := map[retention.ClassID]retention.Disposition{}
		cutoffs := map[retention.ClassID]*retention.Cutoffs{}
		for i, c := range classes(t) {
			actions[c.id] = []retention.Disposition{retention.Delete, retention.Anonymize}[i%2]
			cutoffs[c.id], err = db.schedule.Cutoffs(today, c.id)
			require.NoError(t, err)
		}
		for i := range list {
			r := &list[i]
			switch of := r.of(); {
			case !r.passes(cutoffs[r.class]):
				stays++
			case len(holds.On(today, of.Subject, of.Classes, "")) > 0:
				held++
			case actions[r.class] == retention.Anonymize:
				anonymized++
			case i%100 == 0:
				referred++
				db.exec(t, "INSERT INTO notes VALUES ($1)", r.id)
			default:
				deleted++
			}
		}
		require.Greater(t, min(stays, deleted, anonymized), 1000)
		require.Positive(t, min(held, referred))

		carry := &orders{db: db}
		var stored []byte
		sweep := &retention.Sweep{Schedule: db.schedule, Source: db, Holds: holds, Dispose: carry.dispose, Batch: 100}
		runs, failed := 0, 0
		for at := (retention.Cursor{}); !at.Done; runs++ {
			ctx, cancel := context.WithCancel(t.Context())
			batches, dispatched := 0, 0
			sweep.Progress = func(at retention.Cursor, _ retention.Summary) error {
				if batches++; runs%3 == 0 && batches == 7 {
					return errors.New("enough for today")
				}
				if runs%3 == 2 && batches > 2 {
					return nil // a crash loses what was not stored
				}
				stored, err = json.Marshal(at)
				return err
			}
			carry.each = func() error {
				if dispatched++; runs%3 == 1 && dispatched == 450 {
					cancel()
				}
				if runs%3 == 2 && dispatched == 450 {
					cancel()
					return errors.New("crash")
				}
				return nil
			}
			reached, sum, err := sweep.Run(ctx, today, at)
			cancel()
			failed += sum.Failed
			if err == nil || reached.Done {
				require.True(t, reached.Done)
				break
			}
			if runs%3 == 2 {
				require.NoError(t, json.Unmarshal(stored, &at)) // what is known after the crash
			} else {
				at = reached
			}
		}
		require.Greater(t, runs, 6, "it was hardly broken off")
		require.GreaterOrEqual(t, failed, referred)
		require.Equal(t, deleted+anonymized, carry.done)
		count := func(where string) int { return db.ids(t, "SELECT count(*) FROM "+where, nil)[0] }
		require.Equal(t, deleted+anonymized, count("orders"))
		require.Equal(t, many-deleted, count(db.Name))
		require.Equal(t, anonymized, count(db.Name+" WHERE mail IS NULL"))

		// Once more finds what stays for a reason, and does nothing.
		sweep.Progress, carry.each = nil, nil
		at, sum, err := sweep.Run(t.Context(), today, retention.Cursor{})
		require.Error(t, err)
		require.True(t, at.Done)
		require.Equal(t, retention.Summary{Seen: held + referred, Held: held, Failed: referred}, sum)
		require.Equal(t, deleted+anonymized, carry.done)

		// Without hold and notes the rest goes.
		db.exec(t, "DELETE FROM notes")
		sweep.Holds = nil
		_, sum, err = sweep.Run(t.Context(), today, retention.Cursor{})
		require.NoError(t, err)
		require.Equal(t, retention.Summary{Seen: held + referred, Disposed: held + referred}, sum)
		_, sum, err = sweep.Run(t.Context(), today, retention.Cursor{})
		require.NoError(t, err)
		require.Zero(t, sum)

		// What stays is what was not due.
		left := map[int]bool{}
		for _, id := range db.ids(t, "SELECT id FROM "+db.Name+" WHERE mail IS NOT NULL", nil) {
			left[id] = true
		}
		for i := range list {
			r := &list[i]
			require.Equal(t, !r.passes(cutoffs[r.class]), left[r.id], "row %d", r.id)
		}
		t.Logf("%d runs; %d deleted, %d anonymized, %d held, %d referred to, %d stay", runs, deleted, anonymized, held, referred, stays)
	})
}
