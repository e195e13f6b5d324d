package main

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// maxSmall bounds a file with a certificate or a CAF.
const maxSmall = 1 << 20

// users is a flag that takes users of the portal.
type users struct {
	list []user
	bad  bool // one could not be read
}

type user struct {
	rut   chile.RUT
	clave string
}

// String implements flag.Value. It has no clave.
func (u *users) String() string {
	var list []string
	for _, user := range u.list {
		list = append(list, user.rut.String())
	}
	return strings.Join(list, " ")
}

// Set implements flag.Value. It does not fail, because package flag would show the
// text with the clave. check fails instead.
func (u *users) Set(text string) error {
	number, clave, _ := strings.Cut(text, ":")
	rut, err := chile.ParseRUT(number)
	u.bad = u.bad || err != nil || clave == ""
	u.list = append(u.list, user{rut, clave})
	return nil
}

func (u *users) check() error {
	if u.bad {
		return cli.Usagef("-user: want RUT:CLAVE, as 11111111-1:secreto")
	}
	return nil
}

// addUsers lets people log in to the portal and act for the company.
func addUsers(fake *siitest.Server, opts *options) {
	if len(opts.users.list) == 0 {
		fake.AddUser(opts.holder, siitest.User{Clave: cli.FakeClave})
	}
	for _, u := range opts.users.list {
		fake.AddUser(u.rut, siitest.User{Clave: u.clave, Company: u.rut == opts.owner})
		fake.Authorize(u.rut, opts.owner)
	}
}

// writeCertificates trusts the certificates of others, and writes the requested ones.
func writeCertificates(fake *siitest.Server, opts *options, getenv func(string) string) error {
	for _, path := range opts.trusted {
		cert, err := readCertificate(path)
		if err == nil {
			err = fake.TrustCertificate(cert, opts.owner)
		}
		if err != nil {
			return fmt.Errorf("-trust %s: %w", path, err)
		}
	}
	if opts.ca != "" {
		if err := os.WriteFile(opts.ca, fake.CA(), 0o644); err != nil { //nolint:gosec // a certificate is for everybody
			return err
		}
	}
	if opts.p12 == "" {
		return nil
	}
	file, err := fake.NewPKCS12(opts.holder, cmp.Or(opts.pass, getenv("SII_CERT_P12_PASS")))
	if err != nil {
		return err
	}
	return os.WriteFile(opts.p12, file, 0o600)
}

// readSmall reads a file that cannot be large.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSmall {
		return nil, errors.New("too long for such a file")
	}
	return os.ReadFile(path)
}

// readCertificate reads the first certificate of a file, PEM or DER.
func readCertificate(path string) (*x509.Certificate, error) {
	data, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return x509.ParseCertificate(data)
		}
		if block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
}
