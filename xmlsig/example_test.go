package xmlsig_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// exampleFiles are a key and a certificate in PEM, as OpenSSL writes them.
func exampleFiles() (key, certificate []byte) {
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: "11111111-1", Signer: testkeys.Key(1),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		panic(err)
	}
	der := x509.MarshalPKCS1PrivateKey(testkeys.Key(1))
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

func ExampleParsePEM() {
	key, certificate := exampleFiles()
	id, err := xmlsig.ParsePEM(key, certificate)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(id) // never the key
	err = id.ValidAt(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(errors.Is(err, xmlsig.ErrExpired))
	// Output:
	// Ana Prueba (11111111-1, valid until 2029-01-01)
	// true
}

func ExampleLoadPKCS12() {
	_, err := xmlsig.LoadPKCS12("testdata/README.md", "clave")
	fmt.Println(errors.Is(err, xmlsig.ErrNotPKCS12))
	// Output: true
}

func ExampleSignEnveloped() {
	key, certificate := exampleFiles()
	id, err := xmlsig.ParsePEM(key, certificate)
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := xmlsig.SignEnveloped([]byte("<getToken><item><Semilla>030530912644</Semilla></item></getToken>"), id)
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := xmlsig.Parse(signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	verified, err := doc.Verify(xmlsig.Policy{Certificates: []*x509.Certificate{id.Certificate()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(verified[0].RUT)
	fmt.Printf("%s\n", verified[0].Content())
	// Output:
	// 11111111-1
	// <getToken><item><Semilla>030530912644</Semilla></item></getToken>
}

func ExampleDocument_Verify() {
	key, certificate := exampleFiles()
	id, err := xmlsig.ParsePEM(key, certificate)
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := xmlsig.SignEnveloped([]byte("<a/>"), id)
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := xmlsig.Parse(signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = doc.Verify(xmlsig.Policy{}) // which trusts nobody
	fmt.Println(err)
	// Output: /a/Signature: xmlsig: signer is not trusted: Ana Prueba
}
