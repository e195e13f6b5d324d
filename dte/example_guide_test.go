package dte_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// trusting is code of docs/verification.md.
func trusting(roots, others []*x509.Certificate) dte.Policy {
	policy := dte.Policy{Signers: xmlsig.Policy{Roots: roots, Intermediates: others}}
	return policy
}

// verifyWithKey is code of docs/verification.md.
func verifyWithKey(src, pem []byte, idk int) (*dte.Report, error) {
	key, err := dte.ParseKey(pem) // -----BEGIN PUBLIC KEY-----
	if err != nil {
		return nil, err
	}
	return dte.Verify(src, &dte.VerifyOptions{Keys: dte.Keys{idk: key}})
}

// A CAF whose key is not built in, and an issuer that is trusted.
func Example_keyOfAFile() {
	der, err := x509.MarshalPKIXPublicKey(&testkeys.Key(0).PublicKey)
	if err != nil {
		log.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	roots, _ := trusted()
	for _, idk := range []int{400, testKeyID} {
		report, err := verifyWithKey(fixture("envelope.xml"), key, idk)
		if err != nil {
			log.Fatal(err)
		}
		v := &report.Documents[0]
		fmt.Println(v.CAF.OK(), v.OK(trusting(roots, nil)), v.OK(trusting(nil, nil)))
	}
	// Output:
	// false false false
	// true true false
}
