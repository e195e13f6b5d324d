package sii_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

func TestEnvironmentKind(t *testing.T) {
	t.Parallel()
	changed := func(e sii.Environment, change func(*sii.Environment)) sii.Environment {
		change(&e)
		return e
	}
	srv := siitest.NewServer()
	defer srv.Close()
	for name, test := range map[string]struct {
		environment sii.Environment
		want        chile.Environment
	}{
		"production":                               {sii.Production(), chile.Production},
		"without a service":                        {changed(sii.Production(), func(e *sii.Environment) { e.Boleta = "" }), chile.Production},
		"written otherwise":                        {changed(sii.Production(), func(e *sii.Environment) { e.RCV = "https://WWW4.sii.cl/" }), chile.Production},
		"certification":                            {sii.Certification(), chile.Certification},
		"certification with its RCV":               {sii.Certification().WithRCV("https://www4c.sii.cl"), chile.Certification},
		"certification with production's RCV":      {sii.Certification().WithRCV("https://www4.sii.cl"), chile.OtherEnvironment},
		"production with certification's RCV":      {sii.Production().WithRCV("https://www4c.sii.cl"), chile.OtherEnvironment},
		"production by another name":               {changed(sii.Production(), func(e *sii.Environment) { e.Name = "mine" }), chile.OtherEnvironment},
		"certification named production":           {changed(sii.Certification(), func(e *sii.Environment) { e.Name = "prod" }), chile.OtherEnvironment},
		"production with one other address":        {changed(sii.Production(), func(e *sii.Environment) { e.Portal = "https://127.0.0.1" }), chile.OtherEnvironment},
		"production without TLS":                   {changed(sii.Production(), func(e *sii.Environment) { e.SOAP = "http://palena.sii.cl" }), chile.OtherEnvironment},
		"production at another port":               {sii.Production().WithRCV("https://www4.sii.cl:8443"), chile.OtherEnvironment},
		"production with certification's uploads":  {changed(sii.Production(), func(e *sii.Environment) { e.BoletaUpload = "https://pangal.sii.cl" }), chile.OtherEnvironment},
		"certification without uploads of boletas": {changed(sii.Certification(), func(e *sii.Environment) { e.BoletaUpload = "" }), chile.Certification},
		"elsewhere":                                {sii.At("http://127.0.0.1:8080"), chile.OtherEnvironment},
		"the fake":                                 {srv.Environment(), chile.OtherEnvironment},
		"the name alone":                           {sii.Environment{Name: "prod"}, chile.OtherEnvironment},
		"none":                                     {sii.Environment{}, chile.OtherEnvironment},
	} {
		assert.Equal(t, test.want, test.environment.Kind(), name)
	}
}

// Boletas are sent to another host than they are asked for at.
func TestHostsOfUploads(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "https://palena.sii.cl", sii.Production().SOAP)
	assert.Equal(t, "https://rahue.sii.cl", sii.Production().BoletaUpload)
	assert.Equal(t, "https://maullin.sii.cl", sii.Certification().SOAP)
	assert.Equal(t, "https://pangal.sii.cl", sii.Certification().BoletaUpload)
	assert.Equal(t, "http://127.0.0.1:8080", sii.At("http://127.0.0.1:8080/").BoletaUpload)
	for _, address := range []string{"http://rahue.sii.cl", "https://a:b@rahue.sii.cl", "rahue.sii.cl", "https://rahue.sii.cl?x=1"} {
		environment := sii.Production()
		environment.BoletaUpload = address
		_, err := sii.NewClient(environment, fixedToken("T"))
		require.Error(t, err, address)
	}
}

// A copy of Production that was changed has tokens of its own: that of a fake must
// not reach the SII, nor that of the SII a fake.
func TestEnvironmentsShareNoTokens(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer()
	defer srv.Close()
	store, id := memory.New(), srv.NewIdentity(holder)
	require.NoError(t, store.PutToken(t.Context(), "prod/soap/"+id.Fingerprint(), "THE-REAL-ONE", time.Now().Add(time.Hour)))
	environment := sii.Production().WithRCV("https://www4c.sii.cl")
	client, err := sii.NewClient(environment, sii.WithIdentity(id), sii.WithHTTPClient(srv.Client()), sii.WithTokenCache(store), atOnce())
	require.NoError(t, err)
	assert.Equal(t, environment, client.Environment())
	token, err := client.Token(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, "THE-REAL-ONE", token.Value)
	_, _, err = store.Token(t.Context(), "prod@palena.sii.cl/soap/"+id.Fingerprint())
	require.NoError(t, err)
}
