package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

// TestAMonthOfWork is what finance staff do, from the token to the file for their
// spreadsheet, with the mouse.
func TestAMonthOfWork(t *testing.T) {
	t.Parallel()
	s := newService(t, siitest.WithLatency(15*time.Millisecond))
	from, to := chile.MustParsePeriod("2026-08"), chile.MustParsePeriod("2026-10")
	s.generated(from, to)
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10&hasta=2026-10")
	assert.Contains(t, b.text("#compras"), "Las compras de octubre 2026 no se han importado")

	t.Log("the token")
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes .good')`)
	assert.Regexp(t, `El SII aceptó el certificado\s+Token \S{4}…, vigente hasta el \d\d-\d\d-\d{4} \d\d:\d\d\.`, b.text("#mensajes"))

	t.Log("events")
	b.click("#conectar")
	b.wait(`document.querySelector('#conexion').textContent === 'conectados'`)
	assert.Equal(t, "Desconectar", b.text("#conectar"))
	b.click("#conectar")
	assert.Equal(t, "desconectados", b.text("#conexion"))

	t.Log("the import of three months, which connects by itself")
	b.choose("desde", "2026-08")
	b.click("#importar")
	b.wait(`document.querySelector('#mensajes').innerText.includes('Importación terminada')`)
	assert.Equal(t, "Importación terminada: 6 registros al día.", b.text("#avance-texto"))
	assert.Equal(t, "conectados", b.text("#conexion"))
	said := valueOf[[]struct {
		Text    string
		Done    int
		Running int
	}](b, `said`)
	running, done := 0, 0
	for _, at := range said {
		running = max(running, at.Running)
		assert.GreaterOrEqual(t, at.Done, done, "the bar goes forward")
		done = at.Done
	}
	assert.Positive(t, running, "a register that is under way is seen as such")
	assert.Equal(t, 6, done)
	assert.Equal(t, 6, valueOf[int](b, `document.querySelectorAll('#avance-unidades .badge.good').length`))
	b.shoot("escritorio-importado")

	t.Log("the sums are those of the register")
	var summary struct {
		Totals map[string]chile.CLP `json:"totales"`
		Lines  []struct{}           `json:"lineas"`
	}
	require.Equal(t, 200, s.get(finanzas, "/api/v1/sii/rcv/compras/resumen?rut=76192083-9&periodo=2026-10", &summary))
	b.wait(`document.querySelector('#compras tfoot')`)
	assert.Equal(t, len(summary.Lines), valueOf[int](b, `document.querySelector('#compras table').tBodies[0].rows.length`))
	foot := b.text("#compras tfoot")
	for _, field := range []string{"neto", "iva", "exento", "total"} {
		assert.Contains(t, foot, "$"+summary.Totals[field].Format(), field)
	}

	t.Log("the documents, page by page")
	rows := `document.querySelectorAll('#compras table')[1].tBodies[0].rows.length`
	assert.Equal(t, 20, valueOf[int](b, rows))
	for range 2 {
		before := valueOf[int](b, rows)
		b.press("#compras", "Mostrar más")
		b.wait(fmt.Sprintf(`%s > %d`, rows, before))
	}
	assert.Equal(t, 60, valueOf[int](b, rows), "three quarters of 80 are purchases")
	assert.Contains(t, b.text("#compras"), "60 documentos en total.")

	t.Log("the filter and its file")
	b.do(chromedp.SendKeys(chromedp.CSS("#compras-buscar"), "nuble")) // without accents
	b.choose("compras-tipo", "33")
	b.wait(`[...document.querySelectorAll('#compras table')[1].tBodies[0].rows].every((row) => row.innerText.includes('Hormigones Ñuble'))`)
	found := valueOf[int](b, rows)
	require.Positive(t, found)
	file := b.download(func() { b.press("#compras", "Descargar CSV") })
	status, want := s.raw(finanzas, "/api/v1/sii/rcv/compras?rut=76192083-9&periodo=2026-10&q=nuble&tipo=33&formato=csv")
	require.Equal(t, 200, status)
	assert.Equal(t, "compras-76192083-9-2026-10.csv", filepath.Base(file))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
	assert.Equal(t, found, strings.Count(string(got), "Hormigones Ñuble"))

	t.Log("the other book, with the keyboard")
	b.do(chromedp.Focus(chromedp.CSS("#pestana-compras")), chromedp.KeyEvent("\u0303")) // right arrow
	b.wait(`document.querySelector('#ventas tfoot') && document.activeElement.id === 'pestana-ventas' &&
		!document.querySelector('#ventas').innerText.includes('Cargando…')`)
	assert.True(t, valueOf[bool](b, `document.querySelector('#compras').hidden`))
	assert.Contains(t, b.text("#ventas"), "El SII informa solo el total del mes, sin documentos, de: Boleta electrónica.")
	assert.NotContains(t, b.text("#compras"), "solo el total del mes")
	assert.Contains(t, b.text("#ventas"), "(Activo Fijo)")
	assert.NotContains(t, b.text("#ventas"), "(Del Giro)")

	t.Log("of which SII")
	assert.Contains(t, b.text("#ambiente"), "no son del SII")

	t.Log("the months")
	b.wait(`document.querySelectorAll('#meses svg').length > 1`)
	assert.Equal(t, 12, valueOf[int](b, `document.querySelectorAll('#meses svg')[0].querySelectorAll('rect.sales').length`))
	assert.Equal(t, 3, valueOf[int](b, `[...document.querySelectorAll('#meses svg')[1].querySelectorAll('rect.purchases')].filter((bar) => Number(bar.getAttribute('height')) > 0).length`))
	assert.Contains(t, valueOf[string](b, `document.querySelector('#meses table').textContent`), "$"+summary.Totals["iva"].Format())
	var sales struct {
		Totals map[string]chile.CLP `json:"totales"`
	}
	require.Equal(t, 200, s.get(finanzas, "/api/v1/sii/rcv/ventas/resumen?rut=76192083-9&periodo=2026-10", &sales))
	assert.Contains(t, valueOf[string](b, `document.querySelector('#meses svg').textContent`), "Ventas de octubre 2026: $"+sales.Totals["total"].Format(), "with boletas")

	t.Log("what changes is told without asking")
	s.fake.Change(purchasesOf(to), func(docs []rcv.Document) []rcv.Document { docs[0].Name = "Nombre Nuevo SpA"; return docs[:len(docs)-1] })
	s.importMonths(to, to)
	b.wait(`document.querySelector('#cambios table')?.tBodies[0].rows.length === 2`)
	assert.Contains(t, b.text("#cambios"), "ya no está")
	assert.Contains(t, b.text("#cambios"), "a «Nombre Nuevo SpA»")

	t.Log("the diagnosis")
	b.click("#diagnosticar")
	b.wait(`document.querySelector('#diagnostico .checks')`)
	assert.Contains(t, b.text("#diagnostico"), "Todo lo necesario funciona")
	assert.Contains(t, b.text("#diagnostico"), "Tablas de la base de datos")
	b.shoot("escritorio-completo")
	assert.Empty(t, s.fake.Violations())
}

