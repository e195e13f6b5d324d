package rcv_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
)

// read collects a sequence: documents, row errors, and the error at its end.
func read(t *testing.T, seq iter.Seq2[rcv.Document, error]) (docs []rcv.Document, bad []*rcv.RowError, last error) {
	t.Helper()
	for doc, err := range seq {
		require.NoError(t, last, "an error that is no RowError ends the sequence")
		var row *rcv.RowError
		switch {
		case err == nil:
			docs = append(docs, doc)
		case errors.As(err, &row):
			bad = append(bad, row)
		default:
			last = err
		}
	}
	return docs, bad, last
}

func readShared(t *testing.T, name string) (file *rcv.CSV, docs []rcv.Document, bad []*rcv.RowError) {
	t.Helper()
	content, err := os.ReadFile(sharedtest.Path(t, "rcv-csv", name))
	require.NoError(t, err)
	file, err = rcv.OpenCSV(bytes.NewReader(content), nil)
	require.NoError(t, err)
	docs, bad, err = read(t, file.Documents())
	require.NoError(t, err)
	return file, docs, bad
}

func taxes(d rcv.Document) string {
	var texts []string
	for _, tax := range d.OtherTaxes {
		texts = append(texts, fmt.Sprintf("%d:%d@%s", tax.Code, tax.Amount, tax.Rate))
	}
	return strings.Join(texts, " ")
}

func TestSharedFiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		book    rcv.Book
		state   rcv.State
		folios  []chile.Folio
		total   chile.CLP
		taxes   []string
		rowErrs []string
	}{
		{
			name: "RCV-compra-pendiente-rz_leading_trailing_whitespace.csv", book: rcv.Purchases, state: rcv.Pendiente,
			folios: []chile.Folio{9800042, 380007}, total: 114536, taxes: []string{"", ""},
		},
		{
			name: "RCV-compra-reclamado-rz_leading_trailing_whitespace.csv", book: rcv.Purchases, state: rcv.Reclamado,
			folios: []chile.Folio{1000055, 70013}, total: 3122244, taxes: []string{"", ""},
		},
		{
			name: "RCV-compra-reclamado.csv", book: rcv.Purchases, state: rcv.Reclamado,
			folios: []chile.Folio{1000055, 70013, 789456}, total: 4277608, taxes: []string{"23:12000@2.967999999", "", ""},
			rowErrs: []string{
				`rcv: row 5: RUT Proveedor "INVALID-RUT": not in a known form`,
				`rcv: row 6: Tipo Doc: the value is missing`,
			},
		},
		{
			name: "RCV-venta-extra-empty-impuestos-rows.csv", book: rcv.Sales, state: rcv.Registro,
			folios: []chile.Folio{6541, 9874, 3210, 3210, 3210}, total: 114116329,
			taxes: []string{"27:275904@10 271:701395@18", "24:2570098@31.5", "24:6049210@31.5", "24:6049210@31.5", "24:6049210@31.5 271:701395@18"},
		},
		{
			// The row without a type is an error. The document on paper leaves its exempt
			// amount empty, and its other amounts add up to the total.
			name: "RCV-venta-missing-required-fields.csv", book: rcv.Sales, state: rcv.Registro,
			folios: []chile.Folio{508, 88}, total: 23651360 - 2082715, taxes: []string{"", ""},
			rowErrs: []string{`rcv: row 2: Tipo Doc: the value is missing`},
		},
		{
			name: "RCV-venta-multiple-dte-referencias.csv", book: rcv.Sales, state: rcv.Registro,
			folios: []chile.Folio{506, 14239, 3210}, total: 33212436, taxes: []string{"", "", "24:6049210@31.5 271:701395@18"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file, docs, bad := readShared(t, test.name)
			assert.Equal(t, test.book, file.Book())
			assert.Equal(t, test.state, file.State())
			assert.Empty(t, file.Unknown())
			assert.Empty(t, file.Missing())

			var total chile.CLP
			var folios []chile.Folio
			var gotTaxes []string
			for _, doc := range docs {
				total += doc.Total
				folios = append(folios, doc.Folio)
				gotTaxes = append(gotTaxes, taxes(doc))
				assert.Equal(t, test.state, doc.State)
				assert.Equal(t, strings.TrimSpace(doc.Name), doc.Name)
			}
			assert.Equal(t, test.total, total)
			assert.Equal(t, test.folios, folios)
			assert.Equal(t, test.taxes, gotTaxes)
			var errs []string
			for _, row := range bad {
				errs = append(errs, row.Error())
			}
			assert.Equal(t, test.rowErrs, errs)
		})
	}
}

