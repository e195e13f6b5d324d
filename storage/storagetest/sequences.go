package storagetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// sequence is one of the sequences of a store: how to add an element, and how
// to range over all, each element as text.
type sequence struct {
	name    string
	ability func(c *check) // skips the test if the store lacks it; may be nil
	add     func(c *check, i int)
	all     func(ctx context.Context, s storage.Storage) iter.Seq2[string, error]
}

var allSequences = []sequence{
	{
		name: "Documents",
		add: func(c *check, i int) {
			key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
			c.importDocs(key, invoice(chile.Folio(i), 1000))
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Documents(ctx, storage.DocumentQuery{Owner: owner}), func(doc storage.StoredDocument) string {
				return strconv.FormatInt(int64(doc.Folio), 10)
			})
		},
	},
	{
		name: "Imports",
		add: func(c *check, i int) {
			c.importSnapshot(storage.Snapshot{
				Key: sales, Rows: rows(),
				Sources: func() []storage.Source { return []storage.Source{{Name: "a"}, {Name: strconv.Itoa(i)}} },
			})
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Imports(ctx, storage.ImportQuery{Book: rcv.Sales}), func(i storage.Import) string { return i.Sources[1].Name })
		},
	},
	{
		name: "Counterparties",
		add: func(c *check, i int) {
			key := rcv.Key{Owner: stranger, Period: october.Add(i), Book: rcv.Sales}
			c.importDocs(key, document(int64(i), 33, 1, 1000))
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Counterparties(ctx, storage.CounterpartyQuery{Owner: stranger, Book: rcv.Sales}), func(total storage.CounterpartyTotal) string {
				return strconv.FormatInt(total.Counterparty.Number(), 10)
			})
		},
	},
	{
		name: "Changes",
		add: func(c *check, i int) {
			key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Sales}
			c.importDocs(key)
			c.importDocs(key, invoice(chile.Folio(i), 1000))
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Changes(ctx, storage.ChangeQuery{Book: rcv.Sales}), func(change storage.StoredChange) string {
				return strconv.FormatInt(int64(change.After.Folio), 10)
			})
		},
	},
	{
		name: "Submissions",
		add: func(c *check, i int) {
			c.putSubmission(storage.Submission{Issuer: owner, TrackID: strconv.Itoa(i)})
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Submissions(ctx, storage.SubmissionQuery{Issuer: owner}), func(submission storage.Submission) string { return submission.TrackID })
		},
	},
	{
		name: "Events",
		add: func(c *check, i int) {
			c.appendEvent(storage.Event{Kind: "consulta", Detail: strconv.Itoa(i)})
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(s.Events(ctx, storage.EventQuery{Kind: "consulta"}), func(event storage.Event) string { return event.Detail })
		},
	},
	{
		name: "CAFs", ability: func(c *check) { c.folios() },
		add: func(c *check, i int) {
			caf := cafOf(chile.Folio(i), chile.Folio(i))
			caf.Environment = ""
			c.putsCAF(caf)
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(ability[storage.Folios](s).CAFs(ctx, storage.CAFQuery{}), func(caf storage.CAF) string { return strconv.FormatInt(int64(caf.First), 10) })
		},
	},
	{
		name: "TakenFolios", ability: func(c *check) { c.folios() },
		add: func(c *check, i int) { c.issuesElsewhere(i) },
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(ability[storage.Folios](s).TakenFolios(ctx, storage.FolioQuery{Issuer: owner}), func(f storage.TakenFolio) string { return f.Key })
		},
	},
	{
		name: "Orphans", ability: func(c *check) { c.folios() },
		add: func(c *check, i int) { c.putsOrphans(1, orphanOf(chile.Folio(i))) },
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(ability[storage.Folios](s).Orphans(ctx, storage.OrphanQuery{Issuer: owner}), func(o storage.Orphan) string {
				return strconv.FormatInt(int64(o.Document.Folio), 10)
			})
		},
	},
	{
		name: "IssuedDocuments", ability: func(c *check) { c.issued() },
		add: func(c *check, i int) {
			c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(c.issuesElsewhere(i))}))
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(ability[storage.Issued](s).IssuedDocuments(ctx, storage.IssuedQuery{Issuer: owner, WithXML: true}), func(d storage.IssuedDocument) string { return d.Key })
		},
	},
	{
		name: "Envelopes", ability: func(c *check) { c.outbox() },
		add: func(c *check, i int) {
			f := c.issuesElsewhere(i)
			c.ok(c.issued().PutIssued(c.ctx, []storage.NewIssued{signed(f)}))
			n := envelopeOf(f)
			n.Environment, n.Kind = "", strconv.Itoa(i)
			_, err := c.outbox().PutEnvelope(c.ctx, n)
			c.ok(err)
		},
		all: func(ctx context.Context, s storage.Storage) iter.Seq2[string, error] {
			return named(ability[storage.Outbox](s).Envelopes(ctx, storage.EnvelopeQuery{}), func(e storage.Envelope) string { return e.Kind })
		},
	},
}

