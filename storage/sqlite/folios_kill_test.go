package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/foliotest"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

func openFolios(ctx context.Context, path string) (foliotest.Store, func() error, error) {
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlite.Open(ctx, "sqlite", path, sqlite.WithSealer(ring))
	if err != nil {
		return nil, nil, err
	}
	return store, store.Close, nil
}

func TestFolioVictim(t *testing.T) { foliotest.Victim(t, openFolios) } //nolint:paralleltest // a process of its own

// Processes that are killed at any moment lose nothing that was acknowledged, and use
// no folio twice.
func TestFoliosSurviveKill(t *testing.T) {
	t.Parallel()
	foliotest.KillTest{
		Open: openFolios, Store: filepath.Join(t.TempDir(), "chile.db"), Victim: "TestFolioVictim", Kills: fleettest.Full(6, 200), Seed: 1,
	}.Run(t)
}

// Processes that take folios at once get different ones, and the same for one key.
func TestProcessesTakeFolios(t *testing.T) {
	t.Parallel()
	foliotest.ProcessTest{
		Open: openFolios, Store: filepath.Join(t.TempDir(), "chile.db"), Victim: "TestFolioVictim",
		Processes: fleettest.Full(3, 8), Goroutines: fleettest.Full(10, 50), Orders: fleettest.Full(60, 500),
	}.Run(t)
}
