package storagetest

import (
	"errors"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func orphans() []sentence {
	return []sentence{
		{text: "an orphan is stored once, and keeps its state", test: orphanOnce},
		{text: "a document whose folio was taken for a key is no orphan, one whose folio was skipped is", test: orphanKnown},
		{text: "orphans are listed by type, receiver, date and state, page by page", test: orphansListed},
		{text: "an adopted orphan is the document of a key, and takes no folio", test: orphanAdopted},
		{text: "an orphan is adopted by one key, and a key adopts one orphan", test: orphanAdoptedOnce},
		{text: "of many that adopt an orphan at once one does", test: orphanAtOnce},
		{text: "an orphan whose folio could still be handed out is not adopted", test: orphanFree},
		{text: "an orphan of no CAF that is stored is adopted too", test: orphanOfNoCAF},
		{text: "a CAF that could still hand out the folio of an orphan is held, until that one is skipped", test: orphanHolds},
		{text: "a new CAF with a folio that is known is held", test: orphanBeforeCAF},
		{text: "a dismissed orphan has a reason, and one that was adopted is not dismissed", test: orphanDismissed},
		{text: "an orphan that lacks what it needs is ErrInvalid", test: orphanInvalid},
	}
}

// orphanOf is an invoice that was seen at the SII.
func orphanOf(folio chile.Folio) storage.Orphan {
	return storage.Orphan{
		Document: chile.DocumentID{Issuer: owner, Type: 33, Folio: folio}, Receiver: stranger, Date: today, Total: 1190, Source: "RCV 2026-10",
	}
}

func (c *check) putsOrphans(added int, all ...storage.Orphan) {
	c.Helper()
	n, err := c.folios().PutOrphans(c.ctx, all)
	c.ok(err)
	c.equal("added", n, added)
}

func (c *check) orphans(q storage.OrphanQuery) []storage.Orphan {
	c.Helper()
	q.Issuer = owner
	return collect(c, c.folios().Orphans(c.ctx, q))
}

func orphanOnce(c *check) {
	o := orphanOf(7)
	o.ID, o.State, o.Key, o.Reason = 99, storage.OrphanAdopted, "key", "reason" // the store sets these
	c.putsOrphans(1, o, orphanOf(7))
	stored := c.orphans(storage.OrphanQuery{})
	want := orphanOf(7)
	want.ID, want.State, want.CreatedAt, want.UpdatedAt = stored[0].ID, storage.OrphanOpen, stored[0].CreatedAt, stored[0].CreatedAt
	c.equal("stored", stored, []storage.Orphan{want})
	c.ok(c.folios().DismissOrphan(c.ctx, want.Document, "another program's"))
	c.putsOrphans(1, orphanOf(7), orphanOf(8))
	c.equal("state", c.orphans(storage.OrphanQuery{})[0].State, storage.OrphanDismissed)
	c.putsOrphans(0)
	n, err := c.folios().PutOrphans(c.ctx, []storage.Orphan{{Document: chile.DocumentID{Issuer: owner, Type: 61, Folio: 1}, Source: "SII"}})
	c.ok(err)
	c.equal("of which little is known", n, 1)
}

func orphanKnown(c *check) {
	caf := c.putsCAF(cafOf(1, 9)).ID
	c.takenFor(order("order-1"))
	_, err := c.folios().SkipFolios(c.ctx, caf, 3, "old")
	c.ok(err)
	c.putsOrphans(2, orphanOf(1), orphanOf(2), orphanOf(5))
}

func orphansListed(c *check) {
	note, other, earlier := orphanOf(1), orphanOf(2), orphanOf(3)
	note.Document.Type, other.Receiver, earlier.Date = chile.NotaCreditoElectronica, owner, today.AddDays(-1)
	theirs := orphanOf(4)
	theirs.Document.Issuer = stranger
	c.putsOrphans(5, note, other, earlier, theirs, orphanOf(5))
	c.ok(c.folios().DismissOrphan(c.ctx, other.Document, "another program's"))
	list := func(q storage.OrphanQuery) (folios []chile.Folio) {
		c.Helper()
		for _, o := range c.orphans(q) {
			folios = append(folios, o.Document.Folio)
		}
		return folios
	}
	first := c.orphans(storage.OrphanQuery{})[0].ID
	c.equal("all", list(storage.OrphanQuery{}), []chile.Folio{1, 2, 3, 5})
	c.equal("type", list(storage.OrphanQuery{Type: 33}), []chile.Folio{2, 3, 5})
	c.equal("receiver", list(storage.OrphanQuery{Receiver: stranger}), []chile.Folio{1, 3, 5})
	c.equal("date", list(storage.OrphanQuery{Date: today}), []chile.Folio{1, 2, 5})
	c.equal("state", list(storage.OrphanQuery{State: storage.OrphanOpen}), []chile.Folio{1, 3, 5})
	c.equal("page", list(storage.OrphanQuery{AfterID: first, Limit: 2}), []chile.Folio{2, 3})
	for _, err := range c.folios().Orphans(c.ctx, storage.OrphanQuery{}) {
		c.fails("Orphans", err, storage.ErrInvalid)
	}
}

func orphanAdopted(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 9)).ID
	_, err := s.SkipFolios(c.ctx, caf, 3, "old")
	c.ok(err)
	c.putsOrphans(1, orphanOf(2))
	document := orphanOf(2).Document
	adopted, err := s.AdoptOrphan(c.ctx, document, order("order-1"))
	c.ok(err)
	c.equal("adopted", *adopted, storage.TakenFolio{
		ID: adopted.ID, Document: document, CAF: caf, Key: "order-1", DraftHash: "draft of order-1", Day: today, Instant: noon,
		Draft: []byte("{order-1}"), State: storage.FolioAccepted, CreatedAt: adopted.CreatedAt, UpdatedAt: adopted.UpdatedAt,
	})
	for range 2 {
		again, err := s.AdoptOrphan(c.ctx, document, order("order-1"))
		c.ok(err)
		c.equal("again", *again, *adopted)
	}
	c.equal("taken", *c.takenFor(order("order-1")), *adopted)
	c.takesFolio(order("order-2"), 4)
	o := c.orphans(storage.OrphanQuery{})[0]
	c.equal("state", o.State, storage.OrphanAdopted)
	c.equal("key", o.Key, "order-1")
	c.fails("PutIssued", c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(adopted)}), storage.ErrFolioState)
	c.fails("VoidFolio", s.VoidFolio(c.ctx, adopted.ID, "wrong"), storage.ErrHandedOut)
	c.equal("skipped", len(collect(c, s.TakenFolios(c.ctx, storage.FolioQuery{Issuer: owner, State: storage.FolioSkipped}))), 2)
}

