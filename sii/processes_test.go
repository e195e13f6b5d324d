package sii_test

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
)

// fullTests asks for the full length of tests.
const fullTests = "CHILE_FULL_TESTS"

// TestManyProcessesShareOneToken has processes ask for a token at once, of many
// goroutines each, of which half are killed: at random, and just when the SII has
// given them a token. There is one exchange in the life of a token, and at most one
// more for each process that is killed before it has stored what it got; whoever
// lives is served, with the same token. CHILE_FULL_TESTS has 20 processes of 500
// goroutines.
func TestManyProcessesShareOneToken(t *testing.T) {
	t.Parallel()
	processes, goroutines, rounds := 6, 100, 1
	if os.Getenv(fullTests) != "" {
		processes, goroutines, rounds = 20, 500, 5
	}
	for name, database := range map[string]func(*testing.T, *tokenWork){"PostgreSQL": onPostgres, "SQLite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := processes
			if name == "SQLite" {
				n = min(n, 6)
			}
			f := newFleet(t, goroutines, database)
			all := f.start(t, n)
			assert.Len(t, f.ask(t, all, nil), 1, "exchanges of processes that nobody kills")
			f.fake.RevokeTokens()
			assert.Len(t, f.ask(t, all, nil), 1, "exchanges of processes that were all refused the token")
			f.end(t, all)
			all = f.start(t, n)
			assert.Empty(t, f.ask(t, all, nil), "exchanges while the token lives")
			f.end(t, all)
			random := rand.New(rand.NewPCG(1, 2))
			for range rounds {
				f.killAtRandom(t, n, random)
				f.killAtExchange(t, n)
			}
		})
	}
}

// killAtRandom kills half of the processes at random moments.
func (f *fleet) killAtRandom(t *testing.T, n int, random *rand.Rand) {
	t.Helper()
	f.forget()
	all := f.start(t, n)
	exchanges := f.ask(t, all, func() {
		for _, p := range all[:n/2] {
			timer := time.AfterFunc(time.Duration(random.Int64N(int64(time.Second))), p.kill)
			t.Cleanup(func() { timer.Stop() })
		}
	})
	// All but one of the exchanges are of processes that did not live to store it.
	byKilled := 0
	for _, number := range exchanges {
		if number < n/2 {
			byKilled++
		}
	}
	t.Logf("%d processes of %d goroutines, %d of them killed at random: %d exchanges, %d of them by those", n, f.work.Goroutines, n/2, len(exchanges), byKilled)
	assert.NotEmpty(t, exchanges)
	assert.LessOrEqual(t, len(exchanges)-byKilled, 1)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(exchanges))), len(exchanges), "nobody asks twice")
	f.end(t, all[n/2:])
	for _, p := range all[:n/2] {
		p.kill()
		_ = p.cmd.Wait()
	}
}

// killAtExchange kills processes when the SII has given them a token, until half of
// them are gone.
func (f *fleet) killAtExchange(t *testing.T, n int) {
	t.Helper()
	f.forget()
	all := f.start(t, n)
	left := n / 2
	f.tell(func(number int) (answered bool) {
		if left == 0 {
			return true
		}
		left--
		all[number].kill()
		return false
	})
	defer f.tell(nil)
	exchanges := f.ask(t, all, nil)
	t.Logf("%d processes of %d goroutines, %d of them killed as they got a token: %d exchanges", n, f.work.Goroutines, n/2, len(exchanges))
	assert.Len(t, exchanges, n/2+1)
	for _, p := range all {
		if p.isKilled() {
			_ = p.cmd.Wait()
			continue
		}
		f.end(t, []*tokenProcess{p})
	}
}

// fleet is a fake SII and what processes need to sign in.
type fleet struct {
	fake *siitest.Server
	work tokenWork

	mu        sync.Mutex
	exchanges []int                            // numbers of the processes that got a token, in order
	exchanged func(number int) (answered bool) // told of each before it is answered; nil answers
}

func newFleet(t *testing.T, goroutines int, database func(*testing.T, *tokenWork)) *fleet {
	t.Helper()
	f := &fleet{fake: siitest.NewServer(siitest.WithLatency(50 * time.Millisecond))}
	t.Cleanup(f.fake.Close)
	port := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(port.Close)
	file, err := f.fake.NewPKCS12(holder, "secret")
	require.NoError(t, err)
	f.work = tokenWork{
		SII: port.URL, PKCS12: filepath.Join(t.TempDir(), "holder.p12"),
		Key: seal.GenerateKey(), Goroutines: goroutines, Term: 5 * time.Second,
	}
	require.NoError(t, os.WriteFile(f.work.PKCS12, file, 0o600))
	database(t, &f.work)
	return f
}

