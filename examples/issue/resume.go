package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/storage"
)

// progress is what -resume found and left of a company.
type progress struct {
	Event    string    `json:"event"`
	Company  string    `json:"company"`
	Finished int       `json:"finished"`
	Stale    []string  `json:"stale"`
	Open     int       `json:"open"`
	Next     time.Time `json:"next,omitzero"`
}

// recovered is a CAF that goes on above what may have been used.
type recovered struct {
	Event    string      `json:"event"`
	CAF      string      `json:"caf"`
	Highest  chile.Folio `json:"highest"`
	Through  chile.Folio `json:"through"`
	Skipped  int64       `json:"skipped"`
	Evidence string      `json:"evidence"`
}

// orphan is a document of the SII that the database does not know.
type orphan struct {
	Event    string        `json:"event"`
	Type     chile.DocType `json:"type"`
	Folio    chile.Folio   `json:"folio"`
	Receiver string        `json:"receiver"`
	Date     string        `json:"date"`
	Total    chile.CLP     `json:"total"`
}

// goOn does what -resume and -recover ask, for every company of the database.
func (o *options) goOn(ctx context.Context, s *settings, out *cli.Output, getenv func(string) string) error {
	store, closeStore, err := o.openStore(ctx, getenv)
	if err != nil {
		return err
	}
	defer closeStore()
	companies, err := issuers(ctx, store)
	if err != nil {
		return err
	}
	named, err := o.named()
	if err != nil {
		return err
	}
	var failures []error
	for _, company := range companies {
		e, err := o.emitter(ctx, s, store, named, siiemit.Company{RUT: company}, getenv)
		if err != nil {
			return err
		}
		if o.recover {
			if err := recoverFolios(ctx, e, out); err != nil {
				return err
			}
		}
		if o.resume {
			failures = append(failures, o.resumeOne(ctx, e, store, company, out))
		}
	}
	return errors.Join(append(failures, out.Err())...)
}

// issuers returns the companies of which the database has CAFs.
func issuers(ctx context.Context, store storage.Folios) (list []chile.RUT, err error) {
	seen := map[chile.RUT]bool{}
	for caf, err := range store.CAFs(ctx, storage.CAFQuery{}) {
		if err != nil {
			return nil, err
		}
		if !seen[caf.Issuer] {
			seen[caf.Issuer] = true
			list = append(list, caf.Issuer)
		}
	}
	return list, nil
}

func recoverFolios(ctx context.Context, e *siiemit.Emitter, out *cli.Output) error {
	r, err := e.Recover(ctx, nil)
	if err != nil {
		return err
	}
	for _, caf := range r.CAFs {
		out.Event(recovered{"recovered", caf.Range.String(), caf.Highest, caf.Through, caf.Skipped, caf.Evidence})
		out.Text("CAF %s: %d is the highest folio that may be used (%s); %d are skipped, up to %d",
			caf.Range, int64(caf.Highest), caf.Evidence, caf.Skipped, int64(caf.Through))
	}
	for _, lost := range r.Orphans {
		out.Event(orphan{"orphan", lost.Document.Type, lost.Document.Folio, lost.Receiver.String(), lost.Date.String(), lost.Total})
		out.Text("issued since the backup: %s to %s on %s, %s", lost.Document, lost.Receiver, lost.Date, lost.Total.Format())
	}
	if !r.RegisterRead {
		out.Text("the register of sales was not read: nobody knows which orders were issued since the backup")
	}
	return nil
}

// resumeOne goes on with what is not finished of a company and, with -wait, waits for
// the verdicts.
func (o *options) resumeOne(ctx context.Context, e *siiemit.Emitter, store keeper, company chile.RUT, out *cli.Output) error {
	open, err := unfinished(ctx, store, company)
	if err != nil {
		return err
	}
	p, failure := e.Resume(ctx)
	if p == nil {
		return failure
	}
	f := follow{emitter: e, out: out}
	docs := make([]*siiemit.Document, len(open))
	for i, id := range open {
		if docs[i], err = e.Document(ctx, id); err != nil {
			return errors.Join(failure, err)
		}
	}
	f.uploads(docs)
	told := progress{"resume", company.String(), p.Finished, append([]string{}, p.Stale...), p.Open, p.Next}
	out.Event(told)
	out.Text("%s: %d signed, %d envelopes open, stale: %v", company, p.Finished, p.Open, told.Stale)
	if !o.wait {
		for _, doc := range docs {
			if doc.State.Final() {
				f.tell(doc)
			}
		}
		return errors.Join(failure, f.unknown(docs))
	}
	if failure != nil {
		return fmt.Errorf("%s: %w", company, failure)
	}
	return f.wait(ctx, open)
}

// unfinished returns the documents of a company that have no verdict.
func unfinished(ctx context.Context, store storage.Folios, company chile.RUT) (ids []chile.DocumentID, err error) {
	for _, state := range []storage.FolioState{storage.FolioReserved, storage.FolioSigned, storage.FolioSent} {
		for folio, err := range store.TakenFolios(ctx, storage.FolioQuery{Issuer: company, State: state}) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, folio.Document)
		}
	}
	return ids, nil
}
