package retention_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// store is records by class and key, of which those disposed of are gone.
type store struct {
	rows map[retention.ClassID]map[string]retention.Candidate
	gone map[string]int // by Disposal.ID, how often
}

func newStore() *store {
	return &store{rows: map[retention.ClassID]map[string]retention.Candidate{}, gone: map[string]int{}}
}

func (s *store) put(class retention.ClassID, c retention.Candidate) {
	if s.rows[class] == nil {
		s.rows[class] = map[string]retention.Candidate{}
	}
	s.rows[class][c.Key] = c
}

func (s *store) Candidates(_ context.Context, class retention.ClassID, _ retention.Date, after string, limit int) ([]retention.Candidate, error) {
	var out []retention.Candidate
	for _, key := range slices.Sorted(maps.Keys(s.rows[class])) {
		if key > after && len(out) < limit {
			out = append(out, s.rows[class][key])
		}
	}
	return out, nil
}

func (s *store) dispose(_ context.Context, o retention.Disposal) error {
	s.gone[o.ID]++
	if o.Action == retention.NotifyThenDelete {
		c := s.rows[o.Class][o.Key]
		c.Notified = o.Today
		s.rows[o.Class][o.Key] = c
		return nil
	}
	delete(s.rows[o.Class], o.Key)
	return nil
}

func (s *store) keys() (out []string) {
	for class, rows := range s.rows {
		for key := range rows {
			out = append(out, string(class)+"/"+key)
		}
	}
	slices.Sort(out)
	return out
}

// classes returns a schedule of classes with a maximum of two years from the order.
func classes(t testing.TB, list ...retention.Class) *retention.Schedule {
	t.Helper()
	for i := range list {
		if list[i].Uses == nil {
			list[i].Uses = []retention.Use{{Purpose: "orders", Rule: own(t, retention.Maximum, "P2Y", retention.Ordered)}}
		}
	}
	s, err := retention.NewSchedule(retention.Policy{Version: "1", Classes: list})
	require.NoError(t, err)
	return s
}

func ordered(subject, on string, t testing.TB) retention.Record {
	return retention.Record{Subject: basis.Subject(subject), History: retention.History{{Event: retention.Ordered, On: day(t, on)}}}
}

func stocked(t testing.TB, n int) *store {
	s := newStore()
	for i := range n {
		on := "2020-01-01"
		if i%3 == 0 {
			on = "2026-01-01"
		}
		for _, class := range []retention.ClassID{"invoice", "customer"} {
			s.put(class, retention.Candidate{Key: fmt.Sprintf("%03d", i), Record: ordered(fmt.Sprint("c-", i), on, t)})
		}
	}
	return s
}

var today = retention.Date(739944) // 2026-11-24

// Broken off after any candidate and taken up again, a sweep ends in the same state,
// and carries out each order once.
func TestSweepResumes(t *testing.T) {
	t.Parallel()
	require.Equal(t, today, day(t, "2026-11-24"))
	schedule := classes(t, retention.Class{ID: "customer"}, retention.Class{ID: "invoice", Parent: "customer"})
	whole := stocked(t, 20)
	w := retention.Sweep{Schedule: schedule, Source: whole, Dispose: whole.dispose, Batch: 3}
	cursor, sum, err := w.Run(t.Context(), today, retention.Cursor{})
	require.NoError(t, err)
	require.True(t, cursor.Done)
	require.Equal(t, retention.Summary{Seen: 40, Disposed: 26, Kept: 14}, sum)

	for stop := 1; stop <= 26; stop++ {
		s := stocked(t, 20)
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		w := retention.Sweep{Schedule: schedule, Source: s, Batch: 3, Dispose: func(ctx context.Context, o retention.Disposal) error {
			if err := s.dispose(ctx, o); err != nil {
				return err
			}
			if n++; n == stop {
				cancel()
			}
			return nil
		}}
		cursor, _, err := w.Run(ctx, today, retention.Cursor{})
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, cursor.Done)
		cursor, _, err = w.Run(t.Context(), today, cursor)
		require.NoError(t, err)
		require.True(t, cursor.Done)
		require.Equal(t, whole.keys(), s.keys(), "stopped after %d", stop)
		require.Equal(t, whole.gone, s.gone, "stopped after %d", stop)
		_, sum, err = w.Run(t.Context(), today, cursor)
		require.NoError(t, err)
		require.Zero(t, sum, "it was done")
	}
}

