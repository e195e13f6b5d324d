package dte_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/dte"
)

// What programs make of the two names that a stamp has room for.
func TestStampNames(t *testing.T) {
	t.Parallel()
	const long = "COMERCIALIZADORA ÑANDÚ DE LOS ANDES DEL SUR LIMITADA" // more than 40 characters
	for _, c := range []struct {
		document, stamp string
		agree           bool
	}{
		{long, "COMERCIALIZADORA ÑANDÚ DE LOS ANDES DEL ", true},
		{long, "COMERCIALIZADORA ÑANDÚ DE LOS ANDES DEL", true},
		{long, "COMERCIALIZADORA ÑANDÚ DE LOS ANDES DE", true}, // cut by bytes
		{"  " + long, "COMERCIALIZADORA ÑANDÚ DE LOS ANDES DEL", true},
		{long, "COMERCIALIZADORA ÑAN", true},
		{long, "COMERCIALIZADORA ÑA", false},
		{long, "", true},
		{long, "77222222-K", true},
		{long, "76192083-9", false},
		{long, "COMERCIAL", false},
		{long, "COMERCIALIZADORA NANDU DE LOS ANDES DEL", false},
		{long, long, false},
		{"Ana", "Ana", true},
		{"Ana", "An", false},
		{"Ana", "Ana ", true},
		{"", "77222222-K", true},
		{"", "Ana", false},
	} {
		s := goodStamp()
		s.name = c.stamp
		v := judge(t, strings.Replace(invoiceWith(s.ted(t)), "<RznSocRecep>PANADERIA LTDA", "<RznSocRecep>"+c.document, 1))
		assert.True(t, v.Stamp.OK(), c.stamp)
		assert.Equal(t, !c.agree, v.Agreement.Has(dte.CodeAgreementName), "%q of %q: %v", c.stamp, c.document, v.Agreement.Findings)
		assert.True(t, v.Agreement.OK(), "names are no proof")
	}
}

// The total of an export is compared by value, and its writing is told.
func TestStampTotals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, document, stamp string
		want                  []dte.Code
	}{
		{"Documento", "1190", "1190", nil},
		{"Documento", "1190", "1190.0", nil},
		{"Documento", "1190", "01190", nil},
		{"Documento", "1190", "1190.5", []dte.Code{dte.CodeAgreementTotal}},
		{"Documento", "1190", "-1190", []dte.Code{dte.CodeAgreementTotal}},
		{"Documento", "1190", "", []dte.Code{dte.CodeAgreementTotal}},
		{"Exportaciones", "30276.00", "30276.00", nil},
		{"Exportaciones", "30276.00", "30276", []dte.Code{dte.CodeAgreementLiteral}},
		{"Exportaciones", "30276.00", "30276.01", []dte.Code{dte.CodeAgreementTotal}},
	} {
		s := goodStamp()
		s.total = c.stamp
		src := strings.NewReplacer("Documento ", c.kind+" ", "Documento>", c.kind+">", "<MntTotal>1190", "<MntTotal>"+c.document).Replace(invoiceWith(s.ted(t)))
		assert.Equal(t, c.want, codesIn(judge(t, src).Agreement), "%s of %s", c.stamp, c.document)
	}
}
