package siitest

import (
	"io"
	"net/http"
	"strings"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// The boleta service: REST, with its own seeds and tokens (the SII's OpenAPI "API
// SII - V1").
const (
	boletaSeedPath  = "/recursos/v1/boleta.electronica.semilla"
	boletaTokenPath = "/recursos/v1/boleta.electronica.token" //nolint:gosec // a path
)

// serveBoleta answers a request to the boleta service and reports whether it is
// one.
func (s *signIn) serveBoleta(w http.ResponseWriter, r *http.Request) bool {
	var op Op
	method := http.MethodPost
	switch r.URL.Path {
	case boletaSeedPath:
		op, method = OpBoletaSeed, http.MethodGet
	case boletaTokenPath:
		op = OpBoletaToken
	default:
		return false
	}
	if isSII(r) && !strings.HasPrefix(hostName(r), "api") {
		s.desk.journal.violate(op, "host", r.URL.Path+" is not at "+r.Host)
		http.NotFound(w, r)
		return true
	}
	c := s.desk.begin(w, r, op, "")
	defer c.end()
	if c.failed() {
		return true
	}
	if r.Method != method {
		c.violate(method, "is the method")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return true
	}
	if !strings.Contains(r.Header.Get("User-Agent"), "PROG 1.0") {
		c.violate("User-Agent", "programs have PROG 1.0 in it")
	}
	if accept := r.Header.Get("Accept"); accept != "application/xml" {
		c.violate("Accept", accept)
	}
	var a *answer
	switch {
	case c.fault.Estado != "":
		a = &answer{header: []field{{"ESTADO", c.fault.Estado}, {"GLOSA", c.fault.Glosa}}}
	case op == OpBoletaSeed:
		a = s.seed(c)
	default:
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil || r.ContentLength < 0 || r.Header.Get("Content-Type") != "application/xml" {
			c.violate("body", "XML, with its length, is wanted")
		}
		a = s.token(c, string(body))
	}
	if a == nil {
		c.deliver(http.StatusOK, page.Type, []byte(page.Portal(page.TooManySessions)))
		return true
	}
	c.send("application/xml", []byte((AnswerForm{}).document(a)))
	return true
}
