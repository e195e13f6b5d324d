package session

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of failure. Each is a decision that a caller can take; errors.Is
// finds it in whatever wraps it.
var (
	// ErrWrongClave says that the SII does not know this clave for this RUT. Ask the
	// person; never try again by yourself: ten wrong ones block the clave.
	ErrWrongClave = errors.New("session: wrong clave")

	// ErrAlreadyRejected says that this clave was rejected before and was not sent
	// again: see Guard.
	ErrAlreadyRejected = errors.New("session: clave was rejected before")

	// ErrTooManyWrong says that so many claves of the person were wrong that no other is
	// sent, the right one included. Ask the person, who may have to change it at the
	// SII, and say so with Guard.Forgive.
	ErrTooManyWrong = errors.New("session: too many wrong claves, no other is sent")

	// ErrBlocked says that the clave is blocked after wrong attempts. It frees itself
	// after an hour.
	ErrBlocked = errors.New("session: clave is blocked")

	// ErrTooManySessions says that ten sessions are open. Log out of one, or wait an
	// hour.
	ErrTooManySessions = errors.New("session: too many open sessions")

	// ErrUseCertificate says that the person has chosen at the SII to enter with a
	// certificate only, ErrUseClave with the clave only.
	ErrUseCertificate = errors.New("session: must enter with a certificate")
	ErrUseClave       = errors.New("session: must enter with the clave")

	// ErrProvisionalCode says that the SII wants the provisional code that it sends
	// to a person, or refuses the one it was given.
	ErrProvisionalCode = errors.New("session: provisional code")

	// ErrCertificate says that the SII does not accept the certificate: revoked,
	// expired, of an unknown issuer or not presented.
	ErrCertificate = errors.New("session: certificate not accepted")

	// ErrNotAuthorized says that the holder did not authorise who signed in to act
	// in this application.
	ErrNotAuthorized = errors.New("session: not authorised")

	// ErrHolder says that what the SII knows of the holder stands in the way: data
	// that do not match, a holder who has died.
	ErrHolder = errors.New("session: data of the holder")

	// ErrLoggedOut says that there is no session, or that it has ended. Log in.
	ErrLoggedOut = errors.New("session: not logged in")

	// ErrNoCompany says that the area wants a company chosen first: see
	// Turn.ChooseCompany.
	ErrNoCompany = errors.New("session: no company chosen")

	// ErrTryAgain says that the SII asks to start anew, at once.
	ErrTryAgain = errors.New("session: to be tried again")

	// ErrUnavailable says that the portal, or the way to it, is out of order or
	// overloaded. Try again later.
	ErrUnavailable = errors.New("session: unavailable")

	// ErrRefused says that the SII refuses for a reason that is for its help desk, or
	// that is not known here. Its code and words say which.
	ErrRefused = errors.New("session: refused")

	// ErrChallenge says that the portal wants a person: see ChallengeError.
	ErrChallenge = errors.New("session: a person is wanted")

	// ErrPortalChanged says that a page has no form that is known here: see
	// ChallengeError, which has a sample of it to report.
	ErrPortalChanged = errors.New("session: portal has changed")

	// ErrWrongHolder says that cookies belong to a session of somebody else.
	ErrWrongHolder = errors.New("session: session of another holder")
)

// Error is a failure at the portal.
type Error struct {
	Op         string // our operation, such as login
	HTTPStatus int    // 0 if no answer arrived
	Code       string // code of the message, verbatim, as 01.01.217.500.720.20; may be empty
	Reason     int    // its last group, which tells the reason; 0 if there is none
	Glosa      string // the SII's sentence, verbatim, cut to 500 bytes; may be empty
	Kind       error  // one of the Err sentinels
	Err        error  // the cause, may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("session: " + e.Op)
	if e.Kind != nil {
		b.WriteString(": " + strings.TrimPrefix(e.Kind.Error(), "session: "))
	}
	if e.HTTPStatus != 0 && e.HTTPStatus != 200 {
		fmt.Fprintf(&b, ": HTTP %d", e.HTTPStatus)
	}
	if e.Code != "" {
		b.WriteString(": code " + e.Code)
	}
	if e.Glosa != "" {
		fmt.Fprintf(&b, ": %q", e.Glosa)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Is reports whether target is the kind of the failure.
func (e *Error) Is(target error) bool { return e.Kind != nil && target == e.Kind }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// oneLine returns words of the SII in one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
