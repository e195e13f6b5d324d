package siitest

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// firstPeriod is the oldest period of the RCV.
var firstPeriod = chile.MustParsePeriod("2017-05")

// registerParameters are the known parameters of the methods.
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

// registerCall is a valid request.
type registerCall struct {
	method string
	key    rcv.Key
	state  rcv.State
	typ    chile.DocType // 0 means all
}

// refuse returns the facade's answer to a request that it refuses, or nil.
func (rs *registers) refuse(op Op, holder chile.RUT, key rcv.Key, problem string) *facadeAnswer {
	switch {
	case problem != "":
		rs.desk.journal.violate(op, "data", problem)
		return badRequest
	case !rs.desk.access.mayAct(holder, key.Owner):
		return &facadeAnswer{code: 4, message: "Usuario no autorizado"}
	case key.Period.Compare(firstPeriod) < 0:
		return &facadeAnswer{code: 99, message: "Periodo consultado no válido, debe ser mayor igual a 201705"}
	}
	return nil
}

func readCall(op Op, method string, p *registerParameters) (call registerCall, problem string) {
	call = registerCall{method: method, state: rcv.State(p.State)}
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

// readKey reads the company and the month of a request.
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

func (rs *registers) checkRecaptcha(op Op, want, action, token string) *facadeAnswer {
	if action != want {
		rs.desk.journal.violate(op, "accionRecaptcha", action)
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if want != "" && rs.recaptcha != nil && !rs.recaptcha(action, token) {
		return &facadeAnswer{code: 98}
	}
	return nil
}

func (rs *registers) wantRecaptcha(good func(action, token string) bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.recaptcha = good
}
