package issue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii/siitest"
)

// plain returns the draft of a type in testdata.
func plain(tb testing.TB, name string) *issue.Draft {
	tb.Helper()
	return parse(tb, string(readFile(tb, name)))
}

func TestStampRefuses(t *testing.T) {
	t.Parallel()
	doc := func(change func(d *dte.DTE)) *dte.DTE {
		d := numbered(t, plain(t, "33"), 7)
		if change != nil {
			change(d)
		}
		return d
	}
	id := func(d *dte.DTE) *dte.Identification { return &d.Document.Header.Identification }
	old := folios(t, 33, siitest.WithCAFDate(dayOf("2026-05-19")))
	for name, c := range map[string]struct {
		doc  *dte.DTE
		caf  *dte.Authorization
		at   time.Time
		want []error
	}{
		"no document":           {nil, folios(t, 33), noon, []error{issue.ErrNoDocument}},
		"empty":                 {&dte.DTE{}, folios(t, 33), noon, []error{issue.ErrNoDocument}},
		"two documents":         {doc(func(d *dte.DTE) { d.Export = &dte.Export{} }), folios(t, 33), noon, []error{issue.ErrNoDocument}},
		"no moment":             {doc(nil), folios(t, 33), time.Time{}, []error{issue.ErrNoTime}},
		"no CAF":                {doc(nil), nil, noon, []error{dte.ErrCAFKey}},
		"the zero CAF":          {doc(nil), &dte.Authorization{}, noon, []error{dte.ErrCAFKey}},
		"another issuer":        {doc(func(d *dte.DTE) { d.Document.Header.Issuer.RUT = chile.MustParseRUT("77222222-K") }), folios(t, 33), noon, []error{dte.ErrCAFIssuer, dte.ErrCAF}},
		"another type":          {doc(nil), folios(t, 34), noon, []error{dte.ErrCAFType, dte.ErrCAF}},
		"no folio":              {doc(func(d *dte.DTE) { id(d).Folio = 0 }), folios(t, 33), noon, []error{dte.ErrCAFFolio, dte.ErrCAF}},
		"a folio behind":        {doc(func(d *dte.DTE) { id(d).Folio = 5001 }), folios(t, 33), noon, []error{dte.ErrCAFFolio}},
		"dated before":          {doc(func(d *dte.DTE) { id(d).IssueDate = dayOf("2026-09-30") }), folios(t, 33), noon, []error{dte.ErrCAFEarly, dte.ErrCAF}},
		"stamped before":        {doc(nil), folios(t, 33, siitest.WithCAFDate(dayOf("2026-11-20"))), noon.AddDate(0, 0, -1), []error{dte.ErrCAFEarly}},
		"expired":               {doc(nil), old, noon, []error{dte.ErrCAFExpired}},
		"everything":            {doc(func(d *dte.DTE) { id(d).Folio = 5001 }), folios(t, 34, siitest.WithCAFDate(dayOf("2026-11-21"))), noon, []error{dte.ErrCAFFolio, dte.ErrCAFType, dte.ErrCAFEarly}},
		"letter of another set": {doc(func(d *dte.DTE) { d.Document.Header.Receiver.Name = "Ş" }), folios(t, 33), noon, []error{dte.ErrUnencodable}},
	} {
		err := issue.Stamp(c.doc, c.caf, c.at)
		for _, want := range c.want {
			require.ErrorIs(t, err, want, name)
		}
		if c.doc != nil && c.doc.Document != nil {
			assert.Zero(t, c.doc.Document.Stamp, "%s: nothing is changed", name)
		}
	}
}

// TestStampOnTheLastDay stamps on the last day of a CAF, and never expires others.
func TestStampOnTheLastDay(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]bool{"33": true, "43": true, "46": true, "56": true, "61": true, "34": false, "39": false, "41": false, "52": false, "110": false, "111": false, "112": false} {
		for authorised, good := range map[string]bool{"2026-05-20": true, "2026-05-19": !last} {
			draft := plain(t, name)
			draft.Identification.IssueDate = dayOf("2026-11-20")
			doc := numbered(t, draft, 7)
			err := issue.Stamp(doc, folios(t, doc.ID().Type, siitest.WithCAFDate(dayOf(authorised))), noon)
			if good {
				assert.NoError(t, err, "%s of %s", name, authorised)
			} else {
				assert.ErrorIs(t, err, dte.ErrCAFExpired, "%s of %s", name, authorised)
			}
		}
	}
}

// TestStampTellsTheClockOfChile stamps by the clock of Chile, whatever zone the
// moment is told in.
func TestStampTellsTheClockOfChile(t *testing.T) {
	t.Parallel()
	doc := numbered(t, plain(t, "33"), 7)
	require.NoError(t, issue.Stamp(doc, folios(t, 33), time.Date(2026, 11, 21, 1, 30, 59, 999, time.UTC)))
	assert.Equal(t, "2026-11-20T22:30:59", doc.Stamp().Data.StampedAt.String())
}

func TestStampedNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ñ", 39)
	for name, c := range map[string]struct{ receiver, item, rsr, it1 string }{
		"short":              {"Ana", "Pan", "Ana", "Pan"},
		"forty characters":   {long + "&", long + "é", long + "&", long + "é"},
		"more":               {long + "&x", long + "é ", long + "&", long + "é"},
		"cut before a space": {long + " x", long + "\tx", long, long},
		"space around":       {"  Ana  ", "\nPan\t", "Ana", "Pan"},
		"forty spaces first": {strings.Repeat(" ", 40) + "Ana", strings.Repeat(" ", 41) + "Pan", "Ana", "Pan"},
		"within":             {"Ana  Luisa\nPérez", "a\tb", "Ana  Luisa\nPérez", "a\tb"},
		"no name":            {"", "Pan", "77222222-K", "Pan"},
		"a blank name":       {"   ", "Pan", "77222222-K", "Pan"},
	} {
		doc := numbered(t, plain(t, "33"), 7)
		doc.Document.Header.Receiver.Name, doc.Document.Lines[0].Name = c.receiver, c.item
		require.NoError(t, issue.Stamp(doc, folios(t, 33), noon), name)
		assert.Equal(t, c.rsr, doc.Stamp().Data.ReceiverName, name)
		assert.Equal(t, c.it1, doc.Stamp().Data.FirstItem, name)
	}
}
