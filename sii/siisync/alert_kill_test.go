package siisync

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage/sqlite"
)

// alertsKillEnv and alertsKillWebhook name the database and the webhook of a
// process that is to be killed.
const (
	alertsKillEnv     = "SIISYNC_ALERTS_KILL_TEST"
	alertsKillWebhook = "SIISYNC_ALERTS_KILL_WEBHOOK"
)

// claims is how many documents are claimed, one an import.
const claims = 40

// TestKilledAlerts is the process: it imports a register again and again, in which
// one document more is claimed each time, and looks for alerts after each.
func TestKilledAlerts(t *testing.T) {
	path := os.Getenv(alertsKillEnv)
	if path == "" {
		t.Skip("TestAlertsSurviveKill runs this in a process of its own")
	}
	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	defer store.Close()
	webhook, err := NewWebhookNotifier(http.DefaultClient, os.Getenv(alertsKillWebhook)) //nolint:forbidigo // a server of the test
	require.NoError(t, err)
	alerts := newAlerts(t, store, AlertSettings{}, webhook)
	docs := make([]rcv.Document, claims)
	before := stored(t, store) // what the processes that were killed have done
	next := -1
	for i := range docs {
		docs[i] = purchase(chile.Folio(i+1), rcv.Registro)
		if before[docs[i].Folio] == rcv.Reclamado {
			docs[i].State, next = rcv.Reclamado, i
		}
	}
	require.NoError(t, alerts.Company(t.Context(), owner))
	for next++; next <= claims; next++ {
		_, err := newSyncer(&register{docs: docs}, store, nil).Book(t.Context(), bought)
		require.NoError(t, err)
		response, err := http.Get(os.Getenv(alertsKillWebhook) + "/imported") //nolint:forbidigo,noctx // a server of the test
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.NoError(t, alerts.Company(t.Context(), owner))
		if next < claims {
			docs[next].State = rcv.Reclamado
		}
	}
}

// A program that is killed at any moment, between the import and the alert too,
// loses no alert, and tells at most one twice for each time it is killed.
func TestAlertsSurviveKill(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	told := map[string]int{}
	kill := make(chan struct{}, 1)
	r := rand.New(rand.NewPCG(3, 4))
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.IntN(8) == 0 {
			select {
			case kill <- struct{}{}:
			default:
			}
		}
		if request.URL.Path == "/imported" {
			return
		}
		var message struct {
			Text string `json:"text"`
		}
		assert.NoError(t, json.NewDecoder(request.Body).Decode(&message))
		told[message.Text]++
	}))
	defer server.Close()
	program, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "killed.db")
	kills := 0
	for ended := false; !ended; {
		ctx, cancel := context.WithCancel(t.Context())
		cmd := exec.CommandContext(ctx, program, "-test.run=^TestKilledAlerts$")
		cmd.Env = append(cmd.Environ(), alertsKillEnv+"="+path, alertsKillWebhook+"="+server.URL)
		require.NoError(t, cmd.Start())
		exited := make(chan error, 1)
		go func() { exited <- cmd.Wait() }()
		select {
		case err := <-exited:
			require.NoError(t, err)
			ended = true
		case <-kill:
			cancel()
			if err := <-exited; err != nil {
				kills++
			} else {
				ended = true
			}
		}
		cancel()
		select {
		case <-kill:
		default:
		}
	}
	server.Close() // waits for who is answered still
	require.Greater(t, kills, 2)
	mu.Lock()
	defer mu.Unlock()
	twice, claimed := 0, 0
	for text, n := range told {
		twice += n - 1
		if assert.Contains(t, text, "reclamada") {
			claimed++
		}
	}
	assert.Equal(t, claims, claimed, "each document")
	assert.LessOrEqual(t, twice, kills)
	t.Logf("killed %d times, %d alerts told twice", kills, twice)
}