func (c *check) refusesAdoption(folio chile.Folio, r storage.FolioRequest, want error) {
	c.Helper()
	c.unchanged(func() {
		_, err := c.folios().AdoptOrphan(c.ctx, orphanOf(folio).Document, r)
		c.fails("AdoptOrphan", err, want)
	})
}

func orphanAdoptedOnce(c *check) {
	caf := c.putsCAF(cafOf(1, 9)).ID
	_, err := c.folios().SkipFolios(c.ctx, caf, 5, "old")
	c.ok(err)
	c.putsOrphans(2, orphanOf(2), orphanOf(3))
	c.takesFolio(order("order-6"), 6)
	_, err = c.folios().AdoptOrphan(c.ctx, orphanOf(2).Document, order("order-1"))
	c.ok(err)
	otherDraft := order("order-1")
	otherDraft.DraftHash = "another draft"
	c.refusesAdoption(2, otherDraft, storage.ErrKeyReused)
	c.refusesAdoption(3, order("order-1"), storage.ErrKeyReused)
	c.refusesAdoption(3, order("order-6"), storage.ErrKeyReused)
	c.refusesAdoption(2, order("order-2"), storage.ErrKeyReused)
	_, err = c.folios().AdoptOrphan(c.ctx, orphanOf(2).Document, order("order-2"))
	var reused *storage.KeyReusedError
	if !errors.As(err, &reused) || reused.Key != "order-1" {
		c.Errorf("not told which key has it: %v", err)
	}
	_, err = c.folios().AdoptOrphan(c.ctx, orphanOf(9).Document, order("order-9"))
	c.absent("AdoptOrphan", err)
	elsewhere := order("order-2")
	elsewhere.Environment = chile.Production
	c.refusesAdoption(3, elsewhere, storage.ErrEnvironment)
	note := order("order-2")
	note.Type = chile.NotaCreditoElectronica
	c.refusesAdoption(3, note, storage.ErrInvalid)
	c.ok(c.folios().DismissOrphan(c.ctx, orphanOf(3).Document, "another program's"))
	_, err = c.folios().AdoptOrphan(c.ctx, orphanOf(3).Document, order("order-2")) // after all
	c.ok(err)
}

func orphanAtOnce(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 9)).ID
	_, err := s.SkipFolios(c.ctx, caf, 5, "old")
	c.ok(err)
	c.putsOrphans(1, orphanOf(2))
	refusals := make([]error, 6)
	parallel(len(refusals), func(i int) {
		_, refusals[i] = s.AdoptOrphan(c.ctx, orphanOf(2).Document, orders(6)[i])
	})
	adopted := 0
	for _, err := range refusals {
		if err == nil {
			adopted++
		} else {
			c.fails("AdoptOrphan", err, storage.ErrKeyReused)
		}
	}
	c.equal("adopted", adopted, 1)
}

