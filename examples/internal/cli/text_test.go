package cli

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"sii: rcv.summary: not authorised":                                    "sii: rcv.summary: not authorised",
		"siisync: not tried: siisync: import 1-9: sqlite: import: sii: fails": "siisync: not tried: import 1-9: sqlite: import: sii: fails",
		"sii: a: sii: b\nsii: a: b":                                           "sii: a: b",
		"file: x.xml: No such: x.xml":                                         "file: x.xml: No such: x.xml",
		`sii: estado 4: "a: sii: b"`:                                          `sii: estado 4: "a: sii: b"`,
		"":                                                                    "",
	} {
		assert.Equal(t, want, Text(errors.New(in)), in)
	}
}
