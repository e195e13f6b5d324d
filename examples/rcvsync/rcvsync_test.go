package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siisync"
)

func noEnv(string) string { return "" }

// The program brings every register, says so in a line each, and has nothing to
// do when it runs again.
func TestRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	companies := filepath.Join(folder, "companies.txt")
	require.NoError(t, os.WriteFile(companies, []byte("# ours\n76192083-9 Uno\n77222222-K Dos\n"), 0o600))
	args := []string{"-companies", companies, "-from", "2026-09", "-to", "2026-10", "-interval", "1ms", "-workers", "2", "-db", filepath.Join(folder, "x.db")}
	var out, errs bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out, &errs, noEnv))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2+2*2*2+1)
	assert.True(t, strings.HasPrefix(lines[2], "1/8 "), lines[2])
	assert.Contains(t, lines[10], "8 of 8 registers imported")
	assert.Empty(t, errs.String(), "no bar where nobody looks")

	out.Reset()
	require.NoError(t, run(t.Context(), append(args, "-json"), &out, &errs, noEnv))
	var last struct {
		Event  string `json:"event"`
		NotDue int    `json:"not_due"`
	}
	lines = strings.Split(strings.TrimSpace(out.String()), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	assert.Equal(t, "done", last.Event)
	assert.Equal(t, 8, last.NotDue)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ctx, args, &out, &errs, noEnv), context.Canceled)
}

func TestBar(t *testing.T) {
	t.Parallel()
	var screen bytes.Buffer
	now, width := time.Unix(1000, 0), 200
	b := &bar{w: &screen, width: func() int { return width }, now: func() time.Time { return now }, started: now.Add(-time.Minute)}
	b.show(&siisync.RunProgress{Total: 40, Imported: 8, NotDue: 10, Failed: 1, NotTried: 1})
	assert.Equal(t, "\r[###############---------------] 20/40 50% 2 failed 2m0s left \x1b[K", screen.String())

	screen.Reset()
	b.activity("76192083-9 2026-10 COMPRA")
	assert.Empty(t, screen.String(), "not more often than ten times a second")
	now = now.Add(time.Second)
	width = 20
	b.activity("76192083-9 2026-10 COMPRA")
	assert.Equal(t, "\r[###############---\x1b[K", screen.String(), "no wider than the terminal")

	screen.Reset()
	b.clear()
	assert.Equal(t, "\r\x1b[K", screen.String())
	width = 100
	b.show(&siisync.RunProgress{Total: 40})
	assert.Contains(t, screen.String(), "0/40 0% 76192083-9 2026-10 COMPRA", "drawn anew after a line")

	var none *bar
	none.show(&siisync.RunProgress{})
	none.activity("x")
	none.clear()
	assert.Nil(t, newBar(&screen))
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	assert.Nil(t, newBar(null), "a device that is no terminal")
}
