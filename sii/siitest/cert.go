package siitest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// certifiedNames are the names of the fake's hosts: every one of the SII, so that
// one at which nothing is served answers that, and those of this machine.
var certifiedNames = []string{"*.sii.cl", "localhost"}

var loopback = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}

var discard = log.New(io.Discard, "", 0)

// authority issues the certificates of the fake: of its hosts and of people.
type authority struct {
	cert  *x509.Certificate
	key   crypto.Signer
	roots *x509.CertPool
	hosts tls.Certificate
}

// The fake's certificates are valid from 2000 to 2100, whatever the clock.
var (
	validFrom = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	validTo   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// authorityKey is the key of every authority in the process, whose names tell
// them apart: making a key takes long. It is of RSA because some programs read no
// other certificates, and is not stored, so that whoever trusts an authority
// trusts one process.
var authorityKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })

func newAuthority() *authority {
	key := authorityKey()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SII de prueba CA " + rand.Text()},
		NotBefore: validFrom, NotAfter: validTo,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := &authority{key: key, roots: x509.NewCertPool()}
	a.cert = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))))
	a.roots.AddCert(a.cert)
	hostKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	host := a.issue(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: certifiedNames, IPAddresses: loopback,
		NotBefore: validFrom, NotAfter: validTo,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, hostKey.Public())
	a.hosts = tls.Certificate{Certificate: [][]byte{host.Raw}, PrivateKey: hostKey}
	return a
}

// issued reports whether this authority issued a certificate.
func (a *authority) issued(cert *x509.Certificate) bool {
	return bytes.Equal(cert.RawIssuer, a.cert.RawSubject) && cert.CheckSignatureFrom(a.cert) == nil
}

func (a *authority) issue(template *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, a.cert, public, a.key))))
}

// must is for making keys and certificates from constants, which does not fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("siitest: %v", err)) //nolint:forbidigo // of constants, not of outside input
	}
	return v
}

// NewIdentity returns a certificate of that holder, issued by the fake's own
// authority, with a key that is published in this project. The holder is
// registered at the fake; what it may see is for Authorize.
func (s *Server) NewIdentity(holder chile.RUT) *xmlsig.Identity {
	key, cert := s.certify(holder)
	return must(xmlsig.NewIdentity(key, cert, s.authority.cert))
}

// NewPKCS12 returns such a certificate with its key as a PKCS#12 file, for
// programs of any language.
func (s *Server) NewPKCS12(holder chile.RUT, password string) ([]byte, error) {
	key, cert := s.certify(holder)
	file, err := pkcs12.Modern.Encode(key, cert, []*x509.Certificate{s.authority.cert}, password)
	if err != nil {
		return nil, fmt.Errorf("siitest: %w", err)
	}
	return file, nil
}

// certify registers a holder and issues its certificate.
func (s *Server) certify(holder chile.RUT) (*rsa.PrivateKey, *x509.Certificate) {
	s.mu.Lock()
	s.holders[holder] = true
	s.identities++
	serial := 1000 + s.identities
	s.mu.Unlock()
	key := testkeys.Key(int(serial) % testkeys.Count)
	return key, s.authority.issue(&x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject: pkix.Name{
			CommonName: "Titular de prueba " + holder.String(), SerialNumber: holder.String(), // where some programs look for the RUT
			Organization: []string{"SII de prueba"}, Country: []string{"CL"},
		},
		NotBefore: validFrom, NotAfter: validTo,
		KeyUsage:        x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtraExtensions: []pkix.Extension{holderName(holder)},
	}, key.Public())
}

// holderName is the subjectAltName with the holder's RUT, as Chilean issuers
// write it: otherName 1.3.6.1.4.1.8321.1, an IA5String.
func holderName(holder chile.RUT) pkix.Extension {
	rut := must(asn1.MarshalWithParams(holder.String(), "ia5"))
	explicit := must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: rut}))
	oid := must(asn1.Marshal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8321, 1}))
	other := must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: append(oid, explicit...)}))
	names := must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: other}))
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: names}
}

// Trust makes the fake accept the certificate of an identity of another issuer,
// and lets its holder act for the companies.
func (s *Server) Trust(id *xmlsig.Identity, owners ...chile.RUT) error {
	return s.TrustCertificate(id.Certificate(), owners...)
}

// TrustCertificate is Trust for a certificate whose key stays elsewhere. It fails
// if the certificate has no RUT of a holder.
func (s *Server) TrustCertificate(cert *x509.Certificate, owners ...chile.RUT) error {
	rut, err := xmlsig.CertificateRUT(cert)
	if err != nil {
		return fmt.Errorf("siitest: %w", err)
	}
	holder, err := chile.ParseRUT(rut)
	if err != nil {
		return fmt.Errorf("siitest: %w", err)
	}
	s.mu.Lock()
	s.holders[holder] = true
	s.trusted = append(s.trusted, cert)
	s.mu.Unlock()
	for _, owner := range owners {
		s.Authorize(holder, owner)
	}
	return nil
}

// CA returns the certificate of the fake's authority in PEM, for clients that do
// not use Client. Its key is made anew by every process.
func (s *Server) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.authority.cert.Raw})
}
