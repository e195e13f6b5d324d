package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// TestThePageIsForEverybody looks at it on a desk and on a telephone, by day and by
// night, empty, full and with an error.
func TestThePageIsForEverybody(t *testing.T) {
	t.Parallel()
	s := newService(t)
	from, to := chile.MustParsePeriod("2026-08"), chile.MustParsePeriod("2026-10")
	s.generated(from, to)
	today := chile.DateOf(time.Now())
	s.fake.AddPurchases(owner, today.Period(), rcv.Purchase{Document: rcv.Document{
		State: rcv.Pendiente, Type: chile.FacturaElectronica, Folio: 1, Issued: today, Received: today.Time(),
		Counterparty: chile.MustParseRUT("77222222-K"), Name: "Sociedad Comercializadora de Materiales de Construcción y Maderas del Sur de Chile Limitada",
		Net: 1_000_000_000, VAT: 190_000_000, Total: 1_190_000_000,
	}})
	s.importMonths(from, today.Period())
	s.fake.Change(purchasesOf(to), func(docs []rcv.Document) []rcv.Document { docs[0].Name = "Nombre Nuevo SpA"; return docs })
	s.importMonths(to, to)
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"escritorio", 1280, 900}, {"telefono", 360, 800}} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(screen.name+" "+scheme, func(t *testing.T) {
				t.Parallel()
				b := openTab(t, screen.width, screen.height, scheme)
				b.enter(s, finanzas, "empresa=76192083-9&desde=2020-01&hasta=2020-01")
				assert.Empty(t, b.inaccessible(), "empty")
				b.enter(s, finanzas, "empresa=76192083-9&desde=2026-08&hasta=2026-10")
				b.click("#importar")
				b.wait(`document.querySelector('#mensajes .good')`)
				b.click("#diagnosticar")
				b.wait(`document.querySelector('#diagnostico .checks') && document.querySelectorAll('#meses svg').length === 2 && document.querySelectorAll('#compras table').length === 2`)
				valueOf[bool](b, `(document.querySelector('#meses details').open = true)`)
				assert.Empty(t, b.inaccessible(), "full")
				b.shoot(fmt.Sprintf("%s-%s", screen.name, map[string]string{"light": "claro", "dark": "oscuro"}[scheme]))
				// Another tab's import may draw the tables anew.
				b.wait(`document.querySelectorAll('table').forEach((table) => { table.style.width = '3000px'; }) ??
					document.querySelector('#compras .scrolled')?.tabIndex === 0`)
				assert.Empty(t, b.inaccessible(), "tables wider than the screen")
			})
		}
	}
}

// inaccessible returns what is wrong for who does not see the page, or not well.
func (b *tab) inaccessible() []string {
	b.t.Helper()
	rules, err := os.ReadFile("testdata/accessibility.js")
	require.NoError(b.t, err)
	return valueOf[[]string](b, string(rules))
}

// TestTheRulesFindWhatIsWrong breaks the page in each way.
func TestTheRulesFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newService(t)
	b := openTab(t, 360, 800, "light")
	for rule, harm := range map[string]string{
		"lang":                      `document.documentElement.lang = 'en'`,
		"title":                     `document.title = ''`,
		"one h1":                    `document.querySelector('h1').remove()`,
		"heading order":             `document.querySelector('h2').replaceWith(Object.assign(document.createElement('h4'), { textContent: 'a', id: 'titulo-elegir' }))`,
		"id twice":                  `document.querySelector('h1').id = 'mensajes'`,
		"for of nothing":            `document.querySelector('label').htmlFor = 'nothing'`,
		"no name":                   `document.querySelector('label').remove()`,
		"unknown role":              `document.querySelector('h1').setAttribute('role', 'nothing')`,
		"one tab in the order":      `document.querySelector('#pestana-ventas').tabIndex = 0`,
		"not live":                  `document.querySelector('#mensajes').removeAttribute('aria-live')`,
		"order of its own":          `document.querySelector('#probar').tabIndex = 3`,
		"small target":              `document.querySelector('#probar').style.cssText = 'min-height: 0; height: 10px'`,
		"wider than the screen":     `document.querySelector('h1').style.width = '500px'`,
		"contrast":                  `document.querySelector('h1').style.color = '#999'`,
		"scrolled by a mouse alone": `document.querySelector('#contenido').style.cssText = 'height: 100px; overflow-y: auto'; document.querySelector('#contenido').removeAttribute('tabindex')`,
		"border":                    `document.querySelector('#empresa').style.borderColor = '#eee'`,
	} {
		b.enter(s, finanzas, "")
		valueOf[bool](b, `(() => { `+harm+`; return true; })()`)
		assert.Contains(t, fmt.Sprint(b.inaccessible()), rule+":", rule)
	}
}

// TestAKeyboardIsEnough goes through all controls in their order, each of which
// shows that it has the focus, and imports without a mouse.
func TestAKeyboardIsEnough(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.generated(october, october)
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	type focus struct {
		ID, Name, Outline string
		Place             int
	}
	var order []string
	last := -1
	for {
		b.do(chromedp.KeyEvent("\t"))
		at := valueOf[focus](b, `(() => { const n = document.activeElement; const style = getComputedStyle(n);
			return { ID: n.id, Name: n.tagName, Outline: n === document.body ? '' : style.outlineStyle + ' ' + style.outlineWidth, Place: [...document.querySelectorAll('*')].indexOf(n) }; })()`)
		if at.Place <= last || at.Name == "BODY" {
			break
		}
		assert.Equal(t, "solid 3px", at.Outline, "%s %s shows no focus", at.Name, at.ID)
		last, order = at.Place, append(order, at.ID)
	}
	for _, id := range []string{"empresa", "desde", "hasta", "importar", "probar", "conectar", "pestana-compras", "diagnosticar"} {
		assert.Contains(t, order, id)
	}
	b.do(chromedp.Focus(chromedp.CSS("#importar")), chromedp.KeyEvent("\r"))
	b.wait(`document.querySelector('#mensajes').innerText.includes('Importación terminada')`)
	assert.Equal(t, "importar", valueOf[string](b, `document.activeElement.id`), "the focus stays")
}
