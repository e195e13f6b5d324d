package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// asProgram in the environment makes the test binary run as the program, so that
// it can be killed.
const asProgram = "FULLFLOW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	pgtest.Main(m)
}

// program returns the program as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "FERNET_KEY=")
	return cmd
}

// lines runs the program in the test's own process and returns what it prints.
func lines(t *testing.T, args ...string) []map[string]any {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), append([]string{"-json"}, args...), &stdout, &stderr, func(string) string { return "" })
	require.NoError(t, err, stderr.String())
	var all []map[string]any
	for line := range strings.Lines(stdout.String()) {
		var v map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &v))
		all = append(all, v)
	}
	return all
}

func last(all []map[string]any) map[string]any { return all[len(all)-1] }

func TestSecondRunShowsNoChanges(t *testing.T) {
	t.Parallel()
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := last(lines(t, database...))
			assert.Equal(t, "done", first["event"])
			assert.Equal(t, true, first["complete"])
			assert.Equal(t, "accepted", first["dte_status"].(map[string]any)["verdict"])
			added := first["changes"].(map[string]any)["added"]
			second := last(lines(t, database...))
			assert.Equal(t, map[string]any{"added": 0., "changed": 0., "gone": 0., "returned": 0., "unchanged": added}, second["changes"])
			assert.Equal(t, first["purchases"], second["purchases"])
			assert.Equal(t, first["sales"], second["sales"])
		})
	}
}

// databases returns the flags of an empty database of each kind.
func databases(t *testing.T) map[string][]string {
	t.Helper()
	return map[string][]string{
		"SQLite":     {"-db", filepath.Join(t.TempDir(), "flow.db")},
		"PostgreSQL": {"-dsn", pgtest.URL(t, "pgx"), "-env", "fake"},
	}
}

// writeMonth writes purchases as exports, in two states.
func writeMonth(t *testing.T, folder string, documents int) (paths []string, total chile.CLP) {
	t.Helper()
	for n, state := range []rcv.State{rcv.Registro, rcv.Pendiente} {
		path := filepath.Join(folder, fmt.Sprintf("RCV_COMPRA_%s_76192083-9_202610.csv", state))
		file, err := os.Create(path)
		require.NoError(t, err)
		err = rcv.WriteCSV(file, rcv.Purchases, state, func(yield func(rcv.Document, error) bool) {
			for i := range documents {
				net := chile.CLP(1000 + i)
				d := rcv.Document{
					State: state, Type: chile.FacturaElectronica, Folio: chile.Folio(i + 1 + n*documents),
					Counterparty: chile.MustParseRUT("12345678-5"), Name: "Proveedor Uno SpA",
					Issued: chile.MustParsePeriod("2026-10").First(), Received: chile.MustParsePeriod("2026-10").First().Time(),
					Net: net, VAT: net * 19 / 100, Total: net + net*19/100,
				}
				total += d.Total
				if !yield(d, nil) {
					return
				}
			}
		})
		require.NoError(t, err)
		require.NoError(t, file.Close())
		paths = append(paths, path)
	}
	return paths, total
}

func TestRegistersOfFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	files, total := writeMonth(t, folder, 30)
	args := append([]string{"-db", filepath.Join(folder, "x.db"), "-purchases"}, files...)
	done := last(lines(t, args...))
	assert.Equal(t, "76192083-9", done["owner"], "out of the names of the files")
	assert.Equal(t, "2026-10", done["period"])
	purchases := done["purchases"].(map[string]any)
	assert.EqualValues(t, 60, purchases["count"])
	assert.EqualValues(t, total, purchases["total"])
	assert.EqualValues(t, 30, purchases["by_state"].(map[string]any)["PENDIENTE"].(map[string]any)["count"])
}

// The month's boletas, of which the register has no documents, are part of the sales.
func TestSalesHaveBoletas(t *testing.T) {
	t.Parallel()
	all := lines(t, "-db", filepath.Join(t.TempDir(), "flow.db"))
	var types, book float64
	boletas := map[string]any{}
	for _, line := range all {
		if line["event"] != "totals" || line["book"] != "VENTA" {
			continue
		}
		sums := line["sums"].(map[string]any)
		switch line["type"] {
		case 0.:
			book = sums["total"].(float64)
		case 39.:
			boletas = sums
			fallthrough
		default:
			types += sums["total"].(float64)
		}
	}
	assert.EqualValues(t, 17, boletas["count"])
	assert.EqualValues(t, 168_502, boletas["total"])
	sales := last(all)["sales"].(map[string]any)
	assert.Equal(t, types, book, "what is printed of the types adds up to the line of the book")
	assert.Equal(t, book, sales["total"])
	assert.Equal(t, book, sales["by_state"].(map[string]any)["REGISTRO"].(map[string]any)["total"])
}

