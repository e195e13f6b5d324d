package chile_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// The flow from end to end, on a fake SII.
func Example() {
	ctx, period := context.Background(), chile.MustParsePeriod("2026-10")
	owner, holder := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("11111111-1") // whose certificate signs in
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Authorize(holder, owner)
	fake.AddPurchases(owner, period, rcv.Purchase{Document: rcv.Document{
		State: rcv.Registro, Type: chile.FacturaElectronica, Folio: 1234, Issued: period.First(),
		Counterparty: chile.MustParseRUT("77222222-K"), Name: "Maderas del Sur SpA", Net: 1_000_000, VAT: 190_000, Total: 1_190_000,
	}})
	store := memory.New()
	client, err := sii.NewClient(fake.Environment(), sii.WithHTTPClient(fake.Client()),
		sii.WithIdentity(fake.NewIdentity(holder)), sii.WithTokenCache(store))
	if err != nil {
		log.Fatal(err)
	}
	syncer, err := siisync.New(client, store)
	if err != nil {
		log.Fatal(err)
	}
	result, err := syncer.Period(ctx, owner, period)
	if err != nil {
		log.Fatal(err) // nothing was written: the register is whole or as it was
	}
	fmt.Println(result.Purchases.Counts.Added, "added,", result.Purchases.Counts.Changed, "changed")
	for doc, err := range store.Documents(ctx, storage.DocumentQuery{Owner: owner}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(doc.State, doc.Type, doc.Folio, doc.Name, doc.Total.Format())
	}
	// Output:
	// 1 added, 0 changed
	// REGISTRO Factura electrónica 1234 Maderas del Sur SpA 1.190.000
}

// The same in production: the certificate and the environment come from
// SII_CERT_P12_PATH and the like, the token is sealed with FERNET_KEY.
func Example_production() {
	ctx := context.Background()
	settings, err := sii.FromEnv(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	ring, err := seal.FromEnv(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	store, err := sqlite.Open(ctx, "sqlite", "sii.db", sqlite.WithSealer(ring)) // driver: import _ "modernc.org/sqlite"
	if err != nil {
		log.Fatal(err)
	}
	client, err := sii.NewClient(settings.Environment, sii.WithIdentity(settings.Identity), sii.WithTokenCache(store))
	if err != nil {
		log.Fatal(err)
	}
	syncer, err := siisync.New(client, store)
	if err != nil {
		log.Fatal(err)
	}
	result, err := syncer.Period(ctx, settings.Owner, chile.MustParsePeriod("2026-10"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Purchases.Counts, result.Sales.Counts)
}

// What a received envelope is worth: the total of its first document was changed
// after it was signed.
func Example_verify() {
	src, err := os.ReadFile("dte/testdata/envelope-forged.xml")
	if err != nil {
		log.Fatal(err)
	}
	report, err := dte.Verify(src, nil)
	if err != nil {
		log.Fatal(err) // no document of the SII, or none that can be read
	}
	for i := range report.Documents {
		v := &report.Documents[i]
		fmt.Println(v.DTE.ID(), v.DTE.Total(), "signature", v.Signature.OK(), "stamp", v.Stamp.OK(), "totals", v.Totals.OK())
	}
	// Output:
	// 76111111-6/33/1 91900 signature false stamp true totals false
	// 76111111-6/33/2 11900 signature true stamp true totals true
}
