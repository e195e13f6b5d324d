package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// EventAlertsUntil is the kind of the events that record the last import of a
// company whose alerts were all delivered.
const EventAlertsUntil = "alertas_hasta"

// Imported reports what a company's imports changed since the last time: claims,
// unknown suppliers, unusual amounts, registers that became smaller. The first
// import of a register causes no alert, since all of it is new. If an alert cannot
// be delivered, that import and later ones are checked again the next time.
func (a *Alerts) Imported(ctx context.Context, owner chile.RUT) error {
	start, err := a.until(ctx, owner)
	if err != nil {
		return fmt.Errorf("siisync: alerts of %s: %w", owner, err)
	}
	until := start
	var failures []error
	for i, err := range a.store.Imports(ctx, storage.ImportQuery{Owner: owner, AfterID: start}) {
		if err == nil && !a.old(i.TakenAt) {
			err = a.imported(ctx, &i)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("siisync: alerts of %s: %w", i.Key, err))
		}
		if ctx.Err() != nil {
			break
		}
		if len(failures) == 0 {
			until = i.ID
		}
	}
	if until > start {
		failures = append(failures, a.noteUntil(ctx, owner, until))
	}
	return errors.Join(failures...)
}

// Newest returns the id of the last import of a company, 0 if there is none. If it
// differs after Company returned, there is more to check.
func (a *Alerts) Newest(ctx context.Context, owner chile.RUT) (int64, error) {
	for i, err := range a.store.Imports(ctx, storage.ImportQuery{Owner: owner, Newest: true, Limit: 1}) {
		if err != nil {
			return 0, fmt.Errorf("siisync: alerts of %s: %w", owner, err)
		}
		return i.ID, nil
	}
	return 0, nil
}

// alertsUntil is the detail of EventAlertsUntil.
type alertsUntil struct {
	ImportID int64 `json:"importacion_id"`
}

func (a *Alerts) until(ctx context.Context, owner chile.RUT) (int64, error) {
	for event, err := range a.store.Events(ctx, storage.EventQuery{Owner: owner, Kind: EventAlertsUntil, Newest: true, Limit: 1}) {
		if err != nil {
			return 0, err
		}
		var until alertsUntil
		err := json.Unmarshal([]byte(event.Detail), &until)
		return until.ImportID, err
	}
	return 0, nil
}

func (a *Alerts) noteUntil(ctx context.Context, owner chile.RUT, importID int64) error {
	detail, err := json.Marshal(alertsUntil{importID})
	if err != nil {
		return err
	}
	_, err = a.store.AppendEvent(ctx, storage.Event{Kind: EventAlertsUntil, Owner: owner, Detail: string(detail)})
	return err
}

// inspection checks one import.
type inspection struct {
	alerts *Alerts
	of     *storage.Import
	counts map[AlertKind]int
	known  map[chile.RUT]bool // suppliers that were reported

	gone, moved int64
	goneTotal   chile.CLP // credit notes subtracted
}

// changesAtOnce is how many changes of an import are checked together: an import
// may have very many.
const changesAtOnce = 500

// imported reports the changes of one import.
func (a *Alerts) imported(ctx context.Context, i *storage.Import) error {
	in := &inspection{alerts: a, of: i, counts: make(map[AlertKind]int), known: make(map[chile.RUT]bool)}
	var failures []error
	if c := i.Counts; c.Added+c.Changed+c.Gone+c.Returned > 0 {
		batch := make([]storage.StoredChange, 0, changesAtOnce)
		for change, err := range a.store.Changes(ctx, storage.ChangeQuery{ImportID: i.ID}) {
			if err != nil {
				return err
			}
			if batch = append(batch, change); len(batch) == changesAtOnce {
				failures = append(failures, in.tell(ctx, batch))
				batch = batch[:0]
			}
		}
		failures = append(failures, in.tell(ctx, batch))
	}
	last, err := in.smaller(ctx)
	return errors.Join(append(failures, err, a.deliver(ctx, i.Key.Owner, append(in.more(), last...)))...)
}

// tell reports some changes.
func (in *inspection) tell(ctx context.Context, changes []storage.StoredChange) error {
	history, err := in.history(ctx, changes)
	if err != nil {
		return err
	}
	var alerts []Alert
	for i := range changes {
		c := &changes[i]
		switch {
		case c.Kind == storage.Gone:
			in.gone++
			if c.Before.Type.Credit() {
				in.goneTotal = addTotal(in.goneTotal, -c.Before.Total)
			} else {
				in.goneTotal = addTotal(in.goneTotal, c.Before.Total)
			}
		case c.InRegister() == nil:
			in.moved++
		}
		for _, found := range [][]Alert{claimed(c), in.supplier(c, history)} {
			for _, alert := range found {
				if in.counts[alert.Kind]++; in.counts[alert.Kind] <= in.alerts.settings.MaxEach {
					alerts = append(alerts, alert)
				}
			}
		}
	}
	return in.alerts.deliver(ctx, in.of.Key.Owner, alerts)
}

// more reports the changes beyond MaxEach.
func (in *inspection) more() []Alert {
	var alerts []Alert
	for _, kind := range []AlertKind{AlertClaimed, AlertSupplier, AlertAmount} {
		if more := in.counts[kind] - in.alerts.settings.MaxEach; more > 0 {
			alerts = append(alerts, Alert{
				Key: fmt.Sprintf("%s|%s|%d|más", kind, in.of.Key, in.of.ID), Kind: kind, Owner: in.of.Key.Owner, Register: in.of.Key,
				Text: fmt.Sprintf("y %d alertas más de la misma clase (%s) en el registro %s", more, kind, in.of.Key),
			})
		}
	}
	return alerts
}

