package siiriver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// judge turns a failure into River's reaction. nil and temporary errors stay
// unchanged and count as an attempt. A failure that needs a wait becomes a snooze,
// and one that no wait can fix a cancellation.
func (e *Engine) judge(ctx context.Context, job *rivertype.JobRow, err error) error {
	var snooze *rivertype.JobSnoozeError
	switch {
	case err == nil, errors.As(err, &snooze):
		return err
	case ctx.Err() != nil: // the context ended, so the error does not matter
		return errors.Join(err, ctx.Err())
	}
	later, lasting := meaning(err)
	switch {
	case lasting:
		return river.JobCancel(err)
	case later > 0 && time.Since(job.CreatedAt) < e.settings.Patience: //nolint:forbidigo // River's own times are those of machines too
		return river.JobSnooze(later)
	default:
		return err
	}
}

// How long a job is postponed if the failure does not say.
const (
	putOffThrottled   = 5 * time.Minute
	putOffMaintenance = 15 * time.Minute
	putOffCircuit     = time.Minute // the client's circuit is open, or it is testing the service now
	putOffClave       = time.Hour   // session.ErrBlocked, ErrTooManySessions: resolved by then
	putOffNotifier    = 10 * time.Minute
	longestPutOff     = 6 * time.Hour
)

// lasting are failures that last until someone acts.
var lasting = []error{
	sii.ErrForbidden, sii.ErrInvalidRequest, sii.ErrRejected, sii.ErrRecaptcha, sii.ErrPortalChanged, sii.ErrNoRCV, sii.ErrUnauthorized,
	session.ErrWrongClave, session.ErrAlreadyRejected, session.ErrTooManyWrong, session.ErrUseCertificate, session.ErrUseClave, session.ErrProvisionalCode,
	session.ErrCertificate, session.ErrNotAuthorized, session.ErrHolder, session.ErrLoggedOut, session.ErrNoCompany, session.ErrRefused,
	session.ErrChallenge, session.ErrPortalChanged, session.ErrWrongHolder,
	siisync.ErrNoVerdict, storage.ErrInvalid, storage.ErrEnvironment, errLasting,
}

// errLasting marks lasting failures of this package.
var errLasting = errors.New("siiriver: needs a person")

// meaning classifies a failure: how long to postpone the job without counting
// an attempt, or that it is lasting. If it is neither, the job is retried.
func meaning(err error) (later time.Duration, isLasting bool) {
	if errors.Is(err, siisync.ErrStore) { // whatever the client made of the store's error
		return 0, false
	}
	var refusal *sii.Error
	var unread *siisync.UnreadableError
	var gone *siisync.GoneError
	switch {
	case errors.As(err, &unread), errors.As(err, &gone):
		return 0, true
	case errors.As(err, &refusal):
		code := refusal.Code()
		switch {
		case refusal.RetryAfter > 0:
			return min(refusal.RetryAfter, longestPutOff), false
		case errors.Is(err, sii.ErrThrottled):
			return max(code.Wait, putOffThrottled), false
		case code.Table == "network" && code.Code == "circuito":
			return putOffCircuit, false
		case code.Retry == sii.RetryLater:
			return max(code.Wait, putOffMaintenance), false
		case code.Retry == sii.RetryNever || code.Retry == sii.RetryToken:
			return 0, true
		}
		return 0, false
	case errors.Is(err, sii.ErrThrottled):
		return putOffThrottled, false
	case errors.Is(err, session.ErrBlocked), errors.Is(err, session.ErrTooManySessions):
		return putOffClave, false
	case errors.Is(err, siisync.ErrNotifierDown):
		return putOffNotifier, false
	}
	for _, kind := range lasting {
		if errors.Is(err, kind) {
			return 0, true
		}
	}
	return 0, false
}

// forAPerson returns a lasting failure.
func forAPerson(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errLasting, fmt.Errorf(format, args...))
}
