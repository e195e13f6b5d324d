package siitest

import (
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// register is one book of a company and month. Documents are kept once, in slices
// that all calls share and that never change.
type register struct {
	parts []part
	order []uint8           // the part of each document, in the given order; empty for one part
	lines []rcv.SummaryLine // lines without detail
}

// part has the documents of one state. There are few parts.
type part struct {
	state rcv.State
	docs  []rcv.Document
}

// of returns the documents of one state.
func (r *register) of(state rcv.State) []rcv.Document {
	for _, p := range r.parts {
		if p.state == state {
			return p.docs
		}
	}
	return nil
}

// all returns a copy of the documents in the given order.
func (r *register) all() []rcv.Document {
	if len(r.parts) == 1 {
		return slices.Clone(r.parts[0].docs)
	}
	list, taken := make([]rcv.Document, len(r.order)), make([]int, len(r.parts))
	for i, n := range r.order {
		list[i] = r.parts[n].docs[taken[n]]
		taken[n]++
	}
	return list
}

// set replaces the documents by copies of the given ones.
func (r *register) set(docs []rcv.Document) {
	r.parts, r.order = nil, make([]uint8, len(docs))
	counts := []int{}
	for i := range docs {
		n := slices.IndexFunc(r.parts, func(p part) bool { return p.state == docs[i].State })
		if n < 0 {
			n = len(r.parts)
			r.parts, counts = append(r.parts, part{state: docs[i].State}), append(counts, 0)
		}
		counts[n]++
		r.order[i] = uint8(n) // there are four states
	}
	for n := range r.parts {
		r.parts[n].docs = make([]rcv.Document, 0, counts[n])
	}
	for i, n := range r.order {
		r.parts[n].docs = append(r.parts[n].docs, docs[i])
	}
	if len(r.parts) == 1 {
		r.order = nil
	}
}

// ofType returns the documents of one type, or all for type zero.
func ofType(docs []rcv.Document, typ chile.DocType) (list []rcv.Document) {
	if typ == 0 {
		return docs
	}
	for i := range docs {
		if docs[i].Type == typ {
			list = append(list, docs[i])
		}
	}
	return list
}
