package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Submissions keeps what was sent to the SII (envíos) and the results.
type Submissions interface {
	// PutSubmission stores a submission, or the new state of a stored one. Issuer
	// and track id identify it; without one of them it is ErrInvalid. For a stored
	// one State, Estado and Glosa are replaced; Kind, Period and Hash are replaced
	// unless they are empty. It returns the stored row. A submission of another
	// environment than the store's is ErrEnvironment: see Environments.
	//
	// If the state differs from the stored one, an event of kind EventStateChange
	// about the submission and its issuer is appended in the same transaction. Its
	// detail has both states. The first state is not a change.
	PutSubmission(ctx context.Context, submission Submission) (*Submission, error)

	// Submission returns the submission of that issuer and track id. A submission
	// that was never stored is absent.
	Submission(ctx context.Context, issuer chile.RUT, trackID string) (*Submission, error)

	// Submissions yields the submissions of an issuer in the order of their ids,
	// which is the order of their first put. A query may ask for the reverse order. A
	// query without issuer is ErrInvalid.
	Submissions(ctx context.Context, query SubmissionQuery) iter.Seq2[Submission, error]
}

// SubmissionQuery selects submissions. Issuer is required; every other zero value
// selects all.
type SubmissionQuery struct {
	Issuer chile.RUT
	State  SubmissionState

	AfterID  int64 // only submissions with a greater id
	BeforeID int64 // only submissions with a smaller id; 0 is no bound

	Newest bool // newest first
	Limit  int  // at most that many; 0 is no limit, a negative one is ErrInvalid
}

// SubmissionState is the verdict on a submission. The SQL stores write it in Spanish,
// as older programs do: enviado, aceptado, observado, rechazado. They keep any other
// word unchanged.
type SubmissionState string

// The states of a submission.
const (
	Sent     SubmissionState = "sent"     // received or in process; no verdict yet
	Accepted SubmissionState = "accepted" // every document accepted
	Observed SubmissionState = "observed" // accepted with objections (reparos)
	Rejected SubmissionState = "rejected" // some or all documents rejected
)

// Submission is an upload to the SII.
type Submission struct {
	ID      int64
	Kind    string // DTE, BOLETA …; if empty, DTE
	TrackID string // as the SII gave it, leading zeros kept; required
	Issuer  chile.RUT
	State   SubmissionState // if empty, Sent
	Period  chile.Period    // month for grouping, may be zero
	Hash    string          // SHA-256 of the XML that was sent, lower-case hex; empty if another program sent it

	// Environment is the SII that it was sent to. The zero value is
	// chile.OtherEnvironment; a submission from before environments were recorded
	// has none.
	Environment chile.Environment

	// Estado and Glosa are the SII's last code and text, verbatim.
	Estado, Glosa string

	CreatedAt, UpdatedAt time.Time // set by the store: of the first and of the last put
}
