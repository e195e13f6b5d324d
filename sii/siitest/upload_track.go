package siitest

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
)

// TakenUpload is an upload that was judged, whether it got a track id or not.
type TakenUpload struct {
	Issuer, Sender chile.RUT
	File           string            // its name
	Sum            [sha256.Size]byte // SHA-256 of its bytes
	Size           int
	At             time.Time // by the fake's clock

	Boleta    bool        // by the service of the boletas
	Status    int         // STATUS, also where the service of the boletas says it otherwise
	TrackID   string      // of this upload, empty without one
	State     judge.State // EPR, RSC, RFR or RCT, in which it ends
	Documents int
}

// track is an upload that got a track id.
type track struct {
	*TakenUpload
	counts  []UploadCount
	said    []remark // of the upload
	reviews []review // of the documents that were not simply accepted
	unseen  time.Duration
	step    time.Duration
}

// review is what is said of a document.
type review struct {
	of    chile.DocType
	folio chile.Folio
	state judge.State
	said  []remark
}

// paths are the states of uploads, by the one in which they end. Unverified: the
// place of CRT and FOK (notes on QueryEstUp).
var paths = map[judge.State][]string{
	judge.EPR: {"REC", "SOK", "CRT", "FOK", "PDR", "EPR"},
	judge.RSC: {"REC", "RSC"},
	judge.RCT: {"REC", "SOK", "RCT"},
	judge.RFR: {"REC", "SOK", "CRT", "RFR"},
}

// uploadGlosas are the words of the states.
var uploadGlosas = map[string]string{
	"REC": "Envio Recibido", "SOK": "Esquema Validado", "CRT": "Caratula OK", "FOK": "Firma de Envio Validada", "PDR": "Envio en Proceso", "EPR": "Envio Procesado",
	"RSC": "Rechazado por Error en Schema", "RFR": "Rechazado por Error en Firma", "RCT": "Rechazado por Error en Caratula",
}

// done is when it is processed.
func (t *track) done() time.Time {
	return t.At.Add(time.Duration(len(paths[t.State])-1) * t.step)
}

// at returns its state by a time.
func (t *track) at(now time.Time) string {
	path := paths[t.State]
	if t.step <= 0 || !now.Before(t.done()) {
		return path[len(path)-1]
	}
	return path[max(0, min(int(now.Sub(t.At)/t.step), len(path)-1))]
}

// isDone reports whether it was processed by a time.
func (t *track) isDone(now time.Time) bool { return !now.Before(t.done()) }

// count adds a document to the counts, in the order of the types.
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

// Track ids: ten digits with a zero before them at DTEUpload, fifteen at the
// service of the boletas.
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
