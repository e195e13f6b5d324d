package siitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const (
	confPath     = "/common-1.0/services/autConfDataService/obtieneConf"
	sessionPath  = "/common-1.0/services/aaSessionService/load"
	settingsPath = "/consdcvinternetui/services/data/settingsService/consultarParametros"

	confNamespace     = "cl.sii.sdi.ss.aa.api.interfaces.AutConfDataService/obtieneConf"
	settingsNamespace = "cl.sii.sdi.lob.diii.consdcv.data.impl.SettingsApplicationService/consultarParametros"
)

// appPages are the pages of the applications, with their titles.
var appPages = map[string]string{
	"/consdcvinternetui/":      "Registro de Compras y Ventas",
	"/complementoscvui/":       "Complementos del Registro de Compras y Ventas",
	"/consemitidosinternetui/": "Consulta de Documentos Tributarios Electr&oacute;nicos",
}

// appHTML is the page of an application. Its script loads the content.
const appHTML = `<!DOCTYPE html>
<html lang="es"><head><title>%s</title></head><body><div ng-view></div></body></html>`

// serveApp serves the page of an application. Unverified: the SII redirects
// requests without a session to the login.
func (p *portal) serveApp(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpBoot)
	defer c.end()
	if c.failed() {
		return
	}
	if _, ok := p.desk.access.use(tokenCookie(r), c.now); !ok {
		toPortalLogin(w, r)
		return
	}
	writeHTML(w, http.StatusOK, fmt.Sprintf(appHTML, appPages[r.URL.Path]))
}

// serveSession returns the logged-in user.
func (p *portal) serveSession(w http.ResponseWriter, r *http.Request) {
	c := p.begin(w, r, OpBoot)
	defer c.end()
	if c.failed() {
		return
	}
	holder, ok := p.desk.access.use(tokenCookie(r), c.now)
	if !ok {
		toPortalLogin(w, r)
		return
	}
	number, dv, _ := strings.Cut(holder.String(), "-")
	reply(c, &facadeRequest{}, &facadeAnswer{data: map[string]any{"rut": number, "dv": dv}})
}

// serveConf serves a request that browsers send before they have a session.
// Unverified: its content.
func (p *portal) serveConf(w http.ResponseWriter, r *http.Request) {
	p.serveBootMethod(w, r, confNamespace)
}

// serveSettings returns the settings of the registers. Unverified: its content.
func (p *portal) serveSettings(w http.ResponseWriter, r *http.Request) {
	if _, ok := p.desk.access.use(tokenCookie(r), p.desk.now()); !ok {
		toPortalLogin(w, r)
		return
	}
	p.serveBootMethod(w, r, settingsNamespace)
}

// serveBootMethod answers the other methods, whose data no client needs.
func (p *portal) serveBootMethod(w http.ResponseWriter, r *http.Request, namespace string) {
	c := p.begin(w, r, OpBoot)
	defer c.end()
	if c.failed() {
		return
	}
	var request facadeRequest
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&request)
	if err != nil || r.Method != http.MethodPost || request.MetaData.Namespace != namespace {
		c.violate("envelope", "namespace is missing or wrong")
		c.send("application/json;charset=utf-8", []byte(`{"errorMsg":"Acceso no autorizado!"}`))
		return
	}
	reply(c, &request, &facadeAnswer{data: []any{}})
}
