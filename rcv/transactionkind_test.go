package rcv_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

func TestKindIn(t *testing.T) {
	t.Parallel()
	const both = rcv.Book("")
	for _, c := range []struct {
		book   rcv.Book
		number int
		text   string
		want   rcv.TransactionKind
	}{
		{rcv.Purchases, 0, "", rcv.KindNone},
		{rcv.Sales, 0, "", rcv.KindNone},
		{both, 0, "", rcv.KindNone},
		{rcv.Sales, 0, "-", rcv.KindNone},
		{rcv.Purchases, 4, "-", rcv.KindFixedAsset},
		{rcv.Purchases, 1, "", rcv.KindTrade},
		{rcv.Purchases, 2, "", rcv.KindSupermarket},
		{rcv.Purchases, 3, "", rcv.KindRealEstate},
		{rcv.Purchases, 4, "", rcv.KindFixedAsset},
		{rcv.Purchases, 5, "", rcv.KindCommonUse},
		{rcv.Purchases, 6, "", rcv.KindNonRecoverable},
		{rcv.Purchases, 7, "", rcv.KindExcluded},
		{rcv.Purchases, 8, "", rcv.KindUnknown},
		{rcv.Purchases, -1, "", rcv.KindUnknown},
		{rcv.Sales, 1, "", rcv.KindTrade},
		{rcv.Sales, 2, "", rcv.KindFixedAsset},
		{rcv.Sales, 3, "", rcv.KindRealEstate},
		{rcv.Sales, 4, "", rcv.KindVoucherNote},
		{rcv.Sales, 5, "", rcv.KindUnknown},
		{both, 1, "", rcv.KindTrade},
		{both, 3, "", rcv.KindRealEstate},
		{both, 2, "", rcv.KindUnknown},
		{rcv.Sales, 0, "Del Giro", rcv.KindTrade},
		{rcv.Sales, 0, " activo  FIJO ", rcv.KindFixedAsset},
		{rcv.Sales, 0, "Bienes Raices", rcv.KindRealEstate},
		{rcv.Sales, 0, "Ventas que no son del Giro (Activo Fijo y Otros)", rcv.KindFixedAsset},
		{rcv.Sales, 0, "Venta de Bienes inmuebles, BBRR", rcv.KindRealEstate},
		{rcv.Sales, 0, "NCE MR *", rcv.KindVoucherNote},
		{rcv.Purchases, 0, "Supermercados y Similares", rcv.KindSupermarket},
		{rcv.Purchases, 0, "Adquisición o Construcción de Bienes inmuebles, BBRR", rcv.KindRealEstate},
		{rcv.Purchases, 0, "IVA USO COMÚN", rcv.KindCommonUse},
		{rcv.Purchases, 0, "Compra IVA Uso Común o no Recuperable", rcv.KindCommonUse},
		{rcv.Purchases, 0, "IVA No Recuperable", rcv.KindNonRecoverable},
		{rcv.Purchases, 0, "No Corresp. Incluir", rcv.KindExcluded},
		{rcv.Purchases, 0, "No corresp incluir", rcv.KindExcluded},
		{rcv.Purchases, 0, "4", rcv.KindFixedAsset},
		{rcv.Sales, 0, "2", rcv.KindFixedAsset},
		{rcv.Purchases, 0, "Leasing", rcv.KindUnknown},
		{rcv.Purchases, 4, "Leasing", rcv.KindFixedAsset},
		{rcv.Purchases, 1, "Activo Fijo", rcv.KindFixedAsset},
	} {
		transaction := rcv.Transaction{Kind: c.number, KindText: c.text}
		assert.Equal(t, c.want, transaction.KindIn(c.book), "%s %d %q", c.book, c.number, c.text)
	}
}

