package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
)

// The sums of an export of sales say that it has no boletas.
func TestSumsSayWhatTheyLeaveOut(t *testing.T) {
	t.Parallel()
	for book, want := range map[rcv.Book]string{rcv.Sales: noBoletas, rcv.Purchases: ""} {
		path := filepath.Join(t.TempDir(), "x.csv")
		file, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, rcv.WriteCSV(file, book, rcv.Registro, func(func(rcv.Document, error) bool) {}))
		require.NoError(t, file.Close())
		var stdout, stderr bytes.Buffer
		require.NoError(t, run([]string{"-json", path}, &stdout, &stderr), stderr.String())
		var got summary
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &got))
		assert.Equal(t, want, got.LeavesOut)
		stdout.Reset()
		require.NoError(t, run([]string{path}, &stdout, &stderr))
		assert.Equal(t, want != "", bytes.Contains(stdout.Bytes(), []byte("the sums leave out boletas")))
	}
}
