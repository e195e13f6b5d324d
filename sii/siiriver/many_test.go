package siiriver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiriver"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/pgxcopy"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/xmlsig"
)

// orders tell a worker process what to do.
type orders struct {
	Database, SII string
	Now           time.Time
	Certificates  map[chile.RUT]string    // files, by holder
	Holders       map[chile.RUT]chile.RUT // by company
	Workers       int
	Interval      time.Duration
	Stuck         time.Duration // after which a job is given to another
}

const (
	ordersEnv = "CHILE_SIIRIVER_ORDERS"
	password  = "x"

	// credentialHeader tells the fake who calls, also before there is a token.
	credentialHeader = "X-Credential"
)

// TestWorkerProcess is a worker, in a process of its own that is killed.
func TestWorkerProcess(t *testing.T) { //nolint:paralleltest // a process of its own
	text := os.Getenv(ordersEnv)
	if text == "" {
		t.Skip("another test runs this in a process of its own")
	}
	var o orders
	require.NoError(t, json.Unmarshal([]byte(text), &o))
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGTERM)
	defer stop()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		err := o.work(ctx, t)
		if ctx.Err() != nil {
			return // it was told to end, be it before it had begun
		}
		require.Error(t, err, "a worker works until it is told to end")
		<-again.C // PostgreSQL was away: what keeps a service alive starts it again
	}
}

// work is a worker until the context ends, or until it could not begin.
func (o *orders) work(ctx context.Context, t *testing.T) error {
	t.Helper()
	pool, err := pgxpool.New(ctx, o.Database)
	if err != nil {
		return err
	}
	defer pool.Close()
	store, err := pgxcopy.Open(ctx, o.Database, postgres.WithClock(func() time.Time { return o.Now }), postgres.WithBeforeCommit(siiriver.Complete))
	if err != nil {
		return err
	}
	defer store.Close()
	engine, err := siiriver.New(pool, siiriver.Settings{
		Fleet: o.fleet(t, store), Workers: o.Workers, JobTimeout: o.Stuck, RescueAfter: o.Stuck, Grace: 5 * time.Second, Configure: quick,
	})
	require.NoError(t, err)
	return engine.Run(ctx)
}

// quick has River look often.
func quick(c *river.Config) {
	c.FetchCooldown, c.FetchPollInterval, c.TestOnly = 20*time.Millisecond, 100*time.Millisecond, true
}

// fleet is of clients whose calls share the pace, and say who they are.
func (o *orders) fleet(t *testing.T, store *postgres.Store) *siisync.Fleet {
	t.Helper()
	pacer, err := siisync.NewPacer(siisync.PacerSettings{Interval: o.Interval, MaxInterval: 4 * o.Interval, Shared: store, Term: 2 * time.Second})
	require.NoError(t, err)
	network := &http.Transport{MaxIdleConnsPerHost: 8}
	access := map[chile.RUT]siisync.Access{}
	for holder, file := range o.Certificates {
		identity, err := xmlsig.LoadPKCS12(file, password)
		require.NoError(t, err)
		client, err := sii.NewClient(sii.At(o.SII), sii.WithIdentity(identity), sii.WithTokenCache(store), sii.WithClock(func() time.Time { return o.Now }),
			sii.WithHTTPClient(&http.Client{Transport: pacer.Transport(holder.String(), named{holder.String(), network})}))
		require.NoError(t, err)
		syncer, err := siisync.New(client, store)
		require.NoError(t, err)
		access[holder] = siisync.Access{Syncer: syncer, Credential: holder.String()}
	}
	resolve := func(_ context.Context, owner chile.RUT) (siisync.Access, error) { return access[o.Holders[owner]], nil }
	fleet, err := siisync.NewFleet(store, resolve, siisync.WithPacer(pacer), siisync.WithClock(func() time.Time { return o.Now }))
	require.NoError(t, err)
	return fleet
}

// named says with each request whose it is.
type named struct {
	credential string
	next       http.RoundTripper
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(credentialHeader, n.credential)
	return n.next.RoundTrip(r)
}

