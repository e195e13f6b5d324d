package storagetest

import (
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func issuedDocuments() []sentence {
	return []sentence{
		{text: "a signed document is stored byte for byte, with its digest", test: issuedStored},
		{text: "the same bytes again change nothing, and other bytes are ErrOtherBytes", test: issuedOnce},
		{text: "of many that store a document at once one does", test: issuedAtOnce},
		{text: "documents are stored all or none", test: issuedTogether},
		{text: "a document of a folio that was never taken is absent", test: issuedAbsent},
		{text: "a document that lacks what it needs is ErrInvalid", test: issuedInvalid},
		{text: "documents are listed by type, state and month, page by page, with their bytes if asked for", test: issuedListed},
		{text: "documents are listed by envelope, and those that are in none or held", test: issuedWrapped},
		{text: "a verdict sets the state of the folio, and leaves what it does not say", test: verdictStored},
		{text: "a document that was accepted is never rejected", test: verdictKept},
		{text: "a verdict that is none of the known, or with a bad text, is ErrInvalid; of no document it is absent", test: verdictInvalid},
		{text: "codes that were foreseen are apart from the SII's own", test: verdictForeseen},
		{text: "a document waits for others until their waits are over", test: waitsOver},
		{text: "what a method of documents returns, and was given, is the caller's", test: issuedOwn},
		{text: "a method of documents whose context has ended returns its cause and has changed nothing", test: endedIssued},
	}
}

func (c *check) document(folio int64) *storage.IssuedDocument {
	c.Helper()
	d, err := c.issued().IssuedDocument(c.ctx, folio)
	c.ok(err)
	return d
}

func issuedStored(c *check) {
	c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	n := signed(taken)
	n.XML = append(n.XML, 0, '\r', '\n', 0xf1) // whatever it is
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{n}))
	d := c.document(taken.ID)
	c.equal("document", *d, storage.IssuedDocument{
		Folio: taken.ID, Document: taken.Document, Key: "order-1", State: storage.FolioSigned,
		XML: n.XML, SHA256: sha256Of(n.XML), Receiver: stranger, Date: today, Total: 1190,
		CreatedAt: d.CreatedAt, UpdatedAt: d.CreatedAt,
	})
	if d.CreatedAt.IsZero() {
		c.Error("no time")
	}
	c.hasState(taken, storage.FolioSigned)
}

func issuedOnce(c *check) {
	c.putsCAF(cafOf(1, 9))
	taken := c.issues("order-1")
	again, other := signed(taken), signed(taken)
	again.Total, again.Receiver = 5, owner // not compared
	other.XML = append(other.XML, ' ')
	c.unchanged(func() {
		c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{again, again}))
		c.fails("other bytes", c.issued().PutIssued(c.ctx, []storage.NewIssued{other}), storage.ErrOtherBytes)
	})
	second := c.takenFor(order("order-2"))
	one, two := signed(second), signed(second)
	two.XML = []byte("other")
	c.unchanged(func() {
		c.fails("twice in a call", c.issued().PutIssued(c.ctx, []storage.NewIssued{one, two}), storage.ErrOtherBytes)
	})
	c.judged(taken.ID, storage.VerdictRejected)
	c.unchanged(func() { c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(taken)})) })
}

func issuedAtOnce(c *check) {
	s := c.issued()
	c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	refusals := make([]error, 6)
	parallel(len(refusals), func(i int) {
		n := signed(taken)
		n.XML = append(n.XML, byte(i))
		refusals[i] = s.PutIssued(c.ctx, []storage.NewIssued{n})
	})
	stored := 0
	for i, err := range refusals {
		if err == nil {
			stored++
			c.equal("bytes", c.document(taken.ID).XML[len(signed(taken).XML)], byte(i))
		} else {
			c.fails("PutIssued", err, storage.ErrOtherBytes)
		}
	}
	c.equal("stored", stored, 1)
}

