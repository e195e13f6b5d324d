package foliotest

import (
	"strings"
	"testing"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// CheckPlans checks that each list that a service reads often has an index, so a year
// of settled documents costs nothing. plan returns the database's query plan of a
// statement.
func CheckPlans(
	t *testing.T, plan func(statement string, args []any) string,
	issued func(*storage.IssuedQuery) (string, []any), envelopes func(*storage.EnvelopeQuery) (string, []any),
) {
	t.Helper()
	check := func(name, statement string, args []any, index string) {
		t.Helper()
		text := plan(statement, args)
		if !strings.Contains(text, index) || strings.Contains(text, "SCAN f") || strings.Contains(text, "Seq Scan on sii_folios") || strings.Contains(text, "Seq Scan on sii_emitidos") {
			t.Errorf("%s does not use %s:\n%s", name, index, text)
		}
	}
	for name, test := range map[string]struct {
		query storage.IssuedQuery
		index string
	}{
		"unwrapped":   {storage.IssuedQuery{Unwrapped: true}, "ix_folio_estado"},
		"a state":     {storage.IssuedQuery{State: storage.FolioSent}, "ix_folio_estado"},
		"waiting for": {storage.IssuedQuery{WaitingFor: chile.DocumentID{Issuer: Issuer, Type: 33, Folio: 1}}, "ix_espera_documento"},
		"an envelope": {storage.IssuedQuery{Envelope: 1}, "sii_sobres_folios"},
	} {
		test.query.Issuer = Issuer
		statement, args := issued(&test.query)
		check(name, statement, args, test.index)
	}
	for name, test := range map[string]struct {
		query storage.EnvelopeQuery
		index string
	}{
		"pending":   {storage.EnvelopeQuery{States: []storage.EnvelopeState{storage.EnvelopePending, storage.EnvelopeUnknown}}, "ix_sobre_estado"},
		"undecided": {storage.EnvelopeQuery{Undecided: true, States: []storage.EnvelopeState{storage.EnvelopeSent}}, "ix_emitido_sin_veredicto"},
		"a folio":   {storage.EnvelopeQuery{Folio: 1}, "ix_sobre_folio"},
	} {
		statement, args := envelopes(&test.query)
		check(name, statement, args, test.index)
	}
}
