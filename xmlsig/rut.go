package xmlsig

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"strings"
)

// The places where a Chilean certificate names the RUT of its holder.
var (
	oidHolderRUT      = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 8321, 1}
	oidSubjectAltName = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAltName  = asn1.ObjectIdentifier{2, 5, 29, 18}
)

// CertificateRUT returns the RUT of a certificate's holder: see Identity.RUT.
func CertificateRUT(cert *x509.Certificate) (string, error) {
	var found string
	for _, ext := range cert.Extensions {
		if !ext.Id.Equal(oidSubjectAltName) && !ext.Id.Equal(oidIssuerAltName) {
			continue
		}
		for _, text := range otherNames(ext.Value, oidHolderRUT) {
			rut, err := normaliseRUT(text)
			if err != nil {
				return "", err
			}
			if found != "" && found != rut {
				return "", fmt.Errorf("%w: %s and %s", ErrRUTConflict, found, rut)
			}
			found = rut
		}
	}
	serial := strings.TrimSpace(cert.Subject.SerialNumber)
	if serial == "" {
		if found == "" {
			return "", ErrNoRUT
		}
		return found, nil
	}
	rut, err := normaliseRUT(serial)
	switch {
	case err != nil && found == "":
		return "", err
	case err != nil: // a serial number need not be a RUT if the alternative name has one
		return found, nil
	case found != "" && found != rut:
		return "", fmt.Errorf("%w: %s in the alternative name, %s in the subject", ErrRUTConflict, found, rut)
	default:
		return rut, nil
	}
}

// otherNames returns the texts of the otherNames of that type in a GeneralNames
// extension (RFC 5280, 4.2.1.6). Names that cannot be read are skipped.
func otherNames(extension []byte, typ asn1.ObjectIdentifier) []string {
	var names asn1.RawValue
	if rest, err := asn1.Unmarshal(extension, &names); err != nil || len(rest) > 0 || names.Tag != asn1.TagSequence {
		return nil
	}
	var texts []string
	for rest := names.Bytes; len(rest) > 0; {
		var name asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &name); err != nil {
			return texts
		}
		if name.Class != asn1.ClassContextSpecific || name.Tag != 0 {
			continue
		}
		var oid asn1.ObjectIdentifier
		value, err := asn1.Unmarshal(name.Bytes, &oid)
		if err != nil || !oid.Equal(typ) {
			continue
		}
		var explicit, text asn1.RawValue
		if _, err := asn1.Unmarshal(value, &explicit); err != nil {
			continue
		}
		if _, err := asn1.Unmarshal(explicit.Bytes, &text); err != nil || text.IsCompound {
			continue
		}
		texts = append(texts, string(text.Bytes))
	}
	return texts
}

// normaliseRUT writes a RUT as 11111111-1 and checks its check digit (modulo
// 11). The package knows nothing else about RUTs.
func normaliseRUT(s string) (string, error) {
	clean := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), ".", ""))
	number, dv, ok := strings.Cut(clean, "-")
	number = strings.TrimLeft(number, "0")
	if !ok || len(dv) != 1 || number == "" || len(number) > 8 {
		return "", fmt.Errorf("%w: %.20q", ErrInvalidRUT, s)
	}
	sum, factor := 0, 2
	for i := len(number) - 1; i >= 0; i-- {
		if number[i] < '0' || number[i] > '9' {
			return "", fmt.Errorf("%w: %.20q", ErrInvalidRUT, s)
		}
		sum += int(number[i]-'0') * factor
		if factor++; factor > 7 {
			factor = 2
		}
	}
	if "0K987654321"[sum%11] != dv[0] {
		return "", fmt.Errorf("%w: %.20q has a wrong check digit", ErrInvalidRUT, s)
	}
	return number + "-" + dv, nil
}
