package rcv_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
)

func TestSharedSummary(t *testing.T) {
	t.Parallel()
	f, err := os.Open(sharedtest.Path(t, "rcv-json", "rcv-resumen-venta.json"))
	require.NoError(t, err)
	defer f.Close()
	summary, err := rcv.DecodeSummary(f, rcv.Registro)
	require.NoError(t, err)
	require.Len(t, summary.Lines, 4)
	assert.Equal(t, rcv.SummaryLine{
		State: rcv.Registro, Type: 61, TypeName: "Nota de Crédito Electrónica", Entry: "DET_ELE", HasDetail: true,
		Documents: 20, Net: 10000000, VAT: 1900000, Total: 11900000, RegisterID: 900000006, LineID: 900000009,
	}, summary.Lines[2])
	assert.Equal(t, int64(415), summary.Documents)
	assert.False(t, summary.AggressiveIssuer)
	assert.True(t, summary.ShowsDatabase)
	assert.False(t, summary.ShowsF29)
	assert.Equal(t, rcv.Rate("1,0000"), summary.Factor, "the SII writes a space before it")
	assert.Equal(t, "2026-07-01T08:17:45-04:00", summary.Created.Format("2006-01-02T15:04:05Z07:00"))
	assert.Equal(t, "22222222-2", summary.Owner.String())
	assert.Equal(t, chile.MustParsePeriod("2026-07"), summary.Period)
	assert.Equal(t, chile.MustParsePeriod("2026-07"), summary.Loaded)
	assert.Equal(t, rcv.Sales, summary.Book)
	assert.Equal(t, int64(900000006), summary.RegisterID)
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	line := func(change string) string {
		return `{"data":[{"rsmnTipoDocInteger":33,"rsmnLink":true,"rsmnTotDoc":1,"rsmnMntTotal":"5"` + change + `}],` + ok + `}`
	}
	summary, err := rcv.DecodeSummary(strings.NewReader(line(`,"rsmnMntNeto":null,"dcvNombreTipoDoc":"Factura "`)), rcv.Pendiente)
	require.NoError(t, err)
	assert.Equal(t, []rcv.SummaryLine{{State: rcv.Pendiente, Type: 33, TypeName: "Factura", HasDetail: true, Documents: 1, Total: 5}}, summary.Lines)

	for _, empty := range []string{
		`{"data":null,"totDocRes":null,"dataCabecera":null,"respEstado":{"codRespuesta":3}}`, `{"data":[],` + ok + `}`,
		`{"dataCabecera":7,"totDocRes":[],` + ok + `}`,
	} {
		summary, err := rcv.DecodeSummary(strings.NewReader(empty), rcv.Registro)
		require.NoError(t, err)
		assert.Equal(t, new(rcv.Summary), summary)
	}

	for text, heading := range map[string]string{
		`{"data":[{"rsmnTipoDocInteger":33,"rsmnTotDoc":1}],` + ok + `}`:                 "rsmnLink",
		`{"data":[{"rsmnTipoDocInteger":33,"rsmnTotDoc":1,"rsmnLink":null}],` + ok + `}`: "rsmnLink",
		`{"data":[{"rsmnTipoDocInteger":33,"rsmnLink":true}],` + ok + `}`:                "rsmnTotDoc",
		`{"data":[{"rsmnLink":true,"rsmnTotDoc":1}],` + ok + `}`:                         "rsmnTipoDocInteger",
		line(`,"rsmnMntNeto":"1.000"`):                                                   "rsmnMntNeto",
		`{"data":[null],` + ok + `}`:                                                     "",
	} {
		_, err := rcv.DecodeSummary(strings.NewReader(text), rcv.Registro)
		var row *rcv.RowError
		require.ErrorAs(t, err, &row, text)
		assert.Equal(t, heading, row.Heading)
	}
	_, err = rcv.DecodeSummary(strings.NewReader("<html>"), rcv.Registro)
	require.ErrorIs(t, err, rcv.ErrNotAnswer)
	var refused *rcv.AnswerError
	_, err = rcv.DecodeSummary(strings.NewReader(`{"errorMsg":"Acceso no autorizado!"}`), rcv.Registro)
	require.ErrorAs(t, err, &refused)
}

