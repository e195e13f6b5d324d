package siitest

import (
	"cmp"
	"encoding/json"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// deferredExports are the requested exports, and how they are made.
type deferredExports struct {
	registers *registers
	facade    *facadeHandler

	mu      sync.Mutex
	how     Deferred
	exports []*deferredExport
	looked  map[rcv.Key]bool // registers whose exports were listed since the last request
}

// set sets how exports are made from now on.
func (d *deferredExports) set(how Deferred) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.how = how
}

// count returns the number of exports.
func (d *deferredExports) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.exports)
}

// deferOp distinguishes a request for an export from one for the list.
func deferOp(body []byte) Op {
	var request struct {
		Data struct {
			Create bool `json:"generaCtrl"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &request) == nil && request.Data.Create {
		return OpDefer
	}
	return OpDeferred
}

// answerDeferred answers getCtrlAsync: it lists all exports of a book and month, of
// any type and state, including one that this call requests.
func (d *deferredExports) answerDeferred(holder chile.RUT, method string, data json.RawMessage) (*facadeAnswer, error) {
	var p struct {
		registerParameters
		Create    *bool `json:"generaCtrl"`
		Documents any   `json:"totDoc"`
	}
	if err := readData(data, &p); err != nil {
		return nil, err
	}
	create := p.Create != nil && *p.Create
	op := OpDeferred
	if create {
		op = OpDefer
	}
	if len(p.Type) == 0 && !create { // one client lists all types this way
		p.Type = json.RawMessage("0")
	}
	call, problem := readCall(op, method, &p.registerParameters)
	if p.Create == nil {
		problem = cmp.Or(problem, "generaCtrl")
	}
	if refusal := d.registers.refuse(op, holder, call.key, problem); refusal != nil {
		return refusal, nil
	}
	want := "" // both work
	if p.Action != "" && create {
		want = map[rcv.Book]string{rcv.Purchases: "RCV_DDETCA", rcv.Sales: "RCV_DDETVA"}[call.key.Book]
	}
	if refusal := d.registers.checkRecaptcha(op, want, p.Action, p.Recaptcha); refusal != nil {
		return refusal, nil
	}
	docs, _ := d.registers.lookup(call.key, call.state)
	return d.list(call, create, docs), nil
}

// list lists the exports of a register, which advances them, or requests one.
func (d *deferredExports) list(call registerCall, create bool, docs []rcv.Document) *facadeAnswer {
	d.mu.Lock()
	defer d.mu.Unlock()
	code, message := 0, any(nil)
	var mine []*deferredExport
	for _, e := range d.exports {
		if e.key == call.key {
			mine = append(mine, e)
			code, message = 1, "Existe una solicitud anterior"
			if !create {
				e.look(d.registers.desk.now())
			}
		}
	}
	switch {
	case !create:
		d.looked[call.key] = true
	case !d.looked[call.key]:
		d.registers.desk.journal.violate(OpDefer, "getCtrlAsync", "asked for without a look at those that there are")
	}
	if create {
		d.looked[call.key] = false
		docs = ofType(docs, call.typ)
		e := &deferredExport{
			id: int64(123_456 + len(d.exports)), key: call.key, state: call.state, typ: call.typ, docs: docs, how: d.how, created: d.registers.desk.now(),
		}
		d.exports = append(d.exports, e)
		mine = append(mine, e)
	}
	rows := make([]map[string]any, len(mine))
	for i, e := range mine {
		rows[i] = e.row()
	}
	return &facadeAnswer{data: rows, code: code, message: message}
}
