package retention_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

// A source over a database, in full. Index is run once, and the database then examines the due rows alone.
func ExampleSource() {
	var db *sql.DB // of the caller
	schedule, _ := retention.NewSchedule(retention.Policy{})
	invoices := retention.Table{
		Dialect: retention.PostgreSQL, Name: "invoices", Key: "id", Subject: "customer_id",
		Events: map[retention.Event]string{retention.Drafted: "drafted_on"},
	}
	source := retention.SourceFunc(func(ctx context.Context, class retention.ClassID, today retention.Date, after string, limit int) ([]retention.Candidate, error) {
		cutoffs, err := schedule.Cutoffs(today, class)
		if err != nil {
			return nil, err
		}
		due, err := cutoffs.Select(invoices, class)
		if err != nil {
			return nil, err
		}
		query, args, err := due.Batch(after, limit)
		if err != nil {
			return nil, err
		}
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var list []retention.Candidate
		for rows.Next() {
			c, err := due.Scan(rows)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
		return list, rows.Err()
	})
	_ = retention.Sweep{
		Schedule: schedule, Source: source,
		Dispose: func(ctx context.Context, order retention.Disposal) error {
			_, err := db.ExecContext(ctx, `DELETE FROM invoices WHERE id = $1`, order.Key)
			return err
		},
	}
}

// numbers is a source of n rows that are due, in the order of their numbers, which
// is not that of their keys as text. Gone are the rows that were disposed of.
type numbers struct {
	n    int
	gone map[string]bool
	of   []retention.Occurrence
}

func (s *numbers) Candidates(_ context.Context, _ retention.ClassID, _ retention.Date, after string, limit int) (list []retention.Candidate, err error) {
	from := 0
	if after != "" {
		if _, err = fmt.Sscanf(after, "after %d", &from); err != nil {
			return nil, err
		}
	}
	for i := from + 1; i <= s.n && len(list) < limit; i++ {
		if key := fmt.Sprint(i); !s.gone[key] {
			list = append(list, retention.Candidate{Key: key, Place: "after " + key, Record: retention.Record{History: s.of}})
		}
	}
	return list, nil
}

func (s *numbers) sweep(t *testing.T) *retention.Sweep {
	t.Helper()
	s.gone, s.of = map[string]bool{}, retention.History{{Event: retention.Drafted, On: day(t, "2012-02-29")}}
	schedule, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{
		ID: "record", Uses: []retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)},
	}}})
	require.NoError(t, err)
	return &retention.Sweep{Schedule: schedule, Source: s, Batch: 3, Dispose: func(_ context.Context, d retention.Disposal) error {
		require.False(t, s.gone[d.Key], "disposed of twice")
		s.gone[d.Key] = true
		return nil
	}}
}

// Rows come in the order of the source, and one that fails is passed.
func TestSweepFollowsTheSource(t *testing.T) {
	t.Parallel()
	s := &numbers{n: 25}
	w := s.sweep(t)
	dispose := w.Dispose
	w.Dispose = func(ctx context.Context, d retention.Disposal) error {
		if d.Key == "4" || d.Key == "11" {
			return errors.New("refers to it")
		}
		return dispose(ctx, d)
	}
	at, sum, err := w.Run(t.Context(), day(t, "2026-07-01"), retention.Cursor{})
	require.ErrorContains(t, err, "refers to it")
	require.True(t, at.Done)
	require.Equal(t, retention.Summary{Seen: 25, Disposed: 23, Failed: 2}, sum)
	require.Len(t, s.gone, 23)
}

// An order that was cut off is the first of the next run, not one that failed and is passed.
func TestSweepCutOff(t *testing.T) {
	t.Parallel()
	s := &numbers{n: 25}
	w := s.sweep(t)
	dispose := w.Dispose
	ctx, cancel := context.WithCancel(t.Context())
	w.Dispose = func(ctx context.Context, d retention.Disposal) error {
		if d.Key == "8" {
			cancel()
			return ctx.Err()
		}
		return dispose(ctx, d)
	}
	at, sum, err := w.Run(ctx, day(t, "2026-07-01"), retention.Cursor{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, retention.Cursor{Today: day(t, "2026-07-01"), Class: "record", After: "after 7"}, at)
	require.Equal(t, 7, sum.Disposed)
	w.Dispose = dispose
	at, sum, err = w.Run(t.Context(), day(t, "2026-07-01"), at)
	require.NoError(t, err)
	require.True(t, at.Done)
	require.Equal(t, retention.Summary{Seen: 18, Disposed: 18}, sum)
}

// A source that begins at the beginning each time would never end.
func TestSweepOfASourceThatStands(t *testing.T) {
	t.Parallel()
	s := &numbers{n: 25}
	w := s.sweep(t)
	w.DryRun = true
	w.Source = retention.SourceFunc(func(ctx context.Context, class retention.ClassID, today retention.Date, _ string, limit int) ([]retention.Candidate, error) {
		return s.Candidates(ctx, class, today, "", limit)
	})
	_, sum, err := w.Run(t.Context(), day(t, "2026-07-01"), retention.Cursor{})
	require.ErrorContains(t, err, "do not go on after their place")
	require.Equal(t, 3, sum.Seen)
}
