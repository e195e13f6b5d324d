package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

// maxPasswordFile bounds a file that holds a password.
const maxPasswordFile = 4096

// Certificate is the certificate that a program signs in with.
type Certificate struct {
	path     string
	pass     string
	passFile string
}

// CertificateVar adds the flags of a certificate and its password.
func CertificateVar(flags *Flags, c *Certificate) {
	flags.StringVar(&c.path, "p12", "", "`file` with certificate and key, PKCS#12 (.p12, .pfx); the default is SII_CERT_P12_PATH")
	flags.StringVar(&c.pass, "pass", "", "`password` of the file; visible to other users of this machine while the program\nruns: better set SII_CERT_P12_PASS or use -pass-file")
	flags.StringVar(&c.passFile, "pass-file", "", "`file` whose first line is the password")
}

// Path is that of the certificate: of -p12 or, without it, SII_CERT_P12_PATH. It
// is empty if there is none.
func (c *Certificate) Path(getenv func(string) string) string {
	if c.path != "" {
		return c.path
	}
	return getenv("SII_CERT_P12_PATH")
}

// Load reads the certificate.
func (c *Certificate) Load(getenv func(string) string) (*xmlsig.Identity, error) {
	path := c.Path(getenv)
	if path == "" {
		return nil, Usagef("no certificate: give -p12 FILE or set SII_CERT_P12_PATH")
	}
	password, err := c.password(getenv)
	if err != nil {
		return nil, err
	}
	identity, err := xmlsig.LoadPKCS12(path, password)
	switch {
	case err == nil:
		return identity, nil
	case password == "" && errors.Is(err, xmlsig.ErrWrongPassword):
		return nil, Usagef("%s: no password was given, and the file has one: set SII_CERT_P12_PASS or use -pass-file (%w)", path, err)
	case strings.Contains(err.Error(), path):
		return nil, err
	}
	return nil, fmt.Errorf("%s: %w", path, err)
}

func (c *Certificate) password(getenv func(string) string) (string, error) {
	if c.passFile == "" {
		if c.pass != "" {
			return c.pass, nil
		}
		return getenv("SII_CERT_P12_PASS"), nil
	}
	info, err := os.Stat(c.passFile)
	if err != nil {
		return "", Usage(err)
	}
	if info.Size() > maxPasswordFile {
		return "", Usagef("%s: too long for a file with a password", c.passFile)
	}
	text, err := os.ReadFile(c.passFile)
	if err != nil {
		return "", Usage(err)
	}
	password, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(password, "\r"), nil
}
