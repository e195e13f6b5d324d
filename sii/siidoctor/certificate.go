package siidoctor

import (
	"bytes"
	"context"
	"crypto/fips140"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/xmlsig"
)

const (
	soonEnds    = 30 * 24 * time.Hour // a certificate that ends sooner must be renewed
	strongKey   = 2048                // bits; older Chilean certificates have 1024
	maxIssuers  = 8                   // bounds the chain
	maxCertName = 80
	forOthers   = fs.FileMode(0o007) // permissions of users outside owner and group
)

// identityCodes are the codes for a missing certificate.
var identityCodes = []struct {
	err  error
	code string
}{
	{fs.ErrNotExist, "certificate_missing"},
	{fs.ErrPermission, "certificate_unreadable"},
	{xmlsig.ErrWrongPassword, "certificate_password"},
	{xmlsig.ErrIsCertificate, "certificate_alone"},
	{xmlsig.ErrIsPKCS7, "certificate_chain_alone"},
	{xmlsig.ErrIsKey, "certificate_key_alone"},
	{xmlsig.ErrIsJKS, "certificate_java"},
	{xmlsig.ErrIsEmpty, "certificate_empty"},
	{xmlsig.ErrIsCut, "certificate_cut"},
	{xmlsig.ErrIsDamaged, "certificate_damaged"},
	{xmlsig.ErrNoKey, "certificate_no_key"},
	{xmlsig.ErrNoCertificate, "certificate_absent"},
	{xmlsig.ErrMalformed, "certificate_broken"},
	{xmlsig.ErrNoMatch, "certificate_no_match"},
	{xmlsig.ErrSeveralHolders, "certificate_several"},
	{xmlsig.ErrNotRSA, "certificate_not_rsa"},
	{xmlsig.ErrKeySize, "certificate_key_size"},
	{xmlsig.ErrNoMAC, "certificate_no_mac"},
	{xmlsig.ErrLimit, "certificate_limit"},
	{xmlsig.ErrEncryptedPEM, "certificate_encrypted_pem"},
	{xmlsig.ErrFIPS, "certificate_fips"},
}

func (d *doctor) checkCertificate(context.Context) finding {
	switch err := d.options.IdentityErr; {
	case d.signIn.Identity() == nil && err != nil:
		return noIdentity(err)
	case d.signIn.Identity() == nil:
		return found("certificate_none")
	case fips140.Enforced():
		return found("certificate_fips")
	}
	return found("certificate_read", d.signIn.Identity().Fingerprint()[:16])
}

// noIdentity returns the finding for a missing certificate.
func noIdentity(err error) finding {
	var algorithm *xmlsig.AlgorithmError
	if errors.As(err, &algorithm) {
		return found("certificate_algorithm", algorithm.Name)
	}
	for _, known := range identityCodes {
		if errors.Is(err, known.err) {
			return found(known.code)
		}
	}
	for _, kind := range otherKinds {
		if errors.Is(err, kind.err) {
			f := found("certificate_not_pkcs12")
			f.detail = text(f.detail.ES+" "+kind.words.ES, f.detail.EN+" "+kind.words.EN)
			return f
		}
	}
	return found("certificate_failed", cause(err))
}

// otherKinds are files of other kinds, with their words.
var otherKinds = []struct {
	err   error
	words sii.Text
}{
	{xmlsig.ErrIsPEM, text("Es texto PEM.", "It is PEM text.")},
	{xmlsig.ErrIsBase64, text("Es texto en base64: hay que decodificarlo.", "It is text in base64: decode it.")},
	{xmlsig.ErrIsHTML, text("Es una página web: hay que descargarlo de nuevo.", "It is a web page: download it again.")},
	{xmlsig.ErrNotPKCS12, text("Es otra cosa.", "It is something else.")},
}

// checkFile checks who may read the file with the key. On systems without such
// permissions (Windows) this is unknown.
func (d *doctor) checkFile(context.Context) finding {
	info, err := os.Stat(d.options.CertificateFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found("certificate_missing")
	case err != nil:
		return found("certificate_unreadable")
	case runtime.GOOS == "windows":
		return found("certificate_file_unknown")
	case info.Mode().Perm()&forOthers != 0:
		return found("certificate_file_open", info.Mode().Perm())
	}
	return found("certificate_file_closed", info.Mode().Perm())
}

