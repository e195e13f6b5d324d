package storage

import (
	"context"
	"iter"
	"time"

	"github.com/ofitec/chile"
)

// Submissions keeps what was sent to the SII and what became of it (envíos).
type Submissions interface {
	// PutSubmission stores a submission, or the new state of a stored one: issuer
	// and track id tell them apart, and without one of them it is ErrInvalid. Of a
	// stored one State, Estado and Glosa are replaced; Kind, Period and Hash are
	// too, unless they are empty. It returns the stored row. One of another
	// environment than the store's is ErrEnvironment: see Environments.
	//
	// If the state differs from the stored one, an event of kind EventStateChange
	// is appended in the same transaction, about the submission and its issuer,
	// whose detail has both states. The first state is no change.
	PutSubmission(ctx context.Context, submission Submission) (*Submission, error)

	// Submission returns the submission of that issuer and track id. One that was
	// never stored is absent.
	Submission(ctx context.Context, issuer chile.RUT, trackID string) (*Submission, error)

	// Submissions yields the submissions of an issuer in the order of their ids, which
	// is that in which they were first put. A query may want the opposite order. One
	// without issuer is ErrInvalid.
	Submissions(ctx context.Context, query SubmissionQuery) iter.Seq2[Submission, error]
}

// SubmissionQuery selects submissions. Issuer is required; every other zero value
// selects all.
type SubmissionQuery struct {
	Issuer chile.RUT
	State  SubmissionState

	AfterID  int64 // only submissions with a greater id
	BeforeID int64 // only submissions with a smaller id; 0 is no bound

	Newest bool // the newest first
	Limit  int  // at most that many; 0 is no limit
}

// SubmissionState is the verdict on a submission. The SQL stores write it in Spanish,
// as older programs do: enviado, aceptado, observado, rechazado. Another word there is
// kept as it is.
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
	Kind    string // DTE, BOLETA …; empty is DTE
	TrackID string // as the SII gave it, leading zeros kept; required
	Issuer  chile.RUT
	State   SubmissionState // empty is Sent
	Period  chile.Period    // month for grouping, may be zero
	Hash    string          // SHA-256 of the XML that was sent, lower-case hex; empty if it was sent elsewhere

	// Environment is the SII that it went to. The zero value is
	// chile.OtherEnvironment; one from before environments were recorded has none.
	Environment chile.Environment

	// Estado and Glosa are the SII's last code and text, verbatim.
	Estado, Glosa string

	CreatedAt, UpdatedAt time.Time // set by the store: of the first and of the last put
}
