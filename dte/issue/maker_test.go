package issue_test

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// The company 76111111-6 of the tests issues on 2026-11-20. Ana Prueba signs for it,
// and the fake SII authorised its folios.
var (
	company  = chile.MustParseRUT("76111111-6")
	noon     = time.Date(2026, 11, 20, 12, 0, 0, 0, chile.Santiago())
	approved = issue.Cover{ResolutionDate: dayOf("2014-08-22"), ResolutionNumber: 80}
)

func dayOf(s string) chile.Date {
	d, err := chile.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func ana(tb testing.TB) *xmlsig.Identity {
	tb.Helper()
	return person(tb, "Ana Prueba", "11111111-1", 1)
}

// person is somebody with a certificate that signs itself.
func person(tb testing.TB, name, rut string, key int) *xmlsig.Identity {
	tb.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: name, RUT: rut, Serial: 7, Signer: testkeys.Key(key),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	id, err := xmlsig.NewIdentity(testkeys.Key(key), cert)
	require.NoError(tb, err)
	return id
}

// folios authorises folios 1 to 5000 of a type since 2026-10-01.
func folios(tb testing.TB, t chile.DocType, opts ...siitest.CAFOption) *dte.Authorization {
	tb.Helper()
	caf, err := dte.ParseCAF(cafFile(tb, t, opts...), siitest.CAFKeys())
	require.NoError(tb, err)
	return caf
}

func cafFile(tb testing.TB, t chile.DocType, opts ...siitest.CAFOption) []byte {
	tb.Helper()
	seed := sha256.Sum256([]byte(t.String()))
	opts = append([]siitest.CAFOption{
		siitest.WithCAFDate(dayOf("2026-10-01")), siitest.WithCAFName("Empresa de Prueba Ñuñoa & Cía SpA"), siitest.WithCAFRandom(&sequence{seed: seed}),
	}, opts...)
	file, err := siitest.NewCAF(company, t, 1, 5000, opts...)
	require.NoError(tb, err)
	return file
}

// sequence is a source of bytes that are the same each time.
type sequence struct {
	seed [sha256.Size]byte
	left []byte
}

func (s *sequence) Read(p []byte) (int, error) {
	for i := range p {
		if len(s.left) == 0 {
			s.seed = sha256.Sum256(s.seed[:])
			s.left = bytes.Clone(s.seed[:])
		}
		p[i], s.left = s.left[0], s.left[1:]
	}
	return len(p), nil
}

// numbered makes the document of a draft, which nothing is refused of, with a folio.
func numbered(tb testing.TB, draft *issue.Draft, folio chile.Folio) *dte.DTE {
	tb.Helper()
	draft.Identification.Folio = folio
	doc, found := draft.Document(nil)
	require.False(tb, found.Refused(), "%v", found)
	return doc
}

// signed stamps and signs the document of a draft.
func signed(tb testing.TB, draft *issue.Draft, folio chile.Folio) *issue.Signed {
	tb.Helper()
	doc := numbered(tb, draft, folio)
	require.NoError(tb, issue.Stamp(doc, folios(tb, doc.ID().Type), noon))
	made, err := issue.Sign(doc, ana(tb), noon)
	require.NoError(tb, err)
	return made
}
