package twohands_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// The company, who sends for it, and what the SII knows of them.
const (
	activity    = 453000
	knownFolios = 9       // of invoices, which notes refer to
	lastFolio   = 900_000 // of each CAF
)

var (
	company = chile.MustParseRUT("76111111-6")
	sender  = chile.MustParseRUT("11111111-1")
	noon    = time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
	day     = chile.DateOf(noon)
	cover   = issue.Cover{ResolutionDate: day.AddDays(-90)}
)

// cafs are the folios of each type, in certification.
var cafs = sync.OnceValue(func() map[chile.DocType]*dte.Authorization {
	all := map[chile.DocType]*dte.Authorization{}
	for _, t := range issued {
		file := must(siitest.NewCAF(company, t, 1, lastFolio, siitest.WithCAFDate(day.AddDays(-30)), siitest.WithCAFKeyID(100)))
		all[t] = must(dte.ParseCAF(file, siitest.CAFKeys()))
	}
	return all
})

var identity = sync.OnceValue(func() *xmlsig.Identity {
	cert := must(testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: sender.String(), Serial: 7, Signer: testkeys.Key(1),
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(1, 0, 0),
	}))
	return must(xmlsig.NewIdentity(testkeys.Key(1), cert))
})

// world is what the SII knows.
func world() judge.World {
	return judge.World{
		Environment: chile.Certification, Now: noon.Add(time.Hour), Uploader: sender, Keys: siitest.CAFKeys(), Thorough: true,
		Company: func(of chile.RUT) (judge.Company, bool) {
			return judge.Company{
				Resolution: judge.Resolution{Date: cover.ResolutionDate}, Activities: []int{activity}, Users: map[chile.RUT]judge.Right{sender: judge.MaySend},
			}, of == company
		},
		CAF: func(id chile.DocumentID) (dte.CAFData, bool) {
			caf := cafs()[id.Type]
			return caf.CAF().Data, caf.Contains(id.Folio)
		},
		Folio: func(chile.DocumentID) judge.Folio { return judge.FolioFree },
		Document: func(id chile.DocumentID) (judge.Known, bool) {
			return judge.Known{}, (id.Type == 33 || id.Type == 110) && id.Folio <= knownFolios
		},
		Uploaded: func([32]byte) (judge.Upload, bool) { return judge.Upload{}, false },
	}
}

// options are those with which all is judged.
func options() *issue.Options {
	return &issue.Options{
		Policy: &issue.Policy{UF: must(dte.ParseDecimal("90000000")), Activities: []int{activity}, CAFDate: day.AddDays(-30), Today: day},
		Readings: issue.Readings{
			Surcharge: issue.SurchargeAfterDiscount, Adjustments: issue.AdjustmentsInOrder, TaxBase: issue.TaxBeforeAdjustments,
			Unpaid: issue.UnpaidIsZero, Code53: issue.Code53Subtracts,
		},
	}
}

// made is a document of a draft.
type made struct {
	seed   uint64
	found  issue.Findings
	signed *issue.Signed
}

// make issues the draft of a seed. It returns nil if the draft is refused.
func makeDocument(tb testing.TB, seed uint64) *made {
	tb.Helper()
	draft := newMaker(seed).draft(day)
	draft.Identification.Folio = chile.Folio(knownFolios + 1 + seed%(lastFolio-knownFolios-1))
	doc, found := draft.Document(options())
	if found.Refused() {
		return nil
	}
	require.NoError(tb, issue.Stamp(doc, cafs()[doc.ID().Type], noon), "seed %d", seed)
	signed, err := issue.Sign(doc, identity(), noon)
	require.NoError(tb, err, "seed %d", seed)
	return &made{seed, found, signed}
}
