package siiriver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/seal"
)

const (
	kindTrack  = "sii_track"
	kindPull   = "sii_pull"
	kindAlerts = "sii_alerts"
	kindPlan   = "sii_plan"
)

// An upload is asked for until there is a verdict, which stands in the store.
func TestTrack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.SetUpload(owner, "260001234", siitest.Upload{Estado: "REC"}, siitest.Upload{Estado: "SOK"},
		siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{{Type: 33, Informed: 1, Accepted: 1}}})
	w.run(siiriver.Settings{FollowUp: siisync.FollowUp{First: 10 * time.Millisecond}})
	require.NoError(t, w.engine.Track(t.Context(), owner, "0260001234"))
	w.waitFor(kindTrack, 1, rivertype.JobStateCompleted)
	stored, err := w.store.Submission(t.Context(), owner, "0260001234")
	require.NoError(t, err)
	assert.Equal(t, storage.Accepted, stored.State)
	w.eventually("all are told of", func() bool { return len(w.outcomes(kindTrack)) == 3 })
	assert.Equal(t, []siiriver.Outcome{siiriver.OutcomePutOff, siiriver.OutcomePutOff, siiriver.OutcomeDone}, w.outcomes(kindTrack))
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range w.ends {
		require.NoError(t, end.Err)
		assert.Equal(t, 1, end.Attempt)
	}
	n := 0
	for e, err := range w.store.Events(t.Context(), storage.EventQuery{Kind: storage.EventTracking}) {
		require.NoError(t, err)
		assert.Equal(t, stored.ID, e.SubmissionID)
		n++
	}
	assert.Equal(t, 3, n)
}

// An upload that never has a verdict is for a person.
func TestTrackGivesUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.SetUpload(owner, "7", siitest.Upload{Estado: "REC"})
	w.run(siiriver.Settings{FollowUp: siisync.FollowUp{First: 10 * time.Millisecond, GiveUp: time.Millisecond}})
	require.NoError(t, w.engine.Track(t.Context(), owner, "7"))
	w.waitFor(kindTrack, 1, rivertype.JobStateCancelled)
	dead := w.dead()
	require.Len(t, dead, 1)
	assert.Equal(t, siiriver.TrackArgs{Issuer: owner, TrackID: "7"}, dead[0].Args)
	assert.Contains(t, dead[0].Err, "without a verdict")
}

// people are told of alerts.
type people struct {
	mu    sync.Mutex
	kinds []siisync.AlertKind
}

func (p *people) Name() string { return "people" }

func (p *people) Notify(_ context.Context, a siisync.Alert) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kinds = append(p.kinds, a.Kind)
	return nil
}

func (p *people) told(kind siisync.AlertKind) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.kinds, kind)
}

// A plan is looked at by itself, its registers are done, and people are told: of
// what stands in the registers, and of what an import changed.
func TestPlanAndAlerts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	who := &people{}
	alerts, err := siisync.NewAlerts(w.store, siisync.AlertSettings{Now: noon, DaysLeft: []int{8}}, who)
	require.NoError(t, err)
	plan := siiriver.Plan{Name: "todo", Of: func(context.Context) (siisync.Plan, error) {
		return siisync.Plan{Owners: []chile.RUT{owner}, From: october, To: october}, nil
	}}
	w.fake.AddPurchases(owner, october, rcv.Purchase{Document: rcv.Document{
		State: rcv.Pendiente, Type: chile.FacturaElectronica, Folio: 999_999, Issued: october.First(), Received: noon().Add(-time.Hour),
		Counterparty: chile.MustParseRUT("77222222-K"), Name: "Maderas del Sur SpA", Net: 1000, VAT: 190, Total: 1190,
	}})
	stop := w.run(siiriver.Settings{Plans: []siiriver.Plan{plan}, Alerts: alerts, AlertDelay: 50 * time.Millisecond})
	w.waitFor(kindSync, 2, rivertype.JobStateCompleted)
	w.eventually("people are told of what is pending", func() bool { return who.told(siisync.AlertPending) })
	stop()

	w.fake.Change(sold, func(docs []rcv.Document) []rcv.Document { return docs[1:] })
	w.run(siiriver.Settings{Alerts: alerts, AlertDelay: 50 * time.Millisecond}) // no plan asks for alerts
	last, err := w.store.LastImport(t.Context(), sold)
	require.NoError(t, err)
	require.NoError(t, w.engine.Sync(t.Context(), siisync.Unit{Key: sold, After: last.ID}))
	w.eventually("people are told of what is gone", func() bool { return who.told(siisync.AlertSmaller) })
	assert.Empty(t, w.dead())
	assert.NotEmpty(t, w.jobs(kindPlan, rivertype.JobStateCompleted))
	assert.NotEmpty(t, w.jobs(kindAlerts, rivertype.JobStateCompleted))
}

