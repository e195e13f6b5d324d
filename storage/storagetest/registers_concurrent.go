package storagetest

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func concurrentImports() []sentence {
	return []sentence{
		{text: "imports of one register take turns, the last one wins", test: importsTakeTurns},
		{text: "imports of many registers at once", test: importsSideBySide},
		{text: "readers see a register before or after an import, never between", test: readersDuringImports},
	}
}

// parallel calls the function in n goroutines that start together.
func parallel(n int, f func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}

// importsTakeTurns checks that the result equals that of the imports one by one,
// in the order of their ids.
func importsTakeTurns(c *check) {
	const writers, each = 4, 6
	type made struct {
		docs   []rcv.Document
		result *storage.ImportResult
	}
	var mu sync.Mutex
	var all []made
	parallel(writers, func(w int) {
		for i := range each {
			n := w*each + i
			docs := invoices(5+n%7, chile.CLP(1000+n))
			result, err := c.store.ImportRegister(c.ctx, storage.Snapshot{
				Key: purchases, TakenAt: noon.Add(time.Duration(n) * time.Second), Rows: rows(docs...),
			})
			if err != nil {
				c.Error(err)
				return
			}
			mu.Lock()
			all = append(all, made{docs, result})
			mu.Unlock()
		}
	})
	slices.SortFunc(all, func(a, b made) int { return cmp.Compare(a.result.ID, b.result.ID) })
	m := newModel(purchases)
	for _, one := range all {
		counts, changes := m.apply(one.result.TakenAt, one.docs)
		c.equal("counts", one.result.Counts, counts)
		c.equal("changes", one.result.Changes, changes)
	}
	c.equal("stored", c.stored(purchases), m.stored())
	last, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	c.equal("imports", len(all), writers*each)
	c.equal("last import", *last, all[len(all)-1].result.Import)
}

// importsSideBySide imports both books of several owners and months, twice.
func importsSideBySide(c *check) {
	var keys []rcv.Key
	for _, who := range []chile.RUT{owner, stranger} {
		for i := range 3 {
			for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
				keys = append(keys, rcv.Key{Owner: who, Period: october.Add(i), Book: book})
			}
		}
	}
	parallel(len(keys), func(i int) {
		for round := range 2 {
			result, err := c.store.ImportRegister(c.ctx, storage.Snapshot{
				Key: keys[i], TakenAt: noon, Rows: rows(invoices(10+i, chile.CLP(i+round))...),
			})
			if err != nil {
				c.Errorf("%s: %v", keys[i], err)
				return
			}
			want := storage.Counts{Added: int64(10 + i)}
			if round == 1 {
				want = storage.Counts{Changed: int64(10 + i)}
			}
			c.equal("counts of "+keys[i].String(), result.Counts, want)
		}
	})
	for i, key := range keys {
		c.holds(key, invoices(10+i, chile.CLP(i+1))...)
	}
	c.equal("events", len(collect(c, c.store.Events(c.ctx, storage.EventQuery{}))), 2*len(keys))
}

// readersDuringImports imports snapshots in which all documents have the same
// net, which is also their number, and looks for a mixture.
func readersDuringImports(c *check) {
	snapshot := func(net int) []rcv.Document { return invoices(20+net%5, chile.CLP(net)) }
	c.importDocs(purchases, snapshot(0)...)
	done := make(chan struct{})
	parallel(4, func(i int) {
		if i == 0 {
			defer close(done)
			for net := 1; net <= 15; net++ {
				if _, err := c.store.ImportRegister(c.ctx, storage.Snapshot{
					Key: purchases, TakenAt: noon, Rows: rows(snapshot(net)...),
				}); err != nil {
					c.Error(err)
					return
				}
			}
			return
		}
		last := chile.CLP(0)
		for running := true; running; {
			select {
			case <-done:
				running = false // one more look, at the last import
			default:
			}
			count, net := 0, chile.CLP(-1)
			for doc, err := range c.store.Documents(c.ctx, storage.DocumentQuery{Owner: owner}) {
				if err != nil {
					c.Error(err)
					return
				}
				if net == -1 {
					net = doc.Net
				}
				if doc.Net != net {
					c.Errorf("a mixture: net %d among %d", doc.Net, net)
					return
				}
				count++
			}
			if want := len(snapshot(int(net))); count != want {
				c.Errorf("%d documents with net %d, want %d", count, net, want)
				return
			}
			if net < last {
				c.Errorf("net %d after %d", net, last)
				return
			}
			last = net
		}
		if last != 15 && !c.Failed() {
			c.Errorf("the last import is not seen: net %d", last)
		}
	})
}
