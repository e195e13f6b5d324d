package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// Backup copies the database, as it is at one time, into a new file with mode
// 0600, while it is used, also by other processes. A file of that name must not
// be there: fs.ErrExist. What a failure leaves is removed.
func (s *Store) Backup(ctx context.Context, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode) //nolint:gosec // the path is the caller's own
	if err != nil {
		return fmt.Errorf("sqlite: back up: %w", err)
	}
	err = file.Close()
	if err == nil {
		err = sqlstore.Run(ctx, s.store, "back up", "VACUUM INTO ?", path) // an empty file may be there
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
