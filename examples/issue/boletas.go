package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

func isBoleta(of chile.DocType) bool {
	return of == chile.BoletaElectronica || of == chile.BoletaExentaElectronica
}

// boletas issues the first boleta of each type at a fake, in one envelope.
type boletas struct {
	client   *sii.Client
	identity *xmlsig.Identity
	cover    issue.Cover
	cafs     [][]byte
	at       time.Time
	dir      string
	signed   []*issue.Signed
}

func (b *boletas) issue(_ context.Context, l *line, from source, o *issue.Options) (issue.Findings, error) {
	for _, file := range b.cafs {
		caf, err := dte.ParseCAF(file, siitest.CAFKeys())
		if err != nil {
			return nil, err
		}
		if caf.Type() != from.draft.Identification.Type {
			continue
		}
		numbered := *from.draft
		numbered.Identification.Folio = caf.Range().From
		doc, found := numbered.Document(o)
		if found.Refused() {
			return found, nil
		}
		if err := issue.Stamp(doc, caf, b.at); err != nil {
			return nil, err
		}
		signed, err := issue.Sign(doc, b.identity, b.at)
		if err != nil {
			return nil, err
		}
		b.signed = append(b.signed, signed)
		l.Folio, l.id = signed.ID().Folio, signed.ID()
		if b.dir != "" {
			l.File = filepath.Join(b.dir, fmt.Sprintf("%d-%d.xml", int(l.Type), int64(l.Folio)))
			return nil, create(l.File, signed.Bytes())
		}
		return nil, nil
	}
	return nil, fmt.Errorf("%w: %d", errNoCAF, int(from.draft.Identification.Type))
}

// end sends the boletas, and waits for what the fake says of them.
func (b *boletas) end(ctx context.Context, out *cli.Output, t *table) error {
	envelope, err := issue.Envelope(b.cover, b.signed, b.identity, b.at)
	if err != nil {
		return err
	}
	company := b.signed[0].ID().Issuer
	receipt, err := b.client.Boleta.Upload(ctx, cli.FakeHolder, company, "boletas.xml", envelope)
	if err != nil {
		return err
	}
	out.Event(&upload{Event: "upload", TrackID: receipt.TrackID, Outcome: siiemit.StateSent, Documents: len(b.signed)})
	t.below(t.words.upload, len(b.signed), siiemit.StateSent, receipt.TrackID)
	for {
		status, err := b.client.Boleta.UploadStatus(ctx, company, receipt.TrackID)
		switch {
		case err != nil:
			return err
		case status.Processed:
			return b.tell(status, out, t)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollFake):
		}
	}
}

// tell tells the verdict of each boleta: of those that are not among the details, that
// of the envelope.
func (b *boletas) tell(status *sii.BoletaUploadStatus, out *cli.Output, t *table) error {
	if status.Verdict != sii.VerdictAccepted {
		return errors.New("the fake has not accepted the boletas: " + status.Estado)
	}
	for _, signed := range b.signed {
		v := &verdict{
			Event: "verdict", Type: signed.ID().Type, Folio: signed.ID().Folio, Verdict: siiemit.StateAccepted, Estado: status.Estado,
			Codes: []string{}, id: signed.ID(),
		}
		out.Event(v)
		t.answers = append(t.answers, v)
	}
	return nil
}
