package issue

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

func fullDraft(tb testing.TB, t chile.DocType) *Draft {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "full", strconv.Itoa(int(t))+".json"))
	require.NoError(tb, err)
	d, err := ParseDraft(b)
	require.NoError(tb, err)
	return d
}

// TestFullDrafts has every element that a type may carry in the drafts of
// testdata/full, but for those that stand apart.
func TestFullDrafts(t *testing.T) {
	t.Parallel()
	for _, kind := range columnTypes {
		draft := fullDraft(t, kind)
		draft.Identification.Folio = 8
		doc, found := draft.Document(&fullOptions)
		for _, f := range found {
			assert.Equal(t, LevelAdvice, f.Level, "%d: %s", int(kind), f)
		}
		assert.ElementsMatch(t, apart[kind], lacking(doc), "%d", int(kind))
	}
}

// apart are the elements that a full draft lacks, since they exclude others in it.
var apart = map[chile.DocType][]string{
	33: list(gross, tourist, export, settled),
	34: list(gross, tourist, export, settled, untaxed),
	52: list(tourist, settled),
	56: list(gross, tourist, export, settled, ofPurchase),
	61: list(gross, tourist, export, settled, ofPurchase),
	46: list(gross, tourist, export, shared, []string{"Detalle/Retenedor/MntMargComer"}), // which goes with codes 14 and 50
	43: list(gross, []string{"Encabezado/Totales/MontoPeriodo"}),                         // which goes with MontoNF
	39: list(netPrices, certified),
	41: list(certified),
}

var (
	gross      = []string{"Encabezado/IdDoc/MntBruto"}                                                            // prices with VAT
	netPrices  = []string{"Encabezado/IdDoc/IndMntNeto"}                                                          // prices without
	tourist    = []string{"Encabezado/IdDoc/TipoFactEsp", "Encabezado/Receptor/Extranjero/TipoDocID"}             // of a receiver without RUT
	export     = []string{"Encabezado/Emisor/GuiaExport"}                                                         // of guías
	settled    = []string{"Comisiones", "Encabezado/Totales/Comisiones", "Encabezado/OtraMoneda/IVANoRetOtrMnda"} // of 43 and 46, and notes about them
	ofPurchase = []string{"Encabezado/Totales/IVANoRet"}                                                          // of notes about a 46
	shared     = []string{"Encabezado/Totales/IVAProp", "Encabezado/Totales/IVATerc"}                             // where the VAT is withheld
	certified  = []string{"Referencia/TpoDocRef", "Referencia/FolioRef"}                                          // HED-3-211 beside CodRef SET
	untaxed    = []string{
		"Encabezado/Totales/TasaIVA", "Encabezado/Totales/IVA", "Encabezado/Totales/IVAProp", "Encabezado/Totales/IVATerc", "Encabezado/Totales/ImptoReten",
		"Encabezado/OtraMoneda/MntNetoOtrMnda", "Encabezado/OtraMoneda/MntFaeCarneOtrMnda", "Encabezado/OtraMoneda/IVAOtrMnda", "Encabezado/OtraMoneda/ImpRetOtrMnda",
		"Detalle/Retenedor", "Detalle/CodImpAdic",
	}
)

func list(of ...[]string) []string { return slices.Concat(of...) }

// lacking returns the elements of its type that a document has nowhere.
func lacking(doc *dte.DTE) (paths []string) {
	column, plan := columnOf(doc.ID().Type)
	root := reflect.ValueOf(doc.Export)
	if p := doc.Peso(); p != nil {
		root = reflect.ValueOf(p)
	}
	var look func(values []reflect.Value, s *scope, path string)
	look = func(values []reflect.Value, s *scope, path string) {
		excluded := s.strange | s.later | s.never[column]
		for i := range s.fields {
			f := &s.fields[i]
			if excluded>>i&1 != 0 {
				continue
			}
			var there []reflect.Value
			for _, v := range values {
				there = append(there, each(v.Field(f.index), f)...)
			}
			switch {
			case len(there) == 0:
				paths = append(paths, path+f.name)
			case f.inner != nil:
				look(there, f.inner, path+f.name+"/")
			}
		}
	}
	look([]reflect.Value{root.Elem()}, plan, "")
	return paths
}

// each returns the values of a field that are written.
func each(v reflect.Value, f *field) (values []reflect.Value) {
	if f.many {
		for i := range v.Len() {
			values = append(values, v.Index(i))
		}
		return values
	}
	if f.pointer && v.IsNil() || v.IsZero() && !f.filled {
		return nil
	}
	return []reflect.Value{reflect.Indirect(v)}
}

// fullOptions choose between readings, which full drafts need.
var fullOptions = Options{Readings: Readings{TaxBase: TaxAfterAdjustments, Surcharge: SurchargeAfterDiscount}}
