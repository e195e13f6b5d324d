package rcvxlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/rcv/rcvxlsx"
	"github.com/ofitec/chile/session/pull"
)

// The smallest parts of a workbook.
const (
	rootRelations = `<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookXML       = `<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`
	bookRelations = `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`
)

// workbook packs a sheet and texts that its cells share.
func workbook(tb testing.TB, sheet, shared string, more ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	parts := append([]string{
		"_rels/.rels", rootRelations, "xl/workbook.xml", bookXML, "xl/_rels/workbook.xml.rels", bookRelations,
		"xl/worksheets/sheet1.xml", sheet, "xl/sharedStrings.xml", shared,
	}, more...)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		require.NoError(tb, err)
		_, err = io.WriteString(w, parts[i+1])
		require.NoError(tb, err)
	}
	require.NoError(tb, z.Close())
	return b.Bytes()
}

func sheetOf(rows string) string {
	return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"
}

// allocated returns what a call allocates, all in all.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const mebibyte = 1 << 20

// TestHostileWorkbooks are not parallel, because they measure what is allocated.
func TestHostileWorkbooks(t *testing.T) { //nolint:paralleltest // see above
	far := func(rows int) string {
		var b strings.Builder
		for n := range rows {
			fmt.Fprintf(&b, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, n+1, n+1)
		}
		return sheetOf(b.String())
	}
	repeated := sheetOf(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 20_000))
	for name, content := range map[string][]byte{
		"cells in the last column": workbook(t, far(20_000), "<sst/>"),
		"one long shared text":     workbook(t, sheetOf(""), "<sst><si><t>"+strings.Repeat("a", 30*mebibyte)+"</t></si></sst>"),
		"many runs of a text":      workbook(t, sheetOf(""), "<sst><si>"+strings.Repeat("<t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t>", 100_000)+"</si></sst>"),
		"many shared texts":        workbook(t, sheetOf(""), "<sst>"+strings.Repeat("<si/>", 1<<20+1)+"</sst>"),
		"one long text in a cell":  workbook(t, sheetOf("<row><c t=\"inlineStr\"><is><t>"+strings.Repeat("a", 30*mebibyte)), "<sst/>"),
		"one tag of attributes":    workbook(t, sheetOf("<row "+strings.Repeat(`a="" `, 6*mebibyte)+"/>"), "<sst/>"),
		"a last row":               workbook(t, sheetOf(`<row r="99999999999"/>`), "<sst/>"),
		"a part of 300 MiB":        larger(t, workbook(t, sheetOf(""), "<sst/>")),
		"many files":               workbook(t, sheetOf(""), "<sst/>", manyParts(11_000)...),
	} {
		var got error
		rows := 0
		used := allocated(func() {
			for cells, err := range rcvxlsx.Rows(content) {
				got = err
				rows += len(cells)
			}
		})
		require.ErrorIs(t, errOr(got, name), rcvxlsx.ErrTooLarge, name)
		assert.Less(t, used, uint64(224*mebibyte), name)
		assert.Zero(t, rows, name)
		t.Logf("%s: %d bytes, %.1f MiB allocated: %v", name, len(content), float64(used)/mebibyte, got)
	}

	// A text that many cells share is held once, and no table of it is written.
	long := workbook(t, repeated, "<sst><si><t>"+strings.Repeat("a", 200_000)+"</t></si></sst>")
	var err error
	used := allocated(func() { _, err = pull.Normalize(bytes.NewReader(long), &pull.Options{XLSX: rcvxlsx.Rows}) })
	require.ErrorIs(t, err, pull.ErrTooLarge)
	assert.Less(t, used, uint64(64*mebibyte))
}

// larger makes a workbook say that its sheet has 300 MiB unzipped.
func larger(tb testing.TB, content []byte) []byte {
	tb.Helper()
	size := make([]byte, 4)
	binary.LittleEndian.PutUint32(size, 300*mebibyte)
	for at := 0; ; at++ {
		i := bytes.Index(content[at:], []byte("PK\x01\x02"))
		require.GreaterOrEqual(tb, i, 0)
		if at += i; bytes.HasPrefix(content[at+46:], []byte("xl/worksheets/")) {
			copy(content[at+24:], size)
			return content
		}
	}
}

// errOr has the failure of a test name the case.
func errOr(err error, name string) error {
	if err == nil {
		return fmt.Errorf("%s was read", name)
	}
	return err
}

func manyParts(n int) (parts []string) {
	for i := range n {
		parts = append(parts, fmt.Sprintf("xl/a%d.xml", i), "")
	}
	return parts
}

// TestCellInTheLastColumn is a small file that takes gigabytes if its empty cells
// are held.
func TestCellInTheLastColumn(t *testing.T) { //nolint:paralleltest // it measures what is allocated
	content, err := os.ReadFile(sharedtest.Path(t, "..", "cases", "xlsx-one-cell-in-column-XFD.xlsx"))
	require.NoError(t, err)
	used := allocated(func() { _, err = pull.Normalize(bytes.NewReader(content), &pull.Options{XLSX: rcvxlsx.Rows}) })
	require.ErrorIs(t, err, rcvxlsx.ErrTooLarge)
	assert.ErrorContains(t, err, "column 16384")
	assert.Less(t, used, uint64(mebibyte))
}

// TestCells are the ways in which programs write cells.
func TestCells(t *testing.T) {
	t.Parallel()
	sheet := sheetOf(`
		<row r="2"><c r="A2" t="inlineStr"><is><t>Fecha Docto</t></is></c><c r="C2" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>
		<row><c><v>44442</v></c><c/><c t="str"><f>A1&amp;"x"</f><v>1E5</v></c><c t="n"><v>1.19E5</v></c><c r="XFD3" s="4"/></row>
		<row r="5" spans="1:4"><c r="A5" t="d"><v>2021-09-03T10:20:30</v></c><c r="B5" t="b"><v>1</v></c><c r="D5" t="e"><v>#N/A</v></c></row>`)
	shared := `<sst><si><r><t>Raz</t></r><r><t xml:space="preserve">ón </t></r><rPh><t>no</t></rPh></si><si><t>a_x000D_b</t></si></sst>`
	var rows [][]string
	for cells, err := range rcvxlsx.Rows(workbook(t, sheet, shared)) {
		require.NoError(t, err)
		rows = append(rows, cells)
	}
	assert.Equal(t, [][]string{
		nil,
		{"Fecha Docto", "", "Razón ", "a\rb"},
		{"03/09/2021", "", "1E5", "119000"},
		nil,
		{"03/09/2021 10:20:30", "1", "", "#N/A"},
	}, rows)
}

