package storagetest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// The optional abilities that issuing needs.

func (c *check) folios() storage.Folios {
	c.Helper()
	f, ok := c.store.(storage.Folios)
	if !ok {
		c.Skip("the store does not hand out folios")
	}
	return f
}

func (c *check) issued() storage.Issued {
	c.Helper()
	i, ok := c.store.(storage.Issued)
	if !ok {
		c.Skip("the store does not keep issued documents")
	}
	return i
}

func (c *check) outbox() storage.Outbox {
	c.Helper()
	o, ok := c.store.(storage.Outbox)
	if !ok {
		c.Skip("the store has no outbox")
	}
	return o
}

// today is the day on which most documents are issued.
var today = day(2026, time.October, 31)

func day(year int, month time.Month, d int) chile.Date {
	date, err := chile.NewDate(year, month, d)
	if err != nil {
		panic(err) //nolint:forbidigo // a constant of the tests
	}
	return date
}

// cafOf is a CAF of that range of invoices.
func cafOf(first, last chile.Folio) storage.CAF {
	return storage.CAF{
		Environment: chile.Certification, Issuer: owner, Type: chile.FacturaElectronica, First: first, Last: last,
		Authorized: day(2026, time.October, 1), LastDay: day(2027, time.April, 1), KeyID: 100,
		Digest: fmt.Sprintf("caf %d to %d", first, last), File: []byte(fmt.Sprintf("<RSASK>key %d to %d</RSASK>", first, last)),
	}
}

func (c *check) putsCAF(caf storage.CAF) *storage.CAF {
	c.Helper()
	stored, err := c.folios().PutCAF(c.ctx, caf)
	c.ok(err)
	return stored
}

func (c *check) refusesCAF(caf storage.CAF, want error) {
	c.Helper()
	c.unchanged(func() {
		_, err := c.folios().PutCAF(c.ctx, caf)
		c.fails("PutCAF", err, want)
	})
}

func (c *check) caf(id int64) *storage.CAF {
	c.Helper()
	stored, err := c.folios().CAF(c.ctx, id)
	c.ok(err)
	return stored
}

// order is a request for the folio of an invoice.
func order(key string) storage.FolioRequest {
	return storage.FolioRequest{
		Environment: chile.Certification, Issuer: owner, Type: chile.FacturaElectronica,
		Key: key, DraftHash: "draft of " + key, Day: today, Instant: noon, Draft: []byte("{" + key + "}"),
	}
}

func orders(n int) []storage.FolioRequest {
	all := make([]storage.FolioRequest, n)
	for i := range all {
		all[i] = order("order-" + strconv.Itoa(i+1))
	}
	return all
}

func (c *check) takenFor(r storage.FolioRequest) *storage.TakenFolio {
	c.Helper()
	taken, err := c.folios().TakeFolio(c.ctx, r)
	c.ok(err)
	return taken
}

// takesFolio checks which folio a request gets.
func (c *check) takesFolio(r storage.FolioRequest, want chile.Folio) {
	c.Helper()
	c.equal("folio of "+r.Key, c.takenFor(r).Document.Folio, want)
}

// refuses checks that a request gets no folio, alone and among others.
func (c *check) refuses(r storage.FolioRequest, want error) {
	c.Helper()
	c.unchanged(func() {
		_, err := c.folios().TakeFolio(c.ctx, r)
		c.fails("TakeFolio", err, want)
		_, err = c.folios().TakeFolios(c.ctx, []storage.FolioRequest{r, r})
		c.fails("TakeFolios", err, want)
	})
}

// signed is the document of a folio.
func signed(of *storage.TakenFolio) storage.NewIssued {
	return storage.NewIssued{
		Folio: of.ID, XML: []byte("<DTE>" + of.Key + " \xf1</DTE>"), Receiver: stranger, Date: today, Total: 1190,
	}
}

// issues takes a folio and signs its document.
func (c *check) issues(key string) *storage.TakenFolio {
	c.Helper()
	taken := c.takenFor(order(key))
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(taken)}))
	taken.State = storage.FolioSigned
	return taken
}

func envelopeOf(folios ...*storage.TakenFolio) storage.NewEnvelope {
	n := storage.NewEnvelope{Environment: chile.Certification, Issuer: owner, Kind: "DTE", XML: []byte("<EnvioDTE>")}
	for _, f := range folios {
		n.Folios = append(n.Folios, f.ID)
		n.XML = append(n.XML, f.Key...)
	}
	return n
}

func (c *check) wraps(folios ...*storage.TakenFolio) *storage.Envelope {
	c.Helper()
	e, err := c.outbox().PutEnvelope(c.ctx, envelopeOf(folios...))
	c.ok(err)
	return e
}

// moves moves an envelope through states, from the first one, which it has.
func (c *check) moves(id int64, states ...storage.EnvelopeState) *storage.Envelope {
	c.Helper()
	var moved *storage.Envelope
	for i := range states[1:] {
		m := storage.EnvelopeMove{ID: id, From: states[i], To: states[i+1]}
		if m.To == storage.EnvelopeSent {
			m.TrackID = "0123456789"
		}
		var err error
		moved, err = c.outbox().MoveEnvelope(c.ctx, m)
		c.ok(err)
	}
	return moved
}

func (c *check) refusesMove(m storage.EnvelopeMove, want error) {
	c.Helper()
	c.unchanged(func() {
		_, err := c.outbox().MoveEnvelope(c.ctx, m)
		c.fails(fmt.Sprintf("MoveEnvelope from %q to %q", m.From, m.To), err, want)
	})
}

// judged stores a verdict.
func (c *check) judged(folio int64, state storage.VerdictState) {
	c.Helper()
	c.ok(c.issued().PutVerdict(c.ctx, folio, storage.Verdict{State: state}))
}

// hasState checks the state of a folio.
func (c *check) hasState(of *storage.TakenFolio, want storage.FolioState) {
	c.Helper()
	stored, err := c.folios().FolioOf(c.ctx, of.Document)
	c.ok(err)
	c.equal("state", stored.State, want)
}

// emission is all data of a store about issuing.
type emission struct {
	CAFs      []storage.CAF
	Folios    []storage.TakenFolio
	Orphans   []storage.Orphan
	Documents []storage.IssuedDocument
	Waits     [][]storage.Wait
	Envelopes []storage.Envelope
}

func (c *check) emission() (all emission) {
	c.Helper()
	all.CAFs = collect(c, c.folios().CAFs(c.ctx, storage.CAFQuery{}))
	for _, issuer := range []chile.RUT{owner, stranger} {
		all.Folios = append(all.Folios, collect(c, c.folios().TakenFolios(c.ctx, storage.FolioQuery{Issuer: issuer}))...)
		all.Orphans = append(all.Orphans, collect(c, c.folios().Orphans(c.ctx, storage.OrphanQuery{Issuer: issuer}))...)
		if i, ok := c.store.(storage.Issued); ok {
			all.Documents = append(all.Documents, collect(c, i.IssuedDocuments(c.ctx, storage.IssuedQuery{Issuer: issuer, WithXML: true}))...)
		}
	}
	for _, d := range all.Documents {
		waits, err := c.issued().Waits(c.ctx, d.Folio)
		c.ok(err)
		all.Waits = append(all.Waits, waits)
	}
	if o, ok := c.store.(storage.Outbox); ok {
		all.Envelopes = collect(c, o.Envelopes(c.ctx, storage.EnvelopeQuery{}))
	}
	return all
}

// unchanged checks that a function changes no data about issuing.
func (c *check) unchanged(f func()) {
	c.Helper()
	before := c.emission()
	f()
	c.equal("store", c.emission(), before)
}
