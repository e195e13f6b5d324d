package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

const submissionColumns = "id, tipo, track_id, estado, estado_sii, glosa, xml_hash, rut_emisor, periodo, ambiente, created_at, updated_at"

// stateWords are the words of the column estado, which older programs also read
// and write.
var stateWords = map[storage.SubmissionState]string{
	storage.Sent: "enviado", storage.Accepted: "aceptado", storage.Observed: "observado", storage.Rejected: "rechazado",
}

// stateWord returns the word of a state; an unknown state is its own word.
func stateWord(state storage.SubmissionState) string {
	return cmp.Or(stateWords[state], string(state))
}

// stateOf returns the state of a word; an unknown word is its own state.
func stateOf(word string) storage.SubmissionState {
	for state, known := range stateWords {
		if word == known {
			return state
		}
	}
	return storage.SubmissionState(word)
}

func scanSubmission(scan func(...any) error) (storage.Submission, error) {
	var s storage.Submission
	var kind, track, state, estado, glosa, hash, issuer, period, environment textValue
	var created, updated timeValue
	if err := scan(&s.ID, &kind, &track, &state, &estado, &glosa, &hash, &issuer, &period, &environment, &created, &updated); err != nil {
		return s, err
	}
	s.Kind, s.TrackID, s.State = string(kind), string(track), stateOf(string(state))
	s.Estado, s.Glosa, s.Hash = string(estado), string(glosa), string(hash)
	s.Environment = chile.Environment(environment)
	s.CreatedAt, s.UpdatedAt = created.Time, updated.Time
	s.Issuer, _ = chile.ParseHyphenatedRUT(string(issuer))
	s.Period, _ = chile.ParsePeriod(string(period))
	return s, nil
}

// PutSubmission implements storage.Submissions.
func (s *Store) PutSubmission(ctx context.Context, submission storage.Submission) (*storage.Submission, error) {
	var stored storage.Submission
	err := s.write(ctx, "store submission "+submission.TrackID, func(session *session) error {
		if submission.Issuer.IsZero() || submission.TrackID == "" {
			return fmt.Errorf("%w: a submission needs an issuer and a track id", storage.ErrInvalid)
		}
		if err := storage.CheckText(submission.Kind, submission.TrackID, string(submission.State), submission.Hash, submission.Estado, submission.Glosa); err != nil {
			return err
		}
		var err error
		stored, err = s.putSubmission(ctx, session, submission)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &stored, nil
}

// putSubmission is PutSubmission within a transaction.
func (s *Store) putSubmission(ctx context.Context, session *session, submission storage.Submission) (stored storage.Submission, err error) {
	submission.State = cmp.Or(submission.State, storage.Sent)
	if lock := s.dialect.LockRegister; lock != "" {
		if _, err := session.exec(ctx, lock, lockText("envio "+submission.Issuer.String()+" "+submission.TrackID)); err != nil {
			return stored, err
		}
	}
	submission.Environment = submission.Environment.Known()
	if _, err := session.join(ctx, submission.Environment); err != nil {
		return stored, err
	}
	before, err := session.submission(ctx, submission.Issuer, submission.TrackID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return session.insertSubmission(ctx, submission, s.now())
	case err == nil:
		return session.updateSubmission(ctx, before, submission, s.now())
	}
	return stored, err
}

func (s *session) submission(ctx context.Context, issuer chile.RUT, trackID string) (storage.Submission, error) {
	return scanSubmission(s.queryRow(ctx, "SELECT "+submissionColumns+" FROM sii_envios WHERE rut_emisor = ? AND track_id = ? ORDER BY id LIMIT 1",
		issuer.String(), trackID).Scan)
}

func (s *session) insertSubmission(ctx context.Context, n storage.Submission, now time.Time) (storage.Submission, error) {
	return scanSubmission(s.queryRow(ctx, `INSERT INTO sii_envios (tipo, track_id, estado, estado_sii, glosa, xml_hash, rut_emisor, periodo, ambiente, created_at, updated_at)
		VALUES (`+places(11)+`) RETURNING `+submissionColumns,
		cmp.Or(n.Kind, "DTE"), n.TrackID, stateWord(n.State), n.Estado, n.Glosa, n.Hash, n.Issuer.String(), nullable(n.Period.String()), string(n.Environment), timeText(now), timeText(now)).Scan)
}

func (s *session) updateSubmission(ctx context.Context, before, n storage.Submission, now time.Time) (storage.Submission, error) {
	period := before.Period
	if !n.Period.IsZero() {
		period = n.Period
	}
	after, err := scanSubmission(s.queryRow(ctx, `UPDATE sii_envios SET tipo = ?, estado = ?, estado_sii = ?, glosa = ?, xml_hash = ?, periodo = ?, ambiente = ?, updated_at = ?
		WHERE id = ? RETURNING `+submissionColumns,
		cmp.Or(n.Kind, before.Kind), stateWord(n.State), n.Estado, n.Glosa, cmp.Or(n.Hash, before.Hash), nullable(period.String()), string(n.Environment), timeText(now), before.ID).Scan)
	if err != nil || before.State == n.State {
		return after, err
	}
	detail, err := json.Marshal(struct {
		TrackID string                  `json:"track_id"`
		Before  storage.SubmissionState `json:"antes"`
		After   storage.SubmissionState `json:"despues"`
		Estado  string                  `json:"estado"`
		Glosa   string                  `json:"glosa"`
	}{n.TrackID, before.State, n.State, n.Estado, n.Glosa})
	if err != nil {
		return after, err
	}
	_, err = s.appendEvent(ctx, storage.Event{Kind: storage.EventStateChange, SubmissionID: before.ID, Owner: n.Issuer, Detail: string(detail)}, now)
	return after, err
}

// Submission implements storage.Submissions.
func (s *Store) Submission(ctx context.Context, issuer chile.RUT, trackID string) (*storage.Submission, error) {
	var found storage.Submission
	err := s.read(ctx, "submission "+trackID, func(session *session) (err error) {
		found, err = session.submission(ctx, issuer, trackID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// Submissions implements storage.Submissions.
func (s *Store) Submissions(ctx context.Context, q storage.SubmissionQuery) iter.Seq2[storage.Submission, error] {
	if err := q.Check(); err != nil {
		return refusal[storage.Submission](ctx, s, "submissions", err)
	}
	query, args := "SELECT "+submissionColumns+" FROM sii_envios WHERE rut_emisor = ? AND id > ?", []any{q.Issuer.String(), q.AfterID}
	if q.State != "" {
		query, args = query+" AND estado = ?", append(args, stateWord(q.State))
	}
	query, args = inOrder(query, args, q.BeforeID, q.Newest, q.Limit)
	return sequence(ctx, s, "submissions", query, args, func(rows *sql.Rows) (storage.Submission, error) {
		return scanSubmission(rows.Scan)
	})
}
