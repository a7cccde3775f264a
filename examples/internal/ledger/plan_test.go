package ledger

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// TestPlansOutlastGrowth: a connection keeps the plans that it made when the tables were all but empty. After an
// import, before anyone has analyzed, what is asked of one person still reads no whole table.
func TestPlansOutlastGrowth(t *testing.T) {
	t.Parallel()
	db := onPostgreSQL(t)
	s := db.open(t, sqlstore.Options{})
	tables := []string{"consent_events", "consent_personal", "consent_short", "consent_subjects", "consent_standings"}
	for _, table := range tables {
		_, err := db.ExecContext(t.Context(), "ALTER TABLE "+table+" SET (autovacuum_enabled = false)")
		require.NoError(t, err)
	}
	db.SetMaxOpenConns(1)
	all := grants(8000)
	ask := func(e consent.Entry) {
		events, err := s.History(t.Context(), e.Subject)
		require.NoError(t, err)
		require.Len(t, events, 1)
		_, err = s.Find(t.Context(), e.ID)
		require.NoError(t, err)
		require.NoError(t, s.Stand(t.Context(), []basis.Subject{e.Subject}, 1, []consent.Standing{{Subject: e.Subject}}))
	}
	for _, e := range all[:10] { // the driver has plans of its own after five
		add(t, s, e)
		ask(e)
	}
	for i := 10; i < len(all); i += 510 {
		add(t, s, all[i:min(i+510, len(all))]...)
	}
	// The server adds up what a connection read at the end of a statement, a second after it did so last.
	read := func() (n int) {
		time.Sleep(1100 * time.Millisecond)
		for range 2 {
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT SUM(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('consent_events', 'consent_personal', 'consent_short', 'consent_subjects')").Scan(&n))
		}
		return n
	}
	before := read()
	for i := range 100 {
		ask(all[20+i*79])
	}
	require.Less(t, read()-before, 1000, "rows read of whole tables, of which there are 8000 in each")
	require.Equal(t, []string{"8000"}, texts(t, db.DB, "SELECT COUNT(*)::text FROM consent_events"))
	require.GreaterOrEqual(t, read()-before, 8000, "a whole table that is read is seen")
}
