// Package session logs in to the SII's portal, with RUT and clave or with a
// certificate, and uses its cookies for what the SII's web services do not
// offer.
//
//	s, err := session.New()
//	err = s.Login(ctx, rut, clave) // one attempt; the clave is kept nowhere
//	defer s.Logout(ctx)            // the SII allows ten sessions at once
//	client, err := sii.NewClient(sii.Production(), sii.WithTokenSource(sii.TokenFunc(s.Token)))
//
// The portal is made for people: its pages change, and sometimes captchas, waiting
// rooms and firewalls block it. Errors are typed and carry the SII's own sentence.
// Where only a person can continue, the error has all that the person needs
// (ErrChallenge, ErrPortalChanged). Use a certificate where it suffices: see
// sii.WithIdentity.
//
// # Secrets
//
// A clave is sent once and stored nowhere: not in the Session, nor in an error or
// a log. An error repeats a part of an answer only after the clave and the
// session's cookies were removed from it, in all usual encodings. The part has at
// most 500 bytes (2 KiB in ChallengeError.Sample).
//
// Before Login returns, this package overwrites the bytes that it made from the
// clave: the form, the search text for errors, the input of the guard's hash, and
// the answer, which may repeat it. The connection that carried the clave is closed.
// What the package cannot overwrite is left to the garbage collector: buffers of
// net/http, HTTP/2 and TLS, the stacks of goroutines, and the decoded text of an
// answer that repeated the clave. A memory dump may contain a clave there until that
// memory is reused, but nothing refers to it. Pass the clave as bytes and overwrite
// them yourself; a string cannot be overwritten.
//
// While they are valid, cookies are as sensitive as the clave. They leave a
// Session only as a Snapshot, which prints none of them, and a Keeper stores it
// sealed.
//
// Sources: the notes on the portal name the source of each fact; facts from only
// one client, or inferred, are marked Unverified.
package session
