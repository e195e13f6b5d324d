package main

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// TestTextOfOthersIsText plants markup and formulas where others may write.
func TestTextOfOthersIsText(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	const hurt = `<img src=x onerror="globalThis.hurt=1"><script>globalThis.hurt=2</script>`
	s.generated(october, october)
	rename := func(name string) {
		s.fake.Change(purchasesOf(october), func(docs []rcv.Document) []rcv.Document {
			for i := range docs {
				docs[i].Name = name
			}
			return docs
		})
	}
	rename(hurt)
	s.importMonths(october, october)
	rename("=HYPERLINK(\"http://example.invalid\")" + hurt)
	s.importMonths(october, october)
	s.fake.Fail(siitest.OpSeed, siitest.Fault{Body: `<html><title>` + hurt + `</title></html>`, HTTPStatus: 200})
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	b.wait(`document.querySelector('#cambios table') && document.querySelectorAll('#compras table').length === 2`)
	assert.Contains(t, b.text("#compras"), `<img src=x onerror="globalThis.hurt=1">`)
	assert.Contains(t, b.text("#cambios"), `<script>globalThis.hurt=2</script>`)
	b.expect("Failed to load resource")
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes .bad')`)
	b.shoot("texto-de-otros")
	assert.Equal(t, 0, valueOf[int](b, `document.querySelectorAll('main img, main script').length`))
	assert.Equal(t, "undefined", valueOf[string](b, `typeof globalThis.hurt`))
}

// TestAmountsOfAnySizeAreExact has one that JavaScript would round.
func TestAmountsOfAnySizeAreExact(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.fake.AddPurchases(owner, october, rcv.Purchase{Document: rcv.Document{
		State: rcv.Registro, Type: chile.FacturaExentaElectronica, Folio: 9_007_199_254_740_993, Issued: october.First(), Received: october.First().Time(),
		Counterparty: chile.MustParseRUT("77222222-K"), Name: "Grande SA", Exempt: 9_007_199_254_740_993, Total: 9_007_199_254_740_993,
	}})
	s.importMonths(october, october)
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	b.wait(`document.querySelectorAll('#compras table').length === 2`)
	assert.Contains(t, b.text("#compras tfoot"), "$9.007.199.254.740.993")
	assert.Contains(t, b.text("#compras"), "9007199254740993", "the folio")
}

// TestWhatFailsIsSaid shows the SII's words and what to do, and goes on.
func TestWhatFailsIsSaid(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.generated(october, october)
	s.fake.Fail(siitest.OpToken, fault.ExchangeErrors()[4])
	b := openTab(t, 360, 800, "light")
	b.expect("Failed to load resource")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes .bad')`)
	assert.Contains(t, b.text("#mensajes"), "Qué hacer:")
	b.shoot("telefono-error")

	t.Log("an import of which each register fails")
	b.click("#importar")
	b.wait(`document.querySelector('#mensajes .bad') && document.querySelector('#avance .trouble')?.textContent.includes('Qué hacer')`)
	assert.Contains(t, b.text("#avance-texto"), "La importación terminó incompleta: faltan 2 de 2 registros, que quedan como estaban")

	t.Log("it works again")
	s.fake.ClearFaults()
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes .good')`)

	t.Log("who is known no more is told to come in again")
	_, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	require.NoError(t, err)
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes .bad')`)
	assert.Contains(t, b.text("#mensajes"), "Iniciar sesión")

	t.Log("a service that is away")
	s.stop()
	b.click("#probar")
	b.wait(`document.querySelector('#mensajes').innerText.includes('No hay conexión con el servicio')`)
}
