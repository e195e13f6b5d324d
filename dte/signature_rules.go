package dte

import "github.com/ofitec/chile/xmlsig"

// Codes of a signature's grade.
const (
	CodeSignatureAbsent      Code = "signature.absent"
	CodeSignatureShape       Code = "signature.shape"
	CodeSignatureDigest      Code = "signature.digest"
	CodeSignatureValue       Code = "signature.value"
	CodeSignatureKeys        Code = "signature.keys"
	CodeSignatureKeySize     Code = "signature.key-size"
	CodeSignatureLimit       Code = "signature.limit"
	CodeSignatureFIPS        Code = "signature.fips"
	CodeSignatureElement     Code = "signature.element"
	CodeSignatureStray       Code = "signature.stray"
	CodeSignatureContext     Code = "signature.context"
	CodeSignatureCertificate Code = "signature.certificate"
	CodeSignatureBroken      Code = "signature.certificate-broken"
	CodeSignatureEarly       Code = "signature.early"
	CodeSignatureExpired     Code = "signature.expired"
	CodeSignatureUntrusted   Code = "signature.untrusted"
)

// signatureCodes are the codes of xmlsig's errors.
var signatureCodes = []struct {
	err  error
	code Code
}{
	{xmlsig.ErrLimit, CodeSignatureLimit},
	{xmlsig.ErrFIPS, CodeSignatureFIPS},
	{xmlsig.ErrDigest, CodeSignatureDigest},
	{xmlsig.ErrKeyMismatch, CodeSignatureKeys},
	{xmlsig.ErrCertificate, CodeSignatureBroken},
	{xmlsig.ErrKeySize, CodeSignatureKeySize},
	{xmlsig.ErrNotRSA, CodeSignatureKeySize},
	{xmlsig.ErrSignature, CodeSignatureValue},
}

var signatureRules = map[Code]rule{
	CodeSignatureAbsent: {
		Wrong, xmlsig.ErrNoSignature,
		"the element is not signed",
		"el elemento no está firmado",
	},
	CodeSignatureShape: {
		Wrong, xmlsig.ErrShape,
		"the signature is not built or placed as the SII demands",
		"la firma no está construida o ubicada como exige el SII",
	},
	CodeSignatureDigest: {
		Wrong, xmlsig.ErrDigest,
		"the signed content differs from the content here: it was changed after signing",
		"lo firmado no es lo que está aquí: fue modificado después de firmar",
	},
	CodeSignatureValue: {
		Wrong, xmlsig.ErrSignature,
		"the signature was not made with the key that it names",
		"la firma no se hizo con la llave que nombra",
	},
	CodeSignatureKeys: {
		Wrong, xmlsig.ErrKeyMismatch,
		"the signature names one key (KeyValue) and the certificate of another",
		"la firma nombra una llave (KeyValue) y el certificado de otra",
	},
	CodeSignatureKeySize: {
		Wrong, xmlsig.ErrKeySize,
		"the key of the signature is not accepted",
		"la llave de la firma no es aceptable",
	},
	CodeSignatureLimit: {
		Wrong, xmlsig.ErrLimit,
		"the signature was not checked: the document costs more than is allowed",
		"la firma no se revisó: el documento cuesta más de lo permitido",
	},
	CodeSignatureFIPS: {
		Wrong, xmlsig.ErrFIPS,
		"signatures with SHA-1 cannot be checked where FIPS 140 is enforced",
		"las firmas con SHA-1 no se pueden verificar donde FIPS 140 es obligatorio",
	},
	CodeSignatureElement: {
		Wrong, xmlsig.ErrShape,
		"the signature is valid, but over another element than the one that must be signed here",
		"la firma corresponde, pero a otro elemento que el que aquí se debe firmar",
	},
	CodeSignatureStray: {
		Warning, nil,
		"no signature belongs here",
		"aquí no corresponde una firma",
	},
	CodeSignatureContext: {
		Note, nil,
		"the signature is valid over the text with other namespaces than are in scope here, as the SII signs",
		"la firma corresponde al texto con otros espacios de nombres que los vigentes aquí, como firma el SII",
	},
	CodeSignatureCertificate: {
		Warning, nil,
		"the certificate cannot be read, only its key: it names nobody",
		"el certificado no se puede leer, solo su llave: no nombra a nadie",
	},
	CodeSignatureBroken: {
		Wrong, xmlsig.ErrCertificate,
		"the certificate of the signature (X509Certificate) is broken: neither it nor its key can be read",
		"el certificado de la firma (X509Certificate) está dañado: no se puede leer, ni tampoco su llave",
	},
	CodeSignatureEarly: {
		Wrong, xmlsig.ErrNotYetValid,
		"the certificate was not yet valid when the document says that it was signed",
		"el certificado aún no era válido en la fecha de firma que declara el documento",
	},
	CodeSignatureExpired: {
		Wrong, xmlsig.ErrExpired,
		"the certificate had expired when the document says that it was signed",
		"el certificado estaba vencido en la fecha de firma que declara el documento",
	},
	CodeSignatureUntrusted: {
		Wrong, xmlsig.ErrUntrusted,
		"no trusted certificate or key vouches for the signer",
		"nadie de confianza responde por quien firmó",
	},
}
