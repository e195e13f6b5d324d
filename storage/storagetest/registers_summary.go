package storagetest

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

func summaries() []sentence {
	return []sentence{
		{text: "a register that was never imported is absent", test: summaryAbsent},
		{text: "a register without lines has none", test: summaryEmpty},
		{text: "every field of a line comes back", test: summaryFields},
		{text: "lines are ordered by state and type, those without detail included", test: summaryOrder},
		{text: "the lines are those of the last import", test: summaryReplaced},
	}
}

func (c *check) importLines(key rcv.Key, lines ...rcv.SummaryLine) {
	c.Helper()
	c.importSnapshot(storage.Snapshot{
		Key: key, TakenAt: noon, Rows: rows(), Lines: func() []rcv.SummaryLine { return lines },
	})
}

func (c *check) hasLines(key rcv.Key, want ...rcv.SummaryLine) {
	c.Helper()
	got, err := c.store.SummaryLines(c.ctx, key)
	c.ok(err)
	c.equal("lines of "+key.String(), got, want)
}

func summaryAbsent(c *check) {
	c.importLines(purchases, rcv.SummaryLine{State: rcv.Registro, Type: 33})
	for _, key := range []rcv.Key{{}, sales, {Owner: stranger, Period: october, Book: rcv.Purchases}} {
		_, err := c.store.SummaryLines(c.ctx, key)
		c.absent("summary lines", err)
		_, err = c.store.LastImport(c.ctx, key)
		c.absent("last import", err)
	}
}

func summaryEmpty(c *check) {
	c.importDocs(purchases, invoices(2, 1000)...) // Lines is nil
	c.hasLines(purchases)
	c.importLines(sales)
	c.hasLines(sales)
}

func summaryFields(c *check) {
	for i, line := range filledLines(c.T) {
		key := rcv.Key{Owner: owner, Period: october.Add(i), Book: rcv.Purchases}
		c.importLines(key, line)
		c.hasLines(key, line)
	}
}

func summaryOrder(c *check) {
	line := func(state rcv.State, typ chile.DocType, entry string) rcv.SummaryLine {
		return rcv.SummaryLine{State: state, Type: typ, Entry: entry, HasDetail: entry == "DET_ELE", Documents: 2, Total: 1190}
	}
	c.importLines(purchases,
		line(rcv.Registro, 110, "DET_ELE"),
		line(rcv.Registro, 35, "RES"),
		line(rcv.Registro, 33, "DET_PAP"),
		line(rcv.Registro, 33, "DET_ELE"),
		line(rcv.Pendiente, 914, "DET_ELE"),
		line(rcv.NoIncluir, 33, "DET_ELE"),
	)
	c.hasLines(purchases,
		line(rcv.NoIncluir, 33, "DET_ELE"),
		line(rcv.Pendiente, 914, "DET_ELE"),
		line(rcv.Registro, 33, "DET_PAP"),
		line(rcv.Registro, 33, "DET_ELE"),
		line(rcv.Registro, 35, "RES"),
		line(rcv.Registro, 110, "DET_ELE"),
	)
}

func summaryReplaced(c *check) {
	c.importLines(purchases, rcv.SummaryLine{State: rcv.Registro, Type: 33, Documents: 1}, rcv.SummaryLine{State: rcv.Registro, Type: 61})
	second := rcv.SummaryLine{State: rcv.Registro, Type: 33, Documents: 2}
	c.importLines(purchases, second)
	c.importLines(sales, rcv.SummaryLine{State: rcv.Registro, Type: 39, Documents: 3})
	c.hasLines(purchases, second)
	c.importDocs(purchases) // a snapshot without summary
	c.hasLines(purchases)
}
