package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFormats calls the modules of the page, within the page.
func TestFormats(t *testing.T) {
	t.Parallel()
	s := newService(t)
	b := openTab(t, 1280, 900, "light")
	b.enter(s, finanzas, "")
	for expression, want := range map[string]string{
		`format.number(0)`:                             "0",
		`format.number(999)`:                           "999",
		`format.number(1000)`:                          "1.000",
		`format.number(-1190000)`:                      "−1.190.000",
		`format.number(9223372036854775807n)`:          "9.223.372.036.854.775.807",
		`format.number(undefined)`:                     "",
		`format.pesos(-1190000)`:                       "−$1.190.000",
		`format.count(1, 'cambio', 'cambios')`:         "1 cambio",
		`format.count(2n, 'cambio', 'cambios')`:        "2 cambios",
		`format.date('2026-02-29')`:                    "29-02-2026",
		`format.date('2026-11-25T23:59:59-03:00')`:     "25-11-2026",
		`format.date(undefined)`:                       "",
		`format.time('2026-07-01T03:30:00Z')`:          "30-06-2026 23:30", // winter time
		`format.time('2026-12-31T23:59:59-03:00')`:     "31-12-2026 23:59",
		`format.time('nothing')`:                       "nothing",
		`format.period('2026-01')`:                     "enero 2026",
		`format.period('nothing')`:                     "nothing",
		`format.addMonths('2026-01', -1)`:              "2025-12",
		`format.addMonths('2025-12', 13)`:              "2027-01",
		`format.through('2025-11', '2026-02').join()`:  "2025-11,2025-12,2026-01,2026-02",
		`format.rut('76192083-9')`:                     "76.192.083-9",
		`format.rut('1000005-K')`:                      "1.000.005-K",
		`format.rut('')`:                               "",
		`format.state('NO_INCLUIR')`:                   "No incluir",
		`format.state('OTRO')`:                         "OTRO",
		`api.parse('{"a":9007199254740991}').a`:        "9007199254740991",
		`api.parse('{"a":-9007199254740993}').a`:       "-9007199254740993",
		`typeof api.parse('{"a":9007199254740993}').a`: "bigint",
		`api.address('rcv/compras', { q: 'a&b', tipo: '', cursor: undefined }).search`: "?q=a%26b",
	} {
		got := valueOf[string](b, `(async () => { const format = await import('./format.js'), api = await import('./api.js'); return String(`+expression+`); })()`)
		assert.Equal(t, want, got, expression)
	}
}
