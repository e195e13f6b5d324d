package storagetest

import (
	"errors"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func cafs() []sentence {
	return []sentence{
		{text: "a CAF is stored, and comes back without its file", test: cafStored},
		{text: "the same file again is no error, and changes nothing", test: cafAgain},
		{text: "the same file at once is stored once", test: cafAtOnce},
		{text: "a greater FirstFree of the same file is taken over, a smaller one is not", test: cafFirstFree},
		{text: "a CAF of which another program used a part begins with the first free folio", test: cafUsed},
		{text: "a CAF with folios of another one of its issuer and type is ErrCAFOverlap, which names it", test: cafOverlap},
		{text: "the same file with another issuer, type or range is ErrForeignCAF", test: cafForeign},
		{text: "a CAF of another environment is ErrEnvironment, and the first CAF says of which the store is", test: cafEnvironment},
		{text: "a CAF that lacks what it needs is ErrInvalid", test: cafInvalid},
		{text: "CAFs are listed by issuer and type, page by page", test: cafsListed},
		{text: "from a CAF that is held no folio is taken, and none of another", test: cafHeld},
		{text: "skipped folios are kept as such with the reason, and end the hold", test: cafSkipped},
		{text: "folios are skipped within a range, 100,000 at once", test: cafSkipsInvalid},
		{text: "folios that are skipped while others are taken are not handed out", test: cafSkippedAtOnce},
		{text: "a bound is raised if it still is what it was", test: boundRaised},
		{text: "of many that raise a bound at once one does", test: boundAtOnce},
		{text: "no folio above what is open is taken from a CAF with a bound, nor any for a request that is Bounded from one without", test: boundKept},
		{text: "folios are opened up to the bound, and stay open", test: boundOpened},
		{text: "the bound of a batch is told whole", test: boundOfBatch},
		{text: "skipped folios raise the bound of a CAF that has one, and are open", test: boundSkipped},
		{text: "a CAF that was never stored is absent", test: cafAbsent},
	}
}

func cafStored(c *check) {
	caf := cafOf(1, 50)
	stored := c.putsCAF(caf)
	want := caf
	want.ID, want.FirstFree, want.Next, want.File = stored.ID, 1, 1, nil
	want.CreatedAt, want.UpdatedAt = stored.CreatedAt, stored.CreatedAt
	c.equal("stored", *stored, want)
	c.equal("read", *c.caf(stored.ID), want)
	if stored.ID == 0 || stored.CreatedAt.IsZero() {
		c.Errorf("id %d, created at %v", stored.ID, stored.CreatedAt)
	}
	c.equal("listed", collect(c, c.folios().CAFs(c.ctx, storage.CAFQuery{})), []storage.CAF{want})
	file, err := c.folios().CAFFile(c.ctx, stored.ID)
	c.ok(err)
	c.equal("file", string(file), string(caf.File))
	endless := cafOf(51, 51)
	endless.LastDay = chile.Date{}
	c.equal("last day", c.caf(c.putsCAF(endless).ID).LastDay, chile.Date{})
	// The store sets these fields itself.
	given := cafOf(61, 70)
	given.ID, given.Next, given.Bound, given.Open, given.Held = 1, 65, 60, 70, "held"
	stored = c.putsCAF(given)
	c.equal("set", []any{stored.Next, stored.Bound, stored.Open, stored.Held}, []any{chile.Folio(61), chile.Folio(0), chile.Folio(0), ""})
}

func cafAgain(c *check) {
	first := c.putsCAF(cafOf(1, 50))
	c.takesFolio(order("order-1"), 1)
	other := cafOf(1, 50)
	other.LastDay, other.KeyID, other.Authorized = chile.Date{}, 300, today
	for _, again := range []storage.CAF{cafOf(1, 50), other} {
		stored := c.putsCAF(again)
		want := *first
		want.Next, want.UpdatedAt = 2, stored.UpdatedAt
		c.equal("stored", *stored, want)
	}
	c.equal("CAFs", len(collect(c, c.folios().CAFs(c.ctx, storage.CAFQuery{}))), 1)
	c.takesFolio(order("order-2"), 2)
}

func cafAtOnce(c *check) {
	s := c.folios()
	// The environment is set first, so that no caller waits for it.
	c.importSnapshot(storage.Snapshot{Key: purchases, Environment: chile.Certification, Rows: rows(invoices(1, 1000)...)})
	parallel(6, func(int) {
		if _, err := s.PutCAF(c.ctx, cafOf(1, 50)); err != nil {
			c.Error(err)
		}
	})
	c.equal("CAFs", len(collect(c, s.CAFs(c.ctx, storage.CAFQuery{}))), 1)
	stored := make([]error, 6)
	parallel(len(stored), func(i int) {
		_, stored[i] = s.PutCAF(c.ctx, cafOf(chile.Folio(51+i), 60))
	})
	ok := 0
	for _, err := range stored {
		if err == nil {
			ok++
		} else {
			c.fails("PutCAF", err, storage.ErrCAFOverlap)
		}
	}
	c.equal("stored of those that overlap", ok, 1)
}

func cafFirstFree(c *check) {
	c.putsCAF(cafOf(1, 50))
	for _, step := range []struct {
		firstFree, next, want chile.Folio
		key                   string
	}{{10, 10, 10, "order-1"}, {5, 11, 11, "order-2"}, {0, 12, 12, "order-3"}, {11, 13, 13, "order-4"}} {
		again := cafOf(1, 50)
		again.FirstFree = step.firstFree
		stored := c.putsCAF(again)
		c.equal("next", stored.Next, step.next)
		c.takesFolio(order(step.key), step.want)
	}
	full := cafOf(1, 50)
	full.FirstFree = 51
	c.equal("left", c.caf(c.putsCAF(full).ID).Left(), int64(0))
	c.refuses(order("order-5"), storage.ErrNoFolios)
}

func cafUsed(c *check) {
	caf := cafOf(1, 50)
	caf.FirstFree = 41
	stored := c.putsCAF(caf)
	c.equal("left", stored.Left(), int64(10))
	c.takesFolio(order("order-1"), 41)
	used := cafOf(51, 60)
	used.FirstFree = 61
	c.equal("left", c.putsCAF(used).Left(), int64(0))
}

func cafOverlap(c *check) {
	first := c.putsCAF(cafOf(11, 20))
	for _, span := range [][2]chile.Folio{{20, 30}, {1, 11}, {12, 13}, {1, 100}, {11, 20}} {
		caf := cafOf(span[0], span[1])
		caf.Digest = "another file"
		c.refusesCAF(caf, storage.ErrCAFOverlap)
		_, err := c.folios().PutCAF(c.ctx, caf)
		var refused *storage.CAFError
		if !errors.As(err, &refused) {
			c.Fatalf("no *CAFError: %v", err)
		}
		c.equal("stored", refused.Stored, *first)
	}
	c.putsCAF(cafOf(1, 10))
	c.putsCAF(cafOf(21, 30))
	notes, theirs := cafOf(11, 20), cafOf(11, 20)
	notes.Type, notes.Digest = chile.NotaCreditoElectronica, "notes"
	theirs.Issuer, theirs.Digest = stranger, "theirs"
	c.putsCAF(notes)
	c.putsCAF(theirs)
}

func cafForeign(c *check) {
	c.putsCAF(cafOf(11, 20))
	for _, spoil := range []func(*storage.CAF){
		func(caf *storage.CAF) { caf.Issuer = stranger },
		func(caf *storage.CAF) { caf.Type = chile.NotaCreditoElectronica },
		func(caf *storage.CAF) { caf.First, caf.Last = 21, 30 },
		func(caf *storage.CAF) { caf.Last = 19 },
	} {
		caf := cafOf(11, 20)
		spoil(&caf)
		c.refusesCAF(caf, storage.ErrForeignCAF)
	}
}

func cafEnvironment(c *check) {
	c.folios()
	_, err := c.store.Environment(c.ctx)
	c.absent("Environment", err)
	c.putsCAF(cafOf(1, 10))
	of, err := c.store.Environment(c.ctx)
	c.ok(err)
	c.equal("environment", of, chile.Certification)
	for _, other := range []chile.Environment{chile.Production, ""} {
		caf, same := cafOf(11, 20), cafOf(1, 10)
		caf.Environment, same.Environment = other, other
		c.refusesCAF(caf, storage.ErrEnvironment)
		c.refusesCAF(same, storage.ErrEnvironment)
	}
	_, err = c.store.PutSubmission(c.ctx, storage.Submission{Issuer: owner, TrackID: "1", Environment: chile.Production})
	c.fails("PutSubmission", err, storage.ErrEnvironment)
	_, err = c.store.ImportRegister(c.ctx, storage.Snapshot{Key: purchases, Environment: chile.Production, Rows: rows(invoices(1, 1000)...)})
	c.fails("ImportRegister", err, storage.ErrEnvironment)
}

func cafInvalid(c *check) {
	c.folios()
	for what, spoil := range map[string]func(*storage.CAF){
		"issuer":             func(caf *storage.CAF) { caf.Issuer = chile.RUT{} },
		"type":               func(caf *storage.CAF) { caf.Type = 0 },
		"large type":         func(caf *storage.CAF) { caf.Type = 10_000 },
		"first":              func(caf *storage.CAF) { caf.First = 0 },
		"negative":           func(caf *storage.CAF) { caf.First = -5 },
		"last":               func(caf *storage.CAF) { caf.Last = caf.First - 1 },
		"large last":         func(caf *storage.CAF) { caf.Last = 10_000_000_000 },
		"authorised":         func(caf *storage.CAF) { caf.Authorized = chile.Date{} },
		"digest":             func(caf *storage.CAF) { caf.Digest = "" },
		"bad digest":         func(caf *storage.CAF) { caf.Digest = "\xf1" },
		"file":               func(caf *storage.CAF) { caf.File = nil },
		"first free":         func(caf *storage.CAF) { caf.FirstFree = caf.First - 1 },
		"first free too far": func(caf *storage.CAF) { caf.FirstFree = caf.Last + 2 },
		"environment":        func(caf *storage.CAF) { caf.Environment = "moon" },
	} {
		caf := cafOf(11, 20)
		spoil(&caf)
		c.Log(what)
		c.refusesCAF(caf, storage.ErrInvalid)
	}
}

func cafsListed(c *check) {
	notes, theirs := cafOf(11, 20), cafOf(21, 30)
	notes.Type, theirs.Issuer = chile.NotaCreditoElectronica, stranger
	for _, caf := range []storage.CAF{cafOf(1, 10), notes, theirs, cafOf(31, 40)} {
		c.putsCAF(caf)
	}
	list := func(q storage.CAFQuery) (first []chile.Folio) {
		for _, caf := range collect(c, c.folios().CAFs(c.ctx, q)) {
			first = append(first, caf.First)
		}
		return first
	}
	all := collect(c, c.folios().CAFs(c.ctx, storage.CAFQuery{}))
	c.equal("all", list(storage.CAFQuery{}), []chile.Folio{1, 11, 21, 31})
	c.equal("mine", list(storage.CAFQuery{Issuer: owner}), []chile.Folio{1, 11, 31})
	c.equal("invoices", list(storage.CAFQuery{Type: 33}), []chile.Folio{1, 21, 31})
	c.equal("page", list(storage.CAFQuery{AfterID: all[0].ID, Limit: 2}), []chile.Folio{11, 21})
}

func cafHeld(c *check) {
	caf := c.putsCAF(cafOf(1, 9))
	c.putsCAF(cafOf(11, 19))
	c.takesFolio(order("order-1"), 1)
	c.fails("without reason", c.folios().HoldCAF(c.ctx, caf.ID, ""), storage.ErrInvalid)
	c.ok(c.folios().HoldCAF(c.ctx, caf.ID, "the store is old"))
	c.ok(c.folios().HoldCAF(c.ctx, caf.ID, "another reason"))
	c.equal("held", c.caf(caf.ID).Held, "the store is old")
	c.refuses(order("order-2"), storage.ErrFoliosHeld)
	_, err := c.folios().TakeFolio(c.ctx, order("order-2"))
	var held *storage.CAFError
	if !errors.As(err, &held) || held.Stored.ID != caf.ID || held.Stored.Next != 2 {
		c.Errorf("not told which CAF is held: %#v", err)
	}
	c.putsCAF(cafOf(1, 9)) // again, which does not end it
	c.refuses(order("order-2"), storage.ErrFoliosHeld)
}

func cafSkipped(c *check) {
	caf := c.putsCAF(cafOf(1, 9))
	c.takesFolio(order("order-1"), 1)
	c.ok(c.folios().HoldCAF(c.ctx, caf.ID, "the store is old"))
	skipped, err := c.folios().SkipFolios(c.ctx, caf.ID, 4, "above the witness")
	c.ok(err)
	c.equal("skipped", skipped, int64(3))
	c.equal("held", c.caf(caf.ID).Held, "")
	list := collect(c, c.folios().TakenFolios(c.ctx, storage.FolioQuery{Issuer: owner, State: storage.FolioSkipped}))
	for i, f := range list {
		want := storage.TakenFolio{
			ID: f.ID, Document: chile.DocumentID{Issuer: owner, Type: 33, Folio: chile.Folio(2 + i)}, CAF: caf.ID,
			State: storage.FolioSkipped, Reason: "above the witness", CreatedAt: f.CreatedAt, UpdatedAt: f.CreatedAt,
		}
		c.equal("skipped", f, want)
		read, err := c.folios().FolioOf(c.ctx, f.Document)
		c.ok(err)
		c.equal("read", *read, want)
		c.fails("VoidFolio", c.folios().VoidFolio(c.ctx, f.ID, "wrong"), storage.ErrFolioState)
		c.fails("PutIssued", c.issued().PutIssued(c.ctx, []storage.NewIssued{{Folio: f.ID, XML: []byte("x"), Receiver: stranger, Date: today}}), storage.ErrFolioState)
	}
	c.equal("listed", len(list), 3)
	c.takesFolio(order("order-2"), 5)
	c.ok(c.folios().HoldCAF(c.ctx, caf.ID, "the store is old"))
	skipped, err = c.folios().SkipFolios(c.ctx, caf.ID, 5, "again")
	c.ok(err)
	c.equal("skipped", skipped, int64(0))
	c.takesFolio(order("order-3"), 6)
	skipped, err = c.folios().SkipFolios(c.ctx, caf.ID, 9, "the rest")
	c.ok(err)
	c.equal("skipped", skipped, int64(3))
	c.refuses(order("order-4"), storage.ErrNoFolios)
}

func cafSkipsInvalid(c *check) {
	caf := c.putsCAF(cafOf(11, 200_000))
	skip := func(through chile.Folio, reason string) {
		c.Helper()
		c.unchanged(func() {
			_, err := c.folios().SkipFolios(c.ctx, caf.ID, through, reason)
			c.fails("SkipFolios", err, storage.ErrInvalid)
		})
	}
	skip(20, "")
	skip(20, "\xf1")
	skip(10, "below")
	skip(200_001, "beyond")
	skip(100_011, "too many")
}

func cafSkippedAtOnce(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 999))
	requests := orders(16)
	parallel(4, func(i int) {
		if i == 3 {
			if _, err := s.SkipFolios(c.ctx, caf.ID, 500, "old"); err != nil {
				c.Error(err)
			}
			return
		}
		for j := i; j < len(requests); j += 3 {
			if _, err := s.TakeFolio(c.ctx, requests[j]); err != nil {
				c.Error(err)
			}
		}
	})
	var all []chile.Folio
	taken := 0
	for _, f := range collect(c, s.TakenFolios(c.ctx, storage.FolioQuery{Issuer: owner})) {
		all = append(all, f.Document.Folio)
		if f.State == storage.FolioReserved {
			taken++
		}
	}
	c.distinct(all, 1)
	c.equal("taken", taken, 16)
}

