package session

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of failure. Each one is a decision for the caller; errors.Is finds
// it in every wrapping error.
var (
	// ErrWrongClave says that the SII does not know this clave for this RUT. Ask
	// the person and never retry automatically: ten wrong claves block it.
	ErrWrongClave = errors.New("session: wrong clave")

	// ErrAlreadyRejected says that this clave was rejected before, so it was not
	// sent again: see Guard.
	ErrAlreadyRejected = errors.New("session: clave was rejected before")

	// ErrTooManyWrong says that the person had too many wrong claves, so no further one
	// is sent, not even the right one. Ask the person, who may have to change it at the
	// SII, and then call Guard.Forgive.
	ErrTooManyWrong = errors.New("session: too many wrong claves, no other is sent")

	// ErrBlocked says that the clave is blocked after wrong attempts. The block ends
	// after an hour.
	ErrBlocked = errors.New("session: clave is blocked")

	// ErrTooManySessions says that ten sessions are already open. Log out of one,
	// or wait an hour.
	ErrTooManySessions = errors.New("session: too many open sessions")

	// ErrUseCertificate says that the person has chosen at the SII to log in only
	// with a certificate; ErrUseClave, only with the clave.
	ErrUseCertificate = errors.New("session: must enter with a certificate")
	ErrUseClave       = errors.New("session: must enter with the clave")

	// ErrProvisionalCode says that the SII requires the provisional code that it
	// sends to a person, or refuses the given one.
	ErrProvisionalCode = errors.New("session: provisional code")

	// ErrCertificate says that the SII does not accept the certificate: revoked,
	// expired, of an unknown issuer or not presented.
	ErrCertificate = errors.New("session: certificate not accepted")

	// ErrNotAuthorized says that the holder has not authorised the logged-in
	// person for this application.
	ErrNotAuthorized = errors.New("session: not authorised")

	// ErrHolder says that the SII's data about the holder prevent the login: data
	// that do not match, or a holder who has died.
	ErrHolder = errors.New("session: data of the holder")

	// ErrLoggedOut says that there is no session, or that it has ended. Log in.
	ErrLoggedOut = errors.New("session: not logged in")

	// ErrNoCompany says that the application needs a company first: see
	// Turn.ChooseCompany.
	ErrNoCompany = errors.New("session: no company chosen")

	// ErrTryAgain says that the SII asks to start again at once.
	ErrTryAgain = errors.New("session: the SII asks to start again")

	// ErrUnavailable says that the portal, or the connection to it, is failing or
	// overloaded. Try again later.
	ErrUnavailable = errors.New("session: unavailable")

	// ErrRefused says that the SII refuses for a reason that is for its help desk,
	// or that is unknown here. Its code and words say which.
	ErrRefused = errors.New("session: refused")

	// ErrChallenge says that the portal requires a person: see ChallengeError.
	ErrChallenge = errors.New("session: a person is needed")

	// ErrPortalChanged says that a page has no known form: see ChallengeError,
	// which has a sample of it for a report.
	ErrPortalChanged = errors.New("session: portal has changed")

	// ErrWrongHolder says that the cookies belong to another person's session.
	ErrWrongHolder = errors.New("session: session of another holder")
)

// Error is a failure at the portal.
type Error struct {
	Op         string // our operation, such as login
	HTTPStatus int    // 0 if no answer arrived
	Code       string // code of the message, verbatim, such as 01.01.217.500.720.20; may be empty
	Reason     int    // its last group, which is the reason; 0 if there is none
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

// oneLine returns text of the SII on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
