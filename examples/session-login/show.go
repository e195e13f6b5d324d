package main

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
)

// result is what the program says of a login.
type result struct {
	Event     string      `json:"event"`
	RUT       chile.RUT   `json:"rut"`
	Name      string      `json:"name"`
	Companies []chile.RUT `json:"companies"`
	SessionID int64       `json:"session_id,omitzero"`
	Database  string      `json:"database,omitempty"`
	ExpiresAt time.Time   `json:"expires_at"`
}

func show(out *cli.Output, r *result) error {
	out.Event(r)
	out.Text("%s (%s) is logged in until %s.", r.Name, r.RUT, r.ExpiresAt.Local().Format("15:04"))
	out.Text("In MIPYME they may act for %d companies: %v", len(r.Companies), r.Companies)
	if r.SessionID != 0 {
		out.Text("The session is kept, sealed, under number %d in %s.", r.SessionID, r.Database)
	}
	return out.Err()
}
