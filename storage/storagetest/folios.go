package storagetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

func folios() []sentence {
	return []sentence{
		{text: "a new key gets the next folio", test: folioNext},
		{text: "the same key gives the same folio and instant for ever", test: folioAgain},
		{text: "of many that take a folio for one key at once all get the same", test: folioOneKeyAtOnce},
		{text: "many that take folios at once get different ones, and leave none out", test: foliosAtOnce},
		{text: "many that take batches at once get different folios", test: batchesAtOnce},
		{text: "a batch and single requests with one key get one folio", test: batchKeysAtOnce},
		{text: "the same key with another type or draft is ErrKeyReused, which names the first", test: folioKeyReused},
		{text: "keys of one issuer are not those of another", test: folioKeysApart},
		{text: "a folio is of the CAF that was authorised first, then of the lowest range", test: folioOldest},
		{text: "a folio is of a CAF that is authorised not after the day, and whose last day is not before it", test: folioDays},
		{text: "without folios it is ErrNoFolios, which tells how many are missing of each type and day", test: foliosMissing},
		{text: "many requests get a folio each, in their order, or none does", test: foliosTogether},
		{text: "many folios come of several CAFs where one has too few", test: foliosOfSeveral},
		{text: "requests of different issuers or environments are ErrInvalid", test: foliosForeign},
		{text: "no requests are no folios", test: foliosNone},
		{text: "a key replaces one whose folio is rejected or void, and no other", test: folioReplaces},
		{text: "a key is replaced once, or it is ErrReplaced", test: folioReplacedOnce},
		{text: "of many that replace one key at once one does", test: folioReplacedAtOnce},
		{text: "a folio of another environment is ErrEnvironment", test: folioEnvironment},
		{text: "a request that lacks what it needs is ErrInvalid", test: folioInvalid},
		{text: "a key that was never used, and a folio that was not handed out, are absent", test: folioAbsent},
		{text: "folios are listed by type and state, page by page, without drafts", test: foliosListed},
		{text: "a folio is void with its reason before its document is handed out, and does not return", test: folioVoid},
		{text: "the folio of a document that was handed out is not void", test: folioHandedOut},
		{text: "an envelope that waits is held before its documents are void", test: folioVoidHeld},
		{text: "the stock tells what is free, held and idle of each type, and what was taken of late", test: folioStock},
		{text: "what a method of folios returns, and was given, is the caller's", test: foliosOwn},
		{text: "a method of folios whose context has ended returns its cause and has changed nothing", test: endedFolios},
		{text: "folios, documents and envelopes outlive the store", test: reopenEmission, needs: aReopen},
	}
}

func folioNext(c *check) {
	caf := c.putsCAF(cafOf(11, 13))
	r := order("order-1")
	r.Instant = noon.Add(7 * time.Nanosecond)
	taken := c.takenFor(r)
	c.equal("taken", *taken, storage.TakenFolio{
		ID: taken.ID, Document: chile.DocumentID{Issuer: owner, Type: 33, Folio: 11}, CAF: caf.ID,
		Key: r.Key, DraftHash: r.DraftHash, Day: today, Instant: noon, Draft: r.Draft,
		State: storage.FolioReserved, CreatedAt: taken.CreatedAt, UpdatedAt: taken.CreatedAt,
	})
	if taken.CreatedAt.IsZero() {
		c.Error("no time")
	}
	c.takesFolio(order("order-2"), 12)
	stored := c.caf(caf.ID)
	c.equal("next", stored.Next, chile.Folio(13))
	c.equal("left", stored.Left(), int64(1))
	for _, read := range []func() (*storage.TakenFolio, error){
		func() (*storage.TakenFolio, error) { return c.folios().TakenFolio(c.ctx, owner, r.Key) },
		func() (*storage.TakenFolio, error) { return c.folios().FolioOf(c.ctx, taken.Document) },
	} {
		again, err := read()
		c.ok(err)
		c.equal("read", *again, *taken)
	}
}

