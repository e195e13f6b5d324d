package xmlsig

import (
	"encoding/asn1"
	"fmt"
)

// AlgorithmError reports a PKCS#12 file that uses an unsupported algorithm. It is
// ErrAlgorithm.
type AlgorithmError struct {
	Use  string // such as encryption
	Name string // of the algorithm, or its object identifier
}

func (e *AlgorithmError) Error() string {
	return fmt.Sprintf("%v: %s with %s; convert the file with a program that reads it, such as OpenSSL: "+
		"openssl pkcs12 -legacy -in old.p12 -nodes -out key.pem, then openssl pkcs12 -export -in key.pem -out new.p12, and delete key.pem",
		ErrAlgorithm, e.Use, e.Name)
}

// Is reports whether target is ErrAlgorithm.
func (e *AlgorithmError) Is(target error) bool { return target == ErrAlgorithm }

// algorithmNames names algorithms that programs use and this package does not
// support: they are too weak or too rare.
var algorithmNames = map[string]string{
	"1.2.840.113549.2.2":        "MD2",
	"1.2.840.113549.2.4":        "MD4",
	"1.2.840.113549.2.5":        "MD5",
	"1.3.36.3.2.1":              "RIPEMD-160",
	"2.16.840.1.101.3.4.2.2":    "SHA-384",
	"2.16.840.1.101.3.4.2.4":    "SHA-224",
	"2.16.840.1.101.3.4.2.5":    "SHA-512/224",
	"2.16.840.1.101.3.4.2.6":    "SHA-512/256",
	"2.16.840.1.101.3.4.2.7":    "SHA3-224",
	"2.16.840.1.101.3.4.2.8":    "SHA3-256",
	"2.16.840.1.101.3.4.2.9":    "SHA3-384",
	"2.16.840.1.101.3.4.2.10":   "SHA3-512",
	"1.2.643.7.1.1.2.2":         "GOST R 34.11-2012 (256)",
	"1.2.643.7.1.1.2.3":         "GOST R 34.11-2012 (512)",
	"1.2.156.10197.1.401":       "SM3",
	"1.2.840.113549.2.6":        "HMAC with MD5",
	"1.2.840.113549.2.8":        "HMAC with SHA-224",
	"1.2.840.113549.2.10":       "HMAC with SHA-384",
	"1.2.840.113549.2.12":       "HMAC with SHA-512/224",
	"1.2.840.113549.2.13":       "HMAC with SHA-512/256",
	"2.16.840.1.101.3.4.2.13":   "HMAC with SHA3-224",
	"2.16.840.1.101.3.4.2.14":   "HMAC with SHA3-256",
	"2.16.840.1.101.3.4.2.15":   "HMAC with SHA3-384",
	"2.16.840.1.101.3.4.2.16":   "HMAC with SHA3-512",
	"1.2.840.113549.1.12.1.1":   "RC4 of 128 bits",
	"1.2.840.113549.1.12.1.2":   "RC4 of 40 bits",
	"1.2.840.113549.1.12.1.4":   "3DES with two keys",
	"1.2.840.113549.1.5.1":      "MD2 and DES (PBES1)",
	"1.2.840.113549.1.5.3":      "MD5 and DES (PBES1)",
	"1.2.840.113549.1.5.4":      "MD2 and RC2 (PBES1)",
	"1.2.840.113549.1.5.6":      "MD5 and RC2 (PBES1)",
	"1.2.840.113549.1.5.10":     "SHA-1 and DES (PBES1)",
	"1.2.840.113549.1.5.11":     "SHA-1 and RC2 (PBES1)",
	"1.2.840.113549.3.2":        "RC2 (PBES2)",
	"1.2.840.113549.3.4":        "RC4 (PBES2)",
	"1.3.14.3.2.7":              "DES (PBES2)",
	"2.16.840.1.101.3.4.1.6":    "AES-128-GCM",
	"2.16.840.1.101.3.4.1.26":   "AES-192-GCM",
	"2.16.840.1.101.3.4.1.46":   "AES-256-GCM",
	"1.2.392.200011.61.1.1.1.2": "Camellia-128",
	"1.2.392.200011.61.1.1.1.4": "Camellia-256",
	"1.3.6.1.4.1.11591.4.11":    "scrypt",
}

// unsupported returns the error for an unsupported algorithm.
func unsupported(use string, oid asn1.ObjectIdentifier) error {
	name := algorithmNames[oid.String()]
	if name == "" {
		name = "algorithm " + cutText(oid.String(), 80)
	}
	return &AlgorithmError{Use: use, Name: name}
}

// cutText bounds a text of a file.
func cutText(s string, limit int) string {
	if len(s) > limit {
		return s[:limit] + "…"
	}
	return s
}
