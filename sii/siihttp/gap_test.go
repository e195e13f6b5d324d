package siihttp_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

type gapsAnswer struct {
	Documentos []struct{ Folio, Total, Descuadre int64 }
	Gaps       *int64 `json:"descuadrados"`
}

// A document whose amounts do not add up to its total is imported and reported: by
// the import, the job, the summary and the list.
func TestDocumentsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	odd := doc(33, 4711, "x", 1000)
	odd.Total += 7
	s.fake.AddPurchases(owner, october, rcv.Purchase{Document: odd})
	var answer struct {
		ID       string `json:"job_id"`
		Warnings any    `json:"avisos"`
	}
	got := s.post("ana", "/rcv/import", importBody)
	got.json(&answer)
	assert.Equal(t, map[string]any{"descuadrados": 1.0}, answer.Warnings)
	var job siihttp.Job
	s.get("ana", "/jobs/"+answer.ID).json(&job)
	require.NotNil(t, job.Result)
	assert.Equal(t, &siihttp.JobWarnings{Gaps: 1}, job.Result.Warnings)
	for _, unit := range job.Units {
		assert.Equal(t, rcv.Book(unit.Book) == rcv.Purchases, unit.Warnings != nil, unit.Book)
	}

	var summary, list gapsAnswer
	s.get("ana", "/rcv/compras/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
	require.NotNil(t, summary.Gaps)
	assert.EqualValues(t, 1, *summary.Gaps)
	s.get("ana", purchases).json(&list)
	require.NotEmpty(t, list.Documentos)
	for _, d := range list.Documentos {
		if d.Folio == 4711 {
			assert.EqualValues(t, 7, d.Descuadre)
		} else {
			assert.Zero(t, d.Descuadre, d.Folio)
		}
	}
	s.get("ana", "/rcv/ventas/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
	assert.Zero(t, *summary.Gaps)
}

// For a row of another program, it is unknown whether it adds up.
func TestRowsOfOtherProgramsHaveNoGap(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Store = &legacyStore{c.Store.(storage.Storage)} })
	odd := doc(33, 7, "x", 1000)
	odd.Total += 7
	other, third := odd, odd
	other.Folio, third.Folio = 8, 9
	s.keep(rcv.Purchases, odd, other, third)
	var summary, list gapsAnswer
	s.get("ana", "/rcv/compras/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
	assert.EqualValues(t, 1, *summary.Gaps)
	s.get("ana", purchases).json(&list)
	require.Len(t, list.Documentos, 3)
	for _, d := range list.Documentos {
		assert.Equal(t, d.Folio == 9, d.Descuadre != 0, d.Folio)
	}
}
