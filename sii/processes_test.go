package sii_test

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
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
	"github.com/ofitec/chile/xmlsig"
)

// asTokenProcess has the test binary ask for tokens, in place of its tests.
const asTokenProcess = "CHILE_TEST_TOKEN_PROCESS"

func TestMain(m *testing.M) {
	if text := os.Getenv(asTokenProcess); text != "" {
		if err := tokenProcess(text); err != nil {
			fmt.Fprintln(os.Stdout, err)
			os.Exit(1) //nolint:forbidigo // a program in place of the tests
		}
		return
	}
	pgtest.Main(m)
}

// tokenWork is what a process is told to do.
type tokenWork struct {
	SII, PKCS12 string
	Postgres    string // or
	SQLite      string
	Key         string // that seals
	Goroutines  int
	Term        time.Duration
}

type tokenStore interface {
	sii.TokenLeases
	io.Closer
}

func (w *tokenWork) store(ctx context.Context) (tokenStore, error) {
	ring, err := seal.ParseRing(w.Key)
	if err != nil {
		return nil, err
	}
	if w.SQLite != "" {
		return sqlite.Open(ctx, "sqlite", w.SQLite, sqlite.WithSealer(ring), sqlite.WithoutMigration())
	}
	db, err := sql.Open("pgx", w.Postgres)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	return postgres.New(ctx, db, postgres.WithSealer(ring), postgres.WithoutMigration())
}

// tokenProcess has many goroutines ask for a token at once, when it is told to
// begin, and tells how many were served and with how many different tokens.
func tokenProcess(text string) error {
	var work tokenWork
	if err := json.Unmarshal([]byte(text), &work); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	store, err := work.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := xmlsig.LoadPKCS12(work.PKCS12, "secret")
	if err != nil {
		return err
	}
	source, err := sii.SeedTokenSource(sii.At(work.SII), id)
	if err != nil {
		return err
	}
	reused := sii.ReuseTokenSource(source, store, "fake/soap/"+id.Fingerprint(), sii.ReuseLease(work.Term))
	fmt.Fprintln(os.Stdout, "ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	var mu sync.Mutex
	served := make(map[string]int)
	var failure error
	var group sync.WaitGroup
	for range work.Goroutines {
		group.Go(func() {
			token, err := reused.Token(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failure = err
				return
			}
			served[token.Value]++
		})
	}
	group.Wait()
	if failure != nil {
		return failure
	}
	for _, n := range served {
		fmt.Fprintln(os.Stdout, "served", n)
	}
	return nil
}

// tokenProcesses runs processes that ask for a token at once, kills some of them
// at random moments, and returns how often the SII was asked. All that live must
// be served.
func tokenProcesses(t *testing.T, srv *siitest.Server, work tokenWork, processes, kills int, seed uint64) (exchanges int) {
	t.Helper()
	before := srv.Count(siitest.OpToken)
	text, err := json.Marshal(work)
	require.NoError(t, err)
	type process struct {
		cmd   *exec.Cmd
		in    io.WriteCloser
		out   *bufio.Scanner
		kills bool
	}
	list := make([]*process, processes)
	for i := range list {
		p := &process{cmd: exec.CommandContext(t.Context(), os.Args[0]), kills: i < kills}
		p.cmd.Env = append(os.Environ(), asTokenProcess+"="+string(text))
		p.in, err = p.cmd.StdinPipe()
		require.NoError(t, err)
		out, err := p.cmd.StdoutPipe()
		require.NoError(t, err)
		p.out = bufio.NewScanner(out)
		require.NoError(t, p.cmd.Start())
		list[i] = p
	}
	for _, p := range list {
		require.True(t, p.out.Scan(), "the process ended before it began")
		require.Equal(t, "ready", p.out.Text())
	}
	for _, p := range list {
		_, err := p.in.Write([]byte("go\n"))
		require.NoError(t, err)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	var group sync.WaitGroup
	for _, p := range list {
		after := time.Duration(random.Int64N(int64(1500 * time.Millisecond)))
		if p.kills {
			timer := time.AfterFunc(after, func() { _ = p.cmd.Process.Kill() })
			defer timer.Stop()
		}
		group.Go(func() {
			var said []string
			for p.out.Scan() {
				said = append(said, p.out.Text())
			}
			err := p.cmd.Wait()
			if !p.kills {
				assert.NoError(t, err, "%v", said)
				assert.Equal(t, []string{fmt.Sprintf("served %d", work.Goroutines)}, said, "everyone, with one token")
			}
		})
	}
	group.Wait()
	return srv.Count(siitest.OpToken) - before
}

// TestManyProcessesShareOneToken has processes ask for a token at once, of which
// half are killed at random: there is one exchange, and at most one more for each
// that is killed between exchange and store. CHILE_FULL_TESTS has 20 processes
// of 500 goroutines.
func TestManyProcessesShareOneToken(t *testing.T) {
	t.Parallel()
	processes, goroutines, rounds := 6, 100, 2
	if os.Getenv("CHILE_FULL_TESTS") != "" {
		processes, goroutines, rounds = 20, 500, 5
	}
	for _, database := range []string{"PostgreSQL", "SQLite"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			srv := siitest.NewServer(siitest.WithLatency(150 * time.Millisecond))
			defer srv.Close()
			port := httptest.NewServer(srv.Handler())
			defer port.Close()
			holder := chile.MustParseRUT("11111111-1")
			file, err := srv.NewPKCS12(holder, "secret")
			require.NoError(t, err)
			dir := t.TempDir()
			work := tokenWork{
				SII: port.URL, PKCS12: filepath.Join(dir, "holder.p12"), Key: seal.GenerateKey(), Goroutines: goroutines, Term: 2 * time.Second,
			}
			require.NoError(t, os.WriteFile(work.PKCS12, file, 0o600))
			n := processes
			if database == "SQLite" {
				work.SQLite = filepath.Join(dir, "sii.db")
				store, err := sqlite.Open(t.Context(), "sqlite", work.SQLite)
				require.NoError(t, err)
				require.NoError(t, store.Close())
				n = min(n, 6)
			} else {
				work.Postgres = pgtest.URL(t, "pgx")
				db, err := sql.Open("pgx", work.Postgres)
				require.NoError(t, err)
				_, err = postgres.Migrate(t.Context(), db)
				require.NoError(t, err)
				require.NoError(t, db.Close())
			}
			first := tokenProcesses(t, srv, work, n, 0, 0)
			assert.Equal(t, 1, first, "exchanges of processes that nobody kills")
			assert.Zero(t, tokenProcesses(t, srv, work, n, 0, 0), "exchanges while the token lives")
			for round := range rounds {
				srv.RevokeTokens()
				work.Key = seal.GenerateKey() // what was stored cannot be opened any more: it is as good as none
				exchanges := tokenProcesses(t, srv, work, n, n/2, uint64(round))
				t.Logf("%d processes of %d goroutines, %d of them killed: %d exchanges", n, goroutines, n/2, exchanges)
				assert.GreaterOrEqual(t, exchanges, 1)
				assert.LessOrEqual(t, exchanges, 1+n/2)
			}
		})
	}
}
