package issue_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

// refusals are the findings that refuse a note on the 25th, and those that say that
// it has other totals than its original.
func refusals(tb testing.TB, d *issue.Draft) (*dte.DTE, []string) {
	tb.Helper()
	d.Identification.IssueDate = date(tb, "2026-11-25")
	if d.Receiver.Name == "" { // what a boleta does not say
		d.Issuer.ActivityCodes, d.Receiver.Name = []int{472101}, "Sin nombre"
	}
	doc, found := d.Document(nil)
	var told []string
	for _, f := range found {
		if f.Level.Refuses() || f.Code == "totals.given" || f.Code == "REF-2-780" || f.Code == "REF-2-781" {
			told = append(told, f.String())
		}
	}
	return doc, told
}

// Notes on documents of each type are issued; annulments charge what the document
// charged, text corrections nothing.
func TestNotesAreIssued(t *testing.T) {
	t.Parallel()
	for _, name := range types {
		if name == "52" {
			continue // on which there are none
		}
		original := issued(t, name)
		annulment, err := issue.Annul(original, "Se anula")
		require.NoError(t, err)
		doc, told := refusals(t, annulment)
		assert.Empty(t, told, "annul %s", name)
		assert.Zero(t, original.Total().Cmp(doc.Total()), "annul %s: %s is not %s", name, doc.Total(), original.Total())

		correction, err := issue.CorrectText(original, "Donde dice Quilpue debe decir Quilpué")
		require.NoError(t, err)
		doc, told = refusals(t, correction)
		assert.Empty(t, told, "correct %s", name)
		assert.Zero(t, doc.Total().Sign(), "correct %s", name)

		debit, err := issue.Debit(original, "Intereses", issue.Line{Name: "Intereses", Quantity: decimal(t, "1"), Unit: "10", Price: decimal(t, "1190")})
		require.NoError(t, err)
		_, told = refusals(t, debit)
		assert.Empty(t, told, "debit %s", name)

		if kind := annulment.Identification.Type; kind == 61 || kind == 112 {
			back, err := issue.Return(original, "Devolución", issue.Part{Line: 1})
			require.NoError(t, err)
			_, told = refusals(t, back)
			assert.Empty(t, told, "return of %s", name)
		}
	}
}

// A real document and the note that annuls it have one total.
func TestAnnulmentsOfRealDocuments(t *testing.T) {
	t.Parallel()
	for name, original := range realDTEs(t) {
		annulment, err := issue.Annul(original, "Se anula")
		if original.ID().Type == 52 {
			require.ErrorIs(t, err, issue.ErrNote, name)
			continue
		}
		require.NoError(t, err, name)
		doc, _ := refusals(t, annulment)
		assert.Zero(t, original.Total().Cmp(doc.Total()), "%s: %s is not %s", name, doc.Total(), original.Total())
	}
}