func TestBrokenSheets(t *testing.T) {
	t.Parallel()
	for name, sheet := range map[string]string{
		"cut":                 "<worksheet><sheetData><row><c><v>1</v></c></row>",
		"rows back":           sheetOf(`<row r="2"/><row r="1"/>`),
		"row no number":       sheetOf(`<row r="x"/>`),
		"cell nowhere":        sheetOf(`<row><c r="12"><v>1</v></c></row>`),
		"cell of letters":     sheetOf(`<row><c r="ABCD1"><v>1</v></c></row>`),
		"no such text":        sheetOf(`<row><c t="s"><v>7</v></c></row>`),
		"text with a sign":    sheetOf(`<row><c t="s"><v>-1</v></c></row>`),
		"not well-formed":     "<worksheet><sheetData><row <",
		"no sheet data":       "<worksheet/>",
		"text where a tag is": "hello",
	} {
		var got error
		for _, err := range rcvxlsx.Rows(workbook(t, sheet, "<sst/>")) {
			got = err
		}
		assert.Error(t, got, name)
	}
}

// TestRowsStops where its reader does.
func TestRowsStops(t *testing.T) {
	t.Parallel()
	file := excelize.NewFile()
	for n := range 5 {
		require.NoError(t, file.SetCellValue("Sheet1", fmt.Sprintf("A%d", n+1), n))
	}
	var b bytes.Buffer
	require.NoError(t, file.Write(&b))
	n := 0
	for range rcvxlsx.Rows(b.Bytes()) {
		if n++; n == 2 {
			break
		}
	}
	assert.Equal(t, 2, n)
}