func (c *check) raises(caf int64, from, to chile.Folio, want bool) {
	c.Helper()
	raised, err := c.folios().RaiseBound(c.ctx, caf, from, to)
	c.ok(err)
	c.equal("raised", raised, want)
}

func boundRaised(c *check) {
	caf := c.putsCAF(cafOf(11, 99)).ID
	c.raises(caf, 0, 60, true)
	c.raises(caf, 0, 70, false)
	c.equal("bound", c.caf(caf).Bound, chile.Folio(60))
	c.equal("open", c.caf(caf).Open, chile.Folio(0))
	c.raises(caf, 60, 110, true) // cut to the end of the range
	c.equal("bound", c.caf(caf).Bound, chile.Folio(99))
	for _, span := range [][2]chile.Folio{{99, 150}, {99, 99}, {99, 60}, {-1, 60}} {
		c.unchanged(func() {
			_, err := c.folios().RaiseBound(c.ctx, caf, span[0], span[1])
			c.fails("RaiseBound", err, storage.ErrInvalid)
		})
	}
}

func boundAtOnce(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 99)).ID
	raised := make([]bool, 6)
	parallel(len(raised), func(i int) {
		var err error
		if raised[i], err = s.RaiseBound(c.ctx, caf, 0, chile.Folio(50+i)); err != nil {
			c.Error(err)
		}
	})
	won := 0
	for i, ok := range raised {
		if ok {
			won++
			c.equal("bound", c.caf(caf).Bound, chile.Folio(50+i))
		}
	}
	c.equal("raised", won, 1)
}

