package sii_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// matrixOperation is something that the SDK does, and the call of the SII in which
// a fault is to happen.
type matrixOperation struct {
	name string
	op   siitest.Op
	run  func(ctx context.Context, s *site) error
}

var matrixOperations = []matrixOperation{
	{"seed", siitest.OpSeed, func(ctx context.Context, s *site) error {
		_, err := s.client.Token(ctx)
		return err
	}},
	{"token", siitest.OpToken, func(ctx context.Context, s *site) error {
		_, err := s.client.Token(ctx)
		return err
	}},
	{"boleta seed", siitest.OpBoletaSeed, func(ctx context.Context, s *site) error {
		_, err := s.client.BoletaToken(ctx)
		return err
	}},
	{"boleta token", siitest.OpBoletaToken, func(ctx context.Context, s *site) error {
		_, err := s.client.BoletaToken(ctx)
		return err
	}},
	{"summary", siitest.OpSummary, func(ctx context.Context, s *site) error {
		summary, err := s.client.RCV.Summary(ctx, bought, rcv.Registro)
		return wrong(err, err == nil && len(summary.Lines) == 1 && summary.Lines[0].Total == siteRows*1190, summary)
	}},
	{"detail", siitest.OpDetail, func(ctx context.Context, s *site) error {
		return readAll(ctx, s, nil)
	}},
	{"export", siitest.OpExport, func(ctx context.Context, s *site) error {
		var file bytes.Buffer
		_, err := s.client.RCV.Export(ctx, &file, bought, rcv.Registro, nil)
		return wrong(err, bytes.Count(file.Bytes(), []byte("\n")) == siteRows+1, file.String())
	}},
	{"export summary", siitest.OpSummaryExport, func(ctx context.Context, s *site) error {
		lines, err := s.client.RCV.ExportSummary(ctx, bought, rcv.Registro)
		return wrong(err, len(lines) == 1 && lines[0].Total == siteRows*1190, lines)
	}},
	{"deferred: ask", siitest.OpDefer, readDeferred},
	{"deferred: list", siitest.OpDeferred, readDeferred},
	{"deferred: file", siitest.OpFile, readDeferred},
	{"types", siitest.OpTypes, func(ctx context.Context, s *site) error {
		types, err := s.client.RCV.Types(ctx)
		return wrong(err, len(types) > 0, types)
	}},
	{"companies", siitest.OpCompanies, func(ctx context.Context, s *site) error {
		companies, err := s.client.RCV.Companies(ctx)
		return wrong(err, len(companies) > 0, companies)
	}},
	{"event kinds", siitest.OpEvents, func(ctx context.Context, s *site) error {
		kinds, err := s.client.RCV.EventKinds(ctx)
		return wrong(err, len(kinds) > 0, kinds)
	}},
	{"boletas", siitest.OpBoletas, func(ctx context.Context, s *site) error {
		month, err := s.client.RCV.Boletas(ctx, rcv.Key{Owner: owner, Period: october}, chile.BoletaElectronica)
		return wrong(err, month != nil && len(month.Days) > 0, month)
	}},
	{"upload", siitest.OpUpload, func(ctx context.Context, s *site) error {
		status, err := s.client.DTE.UploadStatus(ctx, owner, "731")
		return wrong(err, status != nil && status.Verdict == sii.VerdictAccepted, status)
	}},
	{"document", siitest.OpDocument, func(ctx context.Context, s *site) error {
		doc := purchase(1, rcv.Registro)
		status, err := s.client.DTE.DocumentStatus(ctx, sii.DocumentQuery{
			Issuer: doc.Counterparty, Receiver: owner, Type: doc.Type, Folio: doc.Folio, Issued: doc.Issued, Total: doc.Total,
		})
		return wrong(err, status != nil && status.Verdict == sii.VerdictAccepted, status)
	}},
	{"signed document", siitest.OpSignedDocument, func(ctx context.Context, s *site) error {
		doc := purchase(1, rcv.Registro)
		status, err := s.client.DTE.SignedStatus(ctx, sii.SignedQuery{DocumentQuery: sii.DocumentQuery{
			Issuer: owner, Receiver: doc.Counterparty, Type: doc.Type, Folio: doc.Folio, Issued: doc.Issued, Total: doc.Total,
		}, Signature: "QUJD"})
		return wrong(err, status != nil && status.Received == sii.ReceivedNo && status.Verdict == sii.VerdictSent, status)
	}},
	{"Period: summary", siitest.OpSummary, syncPeriod},
	{"Period: detail", siitest.OpDetail, syncPeriod},
	{"sync upload", siitest.OpUpload, func(ctx context.Context, s *site) error {
		_, err := s.syncer.UploadStatus(ctx, owner, "731")
		return err
	}},
}

// readAll reads a register, whole and without a row twice.
func readAll(ctx context.Context, s *site, opts *sii.RCVOptions) error {
	folios := map[chile.Folio]bool{}
	rows := 0
	for doc, err := range s.client.RCV.Documents(ctx, bought, opts) {
		if err != nil {
			return err
		}
		folios[doc.Folio] = true
		rows++
	}
	return wrong(nil, rows == 2*siteRows && len(folios) == 2*siteRows, folios)
}

// readDeferred reads a register from files that the SII makes first.
func readDeferred(ctx context.Context, s *site) error {
	return readAll(ctx, s, &sii.RCVOptions{DeferredFrom: 1})
}

func syncPeriod(ctx context.Context, s *site) error {
	result, err := s.syncer.Period(ctx, owner, october)
	return wrong(err, result.Complete(), result)
}

// wrong is an error if an operation went well and its result is not right.
func wrong(err error, right bool, result any) error {
	if err == nil && !right {
		return fmt.Errorf("wrong result %+v", result)
	}
	return err
}

// Whoever adds an operation to the client adds it to the matrix.
func TestMatrixHasEveryOperation(t *testing.T) {
	t.Parallel()
	covered := []string{
		"Client.Token", "Client.BoletaToken", "RCVService.Summary", "RCVService.Documents", "RCVService.Export", "RCVService.ExportSummary",
		"RCVService.Types", "RCVService.Companies", "RCVService.EventKinds", "RCVService.Boletas",
		"DTEService.UploadStatus", "DTEService.DocumentStatus", "DTEService.SignedStatus",
		"RCVService.Purchases", "RCVService.Sales", // are Documents
		"Client.InvalidateBoletaToken", "Client.Environment", // make no call
		"DTEService.Upload", "BoletaService.Upload", "DTEService.RequestMail", // are not repeated, and have tests of their own
		"BoletaService.UploadStatus", "BoletaService.DocumentStatus",
	}
	for _, service := range []any{&sii.Client{}, &sii.RCVService{}, &sii.DTEService{}, &sii.BoletaService{}} {
		typ := reflect.TypeOf(service)
		for i := range typ.NumMethod() {
			assert.Contains(t, covered, typ.Elem().Name()+"."+typ.Method(i).Name)
		}
	}
}