// A shop that sells by boleta alone does not read 0; a line whose documents are
// counted is not counted again.
func TestReportOfLines(t *testing.T) {
	t.Parallel()
	r := &report{out: cli.NewOutput(io.Discard, true)}
	r.start(&site{Site: &cli.Site{}})
	d := storage.StoredDocument{Key: rcv.Key{Book: rcv.Purchases}, Document: rcv.Document{State: rcv.Registro, Type: 33, Total: 1190}}
	require.NoError(t, r.add(&d))
	for book, line := range map[rcv.Book]rcv.SummaryLine{
		rcv.Sales:     {State: rcv.Registro, Type: 39, Documents: 17, Total: 595},
		rcv.Purchases: {State: rcv.Registro, Type: 33, Documents: 1, Total: 1190},
	} {
		require.NoError(t, r.addLine(book, &line))
		line.Type, line.HasDetail = 34, true
		require.NoError(t, r.addLine(book, &line))
	}
	require.NoError(t, r.addLine(rcv.Sales, &rcv.SummaryLine{State: rcv.Registro, Type: 39, Documents: 1, Total: 5}))
	r.totals()
	assert.Equal(t, sums{Count: 18, Total: 600}, r.done.Sales.sums)
	assert.Equal(t, sums{Count: 1, Total: 1190}, r.done.Purchases.sums)
}

// state returns what a database holds, but for numbers and times of rows.
func state(t *testing.T, database []string) string {
	t.Helper()
	driver, source := "sqlite", database[1]
	if database[0] == "-dsn" {
		driver = "pgx"
	}
	db, err := sql.Open(driver, source)
	require.NoError(t, err)
	defer db.Close()
	var b strings.Builder
	for _, query := range []string{
		`SELECT rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio, neto, iva, exento, total, estado_sii, xml_hash, datos,
			ausente_desde IS NULL FROM sii_rcv_purchases ORDER BY rut_emisor, tipo_dte, folio`,
		`SELECT rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio, neto, iva, exento, total, estado_sii, xml_hash, datos,
			ausente_desde IS NULL FROM sii_rcv_sales ORDER BY rut_receptor, tipo_dte, folio`,
		"SELECT rut_empresa, periodo, libro, estado, tipo_dte, documentos, neto, iva, exento, total FROM sii_rcv_resumen ORDER BY libro, estado, tipo_dte",
	} {
		rows, err := db.QueryContext(t.Context(), query)
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			row := make([]any, len(columns))
			targets := make([]any, len(columns))
			for i := range row {
				targets[i] = &row[i]
			}
			require.NoError(t, rows.Scan(targets...))
			fmt.Fprintln(&b, row...)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	return b.String()
}

// Killed at any moment and run again, the program ends in the state of a run
// that nobody disturbed.
func TestKilledRunsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	files, _ := writeMonth(t, folder, 3000)
	const rounds = 6
	random := rand.New(rand.NewPCG(11, 7))
	for name, reference := range databases(t) {
		moments := make([]int, rounds)
		for i := range moments {
			moments[i] = 1 + random.IntN(28)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := append([]string{"-purchases"}, files...)
			lines(t, append(reference, input...)...)
			want := state(t, reference)
			for _, moment := range moments {
				database := databases(t)[name]
				args := append(append([]string{"-json"}, database...), input...)
				kill(t, program(t, args...), moment)
				lines(t, append(database, input...)...)
				assert.Equal(t, want, state(t, database), "killed after %d lines", moment)
			}
		})
	}
}

// kill starts the program and kills it once it has printed so many lines.
func kill(t *testing.T, cmd *exec.Cmd, lines int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	scanner.Buffer(nil, 1<<20)
	for range lines {
		if !scanner.Scan() {
			break
		}
	}
	_ = cmd.Process.Kill() // SIGKILL; it may have ended by itself
	_ = cmd.Wait()
}
