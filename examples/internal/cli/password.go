package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile/xmlsig"
)

// maxPasswordFile bounds a file that holds a password.
const maxPasswordFile = 4096

// Certificate is the certificate that a program signs in with.
type Certificate struct {
	Path     string
	pass     string
	passFile string
}

// CertificateVar adds the flags of a certificate and its password.
func CertificateVar(flags *flag.FlagSet, c *Certificate) {
	flags.StringVar(&c.Path, "p12", "", "`file` with certificate and key, PKCS#12 (.p12, .pfx)")
	flags.StringVar(&c.pass, "pass", "", "`password` of the file; visible to other users of this machine while the program\nruns: better set SII_CERT_P12_PASS or use -pass-file")
	flags.StringVar(&c.passFile, "pass-file", "", "`file` whose first line is the password")
}

// Load reads the certificate.
func (c *Certificate) Load(getenv func(string) string) (*xmlsig.Identity, error) {
	password := c.pass
	switch {
	case c.passFile != "":
		info, err := os.Stat(c.passFile)
		if err != nil {
			return nil, err
		}
		if info.Size() > maxPasswordFile {
			return nil, fmt.Errorf("%s: too long for a file with a password", c.passFile)
		}
		text, err := os.ReadFile(c.passFile)
		if err != nil {
			return nil, err
		}
		password, _, _ = strings.Cut(string(text), "\n")
		password = strings.TrimSuffix(password, "\r")
	case password == "":
		password = getenv("SII_CERT_P12_PASS")
	}
	return xmlsig.LoadPKCS12(c.Path, password)
}
