package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

// trust reads the issuers of certificates. Without them any valid signature is
// accepted.
func (s *settings) trust(file string) error {
	if file == "" {
		s.policy.AnySigner = true
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		s.policy.Signers.Roots = append(s.policy.Signers.Roots, cert)
	}
	if len(s.policy.Signers.Roots) == 0 {
		return fmt.Errorf("%s: no certificate in PEM", file)
	}
	return nil
}
