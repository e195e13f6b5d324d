package storagetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func randomChanges() []sentence {
	var all []sentence
	for seed := range uint64(4) {
		all = append(all, sentence{
			text: fmt.Sprintf("the feed, put upon the first imports, makes the registers, seed %d", seed),
			test: anyFeed(seed),
		})
	}
	return all
}

// library is all registers by the contract.
type library map[rcv.Key]*model

// apply imports into the model and returns what the feed must have of it.
func (l library) apply(key rcv.Key, takenAt time.Time, docs []rcv.Document) []storage.Change {
	goneSince := make(map[identity]time.Time)
	for id, row := range l[key].rows {
		goneSince[id] = row.GoneAt
	}
	_, changes := l[key].apply(takenAt, docs)
	for i := range changes {
		changes[i] = l.settle(key, changes[i], goneSince[identityOf(changes[i].Document())])
	}
	return changes
}

// settle returns the change, as a move if it is the second half of one.
func (l library) settle(key rcv.Key, change storage.Change, goneSince time.Time) storage.Change {
	var stands, gone []storage.StoredDocument // in the order of months
	for i := range 12 {
		other := rcv.Key{Owner: key.Owner, Period: october.Add(i), Book: key.Book}
		if m := l[other]; m != nil && other != key {
			if row, ok := m.rows[identityOf(change.Document())]; ok && row.GoneAt.IsZero() {
				stands = append(stands, row)
			} else if ok {
				gone = append(gone, row)
			}
		}
	}
	switch {
	case key.Book == rcv.Purchases && change.Document().Counterparty.IsZero():
	case change.Kind == storage.Gone && len(stands) > 0:
		to := stands[len(stands)-1]
		return storage.Change{Kind: storage.PeriodMoved, From: key.Period, To: to.Key.Period, Before: change.Before, After: &to.Document}
	case change.Kind == storage.Added || change.Kind == storage.Returned:
		var from *storage.StoredDocument
		for _, row := range gone {
			if from == nil || !row.GoneAt.Before(from.GoneAt) {
				from = &row
			}
		}
		if len(stands) == 0 && from != nil && from.GoneAt.After(goneSince) {
			return storage.Change{Kind: storage.PeriodMoved, From: from.Key.Period, To: key.Period, Before: &from.Document, After: change.After}
		}
	}
	return change
}

// anyFeed imports random snapshots of few documents into months and books of two
// owners; some fail. It compares the feed with the model's, and the registers
// with the feed applied to their first imports.
func anyFeed(seed uint64) func(c *check) {
	return func(c *check) {
		r := rand.New(rand.NewPCG(seed, 3))
		l := library{}
		var keys []rcv.Key
		for _, who := range []chile.RUT{owner, stranger} {
			for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
				for i := range 3 {
					key := rcv.Key{Owner: who, Period: october.Add(i), Book: book}
					keys = append(keys, key)
					l[key] = newModel(key)
				}
			}
		}
		replayed := make(map[rcv.Key]map[identity]rcv.Document)
		var feed []storage.StoredChange
		for step := range 60 {
			key := keys[r.IntN(len(keys))]
			docs := someDocuments(r)
			if r.IntN(8) == 0 {
				cause := errors.New("the answer was cut")
				c.importFails(c.ctx, key, rowsThen(cause, docs...), cause)
				continue
			}
			takenAt := noon.Add(time.Duration(step/2) * time.Hour) // times may be equal
			result := c.importSnapshot(storage.Snapshot{Key: key, TakenAt: takenAt, Rows: rows(docs...)})
			want := l.apply(key, takenAt, docs)
			c.equal("changes", result.Changes, want)
			for _, change := range want {
				feed = append(feed, storage.StoredChange{ImportID: result.ID, Key: key, TakenAt: takenAt, Change: change})
			}
			if replayed[key] == nil {
				replayed[key] = make(map[identity]rcv.Document)
				for _, doc := range docs {
					replayed[key][identityOf(&doc)] = doc
				}
			}
			if c.Failed() {
				c.Fatalf("seed %d, step %d", seed, step)
			}
		}
		got := c.changes(storage.ChangeQuery{})
		for i := range min(len(got), len(feed)) {
			feed[i].ID = got[i].ID
		}
		c.equal("feed", got, feed)
		c.replay(replayed, got, l)
	}
}

// replay applies the feed to the registers after their first import. Values that
// imports filled in (see rcv.Adds), which are not changes, come from the models.
func (c *check) replay(registers map[rcv.Key]map[identity]rcv.Document, feed []storage.StoredChange, l library) {
	c.Helper()
	for _, change := range feed {
		id := identityOf(change.Document())
		if doc := change.InRegister(); doc != nil {
			registers[change.Key][id] = *doc
		} else {
			delete(registers[change.Key], id)
		}
	}
	for key, docs := range registers {
		var want []rcv.Document
		for id, doc := range docs {
			if filled := l[key].rows[id].Document; len(rcv.Diff(&doc, &filled)) == 0 && rcv.Adds(&doc, &filled) {
				doc = filled
			}
			want = append(want, doc)
		}
		c.holds(key, want...)
	}
}

// someDocuments returns a small random subset of few documents, so that they
// move often.
func someDocuments(r *rand.Rand) []rcv.Document {
	docs := anyDocuments(r)
	return docs[:min(len(docs), r.IntN(9))]
}