// ability is one that a store has: sequence.ability has seen to it.
func ability[T any](s storage.Storage) T {
	a, _ := s.(T)
	return a
}

// issuesElsewhere takes a folio for a key that is the number, of the environment that
// other tests of sequences are of.
func (c *check) issuesElsewhere(i int) *storage.TakenFolio {
	c.Helper()
	caf, r := cafOf(1, 99), order(strconv.Itoa(i))
	caf.Environment, r.Environment = "", ""
	c.putsCAF(caf)
	return c.takenFor(r)
}

func named[T any](seq iter.Seq2[T, error], name func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for v, err := range seq {
			text := ""
			if err == nil {
				text = name(v)
			}
			if !yield(text, err) {
				return
			}
		}
	}
}

func sequences() []sentence {
	var all []sentence
	for _, seq := range allSequences {
		for _, rule := range []struct {
			text string
			test func(c *check, seq sequence)
		}{
			{"may be ranged over again, which asks the store again", rangedAgain},
			{"may be left early", leftEarly},
			{"yields the end of its context once, as its last element", endsOnce},
			{"shows the store as it was at one time, and lets it be used inside the loop", usedInside},
		} {
			all = append(all, sentence{text: seq.name + " " + rule.text, test: func(c *check) {
				if seq.ability != nil {
					seq.ability(c)
				}
				rule.test(c, seq)
			}})
		}
	}
	return all
}

// addAll adds elements and returns their texts.
func (c *check) addAll(seq sequence, n int) []string {
	c.Helper()
	var texts []string
	for i := range n {
		seq.add(c, i+1)
		texts = append(texts, strconv.Itoa(i+1))
	}
	return texts
}

func rangedAgain(c *check, seq sequence) {
	all := seq.all(c.ctx, c.store) // no query yet
	want := c.addAll(seq, 3)
	for range 2 {
		c.equal(seq.name, collect(c, all), want)
	}
	seq.add(c, 4)
	c.equal(seq.name, collect(c, all), append(want, "4"))
}

// leftEarly leaves so many loops early that a store which does not free their
// resources runs out of them.
func leftEarly(c *check, seq sequence) {
	want := c.addAll(seq, 3)
	all := seq.all(c.ctx, c.store)
	for i := range 150 {
		seen := 0
		for text, err := range all {
			c.ok(err)
			c.equal("element", text, want[seen])
			if seen++; seen > i%2 {
				break
			}
		}
	}
	seq.add(c, 4)
	c.equal(seq.name, collect(c, all), append(want, "4"))
}

func endsOnce(c *check, seq sequence) {
	c.addAll(seq, 5)
	for after := range 4 { // number of elements before the context ends
		ctx, end := context.WithCancelCause(c.ctx)
		if after == 0 {
			end(errEnded)
		}
		seen, failures := 0, 0
		for text, err := range seq.all(ctx, c.store) {
			if failures > 0 {
				c.Errorf("an element after an error: %q, %v", text, err)
			}
			if err != nil {
				failures++
				c.fails("sequence", err, errEnded)
				continue
			}
			if seen++; seen == after {
				end(errEnded)
			}
		}
		if failures != 1 {
			c.Errorf("context ended after %d elements: %d elements and %d errors", after, seen, failures)
		}
		end(nil)
	}
	// An error is the end even for a loop that leaves at it.
	ctx, _ := endedContext(c.ctx)
	for _, err := range seq.all(ctx, c.store) {
		c.fails("sequence", err, errEnded)
		break
	}
}

// usedInside adds to what it ranges over, and does everything else that a
// program may do for each element.
func usedInside(c *check, seq sequence) {
	want := c.addAll(seq, 4)
	var got []string
	for text, err := range seq.all(c.ctx, c.store) {
		c.ok(err)
		got = append(got, text)
		if len(got) == 1 {
			seq.add(c, 5)
			seq.add(c, 6)
			c.importDocs(rcv.Key{Owner: owner, Period: october.Add(2), Book: rcv.Purchases}, invoice(77, 1000)) // instead of another
		}
		c.ok(c.store.PutToken(c.ctx, tokenKey, text, farFuture))
		c.hasToken(tokenKey, text, farFuture)
		c.createSession(storage.Session{Cookies: "sealed", ExpiresAt: farFuture})
		if n := len(collect(c, seq.all(c.ctx, c.store))); n < len(want) {
			c.Errorf("%d elements inside the loop", n)
		}
	}
	c.equal(seq.name, got, want)
	if after := collect(c, seq.all(c.ctx, c.store)); !slices.Contains(after, "5") {
		c.Error(fmt.Sprint("what was added inside the loop is not there: ", after))
	}
}
