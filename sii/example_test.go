package sii_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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

// A client is made once and used by all: it signs in when it must, and keeps
// the token.
func ExampleNewClient() {
	fake := siitest.NewServer() // stands for the SII: sii.Production() and an HTTP client of one's own
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	client, err := sii.NewClient(fake.Environment(),
		sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		summary, err := client.RCV.Summary(context.Background(), rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: book}, rcv.Registro)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(book, len(summary.Lines))
	}
	fmt.Println(fake.Count(siitest.OpToken), "token")
	// Output:
	// COMPRA 0
	// VENTA 0
	// 1 token
}

// A service has its settings in its environment: FromEnv(os.Getenv).
func ExampleFromEnv() {
	fake := siitest.NewServer()
	defer fake.Close()
	file, err := fake.NewPKCS12(chile.MustParseRUT("11111111-1"), "clave")
	if err != nil {
		fmt.Println(err)
		return
	}
	folder, err := os.MkdirTemp("", "sii")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "empresa.p12")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		fmt.Println(err)
		return
	}
	environment := map[string]string{
		"SII_CERT_P12_PATH": path, "SII_CERT_P12_PASS": "clave", "SII_RUT": "76192083", "SII_DV": "9", "SII_AMBIENTE": "prod",
	}
	settings, err := sii.FromEnv(func(name string) string { return environment[name] })
	if err != nil {
		fmt.Println(err)
		return
	}
	holder, err := settings.Identity.RUT()
	fmt.Println(settings.Environment.Name, settings.Owner, holder, err)

	delete(environment, "SII_DV")
	_, err = sii.FromEnv(func(name string) string { return environment[name] })
	fmt.Println(err)
	// Output:
	// prod 76192083-9 11111111-1 <nil>
	// sii: settings: SII_DV is not set, and SII_RUT has no check digit
}

func ExampleRCVService_Purchases() {
	client, stop := exampleClient()
	defer stop()
	owner, period := chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	for p, err := range client.RCV.Purchases(context.Background(), rcv.Key{Owner: owner, Period: period}, nil) {
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
	// Output: EPR true rejected 1 of 2
}

// What a caller can do is told by the kind of an error.
func ExampleError() {
	client, stop := exampleClient()
	defer stop()
	stranger := chile.MustParseRUT("77222222-K")
	_, err := client.RCV.Summary(context.Background(), rcv.Key{Owner: stranger, Period: chile.MustParsePeriod("2026-10"), Book: rcv.Sales}, rcv.Registro)
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
