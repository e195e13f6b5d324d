package sii

import (
	"testing"
	"time"
)

// Without observers nothing is allocated for them.
func TestNoObserverCostsNothing(t *testing.T) {
	c := &caller{callSettings: callSettings{now: func() time.Time { t.Error("the clock was read"); return time.Time{} }}}
	ctx := t.Context()
	allocations := testing.AllocsPerRun(100, func() {
		ctx, call := c.begin(ctx, opSummary, Subject{})
		ctx, observed := call.attempt(ctx, 1)
		ObserveWait(ctx, Wait{})
		c.observers.rows(ctx, Rows{})
		c.observers.circuit(ctx, CircuitChange{})
		observed.end(ctx, AttemptEnd{})
		call.end(ctx, nil)
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}
