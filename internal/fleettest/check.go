package fleettest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Check compares a store with the model, register by register: its documents,
// those that are gone among them, the counts and time of the last import, how many
// imports and changes there were, and that the changes lead to the documents.
func (m *Model) Check(ctx context.Context, store storage.Storage) error {
	imports, err := importsOf(ctx, store)
	if err != nil {
		return err
	}
	for key, r := range m.registers {
		if err := r.check(ctx, store, key, imports[key.String()]); err != nil {
			return fmt.Errorf("register %s: %w", key, err)
		}
		delete(imports, key.String())
	}
	if len(imports) > 0 {
		return fmt.Errorf("imports of registers that nobody imported: %v", imports)
	}
	return nil
}

// importsOf counts the imports in the trail, by register.
func importsOf(ctx context.Context, store storage.Storage) (map[string]int, error) {
	counts := map[string]int{}
	for event, err := range store.Events(ctx, storage.EventQuery{Kind: storage.EventImport}) {
		if err != nil {
			return nil, err
		}
		var detail struct {
			Register string `json:"registro"`
		}
		if err := json.Unmarshal([]byte(event.Detail), &detail); err != nil {
			return nil, err
		}
		counts[detail.Register]++
	}
	return counts, nil
}

func (r *modelRegister) check(ctx context.Context, store storage.Storage, key rcv.Key, imports int) error {
	last, err := store.LastImport(ctx, key)
	if errors.Is(err, fs.ErrNotExist) && r.imports == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if got := Counts(last.Counts); got != r.counts || !last.TakenAt.Equal(r.takenAt) || imports != r.imports {
		return fmt.Errorf("%d imports, the last %+v at %s; want %d, %+v at %s", imports, got, last.TakenAt, r.imports, r.counts, r.takenAt)
	}
	stored := map[ID]bool{}
	for doc, err := range store.Documents(ctx, storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, IncludeGone: true}) {
		if err != nil {
			return err
		}
		id := IDOf(&doc.Document)
		row := r.rows[id]
		switch {
		case row == nil || stored[id]:
			return fmt.Errorf("document %v is doubled, or was never shown", id)
		case Brief(&row.doc) != Brief(&doc.Document):
			return fmt.Errorf("document %v: %s; want %s", id, Brief(&doc.Document), Brief(&row.doc))
		case !row.goneAt.Equal(doc.GoneAt):
			return fmt.Errorf("document %v is gone since %s; want %s", id, doc.GoneAt, row.goneAt)
		}
		stored[id] = true
	}
	if len(stored) != len(r.rows) {
		return fmt.Errorf("%d documents; want %d", len(stored), len(r.rows))
	}
	if err := r.checkLines(ctx, store, key); err != nil {
		return err
	}
	return r.checkFeed(ctx, store, key)
}

// checkLines sums the documents that are not gone, and compares the sums with the
// stored summary.
func (r *modelRegister) checkLines(ctx context.Context, store storage.Storage, key rcv.Key) error {
	type line struct {
		state rcv.State
		typ   chile.DocType
	}
	type sum struct{ documents, total int64 }
	want, got := map[line]sum{}, map[line]sum{}
	for _, row := range r.rows {
		if row.goneAt.IsZero() {
			at := line{row.doc.State, row.doc.Type}
			want[at] = sum{want[at].documents + 1, want[at].total + int64(row.doc.Total)}
		}
	}
	lines, err := store.SummaryLines(ctx, key)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.HasRows() {
			at := line{l.State, l.Type}
			got[at] = sum{got[at].documents + l.Documents, got[at].total + int64(l.Total)}
		}
	}
	if !maps.Equal(want, got) {
		return fmt.Errorf("summary %v; want %v", got, want)
	}
	return nil
}

// checkFeed counts the changes of a register and replays them: the last change of a
// document must give its stored state.
func (r *modelRegister) checkFeed(ctx context.Context, store storage.Storage, key rcv.Key) error {
	last := map[ID]*rcv.Document{}
	n := 0
	var before int64
	for c, err := range store.Changes(ctx, storage.ChangeQuery{Owner: key.Owner, Book: key.Book, Period: key.Period}) {
		if err != nil {
			return err
		}
		if c.ID <= before {
			return fmt.Errorf("change %d is behind %d", c.ID, before)
		}
		before = c.ID
		last[IDOf(c.Document())] = c.InRegister()
		n++
	}
	if n != r.changes {
		return fmt.Errorf("%d changes; want %d", n, r.changes)
	}
	for id, doc := range last {
		row := r.rows[id]
		if gone := doc == nil; row == nil || gone == row.goneAt.IsZero() || !gone && Brief(doc) != Brief(&row.doc) {
			return fmt.Errorf("the changes of document %v do not lead to what is stored", id)
		}
	}
	return nil
}
