package fleettest

import (
	"fmt"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Model is what a store must have after its imports.
type Model struct {
	registers map[rcv.Key]*modelRegister
}

type modelRegister struct {
	rows    map[ID]*modelRow
	imports int
	counts  Counts // of the last import
	takenAt time.Time
	changes int // of all imports
}

type modelRow struct {
	doc    rcv.Document
	goneAt time.Time // zero: it is in the register
}

// Counts is what an import does.
type Counts struct{ Added, Changed, Gone, Returned, Unchanged int64 }

// Event is what an import must report of a document.
type Event struct {
	ID       ID
	Kind     string
	From, To chile.Period
}

// NewModel returns the model of an empty store.
func NewModel() *Model { return &Model{registers: map[rcv.Key]*modelRegister{}} }

// Brief is the part of a document that counts, as in the fake's answers.
func Brief(d *rcv.Document) string {
	second := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.Unix()
	}
	return fmt.Sprint(d.State, int(d.Type), int64(d.Folio), d.Counterparty, d.Name, d.Issued, second(d.Received), second(d.Acknowledged), second(d.Claimed),
		d.Event, int64(d.Exempt), int64(d.Net), int64(d.VAT), int64(d.Total), int64(d.OtherTaxTotal), d.Kind, int64(d.NonRecoverableVAT),
		int64(d.FixedAssetNet), int64(d.FixedAssetVAT), int64(d.CommonUseVAT), int(d.RefType), d.RefFolio, d.ForeignID, d.Nationality)
}

// money is what a document charges.
func money(d *rcv.Document) string {
	return fmt.Sprint(int64(d.Exempt), int64(d.Net), int64(d.VAT), int64(d.Total), int64(d.OtherTaxTotal), int64(d.NonRecoverableVAT),
		int64(d.FixedAssetNet), int64(d.FixedAssetVAT), int64(d.CommonUseVAT))
}

func (m *Model) register(key rcv.Key) *modelRegister {
	r := m.registers[key]
	if r == nil {
		r = &modelRegister{rows: map[ID]*modelRow{}}
		m.registers[key] = r
	}
	return r
}

// Import imports what the SII shows of a register, and returns what the import must
// report.
func (m *Model) Import(key rcv.Key, shown map[ID]rcv.Document, at time.Time) (Counts, []Event) {
	r := m.register(key)
	first := r.imports == 0
	var counts Counts
	var events []Event
	for id, doc := range shown {
		row := r.rows[id]
		switch {
		case row == nil:
			counts.Added++
			if !first {
				events = append(events, m.appears(key, id, "added", time.Time{}))
			}
		case !row.goneAt.IsZero():
			counts.Returned++
			events = append(events, m.appears(key, id, "returned", row.goneAt))
		case Brief(&row.doc) == Brief(&doc):
			counts.Unchanged++
		default:
			counts.Changed++
			kind := "other"
			switch {
			case row.doc.State != doc.State:
				kind = "state"
			case money(&row.doc) != money(&doc):
				kind = "amounts"
			}
			events = append(events, Event{ID: id, Kind: kind})
		}
	}
	for id, row := range r.rows {
		if _, there := shown[id]; !there && row.goneAt.IsZero() {
			counts.Gone++
			events = append(events, m.disappears(key, id))
		}
	}
	for id, row := range r.rows {
		if _, there := shown[id]; !there && row.goneAt.IsZero() {
			row.goneAt = at
		}
	}
	for id, doc := range shown {
		r.rows[id] = &modelRow{doc: doc}
	}
	r.imports++
	r.counts, r.takenAt, r.changes = counts, at, r.changes+len(events)
	return counts, events
}

// ImportAll imports what the world shows today of every register.
func (m *Model) ImportAll(w *World) {
	for _, key := range w.Keys() {
		m.Import(key, w.Register(key), w.Now())
	}
}

// Documents yields the documents that are in a register.
func (m *Model) Documents(key rcv.Key) iter.Seq[rcv.Document] {
	return func(yield func(rcv.Document) bool) {
		for _, row := range m.register(key).rows {
			if row.goneAt.IsZero() && !yield(row.doc) {
				return
			}
		}
	}
}

// elsewhere calls the function for the rows of a document in other months.
func (m *Model) elsewhere(key rcv.Key, id ID, look func(period chile.Period, row *modelRow)) {
	for other, r := range m.registers {
		if other.Owner == key.Owner && other.Book == key.Book && other.Period != key.Period {
			if row := r.rows[id]; row != nil {
				look(other.Period, row)
			}
		}
	}
}

// appears reports a document that is new or back. It has moved if it is in no other
// month, and is gone from one since later than from here.
func (m *Model) appears(key rcv.Key, id ID, kind string, goneFromHere time.Time) Event {
	stands := false
	var from chile.Period
	var latest time.Time
	m.elsewhere(key, id, func(period chile.Period, row *modelRow) {
		switch {
		case row.goneAt.IsZero():
			stands = true
		case row.goneAt.After(latest), row.goneAt.Equal(latest) && period.Compare(from) > 0:
			from, latest = period, row.goneAt
		}
	})
	if stands || from.IsZero() || !latest.After(goneFromHere) {
		return Event{ID: id, Kind: kind}
	}
	return Event{ID: id, Kind: "period", From: from, To: key.Period}
}

// disappears reports a document that is gone. It has moved if it is in another month.
func (m *Model) disappears(key rcv.Key, id ID) Event {
	var to chile.Period
	m.elsewhere(key, id, func(period chile.Period, row *modelRow) {
		if row.goneAt.IsZero() && period.Compare(to) > 0 {
			to = period
		}
	})
	if to.IsZero() {
		return Event{ID: id, Kind: "gone"}
	}
	return Event{ID: id, Kind: "period", From: key.Period, To: to}
}

// clone returns a model of its own.
func (m *Model) clone() *Model {
	c := NewModel()
	for key, r := range m.registers {
		copied := *r
		copied.rows = make(map[ID]*modelRow, len(r.rows))
		for id, row := range r.rows {
			one := *row
			copied.rows[id] = &one
		}
		c.registers[key] = &copied
	}
	return c
}
