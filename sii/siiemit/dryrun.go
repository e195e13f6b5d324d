package siiemit

import (
	"context"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/storage"
)

// Rehearsal is the result of DryRun. Never send it: its folio is not taken.
type Rehearsal struct {
	ID       chile.DocumentID // with the next folio
	XML      []byte           // the document
	Envelope []byte           // with only this document
	Findings issue.Findings   // of the draft
	Answer   *judge.Answer    // the SII's expected answer
}

// DryRun does what Issue does for a draft, but takes no folio and sends nothing. It
// makes the signed document and its envelope, and asks dte/judge for the SII's expected
// answer. A judge.Gap of its Answer names what is not known here, such as the company's
// activities without WithDrafting. The errors are those of Prepare about drafts,
// storage.ErrNoFolios, ErrStoreOld if they are held, and those of stamp and signature.
func (e *Emitter) DryRun(ctx context.Context, draft *issue.Draft) (*Rehearsal, error) {
	const key = "dry run"
	j := e.readOrder(Order{Key: key, Draft: draft}, e.instant(ctx))
	if j.err != nil {
		return nil, j.err
	}
	if err := e.dryRun(ctx, j); err != nil {
		return nil, err
	}
	caf, err := e.nextCAF(ctx, j)
	if err != nil {
		return nil, err
	}
	request, err := e.request(j)
	if err != nil {
		return nil, err
	}
	j.taken = &storage.TakenFolio{
		Document: chile.DocumentID{Issuer: caf.Issuer, Type: caf.Type, Folio: caf.Next}, CAF: caf.ID, Key: key, Instant: j.at, Draft: request.Draft,
	}
	if err := e.signNow(ctx, j); err != nil {
		return nil, err
	}
	envelope, err := e.envelope(ctx, []parcel{{folio: j.taken, signed: j.signed}}, j.at)
	if err != nil {
		return nil, err
	}
	w, granted := e.world(j.at), j.doc.Stamp().Data.CAF.Data
	w.Uploaded = func([32]byte) (judge.Upload, bool) { return judge.Upload{}, false }
	w.Folio = func(chile.DocumentID) judge.Folio { return judge.FolioFree }
	w.CAF = func(chile.DocumentID) (dte.CAFData, bool) { return granted, true }
	return &Rehearsal{ID: j.taken.Document, XML: j.signed.Bytes(), Envelope: envelope, Findings: j.found, Answer: judge.Envelope(envelope, w)}, nil
}

// nextCAF returns the CAF that would give an order its folio: see
// storage.Folios.TakeFolio.
func (e *Emitter) nextCAF(ctx context.Context, j *job) (next *storage.CAF, err error) {
	day, typ := j.doc.IssueDate(), j.draft.Identification.Type
	for caf, err := range e.store.CAFs(ctx, storage.CAFQuery{Issuer: e.company.RUT, Type: typ}) {
		if err != nil {
			return nil, fmt.Errorf("siiemit: %w", err)
		}
		if caf.Left() <= 0 || !caf.Usable(day) {
			continue
		}
		older := next == nil || caf.Authorized.Compare(next.Authorized) < 0
		if older || caf.Authorized == next.Authorized && caf.First < next.First {
			next = &caf
		}
	}
	if next == nil {
		return nil, &storage.NoFoliosError{Issuer: e.company.RUT, Missing: []storage.MissingFolios{{Type: typ, Day: day, Wanted: 1}}}
	}
	if next.Held != "" {
		return nil, fmt.Errorf("%w: %s", ErrStoreOld, next.Held)
	}
	return next, nil
}

// world returns what the Emitter knows of the SII's data.
func (e *Emitter) world(now time.Time) judge.World {
	company := judge.Company{
		Resolution: judge.Resolution{Date: e.company.ResolutionDate, Number: e.company.ResolutionNumber},
		Users:      map[chile.RUT]judge.Right{e.sender: judge.MaySend},
	}
	if e.drafting.Policy != nil {
		company.Activities = e.drafting.Policy.Activities
	}
	w := judge.World{
		Now: now, Uploader: e.sender, Keys: e.keys,
		Company: func(rut chile.RUT) (judge.Company, bool) { return company, rut == e.company.RUT },
	}
	if e.environment != chile.OtherEnvironment {
		w.Environment = e.environment
	}
	return w
}

// foresee returns the judge's codes for a signed document.
func (e *Emitter) foresee(xml []byte, at time.Time) (codes []storage.VerdictCode) {
	answer := judge.Envelope(xml, e.world(at))
	for i := range answer.Documents {
		for k := range answer.Documents[i].Findings {
			f := &answer.Documents[i].Findings[k]
			codes = append(codes, storage.VerdictCode{Code: f.Text(), Text: f.Spanish()})
		}
	}
	if len(codes) == 0 { // of the envelope
		for i := range answer.Findings {
			codes = append(codes, storage.VerdictCode{Code: answer.Findings[i].Text(), Text: answer.Findings[i].Spanish()})
		}
	}
	return codes
}