// A cursor of another day begins anew; a class that is gone is an error.
func TestSweepCursor(t *testing.T) {
	t.Parallel()
	s := stocked(t, 4)
	w := retention.Sweep{Schedule: classes(t, retention.Class{ID: "customer"}), Source: s, Dispose: s.dispose}
	_, sum, err := w.Run(t.Context(), today, retention.Cursor{Today: today - 1, Class: "customer", After: "zzz"})
	require.NoError(t, err)
	require.Equal(t, 4, sum.Seen)
	_, _, err = w.Run(t.Context(), today, retention.Cursor{Today: today, Class: "gone"})
	require.ErrorContains(t, err, `unknown class "gone"`)
}

// Children go first; a parent waits for them when its row would go, and only then.
func TestSweepOrder(t *testing.T) {
	t.Parallel()
	list := []retention.Class{{ID: "customer"}, {ID: "order", Parent: "customer"}, {ID: "line", Parent: "order"}, {ID: "log"}}
	require.Equal(t, []retention.ClassID{"line", "order", "customer", "log"}, classes(t, list...).Order())
	for action, waits := range map[retention.Disposition]bool{
		retention.Delete: true, retention.Transfer: true, retention.Anonymize: false, retention.Pseudonymize: false, retention.Restrict: false, retention.Review: false,
	} {
		s := newStore()
		s.put("customer", retention.Candidate{Key: "1", Record: ordered("c-1", "2020-01-01", t), Children: true})
		w := retention.Sweep{Schedule: classes(t, retention.Class{ID: "customer", Disposition: action}), Source: s, Dispose: s.dispose}
		_, sum, err := w.Run(t.Context(), today, retention.Cursor{})
		require.NoError(t, err)
		require.Equal(t, waits, sum.Waiting == 1, action)
		require.Equal(t, !waits, sum.Disposed == 1, action)
	}
}

// One held record stops nothing, and neither does one that fails.
func TestSweepGoesOn(t *testing.T) {
	t.Parallel()
	s := stocked(t, 9)
	holds, err := retention.NewHolds(retention.Hold{ID: "h", Reason: retention.Audit, Owner: "finance", From: 1, Review: today, Subjects: []basis.Subject{"c-1"}})
	require.NoError(t, err)
	boom := errors.New("the table is locked")
	w := retention.Sweep{
		Schedule: classes(t, retention.Class{ID: "customer"}), Source: s, Holds: holds,
		Dispose: func(ctx context.Context, o retention.Disposal) error {
			if o.Key == "004" {
				return boom
			}
			return s.dispose(ctx, o)
		},
	}
	cursor, sum, err := w.Run(t.Context(), today, retention.Cursor{})
	require.ErrorIs(t, err, boom)
	require.NotContains(t, err.Error(), "c-4")
	require.True(t, cursor.Done)
	require.Equal(t, retention.Summary{Seen: 9, Disposed: 4, Held: 1, Kept: 3, Failed: 1}, sum)
}

