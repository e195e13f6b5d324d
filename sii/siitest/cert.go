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
	"fmt"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/testkeys"
)

// certifiedNames are the names of the fake's hosts: all of the SII's, so that
// hosts without a service say so, and this machine's.
var certifiedNames = []string{"*.sii.cl", "localhost"}

var loopback = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}

// authority issues the certificates of the fake: for its hosts and for people.
type authority struct {
	issuedTo atomic.Int64 // people
	cert     *x509.Certificate
	key      crypto.Signer
	roots    *x509.CertPool
	hosts    tls.Certificate
}

// The fake's certificates are valid from 2000 to 2100, on any clock.
var (
	validFrom = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	validTo   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// authorityKey is the key of every authority in the process; their names
// distinguish them. Making a key takes long. It is RSA because some programs read
// no other certificates, and is not stored, so trusting an authority means
// trusting one process.
var authorityKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })

// newAuthority makes the authority of a fake with that host, among others.
func newAuthority(host string) *authority {
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
	served := a.issue(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: certifiedNames, IPAddresses: loopback,
		NotBefore: validFrom, NotAfter: validTo,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, hostKey.Public())
	a.hosts = tls.Certificate{Certificate: [][]byte{served.Raw}, PrivateKey: hostKey}
	return a
}

// issued reports whether this authority issued a certificate.
func (a *authority) issued(cert *x509.Certificate) bool {
	return bytes.Equal(cert.RawIssuer, a.cert.RawSubject) && cert.CheckSignatureFrom(a.cert) == nil
}

func (a *authority) issue(template *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, a.cert, public, a.key))))
}

// must is for keys and certificates from constants, which cannot fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("siitest: %v", err)) //nolint:forbidigo // of constants, not of outside input
	}
	return v
}

// certify issues the certificate of a holder.
func (a *authority) certify(holder chile.RUT) (*rsa.PrivateKey, *x509.Certificate) {
	serial := 1000 + a.issuedTo.Add(1)
	key := testkeys.Key(int(serial) % testkeys.Count)
	return key, a.issue(&x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject: pkix.Name{
			CommonName: "Titular de prueba " + holder.String(), SerialNumber: holder.String(), // some programs look for the RUT here
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
