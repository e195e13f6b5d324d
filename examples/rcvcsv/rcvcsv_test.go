package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	header = "Nro;Tipo Doc;Tipo Compra;RUT Proveedor;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA Recuperable;Monto Total;Nota"
	row    = "1;33;Del Giro;76192083-9;Uno SpA;7;05/10/2026;06/10/2026 09:55:53;0;1000;190;1191;x"
)

func call(t *testing.T, content string, args ...string) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	var out, stderr bytes.Buffer
	err := run(append(args, path), &out, &stderr)
	return out.String(), err
}

// TestWhatIsSaidOfAFile tells columns, rows that come twice and rows that do not
// add up.
func TestWhatIsSaidOfAFile(t *testing.T) {
	t.Parallel()
	file := strings.Join([]string{header, row, row, ""}, "\n")
	out, err := call(t, file)
	require.Error(t, err)
	assert.Contains(t, out, "the columns do not tell the state")

	out, err = call(t, file, "-state", "registro")
	require.Error(t, err, "a row comes twice")
	assert.Contains(t, out, "COMPRA REGISTRO")
	assert.Contains(t, out, "columns that are missing, so that what they would say is not known: Fecha Acuse, ")
	assert.Contains(t, out, "columns that are not known, and ignored: Nota")
	assert.Contains(t, out, `warning: line 2, Monto Total = "1191": the amounts of the row do not add up to the total: they differ by 1`)
	assert.Contains(t, out, "line 3,")
	assert.Contains(t, out, "an earlier row has this document already; it counts once")
	assert.Contains(t, out, "total 1.191")

	out, err = call(t, file, "-json", "-state", "REGISTRO")
	require.Error(t, err)
	var s summary
	require.NoError(t, json.Unmarshal([]byte(out), &s))
	assert.Contains(t, s.Missing, "Fecha Acuse")
	assert.Equal(t, []string{"Nota"}, s.Unknown)
	assert.Len(t, s.Warnings, 1)
	assert.EqualValues(t, 1, s.NotRead)
	assert.EqualValues(t, 1, s.Documents)
	assert.EqualValues(t, 1191, s.Total)
}

func TestTypeOfAFile(t *testing.T) {
	t.Parallel()
	file := strings.Replace(header, "Tipo Doc;", "", 1) + "\n" + strings.Replace(row, "33;", "", 1) + "\n"
	_, err := call(t, file, "-state", "REGISTRO")
	require.Error(t, err)
	out, err := call(t, file, "-state", "REGISTRO", "-type", "61")
	require.NoError(t, err)
	assert.Contains(t, out, "total -1.191", "a credit note")
	_, err = call(t, file, "-state", "TODO")
	require.ErrorContains(t, err, "no state of a register")
}

func TestBoletas(t *testing.T) {
	t.Parallel()
	out, err := call(t, "Tipo Doc;RUT Receptor;Fecha Docto;Fecha Venc.;Indicador Servicio;Folio;Monto Neto;Monto IVA; Monto Exento;Monto Total\n"+
		"39;66666666-6;02/02/2026;;3;535;28000;5320;0;33320\n39;66666666-6;12/02/2026;;3;536;57198;10868;0;68066\n")
	require.NoError(t, err)
	assert.Contains(t, out, ": boletas\n  2 documents")
	assert.Contains(t, out, "net 85.198  IVA 16.188  exempt 0  total 101.386")
	assert.NotContains(t, out, "warning")
}
