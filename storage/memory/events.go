package memory

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"unicode/utf8"

	"github.com/ofitec/chile/storage"
)

// maxKind and maxKey are the lengths of kinds and keys in the tables of other
// adapters, in characters.
const (
	maxKind = 30
	maxKey  = 200
)

// eventKey identifies a unique event.
type eventKey struct{ kind, key string }

// AppendEvent implements storage.Events.
func (s *Store) AppendEvent(ctx context.Context, event storage.Event) (*storage.Event, error) {
	if event.Kind == "" || utf8.RuneCountInString(event.Kind) > maxKind {
		return nil, invalid("event without kind, or with one of more than 30 characters")
	}
	if utf8.RuneCountInString(event.Key) > maxKey {
		return nil, invalid("event with a key of more than 200 characters")
	}
	if err := storage.CheckText(event.Kind, event.Key, event.Detail); err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if event.SubmissionID < 0 || event.SubmissionID > int64(len(s.submissions)) {
		return nil, absent("submission %d of an event", event.SubmissionID)
	}
	if key := (eventKey{event.Kind, event.Key}); event.Key != "" {
		if s.eventKeys[key] {
			return nil, fmt.Errorf("memory: event %s %q: %w", event.Kind, event.Key, fs.ErrExist)
		}
		s.eventKeys[key] = true
	}
	event = s.appendEvent(event)
	return &event, nil
}

// appendEvent requires the lock.
func (s *Store) appendEvent(event storage.Event) storage.Event {
	event.ID = int64(len(s.events)) + 1
	event.CreatedAt = s.time()
	s.events = append(s.events, &event)
	return event
}

// Events implements storage.Events.
func (s *Store) Events(ctx context.Context, query storage.EventQuery) iter.Seq2[storage.Event, error] {
	return sequence(ctx, s, query.Check, func() []*storage.Event {
		var selected []*storage.Event
		for _, event := range inOrder(s.events, query.Newest) {
			if query.Limit > 0 && len(selected) == query.Limit {
				break
			}
			if selectsEvent(query, event) {
				selected = append(selected, event)
			}
		}
		return selected
	})
}

func selectsEvent(query storage.EventQuery, event *storage.Event) bool {
	return event.ID > query.AfterID &&
		(query.BeforeID == 0 || event.ID < query.BeforeID) &&
		(query.Owner.IsZero() || event.Owner == query.Owner) &&
		(query.SubmissionID == 0 || event.SubmissionID == query.SubmissionID) &&
		(query.Kind == "" || event.Kind == query.Kind) &&
		(query.Key == "" || event.Key == query.Key)
}