func issuedTogether(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, two := c.takenFor(order("order-1")), c.takenFor(order("order-2"))
	c.ok(c.folios().VoidFolio(c.ctx, two.ID, "wrong"))
	c.unchanged(func() {
		c.fails("PutIssued", c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(one), signed(two)}), storage.ErrFolioState)
	})
	three := c.takenFor(order("order-3"))
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(three), signed(one)}))
	c.ok(c.issued().PutIssued(c.ctx, nil))
	c.equal("documents", len(collect(c, c.issued().IssuedDocuments(c.ctx, storage.IssuedQuery{Issuer: owner}))), 2)
}

func issuedAbsent(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.absent("PutIssued", c.issued().PutIssued(c.ctx, []storage.NewIssued{{Folio: 99, XML: []byte("x"), Receiver: stranger, Date: today}}))
	taken := c.takenFor(order("order-1"))
	_, err := c.issued().IssuedDocument(c.ctx, taken.ID)
	c.absent("IssuedDocument", err)
	_, err = c.issued().IssuedDocument(c.ctx, 99)
	c.absent("IssuedDocument", err)
	c.absent("PutVerdict", c.issued().PutVerdict(c.ctx, taken.ID, storage.Verdict{State: storage.VerdictAccepted}))
	c.absent("PutWait", c.issued().PutWait(c.ctx, taken.ID, storage.Wait{Document: taken.Document}))
	waits, err := c.issued().Waits(c.ctx, taken.ID)
	c.ok(err)
	c.equal("waits", len(waits), 0)
}

func issuedInvalid(c *check) {
	c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	id := chile.DocumentID{Issuer: owner, Type: 33, Folio: 7}
	for what, spoil := range map[string]func(*storage.NewIssued){
		"bytes":       func(n *storage.NewIssued) { n.XML = nil },
		"receiver":    func(n *storage.NewIssued) { n.Receiver = chile.RUT{} },
		"date":        func(n *storage.NewIssued) { n.Date = chile.Date{} },
		"wait":        func(n *storage.NewIssued) { n.WaitsFor = []chile.DocumentID{{Issuer: owner, Type: 33}} },
		"wait, twice": func(n *storage.NewIssued) { n.WaitsFor = []chile.DocumentID{id, id} },
		"code":        func(n *storage.NewIssued) { n.Foreseen = []storage.VerdictCode{{Code: "\xf1"}} },
		"code's text": func(n *storage.NewIssued) { n.Foreseen = []storage.VerdictCode{{Text: "a\x00"}} },
	} {
		n := signed(taken)
		spoil(&n)
		c.unchanged(func() { c.fails(what, c.issued().PutIssued(c.ctx, []storage.NewIssued{n}), storage.ErrInvalid) })
	}
}

func (c *check) listsIssued(q storage.IssuedQuery) (keys []string) {
	c.Helper()
	q.Issuer = owner
	after := q.AfterID
	for _, d := range collect(c, c.issued().IssuedDocuments(c.ctx, q)) {
		keys = append(keys, strings.TrimPrefix(d.Key, "order-"))
		if d.Folio <= after || (d.XML != nil) != q.WithXML || d.SHA256 == "" {
			c.Errorf("document of folio %d after %d with %d bytes", d.Folio, after, len(d.XML))
		}
		after = d.Folio
	}
	return keys
}

