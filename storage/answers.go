package storage

import (
	"context"
	"io"
	"time"
)

// Answers keeps the raw answers and files that registers came from, if a
// snapshot provides them (see Snapshot.Raw): exactly what the SII sent. If an
// import provides none, none are kept.
type Answers interface {
	// RawAnswer opens the bytes of a source of an import, by its index in
	// Import.Sources. They are the bytes given to the import, read piece by piece.
	// An answer that was not kept, or was purged, is absent. If the bytes do not
	// have the size and hash of the source, the reader ends with ErrDamaged instead
	// of io.EOF. The context also bounds the reading.
	RawAnswer(ctx context.Context, importID int64, source int) (io.ReadCloser, error)

	// PurgeRawAnswers removes the raw answers of all imports that were taken
	// before that time, and returns the number of sources affected. Imports and
	// their sources stay.
	PurgeRawAnswers(ctx context.Context, before time.Time) (int64, error)
}
