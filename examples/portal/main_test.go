package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/pgtest"
)

// TestOneCommand serves from both databases, and ends in peace.
func TestOneCommand(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) []string{
		"SQLite":     func(t *testing.T) []string { return []string{"-db", filepath.Join(t.TempDir(), "portal.db")} },
		"PostgreSQL": func(t *testing.T) []string { return []string{"-dsn", pgtest.Start(t).URL(t, "pgx")} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			said, out := io.Pipe()
			ended := make(chan error, 1)
			args := append(database(t), "-addr", "127.0.0.1:0", "-json", "-latency", "0", "-life", "0", "-env", "fake")
			go func() {
				err := run(ctx, args, out, io.Discard, func(string) string { return "" })
				_ = out.CloseWithError(err)
				ended <- err
			}()
			line, err := bufio.NewReader(said).ReadString('\n')
			require.NoError(t, err)
			var at ready
			require.NoError(t, json.Unmarshal([]byte(line), &at))
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.URL+"/api/v1/sii/rcv/import",
				strings.NewReader(`{"year": 2026, "month": 10, "rut": "76192083-9"}`))
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+at.Keys[finanzas])
			request.Header.Set("Content-Type", "application/json")
			response, err := http.DefaultTransport.RoundTrip(request)
			require.NoError(t, err)
			defer response.Body.Close()
			var imported struct {
				OK      bool
				Compras int
			}
			require.NoError(t, json.NewDecoder(response.Body).Decode(&imported))
			assert.True(t, imported.OK)
			assert.Positive(t, imported.Compras)
			stop()
			require.NoError(t, <-ended)
		})
	}
}