func folioAgain(c *check) {
	caf := c.putsCAF(cafOf(1, 1))
	first := c.takenFor(order("order-1"))
	later := order("order-1")
	later.Instant, later.Day, later.Draft, later.Bounded, later.Replaces = noon.AddDate(3, 0, 0), day(2029, time.October, 31), nil, true, "another"
	same := func() {
		c.Helper()
		again := c.takenFor(later)
		c.equal("folio", again.Document, first.Document)
		c.equal("instant", again.Instant, noon)
		c.equal("day", again.Day, today)
		c.equal("draft", string(again.Draft), string(first.Draft))
		batch, err := c.folios().TakeFolios(c.ctx, []storage.FolioRequest{later, later})
		c.ok(err)
		c.equal("batch", batch, []storage.TakenFolio{*again, *again})
	}
	same() // though no folio is left
	c.ok(c.folios().HoldCAF(c.ctx, caf.ID, "the store is old"))
	same()
	c.ok(c.folios().VoidFolio(c.ctx, first.ID, "the order was cancelled"))
	same()
	c.equal("state", c.takenFor(later).State, storage.FolioVoid)
}

// distinct checks that all folios differ, and that they are the first ones.
func (c *check) distinct(taken []chile.Folio, first chile.Folio) {
	c.Helper()
	slices.Sort(taken)
	for i, folio := range taken {
		if folio != first+chile.Folio(i) {
			c.Fatalf("folio %d stands where %d should: %v", folio, first+chile.Folio(i), taken)
		}
	}
}

func folioOneKeyAtOnce(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 100))
	got := make([]chile.Folio, 8)
	parallel(len(got), func(i int) {
		taken, err := s.TakeFolio(c.ctx, order("order-1"))
		if err != nil {
			c.Error(err)
			return
		}
		got[i] = taken.Document.Folio
	})
	for _, folio := range got {
		c.equal("folio", folio, chile.Folio(1))
	}
	c.equal("next", c.caf(caf.ID).Next, chile.Folio(2))
}

func foliosAtOnce(c *check) {
	s := c.folios()
	c.putsCAF(cafOf(1, 17)) // some callers take its last folios while others wait
	c.putsCAF(cafOf(18, 100))
	requests, got := orders(40), make([]chile.Folio, 40)
	parallel(8, func(i int) {
		for j := i; j < len(requests); j += 8 {
			taken, err := s.TakeFolio(c.ctx, requests[j])
			if err != nil {
				c.Error(err)
				return
			}
			got[j] = taken.Document.Folio
		}
	})
	c.distinct(got, 1)
}

func batchesAtOnce(c *check) {
	s := c.folios()
	c.putsCAF(cafOf(1, 17))
	c.putsCAF(cafOf(18, 100))
	requests, got := orders(40), make([]chile.Folio, 40)
	parallel(8, func(i int) {
		taken, err := s.TakeFolios(c.ctx, requests[5*i:5*i+5])
		if err != nil {
			c.Error(err)
			return
		}
		for j := range taken {
			got[5*i+j] = taken[j].Document.Folio
		}
	})
	c.distinct(got, 1)
}

func batchKeysAtOnce(c *check) {
	s := c.folios()
	c.putsCAF(cafOf(1, 100))
	requests := orders(10)
	parallel(6, func(i int) {
		if i%2 == 0 {
			mine := slices.Clone(requests)
			if i == 2 {
				slices.Reverse(mine)
			}
			if _, err := s.TakeFolios(c.ctx, mine); err != nil {
				c.Error(err)
			}
			return
		}
		for _, r := range requests {
			if _, err := s.TakeFolio(c.ctx, r); err != nil {
				c.Error(err)
			}
		}
	})
	var all []chile.Folio
	for _, f := range collect(c, s.TakenFolios(c.ctx, storage.FolioQuery{Issuer: owner})) {
		all = append(all, f.Document.Folio)
	}
	c.equal("folios", len(all), len(requests))
	c.distinct(all, 1)
}

func folioKeyReused(c *check) {
	c.putsCAF(cafOf(1, 9))
	first := c.takenFor(order("order-1"))
	otherDraft, otherType := order("order-1"), order("order-1")
	otherDraft.DraftHash = "another draft"
	otherType.Type = chile.NotaCreditoElectronica
	for _, r := range []storage.FolioRequest{otherDraft, otherType} {
		c.refuses(r, storage.ErrKeyReused)
		_, err := c.folios().TakeFolio(c.ctx, r)
		var reused *storage.KeyReusedError
		if !errors.As(err, &reused) {
			c.Fatalf("no *KeyReusedError: %v", err)
		}
		c.equal("key", reused.Key, "order-1")
		c.equal("document", reused.Document, first.Document)
		c.equal("state", reused.State, storage.FolioReserved)
		c.equal("taken", reused.Taken, first.CreatedAt)
	}
	one, other := order("order-2"), order("order-2")
	other.DraftHash = "another draft"
	c.unchanged(func() {
		_, err := c.folios().TakeFolios(c.ctx, []storage.FolioRequest{one, other})
		c.fails("two drafts in one call", err, storage.ErrKeyReused)
	})
}

