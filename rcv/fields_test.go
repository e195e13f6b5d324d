package rcv

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// namesOfRows are all values of a row of getDetalleCompra and getDetalleVenta.
const namesOfRows = `dhdrCodigo dcvCodigo dcvEstadoContab detCodigo detTipoDoc detRutDoc detDvDoc detRznSoc detNroDoc detFchDoc
detFecRecepcion detFecAcuse detFecReclamado detMntExe detMntNeto detMntIVA detMntTotal detMntActFijo detMntIVAActFijo
detMntIVANoRec detMntCodNoRec detMntSinCredito detIVAUsoComun detIVANoRetenido detIVARetTotal detIVARetParcial detIVAPropio
detIVATerceros detIVAFueraPlazo detTasaImp detTpoImp detAnulado detLiqRutEmisor detLiqDvEmisor detLiqValComNeto
detLiqValComExe detLiqValComIVA detTipoDocRef detFolioDocRef detExpNumId detExpNacionalidad detCredEc detLey18211
detDepEnvase detIndSinCosto detIndServicio detMntNoFact detMntPeriodo detPsjNac detPsjInt detNumInt detCdgSIISucur
detEmisorNota detTabPuros detTabCigarrillos detTabElaborado detImpVehiculo detTipoTransaccion descTipoTransaccion
detEventoReceptor detEventoReceptorLeyenda cambiarTipoTran detPcarga totalDtoiMontoImp totalDinrMontoIVANoR emisorAgresivo
fechaActivacionAnotacion`

// namesOfLines are all values of a row of getResumen.
const namesOfLines = `dcvCodigo rsmnCodigo rsmnTipoDocInteger dcvNombreTipoDoc dcvTipoIngresoDoc rsmnLink rsmnMntExe rsmnMntNeto
rsmnMntIVA rsmnMntIVANoRec rsmnIVAUsoComun dcvOperacion rsmnFechModificacion rsmnMntTotal rsmnEstadoContab rsmnTotDoc
rsmnTotalRutEmisor`

func TestEveryNameOfARowIsRead(t *testing.T) {
	t.Parallel()
	byName := fieldsByName()
	names := strings.Fields(namesOfRows)
	for _, name := range names {
		if name == "detDvDoc" || name == "detLiqDvEmisor" {
			continue // the check digit of the RUT beside it
		}
		assert.Contains(t, byName, name)
	}
	for name := range byName {
		assert.Contains(t, names, name)
	}
}

func TestEveryNameOfASummaryLineIsInTheModel(t *testing.T) {
	t.Parallel()
	tags := tagsOf(reflect.TypeFor[SummaryLine]())
	for _, name := range strings.Fields(namesOfLines) {
		assert.Contains(t, tags, name)
	}
}

func TestFieldTableCoversTheDocument(t *testing.T) {
	t.Parallel()
	tags := tagsOf(reflect.TypeFor[Document]())
	assert.Len(t, tags, len(fields)+1)
	for i := range fields {
		f := &fields[i]
		assert.Contains(t, tags, f.name, "the table and the JSON form use the SII's names")
		// The accessor of the table leads to the field with that tag.
		var doc Document
		leaf := fieldTagged(t, reflect.ValueOf(&doc).Elem(), f.name)
		setSomething(t, leaf)
		assert.False(t, f.isZero(&doc), f.name)
	}
	assert.Contains(t, tags, "otrosImpuestos")
}

func TestLayoutsAreReadWhole(t *testing.T) {
	t.Parallel()
	var columns []int
	for _, l := range layouts() {
		columns = append(columns, len(l.columns))
		for _, c := range l.columns {
			assert.NotEqual(t, roleUnknown, c.role, c.heading)
		}
		assert.Len(t, l.set, len(l.columns), "no two columns are the same")
	}
	assert.Equal(t, []int{27, 23, 24, 24, 43}, columns)
	for _, zeros := range []string{zeroInPurchases, zeroInSales} {
		for heading := range strings.SplitSeq(zeros, ";") {
			assert.GreaterOrEqual(t, int(roleOf(heading)), 0, heading)
		}
	}
}

func TestEveryHeadingOfTheTableIsInALayout(t *testing.T) {
	t.Parallel()
	all := strings.Join([]string{purchaseRegistro, purchaseNoIncluir, purchaseReclamado, purchasePendiente, saleRegistro}, ";")
	known := make(map[string]bool)
	for heading := range strings.SplitSeq(all, ";") {
		known[fold(heading)] = true
	}
	for i := range fields {
		for _, heading := range fields[i].headings {
			assert.True(t, known[fold(heading)], heading)
		}
	}
}

// tagsOf returns the JSON names of a struct, those of embedded ones included.
func tagsOf(typ reflect.Type) []string {
	var tags []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			tags = append(tags, tagsOf(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		tags = append(tags, name)
	}
	return tags
}

// fieldTagged finds the field with that JSON name.
func fieldTagged(t *testing.T, v reflect.Value, name string) reflect.Value {
	t.Helper()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name && !f.Anonymous {
			return v.FieldByIndex(f.Index)
		}
	}
	require.Fail(t, "no field", name)
	return reflect.Value{}
}

func TestReadersAgreeOnDuplicates(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range fields {
		names = append(names, fields[i].name)
	}
	slices.Sort(names)
	assert.Len(t, slices.Compact(slices.Clone(names)), len(fields), "a name is in the table once")
	assert.LessOrEqual(t, len(fields), 128, "fieldSet has room for them")
}
