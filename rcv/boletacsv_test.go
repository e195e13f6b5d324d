package rcv_test

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv"
)

const (
	boletaHeader = "Tipo Doc;RUT Receptor;Fecha Docto;Fecha Venc.;Indicador Servicio;Folio;Monto Neto;Monto IVA; Monto Exento;Monto Total"
	oneBoleta    = "39;66666666-6;02/02/2026;03/03/2026;3;535;28000;5320;10;33330"
)

// boletas reads a file of boletas.
func boletas(t *testing.T, text string, opts *rcv.CSVOptions) (file *rcv.Boletas, list []rcv.Boleta, bad []*rcv.RowError) {
	t.Helper()
	file, err := rcv.OpenBoletas(strings.NewReader(text), opts)
	require.NoError(t, err)
	for b, err := range file.All() {
		var row *rcv.RowError
		if err == nil {
			list = append(list, b)
			continue
		}
		require.ErrorAs(t, err, &row)
		bad = append(bad, row)
	}
	return file, list, bad
}

func TestBoletasOfAFile(t *testing.T) {
	t.Parallel()
	issued, err := chile.NewDate(2026, 2, 2)
	require.NoError(t, err)
	due, err := chile.NewDate(2026, 3, 3)
	require.NoError(t, err)
	want := rcv.Boleta{
		Type: 39, Folio: 535, Receiver: chile.MustParseRUT("66666666-6"), Issued: issued, Due: due, Service: 3,
		Net: 28_000, VAT: 5_320, Exempt: 10, Total: 33_330,
	}
	for name, text := range map[string]string{
		"plain":     lines(boletaHeader, oneBoleta),
		"trailing":  lines(boletaHeader+";", oneBoleta+";"),
		"commas":    strings.ReplaceAll(lines(boletaHeader, oneBoleta), ";", ","),
		"quoted":    strings.ReplaceAll(strings.ReplaceAll(lines(`"`+boletaHeader+`"`, `"`+oneBoleta+`"`), ";", `";"`), "\n", "\n"),
		"dashes":    strings.ReplaceAll(lines(boletaHeader, oneBoleta), "/2026", "-2026"),
		"one space": strings.ReplaceAll(lines(boletaHeader, oneBoleta), "; Monto", ";Monto"),
	} {
		if name == "dashes" {
			text = strings.NewReplacer("02/02-2026", "02-02-2026", "03/03-2026", "03-03-2026").Replace(text)
		}
		file, list, bad := boletas(t, text, nil)
		require.Empty(t, bad, name)
		assert.Equal(t, []rcv.Boleta{want}, list, name)
		assert.Empty(t, file.Missing(), name)
		assert.Empty(t, file.Unknown(), name)
		assert.Empty(t, file.Warnings(), name)
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	assert.JSONEq(t, `{"tipoDoc":39,"folio":535,"rutReceptor":"66666666-6","fechaDocto":"2026-02-02","fechaVenc":"2026-03-03",`+
		`"indicadorServicio":3,"montoNeto":28000,"montoIva":5320,"montoExento":10,"montoTotal":33330}`, string(text))
}

func TestBoletasThatCannotBeRead(t *testing.T) {
	t.Parallel()
	change := func(from, to string) string { return strings.Replace(oneBoleta, from, to, 1) }
	for row, want := range map[string]error{
		change("39;", ";"):                 rcv.ErrMissing,
		change("39;", "0;"):                rcv.ErrMissing,
		change("535", ""):                  rcv.ErrMissing,
		change("02/02/2026", ""):           rcv.ErrMissing,
		change("33330", ""):                rcv.ErrMissing,
		change(";28000;", ";;"):            rcv.ErrMissing,
		change("28000", "28.000"):          chile.ErrSyntax,
		change("66666666-6", "66666666"):   chile.ErrSyntax,
		change("66666666-6", "66666666-1"): chile.ErrCheckDigit,
		change("02/02/2026", "30/02/2026"): chile.ErrRange,
		oneBoleta + ";x":                   rcv.ErrUnexpected,
		boletaHeader:                       rcv.ErrUnexpected,
		strings.Repeat("9", 70_000):        rcv.ErrTooLong,
	} {
		_, list, bad := boletas(t, lines(boletaHeader, row, change("535", "536")), nil)
		assert.Len(t, list, 1, row)
		require.Len(t, bad, 1, row)
		require.ErrorIs(t, bad[0], want, row)
		assert.Equal(t, 2, bad[0].Line)
	}
	_, list, bad := boletas(t, lines(boletaHeader, oneBoleta, oneBoleta, change("39;", "41;")), nil)
	assert.Len(t, list, 2)
	require.Len(t, bad, 1)
	require.ErrorIs(t, bad[0], rcv.ErrTwice)
	_, list, _ = boletas(t, lines(boletaHeader, oneBoleta, oneBoleta), &rcv.CSVOptions{KeepRepeated: true})
	assert.Len(t, list, 2)

	file, list, bad := boletas(t, lines(boletaHeader, change("33330", "33331"), change("535;28000;5320;10;33330", "536;28000;5320;;33320")), nil)
	assert.Empty(t, bad)
	assert.Len(t, list, 2)
	require.Len(t, file.Warnings(), 1)
	require.ErrorIs(t, file.Warnings()[0], rcv.ErrGap)
	assert.Equal(t, 2, file.Warnings()[0].Line)
}

func TestHeadersOfBoletas(t *testing.T) {
	t.Parallel()
	_, err := rcv.OpenCSV(strings.NewReader(boletaHeader), nil)
	require.ErrorIs(t, err, rcv.ErrBoletas)
	for header, want := range map[string]error{
		registro: rcv.ErrNotRegister,
		"":       io.EOF,
		"hola":   rcv.ErrNotRegister,
		strings.Replace(boletaHeader, "Tipo Doc;", "", 1):                        rcv.ErrTypeUnknown,
		strings.Replace(boletaHeader, "Monto IVA", "IVA", 1):                     rcv.ErrNotRegister,
		boletaHeader + ";Folio":                                                  rcv.ErrNotRegister,
		boletaHeader + strings.Repeat(";x", 200):                                 rcv.ErrTooLong,
		strings.Replace(boletaHeader, "RUT Receptor", "Monto Total de todos", 1): rcv.ErrNotRegister,
	} {
		_, err := rcv.OpenBoletas(strings.NewReader(header), nil)
		require.ErrorIs(t, err, want, header)
	}
	file, list, _ := boletas(t, lines(
		strings.NewReplacer("Tipo Doc;", "", "Fecha Venc.", "Caja").Replace(boletaHeader),
		strings.NewReplacer("39;", "", "03/03/2026", "12").Replace(oneBoleta),
	), &rcv.CSVOptions{Type: 41})
	assert.Equal(t, chile.DocType(41), list[0].Type)
	assert.Equal(t, []string{"Fecha Venc."}, file.Missing())
	assert.Equal(t, []string{"Caja"}, file.Unknown())
	for _, err := range file.All() {
		require.ErrorIs(t, err, rcv.ErrUsed)
	}
}

func TestSharedBoletas(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(sharedtest.Path(t, "..", "cases", "boletas.csv"))
	require.NoError(t, err)
	file, list, bad := boletas(t, string(content), nil)
	assert.Empty(t, bad)
	assert.Empty(t, file.Warnings())
	require.Len(t, list, 2)
	assert.EqualValues(t, 33_320+68_066, list[0].Total+list[1].Total)
}

// FuzzOpenBoletas reads whatever somebody has on disk.
func FuzzOpenBoletas(f *testing.F) {
	f.Add(lines(boletaHeader, oneBoleta, oneBoleta))
	f.Add("sep=,\n" + strings.ReplaceAll(lines(boletaHeader, oneBoleta), ";", ","))
	f.Add("\xff\xfeT\x00i\x00")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := rcv.OpenBoletas(strings.NewReader(text), nil)
		if err != nil {
			return
		}
		for b, err := range file.All() {
			if err == nil && (b.Type == 0 || b.Folio == 0 || b.Issued.IsZero()) {
				t.Fatalf("a boleta without a name: %+v", b)
			}
		}
	})
}
