package sii_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// Bounds of a cell.
const (
	deadline = 5 * time.Minute // that the caller gives
	hurry    = 3 * time.Second // of a caller who does not wait
)

// raced are the operations of the matrix when the race detector is on, without
// CHILE_FULL_TESTS: one of each way through the code.
var raced = []string{"seed", "token", "summary", "detail", "deferred: ask", "upload", "Period: detail"}

// TestMatrix has every symptom happen in every operation, once and for ever.
func TestMatrix(t *testing.T) {
	t.Parallel()
	id, err := plantedIdentity()
	require.NoError(t, err)
	full := !bubbletest.Race || os.Getenv("CHILE_FULL_TESTS") != ""
	table := &matrixTable{cells: map[[2]string]string{}}
	t.Cleanup(func() { t.Log(table) })
	for _, symptom := range matrixFaults() {
		for _, operation := range matrixOperations {
			if !symptom.ShownBy(operation.op) || !full && !slices.Contains(raced, operation.name) {
				continue
			}
			t.Run(symptom.Name+"/"+operation.name, func(t *testing.T) {
				t.Parallel()
				want := expected(symptom, operation)
				got := happens(t, id, symptom, operation, want)
				table.put(symptom.Name, operation.name, got)
				if got != want {
					t.Errorf("%s in %s: %s, not %s", symptom.Name, operation.name, got, want)
				}
			})
		}
	}
}

// matrixFaults are all symptoms, and an answer that ends between two rows.
func matrixFaults() []siitest.Fault {
	afterRow := fault.CutOff(18_000)
	afterRow.Name = "cut off after a row"
	return append(fault.Symptoms(), afterRow)
}

// outcome runs an operation within a deadline, and says how it ended: "ok" or the
// name of the kind of its error.
func (s *site) outcome(t *testing.T, operation matrixOperation, limit time.Duration) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	err := operation.run(ctx, s)
	took := time.Since(began)
	assert.LessOrEqual(t, took, limit, "within the deadline")
	s.told.error(err)
	if err == nil {
		return "ok"
	}
	if ctx.Err() == nil {
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "a deadline that nobody gave")
	}
	if kind := sii.KindName(err); kind != "deadline" {
		var e *sii.Error
		assert.True(t, errors.As(err, &e) || errors.Is(err, sii.ErrIncomplete), "a typed error: %v", err)
		return kind
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
	return "deadline"
}

// happens has the fault happen to one call, and then to every call: first to a
// caller who waits, then to one who does not. Then it ends.
func happens(t *testing.T, id *xmlsig.Identity, symptom siitest.Fault, operation matrixOperation, want outcomes) (got outcomes) {
	t.Helper()
	bubbletest.Run(t, func(t *testing.T) {
		s := newSite(t, id)
		s.prepare(t, operation)
		s.fake.Fail(operation.op, symptom.Once())
		before := s.effects(t)
		got.once = s.outcome(t, operation, deadline)
		s.checkEffects(t, operation, want, got.once, before)

		s.rest()
		s.prepare(t, operation)
		s.fake.Fail(operation.op, symptom)
		before = s.effects(t)
		got.lasting = s.outcome(t, operation, deadline)
		s.checkEffects(t, operation, want, got.lasting, before)
		if hurried := s.outcome(t, operation, hurry); got.lasting != "ok" {
			assert.NotEqual(t, "ok", hurried)
		}

		s.rest()
		s.prepare(t, operation)
		before = s.effects(t)
		assert.Equal(t, "ok", s.outcome(t, operation, deadline), "when the fault has ended")
		s.checkEffects(t, operation, harmless, "ok", before)
		s.finish(t)
	})
	return got
}

// rest lets pass whatever keeps the client away for a while, and the tokens.
func (s *site) rest() {
	s.fake.ClearFaults()
	bubbletest.Pass(2 * time.Hour)
}

// prepare signs in, unless that is what is tried.
func (s *site) prepare(t *testing.T, operation matrixOperation) {
	t.Helper()
	switch operation.op {
	case siitest.OpSeed, siitest.OpToken, siitest.OpBoletaSeed, siitest.OpBoletaToken:
		return
	}
	_, err := s.client.Token(t.Context())
	require.NoError(t, err)
}

// effects are what must not be doubled.
type effects struct{ tokens, exports, imports, followed, documents int }

func (s *site) effects(t *testing.T) (e effects) {
	t.Helper()
	for _, r := range s.fake.Requests() {
		if r.Op == siitest.OpToken && !r.Holder.IsZero() {
			e.tokens++
		}
	}
	e.exports = s.fake.Exports()
	for event, err := range s.store.Events(t.Context(), storage.EventQuery{}) {
		require.NoError(t, err)
		switch event.Kind {
		case storage.EventImport:
			e.imports++
		case storage.EventTracking:
			e.followed++
		}
	}
	for _, err := range s.store.Documents(t.Context(), storage.DocumentQuery{Owner: owner}) {
		require.NoError(t, err)
		e.documents++
	}
	return e
}

// checkEffects compares what an operation has left behind with how it ended.
func (s *site) checkEffects(t *testing.T, operation matrixOperation, want outcomes, ended string, before effects) {
	t.Helper()
	after := s.effects(t)
	switch operation.op {
	case siitest.OpSeed, siitest.OpToken, siitest.OpBoletaSeed, siitest.OpBoletaToken:
		assert.LessOrEqual(t, after.tokens-before.tokens, 4, "tokens: no more than attempts")
	default:
		renewed := 0
		if want == renews {
			renewed = 1
		}
		assert.Equal(t, renewed, after.tokens-before.tokens, "tokens: one for one that was refused")
	}
	imports, followed, exports := 0, 0, 0
	if ended == "ok" {
		switch {
		case strings.HasPrefix(operation.name, "Period"):
			imports = 2
			assert.Equal(t, 2*siteRows+1, after.documents)
		case strings.HasPrefix(operation.name, "sync"):
			followed = 1
		case strings.HasPrefix(operation.name, "deferred"):
			exports = 2
		}
	}
	assert.Equal(t, imports, after.imports-before.imports, "imports")
	assert.Equal(t, followed, after.followed-before.followed, "events of a state")
	if ended == "ok" {
		assert.Equal(t, exports, after.exports-before.exports, "deferred exports")
	} else {
		assert.LessOrEqual(t, after.exports-before.exports, 2, "deferred exports")
	}
}

func (s *site) finish(t *testing.T) {
	t.Helper()
	s.checkNoSecret(t)
	assert.Empty(t, s.fake.Violations())
	s.close()
	checkNoGoroutine(t)
}

// matrixTable prints the outcomes.
type matrixTable struct {
	mu    sync.Mutex
	cells map[[2]string]string
}

func (m *matrixTable) put(symptom, operation string, got outcomes) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells[[2]string{symptom, operation}] = got.String()
}

func (m *matrixTable) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	b.WriteString("what becomes of an operation if a fault happens once / for ever\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "fault")
	for _, operation := range matrixOperations {
		fmt.Fprint(w, "\t", operation.name)
	}
	fmt.Fprintln(w)
	for _, symptom := range matrixFaults() {
		fmt.Fprint(w, symptom.Name)
		for _, operation := range matrixOperations {
			cell := m.cells[[2]string{symptom.Name, operation.name}]
			if cell == "" {
				cell = "-"
			}
			fmt.Fprint(w, "\t", cell)
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
	return b.String()
}
