package sii_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

func TestCatalogs(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.NameCompany(owner, "Constructora Uno SpA")
	client := newClient(t, srv)

	types, err := client.RCV.Types(t.Context())
	require.NoError(t, err)
	assert.Len(t, types, 45)
	assert.Contains(t, types, rcv.TypeInfo{Type: 33, Name: chile.FacturaElectronica.String(), Entry: "DET_ELE"})

	companies, err := client.RCV.Companies(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []rcv.Company{{RUT: holder}, {RUT: owner, Name: "Constructora Uno SpA"}}, companies)

	kinds, err := client.RCV.EventKinds(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []rcv.EventKind{
		{Code: "ERM", Text: "Acuse de  Recibo de Mercaderías y Servicios Ley 19.983"}, {Code: "ERG", Text: "Acuse de Recibo Mercaderías en Guía"},
	}, kinds)

	for _, op := range []siitest.Op{siitest.OpTypes, siitest.OpCompanies, siitest.OpEvents} {
		assert.Equal(t, 1, srv.Count(op))
	}
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
	srv.RevokeTokens()
	_, err = client.RCV.Companies(t.Context())
	require.NoError(t, err, "a lost session is renewed")
	assert.Equal(t, 2, srv.Count(siitest.OpToken))
	assert.Empty(t, srv.Violations())
}

func TestBoletasByDay(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	month := siitest.Generate(1, owner, october, 10)
	srv.Load(owner, october, month)
	client := newClient(t, srv)
	got, err := client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.BoletaElectronica)
	require.NoError(t, err)
	assert.Equal(t, month.Boletas, got.Days)
	assert.EqualValues(t, 17, got.Total.Documents)

	none, err := client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.ComprobantePagoElectronico)
	require.NoError(t, err)
	assert.Empty(t, none.Days)
	assert.Empty(t, srv.Violations())

	// A line of the summary whose days do not add up to it.
	srv.AddSummaryLine(sold, rcv.SummaryLine{Type: 48, Documents: 2, Net: 100, VAT: 19, Total: 119})
	short, err := client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.ComprobantePagoElectronico)
	var incomplete *sii.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	assert.Equal(t, sold, incomplete.Key)
	assert.Equal(t, rcv.Mismatch{State: rcv.Registro, Type: 48, Field: "rsmnTotDoc", Promised: 2}, incomplete.Mismatches[0])
	assert.NotNil(t, short, "what there is")

	_, err = client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.FacturaElectronica)
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	_, err = client.RCV.Boletas(t.Context(), rcv.Key{Owner: chile.RUT{}, Period: october}, chile.BoletaElectronica)
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
	_, err = client.RCV.Boletas(t.Context(), rcv.Key{Owner: chile.MustParseRUT("77222222-K"), Period: october}, chile.BoletaElectronica)
	require.ErrorIs(t, err, sii.ErrForbidden)
}

func TestBoletasInAnotherShape(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]error{
		`{"data":{"boletas":[{"fecha":"01/10/2026","monto":1190}]}}`: rcv.ErrMissing,
		`{"data":"OK"}`: sii.ErrProtocol,
		`{"otra":1}`:    sii.ErrProtocol,
	} {
		client := at(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "getResumen") {
				body := `{"data":[{"rsmnTipoDocInteger":39,"rsmnLink":false,"rsmnTotDoc":1,"rsmnMntTotal":1190}],"respEstado":{"codRespuesta":0}}`
				_, _ = w.Write([]byte(body))
				return
			}
			assert.Equal(t, "/complementoscvui/services/data/facadeServiceBoletasDiarias/obtieneListaBoletasMes", r.URL.Path)
			assert.True(t, strings.HasSuffix(r.Header.Get("Referer"), "/complementoscvui/"))
			_, _ = w.Write([]byte(body))
		})
		month, err := client.RCV.Boletas(t.Context(), rcv.Key{Owner: owner, Period: october}, chile.BoletaElectronica)
		require.ErrorIs(t, err, kind, body)
		assert.Nil(t, month)
	}
}

// The companies behind one credential, which is what a run of many begins with.
func ExampleRCVService_Companies() {
	client, stop := exampleClient()
	defer stop()
	companies, err := client.RCV.Companies(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, company := range companies {
		fmt.Println(company.RUT)
	}
	// Output:
	// 11111111-1
	// 76192083-9
}

func ExampleRCVService_Types() {
	client, stop := exampleClient()
	defer stop()
	types, err := client.RCV.Types(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, info := range types {
		if info.Type.Credit() {
			fmt.Println(int(info.Type), info.Name)
		}
	}
	// Output:
	// 60 Nota de crédito
	// 61 Nota de crédito electrónica
	// 106 Nota de crédito de exportación
	// 112 Nota de crédito de exportación electrónica
}

func ExampleRCVService_EventKinds() {
	client, stop := exampleClient()
	defer stop()
	kinds, err := client.RCV.EventKinds(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, kind := range kinds {
		fmt.Println(kind.Code)
	}
	// Output:
	// ERM
	// ERG
}

// Days that do not add up to the register's total come with an error that says
// by how much.
func ExampleRCVService_Boletas() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner, october := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake.Authorize(holder, owner)
	fake.AddBoletas(owner, october, chile.BoletaElectronica,
		rcv.BoletaDay{Date: october.First(), BoletaSums: rcv.BoletaSums{Documents: 2, Net: 10_000, VAT: 1_900, Total: 11_900}})
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	month, err := client.RCV.Boletas(context.Background(), rcv.Key{Owner: owner, Period: october}, chile.BoletaElectronica)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, day := range month.Days {
		fmt.Println(day.Date, day.Documents, day.Total.Format())
	}
	// Output: 2026-10-01 2 11.900
}
