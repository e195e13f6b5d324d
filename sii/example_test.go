package sii_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// exampleClient returns a client of a fake SII that has one purchase.
func exampleClient() (client *sii.Client, stop func()) {
	fake := siitest.NewServer()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.AddPurchases(owner, chile.MustParsePeriod("2026-10"), rcv.Purchase{Document: rcv.Document{
		State: rcv.Pendiente, Type: chile.FacturaElectronica, Folio: 1234, Issued: chile.MustParsePeriod("2026-10").First(),
		Counterparty: chile.MustParseRUT("77222222-K"), Name: "Maderas del Sur SpA", Net: 1_000_000, VAT: 190_000, Total: 1_190_000,
	}})
	fake.SetUpload(owner, "0260001234", siitest.Upload{
		Estado: "EPR", Glosa: "Envio Procesado", Counts: []siitest.UploadCount{{Type: 33, Informed: 2, Accepted: 1, Rejected: 1}},
	})
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		panic(err)
	}
	return client, fake.Close
}

func ExampleRCVService_Purchases() {
	client, stop := exampleClient()
	defer stop()
	owner, period := chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	for p, err := range client.RCV.Purchases(context.Background(), owner, period, nil) {
		if err != nil {
			fmt.Println(err) // the rows so far are not the whole register
			return
		}
		fmt.Println(p.State, p.Type, p.Folio, p.Supplier(), p.Total.Format())
	}
	// Output: PENDIENTE Factura electrónica 1234 77222222-K 1.190.000
}

// That the SII has processed an upload does not mean that it accepted anything.
func ExampleDTEService_UploadStatus() {
	client, stop := exampleClient()
	defer stop()
	status, err := client.DTE.UploadStatus(context.Background(), chile.MustParseRUT("76192083-9"), "0260001234")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.Estado, status.Processed, status.Verdict, status.Accepted, "of", status.Informed)
	// Output: EPR true rechazado 1 of 2
}

// What a caller can do is told by the kind of an error.
func ExampleError() {
	client, stop := exampleClient()
	defer stop()
	stranger := chile.MustParseRUT("77222222-K")
	_, err := client.RCV.Summary(context.Background(), stranger, chile.MustParsePeriod("2026-10"), rcv.Sales, rcv.Registro)
	fmt.Println(errors.Is(err, sii.ErrForbidden))
	var e *sii.Error
	if errors.As(err, &e) {
		fmt.Println(e.Op, e.Glosa)
	}
	// Output:
	// true
	// rcv.summary Usuario no autorizado
}

// The certification environment has no RCV that anyone has seen.
func ExampleCertification() {
	settings, err := sii.FromEnv(func(string) string { return "" })
	fmt.Println(settings, err != nil)
	fmt.Println(sii.Certification().RCV == "", sii.Certification().WithRCV("https://www4c.sii.cl").RCV)
	// Output:
	// <nil> true
	// true https://www4c.sii.cl
}