func issuedListed(c *check) {
	c.putsCAF(cafOf(1, 9))
	notes := cafOf(1, 9)
	notes.Type, notes.Digest = chile.NotaCreditoElectronica, "notes"
	c.putsCAF(notes)
	requests := orders(6)
	requests[2].Type = chile.NotaCreditoElectronica
	taken, err := c.folios().TakeFolios(c.ctx, requests)
	c.ok(err)
	var news []storage.NewIssued
	for i := range taken[:5] { // the last is not signed
		n := signed(&taken[i])
		n.Date = today.AddDays(i) // the first of October, the others of November
		news = append(news, n)
	}
	c.ok(c.issued().PutIssued(c.ctx, news))
	c.judged(taken[4].ID, storage.VerdictAccepted)
	november := october.Next()
	c.equal("all", c.listsIssued(storage.IssuedQuery{}), []string{"1", "2", "3", "4", "5"})
	c.equal("invoices", c.listsIssued(storage.IssuedQuery{Type: 33}), []string{"1", "2", "4", "5"})
	c.equal("signed", c.listsIssued(storage.IssuedQuery{State: storage.FolioSigned}), []string{"1", "2", "3", "4"})
	c.equal("October", c.listsIssued(storage.IssuedQuery{Month: october}), []string{"1"})
	c.equal("November", c.listsIssued(storage.IssuedQuery{Month: november, WithXML: true}), []string{"2", "3", "4", "5"})
	c.equal("December", len(c.listsIssued(storage.IssuedQuery{Month: november.Next()})), 0)
	c.equal("page", c.listsIssued(storage.IssuedQuery{AfterID: taken[1].ID, Limit: 2}), []string{"3", "4"})
	c.equal("another's", len(collect(c, c.issued().IssuedDocuments(c.ctx, storage.IssuedQuery{Issuer: stranger}))), 0)
	for d, err := range c.issued().IssuedDocuments(c.ctx, storage.IssuedQuery{Issuer: owner, WithXML: true, Limit: 1}) {
		c.ok(err)
		c.equal("document", d, *c.document(taken[0].ID))
	}
	for _, err := range c.issued().IssuedDocuments(c.ctx, storage.IssuedQuery{}) {
		c.fails("IssuedDocuments", err, storage.ErrInvalid)
	}
}

func issuedWrapped(c *check) {
	c.putsCAF(cafOf(1, 19))
	var taken []*storage.TakenFolio
	for _, r := range orders(6) {
		taken = append(taken, c.issues(r.Key))
	}
	c.takenFor(order("reserved"))
	c.ok(c.folios().VoidFolio(c.ctx, taken[5].ID, "wrong"))
	first, second := c.wraps(taken[0], taken[1]), c.wraps(taken[2])
	c.equal("first", c.listsIssued(storage.IssuedQuery{Envelope: first.ID}), []string{"1", "2"})
	c.equal("none", c.listsIssued(storage.IssuedQuery{Unwrapped: true}), []string{"4", "5"})
	c.equal("held", len(c.listsIssued(storage.IssuedQuery{Held: true})), 0)
	c.moves(first.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent)
	c.moves(second.ID, storage.EnvelopePending, storage.EnvelopeHeld)
	c.equal("held", c.listsIssued(storage.IssuedQuery{Held: true}), []string{"3"})
	c.judged(taken[1].ID, storage.VerdictAccepted)
	c.moves(first.ID, storage.EnvelopeSent, storage.EnvelopeRejected)
	c.equal("held", c.listsIssued(storage.IssuedQuery{Held: true}), []string{"1", "3"})
	c.wraps(taken[0], taken[3])
	c.equal("held", c.listsIssued(storage.IssuedQuery{Held: true}), []string{"3"})
	c.equal("none", c.listsIssued(storage.IssuedQuery{Unwrapped: true}), []string{"5"})
}

