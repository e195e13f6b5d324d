package siitest

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// firstPeriod is the oldest that the RCV has.
var firstPeriod = chile.MustParsePeriod("2017-05")

// registerMethods are the book and the accionRecaptcha that a method wants.
var registerMethods = map[string]struct {
	op     Op
	book   rcv.Book // empty is either
	action string
}{
	"getResumen":             {op: OpSummary},
	"getResumenExport":       {op: OpSummaryExport},
	"getDetalleCompra":       {OpDetail, rcv.Purchases, "RCV_DETC"},
	"getDetalleVenta":        {OpDetail, rcv.Sales, "RCV_DETV"},
	"getDetalleCompraExport": {OpExport, rcv.Purchases, "RCV_DDETC"},
	"getDetalleVentaExport":  {OpExport, rcv.Sales, "RCV_DDETV"},
}

// registerParameters are the parameters that the methods know.
type registerParameters struct {
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

// answerRegister answers the methods that read a register.
func (s *Server) answerRegister(holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error) {
	var p registerParameters
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	known := registerMethods[method]
	if refusal := s.checkRecaptcha(known.op, known.action, p.Action, p.Recaptcha); refusal != nil {
		return refusal, nil
	}
	call, problem := readCall(known.op, method, &p)
	if problem == "" && known.book != "" && known.book != call.key.Book {
		problem = "operacion " + p.Book + " in " + method
	}
	if refusal := s.refuse(known.op, holder, call.key, problem); refusal != nil {
		return refusal, nil
	}
	docs, lines := s.lookup(call.key, call.state)
	switch known.op {
	case OpSummary:
		return s.summary(call, docs, lines), nil
	case OpSummaryExport:
		return s.exportSummary(call, docs, lines), nil
	case OpExport:
		return s.export(call, docs), nil
	default:
		return s.detail(call, docs), nil
	}
}

// refuse returns what the facade says of a request that it does not follow, or
// nil.
func (s *Server) refuse(op Op, holder chile.RUT, key rcv.Key, problem string) *facadeAnswer {
	switch {
	case problem != "":
		s.violate(op, "data", problem)
		return badRequest
	case !s.mayAct(holder, key.Owner):
		return &facadeAnswer{code: 4, message: "Usuario no autorizado"}
	case key.Period.Compare(firstPeriod) < 0:
		return &facadeAnswer{code: 99, message: "Periodo consultado no válido, debe ser mayor igual a 201705"}
	}
	return nil
}

func readCall(op Op, method string, p *registerParameters) (call facadeCall, problem string) {
	call = facadeCall{method: method, state: rcv.State(p.State)}
	if call.key, problem = readKey(p.Issuer, p.IssuerDV, p.Period); problem != "" {
		return call, problem
	}
	call.key.Book = rcv.Book(p.Book)
	if call.state == "" && call.key.Book == rcv.Sales {
		call.state = rcv.Registro
	}
	if !call.key.Book.Valid() || !call.state.Valid() {
		return call, "operacion or estadoContab"
	}
	if op == OpSummary || op == OpSummaryExport {
		return call, ""
	}
	code, err := strconv.Atoi(strings.Trim(string(p.Type), `"`))
	if err != nil || code == 0 && op == OpDetail {
		return call, "codTipoDoc"
	}
	call.typ = chile.DocType(code)
	return call, ""
}

// readKey reads whose register of which month is meant.
func readKey(number, dv, compact string) (key rcv.Key, problem string) {
	owner, err := chile.ParseRUT(number + "-" + dv)
	if err != nil || strings.Trim(number, "0123456789") != "" || dv == "k" {
		return key, "the RUT is none"
	}
	period, err := chile.ParsePeriod(compact)
	if err != nil || len(compact) != 6 {
		return key, "the period is not AAAAMM"
	}
	return rcv.Key{Owner: owner, Period: period}, ""
}

// WantRecaptcha has the methods that want a recaptcha refuse those for which the
// function returns false. nil, the default, takes every one.
func (s *Server) WantRecaptcha(good func(action, token string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recaptcha = good
}

func (s *Server) checkRecaptcha(op Op, want, action, token string) *facadeAnswer {
	if action != want {
		s.violate(op, "accionRecaptcha", action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if want != "" && s.recaptcha != nil && !s.recaptcha(action, token) {
		return &facadeAnswer{code: 98}
	}
	return nil
}
