package cli_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/storage"
)

func TestTellAdopted(t *testing.T) {
	t.Parallel()
	for _, asJSON := range []bool{false, true} {
		var b bytes.Buffer
		out := cli.NewOutput(&b, asJSON)
		result := &storage.ImportResult{Import: storage.Import{Environment: chile.Production}}
		cli.TellAdopted(out, result)
		assert.Empty(t, b.String())
		result.Adopted = true
		cli.TellAdopted(out, result)
		if asJSON {
			assert.JSONEq(t, `{"event":"adopted","environment":"prod"}`, b.String())
		} else {
			assert.Contains(t, b.String(), "Adopted")
		}
	}
}
