package siitest

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// NewIdentity returns a certificate for that holder, issued by the fake's own
// authority. Its key is published in this project. The fake registers the holder;
// Authorize sets its companies.
func (s *Server) NewIdentity(holder chile.RUT) *xmlsig.Identity {
	s.desk.access.register(holder)
	key, cert := s.authority.certify(holder)
	return must(xmlsig.NewIdentity(key, cert, s.authority.cert))
}

// NewPKCS12 returns such a certificate with its key as a PKCS#12 file, for
// programs in any language.
func (s *Server) NewPKCS12(holder chile.RUT, password string) ([]byte, error) {
	s.desk.access.register(holder)
	key, cert := s.authority.certify(holder)
	file, err := pkcs12.Modern.Encode(key, cert, []*x509.Certificate{s.authority.cert}, password)
	if err != nil {
		return nil, fmt.Errorf("siitest: %w", err)
	}
	return file, nil
}

// Trust makes the fake accept the certificate of another issuer's identity, and
// authorises its holder for the companies.
func (s *Server) Trust(id *xmlsig.Identity, owners ...chile.RUT) error {
	return s.TrustCertificate(id.Certificate(), owners...)
}

// TrustCertificate is Trust for a certificate whose key is elsewhere. It fails if
// the certificate has no RUT of a holder.
func (s *Server) TrustCertificate(cert *x509.Certificate, owners ...chile.RUT) error {
	rut, err := xmlsig.CertificateRUT(cert)
	if err != nil {
		return fmt.Errorf("siitest: %w", err)
	}
	holder, err := chile.ParseRUT(rut)
	if err != nil {
		return fmt.Errorf("siitest: %w", err)
	}
	s.desk.access.register(holder)
	s.desk.access.trust(cert)
	for _, owner := range owners {
		s.Authorize(holder, owner)
	}
	return nil
}

// CA returns the certificate of the fake's authority in PEM, for clients that do
// not use Client. Every process makes a new key.
func (s *Server) CA() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.authority.cert.Raw})
}

// Authorize allows the holder of a certificate to act for a company at the SII.
// The holder is registered if needed.
func (s *Server) Authorize(holder, owner chile.RUT) { s.desk.access.authorize(holder, owner) }

// RevokeTokens invalidates all issued tokens.
func (s *Server) RevokeTokens() { s.desk.access.revoke() }
