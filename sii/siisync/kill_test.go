package siisync

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// killEnv names the database of a process that is to be killed.
const killEnv = "SIISYNC_KILL_TEST"

func killPlan(t *testing.T) Plan {
	t.Helper()
	plan := Plan{Owners: companies(t, 12)}
	plan.From, plan.To = months("2026-09", "2026-11")
	return plan
}

// TestKilledRun is the process: a run that tells of each register.
func TestKilledRun(t *testing.T) {
	path := os.Getenv(killEnv)
	if path == "" {
		t.Skip("TestFleetSurvivesKill runs this in a process of its own")
	}
	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	defer store.Close()
	w := newWorld()
	f := NewFleet(store, func(_ context.Context, owner chile.RUT) (Access, error) {
		return Access{Syncer: newFleetSyncer(&account{w, owner.String()}, store), Credential: owner.String()}, nil
	}, WithClock(newClock().Now), WithWorkers(2))
	for o, err := range f.Run(t.Context(), killPlan(t)) {
		require.NoError(t, err)
		require.NoError(t, o.Err)
		fmt.Fprintln(os.Stdout, "outcome", o.Status)
	}
	fmt.Fprintln(os.Stdout, "end")
}

// A run that is killed at any moment is taken up by the next, with nothing lost
// and nothing doubled.
func TestFleetSurvivesKill(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "killed.db")
	r := rand.New(rand.NewPCG(1, 2))
	kills := 0
	for ended := false; !ended; {
		cmd := exec.Command(program, "-test.run=^TestKilledRun$")
		cmd.Env = append(cmd.Environ(), killEnv+"="+path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for imported, last := 0, r.IntN(8); lines.Scan(); {
			if strings.Contains(lines.Text(), string(StatusImported)) {
				if imported++; imported > last && kills < 20 {
					require.NoError(t, cmd.Process.Kill())
					kills++
					break
				}
			}
			ended = ended || lines.Text() == "end"
		}
		for lines.Scan() {
		}
		_ = cmd.Wait() // it was killed, or has ended
		require.Less(t, kills, 100)
	}
	require.Greater(t, kills, 5)

	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	defer store.Close()
	plan := killPlan(t)
	imports := map[string]int{}
	for event, err := range store.Events(t.Context(), storage.EventQuery{Kind: storage.EventImport}) {
		require.NoError(t, err)
		imports[event.Owner.String()]++
	}
	for _, owner := range plan.Owners {
		require.Equal(t, 6, imports[owner.String()], "each register was imported once")
		documents := 0
		for _, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner}) {
			require.NoError(t, err)
			documents++
		}
		require.Equal(t, 6, documents)
	}
}
