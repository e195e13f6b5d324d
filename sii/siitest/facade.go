package siitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// portalPage is a page of the portal with its backend.
type portalPage struct {
	namespace string
	methods   map[string]facadeMethod
	paged     bool // its requests say which rows they want
}

// facadeMethod is a method of a page. answer gets the data of the request, whose
// unknown names the SII does not accept.
type facadeMethod struct {
	op     Op
	answer func(s *Server, holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error)
}

// pages are the pages of the portal, by the path of their methods.
var pages = sync.OnceValue(func() map[string]*portalPage {
	return map[string]*portalPage{
		facadePath: {
			namespace: "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/",
			methods: map[string]facadeMethod{
				"getResumen":                {OpSummary, (*Server).answerRegister},
				"getResumenExport":          {OpSummaryExport, (*Server).answerRegister},
				"getCtrlAsync":              {OpDeferred, (*Server).answerDeferred},
				"getDetalleCompra":          {OpDetail, (*Server).answerRegister},
				"getDetalleVenta":           {OpDetail, (*Server).answerRegister},
				"getDetalleCompraExport":    {OpExport, (*Server).answerRegister},
				"getDetalleVentaExport":     {OpExport, (*Server).answerRegister},
				"getDatosInicio":            {OpTypes, (*Server).answerTypes},
				"getDcvEmpresasAutorizadas": {OpCompanies, (*Server).answerCompanies},
				"getEventosDoc":             {OpEvents, (*Server).answerEvents},
			},
		},
		boletaPath: {
			namespace: "cl.sii.sdi.lob.diii.dcv.data.impl.boletasdiarias.FacadeSettingApplicationService/",
			methods:   map[string]facadeMethod{"obtieneListaBoletasMes": {OpBoletas, (*Server).answerBoletas}},
			paged:     true,
		},
	}
})

// facadeRequest is the envelope of a request.
type facadeRequest struct {
	MetaData struct {
		Namespace    string  `json:"namespace"`
		Conversation *string `json:"conversationId"`
		Transaction  string  `json:"transactionId"`
		Page         *struct {
			Size  int `json:"pageSize"`
			Index int `json:"pageIndex"`
		} `json:"page"`
	} `json:"metaData"`
	Data json.RawMessage `json:"data"`
}

// facadeAnswer is what the facade says. Extra are the siblings of data, rows its
// elements if it has very many.
type facadeAnswer struct {
	data    any
	rows    json.RawMessage
	extra   map[string]any
	code    int
	message any // string or nil
}

// badRequest is what the facade says of a request that it cannot read.
var badRequest = &facadeAnswer{code: 2, message: "Solicitud inválida. Formato incorrecto..."}

func (s *Server) serveFacade(w http.ResponseWriter, r *http.Request, page *portalPage, method string, body []byte) {
	known, ok := page.methods[method]
	switch {
	case !ok:
		s.violate(OpOther, "method", "the facade has no method "+method)
		http.NotFound(w, r)
		return
	case r.Method != http.MethodPost:
		s.violate(known.op, "POST", "every method is POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if asksForExport(method, body) {
		known.op = OpDefer
	}
	c := s.begin(w, r, known.op, tokenCookie(r))
	defer c.end()
	if c.failed() {
		return
	}
	if r.Header.Get("Accept") == "application/json" {
		s.violate(known.op, "Accept", "application/json alone is refused")
		http.Error(w, "org.jboss.resteasy.spi.NotAcceptableException: RESTEASY001530: Unable to extract parameter", http.StatusInternalServerError)
		return
	}
	s.checkFacadeHeaders(known.op, r)
	token := tokenCookie(r)
	holder, ok := s.use(token, c.now)
	if !ok {
		s.toLogin(w, r)
		return
	}
	var request facadeRequest
	err := json.Unmarshal(body, &request)
	if err != nil || request.MetaData.Namespace != page.namespace+method || request.MetaData.Conversation == nil || len(request.Data) == 0 {
		s.violate(known.op, "envelope", "namespace, conversationId or data is missing or wrong")
		c.send("application/json;charset=utf-8", []byte(`{"errorMsg":"Acceso no autorizado!"}`))
		return
	}
	if conversation := *request.MetaData.Conversation; conversation != "" && conversation != token {
		s.violate(known.op, "conversationId", "is not the token")
		s.reply(c, &request, &facadeAnswer{code: 2, message: "Problema con el Token: NO Existen Datos"})
		return
	}
	if rows := request.MetaData.Page; page.paged && (rows == nil || rows.Size < 1 || rows.Index < 1) {
		s.violate(known.op, "page", "pageSize or pageIndex is missing")
	}
	if c.fault.Estado != "" {
		code, _ := strconv.Atoi(c.fault.Estado)
		s.reply(c, &request, &facadeAnswer{code: code, message: c.fault.Glosa})
		return
	}
	answer, err := known.answer(s, holder, method, request.Data)
	if err != nil {
		s.violate(known.op, "data", err.Error())
		http.Error(w, "org.codehaus.jackson.map.exc.UnrecognizedPropertyException: Unrecognized field (Class cl.sii.sdi.lob.diii.consdcv.data.api.to.ParametrosTo)", http.StatusBadRequest)
		return
	}
	s.reply(c, &request, answer)
}

// readData reads the data of a request, without unknown names.
func readData(data json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func (s *Server) checkFacadeHeaders(op Op, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		s.violate(op, "Content-Type", r.Header.Get("Content-Type"))
	}
	if r.Header.Get("Accept") == "" {
		s.violate(op, "Accept", "the header is missing")
	}
	if !strings.Contains(r.Header.Get("User-Agent"), "Mozilla") {
		s.violate(op, "User-Agent", "the firewall in front wants a browser")
	}
}

// tokenCookie returns the token in the cookies.
func tokenCookie(r *http.Request) string {
	cookie, err := r.Cookie("TOKEN")
	if err != nil {
		return ""
	}
	return cookie.Value
}

// toLogin sends a request without a good token to the login.
func (s *Server) toLogin(w http.ResponseWriter, r *http.Request) {
	if s.loginPage == LoginHTML {
		writeHTML(w, http.StatusOK, page.Login)
		return
	}
	sendToLogin(w, r, "https://www4.sii.cl/consdcvinternetui/")
}

// reply writes an answer with the echo of the request's metaData.
func (s *Server) reply(c *call, request *facadeRequest, a *facadeAnswer) {
	out := map[string]any{
		"metaData": map[string]any{
			"conversationId": request.MetaData.Conversation, "transactionId": request.MetaData.Transaction,
			"namespace": request.MetaData.Namespace, "info": nil, "errors": nil, "page": request.MetaData.Page,
		},
		"respEstado": map[string]any{"codRespuesta": a.code, "msgeRespuesta": a.message, "codError": nil},
	}
	for name, value := range a.extra {
		out[name] = value
	}
	rows, err := a.rows, error(nil)
	if rows == nil {
		rows, err = json.Marshal(a.data)
	}
	rest, restErr := json.Marshal(out)
	if err != nil || restErr != nil {
		http.Error(c.w, "java.lang.IllegalStateException", http.StatusInternalServerError)
		return
	}
	c.send("application/json;charset=utf-8", []byte(`{"data":`), rows, []byte{','}, rest[1:])
}
