package issue_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/sharedtest"
)

// TestParseSignedOfOthers reads documents that were cut from the envelopes of others,
// as they may be sent again.
func TestParseSignedOfOthers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(sharedtest.Path(t, "envio"), "*.xml"))
	require.NoError(t, err)
	good, moved := 0, 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := dte.Parse(data)
		if err != nil || file.Envelope == nil {
			continue // one names its receiver in another form
		}
		for i := range file.Envelope.Set.DTEs {
			d := &file.Envelope.Set.DTEs[i]
			cut := append([]byte(`<?xml version="1.0" encoding="`+file.Encoding()+`"?>`+"\n"), d.Source()...)
			signed, err := issue.ParseSigned(cut, nil)
			switch {
			case err == nil:
				good++
				assert.Equal(t, d.ID(), signed.ID())
			case errors.Is(err, issue.ErrContext):
				moved++ // its namespace was taken away when it was put into the envelope
			}
		}
	}
	assert.Equal(t, 5, good)
	assert.Equal(t, 6, moved)
}