func bounded(key string) storage.FolioRequest {
	r := order(key)
	r.Bounded = true
	return r
}

func boundKept(c *check) {
	caf := c.putsCAF(cafOf(1, 9)).ID
	c.takesFolio(order("order-1"), 1)
	c.refuses(bounded("order-2"), storage.ErrAboveBound)
	c.raises(caf, 0, 3, true)
	c.refuses(order("order-2"), storage.ErrAboveBound) // it is not open
	c.refuses(bounded("order-2"), storage.ErrAboveBound)
	c.ok(c.folios().OpenFolios(c.ctx, caf, 3))
	c.takesFolio(order("order-2"), 2)
	c.takesFolio(bounded("order-3"), 3)
	c.refuses(order("order-4"), storage.ErrAboveBound)
	_, err := c.folios().TakeFolio(c.ctx, order("order-4"))
	var above *storage.BoundError
	if !errors.As(err, &above) {
		c.Fatalf("no *BoundError: %v", err)
	}
	c.equal("CAF", above.CAF, *c.caf(caf))
	c.equal("through", above.Through, chile.Folio(4))
	newer := cafOf(11, 19) // is no way around
	newer.Authorized = today
	c.putsCAF(newer)
	c.refuses(order("order-4"), storage.ErrAboveBound)
}

