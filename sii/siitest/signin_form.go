package siitest

import (
	"encoding/xml"
	"io"
	"strings"
)

// dsig is the namespace of XML signatures.
const dsig = "http://www.w3.org/2000/09/xmldsig#"

// signedForm is the signature of a seed as elements: prefixes, line ends in
// base64 and other white space do not count.
type signedForm struct {
	Signatures []struct {
		References []struct {
			URI        *string `xml:"URI,attr"`
			Transforms []struct {
				Algorithm string `xml:"Algorithm,attr"`
			} `xml:"http://www.w3.org/2000/09/xmldsig# Transforms>Transform"`
		} `xml:"http://www.w3.org/2000/09/xmldsig# SignedInfo>Reference"`
		KeyInfo *struct {
			Parts []keyInfoPart `xml:",any"`
		} `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo"`
	} `xml:"http://www.w3.org/2000/09/xmldsig# Signature"`
}

type keyInfoPart struct {
	XMLName      xml.Name
	RSAKeyValue  *struct{} `xml:"http://www.w3.org/2000/09/xmldsig# RSAKeyValue"`
	Certificates []string  `xml:"http://www.w3.org/2000/09/xmldsig# X509Certificate"`
}

// readSignedForm reads the signatures of a decoded document. It ignores the
// declared encoding.
func readSignedForm(text string) (*signedForm, error) {
	form := &signedForm{}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	if err := decoder.Decode(form); err != nil {
		return nil, err
	}
	return form, nil
}

// lacksCertificate reports whether there is a KeyInfo without a certificate.
func (f *signedForm) lacksCertificate() bool {
	for _, signature := range f.Signatures {
		if signature.KeyInfo == nil {
			continue
		}
		n := 0
		for _, part := range signature.KeyInfo.Parts {
			n += len(part.Certificates)
		}
		if n == 0 {
			return true
		}
	}
	return false
}

// departures are differences from the form in the manual of automatic
// authentication (1.9, chapters 4.1.5 and 8). The signature may still be valid.
func (f *signedForm) departures() (list []string) {
	if len(f.Signatures) != 1 {
		return []string{"getToken has not one Signature in the namespace of XML signatures"}
	}
	signature := f.Signatures[0]
	whole := false
	if len(signature.References) == 1 {
		r := signature.References[0]
		whole = r.URI != nil && *r.URI == "" && len(r.Transforms) == 1 && r.Transforms[0].Algorithm == dsig+"enveloped-signature"
	}
	if !whole {
		list = append(list, "Reference is not the whole document with one Transform")
	}
	var parts []keyInfoPart
	if signature.KeyInfo != nil {
		parts = signature.KeyInfo.Parts
	}
	if len(parts) == 0 || parts[0].XMLName != (xml.Name{Space: dsig, Local: "KeyValue"}) || parts[0].RSAKeyValue == nil {
		list = append(list, "KeyValue is not first in KeyInfo")
	}
	switch {
	case len(parts) < 2 || parts[1].XMLName != (xml.Name{Space: dsig, Local: "X509Data"}) || len(parts[1].Certificates) == 0:
		list = append(list, "X509Data does not follow KeyValue")
	case len(parts[1].Certificates) > 1:
		list = append(list, "X509Data has more than the certificate of the holder")
	}
	return list
}
