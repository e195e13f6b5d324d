// Package foliotest issues documents in stores that outlive the process, and kills the
// processes that issue. Only tests import it.
package foliotest

import (
	"fmt"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Store is the part of a store that issuing needs.
type Store interface {
	storage.Storage
	storage.Folios
	storage.Issued
	storage.Outbox
}

// Issuer is the company that issues.
var Issuer = chile.MustParseRUT("76192083-9")

// Receiver is the receiver of its documents.
var Receiver = chile.MustParseRUT("12345678-5")

// instant is when documents are issued.
var instant = time.Date(2026, time.October, 31, 15, 0, 0, 0, time.UTC)

// Secret stands for the private key in the file of a CAF.
const Secret = "MIIBOgIBAAJBAPlantedKeyOfTheCAFfSecretBytes" //nolint:gosec // planted, to be looked for

// CAF is one of invoices.
func CAF(first, last chile.Folio) storage.CAF {
	day := chile.DateOf(instant)
	return storage.CAF{
		Issuer: Issuer, Type: chile.FacturaElectronica, First: first, Last: last, Authorized: day.AddDays(-30), LastDay: day.AddDays(150),
		KeyID: 100, Digest: fmt.Sprintf("%064x", first), File: fmt.Appendf(nil, "<AUTORIZACION>%d<RSASK>%s</RSASK></AUTORIZACION>", first, Secret),
	}
}

// Request is one for the folio of a key.
func Request(key string) storage.FolioRequest {
	return storage.FolioRequest{
		Issuer: Issuer, Type: chile.FacturaElectronica, Key: key, DraftHash: "draft of " + key, Day: chile.DateOf(instant), Instant: instant,
	}
}

// Signed is the document of a folio: its bytes are those of the folio and its instant.
func Signed(f *storage.TakenFolio) storage.NewIssued {
	return storage.NewIssued{
		Folio: f.ID, XML: fmt.Appendf(nil, "<DTE>%s %d %s</DTE>", f.Key, f.Document.Folio, f.Instant.UTC().Format(time.RFC3339Nano)),
		Receiver: Receiver, Date: f.Day, Total: 1190,
	}
}

// Fill puts something into every table of issuing.
func Fill(t *testing.T, store Store) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.PutCAF(ctx, CAF(1, 50))
	ok(err)
	taken, err := store.TakeFolios(ctx, []storage.FolioRequest{Request("order-1"), Request("order-2"), Request("order-3")})
	ok(err)
	note := Signed(&taken[1])
	note.WaitsFor = []chile.DocumentID{taken[0].Document}
	ok(store.PutIssued(ctx, []storage.NewIssued{Signed(&taken[0]), note}))
	envelope, err := store.PutEnvelope(ctx, storage.NewEnvelope{Issuer: Issuer, Kind: "DTE", XML: []byte("<EnvioDTE>«ñ»\\'</EnvioDTE>"), Folios: []int64{taken[0].ID}})
	ok(err)
	_, err = store.MoveEnvelope(ctx, storage.EnvelopeMove{ID: envelope.ID, From: storage.EnvelopePending, To: storage.EnvelopeSending, Fence: 1})
	ok(err)
	_, err = store.MoveEnvelope(ctx, storage.EnvelopeMove{ID: envelope.ID, From: storage.EnvelopeSending, To: storage.EnvelopeSent, Fence: 1, TrackID: "0987"})
	ok(err)
	ok(store.PutVerdict(ctx, taken[0].ID, storage.Verdict{State: storage.VerdictAccepted, Estado: "DOK"}))
	_, err = store.PutOrphans(ctx, []storage.Orphan{{Document: chile.DocumentID{Issuer: Issuer, Type: 61, Folio: 9}, Source: "RCV 2026-10"}})
	ok(err)
}
