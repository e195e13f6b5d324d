package memory

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/internal/rawanswer"
)

// rawAnswers are the raw answers of an import.
type rawAnswers struct {
	of    storage.Import
	bytes [][]byte // by source; nil if not kept
}

// readRaw reads the raw answers of a snapshot; nil for sources without one.
func readRaw(ctx context.Context, snapshot *storage.Snapshot, sources []storage.Source) ([][]byte, error) {
	all := make([][]byte, len(sources))
	for i := range sources {
		raw, err := rawanswer.Open(snapshot, sources, i)
		if err != nil {
			return nil, err
		}
		if raw == nil {
			continue
		}
		all[i], err = io.ReadAll(raw)
		if err := errors.Join(err, raw.Close(), ended(ctx)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// RawAnswer implements storage.Answers.
func (s *Store) RawAnswer(ctx context.Context, importID int64, source int) (io.ReadCloser, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	kept := s.raw[importID]
	if kept == nil || source < 0 || source >= len(kept.bytes) || kept.bytes[source] == nil {
		return nil, absent("raw answer %d of import %d", source, importID)
	}
	content := &endingReader{ctx: ctx, r: bytes.NewReader(kept.bytes[source])}
	return io.NopCloser(rawanswer.NewReader(content, kept.of.Sources[source], storage.ErrDamaged)), nil
}

// endingReader ends with its context.
type endingReader struct {
	ctx context.Context //nolint:containedctx // RawAnswer says so
	r   io.Reader
}

func (e *endingReader) Read(p []byte) (int, error) {
	if err := ended(e.ctx); err != nil {
		return 0, err
	}
	return e.r.Read(p)
}

// PurgeRawAnswers implements storage.Answers.
func (s *Store) PurgeRawAnswers(ctx context.Context, before time.Time) (purged int64, err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	for id, kept := range s.raw {
		if !kept.of.TakenAt.Before(before) {
			continue
		}
		for _, content := range kept.bytes {
			if content != nil {
				purged++
			}
		}
		delete(s.raw, id)
	}
	return purged, nil
}
