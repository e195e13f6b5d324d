package siidoctor_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/xmlsig"
)

// wrongKey is a device that signs with another key than its public one.
type wrongKey struct{ public, private *rsa.PrivateKey }

func (w wrongKey) Public() crypto.PublicKey { return w.public.Public() }

func (w wrongKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return w.private.Sign(random, digest, opts)
}

func TestDiagnoseCertificate(t *testing.T) {
	t.Parallel()
	from, until := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	issue := func(r testkeys.Request) *x509.Certificate {
		if r.NotBefore.IsZero() {
			r.NotBefore, r.NotAfter = from, until
		}
		cert, err := testkeys.Certificate(r)
		require.NoError(t, err)
		return cert
	}
	root := issue(testkeys.Request{CommonName: "CA Raíz", CA: true, Signer: testkeys.Key(0)})
	between := issue(testkeys.Request{CommonName: "CA Intermedia", Serial: 2, CA: true, Key: testkeys.Key(2).Public(), Signer: testkeys.Key(0), Issuer: root})
	old := issue(testkeys.Request{CommonName: "CA Intermedia", Serial: 3, CA: true, Key: testkeys.Key(2).Public(), Signer: testkeys.Key(0), Issuer: root, NotBefore: from, NotAfter: from.AddDate(1, 0, 0)})
	forged := issue(testkeys.Request{CommonName: "CA Intermedia", Serial: 4, CA: true, Key: testkeys.Key(1).Public(), Signer: testkeys.Key(0), Issuer: root})
	ana := func(r testkeys.Request) *x509.Certificate {
		r.CommonName, r.Serial, r.Signer, r.Issuer = "Ana Secreta", 9, testkeys.Key(2), between
		if r.Key == nil {
			r.Key = testkeys.Key(1).Public()
		}
		return issue(r)
	}
	named := testkeys.Request{RUT: "11111111-1"}
	self := issue(testkeys.Request{CommonName: "Ana Secreta", RUT: "11111111-1", Signer: testkeys.Key(1)})
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	weak := named
	weak.Key = small.Public()

	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		key    crypto.Signer
		leaf   *x509.Certificate
		chain  []*x509.Certificate
		others []*x509.Certificate
		now    time.Time
		want   string
		token  bool // is requested, so that the SII decides
	}{
		"good":             {leaf: ana(named), chain: []*x509.Certificate{root, between}, want: "ok certificate.chain chain_complete", token: true},
		"valid":            {leaf: ana(named), want: "ok certificate.dates certificate_valid", token: true},
		"ends soon":        {leaf: ana(named), now: until.AddDate(0, 0, -10), want: "warn certificate.dates certificate_ends_soon", token: true},
		"ended":            {leaf: ana(named), now: until.Add(time.Second), want: "fail certificate.dates certificate_expired"},
		"to begin":         {leaf: ana(named), now: from.Add(-time.Second), want: "fail certificate.dates certificate_not_yet_valid"},
		"RUT":              {leaf: ana(named), want: "ok certificate.rut rut_named", token: true},
		"no RUT":           {leaf: ana(testkeys.Request{}), want: "warn certificate.rut rut_none", token: true},
		"wrong RUT":        {leaf: ana(testkeys.Request{RUT: "11111111-2"}), want: "fail certificate.rut rut_invalid", token: true},
		"key of 1024 bits": {key: small, leaf: ana(weak), want: "warn certificate.key key_weak", token: true},
		"other key":        {key: wrongKey{testkeys.Key(1), testkeys.Key(0)}, leaf: ana(named), want: "fail certificate.key key_failed"},
		"given issuers":    {leaf: ana(named), others: []*x509.Certificate{root, between}, want: "ok certificate.chain chain_complete", token: true},
		"no issuer":        {leaf: ana(named), want: "warn certificate.chain chain_incomplete", token: true},
		"no root":          {leaf: ana(named), chain: []*x509.Certificate{between}, want: "warn certificate.chain chain_incomplete", token: true},
		"issuer has ended": {leaf: ana(named), chain: []*x509.Certificate{root, old}, want: "warn certificate.chain chain_expired", token: true},
		"other issuer":     {leaf: ana(named), chain: []*x509.Certificate{root, forged}, want: "warn certificate.chain chain_broken", token: true},
		"self-signed":      {leaf: self, want: "fail certificate.chain chain_self_signed", token: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, at := tt.key, tt.now
			if key == nil {
				key = testkeys.Key(1)
			}
			if at.IsZero() {
				at = now
			}
			id, err := xmlsig.NewIdentity(key, tt.leaf, tt.chain...)
			require.NoError(t, err)
			srv := newFake(t)
			d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{Issuers: tt.others},
				sii.WithIdentity(id), sii.WithHTTPClient(srv.Client()), sii.WithClock(func() time.Time { return at }))
			assert.Contains(t, codes(d), tt.want, "%s", d)
			assert.Equal(t, tt.token, of(t, d, "token", "").Code != "skipped", "%s", d)
			assert.NotContains(t, d.String(), "Secreta")
		})
	}
}

