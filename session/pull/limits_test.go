package pull_test

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session/pull"
)

// TestTooMuchIsTold reads files that are small but would take many times their
// size, or of which a part would be left out without a word. It is not parallel,
// because it measures what is allocated.
func TestTooMuchIsTold(t *testing.T) { //nolint:paralleltest // see above
	if bubbletest.Race {
		t.Skip("the race detector allocates as well; CI measures this without it")
	}
	const mebibyte = 1 << 20
	wide := func([]byte) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			for yield(make([]string, 16_384), nil) {
			}
		}
	}
	heading := registerHeading(t)
	for name, c := range map[string]struct {
		content string
		most    uint64
	}{
		"a workbook with wide rows": {"PK\x03\x04", 900 * mebibyte},
		"nested tables":             {strings.Repeat("<table>", 1_000_000), 32 * mebibyte},
		"a tag of attributes":       {"<table a" + strings.Repeat(" a", 4*mebibyte) + ">", 512 * mebibyte},
		"rows that are no row":      {heading + strings.Repeat("1\n", 1_000_000), 128 * mebibyte},
		"documents without values":  {`{"dataResp":{"detalles":[{}` + strings.Repeat(",{}", 1_000_000) + `]},"respEstado":{"codRespuesta":0}}`, 512 * mebibyte},
		"boletas in a page":         {boletasPage(20_000), 64 * mebibyte},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := pull.Normalize(strings.NewReader(c.content), &pull.Options{XLSX: wide})
		runtime.ReadMemStats(&after)
		require.ErrorIs(t, err, pull.ErrTooLarge, name)
		used := after.TotalAlloc - before.TotalAlloc
		assert.Less(t, used, c.most, name)
		t.Logf("%s: %d bytes, %.0f MiB allocated: %.200s", name, len(c.content), float64(used)/mebibyte, err)
	}
}

func registerHeading(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, rcv.WriteCSV(&b, rcv.Purchases, rcv.Registro, func(func(rcv.Document, error) bool) {}))
	return b.String()
}

func boletasPage(n int) string {
	var b strings.Builder
	b.WriteString("<script>xml_values['anio_consulta'] = \"2026\";xml_values['total_boletas'] = \"1\";\n")
	for i := range n {
		fmt.Fprintf(&b, "arr_informe_mensual['nroboleta_%d'] = \"1\";\n", i)
	}
	return b.String()
}

// TestRUTsWithoutCheckDigit are no other RUTs, also where the last digit looks
// like a check digit.
func TestRUTsWithoutCheckDigit(t *testing.T) {
	t.Parallel()
	page := `<table><tr><th>Ver<th>Receptor<th>Razon Social<th>Documento<th>Folio<th>Fecha<th>Monto<th>Estado
<tr><td><td>76192006<td>Uno<td>Factura Electronica<td>1<td>2026-10-01<td>1190<td>Documento Emitido</table>`
	list := `{"dataResp":{"detalles":[{"tipoDoc":33,"rutReceptor":"76192006","dvReceptor":"","folio":1,"fechaEmision":"01/10/2026","mntTotal":1}]},"respEstado":{"codRespuesta":0}}`
	for _, content := range []string{page, list} {
		f, err := pull.Normalize(strings.NewReader(content), nil)
		require.NoError(t, err)
		assert.Empty(t, f.MIPYME)
		assert.Empty(t, f.Listed)
		assert.Len(t, f.Unread, 1)
	}
}

// TestWhatAFileDoesNotSay is told beside its rows, in every format.
func TestWhatAFileDoesNotSay(t *testing.T) {
	t.Parallel()
	heading := strings.Replace(strings.TrimSpace(registerHeading(t)), "Fecha Acuse", "Fecha del acuse", 1)
	row := "1;33;Del Giro;76192083-9;Uno SpA;7;05/10/2026;06/10/2026 09:55:53;;0;1000;190;;;1191;;;;;0;;;;0;;;"
	csv := heading + "\n" + row + "\n"
	rows := [][]string{{"Registro"}, nil, strings.Split(heading, ";"), strings.Split(row, ";")}
	rows[3][4] = `Uno; "Dos"`
	workbook := func([]byte) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	for content, line := range map[string]int{csv: 2, "PK\x03\x04": 4} {
		f, err := pull.Normalize(strings.NewReader(content), &pull.Options{XLSX: workbook})
		require.NoError(t, err)
		require.NoError(t, f.Complete())
		require.Len(t, f.Documents, 1)
		assert.Equal(t, []string{"Fecha Acuse"}, f.Missing)
		assert.Equal(t, []string{"Fecha del acuse"}, f.Unknown)
		require.Len(t, f.Warnings, 1)
		assert.Equal(t, line, f.Warnings[0].Line)
		require.ErrorIs(t, f.Warnings[0], rcv.ErrGap)
		if line == 4 {
			assert.Equal(t, `Uno; "Dos"`, f.Documents[0].Name)
		}
	}
}

func TestBoletasOfAFile(t *testing.T) {
	t.Parallel()
	const header = "Tipo Doc;RUT Receptor;Fecha Docto;Indicador Servicio;Folio;Monto Neto;Monto IVA; Monto Exento;Monto Total;Caja\n"
	f, err := pull.Normalize(strings.NewReader(header+"39;66666666-6;02/02/2026;3;535;28000;5320;0;33320;1\n39;66666666-6;02/02/2026;3;535;28000;5320;0;33320;1\n39;66666666-6;02/02/2026;3;536;28000;5320;0;33321;1\n"), nil)
	require.NoError(t, err)
	assert.Equal(t, pull.KindBoletas, f.Kind)
	assert.Equal(t, rcv.Sales, f.Book)
	assert.Len(t, f.Boletas, 2)
	require.ErrorIs(t, f.Complete(), rcv.ErrTwice)
	assert.Equal(t, []string{"Fecha Venc."}, f.Missing)
	assert.Equal(t, []string{"Caja"}, f.Unknown)
	assert.Len(t, f.Warnings, 1)
	_, err = pull.Normalize(strings.NewReader(header+strings.Repeat("1\n", 100_001)), nil)
	require.ErrorIs(t, err, pull.ErrTooLarge)
}
