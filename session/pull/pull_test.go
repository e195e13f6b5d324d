package pull_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/session/pull"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

var (
	person  = chile.MustParseRUT("11111111-1")
	company = chile.MustParseRUT("76192083-9")
	other   = chile.MustParseRUT("77222222-K")
	october = chile.MustParsePeriod("2026-10")
)

// in returns the fake portal and a session that is logged in to it.
func in(t *testing.T) (*siitest.Server, *session.Session) {
	t.Helper()
	srv := siitest.NewServer()
	hc := srv.Client()
	t.Cleanup(func() {
		hc.CloseIdleConnections()
		srv.Close()
	})
	srv.AddUser(person, siitest.User{Clave: "secreta01"})
	srv.Authorize(person, company)
	s, err := session.New(session.WithHTTPClient(hc))
	require.NoError(t, err)
	require.NoError(t, s.Login(t.Context(), person, []byte("secreta01")))
	return srv, s
}

func TestRegister(t *testing.T) {
	t.Parallel()
	srv, s := in(t)
	month := siitest.Generate(3, company, october, 80)
	srv.Load(company, october, month)
	want := 0
	for _, p := range month.Purchases {
		if p.State == "" || p.State == rcv.Registro {
			want++
		}
	}
	listing, err := pull.Register(t.Context(), s, rcv.Key{Owner: company, Period: october, Book: rcv.Purchases}, rcv.Registro)
	require.NoError(t, err)
	require.NoError(t, listing.Complete())
	assert.Len(t, listing.Documents(), want)
	assert.Equal(t, "RCV_COMPRA_REGISTRO_76192083-9_202610.csv", listing.Parts[0].Name)
	assert.Len(t, listing.Parts[0].SHA256, 64)
	// What was kept reads the same from disk.
	again, err := pull.Normalize(newReader(listing.Parts[0].Bytes), &pull.Options{State: rcv.Registro})
	require.NoError(t, err)
	assert.Equal(t, listing.Parts[0].Documents, again.Documents)
	assert.Equal(t, listing.Parts[0].SHA256, again.SHA256)

	listing, err = pull.Register(t.Context(), s, rcv.Key{Owner: company, Period: october.Next(), Book: rcv.Sales}, rcv.Registro)
	require.NoError(t, err)
	assert.Empty(t, listing.Documents())
	_, err = pull.Register(t.Context(), s, rcv.Key{Owner: other, Period: october, Book: rcv.Purchases}, rcv.Registro)
	var refusal *rcv.AnswerError
	require.ErrorAs(t, err, &refusal)
	assert.Empty(t, srv.Violations())
}

func honoraria(n int) []siitest.Honorarium {
	var list []siitest.Honorarium
	for i := range n {
		list = append(list, siitest.Honorarium{
			Folio: int64(i + 1), Counterparty: other, Name: "SOC. GARCÍA & ñandú; CIA", Issued: october.First().AddDays(i % 28),
			Gross: 145_000, Withheld: 22_113, OwnWithheld: 0, Net: 122_887,
		})
	}
	return list
}

func TestBHE(t *testing.T) {
	t.Parallel()
	srv, s := in(t)
	srv.AddHonoraria(person, october, siitest.Received, honoraria(250)...)
	annulled := honoraria(2)
	annulled[1].Annulled = "20/10/2026"
	srv.AddHonoraria(person, october, siitest.Issued, annulled...)

	received, err := pull.BHE(t.Context(), s, october, pull.Received)
	require.NoError(t, err)
	require.NoError(t, received.Complete())
	assert.Len(t, received.Parts, 3, "a hundred a page")
	require.Len(t, received.BHE(), 250)
	assert.Equal(t, session.BHE{
		Received: true, Counterparty: other, Name: "SOC. GARCÍA & ñandú; CIA", Folio: 1, Issued: october.First(),
		Gross: 145_000, Withheld: 22_113, Net: 122_887, State: "N", Code: "772222220000001",
	}, received.BHE()[0])
	issued, err := pull.BHE(t.Context(), s, october, pull.Issued)
	require.NoError(t, err)
	require.Len(t, issued.BHE(), 2)
	assert.False(t, issued.BHE()[0].Annulled())
	assert.True(t, issued.BHE()[1].Annulled())
	require.ErrorIs(t, (&pull.Listing{}).Complete(), pull.ErrIncomplete)
	require.ErrorIs(t, (&pull.Listing{Parts: []*pull.File{{}}}).Complete(), pull.ErrIncomplete)
	empty, err := pull.BHE(t.Context(), s, october.Next(), pull.Issued)
	require.NoError(t, err)
	assert.Empty(t, empty.BHE())
	assert.Empty(t, srv.Violations())
}

func TestPagesThatComeAgainAreNoList(t *testing.T) {
	t.Parallel()
	srv, s := in(t)
	srv.AddHonoraria(person, october, siitest.Received, honoraria(150)...)
	first, err := pull.BHE(t.Context(), s, october, pull.Received)
	require.NoError(t, err)
	srv.Fail(siitest.OpBHE, siitest.Fault{Body: string(first.Parts[0].Bytes)})
	_, err = pull.BHE(t.Context(), s, october, pull.Received)
	require.ErrorIs(t, err, pull.ErrIncomplete)

	srv.AddListed(company, october, siitest.Issued, listings(150)...)
	list, err := pull.MIPYME(t.Context(), s, company, pull.Issued, pull.MIPYMEQuery{})
	require.NoError(t, err)
	srv.Fail(siitest.OpMIPYME, siitest.Fault{Body: string(list.Parts[0].Bytes)})
	_, err = pull.MIPYME(t.Context(), s, company, pull.Issued, pull.MIPYMEQuery{})
	require.ErrorIs(t, err, pull.ErrIncomplete)
}

