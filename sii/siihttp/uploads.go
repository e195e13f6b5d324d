package siihttp

import (
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
)

// uploadState is the state of an upload.
type uploadState struct {
	TrackID      string         `json:"track_id"`
	Owner        chile.RUT      `json:"rut"`
	Estado       string         `json:"estado"`
	Glosa        string         `json:"glosa"`
	Verdict      sii.Verdict    `json:"veredicto"` // enviado, aceptado, observado, rechazado; empty if unknown
	Processed    bool           `json:"procesado"`
	Found        bool           `json:"encontrado"`    // for some minutes after an upload, the SII may not find it
	Observations []string       `json:"observaciones"` // always empty: the SII sends reasons by mail
	Types        []uploadCounts `json:"detalle,omitempty"`
}

type uploadCounts struct {
	Type     chile.DocType `json:"tipo"`
	TypeName string        `json:"tipo_nombre"`
	Informed int64         `json:"informados"`
	Accepted int64         `json:"aceptados"`
	Rejected int64         `json:"rechazados"`
	Observed int64         `json:"reparos"`
}

// uploadStatus answers GET /dte/estado/{track_id}: it queries the SII and stores
// the answer.
func (h *Handler) uploadStatus(c *call) error {
	trackID := c.r.PathValue("track_id")
	owner, err := c.ownerOf(c.param("rut"), Action{TrackID: cut(trackID)})
	if err != nil {
		return err
	}
	if !isTrackID(trackID) {
		return invalid(kindInvalidValue, "El track id son hasta 20 cifras.")
	}
	client, err := h.client(c, owner)
	if err != nil {
		return err
	}
	syncer, err := siisync.New(client.Client, h.config.Store)
	if err != nil {
		return err
	}
	status, err := syncer.UploadStatus(c.r.Context(), owner, trackID)
	if err != nil {
		return err
	}
	state := uploadState{
		TrackID: trackID, Owner: owner, Estado: status.Estado, Glosa: status.Glosa, Verdict: status.Verdict,
		Processed: status.Processed, Found: !status.NotFound, Observations: []string{},
	}
	for _, t := range status.ByType {
		state.Types = append(state.Types, uploadCounts{t.Type, t.Type.String(), t.Informed, t.Accepted, t.Rejected, t.Observed})
	}
	return c.answer(http.StatusOK, state)
}

// isTrackID reports whether a text can be a track id.
func isTrackID(text string) bool {
	if text == "" || len(text) > 20 {
		return false
	}
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
