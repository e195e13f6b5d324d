package rcv

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

var update = flag.Bool("update", false, "write the files in testdata")

// invented are the documents of the files in testdata.
func invented(t *testing.T, l *layout) []Document {
	t.Helper()
	at := func(day, hour int) time.Time {
		return time.Date(2026, time.October, day, hour, 55, 53, 0, chile.Santiago())
	}
	day := func(n int) chile.Date {
		date, err := chile.NewDate(2026, time.October, n)
		require.NoError(t, err)
		return date
	}
	uno, dos := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("12345678-5")
	docs := []Document{
		{Type: 33, Folio: 23084, Counterparty: uno, Name: "Peñaflor y Cía. SpA", Issued: day(2), Received: at(3, 9), Net: 500000, VAT: 95000, Total: 595000},
		{
			Type: 33, Folio: 6541, Counterparty: dos, Name: `Distribuidora "La Única" Ltda.`, Issued: day(5), Received: at(5, 10),
			Net: 1000000, VAT: 190000, OtherTaxTotal: 280000, Total: 1470000,
			OtherTaxes: []OtherTax{{Code: 27, Amount: 100000, Rate: "10"}, {Code: 271, Amount: 180000, Rate: "18"}},
		},
		{Type: 61, Folio: 6541, Counterparty: uno, Name: "Peñaflor y Cía. SpA", Issued: day(9), Received: at(10, 8), Net: 100000, VAT: 19000, Total: 119000},
		{Type: 34, Folio: 6541, Counterparty: dos, Name: "Un Nombre  con Espacios", Issued: day(31), Received: at(31, 23), Exempt: 70000, Total: 70000},
	}
	for i := range docs {
		docs[i].State, docs[i].KindText = l.state, "Del Giro"
	}
	switch {
	case l.book == Sales:
		docs[0].Acknowledged = at(8, 14)
		docs[2].RefType, docs[2].RefFolio, docs[2].Branch = 33, "23084-23085", "12354"
		docs[3].SettlementRUT, docs[3].CommissionNet, docs[3].Nationality = uno, 1500, "563"
	case l.state == Registro:
		docs[0].Acknowledged, docs[0].KindText, docs[0].FixedAssetNet, docs[0].FixedAssetVAT = at(8, 14), "Activo Fijo", 500000, 95000
		docs[1].TobaccoCigarettes, docs[2].OverPurchaseInvoice = 777, 1
	case l.state == NoIncluir:
		docs[0].KindText, docs[0].VAT, docs[0].NonRecoverableVAT, docs[0].NonRecoverableCode = "No Corresp. Incluir", 0, 95000, 9
		docs[1].KindText, docs[1].CommonUseVAT = "IVA Uso Común", 5
	case l.state == Reclamado:
		docs[0].Claimed = at(8, 14)
	}
	return docs
}

func TestGoldenExports(t *testing.T) {
	t.Parallel()
	for _, l := range layouts() {
		name := strings.ToLower(string(l.book) + "-" + string(l.state) + ".csv")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			docs := invented(t, l)
			var file bytes.Buffer
			require.NoError(t, WriteCSV(&file, l.book, l.state, each(docs)))
			path := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.WriteFile(path, file.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), file.String())

			csv, err := OpenCSV(bytes.NewReader(want), nil)
			require.NoError(t, err)
			assert.Equal(t, l.state, csv.State())
			got := all(t, csv.Documents())
			require.Len(t, got, len(docs))
			for n := range docs {
				assertSame(t, &docs[n], &got[n])
			}
		})
	}
}
