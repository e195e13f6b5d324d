package sii

import (
	"errors"
	"strings"
)

// The outcomes of a failed upload. errors.Is finds them in an UploadError.
var (
	// ErrNotSent says that no byte of the file has left: no connection, no token, or
	// the request is wrong. It can be sent again safely.
	ErrNotSent = errors.New("sii: upload not sent")

	// ErrRefused says that the SII has answered that it did not take the file.
	ErrRefused = errors.New("sii: upload refused")

	// ErrUnknownOutcome says that bytes of the file have left, and no answer was
	// understood: the SII may or may not have taken the file. Never make the
	// documents again. Query the state of one of them; otherwise send the same
	// bytes again.
	ErrUnknownOutcome = errors.New("sii: outcome of the upload unknown")

	// ErrDuplicate says that the SII already took the same bytes (STATUS 99). See
	// UploadError.TrackID.
	ErrDuplicate = errors.New("sii: uploaded before")
)

// Outcome is the outcome of a failed upload.
type Outcome string

// The outcomes. Each has its error.
const (
	OutcomeUnknown   Outcome = ""          // ErrUnknownOutcome
	OutcomeNotSent   Outcome = "not_sent"  // ErrNotSent
	OutcomeRefused   Outcome = "refused"   // ErrRefused
	OutcomeDuplicate Outcome = "duplicate" // ErrDuplicate
)

// String returns the outcome as one word, for logs.
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
// errors.As find those of its cause: an Error with the kind, the SII's code,
// advice and the time to wait.
type UploadError struct {
	Outcome Outcome

	// TrackID is the track id of an earlier upload of the same bytes, from the SII's
	// text. It is empty if the SII names none: then wait for Error.RetryAfter, and
	// send the same bytes again. For other outcomes it is always empty.
	TrackID string

	// Details are the SII's further texts (DETAIL), such as errors of the schema: at
	// most 20, each cut to 500 bytes.
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

// KindName returns the name of the outcome, for errors without another kind.
func (e *UploadError) KindName() string { return "upload_" + e.Outcome.String() }
