package xmlsig_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// device is a key that lives elsewhere: all that it shows is what crypto.Signer
// asks for.
type device struct {
	key  *rsa.PrivateKey
	spin func(signature []byte, err error) ([]byte, error) // what goes wrong with it, if anything
}

func (d *device) Public() crypto.PublicKey { return d.key.Public() }

func (d *device) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := d.key.Sign(rand, digest, opts)
	if d.spin != nil {
		return d.spin(signature, err)
	}
	return signature, err
}

func TestNewIdentityWithKeyInDevice(t *testing.T) {
	t.Parallel()
	id, err := xmlsig.NewIdentity(&device{key: testkeys.Key(1)}, anaCertificate(t))
	require.NoError(t, err)
	assert.Equal(t, requireSigns(t, ana(t)), requireSigns(t, id), "the same bytes as with a key in memory")
	assert.Equal(t, testkeys.Key(1).Public(), id.Public())
}

func TestNewIdentityRefusals(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	short := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 511), E: 3}}
	even := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: testkeys.Key(0).N, E: 4}}
	leaf := anaCertificate(t)
	tests := map[string]struct {
		key  crypto.Signer
		leaf *x509.Certificate
		want error
	}{
		"no key":         {nil, leaf, xmlsig.ErrNoKey},
		"no certificate": {testkeys.Key(1), nil, xmlsig.ErrNoCertificate},
		"curve":          {curve, leaf, xmlsig.ErrNotRSA},
		"512 bits":       {short, leaf, xmlsig.ErrKeySize},
		"even exponent":  {even, leaf, xmlsig.ErrKeySize},
		"other key":      {testkeys.Key(2), leaf, xmlsig.ErrNoMatch},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := xmlsig.NewIdentity(test.key, test.leaf)
			assert.ErrorIs(t, err, test.want)
		})
	}
}

// A key in a device may fail, or answer nonsense: neither goes out as a
// signature.
func TestSignEnvelopedWithFailingKey(t *testing.T) {
	t.Parallel()
	unplugged := errors.New("device is not plugged in")
	for name, spin := range map[string]func([]byte, error) ([]byte, error){
		"fails":      func([]byte, error) ([]byte, error) { return nil, unplugged },
		"lies":       func(s []byte, err error) ([]byte, error) { s[100] ^= 1; return s, err },
		"too short":  func(s []byte, err error) ([]byte, error) { return s[1:], err },
		"is silent":  func([]byte, error) ([]byte, error) { return nil, nil },
		"other hash": func([]byte, error) ([]byte, error) { return testkeys.Key(1).Sign(nil, make([]byte, 32), crypto.SHA256) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.NewIdentity(&device{testkeys.Key(1), spin}, anaCertificate(t))
			require.NoError(t, err)
			signed, err := xmlsig.SignEnveloped([]byte(seed), id)
			assert.ErrorIs(t, err, xmlsig.ErrSigner)
			assert.Equal(t, name == "fails", errors.Is(err, unplugged), "the cause is kept")
			assert.Nil(t, signed)
		})
	}
}

func TestIdentityFacts(t *testing.T) {
	t.Parallel()
	id := ana(t)
	sum := sha256.Sum256(anaCertificate(t).Raw)
	assert.Equal(t, hex.EncodeToString(sum[:]), id.Fingerprint())
	rut, err := id.RUT()
	require.NoError(t, err)
	assert.Equal(t, "11111111-1", rut)
	signature, err := id.Sign(rand.Reader, sum[:], crypto.SHA256)
	require.NoError(t, err)
	assert.NoError(t, rsa.VerifyPKCS1v15(&testkeys.Key(1).PublicKey, crypto.SHA256, sum[:], signature))
	id.Chain()[0] = nil
	assert.NotNil(t, id.Chain()[0], "what is returned is a copy")

	assert.NoError(t, id.ValidAt(from))
	assert.NoError(t, id.ValidAt(until))
	assert.ErrorIs(t, id.ValidAt(from.Add(-time.Second)), xmlsig.ErrNotYetValid)
	assert.ErrorIs(t, id.ValidAt(until.Add(time.Second)), xmlsig.ErrExpired)
}

// Nothing that prints an identity prints its key.
func TestIdentityShowsNoKey(t *testing.T) {
	t.Parallel()
	id := ana(t)
	const want = "Ana Prueba (11111111-1, valid until 2036-01-01)"
	holder := struct {
		ID *xmlsig.Identity
		By xmlsig.Identity
	}{id, *id}
	var outputs []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.3s", "%p"} {
		text := fmt.Sprintf(verb, id)
		if verb != "%p" {
			assert.Equal(t, want, text, verb)
			assert.Equal(t, want, fmt.Sprintf(verb, *id), verb)
		}
		outputs = append(outputs, text, fmt.Sprintf(verb, *id), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder), fmt.Sprintf(verb, []*xmlsig.Identity{id}))
	}
	for _, handler := range []func(io.Writer) slog.Handler{
		func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var log bytes.Buffer
		logger := slog.New(handler(&log))
		logger.Info("signing", "as", id)
		assert.Contains(t, log.String(), want)
		logger.Info("signing", "as", *id, "holder", holder, "pointer", &holder, "list", []any{id, *id})
		outputs = append(outputs, log.String())
	}
	secrets := secretsOf(testkeys.Key(1))
	require.Contains(t, fmt.Sprintf("%+v", *testkeys.Key(1)), secrets[0], "what a key shows when it is printed")
	outputs = append(outputs, fmt.Sprint(xmlsig.Identity{}, (*xmlsig.Identity)(nil)))
	for _, output := range outputs {
		for _, secret := range secrets {
			require.NotContains(t, strings.ToLower(output), strings.ToLower(secret))
		}
	}
}

// secretsOf returns the beginnings of the private numbers in the ways in which
// programs write numbers.
func secretsOf(key *rsa.PrivateKey) (texts []string) {
	for _, n := range append([]*big.Int{key.D, key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv}, key.Primes...) {
		raw := n.Bytes()
		texts = append(texts,
			n.String()[:30], hex.EncodeToString(raw)[:30], base64.StdEncoding.EncodeToString(raw)[:30],
			strings.Trim(fmt.Sprintf("%d", raw[:10]), "[]"),
			fmt.Sprintf("%d", n.Bits()[0]), fmt.Sprintf("%#x", uint64(n.Bits()[0])))
	}
	return texts
}