func folioKeysApart(c *check) {
	c.putsCAF(cafOf(1, 9))
	other := cafOf(1, 9)
	other.Issuer, other.Digest = stranger, "of another"
	c.putsCAF(other)
	c.takesFolio(order("order-1"), 1)
	theirs := order("order-1")
	theirs.Issuer, theirs.DraftHash = stranger, "another draft"
	c.takesFolio(theirs, 1)
	c.takesFolio(order("order-2"), 2)
}

func folioOldest(c *check) {
	newest, oldest, lower := cafOf(1, 2), cafOf(21, 22), cafOf(11, 11)
	newest.Authorized = day(2026, time.October, 20)
	c.putsCAF(newest)
	c.putsCAF(oldest)
	c.putsCAF(lower)
	for i, want := range []chile.Folio{11, 21, 22, 1, 2} {
		c.takesFolio(orders(5)[i], want)
	}
}

func folioDays(c *check) {
	past, later, open := cafOf(1, 9), cafOf(11, 19), cafOf(21, 29)
	past.Authorized, past.LastDay = day(2026, time.March, 31), today.AddDays(-1)
	later.Authorized = today.AddDays(1)
	open.Authorized, open.LastDay = today, chile.Date{} // of today, and without end
	c.putsCAF(past)
	c.putsCAF(later)
	c.refuses(order("order-1"), storage.ErrNoFolios)
	c.putsCAF(open)
	at := func(key string, of chile.Date, want chile.Folio) {
		c.Helper()
		r := order(key)
		r.Day = of
		c.takesFolio(r, want)
	}
	at("order-1", today, 21)
	at("yesterday", today.AddDays(-1), 1) // its last day
	at("tomorrow", today.AddDays(1), 22)  // its first day, but there is an older one
	for i := range 7 {
		at("fill"+string(rune('0'+i)), today.AddDays(1), chile.Folio(23+i))
	}
	at("tomorrow-2", today.AddDays(1), 11)
	at("last day", later.LastDay, 12)
}

func foliosMissing(c *check) {
	c.putsCAF(cafOf(1, 2))
	idle := cafOf(11, 15)
	idle.Authorized = today.AddDays(1)
	c.putsCAF(idle)
	requests := orders(3)
	note := order("note")
	note.Type = chile.NotaCreditoElectronica
	requests = append(requests, note)
	c.unchanged(func() {
		_, err := c.folios().TakeFolios(c.ctx, requests)
		c.fails("TakeFolios", err, storage.ErrNoFolios)
		var missing *storage.NoFoliosError
		if !errors.As(err, &missing) {
			c.Fatalf("no *NoFoliosError: %v", err)
		}
		c.equal("issuer", missing.Issuer, owner)
		c.equal("missing", missing.Missing, []storage.MissingFolios{
			{Type: 33, Day: today, Wanted: 3, Found: 2, Idle: 5}, {Type: 61, Day: today, Wanted: 1},
		})
	})
	c.refuses(note, storage.ErrNoFolios)
}

func foliosTogether(c *check) {
	c.putsCAF(cafOf(1, 9))
	notes := cafOf(1, 9)
	notes.Type, notes.Digest = chile.NotaCreditoElectronica, "notes"
	c.putsCAF(notes)
	c.takesFolio(order("order-2"), 1)
	requests := orders(4)
	requests[3].Type = chile.NotaCreditoElectronica
	requests = append(requests, requests[0])
	taken, err := c.folios().TakeFolios(c.ctx, requests)
	c.ok(err)
	var got []chile.Folio
	for i, f := range taken {
		got = append(got, f.Document.Folio)
		c.equal("key", f.Key, requests[i].Key)
		stored, err := c.folios().TakenFolio(c.ctx, owner, f.Key)
		c.ok(err)
		c.equal("stored", *stored, f)
	}
	c.equal("folios", got, []chile.Folio{2, 1, 3, 1, 2})
	last := append(orders(11), orders(11)[9])
	c.unchanged(func() { // three too many
		_, err := c.folios().TakeFolios(c.ctx, last)
		c.fails("TakeFolios", err, storage.ErrKeyReused) // order-4 is a note
		last[3] = order("order-12")
		last = append(last, order("order-13"))
		_, err = c.folios().TakeFolios(c.ctx, last)
		c.fails("TakeFolios", err, storage.ErrNoFolios)
	})
}

