package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage/sqlite"
)

const (
	header = "Nro;Tipo Doc;Tipo Venta;Rut cliente;Razon Social;Folio;Fecha Docto;Fecha Recepcion;Monto Exento;Monto Neto;Monto IVA;Monto total;Nota"
	oneRow = "1;33;Del Giro;76192083-9;=Uno SpA;7;05/10/2026;06/10/2026 09:55:53;0;1000;190;1191;x"
)

// call runs the program with a clave on its standard input.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	stdin, err := os.Open(write(t, "clave", cli.FakeClave+"\n"))
	require.NoError(t, err)
	defer stdin.Close()
	var out, stderr bytes.Buffer
	err = run(context.Background(), args, stdin, &out, &stderr, func(string) string { return "" })
	return out.String(), err
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestWhatIsSaidOfAFile(t *testing.T) {
	t.Parallel()
	file := write(t, "ventas.csv", header+"\n"+oneRow+"\n")
	rows := filepath.Join(t.TempDir(), "rows.json")
	out, err := call(t, "-file", file, "-rows", rows)
	require.NoError(t, err)
	assert.Contains(t, out, "columns that are missing, so that what they would say is not known: Fecha Acuse Recibo, Fecha Reclamo")
	assert.Contains(t, out, "columns that are not known, and ignored: Nota")
	assert.Contains(t, out, "warning: rcv: row 2: Monto total")
	content, err := os.ReadFile(rows)
	require.NoError(t, err)
	var docs []rcv.Document
	require.NoError(t, json.Unmarshal(content, &docs))
	require.Len(t, docs, 1)
	assert.EqualValues(t, 1191, docs[0].Total)

	_, err = call(t, "-file", file, "-rows", rows)
	require.ErrorIs(t, err, os.ErrExist, "no file is overwritten")
	table := filepath.Join(t.TempDir(), "rows.csv")
	out, err = call(t, "-json", "-file", file, "-rows", table)
	require.NoError(t, err)
	var p part
	first, _, _ := strings.Cut(out, "\n")
	require.NoError(t, json.Unmarshal([]byte(first), &p))
	assert.Contains(t, p.Missing, "Fecha Reclamo")
	assert.Equal(t, []string{"Nota"}, p.Unknown)
	assert.Len(t, p.Warnings, 1)
	content, err = os.ReadFile(table)
	require.NoError(t, err)
	assert.Contains(t, string(content), ";'=Uno SpA;", "no formula")
	assert.Contains(t, string(content), ";1191")

	_, err = call(t, "-file", file, "-rows", "rows.txt")
	require.ErrorContains(t, err, ".csv or .json")
	_, err = call(t, "-file", file, "-store", filepath.Join(t.TempDir(), "a.db"))
	require.ErrorContains(t, err, "-company and -period")
	_, err = call(t, "-file", file, "-store", filepath.Join(t.TempDir(), "a.db"), "-company", "76192083-9", "-period", "2026-10")
	require.ErrorContains(t, err, "lacks columns")
}

// TestStore keeps a whole register, and never takes documents away.
func TestStore(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "a.db")
	out, err := call(t, "-what", "rcv", "-store", db)
	require.NoError(t, err)
	assert.Contains(t, out, "stored in "+db)
	store, err := sqlite.Open(t.Context(), "sqlite", db)
	require.NoError(t, err)
	defer store.Close()
	key := rcv.Key{Owner: cli.FakeOwner, Period: cli.FakePeriod, Book: rcv.Purchases}
	imported, err := store.LastImport(t.Context(), key)
	require.NoError(t, err)
	assert.Positive(t, imported.Counts.Added)

	var empty []string
	for _, state := range rcv.Purchases.States() {
		var b bytes.Buffer
		require.NoError(t, rcv.WriteCSV(&b, rcv.Purchases, state, func(func(rcv.Document, error) bool) {}))
		empty = append(empty, write(t, string(state)+".csv", b.String()))
	}
	args := []string{"-store", db, "-company", cli.FakeOwner.String(), "-period", cli.FakePeriod.String(), "-file"}
	_, err = call(t, append(args, empty...)...)
	require.ErrorIs(t, err, errGone)
	_, err = call(t, append(args, empty[:2]...)...)
	require.ErrorContains(t, err, "needs all states of the register")
	_, err = call(t, append(args, append(empty, empty[0])...)...)
	require.ErrorContains(t, err, "a second file of the state")
	again, err := store.LastImport(t.Context(), key)
	require.NoError(t, err)
	assert.Equal(t, imported.ID, again.ID, "nothing was written")
	_, err = call(t, "-what", "bhe", "-store", db)
	require.ErrorContains(t, err, "-what rcv")
}
