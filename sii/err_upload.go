package sii

import (
	"errors"
	"strings"
)

// What is known of a file that was to be sent, if sending it failed. errors.Is
// finds them in an UploadError.
var (
	// ErrNotSent says that no byte of the file has left: no connection, no token, or the
	// request is wrong. It can be sent as if nothing had happened.
	ErrNotSent = errors.New("sii: upload not sent")

	// ErrRefused says that the SII has answered, and has not taken the file.
	ErrRefused = errors.New("sii: upload refused")

	// ErrUnknownOutcome says that bytes of the file have left, and no answer was
	// understood: the SII may have taken the file or not. Never build the documents
	// anew. Ask for the state of one of them, and else send the same bytes again.
	ErrUnknownOutcome = errors.New("sii: outcome of the upload unknown")

	// ErrDuplicate says that the SII took the same bytes before (STATUS 99). See
	// UploadError.TrackID.
	ErrDuplicate = errors.New("sii: uploaded before")
)

// Outcome is what is known of a file that was to be sent, if sending it failed.
type Outcome string

// The outcomes. Each has its error.
const (
	OutcomeUnknown   Outcome = ""          // ErrUnknownOutcome
	OutcomeNotSent   Outcome = "not_sent"  // ErrNotSent
	OutcomeRefused   Outcome = "refused"   // ErrRefused
	OutcomeDuplicate Outcome = "duplicate" // ErrDuplicate
)

// String returns the outcome in a word, for logs.
func (o Outcome) String() string {
	if o == OutcomeUnknown {
		return "unknown"
	}
	return string(o)
}

// err returns the error of the outcome.
func (o Outcome) err() error {
	switch o {
	case OutcomeNotSent:
		return ErrNotSent
	case OutcomeRefused:
		return ErrRefused
	case OutcomeDuplicate:
		return ErrDuplicate
	default:
		return ErrUnknownOutcome
	}
}

// UploadError is the failure of an upload. It holds no secrets. Besides its own
// error (ErrNotSent, ErrRefused, ErrUnknownOutcome, ErrDuplicate) errors.Is and
// errors.As find those of its cause: an Error with the kind, the SII's code, what
// to do and for how long to wait.
type UploadError struct {
	Outcome Outcome

	// TrackID is that of an earlier upload of the same bytes, as the SII names it in
	// its text. It may be one of several, and not the first. It is empty if the SII
	// names none: then wait as long as Error.RetryAfter says, and send the same bytes
	// again. It is empty also of other outcomes.
	TrackID string

	// Details are what the SII says further (DETAIL), such as the errors of the schema:
	// at most 20, each cut to 500 bytes.
	Details []string

	Err error // the cause
}

func (e *UploadError) Error() string {
	text := e.Outcome.err().Error()
	if e.TrackID != "" {
		text += " with track id " + e.TrackID
	}
	if e.Err != nil {
		text += ": " + strings.TrimPrefix(e.Err.Error(), "sii: ")
	}
	return text
}

// Is reports whether target is the error of the outcome.
func (e *UploadError) Is(target error) bool { return target == e.Outcome.err() }

// Unwrap returns the cause.
func (e *UploadError) Unwrap() error { return e.Err }

// KindName is the name of the outcome, for KindName of what has no other.
func (e *UploadError) KindName() string { return "upload_" + e.Outcome.String() }