func boundOpened(c *check) {
	caf := c.putsCAF(cafOf(1, 9)).ID
	c.fails("OpenFolios", c.folios().OpenFolios(c.ctx, caf, 3), storage.ErrAboveBound)
	c.raises(caf, 0, 5, true)
	c.fails("OpenFolios", c.folios().OpenFolios(c.ctx, caf, 6), storage.ErrAboveBound)
	c.equal("open", c.caf(caf).Open, chile.Folio(0))
	c.ok(c.folios().OpenFolios(c.ctx, caf, 4))
	c.ok(c.folios().OpenFolios(c.ctx, caf, 2))
	c.equal("open", c.caf(caf).Open, chile.Folio(4))
	c.ok(c.folios().OpenFolios(c.ctx, caf, 5))
	c.equal("open", c.caf(caf).Open, chile.Folio(5))
}

func boundOfBatch(c *check) {
	caf := c.putsCAF(cafOf(1, 99)).ID
	c.raises(caf, 0, 50, true)
	c.ok(c.folios().OpenFolios(c.ctx, caf, 50))
	c.unchanged(func() {
		_, err := c.folios().TakeFolios(c.ctx, orders(80))
		c.fails("TakeFolios", err, storage.ErrAboveBound)
		var above *storage.BoundError
		if !errors.As(err, &above) {
			c.Fatalf("no *BoundError: %v", err)
		}
		c.equal("through", above.Through, chile.Folio(80))
		c.equal("next", above.CAF.Next, chile.Folio(1))
	})
}

