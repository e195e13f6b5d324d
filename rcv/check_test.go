package rcv_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

func TestTotalsSubtractCreditNotes(t *testing.T) {
	t.Parallel()
	var totals rcv.Totals
	for _, doc := range []rcv.Document{
		{Type: 33, Net: 1000, VAT: 190, Total: 1190, OtherTaxTotal: 7},
		{Type: 61, Net: 100, VAT: 19, Total: 119},
		{Type: 60, Exempt: 5, Total: 5},
		{Type: 34, Exempt: 50, Total: 50},
	} {
		require.NoError(t, totals.Add(&doc))
	}
	assert.Equal(t, rcv.Totals{Documents: 4, Credits: 2, Exempt: 45, Net: 900, VAT: 171, OtherTaxes: 7, Total: 1116}, totals)

	before := totals
	require.ErrorIs(t, totals.Add(&rcv.Document{Type: 33, Net: 1, Total: math.MaxInt64}), chile.ErrOverflow)
	assert.Equal(t, before, totals, "a document that does not fit is not half counted")
	require.NoError(t, totals.Merge(before))
	assert.Equal(t, chile.CLP(1800), totals.Net)
}

func TestCheckAgainstSummary(t *testing.T) {
	t.Parallel()
	lines := []rcv.SummaryLine{
		{State: rcv.Registro, Type: 33, HasDetail: true, Documents: 2, Net: 300, VAT: 57, NonRecoverableVAT: 3, CommonUseVAT: 4, Total: 364},
		{State: rcv.Registro, Type: 61, HasDetail: true, Documents: 1, Net: 100, VAT: 19, Total: 119},
		{State: rcv.Pendiente, Type: 33, HasDetail: true},
		{State: rcv.Registro, Type: 39, Documents: 999, Total: 5}, // a total of the month
	}
	docs := []rcv.Document{
		{State: rcv.Registro, Type: 33, Net: 100, VAT: 19, Transaction: rcv.Transaction{NonRecoverableVAT: 3}, Total: 122},
		{State: rcv.Registro, Type: 33, Net: 200, VAT: 38, Transaction: rcv.Transaction{CommonUseVAT: 4}, Total: 242},
		{State: rcv.Registro, Type: 61, Net: 100, VAT: 19, Total: 119},
	}
	check := func(docs ...rcv.Document) []string {
		var c rcv.Check
		for _, doc := range docs {
			require.NoError(t, c.Add(&doc))
		}
		found, err := c.Compare(lines)
		require.NoError(t, err)
		var texts []string
		for _, mismatch := range found {
			texts = append(texts, mismatch.String())
		}
		return texts
	}
	assert.Empty(t, check(docs...))
	assert.Equal(t, []string{
		"REGISTRO 33 rsmnTotDoc: promised 2, got 1",
		"REGISTRO 33 rsmnMntNeto: promised 300, got 100",
		"REGISTRO 33 rsmnMntIVA: promised 57, got 19",
		"REGISTRO 33 rsmnIVAUsoComun: promised 4, got 0",
		"REGISTRO 33 rsmnMntTotal: promised 364, got 122",
	}, check(docs[0], docs[2]))
	moved := docs[2]
	moved.State = rcv.Reclamado
	assert.Equal(t, []string{
		"RECLAMADO 61 rsmnTotDoc: promised 0, got 1",
		"RECLAMADO 61 rsmnMntNeto: promised 0, got 100",
		"RECLAMADO 61 rsmnMntIVA: promised 0, got 19",
		"RECLAMADO 61 rsmnMntTotal: promised 0, got 119",
		"REGISTRO 61 rsmnTotDoc: promised 1, got 0",
		"REGISTRO 61 rsmnMntNeto: promised 100, got 0",
		"REGISTRO 61 rsmnMntIVA: promised 19, got 0",
		"REGISTRO 61 rsmnMntTotal: promised 119, got 0",
	}, check(docs[0], docs[1], moved))
	assert.Len(t, check(append(docs, rcv.Document{State: rcv.Registro, Type: 914})...), 1, "a row of a type without a line, though all its amounts are zero")

	var c rcv.Check
	require.NoError(t, c.Add(&rcv.Document{Total: math.MaxInt64}))
	require.ErrorIs(t, c.Add(&rcv.Document{Total: 1}), chile.ErrOverflow)
	huge := rcv.SummaryLine{HasDetail: true, Total: math.MaxInt64}
	_, err := c.Compare([]rcv.SummaryLine{huge, huge})
	require.ErrorIs(t, err, chile.ErrOverflow)
}

// Whether documents are expected is not decided by the SII's mark alone.
func TestLinesThatHaveRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line     rcv.SummaryLine
		has, may bool
	}{
		{rcv.SummaryLine{Type: 33, HasDetail: true, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 33, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 33, HasDetail: true}, true, true},
		{rcv.SummaryLine{Type: 33}, false, false},
		{rcv.SummaryLine{Type: 30, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 46, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 914, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 39, Documents: 1}, false, false},
		{rcv.SummaryLine{Type: 39, HasDetail: true, Documents: 1}, true, true},
		{rcv.SummaryLine{Type: 919, Documents: 1}, false, false},
		{rcv.SummaryLine{Type: 777, Documents: 1}, false, true},
		{rcv.SummaryLine{Type: 906, Documents: 1}, false, true},
		{rcv.SummaryLine{Type: 500, Documents: 1}, false, true},
	} {
		assert.Equal(t, test.has, test.line.HasRows(), "%+v", test.line)
		assert.Equal(t, test.may, test.line.MayHaveRows(), "%+v", test.line)
	}

	row := rcv.Document{State: rcv.Registro, Type: 777, Total: 100}
	promised := func(lines ...rcv.SummaryLine) string {
		var c rcv.Check
		require.NoError(t, c.Add(&row))
		found, err := c.Compare(lines)
		require.NoError(t, err)
		return fmt.Sprint(found)
	}
	line := rcv.SummaryLine{State: rcv.Registro, Type: 777, Documents: 1, Total: 100}
	assert.Equal(t, "[]", promised(line))
	assert.Equal(t, "[REGISTRO 777 rsmnTotDoc: promised 2, got 1 REGISTRO 777 rsmnMntTotal: promised 200, got 100]", promised(line, line), "lines of one type add up")
	assert.Equal(t, "[REGISTRO 33 rsmnTotDoc: promised 1, got 0]", promised(line, rcv.SummaryLine{State: rcv.Registro, Type: 33, Documents: 1}))
	assert.Equal(t, "[]", promised(line, rcv.SummaryLine{State: rcv.Registro, Type: 778, Documents: 1}))
}

func TestBoletasAddUpOverLines(t *testing.T) {
	t.Parallel()
	month := rcv.BoletaMonth{Type: 39, Days: []rcv.BoletaDay{{BoletaSums: rcv.BoletaSums{Documents: 3, Net: 300, Total: 357}}}}
	found, err := month.Compare(rcv.SummaryLine{Type: 39, Documents: 1, Net: 100, Total: 119}, rcv.SummaryLine{Type: 48, Documents: 7},
		rcv.SummaryLine{Type: 39, Documents: 2, Net: 200, Total: 238})
	require.NoError(t, err)
	assert.Empty(t, found)
	_, err = month.Compare(rcv.SummaryLine{Type: 39, Total: math.MaxInt64}, rcv.SummaryLine{Type: 39, Total: 1})
	require.ErrorIs(t, err, chile.ErrOverflow)
}
