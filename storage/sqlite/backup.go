package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// Backup copies the database, in a consistent state, into a new file with mode
// 0600. Other users and processes may continue meanwhile. If the file exists,
// the error is fs.ErrExist. A failed backup is removed.
func (s *Store) Backup(ctx context.Context, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode) //nolint:gosec // the path is the caller's own
	if err != nil {
		return fmt.Errorf("sqlite: back up: %w", err)
	}
	err = file.Close()
	if err == nil {
		err = sqlstore.Run(ctx, s.store, "back up", "VACUUM INTO ?", path) // an empty file may exist
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
