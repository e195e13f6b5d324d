package storage

import (
	"context"
	"io"
	"time"
)

// Answers keeps the raw answers and files that registers came from, where a
// snapshot gives them (see Snapshot.Raw): what the SII said, as it said it. An
// import that gives none keeps none.
type Answers interface {
	// RawAnswer opens the bytes of a source of an import, by its place in
	// Import.Sources. They are those that the import was given, read piece by piece.
	// What was not kept, or was purged, is absent. If what is read does not have the
	// size and hash of the source, the reader ends with ErrDamaged instead of
	// io.EOF. The context bounds the reading too.
	RawAnswer(ctx context.Context, importID int64, source int) (io.ReadCloser, error)

	// PurgeRawAnswers removes the raw answers of all imports that were taken before
	// that time, and says of how many sources. Imports and their sources stay.
	PurgeRawAnswers(ctx context.Context, before time.Time) (int64, error)
}
