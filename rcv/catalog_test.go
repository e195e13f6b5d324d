package rcv_test

import (
	"errors"
	"fmt"
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

const answered = `,"respEstado":{"codRespuesta":0,"msgeRespuesta":null,"codError":null}}`

func TestDecodeTypes(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(sharedtest.Path(t, "rcv-json", "rcv-tipos-documento.json"))
	require.NoError(t, err)
	got, err := rcv.DecodeTypes(strings.NewReader(string(content)))
	require.NoError(t, err)
	assert.Equal(t, []rcv.TypeInfo{
		{Type: 29, Name: "Factura de Inicio", Entry: "DET_PAP"},
		{Type: 33, Name: "Factura Electrónica", Entry: "DET_ELE"},
		{Type: 61, Name: "Nota de Crédito Electrónica"},
	}, got)
}

func TestDecodeCompanies(t *testing.T) {
	t.Parallel()
	got, err := rcv.DecodeCompanies(strings.NewReader(`{"data":[
		{"usrEmpRut":76192083,"usrEmpDv":"9","usrUsuarioRut":null,"usrUsuarioDv":null,"usrPrivilegios":null,"usrFechaDesautorizacion":null,
		 "empFechaDesautorizacion":null,"usrEmpRutDv":"76192083-9","razonSocONombreEmp":null},
		{"usrEmpRut":"12345678","usrEmpDv":"5","usrUsuarioRut":11111111,"usrUsuarioDv":"1","usrPrivilegios":"CONSULTA","usrFechaDesautorizacion":"01/01/2026",
		 "empFechaDesautorizacion":"02/01/2026","usrEmpRutDv":null,"razonSocONombreEmp":" Empresa Uno SpA "},
		{"usrEmpRutDv":"77222222-K"}]` + answered))
	require.NoError(t, err)
	assert.Equal(t, []rcv.Company{
		{RUT: chile.MustParseRUT("76192083-9")},
		{
			RUT: chile.MustParseRUT("12345678-5"), Name: "Empresa Uno SpA", User: "11111111-1", Privileges: "CONSULTA",
			UserRevoked: "01/01/2026", CompanyRevoked: "02/01/2026",
		},
		{RUT: chile.MustParseRUT("77222222-K")},
	}, got)
	for body, want := range map[string]error{
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"8"}]`:                              chile.ErrCheckDigit,
		`{"data":[{"usrEmpRut":76192083}]`:                                             rcv.ErrMissing,
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"9","usrEmpRutDv":"12345678-5"}]`:   rcv.ErrUnexpected,
		`{"data":[{"razonSocONombreEmp":"Nadie"}]`:                                     rcv.ErrMissing,
		`{"data":[76192083]`:                                                           chile.ErrSyntax,
		`{"data":{}`:                                                                   rcv.ErrNotAnswer,
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"9","usrUsuarioRut":[1]}]`:          chile.ErrSyntax,
		`{"data":[{"usrEmpRut":{},"usrEmpDv":"9"}]`:                                    chile.ErrSyntax,
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":[]}]`:                               chile.ErrSyntax,
		`{"data":[{"usrEmpRutDv":"x"}]`:                                                chile.ErrSyntax,
		`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"9","razonSocONombreEmp":{"a":1}}]`: chile.ErrSyntax,
	} {
		companies, err := rcv.DecodeCompanies(strings.NewReader(body + answered))
		require.ErrorIs(t, err, want, body)
		assert.Nil(t, companies)
		var row *rcv.RowError
		assert.NotEqual(t, errors.Is(want, rcv.ErrNotAnswer), errors.As(err, &row), body)
	}
}

func TestDecodeEventKinds(t *testing.T) {
	t.Parallel()
	got, err := rcv.DecodeEventKinds(strings.NewReader(`{"dataEventosDocs":[
		{"dedCodEvento":"ERM","dedDescEvento":"Acuse de  Recibo de Mercaderías y Servicios Ley 19.983"},{"dedCodEvento":"XYZ"}]` + answered))
	require.NoError(t, err)
	assert.Equal(t, []rcv.EventKind{{Code: "ERM", Text: "Acuse de  Recibo de Mercaderías y Servicios Ley 19.983"}, {Code: "XYZ"}}, got)
	_, err = rcv.DecodeEventKinds(strings.NewReader(`{"dataEventosDocs":[{"dedDescEvento":"sin código"}]` + answered))
	require.ErrorIs(t, err, rcv.ErrMissing)
}

