package postgres_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
)

// What cannot be followed is refused before the database is touched.
func TestOptionsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	for says, opt := range map[string]postgres.Option{
		"postgres: nil option":       nil,
		"WithSealer: nil sealer":     postgres.WithSealer(nil),
		"postgres: WithSealer: nil":  postgres.WithSealer((*seal.Ring)(nil)),
		"WithClock: nil clock":       postgres.WithClock(nil),
		"WithCopier: nil copier":     postgres.WithCopier(nil),
		"WithBeforeCommit: nil func": postgres.WithBeforeCommit(nil),
	} {
		store, err := postgres.New(t.Context(), new(sql.DB), postgres.WithClock(time.Now), opt)
		require.ErrorContains(t, err, says)
		require.Nil(t, store)
	}
	_, err := postgres.New(t.Context(), nil)
	require.ErrorContains(t, err, "nil database")
}
