package siisync

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

func TestUploadStatusFollowsASubmission(t *testing.T) {
	t.Parallel()
	store := memory.New()
	answers := &statuses{upload: &sii.UploadStatus{Estado: "REC", Glosa: "Envio Recibido", Verdict: sii.VerdictSent}}
	syncer := &Syncer{statuses: answers, store: store}

	_, err := syncer.UploadStatus(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	first, err := store.Submission(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	assert.Equal(t, storage.Sent, first.State)

	answers.upload = &sii.UploadStatus{Estado: "XYZ", Glosa: "?", Verdict: sii.VerdictUnknown}
	_, err = syncer.UploadStatus(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	unknown, err := store.Submission(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	assert.Equal(t, storage.Sent, unknown.State, "an unknown code changes no state")
	assert.Equal(t, "XYZ", unknown.Estado)

	answers.upload = &sii.UploadStatus{Estado: "EPR", Glosa: "Envio Procesado", Verdict: sii.VerdictRejected}
	_, err = syncer.UploadStatus(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	last, err := store.Submission(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	assert.Equal(t, storage.Rejected, last.State)
	assert.Equal(t, first.ID, last.ID)

	assert.Len(t, events(t, store, storage.EventTracking), 3)
	assert.NotEmpty(t, events(t, store, storage.EventStateChange))
}

func TestStatusFailuresLeaveAnEvent(t *testing.T) {
	t.Parallel()
	store := memory.New()
	down := errors.New("no answer")
	syncer := &Syncer{statuses: &statuses{err: down}, store: store}
	_, err := syncer.UploadStatus(t.Context(), owner, "1")
	require.ErrorIs(t, err, down)
	_, err = syncer.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner, Type: 33, Folio: 1})
	require.ErrorIs(t, err, down)
	assert.Len(t, events(t, store, storage.EventError), 2)
}

func TestDocumentStatusLeavesAnEvent(t *testing.T) {
	t.Parallel()
	store := memory.New()
	answer := &sii.DocumentStatus{Estado: "DOK", Verdict: sii.VerdictAccepted}
	syncer := &Syncer{statuses: &statuses{document: answer}, store: store}
	status, err := syncer.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner, Type: chile.FacturaElectronica, Folio: 42})
	require.NoError(t, err)
	assert.Same(t, answer, status)
	trail := events(t, store, storage.EventTracking)
	require.Len(t, trail, 1)
	assert.Contains(t, trail[0].Detail, `"documento":"76192083-9/33/42"`)
	assert.Equal(t, owner, trail[0].Owner)
}
