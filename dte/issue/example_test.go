package issue_test

import (
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

func ExampleParseDraft() {
	draft, err := issue.ParseDraft([]byte(`{"Encabezado": {
	  "IdDoc": {"TipoDTE": 39, "FchEmis": "2026-11-20", "IndServicio": 3},
	  "Emisor": {"RUTEmisor": "76111111-6", "RznSoc": "Almacén de Prueba", "GiroEmis": "Almacén", "DirOrigen": "Irarrázaval 100", "CmnaOrigen": "Ñuñoa"},
	  "Receptor": {"RUTRecep": "66666666-6"}},
	 "Detalle": {"NmbItem": "Pan amasado", "QtyItem": 1.35, "UnmdItem": "kg", "PrcItem": 2190}}`))
	if err != nil {
		fmt.Println(err) // all names and values that cannot be read
		return
	}
	doc, found := draft.Document(nil)
	t := doc.Document.Header.Totals
	fmt.Println(*t.Net, *t.VAT, t.Total, found.Refused())
	// Output: 2485 472 2957 false
}

func ExampleDraft_Document() {
	quantity, _ := dte.ParseDecimal("1")
	price, _ := dte.ParseDecimal("1990")
	draft := &issue.Draft{
		Identification: dte.Identification{Type: chile.NotaCreditoElectronica},
		Lines:          []issue.Line{{Name: "Correa", Quantity: quantity, Price: price}},
	}
	_, found := draft.Document(nil)
	fmt.Println(found.Refused())
	for _, f := range found {
		if f.Level.Refuses() && f.Code == "REF-3-415" {
			fmt.Println(f.Code, f.EN)
		}
	}
}

func ExampleAnnul() {
	draft, err := issue.ParseDraft([]byte(`{"Encabezado": {"IdDoc": {"TipoDTE": 33, "Folio": 7, "FchEmis": "2026-11-20"}},
	 "Detalle": {"NmbItem": "Correa", "QtyItem": 3, "PrcItem": 1990}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	original, _ := draft.Document(nil) // most often one that was read with dte.ParseDTE
	note, err := issue.Annul(original, "Se devuelve todo")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := note.References[0]
	fmt.Println(note.Identification.Type, "on", r.Type, r.Folio, r.Date, r.Code, note.Totals.Total)
	// Output: Nota de crédito electrónica on 33 7 2026-11-20 1 7104
}

// draftText is an invoice that has its folio.
const draftText = `{"Encabezado": {
  "IdDoc": {"TipoDTE": 33, "Folio": 7, "FchEmis": "2026-11-20"},
  "Emisor": {"RUTEmisor": "76111111-6", "RznSoc": "Empresa de Prueba Ñuñoa SpA", "GiroEmis": "Repuestos", "Acteco": 453000, "DirOrigen": "Irarrázaval 100", "CmnaOrigen": "Ñuñoa"},
  "Receptor": {"RUTRecep": "77222222-K", "RznSocRecep": "Panadería Ñandú Ltda.", "GiroRecep": "Panadería", "DirRecep": "Los Aromos 12", "CmnaRecep": "Quilpué"}},
 "Detalle": {"NmbItem": "Correa", "QtyItem": 3, "PrcItem": 1990}}`

// exampleIdentity is Ana, with a certificate that proves nothing: most often it is
// read with xmlsig.LoadPKCS12.
func exampleIdentity() (*xmlsig.Identity, error) {
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Signer: testkeys.Key(1),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return nil, err
	}
	return xmlsig.NewIdentity(testkeys.Key(1), cert)
}

// exampleSigned stamps and signs the invoice, with folios of the fake SII.
func exampleSigned(at time.Time) (*issue.Signed, error) {
	file, err := siitest.NewCAF(chile.MustParseRUT("76111111-6"), 33, 1, 50, siitest.WithCAFDate(chile.DateOf(at)), siitest.WithCAFRandom(&sequence{}))
	if err != nil {
		return nil, err
	}
	caf, err := dte.ParseCAF(file, siitest.CAFKeys()) // nil for folios of the SII
	if err != nil {
		return nil, err
	}
	draft, err := issue.ParseDraft([]byte(draftText))
	if err != nil {
		return nil, err
	}
	doc, found := draft.Document(nil)
	if found.Refused() {
		return nil, fmt.Errorf("refused: %v", found)
	}
	if err := issue.Stamp(doc, caf, at); err != nil {
		return nil, err // dte.ErrCAFExpired, dte.ErrCAFFolio …
	}
	id, err := exampleIdentity()
	if err != nil {
		return nil, err
	}
	return issue.Sign(doc, id, at)
}

func ExampleSign() {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
	signed, err := exampleSigned(at)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := dte.Verify(signed.Bytes(), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signed.ID(), report.OK(dte.Policy{AnySigner: true}))

	again, err := exampleSigned(at)
	fmt.Println(err, again.SHA256() == signed.SHA256())
	// Output:
	// 76111111-6/33/7 true
	// <nil> true
}

func ExampleStamp() {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
	file, err := siitest.NewCAF(chile.MustParseRUT("76111111-6"), 33, 100, 150, siitest.WithCAFDate(chile.DateOf(at)))
	if err != nil {
		fmt.Println(err)
		return
	}
	caf, err := dte.ParseCAF(file, siitest.CAFKeys())
	if err != nil {
		fmt.Println(err)
		return
	}
	draft, err := issue.ParseDraft([]byte(draftText))
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, _ := draft.Document(nil)
	fmt.Println(issue.Stamp(doc, caf, at))

	doc.Document.Header.Identification.Folio = 100
	fmt.Println(issue.Stamp(doc, caf, at), doc.Stamp().Data.StampedAt)
	// Output:
	// issue: stamp of 76111111-6/33/7: dte: CAF does not have this folio: the stamp's folio is not in the CAF's range: is 7, should be 100-150
	// <nil> 2026-11-20T12:00:00
}

func ExampleEnvelope() {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
	signed, err := exampleSigned(at)
	if err != nil {
		fmt.Println(err)
		return
	}
	sender, err := exampleIdentity()
	if err != nil {
		fmt.Println(err)
		return
	}
	resolution, err := chile.ParseDate("2014-08-22")
	if err != nil {
		fmt.Println(err)
		return
	}
	cover := issue.Cover{ResolutionDate: resolution, ResolutionNumber: 80}
	file, err := issue.Envelope(cover, []*issue.Signed{signed}, sender, at.Add(time.Minute))
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := dte.ParseEnvelope(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := read.Set.Cover
	fmt.Println(c.Sender, "to", c.Receiver, "at", c.SignedAt, "with", c.Counts[0].Count)
	// Output: 11111111-1 to 60803000-K at 2026-11-20T12:01:00 with 1
}

func ExampleParseSigned() {
	made, err := exampleSigned(time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago()))
	if err != nil {
		fmt.Println(err)
		return
	}
	stored := made.Bytes() // as your store has them

	signed, err := issue.ParseSigned(stored, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	if err != nil {
		fmt.Println(err) // what was stored is not what was signed
		return
	}
	fmt.Println(signed.ID(), signed.Document().Total())
	// Output: 76111111-6/33/7 7104
}
