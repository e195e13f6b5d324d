package siitest

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// lateDocument is a document that enters a register at a later time.
type lateDocument struct {
	rcv.Document
	from time.Time
}

// enter puts a document into a register from a time on. The next read adds it,
// since very many arrive one by one.
func (rs *registers) enter(key rcv.Key, doc rcv.Document, from time.Time) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.late[key] = append(rs.late[key], lateDocument{doc, from})
}

// come adds the documents that are due to a register. The lock must be held.
func (rs *registers) come(key rcv.Key) {
	late := rs.late[key]
	if len(late) == 0 {
		return
	}
	now, waiting := rs.desk.now(), late[:0]
	var docs []rcv.Document
	for _, d := range late {
		if now.Before(d.from) {
			waiting = append(waiting, d)
		} else {
			docs = append(docs, d.Document)
		}
	}
	clear(late[len(waiting):])
	rs.late[key] = waiting
	if len(docs) > 0 {
		r := rs.at(key)
		r.set(append(r.all(), docs...))
		rs.places = nil
	}
}

// place is where a document is: its register has its receiver.
type place struct {
	doc *rcv.Document
	to  chile.RUT
}

// index finds the places of all documents, in the order of the registers. The lock
// must be held.
func (rs *registers) index() map[chile.DocumentID][]place {
	if rs.places != nil {
		return rs.places
	}
	rs.places = map[chile.DocumentID][]place{}
	for _, key := range rs.keys {
		for _, part := range rs.byKey[key].parts {
			for i := range part.docs {
				doc := &part.docs[i]
				_, to := doc.Parties(key)
				id := doc.ID(key)
				rs.places[id] = append(rs.places[id], place{doc, to})
			}
		}
	}
	return rs.places
}