func boundSkipped(c *check) {
	caf := c.putsCAF(cafOf(1, 99)).ID
	c.raises(caf, 0, 50, true)
	_, err := c.folios().SkipFolios(c.ctx, caf, 60, "old")
	c.ok(err)
	c.equal("bound", c.caf(caf).Bound, chile.Folio(60))
	c.equal("open", c.caf(caf).Open, chile.Folio(60))
	c.refuses(order("order-1"), storage.ErrAboveBound)
	free := c.putsCAF(cafOf(101, 199)).ID
	_, err = c.folios().SkipFolios(c.ctx, free, 110, "old")
	c.ok(err)
	c.equal("bound", c.caf(free).Bound, chile.Folio(0))
}

func cafAbsent(c *check) {
	s := c.folios()
	_, err := s.CAF(c.ctx, 7)
	c.absent("CAF", err)
	_, err = s.CAFFile(c.ctx, 7)
	c.absent("CAFFile", err)
	c.absent("HoldCAF", s.HoldCAF(c.ctx, 7, "old"))
	_, err = s.SkipFolios(c.ctx, 7, 5, "old")
	c.absent("SkipFolios", err)
	_, err = s.RaiseBound(c.ctx, 7, 0, 5)
	c.absent("RaiseBound", err)
	c.absent("OpenFolios", s.OpenFolios(c.ctx, 7, 5))
}