func orphanFree(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.putsOrphans(1, orphanOf(2))
	c.refusesAdoption(2, order("order-1"), storage.ErrFolioState)
}

func orphanHolds(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 9)).ID
	c.takesFolio(order("order-1"), 1)
	other := c.putsCAF(cafOf(11, 19)).ID
	c.putsOrphans(2, orphanOf(3), orphanOf(5))
	c.refuses(order("order-2"), storage.ErrFoliosHeld)
	if held := c.caf(caf).Held; held == "" || c.caf(other).Held != "" {
		c.Errorf("held: %q and %q", held, c.caf(other).Held)
	}
	c.unchanged(func() {
		_, err := s.SkipFolios(c.ctx, caf, 4, "old")
		c.fails("SkipFolios", err, storage.ErrFolioState)
		var state *storage.FolioStateError
		if !errors.As(err, &state) || state.Document.Folio != 5 {
			c.Errorf("not told which orphan: %v", err)
		}
	})
	_, err := s.SkipFolios(c.ctx, caf, 5, "old")
	c.ok(err)
	c.takesFolio(order("order-2"), 6)
	c.putsOrphans(1, orphanOf(4)) // was passed
	c.takesFolio(order("order-3"), 7)
}

func orphanBeforeCAF(c *check) {
	s := c.folios()
	c.putsOrphans(2, orphanOf(3), orphanOf(15))
	c.putsCAF(cafOf(21, 29)) // so that the store has an environment
	_, err := s.AdoptOrphan(c.ctx, orphanOf(3).Document, order("order-1"))
	c.ok(err)
	known := cafOf(1, 9)
	known.Authorized = day(2026, time.September, 1)
	caf := c.putsCAF(known)
	c.equal("next", caf.Next, chile.Folio(1))
	c.refuses(order("order-2"), storage.ErrFoliosHeld)
	skipped, err := s.SkipFolios(c.ctx, caf.ID, 4, "old")
	c.ok(err)
	c.equal("skipped", skipped, int64(3)) // all but the adopted one
	c.takesFolio(order("order-2"), 5)
	c.takesFolio(order("order-1"), 3)
	above := cafOf(11, 19)
	above.FirstFree = 16
	c.equal("held", c.putsCAF(above).Held, "")
}

func orphanOfNoCAF(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.putsOrphans(1, orphanOf(20))
	adopted, err := c.folios().AdoptOrphan(c.ctx, orphanOf(20).Document, order("order-1"))
	c.ok(err)
	c.equal("folio", adopted.Document.Folio, chile.Folio(20))
	c.equal("CAF", adopted.CAF, int64(0))
}

func orphanDismissed(c *check) {
	s := c.folios()
	c.putsOrphans(2, orphanOf(20), orphanOf(21))
	document := orphanOf(20).Document
	c.fails("without reason", s.DismissOrphan(c.ctx, document, ""), storage.ErrInvalid)
	c.ok(s.DismissOrphan(c.ctx, document, "another program's"))
	o := c.orphans(storage.OrphanQuery{State: storage.OrphanDismissed})
	c.equal("dismissed", len(o), 1)
	c.equal("reason", o[0].Reason, "another program's")
	c.putsCAF(cafOf(1, 9))
	_, err := s.AdoptOrphan(c.ctx, orphanOf(21).Document, order("order-1"))
	c.ok(err)
	c.fails("adopted", s.DismissOrphan(c.ctx, orphanOf(21).Document, "wrong"), storage.ErrKeyReused)
	c.absent("DismissOrphan", s.DismissOrphan(c.ctx, orphanOf(22).Document, "wrong"))
}

func orphanInvalid(c *check) {
	c.folios()
	for what, spoil := range map[string]func(*storage.Orphan){
		"issuer":     func(o *storage.Orphan) { o.Document.Issuer = chile.RUT{} },
		"type":       func(o *storage.Orphan) { o.Document.Type = 0 },
		"folio":      func(o *storage.Orphan) { o.Document.Folio = 0 },
		"source":     func(o *storage.Orphan) { o.Source = "" },
		"bad source": func(o *storage.Orphan) { o.Source = "\xf1" },
	} {
		o := orphanOf(8)
		spoil(&o)
		c.unchanged(func() {
			_, err := c.folios().PutOrphans(c.ctx, []storage.Orphan{orphanOf(7), o})
			c.fails(what, err, storage.ErrInvalid)
		})
	}
}
