package siitest

import (
	"io"
	"net/http"
	"strings"
)

// servicesPath is the path of the SOAP services.
const servicesPath = "/DTEWS/"

// Handler returns the fake as a handler for any listener; connect to it with
// sii.At. Under any host name it has every service and the portal; under the SII's
// names, each page of the portal is only on its own host.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.portal.serve(w, r) {
			s.serve(w, r)
		}
	})
}

// hosted is the handler of the fake's own listener. Under the SII's names, each
// service is only on its own host.
func (s *Server) hosted() http.Handler {
	all := s.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostName(r)
		registers, login := strings.HasPrefix(host, "www4"), host == "zeusr.sii.cl"
		if isSII(r) && (strings.HasPrefix(r.URL.Path, servicesPath) && (registers || login) || s.facade.pageOf(r.URL.Path) != "" && !registers) {
			s.desk.journal.violate(OpOther, "host", r.URL.Path+" is not at "+host)
			http.NotFound(w, r)
			return
		}
		all.ServeHTTP(w, r)
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.desk.now().UTC().Format(http.TimeFormat))
	if s.signIn.serveBoleta(w, r) || s.uploads.serve(w, r) || s.boletas.serve(w, r) {
		return
	}
	service, isService := strings.CutPrefix(r.URL.Path, servicesPath)
	path := s.facade.pageOf(r.URL.Path)
	method, isFacade := strings.TrimPrefix(r.URL.Path, path), path != ""
	switch {
	case path == facadePath && strings.HasPrefix(method, blobMethod):
		s.exports.serveBlob(w, r, strings.TrimPrefix(method, blobMethod))
	case r.URL.Path == "/" && r.Method == http.MethodHead:
		writeHTML(w, http.StatusOK, "") // probes of the host
	case r.URL.Path == "/favicon.ico":
		http.NotFound(w, r) // browsers request it by themselves
	case isService || isFacade:
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			s.desk.journal.violate(OpOther, "body", "the request cannot be read")
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if r.ContentLength < 0 {
			s.desk.journal.violate(OpOther, "Content-Length", "chunked request; the SII reads the first chunk only")
		}
		if isService {
			s.soap.serve(w, r, service, body)
		} else {
			s.facade.serve(w, r, path, method, body)
		}
	default:
		s.desk.journal.violate(OpOther, "path", "there is nothing at "+r.URL.Path)
		http.NotFound(w, r)
	}
}
