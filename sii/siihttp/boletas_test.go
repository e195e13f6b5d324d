package siihttp_test

import (
	"context"
	"encoding/csv"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

// keepLines imports a month of sales with a summary that has more than its documents.
func (s *service) keepLines(lines []rcv.SummaryLine, docs ...rcv.Document) {
	s.t.Helper()
	_, err := s.store.ImportRegister(s.t.Context(), storage.Snapshot{
		Key: rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, TakenAt: now,
		Rows: func(yield func(rcv.Document, error) bool) {
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		},
		Lines: func() []rcv.SummaryLine { return lines },
	})
	require.NoError(s.t, err)
}

type bookTotals struct{ Documentos, Neto, IVA, Exento, Total int64 }

// All totals include boletas, whether a shop has only boletas or also invoices.
func TestTotalsHaveBoletas(t *testing.T) {
	t.Parallel()
	invoice := doc(33, 1, "x", 1000)
	for name, c := range map[string]struct {
		lines []rcv.SummaryLine
		docs  []rcv.Document
		want  bookTotals
	}{
		"boletas alone": {
			[]rcv.SummaryLine{{State: rcv.Registro, Type: 39, Documents: 17, Net: 500, VAT: 95, Total: 595}},
			nil,
			bookTotals{17, 500, 95, 0, 595},
		},
		"every kind of total": {
			[]rcv.SummaryLine{
				{State: rcv.Registro, Type: 33, HasDetail: true, Documents: 1, Net: 1000, VAT: 190, Total: 1190},
				{State: rcv.Registro, Type: 35, Documents: 2, Net: 10, VAT: 2, Total: 12},
				{State: rcv.Registro, Type: 38, Documents: 3, Exempt: 20, Total: 20},
				{State: rcv.Registro, Type: 41, Documents: 4, Exempt: 30, Total: 30},
				{State: rcv.Registro, Type: 47, Documents: 5, Net: 40, VAT: 8, Total: 48},
				{State: rcv.Registro, Type: 48, Documents: 6, Net: 50, VAT: 10, Total: 60},
				{State: rcv.Registro, Type: 105, Documents: 7, Net: 60, VAT: 11, Total: 71},
				{State: rcv.Registro, Type: 919, Documents: 8, Exempt: 70, Total: 70},
			},
			[]rcv.Document{invoice},
			bookTotals{36, 1160, 221, 120, 1501},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			s.keepLines(c.lines, c.docs...)
			var summary struct {
				Lineas  []struct{ Detalle bool }
				Totales bookTotals
				Estados []bookTotals `json:"por_estado"`
			}
			s.get("ana", "/rcv/ventas/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
			assert.Equal(t, c.want, summary.Totales)
			assert.Equal(t, []bookTotals{c.want}, summary.Estados)
			require.Len(t, summary.Lineas, len(c.lines))
			for i, l := range summary.Lineas {
				assert.Equal(t, c.lines[i].HasDetail, l.Detalle, "who sums up documents learns what lacks them")
			}
			var months struct{ Meses []struct{ Ventas bookTotals } }
			s.get("ana", "/rcv/meses?rut=76192083-9&desde=2026-10&hasta=2026-10").json(&months)
			require.Len(t, months.Meses, 1)
			assert.Equal(t, c.want, months.Meses[0].Ventas)
		})
	}
}

// A reconciliation reports what it leaves out.
func TestReconciliationTellsOfBoletas(t *testing.T) {
	t.Parallel()
	invoice := doc(33, 1, "x", 1000)
	invoice.KindText = "Activo Fijo"
	s := start(t, func(config *siihttp.Settings) {
		config.Books = func(context.Context, rcv.Key) iter.Seq2[rcv.Entry, error] {
			return func(func(rcv.Entry, error) bool) {}
		}
	})
	s.keepLines([]rcv.SummaryLine{
		{State: rcv.Registro, Type: 33, Documents: 1, Net: 1000, VAT: 190, Total: 1190}, // its document is compared
		{State: rcv.Registro, Type: 34, HasDetail: true, Documents: 1, Exempt: 9, Total: 9},
		{State: rcv.Registro, Type: 39, Documents: 17, Net: 500, VAT: 95, Total: 595},
	}, invoice)
	var got struct {
		Registro   int64      `json:"total_registro"`
		SinDetalle bookTotals `json:"sin_detalle"`
		Pares      []struct {
			Registro struct {
				Tipo string `json:"tipo_compra_venta"`
			}
		}
	}
	s.get("ana", "/conciliacion?rut=76192083-9&libro=ventas&periodo=2026-10").json(&got)
	assert.EqualValues(t, 1190, got.Registro)
	assert.Equal(t, bookTotals{17, 500, 95, 0, 595}, got.SinDetalle)
	require.Len(t, got.Pares, 1)
	assert.Equal(t, "Activo Fijo", got.Pares[0].Registro.Tipo)
}

// The Tipo de Compra or Venta is shown from any source.
func TestDocumentsHaveTheirKind(t *testing.T) {
	t.Parallel()
	for want, transaction := range map[string]rcv.Transaction{
		"Activo Fijo":   {Kind: 4},
		"Bienes Raíces": {KindText: "BIENES RAICES"},
		"Del Giro":      {Kind: 1, KindText: "Del Giro"},
		"Leasing":       {KindText: "Leasing"},
		"":              {},
	} {
		s := start(t, nil)
		d := doc(33, 1, "x", 1000)
		d.Transaction = transaction
		s.keep(rcv.Purchases, d)
		var page struct {
			Documentos []struct {
				Tipo *string `json:"tipo_compra_venta"`
			}
		}
		const purchases = "/rcv/compras?rut=76192083-9&periodo=2026-10"
		s.get("ana", purchases).json(&page)
		require.Len(t, page.Documentos, 1)
		require.NotNil(t, page.Documentos[0].Tipo)
		assert.Equal(t, want, *page.Documentos[0].Tipo)
		reader := csv.NewReader(strings.NewReader(s.get("ana", purchases+"&formato=csv").body))
		reader.Comma = ';'
		rows, err := reader.ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		last := len(rows[0]) - 1
		assert.Equal(t, []string{"Tipo de compra o venta", want}, []string{rows[0][last], rows[1][last]})
	}
}
