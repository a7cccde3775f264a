package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/postgres"
)

// Two servers side by side know nothing of each other.
func TestStart(t *testing.T) {
	t.Parallel()
	a, b := postgres.Start(t), postgres.Start(t)
	_, err := a.ExecContext(t.Context(), `CREATE TABLE records (id bigint PRIMARY KEY)`)
	require.NoError(t, err)
	_, err = b.ExecContext(t.Context(), `SELECT * FROM records`)
	require.Error(t, err)
}
