package siitest

import (
	"encoding/json"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// registerMethods are the book and the accionRecaptcha that each method requires.
var registerMethods = map[string]struct {
	op     Op
	book   rcv.Book // empty means either
	action string
}{
	"getResumen":             {op: OpSummary},
	"getResumenExport":       {op: OpSummaryExport},
	"getDetalleCompra":       {OpDetail, rcv.Purchases, "RCV_DETC"},
	"getDetalleVenta":        {OpDetail, rcv.Sales, "RCV_DETV"},
	"getDetalleCompraExport": {OpExport, rcv.Purchases, "RCV_DDETC"},
	"getDetalleVentaExport":  {OpExport, rcv.Sales, "RCV_DDETV"},
}

// answerRegister answers the methods that read a register.
func (rs *registers) answerRegister(holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error) {
	var p registerParameters
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	known := registerMethods[method]
	if refusal := rs.checkRecaptcha(known.op, known.action, p.Action, p.Recaptcha); refusal != nil {
		return refusal, nil
	}
	call, problem := readCall(known.op, method, &p)
	if problem == "" && known.book != "" && known.book != call.key.Book {
		problem = "operacion " + p.Book + " in " + method
	}
	if refusal := rs.refuse(known.op, holder, call.key, problem); refusal != nil {
		return refusal, nil
	}
	docs, lines := rs.lookup(call.key, call.state)
	switch known.op {
	case OpSummary:
		return rs.summary(call, docs, lines), nil
	case OpSummaryExport:
		return rs.exportSummary(call, docs, lines), nil
	case OpExport:
		return rs.export(call, docs), nil
	default:
		return rs.detail(call, docs), nil
	}
}
