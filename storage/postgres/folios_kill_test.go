package postgres_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
)

func openFolios(ctx context.Context, url string) (foliotest.Store, func() error, error) {
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	if err != nil {
		return nil, nil, err
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(10)
	store, err := postgres.New(ctx, db, postgres.WithSealer(ring))
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return store, store.Close, nil
}

func TestFolioVictim(t *testing.T) { foliotest.Victim(t, openFolios) } //nolint:paralleltest // a process of its own

// Processes that are killed at any moment, and the server too, lose nothing that was
// acknowledged, and use no folio twice: also where the database acknowledges what is
// not on its disk yet.
func TestFoliosSurviveKill(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	url := server.URL(t, "pgx")
	_, err := connect(t, "pgx", url).ExecContext(t.Context(), "ALTER ROLE CURRENT_USER SET synchronous_commit = off")
	require.NoError(t, err)
	foliotest.KillTest{
		Open: openFolios, Store: url, Victim: "TestFolioVictim", Kills: fleettest.Full(8, 200), Seed: 3,
		KillServer: func() {
			server.Kill(t)
			server.Restart(t)
		},
	}.Run(t)
}

// Processes that take folios at once get different ones, and the same for one key.
func TestProcessesTakeFolios(t *testing.T) {
	t.Parallel()
	foliotest.ProcessTest{
		Open: openFolios, Store: pgtest.URL(t, "pgx"), Victim: "TestFolioVictim",
		Processes: fleettest.Full(3, 8), Goroutines: fleettest.Full(10, 50), Orders: fleettest.Full(100, 2000),
	}.Run(t)
}