// forget ends the token, and has what is stored of it be of no use.
func (f *fleet) forget() {
	f.fake.RevokeTokens()
	f.work.Key = seal.GenerateKey()
}

// tell has the function be told of exchanges.
func (f *fleet) tell(exchanged func(number int) (answered bool)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.exchanged = exchanged
}

func onPostgres(t *testing.T, work *tokenWork) {
	work.Postgres = pgtest.URL(t, "pgx")
	db, err := sql.Open("pgx", work.Postgres)
	require.NoError(t, err)
	defer db.Close()
	_, err = postgres.Migrate(t.Context(), db)
	require.NoError(t, err)
}

func onSQLite(t *testing.T, work *tokenWork) {
	work.SQLite = filepath.Join(t.TempDir(), "sii.db")
	store, err := sqlite.Open(t.Context(), "sqlite", work.SQLite)
	require.NoError(t, err)
	require.NoError(t, store.Close())
}

// serve is the SII. That it has given a token is noted before it is said.
func (f *fleet) serve(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/GetTokenFromSeed.jws") {
		f.fake.Handler().ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	f.fake.Handler().ServeHTTP(answer, r)
	number, err := strconv.Atoi(r.Header.Get(processHeader))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.exchanges = append(f.exchanges, number)
	if err == nil && f.exchanged != nil && !f.exchanged(number) {
		return
	}
	_, _ = w.Write(answer.Body.Bytes())
}

// tokenProcess is a process under way.
type tokenProcess struct {
	number int
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner

	mu     sync.Mutex
	killed bool
}

func (p *tokenProcess) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	_ = p.cmd.Process.Kill()
}

func (p *tokenProcess) isKilled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killed
}

// start starts processes, which wait to be told to ask.
func (f *fleet) start(t *testing.T, n int) []*tokenProcess {
	t.Helper()
	all := make([]*tokenProcess, n)
	for i := range all {
		work := f.work
		work.Number = i
		text, err := json.Marshal(work)
		require.NoError(t, err)
		p := &tokenProcess{number: i, cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTokenProcess$")}
		p.cmd.Env = append(os.Environ(), asTokenProcess+"="+string(text))
		p.cmd.Stderr = os.Stderr
		p.in, err = p.cmd.StdinPipe()
		require.NoError(t, err)
		out, err := p.cmd.StdoutPipe()
		require.NoError(t, err)
		p.out = bufio.NewScanner(out)
		require.NoError(t, p.cmd.Start())
		all[i] = p
	}
	for _, p := range all {
		require.True(t, p.out.Scan(), "the process ended before it began")
		require.Equal(t, readyLine, p.out.Text())
	}
	return all
}

// ask has processes ask for a token at once, and returns which of them exchanged a
// seed for one. Those that live must be served, with the same token.
func (f *fleet) ask(t *testing.T, all []*tokenProcess, begun func()) (exchanges []int) {
	t.Helper()
	f.mu.Lock()
	f.exchanges = nil
	f.mu.Unlock()
	for _, p := range all {
		_, err := io.WriteString(p.in, "ask\n")
		require.NoError(t, err)
	}
	if begun != nil {
		begun()
	}
	said := make([]string, len(all))
	var group sync.WaitGroup
	for i, p := range all {
		group.Go(func() {
			if p.out.Scan() {
				said[i] = p.out.Text()
			}
		})
	}
	group.Wait()
	tokens := map[string]bool{}
	for i, p := range all {
		var served int
		var token string
		if _, err := fmt.Sscanf(said[i], servedLine+" %d %s", &served, &token); err != nil || served != f.work.Goroutines || strings.Count(said[i], " ") != 2 {
			assert.True(t, p.isKilled(), "process %d says %q", p.number, said[i])
			continue
		}
		if !p.isKilled() {
			tokens[token] = true
		}
	}
	assert.Len(t, tokens, 1, "tokens of those that live")
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.exchanges)
}

// end has processes end by themselves.
func (f *fleet) end(t *testing.T, all []*tokenProcess) {
	t.Helper()
	for _, p := range all {
		require.NoError(t, p.in.Close())
		var said []string
		for p.out.Scan() {
			said = append(said, p.out.Text())
		}
		assert.NoError(t, p.cmd.Wait(), strings.Join(said, "\n"))
	}
}
