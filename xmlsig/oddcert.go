package xmlsig

import (
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Chilean issuers have issued certificates that crypto/x509 refuses and other
// programs read: with a negative serial number, with letters that a PrintableString
// may not have, with addresses in ISO-8859-1. Their holders have no other
// certificate.

// parseCertificate reads a certificate, tolerantly if crypto/x509 refuses it. A
// tolerant reading returns only what signing and the holder's RUT need, and that
// the certificate is not an authority.
func parseCertificate(der []byte) (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(der)
	if err == nil {
		return cert, nil
	}
	cert, odd := parseOddCertificate(der)
	if odd != nil {
		return nil, fmt.Errorf("%w: certificate: %w", ErrMalformed, err)
	}
	return cert, nil
}

type oddCertificate struct {
	TBS       asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type oddTBS struct {
	Version    int           `asn1:"optional,explicit,default:0,tag:0"`
	Serial     asn1.RawValue // an INTEGER of any length and sign
	Algorithm  asn1.RawValue
	Issuer     asn1.RawValue
	Validity   struct{ NotBefore, NotAfter asn1.RawValue }
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	IssuerID   asn1.RawValue `asn1:"optional,tag:1"`
	SubjectID  asn1.RawValue `asn1:"optional,tag:2"`
	Extensions asn1.RawValue `asn1:"optional,explicit,tag:3"`
}

func parseOddCertificate(der []byte) (*x509.Certificate, error) {
	var outer oddCertificate
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		return nil, err
	}
	var tbs oddTBS
	if _, err := asn1.Unmarshal(outer.TBS.FullBytes, &tbs); err != nil {
		return nil, err
	}
	cert := &x509.Certificate{
		Raw: der, Version: 3, RawTBSCertificate: outer.TBS.FullBytes, RawSubjectPublicKeyInfo: tbs.PublicKey.FullBytes,
		RawSubject: tbs.Subject.FullBytes, RawIssuer: tbs.Issuer.FullBytes, Signature: outer.Signature.Bytes,
		SerialNumber: signedNumber(tbs.Serial.Bytes), Subject: oddName(tbs.Subject.Bytes), Issuer: oddName(tbs.Issuer.Bytes),
		Extensions: oddExtensions(tbs.Extensions.Bytes),
	}
	var err error
	if cert.NotBefore, err = oddTime(tbs.Validity.NotBefore); err != nil {
		return nil, err
	}
	if cert.NotAfter, err = oddTime(tbs.Validity.NotAfter); err != nil {
		return nil, err
	}
	if cert.PublicKey, err = oddPublicKey(tbs.PublicKey.FullBytes); err != nil {
		return nil, err
	}
	cert.PublicKeyAlgorithm = x509.RSA
	return cert, nil
}

// signedNumber reads an INTEGER in two's complement.
func signedNumber(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// oddPublicKey reads an RSA key, also one whose algorithm lacks its parameters.
func oddPublicKey(der []byte) (*rsa.PublicKey, error) {
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		if public, ok := key.(*rsa.PublicKey); ok {
			return public, nil
		}
		return nil, ErrNotRSA
	}
	var info struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	return x509.ParsePKCS1PublicKey(info.Key.RightAlign())
}

// oddTime reads a UTCTime or GeneralizedTime, even without seconds or with an
// offset.
func oddTime(v asn1.RawValue) (time.Time, error) {
	text := string(v.Bytes)
	layouts := []string{"20060102150405Z0700", "200601021504Z0700"}
	if v.Tag == asn1.TagUTCTime {
		layouts = []string{"060102150405Z0700", "0601021504Z0700"}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			if v.Tag == asn1.TagUTCTime && t.Year() >= 2050 { // RFC 5280, 4.1.2.5.1
				t = t.AddDate(-100, 0, 0)
			}
			return t.UTC(), nil
		}
	}
	return time.Time{}, errP12
}

// oddName reads the texts of a name, with any letters.
func oddName(content []byte) (name pkix.Name) {
	var sequence pkix.RDNSequence
	for rest := content; len(rest) > 0; {
		var set asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &set); err != nil {
			break
		}
		for part := set.Bytes; len(part) > 0; {
			var attribute struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue
			}
			if part, err = asn1.Unmarshal(part, &attribute); err != nil {
				break
			}
			sequence = append(sequence, pkix.RelativeDistinguishedNameSET{{Type: attribute.Type, Value: oddText(attribute.Value)}})
		}
	}
	name.FillFromRDNSequence(&sequence)
	return name
}

// oddText reads UTF-16 if the type says so, UTF-8 if the text is valid UTF-8, and
// else ISO-8859-1.
func oddText(v asn1.RawValue) string {
	switch {
	case v.Tag == asn1.TagBMPString:
		units := make([]uint16, len(v.Bytes)/2)
		for i := range units {
			units[i] = uint16(v.Bytes[2*i])<<8 | uint16(v.Bytes[2*i+1])
		}
		return string(utf16.Decode(units))
	case utf8.Valid(v.Bytes):
		return string(v.Bytes)
	}
	var b strings.Builder
	for _, c := range v.Bytes {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// oddExtensions reads the extensions until something else follows.
func oddExtensions(der []byte) (extensions []pkix.Extension) {
	var list asn1.RawValue
	if _, err := asn1.Unmarshal(der, &list); err != nil {
		return nil
	}
	for rest := list.Bytes; len(rest) > 0; {
		var extension pkix.Extension
		var err error
		if rest, err = asn1.Unmarshal(rest, &extension); err != nil {
			break
		}
		extensions = append(extensions, extension)
	}
	return extensions
}
