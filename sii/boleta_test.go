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

func TestBoletaTokenIsAFamilyOfItsOwn(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	store := memory.New()
	id := srv.NewIdentity(chile.MustParseRUT("11111111-1"))
	client := newClient(t, srv, sii.WithIdentity(id), sii.WithTokenCache(store))
	boleta, err := client.BoletaToken(t.Context())
	require.NoError(t, err)
	again, err := client.BoletaToken(t.Context())
	require.NoError(t, err)
	assert.Same(t, boleta, again)
	soap, err := client.Token(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, boleta.Value, soap.Value)
	assert.Equal(t, 1, srv.Count(siitest.OpBoletaToken))
	assert.Equal(t, 1, srv.Count(siitest.OpToken))
	value, _, err := store.Token(t.Context(), "fake/boleta/"+id.Fingerprint())
	require.NoError(t, err)
	assert.Equal(t, boleta.Value, value)
	assert.Empty(t, srv.Violations())

	// The fake, as the SII, takes none for the other.
	other := newClient(t, srv, fixedToken(boleta.Value))
	_, err = other.RCV.Summary(t.Context(), owner, october, "COMPRA", "REGISTRO")
	require.ErrorIs(t, err, sii.ErrUnauthorized)
}

func TestBoletaTokenRefusals(t *testing.T) {
	t.Parallel()
	clock := newClock()
	srv := newFake(t, siitest.WithClock(clock.Now))
	client := newClient(t, srv, sii.WithClock(clock.Now), sii.WithRetry(sii.RetrySettings{Attempts: 1}))
	srv.Fail(siitest.OpBoletaToken, siitest.Fault{Times: 1, Estado: "10", Glosa: "Error Interno"})
	_, err := client.BoletaToken(t.Context())
	require.ErrorIs(t, err, sii.ErrRejected)
	var e *sii.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "boleta.token", e.Op)
	clock.Add(30 * time.Second) // for which a certificate that was not accepted is not tried again
	srv.Fail(siitest.OpBoletaSeed, siitest.Fault{Times: 1, Estado: "-1", Glosa: "Error"})
	_, err = client.BoletaToken(t.Context())
	require.ErrorIs(t, err, sii.ErrUnavailable)
	srv.Fail(siitest.OpBoletaSeed, siitest.Fault{Times: 1, Body: "<html>no</html>"})
	_, err = client.BoletaToken(t.Context())
	require.ErrorIs(t, err, sii.ErrUnavailable)
	_, err = client.BoletaToken(t.Context())
	require.NoError(t, err)

	none := newClient(t, srv, fixedToken("ABCDEFGHIJKLM"))
	_, err = none.BoletaToken(t.Context())
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
}
