package sii_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	dteissue "github.com/ofitec/chile/dte/issue"
	dtejudge "github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// shop is a company at a fake SII that issues documents.
type shop struct {
	fake   *siitest.Server
	id     *xmlsig.Identity
	clock  *clock
	client *sii.Client
}

// openShop opens a shop, whose fake is to be closed.
func openShop(opts ...siitest.Option) *shop {
	s := &shop{clock: newClock()}
	s.fake = siitest.NewServer(append([]siitest.Option{siitest.WithClock(s.clock.Now)}, opts...)...)
	s.fake.Authorize(holder, owner)
	s.fake.AddIssuer(owner, dtejudge.Company{Resolution: dtejudge.Resolution{Date: october.First(), Number: 80}})
	ensure(s.fake.SetUploads(siitest.UploadSettings{AtOnce: true}))
	s.id = s.fake.NewIdentity(holder)
	s.client = got(sii.NewClient(s.fake.Environment(), sii.WithIdentity(s.id), sii.WithHTTPClient(s.fake.Client()), sii.WithClock(s.clock.Now), atOnce()))
	return s
}

// got returns what was got without an error, also for examples.
func got[T any](value T, err error) T {
	ensure(err)
	return value
}

func ensure(err error) {
	if err != nil {
		panic(err)
	}
}

func newShop(t *testing.T, opts ...siitest.Option) *shop {
	t.Helper()
	s := openShop(opts...)
	t.Cleanup(s.fake.Close)
	return s
}

// envelope issues a document of that folio, and wraps it.
func (s *shop) envelope(typ chile.DocType, folio chile.Folio) []byte {
	now := s.clock.Now()
	terms, names := "", `"RznSoc": "Panadería Ñandú SpA", "GiroEmis": "Panadería", "Acteco": 107100`
	receiver := `"RUTRecep": "77222222-K", "RznSocRecep": "Cliente SpA", "GiroRecep": "Comercio", "DirRecep": "Calle 2", "CmnaRecep": "Santiago"`
	if typ == chile.BoletaElectronica {
		terms, names, receiver = `, "IndServicio": 3`, `"RznSocEmisor": "Panadería Ñandú SpA", "GiroEmisor": "Panadería"`, `"RUTRecep": "66666666-6"`
	}
	draft := got(dteissue.ParseDraft(fmt.Appendf(nil, `{"Encabezado": {
	  "IdDoc": {"TipoDTE": %d, "Folio": %d, "FchEmis": %q%s},
	  "Emisor": {"RUTEmisor": %q, %s, "DirOrigen": "Calle 1", "CmnaOrigen": "Ñuñoa"}, "Receptor": {%s}},
	 "Detalle": {"NmbItem": "Marraqueta", "QtyItem": 1, "PrcItem": 10000}}`, typ, folio, chile.DateOf(now), terms, owner, names, receiver)))
	doc, found := draft.Document(nil)
	if found.Refused() {
		panic(found.String())
	}
	caf := got(dte.ParseCAF(got(s.fake.NewCAF(owner, typ, folio, folio+99, siitest.WithCAFDate(october.First()))), siitest.CAFKeys()))
	ensure(dteissue.Stamp(doc, caf, now))
	signed := got(dteissue.Sign(doc, s.id, now))
	return got(dteissue.Envelope(dteissue.Cover{ResolutionDate: october.First(), ResolutionNumber: 80}, []*dteissue.Signed{signed}, s.id, now))
}

