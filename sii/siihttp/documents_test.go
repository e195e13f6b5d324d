package siihttp_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

type documentPage struct {
	Documentos []struct {
		Estado         string
		Tipo           int
		Folio          int64
		RUT            string `json:"rut_contraparte"`
		Nombre         string `json:"razon_social"`
		Neto, IVA      int64
		Exento, Total  int64
		FechaRecepcion string `json:"fecha_recepcion"`
	}
	Siguiente string
}

const purchases = "/rcv/compras?rut=76192083-9&periodo=2026-10"

func TestPagesAreTheWholeRegister(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	var want []int64
	for doc, err := range s.store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: rcv.Purchases, From: october, To: october}) {
		require.NoError(t, err)
		want = append(want, int64(doc.Folio))
	}
	for _, limit := range []string{"1", "4", "1000"} {
		var got []int64
		for cursor := ""; ; {
			var page documentPage
			s.get("ana", purchases+"&limite="+limit+"&cursor="+cursor).json(&page)
			for _, d := range page.Documentos {
				got = append(got, d.Folio)
			}
			if cursor = page.Siguiente; cursor == "" {
				break
			}
		}
		assert.Equal(t, want, got, "pages of %s", limit)
	}
}

// keep imports documents of one month without the SII.
func (s *service) keep(book rcv.Book, docs ...rcv.Document) {
	s.t.Helper()
	_, err := s.store.ImportRegister(s.t.Context(), storage.Snapshot{
		Key: rcv.Key{Owner: owner, Period: october, Book: book}, TakenAt: now,
		Rows: func(yield func(rcv.Document, error) bool) {
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		},
		Lines: func() []rcv.SummaryLine { return summaryOf(docs) },
	})
	require.NoError(s.t, err)
}

func summaryOf(docs []rcv.Document) (lines []rcv.SummaryLine) {
	for _, d := range docs {
		lines = append(lines, rcv.SummaryLine{State: d.State, Type: d.Type, Documents: 1, Net: d.Net, VAT: d.VAT, Exempt: d.Exempt, Total: d.Total})
	}
	return lines
}