func foliosOfSeveral(c *check) {
	c.putsCAF(cafOf(1, 3))
	c.putsCAF(cafOf(11, 2000))
	taken, err := c.folios().TakeFolios(c.ctx, orders(1200)) // too many for one statement
	c.ok(err)
	var got []chile.Folio
	for _, f := range taken {
		got = append(got, f.Document.Folio)
	}
	c.distinct(got[:3], 1)
	c.distinct(got[3:], 11)
	ids := map[int64]bool{}
	for _, f := range taken {
		ids[f.ID] = true
	}
	c.equal("ids", len(ids), 1200)
}

func foliosForeign(c *check) {
	c.putsCAF(cafOf(1, 9))
	foreign, elsewhere := order("order-2"), order("order-2")
	foreign.Issuer, elsewhere.Environment = stranger, chile.Production
	for _, other := range []storage.FolioRequest{foreign, elsewhere} {
		c.unchanged(func() {
			_, err := c.folios().TakeFolios(c.ctx, []storage.FolioRequest{order("order-1"), other})
			c.fails("TakeFolios", err, storage.ErrInvalid)
		})
	}
}

func foliosNone(c *check) {
	taken, err := c.folios().TakeFolios(c.ctx, nil)
	c.ok(err)
	c.equal("taken", len(taken), 0)
}

// replacing is a request that replaces another one.
func replacing(key, replaced string) storage.FolioRequest {
	r := order(key)
	r.Replaces = replaced
	return r
}

func folioReplaces(c *check) {
	c.putsCAF(cafOf(1, 9))
	_, err := c.folios().TakeFolio(c.ctx, replacing("order-2", "order-1"))
	c.absent("TakeFolio", err)
	reserved := c.takenFor(order("order-1"))
	c.refuses(replacing("order-2", "order-1"), storage.ErrFolioState)
	c.refuses(replacing("order-2", "order-2"), storage.ErrInvalid)
	c.ok(c.folios().VoidFolio(c.ctx, reserved.ID, "wrong"))
	second := c.takenFor(replacing("order-2", "order-1"))
	c.equal("folio", second.Document.Folio, chile.Folio(2))
	c.equal("replaces", second.Replaces, "order-1")
	first, err := c.folios().TakenFolio(c.ctx, owner, "order-1")
	c.ok(err)
	c.equal("replaced by", first.ReplacedBy, "order-2")
	c.equal("replaced by", collect(c, c.folios().TakenFolios(c.ctx, storage.FolioQuery{Issuer: owner}))[0].ReplacedBy, "order-2")
	c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(second)}))
	c.refuses(replacing("order-3", "order-2"), storage.ErrFolioState)
	c.judged(second.ID, storage.VerdictRejected)
	c.takesFolio(replacing("order-3", "order-2"), 3)
}

func folioReplacedOnce(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.ok(c.folios().VoidFolio(c.ctx, c.takenFor(order("order-1")).ID, "wrong"))
	c.unchanged(func() {
		_, err := c.folios().TakeFolios(c.ctx, []storage.FolioRequest{replacing("order-2", "order-1"), replacing("order-3", "order-1")})
		c.fails("TakeFolios", err, storage.ErrReplaced)
	})
	c.takesFolio(replacing("order-2", "order-1"), 2)
	c.takesFolio(replacing("order-2", "order-1"), 2)
	c.refuses(replacing("order-3", "order-1"), storage.ErrReplaced)
	_, err := c.folios().TakeFolio(c.ctx, replacing("order-3", "order-1"))
	var reused *storage.KeyReusedError
	if !errors.As(err, &reused) || reused.Key != "order-2" {
		c.Errorf("not told that order-2 replaces it: %v", err)
	}
}

func folioReplacedAtOnce(c *check) {
	s := c.folios()
	c.putsCAF(cafOf(1, 99))
	c.ok(s.VoidFolio(c.ctx, c.takenFor(order("order-1")).ID, "wrong"))
	refusals := make([]error, 6)
	parallel(len(refusals), func(i int) {
		_, refusals[i] = s.TakeFolio(c.ctx, replacing("order-2"+string(rune('a'+i)), "order-1"))
	})
	replaced := 0
	for _, err := range refusals {
		if err == nil {
			replaced++
		} else {
			c.fails("TakeFolio", err, storage.ErrReplaced)
		}
	}
	c.equal("replaced", replaced, 1)
	c.takesFolio(order("order-3"), 3)
}

