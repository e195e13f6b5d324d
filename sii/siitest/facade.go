package siitest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// facadePage is a page of the portal with its backend.
type facadePage struct {
	namespace string
	methods   map[string]facadeMethod
	paged     bool // its requests say which rows they need
}

// facadeMethod is a method of a page. answer gets the data of the request; the
// SII refuses unknown names in it.
type facadeMethod struct {
	op     Op
	opOf   func(body []byte) Op // of a request; nil is op
	answer func(holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error)
}

// LoginPage is how the RCV answers a request without a valid token.
type LoginPage int

// The ways; clients report both.
const (
	LoginRedirect LoginPage = iota // status 302 to the login page
	LoginHTML                      // the login page, with status 200
)

// facadeHandler answers requests to pages of the portal with a backend.
type facadeHandler struct {
	desk      *desk
	loginPage LoginPage
	pages     map[string]*facadePage // by the path of their methods; complete before serving starts
}

// pageOf returns the path of the page of a method's path, or "".
func (h *facadeHandler) pageOf(path string) string {
	for page := range h.pages {
		if strings.HasPrefix(path, page) {
			return page
		}
	}
	return ""
}

// serve answers a request to a method of a page.
func (h *facadeHandler) serve(w http.ResponseWriter, r *http.Request, path, method string, body []byte) {
	page := h.pages[path]
	known, ok := page.methods[method]
	switch {
	case !ok:
		h.desk.journal.violate(OpOther, "method", "the facade has no method "+method)
		http.NotFound(w, r)
		return
	case r.Method != http.MethodPost:
		h.desk.journal.violate(known.op, "POST", "every method is POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	op := known.op
	if known.opOf != nil {
		op = known.opOf(body)
	}
	c := h.desk.begin(w, r, op, tokenCookie(r))
	defer c.end()
	if c.failed() {
		return
	}
	if r.Header.Get("Accept") == "application/json" {
		c.violate("Accept", "application/json alone is refused")
		http.Error(w, "org.jboss.resteasy.spi.NotAcceptableException: RESTEASY001530: Unable to extract parameter", http.StatusInternalServerError)
		return
	}
	checkFacadeHeaders(c)
	token := tokenCookie(r)
	holder, ok := h.desk.access.use(token, c.now)
	if !ok {
		h.toLogin(w, r)
		return
	}
	var request facadeRequest
	err := json.Unmarshal(body, &request)
	if err != nil || request.MetaData.Namespace != page.namespace+method || request.MetaData.Conversation == nil || len(request.Data) == 0 {
		c.violate("envelope", "namespace, conversationId or data is missing or wrong")
		c.send("application/json;charset=utf-8", []byte(`{"errorMsg":"Acceso no autorizado!"}`))
		return
	}
	if conversation := *request.MetaData.Conversation; conversation != "" && conversation != token {
		c.violate("conversationId", "is not the token")
		reply(c, &request, &facadeAnswer{code: 2, message: "Problema con el Token: NO Existen Datos"})
		return
	}
	if rows := request.MetaData.Page; page.paged && (rows == nil || rows.Size < 1 || rows.Index < 1) {
		c.violate("page", "pageSize or pageIndex is missing")
	}
	if c.fault.Estado != "" {
		code, _ := strconv.Atoi(c.fault.Estado)
		reply(c, &request, &facadeAnswer{code: code, message: c.fault.Glosa})
		return
	}
	answer, err := known.answer(holder, method, request.Data)
	if err != nil {
		c.violate("data", err.Error())
		http.Error(w, "org.codehaus.jackson.map.exc.UnrecognizedPropertyException: Unrecognized field (Class cl.sii.sdi.lob.diii.consdcv.data.api.to.ParametrosTo)", http.StatusBadRequest)
		return
	}
	reply(c, &request, answer)
}

func checkFacadeHeaders(c *call) {
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		c.violate("Content-Type", c.r.Header.Get("Content-Type"))
	}
	if c.r.Header.Get("Accept") == "" {
		c.violate("Accept", "the header is missing")
	}
	if !strings.Contains(c.r.Header.Get("User-Agent"), "Mozilla") {
		c.violate("User-Agent", "the firewall in front wants a browser")
	}
}

// toLogin redirects a request without a valid token to the login.
func (h *facadeHandler) toLogin(w http.ResponseWriter, r *http.Request) {
	if h.loginPage == LoginHTML {
		writeHTML(w, http.StatusOK, page.Login)
		return
	}
	sendToLogin(w, r, "https://www4.sii.cl/consdcvinternetui/")
}
