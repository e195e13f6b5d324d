package xmlsig

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// maxKeyFile bounds files with keys. Real ones have 2 to 10 KB.
const maxKeyFile = 1 << 20

// LoadPKCS12 reads a .p12 or .pfx file: see ParsePKCS12.
func LoadPKCS12(path, password string) (*Identity, error) {
	file, err := os.Open(path) //nolint:gosec // the path is the caller's own
	if err != nil {
		return nil, fmt.Errorf("xmlsig: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("xmlsig: %w", err)
	}
	id, err := ParsePKCS12(data, password)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

// ParsePKCS12 is ParsePKCS12At with the current time.
func ParsePKCS12(data []byte, password string) (*Identity, error) {
	return ParsePKCS12At(data, password, time.Now()) //nolint:forbidigo // ParsePKCS12At takes another time
}

// ParsePKCS12At reads a PKCS#12 file (.p12, .pfx) as Chilean issuers deliver it and
// as users export it: with modern or legacy encryption, with or without the chain
// of issuers, in one part or many, in DER or BER.
//
// If there are several keys and certificates, it takes a certificate that belongs to
// an RSA key and is valid at that time. If several are valid, it takes the one that
// expires last; if none is valid, the last to expire of all. An expired certificate
// is not an error here: see Identity.ValidAt. If certificates of several holders are
// valid, it does not guess: ErrSeveralHolders.
//
// Certificates that crypto/x509 refuses are read tolerantly: a negative serial
// number, letters that their string type may not have, malformed addresses. They
// have what signing and the holder's RUT need, but they do not verify.
//
// The errors are ErrWrongPassword, ErrNoKey, ErrNoCertificate, ErrNoMatch,
// ErrSeveralHolders, ErrNotRSA, ErrKeySize, ErrNoMAC, ErrAlgorithm, ErrLimit and
// ErrNotPKCS12. For other kinds of files and damaged ones they are ErrIsPEM,
// ErrIsBase64, ErrIsHTML, ErrIsCertificate, ErrIsKey, ErrIsPKCS7, ErrIsJKS,
// ErrIsEmpty, ErrIsCut and ErrIsDamaged. ErrFIPS says that FIPS 140 is enforced and
// forbids the file's encryption or its short password.
//
// A PKCS#12 file states how much work opening it takes. Files that ask for more
// than a few seconds are refused with ErrLimit.
func ParsePKCS12At(data []byte, password string, now time.Time) (*Identity, error) {
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrLimit, maxKeyFile)
	}
	if kind := kindOfFile(data); kind != nil {
		return nil, kind
	}
	der, err := toDER(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPKCS12, err)
	}
	found, err := openPKCS12(der, password)
	if err != nil {
		return nil, err
	}
	return found.choose(now)
}

// openPKCS12 calls the reader and recovers from panics of ciphers. With FIPS 140
// enforced the older algorithms panic, and a file from outside must not stop a
// service.
func openPKCS12(der []byte, password string) (found *keyring, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%w: its encryption cannot be undone", ErrNotPKCS12)
		}
		if err != nil && checkFIPS() != nil && !errors.Is(err, ErrWrongPassword) {
			err = ErrFIPS
		}
	}()
	o := &opener{password: newPassword(password), left: maxAllIterations}
	if err := o.file(der); err != nil {
		return nil, err
	}
	return &o.found, nil
}
