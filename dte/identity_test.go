package dte_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
)

// registerIDs returns the id of the document by the registers of both parties.
func registerIDs(t *testing.T, doc *dte.DTE, row rcv.Document, seller, buyer chile.RUT) []chile.DocumentID {
	t.Helper()
	row.Type, row.Folio = doc.ID().Type, doc.ID().Folio
	bought, sold := row, row
	bought.Counterparty, sold.Counterparty = seller, buyer
	return []chile.DocumentID{
		bought.ID(rcv.Key{Owner: buyer, Period: chile.MustParsePeriod("2026-11"), Book: rcv.Purchases}),
		sold.ID(rcv.Key{Owner: seller, Period: chile.MustParsePeriod("2026-11"), Book: rcv.Sales}),
	}
}

// The id of a document is the one that the registers of both parties have of it.
func TestRegistersNameTheDocumentAsItself(t *testing.T) {
	t.Parallel()
	buyer, seller := chile.MustParseRUT("76111111-6"), chile.MustParseRUT("77222222-K")
	for name, test := range map[string]struct {
		typ              string
		issuer, receiver chile.RUT
		row              rcv.Document
	}{
		"factura":                     {"33", seller, buyer, rcv.Document{}},
		"nota de crédito":             {"61", seller, buyer, rcv.Document{}},
		"factura de compra":           {"46", buyer, seller, rcv.Document{}},
		"nota of a factura de compra": {"61", buyer, seller, rcv.Document{Reference: rcv.Reference{OverPurchaseInvoice: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := dte.ParseDTE([]byte(`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Documento ID="F7"><Encabezado>` +
				`<IdDoc><TipoDTE>` + test.typ + `</TipoDTE><Folio>7</Folio><FchEmis>2026-11-20</FchEmis></IdDoc>` +
				`<Emisor><RUTEmisor>` + test.issuer.String() + `</RUTEmisor></Emisor><Receptor><RUTRecep>` + test.receiver.String() + `</RUTRecep></Receptor>` +
				`<Totales><MntTotal>100000</MntTotal></Totales></Encabezado></Documento></DTE>`))
			require.NoError(t, err)
			assert.Equal(t, []chile.DocumentID{doc.ID(), doc.ID()}, registerIDs(t, doc, test.row, seller, buyer))
		})
	}
}

func TestRegistersNameASharedFacturaDeCompraAsItself(t *testing.T) {
	t.Parallel()
	doc, err := dte.ParseDTE(readFile(t, sharedtest.Path(t, "..", "cases", "dte-factura-de-compra-46.xml")))
	require.NoError(t, err)
	require.Equal(t, chile.FacturaCompraElectronica, doc.ID().Type)
	assert.Equal(t, []chile.DocumentID{doc.ID(), doc.ID()}, registerIDs(t, doc, rcv.Document{}, doc.Receiver(), doc.ID().Issuer))
}
