package siitest

import (
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// portalHandler serves a page of the portal.
type portalHandler func(*Server, http.ResponseWriter, *http.Request)

// portalHosts are what the portal serves: the paths of each host.
var portalHosts = sync.OnceValue(func() map[string]map[string]portalHandler {
	login := map[string]portalHandler{
		page.LoginPath:                  (*Server).serveLoginPage,
		page.CertificateLoginPath:       (*Server).serveCertificateLoginPage,
		"/cgi_AUT2000/CAutInicio.cgi":   (*Server).serveLogin,
		"/cgi_AUT2000/autTermino.cgi":   (*Server).serveLogout,
		"/cgi_AUT2000/CAutInwor498.cgi": (*Server).serveLogout, // each of these two is used by one client
		"/cgi_AUT2000/autLogout.cgi":    (*Server).serveLogout,
		"/cgi_AUT2000/AutTknData.cgi":   (*Server).serveAlive,
	}
	lists := map[string]portalHandler{
		listPath + "getResumen":          (*Server).serveListed,
		listPath + "getDetalle":          (*Server).serveListed,
		listPath + "getDetalleRecibidos": (*Server).serveListed,
		confPath:                         (*Server).serveConf,
		sessionPath:                      (*Server).serveSession,
		settingsPath:                     (*Server).serveSettings,
	}
	for page := range appPages {
		lists[page] = (*Server).serveApp
	}
	return map[string]map[string]portalHandler{
		"zeusr.sii.cl": login,
		certificateHost: {
			"/cgi_AUT2000/CAutInicio.cgi":   (*Server).serveCertificateLogin,
			"/cgi_AUT2000/autTermino.cgi":   (*Server).serveLogout,
			"/cgi_AUT2000/CAutInwor498.cgi": (*Server).serveLogout,
			"/cgi_AUT2000/autLogout.cgi":    (*Server).serveLogout,
		},
		"misiir.sii.cl": {"/cgi_misii/siihome.cgi": (*Server).serveHome},
		"www1.sii.cl": {
			"/cgi-bin/Portal001/mipeSelEmpresa.cgi":   (*Server).serveChooser,
			"/cgi-bin/Portal001/mipeAdminDocsEmi.cgi": (*Server).serveMIPYME,
			"/cgi-bin/Portal001/mipeAdminDocsRcp.cgi": (*Server).serveMIPYME,
		},
		"loa.sii.cl": {
			"/cgi_IMT/TMBCOC_InformeMensualBhe.cgi":    (*Server).serveBHE,
			"/cgi_IMT/TMBCOC_InformeMensualBheRec.cgi": (*Server).serveBHE,
		},
		"www4.sii.cl":  lists,
		"www4c.sii.cl": lists,
	}
})

// portalPaths are the same without hosts. The login is that with a clave.
var portalPaths = sync.OnceValue(func() map[string]portalHandler {
	all := map[string]portalHandler{}
	for _, paths := range portalHosts() {
		for path, serve := range paths {
			all[path] = serve
		}
	}
	for path, serve := range portalHosts()["zeusr.sii.cl"] {
		all[path] = serve
	}
	return all
})

// hostName is the host of a request without its port.
func hostName(r *http.Request) string {
	if name, _, err := net.SplitHostPort(r.Host); err == nil {
		return name
	}
	return r.Host
}

// isSII reports whether a request is to a host of the SII, where each service has
// its place. Any other host has them all.
func isSII(r *http.Request) bool { return strings.HasSuffix(hostName(r), ".sii.cl") }

// at is the beginning of an address at a host of the SII; of another host, which
// has all services, it is empty.
func at(r *http.Request, host string) string {
	if !isSII(r) {
		return ""
	}
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		host = net.JoinHostPort(host, port)
	}
	return "https://" + host
}

// servePortal answers a request to the portal and reports whether it is one.
func (s *Server) servePortal(w http.ResponseWriter, r *http.Request) bool {
	paths := portalPaths()
	if isSII(r) {
		paths = portalHosts()[hostName(r)]
	}
	serve := paths[r.URL.Path]
	if serve == nil {
		return false
	}
	if !strings.Contains(r.Header.Get("User-Agent"), "Mozilla") {
		s.violate(OpOther, "User-Agent", "the firewall in front wants a browser")
	}
	serve(s, w, r)
	return true
}

// setCookie sets a cookie of the portal, which all hosts of the SII share.
func setCookie(w http.ResponseWriter, r *http.Request, cookie string) {
	cookie += "; path=/"
	if isSII(r) {
		cookie += "; domain=.sii.cl; secure"
	}
	w.Header().Add("Set-Cookie", cookie)
}

// sendToLogin sends a request without a session to the login, and from there to a
// destination.
func sendToLogin(w http.ResponseWriter, r *http.Request, destination string) {
	w.Header().Set("Location", at(r, "zeusr.sii.cl")+page.LoginPath+"?"+destination)
	w.WriteHeader(http.StatusFound)
}

// toPortalLogin sends a request without a session to the login, and back.
func (s *Server) toPortalLogin(w http.ResponseWriter, r *http.Request) {
	sendToLogin(w, r, origin(r)+r.URL.Path)
}
