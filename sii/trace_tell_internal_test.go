package sii

import (
	"testing"
	"time"
)

// Without observers nothing is allocated for them.
func TestNoObserverCostsNothing(t *testing.T) {
	core := &core{config: &config{}, now: func() time.Time { t.Error("the clock was read"); return time.Time{} }}
	ctx := t.Context()
	allocations := testing.AllocsPerRun(100, func() {
		ctx, call := core.begin(ctx, opSummary, Subject{})
		ctx, observed := call.attempt(ctx, 1)
		ObserveWait(ctx, Wait{})
		core.observers.rows(ctx, Rows{})
		core.observers.circuit(ctx, CircuitChange{})
		observed.end(ctx, nil, nil)
		call.end(ctx, nil)
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}
