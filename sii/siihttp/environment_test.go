package siihttp_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

// shownEnvironments returns what the interface shows of the environment: of the
// store, and of a register.
func (s *service) shownEnvironments() (ofStore, ofRegister any) {
	s.t.Helper()
	var companies, summary map[string]any
	s.get("ana", "/empresas").json(&companies)
	s.get("ana", "/rcv/compras/resumen?rut=76192083-9&periodo=2026-10").json(&summary)
	return companies["ambiente"], summary["ambiente"]
}

func TestEnvironmentIsShown(t *testing.T) {
	t.Parallel()
	for _, of := range []chile.Environment{chile.Production, chile.Certification, chile.OtherEnvironment} {
		s := start(t, nil)
		ofStore, ofRegister := s.shownEnvironments()
		assert.Nil(t, ofStore, "of an empty store")
		assert.Nil(t, ofRegister)
		_, err := s.store.ImportRegister(t.Context(), storage.Snapshot{
			Key: rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, Environment: of, Rows: func(func(rcv.Document, error) bool) {},
		})
		require.NoError(t, err)
		ofStore, ofRegister = s.shownEnvironments()
		assert.Equal(t, string(of), ofStore)
		assert.Equal(t, string(of), ofRegister)
	}
}

// The fake of the test does not import into a store of production.
func TestImportOfAnotherEnvironmentIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	_, err := s.store.ImportRegister(t.Context(), storage.Snapshot{
		Key: rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, Environment: chile.Production, Rows: func(func(rcv.Document, error) bool) {},
	})
	require.NoError(t, err)
	got := s.post("ana", "/rcv/import", importBody)
	assert.Equal(t, http.StatusConflict, got.status)
	assert.Equal(t, "environment", got.problem().Kind)
	imports := 0
	for _, err := range s.store.Imports(t.Context(), storage.ImportQuery{}) {
		require.NoError(t, err)
		imports++
	}
	assert.Equal(t, 1, imports)
}

// adoptingStore says of every import that it adopted what was there.
type adoptingStore struct{ siihttp.Store }

func (s adoptingStore) ImportRegister(ctx context.Context, snapshot storage.Snapshot) (*storage.ImportResult, error) {
	result, err := s.Store.ImportRegister(ctx, snapshot)
	if result != nil {
		result.Adopted = true
	}
	return result, err
}

func TestImportTellsWhatItAdopted(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *siihttp.Settings) { c.Store = adoptingStore{c.Store} })
	var answer, job map[string]any
	got := s.post("ana", "/rcv/import", importBody)
	got.json(&answer)
	assert.Equal(t, true, answer["adopta"])
	s.get("ana", "/jobs/"+answer["job_id"].(string)).json(&job)
	assert.Equal(t, true, job["unidades"].([]any)[0].(map[string]any)["adopta"])
}