func listings(n int) []siitest.Listing {
	var list []siitest.Listing
	for i := range n {
		d := siitest.Listing{
			Type: 33, TypeName: "Factura Electronica", Counterparty: other, Name: "Maderas <Ñ> SpA", Folio: int64(i + 1),
			Issued: october.First().AddDays(i % 28), Net: 1000, VAT: 190, Total: 1190,
		}
		if i%5 == 4 {
			d.Type, d.TypeName, d.Section = 61, "Nota de Credito Electronica", []string{"S1", "S2"}[i/5%2]
		}
		list = append(list, d)
	}
	return list
}

func TestMIPYME(t *testing.T) {
	t.Parallel()
	srv, s := in(t)
	srv.AddListed(company, october, siitest.Issued, listings(220)...)
	list, err := pull.MIPYME(t.Context(), s, company, pull.Issued, pull.MIPYMEQuery{})
	require.NoError(t, err)
	require.NoError(t, list.Complete())
	assert.Len(t, list.Parts, 3)
	require.Len(t, list.MIPYME(), 220)
	assert.Equal(t, session.MIPYMEDocument{
		Counterparty: other, Name: "Maderas <Ñ> SpA", TypeName: "Factura Electronica", Type: 33, Folio: 1,
		Issued: october.First(), Total: 1190, State: "Documento Emitido", Code: "331",
	}, list.MIPYME()[0], "of a row whose cells are not closed nothing moves")
	list, err = pull.MIPYME(t.Context(), s, company, pull.Issued, pull.MIPYMEQuery{Type: 61, From: october.First().AddDays(4), To: october.First().AddDays(4)})
	require.NoError(t, err)
	for _, d := range list.MIPYME() {
		assert.Equal(t, chile.NotaCreditoElectronica, d.Type)
		assert.Equal(t, october.First().AddDays(4), d.Issued)
	}
	assert.NotEmpty(t, list.MIPYME())
	none, err := pull.MIPYME(t.Context(), s, company, pull.Received, pull.MIPYMEQuery{})
	require.NoError(t, err)
	assert.Empty(t, none.MIPYME())
	_, err = pull.MIPYME(t.Context(), s, other, pull.Issued, pull.MIPYMEQuery{})
	require.ErrorIs(t, err, session.ErrNotAuthorized)
	assert.Empty(t, srv.Violations())
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	srv, s := in(t)
	srv.AddListed(company, october, siitest.Received, listings(40)...)
	list, err := pull.Documents(t.Context(), s, company, october, pull.Received)
	require.NoError(t, err)
	require.NoError(t, list.Complete())
	assert.Len(t, list.Parts, 3, "of one type in two sections each is a part")
	require.Len(t, list.Listed(), 40)
	d := list.Listed()[0]
	assert.Equal(t, other, d.Counterparty)
	assert.True(t, d.Received)
	assert.Equal(t, "Maderas <Ñ> SpA", d.Name)
	assert.EqualValues(t, 1190, d.Total)
	assert.Equal(t, time.Date(2026, 10, 1, 10, 0, 1, 0, chile.Santiago()).UTC(), d.ReceivedAt.UTC())
	_, err = pull.Documents(t.Context(), s, other, october, pull.Received)
	require.ErrorIs(t, err, pull.ErrUnauthorized)
	empty, err := pull.Documents(t.Context(), s, company, october, pull.Issued)
	require.NoError(t, err)
	require.NoError(t, empty.Complete(), "the portal said that there are none")
	assert.Empty(t, empty.Listed())
	assert.Empty(t, srv.Violations())
}

// TestWhatThePortalSaysInstead of a list is never taken for an empty one.
func TestWhatThePortalSaysInstead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault siitest.Fault
		kind  error
	}{
		{"overload", siitest.Fault{Body: fault.OverloadPage}, session.ErrUnavailable},
		{"firewall", siitest.Fault{Body: fault.FirewallPage}, session.ErrChallenge},
		{"no company", siitest.Fault{Body: fault.NoCompanyPage}, session.ErrNoCompany},
		{"session lost", siitest.Fault{HTTPStatus: http.StatusFound, Header: http.Header{"Location": {"https://zeusr.sii.cl/AUT2000/InicioAutenticacion/IngresoRutClave.html?x"}}}, session.ErrLoggedOut},
		{"message", siitest.Fault{Body: fault.ReasonPage(28, "No autenticado")}, session.ErrLoggedOut},
		{"unavailable", siitest.Fault{HTTPStatus: 503}, session.ErrUnavailable},
		{"another page", siitest.Fault{Body: "<html><body><table><tr><td>Bienvenido</td><td>x</td></tr></table></body></html>"}, nil},
		{"nothing", siitest.Fault{Body: " "}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv, s := in(t)
			for _, op := range []siitest.Op{siitest.OpBHE, siitest.OpMIPYME, siitest.OpListed} {
				srv.Fail(op, c.fault)
			}
			_, bhe := pull.BHE(t.Context(), s, october, pull.Received)
			_, mipyme := pull.MIPYME(t.Context(), s, company, pull.Issued, pull.MIPYMEQuery{})
			_, listed := pull.Documents(t.Context(), s, company, october, pull.Issued)
			for name, err := range map[string]error{"boletas": bhe, "mipyme": mipyme, "listed": listed} {
				require.Error(t, err, name)
				if c.kind != nil && name != "listed" {
					require.ErrorIs(t, err, c.kind, name)
				}
				if c.kind == nil && name != "listed" {
					require.ErrorIs(t, err, pull.ErrLayout, name)
				}
				assert.NotContains(t, fmt.Sprint(err), "secreta01")
			}
		})
	}
}