func verdictStored(c *check) {
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	s := c.issued()
	has := func(state storage.FolioState, want storage.Verdict) {
		c.Helper()
		d := c.document(f.ID)
		c.equal("state", d.State, state)
		c.equal("verdict", d.Verdict, want)
		c.hasState(f, state)
	}
	has(storage.FolioSigned, storage.Verdict{})
	c.ok(s.PutVerdict(c.ctx, f.ID, storage.Verdict{Estado: "FAU", Glosa: "Documento No Recibido"}))
	has(storage.FolioSigned, storage.Verdict{Estado: "FAU", Glosa: "Documento No Recibido"})
	c.ok(s.PutVerdict(c.ctx, f.ID, storage.Verdict{State: storage.VerdictRejected}))
	has(storage.FolioRejected, storage.Verdict{State: storage.VerdictRejected, Estado: "FAU", Glosa: "Documento No Recibido"})
	codes := []storage.VerdictCode{{Code: "HED-2-510", Text: "compañía"}, {Code: "HED-2-511"}}
	c.ok(s.PutVerdict(c.ctx, f.ID, storage.Verdict{State: storage.VerdictObserved, Estado: "RPR", Codes: codes, CodesKnown: true}))
	want := storage.Verdict{State: storage.VerdictObserved, Estado: "RPR", Glosa: "Documento No Recibido", Codes: codes, CodesKnown: true}
	has(storage.FolioAccepted, want)
	c.ok(s.PutVerdict(c.ctx, f.ID, storage.Verdict{}))
	has(storage.FolioAccepted, want)
	c.ok(s.PutVerdict(c.ctx, f.ID, storage.Verdict{State: storage.VerdictAccepted, CodesKnown: true}))
	want.State, want.Codes = storage.VerdictAccepted, nil
	has(storage.FolioAccepted, want)
	void := c.issues("order-2")
	c.ok(c.folios().VoidFolio(c.ctx, void.ID, "wrong"))
	c.fails("void", s.PutVerdict(c.ctx, void.ID, storage.Verdict{State: storage.VerdictAccepted}), storage.ErrFolioState)
}

func verdictKept(c *check) {
	c.putsCAF(cafOf(1, 9))
	for _, state := range []storage.VerdictState{storage.VerdictAccepted, storage.VerdictObserved} {
		f := c.issues(string(state))
		c.judged(f.ID, state)
		c.unchanged(func() {
			c.fails("PutVerdict", c.issued().PutVerdict(c.ctx, f.ID, storage.Verdict{State: storage.VerdictRejected, Estado: "FAU"}), storage.ErrAccepted)
		})
	}
}

func verdictInvalid(c *check) {
	c.putsCAF(cafOf(1, 9))
	f := c.issues("order-1")
	c.unchanged(func() {
		for what, v := range map[string]storage.Verdict{
			"state":  {State: "perfect"},
			"estado": {Estado: "\xf1"},
			"glosa":  {Glosa: "a\x00"},
			"code":   {CodesKnown: true, Codes: []storage.VerdictCode{{Code: "\xf1"}}},
			"text":   {CodesKnown: true, Codes: []storage.VerdictCode{{Text: "\xf1"}}},
		} {
			c.fails(what, c.issued().PutVerdict(c.ctx, f.ID, v), storage.ErrInvalid)
		}
		c.absent("PutVerdict", c.issued().PutVerdict(c.ctx, 99, storage.Verdict{}))
	})
}

func verdictForeseen(c *check) {
	c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	n := signed(taken)
	n.Foreseen = []storage.VerdictCode{{Code: "HED-2-510", Text: "compañía"}}
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{n}))
	d := c.document(taken.ID)
	c.equal("foreseen", d.Foreseen, n.Foreseen)
	c.equal("verdict", d.Verdict, storage.Verdict{})
	c.ok(c.issued().PutVerdict(c.ctx, taken.ID, storage.Verdict{State: storage.VerdictObserved, CodesKnown: true, Codes: []storage.VerdictCode{{Code: "DTE-3-101"}}}))
	d = c.document(taken.ID)
	c.equal("foreseen", d.Foreseen, n.Foreseen)
	c.equal("codes", d.Verdict.Codes, []storage.VerdictCode{{Code: "DTE-3-101"}})
}

