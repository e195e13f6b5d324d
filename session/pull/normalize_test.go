package pull_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii/siitest"
)

func newReader(b []byte) io.Reader { return bytes.NewReader(b) }

// purchases is the export of a generated month.
func purchases(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	month := siitest.Generate(7, company, october, 60)
	require.NoError(t, rcv.WriteCSV(&b, rcv.Purchases, rcv.Registro, func(yield func(rcv.Document, error) bool) {
		for _, p := range month.Purchases {
			if p.State == "" || p.State == rcv.Registro {
				if !yield(p.Document, nil) {
					return
				}
			}
		}
	}))
	return b.String()
}

// asTable writes an export as portals write what they call .xls.
func asTable(csv string) string {
	var b strings.Builder
	b.WriteString("<html><head><meta charset=iso-8859-1></head><body><table><tr><td colspan=3>Registro de Compras</table><table border=1>")
	for line := range strings.Lines(csv) {
		b.WriteString("<tr>")
		for cell := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), ";") {
			b.WriteString("<td>" + strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(cell) + "\n")
		}
	}
	return b.String() + "</table></body></html>"
}

func TestOneRegisterInEveryForm(t *testing.T) {
	t.Parallel()
	csv := purchases(t)
	want, err := pull.Normalize(strings.NewReader(csv), &pull.Options{Name: "rcv.csv"})
	require.NoError(t, err)
	require.NoError(t, want.Complete())
	require.NotEmpty(t, want.Documents)
	assert.Equal(t, pull.KindRegister, want.Kind)
	assert.Equal(t, rcv.Purchases, want.Book)

	latin1, err := charmap.ISO8859_1.NewEncoder().String(csv)
	require.NoError(t, err)
	table, err := charmap.ISO8859_1.NewEncoder().String(asTable(csv))
	require.NoError(t, err)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err = w.Write([]byte(csv))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	sheet := func(workbook []byte) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			if !yield([]string{"Registro de compras de octubre"}, nil) {
				return
			}
			for line := range strings.Lines(csv) {
				if !yield(strings.Split(strings.TrimRight(line, "\r\n"), ";"), nil) {
					return
				}
			}
		}
	}
	for name, content := range map[string]string{
		"ISO-8859-1": latin1, "byte order mark": "\ufeff" + csv, "gzip": zipped.String(),
		"HTML called .xls": asTable(csv), "HTML in ISO-8859-1": table, "workbook": "PK\x03\x04…",
	} {
		got, err := pull.Normalize(strings.NewReader(content), &pull.Options{XLSX: sheet})
		require.NoError(t, err, name)
		require.NoError(t, got.Complete(), name)
		assert.Equal(t, want.Documents, got.Documents, name)
		assert.Equal(t, rcv.Registro, got.State, name)
	}
}

func TestWhatIsNoListing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		err     error
	}{
		"empty":              {"", pull.ErrLayout},
		"text":               {"hola", pull.ErrLayout},
		"another CSV":        {"a;b;c;d\n1;2;3;4\n", pull.ErrLayout},
		"another JSON":       {`{"hello":"world"}`, pull.ErrLayout},
		"broken JSON":        {`{"data":`, pull.ErrLayout},
		"page without table": {"<html><body>Hola</body></html>", pull.ErrLayout},
		"another table":      {"<table><tr><th>Folio<th>Neto<th>IVA<th>Glosa</table>", pull.ErrLayout},
		"workbook":           {"PK\x03\x04", pull.ErrNeedsXLSX},
		"old workbook":       {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", pull.ErrOldExcel},
		"report of a year":   {"<script>xml_values['ene1'] = \"1\";</script>", pull.ErrLayout},
	} {
		_, err := pull.Normalize(strings.NewReader(c.content), nil)
		require.ErrorIs(t, err, c.err, name)
	}
	_, err := pull.Normalize(strings.NewReader("<table><tr><th>Folio<th>Neto<th>IVA<th>Glosa</table>"), nil)
	var layout *pull.LayoutError
	require.ErrorAs(t, err, &layout)
	assert.Equal(t, []string{"Folio", "Neto", "IVA", "Glosa"}, layout.Headings)
}

func TestRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	page := `<table><tr><th>Ver<th>Receptor<th>Raz&oacute;n Social<th>Documento<th>Folio<th>Fecha<th>Monto<th>Estado
<tr><td><td>77222222-K<td>Uno<td>Factura Electronica<td>1<td>2026-10-01<td>1.190<td>Documento Emitido
<tr><td><td>77222222-1<td>Dos<td>Factura Electronica<td>2<td>2026-10-01<td>1190<td>Documento Emitido
<tr><td><td>77222222-K<td>Tres<td>Documento Nuevo<td>3<td>2026-10-01<td>11.9<td>Documento Emitido
<tr><td><td>77222222-K<td>Cuatro<td>Documento Nuevo<td>4<td>2026-10-01<td>$ 1.190.000<td>Documento Emitido
<tr><td><td>77222222-K</table>`
	f, err := pull.Normalize(strings.NewReader(page), nil)
	require.NoError(t, err)
	require.Len(t, f.MIPYME, 2)
	assert.EqualValues(t, 1190, f.MIPYME[0].Total)
	assert.EqualValues(t, 1_190_000, f.MIPYME[1].Total)
	assert.Zero(t, f.MIPYME[1].Type, "an unknown name is no type")
	assert.Equal(t, "Documento Nuevo", f.MIPYME[1].TypeName)
	require.Len(t, f.Unread, 3)
	var row *rcv.RowError
	require.ErrorAs(t, f.Complete(), &row)
	assert.Equal(t, 3, row.Line)
	assert.Equal(t, "RUT", row.Heading)
}

func TestSharedExports(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"RCV-compra-reclamado.csv", "RCV-venta-multiple-dte-referencias.csv", "RCV-venta-missing-required-fields.csv"} {
		content, err := os.ReadFile(sharedtest.Path(t, "rcv-csv", name))
		require.NoError(t, err)
		f, err := pull.Normalize(bytes.NewReader(content), &pull.Options{Name: name})
		require.NoError(t, err, name)
		assert.Equal(t, pull.KindRegister, f.Kind)
		table, err := pull.Normalize(strings.NewReader(asTable(string(content))), nil)
		require.NoError(t, err, name)
		assert.Equal(t, f.Documents, table.Documents, name)
		assert.Len(t, table.Unread, len(f.Unread), name)
	}
}

// FuzzNormalize reads whatever somebody has on disk.
func FuzzNormalize(f *testing.F) {
	f.Add([]byte("Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio\n1;33;Del Giro;1-9;X;1\n"))
	f.Add([]byte(`{"dataResp":{"detalles":[{"rutReceptor":"1","dvReceptor":"9","folio":1,"fechaEmision":"01/10/2026","mntTotal":1}]},"respEstado":{"codRespuesta":0}}`))
	f.Add([]byte("<script>xml_values['anio_consulta'] = \"2026\";xml_values['total_boletas'] = \"1\";\narr_informe_mensual['nroboleta_1'] = \"1\";</script>"))
	f.Add([]byte("<table><tr><th>Ver<th>Receptor<th>Razon Social<th>Documento<th>Folio<th>Fecha<th>Monto<th>Estado<tr><td>1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := pull.Normalize(bytes.NewReader(content), nil)
		if (file == nil) == (err == nil) {
			t.Fatal("neither a file nor an error, or both")
		}
		if err == nil && file.Kind == "" {
			t.Fatal("a file of no kind")
		}
	})
}
