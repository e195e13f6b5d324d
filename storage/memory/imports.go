package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// ImportRegister implements storage.Registers. It holds the turn of the
// register while the rows are read, but no lock: they may use the store.
func (s *Store) ImportRegister(ctx context.Context, snapshot storage.Snapshot) (*storage.ImportResult, error) {
	if !snapshot.Key.Valid() || snapshot.Rows == nil {
		return nil, invalid("snapshot without key or rows")
	}
	environment := snapshot.Environment.Known()
	if err := storage.CheckEnvironment(ctx, s, environment); err != nil {
		return nil, err
	}
	leave, err := s.takeTurn(ctx, snapshot.Key)
	if err != nil {
		return nil, err
	}
	defer leave()
	docs, err := readRows(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	next := &register{last: storage.Import{Key: snapshot.Key, TakenAt: kept(snapshot.TakenAt), Environment: environment}}
	if snapshot.TakenAt.IsZero() {
		next.last.TakenAt = s.time()
	}
	if snapshot.Lines != nil {
		next.lines = slices.Clone(snapshot.Lines())
		next.last.Size = storage.SizeOf(next.lines)
		slices.SortStableFunc(next.lines, func(a, b rcv.SummaryLine) int {
			return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Type, b.Type))
		})
	}
	if snapshot.Sources != nil {
		next.last.Sources = slices.Clone(snapshot.Sources())
	}
	if err := storage.CheckImport(next.lines, next.last.Sources); err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	raw, err := readRaw(ctx, &snapshot, next.last.Sources)
	if err != nil {
		return nil, err
	}

	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	before := s.registers[snapshot.Key]
	unlock()
	merged := next.merge(before, docs)
	if snapshot.Accept != nil {
		if err := snapshot.Accept(cloneImport(&next.last)); err != nil {
			return nil, fmt.Errorf("memory: %w", err)
		}
	}
	changes, err := s.publish(ctx, next, raw, merged)
	if err != nil {
		return nil, err
	}
	return &storage.ImportResult{Import: cloneImport(&next.last), Changes: changes}, nil
}

// takeTurn waits until no other import of the register is running.
func (s *Store) takeTurn(ctx context.Context, key rcv.Key) (leave func(), err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	turn, ok := s.turns[key]
	if !ok {
		turn = make(chan struct{}, 1)
		s.turns[key] = turn
	}
	unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ended(ctx)
	}
}

// readRows reads all documents of the snapshot.
func readRows(ctx context.Context, snapshot storage.Snapshot) (map[identity]rcv.Document, error) {
	docs := make(map[identity]rcv.Document)
	for doc, err := range snapshot.Rows {
		if err != nil {
			return nil, err
		}
		if err := ended(ctx); err != nil {
			return nil, err
		}
		if err := storage.CheckDocument(&doc); err != nil {
			return nil, fmt.Errorf("memory: %w", err)
		}
		id := identityOf(&doc)
		if _, twice := docs[id]; twice {
			return nil, &storage.DuplicateError{Key: snapshot.Key, Document: doc.ID(snapshot.Key)}
		}
		docs[id] = keptDocument(&doc)
	}
	return docs, nil
}

// keptDocument returns a copy for the store.
func keptDocument(doc *rcv.Document) rcv.Document {
	clone := cloneDocument(doc)
	for _, t := range []*time.Time{&clone.Received, &clone.Acknowledged, &clone.Claimed} {
		*t = kept(*t)
	}
	return clone
}

// publish replaces the register, with its event and its changes, and returns
// the changes as reported.
func (s *Store) publish(ctx context.Context, next *register, raw [][]byte, changes []change) ([]storage.Change, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := s.join(next.last.Environment); err != nil {
		return nil, err
	}
	next.last.ID = int64(len(s.imports)) + 1
	event, err := storage.ImportEvent(&storage.ImportResult{Import: next.last})
	if err != nil {
		return nil, err
	}
	for _, row := range next.rows {
		if row.since == 0 {
			row.since = next.last.ID
		}
	}
	s.imports = append(s.imports, &next.last)
	if slices.ContainsFunc(raw, func(content []byte) bool { return content != nil }) {
		s.raw[next.last.ID] = &rawAnswers{next.last, raw}
	}
	reported := s.appendChanges(&next.last, changes)
	s.registers[next.last.Key] = next
	s.appendEvent(event)
	return reported, nil
}
