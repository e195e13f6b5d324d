package siiemit_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
	"github.com/ofitec/chile/xmlsig"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// database opens a store; the error of closing it does not matter.
type database interface {
	siiemit.Store
	io.Closer
}

const sealKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="

func openStore(ctx context.Context, kind, at string) (database, error) {
	ring, err := seal.ParseRing(sealKey)
	if err != nil {
		return nil, err
	}
	if kind == "sqlite" {
		return sqlite.Open(ctx, "sqlite", at, sqlite.WithSealer(ring))
	}
	db, err := sql.Open("pgx", at)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(10)
	return openStoreOn(ctx, db)
}

func openStoreOn(ctx context.Context, db *sql.DB) (database, error) {
	ring, err := seal.ParseRing(sealKey)
	if err != nil {
		return nil, err
	}
	store, err := postgres.New(ctx, db, postgres.WithSealer(ring))
	if err != nil {
		return nil, err
	}
	return &pgStore{store, db}, nil
}

// pgStore closes its database too.
type pgStore struct {
	*postgres.Store
	db *sql.DB
}

func (s *pgStore) Close() error { return s.db.Close() }

// task is what a process of the test is to do.
type task struct {
	Kind, Store, SII, Certificate, Witness string
	Keys                                   int
	Seed                                   uint64
}

const (
	victimReady = "ready"

	taskEnv  = "CHILE_EMIT_TASK"
	password = "secreta"
)

// open returns the Emitter of a task.
func (k *task) open(ctx context.Context) (*siiemit.Emitter, database, error) {
	store, err := openStore(ctx, k.Kind, k.Store)
	if err != nil {
		return nil, nil, err
	}
	identity, err := xmlsig.LoadPKCS12(k.Certificate, password)
	if err != nil {
		return nil, nil, err
	}
	client, err := sii.NewClient(sii.At(k.SII), sii.WithIdentity(identity), sii.WithRetry(sii.RetrySettings{Attempts: 1}))
	if err != nil {
		return nil, nil, err
	}
	witness, err := siiemit.NewFileWitness(k.Witness)
	if err != nil {
		return nil, nil, err
	}
	e, err := siiemit.New(client, store, identity, siiemit.Company{RUT: company, ResolutionDate: resolution, ResolutionNumber: 80},
		siiemit.WithCAFKeys(siitest.CAFKeys()), siiemit.WithWitness(witness), siiemit.WithSettings(siiemit.Settings{
			MaxDocuments: 5, AfterCrash: 100 * time.Millisecond, AfterDuplicate: 50 * time.Millisecond, Retry: 10 * time.Millisecond,
			LongestRetry: 50 * time.Millisecond, Term: 300 * time.Millisecond, SecondLook: time.Second, UnprovedFolios: true,
			Follow: siisync.FollowUp{First: 10 * time.Millisecond, Longest: 50 * time.Millisecond},
		}))
	return e, store, err
}

// order is that of a key, the same in each process.
func order(t testing.TB, n int) siiemit.Order {
	t.Helper()
	return siiemit.Order{Key: fmt.Sprint("order-", n), Draft: draftOf(t, 1000+n)}
}

// TestVictim is a process that issues until it is killed, or has issued all.
func TestVictim(t *testing.T) { //nolint:paralleltest // a process of its own
	var k task
	if json.Unmarshal([]byte(os.Getenv(taskEnv)), &k) != nil {
		t.Skip("not a process of TestKilled")
	}
	e, store, err := k.open(t.Context())
	require.NoError(t, err)
	defer store.Close()
	fmt.Fprintln(os.Stdout, victimReady)
	random := rand.New(rand.NewPCG(k.Seed, 3))
	for range 10_000 {
		var some []siiemit.Order
		for range 1 + random.IntN(8) {
			some = append(some, order(t, random.IntN(k.Keys)))
		}
		_ = e.IssueAll(t.Context(), some)
		_, _ = e.Resume(t.Context())
	}
}

// killTest kills processes that issue the same orders, at random moments, while one in
// five connections to the SII breaks.
type killTest struct {
	kind, store string
	kills       int
	killServer  func()
}

