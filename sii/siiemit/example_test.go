package siiemit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// A company issues an invoice for an order, and waits for the SII's verdict. The same key
// gives the same document, however often it is asked for.
func Example() {
	holder, company := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	resolution, _ := chile.ParseDate("2014-08-22")
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Authorize(holder, company)
	fake.AddIssuer(company, judge.Company{Resolution: judge.Resolution{Date: resolution, Number: 80}})
	identity := fake.NewIdentity(holder)
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(identity), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}

	e, err := siiemit.New(client, memory.New(), identity,
		siiemit.Company{RUT: company, ResolutionDate: resolution, ResolutionNumber: 80},
		siiemit.WithCAFKeys(siitest.CAFKeys()), // of the fake: the SII's are known
		siiemit.WithSettings(siiemit.Settings{Follow: siisync.FollowUp{First: 100 * time.Millisecond}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	file, err := fake.NewCAF(company, chile.FacturaElectronica, 1, 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := e.AddCAF(ctx, file, nil); err != nil {
		fmt.Println(err)
		return
	}
	draft, err := issue.ParseDraft([]byte(`{"Encabezado": {
	  "IdDoc": {"TipoDTE": 33},
	  "Emisor": {"RUTEmisor": "76192083-9", "RznSoc": "Ofitec SpA", "GiroEmis": "Comercio", "Acteco": 523930, "DirOrigen": "Irarrázaval 100", "CmnaOrigen": "Ñuñoa"},
	  "Receptor": {"RUTRecep": "77222222-K", "RznSocRecep": "Cliente de Prueba Ltda", "GiroRecep": "Comercio", "DirRecep": "Moneda 1", "CmnaRecep": "Santiago"}},
	 "Detalle": {"NmbItem": "Correa", "QtyItem": 3, "PrcItem": 1990}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		doc, err := e.Issue(ctx, "order-4711", draft, nil)
		if err != nil {
			fmt.Println(err) // nothing was spent
			return
		}
		doc, err = e.Wait(ctx, doc.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(doc.ID, doc.Total.Format(), doc.State)
	}
	fmt.Println(len(fake.Uploads()), "upload")
	// Output:
	// 76192083-9/33/1 7.104 accepted
	// 76192083-9/33/1 7.104 accepted
	// 1 upload
}
