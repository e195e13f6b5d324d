package siisync

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// daysToClaim is the number of days in which a receiver may claim a document: Ley
// 19.983, art. They are calendar days from its reception by the SII, and the last
// one is included: a document received on January 1 at 20:00 may be claimed until
// January 9 at 23:59 (the SII's answer 001.003.6914 to questions on factura
// electrónica). After that the document counts as accepted.
const daysToClaim = 8

// LastDayToClaim returns the last day, in Chile, on which a purchase may be
// claimed; the zero Date if the SII gave no time of reception.
func LastDayToClaim(d *rcv.Document) chile.Date {
	if d.Received.IsZero() {
		return chile.Date{}
	}
	return chile.DateOf(d.Received).AddDays(daysToClaim)
}

// Pending reports purchases of a company that are pending and near their last
// day to claim. Call it daily.
func (a *Alerts) Pending(ctx context.Context, owner chile.RUT) error {
	today := chile.DateOf(a.settings.Now())
	byLastDay := make(map[chile.Date][]storage.StoredDocument)
	query := storage.DocumentQuery{
		Owner: owner, Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente},
		ReceivedFrom: today.AddDays(-daysToClaim).Time(), // received earlier means accepted, whatever an old register says
	}
	for doc, err := range a.store.Documents(ctx, query) {
		if err != nil {
			return fmt.Errorf("siisync: pending purchases of %s: %w", owner, err)
		}
		last := LastDayToClaim(&doc.Document)
		if _, near := a.limitFor(today, last); near {
			byLastDay[last] = append(byLastDay[last], doc)
		}
	}
	var alerts []Alert
	for _, last := range slices.SortedFunc(maps.Keys(byLastDay), chile.Date.Compare) {
		alerts = append(alerts, a.pending(owner, today, last, byLastDay[last])...)
	}
	return a.deliver(ctx, owner, alerts)
}

// pending reports purchases that share their last day.
func (a *Alerts) pending(owner chile.RUT, today, last chile.Date, docs []storage.StoredDocument) []Alert {
	limit, _ := a.limitFor(today, last)
	when := "quedan " + plural(int64(today.DaysUntil(last)), "día", "días")
	switch today.DaysUntil(last) {
	case 0:
		when = "hoy es el último día"
	case 1:
		when = "queda 1 día"
	}
	when += fmt.Sprintf(" para reclamar (hasta el %s); después se entiende aceptada", last)
	if len(docs) > a.settings.MaxEach {
		return []Alert{{
			Key: fmt.Sprintf("%s|%s|%s|%d|%d", AlertPending, owner, last, limit, len(docs)), Kind: AlertPending, Owner: owner,
			Deadline: last, Amount: sumTotals(docs),
			Text: fmt.Sprintf("%d documentos por $%s están pendientes: %s", len(docs), sumTotals(docs).Format(), when),
		}}
	}
	var alerts []Alert
	for i := range docs {
		doc := &docs[i]
		id := doc.ID(doc.Key)
		alerts = append(alerts, Alert{
			Key: fmt.Sprintf("%s|%s|%s|%d", AlertPending, owner, id, limit), Kind: AlertPending, Owner: owner, Register: doc.Key, Document: id,
			Deadline: last, Amount: doc.Total,
			Text: fmt.Sprintf("%s está pendiente: %s", describe(rcv.Purchases, &doc.Document), when),
		})
	}
	return alerts
}

// sumTotals is only for display.
func sumTotals(docs []storage.StoredDocument) (total chile.CLP) {
	for i := range docs {
		total = addTotal(total, docs[i].Total)
	}
	return total
}

// addTotal adds an amount; if the sum would overflow, it leaves the sum
// unchanged.
func addTotal(sum, total chile.CLP) chile.CLP {
	if larger, err := sum.Add(total); err == nil {
		return larger
	}
	return sum
}

// limitFor returns the smallest reported number of days that includes the last
// day; near is false if the last day is past or far.
func (a *Alerts) limitFor(today, last chile.Date) (limit int, near bool) {
	if last.IsZero() || last.Compare(today) < 0 {
		return 0, false
	}
	for _, n := range slices.Sorted(slices.Values(a.settings.DaysLeft)) {
		if last.Compare(today.AddDays(n)) <= 0 {
			return n, true
		}
	}
	return 0, false
}
