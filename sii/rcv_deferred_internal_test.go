package sii

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Which exports that the SII has are taken for the one that is wanted: what it
// says of them must fit, and what it does not say the file tells.
func TestExportsThatFit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	owner, other := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("77222222-K")
	october := chile.MustParsePeriod("2026-10")
	c := &caller{}
	c.now = func() time.Time { return now }
	wanted := func(state rcv.State) *deferral {
		return &deferral{
			r: &reading{
				facade: &facade{caller: c, facadeSettings: facadeSettings{deferral: DeferredSettings{Fresh: time.Hour}}},
				key:    rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, state: state,
				summary: &rcv.Summary{Modified: now.Add(-30 * time.Minute)},
			},
			p: &part{typ: 33, promised: 2}, unfit: map[int64]bool{9: true}, listed: map[int64]bool{1: true},
		}
	}
	good := rcv.DeferredExport{
		ID: 1, BlobID: "b", Owner: owner, Period: october, Book: rcv.Purchases, Type: 33, State: rcv.Registro,
		Progress: rcv.DeferredDone, Created: now.Add(-10 * time.Minute), Documents: 2,
	}
	for name, test := range map[string]struct {
		change      func(*rcv.DeferredExport)
		state       rcv.State
		fits, fresh bool
	}{
		"as wanted":                  {nil, rcv.Registro, true, true},
		"owner not told":             {func(e *rcv.DeferredExport) { e.Owner = chile.RUT{} }, rcv.Registro, true, true},
		"of another owner":           {func(e *rcv.DeferredExport) { e.Owner = other }, rcv.Registro, false, false},
		"period not told":            {func(e *rcv.DeferredExport) { e.Period = chile.Period{} }, rcv.Registro, true, true},
		"of another period":          {func(e *rcv.DeferredExport) { e.Period = october.Next() }, rcv.Registro, false, false},
		"book not told":              {func(e *rcv.DeferredExport) { e.Book = "" }, rcv.Registro, true, true},
		"of the other book":          {func(e *rcv.DeferredExport) { e.Book = rcv.Sales }, rcv.Registro, false, false},
		"of another type":            {func(e *rcv.DeferredExport) { e.Type = 34 }, rcv.Registro, false, false},
		"of another state":           {func(e *rcv.DeferredExport) { e.State = rcv.Pendiente }, rcv.Registro, true, false},
		"state not told":             {func(e *rcv.DeferredExport) { e.State = "" }, rcv.Registro, true, true},
		"state of another process":   {func(e *rcv.DeferredExport) { e.State, e.Process = "", "CONSDCV_C_XX" }, rcv.Registro, true, false},
		"process of a state unknown": {func(e *rcv.DeferredExport) { e.State, e.Process = "", "CONSDCV_C_XX" }, rcv.Pendiente, true, true},
		"that was no good":           {func(e *rcv.DeferredExport) { e.ID = 9 }, rcv.Registro, true, false},
		"that failed":                {func(e *rcv.DeferredExport) { e.Failure = "Error" }, rcv.Registro, true, false},
		"as old as may be":           {func(e *rcv.DeferredExport) { e.Created = now.Add(-30 * time.Minute) }, rcv.Registro, true, true},
		"from before a change":       {func(e *rcv.DeferredExport) { e.Created = now.Add(-31 * time.Minute) }, rcv.Registro, true, false},
		"too old":                    {func(e *rcv.DeferredExport) { e.Created = now.Add(-61 * time.Minute) }, rcv.Registro, true, false},
		"of fewer documents":         {func(e *rcv.DeferredExport) { e.Documents = 1 }, rcv.Registro, true, false},
		"of documents not counted":   {func(e *rcv.DeferredExport) { e.Documents = -1 }, rcv.Registro, true, true},
		"still being made":           {func(e *rcv.DeferredExport) { e.Progress, e.Documents = rcv.DeferredRunning, 0 }, rcv.Registro, true, true},
	} {
		export := good
		if test.change != nil {
			test.change(&export)
		}
		d := wanted(test.state)
		if test.state != rcv.Registro && export.State != "" {
			export.State = test.state
		}
		assert.Equal(t, test.fits, d.fits(&export), name)
		assert.Equal(t, test.fresh, d.fresh(&export), name)
		assert.False(t, export.ID == 1 && d.isNew(&export), "%s: it was there before", name)
		export.ID = 2
		assert.Equal(t, test.fits, d.isNew(&export), name)
	}

	old := good
	old.Created = now.Add(-90 * time.Minute)
	d := wanted(rcv.Registro)
	d.r.summary.Modified = time.Time{}
	assert.False(t, d.fresh(&old), "older than the setting allows, of a register that did not change")
	all := wanted(rcv.Registro)
	all.p.typ = 0
	assert.True(t, all.fits(&good), "of all types, one of a type may be the answer")
	assert.False(t, all.fresh(&good), "but is not used again")
}

// Of several the newest is taken, in whatever order they are listed.
func TestNewestExport(t *testing.T) {
	t.Parallel()
	list := []rcv.DeferredExport{{ID: 2}, {ID: 7}, {ID: 5}, {ID: 9}}
	assert.EqualValues(t, 7, newest(list, func(e *rcv.DeferredExport) bool { return e.ID != 9 }).ID)
	assert.Nil(t, newest(list, func(*rcv.DeferredExport) bool { return false }))
}
