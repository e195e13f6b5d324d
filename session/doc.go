// Package session signs in to the SII's portal, with RUT and clave or with a
// certificate, and does by its cookies what no web service of the SII does.
//
//	s, err := session.New()
//	err = s.Login(ctx, rut, clave) // one attempt; the clave is kept nowhere
//	defer s.Logout(ctx)            // the SII allows ten sessions at once
//	client, err := sii.NewClient(sii.Production(), sii.WithTokenSource(sii.TokenFunc(s.Token)))
//
// The portal is made for people: its pages change, and captchas, waiting rooms
// and firewalls stand in front of it at times. Errors are typed and carry the SII's
// own sentence. Where only a person can continue, the error has all that the person
// needs (ErrChallenge, ErrPortalChanged). Use a certificate where it suffices: see
// sii.WithIdentity.
//
// # Secrets
//
// A clave is sent once and stored nowhere: not in the Session, in no error, in no
// log. Errors repeat nothing of an answer before the clave and the cookies of the
// session are blanked in it, in whatever usual encoding they stand there, and no
// more of it than 500 bytes (2 KiB in ChallengeError.Sample).
//
// Before Login returns, this package overwrites the bytes that it made of the clave:
// the form, what errors are searched with, what the guard hashed, and the answer,
// which may repeat it. The connection that carried it is closed. What it cannot
// overwrite is left to the garbage collector: buffers of net/http, of HTTP/2 and of
// TLS, the stacks of goroutines, and the text that an answer was decoded to if that
// repeated the clave. There a clave may be found, in a dump of the process's memory,
// until that memory is used again; nothing that lives refers to it. Give the clave
// as bytes that you overwrite yourself; a string cannot be.
//
// Cookies are as good as the clave while they live. They leave a Session only as
// a Snapshot, which prints as nothing and is stored sealed, by a Keeper.
//
// Sources: the notes on the portal name each fact's; what rests on one client or
// on inference is marked Unverified.
package session
