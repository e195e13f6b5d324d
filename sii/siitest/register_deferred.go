package siitest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// Deferred is how the fake makes deferred exports. The zero value makes them as
// the SII does, in UTF-8.
type Deferred struct {
	// Looks is how often an export is listed in each of its states before it is in
	// the next one: CREADO, EN PROCESO, TERMINADO. 0 is once.
	Looks int

	Failure    string // exports end with that caDescError
	NoFile     bool   // they end without a file
	Latin1     bool   // files are in ISO-8859-1
	Plain      bool   // files are not compressed
	OtherNames bool   // rows name things as one of the two clients has them: compraOVenta, caIdBlob
	Miscount   int64  // caNumLineas is so many too high
}

// SetDeferred sets how exports are made from now on.
func (s *Server) SetDeferred(d Deferred) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deferred.Deferred = d
}

// deferred is what the fake knows of deferred exports.
type deferred struct {
	Deferred
	exports []*deferredExport
	looked  map[rcv.Key]bool // registers whose exports were listed since one was asked for
}

// deferredExport is an export that was asked for.
type deferredExport struct {
	id    int64
	key   rcv.Key
	state rcv.State
	typ   chile.DocType
	docs  []rcv.Document // as they were then

	how                        Deferred
	looks                      int
	created, started, finished time.Time
}

// Exports returns how many deferred exports were made.
func (s *Server) Exports() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.deferred.exports)
}

// asksForExport reports whether a request asks for an export to be made.
func asksForExport(method string, body []byte) bool {
	var request struct {
		Data struct {
			Create bool `json:"generaCtrl"`
		} `json:"data"`
	}
	return method == "getCtrlAsync" && json.Unmarshal(body, &request) == nil && request.Data.Create
}

// answerDeferred answers getCtrlAsync: with the exports that were asked for of a
// book and month, of whatever type and state, and the one that is asked for now.
func (s *Server) answerDeferred(holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error) {
	var p struct {
		registerParameters
		Create    *bool `json:"generaCtrl"`
		Documents any   `json:"totDoc"`
	}
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	create := p.Create != nil && *p.Create
	op := OpDeferred
	if create {
		op = OpDefer
	}
	if len(p.Type) == 0 && !create { // one client lists those of all types so
		p.Type = json.RawMessage("0")
	}
	call, problem := readCall(op, method, &p.registerParameters)
	if p.Create == nil {
		problem = cmp.Or(problem, "generaCtrl")
	}
	if refusal := s.refuse(op, holder, call.key, problem); refusal != nil {
		return refusal, nil
	}
	want := "" // both were seen to work
	if p.Action != "" && create {
		want = map[rcv.Book]string{rcv.Purchases: "RCV_DDETCA", rcv.Sales: "RCV_DDETVA"}[call.key.Book]
	}
	if refusal := s.checkRecaptcha(op, want, p.Action, p.Recaptcha); refusal != nil {
		return refusal, nil
	}
	docs, _ := s.lookup(call.key, call.state)
	return s.listDeferred(call, create, docs), nil
}

func (s *Server) listDeferred(call facadeCall, create bool, docs []rcv.Document) *facadeAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &s.deferred
	code, message := 0, any(nil)
	var mine []*deferredExport
	for _, e := range d.exports {
		if e.key == call.key {
			mine = append(mine, e)
			code, message = 1, "Existe una solicitud anterior"
			if !create {
				e.look(s.now())
			}
		}
	}
	switch {
	case !create:
		d.looked[call.key] = true
	case !d.looked[call.key]:
		s.violateLocked(OpDefer, "getCtrlAsync", "asked for without a look at those that there are")
	}
	if create {
		d.looked[call.key] = false
		docs = ofType(docs, call.typ)
		e := &deferredExport{
			id: int64(123_456 + len(d.exports)), key: call.key, state: call.state, typ: call.typ, docs: docs, how: d.Deferred, created: s.now(),
		}
		d.exports = append(d.exports, e)
		mine = append(mine, e)
	}
	rows := make([]map[string]any, len(mine))
	for i, e := range mine {
		rows[i] = e.row()
	}
	return &facadeAnswer{data: rows, code: code, message: message}
}

// look is a look at the export, which brings it on.
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
	// Of the last two letters only RG is known of the SII.
	row["caProceso"] = fmt.Sprintf("CONSDCV_%c_%s", e.key.Book[0], map[rcv.State]string{
		rcv.Registro: "RG", rcv.Pendiente: "PE", rcv.NoIncluir: "NI", rcv.Reclamado: "RE",
	}[e.state])
	row["caIdBLOB"] = blob
	return row
}

// file is the file of an export.
func (e *deferredExport) file() []byte {
	csv := []byte(strings.Join(exportLines(facadeCall{key: e.key, state: e.state, typ: e.typ}, e.docs), "\r\n") + "\r\n")
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

// blobMethod is what the address of a file begins with, behind that of the
// methods: id of the file, who signed in, whose register it is, id of the export.
const blobMethod = "obtenerArchivoBLOB/"

// serveBlob serves the file of an export.
func (s *Server) serveBlob(w http.ResponseWriter, r *http.Request, path string) {
	if r.Method != http.MethodGet {
		s.violate(OpFile, "GET", "files are asked for with GET")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	token := tokenCookie(r)
	c := s.begin(w, r, OpFile, token)
	defer c.end()
	if c.failed() {
		return
	}
	holder, ok := s.use(token, c.now)
	if !ok {
		s.toLogin(w, r)
		return
	}
	parts := strings.Split(path, "/")
	export := s.exportOf(parts)
	if export == nil || !s.mayAct(holder, export.key.Owner) {
		s.violate(OpFile, "file", "there is no such file")
		http.NotFound(w, r)
		return
	}
	if parts[1] != strconv.FormatInt(holder.Number(), 10) {
		s.violate(OpFile, "user", parts[1]+" did not sign in")
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+export.blob()+`.csv.gz"`)
	c.send("application/octet-stream", export.file())
}

// exportOf finds the export whose file is asked for.
func (s *Server) exportOf(parts []string) *deferredExport {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.deferred.exports {
		if len(parts) == 4 && parts[0] == e.blob() && !e.finished.IsZero() && !e.how.NoFile && e.how.Failure == "" &&
			parts[2] == strconv.FormatInt(e.key.Owner.Number(), 10) && parts[3] == strconv.FormatInt(e.id, 10) {
			return e
		}
	}
	return nil
}