func TestExports(t *testing.T) {
	t.Parallel()
	const file = "Nro;Folio\r\n1;7\r\n2;8\r\n"
	for name, test := range map[string]struct{ body, name, csv string }{
		"a list of lines":          {`{"data":["Nro;Folio","1;7","2;8"],"nombreArchivo":"RCV.csv",` + ok + `}`, "RCV.csv", file},
		"lines with several lines": {`{"data":["Nro;Folio\r\n1;7\r\n","","2;8"],` + ok + `}`, "", file},
		"one string":               {`{` + ok + `,"nombreArchivo":null,"data":"Nro;Folio\n1;7\n2;8"}`, "", file},
		"the file":                 {file, "", file},
		"the file with a mark":     {"\ufeff" + file, "", "\ufeff" + file},
		"the file in ISO-8859-1":   {"Nro;Folio;A\xf1o\n1;7;\xf1\n", "", "Nro;Folio;A\xf1o\n1;7;\xf1\n"},
		"a summary":                {"Tipo Documento;Total Documentos\r\n", "", "Tipo Documento;Total Documentos\r\n"},
		"nothing":                  {`{"data":null,"respEstado":{"codRespuesta":3}}`, "", ""},
		"no lines":                 {`{"data":[],` + ok + `}`, "", ""},
	} {
		for _, cut := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.DataErrReader, iotest.HalfReader} {
			export := rcv.NewExportReader(cut(strings.NewReader(test.body)))
			csv, err := io.ReadAll(export)
			require.NoError(t, err, name)
			assert.Equal(t, test.name, export.Name(), name)
			assert.Equal(t, test.csv, string(csv), name)
		}
	}
	for _, body := range []string{
		"", "  ", "<html>", "hola", `{"data":["Nro;Folio"`, `{"data":[7],` + ok + `}`, `{"data":[null],` + ok + `}`, `{"data":7,` + ok + `}`, "\xff\xfe",
		strings.Repeat(" ", 5000) + "{}",
		strings.Repeat(" ", 1<<20), `{"data":["Nro;Folio"],` + ok + `} x`,
	} {
		_, err := io.ReadAll(rcv.NewExportReader(strings.NewReader(body)))
		require.ErrorIs(t, err, rcv.ErrNotAnswer, body)
	}
	csv, err := io.ReadAll(rcv.NewExportReader(strings.NewReader(`{"data":["Nro;Folio"],"respEstado":{"codRespuesta":99,"msgeRespuesta":"Descarga diferida"}}`)))
	var refused *rcv.AnswerError
	require.ErrorAs(t, err, &refused, "a refusal behind the lines")
	assert.True(t, refused.Deferred())
	assert.Equal(t, "Nro;Folio\r\n", string(csv))
	broken := io.MultiReader(strings.NewReader(file), iotest.ErrReader(errors.ErrUnsupported))
	_, err = io.ReadAll(rcv.NewExportReader(broken))
	require.ErrorIs(t, err, errors.ErrUnsupported)
	_, err = io.ReadAll(rcv.NewExportReader(iotest.ErrReader(errors.ErrUnsupported)))
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

func TestSummaryCSV(t *testing.T) {
	t.Parallel()
	text := "Tipo Documento;Total Documentos;Monto Exento;Monto Neto;Monto IVA;Monto Total\r\n" +
		"Factura Electr\xf3nica(33);3;0;1000000;190000;1190000\r\n" +
		"Total Oper. del mes (Boleta) Electr.(39);17;0;141598;26902;168500;\r\n"
	lines, err := rcv.ReadSummaryCSV(strings.NewReader(text), rcv.Registro)
	require.NoError(t, err)
	assert.Equal(t, []rcv.SummaryLine{
		{State: rcv.Registro, Type: 33, TypeName: "Factura Electrónica", HasDetail: true, Documents: 3, Net: 1000000, VAT: 190000, Total: 1190000},
		{State: rcv.Registro, Type: 39, TypeName: "Total Oper. del mes (Boleta) Electr.", Documents: 17, Net: 141598, VAT: 26902, Total: 168500},
	}, lines)

	lines, err = rcv.ReadSummaryCSV(strings.NewReader(
		"Tipo Documento;Total Documentos;Monto Exento;Monto Neto;IVA Recuperable;IVA Uso Común;IVA No Recuperable;Monto Total\nFactura(30);1;1;2;3;4;5;15\n"), rcv.NoIncluir)
	require.NoError(t, err)
	assert.Equal(t, []rcv.SummaryLine{{
		State: rcv.NoIncluir, Type: 30, TypeName: "Factura", HasDetail: true, Documents: 1, Exempt: 1, Net: 2, VAT: 3, CommonUseVAT: 4, NonRecoverableVAT: 5, Total: 15,
	}}, lines)

	const header = "Tipo Documento;Total Documentos;Monto Total\n"
	for _, bad := range []string{"Factura;1;5", "Factura();1;5", "Factura(33;x;5", "Factura(33);x;5", "Factura(33);1;x", "Factura(33);1", "Factura(33);1;5;6", "(0);1;5"} {
		_, err := rcv.ReadSummaryCSV(strings.NewReader(header+bad), rcv.Registro)
		var row *rcv.RowError
		require.ErrorAs(t, err, &row, bad)
		assert.Equal(t, 2, row.Line)
	}
	for _, bad := range []string{"", "Nro;Folio;Monto Total", "Tipo Documento;Total Documentos;Monto Neto", "Tipo Documento;Total Documentos;Monto Total;Otro", "Tipo Documento;Total Documentos;Monto IVA;IVA Recuperable;Monto Total"} {
		_, err := rcv.ReadSummaryCSV(strings.NewReader(bad), rcv.Registro)
		var head *rcv.HeaderError
		require.ErrorAs(t, fmt.Errorf("outer: %w", err), &head, bad)
	}
}
