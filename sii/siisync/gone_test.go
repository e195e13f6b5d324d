package siisync

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

func TestBookRefusesToMarkTooManyAsGone(t *testing.T) {
	t.Parallel()
	boletas := []rcv.SummaryLine{{State: rcv.Registro, Type: 39, Documents: 500, Total: 9}}
	unknown := []rcv.SummaryLine{{State: rcv.Registro, Type: 777, Documents: 500, Total: 9}}
	unlinked := []rcv.SummaryLine{{State: rcv.Registro, Type: 33, Documents: 10, Total: 11900}}
	half, none, all := 0.5, 0.0, 1.0
	for name, test := range map[string]struct {
		share  *float64
		remain int               // of ten documents
		others int               // that are new
		totals []rcv.SummaryLine // of the second download
		want   *GoneError        // but for the key
	}{
		"a summary that still counts them":      {nil, 0, 0, unlinked, &GoneError{Gone: 10, Stored: 10, Promised: 10}},
		"a summary that counts other documents": {nil, 0, 0, unknown, &GoneError{Gone: 10, Stored: 10, Promised: 500}},
		"a register in which boletas remain":    {nil, 0, 0, boletas, nil},
		"a register that became empty":          {nil, 0, 0, nil, nil},
		"one that remains":                      {nil, 1, 0, boletas, nil},
		"others in their place":                 {nil, 0, 3, boletas, nil},
		"half may go, half goes":                {&half, 5, 0, nil, nil},
		"half may go, more goes":                {&half, 4, 2, nil, &GoneError{Gone: 6, Stored: 10, Arrived: 6, Promised: 6}},
		"half may go, all goes":                 {&half, 0, 0, nil, &GoneError{Gone: 10, Stored: 10}},
		"none may go, one goes":                 {&none, 9, 0, nil, &GoneError{Gone: 1, Stored: 10, Arrived: 9, Promised: 9}},
		"none may go, none goes":                {&none, 10, 3, nil, nil},
		"all may go":                            {&all, 0, 0, unlinked, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := memory.New()
			r := &register{}
			for folio := range 11 {
				r.docs = append(r.docs, purchase(chile.Folio(folio+1), rcv.Registro))
			}
			syncer := newSyncer(r, store, nil)
			if test.share != nil {
				require.NoError(t, WithMaxGone(*test.share)(syncer))
			}
			_, err := newSyncer(r, store, nil).Book(t.Context(), bought)
			require.NoError(t, err)
			r.docs = r.docs[:10] // one is gone from before, and counts no more
			_, err = newSyncer(r, store, nil).Book(t.Context(), bought)
			require.NoError(t, err)
			before := stored(t, store)
			require.Len(t, before, 10)

			r.docs, r.totals = r.docs[:test.remain], test.totals
			for folio := range test.others {
				r.docs = append(r.docs, purchase(chile.Folio(100+folio), rcv.Registro))
			}
			result, err := syncer.Book(t.Context(), bought)
			if test.want == nil {
				require.NoError(t, err)
				assert.EqualValues(t, 10-test.remain, result.Counts.Gone)
				return
			}
			var gone *GoneError
			require.ErrorAs(t, err, &gone)
			test.want.Key = bought
			assert.Equal(t, test.want, gone)
			require.NotErrorIs(t, err, ErrStore)
			assert.Nil(t, result)
			assert.Equal(t, before, stored(t, store))
			assert.Len(t, events(t, store, storage.EventImport), 2)
			assert.Len(t, events(t, store, storage.EventError), 1, "and says so")
		})
	}
}

func TestBookOfSeveralLinesOfOneType(t *testing.T) {
	t.Parallel()
	store := memory.New()
	r := &register{split: true, docs: []rcv.Document{
		purchase(1, rcv.Pendiente), purchase(2, rcv.Pendiente), purchase(3, rcv.Registro), purchase(4, rcv.Registro), purchase(5, rcv.Registro),
	}}
	result, err := newSyncer(r, store, nil).Book(t.Context(), bought)
	require.NoError(t, err)
	assert.EqualValues(t, 5, result.Counts.Added)
	assert.Equal(t, 4, r.reads, "one download was enough")

	// Lines that are put together meanwhile count the same.
	r.onState = func(r *register, n int, _ rcv.State) { r.split = n%2 == 0 }
	_, err = newSyncer(r, store, nil).Book(t.Context(), bought)
	require.NoError(t, err)
	assert.Equal(t, 8, r.reads)
}

func TestSummariesThatDiffer(t *testing.T) {
	t.Parallel()
	line := rcv.SummaryLine{
		State: rcv.Registro, Type: 33, HasDetail: true, Documents: 1, Exempt: 2, Net: 3, VAT: 4, NonRecoverableVAT: 5, CommonUseVAT: 6, Total: 7,
	}
	same := line
	same.RegisterID, same.LineID, same.TypeName = 8, 9, "otra"
	assert.True(t, sameLines([]rcv.SummaryLine{line}, []rcv.SummaryLine{same}))
	for name, change := range map[string]func(l *rcv.SummaryLine){
		"type":   func(l *rcv.SummaryLine) { l.Type = 34 },
		"link":   func(l *rcv.SummaryLine) { l.HasDetail = false },
		"count":  func(l *rcv.SummaryLine) { l.Documents++ },
		"exempt": func(l *rcv.SummaryLine) { l.Exempt++ },
		"net":    func(l *rcv.SummaryLine) { l.Net++ },
		"VAT":    func(l *rcv.SummaryLine) { l.VAT++ },
		"lost":   func(l *rcv.SummaryLine) { l.NonRecoverableVAT++ },
		"common": func(l *rcv.SummaryLine) { l.CommonUseVAT++ },
		"total":  func(l *rcv.SummaryLine) { l.Total++ },
	} {
		other := line
		change(&other)
		assert.False(t, sameLines([]rcv.SummaryLine{line}, []rcv.SummaryLine{other}), name)
		assert.False(t, sameLines([]rcv.SummaryLine{line, line}, []rcv.SummaryLine{line, other}), name)
	}
	assert.False(t, sameLines([]rcv.SummaryLine{line}, nil))
	assert.False(t, sameLines([]rcv.SummaryLine{line}, []rcv.SummaryLine{line, line}))
}
