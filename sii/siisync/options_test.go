package siisync

import (
	"context"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// What cannot be followed is refused when a Syncer is made, by name.
func TestSyncersThatCannotWork(t *testing.T) {
	t.Parallel()
	from, store := WithRegisters(&register{}), memory.New()
	reading := func(change func(o *sii.RCVOptions)) Option {
		var o sii.RCVOptions
		change(&o)
		return WithReading(o)
	}
	for says, options := range map[string][]Option{
		"nil client":        nil,
		"nil option":        {from, nil},
		"WithRegisters":     {WithRegisters(nil)},
		"WithProgress":      {from, WithProgress(nil)},
		"WithImported":      {from, WithImported(nil)},
		"WithEnvironment":   {from, WithEnvironment("producción")},
		"WithMaxGone: -0.1": {from, WithMaxGone(-0.1)},
		"WithMaxGone: 1.1":  {from, WithMaxGone(1.1)},
		"WithMaxGone: NaN":  {from, WithMaxGone(math.NaN())},
	} {
		syncer, err := New(nil, store, options...)
		require.ErrorContains(t, err, says)
		assert.Nil(t, syncer)
		if says != "nil client" {
			require.ErrorContains(t, CheckOptions(options...), says)
		}
	}
	for name, change := range map[string]func(o *sii.RCVOptions){
		"states":      func(o *sii.RCVOptions) { o.States = []rcv.State{rcv.Registro} },
		"summary":     func(o *sii.RCVOptions) { o.OnSummary = func(rcv.State, *rcv.Summary) {} },
		"answer":      func(o *sii.RCVOptions) { o.OnAnswer = func(sii.Answer) {} },
		"keep answer": func(o *sii.RCVOptions) { o.KeepAnswer = func(string) io.Writer { return nil } },
		"way":         func(o *sii.RCVOptions) { o.Way = 7 },
		"taxes":       func(o *sii.RCVOptions) { o.Taxes = 7 },
		"deferred":    func(o *sii.RCVOptions) { o.DeferredFrom = -1 },
	} {
		_, err := New(nil, store, from, reading(change))
		require.ErrorContains(t, err, "WithReading", name)
	}
	_, err := New(nil, nil, from)
	require.ErrorContains(t, err, "nil store")
}

// Neither a pace nor a wait for a verdict is made of times that cannot be kept.
func TestTimesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	for _, settings := range []PacerSettings{
		{Interval: -1},
		{MaxInterval: -1},
		{MaxRetryAfter: -1},
		{Timeout: -1},
		{Term: -1},
		{Interval: time.Minute, MaxInterval: time.Second},
		{MaxInterval: time.Millisecond}, // less than the default
	} {
		pacer, err := NewPacer(settings)
		require.ErrorIs(t, err, storage.ErrInvalid, settings)
		assert.Nil(t, pacer)
	}
	_, err := NewPacer(PacerSettings{Interval: time.Minute})
	require.NoError(t, err, "the default of MaxInterval follows Interval")

	syncer, err := New(nil, memory.New(), WithRegisters(&register{}))
	require.NoError(t, err)
	for _, how := range []FollowUp{
		{First: -1}, {Longest: -1}, {GiveUp: -1}, {First: time.Hour, Longest: time.Minute}, {Longest: time.Second},
	} {
		_, err := syncer.Follow(t.Context(), owner, "7", how)
		require.ErrorIs(t, err, storage.ErrInvalid, how)
		require.ErrorContains(t, err, "FollowUp", how)
	}
	require.NoError(t, FollowUp{First: 2 * time.Hour}.Check(), "the default of Longest follows First")
}

func TestSyncerWithoutClientHasNoStatuses(t *testing.T) {
	t.Parallel()
	syncer, err := New(nil, memory.New(), WithRegisters(&register{}))
	require.NoError(t, err)
	_, err = syncer.UploadStatus(t.Context(), owner, "1")
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = syncer.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner})
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestFleetsThatCannotWork(t *testing.T) {
	t.Parallel()
	store, resolve := memory.New(), func(context.Context, chile.RUT) (Access, error) { return Access{}, nil }
	for says, options := range map[string][]FleetOption{
		"nil option":            {nil},
		"WithWorkers":           {WithWorkers(-1)},
		"WithOpen: storage":     {WithOpen(-1)},
		"WithOpen: 2 registers": {WithOpen(2), WithWorkers(3)},
		"WithPatience":          {WithPatience(-1)},
		"WithClock":             {WithClock(nil)},
		"WithSleep":             {WithSleep(nil)},
		"WithPacer":             {WithPacer(nil)},
		"WithRunProgress":       {WithRunProgress(nil)},
	} {
		fleet, err := NewFleet(store, resolve, options...)
		require.ErrorContains(t, err, says)
		assert.Nil(t, fleet)
	}
	_, err := NewFleet(nil, resolve)
	require.Error(t, err)
	_, err = NewFleet(store, nil)
	require.Error(t, err)
	for _, negative := range []FleetOption{WithWorkers(-1), WithOpen(-1), WithPatience(-1)} {
		_, err = NewFleet(store, resolve, negative)
		require.ErrorIs(t, err, storage.ErrInvalid)
	}
	fleet, err := NewFleet(store, resolve, WithOpen(3), WithWorkers(3))
	require.NoError(t, err)
	assert.Equal(t, 3, fleet.open)
	fleet, err = NewFleet(store, resolve, WithOpen(0), WithWorkers(0), WithPatience(0))
	require.NoError(t, err)
	assert.Equal(t, []any{defaultWorkers, openPerWorker * defaultWorkers, defaultPatience}, []any{fleet.workers, fleet.open, fleet.patience}, "zero is the default")
}

func TestAlertsThatCannotWork(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]AlertSettings{
		"days": {DaysLeft: []int{3, -1}}, "factor": {Factor: -1}, "history": {MinHistory: -1},
		"each": {MaxEach: -1}, "age": {MaxAge: -1}, "timeout": {Timeout: -1},
	} {
		_, err := NewAlerts(memory.New(), settings)
		require.ErrorIs(t, err, storage.ErrInvalid, name)
	}
	_, err := NewAlerts(nil, AlertSettings{})
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = NewAlerts(memory.New(), AlertSettings{}, nil)
	require.ErrorIs(t, err, storage.ErrInvalid)
}