func folioEnvironment(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.takesFolio(order("order-1"), 1)
	for _, of := range []chile.Environment{chile.Production, chile.OtherEnvironment, ""} {
		for _, key := range []string{"order-1", "order-2"} {
			r := order(key)
			r.Environment = of
			c.refuses(r, storage.ErrEnvironment)
		}
	}
}

func folioInvalid(c *check) {
	c.putsCAF(cafOf(1, 9))
	for what, spoil := range map[string]func(*storage.FolioRequest){
		"issuer":      func(r *storage.FolioRequest) { r.Issuer = chile.RUT{} },
		"type":        func(r *storage.FolioRequest) { r.Type = 0 },
		"large type":  func(r *storage.FolioRequest) { r.Type = 10_000 },
		"key":         func(r *storage.FolioRequest) { r.Key = "" },
		"long key":    func(r *storage.FolioRequest) { r.Key = strings.Repeat("ñ", 201) },
		"bad key":     func(r *storage.FolioRequest) { r.Key = "a\x00b" },
		"hash":        func(r *storage.FolioRequest) { r.DraftHash = "" },
		"bad hash":    func(r *storage.FolioRequest) { r.DraftHash = "\xf1" },
		"bad replace": func(r *storage.FolioRequest) { r.Replaces = "\xf1" },
		"day":         func(r *storage.FolioRequest) { r.Day = chile.Date{} },
		"instant":     func(r *storage.FolioRequest) { r.Instant = time.Time{} },
		"environment": func(r *storage.FolioRequest) { r.Environment = "moon" },
	} {
		r := order("order-1")
		spoil(&r)
		c.Log(what)
		c.refuses(r, storage.ErrInvalid)
	}
	long := order(strings.Repeat("ñ", 200))
	c.takesFolio(long, 1)
}

func folioAbsent(c *check) {
	c.putsCAF(cafOf(1, 9))
	c.takenFor(order("order-1"))
	_, err := c.folios().TakenFolio(c.ctx, owner, "order-2")
	c.absent("TakenFolio", err)
	_, err = c.folios().TakenFolio(c.ctx, stranger, "order-1")
	c.absent("TakenFolio", err)
	for _, of := range []chile.DocumentID{{Issuer: owner, Type: 33, Folio: 2}, {Issuer: owner, Type: 61, Folio: 1}, {Issuer: stranger, Type: 33, Folio: 1}} {
		_, err = c.folios().FolioOf(c.ctx, of)
		c.absent("FolioOf", err)
	}
	c.absent("VoidFolio", c.folios().VoidFolio(c.ctx, 99, "wrong"))
}

func foliosListed(c *check) {
	c.putsCAF(cafOf(1, 9))
	notes := cafOf(1, 9)
	notes.Type, notes.Digest = chile.NotaCreditoElectronica, "notes"
	c.putsCAF(notes)
	requests := orders(5)
	requests[2].Type = chile.NotaCreditoElectronica
	taken, err := c.folios().TakeFolios(c.ctx, requests)
	c.ok(err)
	c.ok(c.folios().VoidFolio(c.ctx, taken[1].ID, "wrong"))
	list := func(q storage.FolioQuery) (keys []string) {
		c.Helper()
		after := q.AfterID
		for _, f := range collect(c, c.folios().TakenFolios(c.ctx, q)) {
			keys = append(keys, strings.TrimPrefix(f.Key, "order-"))
			if f.ID <= after || f.Draft != nil {
				c.Errorf("folio %d after %d, with draft %q", f.ID, after, f.Draft)
			}
			after = f.ID
		}
		return keys
	}
	c.equal("all", list(storage.FolioQuery{Issuer: owner}), []string{"1", "2", "3", "4", "5"})
	c.equal("invoices", list(storage.FolioQuery{Issuer: owner, Type: 33}), []string{"1", "2", "4", "5"})
	c.equal("void", list(storage.FolioQuery{Issuer: owner, State: storage.FolioVoid}), []string{"2"})
	c.equal("page", list(storage.FolioQuery{Issuer: owner, AfterID: taken[1].ID, Limit: 2}), []string{"3", "4"})
	c.equal("another's", len(list(storage.FolioQuery{Issuer: stranger})), 0)
	for _, err := range c.folios().TakenFolios(c.ctx, storage.FolioQuery{}) {
		c.fails("TakenFolios", err, storage.ErrInvalid)
	}
}

