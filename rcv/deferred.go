package rcv

import (
	"io"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// DeferredExport is an export that the SII prepares as a file on request,
// because it is too large for an answer: a row of getCtrlAsync (seen in two
// clients, in one of them live).
type DeferredExport struct {
	ID     int64  `json:"caId"`
	BlobID string `json:"caIdBLOB,omitzero"` // id of the file; empty until there is one

	Owner  chile.RUT     `json:"caRutEmisor,omitzero"`
	Period chile.Period  `json:"caPeriodo,omitzero"`
	Type   chile.DocType `json:"caTipoDoc"` // 0 for all types

	// Process is the SII's name of the request, such as CONSDCV_C_RG. Book and
	// State follow from it: the book always, the state only for REGISTRO (RG).
	// They are empty if the name is unknown.
	Process string `json:"caProceso,omitzero"`
	Book    Book   `json:"operacion,omitzero"`
	State   State  `json:"estadoContab,omitzero"`

	// Progress is the SII's word: see DeferredCreated and the others. Unknown words
	// are kept.
	Progress string `json:"caEstado"`

	// Created, Started and Finished are zero before they happen, and if the SII
	// writes them in an unknown form.
	Created  time.Time `json:"caTmstCreado,omitzero"`
	Started  time.Time `json:"caTmstEnProceso,omitzero"`
	Finished time.Time `json:"caTmstTerminado,omitzero"`

	Bytes     int64  `json:"caFileSize,omitzero"`  // of the file, compressed
	Documents int64  `json:"caNumLineas"`          // in the file, not its rows; -1 if the SII does not say
	Failure   string `json:"caDescError,omitzero"` // why there will be no file
}

// The progress of an export (caEstado).
const (
	DeferredCreated = "CREADO"
	DeferredRunning = "EN PROCESO"
	DeferredDone    = "TERMINADO"
)

// noBlob is the id of a file that does not exist yet.
const noBlob = "SIN-BLOB"

// Ready reports whether there is a file to download.
func (d *DeferredExport) Ready() bool {
	return d.Failure == "" && d.BlobID != "" && strings.EqualFold(d.Progress, DeferredDone)
}

// Failed reports whether there will never be a file: the SII gives a reason, or
// finished without one.
func (d *DeferredExport) Failed() bool {
	return d.Failure != "" || d.BlobID == "" && strings.EqualFold(d.Progress, DeferredDone)
}

// DecodeDeferred reads an answer of getCtrlAsync, with the errors of DecodeTypes.
// Names are matched without regard to case, because clients disagree on it.
func DecodeDeferred(r io.Reader) ([]DeferredExport, error) {
	return decodeCatalog(r, "data", func(o *object, n int) (d DeferredExport, err error) {
		o = o.folded()
		err = firstError(
			need(o, n, "caid", &idKind, &d.ID),
			need(o, n, "caestado", &textKind, &d.Progress),
			lineValue(o, n, "caidblob", &textKind, &d.BlobID),
			lineValue(o, n, "caperiodo", &periodKind, &d.Period),
			lineValue(o, n, "catipodoc", &docTypeKind, &d.Type),
			lineValue(o, n, "caproceso", &textKind, &d.Process),
			lineValue(o, n, "cadescerror", &textKind, &d.Failure),
		)
		if err != nil {
			return d, err
		}
		if d.Owner, err = splitRUT(o, n, "carutemisor", "cadvemisor"); err != nil {
			return d, err
		}
		if strings.EqualFold(d.BlobID, noBlob) {
			d.BlobID = ""
		}
		d.Documents = -1
		mark(&idKind, o.get("canumlineas"), &d.Documents)
		mark(&idKind, o.get("cafilesize"), &d.Bytes)
		mark(&instantKind, o.get("catmstcreado"), &d.Created)
		mark(&instantKind, o.get("catmstenproceso"), &d.Started)
		mark(&instantKind, o.get("catmstterminado"), &d.Finished)
		var book string
		mark(&textKind, o.get("compraoventa"), &book)
		d.readProcess(book)
		return d, nil
	})
}

// readProcess reads the name of the process: CONSDCV_, C or V, and the state.
func (d *DeferredExport) readProcess(book string) {
	parts := strings.Split(strings.ToUpper(d.Process), "_")
	if len(parts) == 3 {
		book = parts[1]
		if parts[2] == "RG" {
			d.State = Registro
		}
	}
	switch strings.ToUpper(book) {
	case "C":
		d.Book = Purchases
	case "V":
		d.Book = Sales
	}
}

// folded returns the object with lower-case names.
func (o *object) folded() *object {
	o.lookup("")
	low := object{members: make(map[string]scalar, len(o.members))}
	for name, value := range o.members {
		low.members[strings.ToLower(name)] = value
	}
	return &low
}
