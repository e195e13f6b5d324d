package dte

import (
	"crypto/rsa"
	"errors"
	"strconv"

	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/xmlsig"
)

// StampGrade says whether a stamp's signature (FRMT) over its data (DD) is valid
// with the key of the CAF inside it. It says nothing about the CAF, which
// anybody can make. CAFGrade does.
type StampGrade struct {
	Grade

	// Form says over which bytes it is valid; empty if it is not.
	Form Form `json:"form,omitempty"`
}

// gradeStamp checks a TED with the encoding of its document.
func gradeStamp(ted xmlsig.Element, encoding string) StampGrade {
	g := StampGrade{Grade: Grade{Made: true}}
	if !ted.Exists() {
		g.found(CodeStampAbsent, "", "", "TED")
		return g
	}
	dd, frmt := childOf(ted, "DD"), childOf(ted, "FRMT")
	rsapk := childOf(dd, "CAF", "DA", "RSAPK")
	for _, part := range []struct {
		name    string
		element xmlsig.Element
	}{{"DD", dd}, {"FRMT", frmt}, {"DD/CAF/DA/RSAPK", rsapk}} {
		if !part.element.Exists() {
			g.found(CodeStampMalformed, ted.Path(), "", part.name)
			return g
		}
	}
	key, err := publicKey(rsapk)
	if err == nil {
		err = smallrsa.Check(key)
	}
	if err != nil {
		g.failed(CodeStampKey, rsapk.Path(), err)
		return g
	}
	g.Form = g.check(sealed{dd, encoding}, frmt, key, sealCodes{
		CodeStampMalformed, CodeStampAlgorithm, CodeStampSignature, CodeStampForm, CodeStampFIPS,
	})
	return g
}

// sealCodes are the codes that check uses.
type sealCodes struct{ malformed, algorithm, signature, form, fips Code }

// algorithm is the fixed value of the attribute algoritmo (DTE_v10.xsd).
const algorithm = "SHA1withRSA"

// check finds the form of the element over which the signature is valid.
func (g *Grade) check(s sealed, signature xmlsig.Element, key *rsa.PublicKey, codes sealCodes) Form {
	if foreign := foreignElement(s.element); foreign.Exists() {
		g.found(codes.malformed, foreign.Path(), foreign.Namespace(), siiNamespace)
		return ""
	}
	value, err := base64Text(signature.Text())
	if err != nil {
		g.failed(codes.malformed, signature.Path(), err)
		return ""
	}
	if name, _ := signature.Attribute("algoritmo"); name != algorithm {
		g.found(codes.algorithm, signature.Path(), strconv.Quote(name), algorithm)
	}
	for form, text := range s.forms() {
		err := smallrsa.Verify(key, text, value)
		if err == nil {
			if form != FormSII {
				g.found(codes.form, signature.Path(), string(form), string(FormSII))
			}
			return form
		}
		if errors.Is(err, smallrsa.ErrFIPS) {
			g.found(codes.fips, signature.Path(), "", "")
			return ""
		}
	}
	g.found(codes.signature, signature.Path(), "", "")
	return ""
}

const siiNamespace = "http://www.sii.cl/SiiDte"

// foreignElement returns an element in e, or e itself, that is in a namespace
// other than the SII's and none. Readers skip such elements. The signature
// covers no namespaces, so it could otherwise cover values that nobody reads.
func foreignElement(e xmlsig.Element) xmlsig.Element {
	if uri := e.Namespace(); uri != "" && uri != siiNamespace {
		return e
	}
	for child := range e.Children() {
		if foreign := foreignElement(child); foreign.Exists() {
			return foreign
		}
	}
	return xmlsig.Element{}
}
