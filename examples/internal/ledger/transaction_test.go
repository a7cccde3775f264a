package ledger

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// business is a table of the caller's own.
func business(t testing.TB, db *database) (insert func(tx *sql.Tx, name string), count func() int) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), "CREATE TABLE business (name TEXT PRIMARY KEY)")
	require.NoError(t, err)
	insert = func(tx *sql.Tx, name string) {
		t.Helper()
		_, err := tx.ExecContext(t.Context(), "INSERT INTO business VALUES ('"+name+"')")
		require.NoError(t, err)
	}
	return insert, func() int {
		t.Helper()
		return len(texts(t, db.DB, "SELECT name FROM business"))
	}
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		insert, count := business(t, db)
		empty := everything(t, db, "consent_")
		write := func(end func(*sql.Tx) error) {
			tx, err := db.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			in := s.Tx(tx)
			insert(tx, "order 1")
			e := grant("c-1")
			e.Key = consent.Mark{1}
			add(t, in, e)
			require.NoError(t, in.PutNotice(t.Context(), consent.Published{Hash: consent.NoticeHash{1}, From: noon()}))
			require.NoError(t, in.Suppress(t.Context(), []consent.Suppression{{Reason: consent.Withdrawn, At: noon()}}))
			require.NoError(t, in.Stand(t.Context(), []basis.Subject{"c-1"}, 1, []consent.Standing{{Subject: "c-1"}}))
			require.NoError(t, in.Grow(t.Context(), consent.Growth{Leaves: []consent.PendingLeaf{{ID: e.ID, Hash: e.Leaf}}, Checkpoint: []byte("c")}))
			events, err := in.History(t.Context(), "c-1")
			require.NoError(t, err)
			require.Len(t, events, 1, "it sees what it wrote")
			require.NoError(t, end(tx))
		}
		write((*sql.Tx).Rollback)
		require.Equal(t, empty, everything(t, db, "consent_"))
		require.Zero(t, count())

		write((*sql.Tx).Commit)
		require.Equal(t, 1, count())
		events, err := s.History(t.Context(), "c-1")
		require.NoError(t, err)
		require.Len(t, events, 1)

		// An erasure too.
		before := everything(t, db, "consent_")
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		insert(tx, "order 2")
		erase(t, s.Tx(tx), "c-1")
		require.NoError(t, tx.Rollback())
		require.Equal(t, before, everything(t, db, "consent_"))
		tx, err = db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		insert(tx, "order 2")
		erase(t, s.Tx(tx), "c-1")
		require.NoError(t, tx.Commit())
		require.NoError(t, s.Scrub(t.Context()))
		require.Equal(t, 2, count())
		events, err = s.History(t.Context(), "c-1")
		require.NoError(t, err)
		require.Empty(t, events)
	})
}

// TestTransactionGoesOn: what fails in the caller's transaction leaves nothing of itself, and the caller goes on.
func TestTransactionGoesOn(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		insert, count := business(t, db)
		erase(t, s, "gone")
		old := grant("c-1")
		old.Key = consent.Mark{1}
		add(t, s, old)

		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		in := s.Tx(tx)
		insert(tx, "order 1")
		_, err = in.Append(t.Context(), []consent.Entry{grant("c-2"), grant("gone")})
		require.ErrorIs(t, err, consent.ErrErased)
		same := grant("c-3")
		same.ID = old.ID
		_, err = in.Append(t.Context(), []consent.Entry{grant("c-2"), same})
		require.ErrorContains(t, err, "recorded already")
		again := grant("c-1")
		again.Key = old.Key
		ids, err := in.Append(t.Context(), []consent.Entry{again})
		require.NoError(t, err)
		require.Equal(t, []consent.EventID{old.ID}, ids)
		require.ErrorIs(t, in.Stand(t.Context(), []basis.Subject{"c-1"}, 9, nil), consent.ErrConflict)
		require.Error(t, in.Grow(t.Context(), consent.Growth{Leaves: []consent.PendingLeaf{{ID: old.ID}, {ID: same.ID}, {ID: again.ID}}}))
		mine := errors.New("mine")
		require.Equal(t, mine, in.Erase(t.Context(), []basis.Subject{"c-1"}, func([]consent.Stored) (consent.Erasure, error) { return consent.Erasure{}, mine }))
		e := grant("c-4")
		add(t, in, e)
		insert(tx, "order 2")
		require.NoError(t, tx.Commit())

		require.Equal(t, 2, count())
		for p, want := range map[basis.Subject]int{"c-1": 1, "c-2": 0, "c-3": 0, "c-4": 1, "gone": 0} {
			events, err := s.History(t.Context(), p)
			require.NoError(t, err)
			require.Len(t, events, want, p)
		}
	})
}

// TestTransactionWaits: an erasure waits for a transaction that adds an event to the reference, and has it then.
func TestTransactionWaits(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, db *database) {
		s := db.open(t, sqlstore.Options{})
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		add(t, s.Tx(tx), grant("c-1"))
		done := make(chan int, 1)
		go func() {
			n := -1
			err := s.Erase(t.Context(), []basis.Subject{"c-1"}, func(events []consent.Stored) (consent.Erasure, error) {
				n = len(events)
				return erasure(noon(), []basis.Subject{"c-1"}, events), nil
			})
			if err != nil {
				t.Error(err)
			}
			done <- n
		}()
		// Reading goes on meanwhile, and sees nothing of it.
		for range 20 {
			events, err := s.History(t.Context(), "c-1")
			require.NoError(t, err)
			require.Empty(t, events)
		}
		select {
		case <-done:
			t.Fatal("it did not wait")
		default:
		}
		require.NoError(t, tx.Commit())
		require.Equal(t, 1, <-done)
		events, err := s.History(t.Context(), "c-1")
		require.NoError(t, err)
		require.Empty(t, events)
	})
}

func TestRepeatableRead(t *testing.T) {
	t.Parallel()
	db := onPostgreSQL(t)
	s := db.open(t, sqlstore.Options{})
	for level, refused := range map[sql.IsolationLevel]bool{sql.LevelRepeatableRead: true, sql.LevelSerializable: false, sql.LevelReadCommitted: false} {
		tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: level})
		require.NoError(t, err)
		err = s.Tx(tx).Erase(t.Context(), []basis.Subject{"c-1"}, func(events []consent.Stored) (consent.Erasure, error) {
			return erasure(noon(), nil, events), nil
		})
		if refused {
			require.ErrorContains(t, err, "READ COMMITTED")
		} else {
			require.NoError(t, err)
		}
		require.NoError(t, tx.Rollback())
	}
}