// What only a new policy makes due waits for its grace, field by field.
func TestSweepGrace(t *testing.T) {
	t.Parallel()
	schedule := func(version string, email, phone string) *retention.Schedule {
		a, b := own(t, retention.Maximum, email, retention.Ordered), own(t, retention.Maximum, phone, retention.Ordered)
		a.ID, b.ID = "a", "b"
		s, err := retention.NewSchedule(retention.Policy{Version: version, Classes: []retention.Class{
			{ID: "mail", Uses: []retention.Use{{Purpose: "mail", Rule: a}}}, {ID: "calls", Uses: []retention.Use{{Purpose: "calls", Rule: b}}},
		}, Fields: map[basis.Field][]retention.ClassID{"email": {"mail"}, "phone": {"mail", "calls"}}})
		require.NoError(t, err)
		return s
	}
	before, after := schedule("1", "P2Y", "P9Y"), schedule("2", "P1Y", "P1Y")
	for _, tc := range []struct {
		on, changed string
		grace       string
		fields      []basis.Field
	}{
		{"2025-06-01", "2026-11-24", "", nil},                                // due by the new one alone
		{"2025-06-01", "2026-11-23", "", nil},                                // the day after the change is the grace
		{"2025-06-01", "2026-11-22", "", []basis.Field{"email", "phone"}},    // it has passed
		{"2025-06-01", "2026-11-01", "P4W", nil},                             // a longer one
		{"2024-06-01", "2026-11-24", "P4W", []basis.Field{"email"}},          // due by the old one too, but for the phone
		{"2010-06-01", "2026-11-24", "P4W", []basis.Field{"email", "phone"}}, // due by both
	} {
		s := newStore()
		s.put("mail", retention.Candidate{Key: "1", Record: ordered("c-1", tc.on, t)})
		var got []retention.Disposal
		w := retention.Sweep{
			Schedule: after, Previous: before, Changed: day(t, tc.changed), Source: s,
			Dispose: func(_ context.Context, o retention.Disposal) error { got = append(got, o); return nil },
		}
		if tc.grace != "" {
			w.Grace = period(t, tc.grace)
		}
		_, sum, err := w.Run(t.Context(), today, retention.Cursor{})
		require.NoError(t, err)
		if tc.fields == nil {
			require.Empty(t, got, "%+v", tc)
			require.Equal(t, 1, sum.Graced, "%+v", tc)
			continue
		}
		require.Len(t, got, 1, "%+v", tc)
		require.Equal(t, tc.fields, got[0].Fields, "%+v", tc)
		require.Equal(t, len(tc.fields) == 2, got[0].Whole, "%+v", tc)
	}
}

// The person is told first, has the time of the notice, and is told anew when the data lived on.
func TestSweepNotifies(t *testing.T) {
	t.Parallel()
	s := newStore()
	schedule := classes(t, retention.Class{ID: "account", Disposition: retention.NotifyThenDelete, Notice: period(t, "P2W")})
	w := retention.Sweep{Schedule: schedule, Source: s, Dispose: s.dispose}
	run := func(on retention.Date) retention.Summary {
		_, sum, err := w.Run(t.Context(), on, retention.Cursor{})
		require.NoError(t, err)
		return sum
	}
	s.put("account", retention.Candidate{Key: "1", Record: ordered("c-1", "2024-11-23", t)})
	require.Equal(t, retention.Summary{Seen: 1, Notified: 1}, run(today))
	require.Equal(t, retention.Summary{Seen: 1, Waiting: 1}, run(today+14))
	require.Equal(t, retention.Summary{Seen: 1, Disposed: 1}, run(today+15))
	require.Empty(t, s.keys())

	stale := retention.Candidate{Key: "2", Record: ordered("c-2", "2024-11-23", t), Notified: day(t, "2023-01-01")}
	s.put("account", stale)
	require.Equal(t, retention.Summary{Seen: 1, Notified: 1}, run(today), "that notice was about an earlier period")
}

