package siitest

import (
	"io"
	"net/http"
	"strings"
)

// maxRequest bounds a request.
const maxRequest = 8 << 20

const (
	servicesPath = "/DTEWS/"
	facadePath   = "/consdcvinternetui/services/data/facadeService/"
	boletaPath   = "/complementoscvui/services/data/facadeServiceBoletasDiarias/"
)

// Handler returns the fake as a handler for any listener, to be reached with
// sii.At. It has every service and the portal, under every host name: only under
// the SII's does each page of the portal have its host.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.servePortal(w, r) {
			s.serve(w, r)
		}
	})
}

// hosted is the handler of the fake's own listener, where under the SII's names
// each service is at its own host.
func (s *Server) hosted() http.Handler {
	all := s.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostName(r)
		registers, login := strings.HasPrefix(host, "www4"), host == "zeusr.sii.cl"
		if isSII(r) && (strings.HasPrefix(r.URL.Path, servicesPath) && (registers || login) || pageOf(r.URL.Path) != "" && !registers) {
			s.violate(OpOther, "host", r.URL.Path+" is not at "+host)
			http.NotFound(w, r)
			return
		}
		all.ServeHTTP(w, r)
	})
}

// pageOf returns the path of the page that the path of a method is of, or "".
func pageOf(path string) string {
	for page := range pages() {
		if strings.HasPrefix(path, page) {
			return page
		}
	}
	return ""
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	if s.serveBoleta(w, r) {
		return
	}
	service, isService := strings.CutPrefix(r.URL.Path, servicesPath)
	path := pageOf(r.URL.Path)
	method, isFacade := strings.TrimPrefix(r.URL.Path, path), path != ""
	switch {
	case path == facadePath && strings.HasPrefix(method, blobMethod):
		s.serveBlob(w, r, strings.TrimPrefix(method, blobMethod))
	case r.URL.Path == "/" && r.Method == http.MethodHead:
		writeHTML(w, http.StatusOK, "") // whoever looks whether the host is there
	case r.URL.Path == "/favicon.ico":
		http.NotFound(w, r) // browsers ask by themselves
	case isService || isFacade:
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			s.violate(OpOther, "body", "the request cannot be read")
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if r.ContentLength < 0 {
			s.violate(OpOther, "Content-Length", "chunked request; the SII reads the first chunk only")
		}
		if isService {
			s.serveSOAP(w, r, service, body)
		} else {
			s.serveFacade(w, r, pages()[path], method, body)
		}
	default:
		s.violate(OpOther, "path", "there is nothing at "+r.URL.Path)
		http.NotFound(w, r)
	}
}

func writeHTML(w http.ResponseWriter, status int, page string) {
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, page) //nolint:gosec // what is of a request in a page, inScript wrote
}
