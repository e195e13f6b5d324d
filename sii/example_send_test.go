package sii_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// A file that was sent has a track id, and no verdict yet.
func ExampleDTEService_Upload() {
	shop := openShop() // a fake SII, and a company that issues documents with package issue
	defer shop.fake.Close()
	client, envelope := shop.client, shop.envelope(chile.FacturaElectronica, 1)
	sender, company := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	ctx := context.Background()

	receipt, err := client.DTE.Upload(ctx, sender, company, "envio.xml", envelope)
	switch {
	case errors.Is(err, sii.ErrNotSent):
		fmt.Println("nothing has left: send it when the SII is back")
		return
	case errors.Is(err, sii.ErrUnknownOutcome):
		fmt.Println("ask for one document (SignedStatus), and else send the same bytes again")
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	status, err := client.DTE.UploadStatus(ctx, company, receipt.TrackID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.Estado, status.Verdict)
	// Output: EPR accepted
}

// The SII knows bytes that it has taken, and names their track id: what comes of an
// upload whose answer was lost.
func ExampleUploadError() {
	shop := openShop()
	defer shop.fake.Close()
	client, envelope := shop.client, shop.envelope(chile.FacturaElectronica, 1)
	sender, company := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	ctx := context.Background()

	first, err := client.DTE.Upload(ctx, sender, company, "envio.xml", envelope)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.DTE.Upload(ctx, sender, company, "envio.xml", envelope)
	var failed *sii.UploadError
	if errors.As(err, &failed) {
		fmt.Println(failed.Outcome, sii.SameTrackID(failed.TrackID, first.TrackID), errors.Is(err, sii.ErrDuplicate))
	}
	// Output: duplicate true true
}

// The signature of a document is looked up too, and the upload that it came in.
func ExampleDTEService_SignedStatus() {
	shop := openShop()
	defer shop.fake.Close()
	client, envelope := shop.client, shop.envelope(chile.FacturaElectronica, 1)
	sender, company := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	ctx := context.Background()

	query := sii.SignedQuery{
		DocumentQuery: sii.DocumentQuery{
			Issuer: company, Receiver: chile.MustParseRUT("77222222-K"), Type: chile.FacturaElectronica, Folio: 1,
			Issued: chile.DateOf(shop.clock.Now()), Total: 11900,
		},
		Signature: signatureOf(envelope), // the text of DTE/Signature/SignatureValue
	}
	before, err := client.DTE.SignedStatus(ctx, query)
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := client.DTE.Upload(ctx, sender, company, "envio.xml", envelope)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := client.DTE.SignedStatus(ctx, query)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(before.Received, before.Estado)
	fmt.Println(after.Received, after.Estado, sii.SameTrackID(after.TrackID, receipt.TrackID))
	// Output:
	// NO FAU
	// SI DOK true
}

// Which codes a document was rejected with comes by mail alone.
func ExampleDTEService_RequestMail() {
	client, stop := exampleClient()
	defer stop()
	request, err := client.DTE.RequestMail(context.Background(), chile.MustParseRUT("76192083-9"), "0260001234")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(request.Coming, request.Pending)
	// Output: true false
}

// Boletas have a service and a token of their own.
func ExampleBoletaService_Upload() {
	shop := openShop()
	defer shop.fake.Close()
	client, envelope := shop.client, shop.envelope(chile.BoletaElectronica, 1)
	sender, company := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	ctx := context.Background()

	receipt, err := client.Boleta.Upload(ctx, sender, company, "boletas.xml", envelope)
	if err != nil {
		fmt.Println(err)
		return
	}
	upload, err := client.Boleta.UploadStatus(ctx, company, receipt.TrackID)
	if err != nil {
		fmt.Println(err)
		return
	}
	boleta, err := client.Boleta.DocumentStatus(ctx, sii.BoletaQuery{
		Issuer: company, Type: chile.BoletaElectronica, Folio: 1, Receiver: chile.MustParseRUT("66666666-6"),
		Total: 10_000, Issued: chile.DateOf(shop.clock.Now()),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(receipt.Estado, upload.Estado, upload.Verdict, boleta.Estado)
	// Output: REC EPR accepted DOK
}
