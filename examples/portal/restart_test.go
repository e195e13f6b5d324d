package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// TestEventsGoOnAfterARestart misses nothing of what happened meanwhile, and nobody
// touches the page.
func TestEventsGoOnAfterARestart(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.generated(october, october)
	s.importMonths(october, october)
	b := openTab(t, 1280, 900, "light")
	b.expect("Failed to load resource") // while nobody serves
	b.expect("/api/v1/sii/events")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	b.click("#conectar")
	b.wait(`document.querySelector('#conexion').textContent === 'conectados'`)

	rename := func(name string) {
		s.fake.Change(purchasesOf(october), func(docs []rcv.Document) []rcv.Document { docs[0].Name = name; return docs })
		s.importMonths(october, october)
	}
	rows := `document.querySelectorAll('#compras table')[1].tBodies[0].rows`
	b.press("#compras", "Mostrar más")
	b.wait(rows + `.length === 40`)
	rename("Antes del Reinicio SpA")
	b.wait(`document.querySelector('#cambios').innerText.includes('Antes del Reinicio SpA')`)

	b.wait(`[...` + rows + `].some((row) => row.innerText.includes('Antes del Reinicio SpA'))`)
	assert.Equal(t, 40, valueOf[int](b, rows+`.length`), "what is shown keeps its length")
	assert.Equal(t, "Mostrar más", valueOf[string](b, `document.activeElement.textContent`), "and the focus")

	s.stop()
	b.wait(`document.querySelector('#conexion').textContent.startsWith('se cortó')`)
	rename("Durante el Reinicio SpA")
	valueOf[string](b, `globalThis.mark = 'the page was not loaded anew'`)
	s.start()
	b.wait(`document.querySelector('#conexion').textContent === 'conectados'`)
	b.wait(`document.querySelector('#cambios').innerText.includes('Durante el Reinicio SpA')`)
	assert.Positive(t, s.calls("/events?last_event_id="), "the stream goes on from the last event that was seen")
	assert.True(t, valueOf[bool](b, `'mark' in globalThis`))

	rename("Después del Reinicio SpA")
	b.wait(`document.querySelector('#cambios').innerText.includes('Después del Reinicio SpA')`)
}

// TestAnImportThatARestartCutsOff says so, and what to do; the next one does it.
func TestAnImportThatARestartCutsOff(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.generated(october, october)
	s.fake.Fail(siitest.OpDetail, fault.Silent(time.Hour).Once())
	b := openTab(t, 1280, 900, "light")
	b.expect("Failed to load resource")
	b.expect("/api/v1/sii/events")
	b.enter(s, finanzas, "empresa=76192083-9&desde=2026-10")
	b.click("#importar")
	b.wait(`said.some((at) => at.running === 1)`)
	s.stop()
	s.start()
	b.wait(`document.querySelector('#mensajes .bad')`)
	assert.Contains(t, b.text("#mensajes"), "Qué hacer:")
	assert.Contains(t, b.text("#avance"), "El servicio se reinició antes de terminar")
	b.shoot("importacion-cortada")

	b.click("#importar")
	b.wait(`document.querySelector('#mensajes').innerText.includes('Importación terminada')`)
	assert.Equal(t, 2, valueOf[int](b, `document.querySelectorAll('#avance-unidades .badge.good').length`))
}