func TestSharedValues(t *testing.T) {
	t.Parallel()
	_, docs, _ := readShared(t, "RCV-venta-extra-empty-impuestos-rows.csv")
	doc := docs[0]
	assert.Equal(t, "54213736-3", doc.Counterparty.String())
	assert.Equal(t, "CHILE SPA", doc.Name)
	assert.Equal(t, "2025-09-01", doc.Issued.String())
	assert.Equal(t, "2025-09-01T10:09:00-04:00", doc.Received.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, "2025-09-08T14:15:23-03:00", doc.Acknowledged.Format("2006-01-02T15:04:05Z07:00"), "summer time began on the 7th")
	assert.True(t, doc.Claimed.IsZero())
	assert.True(t, doc.SettlementRUT.IsZero())
	assert.Equal(t, chile.CLP(977299), doc.OtherTaxTotal)
	assert.Equal(t, 2, doc.NoCostSale)
	assert.Equal(t, "12354", doc.Branch)

	_, docs, _ = readShared(t, "RCV-venta-multiple-dte-referencias.csv")
	assert.Equal(t, chile.DocType(52), docs[1].RefType)
	assert.Equal(t, "10370-10371", docs[1].RefFolio)

	_, docs, _ = readShared(t, "RCV-compra-reclamado.csv")
	assert.Equal(t, "2019-06-12T09:47:23-04:00", docs[0].Claimed.Format("2006-01-02T15:04:05Z07:00"))
	assert.True(t, docs[1].Claimed.IsZero(), "the literal null is no time")
}

func TestSharedDetailHasWrongCheckDigits(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(sharedtest.Path(t, "rcv-json", "rcv-detalle-compra.json"))
	require.NoError(t, err)
	opts := &rcv.DecodeOptions{State: rcv.Registro, Type: chile.FacturaElectronica}

	docs, bad, err := read(t, rcv.DecodeDocuments(bytes.NewReader(content), opts))
	require.NoError(t, err)
	var answer struct {
		Data []map[string]any `json:"data"`
	}
	require.NoError(t, json.Unmarshal(content, &answer))
	require.Len(t, answer.Data, 8)
	wrong := 0
	for i, row := range answer.Data {
		rut, err := chile.NewRUT(int64(row["detRutDoc"].(float64)))
		require.NoError(t, err)
		if string(rut.DV()) != row["detDvDoc"] {
			require.Less(t, wrong, len(bad))
			assert.Equal(t, i+1, bad[wrong].Line)
			assert.Equal(t, "detRutDoc", bad[wrong].Heading)
			require.ErrorIs(t, bad[wrong], chile.ErrCheckDigit)
			wrong++
		}
		content = bytes.ReplaceAll(content,
			fmt.Appendf(nil, "\"detRutDoc\": %d,\n   \"detDvDoc\": %q", rut.Number(), row["detDvDoc"]),
			fmt.Appendf(nil, "\"detRutDoc\": %d,\n   \"detDvDoc\": %q", rut.Number(), string(rut.DV())))
	}
	assert.Len(t, bad, wrong)
	assert.Len(t, docs, 8-wrong)

	docs, bad, err = read(t, rcv.DecodeDocuments(bytes.NewReader(content), opts))
	require.NoError(t, err)
	assert.Empty(t, bad)
	require.Len(t, docs, 8)
	var totals rcv.Totals
	for i := range docs {
		require.NoError(t, totals.Add(&docs[i]))
	}
	assert.Equal(t, rcv.Totals{Documents: 8, Exempt: 100000, Net: 7000000, VAT: 1330000, Total: 8430000}, totals)
	first := docs[0]
	assert.Equal(t, chile.FacturaElectronica, first.Type, "detTipoDoc is null in all rows")
	assert.Equal(t, rcv.Registro, first.State)
	assert.Equal(t, "2026-06-23", first.Issued.String())
	assert.Equal(t, "Del Giro", first.KindText)
	assert.Equal(t, 1, first.Kind)
	assert.Equal(t, "900000000", first.RefFolio)
	assert.Equal(t, chile.MustParsePeriod("2026-06"), first.Loaded)
}

func TestSharedEmptyAnswerIsARefusal(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(sharedtest.Path(t, "rcv-json", "rcv-detalle-vacio.json"))
	require.NoError(t, err)
	_, _, err = read(t, rcv.DecodeDocuments(bytes.NewReader(content), nil))
	var refused *rcv.AnswerError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, rcv.AnswerStatus{Code: 99, Message: "Periodo consultado no válido, debe ser mayor igual a 201705"}, refused.Status)
	assert.False(t, refused.Deferred())
}