// A listing is downloaded with the session that was kept; one that is not there
// any more is for a person.
func TestPull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.AddUser(holder, siitest.User{Clave: "secreta01"})
	open := func() *session.Session {
		s, err := session.New(session.WithHTTPClient(w.fake.Client()), session.WithClock(noon))
		require.NoError(t, err)
		return s
	}
	ring, err := seal.ParseRing("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=")
	require.NoError(t, err)
	keeper, err := session.NewKeeper(w.store, ring)
	require.NoError(t, err)
	s := open()
	require.NoError(t, s.Login(t.Context(), holder, []byte("secreta01")))
	id, _, err := keeper.Save(t.Context(), 5, s)
	require.NoError(t, err)

	kept := make(chan *pull.Listing, 1)
	w.run(siiriver.Settings{Pulls: &siiriver.Pulls{
		Leases: w.store,
		Open: func(ctx context.Context, args siiriver.PullArgs) (*session.Session, error) {
			s := open()
			return s, keeper.Resume(ctx, args.UserID, args.SessionID, chile.RUT{}, s)
		},
		Keep: func(_ context.Context, _ siiriver.PullArgs, listing *pull.Listing) error { kept <- listing; return nil },
	}})
	args := siiriver.PullArgs{List: siiriver.PullRegister, UserID: 5, SessionID: id, Company: owner, Period: october, Book: rcv.Purchases, State: rcv.Registro}
	require.NoError(t, w.engine.Pull(t.Context(), args))
	listing := <-kept
	assert.NotEmpty(t, listing.Documents())
	w.waitFor(kindPull, 1, rivertype.JobStateCompleted)

	fence, _, err := w.store.AcquireLease(t.Context(), fmt.Sprintf("sesion/5/%d", id), time.Hour)
	require.NoError(t, err)
	require.Positive(t, fence, "the job has given the session back")
	require.NoError(t, w.engine.Pull(t.Context(), args))
	w.eventually("it waits for its turn", func() bool { return slices.Contains(w.outcomes(kindPull), siiriver.OutcomePutOff) })

	args.SessionID = id + 7
	require.NoError(t, w.engine.Pull(t.Context(), args))
	w.waitFor(kindPull, 1, rivertype.JobStateCancelled)
	require.Len(t, w.dead(), 1)
	assert.Equal(t, args, w.dead()[0].Args)

	for _, bad := range []siiriver.PullArgs{
		{},
		{List: siiriver.PullBHE},
		{List: siiriver.PullBHE, SessionID: 1},
		{List: siiriver.PullMIPYME, SessionID: 1},
		{List: siiriver.PullDocuments, SessionID: 1, Company: owner},
		{List: siiriver.PullRegister, SessionID: 1, Company: owner, Period: october, Book: rcv.Sales},
	} {
		require.ErrorIs(t, w.engine.Pull(t.Context(), bad), storage.ErrInvalid)
	}
}

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { assert.NoError(t, siiriver.Migrate(t.Context(), w.pool)) })
	}
	group.Wait()
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := func(context.Context) (siisync.Plan, error) { return siisync.Plan{}, errors.New("no plan") }
	for _, bad := range []siiriver.Settings{
		{},
		{Fleet: w.fleet, Pulls: &siiriver.Pulls{}},
		{Fleet: w.fleet, Plans: []siiriver.Plan{{Name: "x"}}},
		{Fleet: w.fleet, Plans: []siiriver.Plan{{Of: of}}},
		{Fleet: w.fleet, Plans: []siiriver.Plan{{Name: "x", Of: of}, {Name: "x", Of: of}}},
		{Fleet: w.fleet, Plans: []siiriver.Plan{{Name: "x", Of: of, Every: -1}}},
		{Fleet: w.fleet, Workers: -1},
		{Fleet: w.fleet, JobTimeout: -1},
		{Fleet: w.fleet, RescueAfter: -1},
		{Fleet: w.fleet, Grace: -1},
		{Fleet: w.fleet, AlertDelay: -1},
		{Fleet: w.fleet, Patience: -1},
		{Fleet: w.fleet, FollowUp: siisync.FollowUp{First: -1}},
		{Fleet: w.fleet, JobTimeout: time.Hour, RescueAfter: time.Minute},
		{Fleet: w.fleet, RescueAfter: time.Minute}, // less than the default of JobTimeout
	} {
		_, err := siiriver.New(w.pool, bad)
		require.ErrorIs(t, err, storage.ErrInvalid)
	}
	_, err := siiriver.New(nil, siiriver.Settings{Fleet: w.fleet})
	require.ErrorIs(t, err, storage.ErrInvalid)
}
