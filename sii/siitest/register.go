package siitest

import (
	"cmp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// registers are the registers that the fake has. The zero value has none. The
// server's lock guards them.
type registers struct {
	byKey map[rcv.Key]*register
	keys  []rcv.Key // in order, so that what is found does not depend on a map
}

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

// at returns a register, which may be new.
func (rs *registers) at(key rcv.Key) *register {
	r := rs.byKey[key]
	if r != nil {
		return r
	}
	if rs.byKey == nil {
		rs.byKey = map[rcv.Key]*register{}
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

// find returns a document that is in a register, if it can the one that the
// receiver has: invented companies may have bought the same folio of the same
// supplier.
func (rs *registers) find(id chile.DocumentID, receiver chile.RUT) (found Document, ok bool) {
	for _, key := range rs.keys {
		for _, part := range rs.byKey[key].parts {
			for i := range part.docs {
				doc := &part.docs[i]
				if doc.ID(key) != id {
					continue
				}
				_, to := doc.Parties(key)
				if !ok || to == receiver {
					found, ok = Document{Receiver: to, Issued: doc.Issued, Total: doc.Total}, true
				}
				if to == receiver {
					return found, true
				}
			}
		}
	}
	return found, ok
}