// Three worker processes do all units of a plan while they are killed at random
// moments, PostgreSQL among them once. Each register ends as one process leaves it,
// imported once, and no credential calls more often than it may.
func TestManyWorkers(t *testing.T) {
	t.Parallel()
	size, kills := fleettest.Size{Companies: 10, Holders: 5, Months: 10, Documents: 6}, 5 // 200 units
	if bubbletest.Race {
		size.Months, kills = 3, 3
	}
	if os.Getenv(fleettest.FullEnv) != "" {
		size, kills = fleettest.Size{Companies: 50, Holders: 10, Months: 20, Documents: 12}, 40 // 2,000 units
	}
	const processes, workers, interval, stuck = 3, 7, 5 * time.Millisecond, 6 * time.Second
	w := fleettest.NewWorld(t, 7, size)
	alone := memory.New(memory.WithClock(w.Now))
	runAlone(t, w, alone)

	site := newSite(w.Fake.Handler())
	server := httptest.NewServer(site)
	defer server.Close()
	database := pgtest.Start(t)
	url := database.URL(t, "pgx")
	o := &orders{
		Database: url, SII: server.URL, Now: w.Now(), Certificates: map[chile.RUT]string{}, Holders: map[chile.RUT]chile.RUT{},
		Workers: workers, Interval: interval, Stuck: stuck,
	}
	for _, holder := range w.Holders {
		file, err := w.Fake.NewPKCS12(holder, password)
		require.NoError(t, err)
		o.Certificates[holder] = filepath.Join(t.TempDir(), "holder.p12")
		require.NoError(t, os.WriteFile(o.Certificates[holder], file, 0o600))
	}
	for _, owner := range w.Plan.Owners {
		o.Holders[owner] = w.Holder(owner)
	}
	site.refuseOnce(w.Holders[0].String(), 30, time.Second)

	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, siiriver.Migrate(t.Context(), pool))
	store, err := pgxcopy.Open(t.Context(), url, postgres.WithClock(w.Now))
	require.NoError(t, err)
	defer store.Close()
	engine, err := siiriver.New(pool, siiriver.Settings{Fleet: o.fleet(t, store)})
	require.NoError(t, err)
	units := size.Companies * size.Months * 2
	for range 2 { // what is queued is not queued again
		due, err := engine.SyncPlan(t.Context(), w.Plan)
		require.NoError(t, err)
		require.Equal(t, units, due)
	}
	require.Equal(t, units, left(t, engine))

	began := time.Now()
	crew := &crew{t: t, orders: o, random: rand.New(rand.NewPCG(7, 7))}
	for range processes {
		crew.start()
	}
	crew.disturb(engine, database, units, kills, stuck)
	took := time.Since(began)
	crew.stop()

	model := fleettest.NewModel()
	model.ImportAll(w)
	require.NoError(t, model.Check(t.Context(), alone))
	require.NoError(t, model.Check(t.Context(), store), "each register once, as one process imports it")
	sameStores(t, w, alone, store)
	for dead, err := range engine.Dead(t.Context()) {
		require.NoError(t, err)
		assert.Fail(t, "a job was given up", "%+v", dead)
	}
	assert.Empty(t, w.Fake.Violations())
	report := site.check(t, interval)
	t.Logf("%d units in %s, %d processes of %d workers, %d killed, PostgreSQL restarted once; %d calls of %d credentials, %d at once, the least time in which one made 11 calls: %s",
		units, took.Round(time.Millisecond), processes, workers, kills, report.calls, size.Holders, report.atOnce, report.eleven.Round(100*time.Microsecond))
}

// runAlone does the plan in one process, with nothing that disturbs it.
func runAlone(t *testing.T, w *fleettest.World, store *memory.Store) {
	t.Helper()
	server := httptest.NewServer(w.Fake.Handler())
	defer server.Close()
	fleet, err := w.Fleet(store, server.URL, 4)
	require.NoError(t, err)
	for o, err := range fleet.Run(t.Context(), w.Plan) {
		require.NoError(t, err)
		require.NoError(t, o.Err)
	}
}

// left counts the jobs that are not final.
func left(t *testing.T, engine *siiriver.Engine) (n int) {
	t.Helper()
	params := river.NewJobListParams().First(10_000).States(rivertype.JobStateAvailable, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled, rivertype.JobStatePending)
	page, err := engine.Client().JobList(t.Context(), params)
	require.NoError(t, err)
	return len(page.Jobs)
}

// crew are the worker processes.
type crew struct {
	t      *testing.T
	orders *orders
	random *rand.Rand
	list   []*exec.Cmd
}

func (c *crew) start() {
	c.t.Helper()
	text, err := json.Marshal(c.orders)
	require.NoError(c.t, err)
	program, err := os.Executable()
	require.NoError(c.t, err)
	cmd := exec.CommandContext(c.t.Context(), program, "-test.run=^TestWorkerProcess$")
	cmd.Env = append(cmd.Environ(), ordersEnv+"="+string(text))
	cmd.Stdout, cmd.Stderr = &bytes.Buffer{}, os.Stderr
	require.NoError(c.t, cmd.Start())
	c.list = append(c.list, cmd)
}

// kill kills one at random and starts another in its place.
func (c *crew) kill() {
	c.t.Helper()
	i := c.random.IntN(len(c.list))
	victim := c.list[i]
	c.list = append(c.list[:i], c.list[i+1:]...)
	require.NoError(c.t, victim.Process.Kill())
	_ = victim.Wait() // it was killed
	c.start()
}

// stop has all end in peace.
func (c *crew) stop() {
	c.t.Helper()
	for _, cmd := range c.list {
		require.NoError(c.t, cmd.Process.Signal(syscall.SIGTERM))
	}
	for _, cmd := range c.list {
		assert.NoError(c.t, cmd.Wait(), "%s", cmd.Stdout)
	}
}

// disturb kills workers as the work goes on, and PostgreSQL in the middle, until no
// job is left.
func (c *crew) disturb(engine *siiriver.Engine, database *pgtest.Server, units, kills int, stuck time.Duration) {
	c.t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	killed, restarted := 0, false
	nudged := time.Now()
	for {
		<-look.C
		n := left(c.t, engine)
		if n == 0 {
			break
		}
		done := units - n
		if !restarted && done > units/2 {
			database.Kill(c.t)
			database.Restart(c.t)
			require.Eventually(c.t, func() bool {
				_, err := engine.Client().QueueGet(c.t.Context(), siiriver.Queue)
				return err == nil
			}, 10*time.Second, 20*time.Millisecond)
			restarted = true
		}
		if killed < kills && done*(kills+1) > units*(killed+1)-c.random.IntN(units) {
			c.kill()
			killed++
		}
		// A leader that is new looks at once for jobs whose workers were killed, and else
		// every half a minute.
		if time.Since(nudged) > stuck {
			nudged = time.Now()
			require.NoError(c.t, engine.Client().Notify().RequestResign(c.t.Context()))
		}
	}
	require.Equal(c.t, kills, killed)
	require.True(c.t, restarted)
}
