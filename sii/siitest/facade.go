package siitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

const facadeNamespace = "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/"

// facadeMethods are the methods, their operation, their book and the
// accionRecaptcha that they want.
var facadeMethods = map[string]struct {
	op     Op
	book   rcv.Book
	action string
}{
	"getResumen":             {op: OpSummary},
	"getDetalleCompra":       {OpDetail, rcv.Purchases, "RCV_DETC"},
	"getDetalleVenta":        {OpDetail, rcv.Sales, "RCV_DETV"},
	"getDetalleCompraExport": {OpExport, rcv.Purchases, "RCV_DDETC"},
	"getDetalleVentaExport":  {OpExport, rcv.Sales, "RCV_DDETV"},
}

// firstPeriod is the oldest that the RCV has.
var firstPeriod = chile.MustParsePeriod("2017-05")

// facadeRequest is the envelope of a request.
type facadeRequest struct {
	MetaData struct {
		Namespace    string          `json:"namespace"`
		Conversation *string         `json:"conversationId"`
		Transaction  string          `json:"transactionId"`
		Page         json.RawMessage `json:"page"`
	} `json:"metaData"`
	Data json.RawMessage `json:"data"`
}

// facadeParameters are the parameters that the methods know.
type facadeParameters struct {
	Issuer        string          `json:"rutEmisor"`
	IssuerDV      string          `json:"dvEmisor"`
	Period        string          `json:"ptributario"`
	State         string          `json:"estadoContab"`
	Book          string          `json:"operacion"`
	Type          json.RawMessage `json:"codTipoDoc"`
	InitialSearch *bool           `json:"busquedaInicial"`
	Action        string          `json:"accionRecaptcha"`
	Recaptcha     string          `json:"tokenRecaptcha"`
}

// facadeCall is a request that was understood.
type facadeCall struct {
	method string
	key    rcv.Key
	state  rcv.State
	typ    chile.DocType // 0 is all
}

// facadeAnswer is what the facade says. Extra are the siblings of data.
type facadeAnswer struct {
	data    any
	extra   map[string]any
	code    int
	message any // string or nil
}

func (s *Server) serveFacade(w http.ResponseWriter, r *http.Request, method string, body []byte) {
	known, ok := facadeMethods[method]
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
	if err != nil || request.MetaData.Namespace != facadeNamespace+method || request.MetaData.Conversation == nil || len(request.Data) == 0 {
		s.violate(known.op, "envelope", "namespace, conversationId or data is missing or wrong")
		c.send("application/json;charset=utf-8", []byte(`{"errorMsg":"Acceso no autorizado!"}`))
		return
	}
	if conversation := *request.MetaData.Conversation; conversation != "" && conversation != token {
		s.violate(known.op, "conversationId", "is not the token")
		s.reply(c, &request, &facadeAnswer{code: 2, message: "Problema con el Token: NO Existen Datos"})
		return
	}
	var parameters facadeParameters
	decoder := json.NewDecoder(bytes.NewReader(request.Data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&parameters); err != nil {
		s.violate(known.op, "data", err.Error())
		http.Error(w, "org.codehaus.jackson.map.exc.UnrecognizedPropertyException: Unrecognized field (Class cl.sii.sdi.lob.diii.consdcv.data.api.to.ParametrosTo)", http.StatusBadRequest)
		return
	}
	if parameters.Action != known.action {
		s.violate(known.op, "accionRecaptcha", parameters.Action)
	}
	if c.fault.Estado != "" {
		code, _ := strconv.Atoi(c.fault.Estado)
		s.reply(c, &request, &facadeAnswer{code: code, message: c.fault.Glosa})
		return
	}
	s.reply(c, &request, s.facadeAnswer(holder, method, &parameters))
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
		writeHTML(w, http.StatusOK, loginHTML)
		return
	}
	target := loginPath + "?https://www4.sii.cl/consdcvinternetui/"
	if strings.HasSuffix(r.Host, ".sii.cl") {
		target = "https://zeusr.sii.cl" + target
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusFound)
}

// reply writes an answer with the echo of the request's metaData.
func (s *Server) reply(c *call, request *facadeRequest, a *facadeAnswer) {
	out := map[string]any{
		"data": a.data,
		"metaData": map[string]any{
			"conversationId": request.MetaData.Conversation, "transactionId": request.MetaData.Transaction,
			"namespace": request.MetaData.Namespace, "info": nil, "errors": nil, "page": nil,
		},
		"respEstado": map[string]any{"codRespuesta": a.code, "msgeRespuesta": a.message, "codError": nil},
	}
	for name, value := range a.extra {
		out[name] = value
	}
	body, err := json.Marshal(out)
	if err != nil {
		http.Error(c.w, "java.lang.IllegalStateException", http.StatusInternalServerError)
		return
	}
	c.send("application/json;charset=utf-8", body)
}

// facadeAnswer answers a request that is well formed.
func (s *Server) facadeAnswer(holder chile.RUT, method string, p *facadeParameters) *facadeAnswer {
	known := facadeMethods[method]
	call, problem := s.readCall(known.op, method, p)
	switch {
	case problem != "":
		s.violate(known.op, "data", problem)
		return &facadeAnswer{code: 2, message: "Solicitud inválida. Formato incorrecto..."}
	case known.book != "" && known.book != call.key.Book:
		s.violate(known.op, "operacion", p.Book+" in "+method)
		return &facadeAnswer{code: 2, message: "Solicitud inválida. Formato incorrecto..."}
	case !s.mayAct(holder, call.key.Owner):
		return &facadeAnswer{code: 4, message: "Usuario no autorizado"}
	case call.key.Period.Compare(firstPeriod) < 0:
		return &facadeAnswer{code: 99, message: "Periodo consultado no válido, debe ser mayor igual a 201705"}
	}
	docs, lines := s.lookup(call.key, call.state)
	switch known.op {
	case OpSummary:
		return s.summary(call, docs, lines)
	case OpExport:
		return s.export(call, docs)
	default:
		return s.detail(call, docs)
	}
}

func (s *Server) readCall(op Op, method string, p *facadeParameters) (call facadeCall, problem string) {
	owner, err := chile.ParseRUT(p.Issuer + "-" + p.IssuerDV)
	if err != nil || strings.Trim(p.Issuer, "0123456789") != "" || p.IssuerDV == "k" {
		return call, "rutEmisor and dvEmisor are no RUT"
	}
	period, err := chile.ParsePeriod(p.Period)
	if err != nil || len(p.Period) != 6 {
		return call, "ptributario is not AAAAMM"
	}
	call = facadeCall{method: method, state: rcv.State(p.State), key: rcv.Key{Owner: owner, Period: period, Book: rcv.Book(p.Book)}}
	if call.state == "" && call.key.Book == rcv.Sales {
		call.state = rcv.Registro
	}
	if !call.key.Book.Valid() || !call.state.Valid() {
		return call, "operacion or estadoContab"
	}
	if op == OpSummary {
		return call, ""
	}
	code, err := strconv.Atoi(strings.Trim(string(p.Type), `"`))
	if err != nil || code == 0 && op == OpDetail {
		return call, "codTipoDoc"
	}
	call.typ = chile.DocType(code)
	return call, ""
}