// What is no answer, or a refusal, is never an empty list.
func TestListsThatAreRefused(t *testing.T) {
	t.Parallel()
	october := chile.MustParsePeriod("2026-10")
	for name, decode := range map[string]func(body string) error{
		"types":     func(body string) error { _, err := rcv.DecodeTypes(strings.NewReader(body)); return err },
		"companies": func(body string) error { _, err := rcv.DecodeCompanies(strings.NewReader(body)); return err },
		"events":    func(body string) error { _, err := rcv.DecodeEventKinds(strings.NewReader(body)); return err },
		"boletas":   func(body string) error { _, err := rcv.DecodeBoletas(strings.NewReader(body), october, 39); return err },
	} {
		var refused *rcv.AnswerError
		require.ErrorAs(t, decode(`{"errorMsg":"Acceso no autorizado!"}`), &refused, name)
		require.ErrorAs(t, decode(`{"data":null,"respEstado":{"codRespuesta":2,"msgeRespuesta":"Error"}}`), &refused, name)
		require.ErrorIs(t, decode(`<html></html>`), rcv.ErrNotAnswer, name)
		require.ErrorIs(t, decode(`{"data":[`), rcv.ErrNotAnswer, name)
		require.ErrorIs(t, decode(`{}`), rcv.ErrNotAnswer, name)
	}
	_, err := rcv.DecodeTypes(iotest.ErrReader(errors.ErrUnsupported))
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

func TestDecodeBoletas(t *testing.T) {
	t.Parallel()
	october := chile.MustParsePeriod("2026-10")
	day := func(n, docs int, amounts ...chile.CLP) string {
		return fmt.Sprintf(`{"dia":%d,"totalDocumentos":%d,"montoExento":%d,"montoNeto":%d,"montoIva":%d,"montoTotal":%d}`,
			n, docs, amounts[0], amounts[1], amounts[2], amounts[3])
	}
	line := rcv.SummaryLine{State: rcv.Registro, Type: 39, Documents: 5, Exempt: 10, Net: 3000, VAT: 570, Total: 3580}
	const totals = `,"totalDocumentos":5,"montoExento":10,"montoNeto":3000,"montoIva":570,"montoTotal":3580}`
	for name, body := range map[string]string{
		"as the client reads it": `{"data":{"boletas":[null,"x",` + day(1, 2, 10, 1000, 190, 1200) + `,` + day(31, 3, 0, 2000, 380, 2380) + `]` + totals + answered,
		"sums first":             `{"data":{"montoIva":570,"totalDocumentos":"5","montoExento":10,"montoNeto":3000,"montoTotal":3580,"boletas":[` + day(1, 2, 10, 1000, 190, 1200) + `,` + day(31, 3, 0, 2000, 380, 2380) + `],"otro":{"a":[1]}}}`,
		"days alone":             `{"data":[` + day(1, 2, 10, 1000, 190, 1200) + `,` + day(31, 3, 0, 2000, 380, 2380) + `]` + answered,
	} {
		month, err := rcv.DecodeBoletas(strings.NewReader(body), october, 39)
		require.NoError(t, err, name)
		require.Len(t, month.Days, 2, name)
		assert.Equal(t, "2026-10-31", month.Days[1].Date.String())
		assert.Equal(t, rcv.BoletaSums{Documents: 3, Net: 2000, VAT: 380, Total: 2380}, month.Days[1].BoletaSums)
		assert.Equal(t, name != "days alone", month.Total != nil)
		mismatches, err := month.Compare(line)
		require.NoError(t, err)
		assert.Empty(t, mismatches, name)
	}
	month, err := rcv.DecodeBoletas(strings.NewReader(`{"data":{"boletas":[`+day(1, 2, 10, 1000, 190, 1200)+`]`+totals+answered), october, 39)
	require.NoError(t, err)
	mismatches, err := month.Compare(line)
	require.NoError(t, err)
	assert.Equal(t, "[REGISTRO 39 rsmnTotDoc: promised 5, got 2 REGISTRO 39 rsmnMntNeto: promised 3000, got 1000 "+
		"REGISTRO 39 rsmnMntIVA: promised 570, got 190 REGISTRO 39 rsmnMntTotal: promised 3580, got 1200 "+
		"REGISTRO 39 totalDocumentos: promised 5, got 2 REGISTRO 39 montoNeto: promised 3000, got 1000 "+
		"REGISTRO 39 montoIva: promised 570, got 190 REGISTRO 39 montoTotal: promised 3580, got 1200]", fmt.Sprint(mismatches))

	none, err := rcv.DecodeBoletas(strings.NewReader(`{"data":null}`), october, 39)
	require.NoError(t, err)
	assert.Empty(t, none.Days)
	one := day(1, 1, 0, 0, 0, 0)
	for body, want := range map[string]error{
		`{"data":{"boletas":[` + strings.Replace(one, "montoTotal", "otro", 1) + `]}}`:     rcv.ErrMissing,
		`{"data":{"boletas":[{"fecha":"01/10/2026"}]}}`:                                    rcv.ErrMissing,
		`{"data":{"boletas":[` + day(32, 1, 0, 0, 0, 0) + `]}}`:                            chile.ErrRange,
		`{"data":{"boletas":[` + one + `,` + one + `]}}`:                                   rcv.ErrUnexpected,
		`{"data":{"boletas":[7]}}`:                                                         chile.ErrSyntax,
		`{"data":{"boletas":[],"totalDocumentos":1}}`:                                      rcv.ErrMissing,
		`{"data":{"boletas":[` + strings.Replace(one, `Total":0`, `Total":1.5`, 1) + `]}}`: chile.ErrSyntax,
		`{"data":{"boletas":{}}}`:                                                          rcv.ErrNotAnswer,
		`{"data":"OK"}`:                                                                    rcv.ErrNotAnswer,
		`{"data":{"boletas":[]}`:                                                           rcv.ErrNotAnswer,
	} {
		_, err := rcv.DecodeBoletas(strings.NewReader(body), october, 39)
		require.ErrorIs(t, err, want, body)
	}
}
