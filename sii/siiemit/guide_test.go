package siiemit_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/xmlsig"
)

// issueOnce is code of docs/issuing.md.
func issueOnce(
	ctx context.Context, client *sii.Client, store siiemit.Store, identity *xmlsig.Identity, rut chile.RUT, date chile.Date, number int,
	witness siiemit.Witness, alerts *siisync.Alerts, caf []byte, draft *issue.Draft,
) (*siiemit.Document, error) {
	emitter, err := siiemit.New(client, store, identity, siiemit.Company{RUT: rut, ResolutionDate: date, ResolutionNumber: number},
		siiemit.WithWitness(witness), siiemit.WithAlerts(alerts))
	if err != nil {
		return nil, err
	}
	if _, err := emitter.AddCAF(ctx, caf, nil); err != nil { // checked, and kept sealed
		return nil, err
	}
	doc, err := emitter.Issue(ctx, "order-4711", draft, nil)
	if err != nil {
		return nil, err // nothing was spent, unless the error says otherwise
	}
	return emitter.Wait(ctx, doc.ID) // until it is accepted, observed or rejected
}

var _ = issueOnce // it needs keys of the SII: what it shows is run in Example

// The guides say what to do in each state.
func TestGuides(t *testing.T) {
	t.Parallel()
	states := []siiemit.State{
		siiemit.StateReserved, siiemit.StateSigned, siiemit.StateWaiting, siiemit.StatePending, siiemit.StateSending, siiemit.StateUnknown,
		siiemit.StateHeld, siiemit.StateSent, siiemit.StateAccepted, siiemit.StateObserved, siiemit.StateRejected, siiemit.StateVoid,
	}
	for _, name := range []string{"issuing.md", "emitir.es.md"} {
		guide, err := os.ReadFile("../../docs/" + name)
		require.NoError(t, err)
		for _, state := range states {
			assert.Contains(t, string(guide), "`"+string(state)+"`", name)
		}
	}
}
