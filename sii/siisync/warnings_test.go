package siisync

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/memory"
)

// A register with rows that do not add up is imported, and says so.
func TestBookTellsOfRowsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro), purchase(2, rcv.Pendiente), purchase(3, rcv.Registro)}}
	require.Zero(t, r.docs[0].Gap())
	r.docs[1].Total += 7
	r.docs[2].Net += 30
	syncer := newSyncer(r, memory.New(), nil)
	var told *BookResult
	require.NoError(t, WithImported(func(result *BookResult) { told = result })(syncer))
	result, err := syncer.Book(t.Context(), bought)
	require.NoError(t, err)
	assert.Same(t, result, told)
	assert.EqualValues(t, 3, result.Counts.Added)
	want := Warnings{Gaps: []Gap{
		{rcv.Pendiente, r.docs[1].ID(bought), r.docs[1].Total, 7},
		{rcv.Registro, r.docs[2].ID(bought), r.docs[2].Total, -30},
	}}
	assert.Equal(t, want, result.Warnings)
	assert.False(t, result.Warnings.Empty())
	texts := result.Warnings.Texts()
	require.Len(t, texts, 2)
	assert.Contains(t, texts[0], r.docs[1].ID(bought).String())
	assert.Contains(t, texts[0], "they differ by 7")

	r.docs = r.docs[:1]
	result, err = newSyncer(r, memory.New(), nil).Book(t.Context(), bought)
	require.NoError(t, err)
	assert.True(t, result.Warnings.Empty())
	assert.Empty(t, result.Warnings.Texts())
}

// A second download has the warnings of its own alone.
func TestWarningsOfASecondDownload(t *testing.T) {
	t.Parallel()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Pendiente), purchase(2, rcv.Registro)}}
	r.docs[1].Total += 7
	r.onState = func(r *register, n int, _ rcv.State) {
		if n == 2 { // document 1 moves meanwhile, and is seen twice
			r.docs[0].State = rcv.Registro
		}
	}
	result, err := newSyncer(r, memory.New(), nil).Book(t.Context(), bought)
	require.NoError(t, err)
	assert.Equal(t, 6, r.reads, "two, and all four again")
	assert.Len(t, result.Warnings.Gaps, 1)
}

func TestGapsThatAreNamedAreBounded(t *testing.T) {
	t.Parallel()
	var w Warnings
	for folio := range 250 {
		doc := purchase(chile.Folio(folio+1), rcv.Registro)
		doc.Total++
		w.row(bought, &doc)
	}
	assert.Len(t, w.Gaps, 100)
	assert.Equal(t, 150, w.MoreGaps)
	texts := w.Texts()
	require.Len(t, texts, 4)
	assert.Equal(t, "247 more documents whose amounts do not add up to their total", texts[3])
}

// What an export lacks is in the result, and who reads with the Syncer hears of it
// too.
func TestBookTellsOfColumns(t *testing.T) {
	t.Parallel()
	r := &register{docs: []rcv.Document{purchase(1, rcv.Registro)}, columns: []sii.ColumnFinding{
		{Missing: []string{"IVA Uso Comun"}, Unknown: []string{"Nueva"}}, {Missing: []string{"IVA Uso Comun", "NCE o NDE"}},
	}}
	var told []sii.ColumnFinding
	syncer := newSyncer(r, memory.New(), nil)
	require.NoError(t, WithReading(sii.RCVOptions{OnColumns: func(f sii.ColumnFinding) { told = append(told, f) }})(syncer))
	result, err := syncer.Book(t.Context(), bought)
	require.NoError(t, err)
	assert.Equal(t, Warnings{MissingColumns: []string{"IVA Uso Comun", "NCE o NDE"}, UnknownColumns: []string{"Nueva"}}, result.Warnings)
	assert.Equal(t, r.columns, told)
	assert.Equal(t, []string{
		"the export lacks columns, whose values are zero: IVA Uso Comun, NCE o NDE",
		"the export has unknown columns, which were not read: Nueva",
	}, result.Warnings.Texts())

	result, err = newSyncer(r, memory.New(), nil).Book(t.Context(), bought)
	require.NoError(t, err)
	assert.False(t, result.Warnings.Empty(), "also where nobody else listens")
}