func folioVoid(c *check) {
	c.putsCAF(cafOf(1, 9))
	reserved, signed := c.takenFor(order("order-1")), c.issues("order-2")
	for _, f := range []*storage.TakenFolio{reserved, signed} {
		c.fails("without reason", c.folios().VoidFolio(c.ctx, f.ID, ""), storage.ErrInvalid)
		c.fails("bad reason", c.folios().VoidFolio(c.ctx, f.ID, "\xf1"), storage.ErrInvalid)
		c.ok(c.folios().VoidFolio(c.ctx, f.ID, "the order was cancelled"))
		c.ok(c.folios().VoidFolio(c.ctx, f.ID, "another reason"))
		stored, err := c.folios().FolioOf(c.ctx, f.Document)
		c.ok(err)
		c.equal("state", stored.State, storage.FolioVoid)
		c.equal("reason", stored.Reason, "the order was cancelled")
	}
	c.takesFolio(order("order-3"), 3)
	c.fails("PutIssued", c.issued().PutIssued(c.ctx, []storage.NewIssued{{Folio: reserved.ID, XML: []byte("x"), Receiver: stranger, Date: today}}), storage.ErrFolioState)
}

func folioHandedOut(c *check) {
	c.putsCAF(cafOf(1, 9))
	for key, states := range map[string][]storage.EnvelopeState{
		"pending":  {storage.EnvelopePending},
		"sending":  {storage.EnvelopePending, storage.EnvelopeSending},
		"sent":     {storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeSent},
		"unknown":  {storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown},
		"held":     {storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeUnknown, storage.EnvelopeHeld},
		"rejected": {storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopeRejected},
	} {
		f := c.issues(key)
		c.moves(c.wraps(f).ID, states...)
		c.unchanged(func() { c.fails(key, c.folios().VoidFolio(c.ctx, f.ID, "wrong"), storage.ErrHandedOut) })
	}
	for _, verdict := range []storage.VerdictState{storage.VerdictAccepted, storage.VerdictRejected} {
		f := c.issues("judged " + string(verdict))
		c.judged(f.ID, verdict)
		c.unchanged(func() { c.fails("judged", c.folios().VoidFolio(c.ctx, f.ID, "wrong"), storage.ErrHandedOut) })
	}
}

func folioVoidHeld(c *check) {
	c.putsCAF(cafOf(1, 9))
	one, other := c.issues("order-1"), c.issues("order-2")
	e := c.wraps(one, other)
	c.moves(e.ID, storage.EnvelopePending, storage.EnvelopeSending, storage.EnvelopePending, storage.EnvelopeHeld)
	c.ok(c.folios().VoidFolio(c.ctx, one.ID, "wrong"))
	c.refusesMove(storage.EnvelopeMove{ID: e.ID, From: storage.EnvelopeHeld, To: storage.EnvelopePending}, storage.ErrFolioState)
	c.wraps(other) // it may go without the void one
}

func folioStock(c *check) {
	s := c.folios()
	stock, err := s.Stock(c.ctx, owner, today)
	c.ok(err)
	c.equal("stock", len(stock), 0)
	endless, first, expired, later, held := cafOf(1, 10), cafOf(11, 20), cafOf(21, 23), cafOf(31, 34), cafOf(41, 45)
	endless.LastDay, endless.Authorized = chile.Date{}, day(2026, time.September, 1)
	first.LastDay = today.AddDays(2)
	expired.LastDay = today.AddDays(-1)
	later.Authorized = today.AddDays(1)
	for _, caf := range []storage.CAF{endless, first, expired, later} {
		c.putsCAF(caf)
	}
	c.ok(s.HoldCAF(c.ctx, c.putsCAF(held).ID, "the store is old"))
	notes := cafOf(1, 1)
	notes.Type, notes.Digest = chile.NotaCreditoElectronica, "notes"
	c.putsCAF(notes)
	theirs := cafOf(1, 100)
	theirs.Issuer, theirs.Digest = stranger, "theirs"
	c.putsCAF(theirs)
	r := orders(4)
	r[0].Day, r[1].Day, r[2].Day = day(2026, time.October, 1), day(2026, time.October, 2), day(2026, time.November, 1)
	r[3].Type = chile.NotaCreditoElectronica
	_, err = s.TakeFolios(c.ctx, r)
	c.ok(err)
	stock, err = s.Stock(c.ctx, owner, today)
	c.ok(err)
	c.equal("stock", stock, []storage.Stock{
		{Type: 33, Free: 17, Held: 5, Idle: 7, LastDay: first.LastDay, Recent: 1}, {Type: 61, Recent: 1},
	})
}

