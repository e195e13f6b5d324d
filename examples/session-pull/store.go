package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// errGone says that an import would take documents away.
var errGone = errors.New("the files do not have documents that are stored: use rcvsync, which proves what is gone")

// keep imports a register whose files have all its states. Since no summary proves
// that they are whole, it adds and changes documents, but takes none away.
func keep(ctx context.Context, out *cli.Output, opts *options, listing *pull.Listing) error {
	snapshot, err := snapshotOf(opts, listing)
	if err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, "sqlite", opts.store)
	if err != nil {
		return err
	}
	defer store.Close()
	result, err := store.ImportRegister(ctx, *snapshot)
	if err != nil {
		return err
	}
	out.Event(map[string]any{"event": "stored", "database": opts.store, "register": snapshot.Key.String(), "documents": len(listing.Documents()), "counts": result.Counts})
	out.Text("stored in %s: %s, %d documents, %d changes", opts.store, snapshot.Key, len(listing.Documents()), len(result.Changes))
	return nil
}

// snapshotOf wants one file, or answer, of each state of one book, all rows of
// which were read.
func snapshotOf(opts *options, listing *pull.Listing) (*storage.Snapshot, error) {
	if err := listing.Complete(); err != nil {
		return nil, err
	}
	key := rcv.Key{Owner: opts.owner, Period: opts.period}
	have := map[rcv.State]bool{}
	var sources []storage.Source
	for _, f := range listing.Parts {
		switch {
		case f.Kind != pull.KindRegister:
			return nil, fmt.Errorf("%s: -store keeps registers, not %s", f.Name, f.Kind)
		case key.Book != "" && key.Book != f.Book:
			return nil, errors.New("-store keeps one book at a time: purchases or sales")
		case have[f.State]:
			return nil, fmt.Errorf("%s: a second file of the state %s", f.Name, f.State)
		case len(f.Missing) > 0:
			return nil, fmt.Errorf("%s lacks columns, so that stored values would be lost: %q", f.Name, f.Missing)
		}
		key.Book, have[f.State] = f.Book, true
		sources = append(sources, storage.Source{Name: fmt.Sprintf("%s %s", f.State, f.Name), SHA256: f.SHA256, Bytes: int64(len(f.Bytes))})
	}
	for _, state := range key.Book.States() {
		if !have[state] {
			return nil, fmt.Errorf("-store needs all states of the register: %s is missing", state)
		}
	}
	snapshot := &storage.Snapshot{Key: key, Sources: func() []storage.Source { return sources }, Accept: func(i storage.Import) error {
		if i.Counts.Gone > 0 {
			return fmt.Errorf("%w: %d", errGone, i.Counts.Gone)
		}
		return nil
	}}
	if opts.real {
		snapshot.Environment = chile.Production
	}
	snapshot.Rows = func(yield func(rcv.Document, error) bool) {
		for _, d := range listing.Documents() {
			if !yield(d, nil) {
				return
			}
		}
	}
	return snapshot, nil
}
