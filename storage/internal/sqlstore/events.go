package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// maxEventKind and maxEventKey are the lengths of the columns tipo and clave,
// in characters.
const (
	maxEventKind = 30
	maxEventKey  = 200
)

// AppendEvent implements storage.Events.
func (s *Store) AppendEvent(ctx context.Context, event storage.Event) (appended *storage.Event, err error) {
	err = s.write(ctx, "append event", func(session *session) error {
		if event.Kind == "" || utf8.RuneCountInString(event.Kind) > maxEventKind {
			return fmt.Errorf("%w: an event needs a kind of at most %d characters", storage.ErrInvalid, maxEventKind)
		}
		if utf8.RuneCountInString(event.Key) > maxEventKey {
			return fmt.Errorf("%w: an event needs a key of at most %d characters", storage.ErrInvalid, maxEventKey)
		}
		if err := storage.CheckText(event.Kind, event.Key, event.Detail); err != nil {
			return err
		}
		if event.SubmissionID != 0 {
			var id int64
			if err := session.queryRow(ctx, "SELECT id FROM sii_envios WHERE id = ?", event.SubmissionID).Scan(&id); err != nil {
				return err
			}
		}
		appended, err = session.appendEvent(ctx, event, s.now())
		return err
	})
	return appended, err
}

func (s *session) appendEvent(ctx context.Context, event storage.Event, now time.Time) (*storage.Event, error) {
	event.CreatedAt = now.UTC().Truncate(time.Microsecond)
	var submission any
	if event.SubmissionID != 0 {
		submission = event.SubmissionID
	}
	err := s.queryRow(ctx, `INSERT INTO sii_eventos (envio_id, tipo, detalle, rut_empresa, created_at, clave) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (tipo, clave) WHERE clave IS NOT NULL DO NOTHING RETURNING id`,
		submission, event.Kind, event.Detail, rutText(event.Owner), timeText(now), nullable(event.Key)).Scan(&event.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("event %s %q: %w", event.Kind, event.Key, fs.ErrExist)
	}
	if err != nil {
		return nil, err
	}
	return &event, nil
}

// Events implements storage.Events.
func (s *Store) Events(ctx context.Context, q storage.EventQuery) iter.Seq2[storage.Event, error] {
	if err := q.Check(); err != nil {
		return refusal[storage.Event](ctx, s, "events", err)
	}
	query, args := "SELECT id, envio_id, tipo, detalle, rut_empresa, created_at, clave FROM sii_eventos WHERE id > ?", []any{q.AfterID}
	if !q.Owner.IsZero() {
		query, args = query+" AND rut_empresa = ?", append(args, q.Owner.String())
	}
	if q.SubmissionID != 0 {
		query, args = query+" AND envio_id = ?", append(args, q.SubmissionID)
	}
	if q.Kind != "" {
		query, args = query+" AND tipo = ?", append(args, q.Kind)
	}
	if q.Key != "" {
		query, args = query+" AND clave = ?", append(args, q.Key)
	}
	query, args = inOrder(query, args, q.BeforeID, q.Newest, q.Limit)
	return sequence(ctx, s, "events", query, args, func(rows *sql.Rows) (storage.Event, error) {
		var e storage.Event
		var submission sql.NullInt64
		var kind, detail, owner, key textValue
		var created timeValue
		if err := rows.Scan(&e.ID, &submission, &kind, &detail, &owner, &created, &key); err != nil {
			return e, err
		}
		e.SubmissionID, e.Kind, e.Detail, e.CreatedAt, e.Key = submission.Int64, string(kind), string(detail), created.Time, string(key)
		if owner != "" {
			e.Owner, _ = chile.ParseRUT(string(owner))
		}
		return e, nil
	})
}

// inOrder ends a statement that has a condition with bounds: ids below before, in
// ascending order or newest first, and at most limit rows; zero means no bound.
func inOrder(query string, args []any, before int64, newest bool, limit int) (string, []any) {
	if before != 0 {
		query, args = query+" AND id < ?", append(args, before)
	}
	query += " ORDER BY id"
	if newest {
		query += " DESC"
	}
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	return query, args
}

// refusal yields why a query is not answered.
func refusal[T any](ctx context.Context, s *Store, what string, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, s.wrap(ctx, what, err))
	}
}

// sequence yields the rows of a statement.
func sequence[T any](ctx context.Context, s *Store, what, query string, args []any, scan func(*sql.Rows) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		stopped := false
		err := s.read(ctx, what, func(session *session) error {
			rows, err := session.query(ctx, query, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				v, err := scan(rows)
				if err == nil {
					err = ctx.Err() // drivers continue with the rows that they have read ahead
				}
				if err != nil {
					return err
				}
				if !yield(v, nil) {
					stopped = true
					return nil
				}
			}
			return rows.Err()
		})
		if err != nil && !stopped {
			var zero T
			yield(zero, err)
		}
	}
}
