package sii_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
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
	other := withToken(t, srv, boleta.Value)
	_, err = other.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: "COMPRA"}, "REGISTRO")
	require.ErrorIs(t, err, sii.ErrUnauthorized)
}

// withToken returns a client of the fake that has that token and no certificate.
func withToken(t *testing.T, srv *siitest.Server, value string) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(srv.Environment(), fixedToken(value), sii.WithHTTPClient(srv.Client()), atOnce())
	require.NoError(t, err)
	return client
}

// Who sends boletas and is refused the token has it renewed.
func TestRefusedBoletaTokenIsRenewed(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	client := newClient(t, srv, sii.WithTokenCache(memory.New()))
	refused, err := client.BoletaToken(t.Context())
	require.NoError(t, err)
	client.InvalidateBoletaToken(t.Context(), refused)
	client.InvalidateBoletaToken(t.Context(), refused)
	renewed, err := client.BoletaToken(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, refused.Value, renewed.Value)
	assert.Equal(t, 2, srv.Count(siitest.OpBoletaToken))
	withToken(t, srv, "ABCDEFGHIJKLM").InvalidateBoletaToken(t.Context(), refused) // which has none
}

// Certificates, families and environments have tokens of their own.
func TestKeysOfTokens(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	store := memory.New()
	tokens := map[string]bool{}
	for _, name := range []string{"fake", "other"} {
		environment := srv.Environment()
		environment.Name = name
		for range 2 {
			client, err := sii.NewClient(environment, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()), sii.WithTokenCache(store))
			require.NoError(t, err)
			for range 2 {
				for _, get := range []func(context.Context) (*sii.Token, error){client.Token, client.BoletaToken} {
					token, err := get(t.Context())
					require.NoError(t, err)
					tokens[token.Value] = true
				}
			}
		}
	}
	assert.Len(t, tokens, 2*2*2)
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

	none := withToken(t, srv, "ABCDEFGHIJKLM")
	_, err = none.BoletaToken(t.Context())
	require.ErrorIs(t, err, sii.ErrInvalidRequest)
}
