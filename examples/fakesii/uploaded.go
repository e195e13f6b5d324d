package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// uploadedDocument is what became of a folio, as it is written.
type uploadedDocument struct {
	Issuer   chile.RUT     `json:"issuer"`
	Type     chile.DocType `json:"type"`
	Folio    chile.Folio   `json:"folio"`
	State    judge.State   `json:"state"`
	TrackID  string        `json:"track_id"`
	Times    int           `json:"times"`    // in how many uploads it came
	Versions int           `json:"versions"` // how many different ones there were
	Details  []string      `json:"details,omitempty"`
}

// tellUploaded tells how many documents came, and writes each to a file, if one is
// named.
func tellUploaded(fake *siitest.Server, out *cli.Output, path string) error {
	documents := fake.UploadedDocuments()
	slices.SortFunc(documents, func(a, b siitest.UploadedDocument) int {
		return cmp.Or(cmp.Compare(a.ID.Issuer.Number(), b.ID.Issuer.Number()), cmp.Compare(a.ID.Type, b.ID.Type), cmp.Compare(a.ID.Folio, b.ID.Folio))
	})
	accepted, again, rebuilt := 0, 0, 0
	for i := range documents {
		if documents[i].State.Accepted() {
			accepted++
		}
		if documents[i].Times > 1 {
			again++
		}
		if documents[i].Versions > 1 {
			rebuilt++
		}
	}
	if uploads := len(fake.Uploads()); uploads > 0 {
		out.Event(map[string]any{
			"event": "uploaded", "uploads": uploads, "documents": len(documents), "accepted": accepted, "again": again, "rebuilt": rebuilt,
		})
		out.Text("uploaded: %d uploads, %d documents, %d accepted, %d came again, %d in other bytes", uploads, len(documents), accepted, again, rebuilt)
	}
	if path == "" {
		return nil
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	for _, d := range documents {
		if err := encoder.Encode(uploadedDocument{d.ID.Issuer, d.ID.Type, d.ID.Folio, d.State, d.TrackID, d.Times, d.Versions, d.Details}); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return file.Close()
}
