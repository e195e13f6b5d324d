package siihttp

import (
	"errors"
	"net/http"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

// Sessions enables portal login with RUT and clave. The clave is sent to the SII
// once and never stored; the cookies are stored sealed. After two wrong claves, no
// other is sent until the person confirms the clave with clave_revisada; with a
// session.GuardStore this holds across processes.
type Sessions struct {
	Store  storage.Sessions // required
	Sealer seal.Sealer      // required

	// UserID returns the number of the calling user of the service. Only the user
	// who opened a session may use it. Required.
	UserID func(r *http.Request) int64

	// Options are the options of each session.
	Options []session.Option
}

func (s *Sessions) check() error {
	if s.Store == nil || s.Sealer == nil || s.UserID == nil {
		return errors.New("siihttp: Settings.Sessions needs Store, Sealer and UserID")
	}
	return nil
}
