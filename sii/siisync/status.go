package siisync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// UploadStatus queries the state of an upload, stores it with the submission of
// that issuer and track id, and leaves an event. A submission that the store does
// not know is added, since another program may have sent it. An unknown verdict
// does not change the stored state. The error is storage.ErrEnvironment if the
// store belongs to another SII.
func (s *Syncer) UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*sii.UploadStatus, error) {
	if err := storage.CheckEnvironment(ctx, s.store, s.environment); err != nil {
		return nil, fmt.Errorf("siisync: submission %s: %w", trackID, err)
	}
	status, err := s.statuses.UploadStatus(ctx, issuer, trackID)
	if err != nil {
		return nil, s.failed(ctx, issuer, "QueryEstUp "+trackID, err)
	}
	submission, err := s.store.Submission(ctx, issuer, trackID)
	if errors.Is(err, fs.ErrNotExist) {
		submission, err = &storage.Submission{Issuer: issuer, TrackID: trackID, State: storage.Sent}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("siisync: read submission %s: %w", trackID, err)
	}
	submission.Environment = s.environment
	submission.Estado, submission.Glosa = status.Estado, status.Glosa
	if status.Verdict != sii.VerdictUnknown {
		submission.State = storage.SubmissionState(status.Verdict)
	}
	stored, err := s.store.PutSubmission(ctx, *submission)
	if err != nil {
		return nil, fmt.Errorf("siisync: store submission %s: %w", trackID, err)
	}
	err = s.appendEvent(ctx, storage.Event{Kind: storage.EventTracking, Owner: issuer, SubmissionID: stored.ID}, struct {
		Service string      `json:"servicio"`
		TrackID string      `json:"track_id"`
		Estado  string      `json:"estado"`
		Glosa   string      `json:"glosa"`
		Verdict sii.Verdict `json:"veredicto"`
	}{"QueryEstUp", trackID, status.Estado, status.Glosa, status.Verdict})
	return status, err
}

// EventVerdict is the kind of the events about documents that were rejected or
// accepted with objections, one per document and verdict. Every query also leaves
// an event of kind storage.EventTracking.
const EventVerdict = "veredicto"

// documentVerdict is the detail of the events about documents.
type documentVerdict struct {
	Service  string           `json:"servicio"`
	Document chile.DocumentID `json:"documento"`
	Estado   string           `json:"estado"`
	Glosa    string           `json:"glosa"`
	Verdict  sii.Verdict      `json:"veredicto"`
}

// DocumentStatus queries the state of a document and leaves an event. The error
// is storage.ErrEnvironment if the store belongs to another SII.
func (s *Syncer) DocumentStatus(ctx context.Context, query sii.DocumentQuery) (*sii.DocumentStatus, error) {
	id := chile.DocumentID{Issuer: query.Issuer, Type: query.Type, Folio: query.Folio}
	if err := storage.CheckEnvironment(ctx, s.store, s.environment); err != nil {
		return nil, fmt.Errorf("siisync: document %s: %w", id, err)
	}
	status, err := s.statuses.DocumentStatus(ctx, query)
	if err != nil {
		return nil, s.failed(ctx, query.Issuer, "QueryEstDte "+id.String(), err)
	}
	verdict := documentVerdict{"QueryEstDte", id, status.Estado, status.Glosa, status.Verdict}
	err = s.appendEvent(ctx, storage.Event{Kind: storage.EventTracking, Owner: query.Issuer}, verdict)
	if status.Verdict == sii.VerdictRejected || status.Verdict == sii.VerdictObserved {
		key := id.String() + " " + string(status.Verdict)
		noted := s.appendEvent(ctx, storage.Event{Kind: EventVerdict, Owner: query.Issuer, Key: key}, verdict)
		if !errors.Is(noted, fs.ErrExist) {
			err = errors.Join(err, noted)
		}
	}
	return status, err
}
