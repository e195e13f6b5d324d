package siitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// Deferred is how the fake makes deferred exports. The zero value follows the SII,
// in UTF-8.
type Deferred struct {
	// Looks is how many listings an export stays in each of its states: CREADO, EN
	// PROCESO, TERMINADO. 0 means one.
	Looks int

	Failure    string // exports end with this caDescError
	NoFile     bool   // they end without a file
	Latin1     bool   // files are in ISO-8859-1
	Plain      bool   // files are not compressed
	OtherNames bool   // rows use the names of one of two clients: compraOVenta, caIdBlob
	Miscount   int64  // caNumLineas is too high by this
}

// deferredExport is a requested export.
type deferredExport struct {
	id    int64
	key   rcv.Key
	state rcv.State
	typ   chile.DocType
	docs  []rcv.Document // at the time of the request

	how                        Deferred
	looks                      int
	created, started, finished time.Time
}

// look lists the export once, which advances it.
func (e *deferredExport) look(now time.Time) {
	e.looks++
	each := max(e.how.Looks, 1)
	if e.started.IsZero() && e.looks > each {
		e.started = now
	}
	if e.finished.IsZero() && e.looks > 2*each {
		e.finished = now
	}
}

func (e *deferredExport) blob() string { return fmt.Sprintf("BLOB-%d", e.id) }

func (e *deferredExport) row() map[string]any {
	state, blob, lines, size := "CREADO", "SIN-BLOB", any(nil), any(nil)
	failure := any(nil)
	switch {
	case !e.finished.IsZero():
		state, lines = "TERMINADO", int64(len(e.docs))+e.how.Miscount
		failure = nilIfEmpty(e.how.Failure)
		if !e.how.NoFile && failure == nil {
			blob, size = e.blob(), len(e.file())
		}
	case !e.started.IsZero():
		state = "EN PROCESO"
	}
	period, _ := strconv.Atoi(e.key.Period.Compact())
	row := map[string]any{
		"caRutEmisor": e.key.Owner.Number(), "caDvEmisor": string(e.key.Owner.DV()), "caPeriodo": period, "caTipoDoc": int(e.typ),
		"caId": e.id, "caEstado": state, "caTmstCreado": dateTime(e.created), "caTmstEnProceso": dateTime(e.started),
		"caTmstTerminado": dateTime(e.finished), "caFileSize": size, "caNumLineas": lines, "caDescError": failure,
	}
	if e.how.OtherNames {
		row["compraOVenta"], row["caIdBlob"] = string(e.key.Book[0]), blob
		return row
	}
	// Of the last two letters, only RG was seen at the SII.
	row["caProceso"] = fmt.Sprintf("CONSDCV_%c_%s", e.key.Book[0], map[rcv.State]string{
		rcv.Registro: "RG", rcv.Pendiente: "PE", rcv.NoIncluir: "NI", rcv.Reclamado: "RE",
	}[e.state])
	row["caIdBLOB"] = blob
	return row
}

// file returns the file of an export.
func (e *deferredExport) file() []byte {
	csv := []byte(strings.Join(exportLines(registerCall{key: e.key, state: e.state, typ: e.typ}, e.docs), "\r\n") + "\r\n")
	if e.how.Latin1 {
		csv = page.Latin1(string(csv))
	}
	if e.how.Plain {
		return csv
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(csv) // into memory
	_ = zip.Close()
	return packed.Bytes()
}