func doc(typ chile.DocType, folio chile.Folio, name string, net chile.CLP) rcv.Document {
	return rcv.Document{
		State: rcv.Registro, Type: typ, Folio: folio, Counterparty: stranger, Name: name,
		Issued: october.First(), Received: now.Add(-time.Hour), Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	pending := doc(33, 2, "Ñuñoa Ltda", 2000)
	pending.State = rcv.Pendiente
	s.keep(rcv.Purchases, doc(33, 1, "Áridos SpA", 1000), pending, doc(61, 345, "Otra", 500))
	for query, want := range map[string][]int64{
		"":                                  {1, 2, 345},
		"&estado=PENDIENTE":                 {2},
		"&estado=pendiente&estado=REGISTRO": {1, 2, 345},
		"&tipo=61":                          {345},
		"&tipo=61&tipo=34":                  {345},
		"&q=nunoa":                          {2},
		"&q=ARIDOS":                         {1},
		"&q=34":                             {345},
		"&q=77.222":                         {1, 2, 345},
		"&contraparte=11111111-1":           {},
		"&contraparte=77222222-K":           {1, 2, 345},
	} {
		var page documentPage
		got := s.get("ana", purchases+query)
		require.Equal(t, http.StatusOK, got.status, got.body)
		got.json(&page)
		folios := []int64{}
		for _, d := range page.Documentos {
			folios = append(folios, d.Folio)
		}
		assert.Equal(t, want, folios, query)
	}
}

// A spreadsheet must not take a text for a formula, and must take every amount for
// a number.
func TestCSVHasNoFormulas(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	names := []string{"=1+1", "+56 2", "-2", "@SUM(A1)", "\tx", " =1+1", "＝1", `Comillas "; =1`, "Normal", "−2"}
	var docs []rcv.Document
	for i, name := range names {
		docs = append(docs, doc(33, chile.Folio(i+1), name, chile.CLP(1000*(i-5))))
	}
	s.keep(rcv.Purchases, docs...)
	got := s.get("ana", purchases+"&formato=csv")
	require.Equal(t, http.StatusOK, got.status, got.body)
	assert.Equal(t, "text/csv; charset=utf-8; header=present", got.header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="compras-76192083-9-2026-10.csv"`, got.header.Get("Content-Disposition"))
	body, marked := strings.CutPrefix(got.body, "\ufeff")
	assert.True(t, marked)
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(names)+1)
	for i, row := range rows[1:] {
		name := row[7]
		if names[i] == "Normal" || strings.HasPrefix(names[i], "Comillas") {
			assert.Equal(t, names[i], name)
		} else {
			assert.Equal(t, "'"+names[i], name)
		}
		amount, err := chile.ParseCLP(row[8])
		require.NoError(t, err)
		assert.Equal(t, docs[i].Net, amount, "also below zero")
	}
}

// A truncated file must not look complete.
func TestCSVIsCutOffWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.importMonth("ana")
	broken := &brokenStore{Storage: s.store, after: 3}
	s.cleanup()
	s.serve(func(c *siihttp.Settings) { c.Store = broken })
	response, err := s.wire.RoundTrip(s.request("ana", http.MethodGet, purchases+"&formato=csv", ""))
	if err == nil {
		defer response.Body.Close()
		err = readAll(response.Body)
	}
	require.Error(t, err)
	got := s.get("ana", purchases)
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.Equal(t, "store", got.problem().Kind)
	assert.NotContains(t, got.body, errBroken.Error())
	assert.Contains(t, s.logs.String(), errBroken.Error())
}

func TestSummaryAndMonthsSubtractCreditNotes(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	pending := doc(33, 3, "x", 5000)
	pending.State = rcv.Pendiente
	s.keep(rcv.Purchases, doc(33, 1, "x", 1000), doc(61, 2, "x", 300), pending)
	var summary struct {
		Lineas  []struct{ Tipo, Documentos, Neto int64 }
		Totales struct{ Documentos, Neto, IVA, Total int64 }
		Estados []struct {
			Estado string
			Neto   int64
		} `json:"por_estado"`
		Importado string
	}
	s.get("ana", "/rcv/compras/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
	assert.Len(t, summary.Lineas, 3)
	assert.EqualValues(t, 700, summary.Totales.Neto)
	assert.EqualValues(t, 2, summary.Totales.Documentos)
	assert.EqualValues(t, 190-57, summary.Totales.IVA)
	assert.Equal(t, "2026-10-28T09:00:00-03:00", summary.Importado)
	require.Len(t, summary.Estados, 2)
	assert.EqualValues(t, 5000, summary.Estados[1].Neto)
	var months struct {
		Meses []struct {
			Periodo         string
			Compras, Ventas struct {
				Neto      int64
				Importado string
			}
		}
	}
	s.get("ana", "/rcv/meses?rut=76192083-9").json(&months)
	require.Len(t, months.Meses, 12)
	last := months.Meses[11]
	assert.Equal(t, "2026-10", last.Periodo)
	assert.EqualValues(t, 700, last.Compras.Neto)
	assert.NotEmpty(t, last.Compras.Importado)
	assert.Empty(t, last.Ventas.Importado)
}

func TestPendingPurchases(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var docs []rcv.Document
	for i, age := range []time.Duration{0, 24 * time.Hour, 8 * 24 * time.Hour, 9 * 24 * time.Hour} {
		d := doc(33, chile.Folio(i+1), "x", 1000)
		d.State, d.Received = rcv.Pendiente, now.Add(-age)
		docs = append(docs, d)
	}
	s.keep(rcv.Purchases, docs...)
	var list struct {
		Pendientes []struct {
			RUT   string
			Folio int
			Vence string
			Dias  int `json:"dias_restantes"`
		}
	}
	s.get("ana", "/pendientes").json(&list)
	require.Len(t, list.Pendientes, 3, "the one of nine days ago counts as accepted")
	assert.Equal(t, 3, list.Pendientes[0].Folio)
	assert.Equal(t, "2026-10-28", list.Pendientes[0].Vence)
	assert.Zero(t, list.Pendientes[0].Dias)
	assert.Equal(t, 8, list.Pendientes[2].Dias)
	assert.Equal(t, owner.String(), list.Pendientes[2].RUT)
	list.Pendientes = nil
	s.get("eva", "/pendientes").json(&list)
	assert.Empty(t, list.Pendientes)
}

// A partly unreadable row of another program is listed with its unreadable values,
// is in the file as stored, and is in no sum.
func TestUnreadRowsAreTold(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) {
		c.Store = &legacyStore{c.Store.(storage.Storage)}
		c.Books = func(context.Context, rcv.Key) iter.Seq2[rcv.Entry, error] {
			return func(func(rcv.Entry, error) bool) {}
		}
	})
	s.keep(rcv.Purchases, doc(33, 6, "x", 500), doc(33, 7, "x", 1000))
	var list struct {
		Documentos []struct {
			Folio, Neto int64
			Ilegible    []struct{ Columna, Texto string }
		}
	}
	s.get("ana", "/rcv/compras?rut=76192083-9&periodo=2026-10").json(&list)
	require.Len(t, list.Documentos, 2, "the other rows of the month can be read")
	assert.Empty(t, list.Documentos[0].Ilegible)
	require.Len(t, list.Documentos[1].Ilegible, 2)
	assert.Equal(t, "neto", list.Documentos[1].Ilegible[0].Columna)
	assert.Equal(t, "1000.5", list.Documentos[1].Ilegible[0].Texto)

	file := s.get("ana", "/rcv/compras?rut=76192083-9&periodo=2026-10&formato=csv").body
	assert.Contains(t, file, ";1000.5;190;")
	assert.Contains(t, file, ";'=NaN", "and is no formula")

	got := s.get("ana", "/conciliacion?rut=76192083-9&libro=compras&periodo=2026-10")
	assert.Equal(t, http.StatusConflict, got.status)
	assert.Equal(t, "unread_row", got.problem().Kind)
	assert.Contains(t, got.problem().Detail, `neto "1000.5"`)
}

// Rows without a readable type or folio share one place; pages still show each
// once.
func TestPagesShowUnreadRowsOnce(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Store = &legacyStore{c.Store.(storage.Storage)} })
	var docs []rcv.Document
	for i, typ := range []chile.DocType{30, 33, 34, 61, 914} {
		docs = append(docs, doc(typ, 100, "x", 1000), doc(typ, chile.Folio(200+i), "x", 1000))
	}
	s.keep(rcv.Purchases, docs...)
	for limit := 1; limit <= 11; limit++ {
		var shown []string
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			require.Less(t, pages, 12)
			var page struct {
				Documentos []struct{ Tipo, Folio int64 }
				Siguiente  string
			}
			s.get("ana", fmt.Sprintf("/rcv/compras?rut=76192083-9&periodo=2026-10&limite=%d&cursor=%s", limit, cursor)).json(&page)
			for _, d := range page.Documentos {
				shown = append(shown, fmt.Sprint(d.Tipo, " ", d.Folio))
			}
			cursor = page.Siguiente
		}
		assert.Equal(t, []string{"0 0", "30 200", "0 0", "33 201", "0 0", "34 202", "0 0", "61 203", "0 0", "914 204"}, shown, "%d a page", limit)
	}
}

// A page continues after the last one, whatever was imported in between.
func TestCursorWorksAcrossImports(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var docs []rcv.Document
	for i := range 10 {
		docs = append(docs, doc(33, chile.Folio(10*i+10), "x", 1000))
	}
	s.keep(rcv.Purchases, docs...)
	read := func(query string) (folios []int64, next string) {
		var page documentPage
		got := s.get("ana", purchases+query)
		require.Equal(t, http.StatusOK, got.status, got.body)
		got.json(&page)
		for _, d := range page.Documentos {
			folios = append(folios, d.Folio)
		}
		return folios, page.Siguiente
	}
	folios, cursor := read("&limite=4")
	assert.Equal(t, []int64{10, 20, 30, 40}, folios)
	s.keep(rcv.Purchases, append([]rcv.Document{doc(33, 5, "x", 1), doc(33, 45, "x", 1), doc(33, 50, "x", 7)}, docs[5:]...)...)
	folios, next := read("&limite=4&cursor=" + cursor)
	assert.Equal(t, []int64{45, 50, 60, 70}, folios, "40 is gone, 5 is on a page that was shown")
	folios, next = read("&limite=4&cursor=" + next)
	assert.Equal(t, []int64{80, 90, 100}, folios)
	assert.Empty(t, next)
	for name, path := range map[string]string{
		"of another month": "/rcv/compras?rut=76192083-9&periodo=2026-09&cursor=" + cursor,
		"of another book":  "/rcv/ventas?rut=76192083-9&periodo=2026-10&cursor=" + cursor,
		"cut":              purchases + "&cursor=" + cursor[:5],
		"too long":         purchases + "&cursor=" + strings.Repeat(cursor, 100),
		"with a NUL":       purchases + "&cursor=" + cursorText(t, "12\x00"),
		"not UTF-8":        purchases + "&cursor=" + cursorText(t, "12\xff"),
	} {
		assert.Equal(t, http.StatusUnprocessableEntity, s.get("ana", path).status, name)
	}
	assert.Equal(t, http.StatusOK, s.get("ana", purchases+"&cursor="+cursorText(t, "1233")).status)
}

func cursorText(t *testing.T, key string) string {
	t.Helper()
	text, err := storage.Place{Period: "2026-10", Book: rcv.Purchases, Key: key}.MarshalText()
	require.NoError(t, err)
	return string(text)
}

// Pages of a search have all matches, however far apart.
func TestPagesOfWords(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var docs []rcv.Document
	for i := range 2500 {
		name := "Otra"
		if i%600 == 599 {
			name = "Áridos"
		}
		docs = append(docs, doc(33, chile.Folio(i+1), name, 1000))
	}
	s.keep(rcv.Purchases, docs...)
	for _, limit := range []string{"1", "3", "4", "5"} {
		var got []int64
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			require.Less(t, pages, 6)
			var page documentPage
			s.get("ana", purchases+"&q=aridos&limite="+limit+"&cursor="+cursor).json(&page)
			for _, d := range page.Documentos {
				got = append(got, d.Folio)
			}
			cursor = page.Siguiente
		}
		assert.Equal(t, []int64{600, 1200, 1800, 2400}, got, "pages of %s", limit)
	}
}
