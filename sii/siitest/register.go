package siitest

import (
	"cmp"
	"slices"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// registers are the registers of companies, with their content and forms of
// answers.
type registers struct {
	desk *desk
	registerForms

	mu        sync.Mutex
	byKey     map[rcv.Key]*register
	keys      []rcv.Key // in order, so that searches do not depend on map order
	late      map[rcv.Key][]lateDocument
	places    map[chile.DocumentID][]place // of all documents; nil after a change
	days      map[boletas][]rcv.BoletaDay
	recaptcha func(action, token string) bool // reports whether it is good; if nil, all are
}

// registerForms are the forms of the answers.
type registerForms struct {
	exportMax, detailMax   int // more documents are refused; 0 means no limit
	limitForm              LimitForm
	nullTypes, textNumbers bool
}

// LimitForm is how the SII reports too many documents.
type LimitForm int

// The forms. Clients report the first two.
const (
	LimitRefusal LimitForm = iota // codRespuesta 99 with a text
	LimitEmpty                    // no rows, as if there were none
	LimitHeader                   // a header without rows; in JSON, no rows
)

func newRegisters(d *desk, forms registerForms) *registers {
	return &registers{desk: d, registerForms: forms, byKey: map[rcv.Key]*register{}, late: map[rcv.Key][]lateDocument{}, days: map[boletas][]rcv.BoletaDay{}}
}

// at returns a register, and makes it if needed. The lock must be held.
func (rs *registers) at(key rcv.Key) *register {
	r := rs.byKey[key]
	if r != nil {
		return r
	}
	r = &register{}
	rs.byKey[key] = r
	i, _ := slices.BinarySearchFunc(rs.keys, key, compareKeys)
	rs.keys = slices.Insert(rs.keys, i, key)
	return r
}

func compareKeys(a, b rcv.Key) int {
	return cmp.Or(cmp.Compare(a.Owner.Number(), b.Owner.Number()), a.Period.Compare(b.Period), cmp.Compare(a.Book, b.Book))
}

// change replaces the documents of a register by the function's result.
func (rs *registers) change(key rcv.Key, change func([]rcv.Document) []rcv.Document) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.come(key)
	r := rs.at(key)
	r.set(change(r.all()))
	rs.places = nil
}

// add adds documents. A document without a state gets rcv.Registro.
func (rs *registers) add(key rcv.Key, docs []rcv.Document) {
	for i := range docs {
		if docs[i].State == "" {
			docs[i].State = rcv.Registro
		}
	}
	rs.change(key, func(have []rcv.Document) []rcv.Document { return append(have, docs...) })
}

// addLine adds a line without detail.
func (rs *registers) addLine(key rcv.Key, line rcv.SummaryLine) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	line.HasDetail = false
	if line.State == "" {
		line.State = rcv.Registro
	}
	r := rs.at(key)
	r.lines = append(r.lines, line)
}

// lookup returns the documents of one state and the lines without detail. All calls
// share the documents, which must not be changed.
func (rs *registers) lookup(key rcv.Key, state rcv.State) (docs []rcv.Document, lines []rcv.SummaryLine) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.come(key)
	r := rs.byKey[key]
	if r == nil {
		return nil, nil
	}
	for _, line := range r.lines {
		if line.State == state {
			lines = append(lines, line)
		}
	}
	return r.of(state), lines
}

// find returns a document of a register, with its receiver. It prefers the given
// receiver: several invented companies may have the same folio of a supplier.
func (rs *registers) find(id chile.DocumentID, receiver chile.RUT) (found rcv.Document, of chile.RUT, ok bool) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for _, p := range rs.index()[id] {
		if p.to == receiver {
			return *p.doc, p.to, true
		}
		if !ok {
			found, of, ok = *p.doc, p.to, true
		}
	}
	return found, of, ok
}