func foliosOwn(c *check) {
	caf := cafOf(1, 9)
	id := c.putsCAF(caf).ID
	caf.File[0] = 'X'
	r := order("order-1")
	taken := c.takenFor(r)
	r.Draft[0], taken.Draft[0] = 'X', 'Y'
	again := c.takenFor(order("order-1"))
	c.equal("draft", string(again.Draft), "{order-1}")
	for range 2 {
		file, err := c.folios().CAFFile(c.ctx, id)
		c.ok(err)
		c.equal("file", string(file), string(cafOf(1, 9).File))
		file[0] = 'Z'
	}
}

func endedFolios(c *check) {
	s := c.folios()
	caf := c.putsCAF(cafOf(1, 9))
	taken := c.takenFor(order("order-1"))
	document := chile.DocumentID{Issuer: owner, Type: 33, Folio: 99}
	_, err := s.PutOrphans(c.ctx, []storage.Orphan{{Document: document, Source: "RCV"}})
	c.ok(err)
	ctx, cause := endedContext(c.ctx)
	c.unchanged(func() {
		for name, call := range map[string]func() error{
			"PutCAF":     func() error { _, err := s.PutCAF(ctx, cafOf(11, 19)); return err },
			"CAF":        func() error { _, err := s.CAF(ctx, caf.ID); return err },
			"CAFFile":    func() error { _, err := s.CAFFile(ctx, caf.ID); return err },
			"TakeFolio":  func() error { _, err := s.TakeFolio(ctx, order("order-2")); return err },
			"TakeFolios": func() error { _, err := s.TakeFolios(ctx, orders(3)); return err },
			"TakenFolio": func() error { _, err := s.TakenFolio(ctx, owner, "order-1"); return err },
			"FolioOf":    func() error { _, err := s.FolioOf(ctx, taken.Document); return err },
			"VoidFolio":  func() error { return s.VoidFolio(ctx, taken.ID, "wrong") },
			"HoldCAF":    func() error { return s.HoldCAF(ctx, caf.ID, "old") },
			"SkipFolios": func() error { _, err := s.SkipFolios(ctx, caf.ID, 5, "old"); return err },
			"RaiseBound": func() error { _, err := s.RaiseBound(ctx, caf.ID, 0, 5); return err },
			"OpenFolios": func() error { return s.OpenFolios(ctx, caf.ID, 0) },
			"Stock":      func() error { _, err := s.Stock(ctx, owner, today); return err },
			"PutOrphans": func() error {
				_, err := s.PutOrphans(ctx, []storage.Orphan{{Document: taken.Document, Source: "RCV"}})
				return err
			},
			"AdoptOrphan":   func() error { _, err := s.AdoptOrphan(ctx, document, order("order-3")); return err },
			"DismissOrphan": func() error { return s.DismissOrphan(ctx, document, "another program's") },
		} {
			c.fails(name, call(), cause)
		}
	})
}

func reopenEmission(c *check) {
	caf := c.putsCAF(cafOf(1, 9))
	one, two := c.issues("order-1"), c.issues("order-2")
	c.wraps(one, two)
	_, err := c.folios().SkipFolios(c.ctx, caf.ID, 4, "old")
	c.ok(err)
	_, err = c.folios().PutOrphans(c.ctx, []storage.Orphan{{Document: chile.DocumentID{Issuer: owner, Type: 33, Folio: 4}, Source: "RCV"}})
	c.ok(err)
	before := c.emission()
	c.reopen()
	c.equal("store", c.emission(), before)
	c.takesFolio(order("order-3"), 5)
	c.takesFolio(order("order-1"), 1)
	file, err := c.folios().CAFFile(c.ctx, caf.ID)
	c.ok(err)
	c.equal("file", string(file), string(cafOf(1, 9).File))
}