// download returns the file that an act has the browser keep.
func (b *tab) download(act func()) (path string) {
	b.t.Helper()
	folder := b.t.TempDir()
	events := true
	id := chromedp.FromContext(b.ctx).BrowserContextID
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: id, DownloadPath: folder, EventsEnabled: &events,
	})
	require.NoError(b.t, err)
	progress := chromedp.BrowserEvents(b.ctx, browser.DownloadProgress)
	act()
	for event, err := range progress {
		require.NoError(b.t, err)
		if event.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(b.t, err)
	require.Len(b.t, files, 1)
	return files[0]
}

// TestPendingPurchasesHaveDaysLeft shows the nearest first.
func TestPendingPurchasesHaveDaysLeft(t *testing.T) {
	t.Parallel()
	s := newService(t)
	today := chile.DateOf(time.Now())
	for folio, days := range map[chile.Folio]int{101: -7, 102: -1, 103: -8, 104: -20} {
		day := today.AddDays(days)
		s.fake.AddPurchases(owner, day.Period(), rcv.Purchase{Document: rcv.Document{
			State: rcv.Pendiente, Type: chile.FacturaElectronica, Folio: folio, Issued: day, Received: day.Time().Add(12 * time.Hour),
			Counterparty: chile.MustParseRUT("77222222-K"), Name: "Maderas del Sur SpA", Net: 1_000_000, VAT: 190_000, Total: 1_190_000,
		}})
	}
	s.importMonths(today.AddDays(-20).Period(), today.Period())
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "")
	b.wait(`document.querySelector('#pendientes table')`)
	rows := valueOf[[]string](b, `[...document.querySelectorAll('#pendientes tbody tr')].map((row) => row.innerText.replace(/\s+/g, ' '))`)
	require.Len(t, rows, 3, "the last day of one has passed")
	assert.Regexp(t, `Vence hoy .* 103 .*\$1\.190\.000`, rows[0])
	assert.Regexp(t, `Queda 1 día .* 101 `, rows[1])
	assert.Regexp(t, `Quedan 7 días .* 102 `, rows[2])
}
