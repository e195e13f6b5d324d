// Package programs tests the programs as their users start them: built, with
// flags, variables, files and signals.
package programs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/sqlite"
)

// all are the programs.
var all = []string{
	"alerts", "doctor", "dteverify", "f29", "fakesii", "fullflow", "issue", "portal", "rcvcsv", "rcvsync", "reconcile",
	"session-login", "session-pull", "token", "worker",
}

// built is the folder with the programs.
var built string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "programs")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		build := exec.Command("go", "build", "-o", folder+"/", "../../...")
		build.Stderr = os.Stderr
		if err := errors.Join(build.Run(), os.Chmod(folder, 0o755)); err != nil { // others run them too
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		built = folder
		return m.Run()
	}())
}

// result is what became of a program.
type result struct {
	code           int
	stdout, stderr string
}

// first is the first line of the output.
func (r *result) first() string {
	line, _, _ := strings.Cut(r.stdout, "\n")
	return line
}

// program is one that is to be started.
type program struct {
	name  string
	args  []string
	env   []string
	dir   string
	stdin string
}

// nowhere keeps a program away from the SII: its proxy is not there.
var nowhere = []string{"HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1"}

func (p program) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(built, p.name), p.args...)
	cmd.Dir = p.dir
	cmd.Env = append(append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}, nowhere...), p.env...)
	return cmd
}

// run runs a program to its end.
func (p program) run(t *testing.T) *result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := p.command(t.Context())
	cmd.Stdin = strings.NewReader(p.stdin)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return &result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// start runs a program until its first line, and ends it.
func (p program) start(t *testing.T) (first string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := p.command(ctx)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	first, err = bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "no first line")
	stop()
	_ = cmd.Wait() // it was killed
	return strings.TrimSuffix(first, "\n")
}

var (
	october = chile.MustParsePeriod("2026-10")
	key     = rcv.Key{Owner: cli.FakeOwner, Period: october, Book: rcv.Purchases}
)

// database makes a file with registers of an environment, and returns its path.
func database(t *testing.T, of chile.Environment) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chile.db")
	store, err := sqlite.Open(t.Context(), "sqlite", path)
	require.NoError(t, err)
	month := siitest.Generate(7, key.Owner, key.Period, 120)
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		key := rcv.Key{Owner: key.Owner, Period: key.Period, Book: book}
		_, err = store.ImportRegister(t.Context(), storage.Snapshot{Key: key, Environment: of, Rows: func(yield func(rcv.Document, error) bool) {
			for _, p := range month.Purchases {
				if book == rcv.Purchases && !yield(p.Document, nil) {
					return
				}
			}
			for _, s := range month.Sales {
				if book == rcv.Sales && !yield(s.Document, nil) {
					return
				}
			}
		}})
		require.NoError(t, err)
	}
	require.NoError(t, store.Close())
	return path
}

// imports is how many imports a file has.
func imports(t *testing.T, path string) (n int) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), "sqlite", path, sqlite.ReadOnly())
	require.NoError(t, err)
	defer store.Close()
	for _, err := range store.Imports(t.Context(), storage.ImportQuery{}) {
		require.NoError(t, err)
		n++
	}
	return n
}

// file writes a file and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// certificate writes a certificate of the fake's holder, which no SII knows.
func certificate(t *testing.T, password string) string {
	t.Helper()
	fake := siitest.NewServer()
	defer fake.Close()
	content, err := fake.NewPKCS12(cli.FakeHolder, password)
	require.NoError(t, err)
	return file(t, "empresa.p12", string(content))
}