// Other kinds of files, and other algorithms, are named in the finding.
func TestDiagnoseOtherFiles(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	for says, err := range map[string]error{
		"It is PEM text": xmlsig.ErrIsPEM, "base64: decode it": xmlsig.ErrIsBase64, "It is a web page": xmlsig.ErrIsHTML,
		"It is something else": xmlsig.ErrNotPKCS12, "uses MD5": &xmlsig.AlgorithmError{Name: "MD5"},
	} {
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{IdentityErr: err}, sii.WithHTTPClient(srv.Client()))
		assert.Contains(t, of(t, d, "certificate", "").Detail, says)
	}
}

func TestDiagnoseCertificateFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have no such permissions")
	}
	srv := newFake(t)
	path := filepath.Join(t.TempDir(), "ana.p12")
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	for mode, want := range map[fs.FileMode]string{
		0o600: "ok certificate.file certificate_file_closed", 0o640: "ok certificate.file certificate_file_closed",
		0o644: "warn certificate.file certificate_file_open", 0o602: "warn certificate.file certificate_file_open",
	} {
		require.NoError(t, os.Chmod(path, mode))
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{CertificateFile: path}, sii.WithHTTPClient(srv.Client()))
		assert.Contains(t, codes(d), want, "%v", mode)
		assert.NotContains(t, d.String(), path)
	}
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{CertificateFile: path + "x"}, sii.WithHTTPClient(srv.Client()))
	assert.Contains(t, codes(d), "fail certificate.file certificate_missing")
	d = siidoctor.Diagnose(t.Context(), srv.Environment(), nil, sii.WithHTTPClient(srv.Client()))
	assert.NotContains(t, d.String(), "certificate.file")
}

// The reason for a missing certificate is reported, and all other checks run.
func TestDiagnoseIdentityError(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	for want, err := range map[string]error{
		"certificate_missing":       &fs.PathError{Op: "open", Path: "/home/ana/hunter2.p12", Err: fs.ErrNotExist},
		"certificate_password":      fmt.Errorf("x: %w", xmlsig.ErrWrongPassword),
		"certificate_no_match":      fmt.Errorf("%w: this one is of Ana hunter2", xmlsig.ErrNoMatch),
		"certificate_no_key":        xmlsig.ErrNoKey,
		"certificate_key_size":      xmlsig.ErrKeySize,
		"certificate_alone":         fmt.Errorf("/home/hunter2.p12: %w", xmlsig.ErrIsCertificate),
		"certificate_chain_alone":   xmlsig.ErrIsPKCS7,
		"certificate_key_alone":     xmlsig.ErrIsKey,
		"certificate_java":          xmlsig.ErrIsJKS,
		"certificate_empty":         xmlsig.ErrIsEmpty,
		"certificate_cut":           fmt.Errorf("/home/hunter2.p12: %w at byte 7", xmlsig.ErrIsCut),
		"certificate_damaged":       xmlsig.ErrIsDamaged,
		"certificate_broken":        xmlsig.ErrMalformed,
		"certificate_several":       xmlsig.ErrSeveralHolders,
		"certificate_algorithm":     fmt.Errorf("/home/hunter2.p12: %w", &xmlsig.AlgorithmError{Use: "integrity (MAC)", Name: "MD5"}),
		"certificate_limit":         xmlsig.ErrLimit,
		"certificate_unreadable":    fs.ErrPermission,
		"certificate_absent":        xmlsig.ErrNoCertificate,
		"certificate_not_rsa":       xmlsig.ErrNotRSA,
		"certificate_no_mac":        xmlsig.ErrNoMAC,
		"certificate_encrypted_pem": xmlsig.ErrEncryptedPEM,
		"certificate_fips":          xmlsig.ErrFIPS,
		"certificate_not_pkcs12":    xmlsig.ErrIsHTML,
		"certificate_failed":        errors.New("pass=hunter2 from the vault"),
	} {
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), &siidoctor.Options{IdentityErr: err}, sii.WithHTTPClient(srv.Client()))
		f := of(t, d, "certificate", "")
		assert.Equal(t, want, f.Code)
		assert.Equal(t, siidoctor.CheckFail, f.Status)
		assert.Subset(t, codes(d), []string{"ok seed seed_given", "skipped token skipped", "skipped rcv skipped"})
		assert.NotContains(t, d.String(), "hunter2")
	}
	d := siidoctor.Diagnose(t.Context(), srv.Environment(), nil, sii.WithHTTPClient(srv.Client()))
	assert.Subset(t, codes(d), []string{"skipped certificate certificate_none", "ok seed seed_given", "skipped token skipped"})
}
