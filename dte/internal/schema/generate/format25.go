package main

import "strings"

// addition is an optional element that no available schema has.
type addition struct {
	in, behind string // end of the path, and the element before
	name       string
	of         simpleEntry
}

// format25 are the elements of format 2.5 of the DTE, in force since 2026.
// Unverified: its schema is not available. Names, order and types are those of
// three independent programs. They have them only in Documento.
var format25 = []addition{
	{"/Documento/Encabezado/Transporte", "Patente", "PatenteCarro", text("8")},
	{"/Documento/Encabezado/Transporte", "Aduana", "FchSalida", day},
	{"/Documento/Encabezado/Transporte", "Aduana", "HraSalida", simpleEntry{"str", []facetEntry{{kind: "pattern", value: "^(?:([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])$"}}}},
	{"/Documento/Encabezado/Transporte", "Aduana", "FchLlegada", day},
	{"/Documento/ManejoMadera", "PrdRolOrigen", "ComunaRolDestino", digits},
	{"/Documento/ManejoMadera", "PrdRolOrigen", "MnzRolDestino", digits},
	{"/Documento/ManejoMadera", "PrdRolOrigen", "PrdRolDestino", digits},
	{"/Documento/ManejoMadera", "CodPlanConaf", "AvisoEjecucionFaena", text("40")},
	{"/Documento/ManejoMadera", "LongitudOrigenMadera", "LatitudDestinoMadera", text("30")},
	{"/Documento/ManejoMadera", "LongitudOrigenMadera", "LongitudDestinoMadera", text("30")},
}

var (
	day    = simpleEntry{"date", []facetEntry{{kind: "minInclusive", value: "2003-04-01"}, {kind: "maxInclusive", value: "2050-12-31"}}}
	digits = simpleEntry{"positiveInteger", []facetEntry{{kind: "totalDigits", value: "6"}}}
)

func text(most string) simpleEntry {
	return simpleEntry{"str", []facetEntry{{kind: "maxLength", value: most}}}
}

// behind adds the additions that follow an element.
func (f *file) behind(element, namespace string) (particles []int) {
	for _, a := range f.added {
		if a.behind != element || !strings.HasSuffix(f.path, a.in) {
			continue
		}
		typ := ^f.tables.simple(a.of)
		index := f.tables.element(elementEntry{name: a.name, namespace: namespace, typ: typ, unverified: true})
		particles = append(particles, f.tables.particle(particleEntry{kind: "one", max: 1, of: []int{index}}))
	}
	return particles
}
