package memory

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// PutSubmission implements storage.Submissions.
func (s *Store) PutSubmission(ctx context.Context, submission storage.Submission) (*storage.Submission, error) {
	if submission.Issuer.IsZero() || submission.TrackID == "" {
		return nil, invalid("submission without issuer or track id")
	}
	if err := storage.CheckText(submission.Kind, submission.TrackID, string(submission.State), submission.Hash, submission.Estado, submission.Glosa); err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	submission.State = cmp.Or(submission.State, storage.Sent)
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return s.putSubmission(submission)
}

// putSubmission is called with the lock held.
func (s *Store) putSubmission(submission storage.Submission) (*storage.Submission, error) {
	submission.Environment = submission.Environment.Known()
	if err := s.join(submission.Environment); err != nil {
		return nil, err
	}
	submission.UpdatedAt = s.time()
	i := s.indexSubmission(submission.Issuer, submission.TrackID)
	if i < 0 {
		submission.ID = int64(len(s.submissions)) + 1
		submission.Kind = cmp.Or(submission.Kind, "DTE")
		submission.CreatedAt = submission.UpdatedAt
		stored := submission
		s.submissions = append(s.submissions, &stored)
		return &submission, nil
	}
	before := s.submissions[i]
	submission.ID, submission.CreatedAt = before.ID, before.CreatedAt
	submission.Kind = cmp.Or(submission.Kind, before.Kind)
	submission.Period = cmp.Or(submission.Period, before.Period)
	submission.Hash = cmp.Or(submission.Hash, before.Hash)
	if submission.State != before.State {
		if err := s.appendStateChange(&submission, before.State); err != nil {
			return nil, err
		}
	}
	stored := submission
	s.submissions[i] = &stored
	return &submission, nil
}

// appendStateChange requires the lock.
func (s *Store) appendStateChange(submission *storage.Submission, before storage.SubmissionState) error {
	detail, err := json.Marshal(struct {
		TrackID string                  `json:"track_id"`
		Before  storage.SubmissionState `json:"antes"`
		After   storage.SubmissionState `json:"despues"`
	}{submission.TrackID, before, submission.State})
	if err != nil {
		return err
	}
	s.appendEvent(storage.Event{
		Kind:         storage.EventStateChange,
		SubmissionID: submission.ID,
		Owner:        submission.Issuer,
		Detail:       string(detail),
	})
	return nil
}

// indexSubmission requires the lock; it returns -1 if there is none.
func (s *Store) indexSubmission(issuer chile.RUT, trackID string) int {
	return slices.IndexFunc(s.submissions, func(submission *storage.Submission) bool {
		return submission.Issuer == issuer && submission.TrackID == trackID
	})
}

// Submission implements storage.Submissions.
func (s *Store) Submission(ctx context.Context, issuer chile.RUT, trackID string) (*storage.Submission, error) {
	unlock, err := s.rlock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	i := s.indexSubmission(issuer, trackID)
	if i < 0 {
		return nil, absent("submission %s of %s", trackID, issuer)
	}
	submission := *s.submissions[i]
	return &submission, nil
}

// Submissions implements storage.Submissions.
func (s *Store) Submissions(ctx context.Context, query storage.SubmissionQuery) iter.Seq2[storage.Submission, error] {
	return sequence(ctx, s, query.Check, func() []*storage.Submission {
		var selected []*storage.Submission
		for _, submission := range inOrder(s.submissions, query.Newest) {
			if query.Limit > 0 && len(selected) == query.Limit {
				break
			}
			if selectsSubmission(&query, submission) {
				selected = append(selected, submission)
			}
		}
		return selected
	})
}

func selectsSubmission(query *storage.SubmissionQuery, submission *storage.Submission) bool {
	return submission.Issuer == query.Issuer && submission.ID > query.AfterID &&
		(query.BeforeID == 0 || submission.ID < query.BeforeID) &&
		(query.State == "" || submission.State == query.State)
}
