package siitest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// cafNameMost is how many letters of a name the SII keeps.
const cafNameMost = 40

// file writes the file of a CAF, with the same lines as the SII's in 2025.
func (c *cafConfig) file(issuer chile.RUT, of chile.DocType, from, to chile.Folio, key *rsa.PrivateKey) ([]byte, error) {
	name := []rune(c.name)
	name = name[:min(len(name), cafNameMost)]
	lines := []string{
		"<DA>",
		"<RE>" + issuer.String() + "</RE>",
		"<RS>" + cafEscaper.Replace(string(name)) + "</RS>",
		fmt.Sprintf("<TD>%d</TD>", int(of)),
		fmt.Sprintf("<RNG><D>%d</D><H>%d</H></RNG>", int64(from), int64(to)),
		"<FA>" + c.date.String() + "</FA>",
		"<RSAPK><M>" + base64.StdEncoding.EncodeToString(key.N.Bytes()) + "</M><E>" +
			base64.StdEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()) + "</E></RSAPK>",
		fmt.Sprintf("<IDK>%d</IDK>", c.keyID),
		"</DA>",
	}
	// What is signed has no white space between the tags.
	signature, err := smallrsa.Sign(rand.Reader, testkeys.CAFKey(), page.Latin1(strings.Join(lines, "")))
	if err != nil {
		return nil, fmt.Errorf("siitest: signature of the CAF: %w", err)
	}
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\"?>\n<AUTORIZACION>\n<CAF version=\"1.0\">\n")
	b.Write(page.Latin1(strings.Join(lines, "\n")))
	b.WriteString("\n<FRMA algoritmo=\"SHA1withRSA\">" + base64.StdEncoding.EncodeToString(signature) + "</FRMA>\n</CAF>\n<RSASK>")
	b.Write(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	b.WriteString("</RSASK>\n\n<RSAPUBK>")
	b.Write(publicPEM(&key.PublicKey))
	b.WriteString("</RSAPUBK>\n</AUTORIZACION>\n")
	return b.Bytes(), nil
}

// cafEscaper escapes the three characters that all programs escape.
var cafEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
