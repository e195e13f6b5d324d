package dte_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log"
	"os"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// The files of the examples; testdata/README.md tells of them.
func fixture(name string) []byte {
	src, err := os.ReadFile("testdata/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return src
}

// trusted are the issuers and the SII's key of the examples. Of real documents
// the SII's keys are known, and the issuers are those accredited in Chile.
func trusted() (roots []*x509.Certificate, keys dte.Keys) {
	block, _ := pem.Decode(fixture("issuer.pem"))
	issuer, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	return []*x509.Certificate{issuer}, testKeys()
}

func ExampleParse() {
	file, err := dte.Parse(fixture("dte.xml"))
	if err != nil {
		log.Fatal(err)
	}
	d := file.DTE
	fmt.Println(file.Kind, d.ID(), d.IssueDate(), d.Receiver(), d.Total())
	for _, line := range d.Document.Lines {
		fmt.Println(line.Number, line.Name, line.Quantity, "×", line.Price, "=", line.Amount)
	}
	// Output:
	// DTE 76111111-6/33/1 2026-11-20 77222222-K 11900
	// 1 Hormigón 2.5 × 4000 = 10000
}

func ExampleParseEnvelope() {
	envelope, err := dte.ParseEnvelope(fixture("envelope.xml"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("from", envelope.Set.Cover.Issuer, "to", envelope.Set.Cover.Receiver)
	for i := range envelope.Set.DTEs {
		fmt.Println(envelope.Set.DTEs[i].ID(), len(envelope.Set.DTEs[i].Source()) > 4000)
	}
	// Output:
	// from 76111111-6 to 60803000-K
	// 76111111-6/33/1 true
	// 76111111-6/33/2 true
}

func ExampleParseDTE() {
	d, err := dte.ParseDTE(fixture("envelope.xml"))
	fmt.Println(d == nil, err)
	// Output: true dte: another kind of file: EnvioDTE, not DTE
}

func ExampleVerify() {
	roots, keys := trusted()
	report, err := dte.Verify(fixture("envelope-forged.xml"), &dte.VerifyOptions{Keys: keys})
	if err != nil {
		log.Fatal(err) // no document of the SII, or none that can be read
	}
	policy := dte.Policy{Signers: xmlsig.Policy{Roots: roots}}
	for i := range report.Documents {
		v := &report.Documents[i]
		fmt.Println(v.DTE.ID(), v.OK(policy))
		for _, reason := range v.Refusals(policy) {
			fmt.Println("  ", reason.Code)
		}
	}
	fmt.Println("envelope", report.OK(policy))
	// Output:
	// 76111111-6/33/1 false
	//    signature.digest
	//    agreement.total
	//    totals.total
	// 76111111-6/33/2 true
	// envelope false
}

func ExampleStream() {
	_, keys := trusted()
	file, err := os.Open("testdata/envelope.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	stream := dte.NewStream(file, &dte.VerifyOptions{Keys: keys})
	for v, err := range stream.Documents() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(v.DTE.ID(), v.Signature.OK(), v.Stamp.OK(), v.CAF.OK())
	}
	report, err := stream.Report()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("envelope", report.Signatures[0].OK())
	// Output:
	// 76111111-6/33/1 true true true
	// 76111111-6/33/2 true true true
	// envelope true
}

func ExampleVerifyTwice() {
	roots, keys := trusted()
	file, err := os.Open("testdata/envelope-forged.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	policy := dte.Policy{Signers: xmlsig.Policy{Roots: roots}}
	for _, err := range dte.VerifyTwice(file, policy, &dte.VerifyOptions{Keys: keys}) {
		if err != nil {
			fmt.Println("no document:", err)
		}
	}
	// Output:
	// no document: dte: envelope is not accepted
	// dte: /EnvioDTE/Signature: the signed content differs from the content here: it was changed after signing: is xmlsig: digest does not match the document
}

func ExampleCheckSchema() {
	doc, err := xmlsig.Parse([]byte(`<DTE xmlns="http://www.sii.cl/SiiDte"><Documento/></DTE>`))
	if err != nil {
		log.Fatal(err)
	}
	grade := dte.CheckSchema(doc, dte.SchemaNewer)
	for _, f := range grade.Findings {
		fmt.Println(f.Path, f.Spanish())
	}
	// Output:
	// /DTE/@version falta el atributo
	// /DTE/Documento/@ID falta el atributo
	// /DTE/Documento falta un elemento al final: debería decir Encabezado
	// /DTE falta un elemento al final: debería decir Signature
}

func ExampleParseDecimal() {
	amount, err := dte.ParseDecimal("30276.00")
	if err != nil {
		log.Fatal(err)
	}
	other, err := dte.ParseDecimal("30276")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(amount, amount == other, amount.Cmp(other))
	// Output: 30276.00 false 0
}

func ExampleFile_Encode() {
	d, err := dte.ParseDTE([]byte(`<DTE><Documento ID="F1T33"><Encabezado/></Documento></DTE>`))
	if err != nil {
		log.Fatal(err)
	}
	d.Document.Header.Receiver.Name = "Ñandú – Cía"
	_, err = d.Encode(dte.ISO8859)
	fmt.Println(err)
	// Output: dte: value cannot be encoded: "–" in "– Cía</RznSocRece"
}
