package siihttp

import (
	"errors"
	"net/http"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// Sessions has people log in to the portal with RUT and clave. The clave is sent to
// the SII once and kept nowhere; the cookies are kept in the store, sealed. After
// two wrong ones no other is sent until the person says, with clave_revisada, that
// it is right now; where the store can (session.GuardStore), by no process.
type Sessions struct {
	Store  storage.Sessions // required
	Sealer seal.Sealer      // required

	// UserID returns the number of the user of the service who asks. A session is
	// for who has opened it, and for nobody else. Required.
	UserID func(r *http.Request) int64

	// Options are those of each session.
	Options []session.Option
}

func (s *Sessions) check() error {
	if s.Store == nil || s.Sealer == nil || s.UserID == nil {
		return errors.New("siihttp: Settings.Sessions needs Store, Sealer and UserID")
	}
	return nil
}
