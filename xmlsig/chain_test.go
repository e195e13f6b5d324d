package xmlsig_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// issue makes a certificate for a test key, signed by another with SHA-1 as the
// Chilean authorities did.
func issue(t *testing.T, name string, key, signer int, issuer *x509.Certificate, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
		SignatureAlgorithm: x509.SHA1WithRSA, BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if change != nil {
		change(template)
	}
	if issuer == nil {
		issuer = template
	}
	parent := *issuer
	parent.PublicKey = nil // so that another key may sign in its name
	der, err := x509.CreateCertificate(rand.Reader, template, &parent, testkeys.Key(key).Public(), testkeys.Key(signer))
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

// Chains that crypto/x509 refuses for their SHA-1 are checked by the same rules.
func TestPolicySHA1Chains(t *testing.T) {
	t.Parallel()
	holder := func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature }
	root := issue(t, "Raíz", 0, 0, nil, nil)
	middle := issue(t, "Intermedia", 2, 0, root, nil)
	leaf := issue(t, "Ana", 1, 2, middle, holder)
	direct := issue(t, "Ana", 1, 0, root, holder)
	with := func(change func(*x509.Certificate)) *x509.Certificate {
		return issue(t, "Intermedia", 2, 0, root, change)
	}
	list := func(certs ...*x509.Certificate) []*x509.Certificate { return certs }
	modern := certificate(t, testkeys.Request{CommonName: "Raíz", Signer: testkeys.Key(0), CA: true})
	tests := map[string]struct {
		leaf   *x509.Certificate
		policy xmlsig.Policy
		want   error
	}{
		"chain":                     {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(middle)}, nil},
		"direct":                    {direct, xmlsig.Policy{Roots: list(root)}, nil},
		"root of another digest":    {issue(t, "Ana", 1, 0, modern, holder), xmlsig.Policy{Roots: list(modern)}, nil},
		"refused":                   {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(middle), RefuseSHA1: true}, xmlsig.ErrUntrusted},
		"no intermediate":           {leaf, xmlsig.Policy{Roots: list(root)}, xmlsig.ErrUntrusted},
		"no root":                   {leaf, xmlsig.Policy{Intermediates: list(middle, root)}, xmlsig.ErrUntrusted},
		"intermediate as root":      {leaf, xmlsig.Policy{Roots: list(middle)}, nil},
		"leaf among intermediates":  {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(leaf, middle)}, nil},
		"another root":              {leaf, xmlsig.Policy{Roots: list(issue(t, "Raíz", 1, 1, nil, nil)), Intermediates: list(middle)}, xmlsig.ErrUntrusted},
		"no authority":              {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(with(func(c *x509.Certificate) { c.IsCA = false }))}, xmlsig.ErrUntrusted},
		"may not sign certificates": {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(with(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }))}, xmlsig.ErrUntrusted},
		"path too long":             {leaf, xmlsig.Policy{Roots: list(issue(t, "Raíz", 0, 0, nil, func(c *x509.Certificate) { c.MaxPathLenZero = true })), Intermediates: list(middle)}, xmlsig.ErrUntrusted},
		"path long enough":          {leaf, xmlsig.Policy{Roots: list(issue(t, "Raíz", 0, 0, nil, func(c *x509.Certificate) { c.MaxPathLen = 1 })), Intermediates: list(middle)}, nil},
		"names constrained":         {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(with(func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"x.cl"} }))}, xmlsig.ErrUntrusted},
		"intermediate expired":      {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(with(func(c *x509.Certificate) { c.NotAfter = from.Add(time.Hour) })), Time: from.AddDate(1, 0, 0)}, xmlsig.ErrUntrusted},
		"leaf expired":              {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(middle), Time: until.Add(time.Hour)}, xmlsig.ErrExpired},
		"signed by another key":     {issue(t, "Ana", 1, 1, middle, holder), xmlsig.Policy{Roots: list(root), Intermediates: list(middle)}, xmlsig.ErrUntrusted},
		"named after the authority": {leaf, xmlsig.Policy{Roots: list(root), Intermediates: list(issue(t, "Otra", 2, 0, root, nil))}, xmlsig.ErrUntrusted},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := xmlsig.NewIdentity(testkeys.Key(1), test.leaf)
			require.NoError(t, err)
			doc, err := xmlsig.Parse(requireSigns(t, id))
			require.NoError(t, err)
			verified, err := doc.Verify(test.policy)
			require.ErrorIs(t, err, test.want)
			if err == nil {
				assert.Equal(t, xmlsig.TrustSHA1Chain, verified[0].Trust)
			}
		})
	}
}

// A long chain, or authorities that issue each other, end the search.
func TestPolicySHA1ChainsAreBounded(t *testing.T) {
	t.Parallel()
	var authorities []*x509.Certificate
	for range 6 {
		authorities = append(authorities, issue(t, "CA", 2, 2, nil, nil))
	}
	leaf := issue(t, "Ana", 1, 2, authorities[0], func(c *x509.Certificate) { c.IsCA = false })
	id, err := xmlsig.NewIdentity(testkeys.Key(1), leaf)
	require.NoError(t, err)
	doc, err := xmlsig.Parse(requireSigns(t, id))
	require.NoError(t, err)
	_, err = doc.Verify(xmlsig.Policy{Roots: []*x509.Certificate{issue(t, "Raíz", 0, 0, nil, nil)}, Intermediates: authorities})
	require.ErrorIs(t, err, xmlsig.ErrUntrusted)
}
