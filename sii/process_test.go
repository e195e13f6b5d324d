package sii_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/postgres"
	"github.com/ofitec/chile/storage/seal"
	"github.com/ofitec/chile/storage/sqlite"
	"github.com/ofitec/chile/xmlsig"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// asTokenProcess has TestTokenProcess be one of many processes.
const asTokenProcess = "CHILE_TEST_TOKEN_PROCESS"

// tokenWork is what a process is told.
type tokenWork struct {
	Number     int // of the process, which it says in each request
	SII        string
	PKCS12     string
	Postgres   string // or
	SQLite     string
	Key        string // that seals
	Goroutines int
	Term       time.Duration
}

const (
	processHeader = "X-Process"
	servedLine    = "served"
	readyLine     = "ready"
)

// TestTokenProcess is one of many processes. At each line that it reads all its
// goroutines ask for a token at once; from the second line on they have been
// refused the one that they had. It writes how many were served, and with which
// tokens, by their hashes.
func TestTokenProcess(t *testing.T) { //nolint:paralleltest // a process of its own
	text := os.Getenv(asTokenProcess)
	if text == "" {
		t.Skip("a process of TestManyProcessesShareOneToken")
	}
	var work tokenWork
	require.NoError(t, json.Unmarshal([]byte(text), &work))
	store := work.store(t)
	id, err := xmlsig.LoadPKCS12(work.PKCS12, "secret")
	require.NoError(t, err)
	network := &http.Transport{}
	source, err := sii.SeedTokenSource(sii.At(work.SII), id, sii.WithHTTPClient(&http.Client{
		Timeout: time.Minute,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			r.Header.Set(processHeader, strconv.Itoa(work.Number))
			return network.RoundTrip(r)
		}),
	}))
	require.NoError(t, err)
	reused := reuse(source, store, "fake/soap/"+id.Fingerprint(),
		sii.ReuseLease(work.Term), sii.ReuseReport(func(err error) { t.Error(err) }))
	say(t, readyLine)
	lines := bufio.NewScanner(os.Stdin)
	var had []*sii.Token
	for lines.Scan() {
		had = askAtOnce(t, reused, work.Goroutines, had)
	}
}

// askAtOnce has goroutines ask for a token, each of which was refused the one that
// it had.
func askAtOnce(t *testing.T, reused *sii.ReusedTokenSource, goroutines int, had []*sii.Token) []*sii.Token {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	got := make([]*sii.Token, goroutines)
	errs := make([]error, goroutines)
	var group sync.WaitGroup
	for i := range got {
		group.Go(func() {
			if had != nil {
				reused.Invalidate(ctx, had[i])
			}
			got[i], errs[i] = reused.Token(ctx)
		})
	}
	group.Wait()
	tokens := map[string]bool{}
	for i, token := range got {
		require.NoError(t, errs[i])
		tokens[fmt.Sprintf("%.8x", sha256.Sum256([]byte(token.Value)))] = true
	}
	words := []string{servedLine, strconv.Itoa(goroutines)}
	for token := range tokens {
		words = append(words, token)
	}
	say(t, words...)
	return got
}

func say(t *testing.T, words ...string) {
	t.Helper()
	_, err := io.WriteString(os.Stdout, strings.Join(words, " ")+"\n")
	require.NoError(t, err)
}

func (w *tokenWork) store(t *testing.T) sii.TokenLeases {
	t.Helper()
	ring, err := seal.ParseRing(w.Key)
	require.NoError(t, err)
	if w.SQLite != "" {
		store, err := sqlite.Open(t.Context(), "sqlite", w.SQLite, sqlite.WithSealer(ring), sqlite.WithoutMigration())
		require.NoError(t, err)
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	db, err := sql.Open("pgx", w.Postgres)
	require.NoError(t, err)
	db.SetMaxOpenConns(2)
	store, err := postgres.New(t.Context(), db, postgres.WithSealer(ring), postgres.WithoutMigration())
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
}
