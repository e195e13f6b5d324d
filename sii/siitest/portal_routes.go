package siitest

import (
	"net/http"
	"strings"
	"sync"

	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// portalHandler serves a page of the portal.
type portalHandler func(*portal, http.ResponseWriter, *http.Request)

// portalHosts are the paths of the portal, by host.
var portalHosts = sync.OnceValue(func() map[string]map[string]portalHandler {
	login := map[string]portalHandler{
		page.LoginPath:                  (*portal).serveLoginPage,
		page.CertificateLoginPath:       (*portal).serveCertificateLoginPage,
		"/cgi_AUT2000/CAutInicio.cgi":   (*portal).serveLogin,
		"/cgi_AUT2000/autTermino.cgi":   (*portal).serveLogout,
		"/cgi_AUT2000/CAutInwor498.cgi": (*portal).serveLogout, // one client uses each of these two
		"/cgi_AUT2000/autLogout.cgi":    (*portal).serveLogout,
		"/cgi_AUT2000/AutTknData.cgi":   (*portal).serveAlive,
	}
	lists := map[string]portalHandler{
		listPath + "getResumen":          (*portal).serveListed,
		listPath + "getDetalle":          (*portal).serveListed,
		listPath + "getDetalleRecibidos": (*portal).serveListed,
		confPath:                         (*portal).serveConf,
		sessionPath:                      (*portal).serveSession,
		settingsPath:                     (*portal).serveSettings,
	}
	for page := range appPages {
		lists[page] = (*portal).serveApp
	}
	return map[string]map[string]portalHandler{
		"zeusr.sii.cl": login,
		certificateHost: {
			"/cgi_AUT2000/CAutInicio.cgi":   (*portal).serveCertificateLogin,
			"/cgi_AUT2000/autTermino.cgi":   (*portal).serveLogout,
			"/cgi_AUT2000/CAutInwor498.cgi": (*portal).serveLogout,
			"/cgi_AUT2000/autLogout.cgi":    (*portal).serveLogout,
		},
		"misiir.sii.cl": {"/cgi_misii/siihome.cgi": (*portal).serveHome},
		"www1.sii.cl": {
			"/cgi-bin/Portal001/mipeSelEmpresa.cgi":   (*portal).serveChooser,
			"/cgi-bin/Portal001/mipeAdminDocsEmi.cgi": (*portal).serveMIPYME,
			"/cgi-bin/Portal001/mipeAdminDocsRcp.cgi": (*portal).serveMIPYME,
		},
		"loa.sii.cl": {
			"/cgi_IMT/TMBCOC_InformeMensualBhe.cgi":    (*portal).serveBHE,
			"/cgi_IMT/TMBCOC_InformeMensualBheRec.cgi": (*portal).serveBHE,
		},
		"www4.sii.cl":  lists,
		"www4c.sii.cl": lists,
	}
})

// portalPaths are the same paths without hosts. The login is the one with a clave.
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

// serve answers a request to the portal and reports whether it is one.
func (p *portal) serve(w http.ResponseWriter, r *http.Request) bool {
	paths := portalPaths()
	if isSII(r) {
		paths = portalHosts()[hostName(r)]
	}
	page := paths[r.URL.Path]
	if page == nil {
		return false
	}
	if !strings.Contains(r.Header.Get("User-Agent"), "Mozilla") {
		p.desk.journal.violate(OpOther, "User-Agent", "the firewall in front wants a browser")
	}
	page(p, w, r)
	return true
}