func (k killTest) run(t *testing.T) {
	t.Helper()
	fake := siitest.NewServer()
	t.Cleanup(fake.Close)
	server := httptest.NewServer(fake.Handler())
	t.Cleanup(server.Close)
	fake.Authorize(holder, company)
	fake.AddIssuer(company, judge.Company{Resolution: judge.Resolution{Date: resolution, Number: 80}, Activities: []int{523930}})
	require.NoError(t, fake.SetUploads(siitest.UploadSettings{Step: time.Millisecond, AnyCAF: true}))
	file, err := fake.NewPKCS12(holder, password)
	require.NoError(t, err)
	dir := t.TempDir()
	work := &task{
		Kind: k.kind, Store: k.store, SII: server.URL, Certificate: filepath.Join(dir, "ana.p12"), Witness: filepath.Join(dir, "witness"), Keys: 20 + 20*k.kills,
	}
	require.NoError(t, os.WriteFile(work.Certificate, file, 0o600))
	e, store, err := work.open(t.Context())
	require.NoError(t, err)
	caf, err := fake.NewCAF(company, 33, 1, chile.Folio(2*work.Keys+100))
	require.NoError(t, err)
	_, err = e.AddCAF(t.Context(), caf, nil)
	require.NoError(t, err)
	require.NoError(t, store.Close())

	before, after := fault.Dropped(), fault.AnswerLost()
	before.Probability, after.Probability = 0.1, 0.1
	fake.Fail(siitest.OpSend, before)
	fake.Fail(siitest.OpSend, after)
	random := rand.New(rand.NewPCG(11, 13))
	for n := range k.kills {
		k.kill(t, work, n, time.Duration(50+random.IntN(350))*time.Millisecond)
	}
	k.check(t, fake, work)
}

// kill starts two processes and kills them after a while.
func (k killTest) kill(t *testing.T, work *task, n int, after time.Duration) {
	t.Helper()
	var victims []*exec.Cmd
	for i := range 2 {
		work.Seed = uint64(2*n + i)
		text, err := json.Marshal(work)
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$", "-test.count=1")
		cmd.Env = append(os.Environ(), taskEnv+"="+string(text))
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		victims = append(victims, cmd)
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != victimReady {
		}
	}
	<-time.NewTimer(after).C
	if k.killServer != nil && n%4 == 3 {
		k.killServer()
	}
	for _, cmd := range victims {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// check issues what is left, and asserts that each key is one document at the SII, that no
// folio was used twice, and that none is without a row.
func (k killTest) check(t *testing.T, fake *siitest.Server, work *task) {
	t.Helper()
	before := len(fake.UploadedDocuments())
	e, store, err := work.open(t.Context())
	require.NoError(t, err)
	defer store.Close()
	all := make([]siiemit.Order, work.Keys)
	for i := range all {
		all[i] = order(t, i)
	}
	for _, out := range e.IssueAll(t.Context(), all) {
		require.NoError(t, out.Err)
	}
	for range 10_000 {
		p, err := e.Resume(t.Context())
		require.NoError(t, err)
		if p.Open == 0 && p.Next.IsZero() {
			break
		}
		<-time.NewTimer(time.Until(p.Next)).C
	}
	byFolio := make(map[chile.Folio]string)
	for i := range all {
		doc, err := e.ByKey(t.Context(), all[i].Key)
		require.NoError(t, err)
		require.Equal(t, siiemit.StateAccepted, doc.State, "%s: %s", doc.ID, doc.Estado)
		require.Empty(t, byFolio[doc.ID.Folio], "a folio for two keys")
		byFolio[doc.ID.Folio] = doc.Key
	}
	rows := 0
	for _, err := range store.TakenFolios(t.Context(), storage.FolioQuery{Issuer: company}) {
		require.NoError(t, err)
		rows++
	}
	assert.Equal(t, work.Keys, rows)
	for folio := chile.Folio(1); folio <= chile.Folio(work.Keys); folio++ {
		require.NotEmpty(t, byFolio[folio], "folio %d was lost", int64(folio))
	}
	uploaded := fake.UploadedDocuments()
	require.Equal(t, work.Keys, len(uploaded)) //nolint:testifylint // Len would print them all
	for _, d := range uploaded {
		require.True(t, d.State.Accepted(), "%+v", d)
		require.Equal(t, 1, d.Versions, "%s was made more than once", d.ID)
	}
	assert.Positive(t, before, "the processes have issued something")
	t.Logf("%d of %d documents before the last program", before, work.Keys)
}

// Processes that are killed at any moment, on SQLite and on PostgreSQL, whose server is
// killed too: each key becomes exactly one document at the SII.
func TestKilled(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killTest{kind: "sqlite", store: filepath.Join(t.TempDir(), "chile.db"), kills: fleettest.Full(4, 200)}.run(t)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := pgtest.Start(t)
		killTest{
			kind: "postgres", store: server.URL(t, "pgx"), kills: fleettest.Full(4, 200),
			killServer: func() { server.Kill(t); server.Restart(t) },
		}.run(t)
	})
}
