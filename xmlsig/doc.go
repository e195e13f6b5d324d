// Package xmlsig makes and checks XML signatures (XML-DSig) in the SII's
// profile: inclusive Canonical XML 1.0, RSA with SHA-1, one Reference, the key
// as KeyValue and as certificate. It reads the certificates and keys of Chilean
// issuers. It knows nothing of taxes.
//
//	id, err := xmlsig.LoadPKCS12("empresa.p12", password)
//	signed, err := xmlsig.SignEnveloped([]byte("<getToken>…</getToken>"), id)
//
// Documents are never parsed into a tree and written again. Signing inserts the
// signature and leaves all other bytes unchanged; verifying returns the
// canonical bytes that were hashed.
//
// Sources: the SII's manual of automatic authentication 1.9 (2007), its schema
// xmldsignature_v10.xsd, the W3C recommendations XML-DSig (2002) and Canonical
// XML 1.0 (2001), and thirteen real signatures.
package xmlsig
