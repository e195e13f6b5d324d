// Package session signs in to the SII's portal, with RUT and clave or with a
// certificate, and does by its cookies what no web service of the SII does.
//
//	s, err := session.New()
//	err = s.Login(ctx, rut, clave) // one attempt; the clave is kept nowhere
//	defer s.Logout(ctx)            // the SII allows ten sessions at once
//	client, err := sii.NewClient(sii.Production(), sii.WithTokenSource(sii.TokenFunc(s.Token)))
//
// The portal is made for people: its pages change, and captchas, waiting rooms
// and firewalls stand in front of it at times. What happened is told by typed
// errors with the SII's own sentence, and what only a person can go on with is an
// error with all that a person needs (ErrChallenge, ErrPortalChanged). Where a
// certificate will do, use it: see sii.WithIdentity.
//
// # Secrets
//
// A clave is sent once and stored nowhere: not in the Session, in no error, in no
// log. The bytes that this package made of it are overwritten before Login
// returns, and the connection that carried them is closed. What Go's own TLS and
// HTTP buffers held is left to the garbage collector: a clave that was sent may
// be found in the memory of the process until that memory is used again. Give
// the clave as bytes that you overwrite yourself; a string cannot be.
//
// Cookies are as good as the clave while they live. They leave a Session only as
// a Snapshot, which prints as nothing and is stored sealed, by a Keeper.
//
// Sources: the notes on the portal name each fact's; what rests on one client or
// on inference is marked Unverified.
package session