// A source can't make a sweep dispose of anything too early.
func TestSweepTrustsNoSource(t *testing.T) {
	t.Parallel()
	s := newStore()
	live := ordered("c-1", "2026-11-01", t)
	s.put("customer", retention.Candidate{Key: "1", Record: live})
	other := ordered("c-2", "2020-01-01", t)
	other.Classes = []retention.ClassID{"applicant"}
	s.put("customer", retention.Candidate{Key: "2", Record: other})
	w := retention.Sweep{Schedule: classes(t, retention.Class{ID: "customer"}, retention.Class{ID: "applicant"}), Source: s, Dispose: s.dispose}
	_, sum, err := w.Run(t.Context(), today, retention.Cursor{})
	require.NoError(t, err)
	require.Equal(t, retention.Summary{Seen: 2, Kept: 2}, sum)

	for _, source := range []retention.SourceFunc{nil, func(_ context.Context, _ retention.ClassID, _ retention.Date, _ string, _ int) ([]retention.Candidate, error) {
		return []retention.Candidate{{Key: "1", Record: live}}, nil // the same again and again
	}, func(context.Context, retention.ClassID, retention.Date, string, int) ([]retention.Candidate, error) {
		return nil, errors.New("connection lost")
	}} {
		w.Source = source
		_, _, err := w.Run(t.Context(), today, retention.Cursor{})
		require.Error(t, err)
	}
	for _, w := range []retention.Sweep{
		{}, {Schedule: w.Schedule, Source: s}, {Schedule: w.Schedule, Source: s, DryRun: true, Previous: w.Schedule}, {Schedule: w.Schedule, Source: s, DryRun: true, Grace: retention.Period{Days: -1}},
	} {
		_, _, err := w.Run(t.Context(), today, retention.Cursor{})
		require.Error(t, err)
	}
	_, _, err = (&retention.Sweep{Schedule: w.Schedule, Source: s, DryRun: true}).Run(t.Context(), 0, retention.Cursor{})
	require.Error(t, err)
}

// A dry run counts and orders nothing; progress is told after each batch and can stop it.
func TestSweepDryRun(t *testing.T) {
	t.Parallel()
	s := stocked(t, 9)
	var told []retention.Cursor
	w := retention.Sweep{
		Schedule: classes(t, retention.Class{ID: "customer"}), Source: s, DryRun: true, Batch: 4,
		Progress: func(c retention.Cursor, _ retention.Summary) error { told = append(told, c); return nil },
	}
	_, sum, err := w.Run(t.Context(), today, retention.Cursor{})
	require.NoError(t, err)
	require.Equal(t, retention.Summary{Seen: 9, Disposed: 6, Kept: 3}, sum)
	require.Len(t, s.rows["customer"], 9)
	require.Len(t, told, 3)
	stop := errors.New("the disk is full")
	w.Progress = func(retention.Cursor, retention.Summary) error { return stop }
	_, sum, err = w.Run(t.Context(), today, retention.Cursor{})
	require.ErrorIs(t, err, stop)
	require.Equal(t, 4, sum.Seen)
}

// What was ordered can be certified.
func TestDisposalCertificate(t *testing.T) {
	t.Parallel()
	s := newStore()
	s.put("customer", retention.Candidate{Key: "1", Record: ordered("c-1", "2020-01-01", t)})
	erased := ordered("c-2", "2026-01-01", t)
	erased.Erasure = day(t, "2026-11-01")
	s.put("customer", retention.Candidate{Key: "2", Record: erased})
	n := 0
	w := retention.Sweep{Schedule: classes(t, retention.Class{ID: "customer"}), Source: s, Dispose: func(_ context.Context, o retention.Disposal) error {
		c := o.Certificate(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC), 1)
		require.Error(t, c.Check(), "who did it, and whom it was told, is not known yet")
		c.Executor, c.NoRecipients = "nightly-sweep", true
		require.NoError(t, c.Check())
		require.NotContains(t, c.String(), "c-1")
		n++
		return nil
	}}
	_, sum, err := w.Run(t.Context(), today, retention.Cursor{})
	require.NoError(t, err)
	require.Equal(t, 2, sum.Disposed)
	require.Equal(t, 2, n)
}
