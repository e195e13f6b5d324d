package testkeys

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Request describes a certificate to make. Equal requests give equal certificates, if
// the issuer's key is of RSA.
type Request struct {
	CommonName          string
	RUT                 string // of the holder, written as it is; empty for none
	Serial              int64  // 0 counts as 1
	NotBefore, NotAfter time.Time

	Key    crypto.PublicKey  // of the holder; nil for the public key of Signer
	Signer crypto.Signer     // key of the issuer, or of the holder if there is no Issuer
	Issuer *x509.Certificate // nil for a certificate that signs itself
	CA     bool              // the certificate may issue others
}

// oidHolderRUT is the place of the RUT in certificates of Chilean issuers: an otherName
// of subjectAltName, with an IA5String.
var oidHolderRUT = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8321, 1}

// Certificate makes a certificate as the Chilean issuers do. It fails only if
// the request is invalid, such as a common name that is not UTF-8.
func Certificate(r Request) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(max(r.Serial, 1)),
		Subject:               pkix.Name{Country: []string{"CL"}, CommonName: r.CommonName},
		NotBefore:             r.NotBefore,
		NotAfter:              r.NotAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		SignatureAlgorithm:    x509.SHA256WithRSA,
		BasicConstraintsValid: true,
	}
	if r.CA {
		template.IsCA = true
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	if r.RUT != "" {
		extension, err := holderRUT(r.RUT)
		if err != nil {
			return nil, fmt.Errorf("testkeys: RUT: %w", err)
		}
		template.ExtraExtensions = []pkix.Extension{extension}
	}
	key, issuer := r.Key, r.Issuer
	if key == nil {
		key = r.Signer.Public()
	}
	if issuer == nil {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key, r.Signer)
	if err != nil {
		return nil, fmt.Errorf("testkeys: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("testkeys: %w", err)
	}
	return cert, nil
}

// holderRUT is the subjectAltName with the RUT (GeneralNames and OtherName of
// RFC 5280, 4.2.1.6).
func holderRUT(rut string) (pkix.Extension, error) {
	text, err := asn1.MarshalWithParams(rut, "ia5")
	if err != nil {
		return pkix.Extension{}, err
	}
	oid, err := asn1.Marshal(oidHolderRUT)
	if err != nil {
		return pkix.Extension{}, err
	}
	value, err := asn1.Marshal(tagged0(text))
	if err != nil {
		return pkix.Extension{}, err
	}
	names, err := asn1.Marshal([]asn1.RawValue{tagged0(append(oid, value...))})
	if err != nil {
		return pkix.Extension{}, err
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: names}, nil
}

// tagged0 is [0] with that content.
func tagged0(content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: content}
}
