package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/storage"
)

// kept issues documents that a database keeps, and sends them.
type kept struct {
	emitter *siiemit.Emitter
	send    bool
	wait    bool
	dir     string // where documents are written too; empty for nowhere
	issued  []*siiemit.Document
}

// authorised is zero: the Emitter checks the CAF of the folio.
func (k *kept) authorised(*issue.Draft) chile.Date { return chile.Date{} }

// ofAll are errors that end the run, because they concern all drafts.
var ofAll = []error{
	context.Canceled, context.DeadlineExceeded, storage.ErrEnvironment, storage.ErrBusy, siiemit.ErrStoreOld, siiemit.ErrFoliosUnproved,
	siiemit.ErrWitness, siiemit.ErrNoResolution,
}

func (k *kept) issue(ctx context.Context, l *line, from source, _ *issue.Options) (issue.Findings, error) {
	doc, err := k.emitter.Prepare(ctx, from.key, from.draft, nil)
	l.Key = from.key
	l.findings = slices.DeleteFunc(l.findings, func(f issue.Finding) bool { return f.Code == "caf.unchecked" }) // the Emitter has checked it
	var refused *siiemit.RefusedError
	switch {
	case errors.As(err, &refused):
		return refused.Findings, nil
	case errors.Is(err, storage.ErrKeyReused):
		return one("key.reused", "", from.key, "la clave es de otro borrador: "+err.Error(), err.Error()), nil
	case errors.Is(err, storage.ErrNoFolios):
		return one("folio.none", "Encabezado/IdDoc/Folio", "", "no quedan folios de este tipo", err.Error()), nil
	case isAny(err, ofAll):
		return nil, err
	case err != nil:
		return one("issue.failed", "", "", "no se pudo emitir: "+err.Error(), err.Error()), nil
	}
	l.Folio, l.Date, l.id = doc.ID.Folio, doc.Date.String(), doc.ID
	k.issued = append(k.issued, doc)
	l.File, err = k.write(doc)
	return nil, err
}

func isAny(err error, of []error) bool {
	for _, e := range of {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// write writes a document where it is not written yet. The same key gives the same
// bytes.
func (k *kept) write(doc *siiemit.Document) (path string, err error) {
	if k.dir == "" || len(doc.XML) == 0 {
		return "", nil
	}
	path = filepath.Join(k.dir, fmt.Sprintf("%d-%d.xml", int(doc.ID.Type), int64(doc.ID.Folio)))
	there, err := os.ReadFile(path)
	switch {
	case err == nil && string(there) == string(doc.XML):
		return path, nil
	case err == nil:
		return "", fmt.Errorf("%s is there already, and is another document: use one -out for each company", path)
	case !errors.Is(err, os.ErrNotExist):
		return "", err
	}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return "", err
	}
	return path, create(path, doc.XML)
}

func idsOf(docs []*siiemit.Document) []chile.DocumentID {
	ids := make([]chile.DocumentID, len(docs))
	for i, doc := range docs {
		ids[i] = doc.ID
	}
	return ids
}

func (k *kept) end(ctx context.Context, out *cli.Output, t *table) error {
	if !k.send || len(k.issued) == 0 {
		return nil
	}
	sent, err := k.emitter.Send(ctx, k.issued...)
	if err != nil {
		return err
	}
	f := follow{emitter: k.emitter, out: out, table: t}
	f.uploads(sent)
	if !k.wait {
		return f.unknown(sent)
	}
	return f.wait(ctx, idsOf(sent))
}

// openKept reads the flags of a database.
func (o *options) openKept(ctx context.Context, s *settings, getenv func(string) string) (*kept, func(), error) {
	cover, err := o.cover()
	if err != nil {
		return nil, nil, err
	}
	if o.date != "" {
		return nil, nil, cli.Usagef("-date makes files for tests: what is kept in a database has the date of the clock")
	}
	s.keeps, s.date = true, s.options.Policy.Today
	store, closeStore, err := o.openStore(ctx, getenv)
	if err != nil {
		return nil, nil, err
	}
	k, err := o.keep(ctx, s, store, cover, getenv)
	if err != nil {
		closeStore()
		return nil, nil, err
	}
	return k, closeStore, nil
}

// keep returns who issues into an open database.
func (o *options) keep(ctx context.Context, s *settings, store keeper, cover issue.Cover, getenv func(string) string) (*kept, error) {
	cafs, environment, err := o.readCAFs(cover)
	if err != nil {
		return nil, err
	}
	company := o.companyOf(s, cafs)
	if company.IsZero() {
		return nil, cli.Usagef("-company with a RUTEmisor, or -caf, must name the company")
	}
	e, err := o.emitter(ctx, s, store, environment, siiemit.Company{
		RUT: company, ResolutionDate: cover.ResolutionDate, ResolutionNumber: cover.ResolutionNumber,
	}, getenv)
	if err != nil {
		return nil, err
	}
	for _, path := range o.cafs {
		if err := addCAF(ctx, e, path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return &kept{emitter: e, send: o.send || o.wait, wait: o.wait, dir: o.out}, nil
}

func addCAF(ctx context.Context, e *siiemit.Emitter, path string) error {
	text, err := readFile(path)
	if err == nil {
		_, err = e.AddCAF(ctx, text, nil)
	}
	return err
}