// An invoice is sent, found by its signature, and told of by mail; the same bytes are
// known.
func TestUploadToTheFake(t *testing.T) {
	t.Parallel()
	for _, form := range siitest.AnswerForms() {
		s := newShop(t, siitest.WithAnswerForms(form))
		file := s.envelope(chile.FacturaElectronica, 1)
		receipt, err := s.client.DTE.Upload(t.Context(), chile.RUT{}, owner, "envio.xml", file)
		require.NoError(t, err, form.Name)
		assert.Equal(t, s.clock.Now(), receipt.Received.UTC())
		status, err := s.client.DTE.UploadStatus(t.Context(), owner, receipt.TrackID)
		require.NoError(t, err)
		assert.Equal(t, sii.VerdictAccepted, status.Verdict, "%+v", status)

		query := sii.SignedQuery{
			DocumentQuery: sii.DocumentQuery{
				Issuer: owner, Receiver: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 1, Issued: chile.DateOf(s.clock.Now()), Total: 11900,
			},
			Signature: signatureOf(file),
		}
		signed, err := s.client.DTE.SignedStatus(t.Context(), query)
		require.NoError(t, err)
		assert.Equal(t, sii.ReceivedYes, signed.Received)
		assert.True(t, sii.SameTrackID(receipt.TrackID, signed.TrackID), "%s %s", receipt.TrackID, signed.TrackID)
		assert.Equal(t, sii.VerdictAccepted, signed.Verdict)

		mail, err := s.client.DTE.RequestMail(t.Context(), owner, receipt.TrackID)
		require.NoError(t, err)
		assert.True(t, mail.Coming)

		_, err = s.client.DTE.Upload(t.Context(), holder, owner, "envio.xml", file)
		require.ErrorIs(t, err, sii.ErrDuplicate)
		var failed *sii.UploadError
		require.ErrorAs(t, err, &failed)
		assert.True(t, sii.SameTrackID(receipt.TrackID, failed.TrackID), "%v", failed)
		assert.Len(t, s.fake.Uploads(), 2)
		assert.Empty(t, s.fake.Violations())
	}
}

// signatureOf returns the signature of the first document of an envelope.
func signatureOf(file []byte) string {
	_, rest, _ := strings.Cut(string(file), "<SignatureValue>")
	signature, _, _ := strings.Cut(rest, "</SignatureValue>")
	return signature
}

// A token that has ended costs one more upload of the same bytes, which is taken
// once.
func TestUploadToTheFakeWithAnOldToken(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.client.Token(t.Context())
	require.NoError(t, err)
	s.fake.RevokeTokens()
	file := s.envelope(chile.FacturaElectronica, 1)
	_, err = s.client.DTE.Upload(t.Context(), holder, owner, "envio.xml", file)
	require.NoError(t, err)
	taken := 0
	for _, u := range s.fake.Uploads() {
		if u.TrackID != "" {
			taken++
		}
	}
	assert.Equal(t, 1, taken)
}

// Boletas go their own way, in every form of its answers.
func TestBoletasToTheFake(t *testing.T) {
	t.Parallel()
	for _, form := range siitest.BoletaForms() {
		s := newShop(t, siitest.WithBoletaForms(form))
		file := s.envelope(chile.BoletaElectronica, 1)
		receipt, err := s.client.Boleta.Upload(t.Context(), holder, owner, "boletas.xml", file)
		require.NoError(t, err, "%+v", form)
		assert.Equal(t, "REC", receipt.Estado)
		assert.WithinDuration(t, s.clock.Now(), receipt.Received, time.Second)
		status, err := s.client.Boleta.UploadStatus(t.Context(), owner, receipt.TrackID)
		require.NoError(t, err, "%+v", form)
		assert.Equal(t, sii.VerdictAccepted, status.Verdict, "%+v", status)
		assert.WithinDuration(t, s.clock.Now(), status.Received, time.Second)
		query := sii.BoletaQuery{Issuer: owner, Type: 39, Folio: 1, Receiver: chile.MustParseRUT("66666666-6"), Total: 10000, Issued: chile.DateOf(s.clock.Now())}
		boleta, err := s.client.Boleta.DocumentStatus(t.Context(), query)
		require.NoError(t, err, "%+v", form)
		assert.Equal(t, sii.VerdictAccepted, boleta.Verdict, "%+v", boleta)
		query.Total = 1
		boleta, err = s.client.Boleta.DocumentStatus(t.Context(), query)
		require.NoError(t, err)
		assert.True(t, boleta.Mismatch)
		query.Folio = 2
		boleta, err = s.client.Boleta.DocumentStatus(t.Context(), query)
		require.NoError(t, err)
		assert.Equal(t, "FAU", boleta.Estado)
		assert.Empty(t, s.fake.Violations())
	}
}
