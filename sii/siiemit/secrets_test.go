package siiemit_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage/memory"
)

// The private key of a CAF stands in no error, no event, no printed value, and in no file
// of a database.
func TestSecrets(t *testing.T) {
	t.Parallel()
	fake := siitest.NewServer()
	t.Cleanup(fake.Close)
	path := filepath.Join(t.TempDir(), "chile.db")
	store, err := openStore(t.Context(), "sqlite", path)
	require.NoError(t, err)
	alerts, err := siisync.NewAlerts(memory.New(), siisync.AlertSettings{})
	require.NoError(t, err)
	e, _ := atFake(t, fake, store, siiemit.WithAlerts(alerts), siiemit.WithSettings(siiemit.Settings{UnprovedFolios: true}))
	file, err := fake.NewCAF(company, 33, 1, 100)
	require.NoError(t, err)
	secrets := keyOf(t, file)
	caf, err := e.AddCAF(t.Context(), file, nil)
	require.NoError(t, err)
	var said []string
	say := func(values ...any) {
		for _, v := range values {
			said = append(said, fmt.Sprintf("%v %+v %#v", v, v, v))
		}
	}
	say(caf)
	damaged := bytes.Replace(file, []byte(secrets[0][:20]), []byte("AAAAAAAAAAAAAAAAAAAA"), 1)
	_, err = e.AddCAF(t.Context(), damaged, nil)
	require.Error(t, err)
	say(err)
	for n, symptom := range fault.Symptoms() {
		if symptom.Shows != nil && !symptom.Shows(siitest.OpSend) {
			continue
		}
		symptom.Times = 1
		fake.Fail(siitest.OpSend, symptom)
		doc, err := e.Issue(t.Context(), fmt.Sprint("order-", n), draftOf(t, 1000+n), nil)
		say(doc, err)
		fake.ClearFaults()
		if n > 20 {
			break
		}
	}
	require.NoError(t, store.Close())
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, name := range files {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		said = append(said, string(content))
	}
	all := strings.Join(said, "\n")
	for _, secret := range append(secrets, fake.Secrets()...) {
		assert.NotContains(t, all, secret)
	}
	assert.NotContains(t, all, "RSA PRIVATE KEY")
	assert.Contains(t, all, "<TED", "documents are there, so that something was looked through")
}

// keyOf returns lines of the private key of a CAF file.
func keyOf(t *testing.T, file []byte) (lines []string) {
	t.Helper()
	found := regexp.MustCompile(`(?s)-----BEGIN RSA PRIVATE KEY-----.*-----END RSA PRIVATE KEY-----`).Find(file)
	block, _ := pem.Decode(found)
	require.NotNil(t, block)
	for _, line := range strings.Split(string(found), "\n") {
		if line = strings.TrimSpace(line); len(line) > 30 && !strings.HasPrefix(line, "-----") {
			lines = append(lines, line)
		}
	}
	require.NotEmpty(t, lines)
	return lines
}
