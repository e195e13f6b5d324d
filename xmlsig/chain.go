package xmlsig

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // see digest
	"crypto/x509"
	"slices"
	"time"
)

// maxChain bounds the issuers between a certificate and a root.
const maxChain = 4

// chainsBySHA1 reports whether a certificate chains to a root with some
// signatures by SHA-1. crypto/x509 always refuses such chains. Extensions that
// this function does not know, such as name constraints, are refused.
func (p *Policy) chainsBySHA1(cert *x509.Certificate, at time.Time) bool {
	return p.chains(cert, at, 0)
}

func (p *Policy) chains(cert *x509.Certificate, at time.Time, below int) bool {
	if slices.ContainsFunc(p.Roots, cert.Equal) {
		return below > 0 // a root that signs documents is for Certificates
	}
	if below > maxChain || len(cert.UnhandledCriticalExtensions) > 0 {
		return false
	}
	for _, issuers := range [][]*x509.Certificate{p.Roots, p.Intermediates} {
		for _, issuer := range issuers {
			if mayIssue(issuer, cert, at, below) && signedBy(cert, issuer) && p.chains(issuer, at, below+1) {
				return true
			}
		}
	}
	return false
}

// mayIssue reports whether a certificate belongs to an authority that may issue
// certificates for that name, with below authorities in between.
func mayIssue(issuer, cert *x509.Certificate, at time.Time, below int) bool {
	switch {
	case !bytes.Equal(issuer.RawSubject, cert.RawIssuer),
		!issuer.BasicConstraintsValid || !issuer.IsCA,
		issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCertSign == 0,
		issuer.MaxPathLen > 0 && below > issuer.MaxPathLen || issuer.MaxPathLenZero && below > 0,
		constrainsNames(issuer),
		validAt(issuer, at) != nil:
		return false
	}
	return true
}

func constrainsNames(c *x509.Certificate) bool {
	return slices.Max([]int{
		len(c.PermittedDNSDomains), len(c.ExcludedDNSDomains), len(c.PermittedIPRanges), len(c.ExcludedIPRanges),
		len(c.PermittedEmailAddresses), len(c.ExcludedEmailAddresses), len(c.PermittedURIDomains), len(c.ExcludedURIDomains),
	}) > 0
}

// signedBy checks the signature of a certificate, by SHA-1 too.
func signedBy(cert, issuer *x509.Certificate) bool {
	if cert.SignatureAlgorithm != x509.SHA1WithRSA {
		return cert.CheckSignatureFrom(issuer) == nil
	}
	key, ok := issuer.PublicKey.(*rsa.PublicKey)
	if !ok || checkKey(key) != nil {
		return false
	}
	sum := sha1.Sum(cert.RawTBSCertificate) //nolint:gosec // as said
	return rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], cert.Signature) == nil
}
