package redact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/redact"
)

func TestRUTsAreShortened(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"76192083-9":                       "…083-9",
		"de 76.192.083-9, 9.999.999-k.":    "de …083-9, …999-k.",
		"1000-1 (1.000-1) 123456-K":        "…000-1 (…000-1) …456-K",
		"Mozilla/5.0 2026-10-31 2026-10":   "Mozilla/5.0 2026-10-31 2026-10",
		"33 folio 12345, 1.190.000 UTC-03": "33 folio 12345, 1.190.000 UTC-03",
		"":                                 "",
	} {
		assert.Equal(t, want, redact.RUTs(text))
	}
}
