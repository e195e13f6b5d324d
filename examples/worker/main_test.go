package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
	"github.com/ofitec/chile/sii/siiriver"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func noEnv(string) string { return "" }

// The program does what is due, has nothing to do when it runs again, and works
// until it is told to stop.
func TestRun(t *testing.T) {
	t.Parallel()
	companies := filepath.Join(t.TempDir(), "companies.txt")
	require.NoError(t, os.WriteFile(companies, []byte("76192083-9 Uno\n77222222-K Dos\n"), 0o600))
	args := []string{"-companies", companies, "-months", "2", "-interval", "1ms", "-dsn", pgtest.URL(t, "pgx"), "-json", "-env", "fake"}
	kinds := func(more ...string) (count map[string]int, last map[string]any) {
		t.Helper()
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), append(args, more...), &out, io.Discard, noEnv))
		count = map[string]int{}
		for line := range strings.Lines(out.String()) {
			last = map[string]any{}
			require.NoError(t, json.Unmarshal([]byte(line), &last))
			kind, _ := last["kind"].(string)
			count[kind]++
		}
		return count, last
	}
	count, last := kinds("-once")
	assert.Equal(t, 2*2*2, count["sii_sync"])
	assert.Equal(t, "done", last["event"])
	assert.EqualValues(t, 0, last["dead"])
	count, _ = kinds("-once")
	assert.Zero(t, count["sii_sync"])
	count, _ = kinds("-dead")
	assert.Equal(t, map[string]int{"": 2}, count, "only which SII and which database it is")

	ctx, cancel := context.WithCancel(t.Context())
	out := &signalWriter{word: "ready", seen: cancel}
	require.NoError(t, run(ctx, args, out, io.Discard, noEnv))
	require.Error(t, run(t.Context(), append(args, "-requeue", "999"), io.Discard, io.Discard, noEnv))
	require.NoError(t, run(t.Context(), append(args, "-track", "0260001234"), io.Discard, io.Discard, noEnv))
}

// A run of -once ends although jobs wait for later, are of a kind that it does not
// work on, or were begun by a worker that was killed; and it says how many.
func TestOnceEnds(t *testing.T) {
	t.Parallel()
	companies := filepath.Join(t.TempDir(), "companies.txt")
	require.NoError(t, os.WriteFile(companies, []byte("76192083-9 Uno\n"), 0o600))
	dsn := pgtest.URL(t, "pgx")
	args := []string{"-companies", companies, "-months", "1", "-interval", "1ms", "-dsn", dsn, "-json", "-env", "fake"}
	require.NoError(t, run(t.Context(), append(args, "-dead"), io.Discard, io.Discard, noEnv)) // makes the tables
	db, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer db.Close(context.Background())
	for _, job := range []string{
		"'scheduled', 'sii_alerts', now() + interval '1 day', NULL, NULL",
		"'available', 'sii_pull', now(), NULL, NULL",
		"'running', 'sii_track', now(), now(), ARRAY['killed']",
	} {
		_, err := db.Exec(t.Context(), `INSERT INTO river_job (state, kind, scheduled_at, attempted_at, attempted_by, args, max_attempts, queue)
			VALUES (`+strings.Replace(job, "', '", "'::river_job_state, '", 1)+`, '{}', 5, $1)`, siiriver.Queue)
		require.NoError(t, err, job)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, run(ctx, append(args, "-once"), &out, io.Discard, noEnv))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var last struct {
		Event                       string
		Jobs, Waiting, Failed, Dead int
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	assert.Equal(t, "done", last.Event)
	assert.Equal(t, 2, last.Waiting)
	assert.Positive(t, last.Jobs)
	assert.Zero(t, last.Failed+last.Dead)
}

// signalWriter calls a function when a word comes.
type signalWriter struct {
	word string
	seen func()
}

func (w *signalWriter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.word)) {
		w.seen()
	}
	return len(p), nil
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "companies.txt")
	require.NoError(t, os.WriteFile(file, []byte("# nobody\n"), 0o600))
	for _, args := range [][]string{
		{}, {"-companies", file}, {"-companies", file, "-dsn", "x"}, {"-companies", "/none", "-dsn", "x"}, {"-months", "x"},
	} {
		require.Error(t, run(t.Context(), args, io.Discard, io.Discard, noEnv), args)
	}
	require.NoError(t, run(t.Context(), []string{"-h"}, io.Discard, io.Discard, noEnv))

	require.NoError(t, os.WriteFile(file, []byte("76192083-9\n"), 0o600))
	for _, dsn := range []string{"nonsense", "postgres://u:s3creto@127.0.0.1:1/x?connect_timeout=1"} {
		err := run(t.Context(), []string{"-companies", file, "-dsn", dsn, "-env", "fake"}, io.Discard, io.Discard, noEnv)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "s3creto")
	}
}