func waitsOver(c *check) {
	c.putsCAF(cafOf(1, 9))
	invoice := c.issues("order-1")
	elsewhere := chile.DocumentID{Issuer: stranger, Type: 33, Folio: 77}
	note := c.takenFor(order("order-2"))
	n := signed(note)
	n.WaitsFor = []chile.DocumentID{invoice.Document, elsewhere}
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{n}))
	waits := func() []storage.Wait {
		c.Helper()
		w, err := c.issued().Waits(c.ctx, note.ID)
		c.ok(err)
		return w
	}
	all := []storage.Wait{{Document: elsewhere}, {Document: invoice.Document}}
	slices.SortFunc(all, func(a, b storage.Wait) int { return a.Document.Compare(b.Document) })
	c.equal("waits", waits(), all)
	c.equal("waiting", c.document(note.ID).Waiting, 2)
	c.equal("waiting for", c.listsIssued(storage.IssuedQuery{WaitingFor: elsewhere}), []string{"2"})
	asked := noon.Add(7 * time.Nanosecond)
	c.ok(c.issued().PutWait(c.ctx, note.ID, storage.Wait{Document: elsewhere, Estado: "FAU", Asked: asked}))
	c.equal("waiting", c.document(note.ID).Waiting, 2)
	i := slices.IndexFunc(all, func(w storage.Wait) bool { return w.Document == elsewhere })
	all[i] = storage.Wait{Document: elsewhere, Estado: "FAU", Asked: noon}
	c.equal("waits", waits(), all)
	c.ok(c.issued().PutWait(c.ctx, note.ID, storage.Wait{Document: elsewhere, Over: true, Estado: "DNK", Asked: asked}))
	c.equal("waiting", c.document(note.ID).Waiting, 1)
	c.equal("waiting for", len(c.listsIssued(storage.IssuedQuery{WaitingFor: elsewhere})), 0)
	c.equal("waiting for", c.listsIssued(storage.IssuedQuery{WaitingFor: invoice.Document}), []string{"2"})
	c.fails("bad text", c.issued().PutWait(c.ctx, note.ID, storage.Wait{Document: elsewhere, Estado: "\xf1"}), storage.ErrInvalid)
	c.absent("PutWait", c.issued().PutWait(c.ctx, note.ID, storage.Wait{Document: note.Document}))
}

func issuedOwn(c *check) {
	c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	n := signed(taken)
	n.Foreseen = []storage.VerdictCode{{Code: "HED-2-510"}}
	n.WaitsFor = []chile.DocumentID{{Issuer: owner, Type: 33, Folio: 7}}
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{n}))
	codes := []storage.VerdictCode{{Code: "DTE-3-101"}}
	c.ok(c.issued().PutVerdict(c.ctx, taken.ID, storage.Verdict{Codes: codes, CodesKnown: true}))
	n.XML[0], n.Foreseen[0].Code, n.WaitsFor[0].Folio, codes[0].Code = 'X', "X", 8, "X"
	for range 2 {
		d := c.document(taken.ID)
		c.equal("bytes", string(d.XML), string(signed(taken).XML))
		c.equal("foreseen", d.Foreseen[0].Code, "HED-2-510")
		c.equal("code", d.Verdict.Codes[0].Code, "DTE-3-101")
		waits, err := c.issued().Waits(c.ctx, taken.ID)
		c.ok(err)
		c.equal("wait", waits[0].Document.Folio, chile.Folio(7))
		d.XML[0], d.Foreseen[0].Code, d.Verdict.Codes[0].Code, waits[0].Over = 'Y', "Y", "Y", true
		for d, err := range c.issued().IssuedDocuments(c.ctx, storage.IssuedQuery{Issuer: owner, WithXML: true}) {
			c.ok(err)
			d.XML[0], d.Foreseen[0].Code, d.Verdict.Codes[0].Code = 'Z', "Z", "Z"
		}
	}
}

func endedIssued(c *check) {
	c.putsCAF(cafOf(1, 9))
	f, reserved := c.issues("order-1"), c.takenFor(order("order-2"))
	ctx, cause := endedContext(c.ctx)
	s := c.issued()
	c.unchanged(func() {
		for name, call := range map[string]func() error{
			"PutIssued":      func() error { return s.PutIssued(ctx, []storage.NewIssued{signed(reserved)}) },
			"IssuedDocument": func() error { _, err := s.IssuedDocument(ctx, f.ID); return err },
			"PutVerdict":     func() error { return s.PutVerdict(ctx, f.ID, storage.Verdict{State: storage.VerdictAccepted}) },
			"Waits":          func() error { _, err := s.Waits(ctx, f.ID); return err },
			"PutWait":        func() error { return s.PutWait(ctx, f.ID, storage.Wait{Document: f.Document}) },
		} {
			c.fails(name, call(), cause)
		}
	})
}
