package session

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// LoginCertificate logs in with a certificate. It is presented only to the
// SII's host for this purpose (herculesr.sii.cl). The HTTP client must have an
// *http.Transport or no transport.
func (s *Session) LoginCertificate(ctx context.Context, id *xmlsig.Identity) error {
	if id == nil {
		return &Error{Op: opCertificate, Kind: ErrCertificate, Err: errors.New("no identity")}
	}
	if err := id.ValidAt(s.now()); err != nil {
		return &Error{Op: opCertificate, Kind: ErrCertificate, Err: err}
	}
	var holder chile.RUT
	if text, err := id.RUT(); err == nil {
		holder, _ = chile.ParseRUT(text)
	}
	if err := s.take(ctx); err != nil {
		return &Error{Op: opCertificate, Err: err}
	}
	defer s.give()
	s.logoutQuietly(ctx)
	transport, err := s.presenting(id)
	if err != nil {
		return err
	}
	defer transport.CloseIdleConnections()
	err = s.attemptCertificate(ctx, holder, transport)
	if errors.Is(err, ErrChallenge) || errors.Is(err, ErrPortalChanged) {
		err = s.askPerson(ctx, holder, err)
	}
	if err != nil {
		s.logoutQuietly(ctx) // a half-opened session counts at the SII
	}
	return err
}

// attemptCertificate presents the certificate, if the guard allows it. The
// holder is zero if the certificate does not name one.
func (s *Session) attemptCertificate(ctx context.Context, holder chile.RUT, transport *http.Transport) error {
	if !holder.IsZero() {
		if err := s.guard.begin(ctx, holder); err != nil {
			return &Error{Op: opCertificate, Err: err}
		}
		defer s.guard.finish(holder)
		if s.guard.Open(holder, s.now()) >= s.guard.max {
			return &Error{Op: opCertificate, Kind: ErrTooManySessions}
		}
	}
	cookies := s.begin()
	form := []byte("referencia=" + url.QueryEscape(s.destination))
	client := s.clientWith(transport, cookies)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // none with the certificate
	page, err := s.exchange(ctx, client,
		&call{cookies: cookies, op: opCertificate, method: http.MethodPost, address: "https://" + certificateHost + loginPath + "?" + s.destination, body: form})
	if err != nil {
		return err
	}
	return s.enter(ctx, opCertificate, holder, page, cookies, nil)
}

// presenting returns a transport that presents the certificate only to the host
// that requires it.
func (s *Session) presenting(id *xmlsig.Identity) (*http.Transport, error) {
	transport, ok := s.http.Transport.(*http.Transport)
	if !ok {
		return nil, &Error{Op: opCertificate, Kind: ErrRefused, Err: errors.New("a certificate needs an *http.Transport in the HTTP client")}
	}
	own := transport.Clone()
	config := &tls.Config{}
	if own.TLSClientConfig != nil {
		config = own.TLSClientConfig.Clone()
	}
	config.MinVersion, config.MaxVersion = s.certificate.MinVersion, s.certificate.MaxVersion
	config.CipherSuites, config.Renegotiation = s.certificate.CipherSuites, s.certificate.Renegotiation
	certificate := &tls.Certificate{Certificate: chainOf(id), PrivateKey: id, Leaf: id.Certificate()}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	config.NextProtos = []string{"http/1.1"} // HTTP/2 has no renegotiation
	own.TLSClientConfig = config
	own.ForceAttemptHTTP2 = false
	own.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	own.DisableKeepAlives = true
	return own, nil
}

// chainOf returns the certificate and its issuers' certificates, each after the
// one that it issued, without the root, which the SII has.
func chainOf(id *xmlsig.Identity) [][]byte {
	leaf := id.Certificate()
	chain := [][]byte{leaf.Raw}
	rest := id.Chain()
	for last := leaf; ; {
		next := issuerOf(last, rest)
		if next == nil || len(chain) > len(rest) {
			return chain
		}
		chain = append(chain, next.Raw)
		last = next
	}
}

func issuerOf(cert *x509.Certificate, among []*x509.Certificate) *x509.Certificate {
	for _, candidate := range among {
		root := bytes.Equal(candidate.RawSubject, candidate.RawIssuer)
		if !root && !candidate.Equal(cert) && bytes.Equal(candidate.RawSubject, cert.RawIssuer) {
			return candidate
		}
	}
	return nil
}
