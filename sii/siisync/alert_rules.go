package siisync

import (
	"context"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// daysToClaim are the days that a receiver has to claim a document, counted from
// the day after the SII received it, all days alike (Ley 19.983, art. 3; portal
// of the RCV). Then the document counts as accepted.
const daysToClaim = 8

// LastDayToClaim returns the last day on which a purchase may be claimed, the
// zero Date if the SII gave no time of reception.
func LastDayToClaim(d *rcv.Document) chile.Date {
	if d.Received.IsZero() {
		return chile.Date{}
	}
	return chile.DateOf(d.Received).AddDays(daysToClaim)
}

// Pending tells of purchases of a company that are pending and near the last day
// to claim them. Call it daily.
func (a *Alerts) Pending(ctx context.Context, owner chile.RUT) error {
	today := chile.DateOf(a.settings.Now())
	var alerts []Alert
	query := storage.DocumentQuery{Owner: owner, Book: rcv.Purchases, States: []rcv.State{rcv.Pendiente}}
	for doc, err := range a.store.Documents(ctx, query) {
		if err != nil {
			return err
		}
		last := LastDayToClaim(&doc.Document)
		if last.IsZero() || last.Compare(today) < 0 {
			continue
		}
		limit, ok := a.limitFor(today, last)
		if !ok {
			continue
		}
		id := doc.ID(doc.Key)
		left := daysBetween(today, last)
		alerts = append(alerts, Alert{
			Key: fmt.Sprintf("%s|%s|%s|%d", AlertPending, owner, id, limit), Kind: AlertPending, Register: doc.Key, Document: id,
			Deadline: last, Amount: doc.Total,
			Text: fmt.Sprintf("%s folio %d de %s por $%s está pendiente: quedan %d días para reclamar (hasta %s); después se entiende aceptada",
				doc.Type, int64(doc.Folio), doc.Name, doc.Total.Format(), left, last),
		})
	}
	return a.deliver(ctx, owner, alerts)
}

// limitFor returns the smallest limit of days within which the last day is.
func (a *Alerts) limitFor(today, last chile.Date) (limit int, ok bool) {
	limits := slices.Sorted(slices.Values(a.settings.DaysLeft))
	for _, n := range limits {
		if last.Compare(today.AddDays(n)) <= 0 {
			return n, true
		}
	}
	return 0, false
}

// daysBetween returns the days from one date to a later one.
func daysBetween(from, to chile.Date) (n int) {
	for from.Compare(to) < 0 {
		from = from.AddDays(1)
		n++
	}
	return n
}

// Imported tells of what an import changed: claims, unknown suppliers, unusual
// amounts, documents that are gone. Of the first import of a register nothing is
// told: all of it is new.
func (a *Alerts) Imported(ctx context.Context, result *storage.ImportResult) error {
	if len(result.Changes) == 0 {
		return nil
	}
	history, err := a.history(ctx, result)
	if err != nil {
		return err
	}
	var alerts []Alert
	for i := range result.Changes {
		c := &result.Changes[i]
		alerts = append(alerts, a.claimed(result.Key, c)...)
		alerts = append(alerts, a.supplier(result.Key, c, history)...)
	}
	alerts = append(alerts, smaller(result)...)
	return a.deliver(ctx, result.Key.Owner, alerts)
}

// claimed tells of a document that its receiver claimed.
func (a *Alerts) claimed(key rcv.Key, c *storage.Change) []Alert {
	isClaimed := func(d *rcv.Document) bool { return d != nil && (d.State == rcv.Reclamado || !d.Claimed.IsZero()) }
	if !isClaimed(c.After) || isClaimed(c.Before) {
		return nil
	}
	id := c.After.ID(key)
	return []Alert{{
		Key: fmt.Sprintf("%s|%s|%s", AlertClaimed, key.Owner, id), Kind: AlertClaimed, Register: key, Document: id, Amount: c.After.Total,
		Text: fmt.Sprintf("%s folio %d de %s por $%s fue reclamada", c.After.Type, int64(c.After.Folio), c.After.Name, c.After.Total.Format()),
	}}
}

// past is what was known of a supplier before an import.
type past struct {
	documents int
	largest   chile.CLP
}

// history reads what the store has of the suppliers of new purchases, the new
// ones not counted.
func (a *Alerts) history(ctx context.Context, result *storage.ImportResult) (map[chile.RUT]*past, error) {
	key := result.Key
	if key.Book != rcv.Purchases {
		return nil, nil //nolint:nilnil // there are no suppliers
	}
	suppliers := make(map[chile.RUT]*past)
	added := make(map[chile.DocumentID]bool)
	for i := range result.Changes {
		if c := &result.Changes[i]; c.Kind == storage.Added {
			suppliers[c.After.Counterparty], added[c.After.ID(key)] = &past{}, true
		}
	}
	if len(suppliers) == 0 {
		return suppliers, nil
	}
	for doc, err := range a.store.Documents(ctx, storage.DocumentQuery{Owner: key.Owner, Book: rcv.Purchases, IncludeGone: true}) {
		if err != nil {
			return nil, err
		}
		if p := suppliers[doc.Counterparty]; p != nil && (doc.Key != key || !added[doc.ID(doc.Key)]) {
			p.documents++
			p.largest = max(p.largest, doc.Total)
		}
	}
	return suppliers, nil
}

// supplier tells of a new purchase from somebody unknown, or far larger than all
// before.
func (a *Alerts) supplier(key rcv.Key, c *storage.Change, history map[chile.RUT]*past) []Alert {
	if c.Kind != storage.Added || history == nil {
		return nil
	}
	d := c.After
	of := history[d.Counterparty]
	alert := Alert{Register: key, Document: d.ID(key), Amount: d.Total}
	switch {
	case of.documents == 0:
		alert.Kind, alert.Key = AlertSupplier, fmt.Sprintf("%s|%s|%s", AlertSupplier, key.Owner, d.Counterparty)
		alert.Text = fmt.Sprintf("primer documento de %s (%s): %s folio %d por $%s", d.Name, d.Counterparty.Format(), d.Type, int64(d.Folio), d.Total.Format())
	case of.documents >= a.settings.MinHistory && d.Total/chile.CLP(a.settings.Factor) > of.largest:
		alert.Kind, alert.Key = AlertAmount, fmt.Sprintf("%s|%s|%s", AlertAmount, key.Owner, alert.Document)
		alert.Text = fmt.Sprintf("%s folio %d de %s por $%s: el mayor monto anterior de este proveedor es $%s",
			d.Type, int64(d.Folio), d.Name, d.Total.Format(), of.largest.Format())
	default:
		return nil
	}
	return []Alert{alert}
}

// smaller tells of documents that are gone from a register, those that moved to
// another month aside.
func smaller(result *storage.ImportResult) []Alert {
	var total chile.CLP
	gone := 0
	for i := range result.Changes {
		c := &result.Changes[i]
		if c.Kind != storage.Gone {
			continue
		}
		gone++
		if sum, err := total.Add(c.Before.Total); err == nil {
			total = sum // a sum that is for information
		}
	}
	if gone == 0 {
		return nil
	}
	return []Alert{{
		Key: fmt.Sprintf("%s|%s|%d", AlertSmaller, result.Key, result.ID), Kind: AlertSmaller, Register: result.Key, Amount: total,
		Text: fmt.Sprintf("%d documentos por $%s ya no están en el registro %s", gone, total.Format(), result.Key),
	}}
}