// claimed reports a document that its receiver claimed.
func claimed(c *storage.StoredChange) []Alert {
	isClaimed := func(d *rcv.Document) bool { return d != nil && (d.State == rcv.Reclamado || !d.Claimed.IsZero()) }
	if !isClaimed(c.After) || isClaimed(c.Before) {
		return nil
	}
	id := c.After.ID(c.Key)
	return []Alert{{
		Key: fmt.Sprintf("%s|%s|%s|%s", AlertClaimed, c.Key.Owner, c.Key.Book, documentKey(c)), Kind: AlertClaimed, Owner: c.Key.Owner,
		Register: c.Key, Document: id, Amount: c.After.Total,
		Text: describe(c.Key.Book, c.After) + " fue reclamada",
	}}
}

// documentKey names a document. For sales it includes the customer, because two
// documents with one folio may differ only in it.
func documentKey(c *storage.StoredChange) string {
	d := c.Document()
	return fmt.Sprintf("%s/%d/%d", d.Counterparty, int(d.Type), int64(d.Folio))
}

// history returns what was known, before the import, about the suppliers of new
// purchases.
func (in *inspection) history(ctx context.Context, changes []storage.StoredChange) (map[chile.RUT]storage.CounterpartyTotal, error) {
	key := in.of.Key
	if key.Book != rcv.Purchases {
		return nil, nil //nolint:nilnil // there are no suppliers
	}
	history := make(map[chile.RUT]storage.CounterpartyTotal)
	var suppliers []chile.RUT
	for i := range changes {
		if c := &changes[i]; c.Kind == storage.Added && !c.After.Counterparty.IsZero() {
			suppliers = append(suppliers, c.After.Counterparty)
		}
	}
	if len(suppliers) == 0 {
		return history, nil
	}
	slices.SortFunc(suppliers, chile.RUT.Compare)
	query := storage.CounterpartyQuery{Owner: key.Owner, Book: key.Book, Counterparties: slices.Compact(suppliers), BeforeImport: in.of.ID}
	for total, err := range in.alerts.store.Counterparties(ctx, query) {
		if err != nil {
			return nil, err
		}
		history[total.Counterparty] = total
	}
	return history, nil
}

// supplier reports a new purchase from an unknown supplier, or one far larger
// than all before.
func (in *inspection) supplier(c *storage.StoredChange, history map[chile.RUT]storage.CounterpartyTotal) []Alert {
	if history == nil || c.Kind != storage.Added || c.After.Counterparty.IsZero() {
		return nil
	}
	d, owner := c.After, c.Key.Owner
	of := history[d.Counterparty]
	alert := Alert{Owner: owner, Register: c.Key, Document: d.ID(c.Key), Amount: d.Total}
	switch {
	case of.Documents == 0 && !in.known[d.Counterparty]:
		in.known[d.Counterparty] = true
		alert.Kind, alert.Key = AlertSupplier, fmt.Sprintf("%s|%s|%s", AlertSupplier, owner, d.Counterparty)
		alert.Text = fmt.Sprintf("primer documento de un proveedor (%s): %s", d.Counterparty.Format(), describe(c.Key.Book, d))
	case of.Documents >= in.alerts.settings.MinHistory && d.Total > 0 && d.Total/chile.CLP(in.alerts.settings.Factor) >= max(of.Largest, 1) &&
		d.Total > of.Largest:
		alert.Kind, alert.Key = AlertAmount, fmt.Sprintf("%s|%s|%s", AlertAmount, owner, documentKey(c))
		alert.Text = fmt.Sprintf("%s: el mayor monto anterior de este proveedor es $%s", describe(c.Key.Book, d), of.Largest.Format())
	default:
		return nil
	}
	return []Alert{alert}
}

// smaller reports documents that are gone, and a summary that became smaller. The
// summary also covers documents without rows, such as boletas.
func (in *inspection) smaller(ctx context.Context) ([]Alert, error) {
	key := in.of.Key
	text := ""
	if in.gone > 0 {
		text += fmt.Sprintf("; %s por $%s ya no %s", plural(in.gone, "documento", "documentos"), in.goneTotal.Format(), verb(in.gone, "está", "están"))
	}
	if in.moved > 0 {
		text += fmt.Sprintf("; %s %s a otro mes", plural(in.moved, "documento", "documentos"), verb(in.moved, "pasó", "pasaron"))
	}
	before, err := in.sizeBefore(ctx)
	if now := in.of.Size; now != nil && before != nil && (now.Documents < before.Documents || now.Total < before.Total) {
		text += fmt.Sprintf("; su resumen tenía %s por $%s y tiene %d por $%s, sin restar las notas de crédito",
			plural(before.Documents, "documento", "documentos"), before.Total.Format(), now.Documents, now.Total.Format())
	}
	if err != nil || text == "" {
		return nil, err
	}
	return []Alert{{
		Key: fmt.Sprintf("%s|%s|%d", AlertSmaller, key, in.of.ID), Kind: AlertSmaller, Owner: key.Owner, Register: key, Amount: in.goneTotal,
		Text: "el registro " + key.String() + " disminuyó" + text,
	}}, nil
}

// sizeBefore returns the register's size at the previous import; nil if there
// was none.
func (in *inspection) sizeBefore(ctx context.Context) (*storage.Size, error) {
	if in.of.Size == nil {
		return nil, nil //nolint:nilnil // there is nothing to compare
	}
	key := in.of.Key
	query := storage.ImportQuery{Owner: key.Owner, Book: key.Book, Period: key.Period, BeforeID: in.of.ID, Newest: true, Limit: 1}
	for i, err := range in.alerts.store.Imports(ctx, query) {
		return i.Size, err
	}
	return nil, nil //nolint:nilnil // it is the first
}

func verb(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
