package siisync

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// clientOf returns a client of the environment that reaches the fake SII.
func clientOf(t *testing.T, srv *siitest.Server, environment sii.Environment) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(environment, sii.WithIdentity(srv.NewIdentity(chile.MustParseRUT("11111111-1"))), sii.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	return client
}

func TestImportsAreOfTheClientsEnvironment(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	for _, test := range []struct {
		client *sii.Client
		opts   []Option
		want   chile.Environment
	}{
		{clientOf(t, srv, sii.Production()), nil, chile.Production},
		{clientOf(t, srv, sii.Certification()), nil, chile.Certification},
		{clientOf(t, srv, srv.Environment()), nil, chile.OtherEnvironment},
		{nil, nil, chile.OtherEnvironment},
		{nil, []Option{WithEnvironment(chile.Production)}, chile.Production},
		{clientOf(t, srv, sii.Production()), []Option{WithEnvironment(chile.Certification)}, chile.Certification},
	} {
		store := memory.New()
		syncer, err := New(test.client, store, append(test.opts, WithRegisters(&register{docs: []rcv.Document{purchase(1, rcv.Registro)}}))...)
		require.NoError(t, err)
		result, err := syncer.Book(t.Context(), bought)
		require.NoError(t, err)
		assert.Equal(t, test.want, result.Environment)
	}
}

// stored is all that a Syncer writes.
func storedOf(t *testing.T, store *memory.Store) (all []any) {
	t.Helper()
	for d, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, IncludeGone: true}) {
		require.NoError(t, err)
		all = append(all, d)
	}
	for i, err := range store.Imports(t.Context(), storage.ImportQuery{}) {
		require.NoError(t, err)
		all = append(all, i)
	}
	for s, err := range store.Submissions(t.Context(), storage.SubmissionQuery{Issuer: owner}) {
		require.NoError(t, err)
		all = append(all, s)
	}
	for e, err := range store.Events(t.Context(), storage.EventQuery{}) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

// A fake that is pointed at the store of the SII writes nothing, not even that it
// was refused, and is asked for nothing.
func TestFakeLeavesTheSIIsStoreAlone(t *testing.T) {
	t.Parallel()
	store := memory.New()
	real, err := New(nil, store, WithRegisters(&register{docs: []rcv.Document{purchase(1, rcv.Registro)}}), WithEnvironment(chile.Production))
	require.NoError(t, err)
	real.statuses = &statuses{upload: &sii.UploadStatus{Estado: "EPR", Verdict: sii.VerdictAccepted}}
	_, err = real.Book(t.Context(), bought)
	require.NoError(t, err)
	_, err = real.UploadStatus(t.Context(), owner, "7")
	require.NoError(t, err)
	submission, err := store.Submission(t.Context(), owner, "7")
	require.NoError(t, err)
	assert.Equal(t, chile.Production, submission.Environment)
	before := storedOf(t, store)

	registers := &register{docs: []rcv.Document{purchase(2, rcv.Registro)}}
	fake, err := New(nil, store, WithRegisters(registers))
	require.NoError(t, err)
	fake.statuses = nil // asking them would panic
	_, err = fake.Period(t.Context(), owner, october)
	require.ErrorIs(t, err, storage.ErrEnvironment)
	require.NotErrorIs(t, err, ErrStore, "it is not the store that failed")
	_, err = fake.UploadStatus(t.Context(), owner, "7")
	require.ErrorIs(t, err, storage.ErrEnvironment)
	_, err = fake.DocumentStatus(t.Context(), sii.DocumentQuery{Issuer: owner, Type: 33, Folio: 1})
	require.ErrorIs(t, err, storage.ErrEnvironment)
	assert.Zero(t, registers.reads+registers.summaries)
	assert.Equal(t, before, storedOf(t, store))
}

// A fleet whose client is of another SII gives that client up at once.
func TestFleetGivesUpInTheWrongStore(t *testing.T) {
	t.Parallel()
	clock, w := newClock(), newWorld()
	owners := companies(t, 3)
	fleet, store := fleetOf(w, clock, len(owners), owners)
	_, err := store.ImportRegister(t.Context(), storage.Snapshot{Key: bought, Environment: chile.Production, Rows: func(func(rcv.Document, error) bool) {}})
	require.NoError(t, err)
	count := map[Status]int{}
	for o, err := range fleet.Run(t.Context(), Plan{Owners: owners, From: october, To: october}) {
		require.NoError(t, err)
		require.ErrorIs(t, o.Err, storage.ErrEnvironment)
		count[o.Status]++
	}
	assert.Equal(t, map[Status]int{StatusFailed: 1, StatusNotTried: 5}, count)
}