// The words of each kind are read as that kind, in either book.
func TestTransactionKindString(t *testing.T) {
	t.Parallel()
	for kind := rcv.KindTrade; kind <= rcv.KindVoucherNote; kind++ {
		require.NotEmpty(t, kind.String())
		transaction := rcv.Transaction{KindText: kind.String()}
		assert.Equal(t, kind, transaction.KindIn(rcv.Purchases))
		assert.Equal(t, kind, transaction.KindIn(rcv.Sales))
	}
	for _, kind := range []rcv.TransactionKind{rcv.KindNone, rcv.KindUnknown, -1, rcv.KindVoucherNote + 1} {
		assert.Empty(t, kind.String())
	}
}

// No source gives all: the facade has no number in sales, the exports none at all.
// The kind is the same.
func TestKindFromEachSource(t *testing.T) {
	t.Parallel()
	const answer = `{"data":[{"detTipoDoc":33,"detNroDoc":7,"detRutDoc":76123456,"detDvDoc":"0","detFchDoc":"21/09/2026","detMntNeto":100,"detMntIVA":19,
		"detMntTotal":119,"detTipoTransaccion":null,"descTipoTransaccion":"Activo Fijo"}],"respEstado":{"codRespuesta":0}}`
	for doc, err := range rcv.DecodeSales(strings.NewReader(answer), nil) {
		require.NoError(t, err)
		assert.Zero(t, doc.Kind)
		assert.Equal(t, rcv.KindFixedAsset, doc.KindIn(rcv.Sales))
	}
	d := rcv.Document{
		State: rcv.Registro, Type: 33, Folio: 7, Counterparty: chile.MustParseRUT("76123456-0"), Name: "Proveedor Uno SpA", Issued: chile.MustParsePeriod("2026-09").First(), Received: time.Date(2026, 9, 2, 12, 0, 0, 0, time.UTC),
		Net: 100, VAT: 19, Total: 119, Transaction: rcv.Transaction{Kind: 4, KindText: "Activo Fijo"},
	}
	var file strings.Builder
	require.NoError(t, rcv.WriteCSV(&file, rcv.Purchases, rcv.Registro, func(yield func(rcv.Document, error) bool) { yield(d, nil) }))
	csv, err := rcv.OpenCSV(strings.NewReader(file.String()), nil)
	require.NoError(t, err)
	n := 0
	for doc, err := range csv.Documents() {
		require.NoError(t, err)
		assert.Zero(t, doc.Kind)
		assert.Equal(t, rcv.KindFixedAsset, doc.KindIn(rcv.Purchases))
		assert.Empty(t, rcv.Diff(&d, &doc), "the same kind from another source is no difference")
		n++
	}
	assert.Equal(t, 1, n)
}

func TestDiffOfKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after rcv.Transaction
		same          bool
	}{
		{rcv.Transaction{KindText: "Supermercados"}, rcv.Transaction{KindText: "SUPERMERCADOS Y SIMILARES"}, true},
		{rcv.Transaction{KindText: "Leasing"}, rcv.Transaction{KindText: "leasing"}, true},
		{rcv.Transaction{KindText: "Leasing"}, rcv.Transaction{KindText: "Del Giro"}, false},
		{rcv.Transaction{KindText: "Del Giro"}, rcv.Transaction{KindText: "Activo Fijo"}, false},
		{rcv.Transaction{Kind: 4}, rcv.Transaction{KindText: "Activo Fijo"}, true},
		{rcv.Transaction{KindText: "Activo Fijo"}, rcv.Transaction{Kind: 2}, true}, // a sale
		{rcv.Transaction{Kind: 4}, rcv.Transaction{KindText: "Bienes Raíces"}, false},
		{rcv.Transaction{Kind: 4}, rcv.Transaction{KindText: "Leasing"}, false},
	} {
		before, after := rcv.Document{Transaction: c.before}, rcv.Document{Transaction: c.after}
		assert.Equal(t, c.same, len(rcv.Diff(&before, &after)) == 0, "%+v %+v", c.before, c.after)
	}
}
