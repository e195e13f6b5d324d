package dte

import (
	"crypto/rsa"

	"github.com/ofitec/chile"
)

// TED (Timbre Electrónico DTE) is the stamp of a document, which is also printed.
type TED struct {
	Version   string    `xml:"version,attr,omitempty"`
	Data      StampData `xml:"DD"`   // what is stamped
	Signature Seal      `xml:"FRMT"` // of the issuer's key
	Unknown   []Unknown `xml:",any"`
}

// StampData (DD) is what the stamp says of the document.
type StampData struct {
	Issuer       chile.RUT     `xml:"RE"`    // issuer
	Type         chile.DocType `xml:"TD"`    // type of document
	Folio        chile.Folio   `xml:"F"`     // number
	IssueDate    chile.Date    `xml:"FE"`    // date of issue
	Receiver     chile.RUT     `xml:"RR"`    // receiver
	ReceiverName string        `xml:"RSR"`   // the first 40 characters
	Total        Decimal       `xml:"MNT"`   // total of the document
	FirstItem    string        `xml:"IT1"`   // the first 40 characters of the first line
	CAF          CAF           `xml:"CAF"`   // the SII's authorization of the folios
	StampedAt    DateTime      `xml:"TSTED"` // when it was stamped
	Unknown      []Unknown     `xml:",any"`
}

// CAF (Código de Autorización de Folios) is the SII's authorization of a range of folios.
type CAF struct {
	Version   string    `xml:"version,attr,omitempty"`
	Data      CAFData   `xml:"DA"`   // what the SII signed
	Signature Seal      `xml:"FRMA"` // of the SII
	Unknown   []Unknown `xml:",any"`

	source string         `codec:"source"` // the text that the SII signed, of a CAF from a CAF file: it is written as it is
	given  *rsa.PublicKey // with which it was proved, if the caller of ParseCAF gave it
}

// Keys returns the key of the SII that proved the CAF, if the caller of ParseCAF
// gave it, for VerifyOptions.Keys. Of a CAF that was read from a document it
// returns nil.
func (c *CAF) Keys() Keys {
	if c.given == nil {
		return nil
	}
	return Keys{c.Data.KeyID: c.given}
}

// CAFData (DA) is what the SII authorized.
type CAFData struct {
	Issuer     chile.RUT     `xml:"RE"`              // issuer
	IssuerName string        `xml:"RS"`              // name of the issuer
	Type       chile.DocType `xml:"TD"`              // type of document
	Range      FolioRange    `xml:"RNG"`             // of folios
	Date       chile.Date    `xml:"FA"`              // of the authorization
	RSAKey     *RSAKey       `xml:"RSAPK,omitempty"` // the issuer's public key
	DSAKey     *DSAKey       `xml:"DSAPK,omitempty"` // a public key of another kind, never used
	KeyID      int           `xml:"IDK"`             // number of the SII's key: 100 certification, 300 production
	Unknown    []Unknown     `xml:",any"`
}

// Environment returns which of the SII's environments the number of the key names,
// or nothing for other numbers than 100 and 300. It proves nothing.
func (d *CAFData) Environment() chile.Environment { return siiKeys[d.KeyID].environment }

// FolioRange (RNG) is a range of folios, both ends included.
type FolioRange struct {
	From    chile.Folio `xml:"D"` // first folio
	To      chile.Folio `xml:"H"` // last folio
	Unknown []Unknown   `xml:",any"`
}

// RSAKey (RSAPK) is the public key of the authorization, of 512 bits.
type RSAKey struct {
	Modulus  string    `xml:"M"` // base64, as it stands
	Exponent string    `xml:"E"` // base64, as it stands
	Unknown  []Unknown `xml:",any"`
}

// DSAKey (DSAPK) is a key that the schema allows and no CAF uses.
type DSAKey struct {
	P       string    `xml:"P"` // base64, as it stands
	Q       string    `xml:"Q"` // base64, as it stands
	G       string    `xml:"G"` // base64, as it stands
	Y       string    `xml:"Y"` // base64, as it stands
	Unknown []Unknown `xml:",any"`
}

// Seal (FRMT, FRMA) is a signature by RSA with SHA-1 over bytes, not over XML.
type Seal struct {
	Algorithm string `xml:"algoritmo,attr,omitempty"` // SHA1withRSA
	Value     string `xml:",chardata"`                // base64, as it stands
}
