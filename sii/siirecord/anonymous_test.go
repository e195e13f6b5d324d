package siirecord_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siirecord"
)

// An anonymous cassette has the same amounts, with other people.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	srv := newFake(t, 60)
	var cassette bytes.Buffer
	recorder := siirecord.NewRecorder(&cassette, &siirecord.Settings{Anonymous: true})
	read := func(owner chile.RUT, opts ...sii.Option) (docs []rcv.Document) {
		client := newClient(t, srv, opts...)
		for p, err := range client.RCV.Purchases(t.Context(), rcv.Key{Owner: owner, Period: october}, nil) {
			require.NoError(t, err)
			docs = append(docs, p.Document)
		}
		return docs
	}
	live := read(owner, sii.WithHTTPClient(srv.Client()), sii.WithRoundTripper(recorder.Around))
	require.NotEmpty(t, live)
	require.NoError(t, recorder.Close())
	text := cassette.String()
	parsed, err := siirecord.Read(strings.NewReader(text))
	require.NoError(t, err)
	again := read(standIn(t, text), sii.WithHTTPClient(&http.Client{Transport: parsed.Replayer()}))

	require.Len(t, again, len(live))
	people := map[chile.RUT]chile.RUT{}
	for i := range live {
		a, b := live[i], again[i]
		assert.NotEqual(t, a.Counterparty, b.Counterparty)
		assert.NotEqual(t, a.Name, b.Name)
		if other, known := people[a.Counterparty]; known {
			assert.Equal(t, other, b.Counterparty, "the same each time")
		}
		people[a.Counterparty] = b.Counterparty
		for _, secret := range []string{a.Counterparty.String(), a.Counterparty.Format(), a.Name} {
			assert.False(t, strings.Contains(text, secret), secret) // without printing all of it
		}
		b.Counterparty, b.Name = a.Counterparty, a.Name
		assert.Equal(t, a.Total, b.Total)
		assert.Equal(t, a.Folio, b.Folio)
		assert.Equal(t, a.Issued, b.Issued)
	}
	assert.False(t, strings.Contains(text, "76192083-9"), "the company")
	assert.False(t, strings.Contains(text, `"76192083"`), "the company")
}

func TestAnonymousForms(t *testing.T) {
	t.Parallel()
	text := record(t, &siirecord.Settings{Anonymous: true}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "NETSCAPE_LIVEWIRE.rut=76192083; path=/")
		_, _ = w.Write([]byte(`{"detRutDoc":76192083,"detDvDoc":"9","otro":"76.192.083-9","detRznSoc":"Ana \"B\" Soto","dcvNombreTipoDoc":"Factura","detMntTotal":76192083}` + "\n" +
			`<RutEmisor>76192083</RutEmisor><RznSoc>Ana Soto</RznSoc>&lt;RUTCompania&gt;76192083&lt;/RUTCompania&gt;` + "\n76192083-8 76192083-K 1-9"))
	}, request(t, http.MethodPost, "/obtener/76192083-9/5", "application/x-www-form-urlencoded", "rut=76192083&dv=9&rutcntr=76.192.083-9"))
	assert.NotContains(t, text, "Ana")
	assert.NotContains(t, text, "76.192.083")
	assert.Equal(t, 1, strings.Count(text, `"detMntTotal":76192083`), "an amount is nobody")
	assert.Equal(t, 3, strings.Count(text, "76192083"), "and those with a wrong digit")
	assert.Contains(t, text, `"dcvNombreTipoDoc":"Factura"`)
	cassette, err := siirecord.Read(strings.NewReader(text))
	require.NoError(t, err)
	_, err = cassette.Replayer().RoundTrip(request(t, http.MethodPost, "/obtener/76192083-9/5", "application/x-www-form-urlencoded", "rut=76192083&dv=9&rutcntr=76.192.083-9"))
	require.NoError(t, err, "RUT do not matter to what is asked for")
}

func TestAnonymousCSV(t *testing.T) {
	t.Parallel()
	text := record(t, &siirecord.Settings{Anonymous: true}, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("Nro;Tipo Doc;RUT Proveedor;Razon Social;Folio;Neto\n1;33;76192083-9;Ana Soto;5;9\n2;33;11111111-1;Luis Soto;6;9\n"))
	}, request(t, http.MethodGet, "/x", "", ""))
	assert.NotContains(t, text, "Soto")
	assert.NotContains(t, text, "76192083-9")
	assert.Contains(t, text, "Razon Social")
}

// The register of an anonymous cassette is that of the substitute company.
func TestAnonymousCompany(t *testing.T) {
	t.Parallel()
	srv := newFake(t, 20)
	var cassette bytes.Buffer
	recorder := siirecord.NewRecorder(&cassette, &siirecord.Settings{Anonymous: true})
	summary := func(owner chile.RUT, opts ...sii.Option) (*rcv.Summary, error) {
		return newClient(t, srv, opts...).RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.Registro)
	}
	live, err := summary(owner, sii.WithHTTPClient(srv.Client()), sii.WithRoundTripper(recorder.Around))
	require.NoError(t, err)
	require.NoError(t, recorder.Close())
	company := standIn(t, cassette.String())
	read, err := siirecord.Read(&cassette)
	require.NoError(t, err)

	_, err = summary(owner, sii.WithHTTPClient(&http.Client{Transport: read.Replayer()}))
	require.ErrorIs(t, err, sii.ErrProtocol, "the company itself is not in the cassette")
	again, err := summary(company, sii.WithHTTPClient(&http.Client{Transport: read.Replayer()}))
	require.NoError(t, err)
	assert.Equal(t, live.Lines, again.Lines)
	assert.Equal(t, company, again.Owner)
}

// standIn returns the substitute for the company whose register is in a cassette.
func standIn(t *testing.T, cassette string) chile.RUT {
	t.Helper()
	number := regexp.MustCompile(`"rutEmisor":"(\d+)"`).FindStringSubmatch(cassette)
	require.NotNil(t, number)
	company, err := chile.ParseRUT(number[1] + "-" + string(owner.DV()))
	require.NoError(t, err)
	return company
}
