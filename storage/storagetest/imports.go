package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func imports() []sentence {
	return []sentence{
		{text: "every import is yielded with its counts, size and sources", test: importsRecorded},
		{text: "the size is that of all lines of the summary", test: importSize},
		{text: "a query of imports selects by owner, book, month and id, the newest first if it says so", test: importFilters},
		{text: "who goes on after the last import seen misses none, also of imports at once", test: importsFollowed},
	}
}

func (c *check) imports(q storage.ImportQuery) []storage.Import {
	c.Helper()
	return collect(c, c.store.Imports(c.ctx, q))
}

func importsRecorded(c *check) {
	var want []storage.Import
	for i := range 4 {
		result := c.importSnapshot(storage.Snapshot{
			Key: purchases, TakenAt: noon.Add(time.Duration(i) * time.Hour), Rows: rows(invoices(3*(i%2), 1000)...),
			Lines: func() []rcv.SummaryLine { return filledLines(c.T)[:i%2] },
			Sources: func() []storage.Source {
				return []storage.Source{{Name: "b.csv", SHA256: "b5", Bytes: 0}, {Name: "a.csv", SHA256: "a4", Bytes: 1 << 40}}[:i%3]
			},
		})
		want = append(want, result.Import)
		c.importDocs(sales)
	}
	for range 2 { // the second round sees what the first one changed
		got := c.imports(storage.ImportQuery{Book: rcv.Purchases})
		c.equal("imports", got, want)
		got[1].Size.Documents, got[1].Sources[0].Name = -1, "spoilt"
	}
	c.equal("all", len(c.imports(storage.ImportQuery{})), 8)
}

func importSize(c *check) {
	c.equal("without summary", c.importDocs(purchases, invoices(3, 1000)...).Size, (*storage.Size)(nil))
	for _, test := range []struct {
		lines []rcv.SummaryLine
		want  storage.Size
	}{
		{nil, storage.Size{}},
		{[]rcv.SummaryLine{
			{State: rcv.Registro, Type: 33, HasDetail: true, Documents: 2, Total: 1190},
			{State: rcv.Pendiente, Type: 61, HasDetail: true, Documents: 1, Total: 119},
			{State: rcv.Registro, Type: 39, Documents: 40, Total: 50_000},
		}, storage.Size{Documents: 43, Total: 51_309}},
	} {
		result := c.importSnapshot(storage.Snapshot{Key: purchases, Rows: rows(), Lines: func() []rcv.SummaryLine { return test.lines }})
		c.equal("size", result.Size, &test.want)
		last, err := c.store.LastImport(c.ctx, purchases)
		c.ok(err)
		c.equal("size of the last import", last.Size, &test.want)
	}
}

func importFilters(c *check) {
	november := rcv.Key{Owner: owner, Period: october.Next(), Book: rcv.Purchases}
	theirs := rcv.Key{Owner: stranger, Period: october, Book: rcv.Purchases}
	for range 2 {
		for _, key := range []rcv.Key{purchases, sales, november, theirs} {
			c.importDocs(key, invoice(1, 1000))
		}
	}
	all := c.imports(storage.ImportQuery{})
	c.equal("imports", len(all), 8)
	for i, test := range []struct {
		query storage.ImportQuery
		want  []int
	}{
		{storage.ImportQuery{Owner: owner}, []int{0, 1, 2, 4, 5, 6}},
		{storage.ImportQuery{Book: rcv.Sales}, []int{1, 5}},
		{storage.ImportQuery{Period: october}, []int{0, 1, 3, 4, 5, 7}},
		{storage.ImportQuery{AfterID: all[5].ID}, []int{6, 7}},
		{storage.ImportQuery{BeforeID: all[2].ID}, []int{0, 1}},
		{storage.ImportQuery{AfterID: all[1].ID, BeforeID: all[4].ID}, []int{2, 3}},
		{storage.ImportQuery{Limit: 3}, []int{0, 1, 2}},
		{storage.ImportQuery{Newest: true}, []int{7, 6, 5, 4, 3, 2, 1, 0}},
		{storage.ImportQuery{Owner: owner, Book: rcv.Purchases, Period: october, BeforeID: all[4].ID, Newest: true, Limit: 1}, []int{0}},
		{storage.ImportQuery{Owner: stranger, Book: rcv.Sales}, nil},
	} {
		var want []storage.Import
		for _, n := range test.want {
			want = append(want, all[n])
		}
		c.equal(fmt.Sprint("query ", i), c.imports(test.query), want)
	}
}

// importsFollowed ends imports at once, some of them slow, while a reader follows
// them.
func importsFollowed(c *check) {
	const writers, each = 6, 6
	var written sync.WaitGroup
	for w := range writers {
		written.Go(func() {
			key := rcv.Key{Owner: owner, Period: october.Add(w), Book: rcv.Sales}
			for i := range each {
				if _, err := c.store.ImportRegister(c.ctx, storage.Snapshot{Key: key, Rows: rows(invoices(1+w%3*100, 1000)...)}); err != nil {
					c.Errorf("writer %d, import %d: %v", w, i, err)
					return
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		written.Wait()
		close(ended)
	}()
	var followed []int64
	for last, more := int64(0), true; more; {
		select {
		case <-ended:
			more = false // except for one last look
		default:
		}
		for i, err := range c.store.Imports(c.ctx, storage.ImportQuery{AfterID: last}) {
			if err != nil {
				c.Error(err)
				<-ended
				return
			}
			last, more = i.ID, true
			followed = append(followed, last)
		}
	}
	c.equal("imports", len(followed), writers*each)
	if !slices.IsSorted(followed) {
		c.Errorf("ids %d", followed)
	}
}
