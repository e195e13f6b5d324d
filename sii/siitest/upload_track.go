package siitest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
)

// TakenUpload is a judged upload, with or without a track id.
type TakenUpload struct {
	Issuer, Sender chile.RUT
	File           string            // its name
	Sum            [sha256.Size]byte // SHA-256 of its bytes
	Size           int
	At             time.Time // by the fake's clock

	Boleta    bool        // sent to the boleta service
	Status    int         // STATUS, even if the boleta service words it otherwise
	TrackID   string      // of this upload, empty without one
	State     judge.State // its last: EPR, RSC, RFR or RCT
	Documents int
}

// track is an upload with a track id.
type track struct {
	*TakenUpload
	counts  []UploadCount
	said    []remark // about the upload
	reviews []review // of documents not simply accepted
	unseen  time.Duration
	step    time.Duration
}

// review is the result for a document.
type review struct {
	of    chile.DocType
	folio chile.Folio
	state judge.State
	said  []remark
}

// paths are the states of uploads, by last state. Unverified: the place of CRT and
// FOK (notes on QueryEstUp).
var paths = map[judge.State][]string{
	judge.EPR: {"REC", "SOK", "CRT", "FOK", "PDR", "EPR"},
	judge.RSC: {"REC", "RSC"},
	judge.RCT: {"REC", "SOK", "RCT"},
	judge.RFR: {"REC", "SOK", "CRT", "RFR"},
}

// uploadGlosas are the texts of the states.
var uploadGlosas = map[string]string{
	"REC": "Envio Recibido", "SOK": "Esquema Validado", "CRT": "Caratula OK", "FOK": "Firma de Envio Validada", "PDR": "Envio en Proceso", "EPR": "Envio Procesado",
	"RSC": "Rechazado por Error en Schema", "RFR": "Rechazado por Error en Firma", "RCT": "Rechazado por Error en Caratula",
}

// done is the time when it is processed.
func (t *track) done() time.Time {
	return t.At.Add(time.Duration(len(paths[t.State])-1) * t.step)
}

// at returns its state at a time.
func (t *track) at(now time.Time) string {
	path := paths[t.State]
	if t.step <= 0 || !now.Before(t.done()) {
		return path[len(path)-1]
	}
	return path[max(0, min(int(now.Sub(t.At)/t.step), len(path)-1))]
}

// isDone reports whether it is processed by a time.
func (t *track) isDone(now time.Time) bool { return !now.Before(t.done()) }

// count adds a document to the counts, which are ordered by type.
func (t *track) count(of chile.DocType, state judge.State) {
	i, ok := slices.BinarySearchFunc(t.counts, of, func(c UploadCount, of chile.DocType) int { return int(c.Type) - int(of) })
	if !ok {
		t.counts = slices.Insert(t.counts, i, UploadCount{Type: of})
	}
	c := &t.counts[i]
	c.Informed++
	switch state {
	case judge.DOK:
		c.Accepted++
	case judge.RCH:
		c.Rejected++
	default:
		c.Observed++
	}
}

// Track ids: ten digits after a zero at DTEUpload, fifteen at the boleta service.
const (
	firstTrack       = 260_001_234
	firstBoletaTrack = 100_000_000_001_014
)

func trackID(n int, boleta bool) string {
	if boleta {
		return fmt.Sprint(firstBoletaTrack + n)
	}
	return fmt.Sprintf("%010d", firstTrack+n)
}