func (d *doctor) checkDates(context.Context) finding {
	id, now := d.signIn.Identity(), d.signIn.Now()
	from, until := id.NotBefore().UTC().Format(time.DateTime), id.NotAfter().UTC().Format(time.DateTime)
	switch err := id.ValidAt(now); {
	case errors.Is(err, xmlsig.ErrNotYetValid):
		return found("certificate_not_yet_valid", from)
	case err != nil:
		return found("certificate_expired", until)
	case id.NotAfter().Sub(now) < soonEnds:
		return found("certificate_ends_soon", until, int(id.NotAfter().Sub(now)/(24*time.Hour)))
	}
	return found("certificate_valid", until)
}

func (d *doctor) checkRUT(context.Context) finding {
	text, err := d.signIn.Identity().RUT()
	switch {
	case errors.Is(err, xmlsig.ErrNoRUT):
		return found("rut_none")
	case errors.Is(err, xmlsig.ErrRUTConflict):
		return found("rut_conflict")
	case err != nil:
		return found("rut_invalid")
	}
	rut, err := chile.ParseRUT(text)
	if err != nil {
		return found("rut_invalid")
	}
	return found("rut_named", rut)
}

// checkKey signs a useless seed: a key may be in a device, and may not belong to
// the certificate.
func (d *doctor) checkKey(context.Context) finding {
	id := d.signIn.Identity()
	public, ok := id.Public().(*rsa.PublicKey)
	if !ok {
		return found("certificate_not_rsa")
	}
	_, err := xmlsig.SignEnveloped([]byte("<getToken><item><Semilla>0</Semilla></item></getToken>"), id)
	switch {
	case err != nil:
		return found("key_failed", cause(err))
	case public.N.BitLen() < strongKey:
		return found("key_weak", public.N.BitLen())
	}
	return found("key_signs", public.N.BitLen())
}

func (d *doctor) checkChain(context.Context) finding {
	id := d.signIn.Identity()
	leaf, issuers := id.Certificate(), append(id.Chain(), d.options.Issuers...)
	if issuedBy(leaf, leaf) {
		return found("chain_self_signed")
	}
	policy := xmlsig.Policy{Intermediates: issuers, Time: d.signIn.Now()}
	for _, c := range issuers {
		if issuedBy(c, c) {
			policy.Roots = append(policy.Roots, c)
		}
	}
	trust, err := policy.Truster().TrustCertificate(leaf)
	var invalid x509.CertificateInvalidError
	last := endOfChain(leaf, issuers)
	switch {
	case err == nil && trust == xmlsig.TrustSHA1Chain:
		return found("chain_sha1", authorityName(last))
	case err == nil:
		return found("chain_complete", authorityName(last))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return found("chain_expired")
	case !issuedBy(last, last):
		return found("chain_incomplete", issuerName(last))
	}
	return found("chain_broken")
}

func issuedBy(cert, issuer *x509.Certificate) bool {
	return bytes.Equal(cert.RawIssuer, issuer.RawSubject)
}

// endOfChain follows the available issuers of a certificate.
func endOfChain(cert *x509.Certificate, issuers []*x509.Certificate) *x509.Certificate {
	for range maxIssuers {
		next := cert
		for _, c := range issuers {
			if !issuedBy(cert, cert) && issuedBy(cert, c) {
				next = c
				break
			}
		}
		if next == cert {
			break
		}
		cert = next
	}
	return cert
}

// authorityName returns the name of an authority; never call it for a person.
func authorityName(authority *x509.Certificate) string { return cutName(authority.Subject.CommonName) }

func issuerName(cert *x509.Certificate) string {
	if cn := cert.Issuer.CommonName; cn != "" || len(cert.Issuer.Organization) == 0 {
		return cutName(cn)
	}
	return cutName(cert.Issuer.Organization[0])
}

func cutName(name string) string {
	if len(name) > maxCertName {
		name = name[:maxCertName] + "…"
	}
	return name
}
