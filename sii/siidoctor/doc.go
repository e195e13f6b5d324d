// Package siidoctor checks, one after another, what a program needs to work with
// the SII, and says what is wrong and what to do, in English or Spanish.
//
//	id, err := xmlsig.LoadPKCS12("empresa.p12", password)
//	options := &siidoctor.Options{IdentityErr: err, CertificateFile: "empresa.p12"}
//	diagnosis := siidoctor.Diagnose(ctx, sii.Production(), options, sii.WithIdentity(id))
//	fmt.Println(diagnosis) // no secrets: it may be pasted into a report
//
// It uses only the public interface of package sii.
package siidoctor
