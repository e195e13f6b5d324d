package cli

import (
	"context"
	"errors"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// ofFake reports whether all data of the database are a fake's. It reports false if the
// tables are older than the record of environments.
func (d *Database) ofFake(ctx context.Context) (bool, error) {
	store, err := d.Read(ctx)
	if errors.Is(err, storage.ErrOlder) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer store.Close() //nolint:errcheck // it was read alone
	of, err := storeEnvironment(ctx, store)
	return of == chile.OtherEnvironment || of == nothingStored, err
}

// What storeEnvironment returns besides the environments.
const (
	nothingStored chile.Environment = "none"
	notRecorded   chile.Environment = "" // rows from before environments were recorded
)

// storeEnvironment returns the environment that a store belongs to.
func storeEnvironment(ctx context.Context, store storage.Environments) (chile.Environment, error) {
	of, err := store.Environment(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nothingStored, nil
	}
	return of, err
}

// TellStore prints the database, and the SII that its data are from.
func (d *Database) TellStore(ctx context.Context, out *Output, store storage.Environments) error {
	of, err := storeEnvironment(ctx, store)
	if err != nil {
		return err
	}
	out.Event(map[string]string{"event": "database", "database": d.String(), "environment": string(of)})
	switch of {
	case nothingStored:
		out.Text("Database: %s, empty", d)
	case notRecorded:
		out.Text("Database: %s, not known of which SII", d)
	default:
		out.Text("Database: %s, of %s", d, environmentName(of))
	}
	return nil
}

// TellAdopted reports it if an import adopted rows of an unknown SII: see
// storage.Environments.
func TellAdopted(out *Output, result *storage.ImportResult) {
	if !result.Adopted {
		return
	}
	out.Text("Adopted: what the database had before is of %s from now on", environmentName(result.Environment))
	out.Event(map[string]string{"event": "adopted", "environment": string(result.Environment)})
}
