package siitest

import (
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// register is what the fake has of one book of a company and month. Documents are
// kept once, in slices that are shared by all calls and stay as they are.
type register struct {
	parts []part
	order []uint8           // of which part each document is, as they were given; empty for one part
	lines []rcv.SummaryLine // lines without detail
}

// part are the documents of one state. There are few.
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

// all returns a copy of the documents, in the order in which they were given.
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

// set replaces the documents by copies of others.
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

// ofType returns those of one type, or all of them for none.
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
