package siitest

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// The boleta service (the SII's OpenAPI "API SII - V1", with corrections from
// clients), except its seeds and tokens.
const (
	boletaSendPath     = "/recursos/v1/boleta.electronica.envio"
	boletaDocumentPath = "/recursos/v1/boleta.electronica/"
	boletaTablesPath   = "/recursos/v1/globales/"
)

// BoletaForm is a form of the boleta service's answers to queries that was seen or
// is documented.
type BoletaForm struct {
	Name   string
	nulls  bool // lists without elements are null, and so are fields without a value
	absent bool // they are missing
	latin1 bool // bytes are ISO-8859-1
	iso    bool // times begin with the year, as in the answer to an upload
}

// BoletaForms returns all forms; a Server uses them in turn.
func BoletaForms() []BoletaForm {
	return []BoletaForm{
		{Name: "empty lists"},
		{Name: "nulls, ISO-8859-1", nulls: true, latin1: true},
		{Name: "absent lists, times as of the upload", absent: true, iso: true},
	}
}

// boletaService is the boleta service. Its uploads are stored with the others.
type boletaService struct {
	desk      *desk
	uploads   *uploads
	documents *documents

	mu      sync.Mutex
	forms   []BoletaForm
	answers int
}

// serve answers a request to the service and reports whether it is one.
func (s *boletaService) serve(w http.ResponseWriter, r *http.Request) bool {
	path, host := r.URL.Path, hostName(r)
	op, serve, sends := OpBoletaDocument, s.serveDocument, false
	switch {
	case path == boletaSendPath:
		op, serve, sends = OpBoletaSend, s.serveSend, true
	case strings.HasPrefix(path, boletaSendPath+"/"):
		op, serve = OpBoletaUpload, s.serveUpload
	case strings.HasPrefix(path, boletaDocumentPath):
	case strings.HasPrefix(path, boletaTablesPath):
		op, serve, sends = OpOther, nil, true
	default:
		return false
	}
	if isSII(r) {
		api, gateway := slices.Contains(boletaHosts, host), slices.Contains(boletaGateways, host)
		switch {
		case api && sends: // a gateway behind these hosts that does not work (live in two clients)
			s.desk.journal.violate(op, "host", path+" is not at "+host)
			w.Header().Set("Content-Type", "text/xml; charset=utf-8")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(page.SOAPFault("Acceso Denegado (from client)")))
			return true
		case !api && !gateway, gateway && !sends, serve == nil:
			s.desk.journal.violate(op, "host", path+" is not at "+host)
			http.NotFound(w, r)
			return true
		}
	}
	if serve == nil {
		return false
	}
	c := s.desk.begin(w, r, op, tokenCookie(r))
	defer c.end()
	if c.failed() {
		return true
	}
	method := http.MethodGet
	if sends {
		method = http.MethodPost
	}
	switch {
	case r.Method != method:
		c.violate(method, "is the method")
		c.refuse(http.StatusMethodNotAllowed, "Método no permitido")
	case tokenCookie(r) == "" && sends:
		c.refuse(http.StatusBadRequest, "No trae TOKEN")
	default:
		c.checkBoletaHeaders()
		serve(c)
	}
	return true
}

// The hosts of the service, and those only for uploads.
var (
	boletaHosts    = []string{"api.sii.cl", "apicert.sii.cl"}
	boletaGateways = []string{"rahue.sii.cl", "pangal.sii.cl"}
)

func (c *call) checkBoletaHeaders() {
	if !strings.Contains(c.r.Header.Get("User-Agent"), "PROG 1.0") {
		c.violate("User-Agent", "programs have PROG 1.0 in it")
	}
	if accept := c.r.Header.Get("Accept"); accept != "application/json" {
		c.violate("Accept", accept)
	}
}

// refuse answers with plain text: errors are not JSON.
func (c *call) refuse(status int, text string) {
	c.deliver(status, "text/plain; charset=ISO-8859-1", page.Latin1(text))
}

// unauthorized answers an invalid token, and an invalid User-Agent (live in three
// clients).
func (c *call) unauthorized() { c.refuse(http.StatusUnauthorized, "NO ESTA AUTENTICADO") }

// nextForm uses the forms in turn.
func (s *boletaService) nextForm() BoletaForm {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers++
	return s.forms[(s.answers-1)%len(s.forms)]
}
